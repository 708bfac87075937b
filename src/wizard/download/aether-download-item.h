/* aether-download-item.h - a download in the queue
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-download-record.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_DOWNLOAD_ITEM_QUEUED,      /* its turn will come */
  AETHER_DOWNLOAD_ITEM_RUNNING,
  AETHER_DOWNLOAD_ITEM_PAUSED,
  AETHER_DOWNLOAD_ITEM_FAILED,
  AETHER_DOWNLOAD_ITEM_DONE,
  AETHER_DOWNLOAD_ITEM_ELSEWHERE,   /* another process is at it */
} AetherDownloadItemState;

/**
 * AetherDownloadItem:
 *
 * Signal "changed": its state, or how far it is.
 */
#define AETHER_TYPE_DOWNLOAD_ITEM (aether_download_item_get_type ())
G_DECLARE_FINAL_TYPE (AetherDownloadItem, aether_download_item, AETHER, DOWNLOAD_ITEM, GObject)

const char              *aether_download_item_get_name     (AetherDownloadItem     *self);
const char              *aether_download_item_get_path     (AetherDownloadItem     *self);
const char              *aether_download_item_get_url      (AetherDownloadItem     *self);   /* without password */
AetherDownloadItemState  aether_download_item_get_state    (AetherDownloadItem     *self);
/* (nullable): a sentence, while it has failed */
const char              *aether_download_item_get_error    (AetherDownloadItem     *self);
void                     aether_download_item_get_progress (AetherDownloadItem     *self,
                                                            AetherDownloadProgress *progress);
/* The file is what the one of its address holds. */
gboolean                 aether_download_item_is_unpacked  (AetherDownloadItem     *self);
/* Once it is done. Returns: (nullable): see aether_download_get_checksum() */
const char              *aether_download_item_get_checksum (AetherDownloadItem     *self,
                                                            AetherDigestKind       *kind,
                                                            gboolean               *verified);

G_END_DECLS
