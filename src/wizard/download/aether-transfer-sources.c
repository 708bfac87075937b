/* aether-transfer-sources.c - the places of a file: which is asked next, and what becomes of one that fails
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-transfer-private.h"

#include <glib/gi18n.h>

#define MOST_WAIT        30                        /* seconds between retries */
#define MOST_RETRY_AFTER 300
#define MOST_RESTARTS    3
#define ASK_AFTER        (30 * G_TIME_SPAN_SECOND) /* a connection that the server refused is tried again */
#define ENOUGH           (16 << 10)                /* bytes of one answer that are worth its request */

guint
aether_transfer_count_sources (AetherTransfer *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_sources; i++)
    n += !self->sources[i].gone;

  return n;
}

Source *
aether_transfer_choose_source (AetherTransfer *self, gint64 now)
{
  guint n = self->options.verified ? self->n_sources : 1;

  /* Without a checksum the others are only for when the first is of no use. */
  if (!self->options.verified)
    for (guint i = 0; i < self->n_sources; i++)
      if (!self->sources[i].gone)
        return self->sources[i].not_before <= now ? &self->sources[i] : NULL;

  for (guint i = 0; i < n; i++)
    {
      Source *source = &self->sources[self->next_source++ % self->n_sources];

      if (!source->gone && source->not_before <= now)
        return source;
    }

  return NULL;
}

/* The least counts: it is the way there and back, whatever else is busy. */
void
aether_connection_learn_wait (Connection *connection)
{
  Source *source = connection->source;
  double asked = 0, answered = 0;

  curl_easy_getinfo (connection->easy, CURLINFO_PRETRANSFER_TIME, &asked);
  curl_easy_getinfo (connection->easy, CURLINFO_STARTTRANSFER_TIME, &answered);
  if (answered > asked && (source->wait == 0 || answered - asked < source->wait))
    source->wait = answered - asked;
}

/* Returns: seconds */
static gint64
choose_delay (Connection *connection)
{
  curl_off_t asked = 0;

  curl_easy_getinfo (connection->easy, CURLINFO_RETRY_AFTER, &asked);
  if (asked > 0)
    return MIN (asked, MOST_RETRY_AFTER);

  return MIN (1 << MIN (connection->source->failures, 6), MOST_WAIT);
}

/* A failure of one connection is no failure of the download while others get on: then the
 * server bears fewer. */
void
aether_connection_failed (Connection *connection, CURLcode code, long status)
{
  AetherTransfer *self = connection->transfer;
  Source *source = connection->source;
  gboolean passing = aether_http_is_passing (code, status);

  /* It got on: the rest is asked for again at once. */
  if (connection->bytes > 0 && connection->bytes >= MIN (ENOUGH, connection->asked / 2))
    return;
  /* The way there is asked anew. Of one without ranges all is, and that must count: it has no end else. */
  if (connection->behind && connection->verdict != VERDICT_NO_RANGES)
    {
      g_clear_pointer (&source->behind, g_free);
      return;
    }
  if (self->active > 1 && connection->bytes == 0 && self->wanted > 1)
    {
      self->wanted = MAX (1, self->active - 1);
      self->grow_at = g_get_monotonic_time () + (code == CURLE_OK ? ASK_AFTER : GROW_AFTER);
      return;
    }

  source->failures++;
  source->not_before = g_get_monotonic_time () + choose_delay (connection) * G_TIME_SPAN_SECOND;
  if (passing && source->failures <= self->options.retries)
    return;

  source->gone = TRUE;
  if (aether_transfer_count_sources (self) == 0 && self->error == NULL)
    aether_http_set_error (&self->error, source->url, code, status, connection->detail);
}

void
aether_connection_changed (Connection *connection)
{
  AetherTransfer *self = connection->transfer;
  g_autofree char *host = aether_http_dup_host (connection->source->url);
  Source *source = connection->source;

  /* A mirror that has another file is of no use; the first one says what it is. */
  if (source != &self->sources[0] && !self->sources[0].gone)
    {
      source->gone = TRUE;
      return;
    }

  self->most = 0;
  if (self->restarts >= MOST_RESTARTS && self->error == NULL)
    g_set_error (&self->error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("The file on %s changes again and again while it is downloaded. Try again later."), host);
}
