/* control.h - commands from the engine, on an inherited socket
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "../avmm-vm.h"

struct avmm_dbus;
struct avmm_control;

/* The socket is SOCK_SEQPACKET: one packet, one command; each is answered, in order, by
 * "ok", "ok VALUE..." or "error SENTENCE". Between answers come events.
 *
 *   pause, resume    answered when done      reset, stop      answered when asked
 *   quit             asks the guest to end   key CODE 0|1     Linux key code, up or down
 *   statistics       "ok READ WRITTEN SENT RECEIVED": bytes of the disk, of the network
 *   screenshot       PNG to the descriptor that comes along
 *   display          serves org.qemu.Display1 on the socket that comes along
 *
 *   event running BACKEND | event paused | event ended KIND SENTENCE
 *     KIND: exit STATUS, crash, failed, stopped, time-limit
 *
 * When the peer closes it, the machine stops. */
struct avmm_control *avmm_control_start  (struct avmm_vm *vm, struct avmm_dbus *dbus, int fd,
                                          struct avmm_error *error);
void                 avmm_control_notify (struct avmm_control *control);
void                 avmm_control_stop   (struct avmm_control *control);
