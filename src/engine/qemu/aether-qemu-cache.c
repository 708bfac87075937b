/* aether-qemu-cache.c - what was found out about QEMU, kept between runs
 *
 * One small file for each guest architecture: a GVariant of type (sa(sbss)),
 * the key and the capabilities. The key names all that the answers hang on; a
 * file with another key, or that is no such GVariant, is as if not there.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-cache.h"

#include "aether-config.h"
#include "aether-machine.h"
#include "aether-paths.h"
#include "aether-qemu-accelerator.h"
#include "aether-qemu-firmware.h"
#include "aether-store.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CACHE_MAX (1024 * 1024)
#define GROUPS_MAX 256

/* What is asked; another one whenever the probe learns to ask more. */
#define PROBED "2"

/* --- the key -------------------------------------------------------------- */

static void
add_file (GString *key, const char *path)
{
  struct stat info;

  if (stat (path, &info) == 0)
    g_string_append_printf (key, "%s %" G_GINT64_FORMAT ".%09ld %" G_GINT64_FORMAT "\n", path,
                            (gint64) info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (gint64) info.st_size);
}

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

      add_file (key, folder);
    }
}

static void
add_kvm (GString *key)
{
  struct stat info;
  gid_t groups[GROUPS_MAX];
  int n_groups = getgroups (GROUPS_MAX, groups);

  if (stat (AETHER_QEMU_KVM_DEVICE, &info) == 0)
    g_string_append_printf (key, "kvm %" G_GUINT64_FORMAT " %o %u %u\n", (guint64) info.st_rdev,
                            (guint) info.st_mode, (guint) info.st_uid, (guint) info.st_gid);

  g_string_append_printf (key, "user %u %u", (guint) geteuid (), (guint) getegid ());
  for (int i = 0; i < n_groups; i++)
    g_string_append_printf (key, " %u", (guint) groups[i]);
  g_string_append_c (key, '\n');
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
  g_autofree char *boot_id = NULL;
  struct utsname system = { 0 };

  add_file (key, program);
  add_modules (key, program);
  for (char **folder = folders; *folder; folder++)
    add_file (key, *folder);

  if (aether_qemu_accelerator_can_run (arch))
    {
      uname (&system);
      boot_id = aether_store_read ("/proc/sys/kernel/random/boot_id", 64, NULL, NULL);
      g_string_append_printf (key, "kernel %s %s\n", system.release, boot_id ? boot_id : "");
      add_kvm (key);
    }

  return g_string_free_and_steal (key);
}

/* --- the file ------------------------------------------------------------- */

static char *
dup_path (const char *arch)
{
  g_autofree char *folder = aether_paths_dup_cache ();
  g_autofree char *name = g_strconcat ("qemu-capabilities-", arch, NULL);

  return g_build_filename (folder, name, NULL);
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
  g_autofree char *path = dup_path (arch);
  g_autoptr(GVariant) file = NULL;
  g_autoptr(GVariant) list = NULL;
  g_autoptr(AetherCapabilities) loaded = NULL;
  const char *found;
  gsize length;
  char *data = aether_store_read (path, CACHE_MAX, &length, NULL);

  if (data == NULL)
    return FALSE;

  file = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE ("(sa(sbss))"), data, length,
                                                      FALSE, g_free, data));
  if (!g_variant_is_normal_form (file))
    return FALSE;

  g_variant_get (file, "(&s@a(sbss))", &found, &list);
  if (strcmp (found, key) != 0)
    return FALSE;

  loaded = aether_capabilities_deserialize (list);
  for (guint i = 0; loaded && i < aether_capabilities_get_n (loaded); i++)
    {
      const AetherCapability *capability = aether_capabilities_get (loaded, i);

      aether_capabilities_add (capabilities, capability->id, capability->available,
                               capability->value, capability->reason);
    }

  return loaded != NULL;
}

/**
 * aether_qemu_cache_save:
 *
 * Remembers those of @capabilities that speak of @arch. A cache that cannot
 * be written costs time at the next start and nothing else.
 */
void
aether_qemu_cache_save (const char *arch, const char *key, AetherCapabilities *capabilities)
{
  g_autoptr(AetherCapabilities) ours = aether_capabilities_new ();
  g_autoptr(GVariant) file = NULL;
  g_autofree char *folder = aether_paths_dup_cache ();
  g_autofree char *path = dup_path (arch);

  for (guint i = 0; i < aether_capabilities_get_n (capabilities); i++)
    {
      const AetherCapability *capability = aether_capabilities_get (capabilities, i);
      g_auto(GStrv) words = g_strsplit (capability->id, ".", 3);

      if (g_strv_length (words) >= 2 && g_str_equal (words[1], arch))
        aether_capabilities_add (ours, capability->id, capability->available, capability->value, capability->reason);
    }

  file = g_variant_ref_sink (g_variant_new ("(s@a(sbss))", key, aether_capabilities_serialize (ours)));
  g_mkdir_with_parents (folder, 0700);
  aether_store_write (path, g_variant_get_data (file), g_variant_get_size (file), AETHER_STORE_QUICK, NULL);
}
