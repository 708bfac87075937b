/* aether-download-item.c - a download in the queue
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-download-item-private.h"

#include "aether-http.h"
#include "aether-journal.h"

#include <sys/stat.h>
#include <unistd.h>

struct _AetherDownloadItem
{
  GObject                 parent_instance;

  AetherDownloadRecord   *record;
  char                   *name;
  char                   *shown_url;
  AetherDownloadItemState state;
  AetherDownloadProgress  progress;    /* while it does not run */
  AetherDownload         *download;    /* (nullable) */
  GCancellable           *cancellable; /* (nullable): while it runs */
  AetherDownloadItemEnd   end;
  guint64                 limit;
  gboolean                passing;     /* the last error may be gone next time */
};

G_DEFINE_FINAL_TYPE (AetherDownloadItem, aether_download_item, G_TYPE_OBJECT)

enum { CHANGED, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

const char *
aether_download_item_get_name (AetherDownloadItem *self)
{
  return self->name;
}

const char *
aether_download_item_get_path (AetherDownloadItem *self)
{
  return self->record->path;
}

const char *
aether_download_item_get_url (AetherDownloadItem *self)
{
  return self->shown_url;
}

AetherDownloadItemState
aether_download_item_get_state (AetherDownloadItem *self)
{
  return self->state;
}

const char *
aether_download_item_get_error (AetherDownloadItem *self)
{
  return self->state == AETHER_DOWNLOAD_ITEM_FAILED ? self->record->error : NULL;
}

AetherDownloadRecord *
aether_download_item_get_record (AetherDownloadItem *self)
{
  return self->record;
}

gboolean
aether_download_item_is_leaving (AetherDownloadItem *self)
{
  return self->end == AETHER_DOWNLOAD_ITEM_DISCARD;
}

gboolean
aether_download_item_may_recover (AetherDownloadItem *self)
{
  return self->state == AETHER_DOWNLOAD_ITEM_FAILED && self->passing;
}

void
aether_download_item_get_progress (AetherDownloadItem *self, AetherDownloadProgress *progress)
{
  if (self->state == AETHER_DOWNLOAD_ITEM_RUNNING && self->download)
    aether_download_get_progress (self->download, progress);
  else
    *progress = self->progress;
}

gboolean
aether_download_item_is_unpacked (AetherDownloadItem *self)
{
  return self->record->unpack;
}

const char *
aether_download_item_get_checksum (AetherDownloadItem *self, AetherDigestKind *kind, gboolean *verified)
{
  if (self->download && self->state == AETHER_DOWNLOAD_ITEM_DONE)
    return aether_download_get_checksum (self->download, kind, verified);

  *kind = AETHER_DIGEST_NONE;
  *verified = FALSE;
  return NULL;
}

void
aether_download_item_set_state (AetherDownloadItem *self, AetherDownloadItemState state)
{
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
aether_download_item_look (AetherDownloadItem *self)
{
  AetherJournalFacts facts;
  AetherSegments segments;
  gboolean active = FALSE;

  self->progress = (AetherDownloadProgress) { .size = G_MAXUINT64, .left = -1 };
  if (aether_journal_peek (self->record->path, &facts, &segments, &active))
    {
      self->progress.size = facts.size;
      self->progress.received = aether_segments_received (&segments);
      self->progress.phase = active ? AETHER_DOWNLOAD_RECEIVING : AETHER_DOWNLOAD_IDLE;
    }
  aether_journal_facts_clear (&facts);

  return active;
}

/* --- running ------------------------------------------------------------------- */

static void
save (AetherDownloadItem *self)
{
  g_autoptr(GError) error = NULL;

  /* Then it is forgotten with the program, which is no reason to stop it. */
  if (!aether_download_record_save (self->record, &error))
    g_debug ("%s", error->message);
}

static gboolean
is_passing (const GError *error)
{
  static const GIOErrorEnum lasting[] = {
    G_IO_ERROR_EXISTS, G_IO_ERROR_INVALID_DATA, G_IO_ERROR_PERMISSION_DENIED, G_IO_ERROR_NO_SPACE,
    G_IO_ERROR_NOT_FOUND, G_IO_ERROR_NOT_SUPPORTED, G_IO_ERROR_INVALID_ARGUMENT,
  };

  for (guint i = 0; i < G_N_ELEMENTS (lasting); i++)
    if (g_error_matches (error, G_IO_ERROR, lasting[i]))
      return FALSE;

  return TRUE;
}

static void
fail (AetherDownloadItem *self, const GError *error)
{
  g_set_str (&self->record->error, error->message);
  self->passing = is_passing (error);
  save (self);
  aether_download_item_set_state (self, AETHER_DOWNLOAD_ITEM_FAILED);
}

static void
finish (AetherDownloadItem *self)
{
  aether_download_record_remove (self->record->path);
  self->progress.received = self->progress.size;
  aether_download_item_set_state (self, AETHER_DOWNLOAD_ITEM_DONE);
}

static void
discard (AetherDownloadItem *self)
{
  g_autoptr(GError) error = NULL;

  if (!aether_download_discard (self->record->path, &error))
    g_debug ("%s", error->message);
  aether_download_record_remove (self->record->path);
  aether_download_item_set_state (self, AETHER_DOWNLOAD_ITEM_PAUSED);
}

static void
run_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDownloadItem) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done = aether_download_run_finish (AETHER_DOWNLOAD (object), result, &error);

  g_clear_object (&self->cancellable);
  aether_download_get_progress (self->download, &self->progress);
  self->progress.speed = 0;
  self->progress.left = -1;
  if (done)
    {
      self->end = AETHER_DOWNLOAD_ITEM_WAIT;
      finish (self);
    }
  else if (self->end == AETHER_DOWNLOAD_ITEM_DISCARD)
    discard (self);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    aether_download_item_set_state (self, AETHER_DOWNLOAD_ITEM_ELSEWHERE);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail (self, error);
  else
    aether_download_item_set_state (self, self->end == AETHER_DOWNLOAD_ITEM_PAUSE ? AETHER_DOWNLOAD_ITEM_PAUSED
                                                                                 : AETHER_DOWNLOAD_ITEM_QUEUED);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
progress_cb (AetherDownloadItem *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
aether_download_item_run (AetherDownloadItem *self)
{
  g_autoptr(GError) error = NULL;

  g_return_if_fail (self->cancellable == NULL);

  g_clear_object (&self->download);
  g_clear_pointer (&self->record->error, g_free);
  self->record->paused = FALSE;
  self->end = AETHER_DOWNLOAD_ITEM_WAIT;
  self->download = aether_download_record_open (self->record, &error);
  if (self->download == NULL)
    {
      fail (self, error);
      g_signal_emit (self, signals[ENDED], 0);
      return;
    }

  save (self);
  self->cancellable = g_cancellable_new ();
  aether_download_set_limit (self->download, self->limit);
  g_signal_connect_object (self->download, "progress", G_CALLBACK (progress_cb), self, G_CONNECT_SWAPPED);
  aether_download_run_async (self->download, self->cancellable, run_cb, g_object_ref (self));
  aether_download_item_set_state (self, AETHER_DOWNLOAD_ITEM_RUNNING);
}

void
aether_download_item_stop (AetherDownloadItem *self, AetherDownloadItemEnd end)
{
  if (aether_download_item_is_leaving (self))
    return;

  self->end = end;
  if (end != AETHER_DOWNLOAD_ITEM_DISCARD && self->record->paused != (end == AETHER_DOWNLOAD_ITEM_PAUSE))
    {
      self->record->paused = end == AETHER_DOWNLOAD_ITEM_PAUSE;
      save (self);
    }
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  else if (end == AETHER_DOWNLOAD_ITEM_DISCARD)
    discard (self);
  else
    aether_download_item_set_state (self, end == AETHER_DOWNLOAD_ITEM_PAUSE ? AETHER_DOWNLOAD_ITEM_PAUSED
                                                                           : AETHER_DOWNLOAD_ITEM_QUEUED);
}

void
aether_download_item_set_limit (AetherDownloadItem *self, guint64 limit)
{
  self->limit = limit;
  if (self->download)
    aether_download_set_limit (self->download, limit);
}

/* --- the object ------------------------------------------------------------------ */

static void
aether_download_item_finalize (GObject *object)
{
  AetherDownloadItem *self = AETHER_DOWNLOAD_ITEM (object);

  g_clear_object (&self->download);
  aether_download_record_free (self->record);
  g_free (self->name);
  g_free (self->shown_url);

  G_OBJECT_CLASS (aether_download_item_parent_class)->finalize (object);
}

static void
aether_download_item_class_init (AetherDownloadItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_download_item_finalize;

  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_DOWNLOAD_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", AETHER_TYPE_DOWNLOAD_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
aether_download_item_init (AetherDownloadItem *self)
{
}

AetherDownloadItem *
aether_download_item_new (AetherDownloadRecord *record)
{
  AetherDownloadItem *self = g_object_new (AETHER_TYPE_DOWNLOAD_ITEM, NULL);

  self->record = record;
  self->name = g_filename_display_basename (record->path);
  self->shown_url = aether_http_hide_user (record->url);
  self->passing = TRUE;
  if (aether_download_item_look (self))
    self->state = AETHER_DOWNLOAD_ITEM_ELSEWHERE;
  else if (record->paused)
    self->state = AETHER_DOWNLOAD_ITEM_PAUSED;
  else
    self->state = record->error ? AETHER_DOWNLOAD_ITEM_FAILED : AETHER_DOWNLOAD_ITEM_QUEUED;

  return self;
}
