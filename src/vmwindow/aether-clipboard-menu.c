/* aether-clipboard-menu.c - the menu "Clipboard": which way, and whether it works
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-clipboard-menu.h"

#include <glib/gi18n.h>

/* By the names of AetherClipboardMode */
static const struct { const char *nick, *label; } modes[] = {
  { "both", N_("_Both ways") },
  { "to-machine", N_("_Into the machine only") },
  { "from-machine", N_("_Out of the machine only") },
  { "off", N_("O_ff") },
};

static const char *
get_title (AetherClipboard *clipboard, AetherClipboardMenuState state)
{
  if (aether_clipboard_get_mode (clipboard) == AETHER_CLIPBOARD_OFF)
    return _("_Clipboard: off");

  switch (state)
    {
    case AETHER_CLIPBOARD_MENU_SHARES:
      return _("_Clipboard: shared");
    case AETHER_CLIPBOARD_MENU_NO_AGENT:
      return _("_Clipboard: agent missing");
    case AETHER_CLIPBOARD_MENU_NOT_NOW:
    default:
      return _("_Clipboard");
    }
}

void
aether_clipboard_menu_attach (GtkWidget *window, AetherClipboard *clipboard)
{
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GPropertyAction) mode = g_property_action_new ("mode", clipboard, "mode");

  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (mode));
  gtk_widget_insert_action_group (window, "clipboard", G_ACTION_GROUP (group));
}

void
aether_clipboard_menu_fill (GMenu *section, AetherClipboard *clipboard, AetherClipboardMenuState state,
                            const char *help)
{
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autoptr(GMenu) ways = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autoptr(GMenuItem) item = g_menu_item_new (_(modes[i].label), NULL);

      g_menu_item_set_action_and_target (item, "clipboard.mode", "s", modes[i].nick);
      g_menu_append_item (ways, item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (ways));

  if (help && state == AETHER_CLIPBOARD_MENU_NO_AGENT && aether_clipboard_get_mode (clipboard) != AETHER_CLIPBOARD_OFF)
    {
      g_autoptr(GMenu) more = g_menu_new ();

      g_menu_append (more, _("_What is missing…"), help);
      g_menu_append_section (menu, NULL, G_MENU_MODEL (more));
    }

  g_menu_remove_all (section);
  g_menu_append_submenu (section, get_title (clipboard, state), G_MENU_MODEL (menu));
}
