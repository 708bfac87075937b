/* aether-vm-touch-hub.h - the keys a tablet does not have, in a bar below the picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-display-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * AetherVmTouchHub:
 *
 * Ctrl, Alt, Shift and Super stick: pressed once they are held for the next
 * key, twice until they are pressed again. The on-screen keyboard's text is
 * typed in the layout of "layout"; nothing keeps the focus from the picture.
 */
#define AETHER_TYPE_VM_TOUCH_HUB (aether_vm_touch_hub_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmTouchHub, aether_vm_touch_hub, AETHER, VM_TOUCH_HUB, AdwBin)

void aether_vm_touch_hub_set_view (AetherVmTouchHub  *self,
                                   AetherDisplayView *view);
/* Types @text as an on-screen keyboard does: what no key gives is left out */
void aether_vm_touch_hub_type     (AetherVmTouchHub  *self,
                                   const char        *text);

G_END_DECLS
