/* aether-vnc-wire.h - bytes to and from a VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AetherVncWire:
 *
 * A socket with a queue and a thread that sends: aether_vnc_wire_send() is for
 * any thread and never blocks; a server that does not read its 16 MiB loses
 * the connection. Reading is for one thread, and blocks it until
 * aether_vnc_wire_shut(). Counted; without a reference the socket closes.
 */
typedef struct _AetherVncWire AetherVncWire;

/* @fd: taken; becomes blocking */
AetherVncWire *aether_vnc_wire_new     (int              fd);
AetherVncWire *aether_vnc_wire_ref     (AetherVncWire   *self);
void           aether_vnc_wire_unref   (AetherVncWire   *self);
int            aether_vnc_wire_get_fd  (AetherVncWire   *self);
/* From now on the bytes go through @fd, which is taken. Only while nothing is queued. */
void           aether_vnc_wire_replace (AetherVncWire   *self,
                                        int              fd);
/* For a handshake: an answer that does not come within @seconds is an error, and so is the end. */
gboolean       aether_vnc_wire_read    (AetherVncWire   *self,
                                        gpointer         data,
                                        gsize            size,
                                        guint            seconds,
                                        GError         **error);
void           aether_vnc_wire_send    (AetherVncWire   *self,
                                        gconstpointer    data,
                                        gsize            size);
/* Any thread: both directions end, for good */
void           aether_vnc_wire_shut    (AetherVncWire   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherVncWire, aether_vnc_wire_unref)

G_END_DECLS
