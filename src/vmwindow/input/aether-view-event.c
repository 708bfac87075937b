/* aether-view-event.c - what GDK's events of a pointer say, in coordinates of a view
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-event.h"

/* Touchpads scroll in pixels of the surface; so many are a click of a wheel. */
#define SURFACE_UNITS_PER_STEP 15.0

gboolean
aether_view_event_get_position (GdkEvent *event, GtkWidget *view, double *x, double *y)
{
  GtkNative *native = gtk_widget_get_native (view);
  graphene_point_t point;
  double surface_x, surface_y, native_x, native_y;

  if (native == NULL || !gdk_event_get_position (event, &surface_x, &surface_y))
    return FALSE;

  gtk_native_get_surface_transform (native, &native_x, &native_y);
  if (!gtk_widget_compute_point (GTK_WIDGET (native), view,
                                 &GRAPHENE_POINT_INIT (surface_x - native_x, surface_y - native_y),
                                 &point))
    return FALSE;

  *x = point.x;
  *y = point.y;
  return TRUE;
}

void
aether_view_event_get_scroll (GdkEvent *event, double *steps_x, double *steps_y)
{
  *steps_x = *steps_y = 0;
  switch (gdk_scroll_event_get_direction (event))
    {
    case GDK_SCROLL_UP:    *steps_y = -1; break;
    case GDK_SCROLL_DOWN:  *steps_y = 1; break;
    case GDK_SCROLL_LEFT:  *steps_x = -1; break;
    case GDK_SCROLL_RIGHT: *steps_x = 1; break;
    case GDK_SCROLL_SMOOTH:
    default:
      gdk_scroll_event_get_deltas (event, steps_x, steps_y);
      if (gdk_scroll_event_get_unit (event) == GDK_SCROLL_UNIT_SURFACE)
        {
          *steps_x /= SURFACE_UNITS_PER_STEP;
          *steps_y /= SURFACE_UNITS_PER_STEP;
        }
    }
}
