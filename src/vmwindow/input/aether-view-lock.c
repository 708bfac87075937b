/* aether-view-lock.c - the pointer of a view, held while it is wanted and as often as it takes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-lock.h"

struct _AetherViewLock
{
  GtkWidget                    *view;    /* borrowed: it outlives us */
  const AetherPointerLockFuncs *funcs;
  gpointer                      user_data;

  AetherPointerLock            *lock;    /* (nullable) */
  gboolean                      failed;  /* since it is wanted, and that was told */
  gboolean                      never;   /* trying again is of no use */
};

AetherViewLock *
aether_view_lock_new (GtkWidget *view, const AetherPointerLockFuncs *funcs, gpointer user_data)
{
  AetherViewLock *self = g_new0 (AetherViewLock, 1);

  self->view = view;
  self->funcs = funcs;
  self->user_data = user_data;

  return self;
}

void
aether_view_lock_free (AetherViewLock *self)
{
  g_clear_pointer (&self->lock, aether_pointer_lock_free);
  g_free (self);
}

static void
begin (AetherViewLock *self)
{
  g_autoptr(GError) error = NULL;
  gboolean told = self->failed;

  self->lock = aether_pointer_lock_new (self->view, self->funcs, self->user_data, &error);
  self->failed = self->lock == NULL;
  self->never = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  if (self->lock)
    self->funcs->changed (self->user_data);
  else if (!told && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    self->funcs->refused (error->message, self->user_data);
}

void
aether_view_lock_update (AetherViewLock *self, gboolean wanted)
{
  if (wanted)
    {
      if (self->lock == NULL && !self->never)
        begin (self);
      return;
    }

  self->failed = self->never = FALSE;
  if (self->lock == NULL)
    return;

  g_clear_pointer (&self->lock, aether_pointer_lock_free);
  self->funcs->changed (self->user_data);
}

gboolean
aether_view_lock_is_active (AetherViewLock *self)
{
  return self->lock && aether_pointer_lock_is_active (self->lock);
}

gboolean
aether_view_lock_motion (AetherViewLock *self, double x, double y)
{
  return self->lock && aether_pointer_lock_motion (self->lock, x, y);
}
