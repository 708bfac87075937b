/* aether-host-serial.h - a machine's serial ports, for any number of clients
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-session.h"

G_BEGIN_DECLS

#define AETHER_HOST_SERIAL_CLIENTS 64   /* at most, of all ports */

/**
 * AetherHostSerial:
 *
 * Hands what the guest writes to every client, and what they write to the
 * guest. A client that does not read is dropped before it costs memory.
 *
 * Signals: "failed" (const char *sentence): a log file is not written any more
 */
#define AETHER_TYPE_HOST_SERIAL (aether_host_serial_get_type ())
G_DECLARE_FINAL_TYPE (AetherHostSerial, aether_host_serial, AETHER, HOST_SERIAL, GObject)

/* Follows @session's "serial-data". @folder: where ports with a log keep it. */
AetherHostSerial *aether_host_serial_new  (AetherSession     *session,
                                           AetherMachine     *machine,
                                           const char        *folder);
/* @fd: taken; one end of a unix stream socket pair. */
gboolean          aether_host_serial_open (AetherHostSerial  *self,
                                           guint              port,
                                           gboolean           replay,
                                           int                fd,
                                           GError           **error);

G_END_DECLS
