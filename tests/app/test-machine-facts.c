/* test-machine-facts.c - what is read aside of a machine's files
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine-facts.h"
#include "app-fixture.h"

typedef struct
{
  gboolean            done;
  AetherMachineFacts *facts;
  GError             *error;
} Outcome;

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->facts = aether_machine_facts_load_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->facts, aether_machine_facts_free);
  g_clear_error (&outcome->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
add_drive (AetherMachine *machine, const char *id, AetherDriveKind kind, const char *file)
{
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", id, "kind", kind, "file", file, NULL);

  g_list_store_append (machine->drives, drive);
}

static void
test_drives (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("drives");
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);
  g_autofree char *path = aether_bundle_resolve (bundle, "here.img");
  g_autofree char *data = g_malloc0 (65536);
  g_auto(Outcome) outcome = { FALSE };
  g_autoptr(GError) error = NULL;
  const AetherDriveFacts *drive;

  g_list_store_remove_all (machine->drives);
  add_drive (machine, "disk0", AETHER_DRIVE_DISK, "here.img");
  add_drive (machine, "disk1", AETHER_DRIVE_DISK, "gone.img");
  add_drive (machine, "cd0", AETHER_DRIVE_CDROM, NULL);
  aether_bundle_save (bundle, machine, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, data, 65536, NULL));

  aether_machine_facts_load_async (bundle, NULL, done_cb, &outcome);
  app_fixture_wait (&outcome.done);
  g_assert_no_error (outcome.error);
  g_assert_cmpuint (outcome.facts->drives->len, ==, 3);

  drive = outcome.facts->drives->pdata[0];
  g_assert_cmpstr (drive->file, ==, "here.img");
  g_assert_false (drive->missing);
  g_assert_cmpuint (drive->used, >=, 65536);
  drive = outcome.facts->drives->pdata[1];
  g_assert_true (drive->missing);
  drive = outcome.facts->drives->pdata[2];
  g_assert_cmpstr (drive->title, ==, "CD drive");
  g_assert_null (drive->path);
  g_assert_false (drive->missing);
}

static void
test_broken (void)
{
  g_autofree char *folder = app_fixture_add_broken ("broken");
  g_autoptr(AetherBundle) bundle = aether_bundle_new (folder);
  g_auto(Outcome) outcome = { FALSE };

  aether_machine_facts_load_async (bundle, NULL, done_cb, &outcome);
  app_fixture_wait (&outcome.done);
  g_assert_null (outcome.facts);
  g_assert_nonnull (outcome.error);
  g_assert_nonnull (strstr (outcome.error->message, "machine.json"));
}

static void
test_cancelled_while_loading (void)
{
  g_autoptr(AetherBundle) bundle = app_fixture_add_machine ("cancelled");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_auto(Outcome) outcome = { FALSE };

  aether_machine_facts_load_async (bundle, cancellable, done_cb, &outcome);
  g_cancellable_cancel (cancellable);
  app_fixture_wait (&outcome.done);
  g_assert_null (outcome.facts);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  app_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aether/machine-facts/drives", test_drives);
  g_test_add_func ("/aether/machine-facts/broken", test_broken);
  g_test_add_func ("/aether/machine-facts/cancelled-while-loading", test_cancelled_while_loading);

  return g_test_run ();
}
