/* aether-vm-paste.h - types a text for machines that have no clipboard
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-client.h"

G_BEGIN_DECLS

/**
 * AetherVmPaste:
 *
 * Begins with what is on the clipboard. Says what cannot be typed before
 * anything is. Property "layout": the machine's keyboard, as of
 * aether_layout_new().
 */
#define AETHER_TYPE_VM_PASTE (aether_vm_paste_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmPaste, aether_vm_paste, AETHER, VM_PASTE, AdwDialog)

AetherVmPaste *aether_vm_paste_new      (AetherClient   *client);
void           aether_vm_paste_set_text (AetherVmPaste  *self,
                                         const char     *text);

G_END_DECLS
