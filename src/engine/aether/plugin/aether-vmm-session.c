/* aether-vmm-session.c - one run of a machine in aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-session.h"

#include "aether-child.h"
#include "aether-serial-port.h"
#include "aether-socket.h"
#include "aether-vmm-command.h"
#include "aether-vmm-control.h"
#include "aether-vmm-keys.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Milliseconds that "stop" may take before the process is killed */
#define STOP_TIMEOUT 1000

struct _AetherVmmSession
{
  AetherSession     parent_instance;

  AetherBundle     *bundle;
  AetherMachine    *machine;
  AetherCapabilities *capabilities;

  AetherChild      *child;
  AetherVmmControl *control;
  AetherSerialPort *console;

  GTask            *starting;      /* until the first instruction */
  gboolean          forced;        /* somebody asked for FORCE_OFF */
  char             *end_kind;      /* as the machine told it */
  char             *end_sentence;
};

G_DEFINE_FINAL_TYPE (AetherVmmSession, aether_vmm_session, AETHER_TYPE_SESSION)

/* --- the end ----------------------------------------------------------------- */

static void
release_process (AetherVmmSession *self)
{
  if (self->console)
    aether_serial_port_drain (self->console);
  g_clear_pointer (&self->console, aether_serial_port_free);
  if (self->control)
    {
      aether_vmm_control_close (self->control);
      g_signal_handlers_disconnect_by_data (self->control, self);
    }
  g_clear_object (&self->control);
  if (self->child)
    g_signal_handlers_disconnect_by_data (self->child, self);
  g_clear_object (&self->child);
}

/* The machine never ran: takes @error, which the start returns. */
static void
fail_start (AetherVmmSession *self, GError *error)
{
  g_autoptr(AetherVmmSession) keep = g_object_ref (self);
  g_autoptr(GTask) task = g_steal_pointer (&self->starting);
  g_autofree char *output = self->child ? aether_child_dup_output (self->child) : NULL;
  gboolean wished = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  release_process (self);
  aether_session_ended (AETHER_SESSION (self), wished ? AETHER_END_FORCED : AETHER_END_FAILED,
                        error->message, output);
  g_task_return_error (task, error);
}

/* What aether-vmm said last is a sentence for the user already */
static char *
dup_last_sentence (AetherVmmSession *self)
{
  g_autofree char *output = aether_child_dup_output (self->child);
  g_autofree char *ending = aether_child_dup_ending (self->child);
  const char *last = output ? g_strrstr (output, "aether-vmm: ") : NULL;

  if (last)
    return g_strstrip (g_strdup (last + strlen ("aether-vmm: ")));

  return g_strdup_printf (_("Aether's own engine %s before the machine ran."), ending ? ending : _("ended"));
}

static GError *
find_start_failure (AetherVmmSession *self)
{
  g_autofree char *sentence = NULL;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (self->starting)) || self->forced)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The start was cancelled."));

  sentence = dup_last_sentence (self);

  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, sentence);
}

static AetherEnd
describe_end (AetherVmmSession *self, char **sentence)
{
  g_autofree char *ending = NULL;

  if (self->forced)
    {
      *sentence = g_strdup (_("The machine was switched off by force."));
      return AETHER_END_FORCED;
    }

  if (self->end_kind)
    {
      *sentence = g_strdup (self->end_sentence);
      if (g_str_equal (self->end_kind, "exit"))
        return AETHER_END_CLEAN;
      if (g_str_equal (self->end_kind, "stopped"))
        return AETHER_END_FORCED;
      return AETHER_END_CRASHED;
    }

  ending = aether_child_dup_ending (self->child);
  *sentence = g_strdup_printf (_("Aether's own engine %s while the machine ran."), ending);

  return AETHER_END_CRASHED;
}

static void
child_exited_cb (AetherChild *child, int wait_status, gpointer user_data)
{
  AetherVmmSession *self = user_data;
  g_autoptr(AetherVmmSession) keep = g_object_ref (self);
  g_autofree char *output = aether_child_dup_output (child);
  g_autofree char *sentence = NULL;
  AetherEnd end;

  /* Its last words may still lie in the socket: also that it ran at all */
  if (self->control)
    aether_vmm_control_close (self->control);

  if (self->starting)
    {
      fail_start (self, find_start_failure (self));
      return;
    }

  end = describe_end (self, &sentence);
  if (g_strcmp0 (self->end_kind, "crash") == 0 && !self->forced)
    aether_session_guest_panic (AETHER_SESSION (self), sentence);
  release_process (self);
  aether_session_ended (AETHER_SESSION (self), end, sentence,
                        end == AETHER_END_CRASHED ? output : NULL);
}

/* --- the beginning: launch -> "event running" ------------------------------------- */

static void
running (AetherVmmSession *self, const char *backend)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->starting);

  aether_child_kill_when (self->child, NULL);
  aether_session_set_accelerator (AETHER_SESSION (self), backend);
  aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_RUNNING);
  if (task)
    g_task_return_boolean (task, TRUE);
}

static void
event_cb (AetherVmmControl *control, const char *event, gpointer user_data)
{
  AetherVmmSession *self = user_data;
  g_auto(GStrv) words = g_strsplit (event, " ", 3);

  if (g_str_equal (words[0], "running") && words[1])
    running (self, words[1]);
  else if (g_str_equal (words[0], "paused"))
    aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_PAUSED);
  else if (g_str_equal (words[0], "ended") && words[1] && words[2])
    {
      const char *sentence = words[2];

      /* "exit STATUS SENTENCE" */
      if (g_str_equal (words[1], "exit") && strchr (sentence, ' '))
        sentence = strchr (sentence, ' ') + 1;
      g_set_str (&self->end_kind, words[1]);
      g_set_str (&self->end_sentence, sentence);
    }
}

static void
child_line_cb (AetherChild *child, const char *line, gpointer user_data)
{
  aether_session_log (user_data, "%s", line);
}

static void
console_data_cb (guint port, GBytes *data, gpointer user_data)
{
  aether_session_serial_data (user_data, port, data);
}

static gboolean
launch (AetherVmmSession *self, GError **error)
{
  g_auto(GStrv) argv = aether_vmm_command_build (self->machine, self->bundle, self->capabilities, error);
  g_autofd int control = -1, console = -1;
  AetherChildFd theirs[] = { { -1, AETHER_VMM_FD_CONTROL }, { -1, AETHER_VMM_FD_CONSOLE } };

  if (argv == NULL || !aether_socket_make_pair (SOCK_SEQPACKET, &control, &theirs[0].fd, error))
    return FALSE;
  if (!aether_socket_make_pair (SOCK_STREAM, &console, &theirs[1].fd, error))
    {
      close (theirs[0].fd);
      return FALSE;
    }

  self->child = aether_child_spawn ((const char * const *) argv, theirs, G_N_ELEMENTS (theirs), error);
  if (self->child == NULL)
    return FALSE;

  g_signal_connect (self->child, "line", G_CALLBACK (child_line_cb), self);
  g_signal_connect (self->child, "exited", G_CALLBACK (child_exited_cb), self);
  aether_child_kill_when (self->child, g_task_get_cancellable (self->starting));
  aether_session_set_pid (AETHER_SESSION (self), aether_child_get_pid (self->child));

  self->console = aether_serial_port_new (0, g_steal_fd (&console), console_data_cb, self);
  self->control = aether_vmm_control_new (g_steal_fd (&control));
  g_signal_connect (self->control, "event", G_CALLBACK (event_cb), self);

  return TRUE;
}

static void
aether_vmm_session_start_async (AetherSession       *session,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(GError) error = NULL;

  g_return_if_fail (self->starting == NULL && self->child == NULL);

  g_task_set_source_tag (task, aether_vmm_session_start_async);
  /* A cancelled start is over when its process is: the task asks for itself */
  g_task_set_check_cancellable (task, FALSE);
  self->starting = g_object_ref (task);

  if (g_cancellable_is_cancelled (cancellable))
    {
      fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The start was cancelled.")));
      return;
    }

  aether_session_set_state (session, AETHER_STATE_STARTING);
  if (!launch (self, &error))
    fail_start (self, g_steal_pointer (&error));
}

/* --- what can be asked ------------------------------------------------------------ */

/* Ends @user_data, a task, with whether the command succeeded. */
static void
called_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *answer = aether_vmm_control_call_finish (AETHER_VMM_CONTROL (object), result, &error);

  if (answer)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
call (AetherVmmSession *self, const char *command, int fd, GTask *task)
{
  aether_vmm_control_call_async (self->control, command, fd, g_task_get_cancellable (task),
                                 called_cb, g_object_ref (task));
}

static void
force_off (AetherVmmSession *self, GTask *task)
{
  self->forced = TRUE;
  if (self->child == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  aether_session_wait_ended (AETHER_SESSION (self), task);
  if (self->starting || self->control == NULL)
    {
      aether_child_kill (self->child);
      return;
    }

  aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_STOPPING);
  aether_vmm_control_call_async (self->control, "stop", -1, NULL, NULL, NULL);
  aether_child_kill_after (self->child, STOP_TIMEOUT);
}

static void
aether_vmm_session_control_async (AetherSession       *session,
                                  AetherControl        control,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  static const char * const commands[] = {
    [AETHER_CONTROL_PAUSE] = "pause", [AETHER_CONTROL_RESUME] = "resume",
    [AETHER_CONTROL_RESET] = "reset", [AETHER_CONTROL_REQUEST_SHUTDOWN] = "quit",
  };
  AetherVmmSession *self = AETHER_VMM_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vmm_session_control_async);
  if (control == AETHER_CONTROL_FORCE_OFF)
    force_off (self, task);
  else if (aether_session_check_answers (session, self->control != NULL, task))
    call (self, commands[control], -1, task);
}

static void
aether_vmm_session_send_keys_async (AetherSession       *session,
                                    const char * const  *keys,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint n = g_strv_length ((char **) keys);

  g_task_set_source_tag (task, aether_vmm_session_send_keys_async);
  if (!aether_session_check_answers (session, self->control != NULL, task))
    return;

  for (guint i = 0; i < n; i++)
    if (aether_vmm_key_code (keys[i]) == 0)
      {
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                                 _("Aether guests have no key “%s”."), keys[i]);
        return;
      }

  if (n == 0)
    g_task_return_boolean (task, TRUE);

  /* Down in order, up in reverse. The answer to the last key down is the answer: the guest may end
   * for it, as for Return behind "exit", and then nobody is there to hear that it went up. */
  for (guint i = 0; i < 2 * n; i++)
    {
      const char *key = keys[i < n ? i : 2 * n - 1 - i];
      g_autofree char *command = g_strdup_printf ("key %u %d", aether_vmm_key_code (key), i < n);

      if (i + 1 != n)
        aether_vmm_control_call_async (self->control, command, -1, NULL, NULL, NULL);
      else
        call (self, command, -1, task);
    }
}

static void
aether_vmm_session_screenshot_async (AetherSession       *session,
                                     guint                display,
                                     int                  fd,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vmm_session_screenshot_async);
  if (!aether_session_check_answers (session, self->control != NULL, task))
    return;

  if (display > 0 || !aether_vmm_command_has_display (self->machine))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                             _("This machine has no display %u."), display);
  else
    call (self, "screenshot", fd, task);
}

static void
aether_vmm_session_open_display_async (AetherSession       *session,
                                       int                  fd,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofd int socket = fd;

  g_task_set_source_tag (task, aether_vmm_session_open_display_async);
  if (!aether_session_check_answers (session, self->control != NULL, task))
    return;

  if (aether_vmm_command_has_display (self->machine))
    call (self, "display", socket, task);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("This machine has no display."));
}

/* --- statistics --------------------------------------------------------------------- */

static void
statistics_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *answer = aether_vmm_control_call_finish (AETHER_VMM_CONTROL (object), result, &error);
  AetherVmmSession *self = g_task_get_source_object (task);
  g_auto(GVariantDict) values = G_VARIANT_DICT_INIT (NULL);
  guint64 bytes_read, bytes_written, sent, received;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (self->child)
    aether_child_add_statistics (self->child, &values);
  if (sscanf (answer, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
              &bytes_read, &bytes_written, &sent, &received) == 4)
    {
      g_variant_dict_insert (&values, "disk-read", "t", bytes_read);
      g_variant_dict_insert (&values, "disk-written", "t", bytes_written);
      g_variant_dict_insert (&values, "network-sent", "t", sent);
      g_variant_dict_insert (&values, "network-received", "t", received);
    }

  g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&values)),
                         (GDestroyNotify) g_variant_unref);
}

static void
aether_vmm_session_statistics_async (AetherSession       *session,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vmm_session_statistics_async);
  if (aether_session_check_answers (session, self->control != NULL, task))
    aether_vmm_control_call_async (self->control, "statistics", -1, cancellable, statistics_cb,
                                   g_steal_pointer (&task));
}

static void
aether_vmm_session_write_serial (AetherSession *session, guint port, GBytes *data)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (session);

  if (port == 0 && self->console)
    aether_serial_port_write (self->console, data);
}

/* --- the object ---------------------------------------------------------------------- */

static void
aether_vmm_session_dispose (GObject *object)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (object);

  release_process (self);   /* kills it */
  g_clear_object (&self->bundle);
  g_clear_object (&self->machine);
  g_clear_object (&self->capabilities);

  G_OBJECT_CLASS (aether_vmm_session_parent_class)->dispose (object);
}

static void
aether_vmm_session_finalize (GObject *object)
{
  AetherVmmSession *self = AETHER_VMM_SESSION (object);

  g_free (self->end_kind);
  g_free (self->end_sentence);

  G_OBJECT_CLASS (aether_vmm_session_parent_class)->finalize (object);
}

static void
aether_vmm_session_class_init (AetherVmmSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AetherSessionClass *session_class = AETHER_SESSION_CLASS (klass);

  object_class->dispose = aether_vmm_session_dispose;
  object_class->finalize = aether_vmm_session_finalize;

  session_class->start_async = aether_vmm_session_start_async;
  session_class->control_async = aether_vmm_session_control_async;
  session_class->send_keys_async = aether_vmm_session_send_keys_async;
  session_class->screenshot_async = aether_vmm_session_screenshot_async;
  session_class->open_display_async = aether_vmm_session_open_display_async;
  session_class->statistics_async = aether_vmm_session_statistics_async;
  session_class->write_serial = aether_vmm_session_write_serial;
}

static void
aether_vmm_session_init (AetherVmmSession *self)
{
}

/**
 * aether_vmm_session_new:
 * @machine: what runs; not to be changed afterwards
 * @capabilities: (nullable): of this computer
 */
AetherSession *
aether_vmm_session_new (AetherBundle *bundle, AetherMachine *machine, AetherCapabilities *capabilities)
{
  AetherVmmSession *self = g_object_new (AETHER_TYPE_VMM_SESSION, NULL);

  self->bundle = g_object_ref (bundle);
  self->machine = g_object_ref (machine);
  g_set_object (&self->capabilities, capabilities);

  return AETHER_SESSION (self);
}
