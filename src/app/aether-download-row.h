/* aether-download-row.h - a download: how far it is, and what can be done with it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-downloads.h"

G_BEGIN_DECLS

#define AETHER_TYPE_DOWNLOAD_ROW (aether_download_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownloadRow, aether_download_row, AETHER, DOWNLOAD_ROW, AdwPreferencesRow)

GtkWidget *aether_download_row_new (AetherDownloads    *downloads,
                                    AetherDownloadItem *item);

G_END_DECLS
