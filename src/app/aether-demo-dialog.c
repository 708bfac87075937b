/* aether-demo-dialog.c - makes and starts the demo machine, showing how far it is
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-demo-dialog.h"

#include <glib/gi18n.h>

#include "aether-client.h"
#include "aether-demo.h"

/* The name aether_demo_request_new() gives; not translated, so that a demo made
 * in another language is found. */
#define DEMO_NAME "Demo"

struct _AetherDemoDialog
{
  AdwDialog      parent_instance;

  AetherLibrary *library;
  AetherBundle  *bundle;        /* NULL before it is made */
  GCancellable  *cancellable;

  GtkStack      *stack;
  GtkLabel      *step;
  AdwStatusPage *error_page;
};

G_DEFINE_FINAL_TYPE (AetherDemoDialog, aether_demo_dialog, ADW_TYPE_DIALOG)

enum { READY, N_SIGNALS };
static guint signals[N_SIGNALS];

/* find, or create -> start, unless it runs -> ready */

static void
show_step (AetherDemoDialog *self, const char *text)
{
  gtk_label_set_text (self->step, text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
fail (AetherDemoDialog *self, const char *heading, GError *error)
{
  g_autofree char *escaped = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  escaped = g_markup_escape_text (error->message, -1);
  adw_status_page_set_title (self->error_page, heading);
  adw_status_page_set_description (self->error_page, escaped);
  gtk_stack_set_visible_child_name (self->stack, "error");
}

static void
ready (AetherDemoDialog *self)
{
  g_signal_emit (self, signals[READY], 0, self->bundle);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDemoDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherClient) client = aether_client_open_finish (result, &error);

  if (client != NULL)
    ready (self);
  else
    fail (self, _("Could not start the demo"), error);
}

static void
start (AetherDemoDialog *self)
{
  if (aether_bundle_get_state (self->bundle) != AETHER_STATE_STOPPED)
    {
      ready (self);
      return;
    }

  show_step (self, _("Starting it…"));
  aether_client_start_async (self->bundle, self->cancellable, started_cb, g_object_ref (self));
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDemoDialog) self = user_data;
  g_autoptr(GError) error = NULL;

  self->bundle = aether_demo_create_finish (result, &error);
  if (self->bundle != NULL)
    start (self);
  else
    fail (self, _("Could not make the demo machine"), error);
}

static gboolean
find_cb (gpointer user_data)
{
  AetherDemoDialog *self = user_data;

  if (g_cancellable_is_cancelled (self->cancellable))
    return G_SOURCE_REMOVE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->library)); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (G_LIST_MODEL (self->library), i);

      if (g_strcmp0 (aether_bundle_get_name (bundle), DEMO_NAME) != 0
          || aether_bundle_get_problem (bundle) != NULL)
        continue;

      self->bundle = g_steal_pointer (&bundle);
      start (self);
      return G_SOURCE_REMOVE;
    }

  show_step (self, _("Making the demo machine…"));
  aether_demo_create_async (aether_library_get_folder (self->library), DEMO_NAME, NULL, self->cancellable,
                            created_cb, g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
aether_demo_dialog_closed (AdwDialog *dialog)
{
  g_cancellable_cancel (AETHER_DEMO_DIALOG (dialog)->cancellable);
}

static void
on_close_clicked (AetherDemoDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
aether_demo_dialog_dispose (GObject *object)
{
  AetherDemoDialog *self = AETHER_DEMO_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_DEMO_DIALOG);
  g_clear_object (&self->bundle);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (aether_demo_dialog_parent_class)->dispose (object);
}

static void
aether_demo_dialog_finalize (GObject *object)
{
  g_object_unref (AETHER_DEMO_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (aether_demo_dialog_parent_class)->finalize (object);
}

static void
aether_demo_dialog_class_init (AetherDemoDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_demo_dialog_dispose;
  object_class->finalize = aether_demo_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = aether_demo_dialog_closed;

  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_BUNDLE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-demo-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherDemoDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherDemoDialog, step);
  gtk_widget_class_bind_template_child (widget_class, AetherDemoDialog, error_page);
  gtk_widget_class_bind_template_callback (widget_class, on_close_clicked);
}

static void
aether_demo_dialog_init (AetherDemoDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
aether_demo_dialog_new (AetherLibrary *library)
{
  AetherDemoDialog *self = g_object_new (AETHER_TYPE_DEMO_DIALOG, NULL);

  self->library = g_object_ref (library);
  /* after the caller has connected to "ready" and presented us */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, find_cb, g_object_ref (self), g_object_unref);

  return ADW_DIALOG (self);
}
