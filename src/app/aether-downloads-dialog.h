/* aether-downloads-dialog.h - what is downloaded, and the media that are there
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-downloads-hub.h"

G_BEGIN_DECLS

#define AETHER_TYPE_DOWNLOADS_DIALOG (aether_downloads_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownloadsDialog, aether_downloads_dialog, AETHER, DOWNLOADS_DIALOG, AdwDialog)

AdwDialog *aether_downloads_dialog_new (AetherDownloadsHub *hub);

G_END_DECLS
