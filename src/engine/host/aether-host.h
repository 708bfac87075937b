/* aether-host.h - one run of one machine: from its bundle to the record of its end
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-host-log.h"
#include "aether-host-serial.h"
#include "aether-host-server.h"
#include "aether-host-thumbnail.h"
#include "aether-run.h"
#include "aether-session.h"

G_BEGIN_DECLS

/**
 * AetherHost:
 *
 * Signals: "finished" (): all is recorded, said and cleaned up; the process
 * may exit. Emitted once after a start, whether it succeeded or not.
 */
#define AETHER_TYPE_HOST (aether_host_get_type ())
G_DECLARE_FINAL_TYPE (AetherHost, aether_host, AETHER, HOST, GObject)

AetherHost          *aether_host_new           (const char           *bundle_path,
                                                gboolean              foreground);

/* Completes when the first vCPU runs, or with the sentence of why it never will. */
void                 aether_host_start_async   (AetherHost           *self,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
gboolean             aether_host_start_finish  (AetherHost           *self,
                                                GAsyncResult         *result,
                                                GError              **error);

/* Ends the machine now, as at SIGTERM; a start under way is cancelled. "finished" follows. */
void                 aether_host_stop          (AetherHost           *self);

/* For the calls of clients and what they are told. The session is NULL, with an error, while it is not
 * running; the run is NULL before the machine is locked and once its end is recorded. */
AetherSession       *aether_host_get_session   (AetherHost           *self,
                                                GError              **error);
AetherRun           *aether_host_get_run       (AetherHost           *self);
AetherHostLog       *aether_host_get_log       (AetherHost           *self);
AetherHostSerial    *aether_host_get_serial    (AetherHost           *self);
AetherHostServer    *aether_host_get_server    (AetherHost           *self);
AetherHostThumbnail *aether_host_get_thumbnail (AetherHost           *self);
gboolean             aether_host_is_starting   (AetherHost           *self);

G_END_DECLS
