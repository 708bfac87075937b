/* aether-qemu-probe.h - what QEMU can do on this computer, found by trying
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-capabilities.h"

G_BEGIN_DECLS

char               *aether_qemu_probe_find_program (const char          *arch);

void                aether_qemu_probe_async        (const char          *arch,
                                                    gboolean             fresh,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
AetherCapabilities *aether_qemu_probe_finish       (GAsyncResult        *result,
                                                    GError             **error);

void                aether_qemu_probe_deny_kvm     (const char          *arch,
                                                    AetherCapabilities  *capabilities,
                                                    const char          *reason);

G_END_DECLS
