/* aether-keys-dialog.h - the combinations of keys that the user wants to send
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Edits the key "send-keys" of the application's settings. */
#define AETHER_TYPE_KEYS_DIALOG (aether_keys_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherKeysDialog, aether_keys_dialog, AETHER, KEYS_DIALOG, AdwDialog)

#define AETHER_KEYS_DIALOG_KEY "send-keys"

AdwDialog *aether_keys_dialog_new       (GSettings  *settings);

/* Returns: (transfer full): "ctrl-alt-f7" as people read it: "Ctrl + Alt + F7" */
char      *aether_keys_dialog_dup_label (const char *keys);

G_END_DECLS
