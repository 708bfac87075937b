/* aether-view-wish.h - the size a view asks its machine to paint in
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-input-sink.h"
#include "aether-view-geometry.h"

G_BEGIN_DECLS

typedef struct _AetherViewWish AetherViewWish;

typedef void (*AetherViewWishFunc) (GtkWidget *view, AetherViewGeometry *geometry);

/* @view: borrowed for the life of the wish; @get_geometry: says how large it is */
AetherViewWish *aether_view_wish_new         (GtkWidget          *view,
                                              AetherViewWishFunc  get_geometry);
void            aether_view_wish_free        (AetherViewWish     *self);
void            aether_view_wish_set_sink    (AetherViewWish     *self,
                                              AetherInputSink    *sink);
/* Returns: whether that was news */
gboolean        aether_view_wish_set_enabled (AetherViewWish     *self,
                                              gboolean            enabled);
gboolean        aether_view_wish_get_enabled (AetherViewWish     *self);
/* Asks, when the view's size has been the same for a while. */
void            aether_view_wish_later       (AetherViewWish     *self);

G_END_DECLS
