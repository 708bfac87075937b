/* aether-create-dialog.c - the wizard that makes a machine: one question a page, all of them answered
 *
 * system -> medium -> resources -> disk -> install -> summary; each of the pages writes into the same
 * AetherDraft. Lines of the summary lead back to their pages, whose way on then is to the summary.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-dialog.h"

#include <glib/gi18n.h>

#include "aether-choose-file.h"
#include "aether-disk-page.h"
#include "aether-import-page.h"
#include "aether-install-page.h"
#include "aether-medium-page.h"
#include "aether-progress-page.h"
#include "aether-resources-page.h"
#include "aether-summary-page.h"
#include "aether-system-page.h"

enum { MEDIUM, RESOURCES, DISK, INSTALL, SUMMARY, N_PAGES };

struct _AetherCreateDialog
{
  AdwDialog            parent_instance;

  AetherLibrary       *library;
  AetherDownloadsHub  *hub;
  GCancellable        *cancellable;     /* of the file dialog and the catalogue */
  AetherCatalogue     *catalogue;       /* (nullable): not there yet, or not at all */
  gboolean             opened;          /* the catalogue is there, or will never be */
  GFile               *dropped;         /* (nullable): a medium that waits for it, as it names the system on it */
  AetherDraft         *draft;           /* (nullable): NULL until there is a first choice */
  AetherCostHost       host;
  gboolean             editing;         /* a line of the summary: from there back to it */
  AetherCreateJob     *job;             /* (nullable): while the summary waits for it */

  AdwNavigationView   *navigation;
  AetherSystemPage    *system_page;
  AetherMediumPage    *medium_page;
  AetherWizardPage    *resources_page;
  AetherWizardPage    *disk_page;
  AetherWizardPage    *install_page;
  AetherSummaryPage   *summary_page;
};

G_DEFINE_FINAL_TYPE (AetherCreateDialog, aether_create_dialog, ADW_TYPE_DIALOG)

enum { CREATED, N_SIGNALS };
static guint signals[N_SIGNALS];

static AetherWizardPage *
get_page (AetherCreateDialog *self, guint i)
{
  AetherWizardPage *pages[N_PAGES] = {
    AETHER_WIZARD_PAGE (self->medium_page), self->resources_page, self->disk_page, self->install_page,
    AETHER_WIZARD_PAGE (self->summary_page),
  };

  return pages[i];
}

/* --- from page to page --------------------------------------------------------------- */

static gboolean
is_asked (AetherCreateDialog *self, guint i)
{
  if (i == RESOURCES || i == DISK)
    return !aether_draft_is_guest (self->draft);
  if (i == INSTALL)
    return aether_draft_get_kind (self->draft) != AETHER_INSTALL_NONE;

  return TRUE;
}

/* By a machine that there is, or by one that is on its way. */
static gboolean
is_taken (AetherCreateDialog *self, const char *name)
{
  GListModel *machines = G_LIST_MODEL (self->library);
  GListModel *jobs = G_LIST_MODEL (aether_downloads_hub_get_jobs (self->hub));
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (machines) && !taken; i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (machines, i);

      taken = g_strcmp0 (aether_bundle_get_name (bundle), name) == 0;
    }
  for (guint i = 0; i < g_list_model_get_n_items (jobs) && !taken; i++)
    {
      g_autoptr(AetherCreateJob) job = g_list_model_get_item (jobs, i);

      taken = g_strcmp0 (aether_create_job_get_name (job), name) == 0;
    }

  return taken;
}

static char *
dup_free_name (AetherCreateDialog *self, const char *name)
{
  g_autofree char *result = g_strdup (name);

  for (guint n = 2; is_taken (self, result); n++)
    {
      g_free (result);
      result = g_strdup_printf ("%s %u", name, n);
    }

  return g_steal_pointer (&result);
}

/* A page that is on its way out still takes the second click of two. */
static gboolean
is_visible (AetherCreateDialog *self, gpointer page)
{
  return adw_navigation_view_get_visible_page (self->navigation) == page;
}

/* Back, where one came from it: a disc may be dropped on any later page. */
static void
go_to (AetherCreateDialog *self, AdwNavigationPage *page)
{
  AdwNavigationPage *at = adw_navigation_view_get_visible_page (self->navigation);

  while (at != NULL && at != page)
    at = adw_navigation_view_get_previous_page (self->navigation, at);

  if (at != NULL)
    adw_navigation_view_pop_to_page (self->navigation, page);
  else
    adw_navigation_view_push (self->navigation, page);
}

static void
show_page (AetherCreateDialog *self, guint i)
{
  AetherWizardPage *page = get_page (self, i);

  if (i == SUMMARY && !(self->draft->chosen & AETHER_DRAFT_CHOSE_NAME))
    {
      g_autofree char *name = dup_free_name (self, self->draft->name);

      g_set_str (&self->draft->name, name);
    }
  aether_wizard_page_set_draft (page, self->draft);
  aether_wizard_page_set_host (page, &self->host);
  g_object_set (page, "next-label", self->editing ? _("_Done") : _("_Next"), NULL);
  aether_wizard_page_fill (page);
  go_to (self, ADW_NAVIGATION_PAGE (page));
}

static void
on_next (AetherCreateDialog *self, AetherWizardPage *page)
{
  guint i = 0;

  if (!is_visible (self, page))
    return;

  while (i < N_PAGES && get_page (self, i) != page)
    i++;
  do
    i++;
  while (i < SUMMARY && (self->editing || !is_asked (self, i)));

  show_page (self, MIN (i, SUMMARY));
}

static void
on_edit (AetherCreateDialog *self, const char *tag)
{
  AdwNavigationPage *page = adw_navigation_view_find_page (self->navigation, tag);

  if (page == NULL || !is_visible (self, self->summary_page))
    return;

  /* Another system is another machine: from there it begins anew */
  self->editing = page != ADW_NAVIGATION_PAGE (self->system_page);
  if (self->editing)
    {
      g_object_set (page, "next-label", _("_Done"), NULL);
      aether_wizard_page_fill (AETHER_WIZARD_PAGE (page));
    }
  go_to (self, page);
}

/* What has the focus, and what Return does. */
static void
on_shown (AetherCreateDialog *self, AdwNavigationPage *page)
{
  GtkWidget *button = aether_wizard_page_get_button (AETHER_WIZARD_PAGE (page));

  adw_dialog_set_default_widget (ADW_DIALOG (self), button);
  if (page != ADW_NAVIGATION_PAGE (self->summary_page))
    {
      gtk_widget_grab_focus (button);
      return;
    }

  self->editing = FALSE;
  aether_summary_page_grab_name (self->summary_page);
}

static void
on_system_showing (AetherCreateDialog *self)
{
  adw_dialog_set_default_widget (ADW_DIALOG (self), NULL);
}

/* --- where it begins ------------------------------------------------------------------- */

static void
begin (AetherCreateDialog *self, AetherOs *os)
{
  g_clear_object (&self->draft);
  self->draft = aether_draft_new ();
  self->editing = FALSE;
  if (os != NULL)
    aether_draft_set_os (self->draft, os);
  aether_wizard_page_set_draft (AETHER_WIZARD_PAGE (self->medium_page), self->draft);
  aether_summary_page_set_error (self->summary_page, NULL);
  aether_medium_page_begin (self->medium_page);
  if (!is_visible (self, self->medium_page))
    show_page (self, MEDIUM);
}

static void
on_system_chosen (AetherCreateDialog *self, AetherOs *os)
{
  begin (self, os);
}

static void
on_empty_wanted (AetherCreateDialog *self)
{
  begin (self, NULL);
}

static void
first_file_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file == NULL || self->medium_page == NULL)
    return;

  begin (self, NULL);
  aether_medium_page_use_file (self->medium_page, file);
}

static void
on_file_wanted (AetherCreateDialog *self)
{
  static const char * const suffixes[] = { "iso", "img", "qcow2", "raw", "vmdk", "vdi", "vhdx", "vhd", NULL };

  aether_choose_file (GTK_WIDGET (self), _("Choose a disc or disk image"), _("Discs and disk images"), suffixes,
                      self->cancellable, first_file_cb, g_object_ref (self));
}

/* --- machines of other programs ------------------------------------------------------ */

static void
imported_cb (AetherCreateDialog *self, AetherBundle *bundle)
{
  g_signal_emit (self, signals[CREATED], 0, bundle);
}

static void
show_imported_cb (AetherCreateDialog *self, AetherBundle *bundle)
{
  g_signal_emit (self, signals[CREATED], 0, bundle);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static AetherImportPage *
begin_import (AetherCreateDialog *self)
{
  AetherImportPage *page = aether_import_page_new (self->library);

  g_signal_connect_object (page, "created", G_CALLBACK (imported_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "show-machine", G_CALLBACK (show_imported_cb), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (self->navigation, ADW_NAVIGATION_PAGE (page));

  return page;
}

static void
on_import_wanted (AetherCreateDialog *self)
{
  if (is_visible (self, self->system_page))
    begin_import (self);
}

void
aether_create_dialog_import (AetherCreateDialog *self, GSList *files)
{
  g_return_if_fail (AETHER_IS_CREATE_DIALOG (self));

  if (files != NULL)
    aether_import_page_look (begin_import (self), files);
  else
    begin_import (self);
}

static void
on_demo_wanted (AetherCreateDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.demo", NULL);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
take_medium (AetherCreateDialog *self, GFile *file)
{
  if (!is_visible (self, self->medium_page))
    begin (self, NULL);
  aether_medium_page_use_file (self->medium_page, file);
}

/* A machine that is on its way is no place to begin another: the dialog closes when it is there. */
static gboolean
is_making (AetherCreateDialog *self)
{
  return self->job != NULL || AETHER_IS_PROGRESS_PAGE (adw_navigation_view_get_visible_page (self->navigation));
}

static void
kind_found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  gboolean is_machine;

  if (!aether_import_page_is_for_finish (G_FILE (object), result, &is_machine) || self->medium_page == NULL || is_making (self))
    return;

  if (is_machine)
    aether_create_dialog_import (self, &(GSList) { .data = object });
  else if (self->opened)
    take_medium (self, G_FILE (object));
  else
    g_set_object (&self->dropped, G_FILE (object));
}

void
aether_create_dialog_take (AetherCreateDialog *self, GSList *files)
{
  g_return_if_fail (AETHER_IS_CREATE_DIALOG (self));
  g_return_if_fail (files != NULL);

  if (files->next)
    aether_create_dialog_import (self, files);   /* more than one is no medium */
  else
    aether_import_page_is_for_async (files->data, self->cancellable, kind_found_cb, g_object_ref (self));
}

static gboolean
drop_cb (AetherCreateDialog *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL || is_making (self))
    return FALSE;

  aether_create_dialog_take (self, files);
  return TRUE;
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr(AetherCreateDialog) self = g_weak_ref_get (weak);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open_finish (result, &error);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self == NULL || self->system_page == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->opened = TRUE;
  if (catalogue != NULL)
    {
      g_set_object (&self->catalogue, catalogue);
      aether_system_page_set_catalogue (self->system_page, self->catalogue);
      aether_medium_page_set_catalogue (self->medium_page, self->catalogue);
    }
  else
    aether_system_page_set_problem (self->system_page, error->message);
  if (self->dropped && !is_making (self))
    take_medium (self, self->dropped);
  g_clear_object (&self->dropped);
}

/* Returns: to be set to who wants it. It holds no reference: it may take seconds, and the dialog is
 * closed before. */
static GWeakRef *
begin_catalogue (GCancellable *cancellable)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, NULL);
  aether_catalogue_open_async (cancellable, opened_cb, weak);
  return weak;
}

static void
open_catalogue (AetherCreateDialog *self)
{
  g_weak_ref_set (begin_catalogue (self->cancellable), self);
}

static void
host_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;

  if (!aether_cost_host_look_finish (&self->host, result, NULL) || self->medium_page == NULL)
    return;

  for (guint i = 0; i < N_PAGES; i++)
    aether_wizard_page_set_host (get_page (self, i), &self->host);
}

/* --- making it ----------------------------------------------------------------------- */

static void
set_busy (AetherCreateDialog *self, gboolean busy)
{
  aether_summary_page_set_busy (self->summary_page, busy);
  if (!busy && self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  if (!busy)
    g_clear_object (&self->job);
}

/* What was not fetched is made at once, or not at all. */
static void
job_changed_cb (AetherCreateDialog *self, AetherCreateJob *job)
{
  g_autoptr(AetherCreateJob) kept = g_object_ref (job);

  if (aether_create_job_get_state (job) != AETHER_CREATE_JOB_FAILED)
    return;

  aether_summary_page_set_error (self->summary_page, aether_create_job_get_error (job));
  set_busy (self, FALSE);
  aether_create_jobs_cancel (aether_downloads_hub_get_jobs (self->hub), kept, FALSE);
}

static void
made_cb (AetherCreateDialog *self, AetherCreateJob *job)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->navigation);

  if (job != self->job && !AETHER_IS_PROGRESS_PAGE (page))
    return;
  if (AETHER_IS_PROGRESS_PAGE (page) && g_object_get_data (G_OBJECT (page), "job") != job)
    return;

  set_busy (self, FALSE);
  g_signal_emit (self, signals[CREATED], 0, aether_create_job_get_bundle (job));
  adw_dialog_force_close (ADW_DIALOG (self));
}

static void
ended_cb (AetherCreateDialog *self)
{
  if (!g_cancellable_is_cancelled (self->cancellable))
    adw_dialog_force_close (ADW_DIALOG (self));
}

static void
show_progress (AetherCreateDialog *self, AetherCreateJob *job)
{
  AdwNavigationPage *page = aether_progress_page_new (aether_downloads_hub_get_jobs (self->hub),
                                                      aether_downloads_hub_get_downloads (self->hub), job);

  g_object_set_data_full (G_OBJECT (page), "job", g_object_ref (job), g_object_unref);
  /* after the one that shows the machine */
  g_signal_connect_object (page, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  adw_navigation_view_replace (self->navigation, &page, 1);
}

static void
on_create (AetherCreateDialog *self)
{
  AetherCreateJobs *jobs = aether_downloads_hub_get_jobs (self->hub);
  gboolean takes_time = self->draft->source == AETHER_DRAFT_FETCH || self->draft->disk == AETHER_DRAFT_DISK_COPY;
  AetherCreateJob *job;

  if (self->job != NULL)
    return;

  aether_summary_page_set_error (self->summary_page, NULL);
  /* The user has seen all of it */
  self->draft->chosen |= AETHER_DRAFT_CHOSE_ALL & ~AETHER_DRAFT_CHOSE_FIRMWARE;
  job = aether_create_jobs_add (jobs, self->draft);
  if (takes_time)
    {
      show_progress (self, job);
      return;
    }

  self->job = g_object_ref (job);
  set_busy (self, TRUE);
  g_signal_connect_object (job, "changed", G_CALLBACK (job_changed_cb), self, G_CONNECT_SWAPPED);
  job_changed_cb (self, job);
}

/* --- the dialog ---------------------------------------------------------------------- */

static void
aether_create_dialog_closed (AdwDialog *dialog)
{
  AetherCreateDialog *self = AETHER_CREATE_DIALOG (dialog);

  g_cancellable_cancel (self->cancellable);
}

static void
aether_create_dialog_dispose (GObject *object)
{
  AetherCreateDialog *self = AETHER_CREATE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_CREATE_DIALOG);
  g_clear_object (&self->job);
  g_clear_object (&self->draft);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->dropped);
  g_clear_object (&self->hub);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (aether_create_dialog_parent_class)->dispose (object);
}

static void
aether_create_dialog_finalize (GObject *object)
{
  g_object_unref (AETHER_CREATE_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (aether_create_dialog_parent_class)->finalize (object);
}

static void
aether_create_dialog_class_init (AetherCreateDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_create_dialog_dispose;
  object_class->finalize = aether_create_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = aether_create_dialog_closed;

  signals[CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_BUNDLE);

  g_type_ensure (AETHER_TYPE_SYSTEM_PAGE);
  g_type_ensure (AETHER_TYPE_MEDIUM_PAGE);
  g_type_ensure (AETHER_TYPE_RESOURCES_PAGE);
  g_type_ensure (AETHER_TYPE_DISK_PAGE);
  g_type_ensure (AETHER_TYPE_INSTALL_PAGE);
  g_type_ensure (AETHER_TYPE_SUMMARY_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-create-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, navigation);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, system_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, medium_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, resources_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, disk_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, install_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, summary_page);
  gtk_widget_class_bind_template_callback (widget_class, on_system_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_file_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_import_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_empty_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_demo_wanted);
  gtk_widget_class_bind_template_callback (widget_class, open_catalogue);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_edit);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_shown);
  gtk_widget_class_bind_template_callback (widget_class, on_system_showing);
}

static void
aether_create_dialog_init (AetherCreateDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  self->host.memory = aether_cost_host_memory ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static AetherCreateDialog *
make_dialog (AetherLibrary *library, AetherDownloadsHub *hub)
{
  AetherCreateDialog *self = g_object_new (AETHER_TYPE_CREATE_DIALOG, NULL);

  self->library = g_object_ref (library);
  self->hub = g_object_ref (hub);
  g_signal_connect_object (aether_downloads_hub_get_jobs (hub), "made", G_CALLBACK (made_cb), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * aether_create_dialog_new:
 * @library: where the machine goes
 * @hub: fetches what it is made from
 *
 * Returns: (transfer full): the wizard
 */
AdwDialog *
aether_create_dialog_new (AetherLibrary *library, AetherDownloadsHub *hub)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  /* It is read while the pages are made */
  GWeakRef *weak = begin_catalogue (cancellable);
  AetherCreateDialog *self = make_dialog (library, hub);

  g_set_object (&self->cancellable, cancellable);
  g_weak_ref_set (weak, self);
  aether_medium_page_set_media (self->medium_page, aether_downloads_hub_get_media (hub));
  aether_disk_page_set_media (AETHER_DISK_PAGE (self->disk_page), aether_downloads_hub_get_media (hub));
  aether_cost_host_look_async (G_LIST_MODEL (library), aether_library_get_folder (library), self->cancellable, host_cb,
                               g_object_ref (self));

  return ADW_DIALOG (self);
}

/**
 * aether_create_dialog_new_for_job:
 * @job: one of @hub
 *
 * Returns: (transfer full): the last page of the wizard, which shows how far it is
 */
AdwDialog *
aether_create_dialog_new_for_job (AetherLibrary *library, AetherDownloadsHub *hub, AetherCreateJob *job)
{
  AetherCreateDialog *self = make_dialog (library, hub);

  show_progress (self, job);

  return ADW_DIALOG (self);
}
