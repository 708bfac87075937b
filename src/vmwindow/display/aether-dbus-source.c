/* aether-dbus-source.c - a machine's screen, keyboard and pointer over org.qemu.Display1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-dbus-source.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aether-dbus-clipboard.h"
#include "aether-dbus-listener.h"
#include "aether-display1.h"

#define CONSOLE_PATH "/org/qemu/Display1/Console_%u"
#define VM_PATH "/org/qemu/Display1/VM"
#define MAX_CONSOLES 16

struct _AetherDbusSource
{
  GObject             parent_instance;

  AetherFramebuffer  *framebuffer;
  char               *path;
  GDBusConnection    *connection;
  gboolean            borrowed;    /* connection: another source hangs it up */
  AetherQemuVM       *vm;          /* (nullable): not known yet */
  AetherQemuConsole  *console;
  AetherQemuKeyboard *keyboard;
  AetherQemuMouse    *mouse;
  AetherQemuMultiTouch *screen;    /* (nullable): no touch */
  guint               fingers;     /* bit mask: on the screen */
  AetherLeds          leds;
  AetherDbusListener *listener;
  AetherDbusClipboard *clipboard;  /* (nullable): not connected */
  gboolean            maps;
  gboolean            registered;
  gboolean            closed;
  GError             *reason;      /* (nullable): why, when nobody asked for it */
};

static void display_source_iface_init (AetherDisplaySourceInterface *iface);
static void input_sink_iface_init (AetherInputSinkInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherDbusSource, aether_dbus_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_INPUT_SINK,
                                                      input_sink_iface_init)
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_DISPLAY_SOURCE,
                                                      display_source_iface_init))

/* Input: nobody waits for an answer. Order is the connection's. */

static void
sink_key (AetherInputSink *sink, guint qnum, gboolean down)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  if (self->closed)
    return;

  if (down)
    aether_qemu_keyboard_call_press (self->keyboard, qnum, G_DBUS_CALL_FLAGS_NONE, -1,
                                     NULL, NULL, NULL);
  else
    aether_qemu_keyboard_call_release (self->keyboard, qnum, G_DBUS_CALL_FLAGS_NONE, -1,
                                       NULL, NULL, NULL);
}

static void
sink_button (AetherInputSink *sink, AetherButton button, gboolean down)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  if (self->closed)
    return;

  if (down)
    aether_qemu_mouse_call_press (self->mouse, button, G_DBUS_CALL_FLAGS_NONE, -1,
                                  NULL, NULL, NULL);
  else
    aether_qemu_mouse_call_release (self->mouse, button, G_DBUS_CALL_FLAGS_NONE, -1,
                                    NULL, NULL, NULL);
}

static void
sink_position (AetherInputSink *sink, guint x, guint y)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  if (!self->closed)
    aether_qemu_mouse_call_set_abs_position (self->mouse, x, y, G_DBUS_CALL_FLAGS_NONE, -1,
                                             NULL, NULL, NULL);
}

static void
sink_motion (AetherInputSink *sink, int dx, int dy)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  if (!self->closed)
    aether_qemu_mouse_call_rel_motion (self->mouse, dx, dy, G_DBUS_CALL_FLAGS_NONE, -1,
                                       NULL, NULL, NULL);
}

static gboolean
sink_is_absolute (AetherInputSink *sink)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  return !self->closed && aether_qemu_mouse_get_is_absolute (self->mouse);
}

/* QEMU presses BTN_TOUCH with every touch and never releases it, so that some
 * machines believe in a finger that is gone. Whichever device got the press
 * gets this release. */
#define BUTTON_TOUCH 9

static void
sink_touch (AetherInputSink *sink, AetherTouchKind kind, guint finger, double x, double y)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  if (self->closed || self->screen == NULL || finger >= AETHER_N_TOUCHES)
    return;

  aether_qemu_multi_touch_call_send_event (self->screen, kind, finger, x, y,
                                           G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);

  if (kind == AETHER_TOUCH_BEGIN)
    self->fingers |= 1u << finger;
  if ((kind != AETHER_TOUCH_END && kind != AETHER_TOUCH_CANCEL) || self->fingers == 0)
    return;

  self->fingers &= ~(1u << finger);
  if (self->fingers == 0)
    aether_qemu_mouse_call_release (self->mouse, BUTTON_TOUCH, G_DBUS_CALL_FLAGS_NONE, -1,
                                    NULL, NULL, NULL);
}

/* The machine says nothing until it sets one; 0 is that, or all of them off. */
static AetherLeds
sink_get_leds (AetherInputSink *sink)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  return self->closed ? 0 : self->leds;
}

static void
leds_changed (AetherDbusSource *self)
{
  self->leds = AETHER_LED_KNOWN | (aether_qemu_keyboard_get_modifiers (self->keyboard) &
                                   (AETHER_LED_SCROLL | AETHER_LED_NUM | AETHER_LED_CAPS));
  aether_input_sink_leds_changed (AETHER_INPUT_SINK (self));
}

static void
sink_resize (AetherInputSink *sink, guint width, guint height, guint width_mm, guint height_mm)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (sink);

  if (!self->closed)
    aether_qemu_console_call_set_ui_info (self->console, MIN (width_mm, G_MAXUINT16),
                                          MIN (height_mm, G_MAXUINT16), 0, 0, width, height,
                                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
input_sink_iface_init (AetherInputSinkInterface *iface)
{
  iface->key = sink_key;
  iface->button = sink_button;
  iface->position = sink_position;
  iface->motion = sink_motion;
  iface->is_absolute = sink_is_absolute;
  iface->resize = sink_resize;
  iface->touch = sink_touch;
  iface->get_leds = sink_get_leds;
}

/* @error: (nullable): why, for "closed"; NULL: nobody needs to hear of it */
static void
hang_up (AetherDbusSource *self, GError *error)
{
  if (self->closed)
    return;

  self->closed = TRUE;
  if (self->listener)
    {
      g_signal_handlers_disconnect_by_data (self->listener, self);
      aether_dbus_listener_close (self->listener);
    }
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      if (!self->borrowed)
        g_dbus_connection_close (self->connection, NULL, NULL, NULL);
    }
  if (error)
    {
      self->reason = g_error_copy (error);
      aether_display_source_closed (AETHER_DISPLAY_SOURCE (self), error);
    }
}

/* The virtual functions of the source */

static AetherFramebuffer *
source_get_framebuffer (AetherDisplaySource *source)
{
  return AETHER_DBUS_SOURCE (source)->framebuffer;
}

static AetherDisplayState
source_get_state (AetherDisplaySource *source)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (source);

  if (self->closed)
    return AETHER_DISPLAY_CLOSED;

  return self->registered ? AETHER_DISPLAY_LIVE : AETHER_DISPLAY_CONNECTING;
}

static AetherDisplayFeatures
source_get_features (AetherDisplaySource *source)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (source);

  return AETHER_DISPLAY_CAN_RESIZE |
         (self->clipboard && aether_dbus_clipboard_is_ready (self->clipboard) ? AETHER_DISPLAY_CAN_SHARE_TEXT : 0);
}

static void
source_offer_text (AetherDisplaySource *source, const char *text)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (source);

  if (!self->closed && self->clipboard)
    aether_dbus_clipboard_offer (self->clipboard, text);
}

static void
source_close (AetherDisplaySource *source)
{
  hang_up (AETHER_DBUS_SOURCE (source), NULL);
}

static void
display_source_iface_init (AetherDisplaySourceInterface *iface)
{
  iface->get_framebuffer = source_get_framebuffer;
  iface->get_state = source_get_state;
  iface->get_features = source_get_features;
  iface->offer_text = source_offer_text;
  iface->close = source_close;
}

static void
size_changed (AetherDbusSource *self)
{
  aether_framebuffer_say_size (self->framebuffer, aether_qemu_console_get_width (self->console),
                               aether_qemu_console_get_height (self->console));
}

static void
listener_closed (AetherDbusSource *self, GError *error)
{
  hang_up (self, error);
}

static GError *
new_closed_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                              _("The display was closed by the machine."));
}

static void
connection_closed (AetherDbusSource *self, gboolean remote_vanished, GError *unused)
{
  g_autoptr(GError) error = new_closed_error ();

  hang_up (self, error);
}

/* Open: connect -> console -> keyboard -> mouse -> touch screen -> listener registered. Each
 * step owns the task, and either hands it to the next step or returns it. */

static void
open_failed (GTask *task, GError *cause)
{
  AetherDbusSource *self = g_task_get_task_data (task);
  gboolean cancelled = g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* What the system says of a cut line depends on the word it was cut in. */
  if (!cancelled && (self->connection == NULL || g_dbus_connection_is_closed (self->connection)))
    {
      g_error_free (cause);
      cause = new_closed_error ();
    }
  else if (!cancelled)
    {
      g_dbus_error_strip_remote_error (cause);
      g_prefix_error (&cause, "%s", _("The machine does not show its display: "));
    }

  g_object_run_dispose (G_OBJECT (self));
  g_task_return_error (task, cause);
}

static void
registered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDbusSource *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!aether_qemu_console_call_register_listener_finish (AETHER_QEMU_CONSOLE (object), NULL,
                                                          result, &error))
    open_failed (task, error);
  else
    {
      self->registered = TRUE;
      g_task_return_pointer (task, g_object_ref (self), g_object_unref);
    }
}

static gboolean
make_socket_pair (int fds[2], GError **error)
{
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

static void
register_listener (GTask *task)
{
  AetherDbusSource *self = g_task_get_task_data (task);
  g_autoptr(GUnixFDList) fd_list = NULL;
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GSocketConnection) stream = NULL;
  GError *error = NULL;
  int fds[2];

  if (!make_socket_pair (fds, &error))
    {
      open_failed (task, error);
      g_object_unref (task);
      return;
    }

  socket = g_socket_new_from_fd (fds[0], NULL);
  stream = g_socket_connection_factory_create_connection (socket);
  self->listener = aether_dbus_listener_new (self->framebuffer, G_IO_STREAM (stream), self->maps);
  g_signal_connect_swapped (self->listener, "closed", G_CALLBACK (listener_closed), self);

  fd_list = g_unix_fd_list_new_from_array (&fds[1], 1);
  aether_qemu_console_call_register_listener (self->console, g_variant_new_handle (0),
                                              G_DBUS_CALL_FLAGS_NONE, -1, fd_list,
                                              g_task_get_cancellable (task), registered_cb, task);
}

static void
screen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDbusSource *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->screen = aether_qemu_multi_touch_proxy_new_finish (result, &error);
  if (self->screen)
    register_listener (g_steal_pointer (&task));
  else
    open_failed (task, error);
}

static void
mouse_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDbusSource *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  self->mouse = aether_qemu_mouse_proxy_new_finish (result, &error);
  if (self->mouse)
    aether_qemu_multi_touch_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES,
                                       NULL, self->path, cancellable, screen_cb,
                                       g_steal_pointer (&task));
  else
    open_failed (task, error);
}

static void
keyboard_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDbusSource *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  self->keyboard = aether_qemu_keyboard_proxy_new_finish (result, &error);
  if (self->keyboard && aether_qemu_keyboard_get_modifiers (self->keyboard) != 0)
    leds_changed (self);
  if (self->keyboard)
    g_signal_connect_object (self->keyboard, "notify::modifiers", G_CALLBACK (leds_changed), self,
                             G_CONNECT_SWAPPED);
  if (self->keyboard)
    aether_qemu_mouse_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, NULL, self->path,
                                 cancellable, mouse_cb, g_steal_pointer (&task));
  else
    open_failed (task, error);
}

static void
console_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDbusSource *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  self->console = aether_qemu_console_proxy_new_finish (result, &error);
  if (self->console == NULL)
    {
      open_failed (task, error);
      return;
    }

  size_changed (self);
  g_signal_connect_object (self->console, "notify::width", G_CALLBACK (size_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->console, "notify::height", G_CALLBACK (size_changed), self,
                           G_CONNECT_SWAPPED);
  aether_qemu_keyboard_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, NULL, self->path,
                                  cancellable, keyboard_cb, g_steal_pointer (&task));
}

static void
open_console (GTask *task)
{
  AetherDbusSource *self = g_task_get_task_data (task);

  g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (connection_closed), self);
  aether_qemu_console_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, NULL, self->path,
                                 g_task_get_cancellable (task), console_cb, task);
}

/* How many screens there are is no part of opening: a machine that does not say has one. */
static void
vm_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDbusSource) self = user_data;

  self->vm = aether_qemu_vm_proxy_new_finish (result, NULL);
  if (!self->closed)
    aether_display_source_changed (AETHER_DISPLAY_SOURCE (self));
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDbusSource *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->connection = g_dbus_connection_new_finish (result, &error);
  if (self->connection == NULL)
    {
      open_failed (task, error);
      return;
    }

  self->clipboard = aether_dbus_clipboard_new (self->connection);
  g_signal_connect_object (self->clipboard, "text", G_CALLBACK (aether_display_source_text), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clipboard, "notify::ready", G_CALLBACK (aether_display_source_changed), self,
                           G_CONNECT_SWAPPED);
  open_console (g_steal_pointer (&task));
  aether_qemu_vm_proxy_new (self->connection, G_DBUS_PROXY_FLAGS_NONE, NULL, VM_PATH, NULL, vm_cb,
                            g_object_ref (self));
}

static GTask *
new_open_task (guint number, AetherFramebuffer *framebuffer, gboolean maps,
               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  AetherDbusSource *self = g_object_new (AETHER_TYPE_DBUS_SOURCE, NULL);

  g_task_set_source_tag (task, new_open_task);
  g_task_set_task_data (task, self, g_object_unref);
  self->framebuffer = g_object_ref (framebuffer);
  self->path = g_strdup_printf (CONSOLE_PATH, number);
  self->maps = maps;

  return task;
}

/**
 * aether_dbus_source_open_async:
 * @stream: from aether_client_open_display_finish()
 * @framebuffer: where frames go; the caller's context is its reader's
 *
 * The first screen. Completes when the machine has agreed to send frames.
 * Fails when it has no graphical display, or hangs up.
 */
void
aether_dbus_source_open_async (GIOStream *stream, AetherFramebuffer *framebuffer,
                               AetherDbusSourceFlags flags, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = new_open_task (0, framebuffer, !(flags & AETHER_DBUS_SOURCE_NO_MAPS), cancellable,
                               callback, user_data);

  g_dbus_connection_new (stream, NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT, NULL,
                         cancellable, connected_cb, task);
}

/**
 * aether_dbus_source_open_screen_async:
 * @number: below aether_dbus_source_get_n_screens()
 *
 * Another screen of the same machine. A machine serves one peer, so it goes
 * over the connection of @self, and is closed with it.
 */
void
aether_dbus_source_open_screen_async (AetherDbusSource *self, guint number,
                                      AetherFramebuffer *framebuffer, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = new_open_task (number, framebuffer, self->maps, cancellable, callback,
                                         user_data);
  AetherDbusSource *other = g_task_get_task_data (task);

  if (self->closed)
    {
      g_task_return_error (task, new_closed_error ());
      return;
    }

  other->borrowed = TRUE;
  other->connection = g_object_ref (self->connection);
  open_console (g_steal_pointer (&task));
}

/**
 * aether_dbus_source_get_n_screens:
 *
 * Returns: at least 1. Says "changed" when it is known.
 */
guint
aether_dbus_source_get_n_screens (AetherDbusSource *self)
{
  GVariant *ids = self->vm ? aether_qemu_vm_get_console_ids (self->vm) : NULL;

  return ids ? CLAMP (g_variant_n_children (ids), 1, MAX_CONSOLES) : 1;
}

/**
 * aether_dbus_source_open_finish:
 *
 * Returns: (transfer full): not closed yet, so that "closed" is still to come
 */
AetherDbusSource *
aether_dbus_source_open_finish (GAsyncResult *result, GError **error)
{
  g_autoptr(AetherDbusSource) self = g_task_propagate_pointer (G_TASK (result), error);

  if (self && self->reason)
    {
      g_propagate_error (error, g_error_copy (self->reason));
      return NULL;
    }

  return g_steal_pointer (&self);
}

static void
aether_dbus_source_dispose (GObject *object)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (object);

  hang_up (self, NULL);
  g_clear_object (&self->listener);
  g_clear_object (&self->vm);
  g_clear_object (&self->console);
  g_clear_object (&self->keyboard);
  g_clear_object (&self->mouse);
  g_clear_object (&self->screen);
  g_clear_object (&self->clipboard);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (aether_dbus_source_parent_class)->dispose (object);
}

static void
aether_dbus_source_finalize (GObject *object)
{
  AetherDbusSource *self = AETHER_DBUS_SOURCE (object);

  g_clear_object (&self->framebuffer);
  g_clear_pointer (&self->path, g_free);
  g_clear_error (&self->reason);

  G_OBJECT_CLASS (aether_dbus_source_parent_class)->finalize (object);
}

static void
aether_dbus_source_class_init (AetherDbusSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_dbus_source_dispose;
  object_class->finalize = aether_dbus_source_finalize;
}

static void
aether_dbus_source_init (AetherDbusSource *self)
{
}
