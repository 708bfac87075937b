/* aether-menu-names.h - gives the items of menus a name for screen readers
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* GTK 4.18 names the items of a popover menu by a label that it hides from
 * assistive technology, so they are read out as nothing. From now on each item
 * of @button's menu has its text as its name whenever the menu opens. */
void aether_menu_names_attach (GtkMenuButton *button);

G_END_DECLS
