/* aether-host-server.c - the socket of a running machine, and who is connected
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * GDBusServer gives each stranger a thread for as long as he cares to keep
 * silent. Here they are counted, have a time limit, and the oldest one makes
 * room, so that nobody who merely connects can keep a client out.
 */

#include "aether-host-server.h"

#include "aether-socket.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define BACKLOG        128
#define RETRY_MSEC     200          /* after an accept that failed */
#define GOODBYE_MSEC   1000
#define KEEPS_UP_BYTES (64 * 1024)

typedef struct
{
  AetherHostServer *server;
  GDBusConnection  *connection;
  gsize             queued;      /* bytes since it was last seen to read */
} Peer;

/* Somebody who has not authenticated. The thread has a reference. */
typedef struct
{
  gatomicrefcount    refs;
  AetherHostServer  *server;       /* NULL once given up; main thread only */
  GSocketConnection *stream;
  GCancellable      *cancellable;
  guint              timeout;
  GDBusConnection   *connection;   /* what the thread made of him */
} Stranger;

struct _AetherHostServer
{
  GObject         parent_instance;

  AetherMachine1 *machine;
  GSocket        *socket;
  GSource        *accept_source;
  guint           retry;
  char           *guid;

  GHashTable     *peers;        /* GDBusConnection -> Peer */
  GQueue          strangers;    /* oldest first */

  GTask          *closing;
  guint           goodbye;
};

enum { PEER_ADDED, PEER_REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherHostServer, aether_host_server, G_TYPE_OBJECT)

static void peer_closed_cb (Peer *peer, gboolean remote_peer_vanished, GError *error);
static void stop_accepting (AetherHostServer *self);

static void
peer_free (gpointer data)
{
  Peer *peer = data;

  g_signal_handlers_disconnect_by_data (peer->connection, peer);
  if (g_dbus_interface_skeleton_has_connection (G_DBUS_INTERFACE_SKELETON (peer->server->machine), peer->connection))
    g_dbus_interface_skeleton_unexport_from_connection (G_DBUS_INTERFACE_SKELETON (peer->server->machine),
                                                        peer->connection);
  if (!g_dbus_connection_is_closed (peer->connection))
    g_dbus_connection_close (peer->connection, NULL, NULL, NULL);
  g_object_unref (peer->connection);
  g_free (peer);
}

static void
stranger_unref (gpointer data)
{
  Stranger *stranger = data;

  if (!g_atomic_ref_count_dec (&stranger->refs))
    return;

  g_clear_object (&stranger->connection);
  g_object_unref (stranger->stream);
  g_object_unref (stranger->cancellable);
  g_free (stranger);
}

/* Its thread notices, and drops the rest. */
static void
stranger_give_up (Stranger *stranger)
{
  g_queue_remove (&stranger->server->strangers, stranger);
  stranger->server = NULL;
  g_clear_handle_id (&stranger->timeout, g_source_remove);
  g_cancellable_cancel (stranger->cancellable);
  stranger_unref (stranger);
}

static void
aether_host_server_dispose (GObject *object)
{
  AetherHostServer *self = AETHER_HOST_SERVER (object);

  stop_accepting (self);
  g_clear_handle_id (&self->goodbye, g_source_remove);
  g_hash_table_remove_all (self->peers);
  g_clear_object (&self->socket);
  g_clear_object (&self->machine);

  G_OBJECT_CLASS (aether_host_server_parent_class)->dispose (object);
}

static void
aether_host_server_finalize (GObject *object)
{
  AetherHostServer *self = AETHER_HOST_SERVER (object);

  g_hash_table_unref (self->peers);
  g_free (self->guid);

  G_OBJECT_CLASS (aether_host_server_parent_class)->finalize (object);
}

static void
aether_host_server_class_init (AetherHostServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_host_server_dispose;
  object_class->finalize = aether_host_server_finalize;

  signals[PEER_ADDED] = g_signal_new ("peer-added", AETHER_TYPE_HOST_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 1, G_TYPE_DBUS_CONNECTION);
  signals[PEER_REMOVED] = g_signal_new ("peer-removed", AETHER_TYPE_HOST_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_DBUS_CONNECTION);
}

static void
aether_host_server_init (AetherHostServer *self)
{
  self->peers = g_hash_table_new_full (NULL, NULL, NULL, peer_free);
  self->guid = g_dbus_generate_guid ();
  g_queue_init (&self->strangers);
}

/* --- a peer: what it has not read ----------------------------------------- */

static void
peer_drop (Peer *peer)
{
  g_autoptr(AetherHostServer) server = g_object_ref (peer->server);
  g_autoptr(GDBusConnection) connection = g_object_ref (peer->connection);

  g_hash_table_remove (server->peers, connection);
  g_signal_emit (server, signals[PEER_REMOVED], 0, connection);
}

static void
peer_closed_cb (Peer *peer, gboolean remote_peer_vanished, GError *error)
{
  peer_drop (peer);
}

/* The kernel takes some 200 KiB for a peer, GDBus any amount. So a peer of whom the kernel holds much
 * does not keep up, and what is said meanwhile counts. (To flush the connection would tell more, but
 * GDBus spends a thread of a small pool on it, and stalls when ten do so at once.) */
static gboolean
keeps_up (Peer *peer)
{
  GIOStream *stream = g_dbus_connection_get_stream (peer->connection);
  int unread = 0;

  return !G_IS_SOCKET_CONNECTION (stream) ||
         ioctl (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream))),
                TIOCOUTQ, &unread) < 0 ||
         unread < KEEPS_UP_BYTES;
}

static void
peer_charge (Peer *peer, gsize bytes)
{
  peer->queued = keeps_up (peer) ? bytes : peer->queued + bytes;
  if (peer->queued > AETHER_HOST_PEER_BACKLOG)
    peer_drop (peer);
}

void
aether_host_server_charge (AetherHostServer *self, GDBusConnection *connection, gsize bytes)
{
  g_autoptr(GPtrArray) all = NULL;

  if (connection)
    {
      Peer *peer = g_hash_table_lookup (self->peers, connection);

      if (peer)
        peer_charge (peer, bytes);
      return;
    }

  all = g_hash_table_get_values_as_ptr_array (self->peers);
  for (guint i = 0; i < all->len; i++)
    peer_charge (all->pdata[i], bytes);
}

/* --- a greeting for tools that take every socket for a message bus ----------- */

/* gdbus and busctl greet before they call; with an answer they can be used on a machine. */
static const char bus_xml[] =
  "<node><interface name='org.freedesktop.DBus'>"
  "<method name='Hello'><arg type='s' direction='out'/></method>"
  "</interface></node>";

static void
hello_cb (GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *method, GVariant *parameters, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", ":1.1"));
}

static void
register_bus (GDBusConnection *connection)
{
  static const GDBusInterfaceVTable vtable = { .method_call = hello_cb };
  static GDBusNodeInfo *info;

  if (!info)
    info = g_dbus_node_info_new_for_xml (bus_xml, NULL);

  g_dbus_connection_register_object (connection, "/org/freedesktop/DBus", info->interfaces[0],
                                     &vtable, NULL, NULL, NULL);
}

/* --- from stranger to peer ------------------------------------------------- */

static gboolean
is_allowed (GCredentials *credentials)
{
  uid_t uid = credentials ? g_credentials_get_unix_user (credentials, NULL) : (uid_t) -1;

  return uid != (uid_t) -1 && (uid == geteuid () || uid == 0);
}

static gboolean
allow_mechanism_cb (GDBusAuthObserver *observer, const char *mechanism, gpointer user_data)
{
  return g_str_equal (mechanism, "EXTERNAL");
}

static gboolean
authorize_cb (GDBusAuthObserver *observer, GIOStream *stream, GCredentials *credentials, gpointer user_data)
{
  return is_allowed (credentials);
}

static gboolean
authenticated_cb (gpointer user_data)
{
  Stranger *stranger = user_data;
  AetherHostServer *self = stranger->server;
  g_autoptr(GError) error = NULL;
  Peer *peer;

  if (!self)
    return G_SOURCE_REMOVE;

  if (!stranger->connection || g_hash_table_size (self->peers) >= AETHER_HOST_PEERS ||
      !g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->machine), stranger->connection,
                                         "/org/aether/Machine1", &error))
    {
      if (stranger->connection)
        g_dbus_connection_close (stranger->connection, NULL, NULL, NULL);
      stranger_give_up (stranger);
      return G_SOURCE_REMOVE;
    }

  peer = g_new0 (Peer, 1);
  peer->server = self;
  peer->connection = g_steal_pointer (&stranger->connection);
  g_hash_table_insert (self->peers, peer->connection, peer);
  stranger_give_up (stranger);

  register_bus (peer->connection);
  g_signal_connect_swapped (peer->connection, "closed", G_CALLBACK (peer_closed_cb), peer);
  g_signal_emit (self, signals[PEER_ADDED], 0, peer->connection);
  g_dbus_connection_start_message_processing (peer->connection);

  return G_SOURCE_REMOVE;
}

static gpointer
authenticate (gpointer user_data)
{
  Stranger *stranger = user_data;
  g_autoptr(GDBusAuthObserver) observer = g_dbus_auth_observer_new ();
  g_autofree char *guid = g_dbus_generate_guid ();

  g_signal_connect (observer, "allow-mechanism", G_CALLBACK (allow_mechanism_cb), NULL);
  g_signal_connect (observer, "authorize-authenticated-peer", G_CALLBACK (authorize_cb), NULL);

  stranger->connection =
    g_dbus_connection_new_sync (G_IO_STREAM (stranger->stream), guid,
                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                                G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                                observer, stranger->cancellable, NULL);

  g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, authenticated_cb, stranger, stranger_unref);

  return NULL;
}

static gboolean
stranger_timeout_cb (gpointer user_data)
{
  Stranger *stranger = user_data;

  stranger->timeout = 0;
  stranger_give_up (stranger);

  return G_SOURCE_REMOVE;
}

static void
meet (AetherHostServer *self, GSocket *socket)
{
  g_autoptr(GCredentials) credentials = g_socket_get_credentials (socket, NULL);
  g_autoptr(GThread) thread = NULL;
  Stranger *stranger;

  /* Where the kernel tells at once who it is, no byte of anybody else is read */
  if ((credentials && !is_allowed (credentials)) || g_hash_table_size (self->peers) >= AETHER_HOST_PEERS)
    return;

  if (self->strangers.length >= AETHER_HOST_STRANGERS)
    stranger_give_up (g_queue_peek_head (&self->strangers));

  stranger = g_new0 (Stranger, 1);
  g_atomic_ref_count_init (&stranger->refs);
  stranger->server = self;
  stranger->stream = g_socket_connection_factory_create_connection (socket);
  stranger->cancellable = g_cancellable_new ();
  stranger->timeout = g_timeout_add_seconds (AETHER_HOST_AUTH_SECONDS, stranger_timeout_cb, stranger);
  g_queue_push_tail (&self->strangers, stranger);

  g_atomic_ref_count_inc (&stranger->refs);
  thread = g_thread_try_new ("authenticate", authenticate, stranger, NULL);
  if (!thread)
    {
      stranger_give_up (stranger);
      stranger_unref (stranger);
    }
}

/* --- listening -------------------------------------------------------------- */

static void start_accepting (AetherHostServer *self);

static gboolean
retry_cb (gpointer user_data)
{
  AetherHostServer *self = user_data;

  self->retry = 0;
  start_accepting (self);

  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  AetherHostServer *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocket) accepted = g_socket_accept (socket, NULL, &error);

  if (accepted)
    meet (self, accepted);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      /* Out of descriptors, likely: who waits stays in the backlog */
      stop_accepting (self);
      self->retry = g_timeout_add (RETRY_MSEC, retry_cb, self);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static void
start_accepting (AetherHostServer *self)
{
  self->accept_source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->accept_source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->accept_source, NULL);
}

static void
stop_accepting (AetherHostServer *self)
{
  g_clear_handle_id (&self->retry, g_source_remove);
  if (self->accept_source)
    {
      g_source_destroy (self->accept_source);
      g_clear_pointer (&self->accept_source, g_source_unref);
    }
}

AetherHostServer *
aether_host_server_new (const char *folder, AetherMachine1 *machine, GError **error)
{
  g_autoptr(AetherHostServer) self = g_object_new (AETHER_TYPE_HOST_SERVER, NULL);
  g_autofree char *path = g_build_filename (folder, AETHER_SOCKET_NAME, NULL);
  g_autoptr(GSocketAddress) address = NULL;
  g_autofd int folder_fd = -1;
  g_autoptr(GError) cause = NULL;
  mode_t mask;
  gboolean bound;

  self->machine = g_object_ref (machine);

  /* Of a run that was killed: we hold the lock */
  g_unlink (path);

  address = aether_socket_address_new (folder, &folder_fd, error);
  if (!address)
    return NULL;

  self->socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &cause);
  if (self->socket)
    {
      g_socket_set_blocking (self->socket, FALSE);
      g_socket_set_listen_backlog (self->socket, BACKLOG);

      mask = umask (0177);
      bound = g_socket_bind (self->socket, address, FALSE, &cause);
      umask (mask);

      if (bound && g_socket_listen (self->socket, &cause))
        {
          start_accepting (self);
          return g_steal_pointer (&self);
        }
    }

  g_set_error (error, G_IO_ERROR, cause->code, _("The socket “%s” could not be made: %s."), path, cause->message);
  return NULL;
}

guint
aether_host_server_get_n_peers (AetherHostServer *self)
{
  return g_hash_table_size (self->peers);
}

/* --- the end: flush everyone, for a second at most -------------------------- */

static void
close_done (AetherHostServer *self)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->closing);

  if (!task)
    return;

  g_clear_handle_id (&self->goodbye, g_source_remove);
  g_hash_table_remove_all (self->peers);
  g_task_return_boolean (task, TRUE);
}

static gboolean
goodbye_cb (gpointer user_data)
{
  AetherHostServer *self = user_data;

  self->goodbye = 0;
  close_done (self);

  return G_SOURCE_REMOVE;
}

/* A peer that does not read holds this thread up, but not the others' messages, which GDBus is
 * writing all the while: then we part after the second, and the thread ends with the process. */
static void
flush_thread (GTask *task, gpointer server, gpointer connections, GCancellable *cancellable)
{
  GPtrArray *all = connections;

  for (guint i = 0; i < all->len; i++)
    g_dbus_connection_flush_sync (all->pdata[i], cancellable, NULL);

  g_task_return_boolean (task, TRUE);
}

static void
flushed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  close_done (AETHER_HOST_SERVER (object));
}

void
aether_host_server_close_async (AetherHostServer *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GPtrArray) connections = NULL;
  g_autoptr(GTask) flush = NULL;

  g_return_if_fail (self->closing == NULL);

  self->closing = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->closing, aether_host_server_close_async);

  stop_accepting (self);
  while (self->strangers.length > 0)
    stranger_give_up (g_queue_peek_head (&self->strangers));

  connections = g_hash_table_get_keys_as_ptr_array (self->peers);
  if (connections->len == 0)
    {
      close_done (self);
      return;
    }

  for (guint i = 0; i < connections->len; i++)
    g_object_ref (connections->pdata[i]);
  g_ptr_array_set_free_func (connections, g_object_unref);

  self->goodbye = g_timeout_add (GOODBYE_MSEC, goodbye_cb, self);
  flush = g_task_new (self, NULL, flushed_cb, NULL);
  g_task_set_task_data (flush, g_steal_pointer (&connections), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (flush, flush_thread);
}

void
aether_host_server_close_finish (AetherHostServer *self, GAsyncResult *result)
{
  g_task_propagate_boolean (G_TASK (result), NULL);
}
