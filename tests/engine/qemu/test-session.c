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
#include "aether-qemu-accelerator.h"
#include "aether-qemu-session.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* A PNG, and more than a blank one */
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

/* --- the beginning ------------------------------------------------------------ */

/* A program in QEMU's place */
static void
set_qemu (AetherCapabilities *capabilities, const char *script)
{
  g_autofree char *template = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "qemu-XXXXXX", NULL);
  g_autofree char *folder = g_mkdtemp (g_steal_pointer (&template));
  g_autofree char *path = g_build_filename (folder, "qemu-system-x86_64", NULL);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_chmod (path, 0755);
  aether_capabilities_add (capabilities, "arch.x86_64", TRUE, path, NULL);
}

static Rig *
new_fake (const char *script)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();

  set_qemu (capabilities, script);

  return rig_new (bundle, machine, capabilities);
}

static void
assert_start_fails (Rig *rig, const char *words)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (rig_start (rig, &error));
  g_assert_nonnull (error);
  if (!strstr (error->message, words))
    g_error ("“%s” does not say “%s”", error->message, words);
  g_assert_cmpint (rig->n_ended, ==, 1);
  g_assert_cmpint (rig->end, ==, AETHER_END_FAILED);
  g_assert_cmpstr (rig->sentence, ==, error->message);
}

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
  g_autoptr(Rig) rig = new_fake (bad_starts[i].script);

  assert_start_fails (rig, bad_starts[i].words);
}

static void
test_missing_program (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
  g_autoptr(Rig) rig = NULL;

  aether_capabilities_add (capabilities, "arch.x86_64", TRUE, "/nowhere/qemu", NULL);
  rig = rig_new (bundle, machine, capabilities);
  assert_start_fails (rig, "/nowhere/qemu");
}

static void
test_wrong_arguments (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(Rig) rig = NULL;

  g_object_set (machine->qemu, "arguments", ((const char *[]) { "-device", "flux-capacitor", NULL }), NULL);
  if (!(rig = new_rig (machine)))
    return;

  assert_start_fails (rig, "flux-capacitor");
  g_assert_nonnull (strstr (rig->output, "flux-capacitor"));
}

static void
test_port_in_use (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(AetherPortForward) forward = NULL;
  g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (machine->networks), 0);
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(Rig) rig = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  forward = g_object_new (AETHER_TYPE_PORT_FORWARD, "host-address", "0.0.0.0", "host-port", (guint) port, NULL);
  g_list_store_append (network->forwards, forward);
  if (!(rig = new_rig (machine)))
    return;

  assert_start_fails (rig, "another program has it");
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
  g_autoptr(Rig) at_once = new_fake ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(Rig) later = new_fake ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(Rig) in_handshake = new_fake ("#!/bin/sh\necho '{\"QMP\": {}}' >&3\nexec sleep 100\n");

  start_and_cancel (at_once, 0);
  start_and_cancel (later, 50);
  start_and_cancel (in_handshake, 50);
}

static void
test_cancelled_before_start (void)
{
  g_autoptr(Rig) rig = new_fake ("#!/bin/sh\nexec sleep 100\n");
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
  g_autoptr(Rig) rig = new_fake ("#!/bin/sh\nexec sleep 100\n");
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
  g_autoptr(AetherMachine) machine = new_machine (data);
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
      force_off (rig);
      g_assert_cmpint (stat (vars, i == 0 ? &first : &second), ==, 0);
    }

  /* Made once, kept afterwards */
  g_assert_cmpuint (first.st_ino, ==, second.st_ino);
}

static void
test_uefi_cancelled (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
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

/* --- the end --------------------------------------------------------------------- */

static void
test_killed (void)
{
  g_autoptr(Rig) rig = new_running ();
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
  g_autoptr(Rig) rig = new_running ();

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
  g_autoptr(Rig) rig = new_running ();

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
  g_autoptr(Rig) rig = new_running ();

  if (rig == NULL)
    return;

  kill (aether_session_get_pid (rig->session), SIGSTOP);
  force_off (rig);
}

static void
test_disposed_while_running (void)
{
  Rig *rig = new_running ();
  int pid;

  if (rig == NULL)
    return;

  pid = aether_session_get_pid (rig->session);
  rig_free (rig);
  while (kill (pid, 0) == 0)
    rig_spin (10);
}

/* --- falling back ------------------------------------------------------------------ */

static Rig *
new_kvm (const char *script, AetherAccelerator wish, AetherCapabilities **capabilities)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
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

      set_qemu (*capabilities, whole);
    }
  bundle = rig_bundle (machine);

  return rig_new (bundle, machine, *capabilities);
}

#define GREETS \
  "echo '{\"QMP\": {}}' >&3\nread x <&3\necho '{\"return\": {}, \"id\": 1}' >&3\nread x <&3\n"
#define RUNS \
  GREETS "echo '{\"event\": \"RESUME\"}' >&3\necho '{\"return\": {}, \"id\": 2}' >&3\nread x <&3\n" \
  "echo '{\"return\": {\"status\": \"running\"}, \"id\": 3}' >&3\n"

static const struct
{
  const char *name;
  const char *script;
} kvm_failures[] = {
  { "cannot-open", "echo 'Could not access KVM kernel module: Permission denied' >&2\nexit 1\n" },
  { "aborts", GREETS "kill -6 $$\n" },
  { "dies-at-once", RUNS "echo 'error: kvm run failed Bad address' >&2\nexit 1\n" },
  { "internal-error", RUNS "echo 'KVM internal error. Suberror: 1' >&2\necho '{\"event\": \"STOP\"}' >&3\nread x <&3\n"
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
  force_off (rig);
}

static void
test_kvm_or_nothing (void)
{
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(Rig) rig = new_kvm (kvm_failures[0].script, AETHER_ACCELERATOR_KVM, &capabilities);

  if (rig)
    assert_start_fails (rig, "Permission denied");
}

/* Killed is not failed */
static void
test_killed_does_not_fall_back (void)
{
  g_autoptr(AetherCapabilities) capabilities = NULL;
  g_autoptr(Rig) rig = new_kvm (RUNS "exec sleep 100\n", AETHER_ACCELERATOR_AUTO, &capabilities);
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  kill (aether_session_get_pid (rig->session), SIGKILL);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
}

/* --- what QEMU tells --------------------------------------------------------------------- */

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
  g_autoptr(Rig) rig = new_fake ("#!/bin/sh\n" RUNS
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
  g_autoptr(Rig) rig = new_fake ("#!/bin/sh\n" RUNS "echo 'segfault at 0' >&3\nexec sleep 100\n");
  g_autoptr(GError) error = NULL;

  rig_start (rig, &error);
  g_assert_no_error (error);
  rig_wait_ended (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
}

/* Boards whose firmware is all they have, in folders with any bytes in their names */
static void
test_firmware_only (gconstpointer data)
{
  g_autoptr(AetherMachine) machine = new_machine (data);
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
  force_off (rig);
}

/* --- screen, input and figures -------------------------------------------------------- */

static void
test_screenshot (void)
{
  g_autoptr(Rig) rig = new_running ();
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  for (guint i = 0; i < 3; i++)
    {
      int fd = take_screenshot (rig, 0, &error);

      g_assert_no_error (error);
      assert_png (fd);
      close (fd);
    }

  g_assert_cmpint (take_screenshot (rig, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  force_off (rig);
}

static void
test_screenshot_into_closed_pipe (void)
{
  g_autoptr(Rig) rig = new_running ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  int fds[2];

  if (rig == NULL)
    return;

  signal (SIGPIPE, SIG_IGN);
  g_assert_cmpint (pipe (fds), ==, 0);
  close (fds[0]);
  aether_session_screenshot_async (rig->session, 0, fds[1], NULL, rig_result_cb, &result);
  close (fds[1]);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_nonnull (strstr (error->message, "cannot be saved"));
  force_off (rig);
}

static void
test_statistics (void)
{
  g_autoptr(Rig) rig = new_running ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) values = NULL;
  guint64 value;

  if (rig == NULL)
    return;

  aether_session_statistics_async (rig->session, NULL, rig_result_cb, &result);
  values = aether_session_statistics_finish (rig->session, rig_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (values, "cpu-time", "t", &value));
  g_assert_cmpuint (value, >, 0);
  g_assert_true (g_variant_lookup (values, "memory", "t", &value));
  g_assert_cmpuint (value, >, 1024 * 1024);
  g_assert_true (g_variant_lookup (values, "disk-read", "t", &value));
  force_off (rig);
}

/* Each thing that can be waited for, cancelled while it waits */
static void
test_cancelled_actions (void)
{
  g_autoptr(Rig) rig = new_running ();
  const char *keys[] = { "a", NULL };
  int fd;

  if (rig == NULL)
    return;

  fd = memfd_create ("screenshot", MFD_CLOEXEC);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      int fds[2];

      switch (i)
        {
        case 0:
          aether_session_control_async (rig->session, AETHER_CONTROL_PAUSE, cancellable, rig_result_cb, &result);
          break;
        case 1:
          aether_session_send_keys_async (rig->session, keys, cancellable, rig_result_cb, &result);
          break;
        case 2:
          aether_session_screenshot_async (rig->session, 0, fd, cancellable, rig_result_cb, &result);
          break;
        case 3:
          g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
          aether_session_open_display_async (rig->session, fds[0], cancellable, rig_result_cb, &result);
          close (fds[1]);
          break;
        case 4:
          aether_session_statistics_async (rig->session, cancellable, rig_result_cb, &result);
          break;
        }

      g_cancellable_cancel (cancellable);
      rig_wait_result (&result);
      if (i == 4)
        g_assert_null (aether_session_statistics_finish (rig->session, result, &error));
      else
        g_assert_false (aether_session_finish (rig->session, result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

      if (i == 0)
        {
          g_autoptr(GError) resume_error = NULL;

          rig_control (rig, AETHER_CONTROL_RESUME, &resume_error);
          g_assert_no_error (resume_error);
        }
    }
  close (fd);
  force_off (rig);
}

static void
test_keys (void)
{
  g_autoptr(Rig) rig = new_running ();
  const char *keys[] = { "ctrl", "alt", "delete", NULL };
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GAsyncResult) paused = NULL;
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  aether_session_send_keys_async (rig->session, keys, NULL, rig_result_cb, &result);
  g_assert_true (aether_session_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_no_error (error);

  rig_control (rig, AETHER_CONTROL_PAUSE, NULL);
  rig_wait_state (rig, AETHER_STATE_PAUSED);
  aether_session_send_keys_async (rig->session, keys, NULL, rig_result_cb, &paused);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&paused), &error));
  g_assert_nonnull (strstr (error->message, "paused"));
  force_off (rig);
}

static GDBusConnection *
connect_display (Rig *rig)
{
  g_autoptr(GAsyncResult) opened = NULL;
  g_autoptr(GAsyncResult) connected = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GSocketConnection) stream = NULL;
  GDBusConnection *connection;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  aether_session_open_display_async (rig->session, fds[0], NULL, rig_result_cb, &opened);
  aether_session_finish (rig->session, rig_wait_result (&opened), &error);
  g_assert_no_error (error);
  g_assert_cmpint (close (fds[0]), ==, -1);   /* was taken */

  socket = g_socket_new_from_fd (fds[1], &error);
  g_assert_no_error (error);
  stream = g_socket_connection_factory_create_connection (socket);
  g_dbus_connection_new (G_IO_STREAM (stream), NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL, NULL,
                         rig_result_cb, &connected);
  connection = g_dbus_connection_new_finish (rig_wait_result (&connected), &error);
  g_assert_no_error (error);

  return connection;
}

static void
test_display (void)
{
  g_autoptr(Rig) rig = new_running ();
  g_autoptr(GDBusConnection) first = NULL;
  g_autoptr(GDBusConnection) second = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GVariant) answer = NULL;
  g_autoptr(GVariant) name = NULL;
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  first = connect_display (rig);
  second = connect_display (rig);

  /* One has the display: the older one's socket closes */
  while (!g_dbus_connection_is_closed (first))
    g_main_context_iteration (NULL, TRUE);

  g_dbus_connection_call (second, NULL, "/org/qemu/Display1/VM", "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", "org.qemu.Display1.VM", "Name"), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, rig_result_cb, &result);
  answer = g_dbus_connection_call_finish (second, rig_wait_result (&result), &error);
  g_assert_no_error (error);
  g_variant_get (answer, "(v)", &name);
  g_assert_cmpstr (g_variant_get_string (name, NULL), ==, "Test, \"1\" = 100%");

  force_off (rig);
}

/* Silent peers, whose handshake QEMU waits for, and quick ones behind them: the newest has the
 * display all the same. */
static void
test_display_in_a_hurry (void)
{
  g_autoptr(Rig) rig = new_running ();

  if (rig == NULL)
    return;

  for (guint i = 0; i < 4; i++)
    {
      GAsyncResult *silent[3] = { NULL };
      g_autoptr(GDBusConnection) connection = NULL;
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GVariant) answer = NULL;
      g_autoptr(GError) error = NULL;
      int peers[3];

      for (guint n = 0; n < 3; n++)
        {
          int fds[2];

          g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
          peers[n] = fds[1];
          aether_session_open_display_async (rig->session, fds[0], NULL, rig_result_cb, &silent[n]);
        }

      connection = connect_display (rig);
      g_dbus_connection_call (connection, NULL, "/org/qemu/Display1/VM", "org.freedesktop.DBus.Peer", "Ping",
                              NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, rig_result_cb, &result);
      answer = g_dbus_connection_call_finish (connection, rig_wait_result (&result), &error);
      g_assert_no_error (error);

      for (guint n = 0; n < 3; n++)
        {
          g_assert_true (aether_session_finish (rig->session, rig_wait_result (&silent[n]), &error));
          g_clear_object (&silent[n]);
          close (peers[n]);
        }
    }

  force_off (rig);
}

static void
test_no_display (void)
{
  g_autoptr(AetherMachine) machine = new_machine ("x86_64");
  g_autoptr(Rig) rig = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  int fds[2];

  g_list_store_remove_all (machine->displays);
  if (!(rig = new_rig (machine)))
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  aether_session_open_display_async (rig->session, fds[0], NULL, rig_result_cb, &result);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_cmpint (take_screenshot (rig, 0, &error), ==, -1);
  g_assert_nonnull (strstr (error->message, "no display"));
  close (fds[1]);
  force_off (rig);
}

/* --- a real system ------------------------------------------------------------------- */

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
  g_assert_true (rig_wait_serial (rig, "AETHER-READY", 120));
  g_assert_cmpstr (aether_session_get_accelerator (rig->session), ==, works ? "kvm" : "tcg");
  g_assert_cmpuint (rig->findings->len, ==, works ? 0 : 1);
  force_off (rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/new-destroy", test_new_destroy);
  g_test_add_func ("/qemu/session/start-pause-resume-off", test_start_pause_resume_off);
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
  g_test_add_func ("/qemu/session/killed", test_killed);
  g_test_add_func ("/qemu/session/crashed", test_crashed);
  g_test_add_func ("/qemu/session/terminated", test_terminated);
  g_test_add_func ("/qemu/session/stuck", test_stuck);
  g_test_add_func ("/qemu/session/disposed-while-running", test_disposed_while_running);
  for (guint i = 0; i < G_N_ELEMENTS (kvm_failures); i++)
    {
      g_autofree char *path = g_strdup_printf ("/qemu/session/falls-back/%s", kvm_failures[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_falls_back);
    }
  g_test_add_func ("/qemu/session/falls-back/kvm-or-nothing", test_kvm_or_nothing);
  g_test_add_func ("/qemu/session/falls-back/not-when-killed", test_killed_does_not_fall_back);
  g_test_add_func ("/qemu/session/events", test_events);
  g_test_add_func ("/qemu/session/nonsense-while-running", test_nonsense_while_running);
  g_test_add_data_func ("/qemu/session/firmware-only/x86_64", "x86_64", test_firmware_only);
  g_test_add_data_func ("/qemu/session/firmware-only/i386", "i386", test_firmware_only);
  g_test_add_data_func ("/qemu/session/firmware-only/riscv64", "riscv64", test_firmware_only);
  g_test_add_func ("/qemu/session/screenshot", test_screenshot);
  g_test_add_func ("/qemu/session/screenshot-into-closed-pipe", test_screenshot_into_closed_pipe);
  g_test_add_func ("/qemu/session/statistics", test_statistics);
  g_test_add_func ("/qemu/session/cancelled-actions", test_cancelled_actions);
  g_test_add_func ("/qemu/session/keys", test_keys);
  g_test_add_func ("/qemu/session/display", test_display);
  g_test_add_func ("/qemu/session/display-in-a-hurry", test_display_in_a_hurry);
  g_test_add_func ("/qemu/session/no-display", test_no_display);
  g_test_add_data_func ("/qemu/session/linux/x86_64", "x86_64", test_linux);
  g_test_add_data_func ("/qemu/session/linux/aarch64", "aarch64", test_linux);
  g_test_add_func ("/qemu/session/linux/on-kvm", test_linux_on_kvm);

  return g_test_run ();
}
