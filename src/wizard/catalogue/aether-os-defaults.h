/* aether-os-defaults.h - a machine that suits a system and this computer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-os.h"

G_BEGIN_DECLS

/**
 * AetherOsDefaults:
 * @memory: MiB
 * @cpus: at most what the computer has
 * @disk: bytes, whole GiB
 * @firmware: (nullable): NULL: what the architecture has
 * @least_memory: MiB that the system asks for, 0 when nobody says
 * @least_disk: bytes that the system asks for, 0 when nobody says
 */
typedef struct
{
  guint       memory;
  guint       cpus;
  guint64     disk;
  const char *firmware;
  guint       least_memory;
  guint64     least_disk;
} AetherOsDefaults;

/* @os: (nullable): NULL: any system. @host_memory: MiB, 0 when unknown: what the system recommends,
 * at most half of it, but never less than the system's minimum. */
void        aether_os_defaults_init (AetherOsDefaults *self,
                                     AetherOs         *os,
                                     const char       *arch,
                                     guint64           host_memory,
                                     guint             host_cpus);

/* The one of @arches (NULL-terminated) that the system is best started on: @host if it can be.
 * Returns: (nullable): NULL when there is none */
const char *aether_os_choose_arch   (AetherOs           *os,
                                     const char * const *arches,
                                     const char         *host);

G_END_DECLS
