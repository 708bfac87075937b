/* aether-media-row.h - a medium: what is known of it, and what can be done with it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-media-file.h"

G_BEGIN_DECLS

/* Signals "failed" (char *heading, char *message) and "remove": the user wants that. */
#define AETHER_TYPE_MEDIA_ROW (aether_media_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherMediaRow, aether_media_row, AETHER, MEDIA_ROW, AdwActionRow)

GtkWidget       *aether_media_row_new      (AetherMediaFile *file);
AetherMediaFile *aether_media_row_get_file (AetherMediaRow  *self);

G_END_DECLS
