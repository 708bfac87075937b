/* aether-thumbnail.h - small pictures of machines, loaded aside and kept for a while
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Decodes the picture @path to fit in @width x @height device pixels, in a
 * thread. A few hundred small results are kept and renewed when the file
 * changes. Main thread only. Errors: G_IO_ERROR_NOT_FOUND, G_IO_ERROR_INVALID_DATA. */
void        aether_thumbnail_load_async       (const char           *path,
                                               int                   width,
                                               int                   height,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
/* The same for a PNG in @data, never kept. */
void        aether_thumbnail_decode_async     (GBytes               *data,
                                               int                   width,
                                               int                   height,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
/* For both. Returns: (transfer full) */
GdkTexture *aether_thumbnail_finish           (GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
