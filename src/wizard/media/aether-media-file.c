/* aether-media-file.c - a disc or disk image that machines are made from
 *
 * What is known of it beyond the file is in a record in the state folder.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-file-private.h"

#include "aether-json.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_RECORD (64 << 10)
#define BLOCK       (1 << 20)
#define CHANGES     100   /* ms between signals while it is read */

typedef struct
{
  AetherDigestKind kind;
  char            *hex;        /* (nullable) */
  gboolean         published;  /* its publisher names this checksum, or has signed it */
  gboolean         damaged;
  gint64           checked;
  guint64          size;       /* of the file when it was checked */
  gint64           mtime;
  char            *url;        /* (nullable) */
} Record;

struct _AetherMediaFile
{
  GObject   parent_instance;

  char     *path;
  char     *name;
  gboolean  reference;
  gboolean  missing;
  guint64   size;
  gint64    mtime;      /* nanoseconds */
  Record    record;
  char    **users;

  gboolean  reading;
  guint64   done;       /* bytes; atomic, the thread counts */
  GSource  *timer;
};

G_DEFINE_FINAL_TYPE (AetherMediaFile, aether_media_file, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- records --------------------------------------------------------------------- */

static char *
dup_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "aether", "media", NULL);
}

static char *
dup_record (const char *path)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA1, path, -1);
  g_autofree char *name = g_strconcat (sum, ".json", NULL);

  return g_build_filename (folder, name, NULL);
}

static void
record_clear (Record *record)
{
  g_free (record->hex);
  g_free (record->url);
  memset (record, 0, sizeof *record);
}

static JsonObject *
read_object (const char *file, JsonNode **node)
{
  gsize length;
  g_autofree char *text = aether_store_read (file, MOST_RECORD, &length, NULL);

  *node = text ? aether_json_parse (text, length, NULL) : NULL;
  return *node && JSON_NODE_HOLDS_OBJECT (*node) ? json_node_get_object (*node) : NULL;
}

static gboolean
record_load (Record *record, const char *path)
{
  g_autofree char *file = dup_record (path);
  g_autoptr(JsonNode) node = NULL;
  JsonObject *object = read_object (file, &node);
  const char *checksum;

  record_clear (record);
  if (object == NULL)
    return FALSE;

  checksum = aether_json_get_string (object, "checksum");
  if (checksum && !aether_digest_parse (checksum, &record->kind, &record->hex, NULL))
    return FALSE;
  record->published = json_object_get_boolean_member_with_default (object, "published", FALSE);
  record->damaged = json_object_get_boolean_member_with_default (object, "damaged", FALSE);
  record->checked = aether_json_get_int (object, "checked");
  record->size = aether_json_get_int (object, "size");
  record->mtime = aether_json_get_int (object, "mtime");
  record->url = g_strdup (aether_json_get_string (object, "url"));
  return TRUE;
}

static gboolean
record_save (const Record *record, const char *path, GError **error)
{
  g_autofree char *folder = dup_folder ();
  g_autofree char *file = dup_record (path);
  g_autoptr(JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autofree char *text = NULL;

  json_node_take_object (node, object);
  if (g_utf8_validate (path, -1, NULL))
    json_object_set_string_member (object, "path", path);
  if (record->hex)
    {
      g_autofree char *checksum = g_strdup_printf ("%s:%s", aether_digest_get_name (record->kind), record->hex);

      json_object_set_string_member (object, "checksum", checksum);
    }
  json_object_set_boolean_member (object, "published", record->published);
  json_object_set_boolean_member (object, "damaged", record->damaged);
  json_object_set_int_member (object, "checked", record->checked);
  json_object_set_int_member (object, "size", record->size);
  json_object_set_int_member (object, "mtime", record->mtime);
  if (record->url)
    json_object_set_string_member (object, "url", record->url);
  text = json_to_string (node, TRUE);

  if (g_mkdir_with_parents (folder, 0700) < 0)
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }
  return aether_store_write (file, text, strlen (text), AETHER_STORE_QUICK, error);
}

void
aether_media_file_forget (const char *path)
{
  g_autofree char *file = dup_record (path);

  unlink (file);
}

char **
aether_media_file_list_paths (void)
{
  g_autoptr(GStrvBuilder) paths = g_strv_builder_new ();
  g_autofree char *folder = dup_folder ();
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);
      g_autoptr(JsonNode) node = NULL;
      JsonObject *object = g_str_has_suffix (name, ".json") ? read_object (file, &node) : NULL;
      const char *path = aether_json_get_string (object, "path");
      g_autofree char *wanted = path && g_path_is_absolute (path) ? dup_record (path) : NULL;

      if (wanted && g_str_equal (wanted, file))
        g_strv_builder_add (paths, path);
    }

  return g_strv_builder_end (paths);
}

static gboolean
read_status (const char *path, guint64 *size, gint64 *mtime)
{
  struct stat status;

  if (stat (path, &status) < 0 || !S_ISREG (status.st_mode))
    return FALSE;

  *size = status.st_size;
  *mtime = (gint64) status.st_mtime * 1000000000 + status.st_mtim.tv_nsec;
  return TRUE;
}

gboolean
aether_media_file_note (const char *path, AetherDigestKind kind, const char *hex, gboolean verified,
                        const char *url, GError **error)
{
  Record record = { .published = verified };
  gboolean good;

  if (!read_status (path, &record.size, &record.mtime))
    {
      aether_store_set_error (error, ENOENT);
      return FALSE;
    }
  if (hex)
    {
      record.kind = kind;
      record.hex = g_strdup (hex);
    }
  if (hex || verified)
    record.checked = g_get_real_time () / G_USEC_PER_SEC;
  record.url = g_strdup (url);
  good = record_save (&record, path, error);
  record_clear (&record);

  return good;
}

void
aether_media_file_note_download (const char *path, AetherDigestKind kind, const char *hex, gboolean verified,
                                 const char *url)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *media = aether_paths_dup_media ();
  g_autoptr(GError) error = NULL;

  /* Without it the file is one that nobody has checked. */
  if (g_str_equal (folder, media) && !aether_media_file_note (path, kind, hex, verified, url, &error))
    g_debug ("%s", error->message);
}

/* --- what is known ----------------------------------------------------------------- */

gboolean
aether_media_file_refresh (AetherMediaFile *self)
{
  gboolean recorded;

  self->size = 0;
  self->missing = !read_status (self->path, &self->size, &self->mtime);
  recorded = record_load (&self->record, self->path);
  g_signal_emit (self, signals[CHANGED], 0);

  return !self->missing || (self->reference && recorded);
}

const char *
aether_media_file_get_path (AetherMediaFile *self)
{
  return self->path;
}

const char *
aether_media_file_get_name (AetherMediaFile *self)
{
  return self->name;
}

guint64
aether_media_file_get_size (AetherMediaFile *self)
{
  return self->size;
}

gboolean
aether_media_file_is_missing (AetherMediaFile *self)
{
  return self->missing;
}

gboolean
aether_media_file_is_reference (AetherMediaFile *self)
{
  return self->reference;
}

AetherMediaFileState
aether_media_file_get_state (AetherMediaFile *self)
{
  const Record *record = &self->record;

  if (record->damaged)
    return AETHER_MEDIA_FILE_DAMAGED;
  if (record->checked == 0)
    return AETHER_MEDIA_FILE_UNCHECKED;
  if (record->size != self->size || record->mtime != self->mtime)
    return AETHER_MEDIA_FILE_CHANGED;
  return record->published ? AETHER_MEDIA_FILE_VERIFIED : AETHER_MEDIA_FILE_UNCHANGED;
}

gint64
aether_media_file_get_checked (AetherMediaFile *self)
{
  return self->record.checked;
}

const char *
aether_media_file_get_checksum (AetherMediaFile *self, AetherDigestKind *kind)
{
  *kind = self->record.kind;
  return self->record.hex;
}

const char *
aether_media_file_get_url (AetherMediaFile *self)
{
  return self->record.url;
}

const char * const *
aether_media_file_get_users (AetherMediaFile *self)
{
  return (const char * const *) self->users;
}

void
aether_media_file_set_users (AetherMediaFile *self, char **users)
{
  gboolean same = g_strv_equal ((const char * const *) self->users, (const char * const *) users);

  g_strfreev (self->users);
  self->users = users;
  if (!same)
    g_signal_emit (self, signals[CHANGED], 0);
}

double
aether_media_file_get_fraction (AetherMediaFile *self)
{
  if (!self->reading)
    return -1;

  return self->size ? MIN ((double) __atomic_load_n (&self->done, __ATOMIC_RELAXED) / self->size, 1) : 0;
}

/* --- verifying ------------------------------------------------------------------- */

char *
aether_media_file_read_digest (const char *path, AetherDigestKind kind, guint64 *done, GCancellable *cancellable,
                               GError **error)
{
  g_autofree char *block = g_malloc (BLOCK);
  g_autoptr(AetherDigest) digest = aether_digest_new (kind);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize n = 1;

  if (fd < 0 || digest == NULL)
    {
      aether_store_set_error (error, fd < 0 ? errno : ENOTSUP);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  while (n != 0 && !g_cancellable_is_cancelled (cancellable))
    {
      n = read (fd, block, BLOCK);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          aether_store_set_error (error, errno);
          close (fd);
          return NULL;
        }
      aether_digest_update (digest, block, n);
      __atomic_fetch_add (done, n, __ATOMIC_RELAXED);
    }
  close (fd);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return aether_digest_finish (digest);
}

static void
verify_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  AetherMediaFile *self = source;
  GError *error = NULL;
  char *hex = aether_media_file_read_digest (self->path, GPOINTER_TO_UINT (data), &self->done, cancellable, &error);

  if (hex)
    g_task_return_pointer (task, hex, g_free);
  else
    g_task_return_error (task, error);
}

static gboolean
timer_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[CHANGED], 0);
  return G_SOURCE_CONTINUE;
}

/* Returns: whether it is what it should be */
static gboolean
note_digest (AetherMediaFile *self, AetherDigestKind kind, const char *hex, GError **error)
{
  Record *record = &self->record;

  record->damaged = record->hex && !g_str_equal (record->hex, hex);
  record->checked = g_get_real_time () / G_USEC_PER_SEC;
  if (record->hex == NULL)
    {
      record->kind = kind;
      record->hex = g_strdup (hex);
    }
  if (read_status (self->path, &self->size, &self->mtime))
    {
      record->size = self->size;
      record->mtime = self->mtime;
    }
  if (!record_save (record, self->path, error))
    return FALSE;
  if (!record->damaged)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("“%s” is not what it was: it is damaged, or was written to. Remove it and fetch it again."), self->name);
  return FALSE;
}

static void
verify_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherMediaFile *self = AETHER_MEDIA_FILE (object);
  AetherDigestKind kind = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
  GError *error = NULL;
  g_autofree char *hex = g_task_propagate_pointer (G_TASK (result), &error);

  self->reading = FALSE;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (hex && note_digest (self, kind, hex, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
aether_media_file_verify_async (AetherMediaFile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr(GTask) inner = NULL;
  GTask *task = g_task_new (self, NULL, callback, user_data);
  AetherDigestKind kind = self->record.hex ? self->record.kind : AETHER_DIGEST_SHA256;

  g_task_set_source_tag (task, aether_media_file_verify_async);
  if (self->reading)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _("“%s” is being verified already."), self->name);
      g_object_unref (task);
      return;
    }

  self->reading = TRUE;
  self->done = 0;
  self->timer = g_timeout_source_new (CHANGES);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  inner = g_task_new (self, cancellable, verify_cb, task);
  g_task_set_task_data (inner, GUINT_TO_POINTER (kind), NULL);
  g_task_set_check_cancellable (inner, FALSE);
  g_task_run_in_thread (inner, verify_thread);
}

gboolean
aether_media_file_verify_finish (AetherMediaFile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the object ------------------------------------------------------------------ */

static void
aether_media_file_finalize (GObject *object)
{
  AetherMediaFile *self = AETHER_MEDIA_FILE (object);

  g_free (self->path);
  g_free (self->name);
  record_clear (&self->record);
  g_strfreev (self->users);

  G_OBJECT_CLASS (aether_media_file_parent_class)->finalize (object);
}

static void
aether_media_file_class_init (AetherMediaFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_media_file_finalize;

  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_MEDIA_FILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
aether_media_file_init (AetherMediaFile *self)
{
  self->users = g_new0 (char *, 1);
}

AetherMediaFile *
aether_media_file_new (const char *path, gboolean reference)
{
  AetherMediaFile *self = g_object_new (AETHER_TYPE_MEDIA_FILE, NULL);

  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->reference = reference;
  aether_media_file_refresh (self);

  return self;
}
