/* test-create-jobs.c - machines on their way: what giving one up leaves, and what is taken up again
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-jobs.h"
#include "aether-create-record.h"
#include "aether-edition.h"

#include <glib/gstdio.h>

#define LONGEST (30 * G_USEC_PER_SEC)

static void
count_cb (guint *n)
{
  (*n)++;
}

static char *
dup_record_file (const char *id)
{
  g_autofree char *name = g_strconcat (id, ".json", NULL);

  return g_build_filename (g_get_user_state_dir (), "aether", "creating", name, NULL);
}

/* Runs the main loop until the file is not there any more. */
static void
wait_until_gone (const char *path)
{
  gint64 end = g_get_monotonic_time () + LONGEST;

  while (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

/* Given up when the machine is made, but nobody was told: it is neither announced nor left. */
static void
test_given_up_too_late (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("aether-jobs-XXXXXX", &error);
  g_autofree char *bundle = g_build_filename (folder, "Late.aether", NULL);
  g_autofree char *made = g_build_filename (bundle, "machine.json", NULL);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = aether_create_jobs_new (downloads, folder);
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  gint64 end = g_get_monotonic_time () + LONGEST;
  AetherCreateJob *job;
  guint n = 0;

  g_assert_no_error (error);
  g_signal_connect_swapped (jobs, "made", G_CALLBACK (count_cb), &n);
  g_set_str (&draft->name, "Late");
  draft->disk = AETHER_DRAFT_DISK_NONE;
  draft->chosen = AETHER_DRAFT_CHOSE_ALL;

  job = aether_create_jobs_add (jobs, draft);
  while (!g_file_test (made, G_FILE_TEST_EXISTS))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (1000);
    }
  aether_create_jobs_cancel (jobs, job, FALSE);
  wait_until_gone (bundle);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (jobs)), ==, 0);

  /* It goes out of sight at once, and file by file after that */
  while (g_rmdir (folder) != 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

/* One that is begun while the catalogue is read for those that were remembered is not begun twice. */
static void
test_only_old_ones_go_on (void)
{
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open (NULL, NULL);
  g_autoptr(AetherOs) os = aether_catalogue_lookup (catalogue, "debian13");
  g_autoptr(GPtrArray) editions = aether_edition_list (os, "x86_64", FALSE);
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherCreateRecord) damaged = aether_create_record_new (draft);
  g_autoptr(AetherCreateRecord) begun = NULL;
  g_autofree char *file = dup_record_file (damaged->id);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = NULL;
  g_autoptr(GError) error = NULL;

  aether_create_record_save (damaged, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (file, "{", -1, NULL));
  jobs = aether_create_jobs_new (downloads, NULL);

  aether_draft_set_os (draft, os);
  aether_draft_set_edition (draft, editions->pdata[0]);
  begun = aether_create_record_new (draft);
  aether_create_record_save (begun, &error);
  g_assert_no_error (error);

  wait_until_gone (file);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (jobs)), ==, 0);
  aether_create_record_remove (begun->id);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* No keyring of whoever runs this is asked */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);

  g_test_add_func ("/create-jobs/given-up-too-late", test_given_up_too_late);
  if (g_file_test ("/usr/share/osinfo/os", G_FILE_TEST_IS_DIR))
    g_test_add_func ("/create-jobs/only-old-ones-go-on", test_only_old_ones_go_on);

  return g_test_run ();
}
