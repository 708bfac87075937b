/* aether-performance-dialog.h - what a machine costs this computer, live
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-client.h"

G_BEGIN_DECLS

/* Asks the machine once a second, and only while it is to be seen. */
#define AETHER_TYPE_PERFORMANCE_DIALOG (aether_performance_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherPerformanceDialog, aether_performance_dialog, AETHER, PERFORMANCE_DIALOG, AdwDialog)

AdwDialog *aether_performance_dialog_new (AetherClient *client);

G_END_DECLS
