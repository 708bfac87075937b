/* test-tiles.c - tiles show what the frame holds, at every scale, without seams
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-tiles.h"

#include <gsk/gsk.h>
#include <math.h>

/* GTK 4.18's GL renderer keeps a table of its own for each kind of filtered
 * texture when it ends. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define LEAKS_OF_GTK_BEGIN __lsan_disable ()
#define LEAKS_OF_GTK_END   __lsan_enable ()
#else
#define LEAKS_OF_GTK_BEGIN
#define LEAKS_OF_GTK_END
#endif

#define WIDTH 600    /* five columns of tiles, the last one narrow */
#define HEIGHT 300   /* three rows, the last one low */
#define N_TILES 15

static const double scales[] = { 1, 1.25, 1.5, 2 };

static guint32 pixels[WIDTH * HEIGHT];

static void
fill (guint seed)
{
  for (guint i = 0; i < G_N_ELEMENTS (pixels); i++)
    {
      seed = seed * 1664525 + 1013904223;
      pixels[i] = seed >> 8;
    }
}

static gboolean
update (AetherTiles *tiles, int x, int y, int width, int height)
{
  const cairo_rectangle_int_t rect = { x, y, width, height };
  AetherFrame frame = {
    .data = (const guint8 *) pixels,
    .width = WIDTH,
    .height = HEIGHT,
    .stride = WIDTH * 4,
    .format = GDK_MEMORY_B8G8R8X8,
    .damage = cairo_region_create_rectangle (&rect),
  };
  gboolean changed = aether_tiles_update (tiles, &frame);

  cairo_region_destroy (frame.damage);
  return changed;
}

/* Changes a corner and an inner pixel of each tile, one after the other. */
static void
paint_tiles (AetherTiles *tiles)
{
  for (int y = 0; y < HEIGHT; y += AETHER_TILE_SIZE)
    for (int x = 0; x < WIDTH; x += AETHER_TILE_SIZE)
      {
        pixels[y * WIDTH + x] ^= 0xffffff;
        pixels[(y + 20) * WIDTH + x + 20] ^= 0xffffff;
        g_assert_true (update (tiles, x, y, 21, 21));
      }
}

/* A picture that was painted tile by tile. */
static AetherTiles *
make_tiled (void)
{
  AetherTiles *tiles = aether_tiles_new ();

  fill (1);
  g_assert_true (update (tiles, 0, 0, WIDTH, HEIGHT));
  paint_tiles (tiles);
  g_assert_cmpuint (aether_tiles_get_n_made (tiles), ==, 1 + N_TILES);

  return tiles;
}

/* The same picture in one piece. */
static AetherTiles *
make_whole (void)
{
  AetherTiles *tiles = aether_tiles_new ();

  g_assert_true (update (tiles, 0, 0, WIDTH, HEIGHT));
  return tiles;
}

static void
test_only_what_changed (void)
{
  g_autoptr(AetherTiles) tiles = make_tiled ();
  guint made = aether_tiles_get_n_made (tiles);

  /* Damage without change */
  g_assert_false (update (tiles, 0, 0, WIDTH, HEIGHT));
  g_assert_cmpuint (aether_tiles_get_n_made (tiles), ==, made);

  /* In the middle of a tile: it alone */
  pixels[50 * WIDTH + 50] ^= 0xff;
  g_assert_true (update (tiles, 0, 0, WIDTH, HEIGHT));
  g_assert_cmpuint (aether_tiles_get_n_made (tiles), ==, made + 1);

  /* At a corner where four meet: still one, while nothing is filtered */
  pixels[127 * WIDTH + 127] ^= 0xff;
  g_assert_true (update (tiles, 127, 127, 1, 1));
  g_assert_cmpuint (aether_tiles_get_n_made (tiles), ==, made + 1 + 1);

  /* A change outside the damage is not looked for. */
  pixels[50 * WIDTH + 50] ^= 0xff;
  g_assert_false (update (tiles, 200, 150, 10, 10));
}

static void
test_most_changed_is_one_texture (void)
{
  g_autoptr(AetherTiles) tiles = make_tiled ();
  guint made = aether_tiles_get_n_made (tiles);

  fill (2);
  g_assert_true (update (tiles, 0, 0, WIDTH, HEIGHT));
  g_assert_cmpuint (aether_tiles_get_n_made (tiles), ==, made + 1);
}

/* Also what is not damaged must be shown the first time. */
static void
test_first_is_whole (void)
{
  g_autoptr(AetherTiles) tiles = aether_tiles_new ();

  fill (3);
  g_assert_true (update (tiles, 0, 0, 1, 1));
  g_assert_false (update (tiles, 0, 0, WIDTH, HEIGHT));
}

static void
test_nothing_shown (void)
{
  g_autoptr(AetherTiles) tiles = make_tiled ();
  AetherFrame off = { .damage = cairo_region_create () };

  g_assert_true (aether_tiles_update (tiles, &off));
  g_assert_cmpuint (aether_tiles_get_width (tiles), ==, 0);
  g_assert_false (aether_tiles_update (tiles, &off));
  cairo_region_destroy (off.damage);
}

static void
test_place (void)
{
  AetherTilesPlace place;

  /* Wider than the picture: in the middle, as high as it goes */
  aether_tiles_place_fit (&place, 1000, 400, 1, 300, 200);
  g_assert_cmpfloat (place.zoom, ==, 2);
  g_assert_cmpint (place.x, ==, 200);
  g_assert_cmpint (place.y, ==, 0);

  /* Almost twice as large: twice, crisp */
  aether_tiles_place_fit (&place, 620, 420, 1, 300, 200);
  g_assert_cmpfloat (place.zoom, ==, 2);
  g_assert_cmpint (place.x, ==, 10);

  /* A screen of 1.25 has as many pixels as the picture: one to one */
  aether_tiles_place_fit (&place, 240, 160, 1.25, 300, 200);
  g_assert_cmpfloat (place.zoom, ==, 1);

  /* A phone */
  aether_tiles_place_fit (&place, 360, 640, 1, 1920, 1080);
  g_assert_cmpfloat_with_epsilon (place.zoom, 360.0 / 1920, 1e-9);
  g_assert_cmpint (place.y, ==, 218);
}

/* Draws on magenta, which the picture has not. Returns B8G8R8A8 */
static guint32 *
render (GskRenderer *renderer, AetherTiles *tiles, double device, double widget_width,
        double widget_height, int *width, int *height)
{
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  AetherTilesPlace place;
  guint32 *result;

  *width = round (widget_width * device);
  *height = round (widget_height * device);
  aether_tiles_place_fit (&place, widget_width, widget_height, device, WIDTH, HEIGHT);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 0, 1, 1 },
                             &GRAPHENE_RECT_INIT (0, 0, *width, *height));
  gtk_snapshot_scale (snapshot, device, device);
  aether_tiles_snapshot (tiles, snapshot, &place);
  node = gtk_snapshot_to_node (snapshot);
  LEAKS_OF_GTK_BEGIN;
  texture = gsk_renderer_render_texture (renderer, node,
                                         &GRAPHENE_RECT_INIT (0, 0, *width, *height));
  LEAKS_OF_GTK_END;
  result = g_new (guint32, (gsize) *width * *height);
  gdk_texture_download (texture, (guchar *) result, *width * 4);

  return result;
}

static void
check_exact (GskRenderer *renderer, AetherTiles *tiles, double device, guint zoom)
{
  g_autofree guint32 *got = NULL;
  guint differences = 0;
  int width, height;

  got = render (renderer, tiles, device, WIDTH * zoom / device, HEIGHT * zoom / device,
                &width, &height);
  g_assert_cmpint (width, ==, WIDTH * zoom);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      differences += (got[y * width + x] ^ pixels[y / zoom * WIDTH + x / zoom]) << 8 != 0;

  g_test_message ("scale %g, zoom %u: %u pixels differ", device, zoom, differences);
  g_assert_cmpuint (differences, ==, 0);
}

static guint
distance (guint32 a, guint32 b)
{
  guint most = 0;

  for (int shift = 0; shift < 24; shift += 8)
    most = MAX (most, (guint) ABS ((int) (a >> shift & 0xff) - (int) (b >> shift & 0xff)));

  return most;
}

/* Between whole scales, tiles must look like the picture in one piece. */
static void
check_seamless (GskRenderer *renderer, AetherTiles *tiles, double zoom)
{
  g_autofree guint32 *first = NULL, *got = NULL, *expected = NULL;
  g_autoptr(AetherTiles) whole = NULL;
  guint worst = 0;
  int width, height;

  /* The first time at a zoom, tiles become one; then they are painted again. */
  first = render (renderer, tiles, 1, WIDTH * zoom, HEIGHT * zoom, &width, &height);
  paint_tiles (tiles);
  whole = make_whole ();
  got = render (renderer, tiles, 1, WIDTH * zoom, HEIGHT * zoom, &width, &height);
  expected = render (renderer, whole, 1, WIDTH * zoom, HEIGHT * zoom, &width, &height);
  for (int i = 0; i < width * height; i++)
    worst = MAX (worst, distance (got[i], expected[i]));

  g_test_message ("zoom %g: at most %u of 255 apart", zoom, worst);
  g_assert_cmpuint (worst, <=, 3);
}

static void
test_render (gconstpointer data)
{
  GskRenderer *(*make) (void) = data;
  g_autoptr(GskRenderer) renderer = make ();
  g_autoptr(AetherTiles) tiles = make_tiled ();
  g_autoptr(GError) error = NULL;

  if (!gsk_renderer_realize_for_display (renderer, gdk_display_get_default (), &error))
    {
      g_test_skip (error->message);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      check_exact (renderer, tiles, scales[i], 1);
      paint_tiles (tiles);
      check_exact (renderer, tiles, scales[i], 1);
      check_exact (renderer, tiles, scales[i], 2);
      check_seamless (renderer, tiles, scales[i]);
    }
  check_seamless (renderer, tiles, 0.75);
  check_seamless (renderer, tiles, 0.4);
  check_seamless (renderer, tiles, 0.25);

  gsk_renderer_unrealize (renderer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  g_test_add_func ("/aether/tiles/only-what-changed", test_only_what_changed);
  g_test_add_func ("/aether/tiles/most-changed-is-one-texture", test_most_changed_is_one_texture);
  g_test_add_func ("/aether/tiles/first-is-whole", test_first_is_whole);
  g_test_add_func ("/aether/tiles/nothing-shown", test_nothing_shown);
  g_test_add_func ("/aether/tiles/place", test_place);
  g_test_add_data_func ("/aether/tiles/render-cairo", gsk_cairo_renderer_new, test_render);
  g_test_add_data_func ("/aether/tiles/render-gl", gsk_gl_renderer_new, test_render);

  return g_test_run ();
}
