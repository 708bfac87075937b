/* figures.c - measured values, and the line that says what came of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "figures.h"

#include <math.h>
#include <stdio.h>

Figures *
figures_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

void
figures_add (Figures *self, double value)
{
  g_array_append_val (self, value);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return difference < 0 ? -1 : difference > 0;
}

double
figures_part (Figures *self, double part)
{
  if (self->len == 0)
    return NAN;

  g_array_sort (self, compare);
  return g_array_index (self, double, (guint) ((self->len - 1) * part + 0.5));
}

void
figures_print (const char *what, Figures *ours, const char *whose, Figures *theirs,
               const char *unit)
{
  double our = figures_part (ours, 0.5);

  if (theirs == NULL || theirs->len == 0)
    printf ("%s\t%.2f\t%s\t-\t-\t%s\t%u\n", what, our, whose ? whose : "-", unit, ours->len);
  else
    printf ("%s\t%.2f\t%s\t%.2f\t%.2f\t%s\t%u, %u\n", what, our, whose,
            figures_part (theirs, 0.5), our / figures_part (theirs, 0.5), unit, ours->len,
            theirs->len);
  fflush (stdout);
}
