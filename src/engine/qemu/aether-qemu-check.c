/* aether-qemu-check.c - what stands in the way of a machine before it starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-check.h"

#include "aether-qemu-check-drive.h"
#include "aether-qemu-command.h"
#include "aether-store.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB (1024 * 1024)

typedef struct
{
  AetherBundle       *bundle;
  AetherMachine      *machine;
  AetherCapabilities *capabilities;
  GPtrArray          *findings;
} Check;

G_GNUC_PRINTF (5, 6)
static void
find (Check *check, AetherSeverity severity, const char *id, const char *fix, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);

  g_ptr_array_add (check->findings, aether_finding_new (severity, id, sentence, fix));
}

static gboolean
has_text (const char *text)
{
  return text && *text;
}

/* --- the computer under it ---------------------------------------------------- */

static void
check_program (Check *check)
{
  const char *arch = check->machine->arch;
  const AetherCapability *program = aether_capabilities_lookup (check->capabilities, "arch.%s", arch);

  if (program == NULL)
    find (check, AETHER_SEVERITY_ERROR, "arch.unknown", NULL,
          _("Aether knows no way to run %s machines in QEMU. It knows x86_64, i386, aarch64 and riscv64."), arch);
  else if (!program->available)
    find (check, AETHER_SEVERITY_ERROR, "arch.missing", NULL, "%s", program->reason);
}

static void
check_accelerator (Check *check)
{
  const AetherCapability *kvm = aether_capabilities_lookup (check->capabilities, "accelerator.%s.kvm",
                                                            check->machine->arch);
  AetherAccelerator wish = check->machine->qemu->accelerator;

  if (kvm == NULL || kvm->available)
    return;

  if (wish == AETHER_ACCELERATOR_KVM)
    find (check, AETHER_SEVERITY_ERROR, "accelerator.unavailable", "qemu.accelerator=auto", "%s", kvm->reason);
  else if (wish == AETHER_ACCELERATOR_AUTO)
    find (check, AETHER_SEVERITY_NOTE, "accelerator.emulated", NULL, "%s", kvm->reason);
}

/* MiB that programs can still take; 0: unknown */
static guint64
get_free_memory (void)
{
  g_autofree char *info = aether_store_read ("/proc/meminfo", 64 * 1024, NULL, NULL);
  const char *line = info ? strstr (info, "\nMemAvailable:") : NULL;
  guint64 kib;

  return line && sscanf (line, " MemAvailable: %" G_GUINT64_FORMAT, &kib) == 1 ? kib / 1024 : 0;
}

static void
check_memory (Check *check)
{
  guint64 all = (guint64) sysconf (_SC_PHYS_PAGES) * sysconf (_SC_PAGESIZE) / MIB;
  guint64 available = get_free_memory ();
  guint64 wish = check->machine->memory->size;

  if (wish > all)
    {
      g_autofree char *fix = g_strdup_printf ("memory.size=%" G_GUINT64_FORMAT, MAX (all / 2, 1));

      find (check, AETHER_SEVERITY_ERROR, "memory.too-large", fix,
            _("The machine shall have %" PRIu64 " MiB of memory, but this computer has only %" PRIu64
              " MiB. Give the machine less."), wish, all);
    }
  else if (available > 0 && wish > available)
    find (check, AETHER_SEVERITY_WARNING, "memory.low", NULL,
          _("The machine shall have %" PRIu64 " MiB of memory, but only %" PRIu64
            " MiB are free now. Close something, or give the machine less, before it makes this computer slow."),
          wish, available);
}

static void
check_cpus (Check *check)
{
  guint processors = g_get_num_processors ();
  g_autofree char *fix = g_strdup_printf ("cpu.count=%u", processors);

  if (check->machine->cpu->count > processors)
    find (check, AETHER_SEVERITY_WARNING, "cpu.more-than-host", fix,
          _("The machine has %u processors, this computer only %u. More than that make the machine slower."),
          check->machine->cpu->count, processors);
}

static void
check_display (Check *check)
{
  const AetherCapability *dbus = aether_capabilities_lookup (check->capabilities, "display.%s.dbus",
                                                             check->machine->arch);

  if (g_list_model_get_n_items (G_LIST_MODEL (check->machine->displays)) > 0 && dbus && !dbus->available &&
      !aether_qemu_command_has_vnc (check->machine, check->capabilities))
    find (check, AETHER_SEVERITY_WARNING, "display.unavailable", NULL, "%s", dbus->reason);
}

/* --- what it starts from --------------------------------------------------------- */

static void
check_firmware (Check *check)
{
  const AetherCapability *uefi = aether_capabilities_lookup (check->capabilities, "firmware.%s.uefi",
                                                             check->machine->arch);
  AetherFirmware *firmware = check->machine->firmware;
  gboolean x86 = aether_qemu_command_is_x86 (check->machine);

  if (firmware->kind == AETHER_FIRMWARE_UEFI && uefi && !uefi->available)
    find (check, AETHER_SEVERITY_ERROR, "firmware.missing", x86 ? "firmware.kind=bios" : NULL, "%s", uefi->reason);
  else if (firmware->kind == AETHER_FIRMWARE_BIOS && !x86 && !has_text (firmware->kernel))
    find (check, AETHER_SEVERITY_WARNING, "firmware.none", "firmware.kind=uefi",
          _("%s machines have no BIOS, so this one would start nothing. Give it UEFI firmware, or a kernel."),
          check->machine->arch);
}

static void
check_boot_file (Check *check, const char *file, const char *id, const char *what)
{
  g_autofree char *path = has_text (file) ? aether_bundle_resolve (check->bundle, file) : NULL;

  if (path == NULL)
    return;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    find (check, AETHER_SEVERITY_ERROR, id, NULL,
          /* Translators: %s is “kernel” or “initrd”, then a path */
          _("The %s “%s” is not there. Choose another file, or boot from the drives."), what, path);
  else if (access (path, R_OK) != 0)
    find (check, AETHER_SEVERITY_ERROR, id, NULL, _("The %s “%s” cannot be read."), what, path);
}

static void
check_start (Check *check)
{
  AetherFirmware *firmware = check->machine->firmware;
  GListModel *drives = G_LIST_MODEL (check->machine->drives);

  check_boot_file (check, firmware->kernel, "firmware.kernel-missing", "kernel");
  check_boot_file (check, firmware->initrd, "firmware.initrd-missing", "initrd");

  if (has_text (firmware->kernel))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (has_text (drive->file))
        return;
    }

  find (check, AETHER_SEVERITY_WARNING, "machine.nothing-to-start", NULL,
        _("The machine has nothing to start from: no disk, no CD and no kernel. Only its firmware will run."));
}

/* They can say anything to QEMU: who got the machine from somebody else must see them. */
static void
check_arguments (Check *check)
{
  g_auto(GStrv) quoted = g_strdupv (check->machine->qemu->arguments);
  g_autofree char *line = NULL;

  if (quoted == NULL || *quoted == NULL)
    return;

  for (char **argument = quoted; *argument; argument++)
    {
      char *text = *argument;

      *argument = g_shell_quote (text);
      g_free (text);
    }
  line = g_strjoinv (" ", quoted);
  find (check, AETHER_SEVERITY_NOTE, "qemu.arguments", NULL,
        _("The machine gives QEMU arguments of its own, which may reach anything that you may: %s. "
          "If they are not yours, look at them first."), line);
}

/* The rest of what QEMU would refuse, in the command line's words. */
static void
check_command (Check *check)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) argv = NULL;

  for (guint i = 0; i < check->findings->len; i++)
    if (aether_finding_get_severity (check->findings->pdata[i]) == AETHER_SEVERITY_ERROR)
      return;

  argv = aether_qemu_command_build (check->machine, check->bundle, check->capabilities, "tcg", &error);
  if (argv == NULL)
    find (check, AETHER_SEVERITY_ERROR, "machine.unsupported", NULL, "%s", error->message);
}

static gboolean
is_written (AetherDrive *drive)
{
  return drive->kind != AETHER_DRIVE_CDROM && !drive->read_only;
}

/* QEMU would say that another process has it. */
static void
check_same_file (Check *check, AetherDrive *drive, AetherDrive *other)
{
  g_autofree char *path = NULL;
  g_autofree char *other_path = NULL;
  struct stat st, other_st;

  if (!has_text (drive->file) || !has_text (other->file) || !(is_written (drive) || is_written (other)))
    return;

  path = aether_bundle_resolve (check->bundle, drive->file);
  other_path = aether_bundle_resolve (check->bundle, other->file);
  if (stat (path, &st) == 0 && stat (other_path, &other_st) == 0 &&
      st.st_dev == other_st.st_dev && st.st_ino == other_st.st_ino)
    find (check, AETHER_SEVERITY_ERROR, "drive.twice", NULL,
          _("The drives “%s” and “%s” are one file: “%s”. Two would destroy what is on it: remove one of them."),
          other->id, drive->id, path);
}

static void
check_drives (Check *check)
{
  GListModel *drives = G_LIST_MODEL (check->machine->drives);

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      aether_qemu_check_drive (check->bundle, drive, i, check->findings);
      for (guint j = 0; j < i; j++)
        {
          g_autoptr(AetherDrive) other = g_list_model_get_item (drives, j);

          check_same_file (check, drive, other);
        }
    }
}

/**
 * aether_qemu_check:
 *
 * Looks at everything that can be known before @machine starts. Reads the
 * heads of files, starts no program.
 *
 * Returns: (transfer full) (element-type AetherFinding): what is to be said
 */
GPtrArray *
aether_qemu_check (AetherBundle *bundle, AetherMachine *machine, AetherCapabilities *capabilities)
{
  Check check = {
    .bundle = bundle,
    .machine = machine,
    .capabilities = capabilities,
    .findings = g_ptr_array_new_with_free_func (g_object_unref),
  };

  check_program (&check);
  check_accelerator (&check);
  check_memory (&check);
  check_cpus (&check);
  check_display (&check);
  check_firmware (&check);
  check_start (&check);
  check_drives (&check);
  check_arguments (&check);
  check_command (&check);

  return check.findings;
}
