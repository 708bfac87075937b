/* aether-fullscreen-bar.c - a window's bar that hides in full screen, until it is reached for
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-fullscreen-bar.h"

#include <glib/gi18n.h>

#define TOP_EDGE 4   /* this near to it the bar comes */

typedef struct
{
  GtkWindow      *window;
  AdwToolbarView *view;
  GtkWidget      *header;
  GtkButton      *button;
  double          x, y;   /* of the pointer */
} Bar;

void
aether_button_set (GtkButton *button, const char *icon, const char *label)
{
  gtk_button_set_icon_name (button, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
fullscreened_cb (GtkWindow *window, GParamSpec *pspec, Bar *bar)
{
  gboolean fullscreen = gtk_window_is_fullscreen (window);

  adw_toolbar_view_set_extend_content_to_top_edge (bar->view, fullscreen);
  adw_toolbar_view_set_reveal_top_bars (bar->view, !fullscreen);
  aether_button_set (bar->button, fullscreen ? "view-restore-symbolic" : "view-fullscreen-symbolic",
                     fullscreen ? _("Leave full screen (F11)") : _("Full screen (F11)"));
}

static gboolean
has_open_menu (GtkWidget *widget)
{
  if (GTK_IS_MENU_BUTTON (widget))
    return gtk_menu_button_get_active (GTK_MENU_BUTTON (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    if (has_open_menu (child))
      return TRUE;

  return FALSE;
}

/* @x, @y: in the window, which may have a border above the picture */
static void
reach_for_bar (Bar *bar, double x, double y, double edge)
{
  graphene_point_t point;

  if (!gtk_window_is_fullscreen (bar->window))
    return;

  if (!gtk_widget_compute_point (GTK_WIDGET (bar->window), GTK_WIDGET (bar->view),
                                 &GRAPHENE_POINT_INIT (x, y), &point))
    point.y = y;

  if (point.y < edge)
    adw_toolbar_view_set_reveal_top_bars (bar->view, TRUE);
  else if (point.y > adw_toolbar_view_get_top_bar_height (bar->view) && !has_open_menu (bar->header))
    adw_toolbar_view_set_reveal_top_bars (bar->view, FALSE);
}

/* GTK also tells of a pointer that rests, when what is below it changed: then a
 * bar that was asked for by keys would go at once. */
static void
pointer_moved_cb (GtkEventController *controller, double x, double y, Bar *bar)
{
  if (x == bar->x && y == bar->y)
    return;

  bar->x = x;
  bar->y = y;
  reach_for_bar (bar, x, y, TOP_EDGE);
}

/* A finger does not hit the very edge. */
static void
touched_cb (GtkGesture *gesture, int n_press, double x, double y, Bar *bar)
{
  reach_for_bar (bar, x, y, gtk_widget_get_height (bar->header) / 2.0);
}

void
aether_fullscreen_bar_attach (GtkWindow *window, AdwToolbarView *view, GtkWidget *header, GtkButton *button)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *touch = gtk_gesture_click_new ();
  Bar *bar = g_new (Bar, 1);

  *bar = (Bar) { window, view, header, button, -1, -1 };
  g_object_set_data_full (G_OBJECT (window), "aether-fullscreen-bar", bar, g_free);

  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect (motion, "motion", G_CALLBACK (pointer_moved_cb), bar);
  gtk_widget_add_controller (GTK_WIDGET (window), motion);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (touch), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (touch), TRUE);
  g_signal_connect (touch, "pressed", G_CALLBACK (touched_cb), bar);
  gtk_widget_add_controller (GTK_WIDGET (window), GTK_EVENT_CONTROLLER (touch));

  g_signal_connect (window, "notify::fullscreened", G_CALLBACK (fullscreened_cb), bar);
}

void
aether_fullscreen_bar_toggle (GtkWindow *window)
{
  if (gtk_window_is_fullscreen (window))
    gtk_window_unfullscreen (window);
  else
    gtk_window_fullscreen (window);
}
