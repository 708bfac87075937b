/* aether-vm-window.h - the window of one machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

/**
 * AetherVmWindow:
 *
 * Shows a machine when it runs and offers to start it when it does not.
 * Closing the window leaves the machine as it is.
 */
#define AETHER_TYPE_VM_WINDOW (aether_vm_window_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmWindow, aether_vm_window, AETHER, VM_WINDOW, AdwApplicationWindow)

AetherVmWindow *aether_vm_window_new        (GtkApplication  *app,
                                             AetherBundle    *bundle);
AetherVmWindow *aether_vm_window_new_started (GtkApplication  *app,
                                              AetherBundle    *bundle);

G_END_DECLS
