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

static const double scales[] = { 1, 1.25, 1.5, 1.75, 2 };

static guint32 pixels[WIDTH * HEIGHT];

typedef struct
{
  const char   *name;
  GskRenderer *(*make) (void);
  gboolean      software;   /* as the view says where the processor draws */
} Rendering;

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

#define LARGE_WIDTH 1024
#define LARGE_HEIGHT 520

/* Of a picture that is large, all of which is said to be damaged, or nothing. */
static gboolean
update_large (AetherTiles *tiles, const guint32 *picture, gboolean damaged)
{
  const cairo_rectangle_int_t all = { 0, 0, LARGE_WIDTH, damaged ? LARGE_HEIGHT : 0 };
  AetherFrame frame = {
    .data = (const guint8 *) picture,
    .width = LARGE_WIDTH,
    .height = LARGE_HEIGHT,
    .stride = LARGE_WIDTH * 4,
    .format = GDK_MEMORY_B8G8R8X8,
    .damage = cairo_region_create_rectangle (&all),
  };
  gboolean changed = aether_tiles_update (tiles, &frame);

  cairo_region_destroy (frame.damage);
  return changed;
}

/* Of large damage not all is looked at each time, but soon all was, and then nothing is left. */
static void
test_large_damage (void)
{
  static const struct { int lines, frames; } heights[] = { { 8, 1 }, { 3, 3 }, { 2, 5 }, { 1, 8 } };
  g_autoptr(AetherTiles) tiles = aether_tiles_new ();
  g_autofree guint32 *picture = g_new0 (guint32, LARGE_WIDTH * LARGE_HEIGHT);

  g_assert_true (update_large (tiles, picture, TRUE));
  g_assert_false (aether_tiles_is_behind (tiles));

  /* A single pixel, on whatever line */
  for (int y = 0; y < LARGE_HEIGHT; y += 37)
    {
      guint made = aether_tiles_get_n_made (tiles);
      int turns = 1, seen;

      picture[y * LARGE_WIDTH + 77] ^= 0xff;
      for (seen = update_large (tiles, picture, TRUE); aether_tiles_is_behind (tiles); turns++)
        seen += update_large (tiles, picture, FALSE);
      g_assert_cmpint (seen, ==, 1);
      g_assert_cmpint (turns, ==, 5);
      g_assert_cmpuint (aether_tiles_get_n_made (tiles), ==, made + 1);
    }

  /* While the machine says all the time that all changed: eight lines are seen at once, three in
   * the third frame at the latest. */
  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    for (int y = 0; y + heights[i].lines <= LARGE_HEIGHT; y += 37)
      {
        guint made = aether_tiles_get_n_made (tiles);

        for (int line = y; line < y + heights[i].lines; line++)
          picture[line * LARGE_WIDTH + 500] ^= 0xff;
        for (int frame = 0; frame < heights[i].frames; frame++)
          update_large (tiles, picture, TRUE);
        g_assert_cmpuint (aether_tiles_get_n_made (tiles), >, made);
        while (aether_tiles_is_behind (tiles))
          update_large (tiles, picture, FALSE);
      }
}

#define MAGENTA 0xff00ff

/* Where a widget may begin in its surface: below a header bar, behind a border */
static const double origins[][2] = { { 0, 0 }, { 0, 47 }, { 3, 46 }, { 1, 1 } };

typedef struct
{
  AetherViewGeometry geometry;
  AetherViewPlace    place;
  int                width;      /* of the screen */
  int                height;
  int                left;       /* of the picture on it */
  int                top;
  guint32           *pixels;     /* B8G8R8A8 */
} Shot;

static void
shot_clear (Shot *shot)
{
  g_free (shot->pixels);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shot, shot_clear)

/* Draws as GTK draws a window at that scale: the widget is somewhere in it. On
 * magenta, which the picture has not. */
static void
take (Shot *shot, GskRenderer *renderer, AetherTiles *tiles, AetherViewFilter filter)
{
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  AetherViewGeometry *geometry = &shot->geometry;
  double device = geometry->device;

  geometry->width = WIDTH;
  geometry->height = HEIGHT;
  geometry->magnify = 1;
  aether_view_geometry_place (geometry, &shot->place);
  shot->width = ceil ((geometry->origin_x + geometry->widget_width) * device - 0.001);
  shot->height = ceil ((geometry->origin_y + geometry->widget_height) * device - 0.001);
  shot->left = round (geometry->origin_x * device + shot->place.x);
  shot->top = round (geometry->origin_y * device + shot->place.y);

  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 0, 1, 1 },
                             &GRAPHENE_RECT_INIT (0, 0, shot->width, shot->height));
  gtk_snapshot_scale (snapshot, device, device);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (geometry->origin_x, geometry->origin_y));
  aether_tiles_snapshot (tiles, snapshot, &shot->place, filter);
  node = gtk_snapshot_to_node (snapshot);
  LEAKS_OF_GTK_BEGIN;
  texture = gsk_renderer_render_texture (renderer, node,
                                         &GRAPHENE_RECT_INIT (0, 0, shot->width, shot->height));
  LEAKS_OF_GTK_END;
  shot->pixels = g_new (guint32, (gsize) shot->width * shot->height);
  gdk_texture_download (texture, (guchar *) shot->pixels, shot->width * 4);
}

/* A widget as large as the picture at @zoom */
static void
take_zoomed (Shot *shot, GskRenderer *renderer, AetherTiles *tiles, double zoom)
{
  shot->geometry = (AetherViewGeometry) {
    .scaling = AETHER_VIEW_SCALING_FIT,
    .widget_width = WIDTH * zoom,
    .widget_height = HEIGHT * zoom,
    .device = 1,
  };
  take (shot, renderer, tiles, AETHER_VIEW_FILTER_AUTOMATIC);
}

/* Each pixel of the picture is @zoom x @zoom of the screen, and around them nothing. */
static guint
count_differences (const Shot *shot, int zoom)
{
  guint differences = 0;

  for (int y = 0; y < shot->height; y++)
    for (int x = 0; x < shot->width; x++)
      {
        int column = x - shot->left, row = y - shot->top;
        guint32 expected = MAGENTA;

        if (column >= 0 && row >= 0 && column < WIDTH * zoom && row < HEIGHT * zoom)
          expected = pixels[row / zoom * WIDTH + column / zoom];
        differences += (shot->pixels[y * shot->width + x] ^ expected) << 8 != 0;
      }

  return differences;
}

static void
check_exact (GskRenderer *renderer, AetherTiles *tiles, double device, AetherViewScaling scaling,
             guint zoom)
{
  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++)
    {
      g_auto(Shot) shot = {
        .geometry = {
          .scaling = scaling,
          .widget_width = ceil (WIDTH * zoom / device) + 7,
          .widget_height = ceil (HEIGHT * zoom / device) + 4,
          .origin_x = origins[i][0],
          .origin_y = origins[i][1],
          .device = device,
        },
      };
      guint differences;

      take (&shot, renderer, tiles, AETHER_VIEW_FILTER_AUTOMATIC);
      g_assert_cmpfloat (shot.place.zoom, ==, zoom);
      differences = count_differences (&shot, zoom);
      g_test_message ("scale %g, origin %g, %g, zoom %u: %u pixels differ", device, origins[i][0],
                      origins[i][1], zoom, differences);
      g_assert_cmpuint (differences, ==, 0);
    }
}

/* Larger than the widget: the part that is panned to, exact to the edge. */
static void
check_panned (GskRenderer *renderer, AetherTiles *tiles, double device)
{
  g_auto(Shot) shot = {
    .geometry = {
      .scaling = AETHER_VIEW_SCALING_PIXELS,
      .widget_width = 200,
      .widget_height = 100,
      .device = device,
      .pan_x = 77,
      .pan_y = 31,
    },
  };

  take (&shot, renderer, tiles, AETHER_VIEW_FILTER_AUTOMATIC);
  g_assert_cmpint (shot.left, ==, -round (77 * device));
  g_assert_cmpint (shot.top, ==, -round (31 * device));
  g_assert_cmpuint (count_differences (&shot, 1), ==, 0);
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
  g_auto(Shot) first = { 0 }, got = { 0 }, expected = { 0 };
  g_autoptr(AetherTiles) whole = NULL;
  guint worst = 0;

  /* The first time at a zoom, tiles become one; then they are painted again. */
  take_zoomed (&first, renderer, tiles, zoom);
  paint_tiles (tiles);
  whole = make_whole ();
  take_zoomed (&got, renderer, tiles, zoom);
  take_zoomed (&expected, renderer, whole, zoom);
  for (int i = 0; i < got.width * got.height; i++)
    worst = MAX (worst, distance (got.pixels[i], expected.pixels[i]));

  g_test_message ("zoom %g: at most %u of 255 apart", zoom, worst);
  g_assert_cmpuint (worst, <=, 3);
}

/* Nearest has only colours of the picture, linear has others. */
static void
check_filters (GskRenderer *renderer, AetherTiles *tiles)
{
  g_autoptr(GHashTable) colours = g_hash_table_new (NULL, NULL);
  guint foreign[2] = { 0, 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (pixels); i++)
    g_hash_table_add (colours, GUINT_TO_POINTER (pixels[i] & 0xffffff));

  for (guint linear = 0; linear < 2; linear++)
    {
      g_auto(Shot) shot = {
        .geometry = { .widget_width = WIDTH * 1.5, .widget_height = HEIGHT * 1.5, .device = 1 },
      };

      take (&shot, renderer, tiles,
            linear ? AETHER_VIEW_FILTER_LINEAR : AETHER_VIEW_FILTER_NEAREST);
      for (int i = 0; i < shot.width * shot.height; i++)
        foreign[linear] += !g_hash_table_contains (colours,
                                                   GUINT_TO_POINTER (shot.pixels[i] & 0xffffff));
    }

  g_assert_cmpuint (foreign[0], ==, 0);
  g_assert_cmpuint (foreign[1], >, WIDTH * HEIGHT);
}

static void
test_render (gconstpointer data)
{
  const Rendering *rendering = data;
  g_autoptr(GskRenderer) renderer = rendering->make ();
  g_autoptr(AetherTiles) tiles = aether_tiles_new ();
  g_autoptr(GError) error = NULL;

  aether_tiles_set_software (tiles, rendering->software);
  fill (1);
  g_assert_true (update (tiles, 0, 0, WIDTH, HEIGHT));
  paint_tiles (tiles);

  if (!gsk_renderer_realize_for_display (renderer, gdk_display_get_default (), &error))
    {
      g_test_skip (error->message);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      check_exact (renderer, tiles, scales[i], AETHER_VIEW_SCALING_FIT, 1);
      paint_tiles (tiles);
      check_exact (renderer, tiles, scales[i], AETHER_VIEW_SCALING_PIXELS, 1);
      check_exact (renderer, tiles, scales[i], AETHER_VIEW_SCALING_INTEGER, 2);
      check_panned (renderer, tiles, scales[i]);
      check_seamless (renderer, tiles, scales[i]);
    }
  check_filters (renderer, tiles);
  check_seamless (renderer, tiles, 0.75);
  check_seamless (renderer, tiles, 0.4);
  check_seamless (renderer, tiles, 0.25);

  gsk_renderer_unrealize (renderer);
}

static const Rendering renderings[] = {
  { "cairo", gsk_cairo_renderer_new, FALSE },
  { "cairo-software", gsk_cairo_renderer_new, TRUE },
  { "gl", gsk_gl_renderer_new, FALSE },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  g_test_add_func ("/aether/tiles/only-what-changed", test_only_what_changed);
  g_test_add_func ("/aether/tiles/most-changed-is-one-texture", test_most_changed_is_one_texture);
  g_test_add_func ("/aether/tiles/first-is-whole", test_first_is_whole);
  g_test_add_func ("/aether/tiles/nothing-shown", test_nothing_shown);
  g_test_add_func ("/aether/tiles/large-damage", test_large_damage);
  for (gsize i = 0; i < G_N_ELEMENTS (renderings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/aether/tiles/render-%s", renderings[i].name);

      g_test_add_data_func (path, &renderings[i], test_render);
    }

  return g_test_run ();
}
