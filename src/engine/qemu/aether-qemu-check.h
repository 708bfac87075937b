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

void       aether_qemu_check_async  (AetherBundle        *bundle,
                                     AetherMachine       *machine,
                                     AetherCapabilities  *capabilities,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
GPtrArray *aether_qemu_check_finish (GAsyncResult        *result,
                                     GError             **error);

G_END_DECLS
