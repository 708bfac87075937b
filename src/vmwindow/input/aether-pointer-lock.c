/* aether-pointer-lock.c - holds the desktop's pointer and tells how far it would have gone
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-pointer-lock-private.h"

#include <glib/gi18n.h>

static const AetherPointerLockBackend *const backends[] = {
#ifdef AETHER_LOCKS_ON_WAYLAND
  &aether_pointer_lock_wayland,
#endif
#ifdef AETHER_LOCKS_ON_X11
  &aether_pointer_lock_x11,
#endif
  NULL
};

AetherPointerLock *
aether_pointer_lock_new (GtkWidget *widget, const AetherPointerLockFuncs *funcs, gpointer user_data,
                         GError **error)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;
  AetherPointerLock *self;
  guint i = 0;

  while (surface && backends[i] && !backends[i]->fits (surface))
    i++;

  if (surface == NULL || backends[i] == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("Aether cannot hold the pointer on this desktop, so it stops at the edges of the "
                             "picture. Full screen gives it the most room."));
      return NULL;
    }

  self = g_malloc0 (backends[i]->size);
  self->backend = backends[i];
  self->widget = widget;
  self->surface = g_object_ref (surface);
  self->funcs = funcs;
  self->user_data = user_data;
  if (self->backend->open (self, error))
    return self;

  g_object_unref (self->surface);
  g_free (self);
  return NULL;
}

void
aether_pointer_lock_free (AetherPointerLock *self)
{
  self->backend->close (self);
  g_object_unref (self->surface);
  g_free (self);
}

gboolean
aether_pointer_lock_is_active (AetherPointerLock *self)
{
  return self->backend->is_active (self);
}

gboolean
aether_pointer_lock_motion (AetherPointerLock *self, double x, double y)
{
  return self->backend->motion (self, x, y);
}
