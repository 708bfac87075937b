/* test-system-page.c - the list of systems: quickly there, and whole a little later
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-system-page.h"

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = g_type_is_a (G_OBJECT_TYPE (widget), type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found; child = gtk_widget_get_next_sibling (child))
    found = find (child, type);

  return found;
}

static guint
count (GtkWidget *page)
{
  GtkWidget *list = find (page, GTK_TYPE_LIST_VIEW);

  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list))));
}

static void
wait_for_count (GtkWidget *page, guint wanted)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (count (page) != wanted && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count (page), ==, wanted);
}

static void
test_rows_come_by_and_by (void)
{
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open (NULL, NULL);
  guint all = g_list_model_get_n_items (G_LIST_MODEL (catalogue));
  g_autoptr(GListModel) bsd = aether_catalogue_search (catalogue, "bsd", NULL);
  GtkWidget *page = g_object_new (AETHER_TYPE_SYSTEM_PAGE, NULL);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *entry;

  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  aether_system_page_set_catalogue (AETHER_SYSTEM_PAGE (page), catalogue);
  g_assert_cmpuint (count (page), <, all / 4);
  g_assert_cmpuint (count (page), >, 8);
  wait_for_count (page, all);

  entry = find (page, GTK_TYPE_SEARCH_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (entry), "bsd");
  wait_for_count (page, g_list_model_get_n_items (bsd));

  /* A letter while rows are still to come, and the end of the page */
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  gtk_editable_set_text (GTK_EDITABLE (entry), "bsd");
  wait_for_count (page, g_list_model_get_n_items (bsd));
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/app/system-page/rows-come-by-and-by", test_rows_come_by_and_by);

  return g_test_run ();
}
