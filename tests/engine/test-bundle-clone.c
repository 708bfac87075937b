/* test-bundle-clone.c - copying machines, and deleting them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle.h"
#include "aether-paths.h"
#include "aether-run.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static AetherBundle *
create (const char *folder, const char *name)
{
  g_autofree char *library = aether_paths_dup_library ();
  g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle = aether_bundle_create (folder ? folder : library, machine, &error);

  g_assert_no_error (error);
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
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, contents, -1, &error);
  g_assert_no_error (error);
}

static gboolean
has (AetherBundle *bundle, const char *file)
{
  g_autofree char *path = in_bundle (bundle, file);
  struct stat st;

  return lstat (path, &st) == 0;
}

static void
assert_holds (AetherBundle *bundle, const char *file, const char *expected)
{
  g_autofree char *path = in_bundle (bundle, file);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

static guint
count_files (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
keep_result_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static AetherBundle *
copy_or_cancel (AetherBundle *bundle, const char *name, GCancellable *cancellable, gboolean cancel, GError **error)
{
  g_autofree char *library = aether_paths_dup_library ();
  g_autoptr(GAsyncResult) result = NULL;

  aether_bundle_clone_async (bundle, library, name, cancellable, keep_result_cb, &result);
  if (cancel)
    g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return aether_bundle_clone_finish (bundle, result, error);
}

static AetherBundle *
copy_machine (AetherBundle *bundle, const char *name, GError **error)
{
  return copy_or_cancel (bundle, name, NULL, FALSE, error);
}

/* --- cloning ------------------------------------------------------------- */

static void
test_clone_is_another_machine (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Original");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(AetherMachine) copied = NULL;
  g_autoptr(AetherNetwork) network = NULL;
  g_autoptr(AetherNetwork) new_network = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *data = NULL;
  g_autofree char *more = NULL;
  g_autofree char *json = in_bundle (bundle, "machine.json");

  g_file_get_contents (json, &data, NULL, NULL);
  more = g_strdup_printf ("{\"x-other\": true, %s", strchr (data, '{') + 1);
  put (bundle, "machine.json", more);
  put (bundle, "disks/a, b.qcow2", "disk");
  put (bundle, "firmware/vars.qcow2", "vars");
  put (bundle, "notes/deep/er.txt", "mine");
  put (bundle, "logs/last-run.json", "{}");
  put (bundle, ".lock", "");
  put (bundle, ".machine.json.00000000.aether-temp", "half");

  copy = copy_machine (bundle, "The copy", &error);
  g_assert_no_error (error);
  copied = aether_bundle_load (copy, &error);
  g_assert_no_error (error);

  g_assert_cmpstr (copied->name, ==, "The copy");
  g_assert_cmpstr (copied->uuid, !=, machine->uuid);
  network = g_list_model_get_item (G_LIST_MODEL (machine->networks), 0);
  new_network = g_list_model_get_item (G_LIST_MODEL (copied->networks), 0);
  g_assert_nonnull (new_network->mac);
  g_assert_cmpstr (network->mac, !=, new_network->mac);

  assert_holds (copy, "disks/a, b.qcow2", "disk");
  assert_holds (copy, "firmware/vars.qcow2", "vars");
  assert_holds (copy, "notes/deep/er.txt", "mine");
  g_assert_false (has (copy, "logs/last-run.json"));
  g_assert_false (has (copy, ".machine.json.00000000.aether-temp"));
  g_free (data);
  g_free (json);
  json = in_bundle (copy, "machine.json");
  g_file_get_contents (json, &data, NULL, NULL);
  g_assert_nonnull (strstr (data, "x-other"));
  g_assert_false (aether_run_is_locked (aether_bundle_get_path (bundle)));
  g_assert_false (aether_run_is_locked (aether_bundle_get_path (copy)));
}

static void
test_clone_keeps_holes (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Sparse");
  g_autofree char *path = in_bundle (bundle, "disks/sparse.raw");
  g_autoptr(AetherBundle) copy = NULL;
  g_autofree char *copy_path = NULL;
  g_autofree char *block = g_malloc0 (4096);
  struct stat st, copy_st;
  int fd;

  fd = open (path, O_RDWR | O_CREAT, 0600);
  g_assert_cmpint (ftruncate (fd, 3 * 1024 * 1024 * 1024ll + 5), ==, 0);
  memset (block, 'x', 4096);
  g_assert_cmpint (pwrite (fd, block, 4096, 1024 * 1024 * 1024), ==, 4096);
  g_assert_cmpint (pwrite (fd, block, 5, 3 * 1024 * 1024 * 1024ll), ==, 5);
  close (fd);

  copy = copy_machine (bundle, "Copy", NULL);
  g_assert_nonnull (copy);
  copy_path = in_bundle (copy, "disks/sparse.raw");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (stat (copy_path, &copy_st), ==, 0);
  g_assert_cmpint (copy_st.st_size, ==, st.st_size);
  if (st.st_blocks * 512 < 1024 * 1024)
    g_assert_cmpint (copy_st.st_blocks * 512, <, 16 * 1024 * 1024);

  fd = open (copy_path, O_RDONLY);
  memset (block, 0, 4096);
  g_assert_cmpint (pread (fd, block, 4096, 1024 * 1024 * 1024), ==, 4096);
  g_assert_cmpint (block[0], ==, 'x');
  g_assert_cmpint (pread (fd, block, 4096, 3 * 1024 * 1024 * 1024ll), ==, 5);
  close (fd);
}

static void
test_clone_links (void)
{
  static const struct { const char *place, *target; gboolean allowed; } cases[] = {
    { "disks/link", "real.raw", TRUE },
    { "disks/link", "../disks/real.raw", TRUE },
    { "link", "disks/real.raw", TRUE },
    { "disks/link", "../../elsewhere", FALSE },
    { "link", "/etc/passwd", FALSE },
    { "link", "../Linked.aether/disks/real.raw", FALSE },   /* out and in again: not after a move */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherBundle) bundle = create (NULL, "Linked");
      g_autofree char *folder = aether_paths_dup_library ();
      g_autofree char *place = in_bundle (bundle, cases[i].place);
      g_autoptr(AetherBundle) copy = NULL;
      g_autoptr(GError) error = NULL;
      guint before = count_files (folder);

      put (bundle, "disks/real.raw", "disk");
      g_assert_cmpint (symlink (cases[i].target, place), ==, 0);
      copy = copy_machine (bundle, "Copy", &error);

      if (cases[i].allowed)
        {
          g_autofree char *target = NULL;

          g_assert_no_error (error);
          g_free (place);
          place = in_bundle (copy, cases[i].place);
          target = g_file_read_link (place, NULL);
          g_assert_cmpstr (target, ==, cases[i].target);
        }
      else
        {
          g_assert_null (copy);
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
          g_assert_nonnull (strstr (error->message, "is a link to a file outside"));
          g_assert_cmpuint (count_files (folder), ==, before);
        }
    }
}

static void
test_clone_brings_disks_home (void)
{
  g_autofree char *elsewhere = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  g_autofree char *disk_path = g_build_filename (elsewhere, "big.raw", NULL);
  g_autofree char *iso_path = g_build_filename (elsewhere, "a.iso", NULL);
  g_autoptr(AetherBundle) bundle = create (NULL, "Homeless");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autoptr(AetherDrive) disk = g_object_new (AETHER_TYPE_DRIVE, "id", "disk0", "file", disk_path, NULL);
  g_autoptr(AetherDrive) cdrom = g_object_new (AETHER_TYPE_DRIVE, "id", "cdrom0", "kind", AETHER_DRIVE_CDROM,
                                               "file", iso_path, NULL);
  g_autoptr(AetherDrive) inner = g_object_new (AETHER_TYPE_DRIVE, "id", "disk1", "file", "disks/big.raw", NULL);
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(AetherMachine) copied = NULL;
  g_autoptr(AetherDrive) new_disk = NULL;
  g_autoptr(AetherDrive) new_cdrom = NULL;
  g_autoptr(GError) error = NULL;

  g_file_set_contents (disk_path, "outer", -1, NULL);
  put (bundle, "disks/big.raw", "inner");
  g_list_store_append (machine->drives, disk);
  g_list_store_append (machine->drives, cdrom);
  g_list_store_append (machine->drives, inner);
  g_assert_true (aether_bundle_save (bundle, machine, NULL));

  copy = copy_machine (bundle, "Copy", &error);
  g_assert_no_error (error);
  copied = aether_bundle_load (copy, NULL);
  new_disk = g_list_model_get_item (G_LIST_MODEL (copied->drives), 0);
  new_cdrom = g_list_model_get_item (G_LIST_MODEL (copied->drives), 1);
  g_assert_cmpstr (new_disk->file, ==, "disks/2-big.raw");
  g_assert_cmpstr (new_cdrom->file, ==, iso_path);
  assert_holds (copy, "disks/2-big.raw", "outer");
  assert_holds (copy, "disks/big.raw", "inner");

  g_unlink (disk_path);
  g_rmdir (elsewhere);
}

static void
test_clone_of_a_running_machine (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Busy");
  g_autoptr(AetherBundle) copy = NULL;
  g_autoptr(GError) error = NULL;
  AetherRun *run = aether_run_begin (bundle, NULL);

  copy = copy_machine (bundle, "Copy", &error);
  g_assert_null (copy);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_true (g_str_has_prefix (error->message, "“Busy” is running"));
  g_clear_error (&error);

  g_assert_false (aether_bundle_delete (bundle, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_false (aether_bundle_delete (bundle, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);

  g_assert_true (aether_run_end (run, AETHER_END_CLEAN, NULL, NULL, NULL));
  g_assert_true (has (bundle, "machine.json"));
}

static void
test_clone_cancelled (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Cancelled");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *path = in_bundle (bundle, "disks/large.raw");
  g_autoptr(GCancellable) before = g_cancellable_new ();
  g_autoptr(GCancellable) during = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  g_autofree char *block = g_strnfill (1024 * 1024, 'x');
  int fd = open (path, O_WRONLY | O_CREAT, 0600);

  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (write (fd, block, 1024 * 1024), ==, 1024 * 1024);
  close (fd);

  g_cancellable_cancel (before);
  g_assert_null (copy_or_cancel (bundle, "Copy", before, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_null (copy_or_cancel (bundle, "Copy", during, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (folder), ==, 1);
}

static void
test_clone_on_a_full_disk (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Large");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *contents = g_strnfill (200000, 'x');
  g_autoptr(GError) error = NULL;
  struct rlimit old, tight;

  put (bundle, "disks/large.raw", contents);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  tight = (struct rlimit) { 100000, old.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  g_assert_null (copy_machine (bundle, "Copy", &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  g_assert_cmpstr (error->message, ==, "Could not clone “Large”. Could not copy “disks/large.raw”. "
                   "The file would be larger than this disk or your limits allow.");
  g_assert_cmpuint (count_files (folder), ==, 1);
}

static void
test_clone_of_what_is_not_right (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Broken");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autoptr(GError) error = NULL;

  g_assert_null (copy_machine (bundle, "two\nlines", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  put (bundle, "machine.json", "{");
  g_assert_null (copy_machine (bundle, "Copy", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_true (g_str_has_prefix (error->message, "Could not clone “Broken”. The machine.json of “Broken”"));
  g_assert_cmpuint (count_files (folder), ==, 1);
}

/* --- deleting ------------------------------------------------------------ */

static void
test_delete_permanently (void)
{
  g_autofree char *elsewhere = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  g_autofree char *kept = g_build_filename (elsewhere, "kept", NULL);
  g_autoptr(AetherBundle) bundle = create (NULL, "Gone");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *link = in_bundle (bundle, "disks/link");
  g_autoptr(GError) error = NULL;

  g_file_set_contents (kept, "x", 1, NULL);
  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  put (bundle, "a/b/c/d", "deep");

  g_assert_true (aether_bundle_delete (bundle, TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));

  g_assert_false (aether_bundle_delete (bundle, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_unlink (kept);
  g_rmdir (elsewhere);
}

static void
test_delete_a_link (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Real");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *link = g_build_filename (folder, "Link.aether", NULL);
  g_autoptr(AetherBundle) linked = NULL;

  g_assert_cmpint (symlink (aether_bundle_get_path (bundle), link), ==, 0);
  linked = aether_bundle_new (link);
  g_assert_cmpstr (aether_bundle_get_name (linked), ==, "Real");
  g_assert_true (aether_bundle_delete (linked, TRUE, NULL));
  g_assert_true (has (bundle, "machine.json"));
}

static void
test_delete_only_machines (void)
{
  g_autofree char *folder = g_dir_make_tmp ("aether-test-XXXXXX", NULL);
  g_autoptr(AetherBundle) bundle = aether_bundle_new (folder);
  g_autoptr(GError) error = NULL;

  g_assert_false (aether_bundle_delete (bundle, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_rmdir (folder);
}

static void
test_delete_to_the_trash (void)
{
  g_autoptr(AetherBundle) bundle = create (NULL, "Trashed");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *trashed = g_build_filename (g_get_user_data_dir (), "Trash", "files", "Trashed.aether",
                                               "machine.json", NULL);
  g_autoptr(GError) error = NULL;

  g_mkdir_with_parents (g_get_home_dir (), 0700);   /* its file system has the trash */
  aether_bundle_delete (bundle, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_files (folder), ==, 0);
  g_assert_true (g_file_test (trashed, G_FILE_TEST_EXISTS));
}

static void
test_delete_where_there_is_no_trash (void)
{
  g_autofree char *folder = g_strdup ("/dev/shm/aether-test-XXXXXX");
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  struct stat shm, home;

  g_mkdir_with_parents (g_get_home_dir (), 0700);
  if (stat ("/dev/shm", &shm) < 0 || stat (g_get_home_dir (), &home) < 0 || shm.st_dev == home.st_dev ||
      g_mkdtemp (folder) == NULL)
    {
      g_test_skip ("there is no file system of its own at /dev/shm");
      return;
    }

  bundle = create (folder, "Untrashable");
  g_assert_false (aether_bundle_delete (bundle, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_cmpstr (error->message, ==, "“Untrashable” cannot be moved to the trash: its disk has none. "
                   "It can only be deleted permanently.");
  g_assert_true (has (bundle, "machine.json"));
  g_assert_true (aether_bundle_delete (bundle, TRUE, NULL));
  g_rmdir (folder);
}

/* What a killed clone leaves is removed by the next who makes a machine there. */
static void
test_leftovers_are_removed (void)
{
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *dead = g_build_filename (folder, ".00000001.aether-temp", NULL);
  g_autofree char *young = g_build_filename (folder, ".00000002.aether-temp", NULL);
  g_autofree char *inner = g_build_filename (dead, "disks", NULL);
  struct timespec old[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };
  g_autoptr(AetherBundle) bundle = NULL;

  g_mkdir_with_parents (inner, 0700);
  g_mkdir (young, 0700);
  utimensat (AT_FDCWD, dead, old, 0);

  bundle = create (NULL, "New");
  g_assert_false (g_file_test (dead, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (young, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/bundle/clone/is-another-machine", test_clone_is_another_machine);
  g_test_add_func ("/bundle/clone/keeps-holes", test_clone_keeps_holes);
  g_test_add_func ("/bundle/clone/links", test_clone_links);
  g_test_add_func ("/bundle/clone/brings-disks-home", test_clone_brings_disks_home);
  g_test_add_func ("/bundle/clone/of-a-running-machine", test_clone_of_a_running_machine);
  g_test_add_func ("/bundle/clone/cancelled", test_clone_cancelled);
  g_test_add_func ("/bundle/clone/on-a-full-disk", test_clone_on_a_full_disk);
  g_test_add_func ("/bundle/clone/of-what-is-not-right", test_clone_of_what_is_not_right);
  g_test_add_func ("/bundle/delete/permanently", test_delete_permanently);
  g_test_add_func ("/bundle/delete/a-link", test_delete_a_link);
  g_test_add_func ("/bundle/delete/only-machines", test_delete_only_machines);
  g_test_add_func ("/bundle/delete/to-the-trash", test_delete_to_the_trash);
  g_test_add_func ("/bundle/delete/where-there-is-no-trash", test_delete_where_there_is_no_trash);
  g_test_add_func ("/bundle/leftovers-are-removed", test_leftovers_are_removed);

  return g_test_run ();
}
