/* aether-view-pen.c - a pen on a view: GDK's events for AetherPenMap
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-pen.h"

/* A pen in the hand is never still. That it went is not told when it went
 * beside the view. */
#define STILL_MS 1000

struct _AetherViewPen
{
  AetherPenMap         map;
  GArray              *actions;
  AetherViewTouchFunc  func;
  gpointer             user_data;
  gint64               last;   /* event */
};

AetherViewPen *
aether_view_pen_new (AetherViewTouchFunc func, gpointer user_data)
{
  AetherViewPen *self = g_new0 (AetherViewPen, 1);

  self->actions = g_array_new (FALSE, FALSE, sizeof (AetherTouchAction));
  self->func = func;
  self->user_data = user_data;

  return self;
}

void
aether_view_pen_free (AetherViewPen *self)
{
  g_array_unref (self->actions);
  g_free (self);
}

gboolean
aether_view_pen_takes (GdkEvent *event)
{
  GdkDeviceTool *tool = gdk_event_get_device_tool (event);
  GdkDeviceToolType type = tool ? gdk_device_tool_get_tool_type (tool) : GDK_DEVICE_TOOL_TYPE_MOUSE;

  return type != GDK_DEVICE_TOOL_TYPE_MOUSE && type != GDK_DEVICE_TOOL_TYPE_LENS;
}

static void
deliver (AetherViewPen *self)
{
  for (guint i = 0; i < self->actions->len; i++)
    self->func (&g_array_index (self->actions, AetherTouchAction, i), self->user_data);
  g_array_set_size (self->actions, 0);
}

void
aether_view_pen_event (AetherViewPen *self, GdkEvent *event, double x, double y)
{
  GdkDeviceTool *tool = gdk_event_get_device_tool (event);
  AetherPenEvent pen = { .x = x, .y = y };

  pen.eraser = gdk_device_tool_get_tool_type (tool) == GDK_DEVICE_TOOL_TYPE_ERASER;
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_PROXIMITY_IN:  pen.kind = AETHER_PEN_NEAR; break;
    case GDK_PROXIMITY_OUT: pen.kind = AETHER_PEN_AWAY; break;
    case GDK_MOTION_NOTIFY: pen.kind = AETHER_PEN_MOVE; break;
    case GDK_BUTTON_PRESS:
    case GDK_BUTTON_RELEASE:
      pen.kind = gdk_event_get_event_type (event) == GDK_BUTTON_PRESS ? AETHER_PEN_DOWN : AETHER_PEN_UP;
      pen.button = gdk_button_event_get_button (event);
      break;
    default: return;
    }

  self->last = g_get_monotonic_time ();
  aether_pen_map_event (&self->map, &pen, self->actions);
  deliver (self);
}

void
aether_view_pen_cancel (AetherViewPen *self)
{
  aether_pen_map_cancel (&self->map, self->actions);
  deliver (self);
}

gboolean
aether_view_pen_is_near (AetherViewPen *self)
{
  return aether_pen_map_is_near (&self->map) && g_get_monotonic_time () - self->last < STILL_MS * 1000;
}
