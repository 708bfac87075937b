/* aether-library.c - all the user's machines
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library.h"

#include "aether-library-scan.h"
#include "aether-library-watch.h"
#include "aether-paths.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

struct _AetherLibrary
{
  GObject             parent_instance;

  char               *folder;
  GPtrArray          *bundles;   /* sorted */
  GPtrArray          *added;     /* paths */
  AetherLibraryWatch *watch;     /* NULL: a list of one moment */
};

static void aether_library_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherLibrary, aether_library, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, aether_library_list_model_init))

static GType
aether_library_get_item_type (GListModel *model)
{
  return AETHER_TYPE_BUNDLE;
}

static guint
aether_library_get_n_items (GListModel *model)
{
  return AETHER_LIBRARY (model)->bundles->len;
}

static gpointer
aether_library_get_item (GListModel *model, guint position)
{
  AetherLibrary *self = AETHER_LIBRARY (model);

  return position < self->bundles->len ? g_object_ref (g_ptr_array_index (self->bundles, position)) : NULL;
}

static void
aether_library_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = aether_library_get_item_type;
  iface->get_n_items = aether_library_get_n_items;
  iface->get_item = aether_library_get_item;
}

static void
aether_library_dispose (GObject *object)
{
  AetherLibrary *self = AETHER_LIBRARY (object);

  if (self->watch != NULL)
    g_object_run_dispose (G_OBJECT (self->watch));
  g_clear_object (&self->watch);

  G_OBJECT_CLASS (aether_library_parent_class)->dispose (object);
}

static void
aether_library_finalize (GObject *object)
{
  AetherLibrary *self = AETHER_LIBRARY (object);

  g_free (self->folder);
  g_ptr_array_unref (self->bundles);
  g_ptr_array_unref (self->added);

  G_OBJECT_CLASS (aether_library_parent_class)->finalize (object);
}

static void
aether_library_class_init (AetherLibraryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_library_dispose;
  object_class->finalize = aether_library_finalize;
}

static void
aether_library_init (AetherLibrary *self)
{
  self->folder = aether_paths_dup_library ();
  self->bundles = g_ptr_array_new_with_free_func (g_object_unref);
  self->added = g_ptr_array_new_with_free_func (g_free);
}

/* --- following the disk -------------------------------------------------- */

/* Takes @bundles; says in one splice what is different. */
static void
replace_bundles (AetherLibrary *self, GPtrArray *bundles)
{
  g_autoptr(GPtrArray) old = self->bundles;
  guint shorter = MIN (old->len, bundles->len);
  guint head = 0, tail = 0;

  while (head < shorter && old->pdata[head] == bundles->pdata[head])
    head++;
  while (tail < shorter - head && old->pdata[old->len - 1 - tail] == bundles->pdata[bundles->len - 1 - tail])
    tail++;

  self->bundles = bundles;
  if (old->len != head + tail || bundles->len != head + tail)
    g_list_model_items_changed (G_LIST_MODEL (self), head, old->len - head - tail, bundles->len - head - tail);
}

static void
update_states (AetherLibrary *self)
{
  g_autoptr(GHashTable) running = aether_library_list_running ();
  g_autoptr(GPtrArray) bundles = g_ptr_array_ref (self->bundles);   /* a listener may make us rescan */

  aether_library_set_running (bundles, running);
  if (self->watch != NULL)
    aether_library_watch_set_running (self->watch, running);
}

/**
 * aether_library_rescan:
 *
 * Looks at all bundles again, as when the window gets the focus: for changes
 * inside a bundle that another program than Aether made. Bundles that are
 * still there stay the same objects.
 */
void
aether_library_rescan (AetherLibrary *self)
{
  GPtrArray *bundles;

  g_return_if_fail (AETHER_IS_LIBRARY (self));

  g_ptr_array_unref (self->added);
  self->added = aether_library_read_added ();
  if (self->watch != NULL)
    aether_library_watch_set_added (self->watch, self->added);

  bundles = aether_library_scan (self->folder, self->added, self->bundles);
  for (guint i = 0; self->watch != NULL && i < bundles->len; i++)
    _aether_bundle_set_patient (bundles->pdata[i]);
  replace_bundles (self, bundles);
  update_states (self);
}

AetherLibrary *
aether_library_new (gboolean watch)
{
  AetherLibrary *self = g_object_new (AETHER_TYPE_LIBRARY, NULL);

  if (watch)
    {
      /* Before the first look, so that nothing falls between the two */
      self->watch = aether_library_watch_new (self->folder);
      g_signal_connect_object (self->watch, "bundles-changed",
                               G_CALLBACK (aether_library_rescan), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->watch, "states-changed",
                               G_CALLBACK (update_states), self, G_CONNECT_SWAPPED);
    }
  aether_library_rescan (self);

  return self;
}

const char *
aether_library_get_folder (AetherLibrary *self)
{
  g_return_val_if_fail (AETHER_IS_LIBRARY (self), NULL);

  return self->folder;
}

/* --- bundles elsewhere --------------------------------------------------- */

static char *
real_path_of (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  char *real = realpath (absolute, NULL);
  char *copy = g_strdup (real != NULL ? real : absolute);

  free (real);

  return copy;
}

static gboolean
is_in_folder (AetherLibrary *self, const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *real = real_path_of (self->folder);

  return strcmp (parent, self->folder) == 0 || strcmp (parent, real) == 0;
}

/* Writes the list, then looks at all again. Takes @added. */
static gboolean
set_added (AetherLibrary *self, GPtrArray *added, GError **error)
{
  gboolean done = aether_library_write_added (added, error);

  g_ptr_array_unref (added);
  if (!done)
    return FALSE;

  _aether_bundle_touch ();
  aether_library_rescan (self);

  return TRUE;
}

/**
 * aether_library_add:
 * @path: (type filename): a bundle; %TRUE at once when it is listed already
 *
 * Errors: %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_INVALID_ARGUMENT for what is no
 * bundle, and those of writing the list.
 */
gboolean
aether_library_add (AetherLibrary *self, const char *path, GError **error)
{
  g_autofree char *real = NULL;
  g_autofree char *shown = NULL;
  g_autoptr(GPtrArray) added = NULL;

  g_return_val_if_fail (AETHER_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  real = real_path_of (path);
  shown = g_filename_display_name (real);
  if (!g_file_test (real, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("Could not add %s: there is no such folder."), shown);
      return FALSE;
    }
  if (!g_str_has_suffix (real, AETHER_BUNDLE_SUFFIX) || !g_file_test (real, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("Could not add %s: it is no machine. Choose a folder whose name ends in “.aether”."), shown);
      return FALSE;
    }

  /* What another program added meanwhile stays */
  added = aether_library_read_added ();
  if (is_in_folder (self, real) || g_ptr_array_find_with_equal_func (added, real, g_str_equal, NULL))
    {
      aether_library_rescan (self);
      return TRUE;
    }

  g_ptr_array_add (added, g_steal_pointer (&real));

  return set_added (self, g_steal_pointer (&added), error);
}

/**
 * aether_library_forget:
 *
 * The bundle stays on disk. Errors: %G_IO_ERROR_NOT_SUPPORTED for one that is
 * listed because it lies in the library's folder.
 */
gboolean
aether_library_forget (AetherLibrary *self, AetherBundle *bundle, GError **error)
{
  g_autoptr(GPtrArray) added = NULL;
  guint index;

  g_return_val_if_fail (AETHER_IS_LIBRARY (self), FALSE);
  g_return_val_if_fail (AETHER_IS_BUNDLE (bundle), FALSE);

  added = aether_library_read_added ();
  if (!g_ptr_array_find_with_equal_func (added, aether_bundle_get_path (bundle), g_str_equal, &index))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” lies in the folder of your machines, so it is listed. Delete it or move it elsewhere."),
                   aether_bundle_get_name (bundle));
      return FALSE;
    }

  g_ptr_array_remove_index (added, index);

  return set_added (self, g_steal_pointer (&added), error);
}
