/* aether-vm-release-dialog.h - asks for the keys that give the keyboard back
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-view-input.h"

G_BEGIN_DECLS

/* Takes what is pressed in it and sets @input's "release-keys". */
AdwDialog *aether_vm_release_dialog_new (AetherViewInput *input);

G_END_DECLS
