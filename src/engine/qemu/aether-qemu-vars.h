/* aether-qemu-vars.h - the variables of a machine's UEFI firmware
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"

G_BEGIN_DECLS

gboolean aether_qemu_vars_needed         (AetherMachine       *machine,
                                          AetherBundle        *bundle);

void     aether_qemu_vars_prepare_async  (AetherMachine       *machine,
                                          AetherBundle        *bundle,
                                          AetherCapabilities  *capabilities,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
gboolean aether_qemu_vars_prepare_finish (GAsyncResult        *result,
                                          GError             **error);

G_END_DECLS
