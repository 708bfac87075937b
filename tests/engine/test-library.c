/* test-library.c - the list of machines, and how it follows the disk
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-library.h"
#include "aether-paths.h"
#include "aether-run.h"
#include "many-machines.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static AetherBundle *
create_in (const char *folder, const char *name)
{
  g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle = aether_bundle_create (folder, machine, &error);

  g_assert_no_error (error);
  return bundle;
}

static AetherBundle *
create (const char *name)
{
  g_autofree char *folder = aether_paths_dup_library ();

  return create_in (folder, name);
}

static char *
temporary_folder (void)
{
  g_autoptr(GError) error = NULL;
  char *folder = g_dir_make_tmp ("aether-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
run (const char *program, const char *option, const char *from, const char *to)
{
  const char *argv[] = { program, option, "--", from, to, NULL };
  g_autoptr(GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

/* "Debian 9, Debian 10": what the list shows. */
static char *
names (AetherLibrary *library)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (library)); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (G_LIST_MODEL (library), i);

      g_ptr_array_add (all, g_strdup (aether_bundle_get_name (bundle)));
    }
  g_ptr_array_add (all, NULL);

  return g_strjoinv (", ", (char **) all->pdata);
}

#define assert_names(library, expected) G_STMT_START { \
  g_autofree char *assert_names_ = names (library); \
  g_assert_cmpstr (assert_names_, ==, expected); \
} G_STMT_END

static gboolean
wake_up_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the list reads so. */
static void
wait_for_names (AetherLibrary *library, const char *expected)
{
  guint tick = g_timeout_add (20, wake_up_cb, NULL);
  gint64 limit = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (;;)
    {
      g_autofree char *now = names (library);

      if (strcmp (now, expected) == 0)
        break;
      if (g_get_monotonic_time () > limit)
        g_error ("the list stays “%s”, not “%s”", now, expected);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
}

static void
wait_for_state (AetherBundle *bundle, AetherState state)
{
  guint tick = g_timeout_add (20, wake_up_cb, NULL);
  gint64 limit = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (aether_bundle_get_state (bundle) != state)
    {
      if (g_get_monotonic_time () > limit)
        g_error ("the state stays “%s”", aether_state_to_nick (aether_bundle_get_state (bundle)));
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (tick);
}

/* --- listing ------------------------------------------------------------- */

static void
test_new_destroy (void)
{
  AetherLibrary *library = aether_library_new (FALSE);
  AetherLibrary *watching = aether_library_new (TRUE);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (library)), ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (library), 0));
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (library)) == AETHER_TYPE_BUNDLE);
  g_assert_finalize_object (library);
  g_assert_finalize_object (watching);
}

static void
test_sorted_as_people_count (void)
{
  g_autoptr(AetherBundle) a = create ("Debian 10");
  g_autoptr(AetherBundle) b = create ("Debian 9");
  g_autoptr(AetherBundle) c = create ("Arch");
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);

  assert_names (library, "Arch, Debian 9, Debian 10");
}

static void
test_lists_what_is_not_right_too (void)
{
  g_autoptr(AetherBundle) good = create ("Good");
  g_autoptr(AetherBundle) broken = create ("Broken");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *json = g_build_filename (aether_bundle_get_path (broken), "machine.json", NULL);
  g_autofree char *empty = g_build_filename (folder, "Empty.aether", NULL);
  g_autofree char *latin = g_build_filename (folder, "Caf\xe9.aether", NULL);
  g_autofree char *file = g_build_filename (folder, "File.aether", NULL);
  g_autofree char *hidden = g_build_filename (folder, ".0123abcd.aether-temp", NULL);
  g_autofree char *dangling = g_build_filename (folder, "Dangling.aether", NULL);
  g_autofree char *other = g_build_filename (folder, "Notes", NULL);
  g_autofree char *shown = NULL;
  g_autoptr(AetherLibrary) library = NULL;

  g_file_set_contents (json, "{", 1, NULL);
  g_mkdir (empty, 0700);
  g_mkdir (latin, 0700);
  g_file_set_contents (file, "x", 1, NULL);
  g_mkdir (hidden, 0700);
  g_assert_cmpint (symlink ("/does/not/exist", dangling), ==, 0);
  g_mkdir (other, 0700);

  library = aether_library_new (FALSE);
  shown = names (library);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (library)), ==, 4);
  g_assert_nonnull (strstr (shown, "Broken, Caf"));
  g_assert_nonnull (strstr (shown, "Empty, Good"));
  g_assert_true (g_utf8_validate (shown, -1, NULL));
}

/* Says what an index would, from files that differ from it only in what it does not look at. */
static void
test_index_is_used_and_renewed (void)
{
  g_autoptr(AetherBundle) bundle = create ("Indexed");
  g_autofree char *json = g_build_filename (aether_bundle_get_path (bundle), "machine.json", NULL);
  struct timespec old[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000, .tv_nsec = 5 } };
  g_autofree char *data = NULL;
  g_autoptr(AetherLibrary) first = NULL, second = NULL, third = NULL;
  char *name;

  utimensat (AT_FDCWD, json, old, 0);
  first = aether_library_new (FALSE);
  assert_names (first, "Indexed");

  /* In place, same size, same time: only who reads the file itself sees it */
  g_assert_true (g_file_get_contents (json, &data, NULL, NULL));
  name = strstr (data, "Indexed");
  memcpy (name, "Altered", 7);
  {
    FILE *stream = fopen (json, "r+");

    fputs (data, stream);
    fclose (stream);
  }
  utimensat (AT_FDCWD, json, old, 0);
  second = aether_library_new (FALSE);
  assert_names (second, "Indexed");

  old[1].tv_nsec = 6;
  utimensat (AT_FDCWD, json, old, 0);
  third = aether_library_new (FALSE);
  assert_names (third, "Altered");
  aether_library_rescan (second);
  assert_names (second, "Altered");
}

static void
test_hostile_index (void)
{
  g_autoptr(AetherBundle) bundle = create ("Real");
  g_autofree char *json = g_build_filename (aether_bundle_get_path (bundle), "machine.json", NULL);
  g_autofree char *cache = aether_paths_dup_cache ();
  g_autofree char *index = g_build_filename (cache, "library.index", NULL);
  struct timespec old[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };
  g_autoptr(AetherLibrary) first = NULL;
  g_autofree char *good = NULL;
  gsize length;

  utimensat (AT_FDCWD, json, old, 0);
  first = aether_library_new (FALSE);
  g_assert_true (g_file_get_contents (index, &good, &length, NULL));
  g_assert_cmpuint (length, >, 100);

  /* Every byte turned over, every length cut: it lists the truth, or what the stamp vouches for, and lives */
  for (gsize i = 0; i < 2 * length; i++)
    {
      g_autofree char *bad = g_memdup2 (good, length);
      g_autoptr(AetherLibrary) library = NULL;
      g_autoptr(AetherBundle) found = NULL;

      if (i < length)
        bad[i] ^= g_test_rand_int_range (1, 256);
      g_file_set_contents (index, bad, i < length ? length : i - length, NULL);

      library = aether_library_new (FALSE);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (library)), ==, 1);
      found = g_list_model_get_item (G_LIST_MODEL (library), 0);
      g_assert_true (g_utf8_validate (aether_bundle_get_name (found), -1, NULL));
      g_assert_true (g_uuid_string_is_valid (aether_bundle_get_uuid (found)));
      g_assert_cmpstr (aether_bundle_get_path (found), ==, aether_bundle_get_path (bundle));
    }

  /* A uuid that leads out of the runtime folder, whose stamp is right */
  {
    g_autofree char *bad = g_memdup2 (good, length);
    char *uuid = memmem (bad, length, aether_bundle_get_uuid (bundle), 36);
    g_autoptr(AetherLibrary) library = NULL;
    g_autoptr(AetherBundle) found = NULL;

    memcpy (uuid, "../../../../../../../../etc/././././", 36);
    g_file_set_contents (index, bad, length, NULL);
    library = aether_library_new (FALSE);
    found = g_list_model_get_item (G_LIST_MODEL (library), 0);
    g_assert_cmpstr (aether_bundle_get_uuid (found), ==, aether_bundle_get_uuid (bundle));
  }

  /* No file at all, or no place for one */
  g_unlink (index);
  g_mkdir (index, 0700);
  {
    g_autoptr(AetherLibrary) library = aether_library_new (FALSE);

    assert_names (library, "Real");
  }
}

/* --- finding ------------------------------------------------------------- */

static void
assert_finds (AetherLibrary *library, const char *which, const char *name)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) found = aether_library_find (library, which, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aether_bundle_get_name (found), ==, name);
}

static void
assert_finds_none (AetherLibrary *library, const char *which, int code, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) found = aether_library_find (library, which, &error);

  g_assert_null (found);
  g_assert_error (error, G_IO_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

static void
test_find (void)
{
  /* No name begins as a uuid may */
  g_autoptr(AetherBundle) a = create ("Linux");
  g_autoptr(AetherBundle) b = create ("Linux 13");
  g_autoptr(AetherBundle) c = create ("link");
  g_autoptr(AetherBundle) d = create ("Größe");
  g_autoptr(AetherBundle) e = create ("Twin");
  g_autoptr(AetherBundle) f = create ("Twin");
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autofree char *upper = g_ascii_strup (aether_bundle_get_uuid (b), -1);
  g_autofree char *start = g_strndup (aether_bundle_get_uuid (d), 18);

  assert_finds (library, "Linux", "Linux");          /* a whole name before a start */
  assert_finds (library, "LINUX", "Linux");
  assert_finds (library, "Linux ", "Linux 13");
  assert_finds (library, "lin", "link");             /* the case decides */
  assert_finds (library, "gRÖ", "Größe");
  assert_finds (library, upper, "Linux 13");
  assert_finds (library, start, "Größe");

  assert_finds_none (library, "Li", G_IO_ERROR_INVALID_ARGUMENT, "fits 2 machines: “Linux”, “Linux 13”");
  assert_finds_none (library, "LIN", G_IO_ERROR_INVALID_ARGUMENT, "fits 3 machines");
  assert_finds_none (library, "Twin", G_IO_ERROR_INVALID_ARGUMENT, aether_bundle_get_uuid (e));
  assert_finds_none (library, "Twin", G_IO_ERROR_INVALID_ARGUMENT, aether_bundle_get_uuid (f));
  assert_finds_none (library, "nothing", G_IO_ERROR_NOT_FOUND, "There is no machine “nothing”.");
  assert_finds_none (library, "", G_IO_ERROR_NOT_FOUND, "There is no machine");
  assert_finds_none (library, "\xff", G_IO_ERROR_NOT_FOUND, "There is no machine");
}

static void
test_copies_by_hand (void)
{
  g_autoptr(AetherBundle) bundle = create ("Original");
  g_autofree char *copy_path = NULL;
  g_autofree char *folder = aether_paths_dup_library ();
  g_autoptr(AetherLibrary) library = NULL;

  copy_path = g_build_filename (folder, "Copy.aether", NULL);
  run ("cp", "-r", aether_bundle_get_path (bundle), copy_path);
  library = aether_library_new (FALSE);

  assert_names (library, "Original, Original");
  assert_finds_none (library, aether_bundle_get_uuid (bundle), G_IO_ERROR_INVALID_ARGUMENT, copy_path);
  assert_finds_none (library, aether_bundle_get_uuid (bundle), G_IO_ERROR_INVALID_ARGUMENT,
                     aether_bundle_get_path (bundle));
}

/* --- bundles elsewhere --------------------------------------------------- */

static void
test_add_and_forget (void)
{
  g_autofree char *elsewhere = temporary_folder ();
  g_autofree char *odd = g_build_filename (elsewhere, "caf\xe9, 100% “x”", NULL);
  g_autoptr(AetherBundle) far = create_in (odd, "Far");
  g_autoptr(AetherBundle) near = create ("Near");
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  g_autoptr(AetherLibrary) again = NULL;
  g_autoptr(GError) error = NULL;

  assert_names (library, "Near");
  g_assert_true (aether_library_add (library, aether_bundle_get_path (far), &error));
  g_assert_no_error (error);
  g_assert_true (aether_library_add (library, aether_bundle_get_path (far), &error));
  g_assert_true (aether_library_add (library, aether_bundle_get_path (near), &error));
  assert_names (library, "Far, Near");
  again = aether_library_new (FALSE);
  assert_names (again, "Far, Near");

  g_assert_false (aether_library_forget (library, near, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_true (aether_library_forget (library, far, &error));
  g_assert_no_error (error);
  assert_names (library, "Near");
  g_assert_true (g_file_test (aether_bundle_get_path (far), G_FILE_TEST_IS_DIR));

  g_assert_false (aether_library_add (library, "/does/not/exist.aether", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (aether_library_add (library, elsewhere, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  run ("rm", "-r", elsewhere, NULL);
}

/* One on a disk that is not plugged in: not listed, not forgotten. */
static void
test_added_comes_back (void)
{
  g_autofree char *elsewhere = temporary_folder ();
  g_autofree char *away = g_strconcat (elsewhere, "-away", NULL);
  g_autoptr(AetherBundle) far = create_in (elsewhere, "Far");
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);

  g_assert_true (aether_library_add (library, aether_bundle_get_path (far), NULL));
  g_assert_cmpint (g_rename (elsewhere, away), ==, 0);
  aether_library_rescan (library);
  assert_names (library, "");
  g_assert_cmpint (g_rename (away, elsewhere), ==, 0);
  aether_library_rescan (library);
  assert_names (library, "Far");
  run ("rm", "-r", elsewhere, NULL);
}

static void
test_hostile_library_json (void)
{
  static const char * const contents[] = {
    "", "{", "[]", "{\"added\": 5}", "{\"added\": [1, null, {}, \"\", \"http://x/y.aether\", \"file:///etc\"]}",
  };
  g_autofree char *config = aether_paths_dup_config ();
  g_autofree char *path = g_build_filename (config, "library.json", NULL);

  g_mkdir_with_parents (config, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr(AetherLibrary) library = NULL;

      g_file_set_contents (path, contents[i], -1, NULL);
      library = aether_library_new (FALSE);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (library)), <=, 1);
    }
}

/* --- following the disk -------------------------------------------------- */

typedef struct
{
  guint calls, position, removed, added;
} Splice;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Splice *splice = user_data;

  *splice = (Splice) { splice->calls + 1, position, removed, added };
}

static void
test_watch_create_move_delete (void)
{
  g_autoptr(AetherBundle) b = create ("Bee");
  g_autoptr(AetherLibrary) library = aether_library_new (TRUE);
  g_autofree char *elsewhere = temporary_folder ();
  g_autofree char *moved = g_build_filename (elsewhere, "Bee.aether", NULL);
  g_autoptr(AetherBundle) a = NULL;
  g_autoptr(AetherBundle) c = NULL;
  g_autoptr(AetherBundle) kept = NULL;
  g_autoptr(AetherBundle) still = NULL;
  Splice splice = { 0 };

  kept = g_list_model_get_item (G_LIST_MODEL (library), 0);
  g_signal_connect (library, "items-changed", G_CALLBACK (items_changed_cb), &splice);

  c = create ("Cee");
  wait_for_names (library, "Bee, Cee");
  g_assert_cmpuint (splice.position, ==, 1);
  g_assert_cmpuint (splice.removed, ==, 0);
  g_assert_cmpuint (splice.added, ==, 1);
  still = g_list_model_get_item (G_LIST_MODEL (library), 0);
  g_assert_true (still == kept);

  a = create ("Ay");
  wait_for_names (library, "Ay, Bee, Cee");
  g_assert_cmpuint (splice.position, ==, 0);

  run ("mv", "-n", aether_bundle_get_path (b), moved);
  wait_for_names (library, "Ay, Cee");
  run ("mv", "-n", moved, aether_bundle_get_path (b));
  wait_for_names (library, "Ay, Bee, Cee");
  run ("rm", "-r", aether_bundle_get_path (a), NULL);
  wait_for_names (library, "Bee, Cee");
  run ("rm", "-r", elsewhere, NULL);
}

static void
test_watch_rename_by_another_program (void)
{
  g_autoptr(AetherBundle) a = create ("Ay");
  g_autoptr(AetherBundle) b = create ("Bee");
  g_autoptr(AetherLibrary) library = aether_library_new (TRUE);
  pid_t pid;

  pid = fork ();
  if (pid == 0)
    _exit (aether_bundle_rename (a, "Zed", NULL) ? 0 : 1);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);

  wait_for_names (library, "Bee, Zed");
}

static void
test_watch_added (void)
{
  g_autofree char *elsewhere = temporary_folder ();
  g_autofree char *away = g_strconcat (elsewhere, "/away", NULL);
  g_autoptr(AetherBundle) far = create_in (elsewhere, "Far");
  g_autoptr(AetherLibrary) library = aether_library_new (TRUE);
  g_autoptr(AetherLibrary) other = aether_library_new (FALSE);

  /* Added by another program, then moved away and back by a third */
  g_assert_true (aether_library_add (other, aether_bundle_get_path (far), NULL));
  wait_for_names (library, "Far");
  run ("mv", "-n", aether_bundle_get_path (far), away);
  wait_for_names (library, "");
  run ("mv", "-n", away, aether_bundle_get_path (far));
  wait_for_names (library, "Far");
  run ("rm", "-r", elsewhere, NULL);
}

/* A process that runs the machine until it is told otherwise: 'p' pause, 'e' end, anything else: die. */
static pid_t
start (AetherBundle *bundle, int *control)
{
  g_autofree char *path = g_strdup (aether_bundle_get_path (bundle));
  int to[2], from[2];
  char c = 0;
  pid_t pid;

  g_assert_cmpint (pipe (to), ==, 0);
  g_assert_cmpint (pipe (from), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      g_autoptr(AetherBundle) mine = aether_bundle_new (path);
      AetherRun *held = aether_run_begin (mine, NULL);

      close (to[1]);
      aether_run_set_status (held, AETHER_STATE_RUNNING, "tcg", 0, NULL);
      while (write (from[1], "r", 1) == 1 && read (to[0], &c, 1) == 1 && c == 'p')
        aether_run_set_status (held, AETHER_STATE_PAUSED, "tcg", 0, NULL);
      if (c == 'e')
        aether_run_end (held, AETHER_END_CLEAN, "Done.", NULL, NULL);
      _exit (0);
    }

  close (to[0]);
  close (from[1]);
  g_assert_cmpint (read (from[0], &c, 1), ==, 1);
  close (from[0]);
  *control = to[1];

  return pid;
}

static void
tell (int control, const char *what)
{
  g_assert_cmpint (write (control, what, 1), ==, 1);
}

static void
test_watch_states (void)
{
  g_autoptr(AetherBundle) original = create ("Runner");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *copy_path = g_build_filename (folder, "Copy.aether", NULL);
  g_autoptr(AetherLibrary) library = NULL;
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  int control;
  pid_t pid;

  signal (SIGPIPE, SIG_IGN);
  run ("cp", "-r", aether_bundle_get_path (original), copy_path);
  library = aether_library_new (TRUE);
  copy = g_list_model_get_item (G_LIST_MODEL (library), 0);
  bundle = g_list_model_get_item (G_LIST_MODEL (library), 1);
  g_assert_cmpstr (aether_bundle_get_path (copy), ==, copy_path);

  pid = start (bundle, &control);
  wait_for_state (bundle, AETHER_STATE_RUNNING);
  g_assert_cmpint (aether_bundle_get_since (bundle), >, 1600000000);
  g_assert_cmpint (aether_bundle_get_state (copy), ==, AETHER_STATE_STOPPED);
  tell (control, "p");
  wait_for_state (bundle, AETHER_STATE_PAUSED);
  tell (control, "e");
  wait_for_state (bundle, AETHER_STATE_STOPPED);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  /* The record of it is read in a thread */
  while (aether_bundle_get_since (bundle) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (aether_bundle_get_since (bundle), >, 1600000000);
  close (control);

  /* Killed: nothing on disk changes */
  pid = start (bundle, &control);
  wait_for_state (bundle, AETHER_STATE_RUNNING);
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  wait_for_state (bundle, AETHER_STATE_STOPPED);
  close (control);

  /* Its folder is still there, so that the next run does not make it */
  pid = start (bundle, &control);
  wait_for_state (bundle, AETHER_STATE_RUNNING);
  tell (control, "e");
  wait_for_state (bundle, AETHER_STATE_STOPPED);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  close (control);
}

/* --- size ---------------------------------------------------------------- */

static gsize
bytes_of_library (guint n)
{
  gsize before = mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
  AetherLibrary *library = aether_library_new (FALSE);
  gsize bytes = mallinfo2 ().uordblks + mallinfo2 ().hblkhd - before;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (library)), ==, n);
  g_assert_finalize_object (library);

  return bytes;
}

static void
test_memory_is_linear_and_small (void)
{
  gsize thousand, three_thousand;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip ("the address sanitizer has its own heap, which cannot be asked for its size");
  return;
#endif

  many_machines_make (0, 1000);
  bytes_of_library (1000);   /* writes the index */
  thousand = bytes_of_library (1000);
  many_machines_make (1000, 3000);
  bytes_of_library (3000);
  three_thousand = bytes_of_library (3000);

  g_test_message ("%zu bytes for 1000 machines, %zu for 3000", thousand, three_thousand);
  g_assert_cmpuint (thousand / 1000, <, 1024);
  g_assert_cmpuint (three_thousand, <, thousand * 3 + thousand / 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/library/new-destroy", test_new_destroy);
  g_test_add_func ("/library/list/sorted-as-people-count", test_sorted_as_people_count);
  g_test_add_func ("/library/list/what-is-not-right-too", test_lists_what_is_not_right_too);
  g_test_add_func ("/library/index/is-used-and-renewed", test_index_is_used_and_renewed);
  g_test_add_func ("/library/index/hostile", test_hostile_index);
  g_test_add_func ("/library/find", test_find);
  g_test_add_func ("/library/find/copies-by-hand", test_copies_by_hand);
  g_test_add_func ("/library/added/add-and-forget", test_add_and_forget);
  g_test_add_func ("/library/added/comes-back", test_added_comes_back);
  g_test_add_func ("/library/added/hostile-file", test_hostile_library_json);
  g_test_add_func ("/library/watch/create-move-delete", test_watch_create_move_delete);
  g_test_add_func ("/library/watch/rename-by-another-program", test_watch_rename_by_another_program);
  g_test_add_func ("/library/watch/added", test_watch_added);
  g_test_add_func ("/library/watch/states", test_watch_states);
  g_test_add_func ("/library/memory-is-linear-and-small", test_memory_is_linear_and_small);

  return g_test_run ();
}
