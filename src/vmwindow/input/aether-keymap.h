/* aether-keymap.h - key numbers: Linux input codes to QEMU's qnum
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* X11 and Wayland number keys as Linux does, plus this. */
#define AETHER_KEYMAP_HARDWARE_OFFSET 8

/* @evdev: a KEY_ of linux/input-event-codes.h.
 *
 * Returns: its qnum, which is the key's AT set 1 scan code, with bit 7 set
 *   for those that begin with 0xe0; 0 when there is none */
guint aether_keymap_evdev_to_qnum (guint evdev);

G_END_DECLS
