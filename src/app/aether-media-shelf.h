/* aether-media-shelf.h - which of the media that are here are of which system
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-catalogue.h"
#include "aether-media-library.h"

G_BEGIN_DECLS

/**
 * AetherMediaShelf:
 *
 * Looks into the files of a library of media, in a thread. Signal "changed": more is known.
 */
#define AETHER_TYPE_MEDIA_SHELF (aether_media_shelf_get_type ())
G_DECLARE_FINAL_TYPE (AetherMediaShelf, aether_media_shelf, AETHER, MEDIA_SHELF, GObject)

AetherMediaShelf *aether_media_shelf_new           (AetherMediaLibrary *media);
void              aether_media_shelf_set_catalogue (AetherMediaShelf   *self,
                                                    AetherCatalogue    *catalogue);

/* @os: (nullable): any. Those that a machine of @arch can start. Returns: (transfer full)
 * (element-type AetherMediaFile) */
GPtrArray        *aether_media_shelf_find          (AetherMediaShelf   *self,
                                                    AetherOs           *os,
                                                    const char         *arch);
/* See aether_media_library_has() */
gboolean          aether_media_shelf_has           (AetherMediaShelf   *self,
                                                    const char         *path);
/* Size, and what is known of its contents. Returns: (transfer full) */
char             *aether_media_shelf_describe      (AetherMediaFile    *file);

G_END_DECLS
