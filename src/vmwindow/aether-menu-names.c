/* aether-menu-names.c - gives the items of menus a name for screen readers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-menu-names.h"

/* Plain, with a check and with a choice: all are one kind of button */
static gboolean
is_item (GtkWidget *widget)
{
  GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget));

  return (role == GTK_ACCESSIBLE_ROLE_MENU_ITEM || role == GTK_ACCESSIBLE_ROLE_MENU_ITEM_CHECKBOX ||
          role == GTK_ACCESSIBLE_ROLE_MENU_ITEM_RADIO) &&
         g_object_class_find_property (G_OBJECT_GET_CLASS (widget), "text") != NULL;
}

static void
name_items (GtkWidget *widget)
{
  g_autofree char *text = NULL;

  if (is_item (widget))
    {
      g_object_get (widget, "text", &text, NULL);
      if (text != NULL && *text != '\0')
        {
          gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
          gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
        }
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    name_items (child);
}

static void
active_cb (GtkMenuButton *button)
{
  GtkPopover *popover = gtk_menu_button_get_popover (button);

  if (gtk_menu_button_get_active (button) && popover != NULL)
    name_items (GTK_WIDGET (popover));
}

void
aether_menu_names_attach (GtkMenuButton *button)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));

  g_signal_connect (button, "notify::active", G_CALLBACK (active_cb), NULL);
}
