/* aether-capability-cache.c - what engines found out about this computer, kept between runs
 *
 * Small files: a GVariant of type (sa(sbss)), the key and the capabilities. A file
 * with another key, or that is no such GVariant, is as if not there.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-capability-cache.h"

#include "aether-paths.h"
#include "aether-store.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CACHE_MAX  (1024 * 1024)
#define GROUPS_MAX 256
#define KVM_DEVICE "/dev/kvm"

/* --- the key -------------------------------------------------------------- */

void
aether_capability_key_add_file (GString *key, const char *path)
{
  struct stat info;

  if (stat (path, &info) == 0)
    g_string_append_printf (key, "%s %" G_GINT64_FORMAT ".%09ld %" G_GINT64_FORMAT "\n", path,
                            (gint64) info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (gint64) info.st_size);
}

void
aether_capability_key_add_kvm (GString *key)
{
  g_autofree char *boot_id = aether_store_read ("/proc/sys/kernel/random/boot_id", 64, NULL, NULL);
  struct utsname system = { 0 };
  struct stat info;
  gid_t groups[GROUPS_MAX];
  int n_groups = getgroups (GROUPS_MAX, groups);

  uname (&system);
  g_string_append_printf (key, "kernel %s %s\n", system.release, boot_id ? boot_id : "");
  if (stat (KVM_DEVICE, &info) == 0)
    g_string_append_printf (key, "kvm %" G_GUINT64_FORMAT " %o %u %u\n", (guint64) info.st_rdev,
                            (guint) info.st_mode, (guint) info.st_uid, (guint) info.st_gid);

  g_string_append_printf (key, "user %u %u", (guint) geteuid (), (guint) getegid ());
  for (int i = 0; i < n_groups; i++)
    g_string_append_printf (key, " %u", (guint) groups[i]);
  g_string_append_c (key, '\n');
}

/* --- the file ------------------------------------------------------------- */

static char *
dup_path (const char *name)
{
  g_autofree char *folder = aether_paths_dup_cache ();

  return g_build_filename (folder, name, NULL);
}

gboolean
aether_capability_cache_load (const char *name, const char *key, AetherCapabilities *capabilities)
{
  g_autofree char *path = dup_path (name);
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

void
aether_capability_cache_save (const char *name, const char *key, AetherCapabilities *capabilities)
{
  g_autoptr(GVariant) file = NULL;
  g_autofree char *folder = aether_paths_dup_cache ();
  g_autofree char *path = dup_path (name);

  file = g_variant_ref_sink (g_variant_new ("(s@a(sbss))", key, aether_capabilities_serialize (capabilities)));
  g_mkdir_with_parents (folder, 0700);
  aether_store_write (path, g_variant_get_data (file), g_variant_get_size (file), AETHER_STORE_QUICK, NULL);
}
