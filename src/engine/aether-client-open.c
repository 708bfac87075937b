/* aether-client-open.c - starting a machine in a process of its own, attaching to one that runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-client-private.h"
#include "aether-paths.h"
#include "aether-run.h"
#include "aether-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_FD       3      /* its number in aether-machine */
#define LAST_WORDS     4096   /* bytes shown of what it wrote before it died */
#define CANCEL_SECONDS 5      /* until a cancelled start is killed */

/* What a task carries; source object: the bundle. */
typedef struct
{
  GSubprocess      *process;     /* aether-machine; NULL when attaching */
  GDataInputStream *ready;
  int               words;       /* its stdout and stderr until it has a log; -1 when none */
  guint             patience;    /* source that kills it after a cancel */
  GError           *error;       /* why it is being ended */
  int               folder_fd;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_handle_id (&opening->patience, g_source_remove);
  g_clear_object (&opening->process);
  g_clear_object (&opening->ready);
  g_clear_error (&opening->error);
  g_clear_fd (&opening->words, NULL);
  g_clear_fd (&opening->folder_fd, NULL);
  g_free (opening);
}

static GTask *
opening_new (AetherBundle        *bundle,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data,
             gpointer             tag)
{
  GTask *task = g_task_new (bundle, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->words = opening->folder_fd = -1;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, opening, opening_free);

  return task;
}

static const char *
get_name (GTask *task)
{
  return aether_bundle_get_name (g_task_get_source_object (task));
}

/* --- a start that fails: end the process, then say why ------------------- */

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Opening *opening = g_task_get_task_data (task);

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  g_clear_handle_id (&opening->patience, g_source_remove);
  g_task_return_error (task, g_steal_pointer (&opening->error));
}

static gboolean
patience_cb (gpointer user_data)
{
  Opening *opening = user_data;

  opening->patience = 0;
  g_subprocess_force_exit (opening->process);

  return G_SOURCE_REMOVE;
}

/* Takes @task and @error. A start that fails leaves nothing behind, so that the next one does not
 * find the machine busy. */
static void
fail (GTask *task, GError *error)
{
  g_autoptr(GTask) owned = task;
  Opening *opening = g_task_get_task_data (task);

  if (!opening->process)
    {
      g_task_return_error (task, error);
      return;
    }

  opening->error = error;
  opening->patience = g_timeout_add_seconds (CANCEL_SECONDS, patience_cb, opening);
  g_subprocess_send_signal (opening->process, SIGTERM);
  g_subprocess_wait_async (opening->process, NULL, ended_cb, g_steal_pointer (&owned));
}

/* --- attach: connect -> authenticate -> read the properties -------------- */

static GError *
explain_attach (GTask *task, GError *error)
{
  g_autoptr(GError) cause = error;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&cause);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    {
      const char *uuid = aether_bundle_get_uuid (g_task_get_source_object (task));
      g_autoptr(AetherRunStatus) status = uuid ? aether_run_status_read (uuid) : NULL;

      if (status)
        return g_error_new (G_IO_ERROR, G_IO_ERROR_BUSY,
                            _("“%s” is just starting or ending. Try again in a moment."), get_name (task));

      return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” is not running."), get_name (task));
    }

  return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                      _("“%s” runs, but could not be reached: %s"), get_name (task), cause->message);
}

static void
attach_proxy_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(AetherMachine1) machine = NULL;
  g_autoptr(GError) error = NULL;

  machine = aether_machine1_proxy_new_finish (result, &error);
  if (machine && cancellable)
    g_cancellable_set_error_if_cancelled (cancellable, &error);

  /* A proxy is made even when the properties could not be had */
  if (machine && !error && !aether_machine1_get_state (machine))
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("it ended just now."));

  if (error)
    fail (g_steal_pointer (&task), explain_attach (task, g_steal_pointer (&error)));
  else
    g_task_return_pointer (task, aether_client_new (machine), g_object_unref);
}

static void
attach_authenticated_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GDBusConnection) connection = NULL;
  g_autoptr(GError) error = NULL;

  connection = g_dbus_connection_new_finish (result, &error);
  if (!connection)
    {
      fail (g_steal_pointer (&task), explain_attach (task, g_steal_pointer (&error)));
      return;
    }

  aether_machine1_proxy_new (connection, G_DBUS_PROXY_FLAGS_NONE, NULL, "/org/aether/Machine1",
                             cancellable, attach_proxy_cb, g_steal_pointer (&task));
}

static void
attach_connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(GError) error = NULL;

  stream = g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, &error);
  if (!stream)
    {
      fail (g_steal_pointer (&task), explain_attach (task, g_steal_pointer (&error)));
      return;
    }

  g_dbus_connection_new (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                         NULL, cancellable, attach_authenticated_cb, g_steal_pointer (&task));
}

/* Who copied a machine's folder by hand has two of one uuid, and so of one socket. */
static gboolean
is_of_a_copy (AetherBundle *bundle, GError **error)
{
  g_autoptr(AetherRunStatus) status = aether_run_status_read (aether_bundle_get_uuid (bundle));

  if (!status || !status->bundle || aether_run_status_is_of (status, aether_bundle_get_path (bundle)))
    return FALSE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” is not running; its copy %s is."),
               aether_bundle_get_name (bundle), status->bundle);
  return TRUE;
}

/* Takes @task. */
static void
attach (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Opening *opening = g_task_get_task_data (task);
  AetherBundle *bundle = g_task_get_source_object (task);
  const char *uuid = aether_bundle_get_uuid (bundle);
  g_autoptr(GSocketClient) client = NULL;
  g_autoptr(GSocketAddress) address = NULL;
  g_autofree char *folder = NULL;
  GError *error = NULL;

  if (!uuid)
    {
      const char *problem = aether_bundle_get_problem (bundle);

      fail (g_steal_pointer (&owned),
            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, problem ? problem : ""));
      return;
    }
  if (is_of_a_copy (bundle, &error))
    {
      fail (g_steal_pointer (&owned), error);
      return;
    }

  folder = aether_paths_dup_runtime (uuid);
  address = aether_socket_address_new (folder, &opening->folder_fd, &error);
  if (!address)
    {
      fail (g_steal_pointer (&owned), explain_attach (task, error));
      return;
    }

  client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address),
                                 g_task_get_cancellable (task),
                                 attach_connected_cb, g_steal_pointer (&owned));
}

/**
 * aether_client_attach_async:
 *
 * Attaches to a machine that runs.
 *
 * Fails with %G_IO_ERROR_NOT_FOUND when it does not run.
 */
void
aether_client_attach_async (AetherBundle        *bundle,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (AETHER_IS_BUNDLE (bundle));

  attach (opening_new (bundle, cancellable, callback, user_data, aether_client_attach_async));
}

/* --- start: spawn -> wait for its word -> attach -------------------------- */

/* The last thing it wrote, for the sentence. */
static char *
read_words (Opening *opening)
{
  g_autoptr(GString) words = g_string_new (NULL);
  char buffer[1024];
  gssize n;

  while ((n = read (opening->words, buffer, sizeof buffer)) > 0)
    {
      g_string_append_len (words, buffer, n);
      if (words->len > LAST_WORDS)
        g_string_erase (words, 0, words->len - LAST_WORDS);
    }

  return g_strstrip (g_utf8_make_valid (words->str, words->len));
}

static void
died_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Opening *opening = g_task_get_task_data (task);
  g_autofree char *words = NULL;
  g_autofree char *how = NULL;
  int status;

  if (!g_subprocess_wait_finish (opening->process, result, NULL))
    {
      /* Cancelled while we waited */
      fail (g_steal_pointer (&task), g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, ""));
      return;
    }

  words = read_words (opening);
  status = g_subprocess_get_status (opening->process);
  if (WIFSIGNALED (status))
    /* Translators: the end of a sentence that begins with a program's name */
    how = g_strdup_printf (_("was ended by signal %d (%s)"), WTERMSIG (status), g_strsignal (WTERMSIG (status)));
  else
    /* Translators: the end of a sentence that begins with a program's name */
    how = g_strdup_printf (_("exited with code %d"), WEXITSTATUS (status));

  if (*words)
    /* Translators: the first %s is a machine, the second how the program ended, the third its last output */
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _("“%s” did not start: the program aether-machine %s. It said: %s"),
                             get_name (task), how, words);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _("“%s” did not start: the program aether-machine %s. "
                               "The machine's log may say why."), get_name (task), how);
}

/* "error NAME TEXT": a D-Bus error name and an escaped sentence, as aether-machine(1) has it. */
static GError *
parse_error (const char *line)
{
  g_auto(GStrv) words = g_strsplit (line, " ", 3);
  g_autofree char *sentence = NULL;
  GError *error;

  if (g_strv_length (words) != 3 || strcmp (words[0], "error") != 0 || !g_dbus_is_interface_name (words[1]))
    return g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                        _("The program aether-machine gave an answer that is none: “%.64s”."), line);

  sentence = g_strcompress (words[2]);
  error = g_dbus_error_new_for_dbus_error (words[1], sentence);
  g_dbus_error_strip_remote_error (error);

  return error;
}

static void
start_ready_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  Opening *opening = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  line = g_data_input_stream_read_line_finish_utf8 (opening->ready, result, NULL, &error);
  if (error)
    fail (g_steal_pointer (&task), g_steal_pointer (&error));
  else if (!line)
    g_subprocess_wait_async (opening->process, cancellable, died_cb, g_steal_pointer (&task));
  else if (strcmp (line, "ok") != 0)
    fail (g_steal_pointer (&task), parse_error (line));
  else
    attach (g_steal_pointer (&task));
}

static gboolean
spawn (Opening *opening, const char *path, GError **error)
{
  g_autofree char *program = aether_paths_dup_machine_program ();
  const char * const argv[] = { program, "--ready-fd", G_STRINGIFY (READY_FD), "--", path, NULL };
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autoptr(GInputStream) stream = NULL;
  int ready[2], words[2];

  if (!g_unix_open_pipe (ready, O_CLOEXEC, error))
    return FALSE;

  stream = g_unix_input_stream_new (ready[0], TRUE);
  opening->ready = g_data_input_stream_new (stream);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_take_fd (launcher, ready[1], READY_FD);

  if (!g_unix_open_pipe (words, O_CLOEXEC, error))
    return FALSE;

  opening->words = words[0];
  g_subprocess_launcher_take_stdout_fd (launcher, words[1]);
  if (!g_unix_set_fd_nonblocking (words[0], TRUE, error))
    return FALSE;
  g_subprocess_launcher_take_stderr_fd (launcher, fcntl (words[1], F_DUPFD_CLOEXEC, 3));

  opening->process = g_subprocess_launcher_spawnv (launcher, argv, error);

  return opening->process != NULL;
}

/**
 * aether_client_start_async:
 * @cancellable: (nullable): cancelling ends the half-started machine
 *
 * Starts @bundle in a process that outlives us, and attaches to it. Completes
 * when the guest's first vCPU runs.
 *
 * Fails with %G_IO_ERROR_BUSY when it runs already, else with the sentence of
 * why it did not start; the process is gone then.
 */
void
aether_client_start_async (AetherBundle        *bundle,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  Opening *opening;

  g_return_if_fail (AETHER_IS_BUNDLE (bundle));

  task = opening_new (bundle, cancellable, callback, user_data, aether_client_start_async);
  opening = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (!spawn (opening, aether_bundle_get_path (bundle), &error))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("“%s” did not start: the program that runs machines could not be started. %s"),
                               get_name (task), error->message);
      return;
    }

  g_data_input_stream_read_line_async (opening->ready, G_PRIORITY_DEFAULT, cancellable,
                                       start_ready_cb, g_steal_pointer (&task));
}

AetherClient *
aether_client_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
