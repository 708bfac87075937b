/* aether-performance-dialog.c - what a machine costs this computer, live
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-performance-dialog.h"

#include <glib/gi18n.h>

#include "aether-graph.h"

#define INTERVAL_MS 1000

typedef enum { CPU, MEMORY, DISK, NETWORK, N_FIGURES } Figure;

/* What each is made of. Those that grow for ever are shown as what they grow by in a second. */
static const struct
{
  const char *title;
  const char *keys[2];
  gboolean    grows;
} figures[N_FIGURES] = {
  [CPU] = { N_("Processor"), { "cpu-time" }, TRUE },
  [MEMORY] = { N_("Memory"), { "memory" }, FALSE },
  [DISK] = { N_("Disk"), { "disk-read", "disk-written" }, TRUE },
  [NETWORK] = { N_("Network"), { "network-received", "network-sent" }, TRUE },
};

struct _AetherPerformanceDialog
{
  AdwDialog     parent_instance;

  AetherClient *client;
  GCancellable *cancellable;
  guint         timer;           /* while mapped */
  gboolean      asking;
  gint64        asked_at;        /* monotonic; 0: not yet */
  guint64       last[N_FIGURES][2];

  AdwBanner    *banner;
  GtkBox       *box;
  GtkWidget    *rows[N_FIGURES];
  GtkLabel     *values[N_FIGURES];
  AetherGraph  *graphs[N_FIGURES];
};

G_DEFINE_FINAL_TYPE (AetherPerformanceDialog, aether_performance_dialog, ADW_TYPE_DIALOG)

static char *
say (Figure figure, const double *values)
{
  g_autofree char *first = NULL, *second = NULL;

  if (figure == CPU)
    /* Translators: of one processor core; 200 % are two of them */
    return g_strdup_printf (_("%.0f %% of a core"), values[0]);

  first = g_format_size ((guint64) values[0]);
  if (figure == MEMORY)
    return g_steal_pointer (&first);

  second = g_format_size ((guint64) values[1]);
  if (figure == DISK)
    return g_strdup_printf (_("%s/s read, %s/s written"), first, second);

  return g_strdup_printf (_("%s/s received, %s/s sent"), first, second);
}

static void
show_figure (AetherPerformanceDialog *self, Figure figure, const guint64 *now, double seconds)
{
  g_autofree char *words = NULL;
  double values[2];

  for (guint i = 0; i < 2; i++)
    {
      guint64 *last = &self->last[figure][i];

      values[i] = now[i];
      if (figures[figure].grows)
        values[i] = now[i] > *last ? (now[i] - *last) / seconds : 0;
      *last = now[i];
    }

  if (figures[figure].grows && seconds == 0)
    return;   /* the first time there is nothing to compare with */
  if (figure == CPU)
    values[0] /= G_USEC_PER_SEC / 100;

  words = say (figure, values);
  gtk_label_set_label (self->values[figure], words);
  aether_graph_push (self->graphs[figure], values[0], figures[figure].keys[1] ? values[1] : -1, words);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherPerformanceDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) statistics = aether_client_statistics_finish (AETHER_CLIENT (object), result, &error);
  gint64 now = g_get_monotonic_time ();
  double seconds = self->asked_at ? (now - self->asked_at) / (double) G_USEC_PER_SEC : 0;

  self->asking = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (statistics == NULL)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      adw_banner_set_title (self->banner, error->message);
      adw_banner_set_revealed (self->banner, TRUE);
      return;
    }

  self->asked_at = now;
  for (Figure figure = 0; figure < N_FIGURES; figure++)
    {
      guint64 values[2] = { 0 };
      gboolean known = g_variant_lookup (statistics, figures[figure].keys[0], "t", &values[0]);

      if (figures[figure].keys[1])
        g_variant_lookup (statistics, figures[figure].keys[1], "t", &values[1]);
      gtk_widget_set_visible (self->rows[figure], known);
      if (known)
        show_figure (self, figure, values, seconds);
    }
}

static gboolean
ask_cb (gpointer user_data)
{
  AetherPerformanceDialog *self = user_data;

  if (!self->asking)
    {
      self->asking = TRUE;
      aether_client_statistics_async (self->client, self->cancellable, answered_cb, g_object_ref (self));
    }

  return G_SOURCE_CONTINUE;
}

static void
aether_performance_dialog_map (GtkWidget *widget)
{
  AetherPerformanceDialog *self = AETHER_PERFORMANCE_DIALOG (widget);

  GTK_WIDGET_CLASS (aether_performance_dialog_parent_class)->map (widget);

  if (self->timer == 0)
    self->timer = g_timeout_add (INTERVAL_MS, ask_cb, self);
  ask_cb (self);
}

static void
aether_performance_dialog_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&AETHER_PERFORMANCE_DIALOG (widget)->timer, g_source_remove);

  GTK_WIDGET_CLASS (aether_performance_dialog_parent_class)->unmap (widget);
}

static void
add_figure (AetherPerformanceDialog *self, Figure figure)
{
  const char *title = _(figures[figure].title);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (title);
  GtkWidget *value = gtk_label_new (NULL);
  GtkWidget *graph = aether_graph_new ();

  gtk_widget_add_css_class (name, "heading");
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (value, "numeric");
  gtk_label_set_xalign (GTK_LABEL (value), 1);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (graph), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);

  gtk_box_append (GTK_BOX (line), name);
  gtk_box_append (GTK_BOX (line), value);
  gtk_box_append (GTK_BOX (row), line);
  gtk_box_append (GTK_BOX (row), graph);
  gtk_box_append (self->box, row);
  gtk_widget_set_visible (row, FALSE);   /* until the machine is known to say it */

  self->rows[figure] = row;
  self->values[figure] = GTK_LABEL (value);
  self->graphs[figure] = AETHER_GRAPH (graph);
}

static void
aether_performance_dialog_dispose (GObject *object)
{
  AetherPerformanceDialog *self = AETHER_PERFORMANCE_DIALOG (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_PERFORMANCE_DIALOG);

  G_OBJECT_CLASS (aether_performance_dialog_parent_class)->dispose (object);
}

static void
aether_performance_dialog_finalize (GObject *object)
{
  g_object_unref (AETHER_PERFORMANCE_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (aether_performance_dialog_parent_class)->finalize (object);
}

static void
aether_performance_dialog_closed (AdwDialog *dialog)
{
  g_cancellable_cancel (AETHER_PERFORMANCE_DIALOG (dialog)->cancellable);
}

static void
aether_performance_dialog_class_init (AetherPerformanceDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_performance_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_performance_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = aether_performance_dialog_closed;
  widget_class->map = aether_performance_dialog_map;
  widget_class->unmap = aether_performance_dialog_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-performance-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherPerformanceDialog, banner);
  gtk_widget_class_bind_template_child (widget_class, AetherPerformanceDialog, box);
}

static void
aether_performance_dialog_init (AetherPerformanceDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  for (Figure figure = 0; figure < N_FIGURES; figure++)
    add_figure (self, figure);
  aether_graph_set_least (self->graphs[CPU], 100);
}

AdwDialog *
aether_performance_dialog_new (AetherClient *client)
{
  AetherPerformanceDialog *self = g_object_new (AETHER_TYPE_PERFORMANCE_DIALOG, NULL);

  self->client = g_object_ref (client);

  return ADW_DIALOG (self);
}
