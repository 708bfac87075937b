/* aether-vm-sound.c - the menu "Sound": how loud the machine is on this computer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-engine.h"

#define SCALE_WIDTH 160

static void volume_cb (AetherVmWindow *self);

/* Follows what the machine has made of it. */
void
aether_vm_sound_update (AetherVmWindow *self)
{
  AetherState state = aether_vm_window_get_state (self);
  gboolean runs = self->client && (state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED);

  if (self->mute_action == NULL)
    return;

  g_simple_action_set_enabled (self->mute_action, runs);
  gtk_widget_set_sensitive (GTK_WIDGET (self->volume_scale), runs);
  if (!runs)
    return;

  g_simple_action_set_state (self->mute_action, g_variant_new_boolean (aether_client_get_muted (self->client)));
  if (self->n_volumes > 0)
    return;   /* the user is a step ahead */

  g_signal_handlers_block_by_func (self->volume_scale, volume_cb, self);
  gtk_range_set_value (self->volume_scale, aether_client_get_volume (self->client) * 100);
  g_signal_handlers_unblock_by_func (self->volume_scale, volume_cb, self);
}

static void
set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  request->window->n_volumes--;
  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    aether_vm_window_show_error (request->window, request->failed, error);
}

static void
set_sound (AetherVmWindow *self, double volume, gboolean muted)
{
  self->n_volumes++;
  aether_client_set_sound_async (self->client, volume, muted, self->cancellable, set_cb,
                                 aether_vm_request_new (self, _("Could not change the sound of %s")));
}

/* Who makes it louder wants to hear it. */
static void
volume_cb (AetherVmWindow *self)
{
  if (self->client)
    set_sound (self, gtk_range_get_value (self->volume_scale) / 100, FALSE);
}

static void
mute_cb (AetherVmWindow *self, GVariant *value)
{
  if (self->client)
    set_sound (self, aether_client_get_volume (self->client), g_variant_get_boolean (value));
}

static gboolean
has_sound (AetherVmWindow *self)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (aether_vm_link_get_bundle (self->link), NULL);
  g_autoptr(AetherEngine) engine = machine ? aether_engine_lookup (machine->engine, NULL) : NULL;

  return engine && aether_engine_uses (engine, "sound.card") && machine->sound->card != AETHER_SOUND_CARD_NONE;
}

void
aether_vm_sound_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, sound_menu);
}

static GMenuModel *
make_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_autoptr(GMenu) volume = g_menu_new ();
  g_autoptr(GMenu) mute = g_menu_new ();
  g_autoptr(GMenuItem) scale = g_menu_item_new (NULL, NULL);

  g_menu_item_set_attribute (scale, "custom", "s", "volume");
  g_menu_append_item (volume, scale);
  g_menu_append_section (menu, _("Volume"), G_MENU_MODEL (volume));
  g_menu_append (mute, _("_Mute"), "sound.mute");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (mute));

  return G_MENU_MODEL (menu);
}

void
aether_vm_sound_init (AetherVmWindow *self)
{
  g_autoptr(GSimpleActionGroup) actions = NULL;
  g_autoptr(GMenuModel) menu = NULL;
  GtkWidget *scale;

  if (!has_sound (self))
    return;

  self->mute_action = g_simple_action_new_stateful ("mute", NULL, g_variant_new_boolean (FALSE));
  g_signal_connect_object (self->mute_action, "change-state", G_CALLBACK (mute_cb), self, G_CONNECT_SWAPPED);
  actions = g_simple_action_group_new ();
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (self->mute_action));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "sound", G_ACTION_GROUP (actions));

  scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 100, 5);
  gtk_widget_set_size_request (scale, SCALE_WIDTH, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scale), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Volume"), -1);
  self->volume_scale = GTK_RANGE (scale);
  g_signal_connect_object (scale, "value-changed", G_CALLBACK (volume_cb), self, G_CONNECT_SWAPPED);

  menu = make_menu ();
  g_menu_append_submenu (self->sound_menu, _("S_ound"), menu);
  if (!gtk_popover_menu_add_child (GTK_POPOVER_MENU (gtk_menu_button_get_popover (self->menu_button)), scale,
                                   "volume"))
    g_warning ("The menu has no place for the volume");
}
