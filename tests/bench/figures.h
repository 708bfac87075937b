/* figures.h - measured values, and the line that says what came of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Values of one thing measured many times */
typedef GArray Figures;

Figures *figures_new     (void);
void     figures_add     (Figures *self, double value);
double   figures_part    (Figures *self, double part);   /* 0.5: the median */

/* One row of the table of run.sh, separated by tabs: what, our median, whose, its median, the
 * ratio, the unit, how many values each. @theirs: (nullable): there is nobody to compare with */
void     figures_print   (const char *what, Figures *ours, const char *whose, Figures *theirs,
                          const char *unit);

G_END_DECLS
