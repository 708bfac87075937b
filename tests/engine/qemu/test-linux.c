/* test-linux.c - a real system in QEMU: it boots, takes keys and shuts down
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include "aether-paths.h"
#include "aether-qemu-accelerator.h"

#include <unistd.h>

static AetherMachine *
new_linux (const char *arch)
{
  g_autofree char *folder = aether_paths_find_guest (arch);
  g_autofree char *kernel = folder ? g_build_filename (folder, "vmlinuz", NULL) : NULL;
  g_autofree char *initrd = folder ? g_build_filename (folder, "initrd", NULL) : NULL;
  g_autofree char *file = folder ? g_build_filename (folder, "cmdline", NULL) : NULL;
  g_autofree char *append = NULL;
  AetherMachine *machine;

  if (folder == NULL || !g_file_get_contents (file, &append, NULL, NULL))
    {
      g_test_skip ("The demo guest is not there: run build-aux/setup first.");
      return NULL;
    }

  machine = rig_machine (arch);
  g_object_set (machine->memory, "size", 256, NULL);
  g_object_set (machine->cpu, "count", 1, NULL);
  g_object_set (machine->firmware, "kernel", kernel, "initrd", initrd, "append", g_strchomp (append), NULL);

  return machine;
}

/* All of it with a real system: it boots, listens on its serial port, takes
 * keys, stops its clock, and switches itself off when asked. */
static void
test_linux (gconstpointer data)
{
  g_autoptr(AetherMachine) machine = new_linux (data);
  g_autoptr(GError) error = NULL;
  g_autoptr(Rig) rig = machine ? rig_of_machine (machine) : NULL;
  int fd;

  if (rig == NULL)
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_true (rig_wait_serial (rig, "AETHER-READY", 600));

  rig_write_serial (rig, "echo serial-$((6*7))\n");
  g_assert_true (rig_wait_serial (rig, "serial-42", 240));

  rig_type_text (rig, "echo \"Typed: $((7*8)) {~|!}\" | tee /dev/$(ls /dev | grep -E '^tty(S0|AMA0)$')\n");
  g_assert_true (rig_wait_serial (rig, "Typed: 56 {~|!}", 240));

  fd = rig_screenshot (rig, 0, &error);
  g_assert_no_error (error);
  rig_assert_png (fd);
  close (fd);

  rig_control (rig, AETHER_CONTROL_REQUEST_SHUTDOWN, &error);
  g_assert_no_error (error);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CLEAN);
  g_assert_null (rig->output);
}

/* This computer's own KVM, believed blindly: whether it can run a guest or
 * not, the machine comes up. */
static void
test_linux_on_kvm (void)
{
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(Rig) rig = NULL;
  g_autofree char *reason = aether_qemu_accelerator_check_kvm (AETHER_QEMU_KVM_DEVICE);
  gboolean works;

  if (reason || !aether_qemu_accelerator_can_run ("x86_64"))
    {
      g_test_skip (reason ? reason : "This computer is no x86_64.");
      return;
    }
  if (!(machine = new_linux ("x86_64")) || !(capabilities = rig_capabilities ("x86_64")))
    return;

  works = aether_capabilities_has (capabilities, "accelerator.x86_64.kvm");
  aether_capabilities_add (capabilities, "accelerator.x86_64.kvm", TRUE, NULL, NULL);
  g_object_set (machine->qemu, "accelerator", AETHER_ACCELERATOR_AUTO, NULL);
  bundle = rig_bundle (machine);
  rig = rig_new (bundle, machine, capabilities);

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_true (rig_wait_serial (rig, "AETHER-READY", 600));
  g_assert_cmpstr (aether_session_get_accelerator (rig->session), ==, works ? "kvm" : "tcg");
  g_assert_cmpuint (rig->findings->len, ==, works ? 0 : 1);
  rig_force_off (rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_data_func ("/qemu/session/linux/x86_64", "x86_64", test_linux);
  g_test_add_data_func ("/qemu/session/linux/aarch64", "aarch64", test_linux);
  g_test_add_func ("/qemu/session/linux/on-kvm", test_linux_on_kvm);

  return g_test_run ();
}
