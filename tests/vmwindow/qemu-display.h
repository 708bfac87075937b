/* qemu-display.h - a real QEMU, for tests and benchmarks of the display alone
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _QemuDisplay QemuDisplay;

/* @arguments: added to a machine without disks, with a D-Bus display.
 * Returns: (nullable): NULL when there is no QEMU with a D-Bus display here */
QemuDisplay *qemu_display_new     (const char * const *arguments);
/* Kills it, and waits. */
void         qemu_display_free    (QemuDisplay *self);

int          qemu_display_get_pid (QemuDisplay *self);
/* Runs a QMP command, blocking. @arguments: JSON text, or NULL; @fd: sent along, or -1.
 * Returns: the answer as JSON text */
char        *qemu_display_qmp     (QemuDisplay *self, const char *command, const char *arguments,
                                   int fd);
/* A new connection to org.qemu.Display1, as AetherClient gives. */
GIOStream   *qemu_display_open    (QemuDisplay *self);
/* A new connection to its VNC server, of a machine with "-vnc none" */
GSocketConnection *qemu_display_open_vnc (QemuDisplay *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QemuDisplay, qemu_display_free)

G_END_DECLS
