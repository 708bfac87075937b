/* dbus-listener.c - one viewer of the picture: org.qemu.Display1.Listener
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dbus-listener.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

#include "avmm-display1.h"

#define LISTENER_PATH "/org/qemu/Display1/Listener"
#define MAP_INTERFACE "org.qemu.Display1.Listener.Unix.Map"
#define FORMAT_XRGB   0x20020888u   /* PIXMAN_x8r8g8b8 */

struct _AvmmListener
{
  struct avmm_display       *display;
  void                     (*gone) (AvmmListener *self, gpointer data);
  gpointer                   data;

  GCancellable              *cancellable;
  GDBusConnection           *connection;
  AvmmDisplay1Listener      *proxy;
  AvmmDisplay1ListenerUnixMap *map;        /* NULL: the viewer takes copies */

  gboolean                   ready;
  gboolean                   busy;         /* a message is on its way */
  struct avmm_mode           mode;
  unsigned                   serial;       /* of the mode to be shown */
  unsigned                   shown;        /* of the mode the viewer has */
  struct aether_rect         damage;       /* width 0: none */
};

static void send_next (AvmmListener *self);

/* Cancelled: self is gone */
static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AvmmListener *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer = NULL;

  if (G_IS_DBUS_CONNECTION (object))
    answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (object), NULL,
                                                              result, &error);
  else
    answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->busy = FALSE;
  if (answer)
    send_next (self);
}

static GVariant *
copy_pixels (AvmmListener *self, const struct aether_rect *rect)
{
  gsize row = (gsize) rect->width * 4;
  guint8 *pixels = g_malloc (row * rect->height);

  for (guint32 y = 0; y < rect->height; y++)
    memcpy (pixels + y * row, self->display->slot.host
            + (gsize) (rect->y + y) * self->mode.stride + (gsize) rect->x * 4, row);

  return g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, pixels, row * rect->height, TRUE,
                                  g_free, pixels);
}

static void
send_mode (AvmmListener *self)
{
  const struct avmm_mode *mode = &self->mode;
  struct aether_rect all = { 0, 0, mode->width, mode->height };

  self->shown = self->serial;
  if (self->map)
    {
      g_autoptr(GUnixFDList) fds = g_unix_fd_list_new ();

      if (g_unix_fd_list_append (fds, self->display->slot.fd, NULL) < 0)
        return;
      self->busy = TRUE;
      g_dbus_connection_call_with_unix_fd_list (self->connection, NULL, LISTENER_PATH,
                                                MAP_INTERFACE, "ScanoutMap",
                                                g_variant_new ("(huuuuu)", 0, 0, mode->width,
                                                               mode->height, mode->stride,
                                                               FORMAT_XRGB),
                                                NULL, G_DBUS_CALL_FLAGS_NONE, G_MAXINT, fds,
                                                self->cancellable, sent_cb, self);
      /* A viewer draws what it is told of */
      self->damage = all;
      return;
    }

  self->busy = TRUE;
  self->damage.width = 0;
  g_dbus_proxy_call (G_DBUS_PROXY (self->proxy), "Scanout",
                     g_variant_new ("(uuuu@ay)", mode->width, mode->height, mode->width * 4,
                                    FORMAT_XRGB, copy_pixels (self, &all)),
                     G_DBUS_CALL_FLAGS_NONE, G_MAXINT, self->cancellable, sent_cb, self);
}

static void
send_next (AvmmListener *self)
{
  struct aether_rect rect = self->damage;

  if (!self->ready || self->busy || self->mode.width == 0)
    return;

  if (self->shown != self->serial)
    {
      send_mode (self);
      return;
    }

  if (rect.width == 0)
    return;

  self->damage.width = 0;
  self->busy = TRUE;
  if (self->map)
    g_dbus_proxy_call (G_DBUS_PROXY (self->map), "UpdateMap",
                       g_variant_new ("(iiii)", (int) rect.x, (int) rect.y, (int) rect.width,
                                      (int) rect.height),
                       G_DBUS_CALL_FLAGS_NONE, G_MAXINT, self->cancellable, sent_cb, self);
  else
    g_dbus_proxy_call (G_DBUS_PROXY (self->proxy), "Update",
                       g_variant_new ("(iiiiuu@ay)", (int) rect.x, (int) rect.y, (int) rect.width,
                                      (int) rect.height, rect.width * 4, FORMAT_XRGB,
                                      copy_pixels (self, &rect)),
                       G_DBUS_CALL_FLAGS_NONE, G_MAXINT, self->cancellable, sent_cb, self);
}

static void
closed_cb (GDBusConnection *connection, gboolean remote, GError *error, gpointer user_data)
{
  AvmmListener *self = user_data;

  self->gone (self, self->data);
}

/* Open: connect -> ask what it can -> map, if it can that. */

static void
failed (AvmmListener *self, GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->gone (self, self->data);
}

static void
map_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  AvmmDisplay1ListenerUnixMap *map = avmm_display1_listener_unix_map_proxy_new_finish (result, &error);
  AvmmListener *self = user_data;

  if (map == NULL)
    {
      failed (self, error);
      return;
    }

  self->map = map;
  self->ready = TRUE;
  send_next (self);
}

static void
proxy_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  AvmmDisplay1Listener *proxy = avmm_display1_listener_proxy_new_finish (result, &error);
  AvmmListener *self = user_data;
  const char * const *interfaces;

  if (proxy == NULL)
    {
      failed (self, error);
      return;
    }

  self->proxy = proxy;
  interfaces = avmm_display1_listener_get_interfaces (proxy);
  if (interfaces && g_strv_contains (interfaces, MAP_INTERFACE))
    {
      avmm_display1_listener_unix_map_proxy_new (self->connection,
                                                 G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL,
                                                 LISTENER_PATH, self->cancellable, map_cb, self);
      return;
    }

  self->ready = TRUE;
  send_next (self);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_finish (result, &error);
  AvmmListener *self = user_data;

  if (connection == NULL)
    {
      failed (self, error);
      return;
    }

  self->connection = connection;
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), self);
  avmm_display1_listener_proxy_new (connection, G_DBUS_PROXY_FLAGS_NONE, NULL, LISTENER_PATH,
                                    self->cancellable, proxy_cb, self);
}

AvmmListener *
avmm_listener_new (int fd, struct avmm_display *display,
                   void (*gone) (AvmmListener *self, gpointer data), gpointer data)
{
  g_autoptr(GSocket) socket = g_socket_new_from_fd (fd, NULL);
  g_autoptr(GSocketConnection) stream = NULL;
  g_autofree char *guid = g_dbus_generate_guid ();
  AvmmListener *self;

  if (socket == NULL)
    {
      close (fd);
      return NULL;
    }

  self = g_new0 (AvmmListener, 1);
  self->display = display;
  self->gone = gone;
  self->data = data;
  self->cancellable = g_cancellable_new ();
  stream = g_socket_connection_factory_create_connection (socket);
  /* Though we are the one that calls, the viewer is the client, as with QEMU */
  g_dbus_connection_new (G_IO_STREAM (stream), guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER,
                         NULL, self->cancellable, connected_cb, self);

  return self;
}

/* @damage: width 0 for the mode alone */
void
avmm_listener_damage (AvmmListener *self, const struct avmm_mode *mode, unsigned serial,
                      const struct aether_rect *damage)
{
  self->mode = *mode;
  self->serial = serial;
  avmm_rect_unite (&self->damage, damage);
  if (self->damage.x + self->damage.width > mode->width
      || self->damage.y + self->damage.height > mode->height)
    self->damage = (struct aether_rect) { 0, 0, mode->width, mode->height };

  send_next (self);
}

void
avmm_listener_free (AvmmListener *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->connection)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      g_dbus_connection_close (self->connection, NULL, NULL, NULL);
    }
  g_clear_object (&self->map);
  g_clear_object (&self->proxy);
  g_clear_object (&self->connection);
  g_object_unref (self->cancellable);
  g_free (self);
}
