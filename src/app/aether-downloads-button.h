/* aether-downloads-button.h - opens the downloads, and shows how far they are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-downloads.h"

G_BEGIN_DECLS

#define AETHER_TYPE_DOWNLOADS_BUTTON (aether_downloads_button_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownloadsButton, aether_downloads_button, AETHER, DOWNLOADS_BUTTON, GtkButton)

void aether_downloads_button_set_downloads (AetherDownloadsButton *self,
                                            AetherDownloads       *downloads);

G_END_DECLS
