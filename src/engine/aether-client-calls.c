/* aether-client-calls.c - what a running machine can be asked
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-client-private.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/socket.h>

/* Typing a long text, or asking a busy guest, takes the time it takes: what ends a call is the
 * machine's end or the caller's cancellable */
#define PATIENTLY G_DBUS_CALL_FLAGS_NONE, G_MAXINT

static GTask *
new_task (AetherClient *self, gpointer tag, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);

  return task;
}

/* Takes @task and @error, which came over the bus: the sentence is the machine's own. */
static void
return_remote_error (GTask *task, GError *error)
{
  AetherClient *self = g_task_get_source_object (task);

  g_dbus_error_strip_remote_error (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) && g_dbus_connection_is_closed (self->connection))
    {
      g_error_free (error);
      error = g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED, _("“%s” is not running any more."),
                           aether_client_get_name (self));
    }

  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
control_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_control_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

/**
 * aether_client_control_async:
 *
 * Completes when done: AETHER_CONTROL_REQUEST_SHUTDOWN when the guest was
 * asked, AETHER_CONTROL_FORCE_OFF when the engine is gone.
 */
void
aether_client_control_async (AetherClient *self, AetherControl control, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_control (self->machine, aether_control_to_nick (control), PATIENTLY, cancellable, control_cb,
                                new_task (self, aether_client_control_async, cancellable, callback, user_data));
}

/* Cancelling ends our waiting, not the typing: say so over there too */
static void
typed (AetherMachine1 *machine, GTask *task, GError *error)
{
  if (error == NULL)
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aether_machine1_call_stop_typing (machine, PATIENTLY, NULL, NULL, NULL);

  return_remote_error (task, error);
}

static void
type_text_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  aether_machine1_call_type_text_finish (AETHER_MACHINE1 (object), result, &error);
  typed (AETHER_MACHINE1 (object), user_data, error);
}

static void
type_text_in_layout_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  aether_machine1_call_type_text_in_layout_finish (AETHER_MACHINE1 (object), result, &error);
  typed (AETHER_MACHINE1 (object), user_data, error);
}

/**
 * aether_client_type_text_in_layout_async:
 * @layout: (nullable): as of aether_layout_new(); %NULL: a US keyboard
 * @cancellable: (nullable): cancelling stops all that this client types
 */
void
aether_client_type_text_in_layout_async (AetherClient *self, const char *text, const char *layout,
                                         GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  GTask *task;

  g_return_if_fail (AETHER_IS_CLIENT (self));
  g_return_if_fail (text != NULL);

  /* Before the bus, which drops a peer that sends anything else */
  if (!g_utf8_validate (text, -1, NULL) || (layout && !g_utf8_validate (layout, -1, NULL)))
    {
      g_task_report_new_error (self, callback, user_data, aether_client_type_text_in_layout_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("The text cannot be typed: it is not UTF-8."));
      return;
    }

  task = new_task (self, aether_client_type_text_in_layout_async, cancellable, callback, user_data);
  if (layout)
    aether_machine1_call_type_text_in_layout (self->machine, text, layout, PATIENTLY, cancellable,
                                              type_text_in_layout_cb, task);
  else
    aether_machine1_call_type_text (self->machine, text, PATIENTLY, cancellable, type_text_cb, task);
}

/**
 * aether_client_type_text_async:
 * @cancellable: (nullable): cancelling stops all that this client types
 */
void
aether_client_type_text_async (AetherClient *self, const char *text, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  aether_client_type_text_in_layout_async (self, text, NULL, cancellable, callback, user_data);
}

static void
send_keys_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_send_keys_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_send_keys_async (AetherClient *self, const char * const *keys, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));
  g_return_if_fail (keys != NULL);

  aether_machine1_call_send_keys (self->machine, keys, PATIENTLY, cancellable, send_keys_cb,
                                  new_task (self, aether_client_send_keys_async, cancellable, callback, user_data));
}

static void
screenshot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_screenshot_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_screenshot_async (AetherClient *self, guint display, int fd, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;
  GError *error = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_screenshot_async, cancellable, callback, user_data);
  fds = g_unix_fd_list_new ();
  if (g_unix_fd_list_append (fds, fd, &error) < 0)
    g_task_return_error (task, error);
  else
    aether_machine1_call_screenshot (self->machine, display, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                     screenshot_cb, g_steal_pointer (&task));
}

static void
set_sound_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_set_sound_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_set_sound_async (AetherClient *self, double volume, gboolean muted, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_set_sound (self->machine, volume, muted, PATIENTLY, cancellable, set_sound_cb,
                                  new_task (self, aether_client_set_sound_async, cancellable, callback, user_data));
}

static void
change_medium_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_change_medium_finish (AETHER_MACHINE1 (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_change_medium_async (AetherClient *self, const char *drive, const char *file, gboolean force,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));
  g_return_if_fail (drive != NULL);

  aether_machine1_call_change_medium (self->machine, drive, file ? file : "", force, PATIENTLY, cancellable,
                                      change_medium_cb,
                                      new_task (self, aether_client_change_medium_async, cancellable,
                                                callback, user_data));
}

gboolean
aether_client_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- streams: one end of a socket pair goes over -------------------------- */

/* Returns: (nullable): the list with the other end as handle 0; @task has our stream as data */
static GUnixFDList *
make_pair (GTask *task)
{
  g_autoptr(GSocket) socket = NULL;
  GError *error = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno),
                               _("Could not make a connection: %s."), g_strerror (errno));
      return NULL;
    }

  socket = g_socket_new_from_fd (pair[0], &error);
  if (!socket)
    {
      g_close (pair[0], NULL);
      g_close (pair[1], NULL);
      g_task_return_error (task, error);
      return NULL;
    }

  g_task_set_task_data (task, g_socket_connection_factory_create_connection (socket), g_object_unref);

  return g_unix_fd_list_new_from_array (&pair[1], 1);
}

static void
open_display_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_open_display_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_open_display_async (AetherClient *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_open_display_async, cancellable, callback, user_data);
  fds = make_pair (task);
  if (fds)
    aether_machine1_call_open_display (self->machine, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                       open_display_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) */
GIOStream *
aether_client_open_display_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_vnc_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_open_vnc_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_open_vnc_async (AetherClient *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_open_vnc_async, cancellable, callback, user_data);
  fds = make_pair (task);
  if (fds)
    aether_machine1_call_open_vnc (self->machine, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                   open_vnc_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) */
GIOStream *
aether_client_open_vnc_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
open_serial_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_machine1_call_open_serial_finish (AETHER_MACHINE1 (object), NULL, result, &error))
    g_task_return_pointer (task, g_object_ref (g_task_get_task_data (task)), g_object_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_open_serial_async (AetherClient *self, guint port, gboolean replay, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GUnixFDList) fds = NULL;

  g_return_if_fail (AETHER_IS_CLIENT (self));

  task = new_task (self, aether_client_open_serial_async, cancellable, callback, user_data);
  fds = make_pair (task);
  if (fds)
    aether_machine1_call_open_serial (self->machine, port, replay, g_variant_new_handle (0), PATIENTLY, fds, cancellable,
                                      open_serial_cb, g_steal_pointer (&task));
}

/* Returns: (transfer full) */
GIOStream *
aether_client_open_serial_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
statistics_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GVariant *values = NULL;
  GError *error = NULL;

  if (aether_machine1_call_statistics_finish (AETHER_MACHINE1 (object), &values, result, &error))
    g_task_return_pointer (task, values, (GDestroyNotify) g_variant_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_statistics_async (AetherClient *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_statistics (self->machine, PATIENTLY, cancellable, statistics_cb,
                                   new_task (self, aether_client_statistics_async, cancellable, callback, user_data));
}

/* Returns: (transfer full): a{sv} */
GVariant *
aether_client_statistics_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
list_drives_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GVariant *drives = NULL;
  GError *error = NULL;

  if (aether_machine1_call_list_drives_finish (AETHER_MACHINE1 (object), &drives, result, &error))
    g_task_return_pointer (task, drives, (GDestroyNotify) g_variant_unref);
  else
    return_remote_error (g_steal_pointer (&task), error);
}

void
aether_client_list_drives_async (AetherClient *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_CLIENT (self));

  aether_machine1_call_list_drives (self->machine, PATIENTLY, cancellable, list_drives_cb,
                                    new_task (self, aether_client_list_drives_async, cancellable, callback, user_data));
}

/* Returns: (transfer full): a(sssb) */
GVariant *
aether_client_list_drives_finish (AetherClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
