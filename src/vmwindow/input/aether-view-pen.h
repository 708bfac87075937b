/* aether-view-pen.h - a pen on a view: GDK's events for AetherPenMap
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-pen-map.h"
#include "aether-view-touch.h"

G_BEGIN_DECLS

typedef struct _AetherViewPen AetherViewPen;

AetherViewPen *aether_view_pen_new     (AetherViewTouchFunc  func,
                                        gpointer             user_data);
void           aether_view_pen_free    (AetherViewPen       *self);

/* Whether it is one of a pen's; tablets can have mice, too */
gboolean       aether_view_pen_takes   (GdkEvent            *event);
/* @event: one that it takes, at @x, @y of the view */
void           aether_view_pen_event   (AetherViewPen       *self,
                                        GdkEvent            *event,
                                        double               x,
                                        double               y);
void           aether_view_pen_cancel  (AetherViewPen       *self);
/* Whether what touches the glass now is the hand that holds the pen */
gboolean       aether_view_pen_is_near (AetherViewPen       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherViewPen, aether_view_pen_free)

G_END_DECLS
