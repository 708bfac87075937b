/* aether-qemu-suspend.c - the state of a machine that runs in QEMU, to disk
 *
 * quiet the clipboard -> stop -> migrate into a file -> make it count -> quit. Up to there anything
 * may fail: then the machine goes on, and nothing is left.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-suspend.h"

#include "aether-consent.h"
#include "aether-json.h"
#include "aether-qemu-command.h"
#include "aether-qemu-migration.h"
#include "aether-saved-state.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define QUIT_TIMEOUT 1000                   /* milliseconds until QEMU is killed; all is saved by then */
#define DEVICES      (64 * 1024 * 1024)     /* bytes besides the memory, at most */
#define UNLIMITED    (G_GINT64_CONSTANT (1) << 50)   /* bytes per second */

typedef struct
{
  AetherQmp  *qmp;
  int         fd;
  char       *temp;       /* NULL: it counts by now */
  gint64      fdset;      /* -1: none */
  gboolean    was_running;
  gboolean    stopped;    /* by us */
  gboolean    quiet;      /* the clipboard is */
  GStrv       disks;
  JsonObject *fit;
  GError     *error;      /* why it is given up */
} Suspend;

static void
suspend_free (Suspend *suspend)
{
  if (suspend->temp)
    g_unlink (suspend->temp);
  g_free (suspend->temp);
  g_clear_fd (&suspend->fd, NULL);
  g_clear_object (&suspend->qmp);
  g_strfreev (suspend->disks);
  g_clear_pointer (&suspend->fit, json_object_unref);
  g_clear_error (&suspend->error);
  g_free (suspend);
}

/* --- the clipboard: QEMU neither saves nor loads its agent ------------------------ */

/* Connects the port in the machine to the agent, or to nothing. @stopped: QEMU exchanges what is
 * behind a port only while the machine runs; of one that is stopped the port is taken out and put
 * back, which the system in it sees. */
void
_aether_qemu_suspend_switch_clipboard (AetherQmpList *list, gboolean on, gboolean stopped)
{
  g_autoptr(GVariant) backend = g_variant_ref_sink (on ? g_variant_new_parsed ("{'type': <'qemu-vdagent'>, 'data': <{'clipboard': <true>}>}")
                                                       : g_variant_new_parsed ("{'type': <'null'>, 'data': <@a{sv} {}>}"));
  GVariant *id = g_variant_new_parsed ("{'id': <%s>}", AETHER_QEMU_CLIPBOARD);
  GVariant *both = g_variant_new_parsed ("{'id': <%s>, 'backend': <%*>}", AETHER_QEMU_CLIPBOARD, backend);

  if (!stopped)
    {
      g_variant_unref (g_variant_ref_sink (id));
      aether_qmp_list_add (list, "chardev-change", both);
      return;
    }

  aether_qmp_list_add (list, "device_del", g_variant_new_parsed ("{'id': <'channel.clipboard'>}"));
  aether_qmp_list_add_patient (list, "chardev-remove", id);
  aether_qmp_list_add (list, "chardev-add", both);
  aether_qmp_list_add_patient (list, "device_add",
                               g_variant_new_parsed ("{'driver': <'virtserialport'>, 'id': <'channel.clipboard'>, "
                                                     "'bus': <'channels.0.0'>, 'chardev': <%s>, "
                                                     "'name': <'com.redhat.spice.0'>}", AETHER_QEMU_CLIPBOARD));
}

/* --- giving up: the machine goes on as before -------------------------------------- */

static void
went_on_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherQemuSession *self = g_task_get_source_object (task);
  Suspend *suspend = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  if (!aether_qmp_list_run_finish (AETHER_QMP (object), result, &error))
    aether_session_log (AETHER_SESSION (self), "After the suspending: %s", error->message);

  g_task_return_error (task, g_steal_pointer (&suspend->error));
}

/* Takes @task and @error. */
static void
give_up (GTask *task, GError *error)
{
  g_autoptr(GTask) owned = task;
  Suspend *suspend = g_task_get_task_data (task);
  AetherQmpList *list;

  suspend->error = error;
  if (suspend->temp)
    g_unlink (suspend->temp);
  g_clear_pointer (&suspend->temp, g_free);

  if (aether_qmp_is_closed (suspend->qmp))
    {
      g_clear_error (&suspend->error);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED,
                               _("The machine ended before its state was saved."));
      return;
    }

  list = aether_qmp_list_new ();
  if (suspend->fdset >= 0)
    aether_qmp_list_add (list, "remove-fd", g_variant_new_parsed ("{'fdset-id': <%x>}", suspend->fdset));
  if (suspend->stopped)
    aether_qmp_list_add (list, "cont", NULL);
  if (suspend->quiet)
    _aether_qemu_suspend_switch_clipboard (list, TRUE, !suspend->was_running);
  /* As of "cont": whoever hears of it finds the state set */
  aether_qmp_list_add (list, "query-status", NULL);
  aether_qmp_list_run_async (list, suspend->qmp, went_on_cb, g_steal_pointer (&owned));
}

/* Returns: whether it was; @task is taken then */
static gboolean
give_up_if_cancelled (GTask **task)
{
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (*task)))
    return FALSE;

  give_up (g_steal_pointer (task), g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                      _("The suspending was cancelled; the machine goes on.")));
  return TRUE;
}

static void
give_up_as (GTask *task, const char *reason)
{
  /* Translators: %s is what QEMU said, in English */
  give_up (task, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                              _("The machine could not be suspended, and goes on. (QEMU: %s)"), reason));
}

/* Returns: whether all of a list was; @task is taken otherwise */
static gboolean
is_done (AetherQmp *qmp, GAsyncResult *result, GTask **task)
{
  g_autoptr(GError) error = NULL;

  if (aether_qmp_list_run_finish (qmp, result, &error))
    return TRUE;

  give_up_as (g_steal_pointer (task), error->message);
  return FALSE;
}

/* --- the end of it ------------------------------------------------------------------ */

static void
commit_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GTask *whole = task_data;
  AetherQemuSession *self = g_task_get_source_object (whole);
  Suspend *suspend = g_task_get_task_data (whole);
  GError *error = NULL;

  if (aether_saved_state_commit (aether_bundle_get_path (self->bundle), suspend->temp, suspend->fd, "qemu",
                                 (const char * const *) suspend->disks, suspend->fit, aether_consent_own_state, self->bundle,
                                 &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
committed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherQemuSession *self = g_task_get_source_object (task);
  Suspend *suspend = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      give_up (g_steal_pointer (&task), error);
      return;
    }

  g_clear_pointer (&suspend->temp, g_free);
  self->suspended = TRUE;
  aether_session_wait_ended (AETHER_SESSION (self), task);
  if (self->child == NULL)
    return;

  aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_STOPPING);
  aether_qmp_call_async (suspend->qmp, "quit", NULL, -1, 0, NULL, NULL, NULL);
  aether_child_kill_after (self->child, QUIT_TIMEOUT);
}

/* --- while QEMU writes --------------------------------------------------------------- */

/* Takes @task. */
static void
written (GTask *task)
{
  g_autoptr(GTask) commit = NULL;

  if (give_up_if_cancelled (&task))
    return;

  commit = g_task_new (NULL, NULL, committed_cb, task);
  g_task_set_task_data (commit, task, NULL);   /* the callback has the reference */
  g_task_run_in_thread (commit, commit_thread);
}

static void
followed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autofree char *reason = NULL;
  g_autoptr(GError) error = NULL;

  if (_aether_qemu_migration_follow_finish (AETHER_QEMU_SESSION (object), result, &reason, &error))
    written (g_steal_pointer (&task));
  else if (error)
    give_up (g_steal_pointer (&task), g_steal_pointer (&error));
  else if (!give_up_if_cancelled (&task))
    give_up_as (g_steal_pointer (&task), reason);
}

static void
set_progress (AetherQemuSession *self, guint64 done, guint64 total)
{
  aether_session_set_suspend_progress (AETHER_SESSION (self), done, total);
}

static void
begun_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;

  if (is_done (AETHER_QMP (object), result, &task))
    _aether_qemu_migration_follow_async (g_task_get_source_object (task), AETHER_QMP (object),
                                         g_task_get_cancellable (task), set_progress, followed_cb,
                                         g_object_ref (task));
}

static void
handed_over_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherQemuSession *self = AETHER_QEMU_SESSION (object);
  Suspend *suspend = g_task_get_task_data (task);
  AetherQmpList *list;
  g_autoptr(GError) error = NULL;
  g_autofree char *uri = _aether_qemu_migration_hand_over_finish (self, result, &suspend->fdset, &error);

  if (uri == NULL)
    {
      give_up_as (g_steal_pointer (&task), error->message);
      return;
    }
  if (give_up_if_cancelled (&task))
    return;

  list = aether_qmp_list_new ();
  if (_aether_qemu_migration_has_mapped_ram (self))
    aether_qmp_list_add (list, "migrate-set-capabilities",
                         g_variant_new_parsed ("{'capabilities': <[{'capability': <'mapped-ram'>, 'state': <true>}]>}"));
  aether_qmp_list_add (list, "migrate-set-parameters", g_variant_new_parsed ("{'max-bandwidth': <%x>}", UNLIMITED));
  aether_qmp_list_add (list, "migrate", g_variant_new_parsed ("{'uri': <%s>}", uri));
  aether_qmp_list_run_async (list, suspend->qmp, begun_cb, g_steal_pointer (&task));
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Suspend *suspend = g_task_get_task_data (task);

  if (!is_done (AETHER_QMP (object), result, &task))
    return;

  suspend->stopped = suspend->was_running;
  _aether_qemu_migration_hand_over_async (g_task_get_source_object (task), suspend->qmp, suspend->fd,
                                          handed_over_cb, g_object_ref (task));
}

/* --- what stands in the way ---------------------------------------------------------- */

/* Takes @reason, QEMU's, and makes it a sentence. */
static GError *
explain_block (const char *reason)
{
  if (strstr (reason, "virtfs") || strstr (reason, "9p") || strstr (reason, "VirtFS"))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                _("A folder of this computer is mounted in the machine (9p), and cannot be saved with "
                                  "it. Unmount it there, then suspend the machine."));

  /* Translators: %s is what QEMU said, in English */
  return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                      _("This machine cannot be suspended as it is. (QEMU: %s)"), reason);
}

static void
blocks_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Suspend *suspend = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  JsonArray *reasons = node && JSON_NODE_HOLDS_OBJECT (node)
                         ? aether_json_get_array (json_node_get_object (node), "blocked-reasons") : NULL;
  AetherQmpList *list;

  if (node == NULL)
    {
      give_up (g_steal_pointer (&task), g_steal_pointer (&error));
      return;
    }
  if (reasons && json_array_get_length (reasons) > 0)
    {
      const char *reason = json_array_get_string_element (reasons, 0);

      give_up (g_steal_pointer (&task), explain_block (reason ? reason : ""));
      return;
    }
  if (give_up_if_cancelled (&task))
    return;

  list = aether_qmp_list_new ();
  if (suspend->was_running)
    aether_qmp_list_add (list, "stop", NULL);
  aether_qmp_list_run_async (list, suspend->qmp, stopped_cb, g_steal_pointer (&task));
}

static void
quiet_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Suspend *suspend = g_task_get_task_data (task);

  if (!is_done (AETHER_QMP (object), result, &task))
    return;

  aether_qmp_call_async (suspend->qmp, "query-migrate", NULL, -1, AETHER_QMP_TIMEOUT, NULL, blocks_cb,
                         g_steal_pointer (&task));
}

/* --- what it will fit ------------------------------------------------------------------ */

static AetherDrive *
find_drive (AetherMachine *machine, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      if (g_strcmp0 (drive->id, id) == 0)
        return drive;   /* the machine keeps it */
    }

  return NULL;
}

/* A disc may have been put in since the start: the saved state belongs to that one. */
static void
note_media (AetherQemuSession *self, GVariant *drives, JsonObject *media)
{
  g_autofree char *inside = g_strconcat (aether_bundle_get_path (self->bundle), "/", NULL);
  const char *id, *kind, *file;
  GVariantIter iter;

  g_variant_iter_init (&iter, drives);
  while (g_variant_iter_next (&iter, "(&s&s&sb)", &id, &kind, &file, NULL))
    {
      AetherDrive *drive = find_drive (self->machine, id);

      if (drive == NULL || drive->kind != AETHER_DRIVE_CDROM)
        continue;

      if (g_path_is_absolute (file))
        g_object_set (drive, "file", g_str_has_prefix (file, inside) ? file + strlen (inside) : file, NULL);
      else if (*file == '\0')
        g_object_set (drive, "file", NULL, NULL);
      json_object_set_string_member (media, id, drive->file ? drive->file : "");
    }
}

/* The other way round: whatever the configuration says, that one belongs in. */
void
_aether_qemu_suspend_apply_media (AetherMachine *machine, JsonObject *media)
{
  GList *ids = media ? json_object_get_members (media) : NULL;

  for (GList *l = ids; l; l = l->next)
    {
      AetherDrive *drive = find_drive (machine, l->data);
      const char *file = aether_json_get_string (media, l->data);

      if (drive && drive->kind == AETHER_DRIVE_CDROM)
        g_object_set (drive, "file", file && *file ? file : NULL, NULL);
    }
  g_list_free (ids);
}

static GStrv
list_disks (AetherQemuSession *self)
{
  GListModel *drives = G_LIST_MODEL (self->machine->drives);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (drive->kind == AETHER_DRIVE_DISK && drive->file && !drive->read_only)
        g_strv_builder_add (builder, drive->file);
    }
  if (self->machine->firmware->kind == AETHER_FIRMWARE_UEFI)
    g_strv_builder_add (builder, AETHER_BUNDLE_VARS);

  return g_strv_builder_end (builder);
}

/* The processor of this computer, where the machine's is the same one. */
static char *
describe_processor (const char *accelerator)
{
  static const char * const told[] = { "model name", "flags", "CPU implementer", "CPU part", "Features" };
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = NULL;
  g_auto(GStrv) lines = NULL;

  if (!g_str_equal (accelerator, "kvm") || !g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return g_strdup ("");

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] && *lines[i]; i++)
    for (guint j = 0; j < G_N_ELEMENTS (told); j++)
      if (g_str_has_prefix (lines[i], told[j]))
        g_checksum_update (checksum, (const guchar *) lines[i], -1);

  return g_strdup (g_checksum_get_string (checksum));
}

/**
 * _aether_qemu_suspend_describe_fit:
 * @media: (nullable) (transfer full): id -> file of each CD drive
 *
 * Returns: (transfer full): what a saved state of @self asks of the QEMU that
 *   takes it back
 */
JsonObject *
_aether_qemu_suspend_describe_fit (AetherQemuSession *self, JsonObject *media, GError **error)
{
  const AetherCapability *version = aether_capabilities_lookup (self->capabilities, "arch.%s.version",
                                                                self->machine->arch);
  g_autofree char *processor = describe_processor (self->accelerator);
  g_auto(GStrv) argv = aether_qemu_command_build (self->machine, self->bundle, self->capabilities,
                                                  self->accelerator, error);
  g_auto(GStrv) hardware = NULL;
  JsonArray *array;
  JsonObject *fit;

  if (argv == NULL)
    {
      g_clear_pointer (&media, json_object_unref);
      return NULL;
    }

  fit = json_object_new ();
  array = json_array_new ();
  hardware = aether_qemu_command_list_hardware ((const char * const *) argv, aether_bundle_get_path (self->bundle));
  for (guint i = 0; hardware[i]; i++)
    {
      g_autofree char *valid = g_utf8_make_valid (hardware[i], -1);

      json_array_add_string_element (array, valid);
    }

  json_object_set_string_member (fit, "version", version && version->value ? version->value : "");
  json_object_set_string_member (fit, "accelerator", self->accelerator);
  json_object_set_string_member (fit, "processor", processor);
  json_object_set_string_member (fit, "format", _aether_qemu_migration_has_mapped_ram (self) ? "mapped-ram" : "stream");
  json_object_set_array_member (fit, "hardware", array);
  if (media)
    json_object_set_object_member (fit, "media", media);

  return fit;
}

static void
drives_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherQemuSession *self = AETHER_QEMU_SESSION (object);
  Suspend *suspend = g_task_get_task_data (task);
  g_autoptr(GVariant) drives = NULL;
  JsonObject *media = json_object_new ();
  AetherQmpList *list;
  GError *error = NULL;

  drives = aether_session_statistics_finish (AETHER_SESSION (self), result, &error);
  if (drives)
    {
      note_media (self, drives, media);
      suspend->disks = list_disks (self);
      suspend->fit = _aether_qemu_suspend_describe_fit (self, json_object_ref (media), &error);
    }
  json_object_unref (media);
  if (suspend->fit == NULL)
    {
      give_up (g_steal_pointer (&task), error);
      return;
    }

  list = aether_qmp_list_new ();
  if (aether_qemu_command_has_clipboard (self->machine, self->capabilities))
    {
      suspend->quiet = TRUE;
      _aether_qemu_suspend_switch_clipboard (list, FALSE, !suspend->was_running);
    }
  aether_qmp_list_run_async (list, suspend->qmp, quiet_cb, g_steal_pointer (&task));
}

/* --- the beginning ------------------------------------------------------------------------ */

/* What is not there by now will not be written either: pages that were never touched are holes. */
static gboolean
check_space (AetherQemuSession *self, int fd, GError **error)
{
  g_auto(GVariantDict) values = G_VARIANT_DICT_INIT (NULL);
  guint64 needed = (guint64) self->machine->memory->size * 1024 * 1024;
  guint64 resident = 0;
  g_autofree char *need = NULL;
  g_autofree char *have = NULL;
  struct statvfs st;
  guint64 free_bytes;

  aether_child_add_statistics (self->child, &values);
  if (g_variant_dict_lookup (&values, "memory", "t", &resident) && resident > 0)
    needed = MIN (needed, resident);
  needed += DEVICES;

  if (fstatvfs (fd, &st) < 0)
    return TRUE;   /* it will be seen */

  free_bytes = (guint64) st.f_bavail * st.f_frsize;
  if (free_bytes >= needed)
    return TRUE;

  need = g_format_size_full (needed, G_FORMAT_SIZE_IEC_UNITS);
  have = g_format_size_full (free_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               _("There is not enough space to suspend the machine: its state may take %s, and %s are free where it is "
                 "kept. Make room, then try again."), need, have);
  return FALSE;
}

void
_aether_qemu_session_suspend_async (AetherSession       *session,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  Suspend *suspend;

  g_task_set_source_tag (task, _aether_qemu_session_suspend_async);
  if (!aether_session_check_answers (session, self->qmp != NULL && self->child != NULL, task))
    return;
  if (aether_session_get_state (session) == AETHER_STATE_STOPPING)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _("The machine is just stopping."));
      return;
    }

  /* A cancelled one is over when the machine goes on: the task looks for itself */
  g_task_set_check_cancellable (task, FALSE);
  suspend = g_new0 (Suspend, 1);
  suspend->fdset = -1;
  suspend->qmp = g_object_ref (self->qmp);
  suspend->was_running = aether_session_get_state (session) == AETHER_STATE_RUNNING;
  suspend->fd = aether_saved_state_create (aether_bundle_get_path (self->bundle), &suspend->temp, &error);
  g_task_set_task_data (task, suspend, (GDestroyNotify) suspend_free);

  if (suspend->fd < 0 || !check_space (self, suspend->fd, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  aether_session_set_suspend_progress (session, 0, (guint64) self->machine->memory->size * 1024 * 1024);
  _aether_qemu_session_list_drives_async (session, NULL, drives_cb, g_steal_pointer (&task));
}

/* Returns: (nullable) (transfer full): why a machine like this can never be suspended */
char *
_aether_qemu_suspend_find_obstacle (AetherMachine *machine)
{
  GListModel *drives = G_LIST_MODEL (machine->drives);
  GListModel *displays = G_LIST_MODEL (machine->displays);

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (drive->interface == AETHER_DRIVE_NVME && drive->kind == AETHER_DRIVE_DISK)
        return g_strdup_printf (_("This machine cannot be suspended: QEMU cannot save a disk with the interface NVMe "
                                  "(“%s”)."), drive->id);
    }
  for (guint i = 0; i < g_list_model_get_n_items (displays); i++)
    {
      g_autoptr(AetherDisplay) display = g_list_model_get_item (displays, i);

      if (display->model && strstr (display->model, "-gl"))
        return g_strdup (_("This machine cannot be suspended: QEMU cannot save what a display with 3D graphics holds."));
    }

  return NULL;
}
