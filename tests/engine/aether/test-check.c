/* test-check.c - the engine "aether": what stands in the way of a guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <elf.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "aether-tree.h"
#include "aether-vmm-check.h"
#include "aether-vmm-command.h"
#include "abi/aether-abi.h"

typedef struct
{
  char               *folder;
  AetherCapabilities *capabilities;   /* a computer with both backends, whole */
  AetherMachine      *machine;
  AetherBundle       *bundle;
} Fixture;

static char *
find_image (const char *name)
{
  gboolean demo = g_str_has_prefix (name, "demos/");
  const char *root = g_getenv (demo ? "AETHER_DEMOS_DIR" : "TEST_GUESTS");

  return g_build_filename (root, strchr (name, '/'), NULL);
}

static void
set_up (Fixture *fixture, gconstpointer image)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = find_image (image);

  fixture->folder = g_dir_make_tmp ("aether-XXXXXX", &error);
  g_assert_no_error (error);

  fixture->capabilities = aether_capabilities_new ();
  aether_capabilities_add (fixture->capabilities, "arch.x86_64", TRUE, "/aether-vmm", NULL);
  aether_capabilities_add (fixture->capabilities, "arch.aarch64", FALSE, NULL, "No ARM today.");
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.kvm", TRUE, "simd exceptions", NULL);
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.unicorn", TRUE, "simd", NULL);

  fixture->machine = aether_machine_new ("Test", "x86_64");
  g_object_set (fixture->machine, "engine", "aether", NULL);
  g_object_set (fixture->machine->firmware, "kernel", path, NULL);
  g_object_set (fixture->machine->cpu, "count", 1, NULL);
  g_object_set (fixture->machine->memory, "size", 32, NULL);
  fixture->bundle = aether_bundle_create (fixture->folder, fixture->machine, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer image)
{
  g_object_unref (fixture->bundle);
  g_object_unref (fixture->machine);
  g_object_unref (fixture->capabilities);
  aether_tree_remove (fixture->folder, NULL);
  g_free (fixture->folder);
}

static void
set (Fixture *fixture, const char *key, const char *value)
{
  g_autoptr(GError) error = NULL;

  aether_part_set_from_string (AETHER_PART (fixture->machine), key, value, &error);
  g_assert_no_error (error);
}

/* A fix is what can be set, and leaves nothing of the finding behind */
static void
apply_fix (Fixture *fixture, const char *fix)
{
  g_autofree char *key = g_strndup (fix, strchr (fix, '=') - fix);

  set (fixture, key, strchr (fix, '=') + 1);
}

static AetherFinding *
find (Fixture *fixture, const char *id)
{
  g_autoptr(GPtrArray) findings = aether_vmm_check (fixture->bundle, fixture->machine, fixture->capabilities);

  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (aether_finding_get_id (findings->pdata[i]), id))
      return g_object_ref (findings->pdata[i]);

  return NULL;
}

/* @words: (nullable): in its sentence; @fix: (nullable): what it has, which is then applied */
static void
assert_found (Fixture *fixture, AetherSeverity severity, const char *id, const char *words, const char *fix)
{
  g_autoptr(AetherFinding) finding = find (fixture, id);
  const char *sentence;

  if (finding == NULL)
    g_error ("There is no finding “%s”", id);

  sentence = aether_finding_get_sentence (finding);
  g_test_message ("%s: %s", id, sentence);
  g_assert_cmpint (aether_finding_get_severity (finding), ==, severity);
  g_assert_true (g_str_has_suffix (sentence, "."));
  if (words && !strstr (sentence, words))
    g_error ("“%s” does not say “%s”", sentence, words);
  g_assert_cmpstr (aether_finding_get_fix (finding), ==, fix);

  if (fix)
    {
      g_autoptr(AetherFinding) after = NULL;

      apply_fix (fixture, fix);
      after = find (fixture, id);
      g_assert_null (after);
    }
}

static void
assert_ready (Fixture *fixture)
{
  g_autoptr(GPtrArray) findings = aether_vmm_check (fixture->bundle, fixture->machine, fixture->capabilities);

  for (guint i = 0; i < findings->len; i++)
    g_error ("%s", aether_finding_get_sentence (findings->pdata[i]));
}

static void
test_machine (Fixture *fixture, gconstpointer image)
{
  assert_ready (fixture);

  set (fixture, "cpu.count", "4");
  assert_found (fixture, AETHER_SEVERITY_NOTE, "cpu.one", "one processor", "cpu.count=1");
  set (fixture, "memory.size", "4096");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "memory.clamped", "3072", "memory.size=3072");
  assert_ready (fixture);

  set (fixture, "arch", "riscv64");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "arch.unsupported", "riscv64", NULL);
  set (fixture, "arch", "aarch64");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "arch.unavailable", "No ARM today.", NULL);
  aether_capabilities_add (fixture->capabilities, "arch.aarch64", TRUE, "/aether-vmm", NULL);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.arch", "for x86_64", "arch=x86_64");
  assert_ready (fixture);
}

/* --- images ---------------------------------------------------------------------- */

static char *
write_image (Fixture *fixture, const char *data, gsize length)
{
  char *path = g_build_filename (fixture->folder, "bad.aether", NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
  set (fixture, "firmware.kernel", path);

  return path;
}

static void
test_images (Fixture *fixture, gconstpointer image)
{
  g_autofree char *good = find_image (image);
  g_autofree char *bytes = NULL, *path = NULL;
  gsize length;
  char *note;

  g_assert_true (g_file_get_contents (good, &bytes, &length, NULL));

  path = write_image (fixture, "", 0);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "empty", NULL);
  g_free (write_image (fixture, "#!/bin/sh\n", 10));
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "ELF", NULL);
  g_free (write_image (fixture, bytes, 80));
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "cut short", NULL);
  g_free (write_image (fixture, bytes, 5000));
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "cut short", NULL);

  note = memmem (bytes, length, AETHER_NOTE_NAME, sizeof AETHER_NOTE_NAME);
  g_assert_nonnull (note);
  memcpy (note + 8 + offsetof (struct aether_manifest, abi_version), &(guint32) { 999 }, 4);
  g_free (write_image (fixture, bytes, length));
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "version 999 of the Aether ABI", NULL);

  set (fixture, "firmware.kernel", fixture->folder);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "folder", NULL);
  set (fixture, "firmware.kernel", "/dev/null");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.refused", "not a file", NULL);
  set (fixture, "firmware.kernel", "/no/such/image");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.not-found", "“/no/such/image”", NULL);
  set (fixture, "firmware.kernel", "");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.missing", NULL, NULL);
}

/* The console's image, wishing and taking much */
static void
test_memory (Fixture *fixture, gconstpointer image)
{
  g_autofree char *good = find_image (image);
  g_autofree char *bytes = NULL, *fix = NULL;
  guint64 end = 0;
  Elf64_Ehdr ehdr;
  Elf64_Phdr phdr;
  gsize length;
  char *note;

  g_assert_true (g_file_get_contents (good, &bytes, &length, NULL));
  note = memmem (bytes, length, AETHER_NOTE_NAME, sizeof AETHER_NOTE_NAME);
  memcpy (note + 8 + offsetof (struct aether_manifest, ram), &(guint64) { 48 << 20 }, 8);
  g_free (write_image (fixture, bytes, length));
  assert_found (fixture, AETHER_SEVERITY_WARNING, "memory.below-wish", "wishes 48 MiB", "memory.size=48");
  assert_ready (fixture);

  memcpy (&ehdr, bytes, sizeof ehdr);
  for (guint i = 0; i < ehdr.e_phnum; i++)
    {
      char *at = bytes + ehdr.e_phoff + i * sizeof phdr;

      memcpy (&phdr, at, sizeof phdr);
      if (phdr.p_type != PT_LOAD || !(phdr.p_flags & PF_W))
        continue;
      phdr.p_memsz = 60 << 20;
      memcpy (at, &phdr, sizeof phdr);
      end = MAX (end, phdr.p_paddr + phdr.p_memsz);
    }
  fix = g_strdup_printf ("memory.size=%u", (guint) ((end + (1 << 20) - 1) >> 20));
  g_free (write_image (fixture, bytes, length));
  assert_found (fixture, AETHER_SEVERITY_ERROR, "memory.too-small", "has 48.", fix);
}

/* --- backends --------------------------------------------------------------------- */

static void
test_backend (Fixture *fixture, gconstpointer image)
{
  set (fixture, "aether.backend", "unicorn");
  assert_ready (fixture);
  set (fixture, "aether.backend", "kvm");
  assert_ready (fixture);

  /* QEMU's word for it is not ours */
  set (fixture, "qemu.accelerator", "kvm");
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.kvm", FALSE, NULL, "There is no /dev/kvm.");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "backend.unavailable", "There is no /dev/kvm.", "aether.backend=auto");
  assert_ready (fixture);

  set (fixture, "arch", "aarch64");
  set (fixture, "aether.backend", "kvm");
  aether_capabilities_add (fixture->capabilities, "arch.aarch64", TRUE, "/aether-vmm", NULL);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.arch", NULL, "arch=x86_64");
}

/* As KVM is not for guests of another CPU: there is nothing to give a reason */
static void
test_no_such_backend (Fixture *fixture, gconstpointer image)
{
  g_clear_object (&fixture->capabilities);
  fixture->capabilities = aether_capabilities_new ();
  aether_capabilities_add (fixture->capabilities, "arch.x86_64", TRUE, "/aether-vmm", NULL);
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.unicorn", TRUE, "simd", NULL);
  set (fixture, "aether.backend", "kvm");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "backend.unavailable", "x86_64", "aether.backend=auto");
  assert_ready (fixture);
}

static void
test_exceptions (Fixture *fixture, gconstpointer image)
{
  assert_ready (fixture);
  set (fixture, "aether.backend", "unicorn");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-exceptions", "KVM", "aether.backend=auto");
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.kvm", TRUE, "", NULL);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-exceptions", "KVM", NULL);
}

static void
test_simd (Fixture *fixture, gconstpointer image)
{
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.kvm", TRUE, "", NULL);
  assert_ready (fixture);
  set (fixture, "aether.backend", "kvm");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-simd", "floating point", "aether.backend=auto");
  aether_capabilities_add (fixture->capabilities, "accelerator.x86_64.unicorn", FALSE, NULL, "Not built.");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-simd", "floating point", NULL);
}

/* --- devices ----------------------------------------------------------------------- */

static void
test_disks (Fixture *fixture, gconstpointer image)
{
  g_autofree char *path = g_build_filename (fixture->folder, "d.img", NULL);
  g_autofree char *first = g_strdup_printf ("{\"id\": \"disk0\", \"file\": \"%s\", \"format\": \"qcow2\"}", path);

  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-disk", "Add one", NULL);

  set (fixture, "drives+", first);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.format", "qemu-img convert", NULL);
  set (fixture, "drives.0.format", "raw");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.missing", path, NULL);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_found (fixture, AETHER_SEVERITY_ERROR, "drive.missing", "not a file", NULL);
  g_rmdir (path);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  g_assert_cmpint (truncate (path, 65536), ==, 0);
  assert_ready (fixture);

  set (fixture, "drives+", "{\"id\": \"disk1\", \"file\": \"/x\", \"format\": \"raw\"}");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "drive.unused", "“disk1”", NULL);
  set (fixture, "drives.1", "null");
  set (fixture, "drives+", "{\"id\": \"cd\", \"kind\": \"cdrom\"}");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "drive.unused", "“cd”", NULL);
}

static void
test_network (Fixture *fixture, gconstpointer image)
{
  assert_ready (fixture);
  set (fixture, "networks.0.mode", "none");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-network", NULL, "networks.0.mode=user");
  set (fixture, "networks", "[]");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "image.needs-network", NULL, "networks+={}");
  assert_ready (fixture);
}

static void
test_networks (Fixture *fixture, gconstpointer image)
{
  set (fixture, "networks.0.forwards+", "{\"host-address\": \"::1\"}");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "network.forwards", "“::1” is no address", NULL);
  set (fixture, "networks.0.forwards.0.host-address", "127.0.0.1");
  assert_ready (fixture);

  for (guint i = 0; i < 16; i++)
    set (fixture, "networks.0.forwards+", "{}");
  assert_found (fixture, AETHER_SEVERITY_ERROR, "network.forwards", "at most 16", NULL);
  set (fixture, "networks.0.forwards", "[]");

  set (fixture, "networks+", "{}");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "network.unused", "one network card", "networks.1=null");
  assert_ready (fixture);
}

static void
test_display (Fixture *fixture, gconstpointer image)
{
  set (fixture, "displays", "[]");
  assert_found (fixture, AETHER_SEVERITY_WARNING, "image.needs-display", NULL, "displays+={}");
  assert_ready (fixture);
}

#define ADD(path, image, test) \
  g_test_add ("/aether/check/" path, Fixture, image "-x86_64.aether", set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("machine", "demos/console", test_machine);
  ADD ("images", "demos/console", test_images);
  ADD ("memory", "demos/console", test_memory);
  ADD ("backend", "demos/console", test_backend);
  ADD ("no-such-backend", "demos/console", test_no_such_backend);
  ADD ("exceptions", "guests/exceptions", test_exceptions);
  ADD ("simd", "guests/simd", test_simd);
  ADD ("disks", "guests/block", test_disks);
  ADD ("network", "demos/netcat", test_network);
  ADD ("networks", "demos/console", test_networks);
  ADD ("display", "guests/display", test_display);

  return g_test_run ();
}
