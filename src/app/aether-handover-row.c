/* aether-handover-row.c - a system that only a browser can fetch
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-handover-row.h"

#include <glib/gi18n.h>

#include "aether-handover.h"

#define LOOK_EVERY 1   /* seconds: how far the browser is */

struct _AetherHandoverRow
{
  AdwActionRow    parent_instance;

  AetherHandover *handover;   /* (nullable) */
  AetherOs       *os;         /* (nullable): what it watches for */
  char           *arch;
  char           *sentence;   /* (nullable): of a disc that is not the one */
  guint           look_id;
  gboolean        done;       /* it was found once */
};

G_DEFINE_FINAL_TYPE (AetherHandoverRow, aether_handover_row, ADW_TYPE_ACTION_ROW)

enum { FOUND, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_state (AetherHandoverRow *self)
{
  guint64 growing = aether_handover_get_growing (self->handover);
  g_autofree char *folder = g_filename_display_basename (aether_handover_get_folder (self->handover));
  g_autofree char *size = g_format_size (growing);
  g_autofree char *text = NULL;

  if (growing > 0)
    /* Translators: %1$s is a size, %2$s the name of a folder, as “Downloads” */
    text = g_strdup_printf (_("Something is being saved in “%2$s”: %1$s so far"), size, folder);
  else if (self->sentence != NULL)
    text = g_strdup (self->sentence);
  else
    /* Translators: %s is the name of a folder, as “Downloads” */
    text = g_strdup_printf (_("Save the disc in “%s”: it is taken from there when it is complete"), folder);

  if (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (self)), text) != 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}

static gboolean
look_cb (gpointer user_data)
{
  show_state (user_data);
  return G_SOURCE_CONTINUE;
}

static void
found_cb (AetherHandoverRow *self, const char *path)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  self->done = TRUE;
  g_signal_emit (self, signals[FOUND], 0, path);
}

static void
other_cb (AetherHandoverRow *self, const char *path, const char *sentence)
{
  g_set_str (&self->sentence, sentence);
  show_state (self);
}

static void
begin (AetherHandoverRow *self)
{
  if (self->handover == NULL || self->look_id != 0 || self->done)
    return;

  aether_handover_start (self->handover);
  self->look_id = g_timeout_add_seconds (LOOK_EVERY, look_cb, self);
}

static void
end (AetherHandoverRow *self)
{
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->handover != NULL)
    aether_handover_stop (self->handover);
}

static void
open_cb (AetherHandoverRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr(GtkUriLauncher) launcher = NULL;

  if (self->handover == NULL || aether_handover_get_page (self->handover) == NULL)
    return;

  launcher = gtk_uri_launcher_new (aether_handover_get_page (self->handover));
  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, NULL, NULL);
}

gboolean
aether_handover_row_watch (AetherHandoverRow *self, AetherCatalogue *catalogue, AetherOs *os, const char *arch)
{
  const char *page = catalogue != NULL && os != NULL ? aether_handover_find_page (os, arch) : NULL;

  g_return_val_if_fail (AETHER_IS_HANDOVER_ROW (self), FALSE);

  if (page != NULL && os == self->os && g_strcmp0 (arch, self->arch) == 0)
    return TRUE;

  end (self);
  g_clear_object (&self->handover);
  g_clear_pointer (&self->sentence, g_free);
  g_clear_object (&self->os);
  self->os = page != NULL ? g_object_ref (os) : NULL;
  self->done = FALSE;
  g_set_str (&self->arch, arch);
  if (page == NULL)
    return FALSE;

  self->handover = aether_handover_new (catalogue, os, arch, NULL);
  g_signal_connect_object (self->handover, "found", G_CALLBACK (found_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->handover, "other", G_CALLBACK (other_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), page);
  show_state (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    begin (self);

  return TRUE;
}

static void
aether_handover_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (aether_handover_row_parent_class)->map (widget);
  begin (AETHER_HANDOVER_ROW (widget));
}

static void
aether_handover_row_unmap (GtkWidget *widget)
{
  end (AETHER_HANDOVER_ROW (widget));
  GTK_WIDGET_CLASS (aether_handover_row_parent_class)->unmap (widget);
}

static void
aether_handover_row_dispose (GObject *object)
{
  AetherHandoverRow *self = AETHER_HANDOVER_ROW (object);

  end (self);
  g_clear_object (&self->handover);
  g_clear_object (&self->os);

  G_OBJECT_CLASS (aether_handover_row_parent_class)->dispose (object);
}

static void
aether_handover_row_finalize (GObject *object)
{
  AetherHandoverRow *self = AETHER_HANDOVER_ROW (object);

  g_free (self->arch);
  g_free (self->sentence);

  G_OBJECT_CLASS (aether_handover_row_parent_class)->finalize (object);
}

static void
aether_handover_row_class_init (AetherHandoverRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_handover_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_handover_row_finalize;
  widget_class->map = aether_handover_row_map;
  widget_class->unmap = aether_handover_row_unmap;

  signals[FOUND] = g_signal_new ("found", AETHER_TYPE_HANDOVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
aether_handover_row_init (AetherHandoverRow *self)
{
  /* Translators: a button beside “With your browser”, which opens the page where a system is handed out */
  GtkWidget *button = gtk_button_new_with_label (_("Open page"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
}
