/* aether-shortcuts-dialog.c - the keyboard shortcuts, listed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-shortcuts-dialog.h"

#include <glib/gi18n.h>

#include "aether-release-keys.h"
#include "aether-settings.h"

/* GtkShortcutsWindow is on its way out and no dialog; AdwShortcutsDialog needs
 * libadwaita 1.8. A list of rows needs neither. */
typedef struct
{
  const char *title;
  const char *accelerator;
} Shortcut;

static const Shortcut library[] = {
  { N_("Create a machine"), "<Control>n" },
  { N_("Search"), "<Control>f" },
  { N_("Downloads and media"), "<Control>j" },
  { N_("Main menu"), "F10" },
  { N_("Keyboard shortcuts"), "<Control>question" },
  { N_("Close the window"), "<Control>w" },
  { N_("Quit"), "<Control>q" },
};

/* While the machine does not have the keyboard */
static const Shortcut machine[] = {
  { N_("Full screen"), "F11" },
  { N_("Fit into the window"), "<Control>0" },
  { N_("Pixel by pixel"), "<Control>1" },
  { N_("Whole multiples only"), "<Control>2" },
  { N_("Screen follows the window"), "<Control>9" },
};

static GtkWidget *
make_row (const char *title, const char *keys)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (keys);

  gtk_widget_add_css_class (label, "keycap");
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, keys, -1);

  return row;
}

static AdwPreferencesGroup *
add_group (GtkWidget *page, const char *title, const Shortcut *shortcuts, gsize n)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title);
  for (gsize i = 0; i < n; i++)
    {
      GdkModifierType modifiers = 0;
      g_autofree char *keys = NULL;
      guint key = 0;

      gtk_accelerator_parse (shortcuts[i].accelerator, &key, &modifiers);
      keys = gtk_accelerator_get_label (key, modifiers);
      adw_preferences_group_add (group, make_row (_(shortcuts[i].title), keys));
    }
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);

  return group;
}

/* The one that the user may have changed */
static char *
dup_release_keys (void)
{
  g_autoptr(GSettings) settings = aether_settings_new ();
  g_autofree char *keys = settings ? g_settings_get_string (settings, "release-keys") : NULL;

  return aether_release_keys_to_label (keys ? keys : AETHER_RELEASE_KEYS_DEFAULT);
}

AdwDialog *
aether_shortcuts_dialog_new (gboolean of_machine)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  g_autofree char *release = dup_release_keys ();

  if (!of_machine)
    add_group (page, _("Machines"), library, G_N_ELEMENTS (library));
  adw_preferences_group_add (add_group (page, _("Window of a machine"), machine, G_N_ELEMENTS (machine)),
                             make_row (_("Take the keyboard back from the machine"), release));
  if (of_machine)
    add_group (page, _("Machines"), library, G_N_ELEMENTS (library));

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_child (dialog, view);
  adw_dialog_set_title (dialog, _("Keyboard shortcuts"));
  adw_dialog_set_content_width (dialog, 420);
  adw_dialog_set_content_height (dialog, 640);

  return dialog;
}
