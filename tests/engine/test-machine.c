/* test-machine.c - the machine model: properties, JSON, settings typed by a person
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine.h"

#include <string.h>

#define UUID "01234567-89ab-4cde-8f01-23456789abcd"
#define HEAD "{\"schema\":1,\"uuid\":\"" UUID "\",\"name\":\"Debian\",\"arch\":\"x86_64\""

static AetherMachine *
load (const char *data)
{
  g_autoptr(GError) error = NULL;
  AetherMachine *machine = aether_machine_new_from_data (data, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (machine);
  return machine;
}

static void
test_new_destroy (void)
{
  AetherMachine *machine = aether_machine_new ("Debian", "x86_64");
  g_autoptr(GError) error = NULL;

  g_assert_true (aether_machine_validate (machine, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (machine->name, ==, "Debian");
  g_assert_cmpint (machine->firmware->kind, ==, AETHER_FIRMWARE_BIOS);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (machine->networks)), ==, 1);
  g_assert_finalize_object (machine);
}

static void
test_round_trip (void)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("A \"quoted\" / slashed name", "aarch64");
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", "disk0", "file", "disks/a, b.qcow2",
                                               "format", "qcow2", "interface", AETHER_DRIVE_NVME, NULL);
  g_autoptr(AetherMachine) again = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *arguments[] = { "-device", "pvpanic,x=\"1\"", NULL };

  g_list_store_append (machine->drives, drive);
  g_object_set (machine->memory, "size", 3000, "balloon", FALSE, NULL);
  g_object_set (machine->qemu, "arguments", arguments, NULL);

  first = aether_machine_to_data (machine, NULL);
  again = load (first);
  second = aether_machine_to_data (again, NULL);

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (again->name, ==, "A \"quoted\" / slashed name");
  g_assert_cmpuint (again->memory->size, ==, 3000);
  g_assert_false (again->memory->balloon);
  g_assert_cmpint (again->firmware->kind, ==, AETHER_FIRMWARE_UEFI);
  g_assert_cmpstr (again->qemu->arguments[1], ==, "pvpanic,x=\"1\"");
}

static void
test_unknown_keys_survive (void)
{
  g_autoptr(AetherMachine) machine =
    load (HEAD ",\"cpu\":{\"count\":3,\"frequency\":[1,{\"a\":null}]},\"drives\":[{\"id\":\"disk0\",\"file\":\"x\","
          "\"colour\":\"blue\"}],\"future\":{\"deep\":[true,1.5,\"x\"]}}");
  g_autoptr(AetherMachine) copy = aether_machine_copy (machine);
  g_autofree char *data = aether_machine_to_data (copy, NULL);

  g_assert_nonnull (strstr (data, "\"frequency\""));
  g_assert_nonnull (strstr (data, "\"colour\" : \"blue\""));
  g_assert_nonnull (strstr (data, "\"deep\""));
  g_assert_nonnull (strstr (data, "1.5"));
  g_assert_cmpuint (copy->cpu->count, ==, 3);
}

static void
test_notify_once_per_change (void)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("Debian", "x86_64");
  guint n = 0;

  g_signal_connect_swapped (machine->memory, "notify::size", G_CALLBACK (g_atomic_int_inc), &n);
  g_object_set (machine->memory, "size", machine->memory->size, NULL);
  g_assert_cmpuint (n, ==, 0);
  g_object_set (machine->memory, "size", 4096, NULL);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_schema (void)
{
  g_autoptr(AetherMachine) machine = load ("{\"uuid\":\"" UUID "\",\"name\":\"By hand\",\"arch\":\"i386\"}");
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (machine->schema, ==, AETHER_MACHINE_SCHEMA);
  g_assert_null (aether_machine_new_from_data ("{\"schema\":99}", -1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "newer version of Aether (schema 99"));
}

/* Before the engine "aether" had options of its own, QEMU's accelerator chose its backend. */
static const struct { const char *rest; AetherBackend backend; AetherAccelerator accelerator; } old_backends[] = {
  { ",\"engine\":\"aether\",\"qemu\":{\"accelerator\":\"kvm\"}", AETHER_BACKEND_KVM, AETHER_ACCELERATOR_AUTO },
  { ",\"engine\":\"aether\",\"qemu\":{\"accelerator\":\"tcg\",\"type\":\"q35\"}", AETHER_BACKEND_UNICORN,
    AETHER_ACCELERATOR_AUTO },
  { ",\"engine\":\"aether\",\"qemu\":{\"accelerator\":\"auto\"}", AETHER_BACKEND_AUTO, AETHER_ACCELERATOR_AUTO },
  { ",\"engine\":\"aether\",\"qemu\":{\"accelerator\":\"kvm\"},\"aether\":{}", AETHER_BACKEND_AUTO,
    AETHER_ACCELERATOR_KVM },
  { ",\"engine\":\"qemu\",\"qemu\":{\"accelerator\":\"kvm\"}", AETHER_BACKEND_AUTO, AETHER_ACCELERATOR_KVM },
  { ",\"qemu\":{\"accelerator\":\"tcg\"}", AETHER_BACKEND_AUTO, AETHER_ACCELERATOR_TCG },
};

static void
test_old_backend (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (old_backends); i++)
    {
      g_autofree char *data = g_strconcat (HEAD, old_backends[i].rest, "}", NULL);
      g_autoptr(AetherMachine) machine = load (data);
      g_autofree char *saved = aether_machine_to_data (machine, NULL);
      g_autoptr(AetherMachine) again = load (saved);

      g_assert_cmpint (machine->aether->backend, ==, old_backends[i].backend);
      g_assert_cmpint (machine->qemu->accelerator, ==, old_backends[i].accelerator);
      g_assert_cmpint (again->aether->backend, ==, old_backends[i].backend);
      g_assert_cmpint (again->qemu->accelerator, ==, old_backends[i].accelerator);
    }
}

/* Each refused with a sentence that holds the words in the second column */
static const struct { const char *data, *words; } bad_files[] = {
  { "", "no JSON object" },
  { "{", "not valid JSON" },
  { "[]", "no JSON object" },
  { "null", "no JSON object" },
  { "\xff\xfe", "not UTF-8" },
  { "{\"schema\":\"1\"}", "“schema” must be a whole number" },
  { "{\"schema\":-1}", "“schema” must be a whole number" },
  { "{\"schema\":1}", "“name” is not right" },
  { "{\"schema\":1,\"name\":7}", "“name” must be a text" },
  { "{\"schema\":1,\"name\":\"x\"}", "“uuid” must be a UUID" },
  { "{\"schema\":1,\"name\":\"x\",\"uuid\":\"../../etc\"}", "“uuid” must be a UUID" },
  { "{\"schema\":1,\"name\":\"x\",\"uuid\":\"" UUID "\"}", "“arch” must be" },
  { "{\"schema\":1,\"name\":\"x\",\"uuid\":\"" UUID "\",\"arch\":\"../x\"}", "“arch” must be" },
  { HEAD ",\"engine\":\"/bin/sh\"}", "“engine” must be" },
  { HEAD ",\"memory\":5}", "“memory” must be an object" },
  { HEAD ",\"memory\":{\"size\":\"big\"}}", "“memory.size” must be a whole number from 1" },
  { HEAD ",\"memory\":{\"size\":2.5}}", "“memory.size” must be a whole number" },
  { HEAD ",\"memory\":{\"size\":0}}", "“memory.size” must be a whole number" },
  { HEAD ",\"memory\":{\"size\":99999999999999999999}}", "" },
  { HEAD ",\"memory\":{\"balloon\":1}}", "“memory.balloon” must be true or false" },
  { HEAD ",\"firmware\":{\"kind\":\"openboot\"}}", "“firmware.kind” must be “bios” or “uefi”" },
  { HEAD ",\"firmware\":{\"initrd\":\"x\"}}", "but no kernel" },
  { HEAD ",\"drives\":{}}", "“drives” must be a list of objects" },
  { HEAD ",\"drives\":[1]}", "“drives” must be a list of objects" },
  { HEAD ",\"drives\":[{\"id\":\"a\",\"file\":\"x\",\"kind\":\"tape\"}]}", "“drives.0.kind” must be" },
  { HEAD ",\"drives\":[{\"id\":\"disk0\"}]}", "“drives.0.file” must name" },
  { HEAD ",\"drives\":[{\"id\":\"a,b\",\"file\":\"x\"}]}", "“drives.0.id” must be" },
  { HEAD ",\"drives\":[{\"id\":\"a\",\"file\":\"x\"},{\"id\":\"a\",\"file\":\"y\"}]}", "another drive" },
  { HEAD ",\"drives\":[{\"id\":\"a\",\"file\":\"x\",\"format\":\"qcow2,file.filename=/etc/shadow\"}]}", "“drives.0.format”" },
  { HEAD ",\"networks\":[{\"mac\":\"52:54:00:1:2:3\"}]}", "“networks.0” has a “mac”" },
  { HEAD ",\"networks\":[{\"mac\":\"53:54:00:01:02:03\"}]}", "group address" },
  { HEAD ",\"networks\":[{\"forwards\":[{\"host-address\":\"x,guestfwd=y\"}]}]}", "not an IP address" },
  { HEAD ",\"networks\":[{\"forwards\":[{\"host-port\":70000}]}]}", "“networks.0.forwards.0.host-port”" },
  { HEAD ",\"qemu\":{\"arguments\":\"-s\"}}", "“qemu.arguments” must be a list of texts" },
  { HEAD ",\"qemu\":{\"arguments\":[1]}}", "“qemu.arguments” must be a list of texts" },
  { HEAD ",\"serials\":[{},{},{},{},{}]}", "“serials” has 5 entries; 4 is the most" },
};

static void
test_bad_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      g_autoptr(GError) error = NULL;

      g_test_message ("%s", i == 4 ? "(not UTF-8)" : bad_files[i].data);
      g_assert_null (aether_machine_new_from_data (bad_files[i].data, -1, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_test_message ("  -> %s", error->message);
      g_assert_nonnull (strstr (error->message, bad_files[i].words));
    }
}

static void
test_deep_nesting (void)
{
  g_autofree char *deep = g_strnfill (200000, '[');
  g_autoptr(GError) error = NULL;

  g_assert_null (aether_machine_new_from_data (deep, -1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "nested too deeply"));
}

/* Every prefix of a good file, and the file with each byte changed: an error
 * or a machine, never a crash. */
static void
test_truncated_and_damaged (void)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("Debian", "x86_64");
  gsize length;
  g_autofree char *data = aether_machine_to_data (machine, &length);

  for (gsize n = 0; n + 2 < length; n++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (aether_machine_new_from_data (data, n, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }

  for (gsize n = 0; n < length; n++)
    {
      char kept = data[n];
      static const char bytes[] = { 0, '"', '{', ']', '9', (char) 0x80 };

      for (guint b = 0; b < G_N_ELEMENTS (bytes); b++)
        {
          g_autoptr(GError) error = NULL;
          g_autoptr(AetherMachine) other = NULL;

          data[n] = bytes[b];
          other = aether_machine_new_from_data (data, length, &error);
          g_assert_true ((other != NULL) != (error != NULL));
        }
      data[n] = kept;
    }
}

static const struct { const char *name, *words; } bad_names[] = {
  { NULL, "empty" },
  { "", "empty" },
  { "   ", "empty" },
  { "two\nlines", "line break" },
  { "bell\a", "control character" },
  { "separated\xe2\x80\xa8here", "line break" },
  { "\xff\xfe", "not valid UTF-8" },
};

static void
test_names (void)
{
  g_autofree char *long_name = g_strnfill (300, 'x');
  g_autofree char *longest = g_strnfill (AETHER_MACHINE_NAME_MAX, 'x');
  g_autoptr(GError) long_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad_names); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (aether_machine_check_name (bad_names[i].name, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, bad_names[i].words));
    }

  g_assert_false (aether_machine_check_name (long_name, &long_error));
  g_assert_nonnull (strstr (long_error->message, "300 bytes, and 255 is the most"));
  g_assert_true (aether_machine_check_name (longest, NULL));
  g_assert_true (aether_machine_check_name ("a/b\\c \"d\" 'e' ünï ..", NULL));
}

/* path, value, what then stands in the JSON; NULL: refused with @words */
static const struct { const char *path, *value, *json, *words; } settings[] = {
  { "memory.size", "4096", "\"size\" : 4096", NULL },
  { "memory.size", "4 GB", NULL, "“memory.size” must be a whole number" },
  { "memory.size", "-1", NULL, "whole number" },
  { "memory.balloon", "off", "\"balloon\" : false", NULL },
  { "memory.balloon", "perhaps", NULL, "true or false" },
  { "firmware.kind", "uefi", "\"kind\" : \"uefi\"", NULL },
  { "firmware.kind", "UEFI", NULL, "“bios” or “uefi”" },
  { "cpu.model", "Haswell", "\"model\" : \"Haswell\"", NULL },
  { "cpu.model", "", "\"model\" : \"\"", NULL },
  { "cpu.model", "\xff", NULL, "not valid UTF-8" },
  { "networks.0.mac", "52:54:00:12:34:56", "52:54:00:12:34:56", NULL },
  { "networks.1.mac", "52:54:00:12:34:56", NULL, "has no entry “1”; it has 1" },
  { "networks.x.mac", "y", NULL, "has no entry “x”" },
  { "networks.0", "x", NULL, "networks.0.KEY" },
  { "networks.0", "null", "\"networks\" : []", NULL },
  { "networks.0.forwards+", "{\"host-port\":8080,\"guest-port\":80}", "\"host-port\" : 8080", NULL },
  { "networks.0.forwards+", "{\"host-port\":0}", NULL, "host-port” must be" },
  { "networks+", "", "\"networks\"", NULL },
  { "networks+", "[]", NULL, "takes a JSON object" },
  { "qemu.arguments", "[\"-s\"]", "\"-s\"", NULL },
  { "qemu.arguments+", "-S", "\"-S\"", NULL },
  { "qemu.arguments", "-s", NULL, "list of texts" },
  { "memory", "null", NULL, "an object" },
  { "memory+", "1", NULL, "nothing can be added" },
  { "name.x", "1", NULL, "nothing below it" },
  { "colour", "blue", NULL, "There are: schema, uuid, name" },
  { "", "x", NULL, "There is no setting" },
  { ".", "x", NULL, "There is no setting" },
  { "+", "x", NULL, "There is no setting" },
};

static void
test_settings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr(AetherMachine) machine = aether_machine_new ("Debian", "x86_64");
      g_autofree char *before = aether_machine_to_data (machine, NULL);
      g_autofree char *after = NULL;
      g_autoptr(GError) error = NULL;
      gboolean ok;

      g_test_message ("%s = %s", settings[i].path, g_utf8_validate (settings[i].value, -1, NULL) ? settings[i].value : "(bytes)");
      ok = aether_part_set_from_string (AETHER_PART (machine), settings[i].path, settings[i].value, &error);
      after = aether_machine_to_data (machine, NULL);

      if (settings[i].json)
        {
          g_assert_no_error (error);
          g_assert_true (ok);
          g_assert_nonnull (strstr (after, settings[i].json));
        }
      else
        {
          g_assert_false (ok);
          g_assert_nonnull (error);
          g_test_message ("  -> %s", error->message);
          g_assert_nonnull (strstr (error->message, settings[i].words));
          g_assert_cmpstr (before, ==, after);
        }
    }
}

static void
test_next_drive_id (void)
{
  g_autoptr(AetherMachine) machine = aether_machine_new ("Debian", "x86_64");
  g_autoptr(AetherDrive) drive = g_object_new (AETHER_TYPE_DRIVE, "id", "disk0", "file", "x", NULL);
  g_autofree char *first = aether_machine_next_drive_id (machine, AETHER_DRIVE_DISK);
  g_autofree char *second = NULL;
  g_autofree char *cd = NULL;

  g_list_store_append (machine->drives, drive);
  second = aether_machine_next_drive_id (machine, AETHER_DRIVE_DISK);
  cd = aether_machine_next_drive_id (machine, AETHER_DRIVE_CDROM);

  g_assert_cmpstr (first, ==, "disk0");
  g_assert_cmpstr (second, ==, "disk1");
  g_assert_cmpstr (cd, ==, "cdrom0");
}

static void
test_architectures (void)
{
  g_assert_cmpstr (aether_machine_canonical_arch ("ARM64"), ==, "aarch64");
  g_assert_cmpstr (aether_machine_canonical_arch ("amd64"), ==, "x86_64");
  g_assert_cmpstr (aether_machine_canonical_arch ("i686"), ==, "i386");
  g_assert_cmpstr (aether_machine_canonical_arch ("riscv64"), ==, "riscv64");
  g_assert_cmpstr (aether_machine_canonical_arch (aether_machine_host_arch ()), ==, aether_machine_host_arch ());
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/aether/machine/new-destroy", test_new_destroy);
  g_test_add_func ("/aether/machine/round-trip", test_round_trip);
  g_test_add_func ("/aether/machine/unknown-keys-survive", test_unknown_keys_survive);
  g_test_add_func ("/aether/machine/notify-once-per-change", test_notify_once_per_change);
  g_test_add_func ("/aether/machine/schema", test_schema);
  g_test_add_func ("/aether/machine/old-backend", test_old_backend);
  g_test_add_func ("/aether/machine/bad-files-get-a-sentence", test_bad_files);
  g_test_add_func ("/aether/machine/deep-nesting-is-refused", test_deep_nesting);
  g_test_add_func ("/aether/machine/truncated-and-damaged", test_truncated_and_damaged);
  g_test_add_func ("/aether/machine/names", test_names);
  g_test_add_func ("/aether/machine/settings", test_settings);
  g_test_add_func ("/aether/machine/architectures", test_architectures);
  g_test_add_func ("/aether/machine/next-drive-id", test_next_drive_id);

  return g_test_run ();
}
