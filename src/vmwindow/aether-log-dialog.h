/* aether-log-dialog.h - shows what a machine wrote into its logs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

#define AETHER_TYPE_LOG_DIALOG (aether_log_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherLogDialog, aether_log_dialog, AETHER, LOG_DIALOG, AdwDialog)

AdwDialog *aether_log_dialog_new   (AetherBundle *bundle);

/* Returns: (transfer full): @data as valid UTF-8 without terminal escapes and controls */
char      *aether_log_dialog_clean (const char   *data,
                                    gsize         length);

G_END_DECLS
