/* test-touch-map.c - gestures, finger by finger, and what a machine gets of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-touch-map.h"

#include <stdio.h>

#define ABSOLUTE AETHER_TOUCH_MODE_ABSOLUTE
#define DIRECT   AETHER_TOUCH_MODE_DIRECT
#define TRACKPAD AETHER_TOUCH_MODE_TRACKPAD

/* @fingers: "KIND FINGER X Y TIME, ...", where KIND is + (down), . (moved),
 * - (up), x (cancelled) or t: only the time passes */
static const struct
{
  const char      *name;
  AetherTouchMode  mode;
  const char      *fingers;
  const char      *heard;
} gestures[] = {
  { "absolute/tap", ABSOLUTE, "+ 0 50 60 0, - 0 50 60 90",
    "to 50 60; left 1; left 0; " },
  { "absolute/tap-shakes", ABSOLUTE, "+ 0 50 60 0, . 0 53 62 40, - 0 53 62 90",
    "to 50 60; left 1; left 0; " },
  { "absolute/double-tap-hits-the-same-spot", ABSOLUTE,
    "+ 0 50 60 0, - 0 50 60 90, + 0 58 52 200, - 0 58 52 280",
    "to 50 60; left 1; left 0; to 50 60; left 1; left 0; " },
  { "absolute/two-taps-far-apart", ABSOLUTE,
    "+ 0 50 60 0, - 0 50 60 90, + 0 90 60 200, - 0 90 60 280",
    "to 50 60; left 1; left 0; to 90 60; left 1; left 0; " },
  { "absolute/two-taps-late", ABSOLUTE,
    "+ 0 50 60 0, - 0 50 60 90, + 0 58 52 500, - 0 58 52 580",
    "to 50 60; left 1; left 0; to 58 52; left 1; left 0; " },
  { "absolute/drag", ABSOLUTE, "+ 0 50 60 0, . 0 70 60 40, . 0 90 80 60, - 0 90 80 90",
    "to 50 60; left 1; to 70 60; to 90 80; left 0; " },
  { "absolute/drag-cancelled", ABSOLUTE, "+ 0 50 60 0, . 0 70 60 40, x 0 70 60 60",
    "to 50 60; left 1; to 70 60; left 0; " },
  { "absolute/slow-drag-is-no-long-press", ABSOLUTE,
    "+ 0 50 60 0, . 0 70 60 400, t 0 0 0 700, . 0 90 60 800, - 0 90 60 900",
    "to 50 60; left 1; to 70 60; to 90 60; left 0; " },
  { "absolute/drag-with-another-finger", ABSOLUTE,
    "+ 0 50 60 0, . 0 70 60 40, + 1 200 200 50, . 1 210 210 60, - 1 210 210 70, . 0 90 60 80, "
    "- 0 90 60 90",
    "to 50 60; left 1; to 70 60; to 90 60; left 0; " },
  { "absolute/long-press", ABSOLUTE, "+ 0 50 60 0, t 0 0 0 499, t 0 0 0 500, - 0 50 60 900",
    "to 50 60; right 1; right 0; " },
  { "absolute/long-press-when-the-clock-was-late", ABSOLUTE, "+ 0 50 60 0, - 0 50 60 900",
    "to 50 60; right 1; right 0; " },
  { "absolute/long-press-then-moved", ABSOLUTE,
    "+ 0 50 60 0, t 0 0 0 500, . 0 90 90 600, - 0 90 90 700",
    "to 50 60; right 1; right 0; " },
  { "absolute/tap-cancelled", ABSOLUTE, "+ 0 50 60 0, x 0 50 60 90", "to 50 60; " },
  { "absolute/two-finger-tap", ABSOLUTE, "+ 0 50 60 0, + 1 90 60 30, - 0 50 60 120, - 1 90 60 150",
    "to 50 60; right 1; right 0; " },
  { "absolute/two-fingers-rest", ABSOLUTE,
    "+ 0 50 60 0, + 1 90 60 30, t 0 0 0 900, - 0 50 60 1000, - 1 90 60 1010", "to 50 60; " },
  { "absolute/wheel-down", ABSOLUTE,
    "+ 0 50 200 0, + 1 90 200 30, . 0 50 170 60, . 1 90 170 60, . 0 50 140 80, . 1 90 140 80, "
    "- 0 50 140 90, - 1 90 140 90",
    "to 50 200; wheel 0 1; wheel 0 0.5; wheel 0 0.5; " },
  { "absolute/wheel-right", ABSOLUTE,
    "+ 0 50 200 0, + 1 90 200 30, . 0 20 200 60, . 1 60 200 60, - 0 20 200 90, - 1 60 200 90",
    "to 50 200; wheel 1 0; " },
  { "absolute/wheel-then-one-finger", ABSOLUTE,
    "+ 0 50 200 0, + 1 90 200 30, . 0 50 140 60, . 1 90 140 60, - 0 50 140 90, . 1 90 10 120, "
    "- 1 90 10 200",
    "to 50 200; wheel 0 2; " },
  { "absolute/pinch", ABSOLUTE,
    "+ 0 100 100 0, + 1 200 100 30, . 0 50 100 60, . 1 250 100 80, - 0 50 100 90, - 1 250 100 90",
    "to 100 100; size 1.5 125 100; by -25 0 here; size 1.333 150 100; by 25 0 here; " },
  { "absolute/three-fingers", ABSOLUTE,
    "+ 0 100 100 0, + 1 200 100 10, + 2 150 200 20, . 0 130 100 40, . 1 230 100 40, "
    ". 2 180 200 40, - 0 130 100 90, - 1 230 100 90, - 2 180 200 90",
    "to 100 100; by 10 0 here; by 10 0 here; by 10 0 here; " },
  { "absolute/four-fingers", ABSOLUTE,
    "+ 0 100 100 0, + 1 200 100 10, + 2 150 200 20, + 3 170 220 25, . 0 103 100 40, - 0 0 0 50, "
    "- 1 0 0 50, - 2 0 0 50, - 3 0 0 50",
    "to 100 100; by 0.75 0 here; " },

  { "trackpad/move", TRACKPAD, "+ 0 50 60 0, . 0 60 60 100, . 0 70 60 200, - 0 70 60 210",
    "by 8.4 0; by 8.4 0; " },
  { "trackpad/fast-is-further", TRACKPAD, "+ 0 50 60 0, . 0 60 60 100, . 0 160 60 120, - 0 160 60 130",
    "by 8.4 0; by 350 0; " },
  { "trackpad/tap", TRACKPAD, "+ 0 50 60 0, - 0 50 60 90, t 0 0 0 269, t 0 0 0 270",
    "left 1; left 0; " },
  { "trackpad/double-tap", TRACKPAD,
    "+ 0 50 60 0, - 0 50 60 90, + 0 55 60 150, - 0 55 60 220, t 0 0 0 500",
    "left 1; left 0; left 1; left 0; " },
  { "trackpad/tap-and-drag", TRACKPAD,
    "+ 0 50 60 0, - 0 50 60 90, + 0 50 60 150, . 0 60 60 250, . 0 70 60 350, - 0 70 60 400",
    "left 1; by 8.4 0; by 8.4 0; left 0; " },
  { "trackpad/tap-late-drag", TRACKPAD,
    "+ 0 50 60 0, - 0 50 60 90, + 0 50 60 400, . 0 60 60 500, - 0 60 60 510",
    "left 1; left 0; by 8.4 0; " },
  { "trackpad/rest", TRACKPAD, "+ 0 50 60 0, t 0 0 0 2000, - 0 50 60 2100", "" },
  { "trackpad/two-finger-tap", TRACKPAD, "+ 0 50 60 0, + 1 90 60 30, - 1 90 60 120, - 0 50 60 150",
    "right 1; right 0; " },
  { "trackpad/wheel-after-moving", TRACKPAD,
    "+ 0 50 200 0, . 0 60 200 100, + 1 90 200 130, . 0 60 140 160, . 1 90 140 170, - 0 0 0 180, "
    "- 1 0 0 180",
    "by 8.4 0; wheel 0 2; " },
  { "trackpad/drag-with-another-finger", TRACKPAD,
    "+ 0 50 60 0, - 0 50 60 90, + 0 50 60 150, . 0 60 60 250, + 1 200 60 260, . 1 230 60 270, "
    ". 0 70 60 350, - 0 70 60 400, - 1 230 60 410",
    "left 1; by 8.4 0; by 8.4 0; left 0; " },

  { "direct/two-fingers", DIRECT,
    "+ 0 50 60 0, + 3 90 60 30, . 0 51 61 40, - 0 51 61 50, x 3 90 60 60",
    "finger 0 0 50 60; finger 0 3 90 60; finger 1 0 51 61; finger 2 0 51 61; finger 3 3 90 60; " },
  { "direct/never-began", DIRECT, ". 0 50 60 0, - 0 50 60 10, + 10 1 1 20, + 11 1 1 30", "" },
  { "direct/began-twice", DIRECT, "+ 0 50 60 0, + 0 70 80 10, - 0 50 60 20, - 0 50 60 30",
    "finger 0 0 50 60; finger 2 0 50 60; " },
};

static void
say (GString *heard, const AetherTouchAction *action)
{
  static const char * const buttons[] = { "left", "middle", "right" };

  switch (action->kind)
    {
    case AETHER_TOUCH_FINGER:
      g_string_append_printf (heard, "finger %u %u %.4g %.4g; ", action->touch, action->finger,
                              action->x, action->y);
      break;
    case AETHER_TOUCH_POINT:
      g_string_append_printf (heard, "to %.4g %.4g; ", action->x, action->y);
      break;
    case AETHER_TOUCH_MOVE:
      g_string_append_printf (heard, "by %.4g %.4g; ", action->x, action->y);
      break;
    case AETHER_TOUCH_BUTTON:
      g_string_append_printf (heard, "%s %d; ", buttons[action->button], action->down);
      break;
    case AETHER_TOUCH_SCROLL:
      g_string_append_printf (heard, "wheel %.4g %.4g; ", action->x + 0.0, action->y + 0.0);
      break;
    case AETHER_TOUCH_MAGNIFY:
      g_string_append_printf (heard, "size %.4g %.4g %.4g; ", action->factor, action->x, action->y);
      break;
    case AETHER_TOUCH_PAN:
    default:
      g_string_append_printf (heard, "by %.4g %.4g here; ", action->x, action->y);
    }
}

static void
play (AetherTouchMap *map, const char *fingers, GArray *actions)
{
  g_auto(GStrv) steps = g_strsplit (fingers, ", ", -1);

  for (char **step = steps; *step; step++)
    {
      AetherTouchEvent event;
      gint64 deadline = aether_touch_map_get_deadline (map);
      int finger, time;
      char kind;

      g_assert_cmpint (sscanf (*step, "%c %d %lf %lf %d", &kind, &finger, &event.x, &event.y, &time),
                       ==, 5);
      event.finger = finger;
      event.time = time;
      switch (kind)
        {
        case '+': event.kind = AETHER_TOUCH_BEGIN; break;
        case '.': event.kind = AETHER_TOUCH_UPDATE; break;
        case '-': event.kind = AETHER_TOUCH_END; break;
        case 'x': event.kind = AETHER_TOUCH_CANCEL; break;
        default:
          if (deadline >= 0 && time < deadline)
            {
              guint before = actions->len;

              aether_touch_map_advance (map, time, actions);
              g_assert_cmpuint (actions->len, ==, before);
            }
          else
            {
              aether_touch_map_advance (map, time, actions);
            }
          continue;
        }
      aether_touch_map_event (map, &event, actions);
    }
}

static void
test_gesture (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr(AetherTouchMap) map = aether_touch_map_new (gestures[i].mode);
  g_autoptr(GArray) actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));
  g_autoptr(GString) heard = g_string_new (NULL);

  play (map, gestures[i].fingers, actions);
  for (guint n = 0; n < actions->len; n++)
    say (heard, &g_array_index (actions, AetherTouchAction, n));
  g_assert_cmpstr (heard->str, ==, gestures[i].heard);
  g_assert_cmpint (aether_touch_map_get_deadline (map), ==, -1);
}

static void
test_cancel (void)
{
  g_autoptr(AetherTouchMap) map = aether_touch_map_new (ABSOLUTE);
  g_autoptr(GArray) actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));
  g_autoptr(GString) heard = g_string_new (NULL);

  play (map, "+ 0 50 60 0, . 0 70 60 40", actions);
  aether_touch_map_set_mode (map, DIRECT, actions);
  play (map, "+ 1 5 6 100, + 2 7 8 110", actions);
  aether_touch_map_cancel (map, actions);
  aether_touch_map_cancel (map, actions);
  for (guint n = 0; n < actions->len; n++)
    say (heard, &g_array_index (actions, AetherTouchAction, n));
  g_assert_cmpstr (heard->str, ==, "to 50 60; left 1; to 70 60; left 0; finger 0 1 5 6; "
                   "finger 0 2 7 8; finger 3 1 5 6; finger 3 2 7 8; ");
}

/* Whatever fingers do: what is pressed is released when all are gone. */
static void
test_nothing_stays (void)
{
  g_autoptr(GArray) actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr(AetherTouchMap) map = aether_touch_map_new (AETHER_TOUCH_MODE_DIRECT + round % 3);
      gboolean buttons[AETHER_N_BUTTONS] = { FALSE };
      gboolean fingers[AETHER_N_TOUCHES] = { FALSE };
      gint64 time = 0;

      g_array_set_size (actions, 0);
      for (guint i = 0; i < 200; i++)
        {
          AetherTouchEvent event = {
            .kind = g_test_rand_int_range (0, 4),
            .finger = g_test_rand_int_range (0, 5),
            .x = g_test_rand_double_range (-50, 500),
            .y = g_test_rand_double_range (-50, 500),
            .time = time += g_test_rand_int_range (0, 200),
          };

          aether_touch_map_event (map, &event, actions);
        }
      for (guint finger = 0; finger < AETHER_N_TOUCHES; finger++)
        aether_touch_map_event (map, &(AetherTouchEvent) { AETHER_TOUCH_END, finger, 1, 1, time },
                                actions);
      aether_touch_map_advance (map, time + 1000, actions);

      for (guint i = 0; i < actions->len; i++)
        {
          const AetherTouchAction *action = &g_array_index (actions, AetherTouchAction, i);

          if (action->kind == AETHER_TOUCH_BUTTON)
            {
              g_assert_cmpint (buttons[action->button], !=, action->down);
              buttons[action->button] = action->down;
            }
          else if (action->kind == AETHER_TOUCH_FINGER)
            {
              fingers[action->finger] = action->touch < AETHER_TOUCH_END;
            }
        }
      for (guint i = 0; i < AETHER_N_BUTTONS; i++)
        g_assert_false (buttons[i]);
      for (guint i = 0; i < AETHER_N_TOUCHES; i++)
        g_assert_false (fingers[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (gestures); i++)
    {
      g_autofree char *path = g_strconcat ("/aether/touch-map/", gestures[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_gesture);
    }
  g_test_add_func ("/aether/touch-map/cancel", test_cancel);
  g_test_add_func ("/aether/touch-map/nothing-stays", test_nothing_stays);

  return g_test_run ();
}
