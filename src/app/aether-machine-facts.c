/* aether-machine-facts.c - what the files of a machine say, read aside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine-facts.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

static void
drive_facts_free (gpointer data)
{
  AetherDriveFacts *drive = data;

  g_free (drive->title);
  g_free (drive->file);
  g_free (drive->path);
  g_free (drive->format);
  g_free (drive);
}

void
aether_machine_facts_free (AetherMachineFacts *self)
{
  g_clear_object (&self->machine);
  g_clear_pointer (&self->drives, g_ptr_array_unref);
  g_free (self->sentence);
  g_free (self);
}

static AetherDriveFacts *
look_at_drive (AetherBundle *bundle, AetherDrive *drive)
{
  AetherDriveFacts *facts = g_new0 (AetherDriveFacts, 1);
  struct stat st;

  facts->title = g_strdup (drive->kind == AETHER_DRIVE_CDROM ? _("CD drive") : _("Disk"));
  facts->format = g_strdup (drive->format);
  if (drive->file == NULL)
    return facts;

  facts->path = aether_bundle_resolve (bundle, drive->file);
  facts->file = g_path_get_basename (drive->file);
  if (stat (facts->path, &st) == 0)
    facts->used = (guint64) st.st_blocks * 512;
  else
    facts->missing = TRUE;

  return facts;
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  /* a handle of this thread's own: the other one belongs to the main thread */
  g_autoptr(AetherBundle) bundle = aether_bundle_new (task_data);
  g_autoptr(AetherMachineFacts) facts = g_new0 (AetherMachineFacts, 1);
  g_autoptr(GError) error = NULL;

  facts->drives = g_ptr_array_new_with_free_func (drive_facts_free);
  facts->machine = aether_bundle_load (bundle, &error);
  if (facts->machine == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  facts->end = aether_bundle_get_last_end (bundle, &facts->sentence, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (facts->machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (facts->machine->drives), i);

      g_ptr_array_add (facts->drives, look_at_drive (bundle, drive));
    }

  g_task_return_pointer (task, g_steal_pointer (&facts), (GDestroyNotify) aether_machine_facts_free);
}

/**
 * aether_machine_facts_load_async:
 * @bundle: a machine
 * @cancellable: (nullable): ends the wait with %G_IO_ERROR_CANCELLED
 * @callback: called on the thread-default main context
 * @user_data: data for @callback
 *
 * Reads what the machine is made of and how its last run ended.
 */
void
aether_machine_facts_load_async (AetherBundle        *bundle,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_machine_facts_load_async);
  g_task_set_task_data (task, g_strdup (aether_bundle_get_path (bundle)), g_free);
  g_task_run_in_thread (task, load_thread);
}

AetherMachineFacts *
aether_machine_facts_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
