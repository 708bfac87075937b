/* aether-qemu-check-drive.h - what stands in the way of one drive
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/* Appends AetherFindings to @findings. @index: of @drive in the machine */
void      aether_qemu_check_drive_async  (AetherBundle        *bundle,
                                          AetherDrive         *drive,
                                          guint                index,
                                          GPtrArray           *findings,
                                          GCancellable        *cancellable,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
gboolean  aether_qemu_check_drive_finish (GAsyncResult        *result,
                                          GError             **error);

G_END_DECLS
