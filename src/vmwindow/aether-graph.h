/* aether-graph.h - figures of the last minute, drawn
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AETHER_GRAPH_VALUES 60

/* One or two lines; the scale grows with what it shows. */
#define AETHER_TYPE_GRAPH (aether_graph_get_type ())
G_DECLARE_FINAL_TYPE (AetherGraph, aether_graph, AETHER, GRAPH, GtkWidget)

GtkWidget *aether_graph_new       (void);
/* The top of the scale at least; 0 to begin with */
void       aether_graph_set_least (AetherGraph  *self,
                                   double        least);
/* @second: of the second line, negative: there is none. @words: says the values to who cannot see them. */
void       aether_graph_push      (AetherGraph  *self,
                                   double        first,
                                   double        second,
                                   const char   *words);
/* The top of the scale now */
double     aether_graph_get_most  (AetherGraph  *self);

G_END_DECLS
