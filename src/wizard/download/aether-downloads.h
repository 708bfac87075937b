/* aether-downloads.h - the queue of downloads
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-download-item.h"

G_BEGIN_DECLS

/**
 * AetherDownloads:
 *
 * A GListModel of #AetherDownloadItem, in the order in which they are fetched. It goes on with
 * what the last one of its kind, or a killed one, left behind, unless the user had paused it;
 * shows what other processes fetch; and tries again what had failed when the network is back.
 * Properties: "most" (guint, so many at once: 2), "limit" (guint64, bytes a second over all,
 * 0 none). Signals: "finished" (item); "changed": of any item.
 */
#define AETHER_TYPE_DOWNLOADS (aether_downloads_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownloads, aether_downloads, AETHER, DOWNLOADS, GObject)

AetherDownloads    *aether_downloads_new        (void);

/* @record: (transfer full): what is there already for its path is that, and goes on.
 * Returns: (transfer none) (nullable): %NULL when the name is taken: G_IO_ERROR_EXISTS, or the
 * address is none: G_IO_ERROR_INVALID_ARGUMENT */
AetherDownloadItem *aether_downloads_add        (AetherDownloads      *self,
                                                 AetherDownloadRecord *record,
                                                 GError              **error);
/* An address alone, into the folder of media. */
AetherDownloadItem *aether_downloads_add_url    (AetherDownloads      *self,
                                                 const char           *url,
                                                 GError              **error);

void                aether_downloads_pause      (AetherDownloads      *self,
                                                 AetherDownloadItem   *item);
/* Also what had failed. */
void                aether_downloads_resume     (AetherDownloads      *self,
                                                 AetherDownloadItem   *item);
/* Takes it off the list; what was received of an unfinished one is removed. Nothing happens to one
 * of another process. */
void                aether_downloads_remove     (AetherDownloads      *self,
                                                 AetherDownloadItem   *item);
/* One place to the front (-1) or to the back (1). */
void                aether_downloads_move       (AetherDownloads      *self,
                                                 AetherDownloadItem   *item,
                                                 int                   step);

void                aether_downloads_set_most   (AetherDownloads      *self,
                                                 guint                 most);
void                aether_downloads_set_limit  (AetherDownloads      *self,
                                                 guint64               limit);

/* @fraction: (out): of all that run here, 0 to 1. Returns: how many are not done, failed or paused */
guint               aether_downloads_get_active (AetherDownloads      *self,
                                                 double               *fraction);

/* Stops what runs, so that the next one goes on with it; returns when all has ended. */
void                aether_downloads_close      (AetherDownloads      *self);

G_END_DECLS
