/* test-fall-back.c - emulation in the place of a KVM that cannot
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include "aether-finding.h"

#include <signal.h>

static Rig *
new_kvm (const char *script, AetherAccelerator wish, AetherCapabilities **capabilities)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = NULL;

  if (!(*capabilities = rig_capabilities ("x86_64")))
    return NULL;

  g_object_set (machine->qemu, "accelerator", wish, NULL);
  aether_capabilities_add (*capabilities, "accelerator.x86_64.kvm", TRUE, NULL, NULL);
  if (script)
    {
      const char *real = aether_capabilities_lookup (*capabilities, "arch.x86_64")->value;
      g_autofree char *whole = g_strdup_printf ("#!/bin/sh\ncase \"$*\" in *'-accel kvm'*) ;; *) exec %s \"$@\";; esac\n%s",
                                                real, script);

      rig_set_qemu (*capabilities, whole);
    }
  bundle = rig_bundle (machine);

  return rig_new (bundle, machine, *capabilities);
}

static const struct
{
  const char *name;
  const char *script;
} kvm_failures[] = {
  { "cannot-open", "echo 'Could not access KVM kernel module: Permission denied' >&2\nexit 1\n" },
  { "aborts", RIG_GREETS "kill -6 $$\n" },
  { "dies-at-once", RIG_RUNS "echo 'error: kvm run failed Bad address' >&2\nexit 1\n" },
  { "internal-error", RIG_RUNS "echo 'KVM internal error. Suberror: 1' >&2\necho '{\"event\": \"STOP\"}' >&3\nread x <&3\n"
    "echo '{\"return\": {\"status\": \"internal-error\"}, \"id\": 4}' >&3\nexec sleep 100\n" },
};

static void
test_falls_back (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(Rig) rig = new_kvm (kvm_failures[i].script, AETHER_ACCELERATOR_AUTO, &capabilities);
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  while (g_strcmp0 (aether_session_get_accelerator (rig->session), "tcg") != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (rig->findings->len, ==, 1);
  g_assert_cmpstr (aether_finding_get_id (rig->findings->pdata[0]), ==, "accelerator.fell-back");
  g_test_message ("%s", aether_finding_get_sentence (rig->findings->pdata[0]));
  g_assert_false (aether_capabilities_has (capabilities, "accelerator.x86_64.kvm"));
  g_assert_cmpint (rig->n_ended, ==, 0);
  rig_force_off (rig);
}

static void
test_kvm_or_nothing (void)
{
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(Rig) rig = new_kvm (kvm_failures[0].script, AETHER_ACCELERATOR_KVM, &capabilities);

  if (rig)
    rig_assert_start_fails (rig, "Permission denied");
}

/* Killed is not failed */
static void
test_killed_does_not_fall_back (void)
{
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(Rig) rig = new_kvm (RIG_RUNS "exec sleep 100\n", AETHER_ACCELERATOR_AUTO, &capabilities);
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  kill (aether_session_get_pid (rig->session), SIGKILL);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  for (guint i = 0; i < G_N_ELEMENTS (kvm_failures); i++)
    {
      g_autofree char *path = g_strdup_printf ("/qemu/session/falls-back/%s", kvm_failures[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_falls_back);
    }
  g_test_add_func ("/qemu/session/falls-back/kvm-or-nothing", test_kvm_or_nothing);
  g_test_add_func ("/qemu/session/falls-back/not-when-killed", test_killed_does_not_fall_back);

  return g_test_run ();
}
