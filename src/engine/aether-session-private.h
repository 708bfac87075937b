/* aether-session-private.h - what the files of AetherSession share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-session.h"

G_BEGIN_DECLS

/* Returns: FALSE when it does not run; @callback hears of it then */
gboolean _aether_session_check_runs (AetherSession       *self,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);

G_END_DECLS
