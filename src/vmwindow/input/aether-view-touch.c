/* aether-view-touch.c - fingers on a view: GDK's events and the clock for AetherTouchMap
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-touch.h"

struct _AetherViewTouch
{
  AetherTouchMap      *map;
  GArray              *actions;
  AetherViewTouchFunc  func;
  gpointer             user_data;

  GdkEventSequence    *fingers[AETHER_N_TOUCHES];   /* NULL: free; compared only */
  guint                timeout;
};

/* The map's clock. GDK's times are of the server, and only roughly this. */
static gint64
now (void)
{
  return g_get_monotonic_time () / 1000;
}

AetherViewTouch *
aether_view_touch_new (AetherViewTouchFunc func, gpointer user_data)
{
  AetherViewTouch *self = g_new0 (AetherViewTouch, 1);

  self->map = aether_touch_map_new (AETHER_TOUCH_MODE_ABSOLUTE);
  self->actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));
  self->func = func;
  self->user_data = user_data;

  return self;
}

void
aether_view_touch_free (AetherViewTouch *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_array_unref (self->actions);
  aether_touch_map_free (self->map);
  g_free (self);
}

static gboolean timeout_cb (gpointer user_data);

static void
deliver (AetherViewTouch *self)
{
  gint64 deadline = aether_touch_map_get_deadline (self->map);

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (deadline >= 0)
    self->timeout = g_timeout_add (CLAMP (deadline - now (), 0, 10000), timeout_cb, self);

  for (guint i = 0; i < self->actions->len; i++)
    self->func (&g_array_index (self->actions, AetherTouchAction, i), self->user_data);
  g_array_set_size (self->actions, 0);
}

static gboolean
timeout_cb (gpointer user_data)
{
  AetherViewTouch *self = user_data;

  self->timeout = 0;
  aether_touch_map_advance (self->map, now (), self->actions);
  deliver (self);

  return G_SOURCE_REMOVE;
}

/* Returns: the finger's number; AETHER_N_TOUCHES: there are too many */
static guint
find_finger (AetherViewTouch *self, GdkEventSequence *sequence)
{
  guint finger = 0;

  while (finger < AETHER_N_TOUCHES && self->fingers[finger] != sequence)
    finger++;

  return finger;
}

void
aether_view_touch_event (AetherViewTouch *self, GdkEvent *event, double x, double y)
{
  GdkEventSequence *sequence = gdk_event_get_event_sequence (event);
  AetherTouchEvent touch = { .x = x, .y = y, .time = now () };

  touch.finger = find_finger (self, sequence);
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_TOUCH_BEGIN:
      touch.kind = AETHER_TOUCH_BEGIN;
      if (touch.finger == AETHER_N_TOUCHES)
        touch.finger = find_finger (self, NULL);
      break;
    case GDK_TOUCH_UPDATE: touch.kind = AETHER_TOUCH_UPDATE; break;
    case GDK_TOUCH_END:    touch.kind = AETHER_TOUCH_END; break;
    case GDK_TOUCH_CANCEL: touch.kind = AETHER_TOUCH_CANCEL; break;
    default:               return;
    }
  if (touch.finger == AETHER_N_TOUCHES)
    return;

  self->fingers[touch.finger] =
    touch.kind == AETHER_TOUCH_BEGIN || touch.kind == AETHER_TOUCH_UPDATE ? sequence : NULL;
  aether_touch_map_event (self->map, &touch, self->actions);
  deliver (self);
}

void
aether_view_touch_set_mode (AetherViewTouch *self, AetherTouchMode mode)
{
  aether_touch_map_set_mode (self->map, mode, self->actions);
  deliver (self);
}

void
aether_view_touch_cancel (AetherViewTouch *self)
{
  memset (self->fingers, 0, sizeof self->fingers);
  aether_touch_map_cancel (self->map, self->actions);
  deliver (self);
}
