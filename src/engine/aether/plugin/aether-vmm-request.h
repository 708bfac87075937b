/* aether-vmm-request.h - what a new machine of the engine "aether" is made of
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-create.h"

G_BEGIN_DECLS

/* Looks at the image: it says the CPU and the memory. FALSE with a sentence when it is none. */
gboolean aether_vmm_request_complete (AetherCreateRequest  *request,
                                      GError              **error);

/* Whether the setting @key, as "cpu.count", means something to an Aether guest */
gboolean aether_vmm_request_uses     (const char           *key);

G_END_DECLS
