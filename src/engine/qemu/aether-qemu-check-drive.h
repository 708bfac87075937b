/* aether-qemu-check-drive.h - what stands in the way of one drive
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

void aether_qemu_check_drive (AetherBundle  *bundle,
                              AetherDrive   *drive,
                              guint          index,
                              GPtrArray     *findings);

G_END_DECLS
