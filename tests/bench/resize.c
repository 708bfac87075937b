/* resize.c - from a window that has a new size to the guest's picture in that size
 *
 * Usage: bench-resize GUEST-FOLDER
 *
 * The guest follows what the host prefers, as desktops do. The view waits for
 * 200 ms of it before it asks, so that a window being dragged does not ask for
 * each of its sizes.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <gtk/gtk.h>
#include <stdio.h>

#include "aether-dbus-source.h"
#include "aether-display-view.h"
#include "figures.h"
#include "painter.h"

#define ROUNDS 10
#define PATIENCE_US (10 * G_USEC_PER_SEC)

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
has_size (AetherFramebuffer *framebuffer, guint width, guint height)
{
  AetherFrame frame;
  gboolean has;

  aether_framebuffer_begin_read (framebuffer, &frame);
  has = frame.data && frame.width == width && frame.height == height;
  aether_framebuffer_end_read (framebuffer, &frame);

  return has;
}

/* Returns: ms from the new size of the view, or negative */
static double
resize (GtkWindow *window, GtkWidget *view, AetherFramebuffer *framebuffer, int width, int height)
{
  gint64 start = g_get_monotonic_time (), allocated = 0;

  gtk_window_set_default_size (window, width, height);
  while (g_get_monotonic_time () - start < PATIENCE_US)
    {
      g_main_context_iteration (NULL, TRUE);
      if (allocated == 0 && gtk_widget_get_width (view) == width && gtk_widget_get_height (view) == height)
        allocated = g_get_monotonic_time ();
      if (allocated != 0 && has_size (framebuffer, width, height))
        return (g_get_monotonic_time () - allocated) / 1000.0;
    }

  return -1;
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("aether-bench-XXXXXX", NULL);
  g_autofree char *serial = g_build_filename (folder, "serial", NULL);
  g_autoptr(QemuDisplay) qemu = NULL;
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(AetherFramebuffer) framebuffer = NULL;
  g_autoptr(AetherDbusSource) source = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  Figures *figures = figures_new ();
  GtkWidget *window, *view;

  if (argc != 2)
    {
      fprintf (stderr, "Usage: bench-resize GUEST-FOLDER\n");
      return 2;
    }

  gtk_init ();
  qemu = painter_start (argv[1], "follow", serial, "PAINT-READY", (const char *[]) { NULL });
  if (qemu == NULL)
    {
      fprintf (stderr, "bench-resize: the guest did not begin to paint\n");
      return 1;
    }

  framebuffer = aether_framebuffer_new ();
  stream = qemu_display_open (qemu);
  aether_dbus_source_open_async (stream, framebuffer, AETHER_DBUS_SOURCE_NONE, NULL, keep_result,
                                 &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  source = aether_dbus_source_open_finish (result, &error);
  if (source == NULL)
    {
      fprintf (stderr, "bench-resize: %s\n", error->message);
      return 1;
    }

  g_timeout_add (5, wake_cb, NULL);   /* so that a wait for nothing ends */
  view = aether_display_view_new ();
  g_object_set (view, "resizes-guest", TRUE, NULL);
  aether_display_view_set_framebuffer (AETHER_DISPLAY_VIEW (view), framebuffer);
  aether_display_view_set_sink (AETHER_DISPLAY_VIEW (view), AETHER_INPUT_SINK (source));
  window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));

  for (int i = 0; i < ROUNDS; i++)
    {
      double ms = resize (GTK_WINDOW (window), view, framebuffer, 800 + i * 24, 600 + i * 10);

      if (ms < 0)
        {
          fprintf (stderr, "bench-resize: the guest did not follow\n");
          return 1;
        }
      figures_add (figures, ms);
    }

  figures_print ("window to guest's mode", figures, NULL, NULL, "ms");
  remove (serial);
  remove (folder);

  return 0;
}
