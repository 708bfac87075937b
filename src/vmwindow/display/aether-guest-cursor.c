/* aether-guest-cursor.c - the machine's pointer as one of the desktop
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-guest-cursor.h"

#include <math.h>

#define DOT      5      /* pixels */
#define LARGEST  256    /* what desktops take, in coordinates */

/* As GDK_MEMORY_DEFAULT and cairo have them: words, alpha on top, premultiplied */
static GdkTexture *
make_texture (const guint32 *words, int width, int height, gsize stride)
{
  g_autoptr(GBytes) bytes = g_bytes_new (words, stride * height);

  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}

static GdkCursor *
make_dot (void)
{
  guint32 words[DOT * DOT];
  g_autoptr(GdkTexture) texture = NULL;

  /* White with a black middle is seen on everything */
  for (int i = 0; i < DOT * DOT; i++)
    {
      int x = i % DOT, y = i / DOT;
      gboolean corner = (x == 0 || x == DOT - 1) && (y == 0 || y == DOT - 1);
      gboolean edge = x == 0 || x == DOT - 1 || y == 0 || y == DOT - 1;

      words[i] = corner ? 0 : edge ? 0xffffffff : 0xff000000;
    }
  texture = make_texture (words, DOT, DOT, DOT * sizeof words[0]);

  return gdk_cursor_new_from_texture (texture, DOT / 2, DOT / 2, NULL);
}

static GdkTexture *
scale_texture (GdkTexture *shape, int width, int height)
{
  int old_width = gdk_texture_get_width (shape);
  int old_height = gdk_texture_get_height (shape);
  cairo_surface_t *from = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, old_width, old_height);
  cairo_surface_t *to = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (to);
  GdkTexture *texture;

  gdk_texture_download (shape, cairo_image_surface_get_data (from),
                        cairo_image_surface_get_stride (from));
  cairo_surface_mark_dirty (from);
  cairo_scale (cr, (double) width / old_width, (double) height / old_height);
  cairo_set_source_surface (cr, from, 0, 0);
  if (width % old_width == 0 && height % old_height == 0)
    cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_flush (to);
  texture = make_texture ((const guint32 *) cairo_image_surface_get_data (to), width, height,
                          cairo_image_surface_get_stride (to));
  cairo_surface_destroy (to);
  cairo_surface_destroy (from);

  return texture;
}

GdkCursor *
aether_guest_cursor_new (GdkTexture *shape, int hot_x, int hot_y, double scale)
{
  g_autoptr(GdkTexture) scaled = NULL;
  int width, height;

  if (shape == NULL)
    return make_dot ();

  width = gdk_texture_get_width (shape);
  height = gdk_texture_get_height (shape);
  scale = CLAMP (scale, 1.0 / 16, (double) LARGEST / MAX (width, height));
  hot_x = CLAMP (hot_x, 0, width - 1);
  hot_y = CLAMP (hot_y, 0, height - 1);
  if (fabs (scale - 1) < 0.01)
    return gdk_cursor_new_from_texture (shape, hot_x, hot_y, NULL);

  width = MAX (round (width * scale), 1);
  height = MAX (round (height * scale), 1);
  scaled = scale_texture (shape, width, height);

  return gdk_cursor_new_from_texture (scaled, MIN ((int) (hot_x * scale), width - 1),
                                      MIN ((int) (hot_y * scale), height - 1), NULL);
}
