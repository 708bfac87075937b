/* aether-name-dialog.c - asks for the name of a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-name-dialog.h"

#include <glib/gi18n.h>

#include "aether-machine.h"

struct _AetherNameDialog
{
  AdwAlertDialog  parent_instance;

  GtkWidget      *row;
  GtkLabel       *message;
};

G_DEFINE_FINAL_TYPE (AetherNameDialog, aether_name_dialog, ADW_TYPE_ALERT_DIALOG)

enum { NAMED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
changed_cb (AetherNameDialog *self)
{
  g_autoptr(GError) error = NULL;
  gboolean good = aether_machine_check_name (gtk_editable_get_text (GTK_EDITABLE (self->row)), &error);

  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (self), "accept", good);
  gtk_label_set_text (self->message, good ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->message), !good);
  if (good)
    gtk_widget_remove_css_class (self->row, "error");
  else
    gtk_widget_add_css_class (self->row, "error");
}

static void
aether_name_dialog_response (AdwAlertDialog *dialog, const char *response)
{
  AetherNameDialog *self = AETHER_NAME_DIALOG (dialog);

  if (g_str_equal (response, "accept"))
    g_signal_emit (self, signals[NAMED], 0, gtk_editable_get_text (GTK_EDITABLE (self->row)));
}

static void
aether_name_dialog_class_init (AetherNameDialogClass *klass)
{
  ADW_ALERT_DIALOG_CLASS (klass)->response = aether_name_dialog_response;

  signals[NAMED] = g_signal_new ("named", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aether_name_dialog_init (AetherNameDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *list = gtk_list_box_new ();

  self->row = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), _("Name"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (self->row), TRUE);
  g_signal_connect_object (self->row, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), self->row);

  self->message = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "visible", FALSE, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->message), "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->message), "caption");

  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->message));
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (self), box);
}

AdwDialog *
aether_name_dialog_new (const char *heading, const char *accept, const char *name)
{
  AetherNameDialog *self = g_object_new (AETHER_TYPE_NAME_DIALOG, "heading", heading, NULL);
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (self);

  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "accept", accept, NULL);
  adw_alert_dialog_set_response_appearance (dialog, "accept", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "accept");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  gtk_editable_set_text (GTK_EDITABLE (self->row), name);
  adw_dialog_set_focus (ADW_DIALOG (self), self->row);
  changed_cb (self);

  return ADW_DIALOG (self);
}
