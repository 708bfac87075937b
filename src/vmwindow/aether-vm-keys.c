/* aether-vm-keys.c - keys sent to the machine from a menu
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-keys-dialog.h"
#include "aether-keys.h"
#include "aether-settings.h"

static void
send_keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  g_auto(GStrv) keys = aether_keys_parse (g_variant_get_string (parameter, NULL), NULL);

  if (self->client && keys)
    aether_client_send_keys_async (self->client, (const char * const *) keys, self->cancellable,
                                   aether_vm_request_cb,
                                   aether_vm_request_new (self, _("Could not send keys to %s")));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* The user's own stand below ours. */
static void
fill_own_keys (AetherVmWindow *self)
{
  g_auto(GStrv) entries = g_settings_get_strv (self->settings, AETHER_KEYS_DIALOG_KEY);

  g_menu_remove_all (self->own_keys);
  for (guint i = 0; entries[i]; i++)
    {
      g_autofree char *label = aether_keys_dialog_dup_label (entries[i]);
      g_autoptr(GMenuItem) item = NULL;

      if (*label == '\0')
        continue;   /* written by hand, and no key */

      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "vm.send-keys", "s", entries[i]);
      g_menu_append_item (self->own_keys, item);
    }
}

static void
own_keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_dialog_present (aether_keys_dialog_new (AETHER_VM_WINDOW (widget)->settings), widget);
}

void
aether_vm_keys_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, own_keys);
  gtk_widget_class_install_action (klass, "vm.send-keys", "s", send_keys_action);
  gtk_widget_class_install_action (klass, "vm.own-keys", NULL, own_keys_action);
}

void
aether_vm_keys_init (AetherVmWindow *self)
{
  self->settings = aether_settings_new ();
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.own-keys", self->settings != NULL);
  if (self->settings == NULL)
    return;

  g_signal_connect_object (self->settings, "changed::" AETHER_KEYS_DIALOG_KEY, G_CALLBACK (fill_own_keys), self,
                           G_CONNECT_SWAPPED);
  fill_own_keys (self);
}

void
aether_vm_keys_update (AetherVmWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.send-keys",
                                 aether_vm_window_get_state (self) == AETHER_STATE_RUNNING);
}
