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
  AetherDownloads *downloads;
  char            *folder;        /* (nullable) */
  GCancellable    *cancellable;   /* of the catalogue that remembered ones need */
  char           **remembered;    /* ids of those; what is begun since is not among them */
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

void
aether_create_jobs_cancel (AetherCreateJobs *self, AetherCreateJob *job, gboolean keep)
{
  g_autoptr(AetherCreateJob) kept = g_object_ref (job);

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

/* --- what the last one left behind --------------------------------------------------- */

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  /* Nothing of it can be told: there may be no keyring */
  aether_install_keyring_clear_finish (result, NULL);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open_finish (result, NULL);
  AetherCreateJobs *self = user_data;

  /* Gone, or there is no catalogue: then they wait for the next time */
  if (catalogue == NULL)
    return;

  for (guint i = 0; self->remembered[i] != NULL; i++)
    {
      const char *id = self->remembered[i];
      AetherCreateRecord *record = aether_create_record_load (id, catalogue);

      if (record != NULL)
        {
          aether_create_job_resume (append (self, record));
          continue;
        }
      aether_create_record_remove (id);
      aether_install_keyring_clear_async (id, NULL, NULL, cleared_cb, NULL);
    }
}

static void
go_on (AetherCreateJobs *self)
{
  self->remembered = aether_create_record_list ();
  /* The catalogue is not read for nothing */
  if (self->remembered[0] != NULL)
    aether_catalogue_open_async (self->cancellable, opened_cb, self);
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

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (aether_create_jobs_parent_class)->dispose (object);
}

static void
aether_create_jobs_finalize (GObject *object)
{
  AetherCreateJobs *self = AETHER_CREATE_JOBS (object);

  g_object_unref (self->jobs);
  g_object_unref (self->cancellable);
  g_strfreev (self->remembered);
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
  self->cancellable = g_cancellable_new ();
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
