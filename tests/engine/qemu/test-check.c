/* test-check.c - what is found before a machine starts, each with its sentence
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rig.h"

#include "aether-finding.h"
#include "aether-qemu-check.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  AetherMachine      *machine;
  AetherBundle       *bundle;
  AetherCapabilities *capabilities;
  GPtrArray          *findings;
} Fixture;

static void
setup (Fixture *fixture, gconstpointer data)
{
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", "disk0", "file", "disks/disk0.raw",
                                               "format", "raw", NULL);
  const char *yes[] = { "accelerator.x86_64.kvm", "display.x86_64.dbus", "device.x86_64.virtio-vga" };

  fixture->machine = aether_machine_new ("Check", "x86_64");
  g_object_set (fixture->machine->memory, "size", 1, NULL);
  g_object_set (fixture->machine->cpu, "count", 1, NULL);
  g_list_store_append (fixture->machine->drives, drive);
  fixture->bundle = rig_bundle (fixture->machine);
  fixture->capabilities = aether_capabilities_new ();
  aether_capabilities_add (fixture->capabilities, "arch.x86_64", TRUE, "/bin/true", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (yes); i++)
    aether_capabilities_add (fixture->capabilities, yes[i], TRUE, NULL, NULL);
}

static void
teardown (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->findings, g_ptr_array_unref);
  g_object_unref (fixture->machine);
  g_object_unref (fixture->bundle);
  g_object_unref (fixture->capabilities);
}

/* Path of @file in the bundle, with @size zeros in it */
static char *
make_file (Fixture *fixture, const char *file, gsize size)
{
  char *path = aether_bundle_resolve (fixture->bundle, file);
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (truncate (path, size), ==, 0);

  return path;
}

static void
overwrite (const char *path, gsize offset, const char *bytes, gsize length)
{
  FILE *file = g_fopen (path, "r+");

  g_assert_nonnull (file);
  fseek (file, offset, SEEK_SET);
  g_assert_cmpint (fwrite (bytes, 1, length, file), ==, length);
  fclose (file);
}

static void
set (Fixture *fixture, const char *key, const char *value)
{
  g_autoptr(GError) error = NULL;

  aether_part_set_from_string (AETHER_PART (fixture->machine), key, value, &error);
  g_assert_no_error (error);
}

static void
check (Fixture *fixture)
{
  g_clear_pointer (&fixture->findings, g_ptr_array_unref);
  fixture->findings = aether_qemu_check (fixture->bundle, fixture->machine, fixture->capabilities);
}

/* Whatever this computer's memory and disk are like */
static AetherFinding *
find (Fixture *fixture, const char *id)
{
  for (guint i = 0; i < fixture->findings->len; i++)
    if (g_str_equal (aether_finding_get_id (fixture->findings->pdata[i]), id))
      return fixture->findings->pdata[i];

  return NULL;
}

static guint
count_errors (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < fixture->findings->len; i++)
    if (aether_finding_get_severity (fixture->findings->pdata[i]) == AETHER_SEVERITY_ERROR)
      {
        g_test_message ("%s", aether_finding_get_sentence (fixture->findings->pdata[i]));
        n++;
      }

  return n;
}

/* Exactly @id, with @words in its sentence, and no other error; the fix, when
 * there is one, is a setting that can be made and that helps. */
static void
assert_found (Fixture *fixture, AetherSeverity severity, const char *id, const char *words, const char *fix)
{
  AetherFinding *finding;

  check (fixture);
  finding = find (fixture, id);
  g_assert_nonnull (finding);
  g_assert_cmpint (aether_finding_get_severity (finding), ==, severity);
  g_assert_cmpuint (count_errors (fixture), ==, severity == AETHER_SEVERITY_ERROR ? 1 : 0);
  if (!strstr (aether_finding_get_sentence (finding), words))
    g_error ("“%s” does not say “%s”", aether_finding_get_sentence (finding), words);
  g_assert_true (g_str_has_suffix (aether_finding_get_sentence (finding), ".") ||
                 g_str_has_suffix (aether_finding_get_sentence (finding), "?"));
  g_assert_cmpstr (aether_finding_get_fix (finding), ==, fix);

  if (fix)
    {
      g_auto(GStrv) pair = g_strsplit (fix, "=", 2);

      set (fixture, pair[0], pair[1]);
      check (fixture);
      g_assert_null (find (fixture, id));
    }
}

static void
test_fine (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  check (fixture);
  g_assert_cmpuint (count_errors (fixture), ==, 0);
  g_assert_null (find (fixture, "machine.nothing-to-start"));
}

static void
test_no_qemu (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  aether_capabilities_add (fixture->capabilities, "arch.x86_64", FALSE, NULL, "Install the package qemu-system-x86.");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "arch.missing", "qemu-system-x86", NULL);
  set (fixture, "arch", "vax");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "arch.unknown", "vax", NULL);
}

static void
test_accelerator (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.kvm", FALSE, NULL, "Emulated, slower.");
  assert_found (fixture, AETHER_SEVERITY_NOTE, "accelerator.emulated", "slower", NULL);
  set (fixture, "qemu.accelerator", "kvm");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "accelerator.unavailable", "slower", "qemu.accelerator=auto");
  set (fixture, "qemu.accelerator", "tcg");
  check (fixture);
  g_assert_null (find (fixture, "accelerator.emulated"));
}

static void
test_memory_too_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);
  guint64 half = (guint64) sysconf (_SC_PHYS_PAGES) * sysconf (_SC_PAGESIZE) / (1024 * 1024) / 2;
  g_autofree char *fix = g_strdup_printf ("memory.size=%" G_GUINT64_FORMAT, half);

  set (fixture, "memory.size", "16777216");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "memory.too-large", "16777216 MiB", fix);
}

static void
test_more_processors (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);
  g_autofree char *fix = g_strdup_printf ("cpu.count=%u", g_get_num_processors ());

  set (fixture, "cpu.count", "512");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "cpu.more-than-host", "512 processors", fix);
}

static void
test_no_firmware (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  aether_capabilities_add (fixture->capabilities, "firmware.x86_64.uefi", FALSE, NULL, "Install ovmf.");
  set (fixture, "firmware.kind", "uefi");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "firmware.missing", "ovmf", "firmware.kind=bios");
}

static void
test_no_bios (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  aether_capabilities_add (fixture->capabilities, "arch.aarch64", TRUE, "/bin/true", NULL);
  aether_capabilities_add (fixture->capabilities, "firmware.aarch64.uefi", TRUE, "/code", NULL);
  set (fixture, "arch", "aarch64");
  set (fixture, "firmware.kind", "bios");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "firmware.none", "no BIOS", "firmware.kind=uefi");
}

static void
test_no_display_module (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  aether_capabilities_add (fixture->capabilities, "display.x86_64.dbus", FALSE, NULL, "No screen.");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "display.unavailable", "screen", NULL);
}

static void
test_nothing_to_start (Fixture *fixture, gconstpointer data)
{
  g_list_store_remove_all (fixture->machine->drives);
  assert_found (fixture, AETHER_SEVERITY_WARNING, "machine.nothing-to-start", "nothing to start", NULL);
}

static void
test_kernel_missing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);
  g_autofree char *kernel = make_file (fixture, "vmlinuz", 100);

  set (fixture, "firmware.kernel", "nowhere/vmlinuz");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "firmware.kernel-missing", "nowhere/vmlinuz", NULL);
  set (fixture, "firmware.kernel", "vmlinuz");
  set (fixture, "firmware.initrd", "nowhere/initrd");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "firmware.initrd-missing", "nowhere/initrd", NULL);
}

static void
test_drive_missing (Fixture *fixture, gconstpointer data)
{
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.missing", "disks/disk0.raw", NULL);
  set (fixture, "drives.0.kind", "cdrom");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.missing", "Take it out", "drives.0.file=");
}

static void
test_drive_is_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = aether_bundle_resolve (fixture->bundle, "disks/disk0.raw");

  g_mkdir_with_parents (path, 0700);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.not-a-file", "no file", NULL);
}

static void
test_drive_is_fifo (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 0);

  g_unlink (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.not-a-file", "no file", NULL);
}

static void
test_drive_empty (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 0);

  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.empty", "empty", NULL);
}

static void
test_drive_without_format (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  set (fixture, "drives.0.format", "");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "machine.unsupported", "never guessed", NULL);
}

static void
test_drive_permissions (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  if (geteuid () == 0)
    {
      g_test_skip ("To root, all files are readable and writable.");
      return;
    }

  g_chmod (path, 0400);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.read-only", "may not write", "drives.0.read-only=true");
  g_chmod (path, 0);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.unreadable", "may not read", NULL);
}

static void
test_drive_wrong_format (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  set (fixture, "drives.0.format", "qcow2");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.format", "raw", "drives.0.format=raw");

  /* The other way round it may be the guest's own doing: no button for that */
  overwrite (path, 0, "QFI\xfb\0\0\0\3", 8);
  assert_found (fixture, AETHER_SEVERITY_WARNING, "drive.format", "qcow2", NULL);
}

static void
test_drive_twice (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);
  g_autoptr(AetherDrive) again = g_object_new (AETHER_TYPE_DRIVE, "id", "again", "file", "disks/../disks/disk0.raw",
                                               "format", "raw", NULL);

  g_list_store_append (fixture->machine->drives, again);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.twice", "“disk0” and “again” are one file", NULL);
}

static void
test_drive_with_backing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  overwrite (path, 0, "QFI\xfb\0\0\0\3\0\0\0\0\0\0\2\0\0\0\0\x0b", 20);
  overwrite (path, 512, "/etc/shadow", 11);
  set (fixture, "drives.0.format", "qcow2");
  assert_found (fixture, AETHER_SEVERITY_NOTE, "drive.backing", "the rest is in “/etc/shadow”", NULL);

  /* Longer than QEMU takes */
  overwrite (path, 16, "\0\0\4\0", 4);
  assert_found (fixture, AETHER_SEVERITY_NOTE, "drive.backing", "another file", NULL);
}

/* A machine from a stranger: what it says to QEMU beside its settings is shown before it runs */
static void
test_own_arguments (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);

  set (fixture, "qemu.arguments", "[\"-drive\", \"file=/etc/shadow,it's\"]");
  assert_found (fixture, AETHER_SEVERITY_NOTE, "qemu.arguments", "'-drive' 'file=/etc/shadow,it'\\''s'", NULL);
}

static void
test_not_an_iso (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 64 * 1024);

  set (fixture, "drives.0.kind", "cdrom");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "drive.not-iso", "ISO", NULL);
  overwrite (path, 32 * 1024 + 1, "CD001", 5);
  check (fixture);
  g_assert_null (find (fixture, "drive.not-iso"));
}

static void
test_locked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = make_file (fixture, "disks/disk0.raw", 1024 * 1024);
  g_autofree char *program = g_find_program_in_path ("qemu-io");
  const char *argv[] = { "qemu-io", "-f", "raw", path, NULL };
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GDataInputStream) answers = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *line = NULL;

  if (program == NULL)
    {
      g_test_skip ("qemu-io is not installed (package qemu-utils).");
      return;
    }

  process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), "read 0 512\n", 11, NULL, NULL, &error);
  g_assert_no_error (error);
  line = g_data_input_stream_read_line (answers, NULL, NULL, &error);
  g_assert_nonnull (line);

  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.locked", "qemu-io", NULL);

  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  g_subprocess_wait (process, NULL, NULL);
  check (fixture);
  g_assert_null (find (fixture, "drive.locked"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

#define ADD(path, func) g_test_add ("/qemu/check/" path, Fixture, NULL, setup, func, teardown)
  ADD ("fine", test_fine);
  ADD ("no-qemu", test_no_qemu);
  ADD ("accelerator", test_accelerator);
  ADD ("memory-too-large", test_memory_too_large);
  ADD ("more-processors", test_more_processors);
  ADD ("no-firmware", test_no_firmware);
  ADD ("no-bios", test_no_bios);
  ADD ("no-display-module", test_no_display_module);
  ADD ("nothing-to-start", test_nothing_to_start);
  ADD ("kernel-missing", test_kernel_missing);
  ADD ("drive/missing", test_drive_missing);
  ADD ("drive/is-folder", test_drive_is_folder);
  ADD ("drive/is-fifo", test_drive_is_fifo);
  ADD ("drive/empty", test_drive_empty);
  ADD ("drive/without-format", test_drive_without_format);
  ADD ("drive/permissions", test_drive_permissions);
  ADD ("drive/wrong-format", test_drive_wrong_format);
  ADD ("drive/twice", test_drive_twice);
  ADD ("drive/with-backing", test_drive_with_backing);
  ADD ("own-arguments", test_own_arguments);
  ADD ("drive/not-an-iso", test_not_an_iso);
  ADD ("drive/locked", test_locked);

  return g_test_run ();
}
