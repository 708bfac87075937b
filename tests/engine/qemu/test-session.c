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
#include "aether-paths.h"
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

static int
take_screenshot (Rig *rig, guint display, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  int fd = memfd_create ("screenshot", MFD_CLOEXEC);

  aether_session_screenshot_async (rig->session, display, fd, NULL, rig_result_cb, &result);
  if (aether_session_finish (rig->session, rig_wait_result (&result), error))
    return fd;

  close (fd);
  return -1;
}

/* Width, height and whether any two bytes of the picture's data differ much is
 * not looked into: only that it is a PNG that has something in it. */
static void
assert_png (int fd)
{
  static const char signature[] = "\x89PNG\r\n\x1a\n";
  char head[8];

  g_assert_cmpint (pread (fd, head, sizeof head, 0), ==, sizeof head);
  g_assert_cmpmem (head, sizeof head, signature, sizeof signature - 1);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), >, 500);
}

static void
write_serial (Rig *rig, const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  aether_session_write_serial (rig->session, 0, bytes);
}

static void
type_text (Rig *rig, const char *text)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_type_text_async (rig->session, text, NULL, rig_result_cb, &result);
  aether_session_finish (rig->session, rig_wait_result (&result), &error);
  g_assert_no_error (error);
}

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

  machine = new_machine (arch);
  g_object_set (machine->memory, "size", 256, NULL);
  g_object_set (machine->cpu, "count", 2, NULL);
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
  g_autoptr(Rig) rig = machine ? new_rig (machine) : NULL;
  int fd;

  if (rig == NULL)
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_true (rig_wait_serial (rig, "AETHER-READY", 120));

  write_serial (rig, "echo serial-$((6*7))\n");
  g_assert_true (rig_wait_serial (rig, "serial-42", 30));

  type_text (rig, "echo \"Typed: $((7*8)) {~|!}\" | tee /dev/$(ls /dev | grep -E '^tty(S0|AMA0)$')\n");
  g_assert_true (rig_wait_serial (rig, "Typed: 56 {~|!}", 30));

  fd = take_screenshot (rig, 0, &error);
  g_assert_no_error (error);
  assert_png (fd);
  if (g_getenv ("AETHER_TEST_KEEP"))
    {
      g_autofree char *path = g_strdup_printf ("%s/%s.png", g_getenv ("AETHER_TEST_KEEP"), (const char *) data);
      g_autofree char *source = g_strdup_printf ("/proc/self/fd/%d", fd);
      g_autofree char *png = NULL;
      gsize length;

      g_file_get_contents (source, &png, &length, NULL);
      g_file_set_contents (path, png, length, NULL);
    }
  close (fd);

  rig_control (rig, AETHER_CONTROL_REQUEST_SHUTDOWN, &error);
  g_assert_no_error (error);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CLEAN);
  g_assert_null (rig->output);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/new-destroy", test_new_destroy);
  g_test_add_func ("/qemu/session/start-pause-resume-off", test_start_pause_resume_off);

  g_test_add_data_func ("/qemu/session/linux/x86_64", "x86_64", test_linux);
  g_test_add_data_func ("/qemu/session/linux/aarch64", "aarch64", test_linux);

  return g_test_run ();
}
