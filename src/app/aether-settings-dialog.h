/* aether-settings-dialog.h - the settings of one machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

/**
 * AetherSettingsDialog:
 *
 * Edits the machine's model; each change is saved soon after it is made, and
 * when the dialog closes. What the machine refuses is said in a toast.
 */
#define AETHER_TYPE_SETTINGS_DIALOG (aether_settings_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherSettingsDialog, aether_settings_dialog, AETHER, SETTINGS_DIALOG, AdwPreferencesDialog)

/* %NULL with a sentence when the machine cannot be read */
AdwDialog *aether_settings_dialog_new (AetherBundle  *bundle,
                                       GError       **error);

G_END_DECLS
