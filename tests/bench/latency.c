/* latency.c - from a key press to the changed pixel in our memory
 *
 * Usage: bench-latency GUEST-FOLDER
 *
 * The guest inverts a corner of its screen at each key. We, by shared memory
 * and by copies, and a VNC client (libvncclient, when built with it) take
 * turns at one guest. The screen's own frame clock comes on top for all.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aether-dbus-source.h"
#include "aether-input-sink.h"
#include "aether-vnc-source.h"
#include "figures.h"
#include "painter.h"

#ifdef HAVE_VNC
#include <rfb/rfbclient.h>
#endif

#define ROUNDS 4
#define KEYS 15           /* in each round */
#define PROBE 10          /* pixel of the corner that is looked at */
#define QNUM_A 30
#define PATIENCE_US (10 * G_USEC_PER_SEC)

static gboolean
read_pixel (AetherFramebuffer *framebuffer, guint32 *pixel)
{
  AetherFrame frame;
  gboolean there;

  aether_framebuffer_begin_read (framebuffer, &frame);
  there = frame.data && frame.height > PROBE;
  if (there)
    memcpy (pixel, frame.data + PROBE * frame.stride + PROBE * 4, 4);
  aether_framebuffer_end_read (framebuffer, &frame);

  *pixel &= 0xffffff;
  return there;
}

/* Keys do not come in step with anybody's refresh. */
static void
pause_a_little (void)
{
  gint64 until = g_get_monotonic_time () + 25000 + g_random_int_range (0, 50000);

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Returns: ms, or negative when the pixel did not change */
static double
press_key (AetherInputSink *sink, AetherFramebuffer *framebuffer)
{
  guint32 before = 0, now;
  gint64 start;

  read_pixel (framebuffer, &before);
  now = before;
  start = g_get_monotonic_time ();
  aether_input_sink_key (sink, QNUM_A, TRUE);
  aether_input_sink_key (sink, QNUM_A, FALSE);
  while (now == before && g_get_monotonic_time () - start < PATIENCE_US)
    {
      g_main_context_iteration (NULL, TRUE);
      read_pixel (framebuffer, &now);
    }

  return now == before ? -1 : (g_get_monotonic_time () - start) / 1000.0;
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
measure_ours (QemuDisplay *qemu, AetherDbusSourceFlags flags, guint n, Figures *figures)
{
  g_autoptr(GIOStream) stream = qemu_display_open (qemu);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(AetherDbusSource) source = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  guint32 pixel;

  aether_dbus_source_open_async (stream, framebuffer, flags, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  source = aether_dbus_source_open_finish (result, &error);
  if (source == NULL)
    {
      fprintf (stderr, "bench-latency: %s\n", error->message);
      return FALSE;
    }

  for (int i = 0; i < 100 && !read_pixel (framebuffer, &pixel); i++)
    pause_a_little ();

  for (guint i = 0; i < n; i++)
    {
      double ms;

      pause_a_little ();
      ms = press_key (AETHER_INPUT_SINK (source), framebuffer);
      if (ms < 0)
        return FALSE;
      if (figures)
        figures_add (figures, ms);
    }

  return TRUE;
}

/* Through the whole source: its threads, its checks, the framebuffer, the main loop */
static gboolean
measure_our_vnc (QemuDisplay *qemu, guint n, Figures *figures)
{
  g_autoptr(GSocketConnection) stream = qemu_display_open_vnc (qemu);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(AetherVncSource) source = aether_vnc_source_new_for_stream (stream, framebuffer);
  guint32 pixel;

  for (int i = 0; i < 100 && !(read_pixel (framebuffer, &pixel) && pixel != 0); i++)
    pause_a_little ();

  for (guint i = 0; i < n; i++)
    {
      double ms;

      pause_a_little ();
      ms = press_key (AETHER_INPUT_SINK (source), framebuffer);
      if (ms < 0)
        return FALSE;
      figures_add (figures, ms);
    }

  return TRUE;
}

#ifdef HAVE_VNC
static void
no_log (const char *format, ...)
{
}

static void
no_cursor (rfbClient *client, int x, int y, int width, int height)
{
}

static guint32
vnc_pixel (rfbClient *client)
{
  guint32 pixel;

  memcpy (&pixel, client->frameBuffer + (PROBE * client->width + PROBE) * 4, 4);
  return pixel & 0xffffff;
}

static gboolean
vnc_wait (rfbClient *client, guint us)
{
  int ready = WaitForMessage (client, us);

  return ready == 0 || (ready > 0 && HandleRFBServerMessage (client));
}

static gboolean
measure_vnc (const char *path, guint n, Figures *figures)
{
  rfbClient *client = rfbGetClient (8, 3, 4);
  gboolean alive = TRUE;
  int argc = 0;

  rfbClientLog = rfbClientErr = no_log;
  client->serverHost = strdup (path);
  client->appData.encodingsString = "raw";
  client->GotFrameBufferUpdate = no_cursor;
  if (!rfbInitClient (client, &argc, NULL))
    return FALSE;

  for (guint i = 0; i < n && alive; i++)
    {
      gint64 until = g_get_monotonic_time () + 25000 + g_random_int_range (0, 50000);
      gint64 start;
      guint32 before;

      while (alive && g_get_monotonic_time () < until)
        alive = vnc_wait (client, 500);

      before = vnc_pixel (client);
      start = g_get_monotonic_time ();
      SendKeyEvent (client, 'a', TRUE);
      SendKeyEvent (client, 'a', FALSE);
      while (alive && vnc_pixel (client) == before)
        alive = g_get_monotonic_time () - start < PATIENCE_US && vnc_wait (client, 1000);
      if (alive)
        figures_add (figures, (g_get_monotonic_time () - start) / 1000.0);
    }

  rfbClientCleanup (client);
  return alive;
}
#endif

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("aether-bench-XXXXXX", NULL);
  g_autofree char *vnc_path = g_build_filename (folder, "vnc", NULL);
  g_autofree char *serial = g_build_filename (folder, "serial", NULL);
  g_autofree char *listen = g_strdup_printf ("unix:%s", vnc_path);
  const char *arguments[] = {
    "-device", "virtio-keyboard-pci",
#ifdef HAVE_VNC
    "-vnc", listen,
#endif
    NULL
  };
  g_autoptr(QemuDisplay) qemu = NULL;
  Figures *map = figures_new (), *copy = figures_new (), *vnc = figures_new (), *ours = figures_new ();
  gboolean good = TRUE;

  if (argc != 2)
    {
      fprintf (stderr, "Usage: bench-latency GUEST-FOLDER\n");
      return 2;
    }

  qemu = painter_start (argv[1], "key", serial, "PAINT-INPUTS", arguments);
  if (qemu == NULL)
    {
      fprintf (stderr, "bench-latency: the guest did not begin to paint\n");
      return 1;
    }

  g_timeout_add (5, wake_cb, NULL);   /* so that a wait for nothing ends */
  good = measure_ours (qemu, AETHER_DBUS_SOURCE_NONE, 5, NULL);
  for (int i = 0; i < ROUNDS && good; i++)
    {
      good = measure_ours (qemu, AETHER_DBUS_SOURCE_NONE, KEYS, map) &&
             measure_ours (qemu, AETHER_DBUS_SOURCE_NO_MAPS, KEYS, copy) &&
             measure_our_vnc (qemu, KEYS, ours);
#ifdef HAVE_VNC
      good = good && measure_vnc (vnc_path, KEYS, vnc);
#endif
    }

  figures_print ("key to pixel, shared memory", map, "VNC, raw", vnc, "ms");
  figures_print ("key to pixel, copies", copy, "VNC, raw", vnc, "ms");
  figures_print ("key to pixel, VNC", ours, "VNC, raw", vnc, "ms");
  remove (serial);
  remove (vnc_path);
  remove (folder);
  if (!good)
    fprintf (stderr, "bench-latency: a key had no effect\n");

  return !good;
}
