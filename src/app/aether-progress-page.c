/* aether-progress-page.c - a machine on its way
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-progress-page.h"

#include <glib/gi18n.h>

#include "aether-download-words.h"

#define PULSE_EVERY 150   /* ms */

struct _AetherProgressPage
{
  AdwNavigationPage  parent_instance;

  AetherCreateJobs  *jobs;
  AetherDownloads   *downloads;
  AetherCreateJob   *job;
  guint              pulse_id;

  AdwStatusPage     *status_page;
  GtkProgressBar    *bar;
  GtkLabel          *words_label;
  GtkLabel          *error_label;
  GtkWidget         *answers_list;
  GtkEditable       *password_row;
  GtkEditable       *key_row;
  GtkWidget         *answer_button;
  GtkWidget         *retry_button;
  GtkWidget         *hand_button;
  GtkButton         *pause_button;
  GtkWidget         *cancel_button;
  GtkWidget         *note_label;
};

G_DEFINE_FINAL_TYPE (AetherProgressPage, aether_progress_page, ADW_TYPE_NAVIGATION_PAGE)

enum { ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

char *
aether_progress_page_words (AetherCreateJob *job)
{
  AetherDownloadItem *item = aether_create_job_get_item (job);

  switch (aether_create_job_get_state (job))
    {
    case AETHER_CREATE_JOB_FETCHING:
      return item != NULL ? aether_download_words (item) : g_strdup (_("Looking for the newest edition…"));
    case AETHER_CREATE_JOB_ASKING:
      if (!aether_create_job_lacks_key (job))
        return g_strdup (_("Its password was not kept, and is needed again"));
      return g_strdup (aether_create_job_lacks_password (job)
                         ? _("Its password and product key were not kept, and are needed again")
                         : _("Its product key was not kept, and is needed again"));
    case AETHER_CREATE_JOB_FAILED:
      return g_strdup (aether_create_job_get_error (job));
    case AETHER_CREATE_JOB_MAKING:
    case AETHER_CREATE_JOB_DONE:
    default:
      return g_strdup (_("Making the machine…"));
    }
}

/* --- showing it ------------------------------------------------------------------------ */

static gboolean
pulse_cb (gpointer user_data)
{
  gtk_progress_bar_pulse (AETHER_PROGRESS_PAGE (user_data)->bar);
  return G_SOURCE_CONTINUE;
}

/* Nobody knows how long that takes. */
static void
show_bar (AetherProgressPage *self)
{
  AetherDownloadItem *item = aether_create_job_get_item (self->job);
  gboolean pulses = aether_create_job_get_state (self->job) == AETHER_CREATE_JOB_MAKING;

  if (pulses && self->pulse_id == 0)
    self->pulse_id = g_timeout_add (PULSE_EVERY, pulse_cb, self);
  else if (!pulses)
    g_clear_handle_id (&self->pulse_id, g_source_remove);
  if (!pulses)
    gtk_progress_bar_set_fraction (self->bar, item != NULL ? aether_download_fraction (item) : 0);
}

static gboolean
is_paused (AetherCreateJob *job)
{
  AetherDownloadItem *item = aether_create_job_get_item (job);

  return item != NULL && aether_download_item_get_state (item) == AETHER_DOWNLOAD_ITEM_PAUSED;
}

static void
show_buttons (AetherProgressPage *self, AetherCreateJobState state)
{
  AetherDownloadItem *item = aether_create_job_get_item (self->job);
  gboolean asks = state == AETHER_CREATE_JOB_ASKING, failed = state == AETHER_CREATE_JOB_FAILED;

  gtk_widget_set_visible (GTK_WIDGET (self->bar), !failed || item != NULL);
  /* It has the focus, which no button may have that the key of “Create”, held too long, would press */
  gtk_widget_set_focusable (GTK_WIDGET (self->bar), !failed && !asks);
  gtk_widget_set_visible (self->answers_list, asks);
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), aether_create_job_lacks_password (self->job));
  gtk_widget_set_visible (GTK_WIDGET (self->key_row), aether_create_job_lacks_key (self->job));
  gtk_widget_set_visible (self->answer_button, asks);
  gtk_widget_set_visible (self->retry_button, failed && !aether_create_job_is_mute (self->job));
  gtk_widget_set_visible (self->hand_button, failed && aether_create_job_is_mute (self->job));
  gtk_widget_set_visible (GTK_WIDGET (self->pause_button),
                          item != NULL && !failed && aether_download_item_get_state (item) != AETHER_DOWNLOAD_ITEM_ELSEWHERE);
  gtk_button_set_label (self->pause_button, is_paused (self->job) ? _("Resume") : _("Pause"));
  gtk_widget_set_visible (self->note_label, !failed && !asks);
}

static void
changed_cb (AetherProgressPage *self)
{
  AetherCreateJobState state = aether_create_job_get_state (self->job);
  gboolean failed = state == AETHER_CREATE_JOB_FAILED;
  g_autofree char *words = aether_progress_page_words (self->job);

  gtk_label_set_text (failed ? self->error_label : self->words_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), failed);
  gtk_widget_set_visible (GTK_WIDGET (self->words_label), !failed);
  show_bar (self);
  show_buttons (self, state);
}

/* --- what can be done ------------------------------------------------------------------ */

static void
on_pause (AetherProgressPage *self)
{
  AetherDownloadItem *item = aether_create_job_get_item (self->job);

  if (item == NULL)
    return;
  if (is_paused (self->job))
    aether_downloads_resume (self->downloads, item);
  else
    aether_downloads_pause (self->downloads, item);
}

static void
on_retry (AetherProgressPage *self)
{
  if (aether_create_job_get_state (self->job) == AETHER_CREATE_JOB_FAILED)
    aether_create_job_retry (self->job);
}

static void
on_hand (AetherProgressPage *self)
{
  if (aether_create_job_get_state (self->job) == AETHER_CREATE_JOB_FAILED)
    aether_create_job_retry_by_hand (self->job);
}

static void
on_answer (AetherProgressPage *self)
{
  g_autoptr(GError) error = NULL;

  if (aether_create_job_answer (self->job, gtk_editable_get_text (self->password_row),
                                gtk_editable_get_text (self->key_row), &error))
    return;

  gtk_label_set_text (self->error_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
}

typedef struct
{
  AetherCreateJobs *jobs;
  AetherCreateJob  *job;
} Given;

static void
given_free (Given *given, GClosure *closure)
{
  g_object_unref (given->jobs);
  g_object_unref (given->job);
  g_free (given);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, Given *given)
{
  if (g_str_equal (response, "discard") || g_str_equal (response, "keep"))
    aether_create_jobs_cancel (given->jobs, given->job, g_str_equal (response, "keep"));
}

void
aether_progress_page_cancel (GtkWidget *parent, AetherCreateJobs *jobs, AetherCreateJob *job)
{
  AdwDialog *dialog;
  Given *given;

  /* Nothing is lost that would be worth a question */
  if (aether_create_job_get_item (job) == NULL || aether_create_jobs_shares (jobs, job))
    {
      aether_create_jobs_cancel (jobs, job, FALSE);
      return;
    }

  given = g_new0 (Given, 1);
  given->jobs = g_object_ref (jobs);
  given->job = g_object_ref (job);
  /* Translators: %s is a machine's name */
  dialog = adw_alert_dialog_new (NULL, _("What was downloaded so far is lost, unless the download goes on."));
  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (dialog), _("Give up %s?"), aether_create_job_get_name (job));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "back", _("_Back"), "keep", _("Give up, _keep the download"),
                                  "discard", _("_Give up"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "back");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), given, (GClosureNotify) given_free, 0);
  adw_dialog_present (dialog, parent);
}

static void
on_cancel (AetherProgressPage *self)
{
  aether_progress_page_cancel (GTK_WIDGET (self), self->jobs, self->job);
}

/* It leaves the list when the machine is made, or it was given up. */
static void
items_changed_cb (AetherProgressPage *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr(AetherCreateJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (job == self->job)
        return;
    }

  g_signal_emit (self, signals[ENDED], 0);
}

/* --- the page ------------------------------------------------------------------------ */

static void
aether_progress_page_dispose (GObject *object)
{
  AetherProgressPage *self = AETHER_PROGRESS_PAGE (object);

  g_clear_handle_id (&self->pulse_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_PROGRESS_PAGE);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  if (self->jobs != NULL)
    g_signal_handlers_disconnect_by_data (self->jobs, self);
  g_clear_object (&self->job);
  g_clear_object (&self->jobs);
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (aether_progress_page_parent_class)->dispose (object);
}

static void
aether_progress_page_class_init (AetherProgressPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_progress_page_dispose;

  signals[ENDED] = g_signal_new ("ended", AETHER_TYPE_PROGRESS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-progress-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, status_page);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, bar);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, words_label);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, answers_list);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, key_row);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, answer_button);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, retry_button);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, hand_button);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, pause_button);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, AetherProgressPage, note_label);
  gtk_widget_class_bind_template_callback (widget_class, on_pause);
  gtk_widget_class_bind_template_callback (widget_class, on_retry);
  gtk_widget_class_bind_template_callback (widget_class, on_hand);
  gtk_widget_class_bind_template_callback (widget_class, on_answer);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
aether_progress_page_init (AetherProgressPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwNavigationPage *
aether_progress_page_new (AetherCreateJobs *jobs, AetherDownloads *downloads, AetherCreateJob *job)
{
  AetherProgressPage *self = g_object_new (AETHER_TYPE_PROGRESS_PAGE, NULL);
  g_autofree char *title = g_markup_escape_text (aether_create_job_get_name (job), -1);

  self->jobs = g_object_ref (jobs);
  self->downloads = g_object_ref (downloads);
  self->job = g_object_ref (job);
  adw_status_page_set_title (self->status_page, title);
  g_signal_connect_object (job, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (jobs, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);

  return ADW_NAVIGATION_PAGE (self);
}
