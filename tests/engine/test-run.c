/* test-run.c - locks, status and record of a running machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-lock.h"
#include "aether-paths.h"
#include "aether-run.h"
#include "aether-tree.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static AetherBundle *
create (const char *name)
{
  g_autofree char *folder = aether_paths_dup_library ();
  g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle = aether_bundle_create (folder, machine, &error);

  g_assert_no_error (error);
  return bundle;
}

static AetherRun *
begin (AetherBundle *bundle)
{
  g_autoptr(GError) error = NULL;
  AetherRun *run = aether_run_begin (bundle, &error);

  g_assert_no_error (error);
  return run;
}

/* Runs the machine in a process that is killed. */
static void
run_and_kill (AetherBundle *bundle)
{
  int ready[2];
  char c;
  pid_t pid;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      AetherRun *run = aether_run_begin (bundle, NULL);

      if (run != NULL && aether_run_set_status (run, AETHER_STATE_RUNNING, "kvm", 7, NULL) &&
          write (ready[1], "r", 1) == 1)
        pause ();
      _exit (1);
    }
  g_assert_cmpint (read (ready[0], &c, 1), ==, 1);
  close (ready[0]);
  close (ready[1]);

  aether_bundle_refresh (bundle);
  g_assert_cmpint (aether_bundle_get_state (bundle), ==, AETHER_STATE_RUNNING);
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  aether_bundle_refresh (bundle);
  g_assert_cmpint (aether_bundle_get_state (bundle), ==, AETHER_STATE_STOPPED);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Between two looks: the state is what it was, the end is another one. */
static void
test_short_run_is_noticed (void)
{
  g_autoptr(AetherBundle) bundle = create ("Short");
  guint n = 0;

  g_assert_cmpint (aether_bundle_get_since (bundle), ==, 0);
  g_signal_connect_swapped (bundle, "notify::since", G_CALLBACK (count_cb), &n);
  g_assert_true (aether_run_end (begin (bundle), AETHER_END_FAILED, "It did not start.", NULL, NULL));
  aether_bundle_refresh (bundle);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (aether_bundle_get_since (bundle), >, 0);

  aether_bundle_refresh (bundle);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_begin_end (void)
{
  g_autoptr(AetherBundle) bundle = create ("Run");
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofree char *sentence = NULL;
  g_autofree char *output = NULL;
  g_autoptr(AetherRunStatus) status = NULL;
  AetherRun *run;
  struct stat st;

  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, NULL), ==, AETHER_END_NONE);
  g_assert_null (sentence);
  g_assert_null (aether_run_status_read (aether_bundle_get_uuid (bundle)));

  run = begin (bundle);
  g_assert_cmpstr (aether_run_get_folder (run), ==, folder);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  aether_bundle_refresh (bundle);
  g_assert_cmpint (aether_bundle_get_state (bundle), ==, AETHER_STATE_STARTING);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, NULL, NULL), ==, AETHER_END_NONE);

  g_assert_true (aether_run_set_status (run, AETHER_STATE_PAUSED, "tcg", 1234, NULL));
  status = aether_run_status_read (aether_bundle_get_uuid (bundle));
  g_assert_cmpint (status->state, ==, AETHER_STATE_PAUSED);
  g_assert_cmpint (status->since, ==, aether_run_get_since (run));
  g_assert_cmpint (status->pid, ==, getpid ());
  g_assert_cmpint (status->engine_pid, ==, 1234);
  g_assert_cmpstr (status->accelerator, ==, "tcg");
  g_assert_cmpstr (status->bundle, ==, aether_bundle_get_path (bundle));

  g_assert_true (aether_run_end (run, AETHER_END_CRASHED, "It broke.", "last \xff lines", NULL));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  aether_bundle_refresh (bundle);
  g_assert_cmpint (aether_bundle_get_state (bundle), ==, AETHER_STATE_STOPPED);
  g_assert_cmpint (aether_bundle_get_since (bundle), >, 1600000000);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, &output), ==, AETHER_END_CRASHED);
  g_assert_cmpstr (sentence, ==, "It broke.");
  g_assert_cmpstr (output, ==, "last \357\277\275 lines");
}

static void
test_two_starts (void)
{
  g_autoptr(AetherBundle) bundle = create ("Once");
  g_autoptr(GError) error = NULL;
  AetherRun *run = begin (bundle);

  g_assert_null (aether_run_begin (bundle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpstr (error->message, ==, "“Once” is already running, or is being copied or deleted.");

  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
  run = begin (bundle);
  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
}

/* Many processes at once: one at a time gets it, whoever ends lets the next one in. */
static void
test_many_starts (void)
{
  g_autoptr(AetherBundle) bundle = create ("Contended");
  g_autofree char *proof = g_build_filename (aether_bundle_get_path (bundle), "proof", NULL);
  guint begun = 0;

  for (guint i = 0; i < 8; i++)
    if (fork () == 0)
      {
        guint n = 0;

        for (guint attempt = 0; attempt < 100; attempt++)
          {
            g_autoptr(GError) error = NULL;
            AetherRun *run = aether_run_begin (bundle, &error);

            if (run == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
              _exit (201);
            if (run == NULL)
              continue;

            /* Only one may be between these two */
            if (g_mkdir (proof, 0700) < 0)
              _exit (202);
            g_usleep (100);
            g_rmdir (proof);
            if (!aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL))
              _exit (203);
            n++;
          }
        _exit (MIN (n, 200));
      }

  for (guint i = 0; i < 8; i++)
    {
      int status;

      g_assert_cmpint (wait (&status), >, 0);
      g_assert_true (WIFEXITED (status));
      g_assert_cmpint (WEXITSTATUS (status), <=, 200);
      begun += WEXITSTATUS (status);
    }
  g_assert_cmpuint (begun, >, 0);
}

static void
test_copy_of_a_running_machine (void)
{
  g_autoptr(AetherBundle) bundle = create ("Original");
  g_autofree char *copy_path = g_strconcat (aether_bundle_get_path (bundle), "-copy.aether", NULL);
  g_autofree char *json = g_build_filename (aether_bundle_get_path (bundle), "machine.json", NULL);
  g_autofree char *copy_json = g_build_filename (copy_path, "machine.json", NULL);
  g_autofree char *data = NULL;
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(GError) error = NULL;
  AetherRun *run;

  g_mkdir (copy_path, 0700);
  g_file_get_contents (json, &data, NULL, NULL);
  g_file_set_contents (copy_json, data, -1, NULL);

  run = begin (bundle);
  copy = aether_bundle_new (copy_path);
  g_assert_cmpstr (aether_bundle_get_uuid (copy), ==, aether_bundle_get_uuid (bundle));
  g_assert_cmpint (aether_bundle_get_state (copy), ==, AETHER_STATE_STOPPED);

  g_assert_null (aether_run_begin (copy, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "cannot start while its copy"));
  g_assert_nonnull (strstr (error->message, aether_bundle_get_path (bundle)));
  g_assert_false (aether_run_is_locked (copy_path));

  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
}

static void
test_moved_while_it_runs (void)
{
  g_autoptr(AetherBundle) bundle = create ("Mover");
  g_autofree char *there = g_strconcat (aether_bundle_get_path (bundle), "-there.aether", NULL);
  g_autoptr(AetherBundle) moved = NULL;
  g_autoptr(GError) error = NULL;
  AetherRun *run = begin (bundle);

  g_assert_cmpint (g_rename (aether_bundle_get_path (bundle), there), ==, 0);
  moved = aether_bundle_new (there);
  g_assert_cmpint (aether_bundle_get_state (moved), ==, AETHER_STATE_STARTING);

  aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, &error);
  g_assert_no_error (error);
  aether_bundle_refresh (moved);
  g_assert_cmpint (aether_bundle_get_state (moved), ==, AETHER_STATE_STOPPED);
  g_assert_cmpint (aether_bundle_get_last_end (moved, NULL, NULL), ==, AETHER_END_CLEAN);
}

/* A start that came to nothing is no run that was killed. */
static void
test_status_cannot_be_written (void)
{
  g_autoptr(AetherBundle) bundle = create ("Nowhere");
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofree char *inside = g_build_filename (folder, "status", "x", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_null (aether_run_begin (bundle, &error));
  g_assert_nonnull (strstr (error->message, "Could not note the state of “Nowhere”."));
  aether_bundle_refresh (bundle);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, NULL, NULL), ==, AETHER_END_NONE);
}

/* The record cannot be written anywhere then; the rest is done all the same. */
static void
test_deleted_while_it_runs (void)
{
  g_autoptr(AetherBundle) bundle = create ("Deleted");
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autoptr(GError) error = NULL;
  AetherRun *run = begin (bundle);

  g_assert_true (aether_tree_remove (aether_bundle_get_path (bundle), &error));
  g_assert_no_error (error);
  g_assert_false (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "Could not write the log of “Deleted”."));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_killed (void)
{
  g_autoptr(AetherBundle) bundle = create ("Killed");
  g_autofree char *sentence = NULL;
  AetherRun *run;

  run_and_kill (bundle);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, NULL), ==, AETHER_END_KILLED);
  g_assert_true (g_str_has_prefix (sentence, "“Killed”, started on "));
  g_assert_nonnull (strstr (sentence, "was ended from outside: its process aether-machine was killed."));

  /* What it left does not stand in the way */
  run = begin (bundle);
  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
  g_assert_cmpint (aether_bundle_get_last_end (bundle, NULL, NULL), ==, AETHER_END_CLEAN);
}

static void
test_computer_went_down (void)
{
  g_autoptr(AetherBundle) bundle = create ("Power");
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "logs", "last-run.json", NULL);
  g_autofree char *sentence = NULL;

  if (!g_file_test ("/proc/sys/kernel/random/boot_id", G_FILE_TEST_EXISTS))
    {
      g_test_skip ("this system has no /proc/sys/kernel/random/boot_id");
      return;
    }

  g_file_set_contents (path, "{\"started\": 1760000000, \"pid\": 5, \"boot-id\": \"another\"}", -1, NULL);
  g_assert_cmpint (aether_bundle_get_last_end (bundle, &sentence, NULL), ==, AETHER_END_KILLED);
  g_assert_nonnull (strstr (sentence, "was running when this computer went down or restarted"));
}

static void
test_hostile_files (void)
{
  static const char * const contents[] = {
    "", "{", "[]", "{}", "{\"state\": \"flying\", \"since\": -5, \"pid\": 1e300, \"bundle\": 7}",
    "{\"state\": null, \"since\": \"x\", \"pid\": -1, \"accelerator\": []}",
    "{\"started\": 9223372036854775807}", "{\"started\": -1, \"ended\": 5, \"end\": \"exploded\", \"sentence\": {}}",
    "{\"started\": 1, \"ended\": 1.5, \"output\": \"\\u0000\"}",
  };
  g_autoptr(AetherBundle) bundle = create ("Hostile");
  g_autofree char *record = g_build_filename (aether_bundle_get_path (bundle), "logs", "last-run.json", NULL);
  AetherRun *run = begin (bundle);
  g_autofree char *status = g_build_filename (aether_run_get_folder (run), "status", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr(AetherRunRecord) read = NULL;

      g_file_set_contents (status, contents[i], -1, NULL);
      g_file_set_contents (record, contents[i], -1, NULL);
      aether_bundle_refresh (bundle);
      g_assert_cmpint (aether_bundle_get_state (bundle), ==, AETHER_STATE_STARTING);
      g_assert_cmpint (aether_bundle_get_since (bundle), ==, 0);
      read = aether_run_record_read (aether_bundle_get_path (bundle));
      g_assert_true (read == NULL || read->started >= 0);
    }

  g_assert_true (aether_run_end (run, AETHER_END_FORCED, NULL, NULL, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autofree char *sentence = NULL;
      g_autofree char *output = NULL;

      g_file_set_contents (record, contents[i], -1, NULL);
      aether_bundle_get_last_end (bundle, &sentence, &output);
      g_assert_true (sentence == NULL || g_utf8_validate (sentence, -1, NULL));
    }
}

static void
test_runtime_folder_of_somebody_else (void)
{
  g_autoptr(AetherBundle) bundle = create ("Squatted");
  g_autofree char *root = aether_paths_dup_runtime_root ();
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autoptr(GError) error = NULL;
  AetherRun *run;
  struct stat st;

  /* A link in its place is not followed */
  g_mkdir_with_parents (root, 0700);
  g_assert_cmpint (symlink ("/tmp", folder), ==, 0);
  g_assert_null (aether_run_begin (bundle, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_cmpint (g_unlink (folder), ==, 0);

  /* A folder that others could look into is closed */
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (chmod (folder, 0777), ==, 0);
  run = begin (bundle);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
}

static void
test_logs_that_lead_elsewhere (void)
{
  g_autoptr(AetherBundle) bundle = create ("Trap");
  g_autofree char *logs = g_build_filename (aether_bundle_get_path (bundle), "logs", NULL);
  g_autofree char *elsewhere = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_rmdir (logs), ==, 0);
  g_assert_cmpint (symlink (elsewhere, logs), ==, 0);
  g_assert_null (aether_run_begin (bundle, &error));
  g_assert_nonnull (strstr (error->message, "Could not write the log of “Trap”."));
  g_assert_cmpint (g_rmdir (elsewhere), ==, 0);   /* is empty */
  g_assert_false (aether_run_is_locked (aether_bundle_get_path (bundle)));
}

static void
test_long_output_is_cut (void)
{
  g_autoptr(AetherBundle) bundle = create ("Chatty");
  g_autofree char *output = g_strnfill (1000000, 'o');
  g_autofree char *kept = NULL;
  AetherRun *run = begin (bundle);

  memcpy (output + 999997, "end", 3);
  g_assert_true (aether_run_end (run, AETHER_END_CRASHED, "It broke.", output, NULL));
  aether_bundle_get_last_end (bundle, NULL, &kept);
  g_assert_cmpuint (strlen (kept), ==, 16 * 1024);
  g_assert_true (g_str_has_suffix (kept, "end"));
}

/* Looking must not take the lock: a start in that moment would fail. */
static void
test_looking_does_not_lock (void)
{
  g_autofree char *folder = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  pid_t pid;

  close (open (path, O_CREAT | O_WRONLY, 0600));
  pid = fork ();
  if (pid == 0)
    for (;;)
      aether_lock_is_held (path);

  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr(GError) error = NULL;
      int fd = aether_lock_take (path, &error);

      g_assert_no_error (error);
      g_assert_true (aether_lock_is_held (path));
      close (fd);
    }
  g_assert_false (aether_lock_is_held (path));

  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/run/begin-end", test_begin_end);
  g_test_add_func ("/run/short-run-is-noticed", test_short_run_is_noticed);
  g_test_add_func ("/run/two-starts", test_two_starts);
  g_test_add_func ("/run/many-starts", test_many_starts);
  g_test_add_func ("/run/copy-of-a-running-machine", test_copy_of_a_running_machine);
  g_test_add_func ("/run/moved-while-it-runs", test_moved_while_it_runs);
  g_test_add_func ("/run/deleted-while-it-runs", test_deleted_while_it_runs);
  g_test_add_func ("/run/status-cannot-be-written", test_status_cannot_be_written);
  g_test_add_func ("/run/killed", test_killed);
  g_test_add_func ("/run/computer-went-down", test_computer_went_down);
  g_test_add_func ("/run/hostile-files", test_hostile_files);
  g_test_add_func ("/run/runtime-folder-of-somebody-else", test_runtime_folder_of_somebody_else);
  g_test_add_func ("/run/logs-that-lead-elsewhere", test_logs_that_lead_elsewhere);
  g_test_add_func ("/run/long-output-is-cut", test_long_output_is_cut);
  g_test_add_func ("/run/looking-does-not-lock", test_looking_does_not_lock);

  return g_test_run ();
}
