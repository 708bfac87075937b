/* aether-vmm-check.h - what stands in the way of an Aether guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"
#include "aether-finding.h"

G_BEGIN_DECLS

/* Blocks: reads the image. Returns: (transfer full) (element-type AetherFinding) */
GPtrArray *aether_vmm_check (AetherBundle       *bundle,
                             AetherMachine      *machine,
                             AetherCapabilities *capabilities);

G_END_DECLS
