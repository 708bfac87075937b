/* aether-qemu-resume.c - the saved state of a machine, back into QEMU
 *
 * look whether it fits -> start QEMU, waiting -> load -> note that it is used -> first instruction.
 * Up to the note everything can be done again; after it nothing of the state is believed any more,
 * as the disks go on.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-suspend.h"

#include "aether-json.h"
#include "aether-qemu-command.h"
#include "aether-qemu-migration.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- whether it fits ------------------------------------------------------------- */

/* Translators: what was changed, in the sentence “The settings of the machine were changed since it was suspended (%s)” */
static const struct { const char *flag; const char *words; } changes[] = {
  { "-m ", N_("memory") },
  { "-smp ", N_("processors") },
  { "-cpu ", N_("processors") },
  { "-accel ", N_("accelerator") },
  { "-machine ", N_("board") },
  { "-device ", N_("devices") },
  { "-blockdev ", N_("disks") },
  { "-serial ", N_("serial ports") },
};

static void
add_change (GPtrArray *words, const char *argument)
{
  const char *word = N_("other settings");

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    if (g_str_has_prefix (argument, changes[i].flag))
      word = changes[i].words;

  if (!g_ptr_array_find_with_equal_func (words, _(word), g_str_equal, NULL))
    g_ptr_array_add (words, (gpointer) _(word));
}

static gboolean
has_string (JsonArray *array, const char *text)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_strcmp0 (json_array_get_string_element (array, i), text) == 0)
      return TRUE;

  return FALSE;
}

/* Returns: (nullable): in words, what is in one list and not in the other */
static char *
find_changes (JsonArray *then, JsonArray *now)
{
  g_autoptr(GPtrArray) words = g_ptr_array_new ();
  gboolean same = json_array_get_length (then) == json_array_get_length (now);

  for (guint i = 0; same && i < json_array_get_length (then); i++)
    same = g_strcmp0 (json_array_get_string_element (then, i), json_array_get_string_element (now, i)) == 0;
  if (same)
    return NULL;

  for (guint i = 0; i < json_array_get_length (then); i++)
    if (!has_string (now, json_array_get_string_element (then, i)))
      add_change (words, json_array_get_string_element (then, i));
  for (guint i = 0; i < json_array_get_length (now); i++)
    if (!has_string (then, json_array_get_string_element (now, i)))
      add_change (words, json_array_get_string_element (now, i));
  if (words->len == 0)
    g_ptr_array_add (words, (gpointer) _("devices"));   /* in another order */
  g_ptr_array_add (words, NULL);

  return g_strjoinv (", ", (char **) words->pdata);
}

/* Of "10.0.13": versions that have these two in common take each other's states. */
static gboolean
is_same_series (const char *one, const char *other)
{
  g_auto(GStrv) a = g_strsplit (one ? one : "", ".", 3);
  g_auto(GStrv) b = g_strsplit (other ? other : "", ".", 3);

  return a[0] && a[1] && b[0] && b[1] && g_str_equal (a[0], b[0]) && g_str_equal (a[1], b[1]);
}

static gboolean
has_only_strings (JsonArray *array)
{
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    if (json_node_get_value_type (json_array_get_element (array, i)) != G_TYPE_STRING)
      return FALSE;

  return array != NULL;
}

static gboolean
check_media (AetherQemuSession *self, JsonObject *media, GError **error)
{
  GListModel *drives = G_LIST_MODEL (self->machine->drives);

  for (guint i = 0; media && i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);
      g_autofree char *path = drive->file ? aether_bundle_resolve (self->bundle, drive->file) : NULL;

      if (drive->kind != AETHER_DRIVE_CDROM || path == NULL || g_file_test (path, G_FILE_TEST_EXISTS))
        continue;

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The file “%s”, which was in the CD drive “%s” when the machine was suspended, is gone."),
                   path, drive->id);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_fit (AetherQemuSession *self, AetherSavedState *saved, GError **error)
{
  const char *version = aether_json_get_string (saved->fit, "version");
  const char *format = aether_json_get_string (saved->fit, "format");
  JsonObject *media = aether_json_get_object (saved->fit, "media");
  JsonArray *then = aether_json_get_array (saved->fit, "hardware");
  g_autoptr(JsonObject) now = NULL;
  g_autofree char *changed = NULL;

  if (!g_str_equal (saved->engine, "qemu") || !has_only_strings (then))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The saved state of the machine is not one of this version of QEMU's."));
      return FALSE;
    }

  _aether_qemu_suspend_apply_media (self->machine, media);
  if (!check_media (self, media, error))
    return FALSE;

  now = _aether_qemu_suspend_describe_fit (self, NULL, error);
  if (now == NULL)
    return FALSE;

  if (!is_same_series (version, aether_json_get_string (now, "version")) ||
      g_strcmp0 (format, aether_json_get_string (now, "format")) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The machine was suspended by QEMU %s, and this is QEMU %s, which cannot take it back."),
                   version ? version : "?", aether_json_get_string (now, "version"));
      return FALSE;
    }
  if (g_strcmp0 (aether_json_get_string (saved->fit, "processor"), aether_json_get_string (now, "processor")) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The machine was suspended on another processor than this computer's, or with another "
                             "accelerator."));
      return FALSE;
    }

  changed = find_changes (then, aether_json_get_array (now, "hardware"));
  if (changed == NULL)
    return TRUE;

  /* Translators: %s is a list, as “memory, devices” */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _("The settings of the machine were changed since it was suspended (%s)."), changed);
  return FALSE;
}

/* A saved state that cannot be had back now may be tomorrow. */
static void
add_choice (GError **error)
{
  g_autofree char *sentence = g_strdup ((*error)->message);

  g_clear_error (error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               /* Translators: %s is a sentence that says why */
               _("%s It cannot go on from where it was suspended. Its saved state is kept: put things back as they "
                 "were, or start it anew, which discards the saved state."), sentence);
}

static void
verify_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  AetherQemuSession *self = source;
  GError *error = NULL;

  if (aether_saved_state_verify (self->saved, aether_bundle_get_path (self->bundle), cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        add_choice (&error);
      g_task_return_error (task, error);
    }
}

/**
 * _aether_qemu_resume_prepare_async:
 *
 * Looks whether the saved state of @self fits what would start now. Sets
 * self->saved; puts the discs that were in the drives back in.
 */
void
_aether_qemu_resume_prepare_async (AetherQemuSession *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, _aether_qemu_resume_prepare_async);
  self->saved = aether_saved_state_read (aether_bundle_get_path (self->bundle), &error);
  if (self->saved == NULL || !check_fit (self, self->saved, &error))
    {
      add_choice (&error);
      g_task_return_error (task, error);
      return;
    }

  aether_session_log (AETHER_SESSION (self), "Resuming from the saved state of %" G_GUINT64_FORMAT " bytes",
                      self->saved->size);
  g_task_run_in_thread (task, verify_thread);
}

/* --- loading ------------------------------------------------------------------------ */

static void
followed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autofree char *reason = NULL;
  GError *error = NULL;

  if (_aether_qemu_migration_follow_finish (AETHER_QEMU_SESSION (object), result, &reason, &error))
    g_task_return_boolean (task, TRUE);
  else if (error)
    g_task_return_error (task, error);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", reason);
}

static void
begun_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_qmp_list_run_finish (AETHER_QMP (object), result, &error))
    _aether_qemu_migration_follow_async (g_task_get_source_object (task), AETHER_QMP (object), NULL, NULL,
                                         followed_cb, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
handed_over_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherQemuSession *self = AETHER_QEMU_SESSION (object);
  AetherQmp *qmp = g_task_get_task_data (task);
  GError *error = NULL;
  g_autofree char *uri = _aether_qemu_migration_hand_over_finish (self, result, &self->fdset, &error);
  AetherQmpList *list;

  if (uri == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  /* The disks are taken over when the machine goes on: until then it may all be for nothing */
  list = aether_qmp_list_new ();
  if (_aether_qemu_migration_has_mapped_ram (self))
    aether_qmp_list_add (list, "migrate-set-capabilities",
                         g_variant_new_parsed ("{'capabilities': <[{'capability': <'mapped-ram'>, 'state': <true>}, "
                                               "{'capability': <'late-block-activate'>, 'state': <true>}]>}"));
  else
    aether_qmp_list_add (list, "migrate-set-capabilities",
                         g_variant_new_parsed ("{'capabilities': <[{'capability': <'late-block-activate'>, "
                                               "'state': <true>}]>}"));
  aether_qmp_list_add (list, "migrate-incoming", g_variant_new_parsed ("{'uri': <%s>}", uri));
  aether_qmp_list_run_async (list, qmp, begun_cb, g_steal_pointer (&task));
}

/**
 * _aether_qemu_resume_load_async:
 *
 * Loads the saved state into a QEMU that waits for it. Completes when it is all
 * there, and has not run yet. A QEMU that cannot load it ends.
 */
void
_aether_qemu_resume_load_async (AetherQemuSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;
  g_autofd int fd = aether_saved_state_open (aether_bundle_get_path (self->bundle), &error);

  g_task_set_source_tag (task, _aether_qemu_resume_load_async);
  g_task_set_task_data (task, g_object_ref (self->qmp), g_object_unref);
  if (fd < 0)
    g_task_return_error (task, error);
  else
    _aether_qemu_migration_hand_over_async (self, self->qmp, fd, handed_over_cb, g_steal_pointer (&task));
}

/* --- it goes on ------------------------------------------------------------------------ */

static void
settled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherQemuSession) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_qmp_list_run_finish (AETHER_QMP (object), result, &error))
    aether_session_log (AETHER_SESSION (self), "After the resuming: %s", error->message);
}

/* What was put aside for the saved state, and the state itself: the machine runs. */
void
_aether_qemu_resume_settle (AetherQemuSession *self)
{
  AetherQmpList *list = aether_qmp_list_new ();
  g_autoptr(GError) error = NULL;

  if (!aether_saved_state_discard (aether_bundle_get_path (self->bundle), &error))
    aether_session_log (AETHER_SESSION (self), "%s", error->message);
  self->clock_waits = TRUE;

  if (aether_qemu_command_has_clipboard (self->machine, self->capabilities))
    _aether_qemu_suspend_switch_clipboard (list, TRUE, FALSE);
  /* While QEMU has it open, the file takes its space on the disk */
  if (self->fdset >= 0)
    aether_qmp_list_add (list, "remove-fd", g_variant_new_parsed ("{'fdset-id': <%x>}", self->fdset));
  aether_qmp_list_run_async (list, self->qmp, settled_cb, g_object_ref (self));
}

/* The clock chip of the machine goes on by itself; the system in it looks at that one when it
 * boots. Its agent, when there is one, sets its time. */
void
_aether_qemu_resume_set_clock (AetherQemuSession *self)
{
  g_autofree char *command = NULL;

  if (!self->clock_waits || self->agent < 0)
    return;

  self->clock_waits = FALSE;
  /* The first byte ends whatever the agent was in the midst of */
  command = g_strdup_printf ("\xff{\"execute\": \"guest-set-time\", \"arguments\": {\"time\": %" G_GINT64_FORMAT "}}\n",
                             g_get_real_time () * 1000);
  if (send (self->agent, command, strlen (command), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
    aether_session_log (AETHER_SESSION (self), "The clock of the guest could not be set");
}
