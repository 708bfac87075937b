/* redraw.c - what a changed picture costs to show
 *
 * Usage: bench-redraw
 *
 * A window of 1920 x 1080 shows memory that a painter changes before every
 * frame: all of it; 64 x 64 pixels; and 64 x 64 pixels while the damage says
 * all, as Linux guests do with virtio graphics. Our view and a widget that makes a new texture of the whole
 * memory each time (without copying it, which a real one must) take turns.
 * CPU of the process; the painter's is in both.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aether-display-view.h"
#include "figures.h"

#define WIDTH 1920
#define HEIGHT 1080
#define STRIDE (WIDTH * 4)
#define BOX 64
#define ROUNDS 4
#define WARM_UP 10    /* frames of a round before it counts */
#define FRAMES 60
#define X8R8G8B8 0x20020888

static guint32 *memory;
static GBytes *memory_bytes;
static AetherFramebuffer *framebuffer;

/* The widget to compare with */

typedef struct { GtkWidget parent_instance; } PlainView;
typedef struct { GtkWidgetClass parent_class; } PlainViewClass;
static GType plain_view_get_type (void);
G_DEFINE_TYPE (PlainView, plain_view, GTK_TYPE_WIDGET)

static void
plain_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  g_autoptr(GdkTexture) texture = gdk_memory_texture_new (WIDTH, HEIGHT, GDK_MEMORY_B8G8R8X8,
                                                          memory_bytes, STRIDE);

  gtk_snapshot_append_scaled_texture (snapshot, texture, GSK_SCALING_FILTER_NEAREST,
                                      &GRAPHENE_RECT_INIT (0, 0, WIDTH, HEIGHT));
}

static void
plain_view_class_init (PlainViewClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = plain_view_snapshot;
}

static void
plain_view_init (PlainView *self)
{
}

/* The painter */

typedef enum { BOX_SAID, ALL_SAID, ALL } Kind;

static const char *const names[] = { "64x64", "64x64 reported as all", "1920x1080" };

static void
paint (Kind kind)
{
  gboolean all = kind == ALL;
  guint32 colour = g_random_int () & 0xffffff;
  int width = all ? WIDTH : BOX;
  int height = all ? HEIGHT : BOX;
  int x = all ? 0 : g_random_int_range (0, (WIDTH - BOX) / BOX) * BOX;
  int y = all ? 0 : g_random_int_range (0, (HEIGHT - BOX) / BOX) * BOX;

  for (int row = y; row < y + height; row++)
    for (int column = x; column < x + width; column++)
      memory[row * WIDTH + column] = colour + row;

  if (kind == BOX_SAID)
    aether_framebuffer_damage (framebuffer, x, y, width, height);
  else
    aether_framebuffer_damage (framebuffer, 0, 0, WIDTH, HEIGHT);
}

typedef struct
{
  GtkWidget *widget;
  Kind       kind;
  guint      n;
  double     cpu;
  GMainLoop *loop;
} Round;

static double
cpu_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Round *round = user_data;

  if (round->n == WARM_UP)
    round->cpu = cpu_ms ();
  if (round->n++ == WARM_UP + FRAMES)
    {
      round->cpu = (cpu_ms () - round->cpu) / FRAMES;
      g_main_loop_quit (round->loop);
      return G_SOURCE_REMOVE;
    }

  paint (round->kind);
  if (!AETHER_IS_DISPLAY_VIEW (widget))
    gtk_widget_queue_draw (widget);

  return G_SOURCE_CONTINUE;
}

static double
run_round (GtkWindow *window, gboolean ours, Kind kind)
{
  Round round = { .kind = kind };

  round.loop = g_main_loop_new (NULL, FALSE);
  round.widget = ours ? aether_display_view_new () : g_object_new (plain_view_get_type (), NULL);
  if (ours)
    aether_display_view_set_framebuffer (AETHER_DISPLAY_VIEW (round.widget), framebuffer);
  gtk_window_set_child (window, round.widget);
  gtk_widget_add_tick_callback (round.widget, tick_cb, &round, NULL);
  g_main_loop_run (round.loop);
  g_main_loop_unref (round.loop);

  return round.cpu;
}

static void
measure (GtkWindow *window, Kind kind)
{
  Figures *ours = figures_new (), *theirs = figures_new ();
  const char *renderer = g_getenv ("GSK_RENDERER");
  g_autofree char *what = g_strdup_printf ("redraw %s, %s", names[kind],
                                           renderer ? renderer : "default");

  for (int i = 0; i < ROUNDS; i++)
    {
      figures_add (ours, run_round (window, TRUE, kind));
      figures_add (theirs, run_round (window, FALSE, kind));
    }
  figures_print (what, ours, "new texture a frame", theirs, "ms CPU");
  g_array_unref (ours);
  g_array_unref (theirs);
}

int
main (int argc, char *argv[])
{
  g_autoptr(GError) error = NULL;
  GtkWidget *window;
  int fd = memfd_create ("frame", MFD_CLOEXEC);

  gtk_init ();
  if (fd < 0 || ftruncate (fd, STRIDE * HEIGHT) < 0)
    return 1;
  memory = mmap (NULL, STRIDE * HEIGHT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  memory_bytes = g_bytes_new_static (memory, STRIDE * HEIGHT);
  framebuffer = aether_framebuffer_new ();
  if (!aether_framebuffer_set_map (framebuffer, fd, 0, WIDTH, HEIGHT, STRIDE, X8R8G8B8, &error))
    g_error ("%s", error->message);

  window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_present (GTK_WINDOW (window));
  for (Kind kind = BOX_SAID; kind <= ALL; kind++)
    measure (GTK_WINDOW (window), kind);

  return 0;
}
