/* aether-demo-dialog.h - makes and starts the demo machine, showing how far it is
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-library.h"

G_BEGIN_DECLS

/* Signal "ready" (#AetherBundle): the demo machine runs. The dialog closes
 * itself; closed before, it cancels and a half-made machine is gone. */
#define AETHER_TYPE_DEMO_DIALOG (aether_demo_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherDemoDialog, aether_demo_dialog, AETHER, DEMO_DIALOG, AdwDialog)

AdwDialog *aether_demo_dialog_new (AetherLibrary *library);

G_END_DECLS
