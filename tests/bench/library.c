/* library.c - how long it takes to list machines, and the memory they take
 *
 * Usage: bench-library COUNT
 *        bench-library --make COUNT    (in the library of the environment)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library.h"
#include "many-machines.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 9

static double
list_once (gsize *bytes)
{
  gsize before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  gint64 start = g_get_monotonic_time ();
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  double ms = (g_get_monotonic_time () - start) / 1000.0;

  *bytes = mallinfo2 ().uordblks + mallinfo2 ().hblkhd - before;

  return ms;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

static void
measure (guint count)
{
  double times[ROUNDS];
  double first;
  gsize bytes;

  first = list_once (&bytes);
  for (guint i = 0; i < ROUNDS; i++)
    times[i] = list_once (&bytes);
  qsort (times, ROUNDS, sizeof *times, compare);

  printf ("%u machines: listed first in %.1f ms, then in %.1f ms (median of %d); %zu bytes a machine\n",
          count, first, times[ROUNDS / 2], ROUNDS, bytes / MAX (count, 1));
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL;
  gboolean make = argc == 3 && strcmp (argv[1], "--make") == 0;
  guint count = argc > 1 ? strtoul (argv[argc - 1], NULL, 10) : 0;

  if (count == 0 || (argc != 2 && !make))
    {
      fprintf (stderr, "Usage: bench-library [--make] COUNT\n");
      return 2;
    }

  if (make)
    {
      many_machines_make (0, count);
      return 0;
    }

  /* A library of its own, before anybody asks where the user's is */
  folder = g_dir_make_tmp ("aether-bench-XXXXXX", NULL);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_CACHE_HOME", folder, TRUE);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);

  many_machines_make (0, count);
  measure (count);
  g_spawn_sync (NULL, (char *[]) { "rm", "-r", "--", folder, NULL }, NULL, G_SPAWN_SEARCH_PATH,
                NULL, NULL, NULL, NULL, NULL, NULL);

  return 0;
}
