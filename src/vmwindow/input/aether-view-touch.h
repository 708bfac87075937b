/* aether-view-touch.h - fingers on a view: GDK's events and the clock for AetherTouchMap
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-touch-map.h"

G_BEGIN_DECLS

typedef void (*AetherViewTouchFunc) (const AetherTouchAction *action,
                                     gpointer                 user_data);

typedef struct _AetherViewTouch AetherViewTouch;

/* @func: called for each action, also from a timeout */
AetherViewTouch *aether_view_touch_new      (AetherViewTouchFunc  func,
                                             gpointer             user_data);
void             aether_view_touch_free     (AetherViewTouch     *self);

void             aether_view_touch_set_mode (AetherViewTouch     *self,
                                             AetherTouchMode      mode);
/* @event: a GDK_TOUCH_ one, at @x, @y of the view */
void             aether_view_touch_event    (AetherViewTouch     *self,
                                             GdkEvent            *event,
                                             double               x,
                                             double               y);
void             aether_view_touch_cancel   (AetherViewTouch     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherViewTouch, aether_view_touch_free)

G_END_DECLS
