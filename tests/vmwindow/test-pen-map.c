/* test-pen-map.c - a pen, stroke by stroke, and what a machine gets of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-pen-map.h"

#include <stdio.h>

/* @events: "KIND BUTTON X Y, ...", where KIND is n (near), a (away), . (moved),
 * + (down) or - (up), in capitals (N, A, :, *, =) with the eraser; c: what is
 * held is let go of */
static const struct
{
  const char *name;
  const char *events;
  const char *heard;
} strokes[] = {
  { "hovers", "n 0 10 20, . 0 30 20, a 0 0 0", "to 10 20; to 30 20; " },
  { "strokes", "n 0 10 20, + 1 10 20, . 0 30 20, - 1 30 20, a 0 0 0",
    "to 10 20; to 10 20; left 1; to 30 20; to 30 20; left 0; " },
  { "erases", "N 0 10 20, * 1 10 20, : 0 30 20, = 1 30 20",
    "to 10 20; to 10 20; right 1; to 30 20; to 30 20; right 0; " },
  { "clicks-the-lower-button", "n 0 10 20, + 3 10 20, - 3 10 20",
    "to 10 20; to 10 20; right 1; to 10 20; right 0; " },
  { "clicks-the-upper-button", "n 0 10 20, + 2 10 20, - 2 10 20",
    "to 10 20; to 10 20; middle 1; to 10 20; middle 0; " },
  { "clicks-a-third-button", "n 0 10 20, + 8 10 20, - 8 10 20", "to 10 20; to 10 20; side 1; to 10 20; side 0; " },
  { "presses-a-button-while-it-strokes", "+ 1 10 20, + 3 10 20, - 1 10 20, - 3 10 20",
    "to 10 20; left 1; to 10 20; right 1; to 10 20; left 0; to 10 20; right 0; " },
  { "erases-and-presses-the-same", "* 1 10 20, * 3 10 20, = 1 10 20, = 3 10 20",
    "to 10 20; right 1; to 10 20; to 10 20; to 10 20; right 0; " },
  { "is-torn-away", "+ 1 10 20, a 0 0 0, - 1 10 20", "to 10 20; left 1; left 0; to 10 20; " },
  { "is-turned-over-while-it-presses", "+ 1 10 20, : 0 11 20, = 1 12 20",
    "to 10 20; left 1; to 11 20; to 12 20; left 0; " },
  { "presses-twice-without-a-release", "+ 1 10 20, * 1 12 20, = 1 12 20",
    "to 10 20; left 1; to 12 20; left 0; right 1; to 12 20; right 0; " },
  { "has-buttons-that-no-mouse-has", "+ 9 10 20, + 77 10 20, - 77 10 20", "to 10 20; to 10 20; to 10 20; " },
  { "loses-the-focus", "+ 1 10 20, c 0 0 0, - 1 10 20", "to 10 20; left 1; left 0; to 10 20; " },
};

static void
describe (GString *heard, const AetherTouchAction *action)
{
  static const char *const names[AETHER_N_BUTTONS] = {
    [AETHER_BUTTON_LEFT] = "left", [AETHER_BUTTON_MIDDLE] = "middle", [AETHER_BUTTON_RIGHT] = "right",
    [AETHER_BUTTON_SIDE] = "side",
  };

  if (action->kind == AETHER_TOUCH_POINT)
    g_string_append_printf (heard, "to %g %g; ", action->x, action->y);
  else
    g_string_append_printf (heard, "%s %d; ", names[action->button], action->down);
}

static void
test_stroke (gconstpointer data)
{
  static const char plain[] = "na.+-", eraser[] = "NA:*=";
  const gsize i = GPOINTER_TO_SIZE (data);
  g_auto(GStrv) events = g_strsplit (strokes[i].events, ", ", -1);
  g_autoptr(GArray) actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));
  g_autoptr(GString) heard = g_string_new (NULL);
  AetherPenMap map = { 0 };

  for (gsize j = 0; events[j]; j++)
    {
      AetherPenEvent event = { 0 };
      const char *found;
      char kind;

      g_assert_cmpint (sscanf (events[j], "%c %u %lf %lf", &kind, &event.button, &event.x, &event.y), ==, 4);
      if (kind == 'c')
        {
          aether_pen_map_cancel (&map, actions);
          continue;
        }

      event.eraser = strchr (eraser, kind) != NULL;
      found = event.eraser ? strchr (eraser, kind) : strchr (plain, kind);
      event.kind = found - (event.eraser ? eraser : plain);
      aether_pen_map_event (&map, &event, actions);
      g_assert_cmpint (aether_pen_map_is_near (&map), ==, event.kind != AETHER_PEN_AWAY);
    }

  for (guint j = 0; j < actions->len; j++)
    describe (heard, &g_array_index (actions, AetherTouchAction, j));
  g_assert_cmpstr (heard->str, ==, strokes[i].heard);
}

/* Whatever comes: in the end nothing is held, and nothing is pressed twice. */
static void
test_random (void)
{
  g_autoptr(GArray) actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));
  gboolean down[AETHER_N_BUTTONS] = { FALSE };
  AetherPenMap map = { 0 };

  for (guint i = 0; i < 10000; i++)
    aether_pen_map_event (&map, &(AetherPenEvent) {
      .kind = g_test_rand_int_range (0, AETHER_PEN_UP + 1),
      .button = g_test_rand_int_range (0, 11),
      .eraser = g_test_rand_int_range (0, 2),
    }, actions);
  aether_pen_map_cancel (&map, actions);

  for (guint i = 0; i < actions->len; i++)
    {
      const AetherTouchAction *action = &g_array_index (actions, AetherTouchAction, i);

      if (action->kind != AETHER_TOUCH_BUTTON)
        continue;
      g_assert_cmpint (down[action->button], !=, action->down);
      down[action->button] = action->down;
    }
  for (guint i = 0; i < AETHER_N_BUTTONS; i++)
    g_assert_false (down[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (strokes); i++)
    {
      g_autofree char *path = g_strconcat ("/aether/pen-map/", strokes[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_stroke);
    }
  g_test_add_func ("/aether/pen-map/random", test_random);

  return g_test_run ();
}
