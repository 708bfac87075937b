/* aether-pointer-lock.h - holds the desktop's pointer and tells how far it would have gone
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is told meanwhile, on the main thread. The lock may be freed by each. */
typedef struct
{
  /* @dx, @dy: in coordinates of the widget */
  void (*moved)   (double dx, double dy, gpointer user_data);
  /* aether_pointer_lock_is_active() changed */
  void (*changed) (gpointer user_data);
  /* The desktop took the pointer back */
  void (*ended)   (gpointer user_data);
  /* @sentence: why the desktop does not give it, though it is on the widget */
  void (*refused) (const char *sentence, gpointer user_data);
} AetherPointerLockFuncs;

/**
 * AetherPointerLock:
 *
 * For machines whose pointer is a mouse: GTK has nothing of the kind. On X11
 * the pointer is confined and put back to the middle; on Wayland the
 * compositor locks it, once it is on the widget, and tells relative motion.
 */
typedef struct _AetherPointerLock AetherPointerLock;

/**
 * aether_pointer_lock_new:
 * @widget: mapped; outlives the lock
 *
 * Fails with %G_IO_ERROR_BUSY if another program holds the pointer now,
 * %G_IO_ERROR_NOT_FOUND if there is only a touch screen, and
 * %G_IO_ERROR_NOT_SUPPORTED if this desktop lets nobody hold the pointer.
 */
AetherPointerLock *aether_pointer_lock_new       (GtkWidget                     *widget,
                                                  const AetherPointerLockFuncs  *funcs,
                                                  gpointer                       user_data,
                                                  GError                       **error);
void               aether_pointer_lock_free      (AetherPointerLock             *self);

/* Whether the pointer stays, so that nobody needs to see it */
gboolean           aether_pointer_lock_is_active (AetherPointerLock             *self);
/* To be called with each motion of the pointer, in coordinates of the widget.
 * Returns: whether that was the lock's; otherwise the pointer is free */
gboolean           aether_pointer_lock_motion    (AetherPointerLock             *self,
                                                  double                         x,
                                                  double                         y);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherPointerLock, aether_pointer_lock_free)

G_END_DECLS
