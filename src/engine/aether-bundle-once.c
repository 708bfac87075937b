/* aether-bundle-once.c - what a machine has for one run: an installer and its answers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle-private.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

/* Wherever links on the way lead: a bundle from somebody else may have some. One at the end is removed itself. */
static gboolean
is_inside (const char *bundle_path, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  char *real_folder = realpath (folder, NULL);
  char *real_bundle = realpath (bundle_path, NULL);
  gsize length = real_bundle ? strlen (real_bundle) : 0;
  gboolean inside = real_folder && real_bundle && strncmp (real_folder, real_bundle, length) == 0 &&
                    (real_folder[length] == '/' || real_folder[length] == '\0');

  free (real_folder);
  free (real_bundle);

  return inside;
}

/* Of files outside nobody said that they are ours. */
static void
remember (AetherBundle *self, GPtrArray *files, const char *file)
{
  char *path = aether_bundle_resolve (self, file);

  if (path && is_inside (aether_bundle_get_path (self), path))
    g_ptr_array_add (files, path);
  else
    g_free (path);
}

static gboolean
take_out_kernel (AetherBundle *self, AetherMachine *machine, GPtrArray *files)
{
  if (!machine->firmware->once)
    return FALSE;

  remember (self, files, machine->firmware->kernel);
  remember (self, files, machine->firmware->initrd);
  g_object_set (machine->firmware, "kernel", NULL, "initrd", NULL, "append", NULL, "once", FALSE, NULL);

  return TRUE;
}

static gboolean
take_out_drives (AetherBundle *self, AetherMachine *machine, GPtrArray *files)
{
  gboolean any = FALSE;

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i-- > 0; )
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      if (!drive->once)
        continue;

      /* A disk is more than what it was needed for */
      if (drive->kind == AETHER_DRIVE_CDROM)
        remember (self, files, drive->file);
      g_list_store_remove (machine->drives, i);
      any = TRUE;
    }

  return any;
}

gboolean
aether_bundle_drop_once (AetherBundle *self, GError **error)
{
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  gboolean any;

  g_return_val_if_fail (AETHER_IS_BUNDLE (self), FALSE);

  if (!(machine = aether_bundle_load (self, error)))
    return FALSE;

  any = take_out_kernel (self, machine, files);
  any |= take_out_drives (self, machine, files);
  if (!any)
    return TRUE;
  /* In this order: a machine that names a file that is gone would not start */
  if (!aether_bundle_save (self, machine, error))
    return FALSE;

  for (guint i = 0; i < files->len; i++)
    g_unlink (files->pdata[i]);

  return TRUE;
}
