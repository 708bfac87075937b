/* test-framebuffer.c - what a display may and may not say about its picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-framebuffer.h"

#include <gio/gio.h>
#include <sys/mman.h>
#include <unistd.h>

#define X8R8G8B8 0x20020888
#define R5G6B5   0x10020565

static int
make_memory (gsize size)
{
  int fd = memfd_create ("frame", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  return fd;
}

static void
count (AetherFramebuffer *framebuffer, guint *n)
{
  (*n)++;
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_new_destroy (void)
{
  AetherFramebuffer *framebuffer = aether_framebuffer_new ();
  AetherFrame frame;

  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_null (frame.data);
  g_assert_true (cairo_region_is_empty (frame.damage));
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));

  g_assert_finalize_object (framebuffer);
}

/* A map with an offset that is not page-aligned shows the right bytes, live. */
static void
test_map_is_live (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GError) error = NULL;
  guint32 pixel = 0xff112233;
  AetherFrame frame;
  int fd = make_memory (5000 + 64 * 16);

  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 5000, 16, 16, 64, X8R8G8B8, &error));
  g_assert_no_error (error);
  g_assert_cmpint (pwrite (fd, &pixel, 4, 5000 + 3 * 64 + 5 * 4), ==, 4);
  close (fd);

  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 16);
  g_assert_cmpuint (frame.height, ==, 16);
  g_assert_cmpuint (frame.stride, ==, 64);
  g_assert_cmpmem (frame.data + 3 * 64 + 5 * 4, 4, &pixel, 4);
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));
}

/* Who reads of its own accord is not woken, and hears of what came meanwhile when it stops. */
static void
test_polled (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GError) error = NULL;
  AetherFrame frame;
  guint n = 0;
  int fd = make_memory (64 * 16);

  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 0, 16, 16, 64, X8R8G8B8, &error));
  close (fd);
  g_signal_connect (framebuffer, "damaged", G_CALLBACK (count), &n);
  aether_framebuffer_begin_read (framebuffer, &frame);
  aether_framebuffer_end_read (framebuffer, &frame);

  aether_framebuffer_set_polled (framebuffer, TRUE);
  aether_framebuffer_damage (framebuffer, 0, 0, 1, 1);
  iterate ();
  g_assert_cmpuint (n, ==, 0);
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_false (cairo_region_is_empty (frame.damage));
  aether_framebuffer_end_read (framebuffer, &frame);
  aether_framebuffer_set_polled (framebuffer, FALSE);
  iterate ();
  g_assert_cmpuint (n, ==, 0);

  /* Between the last read and the end of it; a screen that goes off is no damage */
  aether_framebuffer_set_polled (framebuffer, TRUE);
  aether_framebuffer_blank (framebuffer);
  iterate ();
  g_assert_cmpuint (n, ==, 0);
  aether_framebuffer_set_polled (framebuffer, FALSE);
  iterate ();
  g_assert_cmpuint (n, ==, 1);
}

static void
test_damage_is_one_signal_and_clipped (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  const cairo_rectangle_int_t expected = { 0, 0, 6, 8 };
  cairo_rectangle_int_t extents;
  AetherFrame frame;
  guint n = 0;
  int fd = make_memory (64 * 16);

  g_signal_connect (framebuffer, "damaged", G_CALLBACK (count), &n);
  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 0, 16, 16, 64, X8R8G8B8, NULL));
  close (fd);
  for (int i = 0; i < 100; i++)
    aether_framebuffer_damage (framebuffer, i % 16, i % 16, 1, 1);
  iterate ();
  g_assert_cmpuint (n, ==, 1);

  aether_framebuffer_begin_read (framebuffer, &frame);
  cairo_region_get_extents (frame.damage, &extents);
  g_assert_cmpint (extents.width, ==, 16);
  aether_framebuffer_end_read (framebuffer, &frame);

  aether_framebuffer_damage (framebuffer, -10, -20, 16, 28);
  aether_framebuffer_damage (framebuffer, G_MAXINT, G_MAXINT, G_MAXINT, G_MAXINT);
  aether_framebuffer_damage (framebuffer, G_MININT, G_MININT, 5, 5);
  aether_framebuffer_damage (framebuffer, 3, 3, -1, 4);
  iterate ();
  g_assert_cmpuint (n, ==, 2);

  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpint (cairo_region_num_rectangles (frame.damage), ==, 1);
  cairo_region_get_extents (frame.damage, &extents);
  g_assert_cmpmem (&extents, sizeof extents, &expected, sizeof expected);
  aether_framebuffer_end_read (framebuffer, &frame);
}

/* Each of these is refused with a sentence, and the last good picture stays. */
static void
test_hostile_maps (void)
{
  static const struct
  {
    const char *what;
    gsize       bytes;
    guint       offset, width, height, stride, format;
  } cases[] = {
    { "no-pixels", 4096, 0, 0, 0, 0, X8R8G8B8 },
    { "no-rows", 4096, 0, 16, 0, 64, X8R8G8B8 },
    { "too-wide", 4096, 0, 65535, 65535, 4 * 65535, X8R8G8B8 },
    { "overflowing-size", 4096, 0, 0x80000001, 0x80000001, 4, X8R8G8B8 },
    { "too-many-pixels", 4096, 0, 16384, 16384, 65536, X8R8G8B8 },
    { "short-stride", 4096, 0, 16, 16, 63, X8R8G8B8 },
    { "no-stride", 4096, 0, 16, 16, 0, X8R8G8B8 },
    { "huge-stride", 4096, 0, 16, 2, G_MAXUINT, X8R8G8B8 },
    { "empty-file", 0, 0, 16, 16, 64, X8R8G8B8 },
    { "one-byte-short", 1023, 0, 16, 16, 64, X8R8G8B8 },
    { "offset-beyond", 1024, 1, 16, 16, 64, X8R8G8B8 },
    { "offset-at-the-end-of-numbers", 1024, G_MAXUINT, 16, 16, 64, X8R8G8B8 },
    { "sixteen-bits", 4096, 0, 16, 16, 64, R5G6B5 },
    { "format-zero", 4096, 0, 16, 16, 64, 0 },
  };
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  AetherFrame frame;
  int good = make_memory (1024);

  g_assert_true (aether_framebuffer_set_map (framebuffer, good, 0, 16, 16, 64, X8R8G8B8, NULL));
  close (good);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      int fd = make_memory (cases[i].bytes);

      g_test_message ("%s", cases[i].what);
      g_assert_false (aether_framebuffer_set_map (framebuffer, fd, cases[i].offset, cases[i].width,
                                                  cases[i].height, cases[i].stride,
                                                  cases[i].format, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_true (g_str_has_suffix (error->message, "."));
      close (fd);
    }

  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 16);
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));
}

static void
test_map_of_no_file (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GError) error = NULL;
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  g_assert_false (aether_framebuffer_set_map (framebuffer, fds[0], 0, 16, 16, 64, X8R8G8B8,
                                              &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  close (fds[0]);
  close (fds[1]);
}

/* The peer cuts the file after the check: reading gives zeros, not SIGBUS. */
static void
test_truncated_while_mapped (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  const gsize stride = 4096, height = 64;
  guint sum = 0;
  AetherFrame frame;
  int fd = make_memory (stride * height);

  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 0, 1024, height, stride, X8R8G8B8,
                                             NULL));
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  for (gsize i = 0; i < stride * height; i++)
    sum += frame.data[i];
  g_assert_cmpuint (sum, ==, 0);
  g_assert_false (aether_framebuffer_end_read (framebuffer, &frame));
  close (fd);

  /* The next map is a fresh start. */
  fd = make_memory (stride * height);
  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 0, 1024, height, stride, X8R8G8B8,
                                             NULL));
  close (fd);
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.data[stride], ==, 0);
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));
}

static void
test_old_map_survives_a_reader (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  AetherFrame frame;
  int fd = make_memory (1024);

  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 0, 16, 16, 64, X8R8G8B8, NULL));
  close (fd);
  aether_framebuffer_begin_read (framebuffer, &frame);
  aether_framebuffer_blank (framebuffer);
  g_assert_cmpuint (frame.data[1023], ==, 0);
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));

  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_null (frame.data);
  aether_framebuffer_end_read (framebuffer, &frame);
}

static void
test_pixels_and_updates (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GError) error = NULL;
  guint32 picture[4 * 4] = { 0 };
  const guint32 part[2 * 3] = { 1, 2, 99, 3, 4, 99 };   /* 2x2, rows of 3 */
  AetherFrame frame;
  guint32 got;

  g_assert_true (aether_framebuffer_set_pixels (framebuffer, 4, 4, 16, X8R8G8B8,
                                                (guint8 *) picture, sizeof picture, &error));
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 2, 1, 2, 2, 12, X8R8G8B8,
                                                   (guint8 *) part, sizeof part, &error));
  g_assert_no_error (error);

  aether_framebuffer_begin_read (framebuffer, &frame);
  memcpy (&got, frame.data + 2 * frame.stride + 3 * 4, 4);
  g_assert_cmpuint (got, ==, 4);
  memcpy (&got, frame.data + 1 * frame.stride + 2 * 4, 4);
  g_assert_cmpuint (got, ==, 1);
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));
}

static void
test_hostile_updates (void)
{
  static const struct
  {
    const char *what;
    int         x, y, width, height;
    guint       stride, format;
    gsize       size;
  } cases[] = {
    { "left-of-it", -1, 0, 2, 2, 8, X8R8G8B8, 16 },
    { "far-away", G_MAXINT, G_MAXINT, 1, 1, 4, X8R8G8B8, 4 },
    { "huge", 0, 0, G_MAXINT, G_MAXINT, 4, X8R8G8B8, 16 },
    { "empty", 0, 0, 0, 0, 0, X8R8G8B8, 0 },
    { "short-stride", 0, 0, 2, 2, 4, X8R8G8B8, 16 },
    { "short-data", 0, 0, 2, 2, 8, X8R8G8B8, 15 },
    { "other-format", 0, 0, 2, 2, 8, 0x20030888, 16 },
  };
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  guint32 picture[4 * 4] = { 0 };
  guint8 *exact = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_true (aether_framebuffer_set_pixels (framebuffer, 4, 4, 16, X8R8G8B8,
                                                    (guint8 *) picture, sizeof picture, NULL));
      g_test_message ("%s", cases[i].what);
      exact = g_malloc (cases[i].size);   /* the sanitizer sees a byte too many */
      g_assert_false (aether_framebuffer_update_pixels (framebuffer, cases[i].x, cases[i].y,
                                                        cases[i].width, cases[i].height,
                                                        cases[i].stride, cases[i].format,
                                                        exact, cases[i].size, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_clear_pointer (&exact, g_free);
    }
}

/* QEMU changes the size and sends only parts of the new picture. */
static void
test_update_beyond_the_picture (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  guint32 picture[4 * 4] = { 0 };
  const guint32 part[4] = { 1, 2, 3, 4 };
  AetherFrame frame;
  guint32 got;

  g_assert_true (aether_framebuffer_set_pixels (framebuffer, 4, 4, 16, X8R8G8B8,
                                                (guint8 *) picture, sizeof picture, NULL));
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 6, 0, 2, 2, 8, X8R8G8B8,
                                                   (guint8 *) part, sizeof part, NULL));
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 8);
  g_assert_cmpuint (frame.height, ==, 4);
  memcpy (&got, frame.data + 7 * 4, 4);
  g_assert_cmpuint (got, ==, 2);
  aether_framebuffer_end_read (framebuffer, &frame);

  aether_framebuffer_say_size (framebuffer, 8, 2);
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 0, 0, 2, 2, 8, X8R8G8B8,
                                                   (guint8 *) part, sizeof part, NULL));
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 8);
  g_assert_cmpuint (frame.height, ==, 2);
  memcpy (&got, frame.data + frame.stride + 4, 4);
  g_assert_cmpuint (got, ==, 4);
  memcpy (&got, frame.data + 7 * 4, 4);
  g_assert_cmpuint (got, ==, 2);
  aether_framebuffer_end_read (framebuffer, &frame);
}

/* The new size is heard of before the whole picture of the old one came. */
static void
test_size_said_early (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  guint32 picture[6 * 6] = { 0 };
  AetherFrame frame;

  aether_framebuffer_say_size (framebuffer, 8, 4);
  g_assert_true (aether_framebuffer_set_pixels (framebuffer, 6, 6, 24, X8R8G8B8,
                                                (guint8 *) picture, sizeof picture, NULL));
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 0, 0, 8, 2, 32, X8R8G8B8,
                                                   (guint8 *) picture, 64, NULL));
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 1, 1, 1, 1, 4, X8R8G8B8,
                                                   (guint8 *) picture, 4, NULL));
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 8);
  g_assert_cmpuint (frame.height, ==, 4);
  aether_framebuffer_end_read (framebuffer, &frame);
}

/* The whole picture comes before its size is heard of: nothing of it is lost. */
static void
test_size_said_late (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  guint32 picture[6 * 6] = { 0 };
  const guint32 last = 9;
  AetherFrame frame;
  guint32 got;

  picture[35] = last;
  aether_framebuffer_say_size (framebuffer, 4, 4);
  g_assert_true (aether_framebuffer_set_pixels (framebuffer, 6, 6, 24, X8R8G8B8,
                                                (guint8 *) picture, sizeof picture, NULL));
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 1, 1, 1, 1, 4, X8R8G8B8,
                                                   (guint8 *) picture, 4, NULL));
  aether_framebuffer_say_size (framebuffer, 6, 6);
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 1, 1, 1, 1, 4, X8R8G8B8,
                                                   (guint8 *) picture, 4, NULL));
  aether_framebuffer_begin_read (framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 6);
  g_assert_cmpuint (frame.height, ==, 6);
  memcpy (&got, frame.data + 5 * frame.stride + 5 * 4, 4);
  g_assert_cmpuint (got, ==, last);
  aether_framebuffer_end_read (framebuffer, &frame);
}

/* A map that is updated becomes a copy; the machine's memory stays as it is. */
static void
test_update_of_a_map (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  const guint32 pixel = 7, there = 5;
  AetherFrame frame;
  guint32 got;
  int fd = make_memory (1024);

  g_assert_cmpint (pwrite (fd, &there, 4, 1020), ==, 4);
  g_assert_true (aether_framebuffer_set_map (framebuffer, fd, 0, 16, 16, 64, X8R8G8B8, NULL));
  g_assert_true (aether_framebuffer_update_pixels (framebuffer, 0, 0, 1, 1, 4, X8R8G8B8,
                                                   (const guint8 *) &pixel, 4, NULL));
  g_assert_cmpint (pread (fd, &got, 4, 0), ==, 4);
  g_assert_cmpuint (got, ==, 0);
  close (fd);

  aether_framebuffer_begin_read (framebuffer, &frame);
  memcpy (&got, frame.data, 4);
  g_assert_cmpuint (got, ==, 7);
  memcpy (&got, frame.data + 15 * frame.stride + 60, 4);
  g_assert_cmpuint (got, ==, 5);
  aether_framebuffer_end_read (framebuffer, &frame);
}

static void
test_cursor (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GdkTexture) cursor = NULL;
  g_autoptr(GError) error = NULL;
  guint32 argb[4] = { 0 };
  gboolean visible;
  guint n = 0;
  int x, y;

  g_signal_connect (framebuffer, "cursor-changed", G_CALLBACK (count), &n);
  g_assert_false (aether_framebuffer_set_cursor (framebuffer, 65535, 65535, 0, 0,
                                                 (guint8 *) argb, sizeof argb, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_false (aether_framebuffer_set_cursor (framebuffer, 2, 3, 0, 0, (guint8 *) argb,
                                                 sizeof argb, &error));
  g_clear_error (&error);
  g_assert_false (aether_framebuffer_set_cursor (framebuffer, -2, -2, 0, 0, (guint8 *) argb,
                                                 sizeof argb, &error));

  g_assert_true (aether_framebuffer_set_cursor (framebuffer, 2, 2, -5, 99, (guint8 *) argb,
                                                sizeof argb, NULL));
  aether_framebuffer_set_cursor_visible (framebuffer, FALSE);
  iterate ();
  g_assert_cmpuint (n, ==, 1);

  cursor = aether_framebuffer_dup_cursor (framebuffer, &x, &y, &visible);
  g_assert_cmpint (gdk_texture_get_width (cursor), ==, 2);
  g_assert_cmpint (x, ==, 0);
  g_assert_cmpint (y, ==, 1);
  g_assert_false (visible);
}

static gpointer
write_frames (gpointer user_data)
{
  AetherFramebuffer *framebuffer = user_data;
  guint32 pixels[64 * 64];
  gsize i;

  for (i = 0; i < 2000; i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (pixels); j++)
        pixels[j] = i;
      if (i % 100 == 0)
        aether_framebuffer_set_pixels (framebuffer, 64, 64, 256, X8R8G8B8, (guint8 *) pixels,
                                       sizeof pixels, NULL);
      else
        aether_framebuffer_update_pixels (framebuffer, 0, 0, 64, 64, 256, X8R8G8B8,
                                          (guint8 *) pixels, sizeof pixels, NULL);
    }

  return NULL;
}

/* Copied pictures are never seen half painted. */
static void
test_writer_on_a_thread (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  GThread *thread = g_thread_new ("writer", write_frames, framebuffer);
  guint32 last = 0;

  while (last < 1999)
    {
      AetherFrame frame;

      aether_framebuffer_begin_read (framebuffer, &frame);
      if (frame.data)
        {
          guint32 first;

          memcpy (&first, frame.data, 4);
          memcpy (&last, frame.data + 63 * frame.stride + 63 * 4, 4);
          g_assert_cmpuint (first, ==, last);
        }
      g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));
    }

  g_thread_join (thread);
  iterate ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/framebuffer/new-destroy", test_new_destroy);
  g_test_add_func ("/aether/framebuffer/map-is-live", test_map_is_live);
  g_test_add_func ("/aether/framebuffer/damage-is-one-signal-and-clipped",
                   test_damage_is_one_signal_and_clipped);
  g_test_add_func ("/aether/framebuffer/polled", test_polled);
  g_test_add_func ("/aether/framebuffer/hostile-maps", test_hostile_maps);
  g_test_add_func ("/aether/framebuffer/map-of-no-file", test_map_of_no_file);
  g_test_add_func ("/aether/framebuffer/truncated-while-mapped", test_truncated_while_mapped);
  g_test_add_func ("/aether/framebuffer/old-map-survives-a-reader", test_old_map_survives_a_reader);
  g_test_add_func ("/aether/framebuffer/pixels-and-updates", test_pixels_and_updates);
  g_test_add_func ("/aether/framebuffer/hostile-updates", test_hostile_updates);
  g_test_add_func ("/aether/framebuffer/size-said-early", test_size_said_early);
  g_test_add_func ("/aether/framebuffer/size-said-late", test_size_said_late);
  g_test_add_func ("/aether/framebuffer/update-beyond-the-picture",
                   test_update_beyond_the_picture);
  g_test_add_func ("/aether/framebuffer/update-of-a-map", test_update_of_a_map);
  g_test_add_func ("/aether/framebuffer/cursor", test_cursor);
  g_test_add_func ("/aether/framebuffer/writer-on-a-thread", test_writer_on_a_thread);

  return g_test_run ();
}
