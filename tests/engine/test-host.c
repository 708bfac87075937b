/* test-host.c - aether-machine: starting, attaching, ending, and being killed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "host-fixture.h"

#include "aether-paths.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *program;

/* --- the ordinary life of a machine --------------------------------------- */

static void
test_new_destroy (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Plain", NULL);
  AetherClient *client = host_run (bundle);
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofree char *socket = g_build_filename (folder, "machine.sock", NULL);
  struct stat st;
  int pid = host_get_pid (bundle);

  g_assert_cmpint (aether_client_get_state (client), ==, AETHER_STATE_RUNNING);
  g_assert_cmpstr (aether_client_get_accelerator (client), ==, "test");
  g_assert_cmpstr (aether_client_get_name (client), ==, "Plain");
  g_assert_cmpstr (aether_client_get_uuid (client), ==, aether_bundle_get_uuid (bundle));
  g_assert_cmpint (aether_client_get_since (client), >, 0);
  g_assert_cmpint (aether_client_get_end (client, NULL), ==, AETHER_END_NONE);

  g_assert_cmpint (stat (socket, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);

  /* The client is dropped, the machine stays */
  g_assert_finalize_object (client);
  client = host_attach (bundle, NULL);
  g_assert_nonnull (client);
  g_assert_cmpint (host_get_pid (bundle), ==, pid);
  host_end (client);

  g_assert_cmpint (g_access (folder, F_OK), !=, 0);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, NULL, NULL), ==, AETHER_END_FORCED);
}

static void
count_closed_cb (guint *count)
{
  (*count)++;
}

static void
test_shutdown_is_clean (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Clean", NULL);
  g_autoptr(AetherClient) client = host_run (bundle);
  g_autoptr(GError) error = NULL;
  g_autofree char *recorded = NULL;
  const char *sentence;
  guint closed = 0;

  g_signal_connect_swapped (client, "closed", G_CALLBACK (count_closed_cb), &closed);
  host_control (client, AETHER_CONTROL_REQUEST_SHUTDOWN, &error);
  g_assert_no_error (error);
  host_wait_closed (client);

  g_assert_cmpint (aether_client_get_end (client, &sentence), ==, AETHER_END_CLEAN);
  g_assert_cmpstr (sentence, ==, "The guest shut down.");
  g_assert_cmpint (aether_client_get_state (client), ==, AETHER_STATE_STOPPED);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &recorded, NULL), ==, AETHER_END_CLEAN);
  g_assert_cmpstr (recorded, ==, sentence);

  g_assert_false (host_control (client, AETHER_CONTROL_PAUSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  host_assert_says (error->message, "“Clean” is not running any more");

  host_spin (20);
  g_assert_cmpuint (closed, ==, 1);
}

static void
test_many_clients (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Many", NULL);
  AetherClient *first = host_run (bundle);
  g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    g_ptr_array_add (clients, host_attach (bundle, NULL));

  host_control (clients->pdata[7], AETHER_CONTROL_PAUSE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < clients->len; i++)
    while (aether_client_get_state (clients->pdata[i]) != AETHER_STATE_PAUSED)
      g_main_context_iteration (NULL, TRUE);

  host_control (clients->pdata[8], AETHER_CONTROL_RESUME, &error);
  g_assert_no_error (error);
  while (aether_client_get_state (first) != AETHER_STATE_RUNNING)
    g_main_context_iteration (NULL, TRUE);

  host_end (first);
  for (guint i = 0; i < clients->len; i++)
    {
      host_wait_closed (clients->pdata[i]);
      g_assert_cmpint (aether_client_get_end (clients->pdata[i], NULL), ==, AETHER_END_FORCED);
    }
}

static void
test_attach_to_none (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Nobody", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null (host_attach (bundle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  host_assert_says (error->message, "“Nobody” is not running.");
}

/* Two folders of one uuid: the other's machine must not be switched off instead */
static void
test_attach_to_copy (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Twin", NULL);
  g_autofree char *folder = g_path_get_dirname (aether_bundle_get_path (bundle));
  g_autofree char *path = g_build_filename (folder, "Copy.aether", NULL);
  g_autofree char *from = g_build_filename (aether_bundle_get_path (bundle), "machine.json", NULL);
  g_autofree char *to = g_build_filename (path, "machine.json", NULL);
  g_autofree char *json = NULL;
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(GError) error = NULL;
  AetherClient *client;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_true (g_file_get_contents (from, &json, NULL, NULL));
  g_assert_true (g_file_set_contents (to, json, -1, NULL));
  copy = aether_bundle_new (path);
  aether_bundle_refresh (copy);
  g_assert_cmpstr (aether_bundle_get_uuid (copy), ==, aether_bundle_get_uuid (bundle));

  client = host_run (bundle);
  g_assert_null (host_attach (copy, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  host_assert_says (error->message, "is not running; its copy");
  host_assert_says (error->message, "Twin.aether");
  host_end (client);
}

static void
test_thumbnail_at_pause (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Picture", NULL);
  AetherClient *client = host_run (bundle);
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "thumbnail.png", NULL);
  g_autofree char *at_pause = NULL;
  g_autofree char *at_end = NULL;

  g_assert_true (host_control (client, AETHER_CONTROL_PAUSE, NULL));
  while (!g_file_get_contents (path, &at_pause, NULL, NULL))
    host_spin (5);
  host_end (client);
  g_assert_true (g_file_get_contents (path, &at_end, NULL, NULL));
  g_assert_true (g_str_has_prefix (at_end, "\x89PNG"));
  g_assert_cmpstr (at_pause, !=, at_end);
}

/* The end does not wait for its picture for long; who asked for it hears of the end alone */
static void
test_thumbnail_cancelled (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("No picture", "picture-hang");
  AetherClient *client = host_run (bundle);
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "thumbnail.png", NULL);

  host_end (client);
  host_wait_log (bundle, "waiting for a picture");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_renamed_while_running (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Before", NULL);
  AetherClient *client = host_run (bundle);
  g_autoptr(GError) error = NULL;

  g_assert_true (aether_bundle_rename (bundle, "After", &error));
  g_assert_no_error (error);
  while (g_strcmp0 (aether_client_get_name (client), "After") != 0)
    g_main_context_iteration (NULL, TRUE);
  host_end (client);
}

static void
test_long_runtime_path (void)
{
  g_autofree char *before = g_strdup (g_get_user_runtime_dir ());
  g_autofree char *name = g_strnfill (150, 'r');
  g_autofree char *folder = g_build_filename (before, name, NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  /* The runtime folder is fixed for a process: another one runs the first test */
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "AETHER_TEST_KEEP_RUNTIME", "1", TRUE);
  g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/null");
  process = g_subprocess_launcher_spawn (launcher, &error, self, "--tap", "-p", "/host/new-destroy", NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

/* --- starts that fail -------------------------------------------------------- */

static void
assert_start_fails (const char *notes, int code, const char *words)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Failing", notes);
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_null (host_start (bundle, &error));
  g_assert_error (error, G_IO_ERROR, code);
  g_assert_cmpstr (error->message, ==, words);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, NULL), ==, AETHER_END_FAILED);
  g_assert_cmpstr (sentence, ==, words);
  g_assert_cmpint (g_access (folder, F_OK), !=, 0);
}

static void
test_start_fails (void)
{
  assert_start_fails ("start-fail", G_IO_ERROR_NO_SPACE, "The test engine does not start.\nIt never does.");
  assert_start_fails ("check-error check-warning", G_IO_ERROR_FAILED, "One thing is wrong. Another one too.");
}

static void
test_no_such_engine (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Engineless", NULL);
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autoptr(GError) error = NULL;

  g_object_set (machine, "engine", "steam", NULL);
  g_assert_true (aether_bundle_save (bundle, machine, NULL));
  g_assert_null (host_start (bundle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  host_assert_says (error->message, "no engine “steam”");
  host_assert_says (error->message, "test");
}

static void
test_broken_configuration (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Broken", NULL);
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "machine.json", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "{\"schema\": 99}", -1, NULL));
  g_assert_null (host_start (bundle, &error));
  g_assert_nonnull (error);
  host_assert_says (error->message, "99");
}

static void
test_no_program (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Programless", NULL);
  g_autofree char *before = g_strdup (g_getenv ("AETHER_MACHINE_PROGRAM"));
  g_autoptr(GError) error = NULL;

  g_setenv ("AETHER_MACHINE_PROGRAM", "/nonexistent/aether-machine", TRUE);
  g_assert_null (host_start (bundle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  host_assert_says (error->message, "“Programless” did not start");
  g_clear_error (&error);

  /* One that dies before it says a word */
  g_setenv ("AETHER_MACHINE_PROGRAM", "/bin/false", TRUE);
  g_assert_null (host_start (bundle, &error));
  host_assert_says (error->message, "exited with code 1");
  g_setenv ("AETHER_MACHINE_PROGRAM", before, TRUE);
}

static void
test_second_start_is_busy (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Once", NULL);
  AetherClient *client = host_run (bundle);
  g_autoptr(GError) error = NULL;

  g_assert_null (host_start (bundle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  host_assert_says (error->message, "“Once” is already running");
  host_end (client);
}

static void
test_eight_starts_one_wins (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Raced", NULL);
  GAsyncResult *results[8] = { NULL };
  AetherClient *winner = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    aether_client_start_async (bundle, NULL, host_result_cb, &results[i]);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr(GError) error = NULL;
      AetherClient *client = aether_client_open_finish (host_await (&results[i]), &error);

      if (client)
        {
          g_assert_null (winner);
          winner = client;
        }
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
      g_object_unref (results[i]);
    }

  g_assert_nonnull (winner);
  host_end (winner);
}

/* --- starts that are cancelled -------------------------------------------------- */

static void
cancel_start (const char *notes, const char *until)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Cancelled", notes);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  int pid, engine_pid;

  aether_client_start_async (bundle, cancellable, host_result_cb, &result);
  host_wait_log (bundle, until);
  pid = host_get_pid (bundle);
  engine_pid = host_get_engine_pid (bundle);
  g_assert_cmpint (pid, >, 0);

  g_cancellable_cancel (cancellable);
  g_assert_null (aether_client_open_finish (host_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Nothing is left, so that the next start does not find it busy */
  g_assert_false (aether_run_is_locked (aether_bundle_get_path (bundle)));
  host_wait_gone (pid);
  if (engine_pid > 0)
    host_wait_gone (engine_pid);
}

static void
test_cancelled_start (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Cancelled early", NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  cancel_start ("start-hang", "engine is up");
  cancel_start ("start-hang stubborn", "engine is up");
  cancel_start ("check-hang", "Starting");

  g_cancellable_cancel (cancellable);
  aether_client_start_async (bundle, cancellable, host_result_cb, &result);
  g_assert_null (aether_client_open_finish (host_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, NULL, NULL), ==, AETHER_END_NONE);
}

static void
test_cancelled_attach (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Attached", NULL);
  AetherClient *client = host_run (bundle);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_client_attach_async (bundle, cancellable, host_result_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (aether_client_open_finish (host_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  host_end (client);
}

static void
test_force_off_while_starting (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Stuck", "start-hang");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GError) error = NULL;

  aether_client_start_async (bundle, NULL, host_result_cb, &result);
  host_wait_log (bundle, "engine is up");
  client = host_attach (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aether_client_get_state (client), ==, AETHER_STATE_STARTING);

  g_assert_false (host_control (client, AETHER_CONTROL_PAUSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);

  g_assert_true (host_control (client, AETHER_CONTROL_FORCE_OFF, NULL));
  g_assert_null (aether_client_open_finish (host_await (&result), &error));
  host_assert_says (error->message, "was stopped before it had started");
  host_wait_closed (client);
  g_assert_cmpint (aether_client_get_end (client, NULL), ==, AETHER_END_FAILED);
}

/* --- kills ------------------------------------------------------------------------- */

static gboolean
has_finding (AetherClient *client, const char *id, const char *words)
{
  g_autoptr(GPtrArray) findings = aether_client_list_findings (client);

  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (aether_finding_get_id (findings->pdata[i]), id))
      {
        host_assert_says (aether_finding_get_sentence (findings->pdata[i]), words);
        return TRUE;
      }

  return FALSE;
}

static void
test_kill_host (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Orphan", NULL);
  g_autoptr(AetherClient) client = host_run (bundle);
  int engine_pid = host_get_engine_pid (bundle);
  g_autofree char *sentence = NULL;
  const char *said;

  g_assert_false (has_finding (client, "last-run.killed", ""));
  kill (host_get_pid (bundle), SIGKILL);
  host_wait_closed (client);
  host_wait_gone (engine_pid);
  while (aether_run_is_locked (aether_bundle_get_path (bundle)))   /* what dies closes one file after the other */
    host_spin (5);

  g_assert_cmpint (aether_client_get_end (client, &said), ==, AETHER_END_KILLED);
  host_assert_says (said, "“Orphan” went away without a word");
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, NULL), ==, AETHER_END_KILLED);
  g_clear_object (&client);

  client = host_run (bundle);
  g_assert_true (has_finding (client, "last-run.killed", sentence));
  host_end (g_steal_pointer (&client));

  /* Said once */
  client = host_run (bundle);
  g_assert_false (has_finding (client, "last-run.killed", ""));
  host_end (g_steal_pointer (&client));
}

static void
test_kill_engine (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Crashed", "noisy");
  g_autoptr(AetherClient) client = host_run (bundle);
  g_autofree char *sentence = NULL;
  g_autofree char *output = NULL;
  int pid = host_get_pid (bundle);
  const char *said;

  host_wait_log (bundle, "bell");
  kill (host_get_engine_pid (bundle), SIGKILL);
  host_wait_closed (client);
  host_wait_gone (pid);

  g_assert_cmpint (aether_client_get_end (client, &said), ==, AETHER_END_CRASHED);
  host_assert_says (said, "was ended by signal 9");
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, &output), ==, AETHER_END_CRASHED);
  g_assert_cmpstr (sentence, ==, said);
  host_assert_says (output, "red");
}

static void
test_kill_client (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Survivor", NULL);
  g_autoptr(GSubprocess) starter = NULL;
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *word = g_malloc0 (16);
  gsize n;

  /* It starts the machine, types a long text into it, and is killed meanwhile */
  starter = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--start-and-type",
                              aether_bundle_get_path (bundle), NULL);
  g_assert_no_error (error);
  g_input_stream_read_all (g_subprocess_get_stdout_pipe (starter), word, 5, &n, NULL, &error);
  g_assert_cmpstr (word, ==, "typed");
  g_subprocess_force_exit (starter);
  g_subprocess_wait (starter, NULL, NULL);

  client = host_attach (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aether_client_get_state (client), ==, AETHER_STATE_RUNNING);

  /* Its text was dropped, so that ours is not behind it for minutes */
  g_assert_true (host_type (client, "z", &error));
  g_assert_no_error (error);
  host_end (g_steal_pointer (&client));
}

static void
test_terminate (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Terminated", NULL);
  g_autoptr(AetherClient) client = host_run (bundle);
  g_autofree char *sentence = NULL;
  int engine_pid = host_get_engine_pid (bundle);

  /* A terminal that hangs up is nothing to it */
  kill (host_get_pid (bundle), SIGHUP);
  g_assert_true (host_control (client, AETHER_CONTROL_PAUSE, NULL));

  kill (host_get_pid (bundle), SIGTERM);
  host_wait_closed (client);
  host_wait_gone (engine_pid);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, NULL), ==, AETHER_END_FORCED);
  host_assert_says (sentence, "its process was asked to end");
}

static void
test_terminate_stubborn (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Stubborn", "stubborn");
  g_autoptr(AetherClient) client = host_run (bundle);
  int engine_pid = host_get_engine_pid (bundle);

  kill (host_get_pid (bundle), SIGTERM);
  host_wait_closed (client);
  host_wait_gone (engine_pid);
  g_assert_cmpint (aether_client_get_end (client, NULL), ==, AETHER_END_FORCED);
}

/* --- the log ------------------------------------------------------------------------ */

static void
test_log (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Logged", "noisy check-warning");
  AetherClient *client = host_run (bundle);
  g_autofree char *text = NULL;

  host_wait_log (bundle, "bell");
  text = host_read_log (bundle, "machine.log");
  host_assert_says (text, "red \\x1b[31m");
  host_assert_says (text, "bell \\x07\n");
  g_assert_null (strchr (text, '\x1b'));
  g_assert_true (g_utf8_validate (text, -1, NULL));

  g_assert_true (has_finding (client, "test.warning", "Something is odd."));
  host_assert_says (text, "warning: Something is odd.");
  host_end (client);
}

static void
test_log_that_cannot_be_written (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Full", NULL);
  g_autofree char *folder = g_build_filename (aether_bundle_get_path (bundle), "logs", NULL);
  g_autofree char *path = g_build_filename (folder, "machine.log", NULL);
  g_autofree char *serial = g_build_filename (folder, "serial-0.log", NULL);
  g_autoptr(GError) error = NULL;
  AetherClient *client;
  GIOStream *stream;

  /* Folders, where files should be */
  g_mkdir_with_parents (path, 0700);
  g_mkdir_with_parents (serial, 0700);
  client = host_run (bundle);
  while (!has_finding (client, "log.stopped", "is not written any more"))
    g_main_context_iteration (NULL, TRUE);

  stream = host_open_serial (client, 0, FALSE, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), "hello", 5, NULL, NULL, NULL);
  g_free (host_read (stream, 5));
  g_object_unref (stream);
  host_end (client);
}

static void
test_log_rotates (void)
{
  g_autoptr(AetherBundle) bundle = host_make_machine ("Chatty", NULL);
  g_autofree char *folder = g_build_filename (aether_bundle_get_path (bundle), "logs", NULL);
  g_autofree char *path = g_build_filename (folder, "machine.log", NULL);
  g_autofree char *old = g_build_filename (folder, "machine.log.1", NULL);
  g_autofree char *line = g_strnfill (1024 * 1024 - 10, 'x');
  AetherClient *client;
  GStatBuf st;

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, line, -1, NULL));
  client = host_run (bundle);
  host_end (client);

  g_assert_cmpint (g_stat (old, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, 1024 * 1024 - 10);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_size, <, 4096);
}

/* --- a process that is killed (see test_kill_client) -------------------------------- */

static void
logged_cb (AetherClient *client, const char *line)
{
  if (strstr (line, "key a"))
    {
      g_print ("typed");
      fflush (stdout);
    }
}

static int
start_and_type (const char *path)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (path);
  g_autoptr(AetherClient) client = host_run (bundle);
  g_autofree char *text = g_strnfill (60000, 'a');

  g_signal_connect (client, "log-line", G_CALLBACK (logged_cb), NULL);
  host_type (client, text, NULL);

  return 1;
}

int
main (int argc, char **argv)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  gboolean keep = g_getenv ("AETHER_TEST_KEEP_RUNTIME") != NULL;
  int status;

  if (argc == 3 && g_str_equal (argv[1], "--start-and-type"))
    return start_and_type (argv[2]);

  g_test_init (&argc, &argv, NULL);
  program = self;
  if (!keep)
    host_fixture_init ();

  g_test_add_func ("/host/new-destroy", test_new_destroy);
  g_test_add_func ("/host/shutdown-is-clean", test_shutdown_is_clean);
  g_test_add_func ("/host/many-clients", test_many_clients);
  g_test_add_func ("/host/attach-to-none", test_attach_to_none);
  g_test_add_func ("/host/thumbnail-at-pause", test_thumbnail_at_pause);
  g_test_add_func ("/host/thumbnail-cancelled", test_thumbnail_cancelled);
  g_test_add_func ("/host/renamed-while-running", test_renamed_while_running);
  g_test_add_func ("/host/long-runtime-path", test_long_runtime_path);
  g_test_add_func ("/host/start/fails-with-its-sentence", test_start_fails);
  g_test_add_func ("/host/start/no-such-engine", test_no_such_engine);
  g_test_add_func ("/host/start/broken-configuration", test_broken_configuration);
  g_test_add_func ("/host/start/no-program", test_no_program);
  g_test_add_func ("/host/start/second-is-busy", test_second_start_is_busy);
  g_test_add_func ("/host/start/eight-at-once-one-wins", test_eight_starts_one_wins);
  g_test_add_func ("/host/start/cancelled", test_cancelled_start);
  g_test_add_func ("/host/start/forced-off", test_force_off_while_starting);
  g_test_add_func ("/host/attach/copy", test_attach_to_copy);
  g_test_add_func ("/host/attach/cancelled", test_cancelled_attach);
  g_test_add_func ("/host/kill/host", test_kill_host);
  g_test_add_func ("/host/kill/engine", test_kill_engine);
  g_test_add_func ("/host/kill/client", test_kill_client);
  g_test_add_func ("/host/kill/terminate", test_terminate);
  g_test_add_func ("/host/kill/terminate-stubborn", test_terminate_stubborn);
  g_test_add_func ("/host/log/controls-are-harmless", test_log);
  g_test_add_func ("/host/log/cannot-be-written", test_log_that_cannot_be_written);
  g_test_add_func ("/host/log/rotates", test_log_rotates);

  status = g_test_run ();
  if (!keep)
    host_fixture_clear ();

  return status;
}
