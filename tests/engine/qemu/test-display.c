/* test-display.c - who has the display of a machine in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "session-rig.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
  g_autoptr(Rig) rig = rig_running ();
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

  rig_force_off (rig);
}

/* Silent peers, whose handshake QEMU waits for, and quick ones behind them: the newest has the
 * display all the same. */
static void
test_display_in_a_hurry (void)
{
  g_autoptr(Rig) rig = rig_running ();

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

  rig_force_off (rig);
}

static void
test_no_display (void)
{
  g_autoptr(AetherMachine) machine = rig_machine ("x86_64");
  g_autoptr(Rig) rig = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  int fds[2];

  g_list_store_remove_all (machine->displays);
  if (!(rig = rig_of_machine (machine)))
    return;

  rig_start (rig, &error);
  g_assert_no_error (error);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  aether_session_open_display_async (rig->session, fds[0], NULL, rig_result_cb, &result);
  g_assert_false (aether_session_finish (rig->session, rig_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_cmpint (rig_screenshot (rig, 0, &error), ==, -1);
  g_assert_nonnull (strstr (error->message, "no display"));
  close (fds[1]);
  rig_force_off (rig);
}

/* Two VNC peers beside the D-Bus display; nothing listens for a third. */
static void
test_vnc (void)
{
  g_autoptr(Rig) rig = rig_running ();
  g_autoptr(GDBusConnection) display = NULL;

  if (rig == NULL)
    return;

  display = connect_display (rig);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr(GAsyncResult) opened = NULL;
      g_autoptr(GError) error = NULL;
      char version[13] = { 0 };
      int fds[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
      aether_session_open_vnc_async (rig->session, fds[0], NULL, rig_result_cb, &opened);
      g_assert_true (aether_session_finish (rig->session, rig_wait_result (&opened), &error));
      g_assert_no_error (error);
      g_assert_cmpint (recv (fds[1], version, 12, MSG_WAITALL), ==, 12);
      g_assert_cmpstr (version, ==, "RFB 003.008\n");
      close (fds[1]);
    }
  g_assert_false (g_dbus_connection_is_closed (display));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_func ("/qemu/session/display", test_display);
  g_test_add_func ("/qemu/session/display-in-a-hurry", test_display_in_a_hurry);
  g_test_add_func ("/qemu/session/no-display", test_no_display);
  g_test_add_func ("/qemu/session/vnc", test_vnc);

  return g_test_run ();
}
