/* aether-pointer-lock-private.h - what a desktop's way to hold the pointer is made of
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-pointer-lock.h"

G_BEGIN_DECLS

/* A file per desktop; which of them there are, meson.build says. */
typedef struct
{
  gsize      size;   /* of the struct that begins with an AetherPointerLock */
  gboolean (*fits)   (GdkSurface         *surface);
  /* On failure nothing is left to close */
  gboolean (*open)   (AetherPointerLock  *self,
                      GError            **error);
  void     (*close)  (AetherPointerLock  *self);
  gboolean (*is_active) (AetherPointerLock *self);
  gboolean (*motion) (AetherPointerLock  *self,
                      double              x,
                      double              y);
} AetherPointerLockBackend;

extern const AetherPointerLockBackend aether_pointer_lock_wayland;
extern const AetherPointerLockBackend aether_pointer_lock_x11;

struct _AetherPointerLock
{
  const AetherPointerLockBackend *backend;
  GtkWidget                      *widget;   /* borrowed: it outlives us */
  GdkSurface                     *surface;  /* may be destroyed before us */
  const AetherPointerLockFuncs   *funcs;
  gpointer                        user_data;
};

G_END_DECLS
