/* aether-media-file-private.h - what the library of media does with its files
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media-file.h"

G_BEGIN_DECLS

AetherMediaFile *aether_media_file_new        (const char      *path,
                                               gboolean         reference);
/* Looks at file and record again. Returns: whether there is still either */
gboolean         aether_media_file_refresh    (AetherMediaFile *self);
void             aether_media_file_set_users  (AetherMediaFile *self,
                                               char           **users);   /* takes them */
/* Begins a record. @hex, @url: (nullable) */
gboolean         aether_media_file_note       (const char      *path,
                                               AetherDigestKind kind,
                                               const char      *hex,
                                               gboolean         verified,
                                               const char      *url,
                                               GError         **error);
/* All of it; blocks. @done: counts the bytes, for other threads. Returns: (transfer full): lower case hex */
char            *aether_media_file_read_digest (const char      *path,
                                               AetherDigestKind kind,
                                               guint64         *done,
                                               GCancellable    *cancellable,
                                               GError         **error);
/* The record goes, the file stays. */
void             aether_media_file_forget     (const char      *path);
/* Paths of all records. Returns: (transfer full) */
char           **aether_media_file_list_paths (void);

G_END_DECLS
