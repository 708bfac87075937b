/* aether-bundle.c - a machine on disk: NAME.aether/ and what is known of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle-private.h"

#include "aether-consent.h"
#include "aether-paths.h"
#include "aether-saved-state.h"
#include "aether-store.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_MACHINE_JSON (4 * 1024 * 1024)   /* bytes */

struct _AetherBundle
{
  GObject            parent_instance;

  char              *path;
  char              *uuid;
  char              *name;
  const char        *arch;       /* interned: a library has few */
  const char        *engine;
  const char        *os;
  char              *problem;
  char              *sort_key;   /* made when asked for */
  AetherBundleStamp  stamp;

  gint64             since;      /* SINCE_UNREAD: the record of the last run knows */
  AetherState        state;
  gboolean           suspended;  /* only while stopped */
  gboolean           patient;    /* a thread reads what is on disk, and it is told later */
  gboolean           reading;
  gboolean           read_again; /* it was asked for while reading, which may have been too early */
};

#define SINCE_UNREAD -1

enum
{
  PROP_PATH = 1,
  PROP_UUID,
  PROP_NAME,
  PROP_ARCH,
  PROP_ENGINE,
  PROP_OS,
  PROP_STATE,
  PROP_SINCE,
  PROP_SUSPENDED,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AetherBundle, aether_bundle, G_TYPE_OBJECT)

static void
aether_bundle_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherBundle *self = AETHER_BUNDLE (object);

  switch (id)
    {
    case PROP_PATH: g_value_set_string (value, self->path); break;
    case PROP_UUID: g_value_set_string (value, self->uuid); break;
    case PROP_NAME: g_value_set_string (value, self->name); break;
    case PROP_ARCH: g_value_set_string (value, self->arch); break;
    case PROP_ENGINE: g_value_set_string (value, self->engine); break;
    case PROP_OS: g_value_set_string (value, self->os); break;
    case PROP_STATE: g_value_set_enum (value, self->state); break;
    case PROP_SINCE: g_value_set_int64 (value, aether_bundle_get_since (self)); break;
    case PROP_SUSPENDED: g_value_set_boolean (value, self->suspended); break;
    case PROP_PROBLEM: g_value_set_string (value, self->problem); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_bundle_finalize (GObject *object)
{
  AetherBundle *self = AETHER_BUNDLE (object);

  g_free (self->path);
  g_free (self->uuid);
  g_free (self->name);
  g_free (self->problem);
  g_free (self->sort_key);

  G_OBJECT_CLASS (aether_bundle_parent_class)->finalize (object);
}

static void
aether_bundle_class_init (AetherBundleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = aether_bundle_get_property;
  object_class->finalize = aether_bundle_finalize;

  properties[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  properties[PROP_UUID] = g_param_spec_string ("uuid", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ARCH] = g_param_spec_string ("arch", NULL, NULL, NULL, flags);
  properties[PROP_ENGINE] = g_param_spec_string ("engine", NULL, NULL, NULL, flags);
  properties[PROP_OS] = g_param_spec_string ("os", NULL, NULL, NULL, flags);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, AETHER_TYPE_STATE, AETHER_STATE_STOPPED, flags);
  properties[PROP_SINCE] = g_param_spec_int64 ("since", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SUSPENDED] = g_param_spec_boolean ("suspended", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
aether_bundle_init (AetherBundle *self)
{
  self->since = SINCE_UNREAD;
}

/* --- machine.json -------------------------------------------------------- */

static char *
machine_path (AetherBundle *self)
{
  return g_build_filename (self->path, "machine.json", NULL);
}

/* The folder's name, made fit to be shown: for a machine that cannot say its own. */
static char *
name_of_folder (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);

  if (g_str_has_suffix (base, AETHER_BUNDLE_SUFFIX) && strlen (base) > strlen (AETHER_BUNDLE_SUFFIX))
    base[strlen (base) - strlen (AETHER_BUNDLE_SUFFIX)] = '\0';

  return g_filename_display_name (base);
}

void
_aether_bundle_get_stamp (int folder, const char *name, AetherBundleStamp *stamp)
{
  g_autofree char *file = g_build_filename (name, "machine.json", NULL);
  struct stat st;

  *stamp = (AetherBundleStamp) { 0 };
  if (fstatat (folder, file, &st, 0) == 0)
    {
      stamp->mtime = st.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + st.st_mtim.tv_nsec;
      stamp->size = st.st_size;
      stamp->inode = st.st_ino;
    }
}

static AetherMachine *
read_machine (AetherBundle *self, GError **error)
{
  g_autofree char *path = machine_path (self);
  g_autofree char *name = name_of_folder (self->path);
  g_autofree char *data = NULL;
  g_autoptr(GError) cause = NULL;
  AetherMachine *machine;
  gsize length;

  data = aether_store_read (path, MOST_MACHINE_JSON, &length, &cause);
  if (data == NULL)
    {
      if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("“%s” is no machine: its folder %s has no machine.json."), name, self->path);
      else
        g_set_error (error, G_IO_ERROR, cause->code,
                     _("The machine.json of “%s” cannot be read. %s"), name, cause->message);
      return NULL;
    }

  machine = aether_machine_new_from_data (data, length, &cause);
  if (machine == NULL)
    g_set_error (error, cause->domain, cause->code,
                 g_str_has_suffix (cause->message, ".") ? _("The machine.json of “%s” cannot be read: %s")
                                                        : _("The machine.json of “%s” cannot be read: %s."),
                 name, cause->message);

  return machine;
}

static gboolean
set_interned (const char **member, const char *value)
{
  const char *interned = value != NULL ? g_intern_string (value) : NULL;
  gboolean changed = *member != interned;

  *member = interned;

  return changed;
}

static gboolean
set_head (AetherBundle *self, const AetherBundleHead *head)
{
  gboolean changed[N_PROPS] = { FALSE };
  gboolean any = FALSE;

  self->stamp = head->stamp;
  changed[PROP_UUID] = g_set_str (&self->uuid, head->uuid);
  changed[PROP_NAME] = g_set_str (&self->name, head->name);
  changed[PROP_ARCH] = set_interned (&self->arch, head->arch);
  changed[PROP_ENGINE] = set_interned (&self->engine, head->engine);
  changed[PROP_OS] = set_interned (&self->os, head->os);
  changed[PROP_PROBLEM] = g_set_str (&self->problem, head->problem);
  if (changed[PROP_NAME])
    g_clear_pointer (&self->sort_key, g_free);

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 1; i < N_PROPS; i++)
    if (changed[i])
      {
        any = TRUE;
        g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
      }
  g_object_thaw_notify (G_OBJECT (self));

  return any;
}

gboolean
_aether_bundle_reload (AetherBundle *self)
{
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *fallback = NULL;
  AetherBundleHead head = { 0 };

  /* Stamp first: a file that changes while it is read looks changed the next time */
  _aether_bundle_get_stamp (AT_FDCWD, self->path, &head.stamp);
  machine = read_machine (self, &error);
  if (machine != NULL)
    {
      head.uuid = machine->uuid;
      head.name = machine->name;
      head.arch = machine->arch;
      head.engine = machine->engine;
      head.os = machine->os;
    }
  else
    {
      head.name = fallback = name_of_folder (self->path);
      head.problem = error->message;
    }

  return set_head (self, &head);
}

void
_aether_bundle_get_head (AetherBundle *self, AetherBundleHead *head)
{
  *head = (AetherBundleHead) { self->uuid, self->name, self->arch, self->engine, self->os, self->problem, self->stamp };
}

AetherBundle *
_aether_bundle_new_quick (const char *path, const AetherBundleHead *head)
{
  AetherBundle *self = g_object_new (AETHER_TYPE_BUNDLE, NULL);

  self->path = g_strdup (path);
  if (head != NULL)
    set_head (self, head);
  else
    _aether_bundle_reload (self);
  self->suspended = aether_saved_state_exists (self->path);

  return self;
}

/* --- what it does -------------------------------------------------------- */

void
_aether_bundle_set_status (AetherBundle *self, const AetherRunStatus *status)
{
  AetherState state = status != NULL ? status->state : AETHER_STATE_STOPPED;
  gint64 since = status != NULL ? status->since : SINCE_UNREAD;
  gboolean state_changed = self->state != state;
  gboolean suspended = status == NULL && aether_saved_state_exists (self->path);
  gboolean suspended_changed = self->suspended != suspended;
  gboolean since_changed = state_changed || suspended_changed || (status != NULL && self->since != since);

  if (!since_changed)
    return;

  self->state = state;
  self->since = since;
  self->suspended = suspended;
  g_object_freeze_notify (G_OBJECT (self));
  if (suspended_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUSPENDED]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SINCE]);
  if (state_changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
look_for_run (AetherBundle *self)
{
  g_autoptr(AetherRunStatus) status = self->uuid ? aether_run_status_read (self->uuid) : NULL;
  gboolean ours = status != NULL && aether_run_status_is_of (status, self->path);

  _aether_bundle_set_status (self, ours ? status : NULL);
}

/**
 * aether_bundle_new:
 * @path: (type filename): a folder; a relative one is taken from the current folder
 *
 * Costs one small file, and two more when the machine runs.
 */
AetherBundle *
aether_bundle_new (const char *path)
{
  g_autofree char *absolute = NULL;
  AetherBundle *self;

  g_return_val_if_fail (path != NULL, NULL);

  absolute = g_canonicalize_filename (path, NULL);
  self = _aether_bundle_new_quick (absolute, NULL);
  look_for_run (self);

  return self;
}

/**
 * aether_bundle_load:
 *
 * Fails with the sentence that is the bundle's "problem":
 * %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_NOT_SUPPORTED for a newer schema,
 * %G_IO_ERROR_INVALID_DATA, or what open gives.
 *
 * Returns: (transfer full): the whole configuration
 */
AetherMachine *
aether_bundle_load (AetherBundle *self, GError **error)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);

  return read_machine (self, error);
}

void
_aether_bundle_touch (void)
{
  g_autofree char *folder = aether_paths_dup_library ();

  /* Whoever watches the folder sees it; with no folder nobody watches */
  utimensat (AT_FDCWD, folder, NULL, 0);
}

/**
 * aether_bundle_save:
 * @machine: paths in it that lead into the bundle become relative
 *
 * Also while the machine runs: it takes effect at the next start. Of two
 * programs that save at once the later one wins. Who saves agrees to what is
 * new in it.
 */
gboolean
aether_bundle_save (AetherBundle *self, AetherMachine *machine, GError **error)
{
  g_autoptr(AetherMachine) before = NULL;

  g_return_val_if_fail (AETHER_IS_BUNDLE (self), FALSE);
  g_return_val_if_fail (AETHER_IS_MACHINE (machine), FALSE);

  before = read_machine (self, NULL);
  if (!_aether_bundle_write (self->path, machine, error))
    return FALSE;

  aether_store_clean (self->path);
  _aether_bundle_reload (self);
  if (before)
    aether_consent_own (self, machine, before);
  _aether_bundle_touch ();

  return TRUE;
}

/**
 * aether_bundle_rename:
 *
 * The folder keeps its name, so that nothing that names it breaks. Errors:
 * %G_IO_ERROR_INVALID_ARGUMENT for a bad name, else those of load and save.
 */
gboolean
aether_bundle_rename (AetherBundle *self, const char *name, GError **error)
{
  g_autoptr(AetherMachine) machine = NULL;

  g_return_val_if_fail (AETHER_IS_BUNDLE (self), FALSE);

  if (!aether_machine_check_name (name, error) || !(machine = read_machine (self, error)))
    return FALSE;

  g_object_set (machine, "name", name, NULL);

  return aether_bundle_save (self, machine, error);
}

/**
 * aether_bundle_resolve:
 * @file: (type filename) (nullable): as in machine.json
 *
 * Returns: (type filename) (nullable) (transfer full): its absolute path, which
 *   a hostile bundle may lead anywhere; %NULL for %NULL
 */
char *
aether_bundle_resolve (AetherBundle *self, const char *file)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);

  return file != NULL ? g_canonicalize_filename (file, self->path) : NULL;
}

static gint64
read_since (const char *path, gboolean suspended)
{
  if (suspended)
    {
      g_autoptr(AetherSavedState) saved = aether_saved_state_read (path, NULL);

      return saved != NULL ? saved->saved : 0;
    }
  else
    {
      g_autoptr(AetherRunRecord) record = aether_run_record_read (path);

      return record != NULL ? record->ended : 0;
    }
}

static void
since_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_int (task, read_since (((AetherBundle *) source)->path, GPOINTER_TO_INT (task_data)));
}

static void read_since_later (AetherBundle *self);

static void
since_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherBundle *self = AETHER_BUNDLE (object);
  gint64 since = g_task_propagate_int (G_TASK (result), NULL);

  self->reading = FALSE;
  if (self->read_again)
    {
      read_since_later (self);
      return;
    }
  if (self->state != AETHER_STATE_STOPPED || self->since == since)
    return;

  self->since = since;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SINCE]);
}

static void
read_since_later (AetherBundle *self)
{
  g_autoptr(GTask) task = NULL;

  self->read_again = self->reading;
  if (self->reading)
    return;

  self->reading = TRUE;
  task = g_task_new (self, NULL, since_cb, NULL);
  g_task_set_source_tag (task, read_since_later);
  g_task_set_task_data (task, GINT_TO_POINTER (self->suspended), NULL);
  g_task_run_in_thread (task, since_thread);
}

/**
 * _aether_bundle_set_patient:
 *
 * For who shows machines and must not wait for their disks: when it ended is
 * 0 until a thread has read it, then "since" notifies.
 */
void
_aether_bundle_set_patient (AetherBundle *self)
{
  self->patient = TRUE;
}

/* A run that began and ended since we last looked has left no state behind, but another end. */
static void
look_for_end (AetherBundle *self)
{
  gint64 before = self->since;

  if (self->state != AETHER_STATE_STOPPED || before == SINCE_UNREAD)
    return;
  if (self->patient)
    {
      read_since_later (self);
      return;
    }

  self->since = SINCE_UNREAD;
  if (aether_bundle_get_since (self) != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SINCE]);
}

/**
 * aether_bundle_refresh:
 *
 * Looks again at machine.json and at what runs, and removes what a killed
 * save left behind.
 */
void
aether_bundle_refresh (AetherBundle *self)
{
  AetherBundleStamp stamp;

  g_return_if_fail (AETHER_IS_BUNDLE (self));

  aether_store_clean (self->path);
  _aether_bundle_get_stamp (AT_FDCWD, self->path, &stamp);
  if (memcmp (&stamp, &self->stamp, sizeof stamp) != 0)
    _aether_bundle_reload (self);
  look_for_run (self);
  look_for_end (self);
}

static char *
killed_sentence (AetherBundle *self, const AetherRunRecord *record)
{
  g_autoptr(GDateTime) started = g_date_time_new_from_unix_local (record->started);
  g_autofree char *when = started != NULL ? g_date_time_format (started, "%x %H:%M") : NULL;

  if (when == NULL)
    when = g_strdup ("?");

  /* Translators: %s are the machine's name, and a date and time */
  if (aether_run_record_is_of_another_boot (record))
    return g_strdup_printf (_("“%s”, started on %s, was running when this computer went down or restarted. "
                              "What its system had not yet written to disk is lost."), self->name, when);

  return g_strdup_printf (_("“%s”, started on %s, was ended from outside: its process aether-machine was killed. "
                            "What its system had not yet written to disk is lost."), self->name, when);
}

/**
 * aether_bundle_get_last_end:
 * @sentence: (out) (optional) (nullable) (transfer full): what to tell the user
 * @output: (out) (optional) (nullable) (transfer full): the engine's last lines
 *
 * Reads the disk at each call.
 */
AetherEnd
aether_bundle_get_last_end (AetherBundle *self, char **sentence, char **output)
{
  g_autoptr(AetherRunRecord) record = NULL;

  g_return_val_if_fail (AETHER_IS_BUNDLE (self), AETHER_END_NONE);

  if (sentence)
    *sentence = NULL;
  if (output)
    *output = NULL;

  if (aether_run_is_locked (self->path))
    return AETHER_END_NONE;

  /* Whatever came after it did not reach the disks */
  if (aether_saved_state_exists (self->path))
    {
      if (sentence)
        *sentence = g_strdup_printf (_("“%s” is suspended: a start goes on where it was."), self->name);
      return AETHER_END_SUSPENDED;
    }
  if (!(record = aether_run_record_read (self->path)))
    return AETHER_END_NONE;

  if (sentence)
    *sentence = record->ended == 0 ? killed_sentence (self, record) : g_strdup (record->sentence);
  if (output)
    *output = g_strdup (record->output);

  return record->end;
}

/* --- the rest ------------------------------------------------------------ */

const char *
_aether_bundle_get_sort_key (AetherBundle *self)
{
  if (self->sort_key == NULL)
    self->sort_key = g_utf8_collate_key_for_filename (self->name, -1);

  return self->sort_key;
}

const char *
aether_bundle_get_path (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->path;
}

const char *
aether_bundle_get_uuid (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->uuid;
}

const char *
aether_bundle_get_name (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->name;
}

const char *
aether_bundle_get_arch (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->arch;
}

const char *
aether_bundle_get_engine (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->engine;
}

const char *
aether_bundle_get_os (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->os;
}

AetherState
aether_bundle_get_state (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), AETHER_STATE_STOPPED);
  return self->state;
}

gint64
aether_bundle_get_since (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), 0);

  if (self->since == SINCE_UNREAD && self->patient)
    read_since_later (self);
  else if (self->since == SINCE_UNREAD)
    self->since = read_since (self->path, self->suspended);

  return self->since != SINCE_UNREAD ? self->since : 0;
}

/**
 * aether_bundle_get_suspended:
 *
 * Whether the machine is off with its memory saved: it is %AETHER_STATE_STOPPED
 * for all that asks whether it runs, and the next start goes on where it was.
 */
gboolean
aether_bundle_get_suspended (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), FALSE);
  return self->suspended;
}

static gboolean
discard_state (const char *path, const char *name, GError **error)
{
  gboolean done;
  int lock;

  if (!_aether_bundle_lock (path, name, &lock, error))
    return FALSE;

  done = aether_saved_state_discard (path, error);
  if (lock >= 0)
    close (lock);

  return done;
}

static void
state_discarded (AetherBundle *self, gboolean done)
{
  aether_bundle_refresh (self);
  if (done)
    _aether_bundle_touch ();
}

/**
 * aether_bundle_discard_state:
 *
 * To the system in the machine this is a power cut at the moment when it was
 * suspended. Fails with %G_IO_ERROR_BUSY while it runs. Blocks: a large file
 * takes its time to be removed.
 */
gboolean
aether_bundle_discard_state (AetherBundle *self, GError **error)
{
  gboolean done;

  g_return_val_if_fail (AETHER_IS_BUNDLE (self), FALSE);

  done = discard_state (self->path, self->name, error);
  state_discarded (self, done);

  return done;
}

static void
discard_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  AetherBundle *self = source;
  GError *error = NULL;

  if (discard_state (self->path, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
aether_bundle_discard_state_async (AetherBundle *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (AETHER_IS_BUNDLE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_bundle_discard_state_async);
  g_task_set_check_cancellable (task, FALSE);   /* it is gone then, whoever still wants to know */
  g_task_set_task_data (task, g_strdup (self->name), g_free);
  g_task_run_in_thread (task, discard_thread);
}

gboolean
aether_bundle_discard_state_finish (AetherBundle *self, GAsyncResult *result, GError **error)
{
  gboolean done = g_task_propagate_boolean (G_TASK (result), error);

  state_discarded (self, done);

  return done;
}

const char *
aether_bundle_get_problem (AetherBundle *self)
{
  g_return_val_if_fail (AETHER_IS_BUNDLE (self), NULL);
  return self->problem;
}
