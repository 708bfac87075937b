/* aether-vm-tools.c - what opens beside the picture: consoles, figures, devices, the log
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include "aether-devices-dialog.h"
#include "aether-log-dialog.h"
#include "aether-performance-dialog.h"
#include "aether-serial-window.h"

static void
serial_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->serial_window == NULL)
    {
      GtkWindow *window = aether_serial_window_new (self->link);

      gtk_window_set_application (window, gtk_window_get_application (GTK_WINDOW (self)));
      g_set_weak_pointer (&self->serial_window, window);
    }

  gtk_window_present (self->serial_window);
}

static void
performance_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->client)
    adw_dialog_present (aether_performance_dialog_new (self->client), widget);
}

static void
devices_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  adw_dialog_present (aether_devices_dialog_new (self->client, aether_vm_link_get_bundle (self->link)), widget);
}

static void
log_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_dialog_present (aether_log_dialog_new (aether_vm_link_get_bundle (AETHER_VM_WINDOW (widget)->link)), widget);
}

void
aether_vm_tools_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.show-serial", NULL, serial_action);
  gtk_widget_class_install_action (klass, "vm.show-performance", NULL, performance_action);
  gtk_widget_class_install_action (klass, "vm.show-devices", NULL, devices_action);
  gtk_widget_class_install_action (klass, "vm.show-log", NULL, log_action);
}

/* Of an engine whose drives do not change, only networks can be shown. */
static gboolean
has_devices (AetherVmWindow *self)
{
  g_autoptr(AetherMachine) machine = NULL;

  if (aether_vm_window_uses (self, "drives.interface"))
    return TRUE;

  machine = aether_bundle_load (aether_vm_link_get_bundle (self->link), NULL);
  return machine && g_list_model_get_n_items (G_LIST_MODEL (machine->networks)) > 0;
}

/* With another disc a suspended machine would not go on. */
static gboolean
is_off (AetherVmWindow *self)
{
  return aether_vm_link_get_state (self->link) == AETHER_VM_LINK_OFF && !aether_vm_suspend_is_saved (self);
}

void
aether_vm_tools_update (AetherVmWindow *self)
{
  AetherState state = aether_vm_window_get_state (self);
  gboolean runs = self->client && (state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.show-performance", runs);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.show-devices", (runs || is_off (self)) && has_devices (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.show-serial",
                                 self->serial_window || (runs && aether_client_get_n_serials (self->client) > 0));
}

/* The consoles of a window go with it. */
void
aether_vm_tools_dispose (AetherVmWindow *self)
{
  GtkWindow *window = self->serial_window;

  g_clear_weak_pointer (&self->serial_window);
  if (window)
    gtk_window_destroy (window);
}
