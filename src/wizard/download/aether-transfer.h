/* aether-transfer.h - fetches one file over several connections into its part file
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "aether-journal.h"

G_BEGIN_DECLS

/**
 * AetherTransferOptions:
 * @urls: the same file at one or more places; may carry user and password
 * @connections: at most so many at once, 1 to AETHER_SEGMENTS_MOST_CONNECTIONS
 * @limit: bytes a second over all of them, 0 for none
 * @retries: failures in a row, nothing received between, until it gives up
 * @stall: seconds of silence until a connection is made anew
 * @verified: the file will be checked, so that several sources may be mixed
 * @allow_plain: redirects from https to http are followed
 * @reserve: room on the disk is taken before
 */
typedef struct
{
  char   **urls;
  guint    connections;
  guint64  limit;
  guint    retries;
  guint    stall;
  gboolean verified;
  gboolean allow_plain;
  gboolean reserve;
} AetherTransferOptions;

typedef struct
{
  guint64 size;          /* G_MAXUINT64: unknown */
  guint64 received;      /* bytes of it that are there */
  guint64 speed;         /* bytes a second, lately */
  guint   connections;   /* at work */
  guint   restarts;      /* times it began anew, because the file had changed */
} AetherTransferProgress;

/**
 * AetherTransfer:
 *
 * Runs in the thread that calls aether_transfer_run(). Other threads may follow it: what is in
 * the part file from the beginning on without a gap grows, until the transfer begins anew.
 */
typedef struct _AetherTransfer AetherTransfer;

AetherTransfer *aether_transfer_new      (const char                  *path,
                                          const AetherTransferOptions *options,
                                          GError                     **error);
/* Keeps part and journal, so that the next one goes on. */
void            aether_transfer_free     (AetherTransfer              *self);
/* Removes them. */
void            aether_transfer_discard  (AetherTransfer              *self);

/* Blocks until all is there. G_IO_ERROR_CANCELLED means paused. */
gboolean        aether_transfer_run      (AetherTransfer              *self,
                                          GCancellable                *cancellable,
                                          GError                     **error);
/* The part file gets @path's name; it must be whole. */
gboolean        aether_transfer_publish  (AetherTransfer              *self,
                                          const char                  *path,
                                          GError                     **error);

/* Any thread. */
void            aether_transfer_get_progress (AetherTransfer          *self,
                                              AetherTransferProgress  *progress);
int             aether_transfer_get_fd       (AetherTransfer          *self);

/* For one follower. Blocks until there are some more bytes behind @offset, so that it is worth its
 * while, and gives how many; 0 at the end; -1 when it is over before (stopped, failed, or begun
 * anew since @restarts). */
gint64          aether_transfer_await        (AetherTransfer          *self,
                                              guint64                  offset,
                                              guint                    restarts);
/* Bytes a second, 0 for none. */
void            aether_transfer_set_limit    (AetherTransfer          *self,
                                              guint64                  limit);
/* Nobody will follow: aether_transfer_await() returns -1 from now on. */
void            aether_transfer_stop         (AetherTransfer          *self);

G_END_DECLS
