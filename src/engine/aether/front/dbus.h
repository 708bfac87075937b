/* dbus.h - the machine's picture, keyboard and pointer as org.qemu.Display1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "../avmm-vm.h"

struct avmm_dbus;

/* Starts the display's thread. Before the process is confined. */
struct avmm_dbus *avmm_dbus_start  (struct avmm_vm *vm, struct avmm_error *error);
/* Any thread. @fd: a connected socket; taken. It replaces the peer before. */
void              avmm_dbus_serve  (struct avmm_dbus *dbus, int fd);
/* Any thread, must not wait */
void              avmm_dbus_notify (struct avmm_dbus *dbus);
void              avmm_dbus_stop   (struct avmm_dbus *dbus);
