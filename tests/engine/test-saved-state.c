/* test-saved-state.c - the saved state of a machine: which one it is, and whether it is whole
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-saved-state.h"
#include "aether-tree.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static void
note_cb (const char *identity, gpointer data)
{
  g_set_str (data, identity);
}

static void
save (const char *bundle, const char *text)
{
  static const char * const no_disks[] = { NULL };
  g_autoptr(JsonObject) fit = json_object_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *temp = NULL, *noted = NULL, *found = NULL;
  g_autofd int fd = aether_saved_state_create (bundle, &temp, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  aether_saved_state_commit (bundle, temp, fd, "test", no_disks, fit, note_cb, &noted, &error);
  g_assert_no_error (error);
  found = aether_saved_state_dup_identity (bundle);
  g_assert_cmpstr (found, ==, noted);
}

static char *
make_folder (void)
{
  g_autoptr(GError) error = NULL;
  char *folder = g_dir_make_tmp ("aether-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_folder (char *folder)
{
  g_assert_true (aether_tree_remove (folder, NULL));
  g_free (folder);
}

static void
test_verify (void)
{
  char *folder = make_folder ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(AetherSavedState) state = NULL;
  g_autoptr(GError) error = NULL;

  save (folder, "memory");
  state = aether_saved_state_read (folder, &error);
  g_assert_no_error (error);
  g_assert_true (aether_saved_state_verify (state, folder, NULL, &error));
  g_assert_true (aether_saved_state_verify (state, folder, cancellable, &error));

  g_cancellable_cancel (cancellable);
  g_assert_false (aether_saved_state_verify (state, folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  remove_folder (folder);
}

static void
test_identity (void)
{
  char *folder = make_folder ();
  char *copy = make_folder ();
  g_autofree char *none = aether_saved_state_dup_identity (folder);
  g_autofree char *first = NULL, *used = NULL, *of_copy = NULL, *second = NULL;

  g_assert_null (none);
  save (folder, "memory");
  first = aether_saved_state_dup_identity (folder);
  g_assert_nonnull (first);

  /* A resume that did not come to its first instruction changes nothing */
  g_assert_true (aether_saved_state_use (folder, NULL));
  g_assert_null (aether_saved_state_dup_identity (folder));
  g_assert_true (aether_saved_state_unuse (folder, NULL));
  used = aether_saved_state_dup_identity (folder);
  g_assert_cmpstr (used, ==, first);

  g_assert_true (aether_tree_copy (folder, copy, NULL, NULL, NULL));
  of_copy = aether_saved_state_dup_identity (copy);
  g_assert_cmpstr (of_copy, !=, first);

  save (folder, "memory");
  second = aether_saved_state_dup_identity (folder);
  g_assert_cmpstr (second, !=, first);
  remove_folder (folder);
  remove_folder (copy);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/saved-state/verify", test_verify);
  g_test_add_func ("/saved-state/identity", test_identity);

  return g_test_run ();
}
