/* aether-create-jobs.c - the machines that are on their way
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-jobs.h"

#include "aether-create-job-private.h"
#include "aether-install-keyring.h"

struct _AetherCreateJobs
{
  GObject          parent_instance;

  GListStore      *jobs;
  GPtrArray       *leaving;     /* given up, while files of theirs may be there */
  AetherDownloads *downloads;
  char            *folder;      /* (nullable) */
};

static void aether_create_jobs_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherCreateJobs, aether_create_jobs, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, aether_create_jobs_list_model_init))

enum { CHANGED, MADE, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
count (AetherCreateJobs *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->jobs));
}

/* Borrowed: the list keeps it. */
static AetherCreateJob *
get (AetherCreateJobs *self, guint i)
{
  g_autoptr(AetherCreateJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

  return job;
}

static void
take_out (AetherCreateJobs *self, AetherCreateJob *job)
{
  guint position;

  if (g_list_store_find (self->jobs, job, &position))
    g_list_store_remove (self->jobs, position);
}

static void
changed_cb (AetherCreateJobs *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
made_cb (AetherCreateJobs *self, AetherCreateJob *job)
{
  g_autoptr(AetherCreateJob) kept = g_object_ref (job);

  g_signal_emit (self, signals[MADE], 0, job);
  take_out (self, job);
}

/* @record: (transfer full) */
static AetherCreateJob *
append (AetherCreateJobs *self, AetherCreateRecord *record)
{
  g_autoptr(AetherCreateJob) job = aether_create_job_new (record, self->downloads, self->folder);

  g_signal_connect_object (job, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "made", G_CALLBACK (made_cb), self, G_CONNECT_SWAPPED);
  g_list_store_append (self->jobs, job);

  return job;
}

AetherCreateJob *
aether_create_jobs_add (AetherCreateJobs *self, AetherDraft *draft)
{
  AetherCreateJob *job = append (self, aether_create_record_new (draft));

  aether_create_job_start (job);

  return job;
}

gboolean
aether_create_jobs_shares (AetherCreateJobs *self, AetherCreateJob *job)
{
  AetherDownloadItem *item = aether_create_job_get_item (job);

  for (guint i = 0; item != NULL && i < count (self); i++)
    if (get (self, i) != job && aether_create_job_get_item (get (self, i)) == item)
      return TRUE;

  return FALSE;
}

void
aether_create_jobs_cancel (AetherCreateJobs *self, AetherCreateJob *job, gboolean keep)
{
  g_autoptr(AetherCreateJob) kept = g_object_ref (job);

  keep = keep || aether_create_jobs_shares (self, job);
  for (guint i = self->leaving->len; i-- > 0;)
    if (!aether_create_job_is_busy (self->leaving->pdata[i]))
      g_ptr_array_remove_index (self->leaving, i);
  g_ptr_array_add (self->leaving, g_object_ref (job));
  take_out (self, job);
  aether_create_job_cancel (job, keep);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_active (AetherCreateJob *job)
{
  AetherDownloadItem *item = aether_create_job_get_item (job);
  AetherCreateJobState state = aether_create_job_get_state (job);

  return state == AETHER_CREATE_JOB_MAKING ||
         (state == AETHER_CREATE_JOB_FETCHING &&
          (item == NULL || aether_download_item_get_state (item) != AETHER_DOWNLOAD_ITEM_PAUSED));
}

guint
aether_create_jobs_get_active (AetherCreateJobs *self)
{
  guint n = 0;

  for (guint i = 0; i < count (self); i++)
    n += is_active (get (self, i));
  for (guint i = 0; i < self->leaving->len; i++)
    n += aether_create_job_is_busy (self->leaving->pdata[i]);

  return n;
}

gboolean
aether_create_jobs_wants (AetherCreateJobs *self, const char *path)
{
  for (guint i = 0; i < count (self); i++)
    if (g_strcmp0 (aether_create_job_get_draft (get (self, i))->medium, path) == 0)
      return TRUE;

  return FALSE;
}

AetherCreateJob *
aether_create_jobs_find_mortal (AetherCreateJobs *self, guint *n)
{
  AetherCreateJob *first = NULL;

  *n = 0;
  for (guint i = 0; i < count (self); i++)
    if (is_active (get (self, i)) && !aether_create_job_is_remembered (get (self, i)) && (*n)++ == 0)
      first = get (self, i);

  return first;
}

/* --- from one list to the next ------------------------------------------------------- */

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  /* Nothing of it can be told: there may be no keyring */
  aether_install_keyring_clear_finish (result, NULL);
}

static void
go_on (AetherCreateJobs *self)
{
  g_auto(GStrv) ids = aether_create_record_list ();

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr(GError) error = NULL;
      AetherCreateRecord *record = aether_create_record_load (ids[i], &error);

      if (record != NULL)
        aether_create_job_resume (append (self, record));
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
        aether_install_keyring_clear_async (ids[i], NULL, NULL, cleared_cb, NULL);
    }
}

static gboolean
is_busy (AetherCreateJobs *self)
{
  gboolean busy = FALSE;

  for (guint i = 0; i < count (self); i++)
    busy = busy || aether_create_job_is_busy (get (self, i));
  for (guint i = 0; i < self->leaving->len; i++)
    busy = busy || aether_create_job_is_busy (self->leaving->pdata[i]);

  return busy;
}

void
aether_create_jobs_close (AetherCreateJobs *self)
{
  for (guint i = 0; i < count (self); i++)
    aether_create_job_stop (get (self, i));
  while (is_busy (self))
    g_main_context_iteration (NULL, TRUE);
}

/* --- the object ---------------------------------------------------------------------- */

static GType
get_item_type (GListModel *model)
{
  return AETHER_TYPE_CREATE_JOB;
}

static guint
get_n_items (GListModel *model)
{
  return count (AETHER_CREATE_JOBS (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (AETHER_CREATE_JOBS (model)->jobs), position);
}

static void
aether_create_jobs_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
aether_create_jobs_dispose (GObject *object)
{
  AetherCreateJobs *self = AETHER_CREATE_JOBS (object);

  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (aether_create_jobs_parent_class)->dispose (object);
}

static void
aether_create_jobs_finalize (GObject *object)
{
  AetherCreateJobs *self = AETHER_CREATE_JOBS (object);

  g_object_unref (self->jobs);
  g_ptr_array_unref (self->leaving);
  g_free (self->folder);

  G_OBJECT_CLASS (aether_create_jobs_parent_class)->finalize (object);
}

static void
aether_create_jobs_class_init (AetherCreateJobsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_create_jobs_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_create_jobs_finalize;

  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_CREATE_JOBS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[MADE] = g_signal_new ("made", AETHER_TYPE_CREATE_JOBS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, AETHER_TYPE_CREATE_JOB);
}

static void
aether_create_jobs_init (AetherCreateJobs *self)
{
  self->jobs = g_list_store_new (AETHER_TYPE_CREATE_JOB);
  self->leaving = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
}

AetherCreateJobs *
aether_create_jobs_new (AetherDownloads *downloads, const char *folder)
{
  AetherCreateJobs *self = g_object_new (AETHER_TYPE_CREATE_JOBS, NULL);

  self->downloads = g_object_ref (downloads);
  self->folder = g_strdup (folder);
  go_on (self);

  return self;
}
