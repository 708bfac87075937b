/* aether-screen-window.c - a further screen of a machine, in a window of its own
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-screen-window.h"

#include <glib/gi18n.h>

#include "aether-fullscreen-bar.h"

struct _AetherScreenWindow
{
  AdwWindow          parent_instance;

  AdwToolbarView    *toolbar_view;
  GtkWidget         *header;
  GtkButton         *fullscreen_button;
  GtkStack          *stack;
  AdwStatusPage     *problem;
  AetherDisplayView *view;

  guint              number;
  AetherDbusSource  *source;        /* (nullable) */
  GCancellable      *cancellable;   /* of opening it */
};

G_DEFINE_FINAL_TYPE (AetherScreenWindow, aether_screen_window, ADW_TYPE_WINDOW)

static void
show_problem (AetherScreenWindow *self, GError *error)
{
  aether_display_view_set_sink (self->view, NULL);
  adw_status_page_set_description (self->problem, error->message);
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

static void
view_broken (AetherScreenWindow *self)
{
  g_autoptr(GError) error =
    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The display took away the memory it shows its picture in."));

  aether_display_source_close (AETHER_DISPLAY_SOURCE (self->source));
  show_problem (self, error);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherScreenWindow) self = user_data;
  g_autoptr(AetherDbusSource) source = NULL;
  g_autoptr(GError) error = NULL;

  source = aether_dbus_source_open_finish (result, &error);
  if (source == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_problem (self, error);
      return;
    }

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  self->source = g_steal_pointer (&source);
  g_signal_connect_object (self->source, "closed", G_CALLBACK (show_problem), self,
                           G_CONNECT_SWAPPED);
  aether_display_view_set_framebuffer (self->view,
                                       aether_display_source_get_framebuffer (AETHER_DISPLAY_SOURCE (self->source)));
  aether_display_view_set_sink (self->view, AETHER_INPUT_SINK (self->source));
  gtk_stack_set_visible_child_name (self->stack, "view");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_fullscreen_bar_toggle (GTK_WINDOW (widget));
}

static void
aether_screen_window_dispose (GObject *object)
{
  AetherScreenWindow *self = AETHER_SCREEN_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->source)
    {
      aether_display_view_set_sink (self->view, NULL);   /* lets go of held keys */
      g_signal_handlers_disconnect_by_data (self->source, self);
      aether_display_source_close (AETHER_DISPLAY_SOURCE (self->source));
    }
  g_clear_object (&self->source);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_SCREEN_WINDOW);

  G_OBJECT_CLASS (aether_screen_window_parent_class)->dispose (object);
}

static void
aether_screen_window_finalize (GObject *object)
{
  g_clear_object (&AETHER_SCREEN_WINDOW (object)->cancellable);

  G_OBJECT_CLASS (aether_screen_window_parent_class)->finalize (object);
}

static void
aether_screen_window_class_init (AetherScreenWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_screen_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_screen_window_finalize;

  g_type_ensure (AETHER_TYPE_DISPLAY_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/aether/Aether/ui/aether-screen-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherScreenWindow, toolbar_view);
  gtk_widget_class_bind_template_child (widget_class, AetherScreenWindow, header);
  gtk_widget_class_bind_template_child (widget_class, AetherScreenWindow, fullscreen_button);
  gtk_widget_class_bind_template_child (widget_class, AetherScreenWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherScreenWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, AetherScreenWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, view_broken);

  gtk_widget_class_install_action (widget_class, "screen.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "screen.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK,
                                       "window.close", NULL);
}

static void
aether_screen_window_init (AetherScreenWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_fullscreen_bar_attach (GTK_WINDOW (self), self->toolbar_view, self->header,
                                self->fullscreen_button);
}

GtkWindow *
aether_screen_window_new (const char *machine, guint number, AetherDbusSource *first,
                          AetherDisplayView *like)
{
  static const char *const looks[] = { "scaling", "filter", "resizes-guest" };
  AetherScreenWindow *self = g_object_new (AETHER_TYPE_SCREEN_WINDOW, NULL);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  /* Translators: the name of a machine, and which of its screens */
  g_autofree char *title = g_strdup_printf (_("%s, screen %u"), machine, number + 1);

  self->number = number;
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    g_object_bind_property (like, looks[i], self->view, looks[i], G_BINDING_SYNC_CREATE);
  aether_dbus_source_open_screen_async (first, number, framebuffer, self->cancellable, opened_cb,
                                        g_object_ref (self));

  return GTK_WINDOW (self);
}

guint
aether_screen_window_get_number (AetherScreenWindow *self)
{
  return self->number;
}
