/* aether-display-view.c - shows a machine's picture and takes its input
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-display-view.h"

#include <glib/gi18n.h>

#include "aether-guest-cursor.h"
#include "aether-view-wish.h"

struct _AetherDisplayView
{
  GtkWidget          parent_instance;

  AetherFramebuffer *framebuffer;   /* (nullable) */
  AetherInputSink   *sink;          /* (nullable) */
  AetherTiles       *tiles;
  GdkTexture        *substitute;    /* (nullable): shown while tiles are empty */
  AetherViewInput   *input;
  double             cursor_scale;   /* coordinates per pixel of the picture */
  guint              tick;

  AetherViewScaling  scaling;
  AetherViewFilter   filter;
  double             magnify;
  GtkAdjustment     *adjustments[2];   /* by GtkOrientation */
  double             pointer[2];
  guint              edge_tick;

  AetherViewWish    *wish;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherDisplayView, aether_display_view, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

enum { BROKEN, N_SIGNALS };
static guint signals[N_SIGNALS];

enum
{
  PROP_0,
  PROP_SCALING,
  PROP_FILTER,
  PROP_RESIZES_GUEST,
  N_PROPS,

  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};
static GParamSpec *props[N_PROPS];

static GdkSurface *
get_surface (AetherDisplayView *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));

  return native ? gtk_native_get_surface (native) : NULL;
}

static double
device_scale (AetherDisplayView *self)
{
  GdkSurface *surface = get_surface (self);

  return surface ? gdk_surface_get_scale (surface) : 1;
}

static double
get_pan (AetherDisplayView *self, GtkOrientation orientation)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  return adjustment ? gtk_adjustment_get_value (adjustment) : 0;
}

/* Returns: %FALSE while there is no room, or no picture: then @geometry has
 * one of a single pixel */
static gboolean
get_geometry (AetherDisplayView *self, AetherViewGeometry *geometry)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkNative *native = gtk_widget_get_native (widget);
  graphene_point_t origin = GRAPHENE_POINT_INIT_ZERO;
  double surface_x = 0, surface_y = 0;

  if (native && gtk_widget_compute_point (widget, GTK_WIDGET (native), &origin, &origin))
    gtk_native_get_surface_transform (native, &surface_x, &surface_y);

  *geometry = (AetherViewGeometry) {
    .scaling = self->scaling,
    .widget_width = gtk_widget_get_width (widget),
    .widget_height = gtk_widget_get_height (widget),
    .origin_x = origin.x + surface_x,
    .origin_y = origin.y + surface_y,
    .device = device_scale (self),
    .width = MAX (aether_tiles_get_width (self->tiles), 1),
    .height = MAX (aether_tiles_get_height (self->tiles), 1),
    .magnify = self->magnify,
    .pan_x = get_pan (self, GTK_ORIENTATION_HORIZONTAL),
    .pan_y = get_pan (self, GTK_ORIENTATION_VERTICAL),
  };

  return aether_tiles_get_width (self->tiles) > 0 &&
         geometry->widget_width >= 1 && geometry->widget_height >= 1;
}

static gboolean
get_place (AetherDisplayView *self, AetherViewPlace *place)
{
  AetherViewGeometry geometry;

  if (!get_geometry (self, &geometry))
    return FALSE;

  aether_view_geometry_place (&geometry, place);
  return TRUE;
}

static void
wish_geometry (GtkWidget *widget, AetherViewGeometry *geometry)
{
  get_geometry (AETHER_DISPLAY_VIEW (widget), geometry);
}

static gboolean
map_to_picture (GtkWidget *widget, double x, double y, double *picture_x, double *picture_y,
                guint *width, guint *height)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);
  AetherViewPlace place;

  if (!get_place (self, &place))
    return FALSE;

  aether_view_place_to_picture (&place, x, y, picture_x, picture_y);
  *width = aether_tiles_get_width (self->tiles);
  *height = aether_tiles_get_height (self->tiles);

  return TRUE;
}

/* What is wider than the widget can be panned, by bars or by the edges. */

static void
configure_adjustment (AetherDisplayView *self, GtkOrientation orientation, double content,
                      double page)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];

  if (adjustment)
    gtk_adjustment_configure (adjustment, gtk_adjustment_get_value (adjustment), 0, content,
                              page / 10, page * 0.9, page);
}

/* The pointer of a machine that runs, as large as its picture is shown. While
 * the pointer is held, the machine paints its own. */
static void
cursor_changed (AetherDisplayView *self)
{
  g_autoptr(GdkTexture) texture = NULL;
  g_autoptr(GdkCursor) cursor = NULL;
  AetherViewPlace place;
  gboolean visible = TRUE;
  int hot_x = 0, hot_y = 0;

  if (self->framebuffer)
    texture = aether_framebuffer_dup_cursor (self->framebuffer, &hot_x, &hot_y, &visible);

  self->cursor_scale = get_place (self, &place) ? place.zoom / place.device : 1;
  if (aether_view_input_get_locked (self->input) || (texture && !visible))
    cursor = gdk_cursor_new_from_name ("none", NULL);
  else if (self->framebuffer && self->sink)
    cursor = aether_guest_cursor_new (texture, hot_x, hot_y, self->cursor_scale);

  gtk_widget_set_cursor (GTK_WIDGET (self), cursor);
}

static void
scale_cursor (AetherDisplayView *self)
{
  AetherViewPlace place;

  if (get_place (self, &place) && place.zoom / place.device != self->cursor_scale)
    cursor_changed (self);
}

static void
configure_adjustments (AetherDisplayView *self)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  AetherViewPlace place = { .content_width = width, .content_height = height };

  get_place (self, &place);
  configure_adjustment (self, GTK_ORIENTATION_HORIZONTAL, place.content_width, width);
  configure_adjustment (self, GTK_ORIENTATION_VERTICAL, place.content_height, height);
  scale_cursor (self);
}

static void
set_adjustment (AetherDisplayView *self, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  if (self->adjustments[orientation])
    g_signal_handlers_disconnect_by_data (self->adjustments[orientation], self);

  g_set_object (&self->adjustments[orientation], adjustment);
  if (adjustment)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_draw),
                             self, G_CONNECT_SWAPPED);
  configure_adjustments (self);
}

static gboolean
pan_along (AetherDisplayView *self, GtkOrientation orientation, double step)
{
  GtkAdjustment *adjustment = self->adjustments[orientation];
  double before = get_pan (self, orientation);

  if (adjustment == NULL || step == 0)
    return FALSE;

  gtk_adjustment_set_value (adjustment, before + step);
  return get_pan (self, orientation) != before;
}

/**
 * aether_display_view_pan_by:
 * @dx: coordinates; to the right of the picture
 *
 * Returns: whether there was more of the picture to see
 */
gboolean
aether_display_view_pan_by (AetherDisplayView *self, double dx, double dy)
{
  gboolean moved = pan_along (self, GTK_ORIENTATION_HORIZONTAL, dx);

  return pan_along (self, GTK_ORIENTATION_VERTICAL, dy) || moved;
}

/**
 * aether_display_view_magnify:
 * @factor: as 1.1, on top of what it is; never smaller than the scaling says
 *
 * What lies at @x, @y stays there, as between two fingers.
 */
void
aether_display_view_magnify (AetherDisplayView *self, double factor, double x, double y)
{
  double magnify = CLAMP (self->magnify * factor, 1, AETHER_VIEW_MAX_MAGNIFY);
  AetherViewPlace place;
  double picture_x, picture_y, moved_x, moved_y;

  if (magnify == self->magnify || !get_place (self, &place))
    return;

  aether_view_place_to_picture (&place, x, y, &picture_x, &picture_y);
  self->magnify = magnify;
  configure_adjustments (self);
  get_place (self, &place);
  aether_view_place_from_picture (&place, picture_x, picture_y, &moved_x, &moved_y);
  aether_display_view_pan_by (self, moved_x - x, moved_y - y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
edge_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);
  double *pointer = self->pointer;

  if (aether_display_view_pan_by (self,
                                  aether_view_edge_speed (pointer[0], gtk_widget_get_width (widget)),
                                  aether_view_edge_speed (pointer[1], gtk_widget_get_height (widget))))
    {
      /* The pointer stands still, and what is under it moves. */
      aether_view_input_pointer (self->input, pointer[0], pointer[1]);
      return G_SOURCE_CONTINUE;
    }

  self->edge_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
stop_edge (AetherDisplayView *self)
{
  if (self->edge_tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->edge_tick);
  self->edge_tick = 0;
}

static void
pointer_moved (AetherDisplayView *self, double x, double y)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->pointer[0] = x;
  self->pointer[1] = y;
  if (self->edge_tick == 0 &&
      (aether_view_edge_speed (x, gtk_widget_get_width (widget)) != 0 ||
       aether_view_edge_speed (y, gtk_widget_get_height (widget)) != 0))
    self->edge_tick = gtk_widget_add_tick_callback (widget, edge_cb, NULL, NULL);
}

/* Returns: whether there was damage, or there is some left to look at */
static gboolean
read_frame (AetherDisplayView *self)
{
  guint old_width = aether_tiles_get_width (self->tiles);
  guint old_height = aether_tiles_get_height (self->tiles);
  gboolean damaged;
  AetherFrame frame;

  aether_framebuffer_begin_read (self->framebuffer, &frame);
  damaged = !cairo_region_is_empty (frame.damage);
  if (aether_tiles_update (self->tiles, &frame))
    {
      g_clear_object (&self->substitute);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }

  if (aether_tiles_get_width (self->tiles) != old_width ||
      aether_tiles_get_height (self->tiles) != old_height)
    {
      configure_adjustments (self);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }

  if (!aether_framebuffer_end_read (self->framebuffer, &frame))
    {
      g_signal_emit (self, signals[BROKEN], 0);
      return FALSE;
    }

  return damaged || aether_tiles_is_behind (self->tiles);
}

/* Runs while there is damage at every frame, and once more: a machine that
 * paints keeps it, and one that does not lets the frame clock sleep. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);
  gboolean more = self->framebuffer && read_frame (self);

  if (self->framebuffer)
    aether_framebuffer_set_polled (self->framebuffer, more);
  if (more)
    return G_SOURCE_CONTINUE;

  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
damaged (AetherDisplayView *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

/**
 * aether_display_view_set_framebuffer:
 * @framebuffer: (nullable): %NULL: keep showing the last picture
 */
void
aether_display_view_set_framebuffer (AetherDisplayView *self, AetherFramebuffer *framebuffer)
{
  if (self->framebuffer == framebuffer)
    return;

  if (self->framebuffer)
    {
      g_signal_handlers_disconnect_by_data (self->framebuffer, self);
      aether_framebuffer_set_polled (self->framebuffer, FALSE);
    }

  g_set_object (&self->framebuffer, framebuffer);
  cursor_changed (self);
  if (framebuffer == NULL)
    return;

  g_signal_connect_object (framebuffer, "damaged", G_CALLBACK (damaged), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (framebuffer, "cursor-changed", G_CALLBACK (cursor_changed), self,
                           G_CONNECT_SWAPPED);

  /* What was read by another view before is new to this one. */
  aether_framebuffer_damage (framebuffer, 0, 0, G_MAXINT, G_MAXINT);
  damaged (self);
}

/**
 * aether_display_view_set_sink:
 * @sink: (nullable): where input goes; %NULL: nowhere
 */
void
aether_display_view_set_sink (AetherDisplayView *self, AetherInputSink *sink)
{
  if (self->sink == sink)
    return;

  aether_view_input_set_sink (self->input, sink);
  g_set_object (&self->sink, sink);
  cursor_changed (self);
  aether_view_wish_set_sink (self->wish, sink);
}

/**
 * aether_display_view_get_input:
 *
 * Returns: (transfer none): where the view's keys, pointer and fingers go through
 */
AetherViewInput *
aether_display_view_get_input (AetherDisplayView *self)
{
  return self->input;
}

/**
 * aether_display_view_set_substitute:
 * @picture: (nullable): for as long as no frame has come
 */
void
aether_display_view_set_substitute (AetherDisplayView *self, GdkTexture *picture)
{
  if (aether_tiles_get_width (self->tiles) == 0 && g_set_object (&self->substitute, picture))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * aether_display_view_has_picture:
 *
 * Returns: whether it shows anything but black
 */
gboolean
aether_display_view_has_picture (AetherDisplayView *self)
{
  return self->substitute || aether_tiles_get_width (self->tiles) > 0;
}

static void
aether_display_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  AetherViewPlace place;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 1 },
                             &GRAPHENE_RECT_INIT (0, 0, width, height));

  if (get_place (self, &place))
    {
      aether_tiles_snapshot (self->tiles, snapshot, &place, self->filter);
    }
  else if (self->substitute)
    {
      double scale = MIN (width / gdk_texture_get_width (self->substitute),
                          height / gdk_texture_get_height (self->substitute));
      double picture_width = scale * gdk_texture_get_width (self->substitute);
      double picture_height = scale * gdk_texture_get_height (self->substitute);

      gtk_snapshot_append_texture (snapshot, self->substitute,
                                   &GRAPHENE_RECT_INIT ((width - picture_width) / 2,
                                                        (height - picture_height) / 2,
                                                        picture_width, picture_height));
    }
}

static GtkSizeRequestMode
aether_display_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* Small is no problem: the picture shrinks, or is panned. */
static void
aether_display_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                             int *minimum, int *natural, int *minimum_baseline,
                             int *natural_baseline)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);
  guint pixels = orientation == GTK_ORIENTATION_HORIZONTAL ? aether_tiles_get_width (self->tiles)
                                                           : aether_tiles_get_height (self->tiles);

  *minimum = 0;
  *natural = pixels / device_scale (self);
  *minimum_baseline = *natural_baseline = -1;
}

static void
aether_display_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  configure_adjustments (self);
  aether_view_wish_later (self->wish);
}

static void
scale_changed (AetherDisplayView *self)
{
  configure_adjustments (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  aether_view_wish_later (self->wish);
}

/* The scale of a surface changes when its window comes to another screen. */
static void
aether_display_view_realize (GtkWidget *widget)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  GTK_WIDGET_CLASS (aether_display_view_parent_class)->realize (widget);

  aether_tiles_set_software (self->tiles,
                             GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (gtk_widget_get_native (widget))));
  g_signal_connect_swapped (get_surface (self), "notify::scale", G_CALLBACK (scale_changed), self);
}

static void
aether_display_view_unrealize (GtkWidget *widget)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  g_signal_handlers_disconnect_by_func (get_surface (self), scale_changed, self);

  GTK_WIDGET_CLASS (aether_display_view_parent_class)->unrealize (widget);
}

/* What came while nobody looked. */
static void
aether_display_view_map (GtkWidget *widget)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  GTK_WIDGET_CLASS (aether_display_view_parent_class)->map (widget);

  if (self->framebuffer)
    damaged (self);
  aether_view_wish_later (self->wish);
}

static void
aether_display_view_unmap (GtkWidget *widget)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  aether_view_input_release_all (self->input);
  stop_edge (self);

  GTK_WIDGET_CLASS (aether_display_view_parent_class)->unmap (widget);
}

static void
aether_display_view_dispose (GObject *object)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (object);

  aether_display_view_set_framebuffer (self, NULL);
  if (self->input)
    g_object_run_dispose (G_OBJECT (self->input));
  aether_view_wish_set_sink (self->wish, NULL);
  g_clear_object (&self->sink);
  g_clear_object (&self->substitute);
  for (guint i = 0; i < G_N_ELEMENTS (self->adjustments); i++)
    g_clear_object (&self->adjustments[i]);

  G_OBJECT_CLASS (aether_display_view_parent_class)->dispose (object);
}

static void
aether_display_view_finalize (GObject *object)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (object);

  g_clear_object (&self->input);
  g_clear_pointer (&self->tiles, aether_tiles_free);
  g_clear_pointer (&self->wish, aether_view_wish_free);

  G_OBJECT_CLASS (aether_display_view_parent_class)->finalize (object);
}

static void
aether_display_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (object);

  switch (id)
    {
    case PROP_SCALING:
      g_value_set_enum (value, self->scaling);
      break;
    case PROP_FILTER:
      g_value_set_enum (value, self->filter);
      break;
    case PROP_RESIZES_GUEST:
      g_value_set_boolean (value, aether_view_wish_get_enabled (self->wish));
      break;
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_HORIZONTAL]);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->adjustments[GTK_ORIENTATION_VERTICAL]);
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, GTK_SCROLL_MINIMUM);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
set_scaling (AetherDisplayView *self, AetherViewScaling scaling)
{
  self->magnify = 1;
  if (self->scaling != scaling)
    {
      self->scaling = scaling;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SCALING]);
    }
  configure_adjustments (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
set_filter (AetherDisplayView *self, AetherViewFilter filter)
{
  if (self->filter == filter)
    return;

  self->filter = filter;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FILTER]);
}

static void
aether_display_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (object);

  switch (id)
    {
    case PROP_SCALING:
      set_scaling (self, g_value_get_enum (value));
      break;
    case PROP_FILTER:
      set_filter (self, g_value_get_enum (value));
      break;
    case PROP_RESIZES_GUEST:
      if (aether_view_wish_set_enabled (self->wish, g_value_get_boolean (value)))
        g_object_notify_by_pspec (object, spec);
      break;
    case PROP_HADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_HORIZONTAL, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, GTK_ORIENTATION_VERTICAL, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      break;   /* as small as anybody wants */
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
aether_display_view_class_init (AetherDisplayViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_display_view_dispose;
  object_class->finalize = aether_display_view_finalize;
  object_class->get_property = aether_display_view_get_property;
  object_class->set_property = aether_display_view_set_property;

  widget_class->snapshot = aether_display_view_snapshot;
  widget_class->get_request_mode = aether_display_view_get_request_mode;
  widget_class->measure = aether_display_view_measure;
  widget_class->size_allocate = aether_display_view_size_allocate;
  widget_class->realize = aether_display_view_realize;
  widget_class->unrealize = aether_display_view_unrealize;
  widget_class->map = aether_display_view_map;
  widget_class->unmap = aether_display_view_unmap;

  signals[BROKEN] = g_signal_new ("broken", AETHER_TYPE_DISPLAY_VIEW, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  props[PROP_SCALING] = g_param_spec_enum ("scaling", NULL, NULL, AETHER_TYPE_VIEW_SCALING,
                                           AETHER_VIEW_SCALING_FIT,
                                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                           G_PARAM_STATIC_STRINGS);
  props[PROP_FILTER] = g_param_spec_enum ("filter", NULL, NULL, AETHER_TYPE_VIEW_FILTER,
                                          AETHER_VIEW_FILTER_AUTOMATIC,
                                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                          G_PARAM_STATIC_STRINGS);
  /* Whether the machine is asked to paint as large as the view is */
  props[PROP_RESIZES_GUEST] = g_param_spec_boolean ("resizes-guest", NULL, NULL, FALSE,
                                                    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                    G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  gtk_widget_class_set_css_name (widget_class, "aether-display");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

/* By fingers, which the picture follows */
static void
pushed (AetherDisplayView *self, double dx, double dy)
{
  aether_display_view_pan_by (self, -dx, -dy);
}

static void
aether_display_view_init (AetherDisplayView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->magnify = 1;
  self->tiles = aether_tiles_new ();
  self->wish = aether_view_wish_new (widget, wish_geometry);
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Screen of the machine"), -1);
  self->input = aether_view_input_new (widget, map_to_picture);
  g_signal_connect_object (self->input, "notify::captured", G_CALLBACK (cursor_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->input, "magnify", G_CALLBACK (aether_display_view_magnify), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->input, "pan", G_CALLBACK (pushed), self, G_CONNECT_SWAPPED);

  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (stop_edge), self);
  gtk_widget_add_controller (widget, motion);
}

GtkWidget *
aether_display_view_new (void)
{
  return g_object_new (AETHER_TYPE_DISPLAY_VIEW, NULL);
}
