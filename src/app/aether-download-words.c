/* aether-download-words.c - how far a download is, in words and as a fraction
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-download-words.h"

#include <glib/gi18n.h>

#include "aether-words.h"

static char *
say_amount (const AetherDownloadProgress *progress)
{
  g_autofree char *received = g_format_size (progress->received);
  g_autofree char *size = NULL;

  if (progress->size == G_MAXUINT64)
    return g_steal_pointer (&received);

  size = g_format_size (progress->size);
  /* Translators: "1.2 GB of 4.7 GB" */
  return g_strdup_printf (_("%s of %s"), received, size);
}

static char *
say_running (const AetherDownloadProgress *progress)
{
  g_autofree char *amount = say_amount (progress);
  g_autofree char *speed = g_format_size (progress->speed);
  g_autofree char *left = NULL;

  if (progress->phase == AETHER_DOWNLOAD_CONNECTING)
    return g_strdup (_("Connecting…"));
  if (progress->phase == AETHER_DOWNLOAD_VERIFYING)
    return g_strdup (_("Verifying…"));
  if (progress->speed == 0)
    return g_steal_pointer (&amount);
  if (progress->left < 0)
    /* Translators: amount and speed, as "1.2 GB of 4.7 GB, 20 MB/s" */
    return g_strdup_printf (_("%s, %s/s"), amount, speed);

  /* Translators: seconds */
  left = progress->left < 60 ? g_strdup_printf (_("%d s"), (int) progress->left)
                             : aether_words_duration (progress->left);
  /* Translators: amount, speed and duration, as "1.2 GB of 4.7 GB, 20 MB/s, 3 min left" */
  return g_strdup_printf (_("%s, %s/s, %s left"), amount, speed, left);
}

char *
aether_download_words (AetherDownloadItem *item)
{
  AetherDownloadProgress progress;
  g_autofree char *amount = NULL;

  aether_download_item_get_progress (item, &progress);
  amount = say_amount (&progress);

  switch (aether_download_item_get_state (item))
    {
    case AETHER_DOWNLOAD_ITEM_RUNNING:
      return say_running (&progress);
    case AETHER_DOWNLOAD_ITEM_QUEUED:
      return g_strdup (_("Waits for its turn"));
    case AETHER_DOWNLOAD_ITEM_PAUSED:
      /* Translators: "Paused, 1.2 GB of 4.7 GB" */
      return g_strdup_printf (_("Paused, %s"), amount);
    case AETHER_DOWNLOAD_ITEM_FAILED:
      return g_strdup (aether_download_item_get_error (item));
    case AETHER_DOWNLOAD_ITEM_ELSEWHERE:
      /* Translators: "Another program fetches it, 1.2 GB of 4.7 GB" */
      return g_strdup_printf (_("Another program fetches it, %s"), amount);
    case AETHER_DOWNLOAD_ITEM_DONE:
    default:
      return g_strdup (_("Done"));
    }
}

double
aether_download_fraction (AetherDownloadItem *item)
{
  AetherDownloadProgress progress;

  aether_download_item_get_progress (item, &progress);
  if (progress.size == G_MAXUINT64 || progress.size == 0)
    return 0;

  return MIN ((double) progress.received / progress.size, 1);
}
