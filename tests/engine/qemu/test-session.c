/* test-session.c - a machine in the real QEMU: pausing it, and what QEMU tells of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include "aether-qemu-session.h"

#include <string.h>

static void
test_new_destroy (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();

  g_assert_finalize_object (aether_qemu_session_new (bundle, machine, capabilities));
}

static void
test_start_pause_resume_off (void)
{
  g_autoptr(Rig) rig = rig_running ();
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  /* Done is done: whoever was answered finds the state */
  for (guint i = 0; i < 20; i++)
    {
      rig_control (rig, AETHER_CONTROL_PAUSE, &error);
      g_assert_no_error (error);
      g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_PAUSED);
      rig_control (rig, AETHER_CONTROL_RESUME, &error);
      g_assert_no_error (error);
      g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_RUNNING);
    }
  rig_control (rig, AETHER_CONTROL_RESET, &error);
  g_assert_no_error (error);
  rig_control (rig, AETHER_CONTROL_REQUEST_SHUTDOWN, &error);
  g_assert_no_error (error);
  rig_force_off (rig);
  g_assert_cmpint (aether_session_get_pid (rig->session), ==, 0);
}

static void
panic_cb (AetherSession *session, const char *sentence, GString *told)
{
  g_string_append (told, "panic ");
}

static void
disk_error_cb (AetherSession *session, const char *drive, const char *operation, const char *reason,
               gboolean no_space, GString *told)
{
  g_string_append_printf (told, "%s:%s:%s:%d ", drive, operation, reason, no_space);
}

/* Events, right and wrong ones: data missing or of another kind are no reason to fail */
static void
test_events (void)
{
  g_autoptr(Rig) rig = rig_fake ("#!/bin/sh\n" RIG_RUNS
    "echo '{\"event\": \"GUEST_PANICKED\", \"data\": {\"action\": \"run\"}}' >&3\n"
    "echo '{\"event\": \"BLOCK_IO_ERROR\", \"data\": {\"node-name\": \"disk0\", \"operation\": \"write\", "
    "\"nospace\": true, \"reason\": \"No space left on device\"}}' >&3\n"
    "echo '{\"event\": \"BLOCK_IO_ERROR\", \"data\": {\"node-name\": 3, \"operation\": [], \"nospace\": \"x\"}}' >&3\n"
    "echo '{\"event\": \"BLOCK_IO_ERROR\"}' >&3\n"
    "echo '{\"event\": \"BLOCK_IMAGE_CORRUPTED\", \"data\": []}' >&3\n"
    "echo '{\"event\": \"WATCHDOG\"}' >&3\n"
    "echo '{\"event\": \"RESET\", \"data\": {\"guest\": 1}}' >&3\n"
    "echo '{\"event\": \"NEWS\", \"data\": {}}' >&3\n"
    "echo '{\"event\": {}}' >&3\n"
    "echo '{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"guest-shutdown\"}}' >&3\n"
    "exit 0\n");
  g_autoptr(GString) told = g_string_new (NULL);
  g_autoptr(GError) error = NULL;

  g_signal_connect (rig->session, "guest-panic", G_CALLBACK (panic_cb), told);
  g_signal_connect (rig->session, "disk-error", G_CALLBACK (disk_error_cb), told);
  rig_start (rig, &error);
  g_assert_no_error (error);
  rig_wait_ended (rig);

  g_assert_cmpstr (told->str, ==, "panic disk0:write:No space left on device:1 :write::0 :write::0 ");
  g_assert_cmpuint (rig->findings->len, ==, 2);
  g_assert_cmpstr (aether_finding_get_id (rig->findings->pdata[0]), ==, "drive.corrupted");
  g_assert_cmpstr (aether_finding_get_id (rig->findings->pdata[1]), ==, "machine.watchdog");
  g_assert_cmpint (rig->end, ==, AETHER_END_CLEAN);
}

/* A QEMU that begins to talk nonsense later on is ended */
static void
test_nonsense_while_running (void)
{
  g_autoptr(Rig) rig = rig_fake ("#!/bin/sh\n" RIG_RUNS "echo 'segfault at 0' >&3\nexec sleep 100\n");
  g_autoptr(GError) error = NULL;

  rig_start (rig, &error);
  g_assert_no_error (error);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/new-destroy", test_new_destroy);
  g_test_add_func ("/qemu/session/start-pause-resume-off", test_start_pause_resume_off);
  g_test_add_func ("/qemu/session/events", test_events);
  g_test_add_func ("/qemu/session/nonsense-while-running", test_nonsense_while_running);

  return g_test_run ();
}
