/* test-bundle.c - machines on disk: making, reading, saving, and what goes wrong
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle.h"
#include "aether-paths.h"
#include "aether-run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static AetherBundle *
create (const char *name)
{
  g_autofree char *folder = aether_paths_dup_library ();
  g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle = aether_bundle_create (folder, machine, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bundle);
  return bundle;
}

static char *
in_bundle (AetherBundle *bundle, const char *file)
{
  return g_build_filename (aether_bundle_get_path (bundle), file, NULL);
}

static void
put (AetherBundle *bundle, const char *file, const char *contents)
{
  g_autofree char *path = in_bundle (bundle, file);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, contents, -1, &error);
  g_assert_no_error (error);
}

/* How many files of that kind lie in the bundle. */
static guint
count_files (const char *folder, const char *suffix)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_suffix (name, suffix);

  return n;
}

/* What the user reads: names the thing, says why. */
static void
assert_says (const char *sentence, const char *words)
{
  if (sentence == NULL || strstr (sentence, words) == NULL)
    g_error ("“%s” does not say “%s”", sentence, words);
}

/* --- making -------------------------------------------------------------- */

static void
test_new_destroy (void)
{
  AetherBundle *bundle = aether_bundle_new ("/does/not/exist/Gone.aether");

  g_assert_cmpstr (aether_bundle_get_name (bundle), ==, "Gone");
  g_assert_null (aether_bundle_get_uuid (bundle));
  g_assert_cmpint (aether_bundle_get_state (bundle), ==, AETHER_STATE_STOPPED);
  g_assert_cmpint (aether_bundle_get_since (bundle), ==, 0);
  assert_says (aether_bundle_get_problem (bundle), "has no machine.json");
  g_assert_finalize_object (bundle);
}

static void
test_create_then_load (void)
{
  g_autoptr(AetherBundle) bundle = create ("Debian 13");
  g_autoptr(AetherBundle) again = aether_bundle_new (aether_bundle_get_path (bundle));
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  struct stat st;

  g_assert_true (g_str_has_suffix (aether_bundle_get_path (bundle), "/aether/machines/Debian 13.aether"));
  g_assert_null (aether_bundle_get_problem (again));
  g_assert_cmpstr (aether_bundle_get_name (again), ==, "Debian 13");
  g_assert_cmpstr (aether_bundle_get_arch (again), ==, "x86_64");
  g_assert_cmpstr (aether_bundle_get_engine (again), ==, "qemu");

  machine = aether_bundle_load (again, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (machine->uuid, ==, aether_bundle_get_uuid (bundle));

  g_assert_cmpint (stat (aether_bundle_get_path (bundle), &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
}

static void
test_create_takes_a_free_name (void)
{
  g_autoptr(AetherBundle) first = create ("Twin");
  g_autoptr(AetherBundle) second = create ("Twin");
  g_autoptr(AetherBundle) third = create ("Twin");

  g_assert_true (g_str_has_suffix (aether_bundle_get_path (first), "/Twin.aether"));
  g_assert_true (g_str_has_suffix (aether_bundle_get_path (second), "/Twin 2.aether"));
  g_assert_true (g_str_has_suffix (aether_bundle_get_path (third), "/Twin 3.aether"));
  g_assert_cmpstr (aether_bundle_get_name (third), ==, "Twin");
}

static void
test_folder_names (void)
{
  static const struct { const char *name, *folder; } cases[] = {
    { "a/b\\c", "a-b-c.aether" },
    { ".hidden", "hidden.aether" },
    { "..", "Untitled.aether" },
    { "say \"hi\": <now>?", "say -hi-- -now--.aether" },
    { "CON", "_CON.aether" },
    { "com1.old", "_com1.old.aether" },
    { "Console", "Console.aether" },
    { "Größe 🐧", "Größe 🐧.aether" },
    { "ends with dots . .", "ends with dots.aether" },
    { "-rf", "-rf.aether" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherBundle) bundle = create (cases[i].name);
      g_autofree char *base = g_path_get_basename (aether_bundle_get_path (bundle));

      g_assert_cmpstr (base, ==, cases[i].folder);
      g_assert_cmpstr (aether_bundle_get_name (bundle), ==, cases[i].name);
    }
}

static void
test_long_name_is_cut_between_characters (void)
{
  g_autoptr(GString) name = g_string_new ("x");
  g_autoptr(AetherBundle) bundle = NULL;
  g_autofree char *base = NULL;

  while (name->len + 2 <= AETHER_MACHINE_NAME_MAX)
    g_string_append (name, "é");
  bundle = create (name->str);
  base = g_path_get_basename (aether_bundle_get_path (bundle));

  g_assert_cmpuint (strlen (base), ==, 199 + strlen (".aether"));
  g_assert_true (g_utf8_validate (base, -1, NULL));
  g_assert_cmpstr (aether_bundle_get_name (bundle), ==, name->str);
}

static void
test_bad_names_are_refused (void)
{
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *long_name = g_strnfill (300, 'n');
  const struct { const char *name, *words; } cases[] = {
    { "two\nlines", "line break" },
    { "bell\a", "control character" },
    { "   ", "empty" },
    { "\xff\xfe", "UTF-8" },
    { long_name, "300 bytes" },
  };
  guint before;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  before = count_files (folder, "");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherMachine) machine = aether_machine_new ("x", "x86_64");
      g_autoptr(GError) error = NULL;

      g_free (machine->name);
      machine->name = g_strdup (cases[i].name);
      g_assert_null (aether_bundle_create (folder, machine, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      assert_says (error->message, cases[i].words);
    }

  g_assert_cmpuint (count_files (folder, ""), ==, before);
}

static void
test_create_in_a_bad_place (void)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("Nowhere", "x86_64");
  g_autoptr(GError) error = NULL;

  g_assert_null (aether_bundle_create ("/dev/null/machines", machine, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  assert_says (error->message, "Could not make “Nowhere” in /dev/null/machines.");
}

/* --- reading what is not right ------------------------------------------- */

static void
test_problems (void)
{
  static const struct { const char *json, *words; int code; } cases[] = {
    { "{ \"name\": ", "not valid JSON", G_IO_ERROR_INVALID_DATA },
    { "", "no JSON object", G_IO_ERROR_INVALID_DATA },
    { "[1]", "no JSON object", G_IO_ERROR_INVALID_DATA },
    { "{\"schema\": 99}", "newer version of Aether (schema 99", G_IO_ERROR_NOT_SUPPORTED },
    { "{\"schema\": 1, \"name\": 5}", "“name”", G_IO_ERROR_INVALID_DATA },
    { "{\"schema\": 1, \"uuid\": \"../../etc\", \"name\": \"X\", \"arch\": \"x86_64\"}", "“uuid”", G_IO_ERROR_INVALID_DATA },
    { "{\"schema\": 1, \"name\": \"a\\nb\", \"arch\": \"x86_64\"}", "line break", G_IO_ERROR_INVALID_DATA },
    { "\xff\xfe", "not UTF-8", G_IO_ERROR_INVALID_DATA },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherBundle) bundle = create ("Broken");
      g_autoptr(AetherMachine) machine = NULL;
      g_autoptr(GError) error = NULL;
      g_autofree char *stem = g_path_get_basename (aether_bundle_get_path (bundle));

      put (bundle, "machine.json", cases[i].json);
      aether_bundle_refresh (bundle);

      stem[strlen (stem) - strlen (".aether")] = '\0';
      g_assert_cmpstr (aether_bundle_get_name (bundle), ==, stem);
      g_assert_null (aether_bundle_get_uuid (bundle));
      assert_says (aether_bundle_get_problem (bundle), stem);
      assert_says (aether_bundle_get_problem (bundle), cases[i].words);
      g_assert_true (g_str_has_suffix (aether_bundle_get_problem (bundle), "."));
      g_assert_false (g_str_has_suffix (aether_bundle_get_problem (bundle), ".."));

      machine = aether_bundle_load (bundle, &error);
      g_assert_null (machine);
      g_assert_error (error, G_IO_ERROR, cases[i].code);
      g_assert_cmpstr (error->message, ==, aether_bundle_get_problem (bundle));
    }
}

static void
test_machine_json_is_no_file (void)
{
  g_autoptr(AetherBundle) bundle = create ("Strange");
  g_autofree char *path = in_bundle (bundle, "machine.json");

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  aether_bundle_refresh (bundle);
  assert_says (aether_bundle_get_problem (bundle), "not a regular file");

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  aether_bundle_refresh (bundle);
  assert_says (aether_bundle_get_problem (bundle), "a folder, not a file");

  g_assert_cmpint (g_rmdir (path), ==, 0);
  aether_bundle_refresh (bundle);
  assert_says (aether_bundle_get_problem (bundle), "has no machine.json");
}

static void
test_huge_machine_json (void)
{
  g_autoptr(AetherBundle) bundle = create ("Huge");
  g_autofree char *path = in_bundle (bundle, "machine.json");

  g_assert_cmpint (truncate (path, 5 * 1024 * 1024), ==, 0);
  aether_bundle_refresh (bundle);
  assert_says (aether_bundle_get_problem (bundle), "larger than 4194304 bytes");
}

static void
test_unreadable_machine_json (void)
{
  g_autoptr(AetherBundle) bundle = create ("Secret");
  g_autofree char *path = in_bundle (bundle, "machine.json");
  g_autoptr(AetherBundle) again = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may read every file");
      return;
    }

  g_assert_cmpint (chmod (path, 0), ==, 0);
  again = aether_bundle_new (aether_bundle_get_path (bundle));
  assert_says (aether_bundle_get_problem (again), "You are not allowed to");
}

static void
test_non_utf8_folder (void)
{
  g_autoptr(AetherBundle) bundle = create ("Latin");
  g_autofree char *path = g_strconcat (aether_bundle_get_path (bundle), "\xe9.aether", NULL);
  g_autoptr(AetherBundle) moved = NULL;

  g_assert_cmpint (g_rename (aether_bundle_get_path (bundle), path), ==, 0);
  moved = aether_bundle_new (path);
  g_assert_cmpstr (aether_bundle_get_name (moved), ==, "Latin");
  g_assert_null (aether_bundle_get_problem (moved));

  put (moved, "machine.json", "{");
  aether_bundle_refresh (moved);
  g_assert_true (g_utf8_validate (aether_bundle_get_name (moved), -1, NULL));
  g_assert_true (g_utf8_validate (aether_bundle_get_problem (moved), -1, NULL));
}

/* --- saving -------------------------------------------------------------- */

static void
test_save_notifies_and_keeps_unknown_keys (void)
{
  g_autoptr(AetherBundle) bundle = create ("Before");
  g_autofree char *path = in_bundle (bundle, "machine.json");
  g_autofree char *data = NULL;
  g_autofree char *more = NULL;
  g_autofree char *saved = NULL;
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  guint notified = 0;

  g_assert_true (g_file_get_contents (path, &data, NULL, NULL));
  more = g_strdup_printf ("{\"x-other\": [1, {\"deep\": null}], %s", strchr (data, '{') + 1);
  put (bundle, "machine.json", more);

  machine = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_object_set (machine, "name", "After", NULL);

  g_signal_connect_swapped (bundle, "notify::name", G_CALLBACK (g_atomic_int_inc), &notified);
  g_assert_true (aether_bundle_save (bundle, machine, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (notified, ==, 1);
  g_assert_cmpstr (aether_bundle_get_name (bundle), ==, "After");

  g_assert_true (g_file_get_contents (path, &saved, NULL, NULL));
  assert_says (saved, "x-other");
  assert_says (saved, "deep");
}

static void
test_save_cleans_up (void)
{
  g_autoptr(AetherBundle) bundle = create ("Littered");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autofree char *alive_path = in_bundle (bundle, ".machine.json.00000002.aether-temp");
  g_autofree char *folder_path = in_bundle (bundle, ".folder.aether-temp");
  int alive;

  put (bundle, ".machine.json.00000001.aether-temp", "of a dead writer");
  put (bundle, ".machine.json.00000002.aether-temp", "of one at work");
  g_mkdir (folder_path, 0700);
  alive = open (alive_path, O_RDONLY);
  g_assert_cmpint (flock (alive, LOCK_EX), ==, 0);

  g_assert_true (aether_bundle_save (bundle, machine, NULL));
  g_assert_cmpuint (count_files (aether_bundle_get_path (bundle), "1.aether-temp"), ==, 0);
  g_assert_cmpuint (count_files (aether_bundle_get_path (bundle), "2.aether-temp"), ==, 1);
  g_assert_cmpuint (count_files (aether_bundle_get_path (bundle), ".folder.aether-temp"), ==, 1);
  close (alive);
}

static void
test_save_makes_inner_paths_relative (void)
{
  g_autoptr(AetherBundle) bundle = create ("Paths");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autofree char *inner = in_bundle (bundle, "disks/../disks/a, b.qcow2");
  g_autofree char *sibling = g_strconcat (aether_bundle_get_path (bundle), "-other/x.iso", NULL);
  g_autofree char *resolved = NULL;
  g_autoptr(AetherDrive) disk = g_object_new (AETHER_TYPE_DRIVE, "id", "disk0", "file", inner, NULL);
  g_autoptr(AetherDrive) cdrom = g_object_new (AETHER_TYPE_DRIVE, "id", "cdrom0", "kind", AETHER_DRIVE_CDROM,
                                               "file", sibling, NULL);
  g_autoptr(GError) error = NULL;

  g_list_store_append (machine->drives, disk);
  g_list_store_append (machine->drives, cdrom);
  g_assert_true (aether_bundle_save (bundle, machine, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (disk->file, ==, "disks/a, b.qcow2");
  g_assert_cmpstr (cdrom->file, ==, sibling);

  resolved = aether_bundle_resolve (bundle, disk->file);
  g_assert_true (g_str_has_prefix (resolved, aether_bundle_get_path (bundle)));
  g_assert_true (g_str_has_suffix (resolved, "/disks/a, b.qcow2"));
  g_assert_null (aether_bundle_resolve (bundle, NULL));
}

static void
test_save_refuses_what_is_not_valid (void)
{
  g_autoptr(AetherBundle) bundle = create ("Valid");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autoptr(AetherMachine) kept = NULL;
  g_autoptr(GError) error = NULL;

  g_object_set (machine, "engine", "NOT AN ENGINE", NULL);
  g_assert_false (aether_bundle_save (bundle, machine, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  assert_says (error->message, "Could not save “Valid”: “engine”");

  kept = aether_bundle_load (bundle, NULL);
  g_assert_cmpstr (kept->engine, ==, "qemu");
}

/* A file system that is full at some byte, without one: the limit on a file's size. */
static void
test_disk_full (void)
{
  struct rlimit old, tight = { 0 };
  g_autoptr(AetherBundle) bundle = create ("Full");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autofree char *path = in_bundle (bundle, "machine.json");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint n_before;

  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  n_before = count_files (folder, "");
  g_object_set (machine, "notes", "longer", NULL);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  for (tight.rlim_cur = 0; tight.rlim_cur < strlen (before); tight.rlim_cur += 97)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GError) create_error = NULL;
      gboolean saved;
      AetherBundle *created;

      tight.rlim_max = old.rlim_max;
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
      saved = aether_bundle_save (bundle, machine, &error);
      created = aether_bundle_create (folder, machine, &create_error);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

      g_assert_false (saved);
      assert_says (error->message, "Could not save “Full”. The file would be larger");
      g_assert_null (created);
      assert_says (create_error->message, "Could not save “Full”. ");
      g_assert_cmpuint (count_files (aether_bundle_get_path (bundle), ".aether-temp"), ==, 0);
      g_assert_cmpuint (count_files (folder, ""), ==, n_before);
    }

  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
}

/* The same on real file systems: a tmpfs that is full, then read-only. In a child with mounts of its own. */
static void
fill_and_freeze (const char *folder)
{
  g_autofree char *hog_path = g_build_filename (folder, "hog", NULL);
  g_autofree char *zeros = g_malloc0 (4096);
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherMachine) machine = aether_machine_new ("Mounted", "x86_64");
  g_autoptr(AetherMachine) after = NULL;
  g_autoptr(GError) error = NULL;
  int hog;

  if (unshare (CLONE_NEWNS) < 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
      mount ("none", folder, "tmpfs", 0, "size=256k") < 0)
    _exit (77);

  bundle = aether_bundle_create (folder, machine, &error);
  g_assert_no_error (error);
  hog = open (hog_path, O_WRONLY | O_CREAT, 0600);
  while (write (hog, zeros, 4096) > 0)
    ;
  close (hog);

  g_object_set (machine, "notes", "new", NULL);
  g_assert_false (aether_bundle_save (bundle, machine, &error));
  g_assert_cmpstr (error->message, ==, "Could not save “Mounted”. The disk is full. Free some space, then try again.");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_null (aether_bundle_create (folder, machine, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_cmpuint (count_files (aether_bundle_get_path (bundle), ".aether-temp"), ==, 0);
  g_assert_cmpuint (count_files (folder, ""), ==, 2);

  g_assert_cmpint (g_unlink (hog_path), ==, 0);
  g_assert_cmpint (mount ("none", folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  g_assert_false (aether_bundle_save (bundle, machine, &error));
  assert_says (error->message, "Could not save “Mounted”. The disk is read-only.");
  g_clear_error (&error);
  g_assert_null (aether_run_begin (bundle, &error));
  assert_says (error->message, "Could not start “Mounted”: its folder cannot be written to. The disk is read-only.");
  g_clear_error (&error);
  g_assert_false (aether_bundle_delete (bundle, TRUE, &error));
  assert_says (error->message, "Could not delete “Mounted”. The disk is read-only.");

  after = aether_bundle_load (bundle, NULL);
  g_assert_null (after->notes);
  _exit (0);
}

static void
test_full_and_read_only_file_systems (void)
{
  g_autofree char *folder = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  int status;
  pid_t pid;

  pid = fork ();
  if (pid == 0)
    fill_and_freeze (folder);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_rmdir (folder);

  if (WIFEXITED (status) && WEXITSTATUS (status) == 77)
    g_test_skip ("mounting a tmpfs is not allowed here");
  else
    g_assert_cmpint (status, ==, 0);
}

static void
test_folder_is_not_ours (void)
{
  g_autoptr(AetherBundle) bundle = create ("Closed");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autoptr(GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }

  g_assert_cmpint (chmod (aether_bundle_get_path (bundle), 0500), ==, 0);
  g_assert_false (aether_bundle_save (bundle, machine, &error));
  assert_says (error->message, "Could not save “Closed”. You are not allowed to.");
  g_assert_cmpint (chmod (aether_bundle_get_path (bundle), 0700), ==, 0);
}

static void
test_rename (void)
{
  g_autoptr(AetherBundle) bundle = create ("Old name");
  g_autofree char *path = g_strdup (aether_bundle_get_path (bundle));
  g_autoptr(GError) error = NULL;

  g_assert_true (aether_bundle_rename (bundle, "New / name", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (aether_bundle_get_name (bundle), ==, "New / name");
  g_assert_cmpstr (aether_bundle_get_path (bundle), ==, path);

  g_assert_false (aether_bundle_rename (bundle, "two\nlines", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_cmpstr (aether_bundle_get_name (bundle), ==, "New / name");
}

/* --- being killed while saving ------------------------------------------- */

static void
save_for_ever (const char *path)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (path);
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autofree char *many = g_strnfill (20000, 'b');

  for (guint i = 0; machine != NULL; i++)
    {
      g_object_set (machine, "notes", i % 2 ? many : "a", NULL);
      aether_bundle_save (bundle, machine, NULL);
    }
}

static void
test_killed_while_saving (void)
{
  g_autoptr(AetherBundle) bundle = create ("Killed");
  const char *times = g_getenv ("AETHER_TEST_KILLS");
  guint kills = times != NULL ? atoi (times) : 1000;
  guint most_left = 0;
  gboolean seen[2] = { FALSE, FALSE };

  for (guint i = 0; i < kills; i++)
    {
      g_autoptr(AetherMachine) machine = NULL;
      g_autoptr(GError) error = NULL;
      const char *path = aether_bundle_get_path (bundle);
      guint left;
      pid_t pid;

      /* Forked, not spawned: the child is saving at once. It has one thread and leaves by SIGKILL. */
      pid = fork ();
      g_assert_cmpint (pid, >=, 0);
      if (pid == 0)
        {
          save_for_ever (path);
          _exit (1);
        }
      g_usleep (g_test_rand_int_range (0, 6000));
      kill (pid, SIGKILL);
      g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);

      machine = aether_bundle_load (bundle, &error);
      g_assert_no_error (error);
      g_assert_true (machine->notes == NULL || strlen (machine->notes) == 1 || strlen (machine->notes) == 20000);

      left = count_files (path, ".aether-temp");
      most_left = MAX (most_left, left);
      seen[machine->notes != NULL && strlen (machine->notes) == 20000] = TRUE;
    }

  /* Else no kill fell into a save at all */
  g_assert_true (seen[0] && seen[1]);

  /* The next look takes away what the dead left, as the next save does */
  aether_bundle_refresh (bundle);
  g_assert_cmpuint (count_files (aether_bundle_get_path (bundle), ".aether-temp"), ==, 0);
  g_test_message ("%u kills, at most %u unfinished files at once", kills, most_left);
}

/* What was for one run is removed, but a bundle from somebody else may have a link on the way to it. */
static void
test_once_follows_no_link (void)
{
  g_autoptr(AetherBundle) bundle = create ("Once");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autofree char *elsewhere = g_dir_make_tmp ("aether-XXXXXX", NULL);
  g_autofree char *mine = g_build_filename (elsewhere, "mine", NULL);
  g_autofree char *link = in_bundle (bundle, "way");
  g_autofree char *own = in_bundle (bundle, "disks/own");
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));
  put (bundle, "disks/own", "own");
  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  g_object_set (machine->firmware, "kernel", "way/mine", "initrd", "disks/own", "once", TRUE, NULL);
  g_assert_true (aether_bundle_save (bundle, machine, &error));
  g_assert_no_error (error);

  g_assert_true (aether_bundle_drop_once (bundle, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (own, G_FILE_TEST_EXISTS));

  g_unlink (mine);
  g_rmdir (elsewhere);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/bundle/new-destroy", test_new_destroy);
  g_test_add_func ("/bundle/create/then-load", test_create_then_load);
  g_test_add_func ("/bundle/create/takes-a-free-name", test_create_takes_a_free_name);
  g_test_add_func ("/bundle/create/folder-names", test_folder_names);
  g_test_add_func ("/bundle/create/long-name-is-cut-between-characters", test_long_name_is_cut_between_characters);
  g_test_add_func ("/bundle/create/bad-names-are-refused", test_bad_names_are_refused);
  g_test_add_func ("/bundle/create/in-a-bad-place", test_create_in_a_bad_place);
  g_test_add_func ("/bundle/read/problems", test_problems);
  g_test_add_func ("/bundle/read/machine-json-is-no-file", test_machine_json_is_no_file);
  g_test_add_func ("/bundle/read/huge-machine-json", test_huge_machine_json);
  g_test_add_func ("/bundle/read/unreadable-machine-json", test_unreadable_machine_json);
  g_test_add_func ("/bundle/read/non-utf8-folder", test_non_utf8_folder);
  g_test_add_func ("/bundle/save/notifies-and-keeps-unknown-keys", test_save_notifies_and_keeps_unknown_keys);
  g_test_add_func ("/bundle/save/cleans-up", test_save_cleans_up);
  g_test_add_func ("/bundle/save/makes-inner-paths-relative", test_save_makes_inner_paths_relative);
  g_test_add_func ("/bundle/save/refuses-what-is-not-valid", test_save_refuses_what_is_not_valid);
  g_test_add_func ("/bundle/save/disk-full", test_disk_full);
  g_test_add_func ("/bundle/save/full-and-read-only-file-systems", test_full_and_read_only_file_systems);
  g_test_add_func ("/bundle/save/folder-is-not-ours", test_folder_is_not_ours);
  g_test_add_func ("/bundle/save/rename", test_rename);
  g_test_add_func ("/bundle/once/follows-no-link", test_once_follows_no_link);
  g_test_add_func ("/bundle/save/killed-1000-times", test_killed_while_saving);

  return g_test_run ();
}
