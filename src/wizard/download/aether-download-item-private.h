/* aether-download-item-private.h - how the queue drives its items
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-download-item.h"

G_BEGIN_DECLS

/* What becomes of one that is stopped. */
typedef enum
{
  AETHER_DOWNLOAD_ITEM_WAIT,       /* its turn comes again */
  AETHER_DOWNLOAD_ITEM_PAUSE,
  AETHER_DOWNLOAD_ITEM_DISCARD,    /* what was received is removed */
} AetherDownloadItemEnd;

AetherDownloadItem   *aether_download_item_new        (AetherDownloadRecord  *record);   /* takes it */
AetherDownloadRecord *aether_download_item_get_record (AetherDownloadItem    *self);
void                  aether_download_item_set_state  (AetherDownloadItem    *self,
                                                       AetherDownloadItemState state);
/* Another process may be at it, or no longer; its progress is read from the journal.
 * Returns: whether one is */
gboolean              aether_download_item_look       (AetherDownloadItem    *self);
/* Signal "ended" follows, when the state has changed. */
void                  aether_download_item_run        (AetherDownloadItem    *self);
void                  aether_download_item_stop       (AetherDownloadItem    *self,
                                                       AetherDownloadItemEnd  end);
gboolean              aether_download_item_is_leaving (AetherDownloadItem    *self);   /* it was discarded */
void                  aether_download_item_set_limit  (AetherDownloadItem    *self,
                                                       guint64                limit);
/* Whether it may go well another time without anybody's help. */
gboolean              aether_download_item_may_recover (AetherDownloadItem   *self);

G_END_DECLS
