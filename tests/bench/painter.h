/* painter.h - the guest whose screen the benchmarks look at
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "qemu-display.h"

G_BEGIN_DECLS

/* @folder: has vmlinuz, initrd and cmdline; @how: what paint.c is to do, "follow"; @serial: gets the
 * guest's log; @ready: what it says there when it is ready to be measured; @arguments: more for QEMU.
 * Blocks for two minutes at most. Returns: (nullable): %NULL when it did not come to that */
QemuDisplay *painter_start (const char         *folder,
                            const char         *how,
                            const char         *serial,
                            const char         *ready,
                            const char * const *arguments);

G_END_DECLS
