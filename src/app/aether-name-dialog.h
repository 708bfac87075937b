/* aether-name-dialog.h - asks for the name of a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Signal "named" (const char *name): accepted with a name a machine can have. */
#define AETHER_TYPE_NAME_DIALOG (aether_name_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherNameDialog, aether_name_dialog, AETHER, NAME_DIALOG, AdwAlertDialog)

/* @accept: what the button says, with a mnemonic */
AdwDialog *aether_name_dialog_new (const char *heading,
                                   const char *accept,
                                   const char *name);

G_END_DECLS
