/* test-qmp.c - the QMP client against a scripted peer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qmp.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define GREETING "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 0, \"minor\": 0, \"major\": 10}}, \"capabilities\": [\"oob\"]}}\r\n"
#define NEGOTIATED "{\"return\": {}, \"id\": 1}\r\n"

typedef struct
{
  AetherQmp    *qmp;
  int           peer;      /* QEMU's end, blocking */
  GAsyncResult *result;    /* of the last operation */
  guint         n_results;
  guint         n_closed;
  GString      *events;
} Fixture;

static void
event_cb (AetherQmp *qmp, const char *name, JsonObject *data, Fixture *fixture)
{
  g_string_append_printf (fixture->events, "%s%s ", name,
                          data ? json_object_get_string_member_with_default (data, "reason", "") : "");
}

static void
closed_cb (AetherQmp *qmp, GError *error, Fixture *fixture)
{
  g_assert_nonnull (error);
  fixture->n_closed++;
}

static void
setup (Fixture *fixture, gconstpointer data)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  fixture->qmp = aether_qmp_new (fds[0]);
  fixture->peer = fds[1];
  fixture->events = g_string_new (NULL);
  g_signal_connect (fixture->qmp, "event", G_CALLBACK (event_cb), fixture);
  g_signal_connect (fixture->qmp, "closed", G_CALLBACK (closed_cb), fixture);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->result);
  g_assert_finalize_object (fixture->qmp);
  if (fixture->peer >= 0)
    close (fixture->peer);
  g_string_free (fixture->events, TRUE);
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_set_object (&fixture->result, result);
  fixture->n_results++;
}

static void
say (Fixture *fixture, const char *text)
{
  gsize length = strlen (text);

  g_assert_cmpint (send (fixture->peer, text, length, MSG_NOSIGNAL), ==, length);
}

static void
hang_up (Fixture *fixture)
{
  close (fixture->peer);
  fixture->peer = -1;
}

static void
wait_results (Fixture *fixture, guint n)
{
  while (fixture->n_results < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
open_connection (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  char line[256];

  say (fixture, GREETING NEGOTIATED);
  aether_qmp_open_async (fixture->qmp, 0, NULL, done_cb, fixture);
  wait_results (fixture, 1);
  g_assert_true (aether_qmp_open_finish (fixture->qmp, fixture->result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read (fixture->peer, line, sizeof line), >, 0);
  fixture->n_results = 0;
}

/* The one pending call fails with @code and @words in its sentence. */
static void
assert_call_fails (Fixture *fixture, GIOErrorEnum code, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = NULL;

  wait_results (fixture, 1);
  node = aether_qmp_call_finish (fixture->qmp, fixture->result, &error);
  g_assert_null (node);
  g_assert_error (error, G_IO_ERROR, (int) code);
  if (words && !strstr (error->message, words))
    g_error ("“%s” does not say “%s”", error->message, words);
}

static void
test_new_destroy (void)
{
  int fds[2];
  AetherQmp *qmp;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
  qmp = aether_qmp_new (fds[0]);
  g_assert_false (aether_qmp_is_closed (qmp));
  g_assert_finalize_object (qmp);
  g_assert_cmpint (close (fds[0]), ==, -1);
  close (fds[1]);
}

static void
test_negotiates (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

static void
test_command_and_reply (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = NULL;
  char line[256] = { 0 };

  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "eject",
                         g_variant_new_parsed ("{'id': <'cd \"0\"'>, 'force': <true>}"),
                         -1, 0, NULL, done_cb, fixture);
  g_assert_cmpint (read (fixture->peer, line, sizeof line - 1), >, 0);
  g_assert_cmpstr (line, ==,
                   "{\"execute\":\"eject\",\"arguments\":{\"id\":\"cd \\\"0\\\"\",\"force\":true},\"id\":2}\n");

  say (fixture, "{\"return\": {\"size\": 7}, \"id\": 2}\r\n");
  wait_results (fixture, 1);
  node = aether_qmp_call_finish (fixture->qmp, fixture->result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "size"), ==, 7);
}

static void
test_error_becomes_sentence (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "eject", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, "{\"id\": 2, \"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"No device\"}}\r\n");
  assert_call_fails (fixture, G_IO_ERROR_NOT_FOUND, "QEMU refused “eject”: No device");
  g_assert_false (aether_qmp_is_closed (fixture->qmp));
}

static void
test_malformed_error_is_still_an_error (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "eject", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, "{\"id\": 2, \"error\": [1, 2]}\r\n");
  assert_call_fails (fixture, G_IO_ERROR_FAILED, "eject");
}

static void
test_events_between_replies (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "quit", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, "{\"event\": \"STOP\", \"timestamp\": {\"seconds\": 1}}\r\n{\"event\": \"SHUT");
  say (fixture, "DOWN\", \"data\": {\"reason\": \"!\"}}\r\n{\"return\": {}, \"id\": 2}\r\n");
  wait_results (fixture, 1);
  g_assert_cmpstr (fixture->events->str, ==, "STOP SHUTDOWN! ");
}

static void
test_hands_over_descriptor (Fixture *fixture, gconstpointer data)
{
  union { struct cmsghdr align; char space[CMSG_SPACE (sizeof (int))]; } control;
  char line[256];
  struct iovec vector = { line, sizeof line };
  struct msghdr message = { .msg_iov = &vector, .msg_iovlen = 1,
                            .msg_control = &control, .msg_controllen = sizeof control };
  struct cmsghdr *header;
  struct stat sent, got;
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
  int received;

  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "getfd", g_variant_new_parsed ("{'fdname': <'d'>}"),
                         fd, 0, NULL, done_cb, fixture);
  g_assert_cmpint (recvmsg (fixture->peer, &message, 0), >, 0);
  header = CMSG_FIRSTHDR (&message);
  g_assert_nonnull (header);
  g_assert_cmpint (header->cmsg_type, ==, SCM_RIGHTS);
  memcpy (&received, CMSG_DATA (header), sizeof received);

  fstat (fd, &sent);
  fstat (received, &got);
  g_assert_cmpuint (sent.st_rdev, ==, got.st_rdev);
  close (received);
  close (fd);

  say (fixture, "{\"return\": {}, \"id\": 2}\r\n");
  wait_results (fixture, 1);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();

  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "query-status", NULL, -1, 0, cancellable, done_cb, fixture);
  g_cancellable_cancel (cancellable);
  assert_call_fails (fixture, G_IO_ERROR_CANCELLED, NULL);

  /* Its late answer is nobody's, and no reason to hang up */
  aether_qmp_call_async (fixture->qmp, "stop", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, "{\"return\": {}, \"id\": 2}\r\n{\"return\": {}, \"id\": 3}\r\n");
  wait_results (fixture, 2);
  g_assert_cmpuint (fixture->n_closed, ==, 0);

  aether_qmp_call_async (fixture->qmp, "cont", NULL, -1, 0, cancellable, done_cb, fixture);
  wait_results (fixture, 3);
  g_clear_object (&fixture->result);
}

static void
test_cancelled_while_opening (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  aether_qmp_open_async (fixture->qmp, 0, cancellable, done_cb, fixture);
  g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  wait_results (fixture, 1);
  g_assert_false (aether_qmp_open_finish (fixture->qmp, fixture->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* A greeting afterwards disturbs nobody */
  say (fixture, GREETING "{\"event\": \"RESET\"}\r\n");
  while (fixture->events->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

static void
test_times_out (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "screendump", NULL, -1, 20, NULL, done_cb, fixture);
  assert_call_fails (fixture, G_IO_ERROR_TIMED_OUT, "screendump");
  g_assert_false (aether_qmp_is_closed (fixture->qmp));
}

static void
test_no_greeting (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  aether_qmp_open_async (fixture->qmp, 20, NULL, done_cb, fixture);
  wait_results (fixture, 1);
  g_assert_false (aether_qmp_open_finish (fixture->qmp, fixture->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
test_end_before_greeting (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  aether_qmp_open_async (fixture->qmp, 0, NULL, done_cb, fixture);
  say (fixture, "{\"QMP\": {\"vers");
  hang_up (fixture);
  wait_results (fixture, 1);
  g_assert_false (aether_qmp_open_finish (fixture->qmp, fixture->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_cmpuint (fixture->n_closed, ==, 1);
}

static void
test_end_fails_everything_pending (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  for (guint i = 0; i < 100; i++)
    aether_qmp_call_async (fixture->qmp, "query-status", NULL, -1, 1000, NULL, done_cb, fixture);
  say (fixture, "{\"return\": {}, \"id\": 2}\r\n{\"return\"");
  hang_up (fixture);
  wait_results (fixture, 100);
  assert_call_fails (fixture, G_IO_ERROR_CLOSED, NULL);
  g_assert_cmpuint (fixture->n_closed, ==, 1);

  /* And what comes later fails at once */
  aether_qmp_call_async (fixture->qmp, "quit", NULL, -1, 0, NULL, done_cb, fixture);
  wait_results (fixture, 101);
  assert_call_fails (fixture, G_IO_ERROR_CLOSED, NULL);
}

static void
test_peer_that_does_not_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *blank = g_strnfill (1024 * 1024, 'x');
  guint n_refused = 0;

  open_connection (fixture);
  for (guint i = 0; i < 8; i++)
    aether_qmp_call_async (fixture->qmp, "x", g_variant_new_parsed ("{'a': <%s>}", blank),
                           -1, 0, NULL, done_cb, fixture);

  /* Bounded: the last ones are refused, the connection lives */
  wait_results (fixture, 1);
  while (g_main_context_iteration (NULL, FALSE));
  n_refused = fixture->n_results;
  g_assert_cmpuint (n_refused, >=, 1);
  g_assert_cmpuint (n_refused, <, 8);
  assert_call_fails (fixture, G_IO_ERROR_BUSY, NULL);

  aether_qmp_close (fixture->qmp);
  wait_results (fixture, 8);
}

static const struct
{
  const char *name;
  const char *text;
  const char *words;
} hostile[] = {
  { "broken-json", "{\"return\": {}, \"id\": 2\r\n", "JSON" },
  { "not-json", "SSH-2.0-OpenSSH_9.2\r\n", "JSON" },
  { "not-utf8", "{\"return\": \"\xff\xfe\", \"id\": 2}\r\n", "UTF-8" },
  { "no-object", "[1, 2, 3]\r\n", "object" },
  { "unknown-id", "{\"return\": {}, \"id\": 77}\r\n", "not given" },
  { "string-id", "{\"return\": {}, \"id\": \"2\"}\r\n", "not given" },
  { "negative-id", "{\"return\": {}, \"id\": -2}\r\n", "not given" },
  { "huge-id", "{\"return\": {}, \"id\": 4294967298}\r\n", "not given" },
  { "no-id", "{\"return\": {}}\r\n", "not given" },
  { "second-greeting", GREETING, "neither" },
  { "neither-answer-nor-event", "{\"hello\": 1}\r\n", "neither" },
};

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);

  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "stop", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, hostile[i].text);
  assert_call_fails (fixture, G_IO_ERROR_INVALID_DATA, hostile[i].words);
  g_assert_cmpuint (fixture->n_closed, ==, 1);
}

static void
test_deep_nesting (Fixture *fixture, gconstpointer data)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *line = g_strconcat ("{\"event\": ", deep, "\r\n", NULL);

  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "stop", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, line);
  assert_call_fails (fixture, G_IO_ERROR_INVALID_DATA, "nested");
}

static gpointer
endless_thread (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  g_autofree char *blank = g_strnfill (1024 * 1024, 'x');

  while (send (fd, blank, 1024 * 1024, MSG_NOSIGNAL) > 0);

  return NULL;
}

static void
test_endless_line (Fixture *fixture, gconstpointer data)
{
  GThread *thread;

  open_connection (fixture);
  aether_qmp_call_async (fixture->qmp, "stop", NULL, -1, 0, NULL, done_cb, fixture);
  thread = g_thread_new ("endless", endless_thread, GINT_TO_POINTER (fixture->peer));
  assert_call_fails (fixture, G_IO_ERROR_INVALID_DATA, "line");
  g_thread_join (thread);
}

static void
close_in_event_cb (AetherQmp *qmp, const char *name, JsonObject *data, gpointer user_data)
{
  aether_qmp_close (qmp);
}

static void
test_closed_in_callback (Fixture *fixture, gconstpointer data)
{
  open_connection (fixture);
  g_signal_connect (fixture->qmp, "event", G_CALLBACK (close_in_event_cb), NULL);
  aether_qmp_call_async (fixture->qmp, "stop", NULL, -1, 0, NULL, done_cb, fixture);
  say (fixture, "{\"event\": \"A\"}\r\n{\"event\": \"B\"}\r\n{\"return\": {}, \"id\": 2}\r\n");
  assert_call_fails (fixture, G_IO_ERROR_CLOSED, NULL);
  g_assert_cmpstr (fixture->events->str, ==, "A ");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/qemu/qmp/" path, Fixture, NULL, setup, func, teardown)
  g_test_add_func ("/qemu/qmp/new-destroy", test_new_destroy);
  ADD ("negotiates", test_negotiates);
  ADD ("command-and-reply", test_command_and_reply);
  ADD ("error-becomes-sentence", test_error_becomes_sentence);
  ADD ("malformed-error-is-still-an-error", test_malformed_error_is_still_an_error);
  ADD ("events-between-replies", test_events_between_replies);
  ADD ("hands-over-descriptor", test_hands_over_descriptor);
  ADD ("cancelled", test_cancelled);
  ADD ("cancelled-while-opening", test_cancelled_while_opening);
  ADD ("times-out", test_times_out);
  ADD ("no-greeting", test_no_greeting);
  ADD ("end-before-greeting", test_end_before_greeting);
  ADD ("end-fails-everything-pending", test_end_fails_everything_pending);
  ADD ("peer-that-does-not-read", test_peer_that_does_not_read);
  ADD ("deep-nesting", test_deep_nesting);
  ADD ("endless-line", test_endless_line);
  ADD ("closed-in-callback", test_closed_in_callback);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *path = g_strconcat ("/qemu/qmp/hostile/", hostile[i].name, NULL);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), setup, test_hostile, teardown);
    }

  return g_test_run ();
}
