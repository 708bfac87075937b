/* aether-view-wish.c - the size a view asks its machine to paint in
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-wish.h"

#define DELAY_MS 200   /* a window that is being resized has many sizes */
#define MM_PER_INCH 25.4
#define DEFAULT_DPI 96

struct _AetherViewWish
{
  GtkWidget          *view;
  AetherViewWishFunc  get_geometry;
  AetherInputSink    *sink;      /* (nullable) */
  gboolean            enabled;
  guint               timeout;
  guint               width;     /* 0: nothing was asked of this machine yet */
  guint               height;
};

AetherViewWish *
aether_view_wish_new (GtkWidget *view, AetherViewWishFunc get_geometry)
{
  AetherViewWish *self = g_new0 (AetherViewWish, 1);

  self->view = view;
  self->get_geometry = get_geometry;

  return self;
}

void
aether_view_wish_free (AetherViewWish *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->sink);
  g_free (self);
}

static double
dots_per_inch (AetherViewWish *self, double device)
{
  GtkNative *native = gtk_widget_get_native (self->view);
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;
  GdkMonitor *monitor = surface ? gdk_display_get_monitor_at_surface (gtk_widget_get_display (self->view), surface)
                                : NULL;
  GdkRectangle area;
  int mm = monitor ? gdk_monitor_get_width_mm (monitor) : 0;

  if (mm < 50)   /* unknown, or a projector's nonsense */
    return DEFAULT_DPI * device;

  gdk_monitor_get_geometry (monitor, &area);
  return area.width * device / (mm / MM_PER_INCH);
}

static gboolean
wish_cb (gpointer user_data)
{
  AetherViewWish *self = user_data;
  AetherViewGeometry geometry;
  guint width, height;
  double dpi;

  self->timeout = 0;
  if (!self->enabled || self->sink == NULL || !gtk_widget_get_mapped (self->view))
    return G_SOURCE_REMOVE;

  self->get_geometry (self->view, &geometry);
  aether_view_geometry_get_wish (&geometry, &width, &height);
  if (width == self->width && height == self->height)
    return G_SOURCE_REMOVE;

  dpi = dots_per_inch (self, geometry.device);
  self->width = width;
  self->height = height;
  aether_input_sink_resize (self->sink, width, height, width / dpi * MM_PER_INCH,
                            height / dpi * MM_PER_INCH);

  return G_SOURCE_REMOVE;
}

void
aether_view_wish_later (AetherViewWish *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->enabled && self->sink)
    self->timeout = g_timeout_add (DELAY_MS, wish_cb, self);
}

void
aether_view_wish_set_sink (AetherViewWish *self, AetherInputSink *sink)
{
  g_set_object (&self->sink, sink);
  self->width = self->height = 0;
  aether_view_wish_later (self);
}

gboolean
aether_view_wish_set_enabled (AetherViewWish *self, gboolean enabled)
{
  if (self->enabled == enabled)
    return FALSE;

  self->enabled = enabled;
  self->width = self->height = 0;
  aether_view_wish_later (self);

  return TRUE;
}

gboolean
aether_view_wish_get_enabled (AetherViewWish *self)
{
  return self->enabled;
}
