/* test-view-input.c - what a machine hears of keys and pointer
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-view-input.h"

#include <linux/input-event-codes.h>

#include "aether-display-view.h"
#include "wait.h"

#define KEYCODE(evdev) ((evdev) + 8)

/* Writes down what it gets. */
typedef struct
{
  GObject   parent_instance;
  GString  *heard;
  gboolean  relative;
  gboolean  only_keys;
  AetherLeds leds;
  guint     n_down[256];
  guint     n_buttons[AETHER_N_BUTTONS];
} Recorder;
typedef struct { GObjectClass parent_class; } RecorderClass;
static GType recorder_get_type (void);

static void
recorder_key (AetherInputSink *sink, guint qnum, gboolean down)
{
  ((Recorder *) sink)->n_down[qnum] = down;
  g_string_append_printf (((Recorder *) sink)->heard, "key %u %s; ", qnum, down ? "down" : "up");
}

static void
recorder_button (AetherInputSink *sink, AetherButton button, gboolean down)
{
  ((Recorder *) sink)->n_buttons[button] = down;
  g_string_append_printf (((Recorder *) sink)->heard, "button %u %s; ", button,
                          down ? "down" : "up");
}

static void
recorder_position (AetherInputSink *sink, guint x, guint y)
{
  if (!((Recorder *) sink)->only_keys)
    g_string_append_printf (((Recorder *) sink)->heard, "at %u %u; ", x, y);
}

static void
recorder_motion (AetherInputSink *sink, int dx, int dy)
{
  g_string_append_printf (((Recorder *) sink)->heard, "by %d %d; ", dx, dy);
}

static gboolean
recorder_is_absolute (AetherInputSink *sink)
{
  return !((Recorder *) sink)->relative;
}

static AetherLeds
recorder_get_leds (AetherInputSink *sink)
{
  return ((Recorder *) sink)->leds;
}

static void
recorder_sink_init (AetherInputSinkInterface *iface)
{
  iface->key = recorder_key;
  iface->button = recorder_button;
  iface->position = recorder_position;
  iface->motion = recorder_motion;
  iface->is_absolute = recorder_is_absolute;
  iface->get_leds = recorder_get_leds;
}

G_DEFINE_TYPE_WITH_CODE (Recorder, recorder, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (AETHER_TYPE_INPUT_SINK, recorder_sink_init))

static void
recorder_finalize (GObject *object)
{
  g_string_free (((Recorder *) object)->heard, TRUE);
  G_OBJECT_CLASS (recorder_parent_class)->finalize (object);
}

static void
recorder_class_init (RecorderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = recorder_finalize;
}

static void
recorder_init (Recorder *self)
{
  self->heard = g_string_new (NULL);
}

/* 200 x 100 pixels at twice their size, from 10, 20 on */
static gboolean
map (GtkWidget *view, double x, double y, double *picture_x, double *picture_y, guint *width,
     guint *height)
{
  *picture_x = (x - 10) / 2;
  *picture_y = (y - 20) / 2;
  *width = 200;
  *height = 100;
  return TRUE;
}

typedef struct
{
  GtkWidget       *window;
  GtkWidget       *view;
  GtkWidget       *other;
  AetherViewInput *input;
  Recorder        *recorder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->window = gtk_window_new ();
  fixture->view = gtk_drawing_area_new ();
  gtk_widget_set_focusable (fixture->view, TRUE);
  gtk_widget_set_size_request (fixture->view, 420, 240);
  fixture->other = gtk_button_new_with_mnemonic ("_File");
  gtk_box_append (GTK_BOX (box), fixture->other);
  gtk_box_append (GTK_BOX (box), fixture->view);
  fixture->input = aether_view_input_new (fixture->view, map);
  fixture->recorder = g_object_new (recorder_get_type (), NULL);
  aether_view_input_set_sink (fixture->input, AETHER_INPUT_SINK (fixture->recorder));
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_widget_grab_focus (fixture->view);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_run_dispose (G_OBJECT (fixture->input));
  g_assert_finalize_object (fixture->input);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->recorder);
}

static void
assert_heard (Fixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->recorder->heard->str, ==, expected);
  g_string_truncate (fixture->recorder->heard, 0);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  AetherViewInput *input = fixture->input;

  g_assert_true (aether_view_input_key (input, KEYCODE (KEY_A), TRUE));
  g_assert_true (aether_view_input_key (input, KEYCODE (KEY_A), TRUE));   /* auto-repeat */
  g_assert_true (aether_view_input_key (input, KEYCODE (KEY_A), FALSE));
  assert_heard (fixture, "key 30 down; key 30 down; key 30 up; ");

  /* Released without a press, and keys that no keyboard has */
  g_assert_false (aether_view_input_key (input, KEYCODE (KEY_B), FALSE));
  g_assert_false (aether_view_input_key (input, 3, TRUE));
  g_assert_false (aether_view_input_key (input, KEYCODE (700), TRUE));
  assert_heard (fixture, "");
}

static void
test_release_all (Fixture *fixture, gconstpointer data)
{
  AetherViewInput *input = fixture->input;

  aether_view_input_key (input, KEYCODE (KEY_LEFTCTRL), TRUE);
  aether_view_input_key (input, KEYCODE (KEY_LEFTALT), TRUE);
  aether_view_input_button (input, GDK_BUTTON_PRIMARY, TRUE);
  assert_heard (fixture, "key 29 down; key 56 down; button 0 down; ");

  aether_view_input_release_all (input);
  assert_heard (fixture, "key 29 up; key 56 up; button 0 up; ");
  aether_view_input_release_all (input);
  assert_heard (fixture, "");
}

static void
test_focus_leaves (Fixture *fixture, gconstpointer data)
{
  aether_view_input_key (fixture->input, KEYCODE (KEY_LEFTSHIFT), TRUE);
  gtk_widget_grab_focus (fixture->other);
  iterate (50);
  assert_heard (fixture, "key 42 down; key 42 up; ");
}

static void
test_sink_goes (Fixture *fixture, gconstpointer data)
{
  aether_view_input_key (fixture->input, KEYCODE (KEY_LEFTSHIFT), TRUE);
  aether_view_input_set_sink (fixture->input, NULL);
  assert_heard (fixture, "key 42 down; key 42 up; ");

  g_assert_false (aether_view_input_key (fixture->input, KEYCODE (KEY_A), TRUE));
  aether_view_input_pointer (fixture->input, 50, 50);
  aether_view_input_button (fixture->input, GDK_BUTTON_PRIMARY, TRUE);
  aether_view_input_scroll (fixture->input, 0, 3);
  assert_heard (fixture, "");
}

static void
test_view_goes (Fixture *fixture, gconstpointer data)
{
  aether_view_input_key (fixture->input, KEYCODE (KEY_LEFTSHIFT), TRUE);
  g_object_ref (fixture->view);
  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (fixture->view)), fixture->view);
  assert_heard (fixture, "key 42 down; key 42 up; ");
  g_object_unref (fixture->view);
}

static void
test_absolute (Fixture *fixture, gconstpointer data)
{
  aether_view_input_pointer (fixture->input, 10, 20);
  aether_view_input_pointer (fixture->input, 111, 121);
  aether_view_input_pointer (fixture->input, -500, 9000);   /* a drag out of the window */
  assert_heard (fixture, "at 0 0; at 50 50; at 0 99; ");
}

static void
test_relative (Fixture *fixture, gconstpointer data)
{
  fixture->recorder->relative = TRUE;
  aether_view_input_pointer (fixture->input, 10, 20);
  aether_view_input_pointer (fixture->input, 20, 18);
  aether_view_input_pointer (fixture->input, 30, 40);
  aether_view_input_pointer (fixture->input, 30, 40);
  assert_heard (fixture, "by 5 0; by 5 10; ");
}

static void
test_buttons (Fixture *fixture, gconstpointer data)
{
  static const guint gdk_buttons[] = { 1, 2, 3, 8, 9 };

  for (gsize i = 0; i < G_N_ELEMENTS (gdk_buttons); i++)
    {
      aether_view_input_button (fixture->input, gdk_buttons[i], TRUE);
      aether_view_input_button (fixture->input, gdk_buttons[i], FALSE);
    }
  assert_heard (fixture, "button 0 down; button 0 up; button 1 down; button 1 up; "
                "button 2 down; button 2 up; button 5 down; button 5 up; "
                "button 6 down; button 6 up; ");

  /* 4 to 7 are an old X wheel; 0 and 77 are nothing. */
  aether_view_input_button (fixture->input, 0, TRUE);
  aether_view_input_button (fixture->input, 5, TRUE);
  aether_view_input_button (fixture->input, 77, TRUE);
  aether_view_input_button (fixture->input, 1, FALSE);
  assert_heard (fixture, "");
}

static void
test_wheel (Fixture *fixture, gconstpointer data)
{
  aether_view_input_scroll (fixture->input, 0, 0.5);
  assert_heard (fixture, "");
  aether_view_input_scroll (fixture->input, 0, 0.5);
  assert_heard (fixture, "button 4 down; button 4 up; ");
  aether_view_input_scroll (fixture->input, 0, -2);
  assert_heard (fixture, "button 3 down; button 3 up; button 3 down; button 3 up; ");
}

/* Keys of a real keyboard reach the machine before GTK's shortcuts do. */
static void
test_typed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *xdotool = g_getenv ("DISPLAY") ? g_find_program_in_path ("xdotool") : NULL;
  const char *expected = "key 30 down; key 30 up; key 15 down; key 15 up; key 68 down; key 68 up; "
                         "key 56 down; key 33 down; key 33 up; key 56 up; ";

  if (xdotool == NULL)
    {
      g_test_skip ("there is no X server, or no xdotool");
      return;
    }

  AWAIT (gtk_window_is_active (GTK_WINDOW (fixture->window)));
  fixture->recorder->only_keys = TRUE;
  g_assert_true (g_spawn_command_line_async ("xdotool key --delay 40 a Tab F10 keydown Alt_L "
                                             "key f keyup Alt_L", NULL));
  for (int i = 0; i < 500 && fixture->recorder->heard->len < strlen (expected); i++)
    iterate (10);
  assert_heard (fixture, expected);
  g_assert_true (gtk_widget_has_focus (fixture->view));

  /* F11 is the window's. */
  g_assert_true (g_spawn_command_line_async ("xdotool key --delay 40 F11 b", NULL));
  for (int i = 0; i < 500 && fixture->recorder->heard->len < strlen ("key 48 down; key 48 up; ");
       i++)
    iterate (10);
  assert_heard (fixture, "key 48 down; key 48 up; ");
}

/* Sideways */
static void
test_tilt (Fixture *fixture, gconstpointer data)
{
  aether_view_input_scroll (fixture->input, -1, 0);
  aether_view_input_scroll (fixture->input, 0.6, 0);
  aether_view_input_scroll (fixture->input, 0.6, 0);
  assert_heard (fixture, "button 7 down; button 7 up; button 8 down; button 8 up; ");

  /* A flood is cut */
  aether_view_input_scroll (fixture->input, 0, 1e9);
  g_assert_cmpuint (fixture->recorder->heard->len, ==,
                    32 * strlen ("button 4 down; button 4 up; "));
}

static void
test_locks (Fixture *fixture, gconstpointer data)
{
  AetherViewInput *input = fixture->input;

  /* It never said which lights are on */
  aether_view_input_sync_locks (input, AETHER_LED_CAPS);
  assert_heard (fixture, "");

  fixture->recorder->leds = AETHER_LED_KNOWN | AETHER_LED_NUM;
  aether_view_input_sync_locks (input, AETHER_LED_CAPS | AETHER_LED_NUM);
  assert_heard (fixture, "key 58 down; key 58 up; ");

  /* No answer: not again, or Caps Lock would flip each time */
  aether_view_input_sync_locks (input, AETHER_LED_CAPS | AETHER_LED_NUM);
  assert_heard (fixture, "");

  fixture->recorder->leds |= AETHER_LED_CAPS;
  aether_input_sink_leds_changed (AETHER_INPUT_SINK (fixture->recorder));
  aether_view_input_sync_locks (input, AETHER_LED_CAPS | AETHER_LED_NUM);
  assert_heard (fixture, "");
  aether_view_input_sync_locks (input, AETHER_LED_SCROLL);
  assert_heard (fixture, "key 58 down; key 58 up; key 69 down; key 69 up; key 70 down; key 70 up; ");
}

static void
released_cb (AetherViewInput *input, gpointer user_data)
{
  *(guint *) user_data += 1;
}

static void
await_active (Fixture *fixture)
{
  AWAIT (gtk_window_is_active (GTK_WINDOW (fixture->window)));
}

static void
test_capture (Fixture *fixture, gconstpointer data)
{
  AetherViewInput *input = fixture->input;
  guint n_released = 0;

  g_signal_connect (input, "released", G_CALLBACK (released_cb), &n_released);
  await_active (fixture);
  g_assert_true (aether_view_input_set_captured (input, TRUE));
  iterate (100);
  g_assert_true (aether_view_input_get_captured (input));   /* the grab takes no focus */
  g_assert_false (aether_view_input_get_locked (input));    /* a tablet needs none */

  aether_view_input_key (input, KEYCODE (KEY_LEFTCTRL), TRUE);
  aether_view_input_key (input, KEYCODE (KEY_LEFTALT), TRUE);
  aether_view_input_key (input, KEYCODE (KEY_LEFTALT), FALSE);
  assert_heard (fixture, "key 29 down; key 56 down; key 56 up; key 29 up; ");
  g_assert_cmpuint (n_released, ==, 1);
  g_assert_false (aether_view_input_get_captured (input));
  aether_view_input_key (input, KEYCODE (KEY_LEFTCTRL), FALSE);
  assert_heard (fixture, "");

  /* Changed: the old keys are the machine's again */
  g_assert_true (aether_view_input_set_release_keys (input, "ctrl_r", NULL));
  g_assert_true (aether_view_input_set_captured (input, TRUE));
  aether_view_input_key (input, KEYCODE (KEY_LEFTCTRL), TRUE);
  aether_view_input_key (input, KEYCODE (KEY_LEFTALT), TRUE);
  aether_view_input_key (input, KEYCODE (KEY_LEFTALT), FALSE);
  aether_view_input_key (input, KEYCODE (KEY_LEFTCTRL), FALSE);
  g_assert_true (aether_view_input_get_captured (input));

  gtk_widget_grab_focus (fixture->other);
  iterate (50);
  g_assert_false (aether_view_input_get_captured (input));
  g_assert_false (aether_view_input_set_captured (input, TRUE));   /* no focus */

  gtk_widget_grab_focus (fixture->view);
  g_assert_true (aether_view_input_set_captured (input, TRUE));
  aether_view_input_set_sink (input, NULL);
  g_assert_false (aether_view_input_get_captured (input));
}

/* A mouse goes on and on, also where the screen ends. */
static void
test_pointer_lock (Fixture *fixture, gconstpointer data)
{
  g_autofree char *xdotool = g_getenv ("DISPLAY") ? g_find_program_in_path ("xdotool") : NULL;
  const char *script = "xdotool mousemove 640 400";
  int x = 0;

  if (xdotool == NULL)
    {
      g_test_skip ("there is no X server, or no xdotool");
      return;
    }

  fixture->recorder->relative = TRUE;
  await_active (fixture);
  g_assert_true (g_spawn_command_line_sync (script, NULL, NULL, NULL, NULL));
  iterate (100);
  g_assert_true (aether_view_input_set_captured (fixture->input, TRUE));
  g_assert_true (aether_view_input_get_locked (fixture->input));
  g_assert_true (g_spawn_command_line_sync ("xdotool mousemove_relative 1 0", NULL, NULL, NULL, NULL));
  iterate (200);
  g_string_truncate (fixture->recorder->heard, 0);

  for (int i = 0; i < 60; i++)
    {
      g_assert_true (g_spawn_command_line_sync ("xdotool mousemove_relative 40 0", NULL, NULL, NULL,
                                                NULL));
      iterate (20);
    }
  iterate (100);

  for (const char *p = fixture->recorder->heard->str; (p = strstr (p, "by ")); p++)
    x += atoi (p + 3);
  g_test_message ("%d pixels: %s", x, fixture->recorder->heard->str);

  /* 60 times 40, of which two are a pixel; at most a step is lost on the way back */
  g_assert_cmpint (x, >, 1000);
  g_assert_cmpint (x, <=, 1200);

  aether_view_input_set_captured (fixture->input, FALSE);
  g_assert_false (aether_view_input_get_locked (fixture->input));
}

/* Whatever happens to keys, buttons, focus and machine: in the end nothing is
 * held. */
static void
test_nothing_stays (Fixture *fixture, gconstpointer data)
{
  AetherViewInput *input = fixture->input;
  Recorder *recorder = fixture->recorder;

  for (guint i = 0; i < 10000; i++)
    {
      switch (g_test_rand_int_range (0, 12))
        {
        case 0: gtk_widget_grab_focus (fixture->other); break;
        case 1: gtk_widget_grab_focus (fixture->view); break;
        case 2: aether_view_input_set_sink (input, NULL); break;
        case 3: aether_view_input_set_sink (input, AETHER_INPUT_SINK (recorder)); break;
        case 4: aether_view_input_set_captured (input, g_test_rand_bit ()); break;
        case 5: aether_view_input_release_all (input); break;
        case 6: aether_view_input_button (input, g_test_rand_int_range (1, 10), g_test_rand_bit ()); break;
        default: aether_view_input_key (input, KEYCODE (g_test_rand_int_range (0, 130)), g_test_rand_bit ());
        }
      if (i % 64 == 0)
        iterate (1);
    }

  gtk_widget_grab_focus (fixture->view);
  aether_view_input_set_sink (input, AETHER_INPUT_SINK (recorder));
  aether_view_input_key (input, KEYCODE (KEY_LEFTCTRL), TRUE);
  g_assert_cmpuint (recorder->n_down[29], ==, 1);
  gtk_widget_grab_focus (fixture->other);
  iterate (50);
  for (guint qnum = 0; qnum < 256; qnum++)
    g_assert_cmpuint (recorder->n_down[qnum], ==, 0);
  for (guint button = 0; button < AETHER_N_BUTTONS; button++)
    g_assert_cmpuint (recorder->n_buttons[button], ==, 0);
}

static void
test_view_new_destroy (void)
{
  GtkWidget *view = g_object_ref_sink (aether_display_view_new ());
  AetherFramebuffer *framebuffer = aether_framebuffer_new ();

  aether_display_view_set_framebuffer (AETHER_DISPLAY_VIEW (view), framebuffer);
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_ROLE_IMG);
  g_assert_finalize_object (view);
  g_assert_finalize_object (framebuffer);
}

/* Nothing changes: no frame is asked for. A change: it is read. */
static void
test_view_sleeps (void)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = aether_display_view_new ();
  guint32 pixels[16 * 16] = { 0 };
  GdkFrameClock *clock;
  gint64 before;

  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 200);
  gtk_window_present (GTK_WINDOW (window));
  aether_display_view_set_framebuffer (AETHER_DISPLAY_VIEW (view), framebuffer);
  g_assert_true (aether_framebuffer_set_pixels (framebuffer, 16, 16, 64, 0x20020888,
                                                (guint8 *) pixels, sizeof pixels, NULL));
  AWAIT (aether_display_view_has_picture (AETHER_DISPLAY_VIEW (view)));
  iterate (500);

  clock = gtk_widget_get_frame_clock (view);
  before = gdk_frame_clock_get_frame_counter (clock);
  iterate (300);
  g_assert_cmpint (gdk_frame_clock_get_frame_counter (clock), ==, before);

  aether_framebuffer_damage (framebuffer, 0, 0, 4, 4);
  for (int i = 0; i < 200 && gdk_frame_clock_get_frame_counter (clock) == before; i++)
    iterate (10);
  g_assert_cmpint (gdk_frame_clock_get_frame_counter (clock), >, before);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
#define ADD(path, func) \
  g_test_add ("/aether/view-input/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("keys", test_keys);
  ADD ("release-all", test_release_all);
  ADD ("focus-leaves", test_focus_leaves);
  ADD ("sink-goes", test_sink_goes);
  ADD ("view-goes", test_view_goes);
  ADD ("absolute", test_absolute);
  ADD ("relative", test_relative);
  ADD ("buttons", test_buttons);
  ADD ("wheel", test_wheel);
  ADD ("tilt", test_tilt);
  ADD ("locks", test_locks);
  ADD ("capture", test_capture);
  ADD ("pointer-lock", test_pointer_lock);
  ADD ("nothing-stays", test_nothing_stays);
  ADD ("typed", test_typed);
  g_test_add_func ("/aether/display-view/new-destroy", test_view_new_destroy);
  g_test_add_func ("/aether/display-view/sleeps", test_view_sleeps);

  return g_test_run ();
}
