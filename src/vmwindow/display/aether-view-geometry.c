/* aether-view-geometry.c - where a picture lies in a widget, at any scale
 *
 * All in whole pixels of the screen: a picture that begins between two is
 * blurred, or has seams where its tiles meet.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-geometry.h"

#include <math.h>

/* A picture almost at an integer scale is shown at it, crisp. */
#define SNAP_TO_INTEGER 0.06

/* Scales come as multiples of 1/120 and positions as sums of them. */
#define ROUNDING 0.001

#define EDGE 24.0        /* coordinates from the edge on which the picture moves */
#define EDGE_SPEED 24.0  /* coordinates a frame, at the very edge */

/* What guests can be asked for */
#define WISH_MIN_WIDTH 320
#define WISH_MIN_HEIGHT 200
#define WISH_MAX 16384

G_DEFINE_ENUM_TYPE (AetherViewScaling, aether_view_scaling,
                    G_DEFINE_ENUM_VALUE (AETHER_VIEW_SCALING_FIT, "fit"),
                    G_DEFINE_ENUM_VALUE (AETHER_VIEW_SCALING_INTEGER, "integer"),
                    G_DEFINE_ENUM_VALUE (AETHER_VIEW_SCALING_PIXELS, "pixels"))

G_DEFINE_ENUM_TYPE (AetherViewFilter, aether_view_filter,
                    G_DEFINE_ENUM_VALUE (AETHER_VIEW_FILTER_AUTOMATIC, "automatic"),
                    G_DEFINE_ENUM_VALUE (AETHER_VIEW_FILTER_NEAREST, "nearest"),
                    G_DEFINE_ENUM_VALUE (AETHER_VIEW_FILTER_LINEAR, "linear"))

/* The whole pixels between two coordinates of the surface. */
static double
whole_pixels (double origin, double size, double device, double *first)
{
  *first = ceil (origin * device - ROUNDING);
  return MAX (floor ((origin + size) * device + ROUNDING) - *first, 1);
}

static double
choose_zoom (const AetherViewGeometry *self, double screen_width, double screen_height)
{
  double fit = MIN (screen_width / self->width, screen_height / self->height);
  double whole = floor (fit);
  double zoom = 1;

  switch (self->scaling)
    {
    case AETHER_VIEW_SCALING_INTEGER:
      zoom = MAX (whole, 1);
      break;
    case AETHER_VIEW_SCALING_PIXELS:
      break;
    case AETHER_VIEW_SCALING_FIT:
    default:
      zoom = whole >= 1 && fit - whole <= whole * SNAP_TO_INTEGER ? whole : fit;
      break;
    }

  return zoom * CLAMP (self->magnify, 1, AETHER_VIEW_MAX_MAGNIFY);
}

/* Returns: pixels of the screen from the viewport's first one to the picture's */
static double
place_along (double screen, double picture, double pan)
{
  if (picture <= screen + ROUNDING)
    return floor ((screen - picture) / 2 + ROUNDING);

  return -CLAMP (round (pan), 0, ceil (picture - screen - ROUNDING));
}

/**
 * aether_view_geometry_place:
 * @place: (out caller-allocates):
 *
 * In the middle where there is room, panned where there is not.
 */
void
aether_view_geometry_place (const AetherViewGeometry *self, AetherViewPlace *place)
{
  double left, top;
  double screen_width = whole_pixels (self->origin_x, self->widget_width, self->device, &left);
  double screen_height = whole_pixels (self->origin_y, self->widget_height, self->device, &top);
  double zoom = choose_zoom (self, screen_width, screen_height);
  double width = self->width * zoom;
  double height = self->height * zoom;

  place->zoom = zoom;
  place->device = self->device;
  place->x = left - self->origin_x * self->device +
             place_along (screen_width, width, self->pan_x * self->device);
  place->y = top - self->origin_y * self->device +
             place_along (screen_height, height, self->pan_y * self->device);

  /* What fits into the whole pixels leaves nothing to pan, nor does a rest of one. */
  place->content_width = width <= screen_width + ROUNDING
                           ? self->widget_width
                           : self->widget_width + (width - screen_width) / self->device;
  place->content_height = height <= screen_height + ROUNDING
                            ? self->widget_height
                            : self->widget_height + (height - screen_height) / self->device;
}

/**
 * aether_view_place_to_picture:
 * @x: coordinates of the widget
 * @picture_x: (out): pixels, which may lie outside of the picture
 */
void
aether_view_place_to_picture (const AetherViewPlace *place, double x, double y,
                              double *picture_x, double *picture_y)
{
  *picture_x = (x * place->device - place->x) / place->zoom;
  *picture_y = (y * place->device - place->y) / place->zoom;
}

void
aether_view_place_from_picture (const AetherViewPlace *place, double picture_x, double picture_y,
                                double *x, double *y)
{
  *x = (place->x + picture_x * place->zoom) / place->device;
  *y = (place->y + picture_y * place->zoom) / place->device;
}

/**
 * aether_view_geometry_get_wish:
 *
 * The picture that would fill the widget, a pixel of it for one of the screen.
 * Even numbers: modes with odd ones are rounded by guests, and would never fit.
 */
void
aether_view_geometry_get_wish (const AetherViewGeometry *self, guint *width, guint *height)
{
  double unused;
  guint screen_width = whole_pixels (self->origin_x, self->widget_width, self->device, &unused);
  guint screen_height = whole_pixels (self->origin_y, self->widget_height, self->device, &unused);

  *width = CLAMP (screen_width, WISH_MIN_WIDTH, WISH_MAX) & ~1u;
  *height = CLAMP (screen_height, WISH_MIN_HEIGHT, WISH_MAX) & ~1u;
}

double
aether_view_edge_speed (double position, double size)
{
  double edge = MIN (EDGE, size / 4);

  if (position < edge)
    return -EDGE_SPEED * MIN ((edge - position) / edge, 1);
  if (position > size - edge)
    return EDGE_SPEED * MIN ((position - (size - edge)) / edge, 1);

  return 0;
}
