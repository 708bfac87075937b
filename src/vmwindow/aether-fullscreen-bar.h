/* aether-fullscreen-bar.h - a window's bar that hides in full screen, until it is reached for
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The bar of @view, which fills @window, comes when the pointer touches the top edge or a finger
 * touches near it, and goes again unless one of the menus in @header is open. @button shows which
 * way it leads; both live as long as @window. */
void aether_fullscreen_bar_attach (GtkWindow      *window,
                                   AdwToolbarView *view,
                                   GtkWidget      *header,
                                   GtkButton      *button);
void aether_fullscreen_bar_toggle (GtkWindow      *window);

/* @label: for the tooltip and for screen readers */
void aether_button_set            (GtkButton      *button,
                                   const char     *icon,
                                   const char     *label);

G_END_DECLS
