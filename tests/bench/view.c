/* view.c - our view in a window of its own, for viewers.c: no machine, only the display
 *
 * Usage: bench-view FD WIDTH HEIGHT, with one end of a display's socket; without
 * one (-), for the memory that a window takes before there is a picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <adwaita.h>
#include <stdlib.h>
#include <string.h>

#include "aether-dbus-source.h"
#include "aether-display-view.h"

static AetherDisplayView *view;

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  AetherDbusSource *source = aether_dbus_source_open_finish (result, &error);   /* for good */

  if (source == NULL)
    {
      g_printerr ("bench-view: %s\n", error->message);
      exit (1);
    }

  aether_display_view_set_framebuffer (view, aether_display_source_get_framebuffer (AETHER_DISPLAY_SOURCE (source)));
  aether_display_view_set_sink (view, AETHER_INPUT_SINK (source));
}

int
main (int argc, char *argv[])
{
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GSocketConnection) stream = NULL;
  g_autoptr(AetherFramebuffer) framebuffer = NULL;
  GtkWidget *window, *toolbar, *scrolled;

  if (argc != 4)
    return 2;

  adw_init ();
  if (strcmp (argv[1], "-") != 0 && (socket = g_socket_new_from_fd (atoi (argv[1]), NULL)) == NULL)
    return 1;

  view = AETHER_DISPLAY_VIEW (aether_display_view_new ());
  gtk_widget_set_size_request (GTK_WIDGET (view), atoi (argv[2]), atoi (argv[3]));
  scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (view));
  toolbar = adw_toolbar_view_new ();
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (toolbar), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (toolbar), scrolled);
  window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (window), toolbar);
  gtk_window_present (GTK_WINDOW (window));

  if (socket)
    {
      framebuffer = aether_framebuffer_new ();
      stream = g_socket_connection_factory_create_connection (socket);
      aether_dbus_source_open_async (G_IO_STREAM (stream), framebuffer, AETHER_DBUS_SOURCE_NONE, NULL,
                                     opened_cb, NULL);
    }
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}
