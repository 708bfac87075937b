/* aether-vmm-keys.h - the keys aether-vmm knows
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The Linux key code of a QKeyCode, 0 when there is none */
guint aether_vmm_key_code (const char *qkeycode);

G_END_DECLS
