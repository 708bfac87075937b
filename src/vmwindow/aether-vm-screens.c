/* aether-vm-screens.c - a window for each further screen of the machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-screen-window.h"

/* Returns: (nullable): the source of the first screen, when it can have others */
static AetherDbusSource *
get_first (AetherVmWindow *self)
{
  AetherDisplaySource *source = aether_vm_link_get_source (self->link);

  return AETHER_IS_DBUS_SOURCE (source) ? AETHER_DBUS_SOURCE (source) : NULL;
}

static AetherScreenWindow *
find_window (AetherVmWindow *self, guint number)
{
  for (guint i = 0; i < self->screens->len; i++)
    if (aether_screen_window_get_number (self->screens->pdata[i]) == number)
      return self->screens->pdata[i];

  return NULL;
}

static void
forget (gpointer user_data, GObject *window)
{
  g_ptr_array_remove (user_data, window);
}

static void
screen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  guint number = g_variant_get_uint32 (parameter);
  AetherScreenWindow *window = find_window (self, number);
  AetherDbusSource *first = get_first (self);

  if (window == NULL)
    {
      if (first == NULL || number < 1 || number >= aether_dbus_source_get_n_screens (first))
        return;

      window = AETHER_SCREEN_WINDOW (aether_screen_window_new (aether_vm_window_get_name (self),
                                                               number, first, self->view));
      gtk_window_set_application (GTK_WINDOW (window), gtk_window_get_application (GTK_WINDOW (self)));
      g_object_weak_ref (G_OBJECT (window), forget, self->screens);
      g_ptr_array_add (self->screens, window);
    }

  gtk_window_present (GTK_WINDOW (window));
}

void
aether_vm_screens_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, screens_menu);
  gtk_widget_class_install_action (klass, "vm.screen", "u", screen_action);
}

void
aether_vm_screens_init (AetherVmWindow *self)
{
  self->screens = g_ptr_array_new ();
}

/* Their connection is the first screen's: they end with it. */
static void
close_all (AetherVmWindow *self)
{
  while (self->screens && self->screens->len > 0)
    {
      GtkWindow *window = self->screens->pdata[self->screens->len - 1];

      g_object_weak_unref (G_OBJECT (window), forget, self->screens);
      g_ptr_array_remove_index (self->screens, self->screens->len - 1);
      gtk_window_destroy (window);
    }
}

/* The first is this window's; where there is no other, there is no menu. */
void
aether_vm_screens_update (AetherVmWindow *self)
{
  AetherDbusSource *first = get_first (self);
  guint n_screens = first ? aether_dbus_source_get_n_screens (first) : 1;
  g_autoptr(GMenu) menu = NULL;

  if (first == NULL)
    close_all (self);
  if (n_screens == self->n_screens)
    return;

  self->n_screens = n_screens;
  g_menu_remove_all (self->screens_menu);
  if (n_screens < 2)
    return;

  menu = g_menu_new ();
  for (guint i = 1; i < n_screens; i++)
    {
      g_autofree char *label = g_strdup_printf (_("Screen %u"), i + 1);
      g_autoptr(GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "vm.screen", "u", i);
      g_menu_append_item (menu, item);
    }
  g_menu_append_submenu (self->screens_menu, _("Displ_ays"), G_MENU_MODEL (menu));
}

void
aether_vm_screens_dispose (AetherVmWindow *self)
{
  close_all (self);
  g_clear_pointer (&self->screens, g_ptr_array_unref);
}
