/* aether-vmm-engine.h - runs machines in aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-engine.h"

G_BEGIN_DECLS

#define AETHER_TYPE_VMM_ENGINE (aether_vmm_engine_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmmEngine, aether_vmm_engine, AETHER, VMM_ENGINE, GObject)

G_END_DECLS
