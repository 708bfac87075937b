/* test-session.c - machines that run in the real QEMU
 *
 * Most have nothing but their firmware, which is enough to be paused, drawn,
 * killed and so on.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rig.h"

#include "aether-finding.h"
#include "aether-qemu-session.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* A small machine that emulates, whatever this computer can do */
static AetherMachine *
new_machine (const char *arch)
{
  AetherMachine *machine = aether_machine_new ("Test, \"1\" = 100%", arch);

  g_object_set (machine->memory, "size", 64, NULL);
  g_object_set (machine->cpu, "count", 1, NULL);
  g_object_set (machine->qemu, "accelerator", AETHER_ACCELERATOR_TCG, NULL);
  g_object_set (machine->firmware, "kind", AETHER_FIRMWARE_BIOS, NULL);

  return machine;
}

static Rig *
new_rig (AetherMachine *machine)
{
  g_autoptr(AetherCapabilities) capabilities = rig_capabilities (machine->arch);
  g_autoptr(AetherBundle) bundle = NULL;

  if (capabilities == NULL)
    return NULL;

  bundle = rig_bundle (machine);

  return rig_new (bundle, machine, capabilities);
}

/* A running x86_64 machine, or NULL and the test skipped */
static Rig *
new_running (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(GError) error = NULL;
  Rig *rig = new_rig (machine);

  if (rig == NULL)
    return NULL;

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_RUNNING);
  g_assert_cmpstr (aether_session_get_accelerator (rig->session), ==, "tcg");
  g_assert_cmpint (aether_session_get_pid (rig->session), >, 0);

  return rig;
}

static void
force_off (Rig *rig)
{
  g_autoptr(GError) error = NULL;

  rig_control (rig, AETHER_CONTROL_FORCE_OFF, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rig->n_ended, ==, 1);
  g_assert_cmpint (rig->end, ==, AETHER_END_FORCED);
}

static void
test_new_destroy (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();

  g_assert_finalize_object (aether_qemu_session_new (bundle, machine, capabilities));
}

static void
test_start_pause_resume_off (void)
{
  g_autoptr(Rig) rig = new_running ();
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  rig_control (rig, AETHER_CONTROL_PAUSE, &error);
  g_assert_no_error (error);
  rig_wait_state (rig, AETHER_STATE_PAUSED);
  rig_control (rig, AETHER_CONTROL_RESUME, &error);
  g_assert_no_error (error);
  rig_wait_state (rig, AETHER_STATE_RUNNING);
  rig_control (rig, AETHER_CONTROL_RESET, &error);
  g_assert_no_error (error);
  rig_control (rig, AETHER_CONTROL_REQUEST_SHUTDOWN, &error);
  g_assert_no_error (error);
  force_off (rig);
  g_assert_cmpint (aether_session_get_pid (rig->session), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/new-destroy", test_new_destroy);
  g_test_add_func ("/qemu/session/start-pause-resume-off", test_start_pause_resume_off);

  return g_test_run ();
}
