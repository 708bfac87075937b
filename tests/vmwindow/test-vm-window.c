/* test-vm-window.c - the window follows its machine, and lets go of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "window-fixture.h"

#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aether-client.h"
#include "aether-vm-curtain.h"
#include "aether-vm-screenshot.h"
#include "aether-vm-window-private.h"

#define X8R8G8B8 0x20020888

/* A widget that is shown and says @text */
static GtkWidget *
find_text (GtkWidget *root, const char *text)
{
  if (!gtk_widget_get_visible (root))
    return NULL;
  if ((GTK_IS_LABEL (root) && g_str_equal (gtk_label_get_label (GTK_LABEL (root)), text)) ||
      (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), text) == 0))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, text);

      if (found)
        return found;
    }

  return NULL;
}

static void
await_text (Fixture *fixture, const char *text)
{
  AWAIT (find_text (GTK_WIDGET (fixture->window), text));
}

static GtkWidget *
get_curtain (Fixture *fixture)
{
  return fixture_find_type (fixture->window, AETHER_TYPE_VM_CURTAIN);
}

static void
await_live (Fixture *fixture)
{
  AWAIT (!gtk_widget_get_visible (get_curtain (fixture)));
}

static void
send_picture (Fixture *fixture, gsize bytes)
{
  MockDisplay *display = mock_machine_get_display (fixture->machine);
  int fd = memfd_create ("frame", MFD_CLOEXEC);

  g_assert_cmpint (ftruncate (fd, bytes), ==, 0);
  mock_display_wait (display);
  mock_display_call (display, TRUE, "ScanoutMap",
                     g_variant_new ("(huuuuu)", 0, 0, 640, 480, 2560, X8R8G8B8), fd, NULL);
  close (fd);
}

static gboolean
is_enabled (Fixture *fixture, const char *action)
{
  GtkWidget *probe = gtk_button_new ();
  gboolean sensitive;

  gtk_actionable_set_action_name (GTK_ACTIONABLE (probe), action);
  gtk_widget_set_parent (probe, GTK_WIDGET (fixture->window));
  sensitive = gtk_widget_get_sensitive (probe);
  gtk_widget_unparent (probe);

  return sensitive;
}

static void
test_off (Fixture *fixture, gconstpointer data)
{
  fixture_open_window (fixture);
  iterate (100);

  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Debian 13 is off"));
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Start"));
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Off"));
  g_assert_null (find_text (GTK_WIDGET (fixture->window), "Show output"));
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (fixture->window)), ==, "Debian 13");
  g_assert_false (is_enabled (fixture, "vm.pause"));
  g_assert_false (is_enabled (fixture, "vm.force-off"));
  g_assert_false (is_enabled (fixture, "vm.screenshot"));
}

/* How a machine is shown is known the next time, and of no other machine. */
static void
test_look_is_remembered (Fixture *fixture, gconstpointer data)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("Other", "x86_64");
  g_autoptr(AetherBundle) other = aether_bundle_create (fixture->folder, machine, NULL);
  AetherVmWindow *second;
  AetherViewScaling scaling;
  AetherViewFilter filter;
  g_autofree char *way = NULL, *other_way = NULL;
  gboolean resizes;
  int width, height;

  fixture_open_window (fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "view.scaling", "s", "pixels");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "view.filter", "s", "nearest");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "view.resizes-guest", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "view.way", "s", "copies");
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 500);
  iterate (200);
  fixture_close_window (fixture);

  fixture_open_window (fixture);
  g_object_get (fixture_find_type (fixture->window, AETHER_TYPE_DISPLAY_VIEW), "scaling", &scaling,
                "filter", &filter, "resizes-guest", &resizes, NULL);
  gtk_window_get_default_size (GTK_WINDOW (fixture->window), &width, &height);
  g_assert_cmpint (scaling, ==, AETHER_VIEW_SCALING_PIXELS);
  g_assert_cmpint (filter, ==, AETHER_VIEW_FILTER_NEAREST);
  g_assert_false (resizes);
  g_object_get (fixture->window->link, "way", &way, NULL);
  g_assert_cmpstr (way, ==, "copies");
  g_assert_cmpint (width, ==, 800);
  g_assert_cmpint (height, ==, 500);

  second = aether_vm_window_new (NULL, other);
  g_object_get (fixture_find_type (second, AETHER_TYPE_DISPLAY_VIEW), "scaling", &scaling,
                "resizes-guest", &resizes, NULL);
  g_object_get (second->link, "way", &other_way, NULL);
  g_assert_cmpstr (other_way, ==, "automatic");
  gtk_window_destroy (GTK_WINDOW (second));
  g_assert_cmpint (scaling, ==, AETHER_VIEW_SCALING_FIT);
  g_assert_true (resizes);
}

static void
test_attaches_when_started_elsewhere (Fixture *fixture, gconstpointer data)
{
  fixture_open_window (fixture);
  iterate (20);
  fixture->machine = mock_machine_new (fixture->bundle, NULL);
  await_live (fixture);
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Running"));
}

static void
test_live (Fixture *fixture, gconstpointer data)
{
  AetherDisplayView *view;

  await_live (fixture);
  view = fixture_find_type (fixture->window, AETHER_TYPE_DISPLAY_VIEW);
  g_assert_false (aether_display_view_has_picture (view));
  send_picture (fixture, 2560 * 480);
  AWAIT (aether_display_view_has_picture (view));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == GTK_WIDGET (view));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Screen of Debian 13");
}

static void
test_pause_and_resume (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  g_assert_false (is_enabled (fixture, "vm.resume"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.pause", NULL));
  await_text (fixture, "Resume");
  g_assert_true (gtk_widget_get_visible (get_curtain (fixture)));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.resume", NULL));
  await_live (fixture);
  g_assert_cmpstr (mock_machine_get_calls (fixture->machine), ==, "pause resume ");
}

static void
test_keys_from_the_menu (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.send-keys", "s",
                                             "ctrl-alt-delete"));
  AWAIT (*mock_machine_get_calls (fixture->machine) != '\0');
  g_assert_cmpstr (mock_machine_get_calls (fixture->machine), ==, "ctrl-alt-delete ");
}

static AdwDialog *
await_dialog (Fixture *fixture)
{
  AdwDialog *dialog;

  AWAIT ((dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (fixture->window))));

  return dialog;
}

static void
test_force_off_asks_first (Fixture *fixture, gconstpointer data)
{
  AdwDialog *dialog;

  await_live (fixture);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.force-off", NULL));
  dialog = await_dialog (fixture);
  g_assert_cmpstr (adw_alert_dialog_get_heading (ADW_ALERT_DIALOG (dialog)), ==,
                   "Force off Debian 13?");
  g_assert_cmpstr (adw_alert_dialog_get_body (ADW_ALERT_DIALOG (dialog)), ==,
                   "Unsaved work in it is lost.");
  iterate (50);
  g_assert_cmpstr (mock_machine_get_calls (fixture->machine), ==, "");

  g_signal_emit_by_name (dialog, "response::confirm", "confirm");
  AWAIT (*mock_machine_get_calls (fixture->machine) != '\0');
  g_assert_cmpstr (mock_machine_get_calls (fixture->machine), ==, "force-off ");
  adw_dialog_force_close (dialog);
}

static void
test_failed_control_says_why (Fixture *fixture, gconstpointer data)
{
  AdwDialog *dialog;

  await_live (fixture);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.restart", NULL));
  dialog = await_dialog (fixture);
  g_signal_emit_by_name (dialog, "response::confirm", "confirm");
  adw_dialog_force_close (dialog);
  AWAIT (*mock_machine_get_calls (fixture->machine) != '\0');

  do
    dialog = await_dialog (fixture);
  while (g_strcmp0 (adw_alert_dialog_get_heading (ADW_ALERT_DIALOG (dialog)),
                    "Could not restart Debian 13") != 0 && (iterate (5), TRUE));
  g_assert_cmpstr (adw_alert_dialog_get_body (ADW_ALERT_DIALOG (dialog)), ==,
                   "The engine does not answer.");
}

static void
test_findings_in_the_banner (Fixture *fixture, gconstpointer finding)
{
  AdwBanner *banner;

  await_live (fixture);
  banner = fixture_find_type (fixture->window, ADW_TYPE_BANNER);
  g_assert_true (adw_banner_get_revealed (banner));
  g_assert_cmpstr (adw_banner_get_title (banner), ==, finding);

  g_signal_emit_by_name (banner, "button-clicked");
  g_assert_false (adw_banner_get_revealed (banner));
}

static void
await_gone (Fixture *fixture, const char *text)
{
  AWAIT (!find_text (GTK_WIDGET (fixture->window), text));
}

/* What can be mended waits with a button for it, and goes when it is mended. */
static void
test_events_are_toasts (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button;

  await_live (fixture);
  mock_machine_panic (fixture->machine, "The system crashed.");
  await_text (fixture, "The system crashed.");
  g_assert_nonnull (button = find_text (GTK_WIDGET (fixture->window), "_Restart…"));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "vm.restart");
  mock_machine_happened (fixture->machine, "restarted", "");
  await_text (fixture, "The machine restarted");
  await_gone (fixture, "The system crashed.");

  mock_machine_disk_full (fixture->machine);
  await_text (fixture, "_Try again");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.pause", NULL));
  await_text (fixture, "Paused");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.resume", NULL));
  await_gone (fixture, "_Try again");

  mock_machine_set_agent (fixture->machine, TRUE);
  await_text (fixture, "The machine’s agent is ready");
  mock_machine_set_agent (fixture->machine, FALSE);
  await_text (fixture, "The machine’s agent is gone");
  mock_machine_happened (fixture->machine, "ejected", "cd0");
  await_text (fixture, "The machine ejected the disc in cd0");
}

static void
test_shown_elsewhere (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  mock_display_wait (mock_machine_get_display (fixture->machine));
  mock_display_vanish (mock_machine_get_display (fixture->machine));
  await_text (fixture, "Shown in another window");

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.show-here", NULL));
  await_live (fixture);
  g_assert_cmpuint (mock_machine_get_n_displays (fixture->machine), ==, 2);
}

/* Whoever took the display leaves: the window takes it back by itself, once */
static void
test_taken_back (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  mock_machine_set_taken (fixture->machine, TRUE);
  mock_display_wait (mock_machine_get_display (fixture->machine));
  mock_display_vanish (mock_machine_get_display (fixture->machine));
  await_text (fixture, "Shown in another window");
  g_assert_cmpuint (mock_machine_get_n_displays (fixture->machine), ==, 1);

  mock_machine_set_taken (fixture->machine, FALSE);
  await_live (fixture);
  mock_machine_set_taken (fixture->machine, TRUE);
  g_assert_cmpuint (mock_machine_get_n_displays (fixture->machine), ==, 2);

  mock_display_wait (mock_machine_get_display (fixture->machine));
  mock_display_vanish (mock_machine_get_display (fixture->machine));
  await_text (fixture, "Shown in another window");
  g_assert_cmpuint (mock_machine_get_n_displays (fixture->machine), ==, 2);
}

static void
test_display_lies (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  send_picture (fixture, 100);
  await_text (fixture, "The screen cannot be shown");
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Running"));

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.show-here", NULL));
  await_live (fixture);
}

static void
test_display_truncates (Fixture *fixture, gconstpointer data)
{
  MockDisplay *display;
  int fd = memfd_create ("frame", MFD_CLOEXEC);

  await_live (fixture);
  display = mock_machine_get_display (fixture->machine);
  g_assert_cmpint (ftruncate (fd, 2560 * 480), ==, 0);
  mock_display_wait (display);
  g_assert_true (mock_display_call (display, TRUE, "ScanoutMap",
                                    g_variant_new ("(huuuuu)", 0, 0, 640, 480, 2560, X8R8G8B8),
                                    fd, NULL));
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  mock_display_call (display, TRUE, "UpdateMap", g_variant_new ("(iiii)", 0, 0, 640, 480), -1,
                     NULL);
  close (fd);
  await_text (fixture, "The screen cannot be shown");
}

static void
test_crash_says_why (Fixture *fixture, gconstpointer data)
{
  AdwDialog *dialog;

  await_live (fixture);
  mock_machine_end (g_steal_pointer (&fixture->machine), AETHER_END_CRASHED,
                    "The engine crashed.", "qemu: assertion failed");
  await_text (fixture, "Debian 13 stopped");
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "The engine crashed."));
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Start"));

  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Show output"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.show-output",
                                             NULL));
  dialog = await_dialog (fixture);
  g_assert_nonnull (fixture_find_type (dialog, GTK_TYPE_TEXT_VIEW));
}

/* What changes meanwhile takes it from no button. */
static void
test_focus_stays_on_its_button (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button;

  await_live (fixture);
  mock_machine_end (g_steal_pointer (&fixture->machine), AETHER_END_CRASHED, "The engine crashed.", "qemu: assertion failed");
  await_text (fixture, "Debian 13 stopped");
  button = GTK_WIDGET (gtk_widget_get_template_child (get_curtain (fixture), AETHER_TYPE_VM_CURTAIN, "details_button"));
  g_assert_true (gtk_widget_grab_focus (button));

  g_assert_true (aether_bundle_rename (fixture->bundle, "Renamed", NULL));
  await_text (fixture, "Renamed stopped");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == button);
}

static void
test_clean_end (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  mock_machine_end (g_steal_pointer (&fixture->machine), AETHER_END_CLEAN, NULL, NULL);
  await_text (fixture, "Debian 13 is off");
}

static void
test_closed_while_connecting (Fixture *fixture, gconstpointer data)
{
  fixture_set_up_off (fixture, NULL);
  fixture->machine = mock_machine_new (fixture->bundle, NULL);
  mock_machine_set_mute (fixture->machine, TRUE);
  fixture_open_window (fixture);
  AWAIT (mock_machine_get_n_displays (fixture->machine) > 0);
  g_assert_nonnull (find_text (GTK_WIDGET (fixture->window), "Connecting…"));
}

static void
no_set_up (Fixture *fixture, gconstpointer data)
{
}

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static AetherClient *
attach (Fixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  GError *error = NULL;
  AetherClient *client;

  aether_client_attach_async (fixture->bundle, NULL, keep_result, &result);
  AWAIT (result != NULL);
  client = aether_client_open_finish (result, &error);
  g_assert_no_error (error);

  return client;
}

static void
test_screenshot (Fixture *fixture, gconstpointer data)
{
  g_autoptr(AetherClient) client = attach (fixture);
  g_autofree char *path = g_build_filename (fixture->folder, "shot.png", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GAsyncResult) result = NULL, cancelled = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *contents = NULL;

  aether_vm_screenshot_save_async (client, file, NULL, keep_result, &result);
  AWAIT (result != NULL);
  g_assert_true (aether_vm_screenshot_save_finish (client, result, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "picture");
  g_unlink (path);

  aether_vm_screenshot_save_async (client, file, cancellable, keep_result, &cancelled);
  g_cancellable_cancel (cancellable);
  AWAIT (cancelled != NULL);
  g_assert_false (aether_vm_screenshot_save_finish (client, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* What a window shows, pixel for pixel; and why it could not be written */
static void
test_screenshot_of_texture (Fixture *fixture, gconstpointer data)
{
  static const guint8 pixels[] = { 0x10, 0x20, 0x30, 0xff, 0x40, 0x50, 0x60, 0xff };
  g_autoptr(GBytes) bytes = g_bytes_new_static (pixels, sizeof pixels);
  g_autoptr(GdkTexture) texture = gdk_memory_texture_new (2, 1, GDK_MEMORY_B8G8R8X8, bytes, sizeof pixels);
  g_autofree char *path = g_build_filename (fixture->folder, "shot.png", NULL);
  g_autoptr(GFile) file = g_file_new_for_path (path), nowhere = g_file_get_child (file, "below");
  g_autoptr(GAsyncResult) result = NULL, failed = NULL;
  g_autoptr(GdkTexture) read = NULL;
  g_autoptr(GError) error = NULL;
  guint8 found[sizeof pixels];

  aether_vm_screenshot_save_texture_async (texture, file, NULL, keep_result, &result);
  AWAIT (result != NULL);
  g_assert_true (aether_vm_screenshot_save_texture_finish (result, &error));
  g_assert_no_error (error);
  read = gdk_texture_new_from_file (file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (read), ==, 2);
  gdk_texture_download (read, found, sizeof found);
  g_assert_cmpmem (found, sizeof found, pixels, sizeof pixels);

  aether_vm_screenshot_save_texture_async (texture, nowhere, NULL, keep_result, &failed);
  AWAIT (failed != NULL);
  g_assert_false (aether_vm_screenshot_save_texture_finish (failed, &error));
  g_assert_nonnull (error);
  g_unlink (path);
}

static void
test_screenshot_name (void)
{
  g_autoptr(GDateTime) time = g_date_time_new_utc (2026, 11, 20, 22, 10, 5);
  g_autofree char *plain = aether_vm_screenshot_dup_name ("Debian 13", time);
  g_autofree char *odd = aether_vm_screenshot_dup_name ("../a\nb:\xff", time);

  g_assert_cmpstr (plain, ==, "Debian 13 2026-11-20 22-10-05.png");
  g_assert_cmpstr (odd, ==, "..-a-b-\xef\xbf\xbd 2026-11-20 22-10-05.png");
}

/* Every control says what it is, in every state. */
static void
check_names (GtkWidget *widget)
{
  if (!gtk_widget_get_visible (widget))
    return;

  if (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget))
    {
      const char *tooltip = gtk_widget_get_tooltip_text (widget);
      const char *label = GTK_IS_BUTTON (widget) ? gtk_button_get_label (GTK_BUTTON (widget)) : NULL;

      if (!GTK_IS_WINDOW_CONTROLS (gtk_widget_get_parent (widget)) &&
          !GTK_IS_MENU_BUTTON (gtk_widget_get_parent (widget)))
        g_assert_true ((tooltip && *tooltip) || (label && *label));
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    check_names (child);
}

/* From one way to the other in the running window, and back */
static void
test_ways (Fixture *fixture, gconstpointer data)
{
  const char *const ways[] = { "vnc", "copies", "vnc", "memory", "automatic" };
  GtkWidget *window = GTK_WIDGET (fixture->window);

  await_live (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_assert_true (gtk_widget_activate_action (window, "view.way", "s", ways[i]));
      await_text (fixture, "Connecting…");
      await_live (fixture);
    }
  g_assert_cmpuint (mock_machine_get_n_vncs (fixture->machine), ==, 2);
  g_assert_cmpuint (mock_machine_get_n_displays (fixture->machine), ==, 4);
}

static void
test_only_vnc (Fixture *fixture, gconstpointer data)
{
  mock_machine_set_only_vnc (fixture->machine, TRUE);
  await_live (fixture);
  g_assert_cmpuint (mock_machine_get_n_vncs (fixture->machine), ==, 1);

  /* Nobody can have taken it: the window says what it was. */
  mock_machine_end_vnc (fixture->machine);
  await_text (fixture, "The screen cannot be shown");
  await_text (fixture, "The server closed the connection.");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "vm.show-here", NULL));
  await_live (fixture);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  await_live (fixture);
  check_names (GTK_WIDGET (fixture->window));
  mock_machine_end (g_steal_pointer (&fixture->machine), AETHER_END_CRASHED, "It crashed.", "why");
  await_text (fixture, "Debian 13 stopped");
  check_names (GTK_WIDGET (fixture->window));
}

/* What is typed while the window crosses its breakpoints belongs to the machine, also when
 * there is a toast, whose button would be next and keep it there for ever. */
static void
test_focus_in_a_window_made_narrow (Fixture *fixture, gconstpointer data)
{
  GtkWindow *window;
  GtkWidget *view;

  await_live (fixture);
  window = GTK_WINDOW (fixture->window);
  view = fixture_find_type (window, AETHER_TYPE_DISPLAY_VIEW);
  g_assert_true (gtk_window_get_focus (window) == view);
  adw_toast_overlay_add_toast (fixture_find_type (window, ADW_TYPE_TOAST_OVERLAY), adw_toast_new ("A toast"));
  iterate (50);

  gtk_window_set_default_size (window, 380, 520);
  AWAIT (gtk_widget_get_width (GTK_WIDGET (window)) <= 400);
  iterate (300);
  g_assert_true (gtk_widget_get_mapped (view));
  g_assert_true (gtk_window_get_focus (window) == view);
}

/* The first of all: in a window that shows no machine, as that of a VNC server, it reads as well. */
static void
test_curtain_alone (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *curtain = g_object_new (AETHER_TYPE_VM_CURTAIN, NULL);
  GdkRGBA color;

  gtk_window_set_child (GTK_WINDOW (window), curtain);
  aether_vm_curtain_draw (AETHER_VM_CURTAIN (curtain), &(AetherVmCurtainText) { .title = "Disconnected" });
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_get_color (curtain, &color);
  g_assert_true (gdk_rgba_equal (&color, &(GdkRGBA) { 1, 1, 1, 1 }));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, data, up, func) \
  g_test_add ("/aether/vm-window/" path, Fixture, data, up, func, fixture_tear_down)
  g_test_add_func ("/aether/vm-window/curtain-alone", test_curtain_alone);
  ADD ("off", NULL, fixture_set_up_off, test_off);
  ADD ("look-is-remembered", NULL, fixture_set_up_off, test_look_is_remembered);
  ADD ("attaches-when-started-elsewhere", NULL, fixture_set_up_off, test_attaches_when_started_elsewhere);
  ADD ("live", NULL, fixture_set_up, test_live);
  ADD ("pause-and-resume", NULL, fixture_set_up, test_pause_and_resume);
  ADD ("keys-from-the-menu", NULL, fixture_set_up, test_keys_from_the_menu);
  ADD ("force-off-asks-first", NULL, fixture_set_up, test_force_off_asks_first);
  ADD ("failed-control-says-why", NULL, fixture_set_up, test_failed_control_says_why);
  ADD ("findings-in-the-banner", "It runs by emulation.", fixture_set_up, test_findings_in_the_banner);
  ADD ("events-are-toasts", NULL, fixture_set_up, test_events_are_toasts);
  ADD ("shown-elsewhere", NULL, fixture_set_up, test_shown_elsewhere);
  ADD ("taken-back", NULL, fixture_set_up, test_taken_back);
  ADD ("display-lies", NULL, fixture_set_up, test_display_lies);
  ADD ("display-truncates", NULL, fixture_set_up, test_display_truncates);
  ADD ("crash-says-why", NULL, fixture_set_up, test_crash_says_why);
  ADD ("focus-stays-on-its-button", NULL, fixture_set_up, test_focus_stays_on_its_button);
  ADD ("clean-end", NULL, fixture_set_up, test_clean_end);
  ADD ("closed-while-connecting", NULL, no_set_up, test_closed_while_connecting);
  ADD ("screenshot", NULL, fixture_set_up, test_screenshot);
  ADD ("screenshot-of-texture", NULL, fixture_set_up_off, test_screenshot_of_texture);
  ADD ("names", NULL, fixture_set_up, test_names);
  ADD ("focus-in-a-window-made-narrow", NULL, fixture_set_up, test_focus_in_a_window_made_narrow);
  ADD ("ways", NULL, fixture_set_up, test_ways);
  ADD ("only-vnc", NULL, fixture_set_up, test_only_vnc);
  g_test_add_func ("/aether/vm-window/screenshot-name", test_screenshot_name);

  return g_test_run ();
}
