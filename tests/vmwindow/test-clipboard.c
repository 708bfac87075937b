/* test-clipboard.c - what goes over when, between this computer's clipboard and a machine's
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-clipboard.h"

#include "wait.h"

/* --- a machine that keeps what it is offered ----------------------------------------- */

#define FAKE_TYPE_SOURCE (fake_source_get_type ())
G_DECLARE_FINAL_TYPE (FakeSource, fake_source, FAKE, SOURCE, GObject)
struct _FakeSource
{
  GObject  parent_instance;
  char    *offered;
};

static void
fake_offer_text (AetherDisplaySource *source, const char *text)
{
  g_set_str (&((FakeSource *) source)->offered, text);
}

static void
fake_iface_init (AetherDisplaySourceInterface *iface)
{
  iface->offer_text = fake_offer_text;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSource, fake_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_INPUT_SINK, NULL)
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_DISPLAY_SOURCE, fake_iface_init))

static void
fake_source_finalize (GObject *object)
{
  g_free (FAKE_SOURCE (object)->offered);
  G_OBJECT_CLASS (fake_source_parent_class)->finalize (object);
}

static void
fake_source_class_init (FakeSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_source_finalize;
}

static void
fake_source_init (FakeSource *self)
{
}

/* --- fixture --------------------------------------------------------------------------- */

typedef struct
{
  GtkWindow       *window, *other;
  GdkClipboard    *system;
  AetherClipboard *clipboard;
  FakeSource      *source;
} Fixture;

static gboolean
tick_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Whatever was on its way has come. */
static void
settle (void)
{
  gboolean over = FALSE;

  g_timeout_add (150, tick_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
activate (GtkWindow *window)
{
  gtk_window_present (window);
  AWAIT (gtk_window_is_active (window));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->other = GTK_WINDOW (gtk_window_new ());
  fixture->window = GTK_WINDOW (gtk_window_new ());
  activate (fixture->other);
  activate (fixture->window);
  fixture->system = gtk_widget_get_clipboard (GTK_WIDGET (fixture->window));
  gdk_clipboard_set_content (fixture->system, NULL);
  fixture->source = g_object_new (FAKE_TYPE_SOURCE, NULL);
  fixture->clipboard = aether_clipboard_new (fixture->window);
  aether_clipboard_set_source (fixture->clipboard, AETHER_DISPLAY_SOURCE (fixture->source));
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  aether_clipboard_set_source (fixture->clipboard, NULL);
  settle ();
  g_assert_finalize_object (fixture->clipboard);
  g_assert_finalize_object (fixture->source);
  gtk_window_destroy (fixture->window);
  gtk_window_destroy (fixture->other);
}

static void
copied_in_machine (Fixture *fixture, const char *text)
{
  aether_display_source_text (AETHER_DISPLAY_SOURCE (fixture->source), text);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
  if (*text == NULL)
    *text = g_strdup ("");
}

static void
assert_here (Fixture *fixture, const char *expected)
{
  g_autofree char *text = NULL;

  gdk_clipboard_read_text_async (fixture->system, NULL, read_cb, &text);
  AWAIT (text != NULL);
  g_assert_cmpstr (text, ==, expected);
}

/* --- tests ------------------------------------------------------------------------------ */

static void
test_both_ways (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  gdk_clipboard_set_text (fixture->system, "from here");
  AWAIT (g_strcmp0 (fixture->source->offered, "from here") == 0);
  copied_in_machine (fixture, "from there");
  assert_here (fixture, "from there");

  gdk_clipboard_set_text (fixture->system, text);
  AWAIT (g_strcmp0 (fixture->source->offered, text) == 0);

  /* What came from there does not go back */
  copied_in_machine (fixture, "once");
  settle ();
  g_assert_cmpstr (fixture->source->offered, ==, text);
}

static void
test_nothing_without_focus (Fixture *fixture, gconstpointer data)
{
  gdk_clipboard_set_text (fixture->system, "seen");
  AWAIT (g_strcmp0 (fixture->source->offered, "seen") == 0);

  activate (fixture->other);
  gdk_clipboard_set_text (fixture->system, "a password");
  settle ();
  g_assert_cmpstr (fixture->source->offered, ==, "seen");
  copied_in_machine (fixture, "a secret of the machine");
  settle ();
  assert_here (fixture, "a password");

  /* With the focus it follows: the machine's, which is the newer */
  activate (fixture->window);
  settle ();
  assert_here (fixture, "a secret of the machine");
}

static void
test_one_way (Fixture *fixture, gconstpointer data)
{
  aether_clipboard_set_mode (fixture->clipboard, AETHER_CLIPBOARD_TO_MACHINE);
  gdk_clipboard_set_text (fixture->system, "in");
  AWAIT (g_strcmp0 (fixture->source->offered, "in") == 0);
  copied_in_machine (fixture, "out");
  settle ();
  assert_here (fixture, "in");

  aether_clipboard_set_mode (fixture->clipboard, AETHER_CLIPBOARD_FROM_MACHINE);
  gdk_clipboard_set_text (fixture->system, "in again");
  settle ();
  g_assert_cmpstr (fixture->source->offered, ==, "in");
  copied_in_machine (fixture, "out again");
  assert_here (fixture, "out again");

  aether_clipboard_set_mode (fixture->clipboard, AETHER_CLIPBOARD_OFF);
  gdk_clipboard_set_text (fixture->system, "kept");
  copied_in_machine (fixture, "kept there");
  settle ();
  g_assert_cmpstr (fixture->source->offered, ==, "in");
  assert_here (fixture, "kept");
}

static void
test_too_long (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (AETHER_CLIPBOARD_MAX + 1, 'x');

  gdk_clipboard_set_text (fixture->system, text);
  settle ();
  g_assert_null (fixture->source->offered);
  gdk_clipboard_set_text (fixture->system, "short");
  AWAIT (g_strcmp0 (fixture->source->offered, "short") == 0);
  copied_in_machine (fixture, text);
  settle ();
  assert_here (fixture, "short");
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

#define ADD(name, test) g_test_add ("/aether/clipboard/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("both-ways", test_both_ways);
  ADD ("nothing-without-focus", test_nothing_without_focus);
  ADD ("one-way", test_one_way);
  ADD ("too-long", test_too_long);

  return g_test_run ();
}
