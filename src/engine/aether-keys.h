/* aether-keys.h - names of keys, and the keys that type a text
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The most keys held down at once. */
#define AETHER_KEYS_MAX 16

/* Whether @name is a QKeyCode ("ctrl", "kp_enter"). */
gboolean aether_keys_is_key   (const char  *name);

/* The key of a US keyboard that types @c, NULL when none does; @shift: (out): whether with Shift. */
const char *aether_keys_for_char (gunichar   c,
                                  gboolean  *shift);

/* "ctrl-alt-del", "a", "shift-F10" -> QKeyCode names; NULL with a sentence when a word is no key */
GStrv    aether_keys_parse    (const char  *keys,
                               GError     **error);

G_END_DECLS
