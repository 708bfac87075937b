/* aether-graph.c - figures of the last minute, drawn
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-graph.h"

#include <adwaita.h>

#define HEIGHT 72

struct _AetherGraph
{
  GtkWidget  parent_instance;

  double     values[2][AETHER_GRAPH_VALUES];   /* oldest first; negative: none */
  double     least;
};

G_DEFINE_FINAL_TYPE (AetherGraph, aether_graph, GTK_TYPE_WIDGET)

double
aether_graph_get_most (AetherGraph *self)
{
  double most = self->least;

  for (guint line = 0; line < 2; line++)
    for (guint i = 0; i < AETHER_GRAPH_VALUES; i++)
      most = MAX (most, self->values[line][i]);

  return most > 0 ? most : 1;
}

void
aether_graph_set_least (AetherGraph *self, double least)
{
  self->least = least;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
aether_graph_push (AetherGraph *self, double first, double second, const char *words)
{
  const double news[2] = { first, second };

  for (guint line = 0; line < 2; line++)
    {
      memmove (self->values[line], self->values[line] + 1, (AETHER_GRAPH_VALUES - 1) * sizeof (double));
      self->values[line][AETHER_GRAPH_VALUES - 1] = news[line];
    }

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
snapshot_line (AetherGraph *self, GtkSnapshot *snapshot, const double *values, const GdkRGBA *color, gboolean filled)
{
  float width = gtk_widget_get_width (GTK_WIDGET (self));
  float height = gtk_widget_get_height (GTK_WIDGET (self));
  float step = width / (AETHER_GRAPH_VALUES - 1);
  double most = aether_graph_get_most (self);
  g_autoptr(GskPathBuilder) line = gsk_path_builder_new ();
  g_autoptr(GskPathBuilder) area = gsk_path_builder_new ();
  g_autoptr(GskPath) line_path = NULL;
  g_autoptr(GskStroke) stroke = gsk_stroke_new (2);
  int first = -1;

  for (int i = 0; i < AETHER_GRAPH_VALUES; i++)
    {
      float x = i * step;
      float y = 1 + (height - 2) * (1 - values[i] / most);

      if (values[i] < 0)
        continue;

      if (first < 0)
        {
          first = i;
          gsk_path_builder_move_to (line, x, y);
          gsk_path_builder_move_to (area, x, height);
        }
      else
        gsk_path_builder_line_to (line, x, y);
      gsk_path_builder_line_to (area, x, y);
    }
  if (first < 0)
    return;

  line_path = gsk_path_builder_to_path (line);
  if (filled)
    {
      g_autoptr(GskPath) area_path = NULL;
      GdkRGBA pale = *color;

      gsk_path_builder_line_to (area, width, height);
      gsk_path_builder_close (area);
      area_path = gsk_path_builder_to_path (area);
      pale.alpha = 0.2;
      gtk_snapshot_append_fill (snapshot, area_path, GSK_FILL_RULE_WINDING, &pale);
    }
  gtk_snapshot_append_stroke (snapshot, line_path, stroke, color);
}

static void
aether_graph_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AetherGraph *self = AETHER_GRAPH (widget);
  AdwStyleManager *style = adw_style_manager_get_default ();
  g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (style);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA text;

  gtk_widget_get_color (widget, &text);
  text.alpha *= 0.15;
  gtk_snapshot_append_color (snapshot, &text, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
  text.alpha *= 4;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  snapshot_line (self, snapshot, self->values[0], accent, TRUE);
  snapshot_line (self, snapshot, self->values[1], &text, FALSE);
  gtk_snapshot_pop (snapshot);
}

static void
aether_graph_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                      int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 60;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 240;
}

static void
aether_graph_class_init (AetherGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = aether_graph_snapshot;
  widget_class->measure = aether_graph_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
aether_graph_init (AetherGraph *self)
{
  for (guint line = 0; line < 2; line++)
    for (guint i = 0; i < AETHER_GRAPH_VALUES; i++)
      self->values[line][i] = -1;
}

GtkWidget *
aether_graph_new (void)
{
  return g_object_new (AETHER_TYPE_GRAPH, NULL);
}
