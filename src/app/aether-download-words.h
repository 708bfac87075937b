/* aether-download-words.h - how far a download is, in words and as a fraction
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-download-item.h"

G_BEGIN_DECLS

/* (transfer full): "1.2 GB of 4.7 GB, 20 MB/s, 3 min left", or why it does not go on */
char  *aether_download_words    (AetherDownloadItem *item);
/* 0 to 1; 0 while its size is not known */
double aether_download_fraction (AetherDownloadItem *item);

G_END_DECLS
