/* aether-media-file.h - a disc or disk image that machines are made from
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aether-digest.h"

G_BEGIN_DECLS

/* What is known of its contents. Nicks in aetherctl: "unchecked", "verified", "unchanged", "damaged", "changed". */
typedef enum
{
  AETHER_MEDIA_FILE_UNCHECKED,   /* nothing to compare with */
  AETHER_MEDIA_FILE_VERIFIED,    /* it has the checksum, or signature, that its publisher names */
  AETHER_MEDIA_FILE_UNCHANGED,   /* it is what it was when it was first read */
  AETHER_MEDIA_FILE_DAMAGED,     /* it was not, when it was read last */
  AETHER_MEDIA_FILE_CHANGED,     /* its size or date is another than when it was read last */
} AetherMediaFileState;

/**
 * AetherMediaFile:
 *
 * Signal "changed": what is known of it.
 */
#define AETHER_TYPE_MEDIA_FILE (aether_media_file_get_type ())
G_DECLARE_FINAL_TYPE (AetherMediaFile, aether_media_file, AETHER, MEDIA_FILE, GObject)

const char           *aether_media_file_get_path     (AetherMediaFile *self);
const char           *aether_media_file_get_name     (AetherMediaFile *self);   /* for display */
guint64               aether_media_file_get_size     (AetherMediaFile *self);
gboolean              aether_media_file_is_missing   (AetherMediaFile *self);   /* a kept reference leads nowhere */
/* It lies elsewhere and is only remembered here. */
gboolean              aether_media_file_is_reference (AetherMediaFile *self);
AetherMediaFileState  aether_media_file_get_state    (AetherMediaFile *self);
/* Seconds since the epoch; 0: never */
gint64                aether_media_file_get_checked  (AetherMediaFile *self);
/* (nullable): lower case hex */
const char           *aether_media_file_get_checksum (AetherMediaFile *self,
                                                      AetherDigestKind *kind);
const char           *aether_media_file_get_url      (AetherMediaFile *self);   /* (nullable): where it came from */
/* Names of the machines that have it in a drive. */
const char * const   *aether_media_file_get_users    (AetherMediaFile *self);

/* Reads all of it, in a thread. Without anything to compare with it is read for the first time, and
 * compared with that from now on. Errors: G_IO_ERROR_INVALID_DATA when it is damaged, and what reading gives. */
void                  aether_media_file_verify_async  (AetherMediaFile *self,
                                                       GCancellable    *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer         user_data);
gboolean              aether_media_file_verify_finish (AetherMediaFile *self,
                                                       GAsyncResult    *result,
                                                       GError         **error);
/* Of a verification under way, 0 to 1; negative when there is none. */
double                aether_media_file_get_fraction  (AetherMediaFile *self);

/* What a download says of the file that it made, if it is in the folder of media: @hex: (nullable):
 * of this very file, not of what it was unpacked from; @verified: its publisher says so */
void                  aether_media_file_note_download (const char       *path,
                                                       AetherDigestKind  kind,
                                                       const char       *hex,
                                                       gboolean          verified,
                                                       const char       *url);

G_END_DECLS
