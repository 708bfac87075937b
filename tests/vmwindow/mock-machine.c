/* mock-machine.c - org.aether.Machine1 in this process: a machine without an engine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "mock-machine.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "aether-machine1.h"
#include "aether-run.h"
#include "mock-vnc.h"

struct _MockMachine
{
  AetherBundle       *bundle;
  AetherRun          *run;
  AetherMachine1     *machine;
  GDBusServer        *server;
  GPtrArray          *connections;
  GPtrArray          *displays;
  GString            *calls;
  gboolean            mute;
  gboolean            only_vnc;
  GPtrArray          *vncs;
  GPtrArray          *unanswered;
  MockMachineDisplay  display_func;
  gpointer            display_data;
  guint               n_displays;
};

static void
set_state (MockMachine *self, AetherState state)
{
  GError *error = NULL;

  aether_run_set_status (self->run, state, "tcg", 0, &error);
  g_assert_no_error (error);
  aether_machine1_set_state (self->machine, aether_state_to_nick (state));
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->machine));
  aether_bundle_refresh (self->bundle);
}

static gboolean
handle_control (AetherMachine1 *machine, GDBusMethodInvocation *invocation, const char *verb,
                MockMachine *self)
{
  g_string_append_printf (self->calls, "%s ", verb);
  if (g_str_equal (verb, "pause"))
    set_state (self, AETHER_STATE_PAUSED);
  else if (g_str_equal (verb, "resume"))
    set_state (self, AETHER_STATE_RUNNING);

  if (g_str_equal (verb, "reset"))
    g_dbus_method_invocation_return_error (invocation, G_IO_ERROR, G_IO_ERROR_FAILED,
                                           "The engine does not answer.");
  else
    aether_machine1_complete_control (machine, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_send_keys (AetherMachine1 *machine, GDBusMethodInvocation *invocation,
                  const char * const *keys, MockMachine *self)
{
  g_autofree char *joined = g_strjoinv ("-", (char **) keys);

  g_string_append_printf (self->calls, "%s ", joined);
  aether_machine1_complete_send_keys (machine, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_type_text (AetherMachine1 *machine, GDBusMethodInvocation *invocation, const char *text,
                  const char *layout, MockMachine *self)
{
  g_string_append_printf (self->calls, "%s:%s ", layout, text);
  if (self->mute)
    g_ptr_array_add (self->unanswered, g_object_ref (invocation));
  else
    aether_machine1_complete_type_text_in_layout (machine, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_stop_typing (AetherMachine1 *machine, GDBusMethodInvocation *invocation, MockMachine *self)
{
  g_string_append (self->calls, "stop ");
  aether_machine1_complete_stop_typing (machine, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_statistics (AetherMachine1 *machine, GDBusMethodInvocation *invocation, MockMachine *self)
{
  aether_machine1_complete_statistics (machine, invocation, g_variant_new ("a{sv}", NULL));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_screenshot (AetherMachine1 *machine, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                   guint display, GVariant *handle, MockMachine *self)
{
  int fd = g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL);

  g_assert_cmpint (write (fd, "picture", 7), ==, 7);
  close (fd);
  aether_machine1_complete_screenshot (machine, invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_open_display (AetherMachine1 *machine, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                     GVariant *handle, MockMachine *self)
{
  int fd = g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL);

  self->n_displays++;
  if (self->only_vnc)
    {
      close (fd);
      g_dbus_method_invocation_return_error_literal (invocation, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                                     "There is no such display.");
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (self->mute)
    {
      close (fd);
      g_ptr_array_add (self->unanswered, g_object_ref (invocation));
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }

  if (self->display_func)
    self->display_func (fd, self->display_data);
  else
    g_ptr_array_add (self->displays, mock_display_new_for_fd (fd));
  aether_machine1_complete_open_display (machine, invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
show_something (int fd, gpointer user_data)
{
  if (mock_vnc_shake_hands (fd, 320, 200))
    mock_vnc_drain (fd);
}

static gboolean
handle_open_vnc (AetherMachine1 *machine, GDBusMethodInvocation *invocation, GUnixFDList *fds,
                 GVariant *handle, MockMachine *self)
{
  int fd = g_unix_fd_list_get (fds, g_variant_get_handle (handle), NULL);

  g_ptr_array_add (self->vncs, mock_vnc_new_for_fd (show_something, NULL, fd));
  aether_machine1_complete_open_vnc (machine, invocation, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
new_connection (GDBusServer *server, GDBusConnection *connection, MockMachine *self)
{
  g_ptr_array_add (self->connections, g_object_ref (connection));
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->machine), connection,
                                    "/org/aether/Machine1", NULL);
  return TRUE;
}

MockMachine *
mock_machine_new (AetherBundle *bundle, const char *finding)
{
  MockMachine *self = g_new0 (MockMachine, 1);
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autofree char *address = NULL;
  GVariantBuilder findings = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ssss)"));
  GError *error = NULL;

  self->bundle = g_object_ref (bundle);
  self->calls = g_string_new (NULL);
  self->unanswered = g_ptr_array_new_with_free_func (g_object_unref);
  self->connections = g_ptr_array_new_with_free_func (g_object_unref);
  self->vncs = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_vnc_free);
  self->displays = g_ptr_array_new_with_free_func ((GDestroyNotify) mock_display_free);
  self->run = aether_run_begin (bundle, &error);
  g_assert_no_error (error);

  if (finding)
    g_variant_builder_add (&findings, "(ssss)", "warning", "test.finding", finding, "");
  self->machine = aether_machine1_skeleton_new ();
  aether_machine1_set_version (self->machine, 1);
  aether_machine1_set_uuid (self->machine, aether_bundle_get_uuid (bundle));
  aether_machine1_set_name (self->machine, aether_bundle_get_name (bundle));
  aether_machine1_set_accelerator (self->machine, "tcg");
  aether_machine1_set_findings (self->machine, g_variant_builder_end (&findings));
  g_signal_connect (self->machine, "handle-control", G_CALLBACK (handle_control), self);
  g_signal_connect (self->machine, "handle-send-keys", G_CALLBACK (handle_send_keys), self);
  g_signal_connect (self->machine, "handle-type-text-in-layout", G_CALLBACK (handle_type_text), self);
  g_signal_connect (self->machine, "handle-stop-typing", G_CALLBACK (handle_stop_typing), self);
  g_signal_connect (self->machine, "handle-statistics", G_CALLBACK (handle_statistics), self);
  g_signal_connect (self->machine, "handle-screenshot", G_CALLBACK (handle_screenshot), self);
  g_signal_connect (self->machine, "handle-open-display", G_CALLBACK (handle_open_display), self);
  g_signal_connect (self->machine, "handle-open-vnc", G_CALLBACK (handle_open_vnc), self);

  address = g_strdup_printf ("unix:path=%s/machine.sock", aether_run_get_folder (self->run));
  self->server = g_dbus_server_new_sync (address, G_DBUS_SERVER_FLAGS_NONE, guid, NULL, NULL,
                                         &error);
  g_assert_no_error (error);
  g_signal_connect (self->server, "new-connection", G_CALLBACK (new_connection), self);
  g_dbus_server_start (self->server);
  set_state (self, AETHER_STATE_RUNNING);

  return self;
}

void
mock_machine_end (MockMachine *self, AetherEnd end, const char *sentence, const char *output)
{
  GError *error = NULL;

  aether_machine1_set_state (self->machine, "stopped");
  aether_machine1_emit_ended (self->machine, aether_end_to_nick (end), sentence ? sentence : "",
                              output ? output : "");
  g_dbus_server_stop (self->server);
  aether_run_end (self->run, end, sentence, output, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < self->unanswered->len; i++)
    g_dbus_method_invocation_return_error_literal (self->unanswered->pdata[i], G_IO_ERROR,
                                                   G_IO_ERROR_CLOSED, "gone");
  g_clear_pointer (&self->unanswered, g_ptr_array_unref);
  g_clear_pointer (&self->displays, g_ptr_array_unref);
  mock_machine_end_vnc (self);
  g_clear_pointer (&self->vncs, g_ptr_array_unref);
  for (guint i = 0; i < self->connections->len; i++)
    {
      g_dbus_connection_flush_sync (self->connections->pdata[i], NULL, NULL);
      g_dbus_connection_close_sync (self->connections->pdata[i], NULL, NULL);
    }
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->machine));
  aether_bundle_refresh (self->bundle);

  g_clear_pointer (&self->connections, g_ptr_array_unref);
  g_clear_object (&self->machine);
  g_clear_object (&self->server);
  g_clear_object (&self->bundle);
  g_string_free (self->calls, TRUE);
  g_free (self);
}

void
mock_machine_set_only_vnc (MockMachine *self, gboolean only_vnc)
{
  self->only_vnc = only_vnc;
}

guint
mock_machine_get_n_vncs (MockMachine *self)
{
  return self->vncs->len;
}

void
mock_machine_end_vnc (MockMachine *self)
{
  g_ptr_array_foreach (self->vncs, (GFunc) (void (*) (void)) mock_vnc_shut, NULL);
}

void
mock_machine_set_mute (MockMachine *self, gboolean mute)
{
  self->mute = mute;
}

void
mock_machine_set_display (MockMachine *self, MockMachineDisplay func, gpointer user_data)
{
  self->display_func = func;
  self->display_data = user_data;
}

MockDisplay *
mock_machine_get_display (MockMachine *self)
{
  return self->displays->len > 0 ? self->displays->pdata[self->displays->len - 1] : NULL;
}

void
mock_machine_set_taken (MockMachine *self, gboolean taken)
{
  aether_machine1_set_display_taken (self->machine, taken);
}

guint
mock_machine_get_n_displays (MockMachine *self)
{
  return self->n_displays;
}

const char *
mock_machine_get_calls (MockMachine *self)
{
  return self->calls->str;
}

void
mock_machine_panic (MockMachine *self, const char *sentence)
{
  aether_machine1_emit_guest_panicked (self->machine, sentence);
}

void
mock_machine_disk_full (MockMachine *self)
{
  aether_machine1_emit_disk_error (self->machine, "disk0", "write", "No space left on device", TRUE);
}

void
mock_machine_happened (MockMachine *self, const char *kind, const char *subject)
{
  aether_machine1_emit_happened (self->machine, kind, subject);
}

void
mock_machine_set_agent (MockMachine *self, gboolean agent)
{
  const char * const channels[] = { agent ? "agent" : NULL, NULL };

  aether_machine1_set_channels (self->machine, channels);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->machine));
}
