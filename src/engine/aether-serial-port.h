/* aether-serial-port.h - our end of a guest's serial port
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bytes that wait for a guest that does not read; what is more is dropped. */
#define AETHER_SERIAL_PORT_MAX (64 * 1024)

typedef struct _AetherSerialPort AetherSerialPort;

typedef void (*AetherSerialPortFunc) (guint    port,
                                      GBytes  *data,
                                      gpointer user_data);

AetherSerialPort *aether_serial_port_new   (guint                 port,
                                            int                   fd,
                                            AetherSerialPortFunc  func,
                                            gpointer              user_data);
gsize             aether_serial_port_write (AetherSerialPort     *self,
                                            GBytes               *data);
void              aether_serial_port_drain (AetherSerialPort     *self);
void              aether_serial_port_free  (AetherSerialPort     *self);

G_END_DECLS
