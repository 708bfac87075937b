/* aether-vm-clipboard.c - the machine's clipboard: remembered, and what is missing for it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-clipboard-menu.h"

static AetherClipboardMenuState
get_state (AetherVmWindow *self)
{
  AetherDisplaySource *source = aether_vm_link_get_source (self->link);

  if (source == NULL || self->client == NULL)
    return AETHER_CLIPBOARD_MENU_NOT_NOW;
  if (g_strv_contains (aether_client_get_channels (self->client), "clipboard") &&
      aether_display_source_get_features (source) & AETHER_DISPLAY_CAN_SHARE_TEXT)
    return AETHER_CLIPBOARD_MENU_SHARES;

  return AETHER_CLIPBOARD_MENU_NO_AGENT;
}

static void
fill_menu (AetherVmWindow *self)
{
  if (aether_vm_window_uses (self, "sharing.clipboard"))
    aether_clipboard_menu_fill (self->clipboard_menu, self->clipboard, get_state (self), "vm.clipboard-help");
}

static void
help_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  g_autofree char *heading = g_strdup_printf (_("%s does not share its clipboard"), aether_vm_window_get_name (self));
  AdwDialog *dialog =
    adw_alert_dialog_new (heading,
                          _("A program inside the machine has to pass on what is copied. In Linux, install the package "
                            "spice-vdagent in the machine and log in again; in Windows, the SPICE guest tools. A "
                            "machine that was started with its clipboard off has to be started anew."));

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, widget);
}

/* For this window now, and for the next. */
static void
mode_cb (AetherVmWindow *self)
{
  AetherBundle *bundle = aether_vm_link_get_bundle (self->link);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, &error);

  if (machine)
    g_object_set (machine->sharing, "clipboard", aether_clipboard_get_mode (self->clipboard), NULL);
  if (machine == NULL || !aether_bundle_save (bundle, machine, &error))
    aether_vm_window_show_error (self, _("Could not change the clipboard of %s"), error);
  fill_menu (self);
}

void
aether_vm_clipboard_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, clipboard_menu);
  gtk_widget_class_install_action (klass, "vm.clipboard-help", NULL, help_action);
}

void
aether_vm_clipboard_init (AetherVmWindow *self)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (aether_vm_link_get_bundle (self->link), NULL);

  self->clipboard = aether_clipboard_new (GTK_WINDOW (self));
  aether_clipboard_set_mode (self->clipboard, machine ? machine->sharing->clipboard : AETHER_CLIPBOARD_OFF);
  g_signal_connect_object (self->clipboard, "notify::mode", G_CALLBACK (mode_cb), self, G_CONNECT_SWAPPED);
  aether_clipboard_menu_attach (GTK_WIDGET (self), self->clipboard);
}

void
aether_vm_clipboard_update (AetherVmWindow *self)
{
  AetherDisplaySource *source = aether_vm_link_get_source (self->link);

  if (self->clipboard == NULL)
    return;   /* the window is still being made */

  if (source && !g_signal_handler_find (source, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL, fill_menu, self))
    g_signal_connect_object (source, "changed", G_CALLBACK (fill_menu), self, G_CONNECT_SWAPPED);
  aether_clipboard_set_source (self->clipboard, source);
  fill_menu (self);
}
