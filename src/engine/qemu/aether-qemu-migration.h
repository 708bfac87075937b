/* aether-qemu-migration.h - QEMU at the file of a saved state: what suspending and resuming share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-qemu-session-private.h"

G_BEGIN_DECLS

/* Whether QEMU puts each page of the memory at a place of its own in the file; else it is one stream. */
gboolean  _aether_qemu_migration_has_mapped_ram   (AetherQemuSession    *self);

/* Gives QEMU @fd, which it copies. @qmp: the session's, which it may have lost by now */
void      _aether_qemu_migration_hand_over_async  (AetherQemuSession    *self,
                                                   AetherQmp            *qmp,
                                                   int                   fd,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
/* @fdset: (out): to be removed when QEMU is done with the file; -1: none.
 * Returns: (transfer full): what QEMU calls it */
char     *_aether_qemu_migration_hand_over_finish (AetherQemuSession    *self,
                                                   GAsyncResult         *result,
                                                   gint64               *fdset,
                                                   GError              **error);

/* @done, @total: bytes */
typedef void (*AetherQemuMigrationFunc) (AetherQemuSession *self, guint64 done, guint64 total);

/* Completes when a migration that was begun is over. @cancellable: (nullable): tells QEMU to give it up,
 * which may come too late; @progress: (nullable) */
void      _aether_qemu_migration_follow_async     (AetherQemuSession        *self,
                                                   AetherQmp                *qmp,
                                                   GCancellable             *cancellable,
                                                   AetherQemuMigrationFunc   progress,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* Returns: whether it is all there; else @reason has QEMU's words for why not, or @error says why it
 * could not be asked */
gboolean  _aether_qemu_migration_follow_finish    (AetherQemuSession    *self,
                                                   GAsyncResult         *result,
                                                   char                **reason,
                                                   GError              **error);

G_END_DECLS
