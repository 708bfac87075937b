/* aether-choice-row.h - one of several things to start a machine from
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-os.h"

G_BEGIN_DECLS

/* Signal "chosen": by the user, or by aether_choice_row_choose(). */
#define AETHER_TYPE_CHOICE_ROW (aether_choice_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherChoiceRow, aether_choice_row, AETHER, CHOICE_ROW, AdwActionRow)

/* One of them is chosen. */
void                 aether_choice_row_join        (AetherChoiceRow     *self,
                                                    AetherChoiceRow     *other);
void                 aether_choice_row_choose      (AetherChoiceRow     *self);

/* What it stands for, as whoever made it knows. */
void                 aether_choice_row_set_edition (AetherChoiceRow     *self,
                                                    const AetherOsMedia *edition);
const AetherOsMedia *aether_choice_row_get_edition (AetherChoiceRow     *self);
void                 aether_choice_row_set_path    (AetherChoiceRow     *self,
                                                    const char          *path);
const char          *aether_choice_row_get_path    (AetherChoiceRow     *self);

GtkWidget           *aether_choice_row_new         (const char          *title,
                                                    const char          *subtitle);

G_END_DECLS
