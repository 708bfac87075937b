/* test-actions.c - screen, keys and figures of a machine in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void
test_screenshot (void)
{
  g_autoptr(Rig) rig = rig_running ();
  g_autoptr(GError) error = NULL;

  if (rig == NULL)
    return;

  for (guint i = 0; i < 3; i++)
    {
      int fd = rig_screenshot (rig, 0, &error);

      g_assert_no_error (error);
      rig_assert_png (fd);
      close (fd);
    }

  g_assert_cmpint (rig_screenshot (rig, 1, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  rig_force_off (rig);
}

static void
test_screenshot_into_closed_pipe (void)
{
  g_autoptr(Rig) rig = rig_running ();
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
  rig_force_off (rig);
}

static void
test_statistics (void)
{
  g_autoptr(Rig) rig = rig_running ();
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
  rig_force_off (rig);
}

static char *
list_drives (Rig *rig)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GVariant) drives = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_list_drives_async (rig->session, NULL, rig_result_cb, &result);
  drives = aether_session_statistics_finish (rig->session, rig_wait_result (&result), &error);
  g_assert_no_error (error);

  return g_variant_print (drives, FALSE);
}

static gboolean
change_medium (Rig *rig, const char *drive, const char *file, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_session_change_medium_async (rig->session, drive, file, FALSE, NULL, rig_result_cb, &result);

  return aether_session_finish (rig->session, rig_wait_result (&result), error);
}

static void
test_media (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", "cd0", "kind", AETHER_DRIVE_CDROM,
                                               "interface", AETHER_DRIVE_SATA, NULL);
  g_autofree char *disc = NULL, *drives = NULL, *expected = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(Rig) rig = NULL;
  int fd;

  g_list_store_append (machine->drives, drive);
  rig = rig_of_machine (machine);
  if (rig == NULL)
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  drives = list_drives (rig);
  g_assert_cmpstr (drives, ==, "[('cd0', 'cdrom', '', false)]");

  fd = g_file_open_tmp ("disc, 1-XXXXXX.iso", &disc, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ftruncate (fd, 1024 * 1024), ==, 0);
  close (fd);
  change_medium (rig, "cd0", disc, &error);
  g_assert_no_error (error);
  g_free (drives);
  drives = list_drives (rig);
  expected = g_strdup_printf ("[('cd0', 'cdrom', '%s', false)]", disc);
  g_assert_cmpstr (drives, ==, expected);

  change_medium (rig, "cd0", NULL, &error);
  g_assert_no_error (error);
  g_free (drives);
  drives = list_drives (rig);
  g_assert_nonnull (strstr (drives, "'cd0', 'cdrom', ''"));

  g_assert_false (change_medium (rig, "cd0", "/nowhere.iso", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (change_medium (rig, "cd0", "/", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (change_medium (rig, "cd0", "relative.iso", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (change_medium (rig, "cd1", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  unlink (disc);
  rig_force_off (rig);
}

/* Each thing that can be waited for, cancelled while it waits */
static void
test_cancelled_actions (void)
{
  g_autoptr(Rig) rig = rig_running ();
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
  rig_force_off (rig);
}

static void
test_keys (void)
{
  g_autoptr(Rig) rig = rig_running ();
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
  rig_force_off (rig);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/screenshot", test_screenshot);
  g_test_add_func ("/qemu/session/screenshot-into-closed-pipe", test_screenshot_into_closed_pipe);
  g_test_add_func ("/qemu/session/statistics", test_statistics);
  g_test_add_func ("/qemu/session/media", test_media);
  g_test_add_func ("/qemu/session/cancelled-actions", test_cancelled_actions);
  g_test_add_func ("/qemu/session/keys", test_keys);

  return g_test_run ();
}
