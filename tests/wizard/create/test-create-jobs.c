/* test-create-jobs.c - machines on their way: what giving one up leaves, and what is taken up again
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-job-private.h"
#include "aether-create-jobs.h"
#include "aether-create-record.h"
#include "aether-download-item-private.h"
#include "aether-edition.h"
#include "aether-paths.h"

#include <glib/gstdio.h>
#include <string.h>

#define LONGEST (60 * G_USEC_PER_SEC)

/* A system whose disc is at the port, if anybody is there. */
#define SYSTEM  "http://tiny.test/tiny/1"
#define OS      "<libosinfo version='0.0.1'><os id='" SYSTEM "'><short-id>tiny1</short-id><name>Tiny</name>" \
                "<version>1</version><vendor>The tests</vendor><family>linux</family><distro>debian</distro>" \
                "<media arch='x86_64'><url>http://127.0.0.1:%u/tiny.iso</url></media></os></libosinfo>"

static char *catalogue_folder;

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

typedef gboolean (*Condition) (gpointer data);

/* Runs the main loop until it is so. */
static void
wait_until (Condition condition, gpointer data)
{
  gint64 end = g_get_monotonic_time () + LONGEST;

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static gboolean
is_gone (gpointer path)
{
  return !g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
is_removed (gpointer folder)
{
  return g_rmdir (folder) == 0;
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);

  return dir == NULL || g_dir_read_name (dir) == NULL;
}

static gboolean
is_busy (gpointer job)
{
  return aether_create_job_is_busy (job);
}

static gboolean
has_failed (gpointer job)
{
  return aether_create_job_get_state (job) == AETHER_CREATE_JOB_FAILED;
}

static gboolean
asks (gpointer job)
{
  return aether_create_job_get_state (job) == AETHER_CREATE_JOB_ASKING;
}

static gboolean
is_fetching (gpointer job)
{
  return aether_create_job_get_item (job) != NULL &&
         aether_download_item_get_state (aether_create_job_get_item (job)) == AETHER_DOWNLOAD_ITEM_RUNNING;
}

static guint
count_jobs (AetherCreateJobs *jobs)
{
  return g_list_model_get_n_items (G_LIST_MODEL (jobs));
}

/* Borrowed: the list keeps it. */
static AetherCreateJob *
first_job (AetherCreateJobs *jobs)
{
  g_autoptr(AetherCreateJob) job = g_list_model_get_item (G_LIST_MODEL (jobs), 0);

  g_assert_nonnull (job);
  return job;
}

/* Of the system whose disc is at @port. */
static AetherDraft *
make_draft (guint port)
{
  g_autofree char *file = g_build_filename (catalogue_folder, "os", "tiny.test", "tiny-1.xml", NULL);
  g_autofree char *text = g_strdup_printf (OS, port);
  g_autoptr(AetherCatalogue) catalogue = NULL;
  g_autoptr(AetherOs) os = NULL;
  g_autoptr(GPtrArray) editions = NULL;
  g_autoptr(GError) error = NULL;
  AetherDraft *draft = aether_draft_new ();

  g_file_set_contents (file, text, -1, &error);
  g_assert_no_error (error);
  catalogue = aether_catalogue_open (NULL, &error);
  g_assert_no_error (error);
  os = aether_catalogue_lookup (catalogue, SYSTEM);
  editions = aether_edition_list (os, "x86_64", FALSE);
  aether_draft_set_os (draft, os);
  aether_draft_set_arch (draft, "x86_64");
  aether_draft_set_edition (draft, editions->pdata[0]);
  draft->chosen = AETHER_DRAFT_CHOSE_ALL;
  draft->disk = AETHER_DRAFT_DISK_NONE;

  return draft;
}

/* As it is when the program that had it is gone. Returns: (transfer full): its id */
static char *
leave (AetherCreateRecord *record)
{
  g_autoptr(AetherCreateRecord) owned = record;
  g_autoptr(GError) error = NULL;

  aether_create_record_save (record, &error);
  g_assert_no_error (error);

  return g_strdup (record->id);
}

/* A disc that nothing starts from: a volume descriptor, and the end of those. */
static void
write_disc (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *disc = g_malloc0 (20 * 2048);
  g_autoptr(GError) error = NULL;

  memcpy (disc + 16 * 2048, "\1CD001\1", 7);
  memcpy (disc + 17 * 2048, "\377CD001\1", 7);
  g_mkdir_with_parents (folder, 0755);
  g_file_set_contents (path, disc, 20 * 2048, &error);
  g_assert_no_error (error);
}

/* --- what giving one up leaves ---------------------------------------------------------- */

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
  wait_until (is_gone, bundle);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (count_jobs (jobs), ==, 0);

  /* It goes out of sight at once, and file by file after that */
  wait_until (is_removed, folder);
}

/* The program ends while a disk is copied: it waits until nothing of that is left, and says before what
 * would be lost. */
static void
test_closed_while_it_is_made (void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("aether-jobs-XXXXXX", &error);
  g_autofree char *image = g_build_filename (g_get_user_data_dir (), "own.img", NULL);
  g_autofree char *block = g_malloc0 (1 << 20);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = aether_create_jobs_new (downloads, folder);
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherMedia) media = NULL;
  gint64 end = g_get_monotonic_time () + LONGEST;
  g_autofree char *program = g_find_program_in_path ("qemu-img");
  AetherCreateJob *job;
  guint n;

  g_assert_no_error (error);
  if (program == NULL)
    {
      g_rmdir (folder);
      g_test_skip ("qemu-img is not installed");
      return;
    }
  block[510] = 0x55;
  block[511] = (char) 0xaa;
  block[450] = (char) 0x83;   /* a partition */
  block[454] = 1;
  block[458] = 1;
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_file_set_contents (image, block, 1 << 20, &error);
  g_assert_no_error (error);
  media = aether_media_detect (image, &error);
  g_assert_no_error (error);
  g_assert_cmpint (media->kind, ==, AETHER_MEDIA_DISK);
  aether_draft_set_file (draft, image, g_steal_pointer (&media));
  draft->disk = AETHER_DRAFT_DISK_COPY;
  draft->chosen = AETHER_DRAFT_CHOSE_ALL;

  g_assert_null (aether_create_jobs_find_mortal (jobs, &n));
  job = aether_create_jobs_add (jobs, draft);
  g_assert_cmpint (aether_create_job_get_state (job), ==, AETHER_CREATE_JOB_MAKING);
  g_assert_true (aether_create_jobs_find_mortal (jobs, &n) == job);
  g_assert_cmpuint (n, ==, 1);
  /* The thread is at it, and nobody is told before it is closed that it were done */
  wait_until (is_busy, job);
  while (is_empty (folder))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_usleep (1000);
    }
  aether_create_jobs_close (jobs);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Two of one edition share its download: it goes when the last of them is given up. */
static void
test_given_up_beside_another (void)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = aether_create_jobs_new (downloads, NULL);
  g_autoptr(AetherDraft) draft = NULL;
  g_autoptr(GError) error = NULL;
  AetherCreateJob *one, *other;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);

  g_assert_no_error (error);
  draft = make_draft (port);   /* nobody answers there */
  one = aether_create_jobs_add (jobs, draft);
  other = aether_create_jobs_add (jobs, draft);
  wait_until (is_fetching, one);
  wait_until (is_fetching, other);
  g_assert_true (aether_create_job_get_item (one) == aether_create_job_get_item (other));
  g_assert_true (aether_create_jobs_shares (jobs, one));

  aether_create_jobs_cancel (jobs, one, FALSE);
  g_assert_true (is_fetching (other));
  g_assert_false (aether_download_item_is_leaving (aether_create_job_get_item (other)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (downloads)), ==, 1);
  g_assert_false (aether_create_jobs_shares (jobs, other));

  aether_create_jobs_cancel (jobs, other, FALSE);
  aether_downloads_close (downloads);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (downloads)), ==, 0);
}

/* --- what is taken up again --------------------------------------------------------------- */

/* One that is begun meanwhile is not begun twice, neither by this list nor by another process's. */
static void
test_one_list_has_it (void)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autoptr(AetherDraft) draft = make_draft (port);
  g_autofree char *id = leave (aether_create_record_new (draft));
  g_autofree char *file = dup_record_file (id);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = aether_create_jobs_new (downloads, NULL);
  g_autoptr(AetherCreateJobs) others = aether_create_jobs_new (downloads, NULL);

  g_assert_cmpuint (count_jobs (jobs), ==, 1);
  g_assert_cmpuint (count_jobs (others), ==, 0);
  wait_until (is_fetching, first_job (jobs));
  g_clear_object (&others);
  others = aether_create_jobs_new (downloads, NULL);
  g_assert_cmpuint (count_jobs (others), ==, 0);

  /* It ends, and the next one has it */
  aether_create_jobs_close (jobs);
  g_clear_object (&jobs);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  jobs = aether_create_jobs_new (downloads, NULL);
  g_assert_cmpuint (count_jobs (jobs), ==, 1);
  g_assert_true (aether_create_job_is_remembered (first_job (jobs)));
  aether_create_jobs_cancel (jobs, first_job (jobs), FALSE);
  g_assert_true (is_gone (file));
  aether_downloads_close (downloads);
}

static void
test_damaged_one_is_forgotten (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autofree char *id = leave (aether_create_record_new (draft));
  g_autofree char *file = dup_record_file (id);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autofree char *long_one = g_strnfill (1 << 20, ' ');
  const char *texts[] = { "{", long_one };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr(AetherCreateJobs) jobs = NULL;

      g_assert_true (g_file_set_contents (file, texts[i], -1, NULL));
      jobs = aether_create_jobs_new (downloads, NULL);
      g_assert_cmpuint (count_jobs (jobs), ==, 0);
      g_assert_true (is_gone (file));
    }
}

/* It stays, says why, and goes when the user gives it up. */
static void
test_system_that_is_gone (void)
{
  g_autoptr(AetherDraft) draft = make_draft (1);
  g_autoptr(AetherCreateRecord) record = aether_create_record_new (draft);
  g_autofree char *id = NULL, *file = NULL, *folder = NULL;
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = NULL;
  AetherCreateJob *job;

  g_set_str (&record->system, "http://nobody.test/none");
  id = leave (g_steal_pointer (&record));
  file = dup_record_file (id);
  folder = g_path_get_dirname (file);

  jobs = aether_create_jobs_new (downloads, NULL);
  job = first_job (jobs);
  g_assert_cmpstr (aether_create_job_get_name (job), ==, "Tiny");
  wait_until (has_failed, job);
  g_assert_nonnull (strstr (aether_create_job_get_error (job), "/tiny.iso"));
  g_assert_false (is_gone (file));
  g_assert_cmpuint (aether_create_jobs_get_active (jobs), ==, 0);

  /* Tried again it is looked for again */
  aether_create_job_retry (job);
  g_assert_false (has_failed (job));
  wait_until (has_failed, job);
  g_assert_false (is_gone (file));
  aether_create_jobs_cancel (jobs, job, FALSE);
  g_assert_cmpuint (count_jobs (jobs), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* The user will answer: that is remembered, too. */
static void
test_by_hand_is_remembered (void)
{
  g_autoptr(AetherDraft) draft = make_draft (1);
  g_autofree char *id = NULL, *file = NULL, *text = NULL;
  g_autofree char *media = aether_paths_dup_media ();
  g_autofree char *disc = g_build_filename (media, "tiny.iso", NULL);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = NULL;
  AetherCreateJob *job;

  write_disc (disc);
  draft->unattended = TRUE;
  id = leave (aether_create_record_new (draft));
  file = dup_record_file (id);
  jobs = aether_create_jobs_new (downloads, NULL);
  job = first_job (jobs);
  wait_until (has_failed, job);
  g_assert_true (aether_create_job_is_mute (job));

  aether_create_job_retry_by_hand (job);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"unattended\" : false"));
  aether_create_jobs_cancel (jobs, job, FALSE);
  aether_create_jobs_close (jobs);
}

/* Nobody kept the key, which is asked for alone. */
static void
test_asks_for_what_is_missing (void)
{
  g_autoptr(AetherDraft) draft = make_draft (1);
  g_autoptr(AetherDownloads) downloads = aether_downloads_new ();
  g_autoptr(AetherCreateJobs) jobs = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *media = aether_paths_dup_media ();
  g_autofree char *disc = g_build_filename (media, "tiny.iso", NULL);
  g_autofree char *id = NULL;
  AetherCreateJob *job;

  write_disc (disc);
  draft->unattended = TRUE;
  draft->options->product_key = g_strdup ("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE");
  id = leave (aether_create_record_new (draft));
  jobs = aether_create_jobs_new (downloads, NULL);
  job = first_job (jobs);
  wait_until (asks, job);
  g_assert_false (aether_create_job_lacks_password (job));
  g_assert_true (aether_create_job_lacks_key (job));

  g_assert_false (aether_create_job_answer (job, "", "", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (asks (job));
  aether_create_jobs_cancel (jobs, job, FALSE);
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = NULL, *above = NULL, *file = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  /* No keyring of whoever runs this is asked */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  /* GNOME's one wants settings that isolated folders do not have */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);

  /* No systems but the one of these tests */
  catalogue_folder = g_dir_make_tmp ("aether-catalogue-XXXXXX", &error);
  g_assert_no_error (error);
  folder = g_build_filename (catalogue_folder, "os", "tiny.test", NULL);
  g_mkdir_with_parents (folder, 0700);
  g_setenv ("AETHER_CATALOGUE_DIR", catalogue_folder, TRUE);
  g_setenv ("OSINFO_SYSTEM_DIR", catalogue_folder, TRUE);

  g_test_add_func ("/create-jobs/given-up-too-late", test_given_up_too_late);
  g_test_add_func ("/create-jobs/closed-while-it-is-made", test_closed_while_it_is_made);
  g_test_add_func ("/create-jobs/given-up-beside-another", test_given_up_beside_another);
  g_test_add_func ("/create-jobs/one-list-has-it", test_one_list_has_it);
  g_test_add_func ("/create-jobs/damaged-one-is-forgotten", test_damaged_one_is_forgotten);
  g_test_add_func ("/create-jobs/system-that-is-gone", test_system_that_is_gone);
  g_test_add_func ("/create-jobs/by-hand-is-remembered", test_by_hand_is_remembered);
  g_test_add_func ("/create-jobs/asks-for-what-is-missing", test_asks_for_what_is_missing);
  status = g_test_run ();

  file = g_build_filename (folder, "tiny-1.xml", NULL);
  g_unlink (file);
  g_rmdir (folder);
  above = g_path_get_dirname (folder);
  g_rmdir (above);
  g_rmdir (catalogue_folder);
  g_free (catalogue_folder);
  return status;
}
