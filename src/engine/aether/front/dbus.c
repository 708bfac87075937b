/* dbus.c - the machine's picture, keyboard and pointer as org.qemu.Display1
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dbus.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <linux/input-event-codes.h>
#include <unistd.h>

#include "avmm-display1.h"
#include "dbus-listener.h"

#define VM_PATH      "/org/qemu/Display1/VM"
#define CONSOLE_PATH "/org/qemu/Display1/Console_0"
#define MAX_SLOTS    10
#define MAX_VIEWERS  8
#define MOST_UNREAD  16384   /* answers; each is less than 1 KB */
#define EXTENDED     0x80u

/* QEMU's InputButton */
enum { BUTTON_LEFT, BUTTON_MIDDLE, BUTTON_RIGHT, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN, BUTTON_SIDE,
       BUTTON_EXTRA, BUTTON_WHEEL_LEFT, BUTTON_WHEEL_RIGHT };

struct avmm_dbus
{
  struct avmm_vm         *vm;
  GThread                *thread;
  GMainContext           *context;
  GMainLoop              *loop;
  GSource                *changed;      /* ready when there is something to show */

  GDBusConnection        *connection;   /* the peer that has the display */
  AvmmDisplay1VM         *machine;
  AvmmDisplay1Console    *console;
  AvmmDisplay1Keyboard   *keyboard;
  AvmmDisplay1Mouse      *mouse;
  AvmmDisplay1MultiTouch *touch;
  GPtrArray              *listeners;    /* of AvmmListener */
};

/* --- input ---------------------------------------------------------------- */

/* Set 1 codes are Linux's up to F12; these are the ones behind 0xe0. */
static guint32
qnum_to_linux (guint32 qnum)
{
  static const guint8 extended[128] = {
    [0x1c] = KEY_KPENTER, [0x1d] = KEY_RIGHTCTRL, [0x35] = KEY_KPSLASH, [0x37] = KEY_SYSRQ,
    [0x38] = KEY_RIGHTALT, [0x46] = KEY_PAUSE, [0x47] = KEY_HOME, [0x48] = KEY_UP,
    [0x49] = KEY_PAGEUP, [0x4b] = KEY_LEFT, [0x4d] = KEY_RIGHT, [0x4f] = KEY_END,
    [0x50] = KEY_DOWN, [0x51] = KEY_PAGEDOWN, [0x52] = KEY_INSERT, [0x53] = KEY_DELETE,
    [0x5b] = KEY_LEFTMETA, [0x5c] = KEY_RIGHTMETA, [0x5d] = KEY_COMPOSE,
  };

  if (qnum < EXTENDED)
    return qnum <= KEY_F12 ? qnum : KEY_RESERVED;

  return qnum < 2 * EXTENDED ? extended[qnum - EXTENDED] : KEY_RESERVED;
}

static gboolean
key (struct avmm_dbus *dbus, guint qnum, gboolean down)
{
  guint32 code = qnum_to_linux (qnum);

  if (code != KEY_RESERVED)
    avmm_vm_post (dbus->vm, (struct aether_event) { .type = AETHER_EVENT_KEY, .code = code,
                                                    .value = down });

  return TRUE;
}

static gboolean
key_press_cb (AvmmDisplay1Keyboard *object, GDBusMethodInvocation *call, guint qnum, gpointer data)
{
  key (data, qnum, TRUE);
  avmm_display1_keyboard_complete_press (object, call);

  return TRUE;
}

static gboolean
key_release_cb (AvmmDisplay1Keyboard *object, GDBusMethodInvocation *call, guint qnum,
                gpointer data)
{
  key (data, qnum, FALSE);
  avmm_display1_keyboard_complete_release (object, call);

  return TRUE;
}

static void
button (struct avmm_dbus *dbus, guint number, gboolean down)
{
  struct aether_event event = { .type = AETHER_EVENT_BUTTON, .code = number, .value = down };

  if (number >= BUTTON_SIDE && number <= BUTTON_EXTRA)
    event.code = number - BUTTON_SIDE + 3;
  else if (number > BUTTON_WHEEL_RIGHT)
    return;
  else if (number > BUTTON_RIGHT)
    {
      if (!down)
        return;
      event = (struct aether_event) {
        .type = AETHER_EVENT_WHEEL,
        .x = (number == BUTTON_WHEEL_RIGHT) - (number == BUTTON_WHEEL_LEFT),
        .y = (number == BUTTON_WHEEL_DOWN) - (number == BUTTON_WHEEL_UP),
      };
    }

  avmm_vm_post (dbus->vm, event);
}

static gboolean
mouse_press_cb (AvmmDisplay1Mouse *object, GDBusMethodInvocation *call, guint number, gpointer data)
{
  button (data, number, TRUE);
  avmm_display1_mouse_complete_press (object, call);

  return TRUE;
}

static gboolean
mouse_release_cb (AvmmDisplay1Mouse *object, GDBusMethodInvocation *call, guint number,
                  gpointer data)
{
  button (data, number, FALSE);
  avmm_display1_mouse_complete_release (object, call);

  return TRUE;
}

static gboolean
mouse_position_cb (AvmmDisplay1Mouse *object, GDBusMethodInvocation *call, guint x, guint y,
                   gpointer data)
{
  struct avmm_dbus *dbus = data;

  avmm_vm_post (dbus->vm, (struct aether_event) { .type = AETHER_EVENT_POINTER,
                                                  .x = (int) MIN (x, G_MAXINT16),
                                                  .y = (int) MIN (y, G_MAXINT16) });
  avmm_display1_mouse_complete_set_abs_position (object, call);

  return TRUE;
}

static gboolean
mouse_motion_cb (AvmmDisplay1Mouse *object, GDBusMethodInvocation *call, int dx, int dy,
                 gpointer data)
{
  struct avmm_dbus *dbus = data;

  avmm_vm_post (dbus->vm, (struct aether_event) { .type = AETHER_EVENT_MOTION,
                                                  .x = CLAMP (dx, G_MININT16, G_MAXINT16),
                                                  .y = CLAMP (dy, G_MININT16, G_MAXINT16) });
  avmm_display1_mouse_complete_rel_motion (object, call);

  return TRUE;
}

static gboolean
touch_cb (AvmmDisplay1MultiTouch *object, GDBusMethodInvocation *call, guint kind, guint64 slot,
          double x, double y, gpointer data)
{
  struct avmm_dbus *dbus = data;

  if (kind > AETHER_TOUCH_CANCEL || slot >= MAX_SLOTS)
    {
      g_dbus_method_invocation_return_error (call, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                             "There is no touch event of kind %u with finger %"
                                             G_GUINT64_FORMAT ".", kind, slot);
      return TRUE;
    }

  avmm_vm_post (dbus->vm, (struct aether_event) { .type = AETHER_EVENT_TOUCH, .code = (guint32) slot,
                                                  .value = (int) kind,
                                                  .x = (int) CLAMP (x, 0, G_MAXINT16),
                                                  .y = (int) CLAMP (y, 0, G_MAXINT16) });
  avmm_display1_multi_touch_complete_send_event (object, call);

  return TRUE;
}

/* --- picture ------------------------------------------------------------------ */

static void
show (struct avmm_dbus *dbus)
{
  struct aether_rect damage;
  struct avmm_mode mode;
  unsigned serial;

  avmm_display_take (&dbus->vm->display, &mode, &serial, &damage);
  if (dbus->console)
    {
      avmm_display1_console_set_width (dbus->console, mode.width);
      avmm_display1_console_set_height (dbus->console, mode.height);
    }
  for (guint i = 0; i < dbus->listeners->len; i++)
    avmm_listener_damage (dbus->listeners->pdata[i], &mode, serial, &damage);
}

static gboolean
changed_cb (gpointer data)
{
  struct avmm_dbus *dbus = data;

  g_source_set_ready_time (dbus->changed, -1);
  show (dbus);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_changed (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs changed_funcs = { .dispatch = dispatch_changed };

static void
listener_gone_cb (AvmmListener *listener, gpointer data)
{
  struct avmm_dbus *dbus = data;

  g_ptr_array_remove_fast (dbus->listeners, listener);
}

static gboolean
register_listener_cb (AvmmDisplay1Console *object, GDBusMethodInvocation *call, GUnixFDList *fds,
                      GVariant *handle, gpointer data)
{
  struct avmm_dbus *dbus = data;
  g_autoptr(GError) error = NULL;
  AvmmListener *listener;
  int fd = fds ? g_unix_fd_list_get (fds, g_variant_get_handle (handle), &error) : -1;

  if (fd < 0 || dbus->listeners->len == MAX_VIEWERS
      || (listener = avmm_listener_new (fd, &dbus->vm->display, listener_gone_cb, dbus)) == NULL)
    {
      if (fd >= 0)
        close (fd);
      g_dbus_method_invocation_return_error (call, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                             "The listener's socket cannot be used%s%s.",
                                             error ? ": " : "", error ? error->message : "");
      return TRUE;
    }

  g_ptr_array_add (dbus->listeners, listener);
  avmm_display1_console_complete_register_listener (object, call, NULL);
  show (dbus);

  return TRUE;
}

static gboolean
set_ui_info_cb (AvmmDisplay1Console *object, GDBusMethodInvocation *call, guint16 width_mm,
                guint16 height_mm, int x, int y, guint width, guint height, gpointer data)
{
  struct avmm_dbus *dbus = data;

  if (width >= 16 && height >= 16 && width <= 8192 && height <= 8192
      && (guint64) width * height * 4 <= dbus->vm->display.slot.size)
    avmm_vm_post (dbus->vm, (struct aether_event) { .type = AETHER_EVENT_MODE, .x = (int) width,
                                                    .y = (int) height });
  avmm_display1_console_complete_set_uiinfo (object, call);

  return TRUE;
}

/* --- the peer ----------------------------------------------------------------- */

static void
drop_peer (struct avmm_dbus *dbus)
{
  GDBusInterfaceSkeleton *skeletons[] = {
    G_DBUS_INTERFACE_SKELETON (dbus->machine), G_DBUS_INTERFACE_SKELETON (dbus->console),
    G_DBUS_INTERFACE_SKELETON (dbus->keyboard), G_DBUS_INTERFACE_SKELETON (dbus->mouse),
    G_DBUS_INTERFACE_SKELETON (dbus->touch),
  };

  if (dbus->connection == NULL)
    return;

  g_ptr_array_set_size (dbus->listeners, 0);
  for (guint i = 0; i < G_N_ELEMENTS (skeletons); i++)
    if (g_dbus_interface_skeleton_has_connection (skeletons[i], dbus->connection))
      g_dbus_interface_skeleton_unexport_from_connection (skeletons[i], dbus->connection);
  g_signal_handlers_disconnect_by_data (dbus->connection, dbus);
  g_dbus_connection_close (dbus->connection, NULL, NULL, NULL);
  g_clear_object (&dbus->connection);
}

static void
peer_closed_cb (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  drop_peer (data);
}

/* GDBus keeps any number of answers for a peer that does not read them. On a thread of its own, which
 * has just read a message or is about to write one. */
static GDBusMessage *
count_unread (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  GDBusMessageType type = g_dbus_message_get_message_type (message);
  int *unread = data;

  if (!incoming && (type == G_DBUS_MESSAGE_TYPE_METHOD_RETURN || type == G_DBUS_MESSAGE_TYPE_ERROR))
    g_atomic_int_add (unread, -1);
  else if (incoming && type == G_DBUS_MESSAGE_TYPE_METHOD_CALL
           && !(g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED)
           && g_atomic_int_add (unread, 1) >= MOST_UNREAD)
    {
      g_dbus_connection_close (connection, NULL, NULL, NULL);
      g_clear_object (&message);
    }

  return message;
}

static gboolean
export_all (struct avmm_dbus *dbus, GDBusConnection *connection)
{
  const struct { gpointer skeleton; const char *path; } objects[] = {
    { dbus->machine, VM_PATH }, { dbus->console, CONSOLE_PATH }, { dbus->keyboard, CONSOLE_PATH },
    { dbus->mouse, CONSOLE_PATH }, { dbus->touch, CONSOLE_PATH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    if (!g_dbus_interface_skeleton_export (objects[i].skeleton, connection, objects[i].path, NULL))
      return FALSE;

  return TRUE;
}

static void
peer_connected_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  struct avmm_dbus *dbus = data;
  GDBusConnection *connection = g_dbus_connection_new_finish (result, NULL);

  if (connection == NULL)
    return;

  /* One peer has the display: the newest */
  drop_peer (dbus);
  dbus->connection = connection;
  g_signal_connect (connection, "closed", G_CALLBACK (peer_closed_cb), dbus);
  g_dbus_connection_add_filter (connection, count_unread, g_new0 (int, 1), g_free);
  if (export_all (dbus, connection))
    g_dbus_connection_start_message_processing (connection);
  else
    drop_peer (dbus);
}

struct peer { struct avmm_dbus *dbus; int fd; };

static gboolean
serve_cb (gpointer data)
{
  g_autofree struct peer *peer = data;
  g_autofree char *guid = g_dbus_generate_guid ();
  g_autoptr(GSocket) socket = g_socket_new_from_fd (peer->fd, NULL);
  g_autoptr(GSocketConnection) stream = NULL;

  if (socket == NULL)
    {
      close (peer->fd);
      return G_SOURCE_REMOVE;
    }

  stream = g_socket_connection_factory_create_connection (socket);
  g_dbus_connection_new (G_IO_STREAM (stream), guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                         | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, NULL, peer_connected_cb, peer->dbus);

  return G_SOURCE_REMOVE;
}

void
avmm_dbus_serve (struct avmm_dbus *dbus, int fd)
{
  struct peer *peer = g_new (struct peer, 1);

  *peer = (struct peer) { dbus, fd };
  g_main_context_invoke (dbus->context, serve_cb, peer);
}

void
avmm_dbus_notify (struct avmm_dbus *dbus)
{
  g_source_set_ready_time (dbus->changed, 0);
}

/* --- the thread ------------------------------------------------------------------ */

static void
make_objects (struct avmm_dbus *dbus)
{
  static const char * const console_interfaces[] = {
    "org.qemu.Display1.Keyboard", "org.qemu.Display1.Mouse", "org.qemu.Display1.MultiTouch", NULL,
  };
  static const char * const none[] = { NULL };
  guint32 first = 0;

  dbus->machine = avmm_display1_vm_skeleton_new ();
  avmm_display1_vm_set_name (dbus->machine, "Aether guest");
  avmm_display1_vm_set_uuid (dbus->machine, "00000000-0000-0000-0000-000000000000");
  avmm_display1_vm_set_console_ids (dbus->machine,
                                    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, &first, 1,
                                                               sizeof first));
  avmm_display1_vm_set_interfaces (dbus->machine, none);

  dbus->console = avmm_display1_console_skeleton_new ();
  avmm_display1_console_set_label (dbus->console, "Aether guest");
  avmm_display1_console_set_console_type (dbus->console, "Graphic");
  avmm_display1_console_set_device_address (dbus->console, "");
  avmm_display1_console_set_interfaces (dbus->console, console_interfaces);
  g_signal_connect (dbus->console, "handle-register-listener", G_CALLBACK (register_listener_cb),
                    dbus);
  g_signal_connect (dbus->console, "handle-set-uiinfo", G_CALLBACK (set_ui_info_cb), dbus);

  dbus->keyboard = avmm_display1_keyboard_skeleton_new ();
  g_signal_connect (dbus->keyboard, "handle-press", G_CALLBACK (key_press_cb), dbus);
  g_signal_connect (dbus->keyboard, "handle-release", G_CALLBACK (key_release_cb), dbus);

  dbus->mouse = avmm_display1_mouse_skeleton_new ();
  avmm_display1_mouse_set_is_absolute (dbus->mouse, TRUE);
  g_signal_connect (dbus->mouse, "handle-press", G_CALLBACK (mouse_press_cb), dbus);
  g_signal_connect (dbus->mouse, "handle-release", G_CALLBACK (mouse_release_cb), dbus);
  g_signal_connect (dbus->mouse, "handle-set-abs-position", G_CALLBACK (mouse_position_cb), dbus);
  g_signal_connect (dbus->mouse, "handle-rel-motion", G_CALLBACK (mouse_motion_cb), dbus);

  dbus->touch = avmm_display1_multi_touch_skeleton_new ();
  avmm_display1_multi_touch_set_max_slots (dbus->touch, MAX_SLOTS);
  g_signal_connect (dbus->touch, "handle-send-event", G_CALLBACK (touch_cb), dbus);
}

static gpointer
run_thread (gpointer data)
{
  struct avmm_dbus *dbus = data;

  g_main_context_push_thread_default (dbus->context);
  make_objects (dbus);
  show (dbus);
  g_main_loop_run (dbus->loop);

  drop_peer (dbus);
  while (g_main_context_iteration (dbus->context, FALSE))
    ;
  g_object_unref (dbus->machine);
  g_object_unref (dbus->console);
  g_object_unref (dbus->keyboard);
  g_object_unref (dbus->mouse);
  g_object_unref (dbus->touch);
  g_main_context_pop_thread_default (dbus->context);

  return NULL;
}

struct avmm_dbus *
avmm_dbus_start (struct avmm_vm *vm, struct avmm_error *error)
{
  struct avmm_dbus *dbus = g_new0 (struct avmm_dbus, 1);

  /* In its own process GIO needs no plug-ins, and will not be able to look for them */
  g_setenv ("GIO_USE_VFS", "local", TRUE);

  dbus->vm = vm;
  dbus->context = g_main_context_new ();
  dbus->loop = g_main_loop_new (dbus->context, FALSE);
  dbus->listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) avmm_listener_free);
  dbus->changed = g_source_new (&changed_funcs, sizeof (GSource));
  g_source_set_callback (dbus->changed, changed_cb, dbus, NULL);
  g_source_set_ready_time (dbus->changed, -1);
  g_source_attach (dbus->changed, dbus->context);
  dbus->thread = g_thread_new ("display", run_thread, dbus);

  return dbus;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);

  return G_SOURCE_REMOVE;
}

void
avmm_dbus_stop (struct avmm_dbus *dbus)
{
  g_autoptr(GSource) quit = g_idle_source_new ();

  /* On its own context: the loop may not run yet */
  g_source_set_callback (quit, quit_cb, dbus->loop, NULL);
  g_source_attach (quit, dbus->context);
  g_thread_join (dbus->thread);

  g_source_destroy (dbus->changed);
  g_source_unref (dbus->changed);
  g_ptr_array_unref (dbus->listeners);
  g_main_loop_unref (dbus->loop);
  g_main_context_unref (dbus->context);
  g_free (dbus);
}
