/* aether-vm-look.c - how the picture is shown: the menu "View", remembered per machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#define SCHEMA "org.aether.Aether.Machine"
#define PATH "/org/aether/Aether/machines/%s/"

static const char *const choices[] = { "scaling", "filter", "resizes-guest" };

/* Returns: (nullable): where the schema is not installed, nothing is remembered */
GSettings *
aether_vm_look_open_settings (AetherBundle *bundle)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;
  const char *uuid = aether_bundle_get_uuid (bundle);
  g_autofree char *path = NULL;

  if (source && uuid)
    schema = g_settings_schema_source_lookup (source, SCHEMA, TRUE);
  if (schema == NULL)
    return NULL;

  path = g_strdup_printf (PATH, uuid);
  return g_settings_new_full (schema, NULL, path);
}

/* Place is not among it: on Wayland no program knows where its windows are. */
static void
remember (AetherVmWindow *self, GSettings *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    g_settings_bind (settings, choices[i], self->view, choices[i], G_SETTINGS_BIND_DEFAULT);

  g_settings_bind (settings, "width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "fullscreen", self, "fullscreened", G_SETTINGS_BIND_DEFAULT);
}

/* The actions are the view's properties, so a menu always shows what is so. */
void
aether_vm_look_init (AetherVmWindow *self)
{
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GPropertyAction) way = g_property_action_new ("way", self->link, "way");
  g_autoptr(GSettings) settings = aether_vm_look_open_settings (aether_vm_link_get_bundle (self->link));

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr(GPropertyAction) action = g_property_action_new (choices[i], self->view, choices[i]);

      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (way));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view", G_ACTION_GROUP (group));

  if (settings)
    remember (self, settings);
}

void
aether_vm_look_install (GtkWidgetClass *klass)
{
  gtk_widget_class_add_binding_action (klass, GDK_KEY_0, GDK_CONTROL_MASK, "view.scaling",
                                       "s", "fit");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_1, GDK_CONTROL_MASK, "view.scaling",
                                       "s", "pixels");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_2, GDK_CONTROL_MASK, "view.scaling",
                                       "s", "integer");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_9, GDK_CONTROL_MASK, "view.resizes-guest",
                                       NULL);
}
