/* test-view-live.c - the view on the screen of a real QEMU
 *
 * The machine has firmware and nothing to boot: that writes on the screen,
 * blinks a cursor, and counts the ticks of its clock in memory.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <gtk/gtk.h>
#include <malloc.h>
#include <stdio.h>

#include "aether-dbus-source.h"
#include "aether-display-view.h"
#include "frames.h"

#define TICKS "0x46c"          /* where a PC's firmware counts, 18 times a second */
#define STOP_US (2 * G_USEC_PER_SEC)
#define N_WINDOWS 200
#define N_CYCLES 1000
#define WARM_UP 100            /* cycles until caches are full */
#define QEMU_CYCLES 100        /* for one QEMU, which keeps a descriptor of each (10.0) */
#define MOST_GROWTH 2.0        /* percent */
#define PATIENCE_MS 240000

typedef struct
{
  QemuDisplay      *qemu;
  AetherDbusSource *source;
  GtkWidget        *window;
  GtkWidget        *view;
} Fixture;

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
open_view (Fixture *fixture, AetherDbusSourceFlags flags)
{
  g_autoptr(GIOStream) stream = qemu_display_open (fixture->qemu);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_dbus_source_open_async (stream, framebuffer, flags, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  fixture->source = aether_dbus_source_open_finish (result, &error);
  g_assert_no_error (error);

  fixture->view = aether_display_view_new ();
  aether_display_view_set_framebuffer (AETHER_DISPLAY_VIEW (fixture->view), framebuffer);
  aether_display_view_set_sink (AETHER_DISPLAY_VIEW (fixture->view),
                                AETHER_INPUT_SINK (fixture->source));
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->view);
}

static void
close_view (Fixture *fixture)
{
  gtk_window_set_child (GTK_WINDOW (fixture->window), NULL);
  aether_display_source_close (AETHER_DISPLAY_SOURCE (fixture->source));
  g_clear_object (&fixture->source);
}

static void
open_window (Fixture *fixture)
{
  fixture->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

/* Returns: whether there is one */
static gboolean
start_qemu (Fixture *fixture)
{
  const char *arguments[] = { "-vga", "virtio", "-m", "64", NULL };

  g_clear_pointer (&fixture->qemu, qemu_display_free);
  fixture->qemu = qemu_display_new (arguments);

  return fixture->qemu != NULL;
}

static gboolean
set_up (Fixture *fixture)
{
  if (start_qemu (fixture))
    return TRUE;

  g_test_skip ("no qemu-system-x86_64 with a D-Bus display");
  return FALSE;
}

static void
tear_down (Fixture *fixture)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  frames_wait_ms (20);
  qemu_display_free (fixture->qemu);
}

static AetherFramebuffer *
get_framebuffer (Fixture *fixture)
{
  return aether_display_source_get_framebuffer (AETHER_DISPLAY_SOURCE (fixture->source));
}

static void
await_text (Fixture *fixture)
{
  for (int ms = 0; !frames_has_text (get_framebuffer (fixture)); ms += 20)
    {
      g_assert_cmpint (ms, <, PATIENCE_MS);
      frames_wait_ms (20);
    }
}

static guint
read_ticks (Fixture *fixture)
{
  g_autofree char *answer =
    qemu_display_qmp (fixture->qemu, "human-monitor-command",
                      "{\"command-line\":\"xp /1wx " TICKS "\"}", -1);
  const char *value = strstr (answer, ": 0x");

  g_assert_nonnull (value);
  return g_ascii_strtoull (value + strlen (": 0x"), NULL, 16);
}

/* The firmware sets it to the time of day, and then counts. */
static void
await_clock (Fixture *fixture)
{
  guint before, now = read_ticks (fixture);

  do
    {
      before = now;
      frames_wait_ms (200);
      now = read_ticks (fixture);
    }
  while (now == before || now - before > 100);
}

/* What the window shows, as B8G8R8A8 */
static guint32 *
take_window (Fixture *fixture, int *width, int *height)
{
  g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new (fixture->view);
  g_autoptr(GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr(GskRenderNode) node = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  guint32 *pixels;

  *width = gtk_widget_get_width (fixture->view);
  *height = gtk_widget_get_height (fixture->view);
  gdk_paintable_snapshot (paintable, snapshot, *width, *height);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (fixture->window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, *width, *height));
  pixels = g_new (guint32, (gsize) *width * *height);
  gdk_texture_download (texture, (guchar *) pixels, *width * 4);

  return pixels;
}

static guint
count_differences (Fixture *fixture, int zoom)
{
  g_autofree guint32 *shown = NULL;
  AetherFrame frame;
  guint differences = 0;
  int width, height;

  shown = take_window (fixture, &width, &height);
  aether_framebuffer_begin_read (get_framebuffer (fixture), &frame);
  g_assert_cmpint (width, ==, frame.width * zoom);
  g_assert_cmpint (height, ==, frame.height * zoom);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint32 *row = (const guint32 *) (frame.data + y / zoom * frame.stride);

        differences += (shown[y * width + x] ^ row[x / zoom]) << 8 != 0;
      }
  aether_framebuffer_end_read (get_framebuffer (fixture), &frame);

  return differences;
}

/* Guest's raw frame == ours == what the window shows, at 1 and 2 */
static void
test_pixels (gconstpointer flags)
{
  Fixture fixture = { NULL };

  if (!set_up (&fixture))
    return;

  open_window (&fixture);
  open_view (&fixture, GPOINTER_TO_INT (flags));
  await_text (&fixture);
  g_assert_cmpuint (frames_compare (get_framebuffer (&fixture), fixture.qemu), ==, 0);

  for (int zoom = 1; zoom <= 2; zoom++)
    {
      AetherFrame frame;

      aether_framebuffer_begin_read (get_framebuffer (&fixture), &frame);
      gtk_widget_set_size_request (fixture.view, frame.width * zoom, frame.height * zoom);
      aether_framebuffer_end_read (get_framebuffer (&fixture), &frame);
      gtk_window_set_default_size (GTK_WINDOW (fixture.window), 1, 1);
      aether_framebuffer_damage (get_framebuffer (&fixture), 0, 0, G_MAXINT, G_MAXINT);
      frames_wait_ms (300);
      g_assert_cmpuint (count_differences (&fixture, zoom), ==, 0);
    }

  close_view (&fixture);
  tear_down (&fixture);
}

/* While nothing runs on the thread of the interface, the machine does. */
static void
test_blocked_interface (void)
{
  Fixture fixture = { NULL };
  guint running, stopped, n_answers = 0;
  gint64 until;

  if (!set_up (&fixture))
    return;

  open_window (&fixture);
  open_view (&fixture, AETHER_DBUS_SOURCE_NONE);
  await_text (&fixture);
  await_clock (&fixture);

  /* QEMU's main loop is the one that waits for our listener: it answers QMP only when it does not. */
  stopped = read_ticks (&fixture);
  for (until = g_get_monotonic_time () + STOP_US; g_get_monotonic_time () < until; n_answers++)
    {
      g_free (qemu_display_qmp (fixture.qemu, "query-status", NULL, -1));
      g_usleep (10000);
    }
  stopped = read_ticks (&fixture) - stopped;

  running = read_ticks (&fixture);
  frames_wait_ms (STOP_US / 1000);
  running = read_ticks (&fixture) - running;

  g_test_message ("ticks in 2 s: %u with the interface, %u without it; %u answers meanwhile",
                  running, stopped, n_answers);
  g_assert_cmpuint (running, >, 0);
  g_assert_cmpuint (stopped, >, running / 4);
  g_assert_cmpint (aether_display_source_get_state (AETHER_DISPLAY_SOURCE (fixture.source)), ==,
                   AETHER_DISPLAY_LIVE);

  close_view (&fixture);
  tear_down (&fixture);
}

/* Two screens over one connection, each with a picture of its own */
static void
test_two_screens (void)
{
  const char *arguments[] = { "-vga", "virtio", "-device", "virtio-gpu-pci", "-m", "64", NULL };
  Fixture fixture = { .qemu = qemu_display_new (arguments) };
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherDbusSource) second = NULL;
  g_autoptr(GError) error = NULL;
  AetherFrame frame = { NULL };

  if (fixture.qemu == NULL)
    {
      g_test_skip ("no qemu-system-x86_64 with a D-Bus display");
      return;
    }

  open_window (&fixture);
  open_view (&fixture, AETHER_DBUS_SOURCE_NONE);
  while (aether_dbus_source_get_n_screens (fixture.source) == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (aether_dbus_source_get_n_screens (fixture.source), ==, 2);

  aether_dbus_source_open_screen_async (fixture.source, 1, framebuffer, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  second = aether_dbus_source_open_finish (result, &error);
  g_assert_no_error (error);
  for (int ms = 0; frame.width == 0; ms += 20)
    {
      g_assert_cmpint (ms, <, PATIENCE_MS);
      frames_wait_ms (20);
      aether_framebuffer_begin_read (framebuffer, &frame);
      aether_framebuffer_end_read (framebuffer, &frame);
    }
  await_text (&fixture);

  /* Hanging up the second leaves the first; hanging up the first ends both. */
  aether_display_source_close (AETHER_DISPLAY_SOURCE (second));
  frames_wait_ms (100);
  g_assert_cmpint (aether_display_source_get_state (AETHER_DISPLAY_SOURCE (fixture.source)), ==,
                   AETHER_DISPLAY_LIVE);
  close_view (&fixture);
  tear_down (&fixture);
}

static double
resident_mib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  malloc_trim (0);
  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  g_assert_nonnull (line);

  return g_ascii_strtod (line + strlen ("VmRSS:"), NULL) / 1024;
}

static void
test_many_windows (void)
{
  Fixture fixture = { NULL };
  guint ticks;

  if (!set_up (&fixture))
    return;

  for (int i = 0; i < N_WINDOWS; i++)
    {
      open_window (&fixture);
      open_view (&fixture, AETHER_DBUS_SOURCE_NONE);
      while (!aether_display_view_has_picture (AETHER_DISPLAY_VIEW (fixture.view)))
        g_main_context_iteration (NULL, TRUE);
      close_view (&fixture);
      gtk_window_destroy (GTK_WINDOW (fixture.window));
    }

  open_window (&fixture);
  open_view (&fixture, AETHER_DBUS_SOURCE_NONE);
  await_text (&fixture);
  ticks = read_ticks (&fixture);
  frames_wait_ms (1000);
  g_assert_cmpuint (read_ticks (&fixture), >, ticks);

  close_view (&fixture);
  tear_down (&fixture);
}

static void
test_memory (void)
{
  Fixture fixture = { NULL };
  double before = 0, after;

  if (!set_up (&fixture))
    return;

  open_window (&fixture);
  for (int i = 0; i < WARM_UP + N_CYCLES; i++)
    {
      if (i == WARM_UP)
        before = resident_mib ();
      if (i % QEMU_CYCLES == QEMU_CYCLES - 1)
        g_assert_true (start_qemu (&fixture));
      open_view (&fixture, AETHER_DBUS_SOURCE_NONE);
      while (!aether_display_view_has_picture (AETHER_DISPLAY_VIEW (fixture.view)))
        g_main_context_iteration (NULL, TRUE);
      close_view (&fixture);
    }
  after = resident_mib ();

  g_test_message ("%.1f MiB, after %d times %.1f MiB", before, N_CYCLES, after);
#ifndef __SANITIZE_ADDRESS__   /* which keeps what was freed for a while */
  g_assert_cmpfloat ((after - before) * 100 / before, <, MOST_GROWTH);
#endif

  tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  g_test_add_data_func ("/aether/view-live/pixels-of-map", NULL, test_pixels);
  g_test_add_data_func ("/aether/view-live/pixels-of-copies",
                        GINT_TO_POINTER (AETHER_DBUS_SOURCE_NO_MAPS), test_pixels);
  g_test_add_func ("/aether/view-live/blocked-interface", test_blocked_interface);
  g_test_add_func ("/aether/view-live/two-screens", test_two_screens);
  g_test_add_func ("/aether/view-live/many-windows", test_many_windows);
  g_test_add_func ("/aether/view-live/memory", test_memory);

  return g_test_run ();
}
