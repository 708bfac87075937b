/* test-create.c - new machines from a wish, and the demo
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create.h"
#include "aether-demo.h"
#include "aether-disc.h"
#include "aether-paths.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct
{
  char *folder;      /* where bundles go */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("aether-create-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
}

static void
remove_all (const char *path)
{
  g_autoptr(GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_all (self->folder);
  g_free (self->folder);
}

static guint
count_entries (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;

  return n;
}

static AetherCreateRequest *
new_request (Fixture *self, const char *name)
{
  AetherCreateRequest *request = aether_create_request_new (name);

  request->directory = g_strdup (self->folder);
  request->arch = g_strdup ("x86_64");

  return request;
}

static void
remember_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static gboolean
have_qemu_img (void)
{
  g_autofree char *path = g_find_program_in_path ("qemu-img");

  if (path == NULL)
    g_test_skip ("qemu-img is not installed");
  return path != NULL;
}

/* --- making --------------------------------------------------------------- */

static void
test_defaults (Fixture *self, gconstpointer data)
{
  g_autoptr(AetherCreateRequest) request = new_request (self, "Plain");
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) bundle = aether_create (request, NULL, &error);
  g_autoptr(AetherMachine) machine = NULL;

  g_assert_no_error (error);
  machine = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (machine->memory->size, ==, aether_create_default_memory ());
  g_assert_cmpuint (machine->memory->size, >=, 128);
  g_assert_cmpuint (machine->memory->size, <=, 2048);
  g_assert_cmpuint (machine->cpu->count, ==, MIN (4, g_get_num_processors ()));
  g_assert_cmpint (machine->firmware->kind, ==, AETHER_FIRMWARE_BIOS);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machine->drives)), ==, 0);
}

static void
test_async_with_disks (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  AetherCreateRequest *request = new_request (self, "Disks");

  if (!have_qemu_img ())
    {
      aether_create_request_free (request);
      return;
    }

  aether_create_request_add_disk (request, 16 * MIB);
  aether_create_request_add_cdrom (request, NULL);
  aether_create_request_add_disk (request, 32 * MIB);
  aether_create_async (request, NULL, remember_result, &result);
  bundle = aether_create_finish (wait_for (&result), &error);
  g_assert_no_error (error);

  machine = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machine->drives)), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);
      g_autofree char *path = drive->file ? aether_bundle_resolve (bundle, drive->file) : NULL;

      g_assert_cmpint (drive->kind, ==, i == 1 ? AETHER_DRIVE_CDROM : AETHER_DRIVE_DISK);
      g_assert_true (i == 1 ? path == NULL : g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

static void
test_drive_taken_away_by_a_setting_is_not_made (Fixture *self, gconstpointer data)
{
  g_autoptr(AetherCreateRequest) request = new_request (self, "Changed");
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *disk = NULL;

  aether_create_request_add_disk (request, 16 * MIB);
  g_ptr_array_add (request->settings, g_strdup ("drives.0=null"));
  bundle = aether_create (request, NULL, &error);
  g_assert_no_error (error);

  disk = aether_bundle_resolve (bundle, "disks/disk0.qcow2");
  g_assert_false (g_file_test (disk, G_FILE_TEST_EXISTS));
}

static void
test_cancelled_before (Fixture *self, gconstpointer data)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  aether_create_async (new_request (self, "Never"), cancellable, remember_result, &result);
  g_assert_null (aether_create_finish (wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (self->folder), ==, 0);
}

static gboolean
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* Cancelled at moments from "not begun" to "long done": a whole machine or none. */
static void
test_cancelled_at_any_moment (Fixture *self, gconstpointer data)
{
  guint made = 0;

  if (!have_qemu_img ())
    return;

  for (guint moment = 0; moment < 20; moment++)
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      g_autoptr(AetherBundle) bundle = NULL;
      AetherCreateRequest *request = new_request (self, "Perhaps");

      for (guint i = 0; i < 4; i++)
        aether_create_request_add_disk (request, 16 * MIB);
      aether_create_async (request, cancellable, remember_result, &result);
      g_timeout_add (moment * 5, cancel, cancellable);
      bundle = aether_create_finish (wait_for (&result), &error);
      while (!g_cancellable_is_cancelled (cancellable))
        g_main_context_iteration (NULL, TRUE);

      if (bundle)
        made++;
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (count_entries (self->folder), ==, made);
    }
  g_test_message ("%u of 20 were made before they were cancelled", made);
}

/* --- refusing ------------------------------------------------------------- */

static void
assert_refused (Fixture *self, AetherCreateRequest *request, GQuark domain, int code, const char *words)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (aether_create (request, NULL, &error));
  g_assert_error (error, domain, code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
  aether_create_request_free (request);
  g_assert_cmpuint (count_entries (self->folder), ==, 0);
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  AetherCreateRequest *request;

  assert_refused (self, new_request (self, "two\nlines"), G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "line break");

  request = new_request (self, "A");
  aether_create_request_add_image (request, "/does/not/exist.qcow2");
  assert_refused (self, request, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "“/does/not/exist.qcow2” cannot be opened");

  request = new_request (self, "A");
  aether_create_request_add_cdrom (request, "/dev/null");
  assert_refused (self, request, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, "“/dev/null” is not a file");

  request = new_request (self, "A");
  aether_create_request_add_image (request, "/tmp/\xff\xfe");
  assert_refused (self, request, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "not valid UTF-8");

  request = new_request (self, "A");
  request->append = g_strdup ("quiet");
  assert_refused (self, request, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "needs a kernel");

  request = new_request (self, "A");
  request->firmware = g_strdup ("coreboot");
  assert_refused (self, request, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "“bios” or “uefi”");

  request = new_request (self, "A");
  g_ptr_array_add (request->settings, g_strdup ("memory.size=0"));
  assert_refused (self, request, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "memory.size");
}

/* --- discs ---------------------------------------------------------------- */

static gboolean
is_disc (const char *signature, gsize offset)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("aether-disc-XXXXXX", &path, NULL);
  gboolean is;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, signature, strlen (signature), offset), ==, strlen (signature));
  g_assert_cmpint (ftruncate (fd, 128 * 1024), ==, 0);
  is = aether_disc_is_one (fd);
  close (fd);
  g_unlink (path);

  return is;
}

static void
test_discs (void)
{
  g_assert_true (is_disc ("CD001", 16 * 2048 + 1));    /* ISO 9660 */
  g_assert_true (is_disc ("NSR03", 18 * 2048 + 1));    /* UDF */
  g_assert_true (is_disc ("BEA01", 16 * 2048 + 1));
  g_assert_true (is_disc ("H+", 1024));                /* HFS+ */
  g_assert_false (is_disc ("CD001", 16 * 2048));
  g_assert_false (is_disc ("CD001", 1));
  g_assert_false (is_disc ("<html>", 0));
}

/* --- the demo ------------------------------------------------------------- */

static void
put (const char *folder, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, contents, -1, &error);
  g_assert_no_error (error);
}

static char *
make_guest (Fixture *self)
{
  g_autofree char *arch = g_build_filename (self->folder, "guests", "aarch64", NULL);

  g_assert_cmpint (g_mkdir_with_parents (arch, 0700), ==, 0);
  put (arch, "vmlinuz", "kernel");
  put (arch, "initrd", "initrd");
  put (arch, "cmdline", "console=ttyAMA0 quiet\n");

  return g_build_filename (self->folder, "guests", NULL);
}

static void
test_demo (Fixture *self, gconstpointer data)
{
  g_autofree char *guests = make_guest (self);
  g_autofree char *target = g_build_filename (self->folder, "machines", NULL);
  g_autoptr(GAsyncResult) result = NULL, again = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherBundle) second = NULL;
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *kernel = NULL;
  g_autofree char *contents = NULL;

  g_setenv ("AETHER_GUESTS_DIR", guests, TRUE);
  aether_demo_create_async (target, AETHER_DEMO_LINUX, "A demo", "aarch64", NULL, remember_result, &result);
  bundle = aether_demo_create_finish (wait_for (&result), &error);
  g_assert_no_error (error);

  machine = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (machine->firmware->append, ==, "console=ttyAMA0 quiet");
  kernel = aether_bundle_resolve (bundle, machine->firmware->kernel);
  g_assert_true (g_str_has_prefix (kernel, aether_bundle_get_path (bundle)));
  g_assert_true (g_file_get_contents (kernel, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "kernel");

  aether_demo_create_async (target, AETHER_DEMO_LINUX, NULL, "aarch64", NULL, remember_result, &again);
  second = aether_demo_create_finish (wait_for (&again), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aether_bundle_get_name (second), ==, "Demo");
}

/* An Aether guest: its image is the whole machine, and goes into it */
static void
test_demo_of_our_own (Fixture *self, gconstpointer data)
{
  g_autofree char *target = g_build_filename (self->folder, "machines", NULL);
  g_autoptr(GAsyncResult) result = NULL, refused = NULL, outside = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *kernel = NULL;
  g_autofree char *contents = NULL;

  put (self->folder, "console-arm64.aether", "image");
  g_setenv ("AETHER_DEMOS_DIR", self->folder, TRUE);
  aether_demo_create_async (target, AETHER_DEMO_CONSOLE, "Ours", "aarch64", NULL, remember_result, &result);
  bundle = aether_demo_create_finish (wait_for (&result), &error);
  g_assert_no_error (error);

  machine = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (machine->engine, ==, "aether");
  g_assert_cmpstr (machine->arch, ==, "aarch64");
  g_assert_cmpstr (machine->firmware->kernel, ==, "boot/kernel");
  kernel = aether_bundle_resolve (bundle, machine->firmware->kernel);
  g_assert_true (g_str_has_prefix (kernel, aether_bundle_get_path (bundle)));
  g_assert_true (g_file_get_contents (kernel, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "image");

  aether_demo_create_async (target, "paint", NULL, NULL, NULL, remember_result, &refused);
  g_assert_null (aether_demo_create_finish (wait_for (&refused), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "“paint”"));
  g_clear_error (&error);

  put (self->folder, "x-arm64.aether", "image");
  aether_demo_create_async (target, "../machines/../x", NULL, "aarch64", NULL, remember_result, &outside);
  g_assert_null (aether_demo_create_finish (wait_for (&outside), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* No engine here can run it */
static void
test_demo_chosen (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL, cancelled = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;
  const char *why;

  put (self->folder, "console-x86_64.aether", "image");
  g_setenv ("AETHER_DEMOS_DIR", self->folder, TRUE);
  g_setenv ("AETHER_ENGINES_DIR", self->folder, TRUE);
  aether_demo_choose_async ("x86_64", NULL, remember_result, &result);
  g_assert_cmpstr (aether_demo_choose_finish (wait_for (&result), &why, &error), ==, AETHER_DEMO_LINUX);
  g_assert_no_error (error);
  g_assert_nonnull (why);

  g_cancellable_cancel (cancellable);
  aether_demo_choose_async ("x86_64", cancellable, remember_result, &cancelled);
  g_assert_null (aether_demo_choose_finish (wait_for (&cancelled), &why, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_demo_without_guest (Fixture *self, gconstpointer data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_setenv ("AETHER_GUESTS_DIR", self->folder, TRUE);
  aether_demo_create_async (self->folder, AETHER_DEMO_LINUX, NULL, "riscv64", NULL, remember_result, &result);
  g_assert_null (aether_demo_create_finish (wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "riscv64"));
  g_assert_cmpuint (count_entries (self->folder), ==, 0);
}

static void
test_demo_cancelled (Fixture *self, gconstpointer data)
{
  g_autofree char *guests = make_guest (self);
  g_autofree char *target = g_build_filename (self->folder, "machines", NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;

  g_setenv ("AETHER_GUESTS_DIR", guests, TRUE);
  aether_demo_create_async (target, AETHER_DEMO_LINUX, "A demo", "aarch64", cancellable, remember_result, &result);
  g_cancellable_cancel (cancellable);
  bundle = aether_demo_create_finish (wait_for (&result), &error);
  if (bundle)
    return;   /* it was quicker, and says so */

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (!g_file_test (target, G_FILE_TEST_EXISTS) || count_entries (target) == 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, function) g_test_add ("/create/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("defaults", test_defaults);
  ADD ("async-with-disks", test_async_with_disks);
  ADD ("drive-taken-away-by-a-setting-is-not-made", test_drive_taken_away_by_a_setting_is_not_made);
  ADD ("cancelled-before", test_cancelled_before);
  ADD ("cancelled-at-any-moment", test_cancelled_at_any_moment);
  ADD ("refused", test_refused);
  ADD ("demo", test_demo);
  ADD ("demo-of-our-own", test_demo_of_our_own);
  ADD ("demo-chosen", test_demo_chosen);
  ADD ("demo-without-guest", test_demo_without_guest);
  ADD ("demo-cancelled", test_demo_cancelled);
  g_test_add_func ("/create/discs", test_discs);

  return g_test_run ();
}
