/* aether-try-demo.h - the demo machine: the one there is, or a new one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-library.h"

G_BEGIN_DECLS

/* Finds out aside whether this computer runs the demo, so that it is known by the time of a click. */
void          aether_try_demo_prepare (void);

/* Milliseconds: nothing is downloaded or built. */
void          aether_try_demo_async  (AetherLibrary        *library,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
/* @why: a sentence when the demo is not the usual one, else NULL. Returns: (transfer full) */
AetherBundle *aether_try_demo_finish (GAsyncResult         *result,
                                      const char          **why,
                                      GError              **error);

G_END_DECLS
