/* aether-vnc-tls.c - TLS between a VNC server and who reads its bytes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-tls.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <sys/socket.h>

#define HANDSHAKE_MS 15000
#define CHUNK 16384   /* a TLS record */

/* Anonymous key exchange does not exist in TLS 1.3. */
#define ANONYMOUS "NORMAL:-VERS-TLS1.3:-KX-ALL:+ANON-ECDH:+ANON-DH"

typedef struct
{
  guint8 data[CHUNK];
  gsize  begin;
  gsize  end;
} Chunk;

typedef struct
{
  gnutls_session_t                 session;
  gnutls_certificate_credentials_t certificates;
  gnutls_anon_client_credentials_t anonymous;
  int                              outside;   /* TLS */
  int                              inside;    /* clear */
  Chunk                            incoming;
  Chunk                            outgoing;
} Tls;

static void
tls_free (Tls *self)
{
  if (self->session)
    gnutls_deinit (self->session);
  if (self->certificates)
    gnutls_certificate_free_credentials (self->certificates);
  if (self->anonymous)
    gnutls_anon_free_client_credentials (self->anonymous);
  g_clear_fd (&self->outside, NULL);
  g_clear_fd (&self->inside, NULL);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tls, tls_free)

static gboolean
chunk_is_empty (const Chunk *chunk)
{
  return chunk->begin == chunk->end;
}

/* Each of these four returns FALSE at the end of the connection. */

static gboolean
read_outside (Tls *self)
{
  gssize got;

  if (!chunk_is_empty (&self->incoming))
    return TRUE;

  got = gnutls_record_recv (self->session, self->incoming.data, CHUNK);
  if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
    return TRUE;
  if (got <= 0)   /* also when the server wants to negotiate again, perhaps with another certificate */
    return FALSE;

  self->incoming.begin = 0;
  self->incoming.end = got;
  return TRUE;
}

static gboolean
write_inside (Tls *self)
{
  Chunk *chunk = &self->incoming;
  gssize sent;

  if (chunk_is_empty (chunk))
    return TRUE;

  sent = send (self->inside, chunk->data + chunk->begin, chunk->end - chunk->begin, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0)
    chunk->begin += sent;

  return sent > 0 || errno == EAGAIN || errno == EINTR;
}

static gboolean
read_inside (Tls *self)
{
  gssize got;

  if (!chunk_is_empty (&self->outgoing))
    return TRUE;

  got = recv (self->inside, self->outgoing.data, CHUNK, MSG_DONTWAIT);
  if (got == 0)
    return FALSE;
  if (got < 0)
    return errno == EAGAIN || errno == EINTR;

  self->outgoing.begin = 0;
  self->outgoing.end = got;
  return TRUE;
}

/* GnuTLS wants the same bytes again after GNUTLS_E_AGAIN, which they are. */
static gboolean
write_outside (Tls *self)
{
  Chunk *chunk = &self->outgoing;
  gssize sent;

  if (chunk_is_empty (chunk))
    return TRUE;

  sent = gnutls_record_send (self->session, chunk->data + chunk->begin, chunk->end - chunk->begin);
  if (sent > 0)
    chunk->begin += sent;

  return sent > 0 || sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED;
}

static gpointer
run (gpointer user_data)
{
  g_autoptr(Tls) self = user_data;

  while (read_outside (self) && write_inside (self) && read_inside (self) && write_outside (self))
    {
      struct pollfd pollers[2] = { { self->outside, 0, 0 }, { self->inside, 0, 0 } };
      gboolean more = chunk_is_empty (&self->incoming) && gnutls_record_check_pending (self->session) > 0;

      pollers[0].events = (chunk_is_empty (&self->incoming) ? POLLIN : 0) |
                          (chunk_is_empty (&self->outgoing) ? 0 : POLLOUT);
      pollers[1].events = (chunk_is_empty (&self->incoming) ? 0 : POLLOUT) |
                          (chunk_is_empty (&self->outgoing) ? POLLIN : 0);
      if (poll (pollers, 2, more ? 0 : -1) < 0 && errno != EINTR)
        break;
      /* Who hung up does not take what is left for it. */
      if ((pollers[1].revents & (POLLHUP | POLLERR)) || (pollers[0].revents & POLLERR))
        break;
    }

  shutdown (self->outside, SHUT_RDWR);
  shutdown (self->inside, SHUT_RDWR);

  return NULL;
}

static gboolean
fail (int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               /* Translators: %s is a technical reason, as "The TLS connection was non-properly terminated." */
               _("No encrypted connection came about: %s"), gnutls_strerror (code));
  return FALSE;
}

static char *
dup_fingerprint (const gnutls_datum_t *der)
{
  GString *text = g_string_new (NULL);
  guint8 digest[32];
  gsize size = sizeof digest;

  gnutls_fingerprint (GNUTLS_DIG_SHA256, der, digest, &size);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, i > 0 ? ":%02X" : "%02X", digest[i]);

  return g_string_free_and_steal (text);
}

static char *
dup_subject (const gnutls_datum_t *der)
{
  gnutls_x509_crt_t certificate;
  gnutls_datum_t name = { NULL };
  char *subject = NULL;

  if (gnutls_x509_crt_init (&certificate) < 0)
    return g_strdup ("");

  if (gnutls_x509_crt_import (certificate, der, GNUTLS_X509_FMT_DER) >= 0 &&
      gnutls_x509_crt_get_dn3 (certificate, &name, 0) >= 0)
    subject = g_utf8_make_valid ((const char *) name.data, MIN (name.size, 512));
  gnutls_free (name.data);
  gnutls_x509_crt_deinit (certificate);

  return subject ? subject : g_strdup ("");
}

static gboolean
check_certificate (Tls *self, const char *host, AetherVncTrustFunc trust, gpointer user_data,
                   GError **error)
{
  g_autofree char *fingerprint = NULL, *subject = NULL, *doubt = NULL;
  guint n_certificates = 0, status = 0;
  const gnutls_datum_t *chain = gnutls_certificate_get_peers (self->session, &n_certificates);
  gnutls_datum_t words = { NULL };
  int result;

  if (chain == NULL || n_certificates == 0)
    return fail (GNUTLS_E_NO_CERTIFICATE_FOUND, error);

  result = gnutls_certificate_verify_peers3 (self->session, host, &status);
  if (result < 0)
    return fail (result, error);

  if (status != 0 && gnutls_certificate_verification_status_print (status, GNUTLS_CRT_X509, &words, 0) >= 0)
    doubt = g_strstrip (g_strndup ((const char *) words.data, words.size));
  else if (status != 0)
    doubt = g_strdup (_("The certificate cannot be checked."));
  gnutls_free (words.data);

  fingerprint = dup_fingerprint (&chain[0]);
  subject = dup_subject (&chain[0]);

  return trust (&(AetherVncCertificate) { fingerprint, subject, doubt }, user_data, error);
}

static int
set_up (Tls *self, const char *host, gboolean anonymous)
{
  int result = gnutls_init (&self->session, GNUTLS_CLIENT);

  if (result < 0)
    return result;
  gnutls_transport_set_int (self->session, self->outside);
  gnutls_handshake_set_timeout (self->session, HANDSHAKE_MS);

  if (anonymous)
    {
      result = gnutls_priority_set_direct (self->session, ANONYMOUS, NULL);
      if (result >= 0)
        result = gnutls_anon_allocate_client_credentials (&self->anonymous);
      if (result >= 0)
        result = gnutls_credentials_set (self->session, GNUTLS_CRD_ANON, self->anonymous);
      return result;
    }

  if (host && !g_hostname_is_ip_address (host))
    gnutls_server_name_set (self->session, GNUTLS_NAME_DNS, host, strlen (host));
  result = gnutls_set_default_priority (self->session);
  if (result >= 0)
    result = gnutls_certificate_allocate_credentials (&self->certificates);
  if (result < 0)
    return result;

  gnutls_certificate_set_x509_system_trust (self->certificates);   /* without one everything is in doubt */
  return gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, self->certificates);
}

gboolean
aether_vnc_tls_start (AetherVncWire *wire, const char *host, AetherVncTrustFunc trust,
                      gpointer user_data, guint *bits, GError **error)
{
  g_autoptr(Tls) self = g_new0 (Tls, 1);
  int pair[2], result;

  self->inside = -1;
  self->outside = fcntl (aether_vnc_wire_get_fd (wire), F_DUPFD_CLOEXEC, 3);
  result = set_up (self, host, trust == NULL);
  if (result < 0)
    return fail (result, error);

  do
    result = gnutls_handshake (self->session);
  while (result < 0 && !gnutls_error_is_fatal (result));
  if (result < 0)
    return fail (result, error);

  if (trust && !check_certificate (self, host, trust, user_data, error))
    return FALSE;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }

  *bits = gnutls_cipher_get_key_size (gnutls_cipher_get (self->session)) * 8;
  self->inside = pair[1];
  g_unix_set_fd_nonblocking (self->outside, TRUE, NULL);
  aether_vnc_wire_replace (wire, pair[0]);
  g_thread_unref (g_thread_new ("vnc-tls", run, g_steal_pointer (&self)));

  return TRUE;
}
