/* aether-serial-port.c - our end of a guest's serial port
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-serial-port.h"

#include "aether-source.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE (16 * 1024)

/* What a socket buffer can still hold when the engine is gone, and more. */
#define DRAIN_MAX (1024 * 1024)

struct _AetherSerialPort
{
  guint                 port;
  int                   fd;
  GSource              *readable;
  GSource              *writable;   /* while something is unsent */
  GByteArray           *unsent;
  AetherSerialPortFunc  func;
  gpointer              user_data;
};

/* Returns: bytes read, 0 at the end, -1 when there are none now */
static gssize
read_some (AetherSerialPort *self)
{
  char buffer[READ_SIZE];
  g_autoptr(GBytes) data = NULL;
  gssize n = recv (self->fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? -1 : 0;
  if (n == 0)
    return 0;

  data = g_bytes_new (buffer, n);
  self->func (self->port, data, self->user_data);

  return n;
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  return read_some (user_data) == 0 ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
writable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  AetherSerialPort *self = user_data;
  gssize n = send (self->fd, self->unsent->data, self->unsent->len, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  /* The other end is gone: its reader finds out too */
  g_byte_array_remove_range (self->unsent, 0, n < 0 ? self->unsent->len : (gsize) n);
  if (self->unsent->len > 0)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->writable, g_source_unref);
  return G_SOURCE_REMOVE;
}

/**
 * aether_serial_port_new:
 * @fd: a socket whose other end the engine has; taken
 * @func: gets what the guest writes, on the thread-default main context
 */
AetherSerialPort *
aether_serial_port_new (guint port, int fd, AetherSerialPortFunc func, gpointer user_data)
{
  AetherSerialPort *self = g_new0 (AetherSerialPort, 1);

  self->port = port;
  self->fd = fd;
  self->func = func;
  self->user_data = user_data;
  self->unsent = g_byte_array_new ();
  self->readable = g_unix_fd_source_new (fd, G_IO_IN | G_IO_HUP);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_attach (self->readable, g_main_context_get_thread_default ());

  return self;
}

/**
 * aether_serial_port_write:
 *
 * Never blocks. What does not fit into AETHER_SERIAL_PORT_MAX is dropped.
 *
 * Returns: bytes taken
 */
gsize
aether_serial_port_write (AetherSerialPort *self, GBytes *data)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (data, &size);
  gsize n = MIN (size, AETHER_SERIAL_PORT_MAX - self->unsent->len);

  if (n == 0)
    return 0;

  g_byte_array_append (self->unsent, bytes, n);
  if (self->writable == NULL)
    {
      self->writable = g_unix_fd_source_new (self->fd, G_IO_OUT);
      g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
      g_source_attach (self->writable, g_main_context_get_thread_default ());
    }

  return n;
}

/* Reads what is left of a guest that is gone. */
void
aether_serial_port_drain (AetherSerialPort *self)
{
  gsize total = 0;
  gssize n;

  while (total < DRAIN_MAX && (n = read_some (self)) > 0)
    total += n;
}

void
aether_serial_port_free (AetherSerialPort *self)
{
  aether_clear_source (&self->readable);
  aether_clear_source (&self->writable);
  g_byte_array_unref (self->unsent);
  close (self->fd);
  g_free (self);
}
