/* aether-pointer-lock.c - holds the desktop's pointer and tells how far it would have gone
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-pointer-lock.h"

#include <math.h>

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif
#ifdef HAVE_WAYLAND_LOCK
#include "aether-wayland-lock.h"
#endif

struct _AetherPointerLock
{
  GtkWidget             *widget;     /* borrowed: it outlives us */
  AetherPointerLockFunc  func;
  gpointer               user_data;

  /* X11: motion since here; after a warp, the middle is awaited */
  double                 last_x, last_y;
  gboolean               has_last;
  gboolean               warping;

#ifdef HAVE_WAYLAND_LOCK
  AetherWaylandLock     *wayland;    /* (nullable) */
#endif
};

#ifdef GDK_WINDOWING_X11

/* GTK 4.18 deprecates all of its X11, and has nothing else for this. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static gboolean
get_x11 (GtkWidget *widget, Display **display, Window *window)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;

  if (surface == NULL || !GDK_IS_X11_SURFACE (surface))
    return FALSE;

  *display = gdk_x11_display_get_xdisplay (gdk_surface_get_display (surface));
  *window = gdk_x11_surface_get_xid (surface);
  return TRUE;
}

static gboolean
grab_x11 (GtkWidget *widget)
{
  Display *display;
  Window window;

  /* Events go on to GTK, which has asked for them: the grab only confines. */
  return get_x11 (widget, &display, &window) &&
         XGrabPointer (display, window, True, ButtonPressMask | ButtonReleaseMask | PointerMotionMask,
                       GrabModeAsync, GrabModeAsync, window, None, CurrentTime) == GrabSuccess;
}

static void
ungrab_x11 (GtkWidget *widget)
{
  Display *display;
  Window window;

  if (!get_x11 (widget, &display, &window))
    return;

  XUngrabPointer (display, CurrentTime);
  XFlush (display);
}

static void
warp_x11 (GtkWidget *widget, double x, double y)
{
  GtkNative *native = gtk_widget_get_native (widget);
  graphene_point_t point;
  double native_x, native_y, scale;
  Display *display;
  Window window;

  if (!get_x11 (widget, &display, &window) ||
      !gtk_widget_compute_point (widget, GTK_WIDGET (native), &GRAPHENE_POINT_INIT (x, y), &point))
    return;

  gtk_native_get_surface_transform (native, &native_x, &native_y);
  scale = gdk_surface_get_scale (gtk_native_get_surface (native));
  XWarpPointer (display, None, window, 0, 0, 0, 0, round ((point.x + native_x) * scale),
                round ((point.y + native_y) * scale));
  XFlush (display);
}

G_GNUC_END_IGNORE_DEPRECATIONS

#else

static gboolean grab_x11 (GtkWidget *widget) { return FALSE; }
static void ungrab_x11 (GtkWidget *widget) {}
static void warp_x11 (GtkWidget *widget, double x, double y) {}

#endif

AetherPointerLock *
aether_pointer_lock_new (GtkWidget *widget, AetherPointerLockFunc func, gpointer user_data)
{
  AetherPointerLock *self = g_new0 (AetherPointerLock, 1);

  self->widget = widget;
  self->func = func;
  self->user_data = user_data;

#ifdef HAVE_WAYLAND_LOCK
  self->wayland = aether_wayland_lock_new (widget, func, user_data);
  if (self->wayland)
    return self;
#endif

  if (grab_x11 (widget))
    return self;

  g_free (self);
  return NULL;
}

void
aether_pointer_lock_free (AetherPointerLock *self)
{
#ifdef HAVE_WAYLAND_LOCK
  if (self->wayland)
    aether_wayland_lock_free (self->wayland);
  else
#endif
    ungrab_x11 (self->widget);

  g_free (self);
}

/* The pointer is put back when it has gone a quarter of the way to the edge.
 * Events that were on their way then still come, and the one that says it is
 * back may have been merged with movement after it. */
void
aether_pointer_lock_motion (AetherPointerLock *self, double x, double y)
{
  double middle_x = floor (gtk_widget_get_width (self->widget) / 2.0);
  double middle_y = floor (gtk_widget_get_height (self->widget) / 2.0);
  double away = hypot (x - middle_x, y - middle_y);
  double far = MIN (middle_x, middle_y) / 4;

#ifdef HAVE_WAYLAND_LOCK
  if (self->wayland)
    return;
#endif

  if (self->warping && away < hypot (x - self->last_x, y - self->last_y))
    {
      self->warping = FALSE;
      self->last_x = middle_x;
      self->last_y = middle_y;
    }

  if (self->has_last && (x != self->last_x || y != self->last_y))
    self->func (x - self->last_x, y - self->last_y, self->user_data);

  self->has_last = TRUE;
  self->last_x = x;
  self->last_y = y;
  if (away <= far || self->warping)
    return;

  self->warping = TRUE;
  warp_x11 (self->widget, middle_x, middle_y);
}
