/* test-command.c - QEMU's command line, against golden files and the real QEMU
 *
 * machines/NAME.json is a machine.json, machines/NAME.args what QEMU is to be
 * started with, an argument a line, escaped as in C. With UPDATE_GOLDEN in the
 * environment the latter are written anew: read them in the diff.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rig.h"

#include "aether-child.h"
#include "aether-paths.h"
#include "aether-qemu-command.h"
#include "aether-qemu-vars.h"
#include "aether-qmp.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of a computer that has everything */
static AetherCapabilities *
new_full_capabilities (void)
{
  AetherCapabilities *capabilities = aether_capabilities_new ();
  const char *arches[] = { "x86_64", "i386", "aarch64", "riscv64" };
  const char *devices[] = { "virtio-vga", "virtio-gpu-pci", "pvpanic-pci" };

  for (guint i = 0; i < G_N_ELEMENTS (arches); i++)
    {
      const char *arch = arches[i];
      struct { const char *format; const char *value; } rows[] = {
        { "arch.%s", "/usr/bin/qemu" }, { "accelerator.%s.kvm", NULL }, { "display.%s.dbus", NULL },
        { "feature.%s.sandbox", NULL }, { "feature.%s.sound", NULL }, { "feature.%s.clipboard", NULL },
        { "firmware.%s.uefi", "/usr/share/firmware/CODE.fd" },
        { "firmware.%s.uefi-format", "raw" }, { "firmware.%s.uefi-vars", "/usr/share/firmware/VARS.fd" },
        { "firmware.%s.uefi-vars-format", "raw" },
      };

      for (guint j = 0; j < G_N_ELEMENTS (rows); j++)
        {
          g_auto(GStrv) parts = g_strsplit (rows[j].format, "%s", 2);
          g_autofree char *id = g_strconcat (parts[0], arch, parts[1], NULL);

          aether_capabilities_add (capabilities, id, TRUE, rows[j].value, NULL);
        }
      for (guint j = 0; j < G_N_ELEMENTS (devices); j++)
        {
          g_autofree char *id = g_strdup_printf ("device.%s.%s", arch, devices[j]);

          aether_capabilities_add (capabilities, id, TRUE, NULL, NULL);
        }
    }

  return capabilities;
}

static AetherMachine *
load_machine (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "machines", file, NULL);
  g_autofree char *data = NULL;
  g_autoptr(GError) error = NULL;
  AetherMachine *machine;
  gsize length;

  g_file_get_contents (path, &data, &length, &error);
  g_assert_no_error (error);
  machine = aether_machine_new_from_data (data, length, &error);
  g_assert_no_error (error);

  return machine;
}

/* --- golden files ------------------------------------------------------------- */

/* g_strescape() that leaves UTF-8 readable */
static char *
escape (const char *argument)
{
  char exceptions[129];

  for (int i = 0; i < 128; i++)
    exceptions[i] = (char) (128 + i);
  exceptions[128] = '\0';

  return g_strescape (argument, exceptions);
}

static void
test_golden (gconstpointer data)
{
  const char *name = data;
  g_autofree char *file = g_strconcat (name, ".args", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "machines", file, NULL);
  g_autofree char *expected = NULL;
  g_autoptr(AetherMachine) machine = load_machine (name);
  g_autoptr(AetherBundle) bundle = aether_bundle_new ("/home/me/Machines, 1/test.aether");
  g_autoptr(AetherCapabilities) capabilities = new_full_capabilities ();
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) argv = NULL;
  const char *reason, *accelerator;

  if (machine->qemu->accelerator == AETHER_ACCELERATOR_AUTO)
    g_object_set (machine->qemu, "accelerator", AETHER_ACCELERATOR_TCG, NULL);
  accelerator = aether_qemu_command_accelerator (machine, capabilities, &reason);
  argv = aether_qemu_command_build (machine, bundle, capabilities, accelerator, &error);
  g_assert_no_error (error);
  for (guint i = 0; argv[i]; i++)
    {
      g_autofree char *line = escape (argv[i]);

      g_string_append_printf (text, "%s\n", line);
    }

  if (g_getenv ("UPDATE_GOLDEN"))
    {
      g_file_set_contents (path, text->str, text->len, &error);
      g_assert_no_error (error);
      return;
    }

  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text->str, ==, expected);
}

/* --- the real QEMU --------------------------------------------------------------- */

static void
make_file (const char *path, const char *format)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr(GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  if (g_str_equal (format, "raw"))
    {
      g_file_set_contents (path, "", 0, &error);
      g_assert_no_error (error);
      g_assert_cmpint (truncate (path, 1024 * 1024), ==, 0);
    }
  else
    {
      const char *argv[] = { "qemu-img", "create", "-q", "-f", format, path, "8M", NULL };
      g_autoptr(GSubprocess) process = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);

      g_assert_no_error (error);
      g_subprocess_wait_check (process, NULL, &error);
      g_assert_no_error (error);
    }
}

/* A kernel of the architecture that QEMU's loader takes, NULL when there is none here */
static char *
find_kernel (const char *arch)
{
  g_autofree char *folder = aether_paths_find_guest (arch);

  return folder ? g_build_filename (folder, "vmlinuz", NULL) : NULL;
}

/* Makes every file that @machine names. Returns: whether it could */
static gboolean
make_files (AetherMachine *machine, AetherBundle *bundle)
{
  GListModel *drives = G_LIST_MODEL (machine->drives);

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);
      g_autofree char *path = drive->file ? aether_bundle_resolve (bundle, drive->file) : NULL;

      if (path && !g_file_test (path, G_FILE_TEST_EXISTS))
        make_file (path, drive->format);
    }

  if (machine->firmware->kernel)
    {
      g_autofree char *path = aether_bundle_resolve (bundle, machine->firmware->kernel);
      g_autofree char *kernel = find_kernel (machine->arch);
      g_autofree char *data = NULL;
      gsize length;

      /* The "virt" boards take anything for a kernel */
      make_file (path, "raw");
      if (kernel && g_file_get_contents (kernel, &data, &length, NULL))
        g_assert_true (g_file_set_contents (path, data, length, NULL));
      else if (aether_qemu_command_is_x86 (machine))
        return FALSE;
    }
  if (machine->firmware->initrd)
    {
      g_autofree char *path = aether_bundle_resolve (bundle, machine->firmware->initrd);

      make_file (path, "raw");
    }

  return TRUE;
}

static void
make_vars (AetherMachine *machine, AetherBundle *bundle, AetherCapabilities *capabilities)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (aether_qemu_vars_needed (machine, bundle));
  aether_qemu_vars_prepare_async (machine, bundle, capabilities, NULL, rig_result_cb, &result);
  aether_qemu_vars_prepare_finish (rig_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_false (aether_qemu_vars_needed (machine, bundle));
}

/* Runs @argv until QEMU has made the whole machine, and lets it quit. */
static void
assert_qemu_takes (char **argv, guint n_fds)
{
  int ours[16];
  AetherChildFd theirs[16];
  g_autoptr(AetherQmp) qmp = NULL;
  g_autoptr(AetherChild) child = NULL;
  g_autoptr(GAsyncResult) opened = NULL;
  g_autoptr(GAsyncResult) quitted = NULL;
  g_autoptr(GAsyncResult) exited = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < n_fds; i++)
    {
      int fds[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
      ours[i] = fds[0];
      theirs[i] = (AetherChildFd) { fds[1], AETHER_QEMU_FD_QMP + (int) i };
    }

  child = aether_child_spawn ((const char * const *) argv, theirs, n_fds, &error);
  g_assert_no_error (error);
  qmp = aether_qmp_new (ours[0]);
  aether_qmp_open_async (qmp, 0, NULL, rig_result_cb, &opened);
  if (!aether_qmp_open_finish (qmp, rig_wait_result (&opened), NULL))
    {
      g_autofree char *output = NULL;

      while (!aether_child_has_exited (child))
        g_main_context_iteration (NULL, TRUE);
      output = aether_child_dup_output (child);
      g_error ("QEMU refuses: %s", output);
    }

  aether_qmp_call_async (qmp, "quit", NULL, -1, 0, NULL, rig_result_cb, &quitted);
  rig_wait_result (&quitted);
  aether_child_wait_async (child, NULL, rig_result_cb, &exited);
  rig_wait_result (&exited);
  g_assert_cmpint (aether_child_get_wait_status (child), ==, 0);

  for (guint i = 1; i < n_fds; i++)
    close (ours[i]);
}

static void
test_accepted (gconstpointer data)
{
  g_autoptr(AetherMachine) machine = load_machine (data);
  g_autoptr(AetherCapabilities) capabilities = rig_capabilities (machine->arch);
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) argv = NULL;

  if (capabilities == NULL)
    return;
  if (machine->firmware->kind == AETHER_FIRMWARE_UEFI &&
      !aether_capabilities_has (capabilities, "firmware.%s.uefi", machine->arch))
    {
      g_test_skip (aether_capabilities_lookup (capabilities, "firmware.%s.uefi", machine->arch)->reason);
      return;
    }

  bundle = rig_bundle (machine);
  if (!make_files (machine, bundle))
    {
      g_test_skip ("There is no kernel to try direct boot with.");
      return;
    }
  if (machine->firmware->kind == AETHER_FIRMWARE_UEFI)
    make_vars (machine, bundle, capabilities);

  argv = aether_qemu_command_build (machine, bundle, capabilities, "tcg", &error);
  g_assert_no_error (error);
  assert_qemu_takes (argv, 2 + g_list_model_get_n_items (G_LIST_MODEL (machine->serials)));
}

/* --- what cannot be --------------------------------------------------------------- */

static const struct
{
  const char *name;
  const char *setting;     /* key=value; a second one after a line break */
  const char *words;
} refused[] = {
  { "comma-in-display-model", "displays.0.model=virtio-vga,addr=1", "letters" },
  { "comma-in-network-model", "networks.0.model=e1000,netdev=x", "letters" },
  { "comma-in-type", "qemu.type=q35,dumpdtb=/tmp/x", "letters" },
  { "comma-in-format", "drives.0.format=raw,file.driver=x", "letters" },
  { "space-in-cpu-model", "cpu.model=host -device x", "letters" },
  { "leading-dash", "displays.0.model=-vga", "letters" },
  { "empty-format", "drives.0.format=", "never guessed" },
  { "read-only-sata", "drives.0.interface=sata\ndrives.0.read-only=true", "SATA" },
  { "address-with-comma", "networks.0.forwards+={\"host-address\": \"127.0.0.1:1-:1,x\"}", "IPv4" },
  { "address-of-ipv6", "networks.0.forwards+={\"host-address\": \"::1\"}", "IPv4" },
  { "name-for-address", "networks.0.forwards+={\"host-address\": \"localhost\"}", "IPv4" },
};

static void
test_refused (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  g_autoptr(AetherMachine) machine = load_machine ("x86_64-q35");
  g_autoptr(AetherBundle) bundle = aether_bundle_new ("/m.aether");
  g_autoptr(AetherCapabilities) capabilities = new_full_capabilities ();
  g_auto(GStrv) settings = g_strsplit (refused[n].setting, "\n", -1);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; settings[i]; i++)
    {
      g_auto(GStrv) pair = g_strsplit (settings[i], "=", 2);

      aether_part_set_from_string (AETHER_PART (machine), pair[0], pair[1], &error);
      g_assert_no_error (error);
    }

  g_assert_null (aether_qemu_command_build (machine, bundle, capabilities, "tcg", &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, refused[n].words));
}

static void
test_no_program (void)
{
  g_autoptr(AetherMachine) machine = load_machine ("x86_64-q35");
  g_autoptr(AetherBundle) bundle = aether_bundle_new ("/m.aether");
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
  g_autoptr(GError) error = NULL;

  g_assert_null (aether_qemu_command_build (machine, bundle, capabilities, "tcg", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  aether_capabilities_add (capabilities, "arch.x86_64", FALSE, NULL, "It is not here.");
  g_assert_null (aether_qemu_command_build (machine, bundle, capabilities, "tcg", &error));
  g_assert_cmpstr (error->message, ==, "It is not here.");
}

/* A module that is a package of its own is not installed */
static void
test_no_virtio_gpu (void)
{
  g_autoptr(AetherMachine) machine = load_machine ("x86_64-q35");
  g_autoptr(AetherBundle) bundle = aether_bundle_new ("/m.aether");
  g_autoptr(AetherCapabilities) capabilities = new_full_capabilities ();
  g_autofree char *line = NULL;
  g_auto(GStrv) argv = NULL;

  aether_capabilities_add (capabilities, "device.x86_64.virtio-vga", FALSE, NULL, "No.");
  aether_capabilities_add (capabilities, "display.x86_64.dbus", FALSE, NULL, "No.");
  argv = aether_qemu_command_build (machine, bundle, capabilities, "tcg", NULL);
  line = g_strjoinv (" ", argv);
  g_assert_nonnull (strstr (line, "-device VGA,id=display.0"));
  g_assert_nonnull (strstr (line, "-display none"));
  g_assert_null (strstr (line, "-vnc"));

  /* Then VNC is the way; it must never listen. */
  aether_capabilities_add (capabilities, "display.x86_64.vnc", TRUE, NULL, NULL);
  g_strfreev (argv);
  argv = aether_qemu_command_build (machine, bundle, capabilities, "tcg", NULL);
  g_free (line);
  line = g_strjoinv (" ", argv);
  g_assert_nonnull (strstr (line, "-display none -vnc none"));
}

static void
test_picks_accelerator (void)
{
  g_autoptr(AetherMachine) machine = load_machine ("x86_64-q35");
  g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
  const char *reason;

  g_assert_cmpstr (aether_qemu_command_accelerator (machine, capabilities, &reason), ==, "tcg");
  aether_capabilities_add (capabilities, "accelerator.x86_64.kvm", FALSE, NULL, "Not here.");
  g_assert_cmpstr (aether_qemu_command_accelerator (machine, capabilities, &reason), ==, "tcg");
  g_assert_cmpstr (reason, ==, "Not here.");
  aether_capabilities_add (capabilities, "accelerator.x86_64.kvm", TRUE, NULL, NULL);
  g_assert_cmpstr (aether_qemu_command_accelerator (machine, capabilities, &reason), ==, "kvm");
  g_assert_null (reason);
  g_object_set (machine->qemu, "accelerator", AETHER_ACCELERATOR_TCG, NULL);
  g_assert_cmpstr (aether_qemu_command_accelerator (machine, capabilities, &reason), ==, "tcg");
}

static void
add_machines (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "machines", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file;

  g_assert_nonnull (dir);
  while ((file = g_dir_read_name (dir)))
    {
      const char *name;
      g_autofree char *stem = NULL;
      g_autofree char *golden = NULL;
      g_autofree char *accepted = NULL;

      if (!g_str_has_suffix (file, ".json"))
        continue;

      stem = g_strndup (file, strlen (file) - strlen (".json"));
      name = g_intern_string (stem);
      golden = g_strdup_printf ("/qemu/command/golden/%s", name);
      accepted = g_strdup_printf ("/qemu/command/accepted/%s", name);
      g_test_add_data_func (golden, name, test_golden);
      /* Whether there is KVM depends on the computer: those are held by their golden files only */
      if (!g_str_has_suffix (name, "-kvm"))
        g_test_add_data_func (accepted, name, test_accepted);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  rig_init ();

  add_machines ();
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strdup_printf ("/qemu/command/refused/%s", refused[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refused);
    }
  g_test_add_func ("/qemu/command/no-program", test_no_program);
  g_test_add_func ("/qemu/command/no-virtio-gpu", test_no_virtio_gpu);
  g_test_add_func ("/qemu/command/picks-accelerator", test_picks_accelerator);

  return g_test_run ();
}
