/* aether-download-row.c - a download: how far it is, and what can be done with it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-download-row.h"

#include <glib/gi18n.h>

#include "aether-download-words.h"
#include "aether-menu-names.h"

struct _AetherDownloadRow
{
  AdwPreferencesRow   parent_instance;

  AetherDownloads    *downloads;
  AetherDownloadItem *item;
  int                 shown;     /* state that the buttons are for; -1: none yet */

  GtkLabel           *name_label;
  GtkProgressBar     *bar;
  GtkLabel           *state_label;
  GtkButton          *main_button;
  GtkButton          *remove_button;
  GtkMenuButton      *more_button;
};

G_DEFINE_FINAL_TYPE (AetherDownloadRow, aether_download_row, ADW_TYPE_PREFERENCES_ROW)

/* --- showing it ------------------------------------------------------------------- */

static void
name_button (GtkWidget *button, const char *tooltip, const char *format, const char *name)
{
  g_autofree char *label = g_strdup_printf (format, name);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_buttons (AetherDownloadRow *self, AetherDownloadItemState state)
{
  const char *name = aether_download_item_get_name (self->item);
  GtkWidget *main_button = GTK_WIDGET (self->main_button);
  GtkWidget *remove_button = GTK_WIDGET (self->remove_button);

  if (self->shown == (int) state)
    return;

  self->shown = state;
  gtk_widget_set_visible (main_button, state != AETHER_DOWNLOAD_ITEM_DONE && state != AETHER_DOWNLOAD_ITEM_ELSEWHERE);
  gtk_widget_set_visible (remove_button, state != AETHER_DOWNLOAD_ITEM_ELSEWHERE);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), state != AETHER_DOWNLOAD_ITEM_DONE);
  gtk_button_set_icon_name (self->main_button,
                            state == AETHER_DOWNLOAD_ITEM_FAILED   ? "view-refresh-symbolic"
                            : state == AETHER_DOWNLOAD_ITEM_PAUSED ? "media-playback-start-symbolic"
                                                                   : "media-playback-pause-symbolic");
  if (state == AETHER_DOWNLOAD_ITEM_FAILED)
    /* Translators: %s is a file's name */
    name_button (main_button, _("Retry"), _("Retry %s"), name);
  else if (state == AETHER_DOWNLOAD_ITEM_PAUSED)
    name_button (main_button, _("Resume"), _("Resume %s"), name);
  else
    name_button (main_button, _("Pause"), _("Pause %s"), name);

  if (state == AETHER_DOWNLOAD_ITEM_DONE)
    /* Translators: off the list; the file stays */
    name_button (remove_button, _("Take off the list"), _("Take %s off the list"), name);
  else
    name_button (remove_button, _("Cancel"), _("Cancel %s"), name);

  if (state == AETHER_DOWNLOAD_ITEM_FAILED)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "dimmed");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "dimmed");
    }
}

static void
changed_cb (AetherDownloadRow *self)
{
  g_autofree char *words = aether_download_words (self->item);

  gtk_label_set_text (self->state_label, words);
  gtk_progress_bar_set_fraction (self->bar, aether_download_fraction (self->item));
  update_buttons (self, aether_download_item_get_state (self->item));
}

/* --- what can be done -------------------------------------------------------------- */

static void
on_main (AetherDownloadRow *self)
{
  if (self->shown == AETHER_DOWNLOAD_ITEM_PAUSED || self->shown == AETHER_DOWNLOAD_ITEM_FAILED)
    aether_downloads_resume (self->downloads, self->item);
  else
    aether_downloads_pause (self->downloads, self->item);
}

static void
on_remove (AetherDownloadRow *self)
{
  aether_downloads_remove (self->downloads, self->item);
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherDownloadRow *self = AETHER_DOWNLOAD_ROW (widget);

  aether_downloads_move (self->downloads, self->item, g_str_equal (name, "row.up") ? -1 : 1);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          aether_download_item_get_url (AETHER_DOWNLOAD_ROW (widget)->item));
}

/* --- the object ------------------------------------------------------------------ */

static void
aether_download_row_dispose (GObject *object)
{
  AetherDownloadRow *self = AETHER_DOWNLOAD_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_DOWNLOAD_ROW);
  g_clear_object (&self->item);
  g_clear_object (&self->downloads);

  G_OBJECT_CLASS (aether_download_row_parent_class)->dispose (object);
}

static void
aether_download_row_class_init (AetherDownloadRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_download_row_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-download-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadRow, bar);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadRow, main_button);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadRow, remove_button);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadRow, more_button);
  gtk_widget_class_bind_template_callback (widget_class, on_main);
  gtk_widget_class_bind_template_callback (widget_class, on_remove);

  gtk_widget_class_install_action (widget_class, "row.up", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "row.down", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "row.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "row.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "row.down", NULL);
}

static void
aether_download_row_init (AetherDownloadRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_menu_names_attach (self->more_button);
  self->shown = -1;
}

GtkWidget *
aether_download_row_new (AetherDownloads *downloads, AetherDownloadItem *item)
{
  const char *name = aether_download_item_get_name (item);
  AetherDownloadRow *self = g_object_new (AETHER_TYPE_DOWNLOAD_ROW, "title", name, "use-markup", FALSE, NULL);

  self->downloads = g_object_ref (downloads);
  self->item = g_object_ref (item);
  gtk_label_set_text (self->name_label, name);
  name_button (GTK_WIDGET (self->more_button), _("More"), _("More for %s"), name);
  g_signal_connect_object (item, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}
