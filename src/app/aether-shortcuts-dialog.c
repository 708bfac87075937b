/* aether-shortcuts-dialog.c - the keyboard shortcuts, listed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-shortcuts-dialog.h"

#include <glib/gi18n.h>

/* GtkShortcutsWindow is on its way out and no dialog; AdwShortcutsDialog needs
 * libadwaita 1.8. A list of rows needs neither. */
static const struct { const char *title, *accelerator; } shortcuts[] = {
  { N_("Create a machine"), "<Control>n" },
  { N_("Search"), "<Control>f" },
  { N_("Downloads and media"), "<Control>j" },
  { N_("Main menu"), "F10" },
  { N_("Keyboard shortcuts"), "<Control>question" },
  { N_("Close the window"), "<Control>w" },
  { N_("Quit"), "<Control>q" },
};

static GtkWidget *
make_row (const char *title, const char *accelerator)
{
  GtkWidget *row = adw_action_row_new ();
  GdkModifierType modifiers = 0;
  g_autofree char *text = NULL;
  GtkWidget *label;
  guint key = 0;

  gtk_accelerator_parse (accelerator, &key, &modifiers);
  text = gtk_accelerator_get_label (key, modifiers);
  label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "keycap");
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);

  return row;
}

AdwDialog *
aether_shortcuts_dialog_new (void)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               make_row (_(shortcuts[i].title), shortcuts[i].accelerator));

  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_child (dialog, view);
  adw_dialog_set_title (dialog, _("Keyboard shortcuts"));
  adw_dialog_set_content_width (dialog, 420);

  return dialog;
}
