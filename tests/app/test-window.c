/* test-window.c - the library window and its parts, without a running machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-window.h"

#include "aether-create-dialog.h"
#include "aether-log-dialog.h"
#include "aether-machine-row.h"
#include "aether-name-dialog.h"
#include "aether-overview.h"
#include "aether-settings-dialog.h"
#include "aether-run.h"
#include "app-fixture.h"

/* The first descendant of @type; @n: raised by how many there are. */
static GtkWidget *
find_widget (GtkWidget *widget, GType type, guint *n)
{
  GtkWidget *first = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    {
      (*n)++;
      first = widget;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type, n);

      first = first != NULL ? first : found;
    }

  return first;
}

/* The widget of @type whose template id is @id. */
#define CHILD(widget, type, id) GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (widget), type, id))

typedef struct
{
  AetherLibrary    *library;
  AetherStateWatch *watch;
  AetherWindow     *window;
} Fixture;

static void
open_window (Fixture *fixture)
{
  fixture->library = aether_library_new (TRUE);
  fixture->watch = aether_state_watch_new (G_LIST_MODEL (fixture->library));
  fixture->window = g_object_ref (aether_window_new (NULL, fixture->library, fixture->watch));
  gtk_window_present (GTK_WINDOW (fixture->window));
  app_fixture_spin (100);
}

/* Everything must go: nothing may hold on to the window, the watch or the library. */
static void
close_window (Fixture *fixture)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  app_fixture_wait_alone (fixture->window);
  g_assert_finalize_object (fixture->window);
  g_assert_finalize_object (fixture->watch);
  app_fixture_wait_alone (fixture->library);
  g_assert_finalize_object (fixture->library);
  app_fixture_clear ();
}

static GListModel *
shown (Fixture *fixture)
{
  GtkListView *view = GTK_LIST_VIEW (CHILD (fixture->window, AETHER_TYPE_WINDOW, "list_view"));

  return G_LIST_MODEL (gtk_list_view_get_model (view));
}

static const char *
page (Fixture *fixture, const char *stack)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (CHILD (fixture->window, AETHER_TYPE_WINDOW, stack)));
}

static void
test_empty_library (void)
{
  Fixture fixture;

  open_window (&fixture);
  g_assert_cmpstr (page (&fixture, "stack"), ==, "empty");
  close_window (&fixture);
}

static void
test_destroyed_while_loading (void)
{
  Fixture fixture;
  AetherWindow *window;

  for (int i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("Machine %d", i);
      g_autoptr(AetherBundle) bundle = app_fixture_add_machine (name);

      app_fixture_add_picture (bundle, 640, 400);
    }

  fixture.library = aether_library_new (TRUE);
  fixture.watch = aether_state_watch_new (G_LIST_MODEL (fixture.library));
  window = g_object_ref (aether_window_new (NULL, fixture.library, fixture.watch));
  gtk_window_present (GTK_WINDOW (window));
  /* rows are bound, their pictures are on the way */
  g_main_context_iteration (NULL, FALSE);
  gtk_window_destroy (GTK_WINDOW (window));
  app_fixture_wait_alone (window);
  g_assert_finalize_object (window);
  g_assert_finalize_object (fixture.watch);
  app_fixture_wait_alone (fixture.library);
  g_assert_finalize_object (fixture.library);
  app_fixture_clear ();
}

static void
test_search_filters (void)
{
  g_autoptr(AetherBundle) a = app_fixture_add_machine ("Debian 13");
  g_autoptr(AetherBundle) b = app_fixture_add_machine ("Windows 11");
  g_autoptr(AetherBundle) c = app_fixture_add_machine ("debian sid");
  GtkEditable *entry;
  Fixture fixture;

  open_window (&fixture);
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 3);

  entry = GTK_EDITABLE (CHILD (fixture.window, AETHER_TYPE_WINDOW, "search_entry"));
  gtk_widget_activate_action (GTK_WIDGET (fixture.window), "win.search", NULL);
  gtk_editable_set_text (entry, "DEBIAN");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 2);

  gtk_editable_set_text (entry, "plan 9");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 0);
  g_assert_cmpstr (page (&fixture, "list_stack"), ==, "nothing");

  gtk_editable_set_text (entry, "");
  g_signal_emit_by_name (entry, "search-changed");
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 3);
  close_window (&fixture);
}

static void
search (Fixture *fixture, const char *text)
{
  GtkEditable *entry = GTK_EDITABLE (CHILD (fixture->window, AETHER_TYPE_WINDOW, "search_entry"));

  gtk_editable_set_text (entry, text);
  g_signal_emit_by_name (entry, "search-changed");
  app_fixture_spin (50);
}

/* The sections come and go with the machines in them, in the middle of the list's own changes. */
static void
test_sections_come_and_go (void)
{
  g_autoptr(AetherBundle) on = app_fixture_add_machine ("Demo");
  g_autoptr(AetherBundle) off = app_fixture_add_machine ("Debian");
  g_autoptr(AetherBundle) first = NULL;
  GtkListView *view;
  AetherRun *run;
  Fixture fixture;

  open_window (&fixture);
  view = GTK_LIST_VIEW (CHILD (fixture.window, AETHER_TYPE_WINDOW, "list_view"));
  g_assert_null (gtk_list_view_get_header_factory (view));

  run = aether_run_begin (on, NULL);
  g_assert_nonnull (run);
  g_assert_true (aether_run_set_status (run, AETHER_STATE_RUNNING, "tcg", 0, NULL));
  for (int i = 0; i < 200 && gtk_list_view_get_header_factory (view) == NULL; i++)
    app_fixture_spin (20);
  g_assert_nonnull (gtk_list_view_get_header_factory (view));
  first = g_list_model_get_item (shown (&fixture), 0);
  g_assert_cmpstr (aether_bundle_get_name (first), ==, "Demo");

  gtk_widget_activate_action (GTK_WIDGET (fixture.window), "win.search", NULL);
  search (&fixture, "deb");
  g_assert_null (gtk_list_view_get_header_factory (view));
  search (&fixture, "d");
  g_assert_nonnull (gtk_list_view_get_header_factory (view));
  search (&fixture, "demo");
  search (&fixture, "nothing of the kind");
  search (&fixture, "");
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 2);

  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
  for (int i = 0; i < 200 && gtk_list_view_get_header_factory (view) != NULL; i++)
    app_fixture_spin (20);
  g_assert_null (gtk_list_view_get_header_factory (view));
  close_window (&fixture);
}

static void
test_thousand_machines_few_rows (void)
{
  guint n = 0;
  Fixture fixture;

  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("Machine %04d", i);
      g_autoptr(AetherBundle) bundle = app_fixture_add_machine (name);
    }

  open_window (&fixture);
  app_fixture_spin (1000);
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 1000);
  find_widget (GTK_WIDGET (fixture.window), AETHER_TYPE_MACHINE_ROW, &n);
  g_assert_cmpuint (n, >=, 5);
  g_assert_cmpuint (n, <=, 300);
  close_window (&fixture);
}

static void
test_broken_machine_says_so (void)
{
  g_autofree char *path = NULL;
  Fixture fixture;
  GtkWidget *row, *button, *overview;
  guint n = 0;

  g_free (app_fixture_add_broken ("Broken"));
  open_window (&fixture);
  row = find_widget (GTK_WIDGET (fixture.window), AETHER_TYPE_MACHINE_ROW, &n);
  g_assert_nonnull (row);
  button = CHILD (row, AETHER_TYPE_MACHINE_ROW, "button");
  g_assert_false (gtk_widget_get_visible (button));
  overview = CHILD (fixture.window, AETHER_TYPE_WINDOW, "overview");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (CHILD (overview, AETHER_TYPE_OVERVIEW, "stack"))),
                   ==, "problem");
  close_window (&fixture);
}

static void
test_delete_can_be_undone (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Precious");
  g_autofree char *file = g_build_filename (aether_bundle_get_path (bundle), "machine.json", NULL);
  Fixture fixture;
  GtkWidget *toast_button;
  guint n = 0;

  open_window (&fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture.window), "machine.delete", "s", aether_bundle_get_path (bundle));
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 0);
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));

  app_fixture_spin (100);
  toast_button = find_widget (CHILD (fixture.window, AETHER_TYPE_WINDOW, "toasts"),
                              g_type_from_name ("AdwToastWidget"), &n);
  g_assert_nonnull (toast_button);
  toast_button = find_widget (toast_button, GTK_TYPE_BUTTON, &n);
  g_signal_emit_by_name (toast_button, "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (shown (&fixture)), ==, 1);

  close_window (&fixture);
}

static void
test_row_follows_its_machine (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Old name");
  AetherMachineRow *row = AETHER_MACHINE_ROW (g_object_ref_sink (aether_machine_row_new ()));
  GtkLabel *label;

  aether_machine_row_bind (row, bundle, NULL);
  label = GTK_LABEL (CHILD (row, AETHER_TYPE_MACHINE_ROW, "name_label"));
  g_assert_cmpstr (gtk_label_get_text (label), ==, "Old name");

  g_assert_true (aether_bundle_rename (bundle, "New name", NULL));
  aether_bundle_refresh (bundle);
  g_assert_cmpstr (gtk_label_get_text (label), ==, "New name");
  gtk_test_accessible_assert_property (CHILD (row, AETHER_TYPE_MACHINE_ROW, "button"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Start New name");

  aether_machine_row_unbind (row);
  aether_machine_row_unbind (row);
  app_fixture_spin (20);
  g_assert_finalize_object (row);
  app_fixture_clear ();
}

static void
picture_shown_cb (GtkWidget *picture, GParamSpec *pspec, gboolean *shown)
{
  *shown = gtk_widget_get_visible (picture);
}

/* The names of machines stand below each other, whatever their screens are like. */
static void
test_row_keeps_its_size (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Picture");
  AetherMachineRow *row = AETHER_MACHINE_ROW (g_object_ref_sink (aether_machine_row_new ()));
  gboolean shown = FALSE;
  int before[2], after[2];

  aether_machine_row_bind (row, bundle, NULL);
  for (int i = 0; i < 2; i++)
    gtk_widget_measure (GTK_WIDGET (row), (GtkOrientation) i, -1, NULL, &before[i], NULL, NULL);
  aether_machine_row_unbind (row);

  app_fixture_add_picture (bundle, 720, 400);
  g_signal_connect (CHILD (row, AETHER_TYPE_MACHINE_ROW, "picture"), "notify::visible", G_CALLBACK (picture_shown_cb), &shown);
  aether_machine_row_bind (row, bundle, NULL);
  app_fixture_wait (&shown);
  for (int i = 0; i < 2; i++)
    gtk_widget_measure (GTK_WIDGET (row), (GtkOrientation) i, -1, NULL, &after[i], NULL, NULL);
  g_assert_cmpint (after[0], ==, before[0]);
  g_assert_cmpint (after[1], ==, before[1]);

  g_signal_handlers_disconnect_by_data (CHILD (row, AETHER_TYPE_MACHINE_ROW, "picture"), &shown);
  aether_machine_row_unbind (row);
  g_assert_finalize_object (row);
  app_fixture_clear ();
}

static void
test_row_disposed_while_loading (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Picture");
  AetherMachineRow *row = AETHER_MACHINE_ROW (g_object_ref_sink (aether_machine_row_new ()));

  app_fixture_add_picture (bundle, 1280, 800);
  aether_machine_row_bind (row, bundle, NULL);
  g_object_run_dispose (G_OBJECT (row));
  app_fixture_wait_alone (row);
  g_assert_finalize_object (row);
  app_fixture_clear ();
}

static void
test_overview_disposed_while_loading (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Facts");
  AetherOverview *overview = g_object_ref_sink (aether_overview_new ());

  aether_overview_set_bundle (overview, bundle);
  g_object_run_dispose (G_OBJECT (overview));
  app_fixture_wait_alone (overview);
  g_assert_finalize_object (overview);
  app_fixture_clear ();
}

static void
test_dialogs_new_destroy (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Dialogs");
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autoptr(GApplication) application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_autoptr(AetherDownloadsHub) hub = NULL;
  g_autoptr(GError) error = NULL;
  AdwDialog *dialogs[4];

  g_assert_true (g_application_register (application, NULL, NULL));
  hub = aether_downloads_hub_new (application, G_LIST_MODEL (library));
  dialogs[0] = aether_create_dialog_new (library, hub);
  dialogs[1] = aether_log_dialog_new (bundle);
  dialogs[2] = aether_name_dialog_new ("Rename", "_Rename", "Dialogs");
  dialogs[3] = aether_settings_dialog_new (bundle, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      AdwDialog *dialog = g_object_ref_sink (dialogs[i]);

      /* what was loading is told to stop, and lets go */
      g_object_run_dispose (G_OBJECT (dialog));
      app_fixture_spin (100);
      g_assert_finalize_object (dialog);
    }
  app_fixture_clear ();
}

static void
test_name_dialog_refuses (void)
{
  AdwDialog *dialog = g_object_ref_sink (aether_name_dialog_new ("Rename", "_Rename", "fine"));
  guint n = 0;
  GtkWidget *row = find_widget (adw_alert_dialog_get_extra_child (ADW_ALERT_DIALOG (dialog)), ADW_TYPE_ENTRY_ROW, &n);

  g_assert_true (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (dialog), "accept"));
  gtk_editable_set_text (GTK_EDITABLE (row), "");
  g_assert_false (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (dialog), "accept"));
  gtk_editable_set_text (GTK_EDITABLE (row), "fine/again");
  g_assert_true (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (dialog), "accept"));
  g_assert_finalize_object (dialog);
}

static void
test_settings_are_saved (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("Tuned");
  g_autoptr(AetherMachine) machine = NULL;
  AdwDialog *dialog = g_object_ref_sink (aether_settings_dialog_new (bundle, NULL));

  adw_spin_row_set_value (ADW_SPIN_ROW (CHILD (dialog, AETHER_TYPE_SETTINGS_DIALOG, "cpus_row")), 3);
  adw_spin_row_set_value (ADW_SPIN_ROW (CHILD (dialog, AETHER_TYPE_SETTINGS_DIALOG, "memory_row")), 3072);
  adw_switch_row_set_active (ADW_SWITCH_ROW (CHILD (dialog, AETHER_TYPE_SETTINGS_DIALOG, "touch_row")), TRUE);
  g_object_run_dispose (G_OBJECT (dialog));
  g_assert_finalize_object (dialog);

  machine = aether_bundle_load (bundle, NULL);
  g_assert_cmpuint (machine->cpu->count, ==, 3);
  g_assert_cmpuint (machine->memory->size, ==, 3072);
  g_assert_true (machine->input->touch);
  app_fixture_clear ();
}

static void
test_log_is_text (void)
{
  static const char raw[] = "\033[1;34maether\033[0m # \r\nline\twith\ttabs\a\nbad \xff byte\033[";
  g_autofree char *text = aether_log_dialog_clean (raw, sizeof raw - 1);

  g_assert_cmpstr (text, ==, "aether # \nline\twith\ttabs\nbad \357\277\275 byte");
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

int
main (int argc, char *argv[])
{
  app_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/aether/window/empty-library", test_empty_library);
  g_test_add_func ("/aether/window/destroyed-while-loading", test_destroyed_while_loading);
  g_test_add_func ("/aether/window/search-filters", test_search_filters);
  g_test_add_func ("/aether/window/sections-come-and-go", test_sections_come_and_go);
  g_test_add_func ("/aether/window/thousand-machines-few-rows", test_thousand_machines_few_rows);
  g_test_add_func ("/aether/window/broken-machine-says-so", test_broken_machine_says_so);
  g_test_add_func ("/aether/window/delete-can-be-undone", test_delete_can_be_undone);
  g_test_add_func ("/aether/window/row-follows-its-machine", test_row_follows_its_machine);
  g_test_add_func ("/aether/window/row-keeps-its-size", test_row_keeps_its_size);
  g_test_add_func ("/aether/window/row-disposed-while-loading", test_row_disposed_while_loading);
  g_test_add_func ("/aether/window/overview-disposed-while-loading", test_overview_disposed_while_loading);
  g_test_add_func ("/aether/window/dialogs-new-destroy", test_dialogs_new_destroy);
  g_test_add_func ("/aether/window/name-dialog-refuses", test_name_dialog_refuses);
  g_test_add_func ("/aether/window/settings-are-saved", test_settings_are_saved);
  g_test_add_func ("/aether/window/log-is-text", test_log_is_text);

  return g_test_run ();
}
