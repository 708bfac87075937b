/* window.c - how long programs take to show a window, and the memory they hold then
 *
 * Usage: bench-window NAME OURS OTHER-NAME OTHER
 *
 * Starts both in turns, on the X server of the environment, with its window
 * manager.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <X11/Xlib.h>
#include <gio/gio.h>
#include <poll.h>
#include <stdio.h>

#include "figures.h"

#define ROUNDS 9
#define MIN_SIDE 200               /* pixels; smaller is no window of a program */
#define PATIENCE_MS 30000
#define SETTLE_US (2 * G_USEC_PER_SEC)

/* Returns: whether a window was mapped in time */
static gboolean
wait_for_window (Display *display, gint64 start)
{
  struct pollfd server = { ConnectionNumber (display), POLLIN, 0 };

  for (;;)
    {
      int left = PATIENCE_MS - (g_get_monotonic_time () - start) / 1000;

      while (XPending (display) > 0)
        {
          XWindowAttributes attributes;
          XEvent event;

          XNextEvent (display, &event);
          if (event.type == MapNotify &&
              XGetWindowAttributes (display, event.xmap.window, &attributes) &&
              attributes.width >= MIN_SIDE && attributes.height >= MIN_SIDE)
            return TRUE;
        }
      if (left <= 0)
        return FALSE;
      poll (&server, 1, left);
    }
}

static double
resident_mib (GSubprocess *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status",
                                           g_subprocess_get_identifier (process));
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents (path, &status, NULL, NULL) || !(line = strstr (status, "VmRSS:")))
    return 0;

  return g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024;
}

/* Windows come and go under us; what is gone is not asked for again. */
static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static gboolean
run_once (Display *display, const char *program, Figures *times, Figures *sizes)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GSubprocess) process = NULL;
  gint64 start;
  gboolean shown;

  XSync (display, True);
  start = g_get_monotonic_time ();
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, program, NULL);
  if (process == NULL)
    {
      fprintf (stderr, "bench-window: %s\n", error->message);
      return FALSE;
    }

  shown = wait_for_window (display, start);
  if (shown && times)
    figures_add (times, (g_get_monotonic_time () - start) / 1000.0);
  if (shown && sizes)
    {
      g_usleep (SETTLE_US);
      figures_add (sizes, resident_mib (process));
    }
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  if (!shown)
    fprintf (stderr, "bench-window: %s showed no window\n", program);

  return shown;
}

int
main (int argc, char *argv[])
{
  Figures *our_times = figures_new (), *their_times = figures_new ();
  Figures *our_sizes = figures_new (), *their_sizes = figures_new ();
  g_autofree char *time_label = NULL, *size_label = NULL;
  Display *display = XOpenDisplay (NULL);

  if (argc != 5 || display == NULL)
    {
      fprintf (stderr, "Usage: bench-window NAME OURS OTHER-NAME OTHER, on an X server\n");
      return 2;
    }

  XSetErrorHandler (ignore_error);
  XSelectInput (display, DefaultRootWindow (display), SubstructureNotifyMask);

  /* Once each for the caches */
  if (!run_once (display, argv[2], NULL, NULL) || !run_once (display, argv[4], NULL, NULL))
    return 1;

  for (int i = 0; i < ROUNDS; i++)
    {
      gboolean weigh = i < 3;

      if (!run_once (display, argv[2], our_times, weigh ? our_sizes : NULL) ||
          !run_once (display, argv[4], their_times, weigh ? their_sizes : NULL))
        return 1;
    }

  time_label = g_strconcat (argv[1], ", shown", NULL);
  size_label = g_strconcat (argv[1], ", resident", NULL);
  figures_print (time_label, our_times, argv[3], their_times, "ms");
  figures_print (size_label, our_sizes, argv[3], their_sizes, "MB");

  return 0;
}
