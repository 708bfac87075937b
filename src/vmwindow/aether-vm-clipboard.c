/* aether-vm-clipboard.c - the menu "Clipboard": which way, whether it works, and what is missing
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

/* By AetherClipboardMode */
static const struct { const char *nick, *label; } modes[] = {
  [AETHER_CLIPBOARD_BOTH] = { "both", N_("_Both ways") },
  [AETHER_CLIPBOARD_TO_MACHINE] = { "to-machine", N_("_Into the machine only") },
  [AETHER_CLIPBOARD_FROM_MACHINE] = { "from-machine", N_("_Out of the machine only") },
  [AETHER_CLIPBOARD_OFF] = { "off", N_("O_ff") },
};

typedef enum { SHARES, SWITCHED_OFF, NO_AGENT, NOT_NOW } Condition;

static Condition
get_condition (AetherVmWindow *self)
{
  AetherDisplaySource *source = aether_vm_link_get_source (self->link);

  if (aether_clipboard_get_mode (self->clipboard) == AETHER_CLIPBOARD_OFF)
    return SWITCHED_OFF;
  if (source == NULL || self->client == NULL)
    return NOT_NOW;
  if (g_strv_contains (aether_client_get_channels (self->client), "clipboard") &&
      aether_display_source_get_features (source) & AETHER_DISPLAY_CAN_SHARE_TEXT)
    return SHARES;

  return NO_AGENT;
}

/* Its title says the state, so that it need not be opened for that. */
static void
fill_menu (AetherVmWindow *self)
{
  static const char * const titles[] = {
    [SHARES] = N_("_Clipboard: shared"),
    [SWITCHED_OFF] = N_("_Clipboard: off"),
    [NO_AGENT] = N_("_Clipboard: agent missing"),
    [NOT_NOW] = N_("_Clipboard"),
  };
  Condition condition = get_condition (self);
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autoptr(GMenu) ways = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(GMenuItem) item = g_menu_item_new (_(modes[i].label), NULL);

      g_menu_item_set_action_and_target (item, "clipboard.mode", "s", modes[i].nick);
      g_menu_append_item (ways, item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (ways));

  if (condition == NO_AGENT)
    {
      g_autoptr(GMenu) help = g_menu_new ();

      g_menu_append (help, _("_What is missing…"), "vm.clipboard-help");
      g_menu_append_section (menu, NULL, G_MENU_MODEL (help));
    }

  g_menu_remove_all (self->clipboard_menu);
  g_menu_append_submenu (self->clipboard_menu, _(titles[condition]), G_MENU_MODEL (menu));
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
remember (AetherVmWindow *self, AetherClipboardMode mode)
{
  AetherBundle *bundle = aether_vm_link_get_bundle (self->link);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, &error);

  if (machine)
    g_object_set (machine->sharing, "clipboard", mode, NULL);
  if (machine == NULL || !aether_bundle_save (bundle, machine, &error))
    aether_vm_window_show_error (self, _("Could not change the clipboard of %s"), error);
}

static void
mode_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  AetherVmWindow *self = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      if (!g_str_equal (modes[i].nick, g_variant_get_string (value, NULL)))
        continue;

      g_simple_action_set_state (action, value);
      aether_clipboard_set_mode (self->clipboard, i);
      remember (self, i);
      fill_menu (self);
    }
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
  AetherClipboardMode mode = machine ? machine->sharing->clipboard : AETHER_CLIPBOARD_OFF;
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GSimpleAction) action = g_simple_action_new_stateful ("mode", G_VARIANT_TYPE_STRING,
                                                                  g_variant_new_string (modes[mode].nick));

  self->clipboard = aether_clipboard_new (GTK_WINDOW (self));
  aether_clipboard_set_mode (self->clipboard, mode);
  g_signal_connect_object (action, "change-state", G_CALLBACK (mode_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "clipboard", G_ACTION_GROUP (group));
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
