/* aether-qemu-serial.h - our end of a guest's serial port
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Bytes that wait for a guest that does not read; what is more is dropped. */
#define AETHER_QEMU_SERIAL_MAX (64 * 1024)

typedef struct _AetherQemuSerial AetherQemuSerial;

typedef void (*AetherQemuSerialFunc) (guint    port,
                                      GBytes  *data,
                                      gpointer user_data);

AetherQemuSerial *aether_qemu_serial_new   (guint                 port,
                                            int                   fd,
                                            AetherQemuSerialFunc  func,
                                            gpointer              user_data);
gsize             aether_qemu_serial_write (AetherQemuSerial     *self,
                                            GBytes               *data);
void              aether_qemu_serial_drain (AetherQemuSerial     *self);
void              aether_qemu_serial_free  (AetherQemuSerial     *self);

G_END_DECLS
