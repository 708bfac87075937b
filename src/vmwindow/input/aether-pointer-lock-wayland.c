/* aether-pointer-lock-wayland.c - the pointer of a compositor: locked, and told of by relative motion
 * (pointer-constraints-unstable-v1, relative-pointer-unstable-v1)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-pointer-lock-private.h"

#include <gdk/wayland/gdkwayland.h>
#include <glib/gi18n.h>
#include <math.h>

#include "pointer-constraints-unstable-v1-client-protocol.h"
#include "relative-pointer-unstable-v1-client-protocol.h"

/* So long a pointer may be moved about on the widget before the compositor has
 * locked it. They say no by saying nothing. */
#define PATIENCE_MS 2000

typedef struct
{
  AetherPointerLock                     lock;

  struct zwp_pointer_constraints_v1    *constraints;
  struct zwp_relative_pointer_manager_v1 *relatives;
  struct zwp_locked_pointer_v1         *locked;
  struct zwp_relative_pointer_v1       *relative;

  gboolean                              active;
  gint64                                moving_since;   /* while it is not active; 0: not at all */
  gboolean                              told;           /* that it was refused */
} WaylandLock;

static gboolean
fits (GdkSurface *surface)
{
  return GDK_IS_WAYLAND_SURFACE (surface);
}

/* The compositor's two managers */

static void
global_cb (void *data, struct wl_registry *registry, uint32_t name, const char *interface, uint32_t version)
{
  WaylandLock *self = data;

  if (self->constraints == NULL && g_str_equal (interface, zwp_pointer_constraints_v1_interface.name))
    self->constraints = wl_registry_bind (registry, name, &zwp_pointer_constraints_v1_interface, 1);
  else if (self->relatives == NULL && g_str_equal (interface, zwp_relative_pointer_manager_v1_interface.name))
    self->relatives = wl_registry_bind (registry, name, &zwp_relative_pointer_manager_v1_interface, 1);
}

static void
global_gone_cb (void *data, struct wl_registry *registry, uint32_t name)
{
}

static const struct wl_registry_listener registry_listener = { global_cb, global_gone_cb };

/* On a queue of our own: nothing of GTK's is dispatched while we wait. The
 * managers go to GTK's, and what is made with them: its source dispatches that
 * on the main thread, and it ends with the lock. */
static gboolean
find_managers (WaylandLock *self, struct wl_display *display)
{
  struct wl_event_queue *queue = wl_display_create_queue (display);
  struct wl_display *wrapper = wl_proxy_create_wrapper (display);
  struct wl_registry *registry;

  wl_proxy_set_queue ((struct wl_proxy *) wrapper, queue);
  registry = wl_display_get_registry (wrapper);
  wl_registry_add_listener (registry, &registry_listener, self);
  wl_display_roundtrip_queue (display, queue);
  if (self->constraints)
    wl_proxy_set_queue ((struct wl_proxy *) self->constraints, NULL);
  if (self->relatives)
    wl_proxy_set_queue ((struct wl_proxy *) self->relatives, NULL);

  wl_registry_destroy (registry);
  wl_proxy_wrapper_destroy (wrapper);
  wl_event_queue_destroy (queue);

  return self->constraints && self->relatives;
}

static void
locked_cb (void *data, struct zwp_locked_pointer_v1 *locked)
{
  WaylandLock *self = data;

  self->active = TRUE;
  self->lock.funcs->changed (self->lock.user_data);
}

/* With the focus, or by a gesture of the desktop's own */
static void
unlocked_cb (void *data, struct zwp_locked_pointer_v1 *locked)
{
  WaylandLock *self = data;

  self->active = FALSE;
  self->lock.funcs->ended (self->lock.user_data);
}

static const struct zwp_locked_pointer_v1_listener locked_listener = { locked_cb, unlocked_cb };

/* Also comes while the pointer is free */
static void
relative_motion_cb (void *data, struct zwp_relative_pointer_v1 *relative, uint32_t time_hi, uint32_t time_lo,
                    wl_fixed_t dx, wl_fixed_t dy, wl_fixed_t raw_dx, wl_fixed_t raw_dy)
{
  WaylandLock *self = data;

  if (self->active)
    self->lock.funcs->moved (wl_fixed_to_double (dx), wl_fixed_to_double (dy), self->lock.user_data);
}

static const struct zwp_relative_pointer_v1_listener relative_listener = { relative_motion_cb };

static void
close_wayland (AetherPointerLock *lock)
{
  WaylandLock *self = (WaylandLock *) lock;

  g_clear_pointer (&self->relative, zwp_relative_pointer_v1_destroy);
  g_clear_pointer (&self->locked, zwp_locked_pointer_v1_destroy);
  g_clear_pointer (&self->relatives, zwp_relative_pointer_manager_v1_destroy);
  g_clear_pointer (&self->constraints, zwp_pointer_constraints_v1_destroy);
  wl_display_flush (gdk_wayland_display_get_wl_display (gdk_surface_get_display (lock->surface)));
}

/* Where the widget is on its surface: elsewhere, buttons would not be the machine's.
 * Returns: (nullable) */
static struct wl_region *
make_region (AetherPointerLock *lock, GdkDisplay *display)
{
  struct wl_compositor *compositor = gdk_wayland_display_get_wl_compositor (display);
  GtkNative *native = gtk_widget_get_native (lock->widget);
  struct wl_region *region;
  graphene_rect_t bounds;
  double x, y;

  if (!gtk_widget_compute_bounds (lock->widget, GTK_WIDGET (native), &bounds))
    return NULL;

  gtk_native_get_surface_transform (native, &x, &y);
  region = wl_compositor_create_region (compositor);
  wl_region_add (region, ceil (bounds.origin.x + x), ceil (bounds.origin.y + y), floor (bounds.size.width),
                 floor (bounds.size.height));

  return region;
}

static gboolean
open_wayland (AetherPointerLock *lock, GError **error)
{
  WaylandLock *self = (WaylandLock *) lock;
  GdkDisplay *display = gdk_surface_get_display (lock->surface);
  GdkSeat *seat = gdk_display_get_default_seat (display);
  GdkDevice *device = seat ? gdk_seat_get_pointer (seat) : NULL;
  struct wl_pointer *pointer = device ? gdk_wayland_device_get_wl_pointer (device) : NULL;
  struct wl_surface *surface = gdk_wayland_surface_get_wl_surface (lock->surface);
  struct wl_region *region;

  if (pointer == NULL || surface == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("This desktop has no pointer now."));
      return FALSE;
    }

  if (!find_managers (self, gdk_wayland_display_get_wl_display (display)))
    {
      close_wayland (lock);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("This desktop lets no program hold the pointer, so it stops at the edges of the "
                             "picture. Full screen gives it the most room."));
      return FALSE;
    }

  region = make_region (lock, display);
  self->locked = zwp_pointer_constraints_v1_lock_pointer (self->constraints, surface, pointer, region,
                                                          ZWP_POINTER_CONSTRAINTS_V1_LIFETIME_ONESHOT);
  zwp_locked_pointer_v1_add_listener (self->locked, &locked_listener, self);
  self->relative = zwp_relative_pointer_manager_v1_get_relative_pointer (self->relatives, pointer);
  zwp_relative_pointer_v1_add_listener (self->relative, &relative_listener, self);
  g_clear_pointer (&region, wl_region_destroy);

  return TRUE;
}

static gboolean
is_active (AetherPointerLock *lock)
{
  return ((WaylandLock *) lock)->active;
}

static gboolean
motion (AetherPointerLock *lock, double x, double y)
{
  WaylandLock *self = (WaylandLock *) lock;
  gint64 now = g_get_monotonic_time ();

  if (self->active || self->told)
    return self->active;

  if (self->moving_since == 0)
    self->moving_since = now;
  if (now - self->moving_since < PATIENCE_MS * 1000)
    return FALSE;

  self->told = TRUE;
  lock->funcs->refused (_("The desktop does not let the machine hold the pointer, so it stops at the edges of "
                          "the picture. Full screen gives it the most room."), lock->user_data);
  return FALSE;
}

const AetherPointerLockBackend aether_pointer_lock_wayland = {
  .size = sizeof (WaylandLock),
  .fits = fits,
  .open = open_wayland,
  .close = close_wayland,
  .is_active = is_active,
  .motion = motion,
};
