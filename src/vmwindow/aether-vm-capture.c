/* aether-vm-capture.c - who has keyboard, pointer and fingers: the bar says so, a menu decides
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-capture-hint.h"
#include "aether-release-keys.h"
#include "aether-vm-paste.h"
#include "aether-vm-release-dialog.h"

static AetherViewInput *
get_input (AetherVmWindow *self)
{
  return aether_display_view_get_input (self->view);
}

/* The indicator */

static void
captured_changed_cb (AetherVmWindow *self)
{
  gboolean captured = aether_view_input_get_captured (get_input (self));
  g_autofree char *keys =
    aether_release_keys_to_label (aether_view_input_get_release_keys (get_input (self)));
  g_autofree char *tooltip = NULL;

  /* Translators: keys, as "Ctrl + Alt" */
  tooltip = g_strdup_printf (captured ? _("The machine has the keyboard (%s gives it back)")
                                      : _("Give the keyboard to the machine (%s gives it back)"),
                             keys);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->capture_button), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->capture_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  if (gtk_toggle_button_get_active (self->capture_button) != captured)
    gtk_toggle_button_set_active (self->capture_button, captured);
  if (captured)
    gtk_widget_add_css_class (GTK_WIDGET (self->capture_button), "accent");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->capture_button), "accent");
}

static void
capture_toggled_cb (AetherVmWindow *self)
{
  gboolean wanted = gtk_toggle_button_get_active (self->capture_button);

  if (wanted == aether_view_input_get_captured (get_input (self)))
    return;

  if (wanted)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  if (aether_view_input_set_captured (get_input (self), wanted) != wanted)
    gtk_toggle_button_set_active (self->capture_button, !wanted);
}

/* The button of the key bar is there for those with fingers. */
static void
show_hub_button (AetherVmWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->hub_button), TRUE);
}

static void
hub_shown_cb (AetherVmWindow *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self->hub)))
    show_hub_button (self);
}

/* Actions */

static void
capture_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  aether_view_input_set_captured (get_input (self), TRUE);
}

static void
release_keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  adw_dialog_present (aether_vm_release_dialog_new (get_input (self)), widget);
}

static void
paste_closed_cb (AetherVmWindow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  AetherVmPaste *paste;

  if (self->client == NULL)
    return;

  paste = aether_vm_paste_new (self->client);
  g_object_bind_property (self->hub, "layout", paste, "layout",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_object (paste, "closed", G_CALLBACK (paste_closed_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (paste), widget);
}

void
aether_vm_capture_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.capture", NULL, capture_action);
  gtk_widget_class_install_action (klass, "vm.release-keys", NULL, release_keys_action);
  gtk_widget_class_install_action (klass, "vm.paste-keys", NULL, paste_action);
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, capture_button);
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, hub);
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, hub_button);
  gtk_widget_class_bind_template_callback (klass, capture_toggled_cb);
}

void
aether_vm_capture_init (AetherVmWindow *self)
{
  static const char * const choices[] = { "touch-mode", "auto-capture" };
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GPropertyAction) hub = g_property_action_new ("key-bar", self->hub, "visible");
  AetherBundle *bundle = aether_vm_link_get_bundle (self->link);
  g_autoptr(GSettings) own = aether_vm_look_open_settings (bundle);
  AetherViewInput *input = get_input (self);

  aether_vm_touch_hub_set_view (self->hub, self->view);
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr(GPropertyAction) action = g_property_action_new (choices[i], input, choices[i]);

      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (hub));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "input", G_ACTION_GROUP (group));

  if (own)
    {
      g_settings_bind (own, "touch-mode", input, "touch-mode", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (own, "keyboard-layout", self->hub, "layout", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (own, "key-bar", self->hub, "visible", G_SETTINGS_BIND_DEFAULT);
    }
  aether_capture_hint_attach (self->view, self->toasts, GTK_WIDGET (self->capture_button));

  g_signal_connect_object (input, "notify::captured", G_CALLBACK (captured_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (input, "notify::release-keys", G_CALLBACK (captured_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (input, "touched", G_CALLBACK (show_hub_button), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->hub, "notify::visible", G_CALLBACK (hub_shown_cb), self,
                           G_CONNECT_SWAPPED);
  hub_shown_cb (self);
  captured_changed_cb (self);
}

/* What it has may have changed since it last ran. */
static void
look_for_touch_screen (AetherVmWindow *self)
{
  g_autoptr(AetherMachine) machine =
    aether_bundle_load (aether_vm_link_get_bundle (self->link), NULL);

  aether_view_input_set_touch_screen (get_input (self), machine && machine->input->touch);
}

void
aether_vm_capture_update (AetherVmWindow *self)
{
  gboolean running = aether_vm_window_get_state (self) == AETHER_STATE_RUNNING;

  if (running && !self->was_running)
    look_for_touch_screen (self);
  self->was_running = running;
  gtk_widget_set_sensitive (GTK_WIDGET (self->capture_button), running);
  gtk_widget_set_sensitive (GTK_WIDGET (self->hub), running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.capture", running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.paste-keys", running && self->client);
}
