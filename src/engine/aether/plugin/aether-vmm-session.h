/* aether-vmm-session.h - one run of a machine in aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-capabilities.h"
#include "aether-session.h"

G_BEGIN_DECLS

#define AETHER_TYPE_VMM_SESSION (aether_vmm_session_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmmSession, aether_vmm_session, AETHER, VMM_SESSION, AetherSession)

AetherSession *aether_vmm_session_new (AetherBundle        *bundle,
                                       AetherMachine       *machine,
                                       AetherCapabilities  *capabilities);

G_END_DECLS
