/* test-vnc-sasl.c - logging in to the real QEMU by SASL: who is known, by what is proved, who is not
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "mock-vnc.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/prctl.h>

#define PATIENCE_MS 240000

typedef struct
{
  char        *folder;   /* QEMU's, with its configuration of SASL */
  char        *socket;
  GSubprocess *qemu;
} Rig;

static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static char *
in_folder (Rig *rig, const char *name)
{
  return g_build_filename (rig->folder, name, NULL);
}

static void
run (Rig *rig, const char *const *argv, const char *input)
{
  g_autoptr(GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                                            G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                                            G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);

  g_assert_nonnull (process);
  g_assert_true (g_subprocess_communicate_utf8 (process, input, NULL, NULL, NULL, NULL));
  g_assert_true (g_subprocess_get_successful (process));
}

/* What the server knows: one user, kept as SASL's own tool does it */
static void
write_configuration (Rig *rig, const char *mechanism)
{
  g_autofree char *database = in_folder (rig, "sasldb");
  g_autofree char *path = in_folder (rig, "qemu.conf");
  g_autofree char *text = g_strdup_printf ("mech_list: %s\npwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                                           "sasldb_path: %s\n", mechanism, database);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  run (rig, (const char *[]) { "saslpasswd2", "-p", "-c", "-f", database, "ada", NULL }, "lovelace");
}

/* An authority that nobody knows, and what it says of the server: QEMU takes no less */
static void
write_certificates (Rig *rig)
{
  g_autofree char *authority_key = in_folder (rig, "ca-key.pem"), *authority = in_folder (rig, "ca-cert.pem");
  g_autofree char *key = in_folder (rig, "server-key.pem"), *certificate = in_folder (rig, "server-cert.pem");

  run (rig, (const char *[]) { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                               "-subj", "/CN=authority", "-addext", "keyUsage=critical,keyCertSign",
                               "-keyout", authority_key, "-out", authority, NULL }, NULL);
  run (rig, (const char *[]) { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                               "-subj", "/CN=server", "-addext", "basicConstraints=critical,CA:FALSE",
                               "-addext", "keyUsage=critical,digitalSignature,keyEncipherment",
                               "-addext", "extendedKeyUsage=serverAuth", "-CA", authority, "-CAkey", authority_key,
                               "-keyout", key, "-out", certificate, NULL }, NULL);
}

static gboolean
listens (Rig *rig)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (rig->socket);
  g_autoptr(GSocketConnection) connection =
    g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);

  return connection != NULL;
}

/* Without TLS when @tls is %FALSE. Returns: (nullable): NULL, after skipping, when something is missing */
static Rig *
rig_new (const char *mechanism, gboolean tls)
{
  const char *const tools[] = { "qemu-system-x86_64", "saslpasswd2", "openssl" };
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *credentials = NULL, *vnc = NULL;
  gint64 until = g_get_monotonic_time () + PATIENCE_MS * 1000;
  Rig *rig;

  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autofree char *found = g_find_program_in_path (tools[i]);
      g_autofree char *reason = found ? NULL : g_strdup_printf ("%s is not installed", tools[i]);

      if (found == NULL)
        {
          g_test_skip (reason);
          return NULL;
        }
    }

  rig = g_new0 (Rig, 1);
  rig->folder = g_dir_make_tmp ("aether-sasl-XXXXXX", NULL);
  rig->socket = in_folder (rig, "vnc.sock");
  write_configuration (rig, mechanism);
  if (tls)
    write_certificates (rig);

  credentials = g_strdup_printf ("tls-creds-x509,id=tls,dir=%s,endpoint=server,verify-peer=off", rig->folder);
  vnc = g_strdup_printf ("unix:%s,sasl=on%s", rig->socket, tls ? ",tls-creds=tls" : "");
  g_subprocess_launcher_setenv (launcher, "SASL_CONF_PATH", rig->folder, TRUE);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  if (tls)
    rig->qemu = g_subprocess_launcher_spawn (launcher, NULL, "qemu-system-x86_64", "-nodefaults", "-machine",
                                             "pc,accel=tcg", "-vga", "std", "-S", "-object", credentials, "-vnc", vnc, NULL);
  else
    rig->qemu = g_subprocess_launcher_spawn (launcher, NULL, "qemu-system-x86_64", "-nodefaults", "-machine",
                                             "pc,accel=tcg", "-vga", "std", "-S", "-vnc", vnc, NULL);
  g_assert_nonnull (rig->qemu);
  while (!listens (rig))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_assert_nonnull (g_subprocess_get_identifier (rig->qemu));
      g_main_context_iteration (NULL, FALSE);
      g_usleep (2000);
    }

  return rig;
}

static void
rig_free (Rig *rig)
{
  const char *const files[] = {
    "ca-cert.pem", "ca-key.pem", "qemu.conf", "sasldb", "server-cert.pem", "server-key.pem", "vnc.sock",
  };

  g_subprocess_force_exit (rig->qemu);
  g_subprocess_wait (rig->qemu, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = in_folder (rig, files[i]);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (rig->folder), ==, 0);
  g_object_unref (rig->qemu);
  g_free (rig->folder);
  g_free (rig->socket);
  g_free (rig);
}

/* As this user, with this password: let in, or told why not */
static void
assert_login (Rig *rig, const char *user, const char *password, gboolean let_in)
{
  AetherVncAddress address = { .path = rig->socket };
  MockVncClient client = { .yes = TRUE, .user = user, .password = password };

  mock_vnc_client_begin (&client, &address, NULL);
  if (mock_vnc_client_wait_live (&client) != let_in)
    g_error ("%s with %s: %s", user, password, client.closed ? client.closed->message : "let in");

  if (!let_in)
    {
      mock_vnc_client_wait_closed (&client);
      g_test_message ("%s", client.closed->message);
      g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
  g_assert_cmpuint (client.n_questions, >, 0);
  mock_vnc_client_end (&client);
}

static void
test_login (const char *mechanism, gboolean tls)
{
  Rig *rig = rig_new (mechanism, tls);

  if (rig == NULL)
    return;

  assert_login (rig, "ada", "lovelace", TRUE);
  assert_login (rig, "ada", "byron", FALSE);
  assert_login (rig, "charles", "lovelace", FALSE);
  assert_login (rig, "ada", "", FALSE);
  assert_login (rig, "ada", "lovelace", TRUE);
  rig_free (rig);
}

static void
test_scram (void)
{
  test_login ("scram-sha-256", FALSE);
}

static void
test_digest (void)
{
  test_login ("digest-md5", FALSE);
}

static void
test_plain_by_tls (void)
{
  test_login ("plain", TRUE);
}

static void
test_scram_by_tls (void)
{
  test_login ("scram-sha-256", TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/vnc-sasl/scram", test_scram);
  g_test_add_func ("/aether/vnc-sasl/digest", test_digest);
  g_test_add_func ("/aether/vnc-sasl/plain-by-tls", test_plain_by_tls);
  g_test_add_func ("/aether/vnc-sasl/scram-by-tls", test_scram_by_tls);

  return g_test_run ();
}
