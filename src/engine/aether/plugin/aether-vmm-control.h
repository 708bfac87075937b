/* aether-vmm-control.h - our end of aether-vmm's control socket
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AetherVmmControl:
 *
 * Sends commands and gives each its answer, in order; front/control.h in aether-vmm has the
 * words. Never blocks: the socket takes hundreds of packets, and one that is full is an error.
 *
 * Signal: "event" (const char *text): what came behind "event "
 */
#define AETHER_TYPE_VMM_CONTROL (aether_vmm_control_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmmControl, aether_vmm_control, AETHER, VMM_CONTROL, GObject)

/* @fd: taken */
AetherVmmControl *aether_vmm_control_new         (int fd);

/* @fd: goes along, borrowed; -1: none. Returns (transfer full): what came behind "ok". Fails with
 * G_IO_ERROR_FAILED and the machine's sentence, or G_IO_ERROR_CLOSED when it is gone. */
void              aether_vmm_control_call_async  (AetherVmmControl     *self,
                                                  const char           *command,
                                                  int                   fd,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
char             *aether_vmm_control_call_finish (AetherVmmControl     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);

/* Reads what is left, then fails all that wait. */
void              aether_vmm_control_close       (AetherVmmControl     *self);

G_END_DECLS
