/* aether-vnc-wire.c - bytes to and from a VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-wire.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>

#define QUEUE_MAX (16 << 20)   /* bytes */

struct _AetherVncWire
{
  GMutex      lock;      /* of all below */
  GCond       changed;
  int         fd;
  GByteArray *queue;
  gboolean    shut;
  gboolean    sending;   /* the thread runs */
};

static void
wire_clear (gpointer data)
{
  AetherVncWire *self = data;

  g_clear_fd (&self->fd, NULL);
  g_byte_array_unref (self->queue);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

void
aether_vnc_wire_unref (AetherVncWire *self)
{
  g_atomic_rc_box_release_full (self, wire_clear);
}

AetherVncWire *
aether_vnc_wire_ref (AetherVncWire *self)
{
  return g_atomic_rc_box_acquire (self);
}

AetherVncWire *
aether_vnc_wire_new (int fd)
{
  AetherVncWire *self = g_atomic_rc_box_new0 (AetherVncWire);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_unix_set_fd_nonblocking (fd, FALSE, NULL);
  self->fd = fd;
  self->queue = g_byte_array_new ();

  return self;
}

int
aether_vnc_wire_get_fd (AetherVncWire *self)
{
  return self->fd;
}

void
aether_vnc_wire_replace (AetherVncWire *self, int fd)
{
  g_mutex_lock (&self->lock);
  g_close (self->fd, NULL);
  self->fd = fd;
  if (self->shut)
    shutdown (fd, SHUT_RDWR);
  g_mutex_unlock (&self->lock);
}

void
aether_vnc_wire_shut (AetherVncWire *self)
{
  g_mutex_lock (&self->lock);
  self->shut = TRUE;
  shutdown (self->fd, SHUT_RDWR);
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gboolean
send_all (int fd, const guint8 *data, gsize size)
{
  while (size > 0)
    {
      gssize sent = send (fd, data, size, MSG_NOSIGNAL);

      if (sent < 0 && errno == EINTR)
        continue;
      if (sent <= 0)
        return FALSE;
      data += sent;
      size -= sent;
    }

  return TRUE;
}

/* The thread waits for nothing but bytes to send, and the server to take them. */
static gpointer
run (gpointer user_data)
{
  AetherVncWire *self = user_data;
  gboolean good = TRUE;

  g_mutex_lock (&self->lock);
  while (good && !self->shut)
    {
      g_autoptr(GByteArray) batch = NULL;

      if (self->queue->len == 0)
        {
          g_cond_wait (&self->changed, &self->lock);
          continue;
        }

      batch = g_steal_pointer (&self->queue);
      self->queue = g_byte_array_new ();
      g_mutex_unlock (&self->lock);
      good = send_all (self->fd, batch->data, batch->len);
      g_mutex_lock (&self->lock);
    }
  self->shut = TRUE;
  shutdown (self->fd, SHUT_RDWR);
  g_mutex_unlock (&self->lock);
  aether_vnc_wire_unref (self);

  return NULL;
}

void
aether_vnc_wire_send (AetherVncWire *self, gconstpointer data, gsize size)
{
  g_mutex_lock (&self->lock);
  if (!self->shut && self->queue->len + size > QUEUE_MAX)
    {
      self->shut = TRUE;
      shutdown (self->fd, SHUT_RDWR);
    }
  if (!self->shut)
    {
      g_byte_array_append (self->queue, data, size);
      if (!self->sending)
        g_thread_unref (g_thread_new ("vnc-send", run, aether_vnc_wire_ref (self)));
      self->sending = TRUE;
    }
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Returns: whether there is something to read, be it the end */
static gboolean
wait_readable (int fd, gint64 deadline)
{
  struct pollfd poller = { fd, POLLIN, 0 };
  int ready;

  do
    {
      gint64 left = MAX (deadline - g_get_monotonic_time (), 0);

      ready = poll (&poller, 1, left / 1000 + 1);
    }
  while (ready < 0 && errno == EINTR);

  return ready > 0;
}

gboolean
aether_vnc_wire_read (AetherVncWire *self, gpointer data, gsize size, guint seconds, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  while (size > 0)
    {
      gssize got;

      if (!wait_readable (self->fd, deadline))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                               _("The server does not answer."));
          return FALSE;
        }

      got = recv (self->fd, data, size, 0);
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                               _("The server closed the connection."));
          return FALSE;
        }
      data = (guint8 *) data + got;
      size -= got;
    }

  return TRUE;
}
