/* aether-host-serial.c - a machine's serial ports, for any number of clients
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host-serial.h"

#include "aether-log-file.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>

#define REPLAY_BYTES (64 * 1024)
#define QUEUE_BYTES  (1024 * 1024)       /* that a client may be behind */
#define LOG_LIMIT    (4 * 1024 * 1024)
#define LOGS_KEPT    2
#define INPUT_BYTES  4096                /* from a client at once */

typedef struct
{
  AetherHostSerial *serial;
  guint             number;
  char             *replay;       /* ring of REPLAY_BYTES; NULL until something was written */
  gsize             replay_end;   /* where the next byte goes */
  gboolean          replay_full;
  AetherLogFile    *log;          /* (nullable) */
  gboolean          log_c1;       /* the last byte was the first of a C1 control in UTF-8 */
  GQueue            clients;      /* of Client */
} Port;

typedef struct
{
  Port  *port;
  int    fd;
  guint  in_source;
  guint  out_source;    /* while something is queued */
  GByteArray *queue;    /* one buffer: a guest may write a byte at a time */
  gsize  sent;          /* of it */
} Client;

struct _AetherHostSerial
{
  GObject        parent_instance;

  AetherSession *session;
  GPtrArray     *ports;
  guint          n_clients;
};

enum { FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherHostSerial, aether_host_serial, G_TYPE_OBJECT)

static void
client_free (Client *client)
{
  g_clear_handle_id (&client->in_source, g_source_remove);
  g_clear_handle_id (&client->out_source, g_source_remove);
  g_byte_array_unref (client->queue);
  g_clear_fd (&client->fd, NULL);
  client->port->serial->n_clients--;
  g_free (client);
}

static void
client_drop (Client *client)
{
  g_queue_remove (&client->port->clients, client);
  client_free (client);
}

static void
port_free (gpointer data)
{
  Port *port = data;

  g_queue_clear_full (&port->clients, (GDestroyNotify) client_free);
  g_clear_pointer (&port->log, aether_log_file_free);
  g_free (port->replay);
  g_free (port);
}

static void
aether_host_serial_dispose (GObject *object)
{
  AetherHostSerial *self = AETHER_HOST_SERIAL (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_ptr_array_set_size (self->ports, 0);

  G_OBJECT_CLASS (aether_host_serial_parent_class)->dispose (object);
}

static void
aether_host_serial_finalize (GObject *object)
{
  g_ptr_array_unref (AETHER_HOST_SERIAL (object)->ports);

  G_OBJECT_CLASS (aether_host_serial_parent_class)->finalize (object);
}

static void
aether_host_serial_class_init (AetherHostSerialClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_host_serial_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_host_serial_finalize;

  signals[FAILED] = g_signal_new ("failed", AETHER_TYPE_HOST_SERIAL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aether_host_serial_init (AetherHostSerial *self)
{
  self->ports = g_ptr_array_new_with_free_func (port_free);
}

/* --- guest to clients ----------------------------------------------------- */

/* Returns: %FALSE when the client is gone */
static gboolean
client_flush (Client *client)
{
  while (client->sent < client->queue->len)
    {
      gssize n = send (client->fd, client->queue->data + client->sent, client->queue->len - client->sent,
                       MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno == EAGAIN;

      client->sent += n;
    }

  g_byte_array_set_size (client->queue, 0);
  client->sent = 0;
  return TRUE;
}

static gboolean
client_writable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Client *client = user_data;

  if (client_flush (client) && client->queue->len > 0)
    return G_SOURCE_CONTINUE;

  client->out_source = 0;
  if (client->queue->len > 0)
    client_drop (client);

  return G_SOURCE_REMOVE;
}

/* Returns: %FALSE when the client is to be dropped */
static gboolean
client_feed (Client *client, const char *data, gsize size)
{
  if (client->queue->len - client->sent + size > QUEUE_BYTES)
    return FALSE;

  if (client->sent > QUEUE_BYTES / 4)
    {
      g_byte_array_remove_range (client->queue, 0, client->sent);
      client->sent = 0;
    }

  g_byte_array_append (client->queue, (const guint8 *) data, size);
  if (client->out_source != 0)
    return TRUE;

  if (!client_flush (client))
    return FALSE;
  if (client->queue->len > 0)
    client->out_source = g_unix_fd_add (client->fd, G_IO_OUT | G_IO_ERR | G_IO_HUP, client_writable_cb, client);

  return TRUE;
}

/* A serial log is read in terminals too: lines and text stay, escapes become visible ("^["). */
static void
port_log (Port *port, const guchar *data, gsize size)
{
  g_autoptr(GString) text = g_string_sized_new (size + 16);
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < size; i++)
    {
      guchar c = data[i];

      if (port->log_c1 && c >= 0x80 && c < 0xa0)
        g_string_append_printf (text, "\\x%02x", c);
      else
        {
          if (port->log_c1)
            g_string_append_c (text, '\xc2');
          if (c == '\r' || c == 0xc2)
            ;
          else if (c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f))
            g_string_append_c (text, c);
          else
            g_string_append_printf (text, "^%c", c ^ 0x40);
        }
      port->log_c1 = c == 0xc2;
    }

  if (!aether_log_file_write (port->log, text->str, text->len, &error))
    g_signal_emit (port->serial, signals[FAILED], 0, error->message);
}

static void
port_remember (Port *port, const char *data, gsize size)
{
  gsize first;

  if (size > REPLAY_BYTES)
    {
      data += size - REPLAY_BYTES;
      size = REPLAY_BYTES;
    }

  if (!port->replay)
    port->replay = g_malloc (REPLAY_BYTES);

  first = MIN (size, REPLAY_BYTES - port->replay_end);
  memcpy (port->replay + port->replay_end, data, first);
  memcpy (port->replay, data + first, size - first);
  if (port->replay_end + size >= REPLAY_BYTES)
    port->replay_full = TRUE;
  port->replay_end = (port->replay_end + size) % REPLAY_BYTES;
}

/* Returns: %FALSE when the client is to be dropped */
static gboolean
port_recall (Port *port, Client *client)
{
  if (port->replay_full &&
      !client_feed (client, port->replay + port->replay_end, REPLAY_BYTES - port->replay_end))
    return FALSE;

  return port->replay_end == 0 || client_feed (client, port->replay, port->replay_end);
}

static void
serial_data_cb (AetherHostSerial *self, guint number, GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  Port *port;

  if (number >= self->ports->len || size == 0)
    return;

  port = self->ports->pdata[number];
  port_remember (port, data, size);
  if (port->log)
    port_log (port, (const guchar *) data, size);

  for (GList *l = port->clients.head, *next; l; l = next)
    {
      next = l->next;
      if (!client_feed (l->data, data, size))
        client_drop (l->data);
    }
}

/* --- clients to guest ----------------------------------------------------- */

static gboolean
client_readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Client *client = user_data;
  char buffer[INPUT_BYTES];
  gssize n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n > 0)
    {
      g_autoptr(GBytes) bytes = g_bytes_new (buffer, n);

      aether_session_write_serial (client->port->serial->session, client->port->number, bytes);
      return G_SOURCE_CONTINUE;
    }

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;

  client->in_source = 0;
  client_drop (client);
  return G_SOURCE_REMOVE;
}

/* --- public --------------------------------------------------------------- */

AetherHostSerial *
aether_host_serial_new (AetherSession *session, AetherMachine *machine, const char *folder)
{
  AetherHostSerial *self = g_object_new (AETHER_TYPE_HOST_SERIAL, NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (machine->serials));

  self->session = g_object_ref (session);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(AetherSerial) serial = g_list_model_get_item (G_LIST_MODEL (machine->serials), i);
      Port *port = g_new0 (Port, 1);

      port->serial = self;
      port->number = i;
      g_queue_init (&port->clients);
      if (serial->log)
        {
          g_autofree char *name = g_strdup_printf ("serial-%u.log", i);
          g_autofree char *path = g_build_filename (folder, name, NULL);

          port->log = aether_log_file_new (path, LOG_LIMIT, LOGS_KEPT, FALSE);
        }
      g_ptr_array_add (self->ports, port);
    }

  g_signal_connect_swapped (session, "serial-data", G_CALLBACK (serial_data_cb), self);

  return self;
}

static gboolean
check_socket (int fd, GError **error)
{
  int type = 0, domain = 0;
  socklen_t size = sizeof type;

  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM &&
      (size = sizeof domain, getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size)) == 0 && domain == AF_UNIX)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("The serial port was not opened: what was sent for it is not a unix stream socket."));
  return FALSE;
}

gboolean
aether_host_serial_open (AetherHostSerial *self, guint number, gboolean replay, int fd, GError **error)
{
  g_autofd int owned = fd;
  Client *client;
  Port *port;

  if (number >= self->ports->len)
    {
      if (self->ports->len == 0)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("This machine has no serial port."));
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     ngettext ("There is no serial port %u: this machine has %u, counted from 0.",
                               "There is no serial port %u: this machine has %u, counted from 0.",
                               self->ports->len), number, self->ports->len);
      return FALSE;
    }

  if (self->n_clients >= AETHER_HOST_SERIAL_CLIENTS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   _("The serial ports of this machine are open %d times already. Close one of them first."),
                   AETHER_HOST_SERIAL_CLIENTS);
      return FALSE;
    }

  if (!check_socket (fd, error) || !g_unix_set_fd_nonblocking (fd, TRUE, error))
    return FALSE;

  port = self->ports->pdata[number];
  client = g_new0 (Client, 1);
  client->port = port;
  client->fd = g_steal_fd (&owned);
  client->queue = g_byte_array_new ();
  g_queue_push_tail (&port->clients, client);
  self->n_clients++;
  client->in_source = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, client_readable_cb, client);

  if (replay && !port_recall (port, client))
    client_drop (client);

  return TRUE;
}
