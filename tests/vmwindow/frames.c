/* frames.c - looking at what a framebuffer shows, in tests
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "frames.h"

#include <glib/gstdio.h>
#include <unistd.h>

static const char *
ppm_pixels (const char *data, guint *width, guint *height)
{
  int header = 0;

  g_assert_cmpint (sscanf (data, "P6 %u %u 255%n", width, height, &header), ==, 2);
  return data + header + 1;
}

static guint
count_differences (AetherFramebuffer *framebuffer, const char *ppm)
{
  guint width, height, differences = 0;
  const guint8 *dump = (const guint8 *) ppm_pixels (ppm, &width, &height);
  AetherFrame frame;

  aether_framebuffer_begin_read (framebuffer, &frame);
  if (frame.width == width && frame.height == height)
    {
      for (guint y = 0; y < height; y++)
        for (guint x = 0; x < width; x++, dump += 3)
          {
            const guint8 *pixel = frame.data + y * frame.stride + x * 4;

            differences += pixel[0] != dump[2] || pixel[1] != dump[1] || pixel[2] != dump[0];
          }
    }
  else
    {
      g_test_message ("%u × %u here, %u × %u there", frame.width, frame.height, width, height);
      differences = G_MAXUINT;
    }
  g_assert_true (aether_framebuffer_end_read (framebuffer, &frame));

  return differences;
}

void
frames_wait_ms (guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (5000);
    }
}

gboolean
frames_has_text (AetherFramebuffer *framebuffer)
{
  guint lit = 0;
  AetherFrame frame;

  aether_framebuffer_begin_read (framebuffer, &frame);
  for (gsize i = 0; frame.data && i < frame.height * frame.stride; i += 4)
    lit += frame.data[i] > 0x80;
  aether_framebuffer_end_read (framebuffer, &frame);

  return lit > 500;
}

guint
frames_compare (AetherFramebuffer *framebuffer, QemuDisplay *qemu)
{
  g_autofree char *directory = g_dir_make_tmp ("aether-display-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "dump.ppm", NULL);
  g_autofree char *where = g_strdup_printf ("{\"filename\":\"%s\"}", path);
  guint differences = G_MAXUINT;

  for (int i = 0; i < 400 && !frames_has_text (framebuffer); i++)
    frames_wait_ms (50);
  g_assert_true (frames_has_text (framebuffer));
  g_free (qemu_display_qmp (qemu, "stop", NULL, -1));

  for (int i = 0; i < 20 && differences != 0; i++)
    {
      g_autofree char *answer = NULL, *ppm = NULL;

      frames_wait_ms (200);   /* the text cursor blinks, and QEMU refreshes every 30 ms */
      answer = qemu_display_qmp (qemu, "screendump", where, -1);
      g_assert_true (g_str_has_prefix (answer, "{\"return\""));
      g_assert_true (g_file_get_contents (path, &ppm, NULL, NULL));
      differences = count_differences (framebuffer, ppm);
    }

  g_remove (path);
  g_rmdir (directory);

  return differences;
}
