/* aether-host-thumbnail.h - the picture of a machine in the library
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-session.h"

G_BEGIN_DECLS

/**
 * AetherHostThumbnail:
 *
 * Keeps BUNDLE/thumbnail.png: the first display as it is, whole; who shows it
 * makes it small. A screen that did not change is not written again.
 */
#define AETHER_TYPE_HOST_THUMBNAIL (aether_host_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (AetherHostThumbnail, aether_host_thumbnail, AETHER, HOST_THUMBNAIL, GObject)

AetherHostThumbnail *aether_host_thumbnail_new         (AetherSession        *session,
                                                        const char           *bundle_path);

/* Completes when it is written, or was not to be had: then the old one stays, and there is nothing
 * to say. One is taken at a time; asking meanwhile is answered at once. */
void                 aether_host_thumbnail_take_async  (AetherHostThumbnail  *self,
                                                        GCancellable         *cancellable,
                                                        GAsyncReadyCallback   callback,
                                                        gpointer              user_data);
void                 aether_host_thumbnail_take_finish (AetherHostThumbnail  *self,
                                                        GAsyncResult         *result);

G_END_DECLS
