/* test-view-geometry.c - where a picture lies, for a table of windows and scales
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-geometry.h"

#include <math.h>

#define FIT AETHER_VIEW_SCALING_FIT
#define INTEGER AETHER_VIEW_SCALING_INTEGER
#define PIXELS AETHER_VIEW_SCALING_PIXELS

/* x, y: pixels of the screen from the widget's corner */
static const struct
{
  const char        *what;
  AetherViewGeometry geometry;
  double             x, y, zoom;
} places[] = {
  { "in the middle, as high as it goes",
    { FIT, 1000, 400, 0, 0, 1, 300, 200, 1, 0, 0 }, 200, 0, 2 },
  { "almost twice as large: twice, crisp",
    { FIT, 620, 420, 0, 0, 1, 300, 200, 1, 0, 0 }, 10, 10, 2 },
  { "a screen of 1.25 has as many pixels as the picture",
    { FIT, 240, 160, 0, 0, 1.25, 300, 200, 1, 0, 0 }, 0, 0, 1 },
  { "a phone",
    { FIT, 360, 640, 0, 0, 1, 1920, 1080, 1, 0, 0 }, 0, 218, 0.1875 },
  { "the largest whole multiple",
    { INTEGER, 1000, 600, 0, 0, 1, 300, 200, 1, 0, 0 }, 50, 0, 3 },
  { "a whole multiple of a screen of 1.5",
    { INTEGER, 500, 300, 0, 0, 1.5, 300, 200, 1, 0, 0 }, 75, 25, 2 },
  { "never smaller than the picture",
    { INTEGER, 200, 100, 0, 0, 1, 300, 200, 1, 0, 0 }, 0, 0, 1 },
  { "pixel by pixel",
    { PIXELS, 1000, 600, 0, 0, 1, 300, 200, 1, 0, 0 }, 350, 200, 1 },
  { "pixel by pixel, on twice as many",
    { PIXELS, 500, 300, 0, 0, 2, 300, 200, 1, 0, 0 }, 350, 200, 1 },
  { "an odd rest goes to the right",
    { PIXELS, 301, 203, 0, 0, 1, 300, 200, 1, 0, 0 }, 0, 1, 1 },
  { "panned",
    { PIXELS, 100, 100, 0, 0, 1, 300, 200, 1, 50, 20 }, -50, -20, 1 },
  { "panned on a screen of 1.25: to a whole pixel",
    { PIXELS, 100, 100, 0, 0, 1.25, 300, 200, 1, 50, 20.1 }, -63, -25, 1 },
  { "panned too far: to the edge",
    { PIXELS, 100, 100, 0, 0, 1, 300, 200, 1, 1000, -5 }, -200, 0, 1 },
  { "below a bar of 47 on a screen of 1.25, which ends at 58.75",
    { FIT, 240, 161, 0, 47, 1.25, 300, 200, 1, 0, 0 }, 0, 0.25, 1 },
  { "magnified by two fingers",
    { FIT, 300, 200, 0, 0, 1, 300, 200, 2.5, 10, 0 }, -10, 0, 2.5 },
};

static void
test_place (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++)
    {
      AetherViewPlace place;

      g_test_message ("%s", places[i].what);
      aether_view_geometry_place (&places[i].geometry, &place);
      g_assert_cmpfloat_with_epsilon (place.x, places[i].x, 1e-9);
      g_assert_cmpfloat_with_epsilon (place.y, places[i].y, 1e-9);
      g_assert_cmpfloat_with_epsilon (place.zoom, places[i].zoom, 1e-9);
    }
}

static double
random_of (GRand *rand, const double *values, guint n)
{
  return values[g_rand_int_range (rand, 0, n)];
}

/* Whatever the window: whole pixels, inside the widget, and there and back. */
static void
test_any_window (void)
{
  static const double scales[] = { 1, 1.25, 1.5, 1.75, 2, 3, 1 + 1 / 3.0, 1.0 + 11 / 120.0 };
  static const double panned[] = { 0, 0.3, 17, 400, 1e6 };
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);

  for (int i = 0; i < 20000; i++)
    {
      AetherViewGeometry geometry = {
        .scaling = g_rand_int_range (rand, FIT, PIXELS + 1),
        .widget_width = g_rand_int_range (rand, 4, 3000),
        .widget_height = g_rand_int_range (rand, 4, 2000),
        .origin_x = g_rand_int_range (rand, 0, 30),
        .origin_y = g_rand_int_range (rand, 0, 120),
        .device = random_of (rand, scales, G_N_ELEMENTS (scales)),
        .width = g_rand_int_range (rand, 1, 4000),
        .height = g_rand_int_range (rand, 1, 4000),
        .magnify = 1,
        .pan_x = random_of (rand, panned, G_N_ELEMENTS (panned)),
        .pan_y = random_of (rand, panned, G_N_ELEMENTS (panned)),
      };
      AetherViewPlace place;
      double left, x, y, picture_x, picture_y;

      aether_view_geometry_place (&geometry, &place);
      left = geometry.origin_x * geometry.device + place.x;
      g_assert_cmpfloat_with_epsilon (left, round (left), 1e-6);
      if (place.content_width == geometry.widget_width)
        {
          g_assert_cmpfloat (place.x, >=, -0.01);
          g_assert_cmpfloat (place.x + geometry.width * place.zoom, <=,
                             geometry.widget_width * geometry.device + 1.01);
        }
      else
        {
          g_assert_cmpfloat (place.x, <, 1);
          g_assert_cmpfloat (place.x + geometry.width * place.zoom, >=,
                             floor (geometry.widget_width * geometry.device) - 1);
        }

      aether_view_place_from_picture (&place, 0.5, geometry.height - 0.5, &x, &y);
      aether_view_place_to_picture (&place, x, y, &picture_x, &picture_y);
      g_assert_cmpfloat_with_epsilon (picture_x, 0.5, 1e-6);
      g_assert_cmpfloat_with_epsilon (picture_y, geometry.height - 0.5, 1e-6);
    }
}

/* A picture as large as was wished for fills the widget without a filter. */
static void
test_wish (void)
{
  static const double scales[] = { 1, 1.25, 1.5, 1.75, 2 };

  for (gsize i = 0; i < G_N_ELEMENTS (scales); i++)
    for (int width = 320; width < 1400; width += 7)
      {
        AetherViewGeometry geometry = {
          .widget_width = width, .widget_height = 500, .origin_y = 47,
          .device = scales[i], .width = 1, .height = 1, .magnify = 1,
        };
        AetherViewPlace place;

        aether_view_geometry_get_wish (&geometry, &geometry.width, &geometry.height);
        aether_view_geometry_place (&geometry, &place);
        g_assert_cmpuint (geometry.width % 2 + geometry.height % 2, ==, 0);
        g_assert_cmpfloat (place.zoom, ==, 1);
        g_assert_cmpfloat (width * scales[i] - geometry.width, <, 3);
        g_assert_cmpfloat (place.content_width, ==, width);
      }
}

static void
test_small_wish (void)
{
  AetherViewGeometry geometry = { .widget_width = 10, .widget_height = 10, .device = 1 };
  guint width, height;

  aether_view_geometry_get_wish (&geometry, &width, &height);
  g_assert_cmpuint (width, ==, 320);
  g_assert_cmpuint (height, ==, 200);
}

static void
test_edges (void)
{
  g_assert_cmpfloat (aether_view_edge_speed (500, 1000), ==, 0);
  g_assert_cmpfloat (aether_view_edge_speed (0, 1000), <, aether_view_edge_speed (20, 1000));
  g_assert_cmpfloat (aether_view_edge_speed (20, 1000), <, 0);
  g_assert_cmpfloat (aether_view_edge_speed (-300, 1000), ==, aether_view_edge_speed (0, 1000));
  g_assert_cmpfloat (aether_view_edge_speed (1000, 1000), ==, -aether_view_edge_speed (0, 1000));

  /* In a narrow view there is still a middle. */
  g_assert_cmpfloat (aether_view_edge_speed (20, 40), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/view-geometry/place", test_place);
  g_test_add_func ("/aether/view-geometry/any-window", test_any_window);
  g_test_add_func ("/aether/view-geometry/wish", test_wish);
  g_test_add_func ("/aether/view-geometry/small-wish", test_small_wish);
  g_test_add_func ("/aether/view-geometry/edges", test_edges);

  return g_test_run ();
}
