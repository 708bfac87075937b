/* test-vnc-source.c - a screen over VNC, scripted and of the real QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-source.h"

#include <glib/gstdio.h>

#include "aether-vnc-clipboard.h"
#include "frames.h"
#include "mock-vnc.h"

#define CAPS    (1u << 24 | 1u << 25 | 1u << 26 | 1u << 27 | 1u << 28 | 1)
#define REQUEST (1u << 25 | 1)
#define NOTIFY  (1u << 27 | 1)
#define PROVIDE (1u << 28 | 1)

static guint32
pixel_at (AetherFramebuffer *framebuffer, guint x, guint y)
{
  guint32 pixel = 0;
  AetherFrame frame;

  aether_framebuffer_begin_read (framebuffer, &frame);
  if (frame.data && x < frame.width && y < frame.height)
    memcpy (&pixel, frame.data + y * frame.stride + x * 4, 4);
  aether_framebuffer_end_read (framebuffer, &frame);

  return pixel & 0xffffff;
}

static void
wait_for_pixel (AetherFramebuffer *framebuffer, guint x, guint y, guint32 pixel)
{
  while (pixel_at (framebuffer, x, y) != pixel)
    g_main_context_iteration (NULL, TRUE);
}

/* Rectangles in several encodings, a pointer, LEDs, a name, a new size */
static void
script_everything (int fd, gpointer user_data)
{
  g_autoptr(GByteArray) message = g_byte_array_new ();
  const guint32 red = GUINT32_TO_LE (0xff0000);

  if (!mock_vnc_shake_hands (fd, 64, 32))
    return;

  mock_vnc_add_rect (message, 1, 2, 2, 1, 0);                         /* raw: two pixels */
  g_byte_array_append (message, (const guint8 *) &red, 4);
  g_byte_array_append (message, (const guint8[]) { 0, 255, 0, 0 }, 4);
  mock_vnc_add_rect (message, 10, 2, 2, 1, 1);                        /* copied from there */
  mock_vnc_add_u32 (message, 1 << 16 | 2);
  mock_vnc_add_rect (message, 20, 3, 16, 16, 5);                      /* hextile: all blue */
  g_byte_array_append (message, (const guint8[]) { 2, 255, 0, 0, 0 }, 5);
  mock_vnc_add_rect (message, 40, 4, 8, 1, 7);                        /* tight: filled with 1, 2, 3 */
  g_byte_array_append (message, (const guint8[]) { 0x80, 1, 2, 3 }, 4);
  mock_vnc_add_rect (message, 0, 0, 0, 0, -258);                      /* key numbers */
  mock_vnc_add_rect (message, 1, 0, 2, 1, -239);                      /* a pointer of 2 x 1 */
  g_byte_array_append (message, (const guint8[]) { 1, 2, 3, 0, 4, 5, 6, 0, 0x80 }, 9);
  mock_vnc_add_rect (message, 0, 0, 0, 0, -261);                      /* Caps and Num */
  g_byte_array_append (message, (const guint8[]) { 6 }, 1);
  mock_vnc_add_rect (message, 0, 0, 0, 0, -307);
  mock_vnc_add_u32 (message, 5);
  g_byte_array_append (message, (const guint8 *) "Caf\xc3\xa9", 5);
  mock_vnc_add_rect (message, 0, 0, 80, 40, -308);                    /* larger, with a screen 0 as QEMU's */
  g_byte_array_append (message, (const guint8[]) { 1, 0, 0, 0 }, 4);
  for (int i = 0; i < 4; i++)
    mock_vnc_add_u32 (message, i == 2 ? 80 << 16 | 40 : 0);
  mock_vnc_add_rect (message, 70, 30, 80 - 70, 1, 7);
  g_byte_array_append (message, (const guint8[]) { 0x80, 9, 9, 9 }, 4);
  mock_vnc_write (fd, message->data, message->len);
  mock_vnc_drain (fd);
}

static void
test_everything (void)
{
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_everything, NULL, &stream);
  MockVncClient client = { NULL };
  g_autoptr(GdkTexture) cursor = NULL;
  int hot_x, hot_y;
  gboolean visible;
  guint32 pixels[2];

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_true (mock_vnc_client_wait_live (&client));
  wait_for_pixel (client.framebuffer, 79, 30, 0x090909);

  g_assert_cmphex (pixel_at (client.framebuffer, 1, 2), ==, 0xff0000);
  g_assert_cmphex (pixel_at (client.framebuffer, 2, 2), ==, 0x00ff00);
  g_assert_cmphex (pixel_at (client.framebuffer, 10, 2), ==, 0xff0000);
  g_assert_cmphex (pixel_at (client.framebuffer, 11, 2), ==, 0x00ff00);
  g_assert_cmphex (pixel_at (client.framebuffer, 20, 3), ==, 0x0000ff);
  g_assert_cmphex (pixel_at (client.framebuffer, 35, 18), ==, 0x0000ff);
  g_assert_cmphex (pixel_at (client.framebuffer, 36, 18), ==, 0);
  g_assert_cmphex (pixel_at (client.framebuffer, 47, 4), ==, 0x010203);

  cursor = aether_framebuffer_dup_cursor (client.framebuffer, &hot_x, &hot_y, &visible);
  g_assert_cmpint (gdk_texture_get_width (cursor), ==, 2);
  g_assert_cmpint (hot_x, ==, 1);
  g_assert_true (visible);
  gdk_texture_download (cursor, (guchar *) pixels, 8);
  g_assert_cmphex (pixels[0], ==, 0xff030201);
  g_assert_cmphex (pixels[1], ==, 0);

  while (aether_vnc_source_get_name (client.source) == NULL ||
         !g_str_equal (aether_vnc_source_get_name (client.source), "Café"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmphex (aether_input_sink_get_leds (AETHER_INPUT_SINK (client.source)), ==,
                   AETHER_LED_KNOWN | AETHER_LED_CAPS | AETHER_LED_NUM);
  g_assert_true (aether_display_source_get_features (AETHER_DISPLAY_SOURCE (client.source)) &
                 AETHER_DISPLAY_CAN_RESIZE);
  mock_vnc_client_end (&client);
}

/* What we send: the order of keys, pointer and sizes is kept. */

typedef struct
{
  GMutex      lock;
  GByteArray *got;
  gsize       skip;   /* what is sent before any input */
} Sent;

static void
script_input (int fd, gpointer user_data)
{
  Sent *sent = user_data;
  g_autoptr(GByteArray) message = g_byte_array_new ();
  guint8 byte;

  if (!mock_vnc_shake_hands (fd, 64, 32))
    return;

  mock_vnc_add_rect (message, 0, 0, 0, 0, -258);
  mock_vnc_add_rect (message, 0, 0, 64, 32, -308);
  g_byte_array_append (message, (const guint8[]) { 1, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 64, 0, 32, 0, 0, 0, 9 }, 20);
  mock_vnc_write (fd, message->data, message->len);
  while (mock_vnc_read (fd, &byte, 1))
    {
      g_mutex_lock (&sent->lock);
      g_byte_array_append (sent->got, &byte, 1);
      g_mutex_unlock (&sent->lock);
    }
}

static void
test_input (void)
{
  static const guint8 expected[] = {
    255, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 30,                 /* A down */
    255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30,
    5, 0, 0, 3, 0, 4,                                      /* to 3, 4 */
    5, 4, 0, 3, 0, 4,                                      /* right button */
    5, 0, 0, 3, 0, 4,
    251, 0, 1, 64, 0, 200, 1, 0, 0, 0, 0, 7, 0, 0, 0, 0, 1, 64, 0, 200, 0, 0, 0, 9,
  };
  Sent sent = { .got = g_byte_array_new () };
  g_autoptr(GSocketConnection) stream = NULL;
  MockVnc *mock = mock_vnc_new (script_input, &sent, &stream);
  MockVncClient client = { NULL };
  AetherInputSink *sink;

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_true (mock_vnc_client_wait_live (&client));
  while (!(aether_display_source_get_features (AETHER_DISPLAY_SOURCE (client.source)) & AETHER_DISPLAY_CAN_RESIZE))
    g_main_context_iteration (NULL, TRUE);

  sink = AETHER_INPUT_SINK (client.source);
  aether_input_sink_key (sink, 30, TRUE);
  aether_input_sink_key (sink, 30, FALSE);
  aether_input_sink_position (sink, 3, 4);
  aether_input_sink_button (sink, AETHER_BUTTON_RIGHT, TRUE);
  aether_input_sink_button (sink, AETHER_BUTTON_RIGHT, FALSE);
  aether_input_sink_resize (sink, 320, 200, 0, 0);

  for (gboolean all = FALSE; !all;)
    {
      g_usleep (1000);
      g_mutex_lock (&sent.lock);
      all = sent.got->len >= sizeof expected &&
            memcmp (sent.got->data + sent.got->len - sizeof expected, expected, sizeof expected) == 0;
      g_mutex_unlock (&sent.lock);
    }

  mock_vnc_client_end (&client);
  mock_vnc_free (mock);
  g_byte_array_unref (sent.got);
}

/* The clipboard, as QEMU does it: told of, asked for, given */

static gboolean
read_until_text_message (int fd, guint32 *flags, GByteArray *body)
{
  guint8 head[12];
  gint32 length;

  /* SetPixelFormat, SetEncodings, requests for updates, and then messages of type 6 */
  for (;;)
    {
      guint8 type, rest[24];
      guint16 n;

      if (!mock_vnc_read (fd, &type, 1))
        return FALSE;
      if (type == 6)
        break;
      if (type == 0 && !mock_vnc_read (fd, rest, 19))
        return FALSE;
      if (type == 3 && !mock_vnc_read (fd, rest, 9))
        return FALSE;
      if (type == 2)
        {
          if (!mock_vnc_read (fd, rest, 3))
            return FALSE;
          n = rest[1] << 8 | rest[2];
          for (guint i = 0; i < n; i++)
            if (!mock_vnc_read (fd, rest, 4))
              return FALSE;
        }
    }

  if (!mock_vnc_read (fd, head, 11))
    return FALSE;
  memcpy (&length, head + 3, 4);
  length = -GINT32_FROM_BE (length);
  g_assert_cmpint (length, >=, 4);
  memcpy (flags, head + 7, 4);
  *flags = GUINT32_FROM_BE (*flags);
  g_byte_array_set_size (body, length - 4);

  return mock_vnc_read (fd, body->data, length - 4);
}

static void
send_text_message (int fd, guint32 flags, GBytes *body)
{
  g_autoptr(GByteArray) message = g_byte_array_new ();

  mock_vnc_add_u32 (message, 3 << 24);
  mock_vnc_add_u32 (message, -(guint32) (4 + (body ? g_bytes_get_size (body) : 0)));
  mock_vnc_add_u32 (message, flags);
  if (body)
    g_byte_array_append (message, g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  mock_vnc_write (fd, message->data, message->len);
}

static char *
make_large_text (void)
{
  GString *text = g_string_new (NULL);

  while (text->len < 1 << 20)
    g_string_append_printf (text, "%" G_GSIZE_FORMAT " Příliš žluťoučký 漢字\n", text->len * 7919);

  return g_string_free_and_steal (text);
}

/* Gives its own text, then takes ours and gives that back. */
static void
script_clipboard (int fd, gpointer user_data)
{
  const char *text = user_data;
  const guint32 size = GUINT32_TO_BE (1 << 20);
  g_autoptr(GBytes) sizes = g_bytes_new (&size, 4);
  g_autoptr(GBytes) packed = aether_vnc_clipboard_pack (text);
  g_autoptr(GByteArray) body = g_byte_array_new ();
  g_autofree char *back = NULL;
  g_autofree char *marked = NULL;
  g_autoptr(GBytes) last = NULL;
  guint32 flags;

  if (!mock_vnc_shake_hands (fd, 64, 32))
    return;

  send_text_message (fd, CAPS, sizes);
  g_assert_true (read_until_text_message (fd, &flags, body));
  g_assert_cmphex (flags, ==, CAPS);
  send_text_message (fd, NOTIFY, NULL);
  g_assert_true (read_until_text_message (fd, &flags, body));
  g_assert_cmphex (flags, ==, REQUEST);
  send_text_message (fd, PROVIDE, packed);

  g_assert_true (read_until_text_message (fd, &flags, body));
  g_assert_cmphex (flags, ==, NOTIFY);
  send_text_message (fd, REQUEST, NULL);
  g_assert_true (read_until_text_message (fd, &flags, body));
  g_assert_cmphex (flags, ==, PROVIDE);
  back = aether_vnc_clipboard_unpack (body->data, body->len);
  marked = g_strconcat ("back: ", back, NULL);
  last = aether_vnc_clipboard_pack (marked);
  send_text_message (fd, PROVIDE, last);
  mock_vnc_drain (fd);
}

static void
test_clipboard (void)
{
  g_autofree char *text = make_large_text ();
  g_autofree char *back = g_strconcat ("back: ", text, NULL);
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(MockVnc) mock = mock_vnc_new (script_clipboard, text, &stream);
  MockVncClient client = { NULL };

  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  while (client.text == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (client.text, ==, text);

  aether_display_source_offer_text (AETHER_DISPLAY_SOURCE (client.source), text);
  while (g_str_equal (client.text, text))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (client.text, ==, back);
  mock_vnc_client_end (&client);
}

/* The real QEMU */

static QemuDisplay *
start_qemu (const char *log)
{
  const char *arguments[] = { "-vga", "virtio", "-m", "64", "-name", "test", "-vnc", "none",
                              log ? "-trace" : NULL, "enable=input_event_*", "-D", log, NULL };
  QemuDisplay *qemu = qemu_display_new (arguments);

  if (qemu == NULL)
    g_test_skip ("no qemu-system-x86_64 with D-Bus and VNC displays");

  return qemu;
}

static void
test_qemu_pixels (void)
{
  g_autoptr(QemuDisplay) qemu = start_qemu (NULL);
  g_autoptr(GSocketConnection) stream = NULL;
  MockVncClient client = { NULL };

  if (qemu == NULL)
    return;

  stream = qemu_display_open_vnc (qemu);
  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_true (mock_vnc_client_wait_live (&client));
  g_assert_cmpuint (frames_compare (client.framebuffer, qemu), ==, 0);
  mock_vnc_client_end (&client);
}

static void
wait_for_log (const char *path, const char *line)
{
  for (int i = 0; i < 100; i++)
    {
      g_autofree char *log = NULL;

      if (g_file_get_contents (path, &log, NULL, NULL) && strstr (log, line))
        return;
      frames_wait_ms (50);
      if (i == 99)
        g_test_message ("%s", log);
    }
  g_test_fail_printf ("QEMU did not get: %s", line);
}

/* QEMU tells in its trace what its input layer gets. */
static void
test_qemu_input (void)
{
  g_autofree char *directory = g_dir_make_tmp ("aether-vnc-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "trace", NULL);
  g_autoptr(QemuDisplay) qemu = start_qemu (path);
  g_autoptr(GSocketConnection) stream = NULL;
  MockVncClient client = { NULL };
  AetherVncSource *source;

  if (qemu == NULL)
    return;

  stream = qemu_display_open_vnc (qemu);
  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_true (mock_vnc_client_wait_live (&client));
  source = client.source;

  /* QEMU has no tablet here: its pointer is a mouse, and it says so. */
  while (aether_input_sink_is_absolute (AETHER_INPUT_SINK (source)))
    g_main_context_iteration (NULL, TRUE);
  aether_input_sink_key (AETHER_INPUT_SINK (source), 30, TRUE);
  aether_input_sink_key (AETHER_INPUT_SINK (source), 30, FALSE);
  aether_input_sink_motion (AETHER_INPUT_SINK (source), 5, -6);
  wait_for_log (path, "input_event_key_qcode con 0, key qcode a, down 1");
  wait_for_log (path, "input_event_key_qcode con 0, key qcode a, down 0");
  wait_for_log (path, "input_event_rel con 0, axis x, value 5");
  wait_for_log (path, "input_event_rel con 0, axis y, value -6");
  mock_vnc_client_end (&client);
  g_unlink (path);
  g_rmdir (directory);
}

/* It does not go away quietly: the reason is the connection. */
static void
test_qemu_killed (void)
{
  QemuDisplay *qemu = start_qemu (NULL);
  g_autoptr(GSocketConnection) stream = NULL;
  MockVncClient client = { NULL };

  if (qemu == NULL)
    return;

  stream = qemu_display_open_vnc (qemu);
  mock_vnc_client_begin (&client, NULL, stream);
  g_clear_object (&stream);
  g_assert_true (mock_vnc_client_wait_live (&client));
  qemu_display_free (qemu);
  mock_vnc_client_wait_closed (&client);
  g_assert_error (client.closed, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  mock_vnc_client_end (&client);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/vnc-source/everything", test_everything);
  g_test_add_func ("/aether/vnc-source/input", test_input);
  g_test_add_func ("/aether/vnc-source/clipboard", test_clipboard);
  g_test_add_func ("/aether/vnc-source/qemu-pixels-equal-screendump", test_qemu_pixels);
  g_test_add_func ("/aether/vnc-source/qemu-input", test_qemu_input);
  g_test_add_func ("/aether/vnc-source/qemu-killed", test_qemu_killed);

  return g_test_run ();
}
