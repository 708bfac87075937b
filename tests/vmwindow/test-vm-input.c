/* test-vm-input.c - the window's ways in: capture, key bar, typing a text
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "window-fixture.h"

#include <linux/input-event-codes.h>

#include "aether-keymap.h"
#include "aether-vm-paste.h"
#include "aether-vm-release-dialog.h"
#include "aether-vm-touch-hub.h"

/* A button that says so, on it or in its tooltip */
static gboolean
says (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) &&
         (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), data) == 0 ||
          g_strcmp0 (gtk_widget_get_tooltip_text (widget), data) == 0);
}

static void
click (Fixture *fixture, const char *name)
{
  GtkWidget *button = fixture_find (fixture->window, says, name);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture_set_up (fixture, NULL);
  AWAIT (aether_view_input_key (fixture->input, KEY_SPACE + 8, TRUE) &&
         gtk_window_is_active (GTK_WINDOW (fixture->window)));
  aether_view_input_release_all (fixture->input);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->view));
  iterate (50);
}

/* What came in since this was last asked, but for the pointer */
static void
assert_input (Fixture *fixture, gsize *from, const char *expected)
{
  MockDisplay *display = mock_machine_get_display (fixture->machine);
  gint64 until = 0;

  while (strlen (mock_display_get_input (display) + *from) < strlen (expected) && wait_on (&until));
  iterate (20);
  g_assert_cmpstr (mock_display_get_input (display) + *from, ==, expected);
  *from = strlen (mock_display_get_input (display));
}

static gsize
begin (Fixture *fixture)
{
  iterate (100);
  return strlen (mock_display_get_input (mock_machine_get_display (fixture->machine)));
}

static void
test_capture_button (Fixture *fixture, gconstpointer data)
{
  GtkToggleButton *button =
    fixture_find (fixture->window, says, "Give the keyboard to the machine (Ctrl + Alt gives it back)");

  g_assert_nonnull (button);
  gtk_toggle_button_set_active (button, TRUE);
  g_assert_true (aether_view_input_get_captured (fixture->input));
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (fixture->view)));
  g_assert_true (says (GTK_WIDGET (button), "The machine has the keyboard (Ctrl + Alt gives it back)"));

  /* Out of the picture without a pointer */
  aether_view_input_key (fixture->input, KEY_LEFTCTRL + 8, TRUE);
  aether_view_input_key (fixture->input, KEY_LEFTALT + 8, TRUE);
  aether_view_input_key (fixture->input, KEY_LEFTALT + 8, FALSE);
  aether_view_input_key (fixture->input, KEY_LEFTCTRL + 8, FALSE);
  g_assert_false (gtk_toggle_button_get_active (button));
  g_assert_true (gtk_widget_has_focus (GTK_WIDGET (button)));

  g_assert_true (aether_view_input_set_release_keys (fixture->input, "ctrl_r", NULL));
  g_assert_true (says (GTK_WIDGET (button),
                       "Give the keyboard to the machine (Right Ctrl gives it back)"));
  g_assert_true (aether_view_input_set_release_keys (fixture->input, "ctrl-alt", NULL));   /* remembered */
}

/* Only there, and once, it is said how to get out again. */
static gboolean
is_hint (GtkWidget *widget, gconstpointer data)
{
  const char *text = GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget))
                     : GTK_IS_INSCRIPTION (widget) ? gtk_inscription_get_text (GTK_INSCRIPTION (widget))
                     : NULL;

  return g_strcmp0 (text, "Press Ctrl + Alt to get the keyboard back") == 0;
}

static void
test_capture_hint (Fixture *fixture, gconstpointer data)
{
  gboolean auto_capture;

  g_object_get (fixture->input, "auto-capture", &auto_capture, NULL);
  g_assert_true (auto_capture);
  g_assert_null (fixture_find (fixture->window, is_hint, NULL));
  g_assert_true (aether_view_input_set_captured (fixture->input, TRUE));
  AWAIT (fixture_find (fixture->window, is_hint, NULL));
}

static void
test_hub (Fixture *fixture, gconstpointer data)
{
  gsize from = begin (fixture);
  GtkWidget *hub = fixture_find_type (fixture->window, AETHER_TYPE_VM_TOUCH_HUB);

  g_assert_false (gtk_widget_get_visible (hub));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "input.key-bar", NULL);
  g_assert_true (gtk_widget_get_visible (hub));
  iterate (100);

  click (fixture, "Escape");
  assert_input (fixture, &from, "key 1 1; key 1 0; ");
  click (fixture, "Ctrl + Alt + Delete");
  assert_input (fixture, &from, "key 29 1; key 56 1; key 211 1; key 211 0; key 56 0; key 29 0; ");

  /* For one key */
  click (fixture, "Ctrl");
  click (fixture, "F2");
  click (fixture, "F2");
  assert_input (fixture, &from, "key 29 1; key 60 1; key 60 0; key 29 0; key 60 1; key 60 0; ");

  /* Until pressed again */
  click (fixture, "Shift");
  click (fixture, "Shift");
  click (fixture, "Left");
  click (fixture, "Left");
  click (fixture, "Shift");
  assert_input (fixture, &from,
                "key 42 1; key 203 1; key 203 0; key 203 1; key 203 0; key 42 0; ");

  /* The on-screen keyboard's */
  click (fixture, "Alt");
  aether_vm_touch_hub_type (AETHER_VM_TOUCH_HUB (hub), "aB");
  assert_input (fixture, &from, "key 56 1; key 30 1; key 30 0; key 42 1; key 48 1; key 48 0; "
                "key 42 0; key 56 0; ");
  g_object_set (hub, "layout", "de", NULL);
  aether_vm_touch_hub_type (AETHER_VM_TOUCH_HUB (hub), "z漢");   /* the second has no key */
  assert_input (fixture, &from, "key 21 1; key 21 0; ");

  /* Nothing sticks when the bar goes, or the focus */
  click (fixture, "Super");
  gtk_widget_set_visible (hub, FALSE);
  assert_input (fixture, &from, "key 219 1; key 219 0; ");
  gtk_widget_set_visible (hub, TRUE);
  iterate (50);
  click (fixture, "Super");
  aether_view_input_release_all (fixture->input);
  assert_input (fixture, &from, "key 219 1; key 219 0; ");
  g_assert_false (gtk_toggle_button_get_active (fixture_find (fixture->window, says, "Super")));
}

static AetherVmPaste *
open_paste (Fixture *fixture, const char *text)
{
  AdwDialog *dialog;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), text);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.paste-keys", NULL);
  dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
  iterate (300);
  return AETHER_VM_PASTE (dialog);
}

static void
await_calls (Fixture *fixture, const char *expected)
{
  gint64 until = 0;

  while (strlen (mock_machine_get_calls (fixture->machine)) < strlen (expected) && wait_on (&until));
  g_assert_cmpstr (mock_machine_get_calls (fixture->machine), ==, expected);
}

static gpointer
get_dialog (Fixture *fixture)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window));
}

static void
test_paste (Fixture *fixture, gconstpointer data)
{
  AetherVmPaste *paste = open_paste (fixture, "Grüße,\r\nund zwar viele an alle!");
  GtkWidget *type = fixture_find (paste, says, "_Type");

  /* No key of a US keyboard does ü */
  g_assert_false (gtk_widget_get_sensitive (type));
  g_object_set (paste, "layout", "de", NULL);
  g_assert_true (gtk_widget_get_sensitive (type));
  g_signal_emit_by_name (type, "clicked");
  await_calls (fixture, "de:Grüße,\nund zwar viele an de: alle! ");
  AWAIT (!get_dialog (fixture));
}

static void
test_paste_stopped (Fixture *fixture, gconstpointer data)
{
  AetherVmPaste *paste = open_paste (fixture, "A text that is long enough for two parts");
  AdwBanner *banner = fixture_find_type (paste, ADW_TYPE_BANNER);
  GtkTextView *view = fixture_find_type (paste, GTK_TYPE_TEXT_VIEW);
  g_autofree char *left = NULL;

  mock_machine_set_mute (fixture->machine, TRUE);
  g_signal_emit_by_name (fixture_find (paste, says, "_Type"), "clicked");
  await_calls (fixture, "us:A text that is long enou ");
  g_signal_emit_by_name (fixture_find (paste, says, "_Stop"), "clicked");
  await_calls (fixture, "us:A text that is long enou stop ");
  AWAIT (adw_banner_get_revealed (banner));
  g_object_get (gtk_text_view_get_buffer (view), "text", &left, NULL);
  g_assert_cmpstr (left, ==, "A text that is long enough for two parts");

  adw_dialog_close (ADW_DIALOG (paste));
  AWAIT (!get_dialog (fixture));
}

/* The window goes while a text is typed. */
static void
test_paste_window_goes (Fixture *fixture, gconstpointer data)
{
  AetherVmPaste *paste = open_paste (fixture, "text");

  mock_machine_set_mute (fixture->machine, TRUE);
  g_signal_emit_by_name (fixture_find (paste, says, "_Type"), "clicked");
  await_calls (fixture, "us:text ");
}

static void
test_paste_names (Fixture *fixture, gconstpointer data)
{
  AetherVmPaste *paste = open_paste (fixture, "x");
  GtkWidget *view = fixture_find_type (paste, GTK_TYPE_TEXT_VIEW);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Text to type");
  g_assert_true (gtk_widget_is_focus (view) || gtk_widget_has_focus (view));
  adw_dialog_close (ADW_DIALOG (paste));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, func) \
  g_test_add ("/aether/vm-input/" path, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("capture-button", test_capture_button);
  ADD ("capture-hint", test_capture_hint);
  ADD ("hub", test_hub);
  ADD ("paste", test_paste);
  ADD ("paste-stopped", test_paste_stopped);
  ADD ("paste-window-goes", test_paste_window_goes);
  ADD ("paste-names", test_paste_names);

  return g_test_run ();
}
