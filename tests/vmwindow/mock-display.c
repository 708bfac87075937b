/* mock-display.c - the machine's side of org.qemu.Display1, in this process, as a test wants it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "mock-display.h"

#include <gio/gunixfdlist.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aether-display1.h"

#define CONSOLE_PATH "/org/qemu/Display1/Console_0"
#define LISTENER_PATH "/org/qemu/Display1/Listener"

struct _MockDisplay
{
  GDBusConnection    *connection;
  GDBusConnection    *listener;
  AetherQemuConsole  *console;
  AetherQemuKeyboard *keyboard;
  AetherQemuMouse    *mouse;
  AetherQemuMultiTouch *screen;
  GString            *input;
  gboolean            mute;
  gboolean            curt;
  GPtrArray          *unanswered;
  gboolean            failed;
};

static GIOStream *
stream_from_fd (int fd)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) socket = g_socket_new_from_fd (fd, &error);

  g_assert_no_error (error);
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static void
listener_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  MockDisplay *self = user_data;

  self->listener = g_dbus_connection_new_finish (result, NULL);
  self->failed = self->listener == NULL;
}

/* All that came is read, so that the other end sees the end of it and no error */
void
mock_display_hang_up_in_handshake (int fd)
{
  char byte = 0;

  while (byte != '\n')
    g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  close (fd);
}

static gboolean
handle_register (AetherQemuConsole *console, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                 GVariant *handle, MockDisplay *self)
{
  g_autoptr(GIOStream) stream = NULL;
  g_autofree char *guid = g_dbus_generate_guid ();

  if (self->mute)
    {
      g_ptr_array_add (self->unanswered, g_object_ref (invocation));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  if (self->curt)
    {
      mock_display_hang_up_in_handshake (g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL));
      aether_qemu_console_complete_register_listener (console, invocation, NULL);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  stream = stream_from_fd (g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL));
  g_dbus_connection_new (stream, guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER, NULL, NULL,
                         listener_ready, self);
  aether_qemu_console_complete_register_listener (console, invocation, NULL);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_key (AetherQemuKeyboard *keyboard, GDBusMethodInvocation *invocation, guint qnum,
            MockDisplay *self)
{
  gboolean down = g_str_equal (g_dbus_method_invocation_get_method_name (invocation), "Press");

  g_string_append_printf (self->input, "key %u %d; ", qnum, down);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_button (AetherQemuMouse *mouse, GDBusMethodInvocation *invocation, guint button,
               MockDisplay *self)
{
  gboolean down = g_str_equal (g_dbus_method_invocation_get_method_name (invocation), "Press");

  g_string_append_printf (self->input, "button %u %d; ", button, down);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_position (AetherQemuMouse *mouse, GDBusMethodInvocation *invocation, guint x, guint y,
                 MockDisplay *self)
{
  g_string_append_printf (self->input, "at %u %u; ", x, y);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_touch (AetherQemuMultiTouch *screen, GDBusMethodInvocation *invocation, guint kind,
              guint64 finger, double x, double y, MockDisplay *self)
{
  g_string_append_printf (self->input, "touch %u %u %g %g; ", kind, (guint) finger, x, y);
  g_dbus_method_invocation_return_value (invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
connection_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  MockDisplay *self = user_data;
  gpointer skeletons[] = { self->console, self->keyboard, self->mouse, self->screen };

  self->connection = g_dbus_connection_new_finish (result, NULL);
  if (self->connection == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (skeletons); i++)
    g_dbus_interface_skeleton_export (skeletons[i], self->connection, CONSOLE_PATH, NULL);
  g_dbus_connection_start_message_processing (self->connection);
}

MockDisplay *
mock_display_new_for_fd (int fd)
{
  MockDisplay *self = g_new0 (MockDisplay, 1);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr(GIOStream) ours = stream_from_fd (fd);

  self->input = g_string_new (NULL);
  self->unanswered = g_ptr_array_new_with_free_func (g_object_unref);
  self->console = aether_qemu_console_skeleton_new ();
  g_signal_connect (self->console, "handle-register-listener", G_CALLBACK (handle_register), self);
  self->keyboard = aether_qemu_keyboard_skeleton_new ();
  g_signal_connect (self->keyboard, "handle-press", G_CALLBACK (handle_key), self);
  g_signal_connect (self->keyboard, "handle-release", G_CALLBACK (handle_key), self);
  self->screen = aether_qemu_multi_touch_skeleton_new ();
  g_signal_connect (self->screen, "handle-send-event", G_CALLBACK (handle_touch), self);
  self->mouse = aether_qemu_mouse_skeleton_new ();
  aether_qemu_mouse_set_is_absolute (self->mouse, TRUE);
  g_signal_connect (self->mouse, "handle-press", G_CALLBACK (handle_button), self);
  g_signal_connect (self->mouse, "handle-release", G_CALLBACK (handle_button), self);
  g_signal_connect (self->mouse, "handle-set-abs-position", G_CALLBACK (handle_position), self);

  g_dbus_connection_new (ours, guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                         G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, NULL, connection_ready, self);

  return self;
}

int
mock_display_new_pair (GIOStream **stream)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  *stream = stream_from_fd (fds[0]);

  return fds[1];
}

MockDisplay *
mock_display_new (GIOStream **stream)
{
  return mock_display_new_for_fd (mock_display_new_pair (stream));
}

void
mock_display_vanish (MockDisplay *self)
{
  if (self->listener)
    g_dbus_connection_close_sync (self->listener, NULL, NULL);
  if (self->connection)
    g_dbus_connection_close_sync (self->connection, NULL, NULL);
}

void
mock_display_free (MockDisplay *self)
{
  mock_display_vanish (self);
  for (guint i = 0; i < self->unanswered->len; i++)
    g_dbus_method_invocation_return_error_literal (self->unanswered->pdata[i], G_IO_ERROR,
                                                   G_IO_ERROR_CLOSED, "gone");
  g_ptr_array_unref (self->unanswered);
  /* The callbacks that are under way use self. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->console);
  g_clear_object (&self->keyboard);
  g_clear_object (&self->mouse);
  g_clear_object (&self->screen);
  g_clear_object (&self->listener);
  g_clear_object (&self->connection);
  g_string_free (self->input, TRUE);
  g_free (self);
}

void
mock_display_set_mute (MockDisplay *self, gboolean mute)
{
  self->mute = mute;
}

void
mock_display_set_curt (MockDisplay *self, gboolean curt)
{
  self->curt = curt;
}

void
mock_display_wait (MockDisplay *self)
{
  while (self->listener == NULL && !self->failed)
    g_main_context_iteration (NULL, TRUE);
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

gboolean
mock_display_call (MockDisplay *self, gboolean map, const char *method, GVariant *args, int fd,
                   GError **error)
{
  g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GVariant) reply = NULL;

  if (fd >= 0)
    g_unix_fd_list_append (fds, fd, NULL);

  g_dbus_connection_call_with_unix_fd_list (self->listener, NULL, LISTENER_PATH,
                                            map ? "org.qemu.Display1.Listener.Unix.Map"
                                                : "org.qemu.Display1.Listener",
                                            method, args, NULL, G_DBUS_CALL_FLAGS_NONE, 240000, fds,
                                            NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  reply = g_dbus_connection_call_with_unix_fd_list_finish (self->listener, NULL, result, error);
  return reply != NULL;
}

gboolean
mock_display_offers_maps (MockDisplay *self)
{
  g_autoptr(GVariant) reply =
    g_dbus_connection_call_sync (self->listener, NULL, LISTENER_PATH,
                                 "org.freedesktop.DBus.Properties", "Get",
                                 g_variant_new ("(ss)", "org.qemu.Display1.Listener", "Interfaces"),
                                 NULL, G_DBUS_CALL_FLAGS_NONE, 240000, NULL, NULL);
  g_autofree char *text = reply ? g_variant_print (reply, FALSE) : g_strdup ("");

  return strstr (text, "org.qemu.Display1.Listener.Unix.Map") != NULL;
}

const char *
mock_display_get_input (MockDisplay *self)
{
  return self->input->str;
}

void
mock_display_set_leds (MockDisplay *self, guint leds)
{
  aether_qemu_keyboard_set_modifiers (self->keyboard, leds);
}
