/* aether-saved-state.c - a machine that was suspended to disk: its memory, beside its disks
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-saved-state.h"

#include "aether-json.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER    "suspend"
#define MOST_JSON (1024 * 1024)
#define PIECE     (1024 * 1024)
#define PAGE      4096

static char *
path_of (const char *bundle_path, const char *name)
{
  return g_build_filename (bundle_path, FOLDER, name, NULL);
}

static gboolean
sync_path (const char *path)
{
  g_autofd int dir = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return dir >= 0 && aether_store_sync (dir);
}

static gboolean
sync_folder (const char *bundle_path)
{
  g_autofree char *folder = g_build_filename (bundle_path, FOLDER, NULL);

  return sync_path (folder);
}

/* A link there, in a bundle from somebody else, could lead anywhere. */
static gboolean
is_own_folder (const char *bundle_path)
{
  g_autofree char *folder = g_build_filename (bundle_path, FOLDER, NULL);
  struct stat st;

  return lstat (folder, &st) == 0 && S_ISDIR (st.st_mode);
}

/* What a killed one left. It is never of somebody else, as we hold the machine's lock: an engine that
 * is still dying may hold on to it, and writes to nowhere then. */
static void
remove_unfinished (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (aether_store_is_temp (name))
        unlink (path);
    }
}

gboolean
aether_saved_state_exists (const char *bundle_path)
{
  g_autofree char *path = path_of (bundle_path, "state.json");

  return access (path, F_OK) == 0 && is_own_folder (bundle_path);
}

/* --- the checksum: tells damage, not malice -------------------------------------- */

/* Pages of zeros do not count: which of them are holes changes when a file is copied. */
static guint64
add_page (guint64 sum, const guint64 *words, guint64 offset)
{
  const guint64 first = G_GUINT64_CONSTANT (0x9e3779b185ebca87), second = G_GUINT64_CONSTANT (0xc2b2ae3d27d4eb4f);
  guint64 lanes[4] = { offset + first, offset ^ second, offset, ~offset };
  guint64 any = 0;

  for (guint i = 0; i < PAGE / sizeof *words; i += 4)
    for (guint j = 0; j < 4; j++)
      {
        any |= words[i + j];
        lanes[j] += words[i + j] * second;
        lanes[j] = ((lanes[j] << 31) | (lanes[j] >> 33)) * first;
      }
  if (any == 0)
    return sum;

  for (guint j = 0; j < 4; j++)
    sum = (((sum ^ lanes[j]) << 27) | ((sum ^ lanes[j]) >> 37)) * first + second;

  return sum;
}

/* Returns: (nullable): of the whole file, NULL when it cannot be read; errno says why */
static char *
compute_checksum (int fd, GCancellable *cancellable)
{
  g_autofree guint64 *piece = g_malloc (PIECE);
  guint64 sum = 0;
  off_t offset = 0;
  gssize n;

  do
    {
      gsize filled = 0;

      if (g_cancellable_is_cancelled (cancellable))
        {
          errno = ECANCELED;
          return NULL;
        }

#ifdef SEEK_DATA
      off_t data = lseek (fd, offset, SEEK_DATA);

      if (data < 0 && errno == ENXIO)
        break;   /* nothing but a hole up to the end */
      if (data > offset)
        offset = data - data % PAGE;
#endif
      while (filled < PIECE && (n = pread (fd, (char *) piece + filled, PIECE - filled, offset + filled)) != 0)
        {
          if (n < 0 && errno != EINTR)
            return NULL;
          filled += MAX (n, 0);
        }

      if (filled < PIECE)
        memset ((char *) piece + filled, 0, PIECE - filled);
      for (gsize i = 0; i < filled; i += PAGE)
        sum = add_page (sum, piece + i / sizeof *piece, offset + i);
      offset += filled;
      if (filled < PIECE)
        break;
    }
  while (TRUE);

  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", sum);
}

/* --- reading --------------------------------------------------------------------- */

void
aether_saved_state_free (AetherSavedState *self)
{
  g_free (self->engine);
  g_free (self->checksum);
  g_clear_pointer (&self->disks, json_array_unref);
  g_clear_pointer (&self->fit, json_object_unref);
  g_free (self);
}

/**
 * aether_saved_state_read:
 *
 * Returns: (transfer full): what is known of it. Errors are sentences:
 *   %G_IO_ERROR_NOT_FOUND when the machine is not suspended
 */
AetherSavedState *
aether_saved_state_read (const char *bundle_path, GError **error)
{
  g_autofree char *path = path_of (bundle_path, "state.json");
  g_autoptr(AetherSavedState) self = g_new0 (AetherSavedState, 1);
  g_autoptr(GError) cause = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *data = NULL;
  JsonObject *object;
  gsize length;

  data = aether_store_read (path, MOST_JSON, &length, &cause);
  if (data != NULL)
    node = aether_json_parse (data, length, &cause);
  object = node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  self->saved = MAX (aether_json_get_int (object, "saved"), 0);
  self->engine = g_strdup (aether_json_get_string (object, "engine"));
  self->checksum = g_strdup (aether_json_get_string (object, "checksum"));
  self->size = MAX (aether_json_get_int (object, "size"), 0);
  if (aether_json_get_array (object, "disks"))
    self->disks = json_array_ref (aether_json_get_array (object, "disks"));
  if (aether_json_get_object (object, "fit"))
    self->fit = json_object_ref (aether_json_get_object (object, "fit"));

  if (self->engine && self->checksum && self->disks && self->fit)
    return g_steal_pointer (&self);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The machine is not suspended."));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The saved state of the machine is damaged: what it belongs to cannot be read."));
  return NULL;
}

int
aether_saved_state_open (const char *bundle_path, GError **error)
{
  g_autofree char *path = path_of (bundle_path, "state");
  g_autoptr(GError) cause = NULL;
  int fd = is_own_folder (bundle_path) ? open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;
  struct stat st;

  if (fd >= 0 && (fstat (fd, &st) < 0 || !S_ISREG (st.st_mode)))
    {
      close (fd);
      fd = -1;
      errno = EINVAL;
    }
  if (fd < 0)
    {
      aether_store_set_error (&cause, errno);
      g_set_error (error, G_IO_ERROR, cause->code, _("The saved state of the machine cannot be read. %s"),
                   cause->message);
    }

  return fd;
}

/* @record: the text of state.json */
static char *
identify (const char *bundle_path, const char *record, gsize length)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) record, length);
  g_autofd int fd = aether_saved_state_open (bundle_path, NULL);
  struct stat st = { 0 };

  if (fd >= 0 && fstat (fd, &st) < 0)
    st = (struct stat) { 0 };

  return g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld %" G_GUINT64_FORMAT, sum, (guint64) st.st_ino,
                          (gint64) st.st_ctim.tv_sec, st.st_ctim.tv_nsec, (guint64) st.st_size);
}

char *
aether_saved_state_dup_identity (const char *bundle_path)
{
  g_autofree char *path = path_of (bundle_path, "state.json");
  g_autofree char *record = NULL;
  gsize length = 0;

  if (!aether_saved_state_exists (bundle_path))
    return NULL;

  record = aether_store_read (path, MOST_JSON, &length, NULL);
  return identify (bundle_path, record ? record : "", length);
}

static gint64
get_mtime (const struct stat *st)
{
  return st->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + st->st_mtim.tv_nsec;
}

static gboolean
verify_disks (AetherSavedState *self, const char *bundle_path, GError **error)
{
  for (guint i = 0; i < json_array_get_length (self->disks); i++)
    {
      JsonNode *node = json_array_get_element (self->disks, i);
      JsonObject *disk = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *file = aether_json_get_string (disk, "file");
      g_autofree char *path = file ? g_canonicalize_filename (file, bundle_path) : NULL;
      struct stat st;

      if (path == NULL || stat (path, &st) < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The disk “%s”, which the machine had when it was suspended, is gone."), file ? file : "?");
          return FALSE;
        }
      if (st.st_size != aether_json_get_int (disk, "size") || get_mtime (&st) != aether_json_get_int (disk, "mtime"))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The disk “%s” was changed since the machine was suspended. Going on from then would "
                         "destroy what is on it."), file);
          return FALSE;
        }
    }

  return TRUE;
}

/**
 * aether_saved_state_verify:
 *
 * Fails with %G_IO_ERROR_INVALID_DATA and the sentence that says which of them
 * is damaged or was changed.
 */
gboolean
aether_saved_state_verify (AetherSavedState *self, const char *bundle_path, GCancellable *cancellable, GError **error)
{
  g_autofd int fd = aether_saved_state_open (bundle_path, error);
  g_autofree char *checksum = NULL;
  struct stat st;

  if (fd < 0 || !verify_disks (self, bundle_path, error))
    return FALSE;

  if (fstat (fd, &st) == 0 && (guint64) st.st_size == self->size)
    checksum = compute_checksum (fd, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_strcmp0 (checksum, self->checksum) == 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("The saved state of the machine is damaged: it is not what was written when it was suspended."));
  return FALSE;
}

/* --- saving ---------------------------------------------------------------------- */

int
aether_saved_state_create (const char *bundle_path, char **temp, GError **error)
{
  g_autofree char *folder = g_build_filename (bundle_path, FOLDER, NULL);
  g_autofree char *path = path_of (bundle_path, "state");
  g_autoptr(GError) cause = NULL;
  int fd = -1;

  if (g_mkdir (folder, 0700) < 0 && errno != EEXIST)
    aether_store_set_error (&cause, errno);
  else if (!is_own_folder (bundle_path))
    aether_store_set_error (&cause, ENOTDIR);
  else
    {
      remove_unfinished (folder);
      fd = aether_store_open_temp (path, temp, &cause);
    }

  if (fd < 0)
    g_set_error (error, G_IO_ERROR, cause->code, _("The state of the machine cannot be saved in its folder. %s"),
                 cause->message);

  return fd;
}

static gboolean
add_disks (JsonArray *array, const char *bundle_path, const char * const *disks)
{
  for (guint i = 0; disks[i]; i++)
    {
      g_autofree char *path = g_canonicalize_filename (disks[i], bundle_path);
      JsonObject *disk;
      struct stat st;

      if (stat (path, &st) < 0)
        return FALSE;

      disk = json_object_new ();
      json_object_set_string_member (disk, "file", disks[i]);
      json_object_set_int_member (disk, "size", st.st_size);
      json_object_set_int_member (disk, "mtime", get_mtime (&st));
      json_array_add_object_element (array, disk);
    }

  return TRUE;
}

/* Returns: (nullable): the text of state.json; errno says why not */
static char *
describe (const char *bundle_path, const char *temp, const char *engine, const char * const *disks, JsonObject *fit)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autofd int fd = open (temp, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  JsonArray *array = json_array_new ();
  g_autofree char *checksum = fd >= 0 ? compute_checksum (fd, NULL) : NULL;
  g_autoptr(JsonNode) node = NULL;
  struct stat st;

  json_object_set_array_member (object, "disks", array);
  if (checksum == NULL || fstat (fd, &st) < 0 || !add_disks (array, bundle_path, disks))
    return NULL;

  json_object_set_int_member (object, "saved", g_get_real_time () / G_USEC_PER_SEC);
  json_object_set_string_member (object, "engine", engine);
  json_object_set_int_member (object, "size", st.st_size);
  json_object_set_string_member (object, "checksum", checksum);
  json_object_set_object_member (object, "fit", json_object_ref (fit));
  node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static gboolean
tell (const char *bundle_path, const char *text, AetherSavedStateNote note, gpointer data)
{
  g_autofree char *identity = identify (bundle_path, text, strlen (text));

  if (note)
    note (identity, data);

  return TRUE;
}

gboolean
aether_saved_state_commit (const char          *bundle_path,
                           const char          *temp,
                           int                  fd,
                           const char          *engine,
                           const char * const  *disks,
                           JsonObject          *fit,
                           AetherSavedStateNote note,
                           gpointer             data,
                           GError             **error)
{
  g_autofree char *path = path_of (bundle_path, "state");
  g_autofree char *record = path_of (bundle_path, "state.json");
  g_autofree char *used = path_of (bundle_path, "used.json");
  g_autofree char *text = NULL;
  g_autoptr(GError) cause = NULL;

  if (!aether_store_sync (fd) ||
      !(text = describe (bundle_path, temp, engine, disks, fit)) ||
      rename (temp, path) < 0)
    aether_store_set_error (&cause, errno);
  else if (!sync_folder (bundle_path) || !sync_path (bundle_path))
    aether_store_set_error (&cause, errno);
  else if (tell (bundle_path, text, note, data) &&
           aether_store_write (record, text, strlen (text), AETHER_STORE_DURABLE, &cause))
    {
      unlink (used);   /* of a resume before */
      return TRUE;
    }

  unlink (record);
  sync_folder (bundle_path);
  unlink (path);
  unlink (temp);
  g_set_error (error, G_IO_ERROR, cause->code, _("The state of the machine could not be saved. %s"), cause->message);

  return FALSE;
}

/* --- resuming --------------------------------------------------------------------- */

static gboolean
move (const char *bundle_path, const char *from_name, const char *to_name, GError **error)
{
  g_autofree char *from = path_of (bundle_path, from_name);
  g_autofree char *to = path_of (bundle_path, to_name);
  g_autoptr(GError) cause = NULL;

  if (rename (from, to) == 0 && sync_folder (bundle_path))
    return TRUE;

  aether_store_set_error (&cause, errno);
  g_set_error (error, G_IO_ERROR, cause->code,
               _("It cannot be noted that the saved state of the machine is used. %s"), cause->message);
  return FALSE;
}

/**
 * aether_saved_state_use:
 *
 * To be called when all is loaded and nothing has run: from here on, memory
 * does not come back to disks that go on without it.
 */
gboolean
aether_saved_state_use (const char *bundle_path, GError **error)
{
  return move (bundle_path, "state.json", "used.json", error);
}

/**
 * aether_saved_state_unuse:
 *
 * Only where it is certain that no instruction ran.
 */
gboolean
aether_saved_state_unuse (const char *bundle_path, GError **error)
{
  return move (bundle_path, "used.json", "state.json", error);
}

/* The record goes first, and for good: without it the memory is only a file. */
gboolean
aether_saved_state_discard (const char *bundle_path, GError **error)
{
  static const char * const names[] = { "state.json", "used.json", "state" };
  g_autofree char *folder = g_build_filename (bundle_path, FOLDER, NULL);
  g_autoptr(GError) cause = NULL;

  if (!is_own_folder (bundle_path))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (names) && cause == NULL; i++)
    {
      g_autofree char *path = path_of (bundle_path, names[i]);

      if (unlink (path) < 0 && errno != ENOENT)
        aether_store_set_error (&cause, errno);
      else if (i == 0)
        sync_folder (bundle_path);
    }
  remove_unfinished (folder);
  rmdir (folder);
  if (cause == NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, cause->code, _("The saved state of the machine could not be removed. %s"),
               cause->message);
  return FALSE;
}

gboolean
aether_saved_state_settle (const char *bundle_path)
{
  g_autofree char *folder = g_build_filename (bundle_path, FOLDER, NULL);
  g_autofree char *used = path_of (bundle_path, "used.json");
  gboolean was_used = access (used, F_OK) == 0 && !aether_saved_state_exists (bundle_path);

  if (!is_own_folder (bundle_path))
    return FALSE;

  remove_unfinished (folder);
  if (!aether_saved_state_exists (bundle_path))
    aether_saved_state_discard (bundle_path, NULL);

  return was_used;
}
