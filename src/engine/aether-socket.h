/* aether-socket.h - sockets: the address of a running machine's, and pairs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_SOCKET_NAME "machine.sock"

/* The address of machine.sock in @folder. A path longer than a socket address holds goes through
 * @folder_fd (out), to be kept open until the address was used; -1 when there is no need. */
GSocketAddress *aether_socket_address_new (const char  *folder,
                                           int         *folder_fd,
                                           GError     **error);

/* A pair of unix sockets of @type, SOCK_STREAM or SOCK_SEQPACKET: ours, and one for a child. */
gboolean        aether_socket_make_pair   (int          type,
                                           int         *ours,
                                           int         *theirs,
                                           GError     **error);

G_END_DECLS
