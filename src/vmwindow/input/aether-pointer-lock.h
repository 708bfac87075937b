/* aether-pointer-lock.h - holds the desktop's pointer and tells how far it would have gone
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @dx, @dy: in coordinates of the widget */
typedef void (*AetherPointerLockFunc) (double dx, double dy, gpointer user_data);

/**
 * AetherPointerLock:
 *
 * For machines whose pointer is a mouse: GTK has nothing of the kind. On X11
 * the pointer is confined and put back to the middle; on Wayland the
 * compositor locks it and tells relative motion, where it can.
 */
typedef struct _AetherPointerLock AetherPointerLock;

/* @widget: mapped. Returns: (nullable): %NULL: not possible on this display */
AetherPointerLock *aether_pointer_lock_new    (GtkWidget             *widget,
                                               AetherPointerLockFunc  func,
                                               gpointer               user_data);
void               aether_pointer_lock_free   (AetherPointerLock     *self);
/* To be called with each motion of the pointer, in coordinates of the widget */
void               aether_pointer_lock_motion (AetherPointerLock     *self,
                                               double                 x,
                                               double                 y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherPointerLock, aether_pointer_lock_free)

G_END_DECLS
