/* aether-vm-fullscreen.c - full screen: the bar comes when the pointer touches the top edge
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#define TOP_EDGE 4   /* this near to it the bar comes */

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_fullscreen (GTK_WINDOW (widget));
}

static void
fullscreened_cb (AetherVmWindow *self)
{
  gboolean fullscreen = gtk_window_is_fullscreen (GTK_WINDOW (self));
  const char *label = fullscreen ? _("Leave full screen (F11)") : _("Full screen (F11)");

  adw_toolbar_view_set_extend_content_to_top_edge (self->toolbar_view, fullscreen);
  adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, !fullscreen);
  aether_vm_window_set_button (self->fullscreen_button,
                               fullscreen ? "view-restore-symbolic" : "view-fullscreen-symbolic",
                               label);
  if (fullscreen)
    aether_vm_window_toast (self, _("The bar is at the top edge of the screen"));
}

/* @y: below the top of the picture; a window may have a border above it */
static void
reach_for_bar (AetherVmWindow *self, double y, double edge)
{
  gboolean menu_open = gtk_menu_button_get_active (self->power_button) ||
                       gtk_menu_button_get_active (self->menu_button);

  if (!gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;

  if (y < edge)
    adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, TRUE);
  else if (y > adw_toolbar_view_get_top_bar_height (self->toolbar_view) && !menu_open)
    adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, FALSE);
}

static double
below_top (AetherVmWindow *self, double x, double y)
{
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (self), GTK_WIDGET (self->toolbar_view),
                                 &GRAPHENE_POINT_INIT (x, y), &point))
    return y;

  return point.y;
}

static void
pointer_moved_cb (AetherVmWindow *self, double x, double y)
{
  reach_for_bar (self, below_top (self, x, y), TOP_EDGE);
}

/* A finger does not hit the very edge. */
static void
touched_cb (AetherVmWindow *self, int n_press, double x, double y)
{
  reach_for_bar (self, below_top (self, x, y), gtk_widget_get_height (self->header) / 2.0);
}

void
aether_vm_fullscreen_init (AetherVmWindow *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *touch = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (touch), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (touch), TRUE);
  g_signal_connect_swapped (touch, "pressed", G_CALLBACK (touched_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (touch));

  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (fullscreened_cb), NULL);
}

void
aether_vm_fullscreen_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F11, 0, "vm.fullscreen", NULL);
}
