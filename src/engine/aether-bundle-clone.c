/* aether-bundle-clone.c - copying a machine so that both can run side by side
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle-private.h"

#include "aether-consent.h"
#include "aether-lock.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  char      *path;        /* of the original */
  char      *name;
  char      *directory;   /* where the clone goes */
  char      *new_name;
  GPtrArray *missing;     /* what nobody agreed to that the original asks for */
  GPtrArray *given;       /* and what the user agreed to */
} Clone;

static void
clone_free (Clone *clone)
{
  g_free (clone->path);
  g_free (clone->name);
  g_free (clone->directory);
  g_free (clone->new_name);
  g_clear_pointer (&clone->missing, g_ptr_array_unref);
  g_clear_pointer (&clone->given, g_ptr_array_unref);
  g_free (clone);
}

/**
 * _aether_bundle_lock:
 * @name: for the message
 * @lock: (out): to be closed, or -1 where nobody could run it either, as on a read-only disk
 *
 * Keeps the machine from being started.
 *
 * Returns: %FALSE with %G_IO_ERROR_BUSY when it runs
 */
gboolean
_aether_bundle_lock (const char *path, const char *name, int *lock, GError **error)
{
  g_autofree char *lock_path = g_build_filename (path, ".lock", NULL);
  g_autoptr(GError) cause = NULL;

  *lock = aether_lock_take (lock_path, &cause);
  if (*lock >= 0 || (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY) && !aether_run_is_locked (path)))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
               _("“%s” is running, or is being copied or deleted. Shut it down, then try again."), name);
  return FALSE;
}

/* What belongs to the original's runs, and what is written anew. */
static gboolean
is_copied (const char *inside, const char *name)
{
  static const char * const own[] = { ".lock", "logs", "machine.json", "suspend", NULL };

  return !aether_store_is_temp (name) && (*inside != '\0' || !g_strv_contains (own, name));
}

/* --- a machine of its own ------------------------------------------------ */

static void
renew_identity (AetherMachine *machine, const char *name)
{
  g_autofree char *uuid = g_uuid_string_random ();

  g_object_set (machine, "uuid", uuid, "name", name, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->networks)); i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (machine->networks), i);
      g_autofree char *mac = aether_machine_random_mac ();

      if (network->mac != NULL)
        g_object_set (network, "mac", mac, NULL);
    }
}

static char *
free_name_in (const char *folder, const char *file)
{
  g_autofree char *base = g_path_get_basename (file);

  for (guint i = 1; ; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup (base) : g_strdup_printf ("%u-%s", i, base);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        return g_steal_pointer (&name);
    }
}

/* In the clone it would be the machine's own, and asked about no more. */
static gboolean
may_bring_home (Clone *clone, const char *file, GError **error)
{
  g_autoptr(AetherBundle) original = _aether_bundle_new_quick (clone->path, NULL);
  g_autoptr(GPtrArray) asked = g_ptr_array_new ();
  char *real = realpath (file, NULL);
  g_autofree char *key = aether_consent_file_key (real ? real : file, TRUE);
  AetherConsentItem *item = aether_consent_find (clone->missing, key);

  free (real);
  if (item)
    g_ptr_array_add (asked, item);

  return aether_consent_check (original, asked, error);
}

/* Disks that lie elsewhere come into the clone: two machines must not write to one. CDs and
 * read-only disks may be shared. */
static gboolean
bring_disks_home (AetherMachine *machine, Clone *clone, const char *staged, GCancellable *cancellable, GError **error)
{
  g_autofree char *disks = g_build_filename (staged, "disks", NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);
      g_autofree char *from = drive->file ? g_canonicalize_filename (drive->file, clone->path) : NULL;
      g_autofree char *name = NULL;
      g_autofree char *to = NULL;
      g_autofree char *file = NULL;

      if (from == NULL || drive->kind != AETHER_DRIVE_DISK || drive->read_only || _aether_bundle_holds (clone->path, from))
        continue;

      if (!may_bring_home (clone, from, error))
        return FALSE;
      if (g_mkdir (disks, 0700) < 0 && errno != EEXIST)
        {
          aether_store_set_error (error, errno);
          return FALSE;
        }
      name = free_name_in (disks, from);
      to = g_build_filename (disks, name, NULL);
      file = g_build_filename ("disks", name, NULL);
      if (!aether_tree_copy_file (from, to, cancellable, error))
        return FALSE;
      g_object_set (drive, "file", file, NULL);
    }

  return TRUE;
}

/* --- the copy ------------------------------------------------------------ */

static gboolean
fill (Clone *clone, const char *staged, GCancellable *cancellable, GError **error)
{
  g_autoptr(AetherBundle) original = _aether_bundle_new_quick (clone->path, NULL);
  g_autoptr(AetherMachine) machine = aether_bundle_load (original, error);
  g_autofree char *logs = g_build_filename (staged, "logs", NULL);

  if (machine == NULL)
    return FALSE;

  clone->missing = aether_consent_list (original, machine);
  clone->given = aether_consent_list_given (original, machine);
  _aether_bundle_normalize_paths (clone->path, machine);
  if (!aether_tree_copy (clone->path, staged, is_copied, cancellable, error) ||
      !bring_disks_home (machine, clone, staged, cancellable, error))
    return FALSE;

  renew_identity (machine, clone->new_name);
  g_mkdir (logs, 0700);

  return _aether_bundle_write (staged, machine, error) &&
         !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static char *
make_clone (Clone *clone, GCancellable *cancellable, GError **error)
{
  g_autofree char *staged = _aether_bundle_stage (clone->directory, error);
  g_autofree char *lock_path = NULL;
  char *path = NULL;
  int lock;

  if (staged == NULL)
    return NULL;

  /* Says to those who clean up that we are at work */
  lock_path = g_build_filename (staged, ".lock", NULL);
  lock = aether_lock_take (lock_path, NULL);

  if (fill (clone, staged, cancellable, error))
    path = _aether_bundle_publish (staged, clone->directory, clone->new_name, error);
  if (path == NULL)
    aether_tree_remove (staged, NULL);
  if (lock >= 0)
    close (lock);

  return path;
}

static void
clone_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Clone *clone = task_data;
  GError *error = NULL;
  char *path = NULL;
  int lock;

  if (_aether_bundle_lock (clone->path, clone->name, &lock, &error))
    {
      path = make_clone (clone, cancellable, &error);
      if (lock >= 0)
        close (lock);
      if (path == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error (&error, _("Could not clone “%s”. "), clone->name);
    }

  if (path != NULL)
    {
      g_autoptr(AetherBundle) copy = _aether_bundle_new_quick (path, NULL);

      aether_consent_inherit (copy, clone->given);
    }
  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * aether_bundle_clone_async:
 * @self: a machine that does not run; it cannot be started meanwhile
 * @directory: (type filename): where the clone goes
 * @name: of the clone
 * @cancellable: (nullable): cancelling removes what was copied
 * @callback: called on the thread-default main context
 *
 * Copies all that the bundle holds but its logs, and the writable disks
 * that lie elsewhere. Fails with %G_IO_ERROR_BUSY while the machine runs,
 * %G_IO_ERROR_NOT_SUPPORTED when a link in the bundle leads outside, and
 * %AETHER_CONSENT_ERROR_MISSING when such a disk was not agreed to.
 */
void
aether_bundle_clone_async (AetherBundle *self, const char *directory, const char *name, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Clone *clone;

  g_return_if_fail (AETHER_IS_BUNDLE (self));
  g_return_if_fail (directory != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_bundle_clone_async);
  g_task_set_check_cancellable (task, FALSE);   /* once it has its name, it stays */

  if (!aether_machine_check_name (name, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  clone = g_new0 (Clone, 1);
  clone->path = g_strdup (aether_bundle_get_path (self));
  clone->name = g_strdup (aether_bundle_get_name (self));
  clone->directory = g_canonicalize_filename (directory, NULL);
  clone->new_name = g_strdup (name);
  g_task_set_task_data (task, clone, (GDestroyNotify) clone_free);
  g_task_run_in_thread (task, clone_thread);
}

AetherBundle *
aether_bundle_clone_finish (AetherBundle *self, GAsyncResult *result, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  path = g_task_propagate_pointer (G_TASK (result), error);

  return path != NULL ? aether_bundle_new (path) : NULL;
}
