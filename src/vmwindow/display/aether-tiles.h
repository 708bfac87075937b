/* aether-tiles.h - a picture as textures that are re-made only where it changed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-framebuffer.h"
#include "aether-view-geometry.h"

G_BEGIN_DECLS

#define AETHER_TILE_SIZE 128   /* pixels */

/* Textures are immutable, and a renderer uploads a new one as a whole. So the
 * picture is cut into tiles, and a tile gets a new texture only when its bytes
 * differ: guests report far more damage than there is. */
typedef struct _AetherTiles AetherTiles;

AetherTiles    *aether_tiles_new            (void);
void            aether_tiles_free           (AetherTiles            *self);
void            aether_tiles_set_software   (AetherTiles            *self,
                                             gboolean                software);
gboolean        aether_tiles_update         (AetherTiles            *self,
                                             const AetherFrame      *frame);
gboolean        aether_tiles_is_behind      (AetherTiles            *self);
guint           aether_tiles_get_width      (AetherTiles            *self);
guint           aether_tiles_get_height     (AetherTiles            *self);
guint           aether_tiles_get_n_made     (AetherTiles            *self);
void            aether_tiles_snapshot       (AetherTiles            *self,
                                             GtkSnapshot            *snapshot,
                                             const AetherViewPlace  *place,
                                             AetherViewFilter        filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherTiles, aether_tiles_free)

G_END_DECLS
