/* test-vnc-login.c - who the server is, and who we are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-source.h"

#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>

#include "aether-vnc-known.h"
#include "mock-vnc.h"

extern void rfbClientEncryptBytes (unsigned char *bytes, char *passwd);

/* VNC's own password */

static void
script_password (int fd, gpointer user_data)
{
  guint8 challenge[16] = "0123456789abcde", expected[16], answer[16], byte[12];
  char password[] = "secret12";

  memcpy (expected, challenge, 16);
  rfbClientEncryptBytes (expected, password);
  if (!mock_vnc_write (fd, "RFB 003.008\n", 12) || !mock_vnc_read (fd, byte, 12) ||
      !mock_vnc_write (fd, "\1\2", 2) || !mock_vnc_read (fd, byte, 1) ||
      !mock_vnc_write (fd, challenge, 16) || !mock_vnc_read (fd, answer, 16))
    return;

  if (memcmp (answer, expected, 16) != 0)
    {
      mock_vnc_write (fd, "\0\0\0\1\0\0\0\12Wrong one.", 18);
      return;
    }
  if (mock_vnc_write (fd, "\0\0\0\0", 4) && mock_vnc_read (fd, byte, 1) &&
      mock_vnc_write (fd, "\0\100\0\100\40\30\0\1\0\377\0\377\0\377\20\10\0\0\0\0\0\0\0\0", 24))
    mock_vnc_drain (fd);
}

static void
test_password (gconstpointer password)
{
  gboolean right = g_str_has_prefix (password, "secret12");
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_password, NULL, &stream);
  MockVncClient client = { .yes = TRUE, .password = password };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_cmpint (mock_vnc_client_wait_live (&client), ==, right);
  g_assert_cmpuint (client.n_questions, ==, 1);
  g_assert_cmpint (client.last.kind, ==, AETHER_VNC_ASK_PASSWORD);
  g_assert_true (client.last.encrypted);   /* a socket of this computer */
  if (!right)
    {
      g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
      g_assert_nonnull (strstr (client.closed->message, "Wrong one."));
    }
  mock_vnc_client_end (&client);
}

static void
test_password_refused (void)
{
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_password, NULL, &stream);
  MockVncClient client = { .yes = FALSE };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  mock_vnc_client_wait_closed (&client);
  g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  mock_vnc_client_end (&client);
}

/* Nobody answers: closing ends it all the same. */
static void
ask_nothing (AetherVncSource *source, const AetherVncQuestion *question, gboolean *asked)
{
  *asked = TRUE;
}

static void
test_closed_while_asking (void)
{
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_password, NULL, &stream);
  MockVncClient client = { NULL };
  gboolean asked = FALSE;

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_signal_handlers_disconnect_matched (client.source, G_SIGNAL_MATCH_ID,
                                        g_signal_lookup ("question", AETHER_TYPE_VNC_SOURCE), 0, NULL, NULL, NULL);
  g_signal_connect (client.source, "question", G_CALLBACK (ask_nothing), &asked);
  while (!asked)
    g_main_context_iteration (NULL, TRUE);
  mock_vnc_client_end (&client);
}

/* Reasons, and ways that nobody knows */

static void
script_bytes (int fd, gpointer user_data)
{
  GBytes *bytes = user_data;

  mock_vnc_write (fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  mock_vnc_drain (fd);
}

static void
expect (const char *bytes, gsize size, GIOErrorEnum code, const char *words)
{
  g_autoptr(GBytes) sent = g_bytes_new (bytes, size);
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_bytes, sent, &stream);
  MockVncClient client = { NULL };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  mock_vnc_client_wait_closed (&client);
  g_test_message ("%s", client.closed->message);
  g_assert_error (client.closed, G_IO_ERROR, (int) code);
  if (words)
    g_assert_nonnull (strstr (client.closed->message, words));
  mock_vnc_client_end (&client);
}

static void
test_refusals (void)
{
  expect ("HTTP/1.1 400 Bad Request", 24, G_IO_ERROR_INVALID_DATA, "no VNC server");
  expect ("RFB 003.008\n\0\0\0\0\11Too many.", 26, G_IO_ERROR_PERMISSION_DENIED, "Too many.");
  expect ("RFB 003.003\n\0\0\0\0\0\0\0\5Never", 25, G_IO_ERROR_PERMISSION_DENIED, "Never");
  expect ("RFB 003.003\n\0\0\0\77", 16, G_IO_ERROR_NOT_SUPPORTED, NULL);
  expect ("RFB 003.008\n\3\5\6\36", 16, G_IO_ERROR_NOT_SUPPORTED, NULL);
  expect ("RFB 003.008\n\1\23\0\2\0\1\0\0\7\77", 22, G_IO_ERROR_NOT_SUPPORTED, NULL);
  expect ("RFB 003.008\n\1\24\377\377\377\377", 18, G_IO_ERROR_INVALID_DATA, NULL);
  expect ("RFB 003.008\n\1\1\0\0\0\1\377\377\377\377", 22, G_IO_ERROR_PERMISSION_DENIED, NULL);
  expect ("RFB 003.008\n\1\1\0\0\0\1\0\0\0\2\377\376", 24, G_IO_ERROR_PERMISSION_DENIED, NULL);
}

/* VeNCrypt with certificates: a server makes a new one whenever it is told to */

typedef struct
{
  gnutls_certificate_credentials_t credentials;
  gboolean plain;      /* it has no TLS any more */
  gboolean hangs_up;   /* in the middle of the handshake */
} Tls;

static void
tls_renew (Tls *self)
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  guint32 serial = g_random_int ();

  if (self->credentials)
    gnutls_certificate_free_credentials (self->credentials);
  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  gnutls_x509_crt_set_key (certificate, key);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, &serial, sizeof serial);
  gnutls_x509_crt_set_activation_time (certificate, time (NULL) - 60);
  gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + 3600);
  gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, "mock", 4);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_certificate_allocate_credentials (&self->credentials), ==, 0);
  g_assert_cmpint (gnutls_certificate_set_x509_key (self->credentials, &certificate, 1, key), ==, 0);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
}

static void
speak_tls (int fd, Tls *self)
{
  static const guint8 init[24] = { 0, 64, 0, 64, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0 };
  static const guint8 red[20] = { 0, 0, 0, 1, 0, 3, 0, 4, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 255, 0 };
  gnutls_session_t session;
  guint8 buffer[512];
  int result;

  gnutls_init (&session, GNUTLS_SERVER);
  gnutls_set_default_priority (session);
  gnutls_credentials_set (session, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_transport_set_int (session, fd);
  do
    result = gnutls_handshake (session);
  while (result < 0 && !gnutls_error_is_fatal (result));

  if (result == 0)
    {
      gnutls_record_send (session, "\0\0\0\0", 4);
      if (gnutls_record_recv (session, buffer, 1) == 1)
        {
          gnutls_record_send (session, init, sizeof init);
          gnutls_record_send (session, red, sizeof red);
          while (gnutls_record_recv (session, buffer, sizeof buffer) > 0)
            ;
        }
    }
  gnutls_deinit (session);
}

static void
script_tls (int fd, gpointer user_data)
{
  Tls *self = user_data;
  guint8 buffer[16];

  if (self->plain)
    {
      if (mock_vnc_shake_hands (fd, 64, 64))
        mock_vnc_drain (fd);
      return;
    }

  if (mock_vnc_write (fd, "RFB 003.008\n", 12) && mock_vnc_read (fd, buffer, 12) &&
      mock_vnc_write (fd, "\2\1\23", 3) && mock_vnc_read (fd, buffer, 1) && buffer[0] == 19 &&
      mock_vnc_write (fd, "\0\2", 2) && mock_vnc_read (fd, buffer, 2) &&
      mock_vnc_write (fd, "\0\2\0\0\1\1\0\0\1\4", 10) && mock_vnc_read (fd, buffer, 4) &&
      buffer[2] == 1 && buffer[3] == 4 &&   /* with a certificate, though that came second */
      mock_vnc_write (fd, "\1", 1) && !self->hangs_up)
    speak_tls (fd, self);
}

/* Connects once; checks what it was asked. */
static void
visit (guint16 port, gboolean yes, gboolean remember, guint n_questions, gboolean changed)
{
  g_autofree char *text = g_strdup_printf ("vnc://127.0.0.1::%u", port);
  g_autoptr(AetherVncAddress) address = aether_vnc_address_parse (text, NULL);
  g_autofree char *id = aether_vnc_address_dup_id (address);
  g_autofree char *before = aether_vnc_known_lookup (id);
  g_autofree char *after = NULL;
  MockVncClient client = { .yes = yes, .remember = remember };

  mock_vnc_client_begin (&client, address, NULL);
  if (!mock_vnc_client_wait_live (&client))
    g_test_message ("%s", client.closed->message);
  g_assert_cmpint (client.closed == NULL, ==, yes || n_questions == 0);
  g_assert_cmpuint (client.n_questions, ==, n_questions);
  if (n_questions > 0 && client.last.kind == AETHER_VNC_ASK_CERTIFICATE)
    {
      g_assert_cmpuint (strlen (client.last.fingerprint), ==, 95);
      g_assert_nonnull (client.last.doubt);
      g_assert_cmpint (client.last.known != NULL, ==, changed);
      g_assert_cmpstr (client.last.known, ==, before);
    }
  after = aether_vnc_known_lookup (id);
  if (yes && remember && n_questions > 0)
    g_assert_cmpstr (after, ==, client.last.fingerprint);
  else
    g_assert_cmpstr (after, ==, before);
  if (!yes && n_questions > 0)
    g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  mock_vnc_client_end (&client);
}

static void
test_certificates (void)
{
  Tls tls = { NULL };
  guint16 port;
  MockVnc *mock;

  tls_renew (&tls);
  mock = mock_vnc_listen (script_tls, &tls, &port);
  visit (port, FALSE, FALSE, 1, FALSE);    /* no */
  visit (port, TRUE, FALSE, 1, FALSE);     /* only this time */
  visit (port, TRUE, TRUE, 1, FALSE);      /* trusted */
  visit (port, FALSE, FALSE, 0, FALSE);    /* not asked any more */
  for (int i = 0; i < 20; i++)             /* a new one each time: asked each time, once, and warned */
    {
      tls_renew (&tls);
      visit (port, i % 2, i % 4 == 3, 1, TRUE);
    }

  tls.plain = TRUE;                        /* and without any: warned too */
  visit (port, FALSE, FALSE, 1, FALSE);
  mock_vnc_free (mock);
  gnutls_certificate_free_credentials (tls.credentials);
}

static void
test_tls_cut (void)
{
  Tls tls = { .hangs_up = TRUE };
  g_autoptr(AetherVncAddress) address = NULL;
  g_autofree char *text = NULL;
  guint16 port;
  MockVnc *mock = mock_vnc_listen (script_tls, &tls, &port);
  MockVncClient client = { .yes = TRUE };

  text = g_strdup_printf ("vnc://127.0.0.1::%u", port);
  address = aether_vnc_address_parse (text, NULL);
  mock_vnc_client_begin (&client, address, NULL);
  mock_vnc_client_wait_closed (&client);
  g_test_message ("%s", client.closed->message);
  g_assert_cmpuint (client.n_questions, ==, 0);
  mock_vnc_client_end (&client);
  mock_vnc_free (mock);
}

/* Nobody there */
static void
test_no_server (void)
{
  g_autoptr(AetherVncAddress) nothing = aether_vnc_address_parse ("vnc+unix:///nonexistent/vnc.sock", NULL);
  MockVncClient client = { NULL };

  mock_vnc_client_begin (&client, nothing, NULL);
  mock_vnc_client_wait_closed (&client);
  g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (client.closed->message, "/nonexistent/vnc.sock"));
  mock_vnc_client_end (&client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_data_func ("/aether/vnc-login/password", "secret12", test_password);
  g_test_add_data_func ("/aether/vnc-login/password-longer-than-it-counts", "secret1234", test_password);
  g_test_add_data_func ("/aether/vnc-login/password-wrong", "wrong", test_password);
  g_test_add_data_func ("/aether/vnc-login/password-empty", "", test_password);
  g_test_add_func ("/aether/vnc-login/password-refused", test_password_refused);
  g_test_add_func ("/aether/vnc-login/closed-while-asking", test_closed_while_asking);
  g_test_add_func ("/aether/vnc-login/refusals", test_refusals);
  g_test_add_func ("/aether/vnc-login/certificates", test_certificates);
  g_test_add_func ("/aether/vnc-login/tls-cut", test_tls_cut);
  g_test_add_func ("/aether/vnc-login/no-server", test_no_server);

  return g_test_run ();
}
