/* test-png.c - the picture written is the picture read
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "avmm-png.h"

static guint32
get_u32 (const guint8 *at)
{
  return (guint32) at[0] << 24 | (guint32) at[1] << 16 | (guint32) at[2] << 8 | at[3];
}

/* Takes the IDAT chunks apart with GLib's zlib, which checks the Adler sum */
static GByteArray *
inflate (const guint8 *png, gsize length)
{
  g_autoptr(GZlibDecompressor) zlib = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr(GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr(GOutputStream) stream = g_converter_output_stream_new (memory, G_CONVERTER (zlib));
  g_autoptr(GError) error = NULL;
  GByteArray *pixels = g_byte_array_new ();

  for (gsize at = 8; at + 12 <= length; at += 12 + get_u32 (png + at))
    if (memcmp (png + at + 4, "IDAT", 4) == 0)
      g_output_stream_write_all (stream, png + at + 8, get_u32 (png + at), NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_close (stream, NULL, &error));
  g_assert_no_error (error);

  g_byte_array_append (pixels, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                       g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));

  return pixels;
}

static void
check (guint width, guint height, guint32 (*colour) (guint x, guint y))
{
  struct avmm_display display;
  struct avmm_error sentence;
  g_autofree char *path = NULL, *png = NULL;
  g_autoptr(GByteArray) pixels = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  int fd = g_file_open_tmp ("aether-XXXXXX.png", &path, &error);

  g_assert_no_error (error);
  avmm_display_init (&display);
  g_assert_true (avmm_memslot_map_shared (&display.slot, AVMM_DISPLAY_BASE, AVMM_DISPLAY_SIZE,
                                          "test", &sentence));
  g_assert_true (avmm_display_set_mode (&display, width, height));
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      ((guint32 *) display.slot.host)[y * width + x] = colour (x, y);

  g_assert_true (avmm_png_write (&display, fd));
  close (fd);
  g_assert_true (g_file_get_contents (path, &png, &length, &error));
  g_assert_cmpuint (get_u32 ((guint8 *) png + 16), ==, width);
  g_assert_cmpuint (get_u32 ((guint8 *) png + 20), ==, height);

  pixels = inflate ((guint8 *) png, length);
  g_assert_cmpuint (pixels->len, ==, height * (1 + 3 * width));
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *at = pixels->data + y * (1 + 3 * width) + 1 + 3 * x;

        g_assert_cmphex (at[0] << 16 | at[1] << 8 | at[2], ==, colour (x, y) & 0xffffff);
      }

  unlink (path);
  avmm_display_clear (&display);
}

static guint32 flat (guint x, guint y) { return 0x336699; }
static guint32 noise (guint x, guint y) { return (x * 2654435761u) ^ (y * 40503u) * 7919u; }
static guint32 stripes (guint x, guint y) { return x / 3 % 2 ? 0xffffff : y * 0x010203; }

static void
test_round_trip (void)
{
  check (16, 16, flat);
  check (640, 480, flat);
  check (333, 77, noise);
  check (640, 480, noise);
  check (1920, 40, stripes);
}

static void
test_no_room (void)
{
  struct avmm_display display;
  struct avmm_error sentence;
  int fd = g_open ("/dev/full", O_WRONLY);

  g_assert_cmpint (fd, >=, 0);
  avmm_display_init (&display);
  g_assert_true (avmm_memslot_map_shared (&display.slot, AVMM_DISPLAY_BASE, AVMM_DISPLAY_SIZE,
                                          "test", &sentence));
  g_assert_true (avmm_display_set_mode (&display, 64, 64));
  g_assert_false (avmm_png_write (&display, fd));
  close (fd);
  avmm_display_clear (&display);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether-vmm/png/round-trip", test_round_trip);
  g_test_add_func ("/aether-vmm/png/no-room", test_no_room);

  return g_test_run ();
}
