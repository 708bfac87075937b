/* test-child.c - helper processes: what they say, how they end, and that they never outlive us
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static AetherChild *
spawn (const char *script)
{
  const char * const argv[] = { "sh", "-c", script, NULL };
  g_autoptr(GError) error = NULL;
  AetherChild *child = aether_child_spawn (argv, NULL, 0, &error);

  g_assert_no_error (error);
  return child;
}

static void
line_cb (AetherChild *child, const char *line, GPtrArray *lines)
{
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_ptr_array_add (lines, g_strdup (line));
}

static void
exited_cb (AetherChild *child, int status, int *stored)
{
  g_assert_true (aether_child_has_exited (child));
  *stored = status;
}

/* Returns: the wait status, once all its lines have come */
static int
run (AetherChild *child, GPtrArray *lines)
{
  int status = -1;

  if (lines)
    g_signal_connect (child, "line", G_CALLBACK (line_cb), lines);
  g_signal_connect (child, "exited", G_CALLBACK (exited_cb), &status);
  while (status == -1)
    g_main_context_iteration (NULL, TRUE);

  return status;
}

static gboolean
is_gone (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  const char *state;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return TRUE;
  state = strrchr (stat, ')');

  return state && state[2] == 'Z';
}

static void
wait_gone (int pid)
{
  g_assert_cmpint (pid, >, 0);
  while (!is_gone (pid))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }
}

static void
test_new_destroy (void)
{
  AetherChild *child = spawn ("exec sleep 1000");
  int pid = aether_child_get_pid (child);

  g_assert_false (aether_child_has_exited (child));
  g_assert_null (aether_child_dup_ending (child));
  g_assert_finalize_object (child);
  wait_gone (pid);
}

static void
test_lines (void)
{
  g_autoptr(AetherChild) child = spawn ("echo one; echo two >&2; printf 'bad \\377 bytes\\r\\n'; printf 'no newline'; exit 3");
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *output = NULL;
  g_autofree char *ending = NULL;
  int status = run (child, lines);

  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 3);
  g_assert_cmpuint (lines->len, ==, 4);
  g_assert_cmpstr (lines->pdata[0], ==, "one");
  g_assert_cmpstr (lines->pdata[1], ==, "two");
  g_assert_cmpstr (lines->pdata[2], ==, "bad \xef\xbf\xbd bytes");
  g_assert_cmpstr (lines->pdata[3], ==, "no newline");

  output = aether_child_dup_output (child);
  g_assert_cmpstr (output, ==, "one\ntwo\nbad \xef\xbf\xbd bytes\nno newline");
  ending = aether_child_dup_ending (child);
  g_assert_cmpstr (ending, ==, "exited with code 3");
  g_assert_cmpint (aether_child_get_pid (child), ==, 0);
}

static void
test_flood (void)
{
  g_autoptr(AetherChild) child = spawn ("head -c 3000000 /dev/zero | tr '\\0' x; echo; seq 100");
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *output = NULL;

  run (child, lines);
  g_assert_cmpuint (lines->len, ==, 101);
  g_assert_cmpuint (strlen (lines->pdata[0]), <=, 4096);
  g_assert_true (g_str_has_suffix (lines->pdata[0], "…"));

  output = aether_child_dup_output (child);
  g_assert_cmpuint (strlen (output), <=, 16384);
  g_assert_true (g_str_has_suffix (output, "\n99\n100"));
}

/* Somebody it left behind keeps the pipe open: its end is its end all the same. */
static void
test_grandchild_keeps_pipe (void)
{
  g_autoptr(AetherChild) child = spawn ("sleep 1000 & echo $!; exit 0");
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  int status = run (child, lines);

  g_assert_cmpint (status, ==, 0);
  g_assert_cmpuint (lines->len, ==, 1);
  kill (atoi (lines->pdata[0]), SIGKILL);
}

static void
test_signals (void)
{
  g_autoptr(AetherChild) child = spawn ("exec sleep 1000");
  g_autofree char *ending = NULL;
  int status;

  aether_child_kill (child);
  status = run (child, NULL);
  g_assert_true (WIFSIGNALED (status));
  ending = aether_child_dup_ending (child);
  g_assert_true (g_str_has_prefix (ending, "was ended by signal 9"));

  /* Too late, and harmless */
  aether_child_kill (child);
}

/* It does not inherit that we ignore hang-ups. */
static void
test_dispositions (void)
{
  g_autoptr(AetherChild) child = NULL;
  int status;

  signal (SIGHUP, SIG_IGN);
  child = spawn ("kill -HUP $$; exit 0");
  signal (SIGHUP, SIG_DFL);
  status = run (child, NULL);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGHUP);
}

static void
test_descriptors (void)
{
  g_autoptr(AetherChild) child = NULL;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  const char * const argv[] = { "sh", "-c", "echo over 7 >&7; echo over 5 >&5; ls /proc/self/fd | tr '\\n' ' '", NULL };
  g_autofd int ours = -1, stray = -1;
  AetherChildFd fds[2];
  char buffer[64] = { 0 };
  int pair[2], other[2];

  g_assert_true (g_unix_open_pipe (pair, O_CLOEXEC, NULL));
  g_assert_true (g_unix_open_pipe (other, O_CLOEXEC, NULL));
  ours = pair[0];
  stray = open ("/dev/null", O_RDONLY);   /* not marked: must not leak all the same */
  fds[0] = (AetherChildFd) { pair[1], 7 };
  fds[1] = (AetherChildFd) { other[1], 5 };

  child = aether_child_spawn (argv, fds, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run (child, lines), ==, 0);
  g_assert_cmpint (read (ours, buffer, sizeof buffer), ==, 7);
  g_assert_cmpstr (buffer, ==, "over 7\n");
  g_assert_cmpint (read (other[0], buffer, sizeof buffer), ==, 7);
  g_close (other[0], NULL);

  /* 3 is the folder that ls reads */
  g_assert_cmpstr (lines->pdata[0], ==, "0 1 2 3 5 7 ");

  /* Taken: closed on our side */
  g_assert_cmpint (fcntl (pair[1], F_GETFD), ==, -1);
}

/* However few descriptors we may have, it has as many as it may have. */
static void
test_descriptor_limit (void)
{
  g_autoptr(AetherChild) child = NULL;
  g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  struct rlimit old, few;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &old), ==, 0);
  few = old;
  few.rlim_cur = 64;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  child = spawn ("ulimit -n");
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &old), ==, 0);

  g_assert_cmpint (run (child, lines), ==, 0);
  g_assert_cmpuint (g_ascii_strtoull (lines->pdata[0], NULL, 10), ==, MIN (old.rlim_max, 65536));
}

static void
test_no_such_program (void)
{
  const char * const argv[] = { "/nonexistent/qemu", NULL };
  g_autoptr(GError) error = NULL;
  AetherChildFd fd = { open ("/dev/null", O_RDONLY | O_CLOEXEC), 4 };

  g_assert_null (aether_child_spawn (argv, &fd, 1, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent/qemu"));
  g_assert_cmpint (fcntl (fd.fd, F_GETFD), ==, -1);
}

static void
store_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_wait (void)
{
  g_autoptr(AetherChild) child = spawn ("exec sleep 1000");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) cancelled = NULL;
  g_autoptr(GAsyncResult) waited = NULL;
  g_autoptr(GError) error = NULL;

  aether_child_wait_async (child, cancellable, store_cb, &cancelled);
  aether_child_wait_async (child, NULL, store_cb, &waited);
  g_cancellable_cancel (cancellable);
  while (!cancelled)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (aether_child_wait_finish (child, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (aether_child_has_exited (child));

  aether_child_kill (child);
  while (!waited)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (aether_child_wait_finish (child, waited, NULL));
  g_assert_true (aether_child_has_exited (child));
}

/* We are killed: so is it, by the kernel. */
static void
test_dies_with_us (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  char number[16] = { 0 };
  int pid;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, "--parent", NULL);
  g_assert_no_error (error);
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (process), number, sizeof number - 1,
                                        NULL, NULL), >, 0);
  pid = atoi (number);
  g_assert_cmpint (pid, >, 1);
  g_assert_false (is_gone (pid));
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  wait_gone (pid);
}

/* By the clock, or by a cancellable, also one that was cancelled before */
static void
test_killed_by (gconstpointer data)
{
  g_autoptr(AetherChild) child = spawn ("exec sleep 1000");
  g_autoptr(GCancellable) unwished = g_cancellable_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  int status;

  aether_child_kill_when (child, unwished);
  aether_child_kill_when (child, NULL);
  g_cancellable_cancel (unwished);

  if (g_str_equal (data, "clock"))
    aether_child_kill_after (child, 10);
  else
    {
      g_cancellable_cancel (cancellable);
      aether_child_kill_when (child, cancellable);
    }

  status = run (child, NULL);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);

  /* Too late is nothing */
  aether_child_kill_after (child, 1);
  aether_child_kill_when (child, cancellable);
}

static void
test_statistics (void)
{
  g_autoptr(AetherChild) child = spawn ("exec sleep 1000");
  g_auto(GVariantDict) values = G_VARIANT_DICT_INIT (NULL);
  guint64 memory, cpu_time;

  aether_child_add_statistics (child, &values);
  g_assert_true (g_variant_dict_lookup (&values, "memory", "t", &memory));
  g_assert_true (g_variant_dict_lookup (&values, "cpu-time", "t", &cpu_time));
  g_assert_cmpuint (memory, <, 64 * 1024 * 1024);
}

static void
be_parent (void)
{
  g_autoptr(AetherChild) child = spawn ("exec sleep 1000");

  g_print ("%d\n", aether_child_get_pid (child));
  fflush (stdout);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "--parent") == 0)
    be_parent ();

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/child/new-destroy", test_new_destroy);
  g_test_add_func ("/child/lines", test_lines);
  g_test_add_func ("/child/flood", test_flood);
  g_test_add_func ("/child/grandchild-keeps-pipe", test_grandchild_keeps_pipe);
  g_test_add_func ("/child/signals", test_signals);
  g_test_add_func ("/child/dispositions", test_dispositions);
  g_test_add_func ("/child/descriptors", test_descriptors);
  g_test_add_func ("/child/descriptor-limit", test_descriptor_limit);
  g_test_add_func ("/child/no-such-program", test_no_such_program);
  g_test_add_func ("/child/wait", test_wait);
  g_test_add_data_func ("/child/killed-by/clock", "clock", test_killed_by);
  g_test_add_data_func ("/child/killed-by/cancellable", "cancellable", test_killed_by);
  g_test_add_func ("/child/statistics", test_statistics);
  g_test_add_func ("/child/dies-with-us", test_dies_with_us);

  return g_test_run ();
}
