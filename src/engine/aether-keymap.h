/* aether-keymap.h - key numbers: of Linux, macOS and Windows, and QEMU's
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* X11 and Wayland number keys as Linux does, plus this. */
#define AETHER_KEYMAP_HARDWARE_OFFSET 8

/* Whose numbers a key's are; each names a place on the keyboard, whatever is
 * printed there, but for Windows' virtual keys, which move with the layout. */
typedef enum
{
  AETHER_KEYCODES_EVDEV,       /* KEY_ of linux/input-event-codes.h */
  AETHER_KEYCODES_XKB,         /* the same plus 8: hardware keycodes of X11 and Wayland */
  AETHER_KEYCODES_MACOS,       /* kVK_ of HIToolbox/Events.h */
  AETHER_KEYCODES_WIN32,       /* VK_ of winuser.h: GDK's hardware keycodes there */
  AETHER_KEYCODES_WIN32_SCAN,  /* of WM_KEYDOWN, plus 0x100 for extended keys */
} AetherKeycodes;

/* Returns: the key's qnum, which is its AT set 1 scan code, with bit 7 set
 *   for those that begin with 0xe0; 0 when there is none */
guint       aether_keymap_to_qnum       (AetherKeycodes  whose,
                                         guint           code);
guint       aether_keymap_evdev_to_qnum (guint           evdev);

/* @name: a QKeyCode, as of aether_keys_parse(); 0 when it has no number */
guint       aether_keymap_name_to_qnum  (const char     *name);
/* Returns: (nullable): its QKeyCode */
const char *aether_keymap_evdev_to_name (guint           evdev);
const char *aether_keymap_qnum_to_name  (guint           qnum);

G_END_DECLS
