/* aether-dbus-listener.c - org.qemu.Display1.Listener: takes frames on a thread of its own
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-dbus-listener.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <unistd.h>

#include "aether-display1.h"

#define LISTENER_PATH "/org/qemu/Display1/Listener"
#define MAP_INTERFACE "org.qemu.Display1.Listener.Unix.Map"

/* What the thread works with. It holds a reference, so that it never touches
 * the object, which belongs to the reader's thread. */
typedef struct
{
  GMainContext         *context;
  GMainLoop            *loop;
  GCancellable         *cancellable;
  AetherFramebuffer    *framebuffer;
  GIOStream            *stream;
  gboolean              maps;
  GWeakRef              owner;
  GMainContext         *owner_context;

  /* of the thread only */
  GDBusConnection      *connection;
  AetherQemuListener   *listener;
  AetherQemuListenerUnixMap *map;
  guint                 filter;      /* 0: without maps */
  GError               *error;
} Worker;

struct _AetherDbusListener
{
  GObject   parent_instance;

  Worker   *worker;
  GThread  *thread;
  gboolean  closed;
};

G_DEFINE_FINAL_TYPE (AetherDbusListener, aether_dbus_listener, G_TYPE_OBJECT)

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
worker_clear (gpointer data)
{
  Worker *worker = data;

  g_clear_pointer (&worker->loop, g_main_loop_unref);
  g_clear_pointer (&worker->context, g_main_context_unref);
  g_clear_pointer (&worker->owner_context, g_main_context_unref);
  g_clear_object (&worker->cancellable);
  g_clear_object (&worker->framebuffer);
  g_clear_object (&worker->stream);
  g_clear_error (&worker->error);
  g_weak_ref_clear (&worker->owner);
}

static void
worker_unref (gpointer worker)
{
  g_atomic_rc_box_release_full (worker, worker_clear);
}

/* Ends the thread; the first reason is the one that counts. */
static void
worker_stop (Worker *worker, GError *error)
{
  if (worker->error == NULL)
    worker->error = error;
  else
    g_clear_error (&error);

  g_main_loop_quit (worker->loop);
}

/* The peer gets its answer in any case, or its main loop would wait. */
static void
worker_refuse (Worker *worker, GDBusMethodInvocation *invocation, GError *error)
{
  g_dbus_method_invocation_return_gerror (invocation, error);
  worker_stop (worker, error);
}

static gboolean
handle_scanout (AetherQemuListener *listener, GDBusMethodInvocation *invocation, guint width,
                guint height, guint stride, guint format, GVariant *data, Worker *worker)
{
  GError *error = NULL;
  gsize size;
  const guint8 *pixels = g_variant_get_fixed_array (data, &size, 1);

  if (aether_framebuffer_set_pixels (worker->framebuffer, width, height, stride, format,
                                     pixels, size, &error))
    aether_qemu_listener_complete_scanout (listener, invocation);
  else
    worker_refuse (worker, invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_update (AetherQemuListener *listener, GDBusMethodInvocation *invocation, int x, int y,
               int width, int height, guint stride, guint format, GVariant *data, Worker *worker)
{
  GError *error = NULL;
  gsize size;
  const guint8 *pixels = g_variant_get_fixed_array (data, &size, 1);

  if (aether_framebuffer_update_pixels (worker->framebuffer, x, y, width, height, stride, format,
                                        pixels, size, &error))
    aether_qemu_listener_complete_update (listener, invocation);
  else
    worker_refuse (worker, invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_disable (AetherQemuListener *listener, GDBusMethodInvocation *invocation, Worker *worker)
{
  aether_framebuffer_blank (worker->framebuffer);
  aether_qemu_listener_complete_disable (listener, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* The position is where we put it; only whether it is seen is news. */
static gboolean
handle_mouse_set (AetherQemuListener *listener, GDBusMethodInvocation *invocation, int x, int y,
                  int on, Worker *worker)
{
  aether_framebuffer_set_cursor_visible (worker->framebuffer, on != 0);
  aether_qemu_listener_complete_mouse_set (listener, invocation);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_cursor_define (AetherQemuListener *listener, GDBusMethodInvocation *invocation, int width,
                      int height, int hot_x, int hot_y, GVariant *data, Worker *worker)
{
  GError *error = NULL;
  gsize size;
  const guint8 *argb = g_variant_get_fixed_array (data, &size, 1);

  if (aether_framebuffer_set_cursor (worker->framebuffer, width, height, hot_x, hot_y, argb, size,
                                     &error))
    aether_qemu_listener_complete_cursor_define (listener, invocation);
  else
    worker_refuse (worker, invocation, error);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_scanout_map (AetherQemuListenerUnixMap *map, GDBusMethodInvocation *invocation,
                    GUnixFDList *fds, GVariant *handle, guint offset, guint width, guint height,
                    guint stride, guint format, Worker *worker)
{
  GError *error = NULL;
  int fd = -1;

  if (fds)
    fd = g_unix_fd_list_get (fds, g_variant_get_handle (handle), &error);
  else
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                 _("The display offered shared memory that is none."));

  if (fd >= 0 &&
      aether_framebuffer_set_map (worker->framebuffer, fd, offset, width, height, stride, format,
                                  &error))
    aether_qemu_listener_unix_map_complete_scanout_map (map, invocation, NULL);
  else
    worker_refuse (worker, invocation, error);

  if (fd >= 0)
    close (fd);

  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Damage comes at every frame of the machine's, and is all noted at once, on the thread that reads
 * the socket: to go on to ours, by way of a signal, would cost more than the note does. */
static GDBusMessage *
take_damage (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer user_data)
{
  Worker *worker = user_data;
  GVariant *body = g_dbus_message_get_body (message);
  int x, y, width, height;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL ||
      g_strcmp0 (g_dbus_message_get_member (message), "UpdateMap") != 0 ||
      g_strcmp0 (g_dbus_message_get_interface (message), MAP_INTERFACE) != 0 ||
      body == NULL || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(iiii)")))
    return message;

  g_variant_get (body, "(iiii)", &x, &y, &width, &height);
  aether_framebuffer_damage (worker->framebuffer, x, y, width, height);
  if (!(g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED))
    {
      g_autoptr(GDBusMessage) reply = g_dbus_message_new_method_reply (message);

      g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
    }
  g_object_unref (message);

  return NULL;
}

static void
hung_up (Worker *worker)
{
  worker_stop (worker, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                            _("The display was closed by the machine.")));
}

static void
connection_closed (GDBusConnection *connection, gboolean remote_vanished, GError *error,
                   Worker *worker)
{
  hung_up (worker);
}

static void
connection_ready (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const char *const with_maps[] = { MAP_INTERFACE, NULL };
  static const char *const without[] = { NULL };
  Worker *worker = user_data;
  g_autoptr(GError) error = NULL;

  worker->connection = g_dbus_connection_new_finish (result, &error);
  if (worker->connection == NULL)
    {
      /* A machine that ends in the handshake is no other end than one that ends later. */
      g_debug ("The listener has no connection: %s", error->message);
      hung_up (worker);
      return;
    }

  g_signal_connect (worker->connection, "closed", G_CALLBACK (connection_closed), worker);

  worker->listener = aether_qemu_listener_skeleton_new ();
  aether_qemu_listener_set_interfaces (worker->listener, worker->maps ? with_maps : without);
  g_signal_connect (worker->listener, "handle-scanout", G_CALLBACK (handle_scanout), worker);
  g_signal_connect (worker->listener, "handle-update", G_CALLBACK (handle_update), worker);
  g_signal_connect (worker->listener, "handle-disable", G_CALLBACK (handle_disable), worker);
  g_signal_connect (worker->listener, "handle-mouse-set", G_CALLBACK (handle_mouse_set), worker);
  g_signal_connect (worker->listener, "handle-cursor-define", G_CALLBACK (handle_cursor_define),
                    worker);
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (worker->listener),
                                    worker->connection, LISTENER_PATH, NULL);

  if (worker->maps)
    {
      worker->map = aether_qemu_listener_unix_map_skeleton_new ();
      g_signal_connect (worker->map, "handle-scanout-map", G_CALLBACK (handle_scanout_map), worker);
      worker->filter = g_dbus_connection_add_filter (worker->connection, take_damage,
                                                     g_atomic_rc_box_acquire (worker), worker_unref);
      g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (worker->map),
                                        worker->connection, LISTENER_PATH, NULL);
    }

  /* Now that we can answer: the peer asks for Interfaces at once. */
  g_dbus_connection_start_message_processing (worker->connection);
}

static gboolean
report_closed (gpointer user_data)
{
  Worker *worker = user_data;
  g_autoptr(AetherDbusListener) self = g_weak_ref_get (&worker->owner);

  if (self && !self->closed)
    {
      self->closed = TRUE;
      g_signal_emit (self, signals[CLOSED], 0, worker->error);
    }

  return G_SOURCE_REMOVE;
}

static gboolean
quit (gpointer user_data)
{
  Worker *worker = user_data;

  g_main_loop_quit (worker->loop);
  return G_SOURCE_REMOVE;
}

static gpointer
worker_run (gpointer user_data)
{
  Worker *worker = user_data;
  g_autoptr(GSource) source = NULL;

  g_main_context_push_thread_default (worker->context);

  /* The machine is the server of this connection too. */
  g_dbus_connection_new (worker->stream, NULL,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                         G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, worker->cancellable, connection_ready, worker);
  g_main_loop_run (worker->loop);

  /* Stopped before there was a connection: its callback must still come. */
  g_cancellable_cancel (worker->cancellable);
  while (worker->connection == NULL && worker->error == NULL)
    g_main_context_iteration (worker->context, TRUE);

  if (worker->connection)
    {
      g_signal_handlers_disconnect_by_data (worker->connection, worker);
      g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (worker->listener));
      if (worker->map)
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (worker->map));
      g_dbus_connection_close_sync (worker->connection, NULL, NULL);
      if (worker->filter)
        g_dbus_connection_remove_filter (worker->connection, worker->filter);
    }

  /* What is queued holds references to the skeletons. */
  while (g_main_context_iteration (worker->context, FALSE))
    ;
  g_clear_object (&worker->listener);
  g_clear_object (&worker->map);
  g_clear_object (&worker->connection);
  g_main_context_pop_thread_default (worker->context);

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, report_closed, g_atomic_rc_box_acquire (worker), worker_unref);
  g_source_attach (source, worker->owner_context);
  worker_unref (worker);

  return NULL;
}

/**
 * aether_dbus_listener_close:
 *
 * Hangs up, and waits for the thread: the framebuffer is not written to
 * afterwards, and "closed" does not come. For a second time does nothing.
 */
void
aether_dbus_listener_close (AetherDbusListener *self)
{
  g_autoptr(GSource) source = NULL;

  self->closed = TRUE;
  if (self->thread == NULL)
    return;

  /* Not g_main_context_invoke(): before the thread runs its loop that would quit it here,
   * in vain. */
  source = g_idle_source_new ();
  g_source_set_callback (source, quit, self->worker, NULL);
  g_source_attach (source, self->worker->context);
  g_cancellable_cancel (self->worker->cancellable);
  g_thread_join (g_steal_pointer (&self->thread));
}

static void
aether_dbus_listener_dispose (GObject *object)
{
  AetherDbusListener *self = AETHER_DBUS_LISTENER (object);

  aether_dbus_listener_close (self);
  g_clear_pointer (&self->worker, worker_unref);

  G_OBJECT_CLASS (aether_dbus_listener_parent_class)->dispose (object);
}

static void
aether_dbus_listener_class_init (AetherDbusListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_dbus_listener_dispose;

  signals[CLOSED] = g_signal_new ("closed", AETHER_TYPE_DBUS_LISTENER, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
aether_dbus_listener_init (AetherDbusListener *self)
{
}

/**
 * aether_dbus_listener_new:
 * @stream: our end; the other one goes to RegisterListener
 * @maps: whether to offer shared memory; without it frames are copied
 *
 * Starts to listen.
 */
AetherDbusListener *
aether_dbus_listener_new (AetherFramebuffer *framebuffer, GIOStream *stream, gboolean maps)
{
  AetherDbusListener *self = g_object_new (AETHER_TYPE_DBUS_LISTENER, NULL);
  Worker *worker = g_atomic_rc_box_new0 (Worker);

  worker->context = g_main_context_new ();
  worker->loop = g_main_loop_new (worker->context, FALSE);
  worker->cancellable = g_cancellable_new ();
  worker->framebuffer = g_object_ref (framebuffer);
  worker->stream = g_object_ref (stream);
  worker->maps = maps;
  worker->owner_context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&worker->owner, self);

  self->worker = worker;
  self->thread = g_thread_new ("display", worker_run, g_atomic_rc_box_acquire (worker));

  return self;
}
