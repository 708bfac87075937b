/* test-engine.c - the engine as others see it: a plug-in called "qemu"
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-engine.h"
#include "rig.h"

static AetherEngine *
lookup (void)
{
  g_autoptr(GError) error = NULL;
  AetherEngine *engine = aether_engine_lookup ("qemu", &error);

  g_assert_no_error (error);

  return engine;
}

static void
test_plug_in (void)
{
  g_autoptr(AetherEngine) engine = lookup ();

  g_assert_cmpstr (aether_engine_get_id (engine), ==, "qemu");
  g_assert_cmpstr (aether_engine_get_title (engine), ==, "QEMU");
}

static void
test_probe_check_command (void)
{
  g_autoptr(AetherEngine) engine = lookup ();
  g_autoptr(AetherMachine) machine = aether_machine_new ("Engine", "x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(AetherSession) session = NULL;
  g_autoptr(GAsyncResult) probed = NULL;
  g_autoptr(GAsyncResult) checked = NULL;
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) command = NULL;

  aether_engine_probe_async (engine, "x86_64", FALSE, NULL, rig_result_cb, &probed);
  capabilities = aether_engine_probe_finish (engine, rig_wait_result (&probed), &error);
  g_assert_no_error (error);

  aether_engine_check_async (engine, bundle, machine, capabilities, NULL, rig_result_cb, &checked);
  findings = aether_engine_check_finish (engine, rig_wait_result (&checked), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, >, 0);   /* it has nothing to start from */

  session = aether_engine_create_session (engine, bundle, machine, capabilities, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aether_session_get_state (session), ==, AETHER_STATE_STOPPED);

  command = aether_engine_dup_command (engine, bundle, machine, capabilities, &error);
  if (aether_capabilities_has (capabilities, "arch.x86_64"))
    g_assert_true (g_str_has_suffix (command[0], "qemu-system-x86_64"));
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_cancelled (void)
{
  g_autoptr(AetherEngine) engine = lookup ();
  g_autoptr(AetherMachine) machine = aether_machine_new ("Engine", "x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) probed = NULL;
  g_autoptr(GAsyncResult) checked = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  aether_engine_probe_async (engine, NULL, TRUE, cancellable, rig_result_cb, &probed);
  g_assert_null (aether_engine_probe_finish (engine, rig_wait_result (&probed), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  aether_engine_check_async (engine, bundle, machine, capabilities, cancellable, rig_result_cb, &checked);
  g_assert_null (aether_engine_check_finish (engine, rig_wait_result (&checked), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/engine/plug-in", test_plug_in);
  g_test_add_func ("/qemu/engine/probe-check-command", test_probe_check_command);
  g_test_add_func ("/qemu/engine/cancelled", test_cancelled);

  return g_test_run ();
}
