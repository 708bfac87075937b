/* test-end.c - how a run in QEMU ends, and what is said of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static void
test_killed (void)
{
  g_autoptr(Rig) rig = rig_running ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  /* Stopped, so that the answer cannot come before the end */
  kill (aether_session_get_pid (rig->session), SIGSTOP);
  aether_session_statistics_async (rig->session, NULL, rig_result_cb, &result);
  kill (aether_session_get_pid (rig->session), SIGKILL);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
  g_assert_nonnull (strstr (rig->sentence, "signal 9"));

  g_assert_null (aether_session_statistics_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  rig_control (rig, AETHER_CONTROL_PAUSE, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_crashed (void)
{
  g_autoptr(Rig) rig = rig_running ();

  if (rig == NULL)
    return;

  kill (aether_session_get_pid (rig->session), SIGSEGV);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
  g_assert_nonnull (strstr (rig->sentence, "power cut"));
}

static void
test_terminated (void)
{
  g_autoptr(Rig) rig = rig_running ();

  if (rig == NULL)
    return;

  kill (aether_session_get_pid (rig->session), SIGTERM);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_FORCED);
  g_assert_nonnull (strstr (rig->sentence, "signal"));
}

/* A QEMU that does not obey is killed */
static void
test_stuck (void)
{
  g_autoptr(Rig) rig = rig_running ();

  if (rig == NULL)
    return;

  kill (aether_session_get_pid (rig->session), SIGSTOP);
  rig_force_off (rig);
}

static void
test_disposed_while_running (void)
{
  Rig *rig = rig_running ();
  int pid;

  if (rig == NULL)
    return;

  pid = aether_session_get_pid (rig->session);
  rig_free (rig);
  while (kill (pid, 0) == 0)
    rig_spin (10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/killed", test_killed);
  g_test_add_func ("/qemu/session/crashed", test_crashed);
  g_test_add_func ("/qemu/session/terminated", test_terminated);
  g_test_add_func ("/qemu/session/stuck", test_stuck);
  g_test_add_func ("/qemu/session/disposed-while-running", test_disposed_while_running);

  return g_test_run ();
}
