/* aether-vm-keys.c - keys sent to the machine from a menu
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-keys.h"

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

void
aether_vm_keys_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.send-keys", "s", send_keys_action);
}

void
aether_vm_keys_update (AetherVmWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.send-keys",
                                 aether_vm_window_get_state (self) == AETHER_STATE_RUNNING);
}
