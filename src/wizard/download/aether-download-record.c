/* aether-download-record.c - what is remembered of a download that is not done
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-download-record.h"

#include "aether-follower.h"
#include "aether-http.h"
#include "aether-json.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_RECORD  (256 << 10)   /* bytes */
#define MOST_MIRRORS 64
#define ENDING       ".json"

/* Members that are text. Addresses lose user and password on their way to the disk. */
static const struct
{
  const char *name;
  gsize       offset;
  gboolean    address;
} texts[] = {
  { "url", G_STRUCT_OFFSET (AetherDownloadRecord, url), TRUE },
  { "path", G_STRUCT_OFFSET (AetherDownloadRecord, path), FALSE },
  { "checksum", G_STRUCT_OFFSET (AetherDownloadRecord, checksum), FALSE },
  { "checksum-url", G_STRUCT_OFFSET (AetherDownloadRecord, checksum_url), TRUE },
  { "signature-url", G_STRUCT_OFFSET (AetherDownloadRecord, signature_url), TRUE },
  { "keyring", G_STRUCT_OFFSET (AetherDownloadRecord, keyring), FALSE },
  { "minisign-url", G_STRUCT_OFFSET (AetherDownloadRecord, minisign_url), TRUE },
  { "minisign-key", G_STRUCT_OFFSET (AetherDownloadRecord, minisign_key), FALSE },
  { "error", G_STRUCT_OFFSET (AetherDownloadRecord, error), FALSE },
};

static const struct
{
  const char *name;
  gsize       offset;
} switches[] = {
  { "unpack", G_STRUCT_OFFSET (AetherDownloadRecord, unpack) },
  { "allow-http", G_STRUCT_OFFSET (AetherDownloadRecord, allow_plain) },
  { "no-reserve", G_STRUCT_OFFSET (AetherDownloadRecord, no_reserve) },
  { "paused", G_STRUCT_OFFSET (AetherDownloadRecord, paused) },
};

static char **
get_text (const AetherDownloadRecord *self, guint i)
{
  return G_STRUCT_MEMBER_P (self, texts[i].offset);
}

static gboolean *
get_switch (const AetherDownloadRecord *self, guint i)
{
  return G_STRUCT_MEMBER_P (self, switches[i].offset);
}

AetherDownloadRecord *
aether_download_record_new (const char *url, const char *path)
{
  AetherDownloadRecord *self = g_new0 (AetherDownloadRecord, 1);

  self->url = g_strdup (url);
  self->path = path ? g_canonicalize_filename (path, NULL) : NULL;
  return self;
}

void
aether_download_record_free (AetherDownloadRecord *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*get_text (self, i));
  g_strfreev (self->mirrors);
  g_free (self);
}

char *
aether_download_choose_path (const char *url, gboolean *unpack, GError **error)
{
  g_autofree char *name = aether_http_dup_name (url);
  g_autofree char *inner = NULL;
  g_autofree char *folder = aether_paths_dup_media ();

  if (name == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The address does not end with the name of a file."));
      return NULL;
    }
  if (g_mkdir_with_parents (folder, 0755) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The folder “%s” cannot be made: %s."),
                   folder, g_strerror (errno));
      return NULL;
    }

  *unpack = *unpack && aether_follower_is_packed (name, &inner);
  return g_build_filename (folder, *unpack ? inner : name, NULL);
}

/* --- the file ------------------------------------------------------------------- */

char *
aether_download_record_dup_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "aether", "downloads", NULL);
}

static char *
dup_file (const char *path)
{
  g_autofree char *folder = aether_download_record_dup_folder ();
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA1, path, -1);
  g_autofree char *name = g_strconcat (sum, ENDING, NULL);

  return g_build_filename (folder, name, NULL);
}

static void
set_text (JsonObject *object, const char *name, const char *text, gboolean address)
{
  g_autofree char *shown = address ? aether_http_hide_user (text) : g_strdup (text);

  /* A path may be no UTF-8, which JSON has no way to say. */
  if (g_utf8_validate (shown, -1, NULL))
    json_object_set_string_member (object, name, shown);
}

static char *
format (const AetherDownloadRecord *self)
{
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (*get_text (self, i))
      set_text (object, texts[i].name, *get_text (self, i), texts[i].address);
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    if (*get_switch (self, i))
      json_object_set_boolean_member (object, switches[i].name, TRUE);
  json_object_set_int_member (object, "position", self->position);
  if (self->mirrors && self->mirrors[0])
    {
      JsonArray *array = json_array_new ();

      for (guint i = 0; self->mirrors[i]; i++)
        {
          g_autofree char *shown = aether_http_hide_user (self->mirrors[i]);

          json_array_add_string_element (array, shown);
        }
      json_object_set_array_member (object, "mirrors", array);
    }

  return json_to_string (node, TRUE);
}

gboolean
aether_download_record_save (const AetherDownloadRecord *self, GError **error)
{
  g_autofree char *folder = aether_download_record_dup_folder ();
  g_autofree char *file = dup_file (self->path);
  g_autofree char *text = format (self);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("The folder “%s” cannot be made: %s."),
                   folder, g_strerror (errno));
      return FALSE;
    }
  return aether_store_write (file, text, strlen (text), AETHER_STORE_QUICK, error);
}

void
aether_download_record_remove (const char *path)
{
  g_autofree char *file = dup_file (path);

  unlink (file);
}

static void
read_mirrors (AetherDownloadRecord *self, JsonArray *array)
{
  g_autoptr(GStrvBuilder) mirrors = g_strv_builder_new ();
  guint n = array ? MIN (json_array_get_length (array), MOST_MIRRORS) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      const char *url = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (url)
        g_strv_builder_add (mirrors, url);
    }
  self->mirrors = g_strv_builder_end (mirrors);
}

static AetherDownloadRecord *
read_file (const char *file)
{
  g_autoptr(AetherDownloadRecord) self = aether_download_record_new (NULL, NULL);
  g_autofree char *text = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr(JsonNode) node = NULL;
  JsonObject *object;
  struct stat status;
  gsize length;

  text = aether_store_read (file, MOST_RECORD, &length, NULL);
  node = text ? aether_json_parse (text, length, NULL) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  object = json_node_get_object (node);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    *get_text (self, i) = g_strdup (aether_json_get_string (object, texts[i].name));
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    *get_switch (self, i) = json_object_get_boolean_member_with_default (object, switches[i].name, FALSE);
  self->position = aether_json_get_int (object, "position");
  read_mirrors (self, aether_json_get_array (object, "mirrors"));

  /* The name says the path, so that nothing else can be meant by it. */
  if (self->url == NULL || self->path == NULL || !g_path_is_absolute (self->path))
    return NULL;
  wanted = dup_file (self->path);
  if (!g_str_equal (wanted, file))
    return NULL;

  self->saved = stat (file, &status) == 0 ? status.st_mtime : 0;
  return g_steal_pointer (&self);
}

AetherDownloadRecord *
aether_download_record_load (const char *path)
{
  g_autofree char *file = dup_file (path);

  return read_file (file);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const AetherDownloadRecord *left = *(const AetherDownloadRecord * const *) a;
  const AetherDownloadRecord *right = *(const AetherDownloadRecord * const *) b;

  if (left->position != right->position)
    return left->position < right->position ? -1 : 1;
  return strcmp (left->path, right->path);
}

GPtrArray *
aether_download_record_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) aether_download_record_free);
  g_autofree char *folder = aether_download_record_dup_folder ();
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ENDING))
      {
        g_autofree char *file = g_build_filename (folder, name, NULL);
        AetherDownloadRecord *record = read_file (file);

        if (record)
          g_ptr_array_add (list, record);
      }
  g_ptr_array_sort (list, compare);

  return list;
}

AetherDownload *
aether_download_record_open (const AetherDownloadRecord *self, GError **error)
{
  g_autoptr(AetherDownload) download = aether_download_new (self->url, self->path);

  if (self->checksum && !aether_download_set_checksum (download, self->checksum, error))
    return NULL;

  for (guint i = 0; self->mirrors && self->mirrors[i]; i++)
    aether_download_add_mirror (download, self->mirrors[i]);
  aether_download_set_checksum_url (download, self->checksum_url);
  aether_download_set_signature (download, self->signature_url, self->keyring);
  aether_download_set_minisign (download, self->minisign_url, self->minisign_key);
  aether_download_set_unpack (download, self->unpack);
  aether_download_set_allow_plain (download, self->allow_plain);
  aether_download_set_reserve (download, !self->no_reserve);
  return g_steal_pointer (&download);
}
