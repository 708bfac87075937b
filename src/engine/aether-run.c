/* aether-run.c - what a running machine leaves on disk for others to see
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-run.h"

#include "aether-json.h"
#include "aether-lock.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_FILE   (256 * 1024)   /* bytes of either file */
#define MOST_OUTPUT  (16 * 1024)   /* bytes of the engine's last lines */

struct _AetherRun
{
  char        *name;
  char        *bundle;
  char        *folder;        /* in the runtime folder; NULL until made */
  int          bundle_lock;   /* -1 until taken */
  int          runtime_lock;

  gint64       started;
  AetherState  state;
  gint64       since;
};

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* --- JSON, read so that nothing in it can hurt --------------------------- */

static JsonObject *
read_object (const char *path)
{
  gsize length;
  g_autofree char *data = aether_store_read (path, MOST_FILE, &length, NULL);
  g_autoptr(JsonNode) node = data != NULL ? aether_json_parse (data, length, NULL) : NULL;

  return node != NULL ? json_node_dup_object (node) : NULL;
}

static int
get_pid (JsonObject *object, const char *key)
{
  return CLAMP (aether_json_get_int (object, key), 0, G_MAXINT);
}

static void
set_string (JsonObject *object, const char *key, const char *text)
{
  if (text != NULL && *text != '\0')
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      json_object_set_string_member (object, key, valid);
    }
}

static gboolean
write_object (const char *path, JsonObject *object, AetherStoreFlags flags, GError **error)
{
  g_autoptr(JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);

  return aether_store_write (path, text, strlen (text), flags, error);
}

/* --- locks --------------------------------------------------------------- */

static char *
bundle_lock_path (const char *bundle_path)
{
  return g_build_filename (bundle_path, ".lock", NULL);
}

static char *
record_path (const char *bundle_path)
{
  return g_build_filename (bundle_path, "logs", "last-run.json", NULL);
}

gboolean
aether_run_is_locked (const char *bundle_path)
{
  g_autofree char *path = bundle_lock_path (bundle_path);

  return aether_lock_is_held (path);
}

static gboolean
lock_bundle (AetherRun *self, GError **error)
{
  g_autofree char *path = bundle_lock_path (self->bundle);
  g_autoptr(GError) cause = NULL;

  self->bundle_lock = aether_lock_take (path, &cause);
  if (self->bundle_lock >= 0)
    return TRUE;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _("“%s” is already running, or is being copied or deleted."), self->name);
  else
    g_set_error (error, G_IO_ERROR, cause->code,
                 _("Could not start “%s”: its folder cannot be written to. %s"), self->name, cause->message);

  return FALSE;
}

/* Nobody but us may look into it: a socket with the machine's keyboard lies there. */
static gboolean
make_private_folder (const char *path)
{
  struct stat st;

  if (g_mkdir_with_parents (path, 0700) < 0 || lstat (path, &st) < 0)
    return FALSE;
  if (!S_ISDIR (st.st_mode) || st.st_uid != geteuid ())
    {
      errno = EPERM;
      return FALSE;
    }

  return (st.st_mode & 0077) == 0 || chmod (path, 0700) == 0;
}

static gboolean
lock_runtime (AetherRun *self, const char *uuid, GError **error)
{
  g_autofree char *root = aether_paths_dup_runtime_root ();
  g_autofree char *folder = aether_paths_dup_runtime (uuid);
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  g_autoptr(AetherRunStatus) other = NULL;
  g_autoptr(GError) cause = NULL;

  /* Between making the folder and locking in it another run may end and remove it: again */
  for (int attempt = 0; attempt < 10 && self->runtime_lock < 0; attempt++)
    {
      g_clear_error (&cause);
      if (!make_private_folder (root) || !make_private_folder (folder))
        aether_store_set_error (&cause, errno);
      else
        self->runtime_lock = aether_lock_take (path, &cause);
      if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        break;
    }

  if (self->runtime_lock >= 0)
    {
      self->folder = g_steal_pointer (&folder);
      return TRUE;
    }

  other = aether_run_status_read (uuid);
  if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY))
    g_set_error (error, G_IO_ERROR, cause->code,
                 _("Could not start “%s”: the folder %s cannot be used. %s"), self->name, folder, cause->message);
  else if (other != NULL && other->bundle != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _("“%s” cannot start while its copy %s runs: both are the same machine (%s). "
                   "Use Clone to make copies that can run side by side."), self->name, other->bundle, uuid);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("“%s” is already running."), self->name);

  return FALSE;
}

/* --- the running side ---------------------------------------------------- */

static gboolean
write_status (AetherRun *self, const char *accelerator, int engine_pid, GError **error)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autofree char *path = g_build_filename (self->folder, "status", NULL);

  json_object_set_string_member (object, "state", aether_state_to_nick (self->state));
  json_object_set_int_member (object, "since", self->since);
  json_object_set_int_member (object, "pid", getpid ());
  if (engine_pid > 0)
    json_object_set_int_member (object, "engine-pid", engine_pid);
  set_string (object, "accelerator", accelerator);
  set_string (object, "bundle", self->bundle);

  if (write_object (path, object, AETHER_STORE_QUICK, error))
    return TRUE;

  g_prefix_error (error, _("Could not note the state of “%s”. "), self->name);
  return FALSE;
}

/* Who lists machines watches the folders of those that run, and the one around them: that is
 * changed for those who saw our folder before it said so, or since the run before was killed. */
static void
announce (AetherRun *self)
{
  g_autofree char *root = g_path_get_dirname (self->folder);

  utimensat (AT_FDCWD, root, NULL, 0);
}

static char *
read_boot_id (void)
{
  g_autofree char *id = aether_store_read ("/proc/sys/kernel/random/boot_id", 64, NULL, NULL);

  return id != NULL ? g_strdup (g_strstrip (id)) : NULL;
}

/* A folder that was moved while its machine runs took the lock along. */
static char *
find_bundle (AetherRun *self)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", self->bundle_lock);
  g_autofree char *lock = g_file_read_link (link, NULL);

  if (lock == NULL || !g_file_test (lock, G_FILE_TEST_EXISTS))
    return g_strdup (self->bundle);

  return g_path_get_dirname (lock);
}

/* Not made durable while the machine runs: a start must not wait for the disk,
 * and a power cut in the first seconds only makes the record older. */
static gboolean
write_record (AetherRun *self, gboolean ended, AetherEnd end, const char *sentence, const char *output, GError **error)
{
  g_autoptr(JsonObject) object = json_object_new ();
  g_autofree char *bundle = find_bundle (self);
  g_autofree char *path = record_path (bundle);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *boot_id = read_boot_id ();

  json_object_set_int_member (object, "started", self->started);
  json_object_set_int_member (object, "pid", getpid ());
  set_string (object, "boot-id", boot_id);
  if (ended)
    {
      gsize length = output ? strlen (output) : 0;

      json_object_set_int_member (object, "ended", now ());
      json_object_set_string_member (object, "end", aether_end_to_nick (end));
      set_string (object, "sentence", sentence);
      set_string (object, "output", length > MOST_OUTPUT ? output + length - MOST_OUTPUT : output);
    }

  /* A link there, in a bundle from somebody else, could lead anywhere */
  g_mkdir (folder, 0700);
  if (g_file_test (folder, G_FILE_TEST_IS_SYMLINK))
    aether_store_set_error (error, ENOTDIR);
  else if (write_object (path, object, ended ? AETHER_STORE_DURABLE : AETHER_STORE_QUICK, error))
    return TRUE;

  g_prefix_error (error, _("Could not write the log of “%s”. "), self->name);
  return FALSE;
}

/* Lets go of what was taken; the lock last, so that the next run finds the folder either whole
 * or gone. */
static void
run_free (AetherRun *self)
{
  static const char * const leftovers[] = { "status", "machine.sock", "lock" };

  if (self->folder != NULL)
    {
      aether_store_clean (self->folder);
      for (guint i = 0; i < G_N_ELEMENTS (leftovers); i++)
        {
          g_autofree char *path = g_build_filename (self->folder, leftovers[i], NULL);

          unlink (path);
        }
      rmdir (self->folder);
    }
  if (self->runtime_lock >= 0)
    close (self->runtime_lock);
  if (self->bundle_lock >= 0)
    close (self->bundle_lock);
  g_free (self->folder);
  g_free (self->bundle);
  g_free (self->name);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherRun, run_free)

/**
 * aether_run_begin:
 * @bundle: a machine that can be read
 *
 * The machine counts as starting from here on, for as long as this process
 * lives or until aether_run_end().
 */
AetherRun *
aether_run_begin (AetherBundle *bundle, GError **error)
{
  g_autoptr(AetherRun) self = g_new0 (AetherRun, 1);
  const char *uuid;

  g_return_val_if_fail (AETHER_IS_BUNDLE (bundle), NULL);

  self->name = g_strdup (aether_bundle_get_name (bundle));
  self->bundle = g_strdup (aether_bundle_get_path (bundle));
  self->bundle_lock = self->runtime_lock = -1;
  self->started = self->since = now ();
  self->state = AETHER_STATE_STARTING;

  uuid = aether_bundle_get_uuid (bundle);
  if (uuid == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, aether_bundle_get_problem (bundle));
      return NULL;
    }

  if (!lock_bundle (self, error) || !lock_runtime (self, uuid, error))
    return NULL;

  /* We have both locks: what lies there is of one who was killed */
  aether_store_clean (self->folder);

  /* The record last: without an end it says that we were killed */
  if (!write_status (self, NULL, 0, error) ||
      !write_record (self, FALSE, AETHER_END_NONE, NULL, NULL, error))
    return NULL;
  announce (self);

  return g_steal_pointer (&self);
}

const char *
aether_run_get_folder (AetherRun *self)
{
  return self->folder;
}

/* Returns: seconds since the epoch */
gint64
aether_run_get_since (AetherRun *self)
{
  return self->since;
}

gboolean
aether_run_set_status (AetherRun *self, AetherState state, const char *accelerator, int engine_pid, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->state != state)
    {
      self->state = state;
      self->since = now ();
    }

  return write_status (self, accelerator, engine_pid, error);
}

gboolean
aether_run_end (AetherRun *self, AetherEnd end, const char *sentence, const char *output, GError **error)
{
  gboolean written;

  g_return_val_if_fail (self != NULL, FALSE);

  written = write_record (self, TRUE, end, sentence, output, error);
  run_free (self);

  return written;
}

/* --- the looking side ---------------------------------------------------- */

void
aether_run_status_free (AetherRunStatus *self)
{
  g_free (self->accelerator);
  g_free (self->bundle);
  g_free (self);
}

AetherRunStatus *
aether_run_status_read (const char *uuid)
{
  g_autofree char *folder = aether_paths_dup_runtime (uuid);
  g_autofree char *lock = g_build_filename (folder, "lock", NULL);
  g_autofree char *path = g_build_filename (folder, "status", NULL);
  g_autoptr(JsonObject) object = NULL;
  AetherRunStatus *self;

  if (!aether_lock_is_held (lock))
    return NULL;

  self = g_new0 (AetherRunStatus, 1);
  self->state = AETHER_STATE_STARTING;   /* the lock is there before the status */
  object = read_object (path);
  if (object != NULL)
    {
      aether_state_from_nick (aether_json_get_string (object, "state"), &self->state);
      self->since = MAX (aether_json_get_int (object, "since"), 0);
      self->pid = get_pid (object, "pid");
      self->engine_pid = get_pid (object, "engine-pid");
      self->accelerator = g_strdup (aether_json_get_string (object, "accelerator"));
      self->bundle = g_strdup (aether_json_get_string (object, "bundle"));
    }

  return self;
}

/**
 * aether_run_status_is_of:
 *
 * A folder that was copied by hand has the uuid of its original; one that was
 * moved while it runs is not where its status says, but is still locked.
 */
gboolean
aether_run_status_is_of (const AetherRunStatus *self, const char *bundle_path)
{
  struct stat ours, theirs;

  if (g_strcmp0 (self->bundle, bundle_path) == 0)
    return TRUE;
  if (self->bundle != NULL && stat (self->bundle, &theirs) == 0)
    return stat (bundle_path, &ours) == 0 && ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;

  return aether_run_is_locked (bundle_path);
}

void
aether_run_record_free (AetherRunRecord *self)
{
  g_free (self->boot_id);
  g_free (self->sentence);
  g_free (self->output);
  g_free (self);
}

AetherRunRecord *
aether_run_record_read (const char *bundle_path)
{
  g_autofree char *path = record_path (bundle_path);
  g_autoptr(JsonObject) object = read_object (path);
  AetherRunRecord *self;

  if (object == NULL)
    return NULL;

  self = g_new0 (AetherRunRecord, 1);
  self->started = MAX (aether_json_get_int (object, "started"), 0);
  self->ended = MAX (aether_json_get_int (object, "ended"), 0);
  self->pid = get_pid (object, "pid");
  self->boot_id = g_strdup (aether_json_get_string (object, "boot-id"));
  self->end = self->ended > 0 ? aether_end_from_nick (aether_json_get_string (object, "end")) : AETHER_END_KILLED;
  self->sentence = g_strdup (aether_json_get_string (object, "sentence"));
  self->output = g_strdup (aether_json_get_string (object, "output"));

  return self;
}

gboolean
aether_run_record_is_of_another_boot (const AetherRunRecord *self)
{
  g_autofree char *boot_id = read_boot_id ();

  return boot_id != NULL && self->boot_id != NULL && strcmp (boot_id, self->boot_id) != 0;
}
