/* aether-machine-row.h - one machine in the library list
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

/**
 * AetherMachineRow:
 *
 * Shows a bundle: picture, name, state and since when, and one button that
 * activates "machine.start", "machine.pause" or "machine.resume" with the
 * bundle's path. Made to be reused for other bundles as the list scrolls.
 */
#define AETHER_TYPE_MACHINE_ROW (aether_machine_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherMachineRow, aether_machine_row, AETHER, MACHINE_ROW, GtkWidget)

GtkWidget    *aether_machine_row_new        (void);
/* @item: the list item that holds the row: told the row's accessible name, activated by a
 * click; %NULL when there is none */
void          aether_machine_row_bind       (AetherMachineRow *self,
                                             AetherBundle     *bundle,
                                             GtkListItem      *item);
void          aether_machine_row_unbind     (AetherMachineRow *self);

G_END_DECLS
