/* aether-qemu-check.h - what stands in the way of a machine before it starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"
#include "aether-finding.h"

G_BEGIN_DECLS

GPtrArray *aether_qemu_check (AetherBundle        *bundle,
                              AetherMachine       *machine,
                              AetherCapabilities  *capabilities);

G_END_DECLS
