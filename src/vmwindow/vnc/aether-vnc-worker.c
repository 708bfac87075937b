/* aether-vnc-worker.c - the thread that talks to a VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-worker.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#define CONNECT_SECONDS 30

struct _AetherVncWorker
{
  GMainContext      *context;
  GWeakRef           owner;
  AetherVncNewsFunc  func;
  AetherFramebuffer *framebuffer;
  GCancellable      *cancellable;
  char              *host;         /* (nullable): not on a socket of this computer */
  guint16            port;
  char              *path;
  char              *user;
  char              *id;
  char              *label;
  int                fd;           /* until the thread has it */

  GMutex             lock;         /* of all below */
  GCond              answered;
  AetherVncWire     *wire;
  AetherVncNews      news;
  gboolean           posted;
  gboolean           stopped;
  gboolean           asking;
  gboolean           has_answer;
  AetherVncAnswer    answer;
};

static void
news_clear (AetherVncNews *news)
{
  g_clear_pointer (&news->decoder, aether_vnc_decoder_unref);
  g_clear_pointer (&news->text, g_free);
  g_clear_pointer (&news->name, g_free);
  g_clear_pointer (&news->question, aether_vnc_question_free);
  g_clear_error (&news->error);
}

static void
worker_clear (gpointer data)
{
  AetherVncWorker *self = data;

  g_main_context_unref (self->context);
  g_weak_ref_clear (&self->owner);
  g_object_unref (self->framebuffer);
  g_object_unref (self->cancellable);
  g_free (self->host);
  g_free (self->path);
  g_free (self->user);
  g_free (self->id);
  g_free (self->label);
  g_clear_fd (&self->fd, NULL);
  g_clear_pointer (&self->wire, aether_vnc_wire_unref);
  news_clear (&self->news);
  aether_vnc_answer_clear (&self->answer);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->answered);
}

void
aether_vnc_worker_unref (AetherVncWorker *self)
{
  g_atomic_rc_box_release_full (self, worker_clear);
}

/* News */

static gboolean
deliver (gpointer user_data)
{
  AetherVncWorker *self = user_data;
  g_autoptr(GObject) owner = g_weak_ref_get (&self->owner);
  AetherVncNews news;
  gboolean stopped;

  g_mutex_lock (&self->lock);
  news = self->news;
  self->news = (AetherVncNews) { NULL };
  self->posted = FALSE;
  stopped = self->stopped;
  g_mutex_unlock (&self->lock);

  if (owner && !stopped)
    self->func (&news, owner);
  news_clear (&news);

  return G_SOURCE_REMOVE;
}

/* With the lock held */
static void
post_locked (AetherVncWorker *self)
{
  g_autoptr(GSource) source = NULL;

  if (self->posted || self->stopped)
    return;

  self->posted = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[aether] news from a VNC server");
  g_source_set_callback (source, deliver, g_atomic_rc_box_acquire (self),
                         (GDestroyNotify) aether_vnc_worker_unref);
  g_source_attach (source, self->context);
}

static void
decoder_changed (gpointer user_data)
{
  AetherVncWorker *self = user_data;

  g_mutex_lock (&self->lock);
  self->news.changed = TRUE;
  post_locked (self);
  g_mutex_unlock (&self->lock);
}

static void
decoder_text (const char *text, gpointer user_data)
{
  AetherVncWorker *self = user_data;

  g_mutex_lock (&self->lock);
  g_set_str (&self->news.text, text);
  post_locked (self);
  g_mutex_unlock (&self->lock);
}

static void
decoder_named (const char *name, gpointer user_data)
{
  AetherVncWorker *self = user_data;

  g_mutex_lock (&self->lock);
  g_set_str (&self->news.name, name);
  post_locked (self);
  g_mutex_unlock (&self->lock);
}

static const AetherVncDecoderFuncs decoder_funcs = { decoder_changed, decoder_text, decoder_named };

/* Questions */

static gboolean
ask (AetherVncQuestion *question, AetherVncAnswer *answer, gpointer user_data)
{
  AetherVncWorker *self = user_data;
  gboolean answered;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->news.question, aether_vnc_question_free);
  self->news.question = question;
  self->asking = TRUE;
  self->has_answer = FALSE;
  post_locked (self);
  while (!self->has_answer && !self->stopped)
    g_cond_wait (&self->answered, &self->lock);

  self->asking = FALSE;
  answered = self->has_answer;
  if (answered)
    *answer = self->answer;
  self->answer = (AetherVncAnswer) { 0 };
  g_mutex_unlock (&self->lock);

  return answered;
}

void
aether_vnc_worker_answer (AetherVncWorker *self, AetherVncAnswer *answer)
{
  g_mutex_lock (&self->lock);
  if (self->asking && !self->has_answer)
    {
      self->answer = *answer;
      *answer = (AetherVncAnswer) { 0 };
      self->has_answer = TRUE;
      g_cond_signal (&self->answered);
    }
  g_mutex_unlock (&self->lock);
}

/* The thread */

static int
connect_to_server (AetherVncWorker *self, gboolean *local, GError **error)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketConnectable) address = NULL;
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(GSocketAddress) remote = NULL;
  GError *cause = NULL;

  if (self->path)
    address = G_SOCKET_CONNECTABLE (g_unix_socket_address_new (self->path));
  else
    address = g_network_address_new (self->host, self->port);

  g_socket_client_set_timeout (client, CONNECT_SECONDS);
  g_socket_client_set_enable_proxy (client, FALSE);   /* those are for the web */
  connection = g_socket_client_connect (client, address, self->cancellable, &cause);
  if (connection == NULL)
    {
      g_set_error (error, cause->domain, cause->code,
                   /* Translators: an address, and a reason, which is a sentence without its full stop */
                   _("There is no connection to %s. %s."), self->label, cause->message);
      g_error_free (cause);
      return -1;
    }

  g_socket_set_keepalive (g_socket_connection_get_socket (connection), TRUE);
  remote = g_socket_connection_get_remote_address (connection, NULL);
  if (G_IS_INET_SOCKET_ADDRESS (remote))
    {
      GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote));

      *local = g_inet_address_get_is_loopback (inet);
      g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    }

  return fcntl (g_socket_get_fd (g_socket_connection_get_socket (connection)), F_DUPFD_CLOEXEC, 3);
}

/* Returns: (nullable) (transfer full): what aether_vnc_worker_stop() can shut from now on */
static AetherVncWire *
publish_wire (AetherVncWorker *self, int fd)
{
  AetherVncWire *wire = aether_vnc_wire_new (fd);

  g_mutex_lock (&self->lock);
  self->wire = aether_vnc_wire_ref (wire);
  if (self->stopped)
    aether_vnc_wire_shut (wire);
  g_mutex_unlock (&self->lock);

  return wire;
}

static void
talk (AetherVncWorker *self, GError **error)
{
  gboolean local = TRUE;
  int fd = g_steal_fd (&self->fd);
  g_autoptr(AetherVncWire) wire = NULL;
  g_autoptr(AetherVncDecoder) decoder = NULL;
  AetherVncLogin login = {
    .host = self->host, .id = self->id, .label = self->label, .user = self->user,
    .ask = ask, .user_data = self,
  };

  if (fd < 0)
    fd = connect_to_server (self, &local, error);
  if (fd < 0)
    return;

  login.wire = wire = publish_wire (self, fd);
  if (!aether_vnc_login_run (&login, error))
    return;

  decoder = aether_vnc_decoder_new (wire, self->framebuffer, local, &decoder_funcs, self);
  if (!aether_vnc_decoder_begin (decoder, error))
    return;

  g_mutex_lock (&self->lock);
  self->news.decoder = aether_vnc_decoder_ref (decoder);
  post_locked (self);
  g_mutex_unlock (&self->lock);

  while (aether_vnc_decoder_step (decoder, error))
    ;
}

static gpointer
run (gpointer user_data)
{
  AetherVncWorker *self = user_data;
  g_autoptr(GError) error = NULL;

  talk (self, &error);

  g_mutex_lock (&self->lock);
  if (self->wire)
    aether_vnc_wire_shut (self->wire);
  self->news.error = g_steal_pointer (&error);
  post_locked (self);
  g_mutex_unlock (&self->lock);
  aether_vnc_worker_unref (self);

  return NULL;
}

void
aether_vnc_worker_stop (AetherVncWorker *self)
{
  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->lock);
  self->stopped = TRUE;
  if (self->wire)
    aether_vnc_wire_shut (self->wire);
  g_cond_signal (&self->answered);
  g_mutex_unlock (&self->lock);
}

AetherVncWorker *
aether_vnc_worker_new (const AetherVncAddress *address, int fd, AetherFramebuffer *framebuffer,
                       AetherVncNewsFunc func, GObject *owner)
{
  AetherVncWorker *self = g_atomic_rc_box_new0 (AetherVncWorker);

  self->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->owner, owner);
  self->func = func;
  self->framebuffer = g_object_ref (framebuffer);
  self->cancellable = g_cancellable_new ();
  self->fd = fd;
  g_mutex_init (&self->lock);
  g_cond_init (&self->answered);
  if (address)
    {
      self->host = g_strdup (address->host);
      self->port = address->port;
      self->path = g_strdup (address->path);
      self->user = g_strdup (address->user);
      self->id = aether_vnc_address_dup_id (address);
      self->label = aether_vnc_address_dup_label (address);
    }

  g_thread_unref (g_thread_new ("vnc", run, g_atomic_rc_box_acquire (self)));

  return self;
}
