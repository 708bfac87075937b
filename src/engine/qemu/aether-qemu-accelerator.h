/* aether-qemu-accelerator.h - whether an accelerator can run a guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_QEMU_KVM_DEVICE "/dev/kvm"

gboolean  aether_qemu_accelerator_can_run   (const char          *arch);

char     *aether_qemu_accelerator_check_kvm (const char          *device);

void      aether_qemu_accelerator_try_async (const char          *program,
                                             const char          *arch,
                                             const char          *accelerator,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
gboolean  aether_qemu_accelerator_try_finish (GAsyncResult       *result,
                                              char              **words,
                                              GError            **error);

G_END_DECLS
