/* mock-vnc.c - a VNC server that does what a test says
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "mock-vnc.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct _MockVnc
{
  GThread       *thread;
  GSocket       *listener;
  MockVncScript  script;
  gpointer       user_data;
  int            fd;
};

static gpointer
run (gpointer user_data)
{
  MockVnc *self = user_data;

  self->script (self->fd, self->user_data);
  g_close (g_atomic_int_exchange (&self->fd, -1), NULL);

  return NULL;
}

MockVnc *
mock_vnc_new_for_fd (MockVncScript script, gpointer user_data, int fd)
{
  MockVnc *self = g_new0 (MockVnc, 1);

  self->script = script;
  self->user_data = user_data;
  self->fd = fd;
  self->thread = g_thread_new ("mock-vnc", run, self);

  return self;
}

void
mock_vnc_shut (MockVnc *self)
{
  int fd = g_atomic_int_get (&self->fd);

  if (fd >= 0)
    shutdown (fd, SHUT_RDWR);
}

MockVnc *
mock_vnc_new (MockVncScript script, gpointer user_data, GSocketConnection **stream)
{
  g_autoptr(GSocket) socket = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  socket = g_socket_new_from_fd (fds[0], NULL);
  *stream = g_socket_connection_factory_create_connection (socket);

  return mock_vnc_new_for_fd (script, user_data, fds[1]);
}

static gpointer
serve (gpointer user_data)
{
  MockVnc *self = user_data;
  g_autoptr(GSocket) client = NULL;

  while ((client = g_socket_accept (self->listener, NULL, NULL)))
    {
      g_unix_set_fd_nonblocking (g_socket_get_fd (client), FALSE, NULL);
      self->script (g_socket_get_fd (client), self->user_data);
      g_clear_object (&client);
    }

  return NULL;
}

MockVnc *
mock_vnc_listen (MockVncScript script, gpointer user_data, guint16 *port)
{
  MockVnc *self = g_new0 (MockVnc, 1);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr(GSocketAddress) bound = NULL;

  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (self->listener, NULL));
  bound = g_socket_get_local_address (self->listener, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->script = script;
  self->user_data = user_data;
  self->thread = g_thread_new ("mock-vnc", serve, self);

  return self;
}

void
mock_vnc_free (MockVnc *self)
{
  if (self->listener)
    shutdown (g_socket_get_fd (self->listener), SHUT_RDWR);
  g_thread_join (self->thread);
  g_clear_object (&self->listener);
  g_free (self);
}

gboolean
mock_vnc_write (int fd, gconstpointer data, gsize size)
{
  while (size > 0)
    {
      gssize sent = send (fd, data, size, MSG_NOSIGNAL);

      if (sent <= 0)
        return FALSE;
      data = (const guint8 *) data + sent;
      size -= sent;
    }

  return TRUE;
}

gboolean
mock_vnc_read (int fd, gpointer data, gsize size)
{
  return size == 0 || recv (fd, data, size, MSG_WAITALL) == (gssize) size;
}

gboolean
mock_vnc_shake_hands (int fd, guint width, guint height)
{
  guint8 init[28] = { width >> 8, width, height >> 8, height, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255,
                      16, 8, 0, 0, 0, 0, 0, 0, 0, 4, 'm', 'o', 'c', 'k' };
  guint8 answer[12];

  return mock_vnc_write (fd, "RFB 003.008\n", 12) && mock_vnc_read (fd, answer, 12) &&
         mock_vnc_write (fd, "\1\1", 2) && mock_vnc_read (fd, answer, 1) &&
         mock_vnc_write (fd, "\0\0\0\0", 4) && mock_vnc_read (fd, answer, 1) &&
         mock_vnc_write (fd, init, sizeof init);
}

void
mock_vnc_drain (int fd)
{
  guint8 buffer[4096];

  while (recv (fd, buffer, sizeof buffer, 0) > 0)
    ;
}

void
mock_vnc_add_u32 (GByteArray *message, guint32 value)
{
  value = GUINT32_TO_BE (value);
  g_byte_array_append (message, (const guint8 *) &value, 4);
}

void
mock_vnc_add_rect (GByteArray *message, guint x, guint y, guint width, guint height, gint32 encoding)
{
  g_byte_array_append (message, (const guint8[]) { 0, 0, 0, 1 }, 4);
  mock_vnc_add_u32 (message, x << 16 | y);
  mock_vnc_add_u32 (message, width << 16 | height);
  mock_vnc_add_u32 (message, encoding);
}

/* The client's side */

static void
closed_cb (AetherVncSource *source, GError *error, MockVncClient *self)
{
  g_assert_null (self->closed);
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, !=, "");
  self->closed = g_error_copy (error);
}

static void
text_cb (AetherVncSource *source, const char *text, MockVncClient *self)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_set_str (&self->text, text);
}

static void
question_cb (AetherVncSource *source, const AetherVncQuestion *question, MockVncClient *self)
{
  AetherVncAnswer answer = { self->yes, self->remember, g_strdup (self->user), g_strdup (self->password) };

  self->n_questions++;
  self->last.kind = question->kind;
  self->last.encrypted = question->encrypted;
  g_set_str (&self->last.fingerprint, question->fingerprint);
  g_set_str (&self->last.known, question->known);
  g_set_str (&self->last.doubt, question->doubt);
  aether_vnc_source_answer (source, &answer);
  aether_vnc_answer_clear (&answer);
}

void
mock_vnc_client_begin (MockVncClient *self, const AetherVncAddress *address, GSocketConnection *stream)
{
  self->framebuffer = aether_framebuffer_new ();
  self->source = address ? aether_vnc_source_new (address, self->framebuffer)
                         : aether_vnc_source_new_for_stream (stream, self->framebuffer);
  g_signal_connect (self->source, "closed", G_CALLBACK (closed_cb), self);
  g_signal_connect (self->source, "text", G_CALLBACK (text_cb), self);
  g_signal_connect (self->source, "question", G_CALLBACK (question_cb), self);
}

gboolean
mock_vnc_client_wait_live (MockVncClient *self)
{
  AetherDisplaySource *source = AETHER_DISPLAY_SOURCE (self->source);

  while (aether_display_source_get_state (source) == AETHER_DISPLAY_CONNECTING)
    g_main_context_iteration (NULL, TRUE);

  return aether_display_source_get_state (source) == AETHER_DISPLAY_LIVE;
}

void
mock_vnc_client_wait_closed (MockVncClient *self)
{
  while (self->closed == NULL)
    g_main_context_iteration (NULL, TRUE);
}

void
mock_vnc_client_end (MockVncClient *self)
{
  gpointer framebuffer = g_steal_pointer (&self->framebuffer);

  aether_display_source_close (AETHER_DISPLAY_SOURCE (self->source));
  g_assert_finalize_object (self->source);
  self->source = NULL;

  /* The thread's reference is the last: it went without being waited for. */
  g_object_add_weak_pointer (framebuffer, &framebuffer);
  g_object_unref (framebuffer);
  while (framebuffer)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (500);
    }

  g_clear_error (&self->closed);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->last.fingerprint, g_free);
  g_clear_pointer (&self->last.known, g_free);
  g_clear_pointer (&self->last.doubt, g_free);
}
