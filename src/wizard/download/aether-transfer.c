/* aether-transfer.c - fetches one file over several connections into its part file
 *
 * One thread runs all connections (curl's multi interface) and writes what comes where it
 * belongs; a second one syncs the part file from time to time, because that blocks.
 * Pieces are handed out from the front and are short (at most half a second of a connection),
 * so that the beginning without a gap, which a checksum needs, grows steadily.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-transfer-private.h"

#include "aether-store.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define LEAST_CHUNK   ((guint64) 4 << 20)
#define MOST_CHUNK    ((guint64) 64 << 20)
#define WAITS_A_CHUNK 20
#define MOST_SECONDS  0.5
#define SYNC_EVERY    (5 * G_TIME_SPAN_SECOND)
#define TICK          (G_TIME_SPAN_SECOND / 4)
#define LEAST_SHARE   ((guint64) 64 << 10)         /* bytes a second of a connection, when they are limited */
#define SLOW_AFTER    (3 * G_TIME_SPAN_SECOND)     /* a connection that slow is made anew */
#define FOLLOW_STEP   ((guint64) 1 << 20)          /* bytes for which a follower is woken */

/* --- the part file ---------------------------------------------------------- */

void
aether_transfer_fail (AetherTransfer *self, int errnum)
{
  if (self->error == NULL)
    aether_store_set_error (&self->error, errnum);
}

void
aether_transfer_note (AetherTransfer *self)
{
  g_autoptr(GError) error = NULL;

  if (!aether_journal_note (self->journal, &self->segments, &error) && self->error == NULL)
    self->error = g_steal_pointer (&error);
}

/* Everything from the start, of a file with these facts. */
gboolean
aether_transfer_begin (AetherTransfer *self, Source *source, guint64 size)
{
  AetherJournalFacts facts = {
    .url = g_strdup (source->url),
    .host = g_strdup (source->host),
    .etag = g_strdup (source->etag),
    .last_modified = g_strdup (source->last_modified),
    .size = size,
  };
  gboolean ok;

  /* The disk may take its time: nobody who only looks at the progress waits for it. */
  ok = aether_journal_begin (self->journal, &facts, self->error ? NULL : &self->error) &&
       (!self->options.reserve || size == G_MAXUINT64 ||
        aether_journal_reserve (self->journal, size, self->error ? NULL : &self->error));

  g_mutex_lock (&self->mutex);
  aether_journal_facts_clear (&self->facts);
  self->facts = facts;
  aether_segments_init (&self->segments, size);
  g_cond_broadcast (&self->grown);
  g_mutex_unlock (&self->mutex);

  return ok;
}

/* --- connections -------------------------------------------------------------- */

/* Long enough that the wait for the answer is a small part of it, and no longer: so many are under
 * way at once, and a checksum has only those ahead of it when the last one ends. What a short piece
 * says of the speed is not much: the next one at most doubles. */
static guint64
choose_chunk (Connection *connection, const Source *source)
{
  double seconds = MIN (source->wait * WAITS_A_CHUNK, MOST_SECONDS);
  double chunk = MIN (connection->speed * seconds, 2.0 * connection->bytes);

  return CLAMP ((guint64) chunk, LEAST_CHUNK, MOST_CHUNK);
}

static void
release_segment (Connection *connection)
{
  AetherTransfer *self = connection->transfer;
  int index;

  g_mutex_lock (&self->mutex);
  index = aether_segments_find (&self->segments, connection->start);
  if (index >= 0)
    aether_segments_release (&self->segments, index);
  g_cond_broadcast (&self->grown);
  g_mutex_unlock (&self->mutex);
  aether_transfer_note (self);
}

static void
close_all (AetherTransfer *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->connections); i++)
    if (self->connections[i].easy)
      {
        aether_connection_close (&self->connections[i]);
        release_segment (&self->connections[i]);
      }
}

/* What was received is of no use: the next answer is the first again. */
static void
forget (AetherTransfer *self)
{
  close_all (self);
  g_mutex_lock (&self->mutex);
  aether_journal_facts_clear (&self->facts);
  aether_segments_init (&self->segments, G_MAXUINT64);
  self->restarts++;
  g_cond_broadcast (&self->grown);
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->n_sources; i++)
    {
      self->sources[i].known = FALSE;
      g_clear_pointer (&self->sources[i].behind, g_free);
    }
}

static guint64
get_limit (AetherTransfer *self)
{
  return __atomic_load_n (&self->options.limit, __ATOMIC_RELAXED);
}

/* A slow line is not cut into many slower ones. */
static guint
count_wanted (AetherTransfer *self)
{
  guint64 limit = get_limit (self);
  guint wanted = MIN (self->wanted, self->options.connections);

  return limit ? MIN (wanted, MAX (1, limit / LEAST_SHARE)) : wanted;
}

static gboolean
is_segment_whole (Connection *connection)
{
  AetherTransfer *self = connection->transfer;
  int index = aether_segments_find (&self->segments, connection->start);

  return index >= 0 && self->segments.all[index].pos == self->segments.all[index].end;
}

/* The end of a file whose size nobody had said. */
static void
set_end (AetherTransfer *self)
{
  g_mutex_lock (&self->mutex);
  if (self->segments.n > 0)
    aether_segments_set_size (&self->segments, self->segments.all[self->segments.n - 1].pos);
  self->facts.size = self->segments.size;
  g_mutex_unlock (&self->mutex);
}

static void
connection_ended (Connection *connection, CURLcode code)
{
  AetherTransfer *self = connection->transfer;
  gint64 now = g_get_monotonic_time ();
  Verdict verdict;
  guint64 received;
  gboolean whole;

  aether_connection_judge_empty (connection, code);
  verdict = connection->verdict;
  if (code == CURLE_OK && verdict == VERDICT_NONE && self->facts.url && self->segments.size == G_MAXUINT64)
    set_end (self);
  whole = is_segment_whole (connection);
  connection->speed = connection->bytes * (double) G_TIME_SPAN_SECOND / MAX (now - connection->begun, 1);
  aether_connection_learn_wait (connection);

  received = aether_segments_received (&self->segments);
  if (received > self->most)
    {
      self->most = received;
      connection->source->failures = 0;
    }

  switch (verdict)
    {
    case VERDICT_COMPLETE:
    case VERDICT_SLOW:
    case VERDICT_DISK:
      break;
    case VERDICT_NONE:
      /* A server may give less than was asked for, as long as it gives something. */
      if (!whole && (code != CURLE_OK || connection->bytes == 0))
        aether_connection_failed (connection, code == CURLE_OK ? CURLE_PARTIAL_FILE : code, connection->answer.status);
      break;
    case VERDICT_STATUS:
      aether_connection_failed (connection, CURLE_OK, connection->answer.status);
      break;
    case VERDICT_STRANGE:
      aether_connection_failed (connection, CURLE_RANGE_ERROR, 0);
      break;
    case VERDICT_PACKED:
      aether_connection_failed (connection, CURLE_BAD_CONTENT_ENCODING, 0);
      break;
    case VERDICT_PAGE:
      aether_connection_failed (connection, CURLE_REMOTE_FILE_NOT_FOUND, 0);
      break;
    case VERDICT_CHANGED:
      aether_connection_changed (connection);
      break;
    case VERDICT_NO_RANGES:
      /* It broke off before, and does not go on where it was. */
      if (connection->asked_from > 0)
        aether_connection_failed (connection, CURLE_PARTIAL_FILE, 0);
      break;
    }

  aether_connection_close (connection);
  release_segment (connection);
  if (verdict == VERDICT_NO_RANGES)
    self->ranges = FALSE;
  if (verdict == VERDICT_NO_RANGES || (verdict == VERDICT_CHANGED && !connection->source->gone))
    forget (self);
}

/* Returns: whether there is a place to ask, now or later */
static gboolean
start_connections (AetherTransfer *self)
{
  gint64 now = g_get_monotonic_time ();
  guint limit = self->facts.url == NULL || !self->ranges ? 1 : count_wanted (self);

  for (guint i = 0; i < self->options.connections && self->active < limit; i++)
    {
      Connection *connection = &self->connections[i];
      Source *source;
      int index;

      if (connection->easy)
        continue;
      source = aether_transfer_choose_source (self, now);
      if (source == NULL)
        break;

      g_mutex_lock (&self->mutex);
      index = aether_segments_claim (&self->segments,
                                     self->facts.url ? choose_chunk (connection, source) : FIRST_CHUNK);
      g_mutex_unlock (&self->mutex);
      if (index < 0)
        break;
      aether_connection_ask (connection, source, &self->segments.all[index]);
    }

  return aether_transfer_count_sources (self) > 0;
}

/* Returns: whether a connection has ended */
static gboolean
read_messages (AetherTransfer *self)
{
  gboolean any = FALSE;
  CURLMsg *message;
  int left;

  while ((message = curl_multi_info_read (self->multi, &left)) != NULL)
    {
      Connection *connection = NULL;

      if (message->msg != CURLMSG_DONE)
        continue;
      curl_easy_getinfo (message->easy_handle, CURLINFO_PRIVATE, (char **) &connection);
      connection_ended (connection, message->data.result);
      any = TRUE;
    }

  return any;
}

/* Near the end, when others have nothing to do, who crawls is made anew. */
static void
drop_slow (AetherTransfer *self, gint64 now)
{
  Connection *slowest = NULL;
  double least = 0, sum = 0;
  guint n = 0;

  if (!self->ranges || self->active == 0 || self->active >= count_wanted (self) ||
      self->segments.frontier < self->segments.size)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (self->connections); i++)
    {
      Connection *connection = &self->connections[i];
      double speed;

      if (connection->easy == NULL)
        {
          if (connection->speed > 0)
            {
              sum += connection->speed;
              n++;
            }
          continue;
        }
      if (now - connection->begun < SLOW_AFTER)
        continue;
      speed = connection->bytes * (double) G_TIME_SPAN_SECOND / (now - connection->begun);
      if (slowest == NULL || speed < least)
        {
          slowest = connection;
          least = speed;
        }
    }
  if (slowest == NULL || n == 0 || least * 4 >= sum / n)
    return;

  slowest->verdict = VERDICT_SLOW;
  slowest->speed = least;
  aether_connection_close (slowest);
  release_segment (slowest);
}

static void
share_limit (AetherTransfer *self)
{
  guint64 limit = get_limit (self);
  curl_off_t share = limit && self->active ? MAX (limit / self->active, 1) : 0;

  if (limit == 0 && !self->limited)
    return;
  self->limited = limit > 0;

  for (guint i = 0; i < G_N_ELEMENTS (self->connections); i++)
    if (self->connections[i].easy)
      curl_easy_setopt (self->connections[i].easy, CURLOPT_MAX_RECV_SPEED_LARGE, share);
}

static void
tick (AetherTransfer *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 received;
  double speed = 0;

  if (now - self->ticked < TICK)
    return;

  received = aether_segments_received (&self->segments);
  if (self->ticked > 0 && received >= self->ticked_received)
    {
      speed = (received - self->ticked_received) * (double) G_TIME_SPAN_SECOND / (now - self->ticked);
      g_mutex_lock (&self->mutex);
      self->speed = self->speed > 0 ? 0.8 * self->speed + 0.2 * speed : speed;
      g_mutex_unlock (&self->mutex);
    }
  self->ticked = now;
  self->ticked_received = received;
  drop_slow (self, now);
  if (self->wanted < self->options.connections && now >= self->grow_at && speed > 0)
    {
      self->wanted++;
      self->grow_at = now + GROW_AFTER;
    }
}

/* --- syncing -------------------------------------------------------------------- */

static gpointer
sync_thread (gpointer user_data)
{
  AetherTransfer *self = user_data;
  AetherSegments segments;
  guint64 synced = 0;
  guint round;

  g_mutex_lock (&self->mutex);
  while (!self->sync_ended)
    {
      g_cond_wait_until (&self->sync_now, &self->mutex, g_get_monotonic_time () + SYNC_EVERY);
      if (self->sync_ended || self->facts.url == NULL || aether_segments_received (&self->segments) == synced)
        continue;

      segments = self->segments;
      round = aether_journal_get_round (self->journal);
      g_mutex_unlock (&self->mutex);
      /* An error of the disk's is met by the writer as well, or by the last sync. */
      aether_journal_sync (self->journal, &segments, round, NULL);
      synced = aether_segments_received (&segments);
      g_mutex_lock (&self->mutex);
    }
  g_mutex_unlock (&self->mutex);

  return NULL;
}

static void
end_syncer (AetherTransfer *self)
{
  if (self->syncer == NULL)
    return;

  g_mutex_lock (&self->mutex);
  self->sync_ended = TRUE;
  g_cond_signal (&self->sync_now);
  g_mutex_unlock (&self->mutex);
  g_thread_join (g_steal_pointer (&self->syncer));
}

/* --- the whole ------------------------------------------------------------------- */

static gboolean
add_sources (AetherTransfer *self, GError **error)
{
  self->n_sources = g_strv_length (self->options.urls);
  self->sources = g_new0 (Source, self->n_sources);
  for (guint i = 0; i < self->n_sources; i++)
    {
      Source *source = &self->sources[i];

      source->url = aether_http_check_url (self->options.urls[i], &source->user, &source->password, error);
      if (source->url == NULL)
        return FALSE;
    }

  return TRUE;
}

/* What the journal has is of use when it is of one of our sources, or will be verified. */
static void
go_on (AetherTransfer *self)
{
  if (self->facts.url == NULL)
    return;

  for (guint i = 0; i < self->n_sources; i++)
    if (g_str_equal (self->sources[i].url, self->facts.url))
      {
        g_set_str (&self->sources[i].etag, self->facts.etag);
        g_set_str (&self->sources[i].last_modified, self->facts.last_modified);
        g_set_str (&self->sources[i].host, self->facts.host);
        self->sources[i].known = TRUE;
        return;
      }

  if (!self->options.verified)
    {
      aether_journal_facts_clear (&self->facts);
      aether_segments_init (&self->segments, G_MAXUINT64);
    }
}

AetherTransfer *
aether_transfer_new (const char *path, const AetherTransferOptions *options, GError **error)
{
  AetherTransfer *self = g_new0 (AetherTransfer, 1);

  g_return_val_if_fail (options->urls && options->urls[0], NULL);

  self->options = *options;
  self->options.urls = g_strdupv (options->urls);
  self->options.connections = CLAMP (options->connections, 1, AETHER_SEGMENTS_MOST_CONNECTIONS);
  self->wanted = self->options.connections;
  self->ranges = TRUE;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->grown);
  g_cond_init (&self->sync_now);
  aether_segments_init (&self->segments, G_MAXUINT64);
  for (guint i = 0; i < G_N_ELEMENTS (self->connections); i++)
    self->connections[i].transfer = self;

  if (add_sources (self, error))
    self->journal = aether_journal_open (path, &self->facts, &self->segments, error);
  if (self->journal == NULL)
    {
      aether_transfer_free (self);
      return NULL;
    }

  go_on (self);
  return self;
}

void
aether_transfer_free (AetherTransfer *self)
{
  for (guint i = 0; i < self->n_sources; i++)
    {
      g_free (self->sources[i].url);
      g_free (self->sources[i].behind);
      g_free (self->sources[i].user);
      g_free (self->sources[i].password);
      g_free (self->sources[i].host);
      g_free (self->sources[i].etag);
      g_free (self->sources[i].last_modified);
    }
  g_free (self->sources);
  for (guint i = 0; i < G_N_ELEMENTS (self->connections); i++)
    aether_http_answer_clear (&self->connections[i].answer);
  g_clear_pointer (&self->journal, aether_journal_close);
  aether_journal_facts_clear (&self->facts);
  g_strfreev (self->options.urls);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->grown);
  g_cond_clear (&self->sync_now);
  g_free (self);
}

void
aether_transfer_discard (AetherTransfer *self)
{
  g_clear_pointer (&self->journal, aether_journal_discard);
  aether_transfer_free (self);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer multi)
{
  curl_multi_wakeup (multi);
}

static gboolean
run (AetherTransfer *self, GCancellable *cancellable)
{
  while (self->error == NULL && !g_cancellable_is_cancelled (cancellable) &&
         !(self->facts.url && aether_segments_complete (&self->segments)))
    {
      gboolean ended;
      int running;

      start_connections (self);
      share_limit (self);
      curl_multi_perform (self->multi, &running);
      ended = read_messages (self);
      tick (self);
      /* Who is free is asked for the next piece at once. */
      if (!ended && self->error == NULL && !aether_segments_complete (&self->segments))
        curl_multi_poll (self->multi, NULL, 0, TICK / 1000, NULL);
    }

  return self->error == NULL && !g_cancellable_is_cancelled (cancellable);
}

gboolean
aether_transfer_run (AetherTransfer *self, GCancellable *cancellable, GError **error)
{
  gulong id = 0;
  gboolean done;

  curl_global_init (CURL_GLOBAL_DEFAULT);
  self->multi = curl_multi_init ();
  self->sync_ended = FALSE;
  self->syncer = g_thread_new ("download-sync", sync_thread, self);
  if (cancellable)
    id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self->multi, NULL);

  done = run (self, cancellable);

  g_cancellable_disconnect (cancellable, id);
  close_all (self);
  curl_multi_cleanup (g_steal_pointer (&self->multi));
  end_syncer (self);
  g_mutex_lock (&self->mutex);
  self->over = TRUE;
  self->speed = 0;
  g_cond_broadcast (&self->grown);
  g_mutex_unlock (&self->mutex);

  if (self->error)
    g_propagate_error (error, g_steal_pointer (&self->error));
  else if (!done)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The download was paused."));
  return done;
}

gboolean
aether_transfer_publish (AetherTransfer *self, const char *path, GError **error)
{
  int fd = aether_journal_get_fd (self->journal);

  /* Reserved was the announced size; nothing is behind the end. */
  if (ftruncate (fd, self->segments.size) < 0 || fdatasync (fd) < 0 ||
      !aether_store_rename_new (aether_journal_get_part (self->journal), path))
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }

  return TRUE;
}

void
aether_transfer_get_progress (AetherTransfer *self, AetherTransferProgress *progress)
{
  g_mutex_lock (&self->mutex);
  progress->size = self->facts.size;
  progress->received = aether_segments_received (&self->segments);
  progress->speed = self->speed;
  progress->connections = self->active;
  progress->restarts = self->restarts;
  g_mutex_unlock (&self->mutex);
}

int
aether_transfer_get_fd (AetherTransfer *self)
{
  return aether_journal_get_fd (self->journal);
}

gint64
aether_transfer_await (AetherTransfer *self, guint64 offset, guint restarts)
{
  gint64 result = -1;

  g_mutex_lock (&self->mutex);
  while (self->restarts == restarts)
    {
      guint64 contiguous = aether_segments_contiguous (&self->segments);

      if (contiguous < offset + FOLLOW_STEP && !aether_segments_complete (&self->segments) && !self->over)
        {
          self->awaited = offset + FOLLOW_STEP;
          g_cond_wait (&self->grown, &self->mutex);
          continue;
        }
      if (contiguous > offset)
        result = contiguous - offset;
      else if (aether_segments_complete (&self->segments))
        result = 0;
      break;
    }
  g_mutex_unlock (&self->mutex);

  return result;
}

void
aether_transfer_set_limit (AetherTransfer *self, guint64 limit)
{
  __atomic_store_n (&self->options.limit, limit, __ATOMIC_RELAXED);
}

void
aether_transfer_stop (AetherTransfer *self)
{
  g_mutex_lock (&self->mutex);
  self->over = TRUE;
  self->restarts = G_MAXUINT;
  g_cond_broadcast (&self->grown);
  g_mutex_unlock (&self->mutex);
}
