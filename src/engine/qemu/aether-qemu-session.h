/* aether-qemu-session.h - one run of a machine in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-capabilities.h"
#include "aether-session.h"

G_BEGIN_DECLS

#define AETHER_TYPE_QEMU_SESSION (aether_qemu_session_get_type ())
G_DECLARE_FINAL_TYPE (AetherQemuSession, aether_qemu_session, AETHER, QEMU_SESSION, AetherSession)

AetherSession *aether_qemu_session_new (AetherBundle        *bundle,
                                        AetherMachine       *machine,
                                        AetherCapabilities  *capabilities);

G_END_DECLS
