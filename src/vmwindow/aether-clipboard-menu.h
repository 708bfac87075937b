/* aether-clipboard-menu.h - the menu "Clipboard": which way, and whether it works
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-clipboard.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_CLIPBOARD_MENU_NOT_NOW,       /* nobody to share with */
  AETHER_CLIPBOARD_MENU_SHARES,        /* unless the user has switched it off */
  AETHER_CLIPBOARD_MENU_NO_AGENT,
} AetherClipboardMenuState;

/* Gives @window the actions that the menu needs. */
void aether_clipboard_menu_attach (GtkWidget                *window,
                                   AetherClipboard          *clipboard);
/* Makes the menu in @section anew: its title says the state, so that it need not be opened for
 * that. @help: (nullable): the action that says what to do when the agent is missing */
void aether_clipboard_menu_fill   (GMenu                    *section,
                                   AetherClipboard          *clipboard,
                                   AetherClipboardMenuState  state,
                                   const char               *help);

G_END_DECLS
