/* aether-downloads-button.c - opens the downloads, and shows how far they are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-downloads-button.h"

#include <glib/gi18n.h>

struct _AetherDownloadsButton
{
  GtkButton        parent_instance;

  GtkProgressBar  *bar;
  AetherDownloads *downloads;   /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AetherDownloadsButton, aether_downloads_button, GTK_TYPE_BUTTON)

static void
changed_cb (AetherDownloadsButton *self)
{
  double fraction;
  guint active = aether_downloads_get_active (self->downloads, &fraction);

  gtk_progress_bar_set_fraction (self->bar, fraction);
  if (gtk_widget_get_visible (GTK_WIDGET (self->bar)) == (active > 0))
    return;

  gtk_widget_set_visible (GTK_WIDGET (self->bar), active > 0);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), active > 0 ? _("Downloads and media: downloading")
                                                             : _("Downloads and media"));
}

void
aether_downloads_button_set_downloads (AetherDownloadsButton *self, AetherDownloads *downloads)
{
  g_return_if_fail (self->downloads == NULL);

  self->downloads = g_object_ref (downloads);
  g_signal_connect_object (downloads, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (downloads, "items-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
}

static void
aether_downloads_button_dispose (GObject *object)
{
  g_clear_object (&AETHER_DOWNLOADS_BUTTON (object)->downloads);

  G_OBJECT_CLASS (aether_downloads_button_parent_class)->dispose (object);
}

static void
aether_downloads_button_class_init (AetherDownloadsButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_downloads_button_dispose;
}

static void
aether_downloads_button_init (AetherDownloadsButton *self)
{
  GtkWidget *overlay = gtk_overlay_new ();

  gtk_overlay_set_child (GTK_OVERLAY (overlay),
                         g_object_new (GTK_TYPE_IMAGE, "icon-name", "folder-download-symbolic",
                                       "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->bar), GTK_ALIGN_END);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), GTK_WIDGET (self->bar));
  gtk_button_set_child (GTK_BUTTON (self), overlay);
  gtk_widget_add_css_class (GTK_WIDGET (self), "image-button");
  gtk_widget_add_css_class (GTK_WIDGET (self), "downloads-button");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Downloads and media"));
  /* else the value of the bar would be its name */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Downloads and media"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self), "app.show-downloads");
}
