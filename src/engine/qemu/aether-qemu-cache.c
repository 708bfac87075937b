/* aether-qemu-cache.c - what was found out about QEMU, kept between runs
 *
 * One small file for each guest architecture. The key names all that the
 * answers hang on.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-cache.h"

#include "aether-capability-cache.h"
#include "aether-config.h"
#include "aether-machine.h"
#include "aether-qemu-accelerator.h"
#include "aether-qemu-firmware.h"

#include <stdlib.h>

/* What is asked; another one whenever the probe learns to ask more. */
#define PROBED "3"

/* --- the key -------------------------------------------------------------- */

/* QEMU does not say where its modules are: the places of the distributions. */
static void
add_modules (GString *key, const char *program)
{
  g_autofree char *real = realpath (program, NULL);
  g_autofree char *bin = g_path_get_dirname (real ? real : program);
  g_autofree char *prefix = g_path_get_dirname (bin);
  g_autofree char *multiarch = g_strdup_printf ("lib/%s-linux-gnu/qemu", aether_machine_host_arch ());
  const char *folders[] = { "lib/qemu", "lib64/qemu", multiarch };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (prefix, folders[i], NULL);

      aether_capability_key_add_file (key, folder);
    }
}

/**
 * aether_qemu_cache_dup_key:
 * @program: QEMU for @arch
 *
 * Returns: (transfer full): text that changes when something changes that
 *   could make another probe give other answers
 */
char *
aether_qemu_cache_dup_key (const char *arch, const char *program)
{
  GString *key = g_string_new (AETHER_VERSION " " PROBED "\n");
  g_auto(GStrv) folders = aether_qemu_firmware_list_folders ();

  aether_capability_key_add_file (key, program);
  add_modules (key, program);
  for (char **folder = folders; *folder; folder++)
    aether_capability_key_add_file (key, *folder);

  if (aether_qemu_accelerator_can_run (arch))
    aether_capability_key_add_kvm (key);

  return g_string_free_and_steal (key);
}

static char *
dup_name (const char *arch)
{
  return g_strconcat ("qemu-capabilities-", arch, NULL);
}

/**
 * aether_qemu_cache_load:
 * @key: from aether_qemu_cache_dup_key()
 * @capabilities: gets what is remembered
 *
 * Returns: whether something was remembered under @key
 */
gboolean
aether_qemu_cache_load (const char *arch, const char *key, AetherCapabilities *capabilities)
{
  g_autofree char *name = dup_name (arch);

  return aether_capability_cache_load (name, key, capabilities);
}

/**
 * aether_qemu_cache_save:
 *
 * Remembers those of @capabilities that speak of @arch.
 */
void
aether_qemu_cache_save (const char *arch, const char *key, AetherCapabilities *capabilities)
{
  g_autoptr(AetherCapabilities) ours = aether_capabilities_new ();
  g_autofree char *name = dup_name (arch);

  for (guint i = 0; i < aether_capabilities_get_n (capabilities); i++)
    {
      const AetherCapability *capability = aether_capabilities_get (capabilities, i);
      g_auto(GStrv) words = g_strsplit (capability->id, ".", 3);

      if (g_strv_length (words) >= 2 && g_str_equal (words[1], arch))
        aether_capabilities_add (ours, capability->id, capability->available, capability->value, capability->reason);
    }

  aether_capability_cache_save (name, key, ours);
}
