/* aether-vmm-probe.h - what aether-vmm can do on this computer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-capabilities.h"

G_BEGIN_DECLS

/* Asks aether-vmm, which tries its backends. Never fails for what is missing: that has a reason. */
/* @fresh: tries again instead of trusting the last answer */
void                aether_vmm_probe_async  (gboolean              fresh,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
AetherCapabilities *aether_vmm_probe_finish (GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
