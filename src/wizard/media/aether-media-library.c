/* aether-media-library.c - the discs and disk images that were downloaded or added
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-library.h"

#include "aether-bundle.h"
#include "aether-media-file-private.h"
#include "aether-paths.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFRESH_AFTER 300   /* ms after a change in the folder */

struct _AetherMediaLibrary
{
  GObject       parent_instance;

  char         *folder;
  GListStore   *files;
  GListModel   *machines;   /* (nullable) */
  gboolean      watch;
  GFileMonitor *monitor;    /* (nullable) */
  guint         refresh_timer;
  GCancellable *scan;       /* (nullable): while machines are read */
};

static void aether_media_library_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherMediaLibrary, aether_media_library, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, aether_media_library_list_model_init))

static guint
count (AetherMediaLibrary *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->files));
}

/* Borrowed: the list keeps it. */
static AetherMediaFile *
get (AetherMediaLibrary *self, guint i)
{
  g_autoptr(AetherMediaFile) file = g_list_model_get_item (G_LIST_MODEL (self->files), i);

  return file;
}

static AetherMediaFile *
find_path (AetherMediaLibrary *self, const char *path)
{
  for (guint i = 0; i < count (self); i++)
    if (g_str_equal (aether_media_file_get_path (get (self, i)), path))
      return get (self, i);

  return NULL;
}

/* --- who uses what ----------------------------------------------------------------- */

static char **
list_bundles (AetherMediaLibrary *self)
{
  g_autoptr(GStrvBuilder) paths = g_strv_builder_new ();
  guint n = self->machines ? g_list_model_get_n_items (self->machines) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (self->machines, i);

      g_strv_builder_add (paths, aether_bundle_get_path (bundle));
    }

  return g_strv_builder_end (paths);
}

/* Two names of one file are one: links are followed. */
static char *
dup_identity (const char *path)
{
  struct stat status;

  if (stat (path, &status) < 0)
    return g_strdup (path);
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) status.st_dev, (guint64) status.st_ino);
}

static void
add_user (GHashTable *users, AetherBundle *bundle, const char *file)
{
  g_autofree char *path = aether_bundle_resolve (bundle, file);
  g_autofree char *identity = dup_identity (path);
  GPtrArray *names = g_hash_table_lookup (users, identity);

  if (names == NULL)
    {
      names = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (users, g_steal_pointer (&identity), names);
    }
  g_ptr_array_add (names, g_strdup (aether_bundle_get_name (bundle)));
}

static void
read_machine (GHashTable *users, const char *path)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (path);
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);

  if (machine == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      if (drive->file)
        add_user (users, bundle, drive->file);
    }
}

/* Returns: (transfer full): identity of a file -> GPtrArray of names */
static GHashTable *
read_machines (char **bundles, GCancellable *cancellable)
{
  GHashTable *users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; bundles[i] && !g_cancellable_is_cancelled (cancellable); i++)
    read_machine (users, bundles[i]);

  return users;
}

static void
set_users (AetherMediaLibrary *self, GHashTable *users)
{
  for (guint i = 0; i < count (self); i++)
    {
      g_autofree char *identity = dup_identity (aether_media_file_get_path (get (self, i)));
      GPtrArray *names = g_hash_table_lookup (users, identity);
      g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

      for (guint j = 0; names && j < names->len; j++)
        g_strv_builder_add (builder, names->pdata[j]);
      aether_media_file_set_users (get (self, i), g_strv_builder_end (builder));
    }
}

static void
scan_thread (GTask *task, gpointer source, gpointer bundles, GCancellable *cancellable)
{
  g_task_return_pointer (task, read_machines (bundles, cancellable), (GDestroyNotify) g_hash_table_unref);
}

static void
scan_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherMediaLibrary *self = AETHER_MEDIA_LIBRARY (object);
  g_autoptr(GHashTable) users = g_task_propagate_pointer (G_TASK (result), NULL);

  if (users && self->files)
    set_users (self, users);
}

static void
scan (AetherMediaLibrary *self)
{
  g_auto(GStrv) bundles = list_bundles (self);
  g_autoptr(GHashTable) users = NULL;
  g_autoptr(GTask) task = NULL;

  if (!self->watch)
    {
      users = read_machines (bundles, NULL);
      set_users (self, users);
      return;
    }

  /* One that is under way has read what was there before. */
  if (self->scan)
    g_cancellable_cancel (self->scan);
  g_clear_object (&self->scan);
  self->scan = g_cancellable_new ();
  task = g_task_new (self, self->scan, scan_cb, NULL);
  g_task_set_task_data (task, g_steal_pointer (&bundles), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, scan_thread);
}

/* --- what lies there ---------------------------------------------------------------- */

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  AetherMediaFile *left = (AetherMediaFile *) a;
  AetherMediaFile *right = (AetherMediaFile *) b;
  g_autofree char *left_key = g_utf8_collate_key_for_filename (aether_media_file_get_name (left), -1);
  g_autofree char *right_key = g_utf8_collate_key_for_filename (aether_media_file_get_name (right), -1);
  int order = strcmp (left_key, right_key);

  return order ? order : strcmp (aether_media_file_get_path (left), aether_media_file_get_path (right));
}

static void
take_in (AetherMediaLibrary *self, const char *path, gboolean reference)
{
  g_autoptr(AetherMediaFile) file = NULL;

  if (find_path (self, path))
    return;

  file = aether_media_file_new (path, reference);
  g_list_store_insert_sorted (self->files, file, compare, NULL);
}

/* Hidden files, and what belongs to a download */
static gboolean
is_ours (const char *folder, const char *name)
{
  static const char * const endings[] = { ".aether-part", ".aether-journal", ".aether-unpacked", AETHER_STORE_TEMP_SUFFIX };
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (name[0] == '.' || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return FALSE;

  return TRUE;
}

void
aether_media_library_refresh (AetherMediaLibrary *self)
{
  g_auto(GStrv) kept = aether_media_file_list_paths ();
  g_autoptr(GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  for (guint i = count (self); i-- > 0;)
    {
      g_autoptr(AetherMediaFile) file = g_object_ref (get (self, i));

      if (!aether_media_file_refresh (file))
        g_list_store_remove (self->files, i);
    }

  while (dir && (name = g_dir_read_name (dir)))
    if (is_ours (self->folder, name))
      {
        g_autofree char *path = g_build_filename (self->folder, name, NULL);

        take_in (self, path, FALSE);
      }
  for (guint i = 0; kept[i]; i++)
    {
      g_autofree char *folder = g_path_get_dirname (kept[i]);

      /* Of what has gone from the folder nothing needs to be known. */
      if (!g_str_equal (folder, self->folder))
        take_in (self, kept[i], TRUE);
      else if (!g_file_test (kept[i], G_FILE_TEST_EXISTS))
        aether_media_file_forget (kept[i]);
    }

  scan (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  AetherMediaLibrary *self = user_data;

  self->refresh_timer = 0;
  aether_media_library_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
folder_changed_cb (AetherMediaLibrary *self, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  /* The journal of a download changes all the time. */
  if (self->refresh_timer == 0 && is_ours (self->folder, name))
    self->refresh_timer = g_timeout_add (REFRESH_AFTER, refresh_cb, self);
  else if (self->refresh_timer == 0 && !g_file_query_exists (file, NULL))
    self->refresh_timer = g_timeout_add (REFRESH_AFTER, refresh_cb, self);
}

AetherMediaFile *
aether_media_library_find (AetherMediaLibrary *self, const char *which, GError **error)
{
  AetherMediaFile *found = find_path (self, which);
  guint n = found != NULL;

  for (guint i = 0; i < count (self) && found == NULL; i++)
    if (g_str_equal (aether_media_file_get_name (get (self, i)), which))
      {
        if (n++ == 0)
          found = get (self, i);
      }

  if (n == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no medium called “%s”."), which);
  return found ? g_object_ref (found) : NULL;
}

gboolean
aether_media_library_has (AetherMediaLibrary *self, const char *path)
{
  g_autofree char *wanted = dup_identity (path);
  gboolean found = FALSE;

  for (guint i = 0; i < count (self) && !found; i++)
    {
      g_autofree char *identity = dup_identity (aether_media_file_get_path (get (self, i)));

      found = g_str_equal (identity, wanted);
    }

  return found;
}

/* --- in and out ------------------------------------------------------------------------ */

typedef struct
{
  char          *from;
  char          *to;
  AetherMediaAdd how;
} Add;

static void
add_free (Add *add)
{
  g_free (add->from);
  g_free (add->to);
  g_free (add);
}

static gboolean
copy (const Add *add, GCancellable *cancellable, GError **error)
{
  g_autofree char *temp = g_strconcat (add->to, AETHER_STORE_TEMP_SUFFIX, NULL);

  unlink (temp);
  if (!aether_tree_copy_file (add->from, temp, cancellable, error))
    {
      unlink (temp);
      return FALSE;
    }
  if (aether_store_rename_new (temp, add->to))
    return TRUE;

  aether_store_set_error (error, errno);
  unlink (temp);
  return FALSE;
}

static gboolean
bring_in (const Add *add, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (add->to);
  struct stat status;

  if (stat (add->from, &status) < 0)
    {
      g_autofree char *shown = NULL;

      aether_store_set_error (error, errno);
      shown = g_filename_display_name (add->from);
      g_prefix_error (error, _("“%s” cannot be read. "), shown);
      return FALSE;
    }
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("“%s” is not a file."), add->from);
      return FALSE;
    }
  if (add->how == AETHER_MEDIA_ADD_KEEP)
    return aether_media_file_note (add->from, AETHER_DIGEST_NONE, NULL, FALSE, NULL, error);

  if (access (add->to, F_OK) == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("There is a medium of that name already: “%s”."), add->to);
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0755) < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }
  if (add->how == AETHER_MEDIA_ADD_COPY)
    return copy (add, cancellable, error);
  if (link (add->from, add->to) == 0)
    return TRUE;

  aether_store_set_error (error, errno);
  return FALSE;
}

static void
add_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (bring_in (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
aether_media_library_add_async (AetherMediaLibrary *self, const char *path, AetherMediaAdd how,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *name = g_path_get_basename (path);
  Add *wanted = g_new0 (Add, 1);

  wanted->from = g_canonicalize_filename (path, NULL);
  wanted->to = g_build_filename (self->folder, name, NULL);
  wanted->how = how;
  g_task_set_source_tag (task, aether_media_library_add_async);
  g_task_set_task_data (task, wanted, (GDestroyNotify) add_free);
  g_task_run_in_thread (task, add_thread);
}

gboolean
aether_media_library_add_finish (AetherMediaLibrary *self, GAsyncResult *result, GError **error)
{
  gboolean good = g_task_propagate_boolean (G_TASK (result), error);

  if (good)
    aether_media_library_refresh (self);
  return good;
}

gboolean
aether_media_library_remove (AetherMediaLibrary *self, AetherMediaFile *file, gboolean permanently, gboolean force,
                             GError **error)
{
  g_autoptr(AetherMediaFile) kept_alive = g_object_ref (file);
  const char *path = aether_media_file_get_path (file);
  const char * const *users = aether_media_file_get_users (file);
  g_autoptr(GFile) handle = g_file_new_for_path (path);
  guint position;

  if (users[0] && !force)
    {
      g_autofree char *names = g_strjoinv (", ", (char **) users);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   /* Translators: a medium's name, then names of machines */
                   _("“%s” is in a drive of: %s. Take it out there first."), aether_media_file_get_name (file), names);
      return FALSE;
    }
  if (!aether_media_file_is_reference (file) &&
      !(permanently ? g_file_delete (handle, NULL, error) : g_file_trash (handle, NULL, error)))
    return FALSE;

  aether_media_file_forget (path);
  if (g_list_store_find (self->files, file, &position))
    g_list_store_remove (self->files, position);
  return TRUE;
}

/* --- the object ------------------------------------------------------------------ */

static GType
get_item_type (GListModel *model)
{
  return AETHER_TYPE_MEDIA_FILE;
}

static guint
get_n_items (GListModel *model)
{
  return count (AETHER_MEDIA_LIBRARY (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (AETHER_MEDIA_LIBRARY (model)->files), position);
}

static void
aether_media_library_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
aether_media_library_dispose (GObject *object)
{
  AetherMediaLibrary *self = AETHER_MEDIA_LIBRARY (object);

  if (self->scan)
    g_cancellable_cancel (self->scan);
  g_clear_object (&self->scan);
  g_clear_handle_id (&self->refresh_timer, g_source_remove);
  g_clear_object (&self->monitor);
  g_clear_object (&self->machines);
  g_clear_object (&self->files);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (aether_media_library_parent_class)->dispose (object);
}

static void
aether_media_library_class_init (AetherMediaLibraryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_media_library_dispose;
}

static void
aether_media_library_init (AetherMediaLibrary *self)
{
  self->folder = aether_paths_dup_media ();
  self->files = g_list_store_new (AETHER_TYPE_MEDIA_FILE);
  g_signal_connect_object (self->files, "items-changed", G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
}

static void
watch_folder (AetherMediaLibrary *self)
{
  g_autoptr(GFile) folder = g_file_new_for_path (self->folder);

  g_mkdir_with_parents (self->folder, 0755);
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (folder_changed_cb), self, G_CONNECT_SWAPPED);
}

AetherMediaLibrary *
aether_media_library_new (GListModel *machines, gboolean watch)
{
  AetherMediaLibrary *self = g_object_new (AETHER_TYPE_MEDIA_LIBRARY, NULL);

  self->machines = machines ? g_object_ref (machines) : NULL;
  self->watch = watch;
  if (watch)
    watch_folder (self);
  aether_media_library_refresh (self);

  return self;
}
