/* aether-download.h - one file from the net: whole, verified, under its name
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aether-digest.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_DOWNLOAD_IDLE,
  AETHER_DOWNLOAD_CONNECTING,
  AETHER_DOWNLOAD_RECEIVING,
  AETHER_DOWNLOAD_VERIFYING,   /* all is there; its end is still read */
  AETHER_DOWNLOAD_DONE,
} AetherDownloadPhase;

/**
 * AetherDownloadProgress:
 * @size: bytes of the whole file, G_MAXUINT64 while unknown
 * @speed: bytes a second, lately
 * @left: seconds until the end, -1 when unknown
 */
typedef struct
{
  AetherDownloadPhase phase;
  guint64             size;
  guint64             received;
  guint64             speed;
  gint64              left;
  guint               connections;
} AetherDownloadProgress;

/**
 * AetherDownload:
 *
 * Fetches one file over several connections. What is there survives everything (see
 * aether-journal.h): a download that is cancelled, killed or fails goes on where it was,
 * when one to the same path is run again. The name appears when all is there and right.
 * Signal "progress": about four times a second while it runs, on the context that ran it.
 * All calls on one thread.
 */
#define AETHER_TYPE_DOWNLOAD (aether_download_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownload, aether_download, AETHER, DOWNLOAD, GObject)

/* @path: the final name; nothing of that name is ever replaced */
AetherDownload *aether_download_new               (const char      *url,
                                                   const char      *path);
const char     *aether_download_get_path          (AetherDownload  *self);
const char     *aether_download_get_url           (AetherDownload  *self);   /* without password */

/* Before it runs: */
void            aether_download_add_mirror        (AetherDownload  *self,
                                                   const char      *url);
/* As aether_digest_parse() takes it. */
gboolean        aether_download_set_checksum      (AetherDownload  *self,
                                                   const char      *text,
                                                   GError         **error);
/* A list of checksums that names the file by the last part of its URL. */
void            aether_download_set_checksum_url  (AetherDownload  *self,
                                                   const char      *url);
/* OpenPGP: of the list of checksums; @url: (nullable): NULL when it carries its own signature. */
void            aether_download_set_signature     (AetherDownload  *self,
                                                   const char      *url,
                                                   const char      *keyring);
/* Of the file itself. */
void            aether_download_set_minisign      (AetherDownload  *self,
                                                   const char      *url,
                                                   const char      *key);
void            aether_download_set_connections   (AetherDownload  *self,
                                                   guint            connections);   /* 8 */
void            aether_download_set_limit         (AetherDownload  *self,
                                                   guint64          limit);         /* bytes a second, 0: none;
                                                                                     * also while it runs */
void            aether_download_set_retries       (AetherDownload  *self,
                                                   guint            retries,        /* 6 in a row */
                                                   guint            stall);         /* seconds of silence: 20 */
void            aether_download_set_unpack        (AetherDownload  *self,
                                                   gboolean         unpack);        /* by the URL's ending */
void            aether_download_set_allow_plain   (AetherDownload  *self,
                                                   gboolean         allow);         /* https -> http */
void            aether_download_set_reserve       (AetherDownload  *self,
                                                   gboolean         reserve);       /* TRUE */

/* Errors: G_IO_ERROR_CANCELLED: paused; G_IO_ERROR_EXISTS; G_IO_ERROR_BUSY: somebody else is at
 * it; G_IO_ERROR_INVALID_DATA: the checksum is another: what was received is removed;
 * G_IO_ERROR_PERMISSION_DENIED: the signature is not right; G_IO_ERROR_NO_SPACE. */
void            aether_download_run_async         (AetherDownload  *self,
                                                   GCancellable    *cancellable,
                                                   GAsyncReadyCallback callback,
                                                   gpointer         user_data);
gboolean        aether_download_run_finish        (AetherDownload  *self,
                                                   GAsyncResult    *result,
                                                   GError         **error);

void            aether_download_get_progress      (AetherDownload  *self,
                                                   AetherDownloadProgress *progress);
/* After its end. Returns: (nullable): lower case hex of the kind that was verified, else SHA-256 */
const char     *aether_download_get_checksum      (AetherDownload  *self,
                                                   AetherDigestKind *kind,
                                                   gboolean        *verified);

/* Removes what a download to @path left, unless one is at work: G_IO_ERROR_BUSY. */
gboolean        aether_download_discard           (const char      *path,
                                                   GError         **error);

G_END_DECLS
