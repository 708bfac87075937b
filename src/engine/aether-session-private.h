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
gboolean _aether_session_is_suspending (AetherSession *self);

/* What a class answers that implements nothing */
void     _aether_session_refuse_all  (AetherSessionClass *klass);
void     _aether_session_refuse_suspend_async
                                    (AetherSession       *self,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);

G_END_DECLS
