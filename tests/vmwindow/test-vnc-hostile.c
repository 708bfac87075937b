/* test-vnc-hostile.c - VNC servers that mean harm
 *
 * Each must end in a sentence, and in no more memory than the decoder's limits.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-source.h"

#include <string.h>
#include <sys/socket.h>
#include <zlib.h>

#include "mock-vnc.h"

#define MEMORY_LIMIT_KB (600 * 1024)   /* a picture, the decoder's buffer, and this program */

typedef struct
{
  const char *name;
  guint       width, height;               /* announced at first */
  void      (*add) (GByteArray *message);
} Case;

static void
append (GByteArray *message, gconstpointer data, gsize size)
{
  g_byte_array_append (message, data, size);
}

static void add_outside_right (GByteArray *m)  { mock_vnc_add_rect (m, 63, 0, 2, 1, 0); append (m, "12345678", 8); }
static void add_outside_below (GByteArray *m)  { mock_vnc_add_rect (m, 0, 31, 1, 2, 16); append (m, "\0\0\0\0", 4); }
static void add_outside_wrap (GByteArray *m)   { mock_vnc_add_rect (m, 0xffff, 0xffff, 0xffff, 0xffff, 0); }
static void add_outside_tight (GByteArray *m)  { mock_vnc_add_rect (m, 60, 30, 8, 8, 7); append (m, "\x80" "123", 4); }
static void add_copy_outside (GByteArray *m)   { mock_vnc_add_rect (m, 0, 0, 10, 10, 1); mock_vnc_add_u32 (m, 60 << 16 | 5); }
static void add_empty_tight (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 0, 5, 7); append (m, "\0", 1); }
static void add_resize_none (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 0, 0, -223); }
static void add_resize_all (GByteArray *m)     { mock_vnc_add_rect (m, 0, 0, 65535, 65535, -223); }
static void add_resize_wide (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 65535, 1, -223); }
static void add_resize_area (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 16384, 16384, -223); }
static void add_unknown_rect (GByteArray *m)   { mock_vnc_add_rect (m, 0, 0, 1, 1, 99); }
static void add_not_offered (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 1, 1, 9); mock_vnc_add_u32 (m, 0); }
static void add_ultra_zip (GByteArray *m)      { mock_vnc_add_rect (m, 65535, 0, 65535, 0, (gint32) 0xffff0009); mock_vnc_add_u32 (m, 0xffffffff); }
static void add_messages (GByteArray *m)       { mock_vnc_add_rect (m, 0, 0, 1, 1, (gint32) 0xfffe0001); append (m, "0123456789abcdef", 16); }
static void add_unknown_type (GByteArray *m)   { append (m, "\xc8", 1); }
static void add_chat (GByteArray *m)           { append (m, "\x0b\0\0\0\x7f\xff\xff\xff", 8); }
static void add_cursor (GByteArray *m)         { mock_vnc_add_rect (m, 0, 0, 65535, 65535, -239); }
static void add_cursor_1000 (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 1000, 1000, -240); }
static void add_alpha_cursor (GByteArray *m)   { mock_vnc_add_rect (m, 0, 0, 4, 4, -314); mock_vnc_add_u32 (m, 7); }
static void add_name (GByteArray *m)           { mock_vnc_add_rect (m, 0, 0, 0, 0, -307); mock_vnc_add_u32 (m, 0xffffffff); }
static void add_text (GByteArray *m)           { append (m, "\3\0\0\0\x7f\xff\xff\xff", 8); }
static void add_text_extended (GByteArray *m)  { append (m, "\3\0\0\0\x80\0\0\0", 8); }
static void add_text_short (GByteArray *m)     { append (m, "\3\0\0\0\xff\xff\xff\xff\0", 9); }
static void add_tight_control (GByteArray *m)  { mock_vnc_add_rect (m, 0, 0, 8, 8, 7); append (m, "\xf0", 1); }
static void add_tight_plain (GByteArray *m)    { mock_vnc_add_rect (m, 0, 0, 64, 32, 7); append (m, "\xa0\1" "1", 3); }
static void add_tight_filter (GByteArray *m)   { mock_vnc_add_rect (m, 0, 0, 8, 8, 7); append (m, "\x40\x77", 2); }

static void
add_deflated (GByteArray *message, gsize size)
{
  g_autofree guint8 *clear = g_malloc (size), *packed = NULL;
  uLongf bound = compressBound (size);

  memset (clear, 0xee, size);
  packed = g_malloc (bound);
  g_assert_cmpint (compress (packed, &bound, clear, size), ==, Z_OK);
  /* Tight's length: seven bits a byte, then eight */
  append (message, (const guint8[]) { (bound & 0x7f) | 0x80, ((bound >> 7) & 0x7f) | 0x80, bound >> 14 }, 3);
  append (message, packed, bound);
}

/* CVE-2026-50538: far more rows than the rectangle has */
static void
add_tight_rows (GByteArray *message)
{
  mock_vnc_add_rect (message, 0, 31, 64, 1, 7);
  append (message, "\0", 1);
  add_deflated (message, 64 * 3 * 200000);
}

/* CVE-2026-44988: rows longer than its buffers */
static void
add_tight_gradient (GByteArray *message)
{
  mock_vnc_add_rect (message, 0, 0, 16384, 1, 7);
  append (message, "\x40\2", 2);
  add_deflated (message, 16384 * 3);
}

/* A bomb: 1 GiB out of 1 MiB */
static void
add_zrle_bomb (GByteArray *message)
{
  g_autofree guint8 *clear = g_malloc0 (1 << 20);
  z_stream stream = { NULL };
  guint8 packed[8192];
  GByteArray *data = g_byte_array_new ();
  int flush;

  g_assert_cmpint (deflateInit (&stream, 9), ==, Z_OK);
  for (int i = 0; i < 256; i++)
    {
      stream.next_in = clear;
      stream.avail_in = 1 << 20;
      flush = i == 255 ? Z_FINISH : Z_NO_FLUSH;
      do
        {
          stream.next_out = packed;
          stream.avail_out = sizeof packed;
          deflate (&stream, flush);
          append (data, packed, sizeof packed - stream.avail_out);
        }
      while (stream.avail_out == 0);
    }
  deflateEnd (&stream);

  mock_vnc_add_rect (message, 0, 0, 64, 32, 16);
  mock_vnc_add_u32 (message, data->len);
  append (message, data->data, data->len);
  g_byte_array_unref (data);
}

static void
add_zrle_large (GByteArray *message)
{
  mock_vnc_add_rect (message, 0, 0, 16384, 4096, 16);
  mock_vnc_add_u32 (message, 0x7fffffff);
}

static void
add_zrle_garbage (GByteArray *message)
{
  mock_vnc_add_rect (message, 0, 0, 64, 32, 16);
  mock_vnc_add_u32 (message, 8);
  append (message, "garbage!", 8);
}

static void
add_nothing (GByteArray *message)
{
}

static const Case cases[] = {
  { "outside-right", 64, 32, add_outside_right },
  { "outside-below", 64, 32, add_outside_below },
  { "outside-wrap", 64, 32, add_outside_wrap },
  { "outside-tight", 64, 32, add_outside_tight },
  { "copy-from-outside", 64, 32, add_copy_outside },
  { "empty-tight", 64, 32, add_empty_tight },
  { "size-0", 0, 0, add_nothing },
  { "width-0", 0, 32, add_nothing },
  { "size-65535", 65535, 65535, add_nothing },
  { "size-16384", 16384, 16384, add_nothing },
  { "resize-0", 64, 32, add_resize_none },
  { "resize-65535", 64, 32, add_resize_all },
  { "resize-wide", 64, 32, add_resize_wide },
  { "resize-area", 64, 32, add_resize_area },
  { "unknown-encoding", 64, 32, add_unknown_rect },
  { "encoding-not-offered", 64, 32, add_not_offered },
  { "ultra-zip", 64, 32, add_ultra_zip },
  { "supported-messages", 64, 32, add_messages },
  { "unknown-message", 64, 32, add_unknown_type },
  { "chat", 64, 32, add_chat },
  { "cursor-65535", 64, 32, add_cursor },
  { "cursor-1000", 64, 32, add_cursor_1000 },
  { "cursor-encoded", 64, 32, add_alpha_cursor },
  { "name-4-GiB", 64, 32, add_name },
  { "text-2-GiB", 64, 32, add_text },
  { "text-extended-2-GiB", 64, 32, add_text_extended },
  { "text-too-short", 64, 32, add_text_short },
  { "tight-control", 64, 32, add_tight_control },
  { "tight-uncompressed", 64, 32, add_tight_plain },
  { "tight-filter", 64, 32, add_tight_filter },
  { "tight-too-many-rows", 64, 32, add_tight_rows },
  { "tight-gradient-too-wide", 16384, 1, add_tight_gradient },
  { "zrle-bomb", 64, 32, add_zrle_bomb },
  { "zrle-too-large", 16384, 4096, add_zrle_large },
  { "zrle-garbage", 64, 32, add_zrle_garbage },
};

static guint
peak_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmHWM:");
  g_assert_nonnull (line);

  return atoi (line + 6);
}

static void
script_case (int fd, gpointer user_data)
{
  const Case *test = user_data;
  g_autoptr(GByteArray) message = g_byte_array_new ();

  test->add (message);
  if (mock_vnc_shake_hands (fd, test->width, test->height) &&
      mock_vnc_write (fd, message->data, message->len))
    mock_vnc_drain (fd);
}

static void
test_case (gconstpointer data)
{
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_case, (gpointer) data, &stream);
  MockVncClient client = { NULL };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  mock_vnc_client_wait_closed (&client);
  g_test_message ("%s", client.closed->message);
  g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  mock_vnc_client_end (&client);

  g_assert_cmpuint (peak_memory (), <, MEMORY_LIMIT_KB);
}

/* A server that hangs up after @n bytes of a session, for every n */

static const guint8 session[] = {
  'R', 'F', 'B', ' ', '0', '0', '3', '.', '0', '0', '8', '\n',
  1, 1,
  0, 0, 0, 0,
  0, 64, 0, 32, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0, 0, 0, 0, 4, 'm', 'o', 'c', 'k',
  0, 0, 0, 8,
  0, 1, 0, 2, 0, 2, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,                    /* raw */
  0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 2,                                /* copied */
  0, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 5, 2, 1, 2, 3, 4,                             /* hextile */
  0, 0, 0, 0, 0, 8, 0, 1, 0, 0, 0, 7, 0x80, 1, 2, 3,                             /* tight */
  0, 1, 0, 0, 0, 2, 0, 1, 0xff, 0xff, 0xff, 0x11, 1, 2, 3, 0, 4, 5, 6, 0, 0x80,  /* a pointer */
  0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xfe, 0xfb, 6,                             /* LEDs */
  0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xfe, 0xcd, 0, 0, 0, 2, 'O', 'K',          /* a name */
  0, 0, 0, 0, 0, 80, 0, 40, 0xff, 0xff, 0xfe, 0xcc, 1, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 80, 0, 40, 0, 0, 0, 0,                              /* a size */
  3, 0, 0, 0, 0, 0, 0, 2, 'h', 'i',
};

static void
script_cut (int fd, gpointer user_data)
{
  mock_vnc_write (fd, session, GPOINTER_TO_SIZE (user_data));
  /* Leave it to the client's patience what it does with half of a message. */
  shutdown (fd, SHUT_WR);
  mock_vnc_drain (fd);
}

static void
test_cut (void)
{
  for (gsize n = 0; n <= sizeof session; n++)
    {
      g_autoptr(GSocketConnection) stream = NULL;
      g_autoptr(MockVnc) mock = mock_vnc_new (script_cut, GSIZE_TO_POINTER (n), &stream);
      MockVncClient client = { NULL };

      mock_vnc_client_begin (&client, NULL, stream);
      g_clear_object (&stream);
      mock_vnc_client_wait_closed (&client);
      g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
      mock_vnc_client_end (&client);
    }
}

static void
script_silent (int fd, gpointer user_data)
{
  mock_vnc_write (fd, session, GPOINTER_TO_SIZE (user_data));
  mock_vnc_drain (fd);
}

/* Closing does not wait for a server that says nothing, wherever it stopped. */
static void
test_silence (void)
{
  for (gsize n = 0; n <= sizeof session; n++)
    {
      g_autoptr(GSocketConnection) stream = NULL;
      g_autoptr(MockVnc) mock = mock_vnc_new (script_silent, GSIZE_TO_POINTER (n), &stream);
      MockVncClient client = { NULL };

      mock_vnc_client_begin (&client, NULL, stream);
      g_clear_object (&stream);
      for (int i = 0; i < 3; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (500);
        }
      g_assert_null (client.closed);
      mock_vnc_client_end (&client);
    }
}

/* A server that reads nothing: our queue has an end. */
static void
script_deaf (int fd, gpointer user_data)
{
  g_autoptr(GByteArray) message = g_byte_array_new ();

  mock_vnc_add_rect (message, 0, 0, 0, 0, -258);
  if (!mock_vnc_shake_hands (fd, 64, 32) || !mock_vnc_write (fd, message->data, message->len))
    return;
  while (!g_atomic_int_get ((int *) user_data))
    g_usleep (1000);
}

static void
test_deaf (void)
{
  int done = FALSE;
  g_autoptr(GSocketConnection) stream = NULL;
  MockVnc *mock = mock_vnc_new (script_deaf, &done, &stream);
  MockVncClient client = { NULL };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_true (mock_vnc_client_wait_live (&client));
  while (client.closed == NULL)
    {
      for (int i = 0; i < 50000; i++)
        aether_input_sink_position (AETHER_INPUT_SINK (client.source), i & 63, 1);
      g_main_context_iteration (NULL, FALSE);
    }
  g_test_message ("%s", client.closed->message);
  mock_vnc_client_end (&client);
  g_atomic_int_set (&done, TRUE);
  mock_vnc_free (mock);
  g_assert_cmpuint (peak_memory (), <, MEMORY_LIMIT_KB);
}

/* Texts, names and lights as fast as they go do not pile up while the window is busy. */
static void
script_flood (int fd, gpointer user_data)
{
  g_autoptr(GByteArray) message = g_byte_array_new ();
  g_autofree char *text = g_strnfill (1 << 20, 'x');

  append (message, "\3\0\0\0\0\x10\0\0", 8);
  append (message, text, 1 << 20);
  mock_vnc_add_rect (message, 0, 0, 0, 0, -261);
  append (message, "\1", 1);
  if (!mock_vnc_shake_hands (fd, 64, 32))
    return;
  for (int i = 0; i < 800; i++)
    if (!mock_vnc_write (fd, message->data, message->len))
      return;
}

static void
test_flood (void)
{
  g_autoptr(GSocketConnection) stream = NULL;
  MockVnc *mock = mock_vnc_new (script_flood, NULL, &stream);
  MockVncClient client = { NULL };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  mock_vnc_free (mock);   /* 800 MiB were read, and our main loop did not run once */
  mock_vnc_client_wait_closed (&client);
  g_assert_cmpuint (strlen (client.text), ==, 1 << 20);
  mock_vnc_client_end (&client);
  g_assert_cmpuint (peak_memory (), <, MEMORY_LIMIT_KB);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/aether/vnc-hostile/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/aether/vnc-hostile/cut-at-every-byte", test_cut);
  g_test_add_func ("/aether/vnc-hostile/silent-after-every-byte", test_silence);
  g_test_add_func ("/aether/vnc-hostile/deaf", test_deaf);
  g_test_add_func ("/aether/vnc-hostile/flood", test_flood);

  return g_test_run ();
}
