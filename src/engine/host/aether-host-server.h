/* aether-host-server.h - the socket of a running machine, and who is connected
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-machine1.h"

G_BEGIN_DECLS

#define AETHER_HOST_PEERS         256                 /* at most */
#define AETHER_HOST_STRANGERS     64                  /* that have not authenticated yet */
#define AETHER_HOST_AUTH_SECONDS  10                  /* they have for it */
#define AETHER_HOST_PEER_BACKLOG  (16 * 1024 * 1024)  /* bytes for a peer that it has not read */

/**
 * AetherHostServer:
 *
 * Serves one object to all peers: the same user and root, nobody else.
 *
 * Signals:
 *  - "peer-added" (GDBusConnection *)
 *  - "peer-removed" (GDBusConnection *)
 */
#define AETHER_TYPE_HOST_SERVER (aether_host_server_get_type ())
G_DECLARE_FINAL_TYPE (AetherHostServer, aether_host_server, AETHER, HOST_SERVER, GObject)

/* Listens in @folder, which is ours alone. */
AetherHostServer *aether_host_server_new          (const char           *folder,
                                                   AetherMachine1       *machine,
                                                   GError              **error);
guint             aether_host_server_get_n_peers  (AetherHostServer     *self);

/* Says that about @bytes were queued for @connection (NULL: for all). A peer that lets them pile up
 * is disconnected. */
void              aether_host_server_charge       (AetherHostServer     *self,
                                                   GDBusConnection      *connection,
                                                   gsize                 bytes);

/* Lets nobody in any more, hands out what is queued, for a second at most, and disconnects all. */
void              aether_host_server_close_async  (AetherHostServer     *self,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
void              aether_host_server_close_finish (AetherHostServer     *self,
                                                   GAsyncResult         *result);

G_END_DECLS
