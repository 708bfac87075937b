/* aether-display-view.h - shows a machine's picture and takes its input
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-framebuffer.h"
#include "aether-input-sink.h"
#include "aether-tiles.h"
#include "aether-view-geometry.h"
#include "aether-view-input.h"

G_BEGIN_DECLS

/**
 * AetherDisplayView:
 *
 * In the middle of black, scaled as "scaling" and "filter" say; what does not
 * fit is panned, by the edges or by the bars of a #GtkScrolledWindow. With
 * "resizes-guest" the machine is asked to paint as large as the view is, in
 * pixels of the screen. Costs nothing while the picture stands still. Without
 * a framebuffer it goes on showing the last picture, or a substitute.
 *
 * Signals: "broken" (): the writer of the framebuffer took its memory away.
 */
#define AETHER_TYPE_DISPLAY_VIEW (aether_display_view_get_type ())
G_DECLARE_FINAL_TYPE (AetherDisplayView, aether_display_view, AETHER, DISPLAY_VIEW, GtkWidget)

GtkWidget *aether_display_view_new             (void);
void       aether_display_view_set_framebuffer (AetherDisplayView  *self,
                                                AetherFramebuffer  *framebuffer);
void       aether_display_view_set_sink        (AetherDisplayView  *self,
                                                AetherInputSink    *sink);
AetherViewInput *aether_display_view_get_input (AetherDisplayView *self);
void       aether_display_view_set_substitute  (AetherDisplayView  *self,
                                                GdkTexture         *picture);
gboolean   aether_display_view_has_picture     (AetherDisplayView  *self);

gboolean   aether_display_view_pan_by          (AetherDisplayView  *self,
                                                double              dx,
                                                double              dy);
void       aether_display_view_magnify         (AetherDisplayView  *self,
                                                double              factor,
                                                double              x,
                                                double              y);

G_END_DECLS
