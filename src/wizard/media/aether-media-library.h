/* aether-media-library.h - the discs and disk images that were downloaded or added
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media-file.h"

G_BEGIN_DECLS

/* How a file gets in. */
typedef enum
{
  AETHER_MEDIA_ADD_COPY,   /* sharing its blocks where the file system can */
  AETHER_MEDIA_ADD_LINK,   /* a second name for the same file, on the same file system */
  AETHER_MEDIA_ADD_KEEP,   /* it stays where it is, and is only remembered */
} AetherMediaAdd;

/**
 * AetherMediaLibrary:
 *
 * A GListModel of #AetherMediaFile by name: what lies in the folder of media, and what is
 * remembered from elsewhere. What a download has not finished is not in it.
 */
#define AETHER_TYPE_MEDIA_LIBRARY (aether_media_library_get_type ())
G_DECLARE_FINAL_TYPE (AetherMediaLibrary, aether_media_library, AETHER, MEDIA_LIBRARY, GObject)

/* @machines: (nullable): of AetherBundle, to say who uses what; without it nobody does.
 * @watch: follow the folder on the thread-default main context; the machines are then read
 * in a thread, else before this returns */
AetherMediaLibrary *aether_media_library_new        (GListModel         *machines,
                                                     gboolean            watch);
void                aether_media_library_refresh    (AetherMediaLibrary *self);

/* By name, or by path where two have the same. Errors: G_IO_ERROR_NOT_FOUND,
 * G_IO_ERROR_INVALID_ARGUMENT. Returns: (transfer full) */
AetherMediaFile    *aether_media_library_find       (AetherMediaLibrary *self,
                                                     const char         *which,
                                                     GError            **error);

/* One of its files, by whatever name. */
gboolean            aether_media_library_has        (AetherMediaLibrary *self,
                                                     const char         *path);

/* Copying runs in a thread. Errors: G_IO_ERROR_EXISTS when the name is taken. */
void                aether_media_library_add_async  (AetherMediaLibrary *self,
                                                     const char         *path,
                                                     AetherMediaAdd      how,
                                                     GCancellable       *cancellable,
                                                     GAsyncReadyCallback callback,
                                                     gpointer            user_data);
gboolean            aether_media_library_add_finish (AetherMediaLibrary *self,
                                                     GAsyncResult       *result,
                                                     GError            **error);

/* To the trash, or for good; a reference is only forgotten. Errors: G_IO_ERROR_BUSY names the
 * machines that use it, unless @force. */
gboolean            aether_media_library_remove     (AetherMediaLibrary *self,
                                                     AetherMediaFile    *file,
                                                     gboolean            permanently,
                                                     gboolean            force,
                                                     GError            **error);

G_END_DECLS
