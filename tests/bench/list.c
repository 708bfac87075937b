/* list.c - how long aetherctl takes to list machines, and the memory it takes
 *
 * Usage: bench-list AETHERCTL DATA-FOLDER COUNT
 *
 * DATA-FOLDER holds so many machines. In turns with an empty library.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"

#define ROUNDS 9

/* Returns: whether it listed */
static gboolean
list_once (const char *aetherctl, const char *data, Figures *times, Figures *sizes)
{
  gint64 start = g_get_monotonic_time ();
  struct rusage usage;
  int status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    {
      int null = open ("/dev/null", O_WRONLY);

      dup2 (null, STDOUT_FILENO);
      setenv ("XDG_DATA_HOME", data, TRUE);
      execl (aetherctl, aetherctl, "list", NULL);
      _exit (127);
    }

  if (pid < 0 || wait4 (pid, &status, 0, &usage) != pid || !WIFEXITED (status) ||
      WEXITSTATUS (status) != 0)
    return FALSE;

  figures_add (times, (g_get_monotonic_time () - start) / 1000.0);
  figures_add (sizes, usage.ru_maxrss / 1024.0);
  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autofree char *empty = g_dir_make_tmp ("aether-bench-XXXXXX", NULL);
  Figures *times = figures_new (), *sizes = figures_new (), *each = figures_new ();
  Figures *no_times = figures_new (), *no_sizes = figures_new ();
  g_autofree char *what = NULL;
  guint count = argc == 4 ? strtoul (argv[3], NULL, 10) : 0;

  if (count == 0)
    {
      fprintf (stderr, "Usage: bench-list AETHERCTL DATA-FOLDER COUNT\n");
      return 2;
    }

  for (int i = 0; i < ROUNDS; i++)
    if (!list_once (argv[1], argv[2], times, sizes) ||
        !list_once (argv[1], empty, no_times, no_sizes))
      {
        fprintf (stderr, "bench-list: aetherctl list failed\n");
        return 1;
      }

  what = g_strdup_printf ("aetherctl list, %u machines", count);
  figures_print (what, times, "no machines", no_times, "ms");
  figures_add (each, (figures_part (sizes, 0.5) - figures_part (no_sizes, 0.5)) * 1024 / count);
  figures_print ("aetherctl list, memory a machine", each, NULL, NULL, "KB");
  rmdir (empty);

  return 0;
}
