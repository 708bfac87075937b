/* aether-create-job.c - a machine on its way: fetched, looked at, made
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-job-private.h"

#include "aether-edition.h"
#include "aether-install-keyring.h"

#include <glib/gi18n-lib.h>

struct _AetherCreateJob
{
  GObject               parent_instance;

  AetherCreateRecord   *record;
  AetherDownloads      *downloads;
  char                 *folder;        /* (nullable): where the machine goes */
  GCancellable         *cancellable;   /* of the step that is under way; another one for each try */
  AetherCreateJobState  state;
  char                 *error;         /* (nullable) */
  char                 *notice;        /* (nullable) */
  gboolean              mute;
  gboolean              busy;
  AetherDownloadItem   *item;          /* (nullable) */
  AetherBundle         *bundle;        /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AetherCreateJob, aether_create_job, G_TYPE_OBJECT)

enum { CHANGED, MADE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* From the order to the machine, in the order in which it happens: (remembered: find its system, and
 * its password) -> order -> fetch -> look -> create -> keep the password. Each step is begun by the one
 * before. */

AetherDraft *
aether_create_job_get_draft (AetherCreateJob *self)
{
  return self->record->draft;
}

const char *
aether_create_job_get_name (AetherCreateJob *self)
{
  return self->record->draft->name;
}

AetherCreateJobState
aether_create_job_get_state (AetherCreateJob *self)
{
  return self->state;
}

const char *
aether_create_job_get_error (AetherCreateJob *self)
{
  return self->state == AETHER_CREATE_JOB_FAILED ? self->error : NULL;
}

const char *
aether_create_job_get_notice (AetherCreateJob *self)
{
  return self->notice;
}

AetherDownloadItem *
aether_create_job_get_item (AetherCreateJob *self)
{
  return self->item;
}

AetherBundle *
aether_create_job_get_bundle (AetherCreateJob *self)
{
  return self->bundle;
}

gboolean
aether_create_job_is_mute (AetherCreateJob *self)
{
  return self->state == AETHER_CREATE_JOB_FAILED && self->mute;
}

gboolean
aether_create_job_is_remembered (AetherCreateJob *self)
{
  return self->record->lock >= 0;
}

gboolean
aether_create_job_is_busy (AetherCreateJob *self)
{
  return self->busy;
}

gboolean
aether_create_job_lacks_password (AetherCreateJob *self)
{
  AetherDraft *draft = self->record->draft;

  return draft->unattended && self->record->wants_password && draft->options->password == NULL;
}

gboolean
aether_create_job_lacks_key (AetherCreateJob *self)
{
  AetherDraft *draft = self->record->draft;

  return draft->unattended && self->record->wants_key && draft->options->product_key == NULL;
}

static gboolean
lacks_secret (AetherCreateJob *self)
{
  return aether_create_job_lacks_password (self) || aether_create_job_lacks_key (self);
}

static void
set_state (AetherCreateJob *self, AetherCreateJobState state)
{
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
fail (AetherCreateJob *self, const char *message)
{
  g_set_str (&self->error, message);
  set_state (self, AETHER_CREATE_JOB_FAILED);
}

static void
renew (AetherCreateJob *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->mute = FALSE;
  g_clear_pointer (&self->error, g_free);
}

/* --- the machine ------------------------------------------------------------------- */

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  /* Nothing of it can be told: there may be no keyring */
  aether_install_keyring_clear_finish (result, NULL);
}

/* What was kept until there is a machine to keep it for. */
static void
forget_secret (AetherCreateJob *self)
{
  if (self->record->draft->keep_password && self->record->wants_password)
    aether_install_keyring_clear_async (self->record->id, NULL, NULL, cleared_cb, NULL);
}

static void
made (AetherCreateJob *self)
{
  forget_secret (self);
  aether_create_record_remove (self->record);
  self->busy = FALSE;
  set_state (self, AETHER_CREATE_JOB_DONE);
  g_signal_emit (self, signals[MADE], 0);
}

static void
undo_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (path);
  g_autoptr(GError) error = NULL;

  if (!aether_bundle_delete (bundle, TRUE, &error))
    g_debug ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
undone_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherCreateJob *self = AETHER_CREATE_JOB (object);

  self->busy = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Given up when the machine was there already, but nobody knew of it yet. */
static void
undo (AetherCreateJob *self, AetherBundle *bundle)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, undone_cb, NULL);

  g_task_set_task_data (task, g_strdup (aether_bundle_get_path (bundle)), g_free);
  g_task_run_in_thread (task, undo_thread);
}

static void
kept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_install_keyring_keep_finish (result, &error) && !g_cancellable_is_cancelled (self->cancellable))
    /* Translators: %s says why */
    self->notice = g_strdup_printf (_("The password was not kept: %s"), error->message);
  if (!g_cancellable_is_cancelled (self->cancellable))
    {
      made (self);
      return;
    }

  aether_install_keyring_clear_async (aether_bundle_get_uuid (self->bundle), NULL, NULL, cleared_cb, NULL);
  undo (self, self->bundle);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(AetherInstallOptions) options = NULL;
  g_autoptr(GError) error = NULL;
  AetherDraft *draft = self->record->draft;
  g_autoptr(AetherBundle) bundle = aether_create_finish (result, &error);

  if (bundle != NULL && g_cancellable_is_cancelled (self->cancellable))
    {
      undo (self, bundle);
      return;
    }
  if (bundle == NULL)
    {
      self->busy = FALSE;
      if (g_cancellable_is_cancelled (self->cancellable))
        g_signal_emit (self, signals[CHANGED], 0);
      else
        fail (self, error->message);
      return;
    }

  self->bundle = g_steal_pointer (&bundle);
  options = draft->unattended && draft->keep_password ? aether_draft_make_options (draft, NULL) : NULL;
  if (options != NULL && options->password != NULL && *options->password != '\0')
    aether_install_keyring_keep_async (aether_bundle_get_uuid (self->bundle), draft->name, options->user_name,
                                       options->password, self->cancellable, kept_cb, g_object_ref (self));
  else
    made (self);
}

static void
create (AetherCreateJob *self)
{
  g_autoptr(GError) error = NULL;
  AetherCreateRequest *request = aether_draft_make_request (self->record->draft, self->folder, &error);

  if (request == NULL)
    {
      fail (self, error->message);
      return;
    }

  self->busy = TRUE;
  aether_create_async (request, self->cancellable, created_cb, g_object_ref (self));
}

/* --- the file ---------------------------------------------------------------------- */

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherDraftLook) look = aether_draft_look_finish (result, &error);
  AetherDraft *draft = self->record->draft;
  gboolean unattended = draft->unattended;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (look == NULL)
    {
      fail (self, error->message);
      return;
    }

  aether_draft_set_file (draft, draft->medium, g_steal_pointer (&look->media));
  aether_draft_set_installer (draft, &look->found);
  /* That there are no answers is for the user to know, not to be found out by him */
  draft->unattended = unattended;
  self->mute = unattended && aether_draft_get_kind (draft) == AETHER_INSTALL_NONE;
  if (!aether_draft_check_medium (draft, &error))
    fail (self, error->message);
  else
    create (self);
}

static void
look (AetherCreateJob *self)
{
  AetherDraft *draft = self->record->draft;

  if (lacks_secret (self))
    {
      set_state (self, AETHER_CREATE_JOB_ASKING);
      return;
    }

  set_state (self, AETHER_CREATE_JOB_MAKING);
  if (draft->medium == NULL)
    create (self);
  else
    aether_draft_look_async (draft->medium, draft->arch, draft->os, self->cancellable, looked_cb,
                             g_object_ref (self));
}

/* --- fetching it ------------------------------------------------------------------- */

static gboolean
is_there (AetherCreateJob *self)
{
  return g_file_test (self->record->draft->medium, G_FILE_TEST_EXISTS);
}

static void
leave_item (AetherCreateJob *self)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
}

static void
item_changed_cb (AetherCreateJob *self)
{
  switch (aether_download_item_get_state (self->item))
    {
    case AETHER_DOWNLOAD_ITEM_DONE:
      leave_item (self);
      look (self);
      break;
    case AETHER_DOWNLOAD_ITEM_FAILED:
      fail (self, aether_download_item_get_error (self->item));
      break;
    default:
      set_state (self, lacks_secret (self) ? AETHER_CREATE_JOB_ASKING : AETHER_CREATE_JOB_FETCHING);
    }
}

static void
take_item (AetherCreateJob *self, AetherDownloadItem *item)
{
  leave_item (self);
  self->item = g_object_ref (item);
  g_signal_connect_object (item, "changed", G_CALLBACK (item_changed_cb), self, G_CONNECT_SWAPPED);
  item_changed_cb (self);
}

static AetherDownloadItem *
find_item (AetherCreateJob *self, const char *path)
{
  GListModel *list = G_LIST_MODEL (self->downloads);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr(AetherDownloadItem) item = g_list_model_get_item (list, i);

      if (g_str_equal (aether_download_item_get_path (item), path) &&
          aether_download_item_get_state (item) != AETHER_DOWNLOAD_ITEM_DONE)
        return item;   /* the list keeps it */
    }

  return NULL;
}

/* It went from the list: another process is done with it, or somebody has taken it off. */
static void
items_changed_cb (AetherCreateJob *self)
{
  if (self->item == NULL || aether_download_item_get_state (self->item) == AETHER_DOWNLOAD_ITEM_DONE ||
      find_item (self, aether_download_item_get_path (self->item)) != NULL)
    return;

  leave_item (self);
  if (is_there (self))
    look (self);
  else
    fail (self, _("The download was taken off the list. Try again to begin it anew."));
}

static void
ordered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(GError) error = NULL;
  AetherDownloadRecord *order = aether_edition_order_finish (result, &error);
  AetherDownloadItem *item;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (order == NULL)
    {
      fail (self, error->message);
      return;
    }

  g_set_str (&self->record->draft->medium, order->path);
  if (is_there (self))
    {
      aether_download_record_free (order);
      look (self);
      return;
    }

  /* One that was paused stays so: the user said it */
  if ((item = find_item (self, order->path)))
    aether_download_record_free (order);
  else
    item = aether_downloads_add (self->downloads, order, &error);
  if (item != NULL)
    take_item (self, item);
  else
    fail (self, error->message);
}

static void
order (AetherCreateJob *self)
{
  AetherDraft *draft = self->record->draft;

  set_state (self, AETHER_CREATE_JOB_FETCHING);
  aether_edition_order_async (draft->edition, draft->os, self->cancellable, ordered_cb, g_object_ref (self));
}

/* --- what is said from outside ------------------------------------------------------- */

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(GError) error = NULL;

  /* Then it is asked for again, should the program end before the machine is there */
  if (!aether_install_keyring_keep_finish (result, &error))
    g_debug ("%s", error->message);
  /* The desktop may have asked to unlock the keyring until nobody needed it any more */
  if (self->state == AETHER_CREATE_JOB_DONE || !self->record->draft->unattended ||
      (g_cancellable_is_cancelled (self->cancellable) && !aether_create_job_is_remembered (self)))
    forget_secret (self);
}

static void
keep_secret (AetherCreateJob *self)
{
  AetherDraft *draft = self->record->draft;

  if (draft->unattended && draft->keep_password && self->record->wants_password)
    aether_install_keyring_keep_async (self->record->id, draft->name,
                                       draft->options->user_name ? draft->options->user_name : g_get_user_name (),
                                       draft->options->password, NULL, saved_cb, g_object_ref (self));
}

static void
remember (AetherCreateJob *self)
{
  g_autoptr(GError) error = NULL;

  /* Without it the machine is only forgotten when the program ends before it is there */
  if (!aether_create_record_save (self->record, &error))
    g_debug ("%s", error->message);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(AetherInstallLogin) login = aether_install_keyring_lookup_finish (result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (login != NULL && self->record->draft->options->password == NULL)
    self->record->draft->options->password = g_strdup (login->password);
  order (self);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateJob) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open_finish (result, &error);
  AetherDraft *draft = self->record->draft;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  if (catalogue == NULL || !aether_create_record_complete (self->record, catalogue, &error))
    fail (self, error->message);
  else if (draft->keep_password && aether_create_job_lacks_password (self))
    aether_install_keyring_lookup_async (self->record->id, NULL, self->cancellable, found_cb, g_object_ref (self));
  else
    order (self);
}

/* From where it is. */
static void
go_on (AetherCreateJob *self)
{
  AetherDraft *draft = self->record->draft;

  renew (self);
  if (self->record->edition != NULL && draft->edition == NULL)
    {
      set_state (self, AETHER_CREATE_JOB_FETCHING);
      aether_catalogue_open_async (self->cancellable, opened_cb, g_object_ref (self));
    }
  else if (draft->source == AETHER_DRAFT_FETCH || (draft->edition != NULL && !is_there (self)))
    order (self);
  else
    look (self);
}

void
aether_create_job_start (AetherCreateJob *self)
{
  if (self->record->draft->source == AETHER_DRAFT_FETCH)
    {
      remember (self);
      keep_secret (self);
    }
  go_on (self);
}

void
aether_create_job_resume (AetherCreateJob *self)
{
  go_on (self);
}

void
aether_create_job_retry (AetherCreateJob *self)
{
  g_return_if_fail (self->state == AETHER_CREATE_JOB_FAILED);

  if (self->item == NULL)
    {
      go_on (self);
      return;
    }

  renew (self);
  aether_downloads_resume (self->downloads, self->item);
}

void
aether_create_job_retry_by_hand (AetherCreateJob *self)
{
  self->record->draft->unattended = FALSE;
  if (aether_create_job_is_remembered (self))
    remember (self);
  forget_secret (self);
  aether_create_job_retry (self);
}

gboolean
aether_create_job_answer (AetherCreateJob *self, const char *password, const char *product_key, GError **error)
{
  AetherInstallOptions *options = self->record->draft->options;
  g_autoptr(AetherInstallOptions) checked = NULL;
  gboolean needs_password = aether_create_job_lacks_password (self), needs_key = aether_create_job_lacks_key (self);

  if (needs_key && *product_key == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("Type the product key that it was begun with."));
      return FALSE;
    }

  if (needs_password)
    g_set_str (&options->password, password);
  if (needs_key)
    g_set_str (&options->product_key, product_key);
  checked = aether_draft_make_options (self->record->draft, error);
  if (checked == NULL)
    {
      /* What was kept stays */
      if (needs_password)
        g_clear_pointer (&options->password, g_free);
      if (needs_key)
        g_clear_pointer (&options->product_key, g_free);
      return FALSE;
    }

  if (needs_password)
    keep_secret (self);
  if (self->item != NULL)
    item_changed_cb (self);
  else
    look (self);
  return TRUE;
}

void
aether_create_job_stop (AetherCreateJob *self)
{
  g_cancellable_cancel (self->cancellable);
  leave_item (self);
}

void
aether_create_job_cancel (AetherCreateJob *self, gboolean keep)
{
  g_autoptr(AetherDownloadItem) item = self->item != NULL ? g_object_ref (self->item) : NULL;

  aether_create_job_stop (self);
  if (item != NULL && !keep)
    aether_downloads_remove (self->downloads, item);
  forget_secret (self);
  aether_create_record_remove (self->record);
}

/* --- the object ---------------------------------------------------------------------- */

static void
aether_create_job_dispose (GObject *object)
{
  AetherCreateJob *self = AETHER_CREATE_JOB (object);

  leave_item (self);
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (aether_create_job_parent_class)->dispose (object);
}

static void
aether_create_job_finalize (GObject *object)
{
  AetherCreateJob *self = AETHER_CREATE_JOB (object);

  aether_create_record_free (self->record);
  g_free (self->folder);
  g_clear_object (&self->cancellable);
  g_free (self->error);
  g_free (self->notice);
  g_clear_object (&self->bundle);

  G_OBJECT_CLASS (aether_create_job_parent_class)->finalize (object);
}

static void
aether_create_job_class_init (AetherCreateJobClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_create_job_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_create_job_finalize;

  signals[CHANGED] = g_signal_new ("changed", AETHER_TYPE_CREATE_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[MADE] = g_signal_new ("made", AETHER_TYPE_CREATE_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
aether_create_job_init (AetherCreateJob *self)
{
}

AetherCreateJob *
aether_create_job_new (AetherCreateRecord *record, AetherDownloads *downloads, const char *folder)
{
  AetherCreateJob *self = g_object_new (AETHER_TYPE_CREATE_JOB, NULL);

  self->record = record;
  self->downloads = g_object_ref (downloads);
  self->folder = g_strdup (folder);
  g_signal_connect_object (downloads, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}
