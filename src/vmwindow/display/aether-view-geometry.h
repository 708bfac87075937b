/* aether-view-geometry.h - where a picture lies in a widget, at any scale
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  AETHER_VIEW_SCALING_FIT,      /* as large as it goes, the whole picture */
  AETHER_VIEW_SCALING_INTEGER,  /* as large as it goes at a whole multiple, never smaller than 1 */
  AETHER_VIEW_SCALING_PIXELS,   /* a pixel of the picture is one of the screen */
} AetherViewScaling;

typedef enum
{
  AETHER_VIEW_FILTER_AUTOMATIC, /* sharp at a whole multiple, smooth between */
  AETHER_VIEW_FILTER_NEAREST,
  AETHER_VIEW_FILTER_LINEAR,
} AetherViewFilter;

#define AETHER_TYPE_VIEW_SCALING (aether_view_scaling_get_type ())
#define AETHER_TYPE_VIEW_FILTER (aether_view_filter_get_type ())

GType aether_view_scaling_get_type (void);
GType aether_view_filter_get_type  (void);

#define AETHER_VIEW_MAX_MAGNIFY 8.0

/**
 * AetherViewGeometry:
 * @origin_x: of the widget in its surface, in the widget's coordinates: at a
 *   scale of 1.25 it is seldom a whole pixel of the screen
 * @device: pixels of the screen per coordinate, as 1.25
 * @width: of the picture, in pixels; not 0
 * @magnify: on top of the scaling, from 1; of a pinch
 * @pan_x: coordinates of the picture that lie left of the widget
 */
typedef struct
{
  AetherViewScaling scaling;
  double            widget_width;
  double            widget_height;
  double            origin_x;
  double            origin_y;
  double            device;
  guint             width;
  guint             height;
  double            magnify;
  double            pan_x;
  double            pan_y;
} AetherViewGeometry;

/**
 * AetherViewPlace:
 * @x: pixels of the screen from the widget's corner to the picture's. Where
 *   the widget begins between two pixels, this has the rest of one.
 * @zoom: pixels of the screen per pixel of the picture
 * @content_width: coordinates the whole picture takes; what of it is wider
 *   than the widget can be panned
 */
typedef struct
{
  double x;
  double y;
  double zoom;
  double device;
  double content_width;
  double content_height;
} AetherViewPlace;

void     aether_view_geometry_place     (const AetherViewGeometry *self,
                                         AetherViewPlace          *place);
void     aether_view_place_to_picture   (const AetherViewPlace    *place,
                                         double                    x,
                                         double                    y,
                                         double                   *picture_x,
                                         double                   *picture_y);
void     aether_view_place_from_picture (const AetherViewPlace    *place,
                                         double                    picture_x,
                                         double                    picture_y,
                                         double                   *x,
                                         double                   *y);
void     aether_view_geometry_get_wish  (const AetherViewGeometry *self,
                                         guint                    *width,
                                         guint                    *height);
/* How far to pan in one step when the pointer is this near to an edge; 0: not at all */
double   aether_view_edge_speed         (double                    position,
                                         double                    size);

G_END_DECLS
