/* session-rig.c - machines that run in the real QEMU, or in a script in its place
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

AetherMachine *
rig_machine (const char *arch)
{
  AetherMachine *machine = aether_machine_new ("Test, \"1\" = 100%", arch);

  g_object_set (machine->memory, "size", 64, NULL);
  g_object_set (machine->cpu, "count", 1, NULL);
  g_object_set (machine->qemu, "accelerator", AETHER_ACCELERATOR_TCG, NULL);
  g_object_set (machine->firmware, "kind", AETHER_FIRMWARE_BIOS, NULL);

  return machine;
}

Rig *
rig_of_machine (AetherMachine *machine)
{
  g_autoptr(AetherCapabilities) capabilities = rig_capabilities (machine->arch);
  g_autoptr(AetherBundle) bundle = NULL;

  if (capabilities == NULL)
    return NULL;

  bundle = rig_bundle (machine);

  return rig_new (bundle, machine, capabilities);
}

Rig *
rig_running (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(GError) error = NULL;
  Rig *rig = rig_of_machine (machine);

  if (rig == NULL)
    return NULL;

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_RUNNING);
  g_assert_cmpstr (aether_session_get_accelerator (rig->session), ==, "tcg");
  g_assert_cmpint (aether_session_get_pid (rig->session), >, 0);

  return rig;
}

void
rig_force_off (Rig *rig)
{
  g_autoptr(GError) error = NULL;

  rig_control (rig, AETHER_CONTROL_FORCE_OFF, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rig->n_ended, ==, 1);
  g_assert_cmpint (rig->end, ==, AETHER_END_FORCED);
}

int
rig_screenshot (Rig *rig, guint display, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;
  int fd = memfd_create ("screenshot", MFD_CLOEXEC);

  aether_session_screenshot_async (rig->session, display, fd, NULL, rig_result_cb, &result);
  if (aether_session_finish (rig->session, rig_wait_result (&result), error))
    return fd;

  close (fd);
  return -1;
}

void
rig_assert_png (int fd)
{
  static const char signature[] = "\x89PNG\r\n\x1a\n";
  char head[8];

  g_assert_cmpint (pread (fd, head, sizeof head, 0), ==, sizeof head);
  g_assert_cmpmem (head, sizeof head, signature, sizeof signature - 1);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), >, 500);
}

void
rig_write_serial (Rig *rig, const char *text)
{
  g_autoptr(GBytes) bytes = g_bytes_new (text, strlen (text));

  aether_session_write_serial (rig->session, 0, bytes);
}

void
rig_type_text (Rig *rig, const char *text)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_type_text_async (rig->session, text, NULL, rig_result_cb, &result);
  aether_session_finish (rig->session, rig_wait_result (&result), &error);
  g_assert_no_error (error);
}

void
rig_set_qemu (AetherCapabilities *capabilities, const char *script)
{
  g_autofree char *template = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "qemu-XXXXXX", NULL);
  g_autofree char *folder = g_mkdtemp (g_steal_pointer (&template));
  g_autofree char *path = g_build_filename (folder, "qemu-system-x86_64", NULL);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_chmod (path, 0755);
  aether_capabilities_add (capabilities, "arch.x86_64", TRUE, path, NULL);
}

Rig *
rig_fake (const char *script)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherBundle) bundle = rig_bundle (machine);
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();

  rig_set_qemu (capabilities, script);

  return rig_new (bundle, machine, capabilities);
}

void
rig_assert_start_fails (Rig *rig, const char *words)
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
