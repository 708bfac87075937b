/* aether-login-row.c - the password of a machine's user, as the wizard put it into the keyring
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-login-row.h"

#include <glib/gi18n.h>

#include "aether-install-keyring.h"

struct _AetherLoginRow
{
  AdwActionRow     parent_instance;

  char            *uuid;
  char            *user;
  GCancellable    *cancellable;

  GtkToggleButton *show_button;
};

G_DEFINE_FINAL_TYPE (AetherLoginRow, aether_login_row, ADW_TYPE_ACTION_ROW)

static void
say (AetherLoginRow *self, const char *text)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), text);
}

/* Says in the row what is in the way.
 * Returns: (transfer full) (nullable): what the keyring gave, when somebody still wants it */
static AetherInstallLogin *
take_login (AetherLoginRow *self, GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;
  AetherInstallLogin *login = aether_install_keyring_lookup_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;

  if (login == NULL)
    say (self, error ? error->message : _("The keyring has it no more"));

  return login;
}

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherLoginRow) self = user_data;
  g_autoptr(AetherInstallLogin) login = take_login (self, result);

  if (login != NULL && gtk_toggle_button_get_active (self->show_button))
    say (self, login->password);
}

static void
show_cb (AetherLoginRow *self)
{
  if (gtk_toggle_button_get_active (self->show_button))
    aether_install_keyring_lookup_async (self->uuid, self->user, self->cancellable, shown_cb, g_object_ref (self));
  else
    say (self, _("In the keyring"));
}

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherLoginRow) self = user_data;
  g_autoptr(AetherInstallLogin) login = take_login (self, result);
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  if (login == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), login->password);
  if (dialog != NULL)
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), adw_toast_new (_("Copied")));
}

static void
copy_cb (AetherLoginRow *self)
{
  aether_install_keyring_lookup_async (self->uuid, self->user, self->cancellable, copied_cb, g_object_ref (self));
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherLoginRow) self = user_data;
  char *user = aether_install_keyring_find_user_finish (result, NULL);
  g_autofree char *title = NULL;

  if (user == NULL)
    return;

  self->user = user;
  /* Translators: the name of somebody who can log in to a machine */
  title = g_strdup_printf (_("Password of %s"), user);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
aether_login_row_look (AetherLoginRow *self, const char *uuid)
{
  g_return_if_fail (AETHER_IS_LOGIN_ROW (self));
  g_return_if_fail (self->uuid == NULL && uuid != NULL);

  self->uuid = g_strdup (uuid);
  aether_install_keyring_find_user_async (uuid, self->cancellable, found_cb, g_object_ref (self));
}

static void
aether_login_row_unmap (GtkWidget *widget)
{
  gtk_toggle_button_set_active (AETHER_LOGIN_ROW (widget)->show_button, FALSE);
  GTK_WIDGET_CLASS (aether_login_row_parent_class)->unmap (widget);
}

static void
aether_login_row_dispose (GObject *object)
{
  g_cancellable_cancel (AETHER_LOGIN_ROW (object)->cancellable);

  G_OBJECT_CLASS (aether_login_row_parent_class)->dispose (object);
}

static void
aether_login_row_finalize (GObject *object)
{
  AetherLoginRow *self = AETHER_LOGIN_ROW (object);

  g_object_unref (self->cancellable);
  g_free (self->uuid);
  g_free (self->user);

  G_OBJECT_CLASS (aether_login_row_parent_class)->finalize (object);
}

static void
aether_login_row_class_init (AetherLoginRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_login_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_login_row_finalize;
  GTK_WIDGET_CLASS (klass)->unmap = aether_login_row_unmap;
}

static void
add_button (AetherLoginRow *self, GtkWidget *button, const char *icon, const char *tooltip, const char *signal,
            GCallback callback)
{
  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_object (button, signal, callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
}

static void
aether_login_row_init (AetherLoginRow *self)
{
  self->cancellable = g_cancellable_new ();
  self->show_button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());

  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (self), TRUE);
  say (self, _("In the keyring"));
  add_button (self, GTK_WIDGET (self->show_button), "view-reveal-symbolic", _("Show the password"), "toggled",
              G_CALLBACK (show_cb));
  add_button (self, gtk_button_new (), "edit-copy-symbolic", _("Copy the password"), "clicked", G_CALLBACK (copy_cb));
}
