/* aether-pointer-lock-x11.c - the pointer of an X server: confined, and put back to the middle
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-pointer-lock-private.h"

#include <gdk/x11/gdkx.h>
#include <glib/gi18n.h>
#include <math.h>

typedef struct
{
  AetherPointerLock lock;

  /* Motion since here; after a warp, the middle is awaited */
  double            last_x, last_y;
  gboolean          has_last;
  gboolean          warping;
  double            warped_at;   /* from the middle, then */
} X11Lock;

/* GTK 4.18 deprecates all of its X11, and has nothing else for this. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

static gboolean
fits (GdkSurface *surface)
{
  return GDK_IS_X11_SURFACE (surface);
}

static Display *
get_display (AetherPointerLock *lock)
{
  return gdk_x11_display_get_xdisplay (gdk_surface_get_display (lock->surface));
}

static gboolean
open_x11 (AetherPointerLock *lock, GError **error)
{
  Window window = gdk_x11_surface_get_xid (lock->surface);

  /* Events go on to GTK, which has asked for them: the grab only confines. */
  if (XGrabPointer (get_display (lock), window, True, ButtonPressMask | ButtonReleaseMask | PointerMotionMask,
                    GrabModeAsync, GrabModeAsync, window, None, CurrentTime) == GrabSuccess)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                       _("Another program holds the pointer, so it stops at the edges of the picture."));
  return FALSE;
}

static void
close_x11 (AetherPointerLock *lock)
{
  XUngrabPointer (get_display (lock), CurrentTime);
  XFlush (get_display (lock));
}

static void
warp (AetherPointerLock *lock, double x, double y)
{
  GtkNative *native = gtk_widget_get_native (lock->widget);
  graphene_point_t point;
  double native_x, native_y, scale;

  if (native == NULL || gdk_surface_is_destroyed (lock->surface) ||
      !gtk_widget_compute_point (lock->widget, GTK_WIDGET (native), &GRAPHENE_POINT_INIT (x, y), &point))
    return;

  gtk_native_get_surface_transform (native, &native_x, &native_y);
  scale = gdk_surface_get_scale (lock->surface);
  XWarpPointer (get_display (lock), None, gdk_x11_surface_get_xid (lock->surface), 0, 0, 0, 0,
                round ((point.x + native_x) * scale), round ((point.y + native_y) * scale));
  XFlush (get_display (lock));
}

G_GNUC_END_IGNORE_DEPRECATIONS

static gboolean
is_active (AetherPointerLock *lock)
{
  return TRUE;
}

/* The pointer is put back when it has gone a quarter of the way to the edge.
 * Events that were on their way then still come, and the one that says it is
 * back may have been merged with movement after it. Another program that moves
 * the pointer may have undone it: then it goes on, and is put back once more. */
static gboolean
motion (AetherPointerLock *lock, double x, double y)
{
  X11Lock *self = (X11Lock *) lock;
  double middle_x = floor (gtk_widget_get_width (lock->widget) / 2.0);
  double middle_y = floor (gtk_widget_get_height (lock->widget) / 2.0);
  double away = hypot (x - middle_x, y - middle_y);
  double far = MIN (middle_x, middle_y) / 4;
  double dx, dy;

  if (self->warping && away < hypot (x - self->last_x, y - self->last_y))
    {
      self->warping = FALSE;
      self->last_x = middle_x;
      self->last_y = middle_y;
    }

  dx = self->has_last ? x - self->last_x : 0;
  dy = self->has_last ? y - self->last_y : 0;
  self->has_last = TRUE;
  self->last_x = x;
  self->last_y = y;
  if (away > far && (!self->warping || away > self->warped_at + far))
    {
      self->warping = TRUE;
      self->warped_at = away;
      warp (lock, middle_x, middle_y);
    }

  if (dx != 0 || dy != 0)
    lock->funcs->moved (dx, dy, lock->user_data);
  return TRUE;
}

const AetherPointerLockBackend aether_pointer_lock_x11 = {
  .size = sizeof (X11Lock),
  .fits = fits,
  .open = open_x11,
  .close = close_x11,
  .is_active = is_active,
  .motion = motion,
};
