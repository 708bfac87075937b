/* test-machine1.c - org.aether.Machine1 as clients use it: calls, descriptors, serial ports, signals
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "host-fixture.h"

#include "aether-machine1.h"
#include "aether-paths.h"
#include "aether-socket.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* One machine for all tests but those that end it. */
static AetherBundle *bundle;
static AetherClient *client;

/* The interface itself, without AetherClient's manners. */
static AetherMachine1 *
connect_raw (void)
{
  g_autofree char *folder = aether_paths_dup_runtime (aether_bundle_get_uuid (bundle));
  g_autofd int folder_fd = -1;
  g_autoptr(GSocketAddress) socket = aether_socket_address_new (folder, &folder_fd, NULL);
  g_autofree char *path = g_dbus_address_escape_value (g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (socket)));
  g_autofree char *address = g_strdup_printf ("unix:path=%s", path);
  g_autoptr(GDBusConnection) connection = NULL;
  g_autoptr(GError) error = NULL;
  AetherMachine1 *machine;

  connection = g_dbus_connection_new_for_address_sync (address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                                                       NULL, NULL, &error);
  g_assert_no_error (error);
  machine = aether_machine1_proxy_new_sync (connection, G_DBUS_PROXY_FLAGS_NONE, NULL, "/org/aether/Machine1",
                                            NULL, &error);
  g_assert_no_error (error);

  return machine;
}

#define DEFAULTS G_DBUS_CALL_FLAGS_NONE, -1

/* --- errors ------------------------------------------------------------------ */

static void
test_errors_survive (void)
{
  g_autoptr(AetherMachine1) machine = connect_raw ();
  g_autoptr(GError) error = NULL;

  /* Domain, code and sentence, across the bus */
  g_assert_false (host_control (client, AETHER_CONTROL_RESET, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpstr (error->message, ==, "The test engine cannot reset.");
  g_clear_error (&error);

  g_assert_false (aether_machine1_call_control_sync (machine, "dance", DEFAULTS, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  host_assert_says (error->message, "“dance” is nothing that a machine can be told");
}

static void
test_bounds (void)
{
  g_autoptr(AetherMachine1) machine = connect_raw ();
  g_autofree char *text = g_strnfill (65537, 'a');
  const char *keys[18] = { NULL };
  g_autoptr(GError) error = NULL;

  g_assert_false (host_type (client, text, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  host_assert_says (error->message, "longer than 65536 bytes");
  g_clear_error (&error);

  g_assert_false (host_type (client, "\xff", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  g_assert_false (host_type (client, "aä", &error));
  host_assert_says (error->message, "“ä”");
  g_clear_error (&error);

  for (guint i = 0; i < 17; i++)
    keys[i] = "a";
  g_assert_false (aether_machine1_call_send_keys_sync (machine, keys, DEFAULTS, NULL, &error));
  host_assert_says (error->message, "At most 16 keys");
  g_clear_error (&error);

  keys[0] = "no-key";
  keys[1] = NULL;
  g_assert_false (aether_machine1_call_send_keys_sync (machine, keys, DEFAULTS, NULL, &error));
  host_assert_says (error->message, "“no-key” is not the name of a key");
}

static void
test_read_only_properties (void)
{
  g_autoptr(AetherMachine1) machine = connect_raw ();
  g_autoptr(GVariant) reply = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (aether_machine1_get_version (machine), ==, 1);
  g_assert_cmpuint (aether_machine1_get_serial_ports (machine), ==, 2);
  g_assert_cmpstr (aether_machine1_get_engine (machine), ==, "test");
  g_assert_cmpstr (aether_machine1_get_bundle (machine), ==, aether_bundle_get_path (bundle));
  g_assert_cmpuint (aether_machine1_get_engine_pid (machine), ==, host_get_engine_pid (bundle));

  reply = g_dbus_connection_call_sync (g_dbus_proxy_get_connection (G_DBUS_PROXY (machine)), NULL,
                                       "/org/aether/Machine1", "org.freedesktop.DBus.Properties", "Set",
                                       g_variant_new ("(ssv)", "org.aether.Machine1", "State",
                                                      g_variant_new_string ("stopped")),
                                       NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_null (reply);
  g_assert_nonnull (error);
  g_assert_cmpint (aether_client_get_state (client), ==, AETHER_STATE_RUNNING);
}

/* --- descriptors that came along -------------------------------------------------- */

static void
test_wrong_descriptors (void)
{
  g_autoptr(AetherMachine1) machine = connect_raw ();
  g_autoptr(GUnixFDList) file = NULL;
  g_autoptr(GUnixFDList) read_only = NULL;
  g_autoptr(GUnixFDList) datagram = NULL;
  g_autoptr(GError) error = NULL;
  int pair[2];
  int fd;

  fd = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  file = g_unix_fd_list_new_from_array (&fd, 1);
  fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  read_only = g_unix_fd_list_new_from_array (&fd, 1);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  datagram = g_unix_fd_list_new_from_array (pair, 2);

  /* None, one that is not there, a file for a socket, the wrong kind of socket, a file to read */
  g_assert_false (aether_machine1_call_open_serial_sync (machine, 0, FALSE, g_variant_new_handle (0), DEFAULTS,
                                                         NULL, NULL, NULL, &error));
  host_assert_says (error->message, "without the file descriptor");
  g_clear_error (&error);
  g_assert_false (aether_machine1_call_open_serial_sync (machine, 0, FALSE, g_variant_new_handle (7), DEFAULTS,
                                                         file, NULL, NULL, &error));
  host_assert_says (error->message, "without the file descriptor");
  g_clear_error (&error);
  g_assert_false (aether_machine1_call_open_display_sync (machine, g_variant_new_handle (-5), DEFAULTS,
                                                          file, NULL, NULL, &error));
  host_assert_says (error->message, "without the file descriptor");
  g_clear_error (&error);
  g_assert_false (aether_machine1_call_open_serial_sync (machine, 0, FALSE, g_variant_new_handle (0), DEFAULTS,
                                                         file, NULL, NULL, &error));
  host_assert_says (error->message, "not a unix stream socket");
  g_clear_error (&error);
  g_assert_false (aether_machine1_call_open_serial_sync (machine, 0, FALSE, g_variant_new_handle (0), DEFAULTS,
                                                         datagram, NULL, NULL, &error));
  host_assert_says (error->message, "not a unix stream socket");
  g_clear_error (&error);
  g_assert_false (aether_machine1_call_open_display_sync (machine, g_variant_new_handle (0), DEFAULTS,
                                                          file, NULL, NULL, &error));
  host_assert_says (error->message, "no socket");
  g_clear_error (&error);
  g_assert_false (aether_machine1_call_screenshot_sync (machine, 0, g_variant_new_handle (0), DEFAULTS,
                                                        read_only, NULL, NULL, &error));
  host_assert_says (error->message, "not open for writing");
}

static void
test_screenshot (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofd int fd = memfd_create ("screenshot", MFD_CLOEXEC);
  char magic[8] = { 0 };

  aether_client_screenshot_async (client, 0, fd, NULL, host_result_cb, &result);
  g_assert_true (aether_client_finish (client, host_await (&result), &error));
  g_assert_cmpint (pread (fd, magic, 4, 0), ==, 4);
  g_assert_cmpstr (magic, ==, "\x89PNG");
  g_clear_object (&result);

  aether_client_screenshot_async (client, 9, fd, NULL, host_result_cb, &result);
  g_assert_false (aether_client_finish (client, host_await (&result), &error));
  g_assert_cmpstr (error->message, ==, "There is no display 9.");
}

static GIOStream *
open_display (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GIOStream *stream;

  aether_client_open_display_async (client, NULL, host_result_cb, &result);
  stream = aether_client_open_display_finish (client, host_await (&result), &error);
  g_assert_no_error (error);

  return stream;
}

static void
test_display (void)
{
  g_autoptr(GIOStream) first = open_display ();
  g_autofree char *greeting = host_read (first, 8);
  g_autoptr(GIOStream) second = open_display ();
  char byte;

  g_assert_cmpstr (greeting, ==, "display\n");
  /* The newest has it */
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (first), &byte, 1, NULL, NULL), ==, 0);
  g_free (host_read (second, 8));
}

/* Until the last who got it leaves; another who had it before is nobody */
static void
test_display_taken (void)
{
  g_autoptr(AetherMachine1) other = connect_raw ();
  GDBusConnection *connection = g_dbus_proxy_get_connection (G_DBUS_PROXY (other));
  g_autoptr(GIOStream) ours = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GUnixFDList) fds = NULL;
  int pair[2];

  ours = open_display ();
  while (!aether_client_get_display_taken (client))
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  fds = g_unix_fd_list_new_from_array (&pair[1], 1);
  aether_machine1_call_open_display_sync (other, g_variant_new_handle (0), DEFAULTS, fds, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (aether_client_get_display_taken (client));

  g_dbus_connection_close_sync (connection, NULL, &error);
  g_assert_no_error (error);
  while (aether_client_get_display_taken (client))
    g_main_context_iteration (NULL, TRUE);
  close (pair[0]);
}

static void
test_statistics (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GVariant) values = NULL;
  g_autoptr(GError) error = NULL;
  guint64 memory;

  aether_client_statistics_async (client, NULL, host_result_cb, &result);
  values = aether_client_statistics_finish (client, host_await (&result), &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (values, "memory", "t", &memory));
  g_assert_cmpuint (memory, ==, 4096);
}

/* --- keys ---------------------------------------------------------------------------- */

static void
append_cb (AetherClient *source, const char *line, GString *typed)
{
  const char *key = strstr (line, " key ");

  if (key)
    g_string_append (typed, key + strlen (" key "));
}

/* Two texts at once do not mix. */
static void
test_texts_one_after_the_other (void)
{
  g_autoptr(AetherClient) other = host_attach (bundle, NULL);
  g_autoptr(GString) typed = g_string_new (NULL);
  GAsyncResult *results[2] = { NULL };

  g_signal_connect (client, "log-line", G_CALLBACK (append_cb), typed);
  aether_client_type_text_async (client, "aaaaaaaa", NULL, host_result_cb, &results[0]);
  aether_client_type_text_async (other, "bbbbbbbb", NULL, host_result_cb, &results[1]);
  g_assert_true (aether_client_finish (client, host_await (&results[0]), NULL));
  g_assert_true (aether_client_finish (other, host_await (&results[1]), NULL));
  while (typed->len < 16)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (client, typed);

  g_assert_true (g_str_equal (typed->str, "aaaaaaaabbbbbbbb") || g_str_equal (typed->str, "bbbbbbbbaaaaaaaa"));
  g_object_unref (results[0]);
  g_object_unref (results[1]);
}

static void
test_typing_cancelled (void)
{
  g_autofree char *text = g_strnfill (60000, 'c');
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_client_type_text_async (client, text, cancellable, host_result_cb, &result);
  host_spin (20);
  g_cancellable_cancel (cancellable);
  g_assert_false (aether_client_finish (client, host_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* It does not go on for the two minutes that it would take */
  g_assert_true (host_type (client, "d", NULL));
}

static void
test_too_many_texts (void)
{
  g_autoptr(AetherMachine1) machine = connect_raw ();
  GAsyncResult *results[66] = { NULL };
  guint busy = 0, stopped = 0;

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    aether_machine1_call_type_text (machine, "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", DEFAULTS, NULL,
                                    host_result_cb, &results[i]);
  aether_machine1_call_stop_typing_sync (machine, DEFAULTS, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr(GError) error = NULL;

      aether_machine1_call_type_text_finish (machine, host_await (&results[i]), &error);
      busy += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY);
      stopped += g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (busy, ==, 2);
  g_assert_cmpuint (stopped, ==, 64);
}

/* --- serial ports -------------------------------------------------------------------- */

static void
write_to (GIOStream *stream, const char *text)
{
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text),
                                            NULL, NULL, NULL));
}

static void
test_serial (void)
{
  g_autoptr(GIOStream) one = host_open_serial (client, 0, FALSE, NULL);
  g_autoptr(GIOStream) two = host_open_serial (client, 0, FALSE, NULL);
  g_autoptr(GIOStream) late = NULL;
  g_autofree char *at_one = NULL;
  g_autofree char *at_two = NULL;
  g_autofree char *at_late = NULL;
  g_autoptr(GError) error = NULL;

  write_to (one, "login: \x1b[2J\r\nroot");
  at_one = host_read (one, 17);
  at_two = host_read (two, 17);
  g_assert_cmpstr (at_one, ==, "login: \x1b[2J\r\nroot");
  g_assert_cmpstr (at_two, ==, at_one);

  late = host_open_serial (client, 0, TRUE, &error);
  g_assert_no_error (error);
  at_late = host_read (late, 17);
  g_assert_cmpstr (at_late, ==, at_one);

  g_assert_null (host_open_serial (client, 2, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  host_assert_says (error->message, "There is no serial port 2");
}

static void
test_serial_log (void)
{
  g_autofree char *text = host_read_log (bundle, "serial-0.log");

  /* As test_serial wrote it: the escape is to be read, not obeyed */
  g_assert_cmpstr (text, ==, "login: ^[[2J\nroot");
}

static void
test_serial_at_most_64 (void)
{
  g_autoptr(GPtrArray) open = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) error = NULL;
  GIOStream *stream;

  for (guint i = 0; i < 64; i++)
    {
      stream = host_open_serial (client, i % 2, FALSE, &error);
      g_assert_no_error (error);
      g_ptr_array_add (open, stream);
    }
  g_assert_null (host_open_serial (client, 0, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  host_assert_says (error->message, "open 64 times already");

  g_ptr_array_set_size (open, 0);
  do
    {
      host_spin (5);
      stream = host_open_serial (client, 0, FALSE, NULL);
    }
  while (!stream);
  g_object_unref (stream);
}

static gint64
get_memory (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", host_get_pid (bundle));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return g_ascii_strtoll (strstr (text, "VmRSS:") + strlen ("VmRSS:"), NULL, 10) * 1024;
}

static void
flooded_cb (AetherClient *source, const char *line, gboolean *flooded)
{
  *flooded |= g_str_has_suffix (line, "flooded");
}

/* One that sleeps costs its bound and is dropped. */
static void
test_serial_flood (void)
{
  const gsize size = 100 * 1024 * 1024;
  g_autoptr(GIOStream) asleep = host_open_serial (client, 0, FALSE, NULL);
  gboolean flooded = FALSE;
  gint64 before = get_memory ();
  gint64 most = 0;
  char *buffer = g_malloc (1024 * 1024);
  gsize total = 0;
  gssize n;

  g_signal_connect (client, "log-line", G_CALLBACK (flooded_cb), &flooded);
  host_command (client, "flood 100");
  while (!flooded)
    {
      g_main_context_iteration (NULL, FALSE);
      most = MAX (most, get_memory () - before);
      g_usleep (1000);
    }
  g_signal_handlers_disconnect_by_data (client, &flooded);
  g_assert_cmpint (most, <, 16 * 1024 * 1024);

  /* The log is bounded too */
  {
    g_autofree char *log = host_read_log (bundle, "serial-0.log");

    g_assert_cmpuint (strlen (log), <=, 4 * 1024 * 1024);
  }

  /* It was closed: what the kernel and we had for it comes, and then the end */
  while ((n = g_input_stream_read (g_io_stream_get_input_stream (asleep), buffer, 1024 * 1024, NULL, NULL)) > 0)
    total += n;
  g_assert_cmpuint (total, <, 4 * 1024 * 1024);
  g_assert_cmpuint (total, <, size);
  g_free (buffer);
  g_assert_true (host_type (client, "f", NULL));
}

/* --- signals --------------------------------------------------------------------------- */

static void
string_cb (AetherClient *source, const char *sentence, char **stored)
{
  *stored = g_strdup (sentence);
}

static void
finding_cb (AetherClient *source, AetherFinding *finding, char **stored)
{
  *stored = g_strdup (aether_finding_get_id (finding));
}

static void
disk_error_cb (AetherClient *source, const char *drive, const char *operation, const char *reason,
               gboolean no_space, char **stored)
{
  *stored = g_strdup_printf ("%s %s %s %d", drive, operation, reason, no_space);
}

static void
assert_signal (const char *signal, GCallback callback, const char *command, const char *expected)
{
  g_autofree char *stored = NULL;
  gulong id = g_signal_connect (client, signal, callback, &stored);

  host_command (client, command);
  while (!stored)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (stored, ==, expected);
  g_signal_handler_disconnect (client, id);
}

static void
happened_cb (AetherClient *source, const char *kind, const char *subject, char **stored)
{
  *stored = g_strdup_printf ("%s %s", kind, subject);
}

static void
channels_cb (AetherClient *source, GParamSpec *pspec, char **stored)
{
  *stored = g_strjoinv (" ", (char **) aether_client_get_channels (source));
}

static gboolean
has_finding (const char *id)
{
  g_autoptr(GPtrArray) findings = aether_client_list_findings (client);

  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (aether_finding_get_id (findings->pdata[i]), id))
      return TRUE;

  return FALSE;
}

/* Who looks after a full disk has paused the machine learns why, until it goes on. */
static void
test_full_disk (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (host_control (client, AETHER_CONTROL_PAUSE, &error));
  host_command (client, "disk-error");
  while (!has_finding ("drive.full"))
    g_main_context_iteration (NULL, TRUE);

  g_assert_true (host_control (client, AETHER_CONTROL_RESUME, &error));
  while (has_finding ("drive.full"))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_signals (void)
{
  assert_signal ("guest-panic", G_CALLBACK (string_cb), "panic", "The guest panicked.");
  assert_signal ("disk-error", G_CALLBACK (disk_error_cb), "disk-error", "disk0 write No space left on device 1");
  assert_signal ("finding", G_CALLBACK (finding_cb), "finding", "test.note");
  assert_signal ("happened", G_CALLBACK (happened_cb), "restart", "restarted ");
  assert_signal ("happened", G_CALLBACK (happened_cb), "eject", "ejected cd0");
  assert_signal ("notify::channels", G_CALLBACK (channels_cb), "agent", "agent");
  assert_signal ("notify::channels", G_CALLBACK (channels_cb), "no-agent", "");

  while (!has_finding ("test.note"))
    host_spin (2);
}

static gboolean
set_sound (double volume, gboolean muted, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_set_sound_async (client, volume, muted, NULL, host_result_cb, &result);

  return aether_client_finish (client, host_await (&result), error);
}

static void
test_sound (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpfloat (aether_client_get_volume (client), ==, 1);
  g_assert_true (set_sound (0.25, TRUE, &error));
  g_assert_no_error (error);
  while (!aether_client_get_muted (client))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (aether_client_get_volume (client), ==, 0.25);
  g_assert_true (set_sound (7, FALSE, &error));
  while (aether_client_get_muted (client))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (aether_client_get_volume (client), ==, 1);
}

static gboolean
change_medium (const char *drive, const char *file, gboolean force, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_change_medium_async (client, drive, file, force, NULL, host_result_cb, &result);

  return aether_client_finish (client, host_await (&result), error);
}

static void
test_media (void)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GVariant) drives = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (change_medium ("cd0", "/held", FALSE, &error));
  aether_client_list_drives_async (client, NULL, host_result_cb, &result);
  drives = aether_client_list_drives_finish (client, host_await (&result), &error);
  g_assert_no_error (error);
  text = g_variant_print (drives, FALSE);
  g_assert_cmpstr (text, ==, "[('cd0', 'cdrom', '/held', false)]");

  g_assert_false (change_medium ("cd0", NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_true (change_medium ("cd0", NULL, TRUE, &error));
  g_assert_no_error (error);

  g_assert_false (change_medium ("cd9", NULL, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (change_medium ("cd0", "relative", FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_log (void)
{
  g_autoptr(AetherMachine1) machine = connect_raw ();
  g_auto(GStrv) two = NULL;
  g_auto(GStrv) all = NULL;
  g_autoptr(GError) error = NULL;

  aether_machine1_call_log_sync (machine, 2, DEFAULTS, &two, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  aether_machine1_call_log_sync (machine, G_MAXUINT, DEFAULTS, &all, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (all), <=, 1000);
  g_assert_cmpuint (g_strv_length (all), >, 2);
}

/* --- cancelling ------------------------------------------------------------------------ */

static void
test_calls_cancelled (void)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  const char * const keys[] = { "a", NULL };
  GAsyncResult *results[9] = { NULL };
  g_autofd int fd = memfd_create ("screenshot", MFD_CLOEXEC);
  GError *errors[9] = { NULL };

  aether_client_control_async (client, AETHER_CONTROL_RESUME, cancellable, host_result_cb, &results[0]);
  aether_client_send_keys_async (client, keys, cancellable, host_result_cb, &results[1]);
  aether_client_screenshot_async (client, 0, fd, cancellable, host_result_cb, &results[2]);
  aether_client_open_display_async (client, cancellable, host_result_cb, &results[3]);
  aether_client_open_serial_async (client, 0, TRUE, cancellable, host_result_cb, &results[4]);
  aether_client_statistics_async (client, cancellable, host_result_cb, &results[5]);
  aether_client_change_medium_async (client, "cd0", NULL, FALSE, cancellable, host_result_cb, &results[6]);
  aether_client_list_drives_async (client, cancellable, host_result_cb, &results[7]);
  aether_client_set_sound_async (client, 0.5, FALSE, cancellable, host_result_cb, &results[8]);
  g_cancellable_cancel (cancellable);

  aether_client_finish (client, host_await (&results[0]), &errors[0]);
  aether_client_finish (client, host_await (&results[1]), &errors[1]);
  aether_client_finish (client, host_await (&results[2]), &errors[2]);
  aether_client_open_display_finish (client, host_await (&results[3]), &errors[3]);
  aether_client_open_serial_finish (client, host_await (&results[4]), &errors[4]);
  aether_client_statistics_finish (client, host_await (&results[5]), &errors[5]);
  aether_client_finish (client, host_await (&results[6]), &errors[6]);
  aether_client_list_drives_finish (client, host_await (&results[7]), &errors[7]);
  aether_client_finish (client, host_await (&results[8]), &errors[8]);

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_assert_error (errors[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_error_free (errors[i]);
      g_object_unref (results[i]);
    }

  /* And nothing is stuck for it */
  g_assert_true (host_type (client, "g", NULL));
}

/* --- the page for third parties ------------------------------------------------------- */

/* Names every member, by the name and types that the interface has. */
static void
test_documented (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "docs", "machine1.md", NULL);
  GDBusInterfaceInfo *info = aether_machine1_interface_info ();
  g_autofree char *page = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &page, NULL, &error));
  for (guint i = 0; info->methods[i]; i++)
    {
      GDBusMethodInfo *method = info->methods[i];
      g_autoptr(GString) entry = g_string_new (NULL);

      g_string_append_printf (entry, "- `%s` (", method->name);
      for (guint j = 0; method->in_args && method->in_args[j]; j++)
        g_string_append_printf (entry, "%s%s %s", j ? ", " : "", method->in_args[j]->signature,
                                method->in_args[j]->name);
      g_string_append_c (entry, ')');
      for (guint j = 0; method->out_args && method->out_args[j]; j++)
        g_string_append_printf (entry, " -> (%s %s)", method->out_args[j]->signature, method->out_args[j]->name);
      host_assert_says (page, entry->str);
    }
  for (guint i = 0; info->signals[i]; i++)
    {
      g_autofree char *entry = g_strdup_printf ("- `%s` (", info->signals[i]->name);

      host_assert_says (page, entry);
    }
  for (guint i = 0; info->properties[i]; i++)
    {
      g_autofree char *name = g_strdup_printf ("`%s`", info->properties[i]->name);
      g_autofree char *row = g_strdup_printf ("| %-13s | %-9s |", name, info->properties[i]->signature);

      host_assert_says (page, row);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  host_fixture_init ();
  bundle = host_make_machine ("Machine", NULL);
  client = host_run (bundle);

  g_test_add_func ("/machine1/errors-survive", test_errors_survive);
  g_test_add_func ("/machine1/bounds", test_bounds);
  g_test_add_func ("/machine1/read-only-properties", test_read_only_properties);
  g_test_add_func ("/machine1/wrong-descriptors", test_wrong_descriptors);
  g_test_add_func ("/machine1/screenshot", test_screenshot);
  g_test_add_func ("/machine1/display", test_display);
  g_test_add_func ("/machine1/display-taken", test_display_taken);
  g_test_add_func ("/machine1/statistics", test_statistics);
  g_test_add_func ("/machine1/typing/one-after-the-other", test_texts_one_after_the_other);
  g_test_add_func ("/machine1/typing/cancelled", test_typing_cancelled);
  g_test_add_func ("/machine1/typing/too-many", test_too_many_texts);
  g_test_add_func ("/machine1/serial/all-hear-all", test_serial);
  g_test_add_func ("/machine1/serial/log", test_serial_log);
  g_test_add_func ("/machine1/serial/at-most-64", test_serial_at_most_64);
  g_test_add_func ("/machine1/serial/flood", test_serial_flood);
  g_test_add_func ("/machine1/signals", test_signals);
  g_test_add_func ("/machine1/media", test_media);
  g_test_add_func ("/machine1/sound", test_sound);
  g_test_add_func ("/machine1/full-disk", test_full_disk);
  g_test_add_func ("/machine1/log", test_log);
  g_test_add_func ("/machine1/calls-cancelled", test_calls_cancelled);

  g_test_add_func ("/machine1/documented", test_documented);

  status = g_test_run ();

  host_end (client);
  g_object_unref (bundle);
  host_fixture_clear ();

  return status;
}
