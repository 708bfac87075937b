/* aether-paths.c - where things lie
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-paths.h"

#include "aether-config.h"

#include <string.h>

/* What tests and the build tree put in the place of an installed path. */
static char *
installed (const char *variable, const char *path)
{
  const char *value = g_getenv (variable);

  return g_strdup (value && *value ? value : path);
}

/**
 * aether_paths_dup_library:
 *
 * Returns: (type filename): the folder that new machines are made in;
 *   it may not exist yet
 */
char *
aether_paths_dup_library (void)
{
  return g_build_filename (g_get_user_data_dir (), "aether", "machines", NULL);
}

/**
 * aether_paths_dup_media:
 *
 * Returns: (type filename): the folder of what was downloaded; it may not exist yet
 */
char *
aether_paths_dup_media (void)
{
  return g_build_filename (g_get_user_data_dir (), "aether", "media", NULL);
}

/**
 * aether_paths_dup_consents:
 *
 * Returns: (type filename): the folder of what the user agreed to; it may not exist yet
 */
char *
aether_paths_dup_consents (void)
{
  return g_build_filename (g_get_user_data_dir (), "aether", "consents", NULL);
}

/**
 * aether_paths_dup_config:
 *
 * Returns: (type filename): the folder of what the user chose; it may not exist yet
 */
char *
aether_paths_dup_config (void)
{
  return g_build_filename (g_get_user_config_dir (), "aether", NULL);
}

/**
 * aether_paths_dup_cache:
 *
 * Returns: (type filename): the folder of what can be made again; it may not exist yet
 */
char *
aether_paths_dup_cache (void)
{
  return g_build_filename (g_get_user_cache_dir (), "aether", NULL);
}

/**
 * aether_paths_dup_runtime_root:
 *
 * Returns: (type filename): the folder that has one folder for each running machine
 */
char *
aether_paths_dup_runtime_root (void)
{
  return g_build_filename (g_get_user_runtime_dir (), "aether", NULL);
}

/**
 * aether_paths_dup_runtime:
 * @uuid: a valid UUID: it becomes a folder's name
 *
 * Returns: (type filename): the folder of a running machine: its lock, its
 *   status, its socket
 */
char *
aether_paths_dup_runtime (const char *uuid)
{
  g_return_val_if_fail (uuid != NULL && g_uuid_string_is_valid (uuid), NULL);

  return g_build_filename (g_get_user_runtime_dir (), "aether", uuid, NULL);
}

/**
 * aether_paths_dup_engines:
 *
 * Returns: (type filename): the folder of the engines' plug-ins
 */
char *
aether_paths_dup_engines (void)
{
  return installed ("AETHER_ENGINES_DIR", AETHER_ENGINESDIR);
}

/**
 * aether_paths_dup_machine_program:
 *
 * Returns: (type filename): aether-machine, the program that runs one machine
 */
char *
aether_paths_dup_machine_program (void)
{
  return installed ("AETHER_MACHINE_PROGRAM", AETHER_LIBEXECDIR "/aether-machine");
}

/**
 * aether_paths_dup_sound_program:
 *
 * Returns: (transfer full): path of aether-sound, which may not be installed
 */
char *
aether_paths_dup_sound_program (void)
{
  return installed ("AETHER_SOUND_PROGRAM", AETHER_LIBEXECDIR "/aether-sound");
}

/**
 * aether_paths_find_guest:
 * @arch: as "x86_64"
 *
 * Returns: (type filename) (nullable): the folder of the small Linux's
 *   vmlinuz, initrd and cmdline, or %NULL when there is none for @arch
 */
char *
aether_paths_find_guest (const char *arch)
{
  g_autofree char *cache = aether_paths_dup_cache ();
  g_autofree char *cached = g_build_filename (cache, "guests", NULL);
  const char *folders[] = { g_getenv ("AETHER_GUESTS_DIR"), cached, AETHER_DATADIR "/guests" };

  g_return_val_if_fail (arch != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = folders[i] ? g_build_filename (folders[i], arch, NULL) : NULL;

      if (folder != NULL && g_file_test (folder, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&folder);
    }

  return NULL;
}

/**
 * aether_paths_find_demo:
 * @guest: as "console"
 * @arch: as machines have it: "aarch64"
 *
 * Returns: (type filename) (nullable): the image of an Aether guest that comes
 *   with Aether, or %NULL when there is none of that name for @arch
 */
char *
aether_paths_find_demo (const char *guest, const char *arch)
{
  g_autofree char *folder = installed ("AETHER_DEMOS_DIR", AETHER_DATADIR "/demos");
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (guest != NULL && arch != NULL, NULL);

  if (strchr (guest, G_DIR_SEPARATOR))
    return NULL;

  /* Aether guests have their own names of CPUs, as aether-vmm has them */
  name = g_strdup_printf ("%s-%s.aether", guest, g_str_equal (arch, "aarch64") ? "arm64" : arch);
  path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path) : NULL;
}
