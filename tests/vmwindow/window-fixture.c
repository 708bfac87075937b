/* window-fixture.c - a window on a machine that only looks like one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "window-fixture.h"

#include "aether-tree.h"

void
fixture_set_up_off (Fixture *fixture, gconstpointer unused)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("Debian 13", "x86_64");
  GError *error = NULL;

  fixture->folder = g_dir_make_tmp ("aether-window-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->bundle = aether_bundle_create (fixture->folder, machine, &error);
  g_assert_no_error (error);
}

void
fixture_set_up (Fixture *fixture, gconstpointer finding)
{
  fixture_set_up_off (fixture, NULL);
  fixture->machine = mock_machine_new (fixture->bundle, finding);
  fixture_open_window (fixture);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer unused)
{
  if (fixture->window)
    fixture_close_window (fixture);
  if (fixture->machine)
    mock_machine_end (fixture->machine, AETHER_END_CLEAN, NULL, NULL);
  g_clear_object (&fixture->bundle);
  g_assert_true (aether_tree_remove (fixture->folder, NULL));
  g_free (fixture->folder);
}

void
fixture_open_window (Fixture *fixture)
{
  fixture->window = aether_vm_window_new (NULL, fixture->bundle);
  gtk_window_present (GTK_WINDOW (fixture->window));
  fixture->view = fixture_find_type (fixture->window, AETHER_TYPE_DISPLAY_VIEW);
  fixture->input = aether_display_view_get_input (fixture->view);
}

void
fixture_close_window (Fixture *fixture)
{
  AetherVmWindow *window = g_object_ref (fixture->window);

  gtk_window_destroy (GTK_WINDOW (window));
  AWAIT (G_OBJECT (window)->ref_count == 1);   /* what was cancelled comes back */
  g_assert_finalize_object (window);
  fixture->window = NULL;
}

gpointer
fixture_find (gpointer root, FixtureMatch match, gconstpointer data)
{
  if (match (root, data))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child;
       child = gtk_widget_get_next_sibling (child))
    {
      gpointer found = fixture_find (child, match, data);

      if (found)
        return found;
    }

  return NULL;
}

static gboolean
is_type (GtkWidget *widget, gconstpointer data)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, *(const GType *) data);
}

gpointer
fixture_find_type (gpointer root, GType type)
{
  return fixture_find (root, is_type, &type);
}
