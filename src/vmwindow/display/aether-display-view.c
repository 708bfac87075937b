/* aether-display-view.c - shows a machine's picture and takes its input
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-display-view.h"

#include <glib/gi18n.h>

#include "aether-view-input.h"

struct _AetherDisplayView
{
  GtkWidget          parent_instance;

  AetherFramebuffer *framebuffer;   /* (nullable) */
  AetherTiles       *tiles;
  GdkTexture        *substitute;    /* (nullable): shown while tiles are empty */
  AetherViewInput   *input;
  guint              tick;
};

G_DEFINE_FINAL_TYPE (AetherDisplayView, aether_display_view, GTK_TYPE_WIDGET)

enum { BROKEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static double
device_scale (AetherDisplayView *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;

  return surface ? gdk_surface_get_scale (surface) : 1;
}

static gboolean
get_place (AetherDisplayView *self, AetherTilesPlace *place)
{
  GtkWidget *widget = GTK_WIDGET (self);
  guint width = aether_tiles_get_width (self->tiles);
  guint height = aether_tiles_get_height (self->tiles);

  if (width == 0 || gtk_widget_get_width (widget) < 1 || gtk_widget_get_height (widget) < 1)
    return FALSE;

  aether_tiles_place_fit (place, gtk_widget_get_width (widget), gtk_widget_get_height (widget),
                          device_scale (self), width, height);
  return TRUE;
}

static gboolean
map_to_picture (GtkWidget *widget, double x, double y, double *picture_x, double *picture_y,
                guint *width, guint *height)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);
  AetherTilesPlace place;

  if (!get_place (self, &place))
    return FALSE;

  *picture_x = (x * place.device - place.x) / place.zoom;
  *picture_y = (y * place.device - place.y) / place.zoom;
  *width = aether_tiles_get_width (self->tiles);
  *height = aether_tiles_get_height (self->tiles);

  return TRUE;
}

/* Returns: whether there was damage */
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
    gtk_widget_queue_resize (GTK_WIDGET (self));

  if (!aether_framebuffer_end_read (self->framebuffer, &frame))
    {
      g_signal_emit (self, signals[BROKEN], 0);
      return FALSE;
    }

  return damaged;
}

/* Runs while there is damage at every frame, and once more: a machine that
 * paints keeps it, and one that does not lets the frame clock sleep. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  if (self->framebuffer && read_frame (self))
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

static void
cursor_changed (AetherDisplayView *self)
{
  g_autoptr(GdkTexture) texture = NULL;
  g_autoptr(GdkCursor) cursor = NULL;
  gboolean visible = TRUE;
  int hot_x, hot_y;

  if (self->framebuffer)
    texture = aether_framebuffer_dup_cursor (self->framebuffer, &hot_x, &hot_y, &visible);

  /* A machine that never gave its pointer a shape paints its own, or has
   * none: the desktop's arrow stays to aim with. */
  if (texture && visible)
    cursor = gdk_cursor_new_from_texture (texture, hot_x, hot_y, NULL);
  else if (texture)
    cursor = gdk_cursor_new_from_name ("none", NULL);

  gtk_widget_set_cursor (GTK_WIDGET (self), cursor);
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
    g_signal_handlers_disconnect_by_data (self->framebuffer, self);

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
  aether_view_input_set_sink (self->input, sink);
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
  AetherTilesPlace place;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 1 },
                             &GRAPHENE_RECT_INIT (0, 0, width, height));

  if (get_place (self, &place))
    {
      aether_tiles_snapshot (self->tiles, snapshot, &place);
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

/* Small is no problem: the picture shrinks. */
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

/* What came while nobody looked. */
static void
aether_display_view_map (GtkWidget *widget)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (widget);

  GTK_WIDGET_CLASS (aether_display_view_parent_class)->map (widget);

  if (self->framebuffer)
    damaged (self);
}

static void
aether_display_view_unmap (GtkWidget *widget)
{
  aether_view_input_release_all (AETHER_DISPLAY_VIEW (widget)->input);

  GTK_WIDGET_CLASS (aether_display_view_parent_class)->unmap (widget);
}

static void
aether_display_view_dispose (GObject *object)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (object);

  aether_display_view_set_framebuffer (self, NULL);
  if (self->input)
    g_object_run_dispose (G_OBJECT (self->input));
  g_clear_object (&self->substitute);

  G_OBJECT_CLASS (aether_display_view_parent_class)->dispose (object);
}

static void
aether_display_view_finalize (GObject *object)
{
  AetherDisplayView *self = AETHER_DISPLAY_VIEW (object);

  g_clear_object (&self->input);
  g_clear_pointer (&self->tiles, aether_tiles_free);

  G_OBJECT_CLASS (aether_display_view_parent_class)->finalize (object);
}

static void
aether_display_view_class_init (AetherDisplayViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_display_view_dispose;
  object_class->finalize = aether_display_view_finalize;

  widget_class->snapshot = aether_display_view_snapshot;
  widget_class->get_request_mode = aether_display_view_get_request_mode;
  widget_class->measure = aether_display_view_measure;
  widget_class->map = aether_display_view_map;
  widget_class->unmap = aether_display_view_unmap;

  signals[BROKEN] = g_signal_new ("broken", AETHER_TYPE_DISPLAY_VIEW, G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "aether-display");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
aether_display_view_init (AetherDisplayView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->tiles = aether_tiles_new ();
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Screen of the machine"), -1);
  self->input = aether_view_input_new (widget, map_to_picture);
}

GtkWidget *
aether_display_view_new (void)
{
  return g_object_new (AETHER_TYPE_DISPLAY_VIEW, NULL);
}
