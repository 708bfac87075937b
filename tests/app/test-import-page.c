/* test-import-page.c - the page that imports machines: dropped on, and left in the midst
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-page.h"

#include "aether-import-row.h"
#include "aether-medium-page.h"
#include "aether-tree.h"
#include "aether-window.h"
#include "app-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* The first descendant of @type. */
static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found; child = gtk_widget_get_next_sibling (child))
    found = find_widget (child, type);

  return found;
}

#define CHILD(page, id) GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (page), AETHER_TYPE_IMPORT_PAGE, id))

static void
wait_for (GtkWidget *page, const char *child)
{
  for (guint i = 0; i < 400 && strcmp (gtk_stack_get_visible_child_name (GTK_STACK (CHILD (page, "stack"))), child) != 0; i++)
    app_fixture_spin (50);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (CHILD (page, "stack"))), ==, child);
}

static gboolean
drop (GtkWidget *widget, const char *path)
{
  g_autoptr(GListModel) controllers = gtk_widget_observe_controllers (widget);
  g_autoptr(GFile) file = g_file_new_for_path (path);
  GValue value = G_VALUE_INIT;
  gboolean handled = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, g_slist_prepend (NULL, g_object_ref (file)));
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !handled; i++)
    {
      g_autoptr(GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 10.0, 10.0, &handled);
    }
  g_value_unset (&value);

  return handled;
}

/* A machine of VMware whose disk has @megabytes of random data. */
static char *
make_machine (guint megabytes)
{
  g_autofree char *folder = g_dir_make_tmp ("import-page-XXXXXX", NULL);
  g_autofree char *settings = g_build_filename (folder, "a.vmx", NULL);
  g_autofree char *disk = g_build_filename (folder, "disk.img", NULL);
  g_autoptr(GRand) chance = g_rand_new_with_seed (1);
  gsize size = (gsize) megabytes * 1024 * 1024;
  g_autofree guint32 *data = g_malloc (size);

  for (gsize i = 0; i < size / sizeof *data; i++)
    data[i] = g_rand_int (chance);
  g_assert_true (g_file_set_contents (disk, (char *) data, size, NULL));
  g_assert_true (g_file_set_contents (settings, "config.version = \"8\"\ndisplayName = \"Dropped\"\n"
                                      "sata0:0.present = \"TRUE\"\nsata0:0.fileName = \"disk.img\"\n", -1, NULL));
  return g_steal_pointer (&folder);
}

static void
remove_machine (const char *folder)
{
  g_assert_true (aether_tree_remove (folder, NULL));
}

typedef struct
{
  AetherLibrary      *library;
  AetherStateWatch   *watch;
  AetherWindow       *window;
  GApplication       *application;
  AetherDownloadsHub *hub;
} Library;

static void
library_open (Library *self)
{
  self->library = aether_library_new (TRUE);
  self->watch = aether_state_watch_new (G_LIST_MODEL (self->library));
  self->window = g_object_ref (aether_window_new (NULL, self->library, self->watch));
  self->application = g_application_new (NULL, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (self->application, NULL, NULL));
  self->hub = aether_downloads_hub_new (self->application, G_LIST_MODEL (self->library));
  aether_window_set_downloads (self->window, self->hub);
  gtk_window_present (GTK_WINDOW (self->window));
  app_fixture_spin (100);
}

static void
library_close (Library *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  app_fixture_wait_alone (self->window);
  g_assert_finalize_object (self->window);
  g_assert_finalize_object (self->watch);
  g_clear_object (&self->hub);
  g_clear_object (&self->application);
  app_fixture_wait_alone (self->library);
  g_assert_finalize_object (self->library);
  app_fixture_clear ();
}

/* The page of this type, once it shows */
static GtkWidget *
wait_for_page (Library *self, GType type)
{
  GtkWidget *navigation = NULL, *page = NULL;

  for (guint i = 0; i < 2400 && !G_TYPE_CHECK_INSTANCE_TYPE (page, type); i++)
    {
      app_fixture_spin (50);
      navigation = find_widget (GTK_WIDGET (self->window), ADW_TYPE_NAVIGATION_VIEW);
      page = navigation ? GTK_WIDGET (adw_navigation_view_get_visible_page (ADW_NAVIGATION_VIEW (navigation))) : NULL;
    }
  g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (page, type));

  return page;
}

/* What is no machine may be what one starts from */
static void
test_dropped_disk (void)
{
  Library self;
  g_autofree char *folder = make_machine (1);
  g_autofree char *disk = g_build_filename (folder, "disk.img", NULL);

  library_open (&self);
  g_assert_true (drop (GTK_WIDGET (self.window), disk));
  wait_for_page (&self, AETHER_TYPE_MEDIUM_PAGE);
  library_close (&self);
  remove_machine (folder);
}

static void
test_dropped_folder (void)
{
  Library self;
  g_autofree char *folder = make_machine (1);
  GtkWidget *page, *row;

  library_open (&self);
  g_assert_true (drop (GTK_WIDGET (self.window), folder));
  page = wait_for_page (&self, AETHER_TYPE_IMPORT_PAGE);
  wait_for (page, "found");
  row = find_widget (page, AETHER_TYPE_IMPORT_ROW);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "Dropped");
  g_assert_true (aether_import_row_is_checked (AETHER_IMPORT_ROW (row)));
  g_assert_true (gtk_widget_get_sensitive (CHILD (page, "import_button")));

  library_close (&self);
  remove_machine (folder);
}

static guint
count (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;

  return n;
}

static void
test_left_while_copying (void)
{
  AetherLibrary *library = aether_library_new (FALSE);
  AdwNavigationPage *page = g_object_ref_sink (ADW_NAVIGATION_PAGE (aether_import_page_new (library)));
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());
  g_autofree char *folder = make_machine (192);
  g_autoptr(GFile) file = g_file_new_for_path (folder);
  gpointer weak = page;

  gtk_window_set_child (window, GTK_WIDGET (page));
  gtk_window_present (window);
  aether_import_page_look (AETHER_IMPORT_PAGE (page), &(GSList) { .data = file });
  wait_for (GTK_WIDGET (page), "found");
  g_signal_emit_by_name (CHILD (page, "import_button"), "clicked");
  for (guint i = 0; i < 400 && count (aether_library_get_folder (library)) == 0; i++)
    app_fixture_spin (10);
  g_assert_cmpuint (count (aether_library_get_folder (library)), ==, 1);

  gtk_window_destroy (window);
  g_object_add_weak_pointer (G_OBJECT (page), &weak);
  g_object_unref (page);
  for (guint i = 0; i < 400 && weak; i++)
    app_fixture_spin (50);
  g_assert_null (weak);
  g_assert_cmpuint (count (aether_library_get_folder (library)), ==, 0);

  g_assert_finalize_object (library);
  remove_machine (folder);
  app_fixture_clear ();
}

int
main (int argc, char **argv)
{
  app_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/aether/import-page/dropped-disk", test_dropped_disk);
  g_test_add_func ("/aether/import-page/dropped-folder", test_dropped_folder);
  g_test_add_func ("/aether/import-page/left-while-copying", test_left_while_copying);

  return g_test_run ();
}
