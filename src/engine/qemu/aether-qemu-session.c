/* aether-qemu-session.c - one run of a machine in QEMU: its beginning and its end
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-suspend.h"

#include "aether-qemu-command.h"
#include "aether-qemu-probe.h"
#include "aether-qemu-vars.h"
#include "aether-serial-port.h"
#include "aether-socket.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* Milliseconds until QEMU greets. A host that swaps may take long. */
#define GREETING_TIMEOUT 60000

/* Milliseconds that a QEMU whose connection is gone has to end by itself */
#define END_TIMEOUT 2000

/* An accelerator that dies this soon (microseconds) after the first
 * instruction cannot run the guest at all. */
#define FALL_BACK_TIME (3 * G_USEC_PER_SEC)

/* One that met what it does not know, this soon: the guest was still booting,
 * and could not go on anyway. A KVM that interprets is slow to get there. */
#define RESIGN_TIME (60 * G_USEC_PER_SEC)

#define SERIALS_MAX 4

G_DEFINE_FINAL_TYPE (AetherQemuSession, aether_qemu_session, AETHER_TYPE_SESSION)

/* --- what QEMU says when it fails, as sentences --------------------------- */

/* The line of @output that tells most: the last one that is no warning */
static char *
find_last_words (const char *output)
{
  g_auto(GStrv) lines = output ? g_strsplit (output, "\n", -1) : NULL;

  for (guint i = lines ? g_strv_length (lines) : 0; i > 0; i--)
    {
      char *words = g_strstrip (lines[i - 1]);
      const char *colon = g_str_has_prefix (words, "qemu-system-") ? strstr (words, ": ") : NULL;

      if (*words && !strstr (words, "warning:"))
        return g_strdup (colon ? colon + 2 : words);
    }

  return NULL;
}

/* Why QEMU did not start. @output: (nullable): its last lines */
static char *
describe_start_failure (AetherQemuSession *self, const char *output)
{
  g_autofree char *words = find_last_words (output);
  g_autofree char *ending = aether_child_dup_ending (self->child);
  const char *forward;

  if (words == NULL)
    return g_strdup_printf (_("QEMU %s before the machine ran."), ending ? ending : _("ended"));

  if (self->saved && strstr (words, "load of migration failed"))
    return g_strdup_printf (_("The machine could not go on from where it was suspended: QEMU cannot load its saved "
                              "state. That is kept; start the machine anew to discard it. (QEMU: %s)"), words);
  if (strstr (words, "Failed to get") && strstr (words, "lock"))
    return g_strdup_printf (_("A disk of this machine is in use by another program. Stop that first. (QEMU: %s)"), words);
  if ((forward = strstr (words, "Could not set up host forwarding rule")))
    return g_strdup_printf (_("A port of this computer cannot be forwarded into the machine: another program has it, "
                              "or it needs more rights. Choose another one. (QEMU: %s)"), forward);
  if (strstr (words, "cannot set up guest memory") || strstr (words, "Cannot allocate memory"))
    return g_strdup_printf (_("There is not enough memory free on this computer for a machine with %u MiB. "
                              "Give it less, or close something. (QEMU: %s)"), self->machine->memory->size, words);
  if (self->machine->qemu->arguments && *self->machine->qemu->arguments)
    return g_strdup_printf (_("QEMU did not start this machine. Its own arguments may be the cause. (QEMU: %s)"), words);

  return g_strdup_printf (_("QEMU did not start this machine. (QEMU: %s)"), words);
}

/* How a run ended that had begun. */
static AetherEnd
describe_end (AetherQemuSession *self, char **sentence)
{
  int wait_status = aether_child_get_wait_status (self->child);
  g_autofree char *ending = NULL;

  if (self->suspended)
    {
      *sentence = g_strdup (_("The machine was suspended: the next start goes on from there."));
      return AETHER_END_SUSPENDED;
    }
  if (self->forced)
    {
      *sentence = g_strdup (_("The machine was switched off by force."));
      return AETHER_END_FORCED;
    }

  if (self->shutdown && WIFEXITED (wait_status) && WEXITSTATUS (wait_status) == 0)
    {
      if (g_str_has_prefix (self->shutdown, "guest-"))
        {
          *sentence = g_strdup (_("The system in the machine shut down."));
          return AETHER_END_CLEAN;
        }
      if (g_str_equal (self->shutdown, "host-signal"))
        *sentence = g_strdup (_("The machine was switched off by a signal to its QEMU from outside."));
      else
        *sentence = g_strdup (_("The machine was switched off from outside."));
      return AETHER_END_FORCED;
    }

  ending = aether_child_dup_ending (self->child);
  if (WIFSIGNALED (wait_status) && WTERMSIG (wait_status) == SIGKILL)
    *sentence = g_strdup_printf (_("QEMU %s while the machine ran: somebody killed it, or the computer had no "
                                   "memory left. To the machine this was a power cut."), ending);
  else
    *sentence = g_strdup_printf (_("QEMU %s while the machine ran. To the machine this was a power cut."), ending);

  return AETHER_END_CRASHED;
}

/* --- the end --------------------------------------------------------------- */

static void aether_qemu_session_launch (AetherQemuSession *self);

/* Lets go of a QEMU that is gone, with all that hung on it. */
static void
release_process (AetherQemuSession *self)
{
  for (guint i = 0; i < self->serials->len; i++)
    aether_serial_port_drain (self->serials->pdata[i]);
  g_ptr_array_set_size (self->serials, 0);
  g_clear_fd (&self->agent, NULL);
  _aether_qemu_session_release_sound (self);
  _aether_qemu_session_release_display (self);
  if (self->qmp)
    {
      g_signal_handlers_disconnect_by_data (self->qmp, self);
      aether_qmp_close (self->qmp);
      g_clear_object (&self->qmp);
    }
  if (self->child)
    g_signal_handlers_disconnect_by_data (self->child, self);
  g_clear_object (&self->child);
}

/* The machine never ran: takes @error, which the start returns. Cancelled is
 * the user's wish, not a failure. */
static void
fail_start (AetherQemuSession *self, GError *error)
{
  g_autoptr(AetherQemuSession) keep = g_object_ref (self);
  g_autoptr(GTask) task = g_steal_pointer (&self->starting);
  g_autofree char *output = self->child ? aether_child_dup_output (self->child) : NULL;

  release_process (self);

  aether_session_ended (AETHER_SESSION (self),
                        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? AETHER_END_FORCED
                                                                                  : AETHER_END_FAILED,
                        error->message, output);
  g_task_return_error (task, error);
}

static gboolean
may_fall_back (AetherQemuSession *self, gint64 within)
{
  return g_str_equal (self->accelerator, "kvm") && !self->forced && self->saved == NULL &&
         self->machine->qemu->accelerator != AETHER_ACCELERATOR_KVM &&
         (self->running_since == 0 || g_get_monotonic_time () - self->running_since < within);
}

/* Makes the end of this QEMU the beginning of one that emulates, when that is
 * allowed and not too late. */
gboolean
_aether_qemu_session_resign_kvm (AetherQemuSession *self)
{
  if (!may_fall_back (self, RESIGN_TIME))
    return FALSE;

  self->resigned = TRUE;
  aether_child_kill (self->child);

  return TRUE;
}

static void
fall_back (AetherQemuSession *self)
{
  g_autofree char *output = aether_child_dup_output (self->child);
  g_autofree char *ending = aether_child_dup_ending (self->child);
  g_autofree char *words = find_last_words (output);
  g_autofree char *reason = NULL;

  if (output && strstr (output, "KVM internal error"))
    g_set_str (&words, "KVM internal error");

  /* Translators: %s is what QEMU said, in English, or how it ended */
  reason = g_strdup_printf (_("This computer's virtualization (KVM) could not run this machine (QEMU: %s). "
                              "The machine runs by emulation instead, slower."), words ? words : ending);
  aether_qemu_probe_deny_kvm (self->machine->arch, self->capabilities, reason);

  release_process (self);
  self->resigned = FALSE;
  self->running_since = 0;
  g_clear_pointer (&self->shutdown, g_free);
  g_clear_error (&self->failure);
  self->accelerator = "tcg";
  aether_session_set_pid (AETHER_SESSION (self), 0);
  aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_STARTING);
  aether_session_add_finding (AETHER_SESSION (self), AETHER_SEVERITY_WARNING, "accelerator.fell-back", reason);

  aether_qemu_session_launch (self);
}

/* Whether the QEMU that has just ended was one whose KVM cannot run the guest.
 * One that was killed is not: that was somebody's wish. */
static gboolean
is_kvm_to_blame (AetherQemuSession *self, const char *output)
{
  int wait_status = aether_child_get_wait_status (self->child);
  gboolean orderly = WIFEXITED (wait_status) && WEXITSTATUS (wait_status) == 0 && self->shutdown;
  gboolean killed = WIFSIGNALED (wait_status) && WTERMSIG (wait_status) == SIGKILL;

  if (self->resigned)
    return TRUE;
  if (orderly || killed || self->failure || !may_fall_back (self, FALL_BACK_TIME))
    return FALSE;

  /* Before it ran, most failures have other causes */
  return self->running_since > 0 || WIFSIGNALED (wait_status) ||
         (output && (strstr (output, "kvm") || strstr (output, "KVM")));
}

static GError *
find_start_failure (AetherQemuSession *self, const char *output)
{
  g_autofree char *sentence = NULL;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (self->starting)))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The start was cancelled."));
  if (self->forced)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The machine was switched off by force."));
  if (self->failure)
    return g_steal_pointer (&self->failure);

  sentence = describe_start_failure (self, output);

  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, sentence);
}

static void
child_exited_cb (AetherChild *child, int wait_status, gpointer user_data)
{
  AetherQemuSession *self = user_data;
  g_autoptr(AetherQemuSession) keep = g_object_ref (self);
  g_autofree char *output = aether_child_dup_output (child);
  g_autofree char *sentence = NULL;
  gboolean cancelled = self->starting && g_cancellable_is_cancelled (g_task_get_cancellable (self->starting));
  AetherEnd end;

  if (!cancelled && is_kvm_to_blame (self, output))
    {
      fall_back (self);
      return;
    }
  if (self->starting)
    {
      fail_start (self, find_start_failure (self, output));
      return;
    }

  end = describe_end (self, &sentence);
  release_process (self);
  aether_session_ended (AETHER_SESSION (self), end, sentence, end == AETHER_END_CRASHED ? output : NULL);
}

static void
qmp_closed_cb (AetherQmp *qmp, GError *error, gpointer user_data)
{
  AetherQemuSession *self = user_data;

  aether_child_kill_after (self->child, END_TIMEOUT);
}

/* --- the beginning: the firmware's variables, when they are missing ->
 * launch -> greeted -> cont. self->starting is the task; a QEMU that dies on
 * the way ends in child_exited_cb(), which knows why. */

static void
continued_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherQemuSession) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  g_autoptr(GTask) task = NULL;

  if (AETHER_QMP (object) != self->qmp)
    return;

  if (node == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        {
          /* QEMU says so itself: nothing has run, and the saved state is good as before. One that
           * says nothing may run yet. */
          if (self->used && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
            aether_saved_state_unuse (aether_bundle_get_path (self->bundle), NULL);
          self->failure = g_steal_pointer (&error);
        }
      aether_child_kill_after (self->child, END_TIMEOUT);
      return;
    }

  if (self->used)
    _aether_qemu_resume_settle (self);
  aether_child_kill_when (self->child, NULL);
  self->running_since = g_get_monotonic_time ();
  aether_session_set_accelerator (AETHER_SESSION (self), self->accelerator);
  aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_RUNNING);
  _aether_qemu_session_start_sound (self);   /* before anybody else asks for the display */

  task = g_steal_pointer (&self->starting);
  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
unplug_networks (AetherQemuSession *self)
{
  GListModel *networks = G_LIST_MODEL (self->machine->networks);

  for (guint i = 0; i < g_list_model_get_n_items (networks); i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (networks, i);
      g_autofree char *id = g_strdup_printf ("network.%u", i);

      if (network->mode == AETHER_NETWORK_NONE)
        aether_qmp_call_async (self->qmp, "set_link", g_variant_new_parsed ("{'name': <%s>, 'up': <false>}", id),
                               -1, 0, NULL, NULL, NULL);
    }
}

static void
begin_to_run (AetherQemuSession *self)
{
  aether_qmp_call_async (self->qmp, "cont", NULL, -1, GREETING_TIMEOUT, NULL,
                         continued_cb, g_object_ref (self));
}

/* The saved state is in QEMU. Before the first instruction it is noted that it is used: the disks
 * go on from here. */
static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherQemuSession) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean loaded = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->child == NULL || self->qmp != g_task_get_task_data (G_TASK (result)))
    return;

  if (loaded && !aether_saved_state_use (aether_bundle_get_path (self->bundle), &error))
    {
      aether_saved_state_unuse (aether_bundle_get_path (self->bundle), NULL);
      loaded = FALSE;
    }
  if (loaded)
    {
      self->used = TRUE;
      begin_to_run (self);
      return;
    }

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    self->failure = g_steal_pointer (&error);
  aether_child_kill_after (self->child, END_TIMEOUT);
}

static void
greeted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherQemuSession) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean opened = aether_qmp_open_finish (AETHER_QMP (object), result, &error);

  if (AETHER_QMP (object) != self->qmp)
    return;

  if (!opened)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        self->failure = g_steal_pointer (&error);
      aether_child_kill_after (self->child, END_TIMEOUT);
      return;
    }

  unplug_networks (self);
  if (self->saved)
    _aether_qemu_resume_load_async (self, loaded_cb, g_object_ref (self));
  else
    begin_to_run (self);
}

static void
qmp_event_cb (AetherQmp *qmp, const char *name, JsonObject *data, gpointer user_data)
{
  _aether_qemu_session_handle_event (user_data, name, data);
}

static void
child_line_cb (AetherChild *child, const char *line, gpointer user_data)
{
  aether_session_log (user_data, "QEMU: %s", line);
}

static void
serial_data_cb (guint port, GBytes *data, gpointer user_data)
{
  aether_session_serial_data (user_data, port, data);
}

/* Pairs of sockets: @ours[i] and what the child gets. On failure all are closed. */
static gboolean
make_sockets (int *ours, AetherChildFd *theirs, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      theirs[i].target = AETHER_QEMU_FD_QMP + (int) i;
      if (aether_socket_make_pair (SOCK_STREAM, &ours[i], &theirs[i].fd, error))
        continue;

      for (; i > 0; i--)
        {
          close (ours[i - 1]);
          close (theirs[i - 1].fd);
        }
      return FALSE;
    }

  return TRUE;
}

/* Starts QEMU and begins to talk to it. Its end is child_exited_cb(). */
static void
aether_qemu_session_launch (AetherQemuSession *self)
{
  guint n_serials = MIN (g_list_model_get_n_items (G_LIST_MODEL (self->machine->serials)), SERIALS_MAX);
  guint n = AETHER_QEMU_FD_SERIAL (n_serials) - AETHER_QEMU_FD_QMP;
  int ours[AETHER_QEMU_FD_SERIAL (SERIALS_MAX)];
  AetherChildFd theirs[AETHER_QEMU_FD_SERIAL (SERIALS_MAX)];
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) argv = aether_qemu_command_build (self->machine, self->bundle, self->capabilities,
                                                  self->accelerator, &error);

  if (argv == NULL || !make_sockets (ours, theirs, n, &error))
    {
      fail_start (self, g_steal_pointer (&error));
      return;
    }

  if (self->saved)
    argv = aether_qemu_command_make_incoming (argv);
  self->child = aether_child_spawn ((const char * const *) argv, theirs, n, &error);
  if (self->child == NULL)
    {
      for (guint i = 0; i < n; i++)
        close (ours[i]);
      fail_start (self, g_steal_pointer (&error));
      return;
    }

  g_signal_connect (self->child, "line", G_CALLBACK (child_line_cb), self);
  g_signal_connect (self->child, "exited", G_CALLBACK (child_exited_cb), self);
  if (self->starting)
    aether_child_kill_when (self->child, g_task_get_cancellable (self->starting));
  aether_session_set_pid (AETHER_SESSION (self), aether_child_get_pid (self->child));

  self->agent = ours[AETHER_QEMU_FD_AGENT - AETHER_QEMU_FD_QMP];
  for (guint i = 0; i < n_serials; i++)
    g_ptr_array_add (self->serials, aether_serial_port_new (i, ours[AETHER_QEMU_FD_SERIAL (i) - AETHER_QEMU_FD_QMP],
                                                            serial_data_cb, self));

  self->qmp = aether_qmp_new (ours[0]);
  g_signal_connect (self->qmp, "event", G_CALLBACK (qmp_event_cb), self);
  g_signal_connect (self->qmp, "closed", G_CALLBACK (qmp_closed_cb), self);
  aether_qmp_open_async (self->qmp, GREETING_TIMEOUT, NULL, greeted_cb, g_object_ref (self));
}

static void
verified_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherQemuSession) self = user_data;
  g_autoptr(GError) error = NULL;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (self->starting)))
    fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The start was cancelled.")));
  else if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail_start (self, g_steal_pointer (&error));
  else
    aether_qemu_session_launch (self);
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherQemuSession) self = user_data;
  g_autoptr(GError) error = NULL;

  if (aether_qemu_vars_prepare_finish (result, &error))
    aether_qemu_session_launch (self);
  else
    fail_start (self, g_steal_pointer (&error));
}

static void
aether_qemu_session_start_async (AetherSession       *session,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *reason;

  g_return_if_fail (self->starting == NULL && self->child == NULL);

  g_task_set_source_tag (task, aether_qemu_session_start_async);
  /* A cancelled start is over when its QEMU is: the task asks for itself */
  g_task_set_check_cancellable (task, FALSE);
  self->starting = g_object_ref (task);
  self->accelerator = aether_qemu_command_accelerator (self->machine, self->capabilities, &reason);

  if (g_cancellable_is_cancelled (cancellable))
    {
      fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The start was cancelled.")));
      return;
    }

  if (aether_saved_state_exists (aether_bundle_get_path (self->bundle)))
    _aether_qemu_resume_prepare_async (self, cancellable, verified_cb, g_object_ref (self));
  else if (aether_qemu_vars_needed (self->machine, self->bundle))
    aether_qemu_vars_prepare_async (self->machine, self->bundle, self->capabilities, cancellable,
                                    prepared_cb, g_object_ref (self));
  else
    aether_qemu_session_launch (self);
}

/* --- the object ------------------------------------------------------------- */

static void
aether_qemu_session_write_serial (AetherSession *session, guint port, GBytes *data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);

  if (port < self->serials->len)
    aether_serial_port_write (self->serials->pdata[port], data);
}

static void
aether_qemu_session_dispose (GObject *object)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (object);

  g_ptr_array_set_size (self->serials, 0);
  g_clear_fd (&self->agent, NULL);
  _aether_qemu_session_release_display (self);
  if (self->qmp)
    g_signal_handlers_disconnect_by_data (self->qmp, self);
  g_clear_object (&self->qmp);
  if (self->child)
    g_signal_handlers_disconnect_by_data (self->child, self);
  g_clear_object (&self->child);   /* kills it */
  g_clear_object (&self->bundle);
  g_clear_object (&self->machine);
  g_clear_object (&self->capabilities);

  G_OBJECT_CLASS (aether_qemu_session_parent_class)->dispose (object);
}

static void
aether_qemu_session_finalize (GObject *object)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (object);

  g_ptr_array_unref (self->serials);
  g_clear_error (&self->failure);
  g_clear_pointer (&self->saved, aether_saved_state_free);
  g_free (self->shutdown);
  g_free (self->sound_lines);

  G_OBJECT_CLASS (aether_qemu_session_parent_class)->finalize (object);
}

static void
aether_qemu_session_class_init (AetherQemuSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AetherSessionClass *session_class = AETHER_SESSION_CLASS (klass);

  object_class->dispose = aether_qemu_session_dispose;
  object_class->finalize = aether_qemu_session_finalize;

  session_class->start_async = aether_qemu_session_start_async;
  session_class->control_async = _aether_qemu_session_control_async;
  session_class->suspend_async = _aether_qemu_session_suspend_async;
  session_class->send_keys_async = _aether_qemu_session_send_keys_async;
  session_class->screenshot_async = _aether_qemu_session_screenshot_async;
  session_class->open_display_async = _aether_qemu_session_open_display_async;
  session_class->open_vnc_async = _aether_qemu_session_open_vnc_async;
  session_class->set_sound = _aether_qemu_session_set_sound;
  session_class->list_drives_async = _aether_qemu_session_list_drives_async;
  session_class->change_medium_async = _aether_qemu_session_change_medium_async;
  session_class->statistics_async = _aether_qemu_session_statistics_async;
  session_class->write_serial = aether_qemu_session_write_serial;
}

static void
aether_qemu_session_init (AetherQemuSession *self)
{
  self->agent = self->display = self->sound_control = -1;
  self->fdset = -1;
  g_queue_init (&self->peers);
  self->serials = g_ptr_array_new_with_free_func ((GDestroyNotify) aether_serial_port_free);
}

/**
 * aether_qemu_session_new:
 * @machine: what runs; not to be changed afterwards
 * @capabilities: as probed for the machine's architecture
 */
AetherSession *
aether_qemu_session_new (AetherBundle *bundle, AetherMachine *machine, AetherCapabilities *capabilities)
{
  AetherQemuSession *self = g_object_new (AETHER_TYPE_QEMU_SESSION, NULL);
  g_autofree char *obstacle = _aether_qemu_suspend_find_obstacle (machine);

  aether_session_set_can_suspend (AETHER_SESSION (self), obstacle);
  self->bundle = g_object_ref (bundle);
  self->machine = g_object_ref (machine);
  self->capabilities = g_object_ref (capabilities);

  return AETHER_SESSION (self);
}
