/* catalogue.c - how long the catalogue takes to open, and to search at each key stroke
 *
 * Usage: bench-catalogue
 *
 * Opening takes turns with libosinfo, which reads its database without an index. The cache
 * folder of the environment gets the index before.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <osinfo/osinfo.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "aether-catalogue.h"
#include "figures.h"

#define ROUNDS 9
#define ALLOWED_MS 16.0

static double
since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1000.0;
}

static gboolean
open_ours (void)
{
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open (NULL, NULL);

  return catalogue && g_list_model_get_n_items (G_LIST_MODEL (catalogue)) > 0;
}

static gboolean
open_theirs (void)
{
  g_autoptr(OsinfoLoader) loader = osinfo_loader_new ();
  g_autoptr(OsinfoOsList) all = NULL;

  osinfo_loader_process_default_path (loader, NULL);
  all = osinfo_db_get_os_list (osinfo_loader_get_db (loader));

  return osinfo_list_get_length (OSINFO_LIST (all)) > 0;
}

/* In a process of its own, which remembers nothing. Returns: whether it opened */
static gboolean
measure (gboolean (*open) (void), Figures *figures)
{
  double time = 0;
  int ends[2], status;
  pid_t pid;

  if (pipe (ends) < 0)
    return FALSE;

  pid = fork ();
  if (pid == 0)
    {
      gint64 start = g_get_monotonic_time ();
      gboolean good = open ();

      time = since (start);
      _exit (good && write (ends[1], &time, sizeof time) == sizeof time ? 0 : 1);
    }

  close (ends[1]);
  if (read (ends[0], &time, sizeof time) == sizeof time)
    figures_add (figures, time);
  close (ends[0]);

  return pid > 0 && waitpid (pid, &status, 0) == pid && WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

/* Of the processor: a stroke is so short that others on the computer would be measured */
static double
processor_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

/* Types @word, and takes it back. */
static void
type (AetherCatalogue *catalogue, const char *word, Figures *strokes)
{
  gsize length = strlen (word);

  for (gsize i = 1; i <= 2 * length; i++)
    {
      g_autofree char *typed = g_strndup (word, i <= length ? i : 2 * length - i);
      double start = processor_ms ();
      g_autoptr(GListModel) found = aether_catalogue_search (catalogue, typed, NULL);

      /* What a list shows of it */
      for (guint k = 0; k < MIN (g_list_model_get_n_items (found), 50); k++)
        {
          g_autoptr(AetherOs) os = g_list_model_get_item (found, k);

          g_assert (*aether_os_get_name (os) && aether_os_get_arches (os));
        }
      figures_add (strokes, processor_ms () - start);
    }
}

int
main (void)
{
  static const char * const words[] = { "debian 13", "windows 11", "ubuntu server 24.04", "opensuse tumbleweed", "bsd", "haiku",
                                        "microsoft corporation windows", "nothing that there is" };
  Figures *ours = figures_new (), *theirs = figures_new (), *strokes = figures_new ();
  g_autoptr(AetherCatalogue) catalogue = NULL;
  double worst;

  /* Makes the index */
  if (!measure (open_ours, figures_new ()))
    {
      fprintf (stderr, "bench-catalogue: there is no catalogue\n");
      return 1;
    }
  for (int i = 0; i < ROUNDS; i++)
    if (!measure (open_ours, ours) || !measure (open_theirs, theirs))
      {
        fprintf (stderr, "bench-catalogue: libosinfo has no database\n");
        return 1;
      }
  figures_print ("catalogue, opened from its index", ours, "libosinfo", theirs, "ms");

  catalogue = aether_catalogue_open (NULL, NULL);
  for (int i = 0; i < ROUNDS; i++)
    for (guint k = 0; k < G_N_ELEMENTS (words); k++)
      type (catalogue, words[k], strokes);
  figures_print ("catalogue, a key stroke, processor", strokes, NULL, NULL, "ms");
  worst = figures_part (strokes, 1);
  printf ("catalogue, the worst key stroke\t%.2f\tallowed\t%.0f\t%.2f\tms\t%u\n", worst, ALLOWED_MS, worst / ALLOWED_MS, strokes->len);

  return 0;
}
