/* aether-qemu-engine.h - runs machines in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-engine.h"

G_BEGIN_DECLS

#define AETHER_TYPE_QEMU_ENGINE (aether_qemu_engine_get_type ())
G_DECLARE_FINAL_TYPE (AetherQemuEngine, aether_qemu_engine, AETHER, QEMU_ENGINE, GObject)

G_END_DECLS
