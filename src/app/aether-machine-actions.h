/* aether-machine-actions.h - what the library window does with a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-library.h"

G_BEGIN_DECLS

/**
 * AetherMachineActions:
 *
 * A group of actions, each with the path of a bundle as its parameter: "start",
 * "start-anew", "pause", "resume", "suspend", "cancel-suspend", "shut-down", "reset",
 * "force-off", "open", "settings", "rename", "clone", "show-folder", "delete", "log". They present their own
 * dialogs, errors and toasts on the window given.
 */
#define AETHER_TYPE_MACHINE_ACTIONS (aether_machine_actions_get_type ())
G_DECLARE_FINAL_TYPE (AetherMachineActions, aether_machine_actions, AETHER, MACHINE_ACTIONS, GObject)

AetherMachineActions *aether_machine_actions_new        (AetherLibrary         *library,
                                                         GtkWidget             *window,
                                                         AdwToastOverlay       *toasts);
GActionGroup         *aether_machine_actions_get_group  (AetherMachineActions  *self);
/* Hides machines whose deletion can still be undone. */
GtkFilter            *aether_machine_actions_get_filter (AetherMachineActions  *self);
/* The window goes: deletes what waits to be, forgets window and library. */
void                  aether_machine_actions_close      (AetherMachineActions  *self);

G_END_DECLS
