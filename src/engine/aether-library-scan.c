/* aether-library-scan.c - which bundles there are, and which machines run
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library-scan.h"

#include "aether-json.h"
#include "aether-library-index.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <dirent.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_LIBRARY_JSON (4 * 1024 * 1024)   /* bytes */

typedef struct
{
  AetherLibraryIndex *index;     /* opened for the first bundle that is not known */
  GHashTable         *known;     /* path -> AetherBundle */
  GHashTable         *seen;      /* the paths in @found */
  GPtrArray          *found;
  gboolean            changed;   /* something that the index does not know */
} Scan;

static AetherBundle *
find_out (Scan *scan, const char *path, const AetherBundleStamp *stamp)
{
  AetherBundle *bundle = g_hash_table_lookup (scan->known, path);
  AetherBundleHead head;

  if (bundle != NULL)
    {
      _aether_bundle_get_head (bundle, &head);
      if (memcmp (&head.stamp, stamp, sizeof *stamp) != 0)
        {
          _aether_bundle_reload (bundle);
          scan->changed = TRUE;
        }
      return g_object_ref (bundle);
    }

  if (scan->index == NULL)
    scan->index = aether_library_index_open ();
  if (aether_library_index_lookup (scan->index, path, stamp, &head))
    return _aether_bundle_new_quick (path, &head);

  bundle = _aether_bundle_new_quick (path, NULL);
  scan->changed |= aether_bundle_get_problem (bundle) == NULL;   /* one with a problem is not in the index */

  return bundle;
}

static void
look_at (Scan *scan, int folder, const char *name, const char *path)
{
  AetherBundleStamp stamp;
  AetherBundle *bundle;
  struct stat st;

  if (g_hash_table_contains (scan->seen, path))
    return;

  /* Usually one look, at machine.json; without it there may still be a folder whose problem to show */
  _aether_bundle_get_stamp (folder, name, &stamp);
  if (stamp.inode == 0 && (fstatat (folder, name, &st, 0) < 0 || !S_ISDIR (st.st_mode)))
    return;

  bundle = find_out (scan, path, &stamp);
  g_ptr_array_add (scan->found, bundle);
  g_hash_table_add (scan->seen, (gpointer) aether_bundle_get_path (bundle));
}

static void
scan_folder (Scan *scan, const char *folder)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *path = NULL;

      if (entry->d_name[0] == '.' || !g_str_has_suffix (entry->d_name, AETHER_BUNDLE_SUFFIX))
        continue;

      path = g_strconcat (folder, "/", entry->d_name, NULL);
      look_at (scan, dirfd (dir), entry->d_name, path);
    }

  if (dir != NULL)
    closedir (dir);
}

static int
compare_bundles (gconstpointer a, gconstpointer b)
{
  AetherBundle *first = *(AetherBundle **) a;
  AetherBundle *second = *(AetherBundle **) b;
  int order = strcmp (_aether_bundle_get_sort_key (first), _aether_bundle_get_sort_key (second));

  return order != 0 ? order : strcmp (aether_bundle_get_path (first), aether_bundle_get_path (second));
}

GPtrArray *
aether_library_scan (const char *folder, GPtrArray *added, GPtrArray *known)
{
  g_autoptr(GHashTable) by_path = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr(GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  Scan scan = { .known = by_path, .seen = seen, .found = g_ptr_array_new_with_free_func (g_object_unref) };

  for (guint i = 0; i < known->len; i++)
    {
      AetherBundle *bundle = g_ptr_array_index (known, i);

      g_hash_table_insert (by_path, (gpointer) aether_bundle_get_path (bundle), bundle);
    }

  scan_folder (&scan, folder);
  for (guint i = 0; i < added->len; i++)
    look_at (&scan, AT_FDCWD, g_ptr_array_index (added, i), g_ptr_array_index (added, i));

  g_ptr_array_sort (scan.found, compare_bundles);

  if (scan.changed)
    aether_library_index_save (scan.found);
  g_clear_pointer (&scan.index, aether_library_index_free);

  return scan.found;
}

/* --- what runs ----------------------------------------------------------- */

GHashTable *
aether_library_list_running (void)
{
  GHashTable *running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                               (GDestroyNotify) aether_run_status_free);
  g_autofree char *root = aether_paths_dup_runtime_root ();
  g_autoptr(GDir) dir = g_dir_open (root, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      AetherRunStatus *status = g_uuid_string_is_valid (name) ? aether_run_status_read (name) : NULL;

      if (status != NULL)
        g_hash_table_insert (running, g_strdup (name), status);
    }

  return running;
}

void
aether_library_set_running (GPtrArray *bundles, GHashTable *running)
{
  for (guint i = 0; i < bundles->len; i++)
    {
      AetherBundle *bundle = g_ptr_array_index (bundles, i);
      const char *uuid = aether_bundle_get_uuid (bundle);
      AetherRunStatus *status = uuid != NULL ? g_hash_table_lookup (running, uuid) : NULL;

      if (status != NULL && !aether_run_status_is_of (status, aether_bundle_get_path (bundle)))
        status = NULL;
      _aether_bundle_set_status (bundle, status);
    }
}

/* --- bundles elsewhere --------------------------------------------------- */

/* {"schema": 1, "added": ["file:///media/me/Debian.aether"]}: addresses, as a
 * path need not be UTF-8. */

static char *
added_path (void)
{
  g_autofree char *config = aether_paths_dup_config ();

  return g_build_filename (config, "library.json", NULL);
}

GPtrArray *
aether_library_read_added (void)
{
  GPtrArray *added = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = added_path ();
  g_autoptr(JsonNode) root = NULL;
  g_autofree char *data = NULL;
  JsonArray *array = NULL;
  gsize length;

  data = aether_store_read (path, MOST_LIBRARY_JSON, &length, NULL);
  root = data != NULL ? aether_json_parse (data, length, NULL) : NULL;
  if (root != NULL)
    array = aether_json_get_array (json_node_get_object (root), "added");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      char *bundle = NULL;

      if (json_node_get_value_type (item) == G_TYPE_STRING)
        bundle = g_filename_from_uri (json_node_get_string (item), NULL, NULL);
      if (bundle != NULL)
        g_ptr_array_add (added, bundle);
    }

  return added;
}

gboolean
aether_library_write_added (GPtrArray *added, GError **error)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *path = added_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < added->len; i++)
    {
      g_autofree char *uri = g_filename_to_uri (g_ptr_array_index (added, i), NULL, NULL);

      json_array_add_string_element (array, uri);
    }
  json_object_set_int_member (object, "schema", 1);
  json_object_set_array_member (object, "added", array);
  node = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (node, TRUE);

  g_mkdir_with_parents (folder, 0700);
  if (aether_store_write (path, text, strlen (text), AETHER_STORE_DURABLE, error))
    return TRUE;

  g_prefix_error (error, _("Could not save the list of machines in other folders. "));
  return FALSE;
}
