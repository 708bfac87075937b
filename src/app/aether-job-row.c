/* aether-job-row.c - a machine on its way, among the others
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-job-row.h"

#include <glib/gi18n.h>

#include "aether-download-words.h"
#include "aether-progress-page.h"

struct _AetherJobRow
{
  GtkListBoxRow     parent_instance;

  AetherCreateJobs *jobs;
  AetherCreateJob  *job;

  GtkLabel         *name_label;
  GtkProgressBar   *bar;
  GtkLabel         *state_label;
  GtkWidget        *cancel_button;
};

G_DEFINE_FINAL_TYPE (AetherJobRow, aether_job_row, GTK_TYPE_LIST_BOX_ROW)

static void
changed_cb (AetherJobRow *self)
{
  AetherDownloadItem *item = aether_create_job_get_item (self->job);
  AetherCreateJobState state = aether_create_job_get_state (self->job);
  g_autofree char *words = aether_progress_page_words (self->job);

  gtk_label_set_text (self->state_label, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state_label), words);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), state == AETHER_CREATE_JOB_FETCHING && item != NULL);
  gtk_progress_bar_set_fraction (self->bar, item != NULL ? aether_download_fraction (item) : 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  if (state == AETHER_CREATE_JOB_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "error");
}

static void
on_cancel (AetherJobRow *self)
{
  aether_progress_page_cancel (GTK_WIDGET (self), self->jobs, self->job);
}

AetherCreateJob *
aether_job_row_get_job (AetherJobRow *self)
{
  return self->job;
}

static void
aether_job_row_dispose (GObject *object)
{
  AetherJobRow *self = AETHER_JOB_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_JOB_ROW);
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
  g_clear_object (&self->jobs);

  G_OBJECT_CLASS (aether_job_row_parent_class)->dispose (object);
}

static void
aether_job_row_class_init (AetherJobRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_job_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-job-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherJobRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, AetherJobRow, bar);
  gtk_widget_class_bind_template_child (widget_class, AetherJobRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, AetherJobRow, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
aether_job_row_init (AetherJobRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
aether_job_row_new (AetherCreateJobs *jobs, AetherCreateJob *job)
{
  AetherJobRow *self = g_object_new (AETHER_TYPE_JOB_ROW, NULL);
  const char *name = aether_create_job_get_name (job);
  /* Translators: %s is a machine's name */
  g_autofree char *label = g_strdup_printf (_("Give up %s"), name);

  self->jobs = g_object_ref (jobs);
  self->job = g_object_ref (job);
  gtk_label_set_text (self->name_label, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (job, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}
