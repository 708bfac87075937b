/* test-host-hostile.c - peers of aether-machine that mean no good, or are broken
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "host-fixture.h"

#include "aether-paths.h"
#include "aether-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static AetherBundle *bundle;
static AetherClient *client;

/* Returns: -1 with errno when it is refused */
static int
try_connect (void)
{
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofd int folder_fd = -1;
  g_autoptr(GSocketAddress) address = aether_socket_address_new (folder, &folder_fd, NULL);
  struct sockaddr_un native = { 0 };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (address && g_socket_address_to_native (address, &native, sizeof native, NULL) &&
      connect (fd, (struct sockaddr *) &native, sizeof native) == 0)
    return fd;

  close (fd);
  return -1;
}

static int
connect_raw (void)
{
  int fd = try_connect ();

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
say (int fd, const void *data, gsize size)
{
  g_assert_cmpint (send (fd, data, size, MSG_NOSIGNAL), ==, (gssize) size);
}

/* Reads until one of them says something or closes. Returns: bytes read */
static gssize
hear (int fd, char *buffer, gsize size)
{
  gssize n;

  while ((n = recv (fd, buffer, size, MSG_DONTWAIT)) < 0 && errno == EAGAIN)
    host_spin (2);

  return n;
}

static void
wait_dropped (int fd)
{
  char buffer[4096];

  while (hear (fd, buffer, sizeof buffer) > 0)
    ;
}

/* Authenticates by hand. Returns: %FALSE when it is not let in */
static gboolean
authenticate (int fd)
{
  g_autofree char *uid = g_strdup_printf ("%u", (guint) getuid ());
  g_autoptr(GString) line = g_string_new (NULL);
  char buffer[256] = { 0 };

  g_string_append_c (line, '\0');
  g_string_append (line, "AUTH EXTERNAL ");
  for (const char *p = uid; *p; p++)
    g_string_append_printf (line, "%02x", *p);
  g_string_append (line, "\r\n");
  if (send (fd, line->str, line->len, MSG_NOSIGNAL) < 0 || hear (fd, buffer, sizeof buffer - 1) <= 0 ||
      !g_str_has_prefix (buffer, "OK"))
    return FALSE;

  return send (fd, "BEGIN\r\n", 7, MSG_NOSIGNAL) == 7;
}

/* All others go on as if nothing had been. */
static void
assert_unharmed (void)
{
  g_autoptr(GError) error = NULL;
  AetherClient *other = NULL;

  g_assert_true (host_type (client, "a", &error));
  g_assert_no_error (error);

  /* Just after a crowd left, there may be no room for a moment */
  while (!other)
    {
      g_clear_error (&error);
      other = host_attach (bundle, &error);
      if (!other)
        host_spin (10);
    }
  g_assert_true (host_type (other, "b", NULL));
  g_object_unref (other);
}

static void
test_garbage (void)
{
  char garbage[4096];

  for (guint round = 0; round < 50; round++)
    {
      int fd = connect_raw ();

      for (guint i = 0; i < sizeof garbage; i++)
        garbage[i] = g_test_rand_int_range (0, 256);
      /* Some begin as they should */
      if (round % 2)
        memcpy (garbage, "\0AUTH EXTERNAL ", 15);
      send (fd, garbage, sizeof garbage, MSG_NOSIGNAL);
      close (fd);
    }
  assert_unharmed ();
}

static void
test_endless_line (void)
{
  int fd = connect_raw ();
  char block[65536];
  gsize sent = 0;

  memset (block, 'A', sizeof block);
  block[0] = '\0';
  while (send (fd, block, sizeof block, MSG_NOSIGNAL | MSG_DONTWAIT) > 0 || (errno == EAGAIN && sent < 100))
    {
      block[0] = 'A';
      sent++;
      host_spin (1);
    }
  close (fd);
  assert_unharmed ();
}

/* Connected, or half authenticated, and silent: the oldest make room. */
static void
test_silence (void)
{
  int fds[300];

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = connect_raw ();
      if (i % 2)
        say (fds[i], "\0AUTH EXTERNAL", 14);
      if (i % 10 == 0)
        host_spin (1);
    }
  assert_unharmed ();
  wait_dropped (fds[0]);
  wait_dropped (fds[100]);
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  assert_unharmed ();
}

static void
test_thousand_connections (void)
{
  g_autoptr(GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  guint in = 0;

  for (guint i = 0; i < 1000; i++)
    {
      int fd = try_connect ();

      if (fd < 0)
        continue;
      g_array_append_val (fds, fd);
      in += authenticate (fd);
    }

  /* Our own client is one of the 256 */
  g_assert_cmpuint (in, >, 200);
  g_assert_cmpuint (in, <=, 256);
  g_assert_true (host_type (client, "c", NULL));

  for (guint i = 0; i < fds->len; i++)
    close (g_array_index (fds, int, i));
  assert_unharmed ();
}

static void
test_broken_messages (void)
{
  /* Little endian, a method call: a body of 127 MiB announced; one of 4 GiB; a header of nonsense */
  static const guint8 huge[] = { 'l', 1, 0, 1, 0, 0, 0xf0, 0x07, 1, 0, 0, 0, 8, 0, 0, 0 };
  static const guint8 too_huge[] = { 'l', 1, 0, 1, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 8, 0, 0, 0 };
  static const guint8 nonsense[] = { 'l', 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0,
                                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
  int fds[3];

  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = connect_raw ();
      g_assert_true (authenticate (fds[i]));
    }
  say (fds[0], huge, sizeof huge);
  say (fds[1], too_huge, sizeof too_huge);
  say (fds[2], nonsense, sizeof nonsense);
  wait_dropped (fds[1]);
  wait_dropped (fds[2]);
  assert_unharmed ();
  for (guint i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  assert_unharmed ();
}

static gint64
get_memory (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", host_get_pid (bundle));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return g_ascii_strtoll (strstr (text, "VmRSS:") + strlen ("VmRSS:"), NULL, 10) * 1024;
}

/* Asks and asks, and never reads an answer. */
static void
test_never_reads (void)
{
  g_autoptr(GDBusMessage) message = NULL;
  gint64 before = get_memory ();
  gint64 most = 0;
  guint8 *blob;
  gsize size;
  int fd = connect_raw ();

  g_assert_true (authenticate (fd));
  message = g_dbus_message_new_method_call (NULL, "/org/aether/Machine1", "org.aether.Machine1", "Log");
  g_dbus_message_set_body (message, g_variant_new ("(u)", 1000));
  g_dbus_message_set_serial (message, 1);
  blob = g_dbus_message_to_blob (message, &size, G_DBUS_CAPABILITY_FLAGS_NONE, NULL);

  for (guint i = 0; ; i++)
    {
      gssize n = send (fd, blob, size, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno != EAGAIN)
        break;
      if (n < 0 || i % 64 == 0)
        {
          most = MAX (most, get_memory () - before);
          host_spin (1);
        }
      else if (n < (gssize) size)
        break;
    }
  g_assert_cmpint (most, <, 128 * 1024 * 1024);
  g_free (blob);
  close (fd);
  assert_unharmed ();
}

/* As another user, for whom the folders were opened by mistake. Root only, for it needs a second one. */
static void
test_other_user (void)
{
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofree char *path = g_build_filename (folder, AETHER_SOCKET_NAME, NULL);
  int status;
  pid_t pid;

  if (geteuid () != 0)
    {
      g_test_skip ("only root can become another user");
      return;
    }

  for (char *p = folder; strlen (p) > strlen ("/tmp"); *strrchr (p, '/') = '\0')
    g_assert_cmpint (g_chmod (p, 0755), ==, 0);
  g_assert_cmpint (g_chmod (path, 0666), ==, 0);

  pid = fork ();
  if (pid == 0)
    {
      char byte;
      int fd;

      if (setgid (65534) < 0 || setuid (65534) < 0)
        _exit (10);
      fd = try_connect ();
      if (fd < 0)
        _exit (11);
      if (send (fd, "\0AUTH EXTERNAL 30\r\n", 19, MSG_NOSIGNAL) < 0)
        _exit (0);
      /* Not a byte comes back */
      _exit (recv (fd, &byte, 1, 0) > 0 ? 12 : 0);
    }

  do
    host_spin (2);
  while (waitpid (pid, &status, WNOHANG) == 0);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  assert_unharmed ();
}

/* Something that is not ours lies where the runtime folder should be. */
static void
test_runtime_folder_is_a_link (void)
{
  g_autoptr(AetherBundle) other = host_make_machine ("Linked", NULL);
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (other));
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (symlink ("/tmp", folder), ==, 0);
  g_assert_null (host_start (other, &error));
  host_assert_says (error->message, "“Linked”");
  g_assert_cmpint (unlink (folder), ==, 0);
}

/* What a killed run left is cleaned, even when it lies in the way. */
static void
test_leftovers (void)
{
  g_autoptr(AetherBundle) other = host_make_machine ("Left", NULL);
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (other));
  g_autofree char *path = g_build_filename (folder, AETHER_SOCKET_NAME, NULL);
  g_autoptr(AetherClient) running = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, "no socket", -1, NULL));
  g_assert_null (host_attach (other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  running = host_run (other);
  host_end (g_steal_pointer (&running));
  g_assert_cmpint (g_access (folder, F_OK), !=, 0);
}

int
main (int argc, char **argv)
{
  struct rlimit files;
  int status;

  g_test_init (&argc, &argv, NULL);
  host_fixture_init ();

  /* GDBus warns of each broken message: for the machine that must not be the end */
  g_unsetenv ("G_DEBUG");
  host_fixture_allow_warnings ();
  if (getrlimit (RLIMIT_NOFILE, &files) == 0)
    {
      files.rlim_cur = MIN (files.rlim_max, 4096);
      setrlimit (RLIMIT_NOFILE, &files);
    }

  bundle = host_make_machine ("Besieged", NULL);
  client = host_run (bundle);

  g_test_add_func ("/host/hostile/garbage", test_garbage);
  g_test_add_func ("/host/hostile/endless-line", test_endless_line);
  g_test_add_func ("/host/hostile/silence", test_silence);
  g_test_add_func ("/host/hostile/thousand-connections", test_thousand_connections);
  g_test_add_func ("/host/hostile/broken-messages", test_broken_messages);
  g_test_add_func ("/host/hostile/never-reads", test_never_reads);
  g_test_add_func ("/host/hostile/other-user", test_other_user);
  g_test_add_func ("/host/hostile/runtime-folder-is-a-link", test_runtime_folder_is_a_link);
  g_test_add_func ("/host/hostile/leftovers", test_leftovers);

  status = g_test_run ();

  host_end (client);
  g_object_unref (bundle);
  host_fixture_clear ();

  return status;
}
