/* aether-os-defaults.c - a machine that suits a system and this computer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-os-defaults.h"

#include <string.h>

#define MIB (1024ull * 1024)
#define GIB (1024 * MIB)

#define USUAL_MEMORY 2048u         /* MiB */
#define LEAST_MEMORY  128u
#define MOST_MEMORY  (1u << 24)    /* 16 TiB: what the database says is not to be trusted */
#define USUAL_CPUS      4u
#define MOST_CPUS     512u
#define USUAL_DISK   (32 * GIB)
#define MOST_DISK    (64 * 1024 * GIB)

static guint
choose_memory (const AetherOsResources *minimum, const AetherOsResources *recommended, guint64 host)
{
  guint64 wanted = MAX (recommended->memory / MIB, USUAL_MEMORY);
  guint64 memory = host > 0 ? MIN (wanted, host / 2) : wanted;

  memory -= memory % 64;
  memory = MAX (memory, (minimum->memory + MIB - 1) / MIB);

  return CLAMP (memory, LEAST_MEMORY, MOST_MEMORY);
}

void
aether_os_defaults_init (AetherOsDefaults *self,
                         AetherOs         *os,
                         const char       *arch,
                         guint64           host_memory,
                         guint             host_cpus)
{
  AetherOsResources minimum = { 0 }, recommended = { 0 };
  guint64 disk;

  g_return_if_fail (os == NULL || AETHER_IS_OS (os));

  if (os != NULL)
    aether_os_get_resources (os, arch, &minimum, &recommended);

  disk = CLAMP (MAX (recommended.storage, minimum.storage), USUAL_DISK, MOST_DISK);
  *self = (AetherOsDefaults) {
    .memory = choose_memory (&minimum, &recommended, host_memory),
    .cpus = CLAMP (MAX (recommended.cpus, USUAL_CPUS), 1, CLAMP (host_cpus, 1, MOST_CPUS)),
    .disk = (disk + GIB - 1) / GIB * GIB,
    .least_memory = MIN (minimum.memory / MIB, MOST_MEMORY),
    .least_disk = MIN (minimum.storage, MOST_DISK),
  };

  /* only PCs have two */
  if (os != NULL && (strcmp (arch, "x86_64") == 0 || strcmp (arch, "i386") == 0)
      && !aether_os_suits_firmware (os, arch, "uefi") && aether_os_suits_firmware (os, arch, "bios"))
    self->firmware = "bios";
}

const char *
aether_os_choose_arch (AetherOs *os, const char * const *arches, const char *host)
{
  g_return_val_if_fail (AETHER_IS_OS (os), NULL);

  if (g_strv_contains (arches, host) && aether_os_has_arch (os, host))
    return host;

  for (guint i = 0; arches[i] != NULL; i++)
    {
      if (aether_os_has_arch (os, arches[i]))
        return arches[i];
    }

  return NULL;
}
