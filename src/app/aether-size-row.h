/* aether-size-row.h - a spin row whose value is said with its unit
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Makes @row show its value, counted in @unit bytes, as "4 GB", and read the
 * same back: with a unit, or as a bare number of what is shown. */
void aether_size_row_set_unit (AdwSpinRow *row,
                               guint64     unit);

G_END_DECLS
