/* aether-forward-dialog.h - asks for a port to forward
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-machine.h"

G_BEGIN_DECLS

/* Signal "added" (#AetherPortForward). */
#define AETHER_TYPE_FORWARD_DIALOG (aether_forward_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherForwardDialog, aether_forward_dialog, AETHER, FORWARD_DIALOG, AdwAlertDialog)

AdwDialog *aether_forward_dialog_new (void);

G_END_DECLS
