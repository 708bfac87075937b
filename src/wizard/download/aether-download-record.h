/* aether-download-record.h - what is remembered of a download that is not done
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-download.h"

G_BEGIN_DECLS

/**
 * AetherDownloadRecord:
 * @url: as it was given; it is saved without user and password, as all addresses are
 * @path: where it goes, absolute; there is one record of each path
 * @unpack: a compressed file becomes its contents
 * @paused: by the user, so that nobody goes on by himself
 * @position: in the queue; small ones come first
 * @error: (nullable): why it ended last
 * @saved: seconds since the epoch
 *
 * A file of its own in the state folder, from the order until the file is there. What was
 * received of it is in the journal beside the file.
 */
typedef struct
{
  char    *url;
  char    *path;
  char   **mirrors;          /* (nullable) */
  char    *checksum;         /* (nullable): "sha256:HEX" */
  char    *checksum_url;     /* (nullable) */
  char    *signature_url;    /* (nullable) */
  char    *keyring;          /* (nullable) */
  char    *minisign_url;     /* (nullable) */
  char    *minisign_key;     /* (nullable) */
  gboolean unpack;
  gboolean allow_plain;
  gboolean no_reserve;
  gboolean paused;
  gint64   position;
  char    *error;
  gint64   saved;
} AetherDownloadRecord;

AetherDownloadRecord *aether_download_record_new    (const char                 *url,
                                                     const char                 *path);
void                  aether_download_record_free   (AetherDownloadRecord       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherDownloadRecord, aether_download_record_free)

/* Where a file goes when nobody says: the folder of media, which is made, under the last part of
 * its address. @unpack: (inout): whether it may be; and whether it is worth it. Errors:
 * G_IO_ERROR_INVALID_ARGUMENT without a name, and what making the folder gives. */
char                 *aether_download_choose_path   (const char                 *url,
                                                     gboolean                   *unpack,
                                                     GError                    **error);

gboolean              aether_download_record_save   (const AetherDownloadRecord *self,
                                                     GError                    **error);
/* The record only, not what was received. */
void                  aether_download_record_remove (const char                 *path);
/* Of one path; %NULL when there is none. */
AetherDownloadRecord *aether_download_record_load   (const char                 *path);
/* Returns: (transfer full) (element-type AetherDownloadRecord): by position */
GPtrArray            *aether_download_record_list   (void);
char                 *aether_download_record_dup_folder (void);

/* A download of it, not yet run. Errors: G_IO_ERROR_INVALID_ARGUMENT for a checksum that is none. */
AetherDownload       *aether_download_record_open   (const AetherDownloadRecord *self,
                                                     GError                    **error);

G_END_DECLS
