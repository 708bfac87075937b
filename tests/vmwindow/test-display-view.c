/* test-display-view.c - what the view shows of a picture, and what it asks for
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-display-view.h"

#include "aether-view-input.h"
#include "wait.h"

#define WIDTH 800
#define HEIGHT 600
#define X8R8G8B8 0x20020888

/* A sink that writes down what it gets */

#define TEST_TYPE_SINK (test_sink_get_type ())
G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, GObject)

struct _TestSink
{
  GObject  parent_instance;

  GString *text;
  guint    x, y;
};

static void
sink_position (AetherInputSink *sink, guint x, guint y)
{
  TEST_SINK (sink)->x = x;
  TEST_SINK (sink)->y = y;
}

static gboolean
sink_is_absolute (AetherInputSink *sink)
{
  return TRUE;
}

static void
sink_resize (AetherInputSink *sink, guint width, guint height, guint width_mm, guint height_mm)
{
  g_assert_cmpuint (width_mm, >, 0);
  g_assert_cmpuint (height_mm, >, 0);
  g_string_append_printf (TEST_SINK (sink)->text, "%ux%u ", width, height);
}

static void
sink_iface_init (AetherInputSinkInterface *iface)
{
  iface->position = sink_position;
  iface->is_absolute = sink_is_absolute;
  iface->resize = sink_resize;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSink, test_sink, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_INPUT_SINK, sink_iface_init))

static void
test_sink_finalize (GObject *object)
{
  g_string_free (TEST_SINK (object)->text, TRUE);

  G_OBJECT_CLASS (test_sink_parent_class)->finalize (object);
}

static void
test_sink_class_init (TestSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_sink_finalize;
}

static void
test_sink_init (TestSink *self)
{
  self->text = g_string_new (NULL);
}

/* A window with nothing but the view in it */

typedef struct
{
  GtkWidget         *window;
  AetherDisplayView *view;
  AetherFramebuffer *framebuffer;
  TestSink          *sink;
} Fixture;

static void
await_size (Fixture *fixture, int width, int height)
{
  AWAIT (gtk_widget_get_width (GTK_WIDGET (fixture->view)) == width &&
         gtk_widget_get_height (GTK_WIDGET (fixture->view)) == height);
}

static void
resize (Fixture *fixture, int width, int height)
{
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), width, height);
  await_size (fixture, width, height);
}

static void
show_picture (Fixture *fixture, guint width, guint height)
{
  g_autofree guint8 *pixels = g_malloc0 ((gsize) width * height * 4);
  g_autoptr(GError) error = NULL;

  aether_framebuffer_set_pixels (fixture->framebuffer, width, height, width * 4, X8R8G8B8,
                                 pixels, (gsize) width * height * 4, &error);
  g_assert_no_error (error);
  iterate (100);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  fixture->framebuffer = aether_framebuffer_new ();
  fixture->sink = g_object_new (TEST_TYPE_SINK, NULL);
  fixture->view = AETHER_DISPLAY_VIEW (aether_display_view_new ());
  aether_display_view_set_framebuffer (fixture->view, fixture->framebuffer);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (fixture->view));

  fixture->window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (fixture->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), scrolled);
  gtk_window_present (GTK_WINDOW (fixture->window));
  await_size (fixture, 500, 400);
  show_picture (fixture, WIDTH, HEIGHT);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  iterate (20);
  g_assert_null (fixture->view);
  g_assert_finalize_object (fixture->sink);
  g_assert_finalize_object (fixture->framebuffer);
}

static GtkAdjustment *
get_adjustment (Fixture *fixture, const char *which)
{
  GtkAdjustment *adjustment;

  g_object_get (fixture->view, which, &adjustment, NULL);
  g_object_unref (adjustment);
  return adjustment;
}

static double
can_pan (Fixture *fixture, const char *which)
{
  GtkAdjustment *adjustment = get_adjustment (fixture, which);

  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);
}

static void
test_pan (Fixture *fixture, gconstpointer data)
{
  /* Fits: nothing to pan */
  g_assert_cmpfloat (can_pan (fixture, "hadjustment"), ==, 0);
  g_assert_false (aether_display_view_pan_by (fixture->view, 10, 10));

  g_object_set (fixture->view, "scaling", AETHER_VIEW_SCALING_PIXELS, NULL);
  g_assert_cmpfloat (can_pan (fixture, "hadjustment"), ==, WIDTH - 500);
  g_assert_cmpfloat (can_pan (fixture, "vadjustment"), ==, HEIGHT - 400);
  g_assert_true (aether_display_view_pan_by (fixture->view, 100, 20));
  g_assert_true (aether_display_view_pan_by (fixture->view, 1000, 0));
  g_assert_false (aether_display_view_pan_by (fixture->view, 1, 0));
  g_assert_cmpfloat (gtk_adjustment_get_value (get_adjustment (fixture, "hadjustment")), ==,
                     WIDTH - 500);
  g_assert_cmpfloat (gtk_adjustment_get_value (get_adjustment (fixture, "vadjustment")), ==, 20);

  /* The window grows: there is less to pan, and no room behind the picture. */
  resize (fixture, 700, 400);
  g_assert_cmpfloat (gtk_adjustment_get_value (get_adjustment (fixture, "hadjustment")), ==,
                     WIDTH - 700);

  /* The machine changes its mode */
  show_picture (fixture, 640, 300);
  g_assert_cmpfloat (can_pan (fixture, "hadjustment"), ==, 0);
  g_assert_cmpfloat (can_pan (fixture, "vadjustment"), ==, 0);
}

/* What lies between the fingers stays there. */
static void
test_magnify (Fixture *fixture, gconstpointer data)
{
  aether_display_view_magnify (fixture->view, 2, 250, 200);
  g_assert_cmpfloat_with_epsilon (can_pan (fixture, "hadjustment"), 500, 1);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (get_adjustment (fixture, "hadjustment")),
                                  250, 1.5);

  /* Smaller than all of it does not go, and another scaling begins anew. */
  aether_display_view_magnify (fixture->view, 0.01, 0, 0);
  g_assert_cmpfloat (can_pan (fixture, "hadjustment"), ==, 0);
  aether_display_view_magnify (fixture->view, 100, 0, 0);
  g_object_set (fixture->view, "scaling", AETHER_VIEW_SCALING_FIT, NULL);
  g_assert_cmpfloat (can_pan (fixture, "hadjustment"), ==, 0);
}

static void
test_wish (Fixture *fixture, gconstpointer data)
{
  aether_display_view_set_sink (fixture->view, AETHER_INPUT_SINK (fixture->sink));
  iterate (400);
  g_assert_cmpstr (fixture->sink->text->str, ==, "");

  g_object_set (fixture->view, "resizes-guest", TRUE, NULL);
  iterate (400);
  g_assert_cmpstr (fixture->sink->text->str, ==, "500x400 ");

  /* While the window is being dragged, nothing is asked for. */
  for (int width = 510; width <= 600; width += 10)
    resize (fixture, width, 400);
  resize (fixture, 601, 401);
  g_assert_cmpstr (fixture->sink->text->str, ==, "500x400 ");
  iterate (500);
  g_assert_cmpstr (fixture->sink->text->str, ==, "500x400 600x400 ");

  /* There and back is no wish. */
  resize (fixture, 700, 400);
  resize (fixture, 600, 400);
  iterate (400);
  g_assert_cmpstr (fixture->sink->text->str, ==, "500x400 600x400 ");

  /* Another machine, or the same one after a start, has not been asked. */
  aether_display_view_set_sink (fixture->view, NULL);
  aether_display_view_set_sink (fixture->view, AETHER_INPUT_SINK (fixture->sink));
  iterate (400);
  g_assert_cmpstr (fixture->sink->text->str, ==, "500x400 600x400 600x400 ");

  g_object_set (fixture->view, "resizes-guest", FALSE, NULL);
  resize (fixture, 700, 400);
  iterate (400);
  g_assert_cmpstr (fixture->sink->text->str, ==, "500x400 600x400 600x400 ");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
#define ADD(path, func) \
  g_test_add ("/aether/display-view/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("pan", test_pan);
  ADD ("magnify", test_magnify);
  ADD ("wish", test_wish);

  return g_test_run ();
}
