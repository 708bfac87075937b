/* aether-qemu-cache.h - what was found out about QEMU, kept between runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-capabilities.h"

G_BEGIN_DECLS

char     *aether_qemu_cache_dup_key (const char          *arch,
                                     const char          *program);

gboolean  aether_qemu_cache_load    (const char          *arch,
                                     const char          *key,
                                     AetherCapabilities  *capabilities);
void      aether_qemu_cache_save    (const char          *arch,
                                     const char          *key,
                                     AetherCapabilities  *capabilities);

G_END_DECLS
