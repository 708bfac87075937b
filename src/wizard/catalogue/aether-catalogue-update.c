/* aether-catalogue-update.c - the newest database of libosinfo, from its makers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-catalogue-update.h"

#include "aether-catalogue-private.h"
#include "aether-http.h"
#include "aether-osinfo.h"
#include "aether-signature.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_ANSWER  (64 << 10)
#define MOST_ARCHIVE (64 << 20)
#define MOST_FILE    (8 << 20)
#define MOST_BYTES   (256 << 20)   /* unpacked */
#define MOST_FILES   20000
#define LEAST        100           /* systems of a database that is one */

typedef struct
{
  char    *url;
  char    *keyring;
  gboolean changed;
} Update;

typedef struct
{
  char *version;
  char *archive;
  char *signature;
} Release;

static void
update_free (gpointer data)
{
  Update *update = data;

  g_free (update->url);
  g_free (update->keyring);
  g_free (update);
}

static void
release_clear (Release *release)
{
  g_free (release->version);
  g_free (release->archive);
  g_free (release->signature);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Release, release_clear)

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("What the server sent is no catalogue of operating systems. Nothing was changed."));
  return FALSE;
}

/* --- what is the newest --------------------------------------------------------------- */

static char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_dup_string (node) : NULL;
}

static gboolean
is_version (const char *text)
{
  return text && strlen (text) == 8 && strspn (text, "0123456789") == 8;
}

static gboolean
read_release (const char *url, Release *release, GCancellable *cancellable, GError **error)
{
  g_autoptr(GBytes) answer = aether_http_fetch (url, MOST_ANSWER, cancellable, error);
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonNode *node;
  JsonObject *object;
  gconstpointer data;
  gsize length;

  if (answer == NULL)
    return FALSE;
  data = g_bytes_get_data (answer, &length);
  if (data == NULL || !json_parser_load_from_data (parser, data, length, NULL))
    return refuse (error);
  node = json_parser_get_root (parser);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error);
  node = json_object_get_member (json_node_get_object (node), "release");
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error);

  object = json_node_get_object (node);
  release->version = get_string (object, "version");
  release->archive = get_string (object, "archive");
  release->signature = get_string (object, "signature");
  return is_version (release->version) && release->archive && release->signature ? TRUE : refuse (error);
}

/* --- unpacking ------------------------------------------------------------------------ */

/* "osinfo-db-20250606/os/..." -> "os/...". Returns: (nullable): NULL for what has no place here */
static const char *
inner_path (const char *path)
{
  g_auto(GStrv) parts = path ? g_strsplit (path, "/", -1) : NULL;
  guint n = parts ? g_strv_length (parts) : 0;

  if (n < 2 || n > 8)
    return NULL;
  for (guint i = 0; i < n; i++)
    if (parts[i][0] == '.' || (parts[i][0] == '\0' && i + 1 < n))
      return NULL;

  return strchr (path, '/') + 1;
}

static gboolean
unpack_entry (struct archive *archive, struct archive_entry *entry, const char *folder, guint64 *total, GError **error)
{
  const char *inner = inner_path (archive_entry_pathname (entry));
  gint64 size = archive_entry_size (entry);
  g_autofree char *path = NULL, *parent = NULL, *data = NULL;
  gssize got = 0;

  /* Only files of a database; links and devices have no place in one */
  if (inner == NULL || *inner == '\0' || archive_entry_filetype (entry) != AE_IFREG ||
      archive_entry_hardlink (entry) || archive_entry_symlink (entry))
    return TRUE;
  if (size < 0 || size > MOST_FILE || (*total += size) > MOST_BYTES)
    return refuse (error);

  data = g_malloc (size + 1);
  while (got < size)
    {
      la_ssize_t n = archive_read_data (archive, data + got, size - got);

      if (n <= 0)
        return refuse (error);
      got += n;
    }

  path = g_build_filename (folder, inner, NULL);
  parent = g_path_get_dirname (path);
  if (g_mkdir_with_parents (parent, 0755) < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }
  return g_file_set_contents_full (path, data, size, G_FILE_SET_CONTENTS_NONE, 0644, error);
}

static gboolean
unpack (GBytes *bytes, const char *folder, GCancellable *cancellable, GError **error)
{
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  guint64 total = 0;
  guint n = 0;
  gboolean good = FALSE;
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);
  int result;

  archive_read_support_filter_xz (archive);
  archive_read_support_filter_gzip (archive);
  archive_read_support_format_tar (archive);
  result = archive_read_open_memory (archive, data, length);
  while (result == ARCHIVE_OK)
    {
      result = archive_read_next_header (archive, &entry);
      if (result == ARCHIVE_EOF)
        {
          good = TRUE;
          break;
        }
      if (result == ARCHIVE_OK && (++n > MOST_FILES || !unpack_entry (archive, entry, folder, &total, error)))
        {
          if (error && *error == NULL)
            refuse (error);
          break;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        break;
    }
  archive_read_free (archive);

  if (!good && error && *error == NULL)
    refuse (error);
  return good;
}

/* It is the version that was said, and can be read. */
static gboolean
check_database (const char *folder, const char *version, GCancellable *cancellable, GError **error)
{
  const char *folders[] = { folder, NULL };
  g_autofree char *own = _aether_catalogue_dup_version (folder);
  g_autoptr(GVariant) entries = NULL;

  if (g_strcmp0 (own, version) != 0)
    return refuse (error);
  entries = aether_osinfo_load (folders, "/nonexistent", cancellable, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  return entries && g_variant_n_children (entries) >= LEAST ? TRUE : refuse (error);
}

/* --- all ------------------------------------------------------------------------------- */

/* Those before it, and what somebody left who was killed half-way. */
static void
remove_older (const char *updates, const char *version)
{
  g_autoptr(GDir) dir = g_dir_open (updates, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (strcmp (name, version) != 0)
      {
        g_autofree char *path = g_build_filename (updates, name, NULL);

        aether_tree_remove (path, NULL);
      }
}

static gboolean
install (GBytes *archive, const char *version, GCancellable *cancellable, GError **error)
{
  g_autofree char *updates = _aether_catalogue_dup_updates ();
  g_autofree char *final = g_build_filename (updates, version, NULL);
  g_autofree char *temp = g_strconcat (updates, "/XXXXXX" AETHER_STORE_TEMP_SUFFIX, NULL);
  gboolean done = FALSE;

  if (g_mkdir_with_parents (updates, 0755) < 0 || g_mkdtemp_full (temp, 0755) == NULL)
    {
      aether_store_set_error (error, errno);
      g_prefix_error (error, _("The folder “%s” cannot be written. "), updates);
      return FALSE;
    }

  if (unpack (archive, temp, cancellable, error) && check_database (temp, version, cancellable, error))
    {
      /* The name appears when all is there; one of that name that is there is incomplete or the same */
      if (g_file_test (final, G_FILE_TEST_IS_DIR))
        aether_tree_remove (final, NULL);
      done = g_rename (temp, final) == 0;
      if (!done)
        aether_store_set_error (error, errno);
    }
  if (done)
    remove_older (updates, version);
  else
    aether_tree_remove (temp, NULL);
  return done;
}

static void
update_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Update *update = data;
  g_auto(Release) release = { 0 };
  g_autofree char *version = NULL;
  g_auto(GStrv) folders = _aether_catalogue_list_folders (&version);
  g_autoptr(GBytes) archive = NULL, signature = NULL, right = NULL;
  GError *error = NULL;

  if (!read_release (update->url, &release, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* Never an older one, whoever signed it */
  if (strcmp (release.version, version) <= 0)
    {
      g_task_return_pointer (task, g_steal_pointer (&version), g_free);
      return;
    }

  archive = aether_http_fetch (release.archive, MOST_ARCHIVE, cancellable, &error);
  if (archive)
    signature = aether_http_fetch (release.signature, MOST_ANSWER, cancellable, &error);
  if (signature)
    right = aether_signature_check_pgp (archive, signature, update->keyring, &error);
  if (right == NULL || !install (right, release.version, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  update->changed = TRUE;
  g_task_return_pointer (task, g_steal_pointer (&release.version), g_free);
}

void
aether_catalogue_update_async (const char *url, const char *keyring, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Update *update = g_new0 (Update, 1);

  if (url == NULL)
    url = g_getenv ("AETHER_CATALOGUE_UPDATE_URL");
  update->url = g_strdup (url ? url : AETHER_CATALOGUE_UPDATE_URL);
  update->keyring = g_strdup (keyring);
  g_task_set_source_tag (task, aether_catalogue_update_async);
  g_task_set_task_data (task, update, update_free);
  g_task_run_in_thread (task, update_thread);
}

char *
aether_catalogue_update_finish (GAsyncResult *result, gboolean *changed, GError **error)
{
  Update *update;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  update = g_task_get_task_data (G_TASK (result));
  if (changed)
    *changed = update->changed;
  return g_task_propagate_pointer (G_TASK (result), error);
}
