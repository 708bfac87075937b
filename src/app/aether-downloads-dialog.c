/* aether-downloads-dialog.c - what is downloaded, and the media that are there
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-downloads-dialog.h"

#include <glib/gi18n.h>

#include "aether-download-row.h"
#include "aether-error-dialog.h"
#include "aether-media-row.h"

#define MEGABYTE 1000000.0

struct _AetherDownloadsDialog
{
  AdwDialog           parent_instance;

  AetherDownloadsHub *hub;
  AdwToastOverlay    *toasts;
  AdwEntryRow        *url_row;
  GtkListBox         *downloads_list;
  GtkListBox         *media_list;
  AdwSpinRow         *most_row;
  AdwSpinRow         *limit_row;
};

G_DEFINE_FINAL_TYPE (AetherDownloadsDialog, aether_downloads_dialog, ADW_TYPE_DIALOG)

/* --- adding ---------------------------------------------------------------------- */

static gboolean
add_url (AetherDownloadsDialog *self, const char *text)
{
  g_autofree char *url = g_strstrip (g_strdup (text));
  g_autoptr(GError) error = NULL;

  if (aether_downloads_add_url (aether_downloads_hub_get_downloads (self->hub), url, &error))
    return TRUE;

  aether_error_dialog_present (GTK_WIDGET (self), _("Could not add the download"), error->message, NULL);
  return FALSE;
}

static void
on_add_url (AetherDownloadsDialog *self)
{
  if (add_url (self, gtk_editable_get_text (GTK_EDITABLE (self->url_row))))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->url_row), "");
      /* That is no change to apply. */
      adw_entry_row_set_show_apply_button (self->url_row, FALSE);
      adw_entry_row_set_show_apply_button (self->url_row, TRUE);
    }
}

static void
paste_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDownloadsDialog) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);

  if (text && self->hub && gtk_widget_get_mapped (GTK_WIDGET (self)))
    add_url (self, text);
}

/* Ctrl+V where no entry has taken it */
static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, paste_cb, g_object_ref (widget));
}

static void
added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDownloadsDialog) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_media_library_add_finish (AETHER_MEDIA_LIBRARY (object), result, &error) && self->hub &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    aether_error_dialog_present (GTK_WIDGET (self), _("Could not add the medium"), error->message, NULL);
}

static void
add_file (AetherDownloadsDialog *self, GFile *file)
{
  const char *path = g_file_peek_path (file);
  AdwToast *toast;

  if (path == NULL)
    {
      aether_error_dialog_present (GTK_WIDGET (self), _("Could not add the medium"),
                                   _("Only files of this computer can be added. Copy it here first."), NULL);
      return;
    }

  toast = adw_toast_new (_("The file is being copied"));
  adw_toast_overlay_add_toast (self->toasts, toast);
  aether_media_library_add_async (aether_downloads_hub_get_media (self->hub), path, AETHER_MEDIA_ADD_COPY, NULL,
                                  added_cb, g_object_ref (self));
}

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDownloadsDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file && self->hub)
    add_file (self, file);
}

static void
on_add_file (AetherDownloadsDialog *self)
{
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_dialog_set_title (dialog, _("Add a disc or disk image"));
  gtk_file_dialog_set_accept_label (dialog, _("_Add"));
  gtk_file_dialog_open (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, chosen_cb, g_object_ref (self));
}

static gboolean
drop_cb (AetherDownloadsDialog *self, const GValue *value)
{
  GSList *files;

  if (G_VALUE_HOLDS_STRING (value))
    return add_url (self, g_value_get_string (value));

  files = g_value_get_boxed (value);
  for (GSList *node = files; node; node = node->next)
    {
      g_autofree char *uri = g_file_get_uri (node->data);

      /* A link that is dragged out of a browser may come as a file. */
      if (g_str_has_prefix (uri, "http"))
        add_url (self, uri);
      else
        add_file (self, node->data);
    }
  return files != NULL;
}

/* --- media --------------------------------------------------------------------------- */

static void
failed_cb (AetherDownloadsDialog *self, const char *heading, const char *message)
{
  if (self->hub)
    aether_error_dialog_present (GTK_WIDGET (self), heading, message, NULL);
}

static void
remove_cb (AetherDownloadsDialog *self, AetherMediaRow *row)
{
  g_autoptr(AetherMediaFile) file = g_object_ref (aether_media_row_get_file (row));
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  AdwToast *toast;

  if (!aether_media_library_remove (aether_downloads_hub_get_media (self->hub), file, FALSE, FALSE, &error))
    {
      aether_error_dialog_present (GTK_WIDGET (self), _("Could not remove the medium"), error->message, NULL);
      return;
    }

  /* Translators: %s is a file's name */
  words = g_strdup_printf (aether_media_file_is_reference (file) ? _("“%s” is off the list; the file stays")
                                                                 : _("“%s” is in the trash"),
                           aether_media_file_get_name (file));
  toast = adw_toast_new (words);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* --- lists ------------------------------------------------------------------------------ */

static GtkWidget *
make_download_row (gpointer item, gpointer user_data)
{
  AetherDownloadsDialog *self = user_data;

  return aether_download_row_new (aether_downloads_hub_get_downloads (self->hub), item);
}

static GtkWidget *
make_media_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = aether_media_row_new (item);

  g_signal_connect_object (row, "failed", G_CALLBACK (failed_cb), user_data, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "remove", G_CALLBACK (remove_cb), user_data, G_CONNECT_SWAPPED);
  return row;
}

static gboolean
limit_to_row (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_double (to, g_value_get_uint64 (from) / MEGABYTE);
  return TRUE;
}

static gboolean
limit_from_row (GBinding *binding, const GValue *from, GValue *to, gpointer user_data)
{
  g_value_set_uint64 (to, (guint64) (g_value_get_double (from) * MEGABYTE + 0.5));
  return TRUE;
}

/* --- the object ------------------------------------------------------------------------- */

static void
aether_downloads_dialog_dispose (GObject *object)
{
  AetherDownloadsDialog *self = AETHER_DOWNLOADS_DIALOG (object);

  if (self->downloads_list)
    gtk_list_box_bind_model (self->downloads_list, NULL, NULL, NULL, NULL);
  if (self->media_list)
    gtk_list_box_bind_model (self->media_list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_DOWNLOADS_DIALOG);
  g_clear_object (&self->hub);

  G_OBJECT_CLASS (aether_downloads_dialog_parent_class)->dispose (object);
}

static void
aether_downloads_dialog_class_init (AetherDownloadsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_downloads_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-downloads-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadsDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadsDialog, url_row);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadsDialog, downloads_list);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadsDialog, media_list);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadsDialog, most_row);
  gtk_widget_class_bind_template_child (widget_class, AetherDownloadsDialog, limit_row);
  gtk_widget_class_bind_template_callback (widget_class, on_add_url);
  gtk_widget_class_bind_template_callback (widget_class, on_add_file);

  gtk_widget_class_install_action (widget_class, "downloads.paste", NULL, paste_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "downloads.paste", NULL);
}

static void
aether_downloads_dialog_init (AetherDownloadsDialog *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

AdwDialog *
aether_downloads_dialog_new (AetherDownloadsHub *hub)
{
  AetherDownloadsDialog *self = g_object_new (AETHER_TYPE_DOWNLOADS_DIALOG, NULL);
  AetherDownloads *downloads = aether_downloads_hub_get_downloads (hub);

  self->hub = g_object_ref (hub);
  gtk_list_box_bind_model (self->downloads_list, G_LIST_MODEL (downloads), make_download_row, self, NULL);
  gtk_list_box_bind_model (self->media_list, G_LIST_MODEL (aether_downloads_hub_get_media (hub)), make_media_row, self,
                           NULL);
  g_object_bind_property (downloads, "most", adw_spin_row_get_adjustment (self->most_row), "value",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_object_bind_property_full (downloads, "limit", adw_spin_row_get_adjustment (self->limit_row), "value",
                               G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE, limit_to_row, limit_from_row, NULL, NULL);

  return ADW_DIALOG (self);
}
