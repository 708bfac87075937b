/* aether-bundle-delete.c - to the trash, or for good
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle-private.h"

#include "aether-consent.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

static gboolean
move_to_trash (const char *path, const char *name, GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GError) cause = NULL;

  if (g_file_trash (file, NULL, &cause))
    return TRUE;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _("“%s” cannot be moved to the trash: its disk has none. It can only be deleted permanently."), name);
  else
    g_set_error (error, G_IO_ERROR, cause->code, _("Could not move “%s” to the trash. %s"), name, cause->message);

  return FALSE;
}

/* Out of sight in one step, then bit by bit: a deletion that is cut short leaves no half machine
 * in the list, and what it leaves the next one who makes a machine there removes. */
static gboolean
remove_for_good (const char *path, const char *name, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *hidden = g_strdup_printf ("%s/.%08x" AETHER_STORE_TEMP_SUFFIX, parent, g_random_int ());

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      if (g_unlink (path) == 0)
        return TRUE;
      aether_store_set_error (error, errno);
    }
  else if (rename (path, hidden) == 0)
    {
      if (aether_tree_remove (hidden, error))
        return TRUE;
      rename (hidden, path);   /* the user is to see that it is still there */
    }
  else
    aether_store_set_error (error, errno);

  g_prefix_error (error, _("Could not delete “%s”. "), name);
  return FALSE;
}

/**
 * aether_bundle_delete:
 * @permanently: else to the trash, which not every disk has
 *
 * A link to a bundle is removed, not what it leads to. Errors:
 * %G_IO_ERROR_BUSY while it runs, %G_IO_ERROR_NOT_SUPPORTED when there is no
 * trash, %G_IO_ERROR_INVALID_ARGUMENT for a folder whose name does not end in ".aether".
 */
gboolean
aether_bundle_delete (AetherBundle *self, gboolean permanently, GError **error)
{
  const char *path, *name;
  gboolean done;
  int lock;

  g_return_val_if_fail (AETHER_IS_BUNDLE (self), FALSE);

  path = aether_bundle_get_path (self);
  name = aether_bundle_get_name (self);
  if (!g_str_has_suffix (path, AETHER_BUNDLE_SUFFIX))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("%s is not deleted: it is no machine's folder, as its name does not end in “.aether”."), path);
      return FALSE;
    }
  if (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” is not there any more."), name);
      return FALSE;
    }

  if (!_aether_bundle_lock (path, name, &lock, error))
    return FALSE;

  done = permanently ? remove_for_good (path, name, error) : move_to_trash (path, name, error);
  if (lock >= 0)
    close (lock);
  if (done)
    _aether_bundle_touch ();
  if (done && permanently && aether_bundle_get_uuid (self))
    aether_consent_forget (aether_bundle_get_uuid (self), path);

  return done;
}
