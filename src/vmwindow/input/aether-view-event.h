/* aether-view-event.h - what GDK's events of a pointer say, in coordinates of a view
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Returns: %FALSE: the event, or the view, is nowhere */
gboolean aether_view_event_get_position (GdkEvent  *event,
                                         GtkWidget *view,
                                         double    *x,
                                         double    *y);
/* Clicks of a wheel, rightwards and downwards */
void     aether_view_event_get_scroll   (GdkEvent  *event,
                                         double    *steps_x,
                                         double    *steps_y);

G_END_DECLS
