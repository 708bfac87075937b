/* test-dbus-source.c - a machine's display, scripted and real
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-dbus-source.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "frames.h"
#include "mock-display.h"
#include "qemu-display.h"

#define X8R8G8B8 0x20020888

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static AetherDbusSource *
open_source (GIOStream *stream, AetherFramebuffer *framebuffer, AetherDbusSourceFlags flags,
             GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_dbus_source_open_async (stream, framebuffer, flags, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return aether_dbus_source_open_finish (result, error);
}

typedef struct
{
  MockDisplay       *mock;
  GIOStream         *stream;
  AetherFramebuffer *framebuffer;
  AetherDbusSource  *source;
  GError            *closed;
} Fixture;

static void
closed_cb (AetherDbusSource *source, GError *error, Fixture *fixture)
{
  g_assert_null (fixture->closed);
  fixture->closed = g_error_copy (error);
}

static void
set_up (Fixture *fixture, gconstpointer flags)
{
  g_autoptr(GError) error = NULL;

  fixture->mock = mock_display_new (&fixture->stream);
  fixture->framebuffer = aether_framebuffer_new ();
  fixture->source = open_source (fixture->stream, fixture->framebuffer, GPOINTER_TO_INT (flags),
                                 &error);
  g_assert_no_error (error);
  g_signal_connect (fixture->source, "closed", G_CALLBACK (closed_cb), fixture);
  mock_display_wait (fixture->mock);
}

static void
tear_down (Fixture *fixture, gconstpointer flags)
{
  g_assert_finalize_object (fixture->source);
  g_clear_pointer (&fixture->mock, mock_display_free);
  g_clear_object (&fixture->stream);
  g_assert_finalize_object (fixture->framebuffer);
  g_clear_error (&fixture->closed);
}

static int
make_memory (gsize size)
{
  int fd = memfd_create ("frame", MFD_CLOEXEC);

  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  return fd;
}

static gboolean
send_map (Fixture *fixture, int fd, guint width, guint height, guint stride, GError **error)
{
  return mock_display_call (fixture->mock, TRUE, "ScanoutMap",
                            g_variant_new ("(huuuuu)", 0, 0, width, height, stride, X8R8G8B8),
                            fd, error);
}

static void
test_map (Fixture *fixture, gconstpointer flags)
{
  g_autoptr(GError) error = NULL;
  cairo_rectangle_int_t extents;
  AetherFrame frame;
  int fd = make_memory (64 * 16);

  g_assert_true (mock_display_offers_maps (fixture->mock));
  g_assert_true (send_map (fixture, fd, 16, 16, 64, &error));
  close (fd);
  aether_framebuffer_begin_read (fixture->framebuffer, &frame);
  g_assert_cmpuint (frame.width, ==, 16);
  aether_framebuffer_end_read (fixture->framebuffer, &frame);

  g_assert_true (mock_display_call (fixture->mock, TRUE, "UpdateMap",
                                    g_variant_new ("(iiii)", 4, 5, 6, 7), -1, &error));
  aether_framebuffer_begin_read (fixture->framebuffer, &frame);
  cairo_region_get_extents (frame.damage, &extents);
  g_assert_cmpint (extents.x, ==, 4);
  g_assert_cmpint (extents.height, ==, 7);
  aether_framebuffer_end_read (fixture->framebuffer, &frame);

  g_assert_true (mock_display_call (fixture->mock, FALSE, "Disable", NULL, -1, &error));
  aether_framebuffer_begin_read (fixture->framebuffer, &frame);
  g_assert_null (frame.data);
  aether_framebuffer_end_read (fixture->framebuffer, &frame);
}

static GVariant *
bytes_of (guint8 value, gsize n)
{
  g_autofree guint8 *data = g_malloc (MAX (n, 1));

  memset (data, value, n);
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, n, 1);
}

static void
test_copies (Fixture *fixture, gconstpointer flags)
{
  g_autoptr(GError) error = NULL;
  AetherFrame frame;

  g_assert_false (mock_display_offers_maps (fixture->mock));
  g_assert_true (mock_display_call (fixture->mock, FALSE, "Scanout",
                                    g_variant_new ("(uuuu@ay)", 4, 4, 16, X8R8G8B8,
                                                   bytes_of (7, 64)), -1, &error));
  g_assert_true (mock_display_call (fixture->mock, FALSE, "Update",
                                    g_variant_new ("(iiiiuu@ay)", 3, 3, 1, 1, 4, X8R8G8B8,
                                                   bytes_of (9, 4)), -1, &error));
  g_assert_no_error (error);
  aether_framebuffer_begin_read (fixture->framebuffer, &frame);
  g_assert_cmpuint (frame.data[0], ==, 7);
  g_assert_cmpuint (frame.data[63], ==, 9);
  aether_framebuffer_end_read (fixture->framebuffer, &frame);
}

static void
test_cursor (Fixture *fixture, gconstpointer flags)
{
  g_autoptr(GdkTexture) cursor = NULL;
  g_autoptr(GError) error = NULL;
  gboolean visible;
  int x, y;

  g_assert_true (mock_display_call (fixture->mock, FALSE, "CursorDefine",
                                    g_variant_new ("(iiii@ay)", 8, 8, 2, 3, bytes_of (255, 256)),
                                    -1, &error));
  g_assert_true (mock_display_call (fixture->mock, FALSE, "MouseSet",
                                    g_variant_new ("(iii)", 0, 0, 0), -1, &error));
  cursor = aether_framebuffer_dup_cursor (fixture->framebuffer, &x, &y, &visible);
  g_assert_cmpint (gdk_texture_get_width (cursor), ==, 8);
  g_assert_cmpint (x, ==, 2);
  g_assert_cmpint (y, ==, 3);
  g_assert_false (visible);
}

static void
test_input (Fixture *fixture, gconstpointer flags)
{
  AetherInputSink *sink = AETHER_INPUT_SINK (fixture->source);
  const char *expected = "key 30 1; key 30 0; at 5 6; button 0 1; button 0 0; ";

  g_assert_true (aether_input_sink_is_absolute (sink));
  aether_input_sink_key (sink, 30, TRUE);
  aether_input_sink_key (sink, 30, FALSE);
  aether_input_sink_position (sink, 5, 6);
  aether_input_sink_button (sink, AETHER_BUTTON_LEFT, TRUE);
  aether_input_sink_button (sink, AETHER_BUTTON_LEFT, FALSE);
  while (strlen (mock_display_get_input (fixture->mock)) < strlen (expected))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (mock_display_get_input (fixture->mock), ==, expected);
}

/* What QEMU leaves pressed is released with the last finger. */
static void
test_touch (Fixture *fixture, gconstpointer flags)
{
  AetherInputSink *sink = AETHER_INPUT_SINK (fixture->source);
  const char *expected = "touch 0 0 5 6; touch 0 1 7 8; touch 1 0 5.5 6; touch 2 0 5 6; "
                         "touch 2 1 7 8; button 9 0; ";

  aether_input_sink_touch (sink, AETHER_TOUCH_BEGIN, 0, 5, 6);
  aether_input_sink_touch (sink, AETHER_TOUCH_BEGIN, 1, 7, 8);
  aether_input_sink_touch (sink, AETHER_TOUCH_UPDATE, 0, 5.5, 6);
  aether_input_sink_touch (sink, AETHER_TOUCH_BEGIN, AETHER_N_TOUCHES, 1, 1);   /* no such finger */
  aether_input_sink_touch (sink, AETHER_TOUCH_END, 0, 5, 6);
  aether_input_sink_touch (sink, AETHER_TOUCH_END, 1, 7, 8);
  while (strlen (mock_display_get_input (fixture->mock)) < strlen (expected))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (mock_display_get_input (fixture->mock), ==, expected);
}

static void
leds_changed_cb (AetherInputSink *sink, gpointer user_data)
{
  *(guint *) user_data += 1;
}

static void
test_leds (Fixture *fixture, gconstpointer flags)
{
  AetherInputSink *sink = AETHER_INPUT_SINK (fixture->source);
  guint n_changes = 0;

  g_assert_cmpuint (aether_input_sink_get_leds (sink), ==, 0);
  g_signal_connect (sink, "leds-changed", G_CALLBACK (leds_changed_cb), &n_changes);
  mock_display_set_leds (fixture->mock, AETHER_LED_CAPS);
  while (n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (aether_input_sink_get_leds (sink), ==, AETHER_LED_KNOWN | AETHER_LED_CAPS);
}

/* A peer that lies gets an error, and is hung up on; the window gets the sentence. */
static void
test_lies (Fixture *fixture, gconstpointer flags)
{
  g_autoptr(GError) error = NULL;
  int fd = make_memory (100);

  g_assert_false (send_map (fixture, fd, 16, 16, 64, &error));
  g_assert_nonnull (error);
  close (fd);
  while (fixture->closed == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (fixture->closed, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_test_message ("%s", fixture->closed->message);

  /* Input afterwards goes nowhere, quietly. */
  aether_input_sink_key (AETHER_INPUT_SINK (fixture->source), 30, TRUE);
  g_assert_false (aether_input_sink_is_absolute (AETHER_INPUT_SINK (fixture->source)));
}

/* Modes, strides and lengths that cannot be: each ends the display with a sentence */
static void
test_hostile_maps (void)
{
  static const struct { guint width, height, stride; gsize memory; } maps[] = {
    { 0, 0, 0, 4096 }, { 0, 16, 64, 4096 }, { 16, 0, 64, 4096 },
    { 65535, 65535, 65535 * 4, 4096 }, { 65535, 1, 65535 * 4, 1 << 20 }, { 16384, 16384, 65536, 4096 },
    { 16, 16, 63, 4096 }, { 16, 16, 0, 4096 }, { 16, 16, G_MAXUINT, 4096 },
    { 16, 16, 64, 64 * 16 - 1 }, { 1920, 1080, 7680, 7680 * 1079 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      Fixture fixture = { NULL };
      g_autoptr(GError) error = NULL;
      int fd = make_memory (maps[i].memory);

      set_up (&fixture, NULL);
      g_assert_false (send_map (&fixture, fd, maps[i].width, maps[i].height, maps[i].stride, &error));
      close (fd);
      while (fixture.closed == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_test_message ("%s", fixture.closed->message);
      g_assert_error (fixture.closed, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      tear_down (&fixture, NULL);
    }
}

static void
test_map_without_memory (Fixture *fixture, gconstpointer flags)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (send_map (fixture, -1, 16, 16, 64, &error));
  while (fixture->closed == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (fixture->closed, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_peer_vanishes (Fixture *fixture, gconstpointer flags)
{
  mock_display_vanish (fixture->mock);
  while (fixture->closed == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (fixture->closed, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_cancelled_while_opening (void)
{
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(MockDisplay) mock = mock_display_new (&stream);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  mock_display_set_mute (mock, TRUE);
  aether_dbus_source_open_async (stream, framebuffer, 0, cancellable, keep_result, &result);
  for (int i = 0; i < 200 && result == NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_null (result);

  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (aether_dbus_source_open_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_hangs_up_while_opening (void)
{
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(MockDisplay) mock = mock_display_new (&stream);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  mock_display_set_mute (mock, TRUE);
  aether_dbus_source_open_async (stream, framebuffer, 0, NULL, keep_result, &result);
  for (int i = 0; i < 200 && result == NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  mock_display_vanish (mock);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (aether_dbus_source_open_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

/* Before there is a connection, the system's own words for a cut line vary. */
static void
test_hangs_up_in_the_handshake (void)
{
  g_autoptr(GIOStream) stream = NULL;
  int other = mock_display_new_pair (&stream);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_dbus_source_open_async (stream, framebuffer, 0, NULL, keep_result, &result);
  mock_display_hang_up_in_handshake (other);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (aether_dbus_source_open_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

/* As when the machine is killed while the window opens. */
static void
test_hangs_up_on_the_listener (void)
{
  Fixture fixture = { NULL };
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(GError) error = NULL;

  fixture.mock = mock_display_new (&stream);
  fixture.framebuffer = aether_framebuffer_new ();
  mock_display_set_curt (fixture.mock, TRUE);
  fixture.source = open_source (stream, fixture.framebuffer, 0, &error);
  if (fixture.source)
    {
      g_signal_connect (fixture.source, "closed", G_CALLBACK (closed_cb), &fixture);
      while (fixture.closed == NULL)
        g_main_context_iteration (NULL, TRUE);
      error = g_steal_pointer (&fixture.closed);
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);

  g_clear_object (&fixture.source);
  g_clear_object (&fixture.framebuffer);
  mock_display_free (fixture.mock);
}

/* Real QEMU: what the map shows is what QEMU's own screenshot shows. */

static void
not_closed (AetherDbusSource *source, GError *error)
{
  g_assert_no_error (error);
}

static void
test_real_qemu (gconstpointer data)
{
  AetherDbusSourceFlags flags = GPOINTER_TO_INT (data);
  const char *arguments[] = { "-vga", "virtio", "-m", "64", "-name", "test", NULL };
  g_autoptr(QemuDisplay) qemu = qemu_display_new (arguments);
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  g_autoptr(AetherDbusSource) source = NULL;
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(GError) error = NULL;

  if (qemu == NULL)
    {
      g_test_skip ("no qemu-system-x86_64 with a D-Bus display");
      return;
    }

  stream = qemu_display_open (qemu);
  source = open_source (stream, framebuffer, flags, &error);
  g_assert_no_error (error);
  g_signal_connect (source, "closed", G_CALLBACK (not_closed), NULL);

  g_assert_cmpuint (frames_compare (framebuffer, qemu), ==, 0);
}

static guint
count_descriptors (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", pid);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;

  return n;
}

static gboolean
has_picture (AetherFramebuffer *framebuffer)
{
  AetherFrame frame;
  gboolean there;

  aether_framebuffer_begin_read (framebuffer, &frame);
  there = frame.data != NULL;
  aether_framebuffer_end_read (framebuffer, &frame);

  return there;
}

/* QEMU 10 never lets go of a listener's socket, and still visits each: with as many descriptors as
 * aether-machine lets it have, the last of many windows has the right picture. More take long. */
static void
test_qemu_opened_often (void)
{
  const char *arguments[] = { "-vga", "virtio", "-m", "64", NULL };
  g_autoptr(QemuDisplay) qemu = NULL;
  const guint n_times = 100;
  guint before;
  struct rlimit old, most;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &old), ==, 0);
  most = old;
  most.rlim_cur = MIN (old.rlim_max, 65536);
  setrlimit (RLIMIT_NOFILE, &most);
  qemu = qemu_display_new (arguments);
  setrlimit (RLIMIT_NOFILE, &old);
  if (qemu == NULL || most.rlim_cur < n_times + 200)
    {
      g_test_skip ("no qemu-system-x86_64 with a D-Bus display, or few descriptors");
      return;
    }

  before = count_descriptors (qemu_display_get_pid (qemu));
  for (guint i = 0; i < n_times; i++)
    {
      g_autoptr(GIOStream) stream = qemu_display_open (qemu);
      g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
      g_autoptr(AetherDbusSource) source = NULL;
      g_autoptr(GError) error = NULL;

      source = open_source (stream, framebuffer, AETHER_DBUS_SOURCE_NONE, &error);
      g_assert_no_error (error);
      while (!has_picture (framebuffer))
        g_main_context_iteration (NULL, TRUE);
      if (i == n_times - 1)
        g_assert_cmpuint (frames_compare (framebuffer, qemu), ==, 0);
    }

  g_test_message ("%u descriptors before, %u after %u windows", before,
                  count_descriptors (qemu_display_get_pid (qemu)), n_times);
}

static void
test_qemu_killed (void)
{
  const char *arguments[] = { "-vga", "virtio", "-m", "64", NULL };
  QemuDisplay *qemu = qemu_display_new (arguments);
  Fixture fixture = { NULL };
  g_autoptr(GIOStream) stream = NULL;
  g_autoptr(GError) error = NULL;

  if (qemu == NULL)
    {
      g_test_skip ("no qemu-system-x86_64 with a D-Bus display");
      return;
    }

  stream = qemu_display_open (qemu);
  fixture.framebuffer = aether_framebuffer_new ();
  fixture.source = open_source (stream, fixture.framebuffer, 0, &error);
  g_assert_no_error (error);
  g_signal_connect (fixture.source, "closed", G_CALLBACK (closed_cb), &fixture);

  qemu_display_free (qemu);
  while (fixture.closed == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (fixture.closed, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);

  g_assert_finalize_object (fixture.source);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture.framebuffer);
  g_clear_error (&fixture.closed);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/aether/dbus-source/map", Fixture, NULL, set_up, test_map, tear_down);
  g_test_add ("/aether/dbus-source/copies", Fixture,
              GINT_TO_POINTER (AETHER_DBUS_SOURCE_NO_MAPS), set_up, test_copies, tear_down);
  g_test_add ("/aether/dbus-source/cursor", Fixture, NULL, set_up, test_cursor, tear_down);
  g_test_add ("/aether/dbus-source/input", Fixture, NULL, set_up, test_input, tear_down);
  g_test_add ("/aether/dbus-source/touch", Fixture, NULL, set_up, test_touch, tear_down);
  g_test_add ("/aether/dbus-source/leds", Fixture, NULL, set_up, test_leds, tear_down);
  g_test_add ("/aether/dbus-source/lies", Fixture, NULL, set_up, test_lies, tear_down);
  g_test_add_func ("/aether/dbus-source/hostile-maps", test_hostile_maps);
  g_test_add ("/aether/dbus-source/map-without-memory", Fixture, NULL, set_up,
              test_map_without_memory, tear_down);
  g_test_add ("/aether/dbus-source/peer-vanishes", Fixture, NULL, set_up, test_peer_vanishes,
              tear_down);
  g_test_add_func ("/aether/dbus-source/cancelled-while-opening", test_cancelled_while_opening);
  g_test_add_func ("/aether/dbus-source/hangs-up-while-opening", test_hangs_up_while_opening);
  g_test_add_func ("/aether/dbus-source/hangs-up-in-the-handshake", test_hangs_up_in_the_handshake);
  g_test_add_func ("/aether/dbus-source/hangs-up-on-the-listener", test_hangs_up_on_the_listener);
  g_test_add_data_func ("/aether/dbus-source/qemu-map-equals-screendump", NULL, test_real_qemu);
  g_test_add_data_func ("/aether/dbus-source/qemu-copies-equal-screendump",
                        GINT_TO_POINTER (AETHER_DBUS_SOURCE_NO_MAPS), test_real_qemu);
  g_test_add_func ("/aether/dbus-source/qemu-opened-often", test_qemu_opened_often);
  g_test_add_func ("/aether/dbus-source/qemu-killed", test_qemu_killed);

  return g_test_run ();
}
