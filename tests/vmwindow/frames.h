/* frames.h - looking at what a framebuffer shows, in tests
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-framebuffer.h"
#include "qemu-display.h"

G_BEGIN_DECLS

/* Runs the main loop meanwhile */
void     frames_wait_ms  (guint              ms);
/* Whether something bright is written there, as firmware does */
gboolean frames_has_text (AetherFramebuffer *framebuffer);
/* Waits for the firmware's text, stops the machine, and compares with QEMU's own screenshot until
 * they agree. Returns: the number of pixels that differ in the end */
guint    frames_compare  (AetherFramebuffer *framebuffer,
                          QemuDisplay       *qemu);

G_END_DECLS
