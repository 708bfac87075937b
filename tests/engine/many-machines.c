/* many-machines.c - a large library for tests and benchmarks
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "many-machines.h"

#include "aether-machine.h"
#include "aether-paths.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

void
many_machines_make (guint from, guint to)
{
  g_autofree char *folder = aether_paths_dup_library ();
  struct timespec old[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };

  for (guint i = from; i < to; i++)
    {
      g_autofree char *name = g_strdup_printf ("Machine number %u", i);
      g_autofree char *path = g_strdup_printf ("%s/%s.aether", folder, name);
      g_autofree char *json = g_build_filename (path, "machine.json", NULL);
      g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
      g_autofree char *data = aether_machine_to_data (machine, NULL);
      g_autoptr(GError) error = NULL;

      /* Straight to disk: to make each durably would take a minute */
      g_mkdir_with_parents (path, 0700);
      g_file_set_contents_full (json, data, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
      g_assert_no_error (error);
      utimensat (AT_FDCWD, json, old, 0);
    }
}
