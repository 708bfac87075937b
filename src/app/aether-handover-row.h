/* aether-handover-row.h - a system that only a browser can fetch
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-catalogue.h"

G_BEGIN_DECLS

/* Opens the page of its maker, and watches the folder of downloads while it is shown. Signal
 * "found" (char *path): the disc is there. */
#define AETHER_TYPE_HANDOVER_ROW (aether_handover_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherHandoverRow, aether_handover_row, AETHER, HANDOVER_ROW, AdwActionRow)

/* @catalogue, @os: (nullable): NULL: nothing is to be watched for. Returns: whether there is a page */
gboolean aether_handover_row_watch (AetherHandoverRow *self,
                                    AetherCatalogue   *catalogue,
                                    AetherOs          *os,
                                    const char        *arch);

G_END_DECLS
