/* aether-cost.c - what a new machine takes of this computer, and when that is too much
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-cost.h"

#include "aether-bundle.h"
#include "aether-words.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB (1024ull * 1024)

/* --- what there is ------------------------------------------------------------------- */

guint64
aether_cost_host_memory (void)
{
  gint64 pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) pages * size / MIB : 0;
}

/* The folder may not be there before the first machine is. */
static guint64
find_free (const char *folder)
{
  g_autofree char *path = g_strdup (folder);
  struct statvfs fs;

  while (statvfs (path, &fs) < 0)
    {
      char *parent = g_path_get_dirname (path);

      if (errno != ENOENT || strcmp (parent, path) == 0)
        {
          g_free (parent);
          return 0;
        }
      g_free (path);
      path = parent;
    }

  return (guint64) fs.f_bavail * fs.f_frsize;
}

/* Paths of those that run, which any thread may read. */
static char **
list_running (GListModel *machines)
{
  g_autoptr(GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (machines); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (machines, i);

      if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
        g_strv_builder_add (paths, aether_bundle_get_path (bundle));
    }

  return g_strv_builder_end (paths);
}

static void
look (AetherCostHost *self, const char * const *running, const char *folder)
{
  *self = (AetherCostHost) { .memory = aether_cost_host_memory (), .free = find_free (folder) };

  for (guint i = 0; running[i]; i++)
    {
      g_autoptr(AetherBundle) bundle = aether_bundle_new (running[i]);
      g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);

      if (machine == NULL)
        continue;
      self->taken += machine->memory->size;
      self->running++;
    }
}

void
aether_cost_host_look (AetherCostHost *self, GListModel *machines, const char *folder)
{
  g_auto(GStrv) running = list_running (machines);

  look (self, (const char * const *) running, folder);
}

typedef struct
{
  char **running;
  char  *folder;
} Where;

static void
where_free (Where *where)
{
  g_strfreev (where->running);
  g_free (where->folder);
  g_free (where);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Where *where = data;
  AetherCostHost *host = g_new0 (AetherCostHost, 1);

  look (host, (const char * const *) where->running, where->folder);
  g_task_return_pointer (task, host, g_free);
}

void
aether_cost_host_look_async (GListModel *machines, const char *folder, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Where *where = g_new0 (Where, 1);

  where->running = list_running (machines);
  where->folder = g_strdup (folder);
  g_task_set_source_tag (task, aether_cost_host_look_async);
  g_task_set_task_data (task, where, (GDestroyNotify) where_free);
  g_task_run_in_thread (task, look_thread);
}

gboolean
aether_cost_host_look_finish (AetherCostHost *self, GAsyncResult *result, GError **error)
{
  g_autofree AetherCostHost *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;

  *self = *found;
  return TRUE;
}

/* --- what it takes ------------------------------------------------------------------- */

char *
aether_cost_say_memory (AetherDraft *draft, const AetherCostHost *host)
{
  g_autofree char *asked = aether_words_size (draft->memory * MIB);
  g_autofree char *all = aether_words_size (host->memory * MIB);
  g_autofree char *taken = aether_words_size (host->taken * MIB);

  if (host->memory == 0)
    /* Translators: %s is a size of memory */
    return g_strdup_printf (_("Takes %s of memory while it runs."), asked);
  if (host->running == 0)
    /* Translators: %1$s and %2$s are sizes of memory */
    return g_strdup_printf (_("Takes %1$s of this computer’s %2$s of memory while it runs."), asked, all);

  /* Translators: sizes of memory */
  return g_strdup_printf (_("Takes %1$s of this computer’s %2$s of memory while it runs; the machines that run now have %3$s."),
                          asked, all, taken);
}

static gboolean
grows (AetherDraft *draft)
{
  return draft->disk == AETHER_DRAFT_DISK_NEW || draft->disk == AETHER_DRAFT_DISK_COPY;
}

char *
aether_cost_say_disk (AetherDraft *draft, const AetherCostHost *host)
{
  g_autofree char *size = aether_words_size (draft->disk_size);
  g_autofree char *free = aether_words_size (host->free);

  if (!grows (draft))
    return g_strdup (_("Takes no more space on this computer’s disk."));
  if (host->free == 0)
    /* Translators: %s is the size of a disk */
    return g_strdup_printf (_("The disk begins small and grows up to %s as it fills."), size);

  /* Translators: %1$s and %2$s are sizes of disks */
  return g_strdup_printf (_("The disk begins small and grows up to %1$s as it fills; %2$s are free."), size, free);
}

/* --- what is too much, or too little --------------------------------------------------- */

char *
aether_cost_warn_memory (AetherDraft *draft, const AetherCostHost *host)
{
  g_autofree char *asked = aether_words_size (draft->memory * MIB);
  g_autofree char *all = aether_words_size (host->memory * MIB);
  g_autofree char *taken = aether_words_size (host->taken * MIB);
  g_autofree char *sum = aether_words_size ((draft->memory + host->taken) * MIB);
  g_autofree char *least = aether_words_size (draft->defaults.least_memory * MIB);

  if (host->memory > 0 && draft->memory > host->memory)
    /* Translators: %1$s and %2$s are sizes of memory */
    return g_strdup_printf (_("%1$s of memory is more than the %2$s that this computer has: the machine may not start."),
                            asked, all);
  if (host->memory > 0 && draft->memory + host->taken > host->memory)
    /* Translators: sizes of memory */
    return g_strdup_printf (ngettext ("With the machine that runs now, which has %1$s, it would take %2$s of memory; this computer has %3$s.",
                                      "With the machines that run now, which have %1$s, it would take %2$s of memory; this computer has %3$s.",
                                      host->running), taken, sum, all);
  if (host->memory > 0 && draft->memory > host->memory / 10 * 9)
    /* Translators: %1$s and %2$s are sizes of memory */
    return g_strdup_printf (_("%1$s of memory leaves little for this computer itself: it has %2$s."), asked, all);
  if (draft->os != NULL && draft->memory < draft->defaults.least_memory)
    /* Translators: %1$s is a system, %2$s and %3$s are sizes of memory */
    return g_strdup_printf (_("%1$s wants at least %2$s of memory; the machine has %3$s."), aether_os_get_name (draft->os),
                            least, asked);

  return NULL;
}

char *
aether_cost_warn_disk (AetherDraft *draft, const AetherCostHost *host)
{
  g_autofree char *size = aether_words_size (draft->disk_size);
  g_autofree char *free = aether_words_size (host->free);
  g_autofree char *least = aether_words_size (draft->defaults.least_disk);

  if (!grows (draft))
    return NULL;
  if (host->free > 0 && draft->disk_size > host->free)
    /* Translators: %1$s and %2$s are sizes of disks */
    return g_strdup_printf (_("The disk can grow to %1$s, and only %2$s are free. The machine pauses when there is no space left."),
                            size, free);
  if (draft->os != NULL && draft->disk_size < draft->defaults.least_disk)
    /* Translators: %1$s is a system, %2$s and %3$s are sizes of disks */
    return g_strdup_printf (_("%1$s wants a disk of at least %2$s; this one has %3$s."), aether_os_get_name (draft->os),
                            least, size);

  return NULL;
}
