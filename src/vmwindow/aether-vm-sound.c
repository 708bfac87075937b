/* aether-vm-sound.c - the menu "Sound": how loud the machine is on this computer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

/* Follows what the machine has made of it. */
void
aether_vm_sound_update (AetherVmWindow *self)
{
  GAction *volume = g_action_map_lookup_action (G_ACTION_MAP (self->sound_actions), "volume");
  GAction *mute = g_action_map_lookup_action (G_ACTION_MAP (self->sound_actions), "mute");
  AetherState state = aether_vm_window_get_state (self);
  char percent[G_ASCII_DTOSTR_BUF_SIZE];
  gboolean runs = self->client && (state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (volume), runs);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (mute), runs);
  if (!runs)
    return;

  g_simple_action_set_state (G_SIMPLE_ACTION (volume),
                             g_variant_new_string (g_ascii_formatd (percent, sizeof percent, "%.0f",
                                                                    aether_client_get_volume (self->client) * 100)));
  g_simple_action_set_state (G_SIMPLE_ACTION (mute),
                             g_variant_new_boolean (aether_client_get_muted (self->client)));
}

static void
set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    aether_vm_window_show_error (request->window, request->failed, error);
}

static void
set_sound (AetherVmWindow *self, double volume, gboolean muted)
{
  aether_client_set_sound_async (self->client, volume, muted, self->cancellable, set_cb,
                                 aether_vm_request_new (self, _("Could not change the sound of %s")));
}

static void
volume_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  AetherVmWindow *self = user_data;

  if (self->client)
    set_sound (self, g_ascii_strtod (g_variant_get_string (value, NULL), NULL) / 100, FALSE);
}

static void
mute_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  AetherVmWindow *self = user_data;

  if (self->client)
    set_sound (self, aether_client_get_volume (self->client), g_variant_get_boolean (value));
}

void
aether_vm_sound_init (AetherVmWindow *self)
{
  g_autoptr(GSimpleAction) volume = g_simple_action_new_stateful ("volume", G_VARIANT_TYPE_STRING,
                                                                  g_variant_new_string ("100"));
  g_autoptr(GSimpleAction) mute = g_simple_action_new_stateful ("mute", NULL, g_variant_new_boolean (FALSE));

  self->sound_actions = g_simple_action_group_new ();
  g_signal_connect_object (volume, "change-state", G_CALLBACK (volume_cb), self, 0);
  g_signal_connect_object (mute, "change-state", G_CALLBACK (mute_cb), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self->sound_actions), G_ACTION (volume));
  g_action_map_add_action (G_ACTION_MAP (self->sound_actions), G_ACTION (mute));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "sound", G_ACTION_GROUP (self->sound_actions));
}
