/* aether-download.c - one file from the net: whole, verified, under its name
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-download.h"

#include "aether-follower.h"
#include "aether-http.h"
#include "aether-signature.h"
#include "aether-store.h"
#include "aether-transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_INTERVAL 250   /* ms */
#define MOST_SIGNATURE    (1 << 20)

struct _AetherDownload
{
  GObject               parent_instance;

  GPtrArray            *urls;        /* of char; the first is the source, others mirrors */
  char                 *shown_url;
  char                 *path;
  char                 *checksum_url;
  char                 *signature_url;
  char                 *keyring;
  char                 *minisign_url;
  char                 *minisign_key;
  AetherDigestKind      kind;        /* wanted */
  char                 *hex;
  gboolean              unpack;
  AetherTransferOptions options;

  GMutex                mutex;       /* of what follows: the worker and the owner use it */
  AetherTransfer       *transfer;
  AetherFollower       *follower;
  AetherDownloadPhase   phase;
  AetherDownloadProgress last;
  AetherDigestKind      made_kind;
  char                 *made;
  gboolean              verified;
  GSource              *timer;
};

G_DEFINE_FINAL_TYPE (AetherDownload, aether_download, G_TYPE_OBJECT)

enum { SIGNAL_PROGRESS, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what is wanted ------------------------------------------------------------ */

const char *
aether_download_get_path (AetherDownload *self)
{
  return self->path;
}

const char *
aether_download_get_url (AetherDownload *self)
{
  return self->shown_url;
}

void
aether_download_add_mirror (AetherDownload *self, const char *url)
{
  g_ptr_array_insert (self->urls, self->urls->len - 1, g_strdup (url));
}

gboolean
aether_download_set_checksum (AetherDownload *self, const char *text, GError **error)
{
  g_autofree char *hex = NULL;
  AetherDigestKind kind;

  if (!aether_digest_parse (text, &kind, &hex, error))
    return FALSE;
  if (kind >= self->kind)
    {
      self->kind = kind;
      g_set_str (&self->hex, hex);
    }
  return TRUE;
}

void
aether_download_set_checksum_url (AetherDownload *self, const char *url)
{
  g_set_str (&self->checksum_url, url);
}

void
aether_download_set_signature (AetherDownload *self, const char *url, const char *keyring)
{
  g_set_str (&self->signature_url, url);
  g_set_str (&self->keyring, keyring);
}

void
aether_download_set_minisign (AetherDownload *self, const char *url, const char *key)
{
  g_set_str (&self->minisign_url, url);
  g_set_str (&self->minisign_key, key);
}

void
aether_download_set_connections (AetherDownload *self, guint connections)
{
  self->options.connections = connections;
}

void
aether_download_set_limit (AetherDownload *self, guint64 limit)
{
  g_mutex_lock (&self->mutex);
  self->options.limit = limit;
  if (self->transfer)
    aether_transfer_set_limit (self->transfer, limit);
  g_mutex_unlock (&self->mutex);
}

void
aether_download_set_retries (AetherDownload *self, guint retries, guint stall)
{
  self->options.retries = retries;
  self->options.stall = stall;
}

void
aether_download_set_unpack (AetherDownload *self, gboolean unpack)
{
  self->unpack = unpack;
}

void
aether_download_set_allow_plain (AetherDownload *self, gboolean allow)
{
  self->options.allow_plain = allow;
}

void
aether_download_set_reserve (AetherDownload *self, gboolean reserve)
{
  self->options.reserve = reserve;
}

/* --- the work, in a thread ------------------------------------------------------- */

static void
set_phase (AetherDownload *self, AetherDownloadPhase phase)
{
  g_mutex_lock (&self->mutex);
  self->phase = phase;
  g_mutex_unlock (&self->mutex);
}

/* The strongest checksum that is known before a byte came; the list's signature, if one is
 * wanted, is right. */
static gboolean
fetch_checksum (AetherDownload *self, GCancellable *cancellable, GError **error)
{
  g_autoptr(GBytes) list = NULL, signature = NULL, signed_list = NULL;
  g_autofree char *name = aether_http_dup_name (self->shown_url);
  g_autofree char *text = NULL, *hex = NULL;
  AetherDigestKind kind;

  if (self->checksum_url == NULL)
    return TRUE;

  list = aether_http_fetch (self->checksum_url, AETHER_DIGEST_LIST_LIMIT, cancellable, error);
  if (list == NULL)
    {
      g_prefix_error (error, _("The list of checksums could not be fetched. "));
      return FALSE;
    }
  if (self->keyring)
    {
      if (self->signature_url)
        signature = aether_http_fetch (self->signature_url, MOST_SIGNATURE, cancellable, error);
      if (self->signature_url && signature == NULL)
        {
          g_prefix_error (error, _("The signature could not be fetched. "));
          return FALSE;
        }
      signed_list = aether_signature_check_pgp (list, signature, self->keyring, error);
      if (signed_list == NULL)
        return FALSE;
    }
  else
    signed_list = g_bytes_ref (list);

  text = aether_http_dup_text (signed_list);
  kind = name ? aether_digest_find (text, name, &hex) : AETHER_DIGEST_NONE;
  if (kind == AETHER_DIGEST_NONE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("The list of checksums does not name “%s”, so that it could not be verified."),
                   name ? name : self->shown_url);
      return FALSE;
    }
  if (self->hex && self->kind == kind && !g_str_equal (self->hex, hex))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The list of checksums says another checksum than was asked for."));
      return FALSE;
    }
  if (kind >= self->kind)
    {
      self->kind = kind;
      g_set_str (&self->hex, hex);
    }
  return TRUE;
}

static char *
dup_unpacked_path (const char *path)
{
  return g_strconcat (path, ".aether-unpacked", NULL);
}

static gboolean
check_free_name (AetherDownload *self, GError **error)
{
  if (access (self->path, F_OK) < 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _("“%s” is there already. Remove it first, or choose another name."), self->path);
  return FALSE;
}

static gboolean
compare_checksum (AetherDownload *self, GError **error)
{
  if (self->hex == NULL || g_str_equal (self->made, self->hex))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               /* Translators: "SHA-256" */
               _("The file does not have the %s checksum that it should have: it was damaged or changed on its way. It was removed; try again."),
               aether_digest_get_name (self->kind));
  return FALSE;
}

static gboolean
compare_minisign (AetherDownload *self, AetherTransfer *transfer, GCancellable *cancellable, GError **error)
{
  g_autoptr(GBytes) signature = NULL;
  g_autofree char *part = aether_journal_dup_part_path (self->path);

  if (self->minisign_key == NULL)
    return TRUE;

  signature = aether_http_fetch (self->minisign_url, MOST_SIGNATURE, cancellable, error);
  if (signature == NULL)
    {
      g_prefix_error (error, _("The signature could not be fetched. "));
      return FALSE;
    }
  return aether_signature_check_minisign (part, signature, self->minisign_key, error);
}

static gboolean
publish (AetherDownload *self, AetherTransfer *transfer, const char *unpacked, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  int fd;

  if (unpacked && !aether_store_rename_new (unpacked, self->path))
    {
      aether_store_set_error (error, errno);
      return FALSE;
    }
  if (unpacked == NULL && !aether_transfer_publish (transfer, self->path, error))
    return FALSE;

  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      aether_store_sync (fd);
      close (fd);
    }
  return TRUE;
}

static void
pass_cancel_cb (GCancellable *cancellable, gpointer inner)
{
  g_cancellable_cancel (inner);
}

/* Returns: whether all is there and right; @ruined: it never will be */
static gboolean
fetch (AetherDownload *self, AetherTransfer *transfer, const char *unpacked, GCancellable *cancellable,
       gboolean *ruined, GError **error)
{
  g_autoptr(GCancellable) inner = g_cancellable_new ();
  g_autoptr(GError) follow_error = NULL;
  g_autoptr(GError) transfer_error = NULL;
  AetherDigestKind kind = self->kind == AETHER_DIGEST_NONE ? AETHER_DIGEST_SHA256 : self->kind;
  AetherFollower *follower = aether_follower_new (transfer, kind, unpacked, inner);
  gulong id = 0;
  gboolean whole;
  char *made;

  g_mutex_lock (&self->mutex);
  self->follower = follower;
  self->phase = AETHER_DOWNLOAD_RECEIVING;
  g_mutex_unlock (&self->mutex);
  if (cancellable)
    id = g_cancellable_connect (cancellable, G_CALLBACK (pass_cancel_cb), g_object_ref (inner), g_object_unref);

  whole = aether_transfer_run (transfer, inner, &transfer_error);
  if (whole)
    set_phase (self, AETHER_DOWNLOAD_VERIFYING);
  else
    aether_transfer_stop (transfer);

  g_mutex_lock (&self->mutex);
  self->follower = NULL;
  g_mutex_unlock (&self->mutex);
  made = aether_follower_finish (follower, &follow_error);
  g_cancellable_disconnect (cancellable, id);

  g_mutex_lock (&self->mutex);
  g_free (self->made);
  self->made = made;
  self->made_kind = kind;
  g_mutex_unlock (&self->mutex);

  if (follow_error && !g_cancellable_is_cancelled (cancellable))
    {
      *ruined = g_error_matches (follow_error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_propagate_error (error, g_steal_pointer (&follow_error));
      return FALSE;
    }
  if (transfer_error)
    {
      g_propagate_error (error, g_steal_pointer (&transfer_error));
      return FALSE;
    }

  if (made == NULL)
    {
      if (!g_cancellable_set_error_if_cancelled (cancellable, error))
        /* Translators: "MD5" */
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("This computer's rules forbid %s checksums."),
                     aether_digest_get_name (kind));
      return FALSE;
    }

  *ruined = TRUE;
  return compare_checksum (self, error);
}

static gboolean
work (AetherDownload *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *unpacked = self->unpack ? dup_unpacked_path (self->path) : NULL;
  AetherTransferOptions options;
  AetherTransfer *transfer;
  gboolean ruined = FALSE, done;

  if (!check_free_name (self, error) || !fetch_checksum (self, cancellable, error))
    {
      set_phase (self, AETHER_DOWNLOAD_IDLE);
      return FALSE;
    }

  g_mutex_lock (&self->mutex);
  options = self->options;
  g_mutex_unlock (&self->mutex);
  options.urls = (char **) self->urls->pdata;
  options.verified = self->hex && !aether_digest_is_weak (self->kind);
  transfer = aether_transfer_new (self->path, &options, error);
  if (transfer == NULL)
    {
      set_phase (self, AETHER_DOWNLOAD_IDLE);
      return FALSE;
    }
  g_mutex_lock (&self->mutex);
  self->transfer = transfer;
  aether_transfer_set_limit (transfer, self->options.limit);
  g_mutex_unlock (&self->mutex);

  done = fetch (self, transfer, unpacked, cancellable, &ruined, error) &&
         compare_minisign (self, transfer, cancellable, error);
  if (done)
    done = publish (self, transfer, unpacked, error);
  else if (unpacked)
    unlink (unpacked);

  aether_download_get_progress (self, &self->last);
  g_mutex_lock (&self->mutex);
  self->transfer = NULL;
  self->verified = done && (self->hex || self->minisign_key);
  self->phase = done ? AETHER_DOWNLOAD_DONE : AETHER_DOWNLOAD_IDLE;
  g_mutex_unlock (&self->mutex);

  /* What could not be checked for want of a signature stays; what is wrong does not. */
  if (done || (ruined && error && *error &&
               (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
                g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))))
    aether_transfer_discard (transfer);
  else
    aether_transfer_free (transfer);
  return done;
}

static void
run_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (work (source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* --- running ------------------------------------------------------------------- */

static gboolean
progress_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[SIGNAL_PROGRESS], 0);
  return G_SOURCE_CONTINUE;
}

static void
run_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  AetherDownload *self = AETHER_DOWNLOAD (object);
  GError *error = NULL;

  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_signal_emit (self, signals[SIGNAL_PROGRESS], 0);
  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * aether_download_run_async:
 *
 * One at a time; again after it failed or was cancelled.
 */
void
aether_download_run_async (AetherDownload *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) inner = NULL;
  GTask *task;

  g_return_if_fail (self->timer == NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, aether_download_run_async);
  set_phase (self, AETHER_DOWNLOAD_CONNECTING);
  self->timer = g_timeout_source_new (PROGRESS_INTERVAL);
  g_source_set_callback (self->timer, progress_cb, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  inner = g_task_new (self, cancellable, run_cb, task);
  /* What was done is done: the thread's answer counts. */
  g_task_set_check_cancellable (inner, FALSE);
  g_task_run_in_thread (inner, run_thread);
}

gboolean
aether_download_run_finish (AetherDownload *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
aether_download_get_progress (AetherDownload *self, AetherDownloadProgress *progress)
{
  AetherTransferProgress transfer;

  g_mutex_lock (&self->mutex);
  if (self->transfer)
    {
      aether_transfer_get_progress (self->transfer, &transfer);
      *progress = (AetherDownloadProgress) {
        .size = transfer.size,
        .received = transfer.received,
        .speed = transfer.speed,
        .connections = transfer.connections,
        .left = transfer.size != G_MAXUINT64 && transfer.speed > 0
                  ? (gint64) ((transfer.size - transfer.received) / transfer.speed) : -1,
      };
    }
  else
    *progress = self->last;
  progress->phase = self->phase;
  g_mutex_unlock (&self->mutex);
}

const char *
aether_download_get_checksum (AetherDownload *self, AetherDigestKind *kind, gboolean *verified)
{
  *kind = self->made_kind;
  *verified = self->verified;
  return self->made;
}

gboolean
aether_download_discard (const char *path, GError **error)
{
  g_autofree char *unpacked = dup_unpacked_path (path);
  AetherJournalFacts facts;
  AetherSegments segments;
  AetherJournal *journal = aether_journal_open (path, &facts, &segments, error);

  if (journal == NULL)
    return FALSE;

  aether_journal_facts_clear (&facts);
  unlink (unpacked);
  aether_journal_discard (journal);
  return TRUE;
}

/* --- the object ------------------------------------------------------------------ */

static void
aether_download_finalize (GObject *object)
{
  AetherDownload *self = AETHER_DOWNLOAD (object);

  g_ptr_array_unref (self->urls);
  g_free (self->shown_url);
  g_free (self->path);
  g_free (self->checksum_url);
  g_free (self->signature_url);
  g_free (self->keyring);
  g_free (self->minisign_url);
  g_free (self->minisign_key);
  g_free (self->hex);
  g_free (self->made);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (aether_download_parent_class)->finalize (object);
}

static void
aether_download_class_init (AetherDownloadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_download_finalize;

  signals[SIGNAL_PROGRESS] = g_signal_new ("progress", AETHER_TYPE_DOWNLOAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
}

static void
aether_download_init (AetherDownload *self)
{
  g_mutex_init (&self->mutex);
  self->urls = g_ptr_array_new_with_free_func (g_free);
  self->last.size = G_MAXUINT64;
  self->last.left = -1;
  self->options.connections = 8;
  self->options.retries = 6;
  self->options.stall = 20;
  self->options.reserve = TRUE;
}

AetherDownload *
aether_download_new (const char *url, const char *path)
{
  AetherDownload *self = g_object_new (AETHER_TYPE_DOWNLOAD, NULL);

  g_ptr_array_add (self->urls, g_strdup (url));
  g_ptr_array_add (self->urls, NULL);
  self->shown_url = aether_http_check_url (url, NULL, NULL, NULL);
  if (self->shown_url == NULL)
    self->shown_url = aether_http_hide_user (url);
  self->path = g_canonicalize_filename (path, NULL);

  return self;
}
