/* test-start.c - how a machine in QEMU begins, and each way in which it does not
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct
{
  const char *name;
  const char *script;
  const char *words;
} bad_starts[] = {
  { "silent", "#!/bin/sh\nexit 0\n", "before the machine ran" },
  { "killed", "#!/bin/sh\nkill -9 $$\n", "signal 9" },
  { "says-why", "#!/bin/sh\necho 'qemu-system-x86_64: warning: x' >&2\necho 'qemu-system-x86_64: -device x: no such' >&2\nexit 1\n", "no such" },
  { "locked", "#!/bin/sh\necho 'qemu-system-x86_64: Failed to get \"write\" lock' >&2\nexit 1\n", "in use by another program" },
  { "no-memory", "#!/bin/sh\necho 'cannot set up guest memory: Cannot allocate memory' >&2\nexit 1\n", "not enough memory" },
  { "closes-connection", "#!/bin/sh\nexec 3>&-\nsleep 0.1\nexit 1\n", "exited with code 1" },
  { "speaks-nonsense", "#!/bin/sh\necho hello >&3\nexec sleep 100\n", "cannot be read" },
  { "dies-in-handshake", "#!/bin/sh\necho '{\"QMP\": {}}' >&3\nread x <&3\nexit 3\n", "exited with code 3" },
  { "dies-before-cont", "#!/bin/sh\necho '{\"QMP\": {}}' >&3\nread x <&3\necho '{\"return\": {}, \"id\": 1}' >&3\nread x <&3\nkill -9 $$\n", "signal 9" },
  { "refuses-cont", "#!/bin/sh\necho '{\"QMP\": {}}' >&3\nread x <&3\necho '{\"return\": {}, \"id\": 1}' >&3\nread x <&3\n"
    "echo '{\"error\": {\"class\": \"GenericError\", \"desc\": \"a migration runs\"}, \"id\": 2}' >&3\nexec sleep 100\n", "a migration runs" },
};

static void
test_bad_start (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr(Rig) rig = rig_fake (bad_starts[i].script);

  rig_assert_start_fails (rig, bad_starts[i].words);
}

static void
test_missing_program (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
  g_autoptr(Rig) rig = NULL;

  aether_capabilities_add (capabilities, "arch.x86_64", TRUE, "/nowhere/qemu", NULL);
  rig = rig_new (bundle, machine, capabilities);
  rig_assert_start_fails (rig, "/nowhere/qemu");
}

static void
test_wrong_arguments (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(Rig) rig = NULL;

  g_object_set (machine->qemu, "arguments", ((const char *[]) { "-device", "flux-capacitor", NULL }), NULL);
  if (!(rig = rig_of_machine (machine)))
    return;

  rig_assert_start_fails (rig, "flux-capacitor");
  g_assert_nonnull (strstr (rig->output, "flux-capacitor"));
}

static void
test_port_in_use (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherPortForward) forward = NULL;
  g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (machine->networks), 0);
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(Rig) rig = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  forward = g_object_new (AETHER_TYPE_PORT_FORWARD, "host-address", "0.0.0.0", "host-port", (guint) port, NULL);
  g_list_store_append (network->forwards, forward);
  if (!(rig = rig_of_machine (machine)))
    return;

  rig_assert_start_fails (rig, "another program has it");
}

static void
start_and_cancel (Rig *rig, guint milliseconds)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_start_async (rig->session, cancellable, rig_result_cb, &result);
  if (milliseconds > 0)
    rig_spin (milliseconds);
  g_cancellable_cancel (cancellable);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (rig->n_ended, ==, 1);
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_STOPPED);
  g_assert_cmpint (aether_session_get_pid (rig->session), ==, 0);
}

static void
test_cancelled_start (void)
{
  g_autoptr(Rig) at_once = rig_fake ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(Rig) later = rig_fake ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(Rig) in_handshake = rig_fake ("#!/bin/sh\necho '{\"QMP\": {}}' >&3\nexec sleep 100\n");

  start_and_cancel (at_once, 0);
  start_and_cancel (later, 50);
  start_and_cancel (in_handshake, 50);
}

static void
test_cancelled_before_start (void)
{
  g_autoptr(Rig) rig = rig_fake ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  aether_session_start_async (rig->session, cancellable, rig_result_cb, &result);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_forced_off_while_starting (void)
{
  g_autoptr(Rig) rig = rig_fake ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(GAsyncResult) started = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_start_async (rig->session, NULL, rig_result_cb, &started);
  rig_control (rig, AETHER_CONTROL_PAUSE, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  rig_control (rig, AETHER_CONTROL_FORCE_OFF, &error);
  g_assert_no_error (error);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&started), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (rig->end, ==, AETHER_END_FORCED);
}

static void
test_uefi (gconstpointer data)
{
  g_autoptr(AetherMachine) machine = rig_machine (data);
  g_autoptr(AetherCapabilities) capabilities = rig_capabilities (data);
  g_autoptr(AetherBundle) bundle = NULL;
  g_autofree char *vars = NULL;
  struct stat first, second;

  if (capabilities == NULL)
    return;
  if (!aether_capabilities_has (capabilities, "firmware.%s.uefi", (const char *) data))
    {
      g_test_skip (aether_capabilities_lookup (capabilities, "firmware.%s.uefi", (const char *) data)->reason);
      return;
    }

  g_object_set (machine->firmware, "kind", AETHER_FIRMWARE_UEFI, NULL);
  bundle = rig_bundle (machine);
  vars = aether_bundle_resolve (bundle, "firmware/vars.qcow2");

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(Rig) rig = rig_new (bundle, machine, capabilities);
      g_autoptr(GError) error = NULL;

      rig_start (rig, &error);
      g_assert_no_error (error);
      rig_force_off (rig);
      g_assert_cmpint (stat (vars, i == 0 ? &first : &second), ==, 0);
    }

  /* Made once, kept afterwards */
  g_assert_cmpuint (first.st_ino, ==, second.st_ino);
}

static void
test_uefi_cancelled (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherCapabilities) capabilities = rig_capabilities ("x86_64");
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(Rig) rig = NULL;
  g_autofree char *folder = NULL;
  g_autoptr(GDir) dir = NULL;
  const char *name;

  if (capabilities == NULL || !aether_capabilities_has (capabilities, "firmware.x86_64.uefi"))
    {
      g_test_skip ("There is no UEFI firmware for x86_64 here.");
      return;
    }

  g_object_set (machine->firmware, "kind", AETHER_FIRMWARE_UEFI, NULL);
  bundle = rig_bundle (machine);
  rig = rig_new (bundle, machine, capabilities);
  start_and_cancel (rig, 0);

  /* Nothing half made stays behind */
  folder = aether_bundle_resolve (bundle, "firmware");
  dir = g_dir_open (folder, 0, NULL);
  while (dir && (name = g_dir_read_name (dir)))
    g_assert_cmpstr (name, ==, "vars.qcow2");
}

/* Boards whose firmware is all they have, in folders with any bytes in their names */
static void
test_firmware_only (gconstpointer data)
{
  g_autoptr(AetherMachine) machine = rig_machine (data);
  g_autoptr(AetherCapabilities) capabilities = rig_capabilities (data);
  g_autofree char *folder = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "b\xe9, \"=%\n", NULL);
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", "disk0", "file", "disks/a, b.raw",
                                               "format", "raw", NULL);
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(Rig) rig = NULL;
  g_autofree char *path = NULL;

  if (capabilities == NULL)
    return;

  g_mkdir_with_parents (folder, 0700);
  g_list_store_append (machine->drives, drive);
  bundle = aether_bundle_create (folder, machine, &error);
  g_assert_no_error (error);
  path = aether_bundle_resolve (bundle, "disks/a, b.raw");
  g_assert_true (g_file_set_contents (path, "disk", 4, NULL));
  g_assert_cmpint (truncate (path, 1024 * 1024), ==, 0);

  rig = rig_new (bundle, machine, capabilities);
  rig_start (rig, &error);
  g_assert_no_error (error);
  rig_force_off (rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  for (guint i = 0; i < G_N_ELEMENTS (bad_starts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/qemu/session/bad-start/%s", bad_starts[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_bad_start);
    }
  g_test_add_func ("/qemu/session/missing-program", test_missing_program);
  g_test_add_func ("/qemu/session/wrong-arguments", test_wrong_arguments);
  g_test_add_func ("/qemu/session/port-in-use", test_port_in_use);
  g_test_add_func ("/qemu/session/cancelled-start", test_cancelled_start);
  g_test_add_func ("/qemu/session/cancelled-before-start", test_cancelled_before_start);
  g_test_add_func ("/qemu/session/forced-off-while-starting", test_forced_off_while_starting);
  g_test_add_data_func ("/qemu/session/uefi/x86_64", "x86_64", test_uefi);
  g_test_add_data_func ("/qemu/session/uefi/aarch64", "aarch64", test_uefi);
  g_test_add_data_func ("/qemu/session/uefi/riscv64", "riscv64", test_uefi);
  g_test_add_func ("/qemu/session/uefi/cancelled", test_uefi_cancelled);
  g_test_add_data_func ("/qemu/session/firmware-only/x86_64", "x86_64", test_firmware_only);
  g_test_add_data_func ("/qemu/session/firmware-only/i386", "i386", test_firmware_only);
  g_test_add_data_func ("/qemu/session/firmware-only/riscv64", "riscv64", test_firmware_only);

  return g_test_run ();
}
