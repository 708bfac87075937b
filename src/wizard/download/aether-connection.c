/* aether-connection.c - one question to a server, and what to make of its answer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-transfer-private.h"

#include "aether-follower.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define NOTE_EVERY    (256 << 10)                  /* bytes of one connection */

/* --- judging an answer -------------------------------------------------------- */

static void
learn_source (Connection *connection)
{
  Source *source = connection->source;
  char *url = NULL;

  curl_easy_getinfo (connection->easy, CURLINFO_EFFECTIVE_URL, &url);
  g_free (source->host);
  source->host = aether_http_dup_host (url ? url : source->url);
  /* Who has to say his password says it where he meant to. */
  if (url && source->user == NULL && !g_str_equal (url, source->url))
    g_set_str (&source->behind, url);
  g_set_str (&source->etag, connection->answer.etag);
  g_set_str (&source->last_modified, connection->answer.last_modified);
  source->known = TRUE;
}

/* A redirector may send us to another mirror each time. When the whole is verified
 * in the end, that is fine; else all must come from one place. */
static gboolean
is_same_file (Connection *connection)
{
  AetherTransfer *self = connection->transfer;
  Source *source = connection->source;
  g_autofree char *host = NULL;
  char *url = NULL;

  if (!source->known)
    return self->options.verified || connection->source == &self->sources[0];
  if (aether_http_same_file (source->etag, source->last_modified, connection->answer.etag,
                             connection->answer.last_modified))
    return TRUE;

  curl_easy_getinfo (connection->easy, CURLINFO_EFFECTIVE_URL, &url);
  host = aether_http_dup_host (url ? url : source->url);
  return self->options.verified && source->host && !g_str_equal (host, source->host);
}

/* Whether these are the bytes that were asked for, as far as one can see; else a checksum has to
 * tell. There are servers that say "packed" of what is so anyway, as a .gz. A page of a hotel's
 * network, or one that asks for a password, comes under any name. */
static Verdict
judge_kind (Connection *connection)
{
  const AetherHttpAnswer *answer = &connection->answer;
  g_autofree char *name = aether_http_dup_name (connection->source->url);
  g_autofree char *lower = name ? g_ascii_strdown (name, -1) : NULL;
  gboolean packed = name && aether_follower_is_packed (name, NULL);

  if (connection->transfer->options.verified)
    return VERDICT_NONE;
  if (answer->page && (packed || (lower && aether_follower_is_disk (lower))))
    return VERDICT_PAGE;

  return answer->packed && !packed ? VERDICT_PACKED : VERDICT_NONE;
}

/* The first answer of all: what the file is. The connection keeps its segment, which is made
 * anew with it. */
static Verdict
judge_first (Connection *connection)
{
  AetherTransfer *self = connection->transfer;
  const AetherHttpAnswer *answer = &connection->answer;
  gboolean partial = answer->status == 206;
  guint64 size = answer->total >= 0 ? (guint64) answer->total : G_MAXUINT64;

  learn_source (connection);
  self->ranges = partial;
  if (!aether_transfer_begin (self, connection->source, size))
    return VERDICT_DISK;
  if (size == 0)
    return VERDICT_COMPLETE;

  g_mutex_lock (&self->mutex);
  aether_segments_claim (&self->segments, partial ? FIRST_CHUNK : size);
  g_mutex_unlock (&self->mutex);
  return VERDICT_NONE;
}

static Verdict
judge (Connection *connection)
{
  AetherTransfer *self = connection->transfer;
  const AetherHttpAnswer *answer = &connection->answer;
  guint64 size = self->facts.size;
  Verdict kind;

  if (answer->status == 416 && answer->has_range && answer->total == 0 && self->facts.url == NULL)
    return judge_first (connection);
  if (answer->status == 416 && self->facts.url != NULL)
    return VERDICT_CHANGED;
  if (answer->status == 416 && connection->ranged)
    return VERDICT_NO_RANGES;
  if (answer->status != 200 && answer->status != 206)
    return VERDICT_STATUS;
  if ((kind = judge_kind (connection)) != VERDICT_NONE)
    return kind;
  if (answer->contradictory)
    return VERDICT_STRANGE;
  if (answer->status == 206 && (!answer->has_range || (guint64) answer->first != connection->asked_from))
    return VERDICT_STRANGE;
  if (answer->status == 206 && answer->total < 0)
    return connection->ranged ? VERDICT_NO_RANGES : VERDICT_STRANGE;
  if (self->facts.url == NULL)
    return judge_first (connection);

  if (!is_same_file (connection) ||
      (size != G_MAXUINT64 && answer->total >= 0 && (guint64) answer->total != size))
    return VERDICT_CHANGED;
  /* If-Range did not hold and yet it is the same: all or nothing. */
  if (answer->status == 200 && (connection->asked_from > 0 || connection->ranged))
    return VERDICT_NO_RANGES;

  learn_source (connection);
  return VERDICT_NONE;
}

static gsize
header_cb (char *data, gsize size, gsize n, gpointer user_data)
{
  Connection *connection = user_data;

  aether_http_answer_add (&connection->answer, data, size * n);
  return size * n;
}

static gsize
write_cb (char *data, gsize size, gsize n, gpointer user_data)
{
  Connection *connection = user_data;
  AetherTransfer *self = connection->transfer;
  AetherSegment *segment;
  gsize length = size * n;
  guint64 where, room;
  int index;

  if (!connection->judged)
    {
      connection->judged = TRUE;
      connection->verdict = judge (connection);
    }
  if (connection->verdict != VERDICT_NONE)
    return CURL_WRITEFUNC_ERROR;

  /* Only this thread changes segments, so that they may be read without the lock. */
  index = aether_segments_find (&self->segments, connection->start);
  g_return_val_if_fail (index >= 0, CURL_WRITEFUNC_ERROR);
  segment = &self->segments.all[index];
  where = segment->pos;
  room = segment->end - where;
  length = MIN (length, room);
  if (!aether_journal_write_at (aether_journal_get_fd (self->journal), data, length, where))
    {
      aether_transfer_fail (self, errno);
      connection->verdict = VERDICT_DISK;
      return CURL_WRITEFUNC_ERROR;
    }

  g_mutex_lock (&self->mutex);
  segment->pos += length;
  if (aether_segments_contiguous (&self->segments) >= MIN (self->awaited, self->segments.size))
    {
      self->awaited = G_MAXUINT64;
      g_cond_broadcast (&self->grown);
    }
  g_mutex_unlock (&self->mutex);

  connection->bytes += length;
  connection->unnoted += length;
  if (connection->unnoted >= NOTE_EVERY)
    {
      connection->unnoted = 0;
      aether_transfer_note (self);
    }
  /* The later half of its piece was given to another: enough. */
  if (segment->pos == segment->end && length < size * n)
    {
      connection->verdict = VERDICT_COMPLETE;
      return CURL_WRITEFUNC_ERROR;
    }

  return size * n;
}

void
aether_connection_judge_empty (Connection *connection, CURLcode code)
{
  if (connection->judged || code != CURLE_OK)
    return;

  connection->judged = TRUE;
  connection->verdict = judge (connection);
}

/* --- asking ------------------------------------------------------------------- */

void
aether_connection_ask (Connection *connection, Source *source, const AetherSegment *segment)
{
  AetherTransfer *self = connection->transfer;
  CURL *easy = aether_http_new_request (source->behind ? source->behind : source->url, source->user,
                                        source->password, self->options.allow_plain);
  const char *validator = NULL;

  if (easy == NULL)
    {
      aether_transfer_fail (self, ENOMEM);
      return;
    }

  connection->source = source;
  connection->easy = easy;
  connection->behind = source->behind != NULL;
  connection->start = segment->start;
  connection->asked_from = segment->pos;
  connection->asked = segment->end == G_MAXUINT64 ? G_MAXUINT64 : segment->end - segment->pos;
  /* What broke off is worth a try, even where there seemed to be no ranges. */
  connection->ranged = self->ranges || segment->pos > 0;
  connection->judged = FALSE;
  connection->verdict = VERDICT_NONE;
  connection->bytes = connection->unnoted = 0;
  connection->begun = g_get_monotonic_time ();
  connection->detail[0] = '\0';
  aether_http_answer_clear (&connection->answer);

  if (connection->ranged)
    {
      g_autofree char *range =
        segment->end == G_MAXUINT64
          ? g_strdup_printf ("%" G_GUINT64_FORMAT "-", segment->pos)
          : g_strdup_printf ("%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, segment->pos, segment->end - 1);

      curl_easy_setopt (easy, CURLOPT_RANGE, range);
      if (source->known)
        validator = aether_http_if_range (source->etag, source->last_modified);
      if (validator)
        {
          g_autofree char *header = g_strconcat ("If-Range: ", validator, NULL);

          connection->headers = curl_slist_append (NULL, header);
          curl_easy_setopt (easy, CURLOPT_HTTPHEADER, connection->headers);
        }
    }
  curl_easy_setopt (easy, CURLOPT_PRIVATE, connection);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, header_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, connection);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, write_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, connection);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, connection->detail);
  curl_easy_setopt (easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt (easy, CURLOPT_LOW_SPEED_TIME, (long) self->options.stall);
  curl_multi_add_handle (self->multi, easy);
  self->active++;
}

void
aether_connection_close (Connection *connection)
{
  AetherTransfer *self = connection->transfer;

  curl_multi_remove_handle (self->multi, connection->easy);
  curl_easy_cleanup (connection->easy);
  connection->easy = NULL;
  g_clear_pointer (&connection->headers, curl_slist_free_all);
  self->active--;
}
