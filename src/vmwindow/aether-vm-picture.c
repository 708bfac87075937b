/* aether-vm-picture.c - the machine's picture, kept
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-vm-screenshot.h"

static void
screenshot_saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  if (aether_vm_screenshot_save_finish (AETHER_CLIENT (object), result, &error))
    aether_vm_window_toast (request->window, _("Screenshot saved"));
  else
    aether_vm_window_show_error (request->window, request->failed, error);
}

static void
screenshot_chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmWindow) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (object), result, NULL);

  /* No file: the user thought better of it. */
  if (file && self->client)
    aether_vm_screenshot_save_async (self->client, file, self->cancellable, screenshot_saved_cb,
                                     aether_vm_request_new (self, _("Could not save the screenshot of %s")));
}

static void
screenshot_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *file_name = aether_vm_screenshot_dup_name (aether_vm_window_get_name (self), now);
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autoptr(GFile) folder = pictures ? g_file_new_for_path (pictures) : NULL;

  gtk_file_dialog_set_title (dialog, _("Save screenshot"));
  gtk_file_dialog_set_initial_name (dialog, file_name);
  gtk_file_dialog_set_initial_folder (dialog, folder);
  gtk_file_dialog_save (dialog, GTK_WINDOW (self), self->cancellable, screenshot_chosen_cb,
                        g_object_ref (self));
}

static void
screenshot_taken_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) picture = aether_vm_screenshot_take_finish (AETHER_CLIENT (object), result, &error);
  g_autoptr(GdkTexture) texture = picture ? gdk_texture_new_from_bytes (picture, &error) : NULL;

  if (texture == NULL)
    {
      aether_vm_window_show_error (request->window, request->failed, error);
      return;
    }

  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (request->window)), texture);
  aether_vm_window_toast (request->window, _("Screenshot copied"));
}

static void
copy_screenshot_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->client)
    aether_vm_screenshot_take_async (self->client, self->cancellable, screenshot_taken_cb,
                                     aether_vm_request_new (self, _("Could not copy the screenshot of %s")));
}

void
aether_vm_picture_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.screenshot", NULL, screenshot_action);
  gtk_widget_class_install_action (klass, "vm.copy-screenshot", NULL, copy_screenshot_action);
}

void
aether_vm_picture_update (AetherVmWindow *self)
{
  AetherState state = aether_vm_window_get_state (self);
  gboolean has_picture = state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.screenshot", has_picture);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.copy-screenshot", has_picture);
}
