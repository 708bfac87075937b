/* test-probe.c - what QEMU can do, found by trying, and how that is remembered
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rig.h"

#include "aether-paths.h"
#include "aether-qemu-accelerator.h"
#include "aether-qemu-cache.h"
#include "aether-qemu-firmware.h"
#include "aether-qemu-probe.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static AetherCapabilities *
probe (const char *arch, gboolean fresh)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  AetherCapabilities *capabilities;

  aether_qemu_probe_async (arch, fresh, NULL, rig_result_cb, &result);
  capabilities = aether_qemu_probe_finish (rig_wait_result (&result), &error);
  g_assert_no_error (error);

  return capabilities;
}

/* A folder with a program qemu-system-x86_64 that is @script */
static char *
make_qemu (const char *script)
{
  g_autofree char *template = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "qemu-XXXXXX", NULL);
  char *folder = g_mkdtemp (g_steal_pointer (&template));
  g_autofree char *path = g_build_filename (folder, "qemu-system-x86_64", NULL);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_chmod (path, 0755);
  g_setenv ("AETHER_QEMU_DIR", folder, TRUE);

  return folder;
}

static void
test_real (gconstpointer data)
{
  const char *arch = data;
  g_autoptr(AetherCapabilities) capabilities = probe (arch, TRUE);
  const AetherCapability *program = aether_capabilities_lookup (capabilities, "arch.%s", arch);
  const AetherCapability *kvm, *version;

  g_assert_nonnull (program);
  if (!program->available)
    {
      g_assert_nonnull (program->reason);
      g_test_skip (program->reason);
      return;
    }

  version = aether_capabilities_lookup (capabilities, "arch.%s.version", arch);
  g_assert_true (g_ascii_isdigit (version->value[0]));
  g_assert_true (aether_capabilities_has (capabilities, "accelerator.%s.tcg", arch));
  g_assert_true (aether_capabilities_has (capabilities, "device.%s.virtio-blk-pci", arch));
  g_assert_false (aether_capabilities_has (capabilities, "device.%s.flux-capacitor", arch));

  kvm = aether_capabilities_lookup (capabilities, "accelerator.%s.kvm", arch);
  g_assert_nonnull (kvm);
  g_test_message ("%s KVM: %s", arch, kvm->available ? "yes" : kvm->reason);
  if (!aether_qemu_accelerator_can_run (arch))
    g_assert_false (kvm->available);

  /* Every no has its sentence */
  for (guint i = 0; i < aether_capabilities_get_n (capabilities); i++)
    {
      const AetherCapability *capability = aether_capabilities_get (capabilities, i);

      g_assert_true (capability->available || g_str_has_suffix (capability->reason, ".") ||
                     g_str_has_suffix (capability->reason, ")."));
    }
}

static void
test_all (void)
{
  g_autoptr(AetherCapabilities) capabilities = probe (NULL, FALSE);
  const char *arches[] = { "x86_64", "i386", "aarch64", "riscv64" };

  for (guint i = 0; i < G_N_ELEMENTS (arches); i++)
    g_assert_nonnull (aether_capabilities_lookup (capabilities, "arch.%s", arches[i]));
}

static void
test_unknown_arch (void)
{
  g_autoptr(AetherCapabilities) capabilities = probe ("vax", FALSE);

  g_assert_cmpuint (aether_capabilities_get_n (capabilities), ==, 0);
}

/* The small guest proves something only if a good accelerator runs it */
static void
test_tiny_guest (void)
{
  const char *arch = aether_machine_host_arch ();
  g_autofree char *program = aether_qemu_probe_find_program (arch);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (program == NULL || !(g_str_equal (arch, "x86_64") || g_str_equal (arch, "aarch64")))
    {
      g_test_skip ("QEMU for guests of this computer's own architecture is not installed.");
      return;
    }

  aether_qemu_accelerator_try_async (program, arch, "tcg", NULL, rig_result_cb, &result);
  g_assert_true (aether_qemu_accelerator_try_finish (rig_wait_result (&result), NULL, &error));
  g_assert_no_error (error);
}

static void
test_tiny_guest_cancelled (void)
{
  g_autofree char *folder = make_qemu ("#!/bin/sh\nexec sleep 100\n");
  g_autofree char *program = aether_qemu_probe_find_program ("x86_64");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_qemu_accelerator_try_async (program, "x86_64", "kvm", cancellable, rig_result_cb, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (aether_qemu_accelerator_try_finish (rig_wait_result (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_unsetenv ("AETHER_QEMU_DIR");
}

static const struct
{
  const char *name;
  const char *script;
  const char *words;
} bad_guests[] = {
  { "dies", "#!/bin/sh\necho 'qemu: nothing works' >&2\nexit 1\n", "qemu: nothing works" },
  { "silent", "#!/bin/sh\nexit 0\n", NULL },
  { "wrong-answer", "#!/bin/sh\necho AETHER-BAD\nexec sleep 100\n", NULL },
  { "emulation-failure", "#!/bin/sh\necho 'KVM internal error. Suberror: 1'\nexec sleep 100\n",
    "KVM internal error. Suberror: 1" },
};

static void
test_bad_guest (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *folder = make_qemu (bad_guests[i].script);
  g_autofree char *program = aether_qemu_probe_find_program ("x86_64");
  g_autofree char *words = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_qemu_accelerator_try_async (program, "x86_64", "kvm", NULL, rig_result_cb, &result);
  g_assert_false (aether_qemu_accelerator_try_finish (rig_wait_result (&result), &words, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "cannot run a normal guest"));
  g_assert_cmpstr (words, ==, bad_guests[i].words);
  g_unsetenv ("AETHER_QEMU_DIR");
}

static void
test_kvm_device (void)
{
  g_autofree char *missing = aether_qemu_accelerator_check_kvm ("/nowhere/kvm");
  g_autofree char *path = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "kvm", NULL);
  g_autofree char *fine = NULL;
  g_autofree char *folder = NULL;

  g_assert_nonnull (strstr (missing, "there is no /nowhere/kvm"));
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  fine = aether_qemu_accelerator_check_kvm (path);
  g_assert_null (fine);
  folder = aether_qemu_accelerator_check_kvm (g_getenv ("AETHER_TEST_FOLDER"));
  g_assert_nonnull (strstr (folder, "cannot be opened"));

  if (geteuid () == 0)
    return;
  g_chmod (path, 0);
  g_free (g_steal_pointer (&missing));
  missing = aether_qemu_accelerator_check_kvm (path);
  g_assert_nonnull (strstr (missing, "may not use"));
}

static void
test_broken_program (void)
{
  g_autofree char *folder = make_qemu ("#!/bin/sh\necho 'library not found' >&2\nexit 127\n");
  g_autoptr(AetherCapabilities) capabilities = probe ("x86_64", FALSE);
  const AetherCapability *program = aether_capabilities_lookup (capabilities, "arch.x86_64");

  g_assert_false (program->available);
  g_assert_nonnull (strstr (program->reason, "library not found"));
  g_unsetenv ("AETHER_QEMU_DIR");
}

static void
test_no_program (void)
{
  g_autoptr(AetherCapabilities) capabilities = NULL;
  const AetherCapability *program;

  g_setenv ("AETHER_QEMU_DIR", "/nowhere", TRUE);
  capabilities = probe ("riscv64", FALSE);
  program = aether_capabilities_lookup (capabilities, "arch.riscv64");
  g_assert_false (program->available);
  g_assert_nonnull (strstr (program->reason, "qemu-system-riscv"));
  g_unsetenv ("AETHER_QEMU_DIR");
}

static void
test_cancelled (void)
{
  g_autofree char *folder = make_qemu ("#!/bin/sh\nexec sleep 100\n");
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_qemu_probe_async ("x86_64", TRUE, cancellable, rig_result_cb, &result);
  g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  g_assert_null (aether_qemu_probe_finish (rig_wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_unsetenv ("AETHER_QEMU_DIR");
}

/* --- the cache ------------------------------------------------------------------- */

static char *
cache_path (void)
{
  g_autofree char *folder = aether_paths_dup_cache ();

  return g_build_filename (folder, "qemu-capabilities-x86_64", NULL);
}

static void
test_cache_round_trip (void)
{
  g_autofree char *key = aether_qemu_cache_dup_key ("x86_64", "/bin/true");
  g_autofree char *other = aether_qemu_cache_dup_key ("x86_64", "/bin/false");
  g_autoptr(AetherCapabilities) saved = aether_capabilities_new ();
  g_autoptr(AetherCapabilities) loaded = aether_capabilities_new ();

  aether_capabilities_add (saved, "arch.x86_64", TRUE, "/bin/true", NULL);
  aether_capabilities_add (saved, "accelerator.x86_64.kvm", FALSE, NULL, "No.");
  aether_capabilities_add (saved, "arch.aarch64", TRUE, "/bin/true", NULL);
  aether_qemu_cache_save ("x86_64", key, saved);

  g_assert_false (aether_qemu_cache_load ("x86_64", other, loaded));
  g_assert_cmpuint (aether_capabilities_get_n (loaded), ==, 0);
  g_assert_true (aether_qemu_cache_load ("x86_64", key, loaded));
  g_assert_cmpuint (aether_capabilities_get_n (loaded), ==, 2);
  g_assert_cmpstr (aether_capabilities_lookup (loaded, "accelerator.x86_64.kvm")->reason, ==, "No.");
}

/* Each bit of the file flipped, and each length: never a crash, and never
 * believed under another key. */
static void
test_cache_hostile (void)
{
  g_autofree char *key = aether_qemu_cache_dup_key ("x86_64", "/bin/true");
  g_autofree char *path = cache_path ();
  g_autoptr(AetherCapabilities) saved = aether_capabilities_new ();
  g_autofree char *data = NULL;
  g_autofree char *big = g_malloc0 (2 * 1024 * 1024);
  gsize length;

  aether_capabilities_add (saved, "arch.x86_64", TRUE, "/bin/true", NULL);
  aether_qemu_cache_save ("x86_64", key, saved);
  g_assert_true (g_file_get_contents (path, &data, &length, NULL));

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr(AetherCapabilities) loaded = aether_capabilities_new ();

      data[i] ^= 0x81;
      g_assert_true (g_file_set_contents (path, data, length, NULL));
      aether_qemu_cache_load ("x86_64", key, loaded);
      data[i] ^= 0x81;
      g_assert_true (g_file_set_contents (path, data, i, NULL));
      g_assert_false (aether_qemu_cache_load ("x86_64", key, loaded));
    }

  g_assert_true (g_file_set_contents (path, big, 2 * 1024 * 1024, NULL));
  g_assert_false (aether_qemu_cache_load ("x86_64", key, saved));
  g_unlink (path);
  g_mkdir (path, 0700);
  g_assert_false (aether_qemu_cache_load ("x86_64", key, saved));
  aether_qemu_cache_save ("x86_64", key, saved);
  g_rmdir (path);
}

/* The second probe starts no program */
static void
test_remembers (void)
{
  g_autofree char *folder = make_qemu ("#!/bin/sh\nexit 1\n");
  g_autofree char *program = aether_qemu_probe_find_program ("x86_64");
  g_autofree char *key = aether_qemu_cache_dup_key ("x86_64", program);
  g_autoptr(AetherCapabilities) known = aether_capabilities_new ();
  g_autoptr(AetherCapabilities) again = NULL;
  g_autoptr(AetherCapabilities) denied = NULL;
  g_autoptr(AetherCapabilities) fresh = NULL;

  aether_capabilities_add (known, "arch.x86_64", TRUE, program, NULL);
  aether_capabilities_add (known, "accelerator.x86_64.kvm", TRUE, NULL, NULL);
  aether_qemu_cache_save ("x86_64", key, known);

  again = probe ("x86_64", FALSE);
  g_assert_true (aether_capabilities_has (again, "accelerator.x86_64.kvm"));
  aether_qemu_probe_deny_kvm ("x86_64", again, "It died.");
  denied = probe ("x86_64", FALSE);
  g_assert_cmpstr (aether_capabilities_lookup (denied, "accelerator.x86_64.kvm")->reason, ==, "It died.");
  g_assert_true (aether_capabilities_has (denied, "arch.x86_64"));

  fresh = probe ("x86_64", TRUE);
  g_assert_false (aether_capabilities_has (fresh, "arch.x86_64"));
  g_unsetenv ("AETHER_QEMU_DIR");
}

/* --- firmware ---------------------------------------------------------------------- */

#define UEFI(extra) \
  "{\"interface-types\": [\"uefi\"], \"mapping\": {\"device\": \"flash\"," \
  "\"executable\": {\"filename\": \"/c.fd\", \"format\": \"raw\"}," \
  "\"nvram-template\": {\"filename\": \"/v.fd\", \"format\": \"qcow2\"}}," \
  "\"targets\": [{\"architecture\": \"x86_64\", \"machines\": [\"pc-i440fx-*\", \"pc-q35-*\"]}]" extra "}"

static AetherQemuFirmware *
parse (const char *data)
{
  return aether_qemu_firmware_parse (data, strlen (data), "x86_64", "pc-q35-10.0");
}

static void
test_firmware_parse (void)
{
  g_autoptr(AetherQemuFirmware) firmware = parse (UEFI (""));

  g_assert_nonnull (firmware);
  g_assert_cmpstr (firmware->code, ==, "/c.fd");
  g_assert_cmpstr (firmware->code_format, ==, "raw");
  g_assert_cmpstr (firmware->vars, ==, "/v.fd");
  g_assert_cmpstr (firmware->vars_format, ==, "qcow2");
}

static void
test_firmware_refused (void)
{
  const char *refused[] = {
    "", "{", "[]", "{}", "{\"mapping\": 3, \"targets\": {}}",
    UEFI (", \"features\": [\"secure-boot\"]"),
    UEFI (", \"features\": [\"requires-smm\", 4, null, {}]"),
    "{\"interface-types\": [\"uefi\", 7], \"mapping\": {\"device\": 1, \"executable\": {\"filename\": 5},"
    "\"nvram-template\": {\"filename\": null}}, \"targets\": [1, {\"architecture\": [], \"machines\": \"x\"}]}",
    "{\"interface-types\": [\"uefi\"], \"mapping\": {\"device\": \"memory\", \"filename\": \"/x\"}}",
    "{\"interface-types\": [\"bios\"]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    g_assert_null (parse (refused[i]));

  g_assert_null (aether_qemu_firmware_parse (UEFI (""), strlen (UEFI ("")), "i386", "pc-q35-10.0"));
  g_assert_null (aether_qemu_firmware_parse (UEFI (""), strlen (UEFI ("")), "x86_64", "microvm"));
}

static void
write_descriptor (const char *folder, const char *name, const char *file)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *image = file ? g_build_filename (folder, file, NULL) : NULL;
  g_auto(GStrv) parts = g_strsplit (UEFI (""), "/c.fd", 2);
  g_autofree char *half = file ? g_strjoinv (image, parts) : g_strdup ("");
  g_auto(GStrv) halves = g_strsplit (half, "/v.fd", 2);
  g_autofree char *text = file ? g_strjoinv (image, halves) : g_strdup ("");

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  if (image && !strstr (file, "missing"))
    g_assert_true (g_file_set_contents (image, "x", 1, NULL));
}

static void
test_firmware_order (void)
{
  g_autofree char *user = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "user", NULL);
  g_autofree char *system = g_build_filename (g_getenv ("AETHER_TEST_FOLDER"), "system", NULL);
  const char *folders[] = { user, "/nowhere", system, NULL };
  g_autoptr(AetherQemuFirmware) firmware = NULL;

  /* By name over all folders; a file that is gone, or hidden by an empty one, does not count */
  write_descriptor (system, "10-missing.json", "missing.fd");
  write_descriptor (system, "20-hidden.json", "hidden.fd");
  write_descriptor (user, "20-hidden.json", NULL);
  write_descriptor (system, "30-right.json", "right.fd");
  write_descriptor (user, "40-later.json", "later.fd");

  firmware = aether_qemu_firmware_find (folders, "x86_64", "pc-q35-10.0");
  g_assert_nonnull (firmware);
  g_assert_true (g_str_has_suffix (firmware->code, "/right.fd"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  g_test_add_data_func ("/qemu/probe/real/x86_64", "x86_64", test_real);
  g_test_add_data_func ("/qemu/probe/real/i386", "i386", test_real);
  g_test_add_data_func ("/qemu/probe/real/aarch64", "aarch64", test_real);
  g_test_add_data_func ("/qemu/probe/real/riscv64", "riscv64", test_real);
  g_test_add_func ("/qemu/probe/all", test_all);
  g_test_add_func ("/qemu/probe/unknown-arch", test_unknown_arch);
  g_test_add_func ("/qemu/probe/broken-program", test_broken_program);
  g_test_add_func ("/qemu/probe/no-program", test_no_program);
  g_test_add_func ("/qemu/probe/cancelled", test_cancelled);
  g_test_add_func ("/qemu/probe/remembers", test_remembers);
  g_test_add_func ("/qemu/accelerator/tiny-guest", test_tiny_guest);
  g_test_add_func ("/qemu/accelerator/tiny-guest-cancelled", test_tiny_guest_cancelled);
  g_test_add_func ("/qemu/accelerator/kvm-device", test_kvm_device);
  for (guint i = 0; i < G_N_ELEMENTS (bad_guests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/qemu/accelerator/bad-guest/%s", bad_guests[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_bad_guest);
    }
  g_test_add_func ("/qemu/cache/round-trip", test_cache_round_trip);
  g_test_add_func ("/qemu/cache/hostile", test_cache_hostile);
  g_test_add_func ("/qemu/firmware/parse", test_firmware_parse);
  g_test_add_func ("/qemu/firmware/refused", test_firmware_refused);
  g_test_add_func ("/qemu/firmware/order", test_firmware_order);

  return g_test_run ();
}
