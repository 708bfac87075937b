/* aether-capability-cache.h - what engines found out about this computer, kept between runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-capabilities.h"

G_BEGIN_DECLS

/* A key is a text that changes when something changes that could make another probe give other
 * answers. These add a line each. */
void      aether_capability_key_add_file    (GString             *key,
                                             const char          *path);
/* The kernel since its start, the device KVM and who may use it */
void      aether_capability_key_add_kvm     (GString             *key);

/* @name: of a file in the cache folder. FALSE when nothing is remembered under @key. */
gboolean  aether_capability_cache_load      (const char          *name,
                                             const char          *key,
                                             AetherCapabilities  *capabilities);
/* A cache that cannot be written costs time at the next start and nothing else. */
void      aether_capability_cache_save      (const char          *name,
                                             const char          *key,
                                             AetherCapabilities  *capabilities);

G_END_DECLS
