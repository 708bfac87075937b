/* test-install-create.c - a machine with answers for its installer, and without them afterwards
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-create.h"
#include "aether-install-private.h"
#include "aether-tree.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  char *disc;
} Fixture;

static AetherInstallOptions *
options_new (void)
{
  AetherInstallOptions *options = aether_install_options_new ();

  options->user_name = g_strdup ("anna");
  options->password = g_strdup ("secret");
  options->arch = g_strdup ("x86_64");
  aether_install_options_complete (options, "Box");

  return options;
}

/* A disc with files of these names. */
static void
write_disc (const char *path, const char * const *names)
{
  g_autoptr(AetherInstallOptions) options = options_new ();
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (AETHER_INSTALL_KICKSTART, options, &error);

  g_assert_no_error (error);
  g_ptr_array_set_size (plan->files, 0);
  for (guint i = 0; names[i]; i++)
    _aether_install_plan_add (plan, names[i], g_string_new (names[i]));
  g_assert_true (aether_install_write_disc (plan, path, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char * const names[] = { "casper/vmlinuz", "casper/initrd", "casper/install-sources.yaml", NULL };

  fixture->folder = g_dir_make_tmp ("create-XXXXXX", NULL);
  fixture->disc = g_build_filename (fixture->folder, "ubuntu.iso", NULL);
  write_disc (fixture->disc, names);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  aether_tree_remove (fixture->folder, NULL);
  g_free (fixture->folder);
  g_free (fixture->disc);
}

static AetherCreateRequest *
request_new (Fixture *fixture)
{
  AetherCreateRequest *request = aether_create_request_new ("Box");
  AetherInstallJob *job = aether_install_job_new (fixture->disc);
  g_autoptr(GError) error = NULL;

  request->directory = g_build_filename (fixture->folder, "machines", NULL);
  request->arch = g_strdup ("x86_64");
  request->disk_format = g_strdup ("raw");
  g_assert_true (aether_install_medium_look (&job->found, fixture->disc, "x86_64", FALSE, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (job->found.kind, ==, AETHER_INSTALL_AUTOINSTALL);
  job->disk_size = 1 << 20;
  job->options = options_new ();
  aether_install_job_add (job, request);

  return request;
}

static gboolean
has_file (AetherBundle *bundle, const char *name)
{
  g_autofree char *path = aether_bundle_resolve (bundle, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
count_machines (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "machines", NULL);
  g_autoptr(GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder && g_dir_read_name (folder))
    n++;

  return n;
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr(AetherCreateRequest) request = request_new (fixture);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) bundle = aether_create (request, NULL, &error);
  g_autoptr(AetherMachine) machine = NULL, after = NULL;

  g_assert_no_error (error);
  machine = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (machine->firmware->kernel, ==, "boot/kernel");
  g_assert_cmpstr (machine->firmware->append, ==, "autoinstall ---");
  g_assert_true (machine->firmware->once);
  /* The disk, the system's disc, the answers */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machine->drives)), ==, 3);
  g_assert_true (has_file (bundle, "install/answers.iso"));
  g_assert_true (has_file (bundle, "boot/initrd"));

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (aether_bundle_drop_once (bundle, &error));
      g_assert_no_error (error);
    }

  after = aether_bundle_load (bundle, &error);
  g_assert_no_error (error);
  g_assert_null (after->firmware->kernel);
  g_assert_null (after->firmware->append);
  g_assert_false (after->firmware->once);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (after->drives)), ==, 2);
  g_assert_false (has_file (bundle, "install/answers.iso"));
  g_assert_false (has_file (bundle, "boot/kernel"));
  g_assert_false (has_file (bundle, "boot/initrd"));
  g_assert_true (g_file_test (fixture->disc, G_FILE_TEST_EXISTS));
}

/* Files that are not the machine's own, and disks, are only let go. */
static void
test_once_spares_others (Fixture *fixture, gconstpointer data)
{
  g_autoptr(AetherCreateRequest) request = aether_create_request_new ("Box");
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) bundle = NULL;

  request->directory = g_build_filename (fixture->folder, "machines", NULL);
  request->disk_format = g_strdup ("raw");
  request->kernel = g_strdup (fixture->disc);
  aether_create_request_add_disk (request, 1 << 20);
  aether_create_request_add_cdrom (request, fixture->disc);
  g_ptr_array_add (request->settings, g_strdup ("firmware.once=true"));
  g_ptr_array_add (request->settings, g_strdup ("drives.0.once=true"));
  g_ptr_array_add (request->settings, g_strdup ("drives.1.once=true"));
  bundle = aether_create (request, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (aether_bundle_drop_once (bundle, &error));
  g_assert_no_error (error);
  g_assert_true (has_file (bundle, "disks/disk0.raw"));
  g_assert_true (g_file_test (fixture->disc, G_FILE_TEST_EXISTS));
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr(AetherCreateRequest) request = request_new (fixture);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (aether_create (request, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_machines (fixture), ==, 0);
}

/* The disc changes between the look and the making. */
static void
test_failure_leaves_nothing (Fixture *fixture, gconstpointer data)
{
  static const char * const names[] = { "casper/vmlinuz", NULL };
  g_autoptr(AetherCreateRequest) request = request_new (fixture);
  g_autoptr(GError) error = NULL;

  g_unlink (fixture->disc);
  write_disc (fixture->disc, names);
  g_assert_null (aether_create (request, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "casper/initrd"));
  g_assert_cmpuint (count_machines (fixture), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) g_test_add ("/install/create/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("once", test_once);
  ADD ("once/spares-others", test_once_spares_others);
  ADD ("cancelled", test_cancelled);
  ADD ("failure-leaves-nothing", test_failure_leaves_nothing);

  return g_test_run ();
}
