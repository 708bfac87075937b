/* test-draft.c - what a machine to be is filled in with, what it costs, and what is remembered of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-cost.h"
#include "aether-create-record.h"
#include "aether-edition.h"

#include <glib/gstdio.h>
#include <string.h>

#define GIB (1024ull * 1024 * 1024)

static AetherCatalogue *catalogue;

/* As if it had been looked at. */
static AetherMedia *
media_new (AetherMediaKind kind, AetherMediaCpus cpus)
{
  AetherMedia *media = g_new0 (AetherMedia, 1);

  media->kind = kind;
  media->format = kind == AETHER_MEDIA_DISC ? "iso9660" : "qcow2";
  media->cpus = cpus;
  media->volume_id = g_strdup ("");
  media->system_id = g_strdup ("");
  media->publisher_id = g_strdup ("");
  media->application_id = g_strdup ("");

  return media;
}

static AetherOs *
find (const char *id)
{
  AetherOs *os = aether_catalogue_lookup (catalogue, id);

  g_assert_nonnull (os);

  return os;
}

/* --- filling in --------------------------------------------------------------------- */

static void
test_choices_stay (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherOs) debian = find ("debian13");
  g_autoptr(AetherOs) fedora = find ("fedora43");

  aether_draft_set_os (draft, debian);
  g_assert_cmpstr (draft->name, ==, "Debian 13");
  draft->memory = 3333;
  draft->chosen |= AETHER_DRAFT_CHOSE_MEMORY;
  aether_draft_set_os (draft, fedora);
  g_assert_cmpuint (draft->memory, ==, 3333);
  g_assert_cmpstr (draft->name, ==, aether_os_get_name (fedora));

  g_set_str (&draft->name, "Mine");
  draft->chosen |= AETHER_DRAFT_CHOSE_NAME;
  aether_draft_set_os (draft, debian);
  g_assert_cmpstr (draft->name, ==, "Mine");
}

static void
test_firmware_follows_medium (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  AetherMedia *media = media_new (AETHER_MEDIA_DISC, AETHER_MEDIA_CPU_X86_64);

  media->boots_bios = TRUE;
  aether_draft_set_file (draft, "/tmp/old.iso", media);
  g_assert_cmpstr (draft->firmware, ==, "bios");
  g_assert_cmpstr (draft->name, ==, "old");
  g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_NEW);
  g_assert_true (draft->start);

  aether_draft_set_nothing (draft);
  g_assert_null (draft->firmware);
  g_assert_false (draft->start);
}

static void
test_image_is_the_disk (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();

  aether_draft_set_file (draft, "/tmp/disk.tar.qcow2", media_new (AETHER_MEDIA_DISK_IMAGE, AETHER_MEDIA_CPU_NONE));
  g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_IMAGE);
  g_assert_cmpstr (draft->image, ==, "/tmp/disk.tar.qcow2");
  g_assert_cmpstr (draft->name, ==, "disk");

  /* Another medium makes that choice void */
  aether_draft_set_file (draft, "/tmp/disc.iso", media_new (AETHER_MEDIA_DISC, AETHER_MEDIA_CPU_NONE));
  g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_NEW);
  g_assert_null (draft->image);
}

static void
test_cloud_image_wants_answers (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherOs) os = find ("debian13");
  g_autoptr(GPtrArray) editions = NULL;
  g_autoptr(AetherInstallOptions) options = NULL;
  g_autoptr(GError) error = NULL;

  aether_draft_set_os (draft, os);
  aether_draft_set_arch (draft, "x86_64");
  editions = aether_edition_list (os, "x86_64", TRUE);
  g_assert_cmpuint (editions->len, >, 0);
  aether_draft_set_edition (draft, editions->pdata[0]);
  g_assert_cmpint (aether_draft_get_kind (draft), ==, AETHER_INSTALL_CLOUD_INIT);
  g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_COPY);
  g_assert_true (draft->unattended);

  options = aether_draft_make_options (draft, &error);
  g_assert_null (options);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  draft->options->password = g_strdup ("secret");
  options = aether_draft_make_options (draft, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (options->host_name, ==, "debian-13");
}

/* Of a chosen edition nothing stays when a file of one's own is taken, which may be of another system. */
static void
test_own_file_is_no_edition (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherOs) debian = find ("debian13");
  g_autoptr(AetherOs) fedora = find ("fedora43");
  g_autoptr(GPtrArray) editions = aether_edition_list (debian, "x86_64", TRUE);

  aether_draft_set_os (draft, debian);
  aether_draft_set_edition (draft, editions->pdata[0]);
  aether_draft_set_file (draft, "/tmp/own.qcow2", media_new (AETHER_MEDIA_DISK_IMAGE, AETHER_MEDIA_CPU_NONE));
  g_assert_null (draft->edition);
  g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_IMAGE);
  g_assert_false (draft->unattended);

  aether_draft_set_os (draft, fedora);
  g_assert_cmpint (draft->source, ==, AETHER_DRAFT_FILE);
  g_assert_cmpstr (draft->medium, ==, "/tmp/own.qcow2");
}

/* It is for other machines, too: the machine gets a copy, also when that is tried again. */
static void
test_fetched_image_is_copied (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherOs) debian = find ("debian13");
  g_autoptr(GPtrArray) editions = aether_edition_list (debian, "x86_64", TRUE);

  aether_draft_set_os (draft, debian);
  aether_draft_set_edition (draft, editions->pdata[0]);
  g_set_str (&draft->medium, "/tmp/fetched.qcow2");
  for (guint i = 0; i < 2; i++)
    {
      aether_draft_set_file (draft, draft->medium, media_new (AETHER_MEDIA_DISK_IMAGE, AETHER_MEDIA_CPU_NONE));
      g_assert_true (draft->edition == editions->pdata[0]);
      g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_COPY);
    }

  /* One that was fetched another day */
  aether_draft_set_file (draft, "/tmp/media/old.qcow2", media_new (AETHER_MEDIA_DISK_IMAGE, AETHER_MEDIA_CPU_NONE));
  draft->shared = TRUE;
  aether_draft_offer (draft);
  g_assert_cmpint (draft->disk, ==, AETHER_DRAFT_DISK_COPY);
  g_assert_null (draft->image);
}

static void
test_editions (void)
{
  g_autoptr(AetherOs) os = find ("debian13");
  g_autoptr(GPtrArray) asked = aether_edition_list (os, "x86_64", FALSE);
  g_autoptr(GPtrArray) foreign = aether_edition_list (os, "sparc64", TRUE);

  /* Without questions nobody could log in to a cloud image */
  g_assert_cmpuint (asked->len, >, 1);
  for (guint i = 0; i < asked->len; i++)
    g_assert_false (((const AetherOsMedia *) asked->pdata[i])->flags & AETHER_OS_MEDIA_CLOUD_INIT);
  g_assert_true (aether_edition_is_verified (asked->pdata[0]));
  g_assert_cmpint (aether_edition_guess_kind (asked->pdata[0], os), ==, AETHER_INSTALL_PRESEED);
  g_assert_cmpuint (foreign->len, ==, 0);
}

/* --- what stands in the way --------------------------------------------------------- */

static void
test_foreign_medium (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(GError) error = NULL;

  aether_draft_set_arch (draft, "x86_64");
  aether_draft_set_file (draft, "/tmp/arm.iso", media_new (AETHER_MEDIA_DISC, AETHER_MEDIA_CPU_AARCH64));
  g_assert_false (aether_draft_check_medium (draft, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "aarch64"));
  g_assert_null (aether_draft_make_request (draft, NULL, NULL));

  aether_draft_set_arch (draft, "aarch64");
  g_assert_true (aether_draft_check_medium (draft, NULL));
}

static void
test_request_of_windows (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autoptr(AetherOs) os = find ("win11");
  g_autoptr(AetherCreateRequest) request = NULL;
  g_autoptr(GError) error = NULL;

  aether_draft_set_os (draft, os);
  aether_draft_set_arch (draft, "x86_64");
  aether_draft_set_file (draft, "/tmp/win.iso", media_new (AETHER_MEDIA_DISC, AETHER_MEDIA_CPU_X86_64));
  request = aether_draft_make_request (draft, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (request->firmware, ==, "uefi");
  g_assert_true (g_ptr_array_find_with_equal_func (request->settings, "drives.0.interface=sata", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (request->settings, "networks.0.model=e1000e", g_str_equal, NULL));

  /* With drivers it has the fast ones */
  g_clear_pointer (&request, aether_create_request_free);
  draft->drivers = g_strdup ("/tmp/virtio.iso");
  request = aether_draft_make_request (draft, NULL, &error);
  g_assert_cmpuint (request->settings->len, ==, 0);
}

/* --- what it costs ------------------------------------------------------------------ */

static void
test_memory_of_all_that_runs (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  AetherCostHost host = { .memory = 16384, .taken = 12288, .running = 2, .free = 100 * GIB };
  g_autofree char *fits = NULL, *warning = NULL, *alone = NULL;

  draft->memory = 4096;
  fits = aether_cost_warn_memory (draft, &host);
  g_assert_null (fits);

  draft->memory = 6144;
  warning = aether_cost_warn_memory (draft, &host);
  g_assert_cmpstr (warning, ==, "With the machines that run now, which have 12 GB, it would take 18 GB of memory; "
                   "this computer has 16 GB.");

  host.taken = host.running = 0;
  draft->memory = 20480;
  alone = aether_cost_warn_memory (draft, &host);
  g_assert_cmpstr (alone, ==, "20 GB of memory is more than the 16 GB that this computer has: the machine may not start.");
}

static void
test_disk_that_can_grow_too_far (void)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  AetherCostHost host = { .memory = 16384, .free = 10 * GIB };
  g_autofree char *warning = NULL, *none = NULL;

  draft->disk_size = 32 * GIB;
  warning = aether_cost_warn_disk (draft, &host);
  g_assert_cmpstr (warning, ==, "The disk can grow to 32 GB, and only 10 GB are free. "
                   "The machine pauses when there is no space left.");
  draft->disk = AETHER_DRAFT_DISK_NONE;
  none = aether_cost_warn_disk (draft, &host);
  g_assert_null (none);
}

static void
test_host_without_its_folder (void)
{
  g_autoptr(GListStore) none = g_list_store_new (AETHER_TYPE_BUNDLE);
  AetherCostHost host;

  aether_cost_host_look (&host, G_LIST_MODEL (none), "/tmp/not/there/yet");
  g_assert_cmpuint (host.memory, >, 0);
  g_assert_cmpuint (host.free, >, 0);
  g_assert_cmpuint (host.taken, ==, 0);
}

/* --- what is remembered --------------------------------------------------------------- */

static AetherDraft *
make_waiting (void)
{
  AetherDraft *draft = aether_draft_new ();
  g_autoptr(AetherOs) os = find ("debian13");
  g_autoptr(GPtrArray) editions = aether_edition_list (os, "x86_64", TRUE);

  aether_draft_set_os (draft, os);
  aether_draft_set_arch (draft, "x86_64");
  aether_draft_set_edition (draft, editions->pdata[0]);
  g_set_str (&draft->name, "Waiting “one”");
  draft->chosen = AETHER_DRAFT_CHOSE_ALL;
  draft->memory = 1234;
  draft->options->user_name = g_strdup ("anna");
  draft->options->password = g_strdup ("do not write this");
  draft->options->product_key = g_strdup ("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE");

  return draft;
}

static char *
dup_record_file (const char *id)
{
  g_autofree char *name = g_strconcat (id, ".json", NULL);

  return g_build_filename (g_get_user_state_dir (), "aether", "creating", name, NULL);
}

static void
test_record_without_secrets (void)
{
  g_autoptr(AetherDraft) draft = make_waiting ();
  g_autoptr(AetherCreateRecord) record = aether_create_record_new (draft);
  g_autoptr(AetherCreateRecord) again = NULL;
  g_autofree char *file = dup_record_file (record->id);
  g_autofree char *text = NULL;
  g_auto(GStrv) ids = NULL;
  g_autoptr(GError) error = NULL;
  GStatBuf status;

  g_assert_true (aether_create_record_save (record, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (file, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_null (strstr (text, "do not write"));
  g_assert_null (strstr (text, "BBBBB"));

  ids = aether_create_record_list ();
  g_assert_cmpuint (g_strv_length (ids), ==, 1);
  /* While it is somebody's, it is nobody else's */
  g_assert_null (aether_create_record_load (ids[0], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_clear_pointer (&record, aether_create_record_free);

  again = aether_create_record_load (ids[0], &error);
  g_assert_no_error (error);
  g_assert_null (again->draft->edition);
  g_assert_true (aether_create_record_complete (again, catalogue, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (again->draft->name, ==, draft->name);
  g_assert_cmpuint (again->draft->memory, ==, 1234);
  g_assert_cmpstr (again->draft->edition->url, ==, draft->edition->url);
  g_assert_cmpstr (again->draft->options->user_name, ==, "anna");
  g_assert_null (again->draft->options->password);
  g_assert_true (again->draft->unattended);
  g_assert_true (again->wants_password);
  g_assert_true (again->wants_key);

  aether_create_record_remove (again);
  g_assert_cmpint (g_stat (file, &status), <, 0);
}

static void
check_damaged (const char *id, const char *file, const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents (file, text, length, NULL));
  g_assert_null (aether_create_record_load (id, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

/* Cut anywhere, or no record at all: none, and no crash. */
static void
test_record_that_is_damaged (void)
{
  g_autoptr(AetherDraft) draft = make_waiting ();
  g_autoptr(AetherCreateRecord) record = aether_create_record_new (draft);
  g_autofree char *id = g_strdup (record->id);
  g_autofree char *file = dup_record_file (id);
  g_autofree char *text = NULL;
  static const char * const bad[] = {
    "", "[]", "{}", "{\"system\": 3}", "{\"system\": \"http://debian.org/debian/13\", \"edition\": []}",
    "{\"system\": \"nameless\", \"edition\": \"x\"}", "\xff\xfe",
  };
  gsize length;

  g_assert_true (aether_create_record_save (record, NULL));
  g_assert_true (g_file_get_contents (file, &text, &length, NULL));
  g_clear_pointer (&record, aether_create_record_free);
  for (gsize cut = 0; cut < length; cut += 7)
    check_damaged (id, file, text, cut);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    check_damaged (id, file, bad[i], strlen (bad[i]));
}

/* It stays, whole, until the user gives it up. */
static void
test_record_of_a_system_that_is_gone (void)
{
  g_autoptr(AetherDraft) draft = make_waiting ();
  g_autoptr(AetherCreateRecord) record = aether_create_record_new (draft);
  g_autofree char *id = g_strdup (record->id);
  g_autofree char *file = dup_record_file (id);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr(GError) error = NULL;

  g_set_str (&record->system, "http://nobody.test/none");
  g_assert_true (aether_create_record_save (record, NULL));
  g_assert_true (g_file_get_contents (file, &before, NULL, NULL));
  g_clear_pointer (&record, aether_create_record_free);

  record = aether_create_record_load (id, &error);
  g_assert_no_error (error);
  g_assert_false (aether_create_record_complete (record, catalogue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (record->draft->name, ==, draft->name);
  g_assert_true (aether_create_record_save (record, NULL));
  g_assert_true (g_file_get_contents (file, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);
  aether_create_record_remove (record);
}

int
main (int argc, char *argv[])
{
  int status;
  g_autoptr(GError) error = NULL;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (!g_file_test ("/usr/share/osinfo/os", G_FILE_TEST_IS_DIR))
    {
      g_print ("1..0 # SKIP osinfo-db is not installed\n");
      return 0;
    }

  catalogue = aether_catalogue_open (NULL, &error);
  g_assert_no_error (error);
  g_test_add_func ("/draft/choices-stay", test_choices_stay);
  g_test_add_func ("/draft/firmware-follows-medium", test_firmware_follows_medium);
  g_test_add_func ("/draft/image-is-the-disk", test_image_is_the_disk);
  g_test_add_func ("/draft/cloud-image-wants-answers", test_cloud_image_wants_answers);
  g_test_add_func ("/draft/own-file-is-no-edition", test_own_file_is_no_edition);
  g_test_add_func ("/draft/fetched-image-is-copied", test_fetched_image_is_copied);
  g_test_add_func ("/draft/editions", test_editions);
  g_test_add_func ("/draft/foreign-medium", test_foreign_medium);
  g_test_add_func ("/draft/request-of-windows", test_request_of_windows);
  g_test_add_func ("/draft/memory-of-all-that-runs", test_memory_of_all_that_runs);
  g_test_add_func ("/draft/disk-that-can-grow-too-far", test_disk_that_can_grow_too_far);
  g_test_add_func ("/draft/host-without-its-folder", test_host_without_its_folder);
  g_test_add_func ("/draft/record-without-secrets", test_record_without_secrets);
  g_test_add_func ("/draft/record-that-is-damaged", test_record_that_is_damaged);
  g_test_add_func ("/draft/record-of-a-system-that-is-gone", test_record_of_a_system_that_is_gone);
  status = g_test_run ();
  g_clear_object (&catalogue);

  return status;
}
