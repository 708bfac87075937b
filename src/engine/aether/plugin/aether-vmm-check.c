/* aether-vmm-check.c - what stands in the way of an Aether guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-check.h"

#include <glib/gi18n-lib.h>

#include "aether-vmm-command.h"
#include "avmm-image.h"

static void
add (GPtrArray *findings, AetherSeverity severity, const char *id, const char *fix,
     const char *format, ...) G_GNUC_PRINTF (5, 6);

static void
add (GPtrArray *findings, AetherSeverity severity, const char *id, const char *fix,
     const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);

  g_ptr_array_add (findings, aether_finding_new (severity, id, sentence, fix));
}

/* What the image requires against what the machine and this computer have */
static void
check_features (GPtrArray *findings, const struct avmm_image *image, AetherMachine *machine,
                AetherCapabilities *capabilities)
{
  guint64 required = image->manifest.required;
  const AetherCapability *kvm = aether_capabilities_lookup (capabilities, "accelerator.%s.kvm",
                                                            machine->arch);
  const char *kvm_can = kvm && kvm->available && kvm->value ? kvm->value : "";
  gboolean unicorn = aether_capabilities_has (capabilities, "accelerator.%s.unicorn",
                                              machine->arch);

  if ((required & AETHER_FEATURE_BLOCK) && aether_vmm_command_get_disk (machine) == NULL)
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-disk", NULL,
         _("This guest needs a disk, and the machine has none. Add one."));
  if ((required & AETHER_FEATURE_NET) && !aether_vmm_command_has_network (machine))
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-network", NULL,
         _("This guest needs a network, and the machine has none. Add one."));
  if ((required & AETHER_FEATURE_EXCEPTIONS) && strstr (kvm_can, "exceptions") == NULL)
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-exceptions", NULL,
         _("This guest handles exceptions itself, which only works with KVM, and that cannot "
           "be used here."));
  if ((required & AETHER_FEATURE_SIMD) && strstr (kvm_can, "simd") == NULL && !unicorn)
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-simd", NULL,
         _("This guest needs floating point, which nothing on this computer offers it."));
}

static void
check_image (GPtrArray *findings, AetherBundle *bundle, AetherMachine *machine,
             AetherCapabilities *capabilities)
{
  g_autofree char *path = aether_vmm_command_dup_image (machine, bundle);
  struct avmm_error error;
  struct avmm_image image;
  const char *arch;

  if (path == NULL)
    {
      add (findings, AETHER_SEVERITY_ERROR, "image.missing", NULL,
           _("This machine has no Aether image. Set one as its kernel."));
      return;
    }

  if (!avmm_image_open (&image, path, &error))
    {
      add (findings, AETHER_SEVERITY_ERROR, "image.refused", NULL, "%s", error.sentence);
      return;
    }

  arch = image.arch == AVMM_ARCH_ARM64 ? "aarch64" : "x86_64";
  if (!g_str_equal (machine->arch, arch))
    {
      g_autofree char *fix = g_strdup_printf ("arch=%s", arch);

      add (findings, AETHER_SEVERITY_ERROR, "image.arch", fix,
           _("The Aether image is for %s, the machine is %s."), arch, machine->arch);
    }
  else
    check_features (findings, &image, machine, capabilities);

  avmm_image_close (&image);
}

static void
check_disks (GPtrArray *findings, AetherMachine *machine)
{
  GListModel *drives = G_LIST_MODEL (machine->drives);
  AetherDrive *disk = aether_vmm_command_get_disk (machine);

  if (disk && g_strcmp0 (disk->format, "raw") != 0)
    add (findings, AETHER_SEVERITY_ERROR, "drive.format", NULL,
         _("Aether's own engine reads raw disks only; “%s” is %s."), disk->id,
         disk->format ? disk->format : "?");

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (drive != disk)
        add (findings, AETHER_SEVERITY_WARNING, "drive.unused", NULL,
             _("Aether's own engine gives a guest one disk; “%s” is left out."), drive->id);
    }
}

GPtrArray *
aether_vmm_check (AetherBundle *bundle, AetherMachine *machine, AetherCapabilities *capabilities)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_object_unref);
  const AetherCapability *arch = aether_capabilities_lookup (capabilities, "arch.%s", machine->arch);

  if (arch == NULL)
    add (findings, AETHER_SEVERITY_ERROR, "arch.unsupported", NULL,
         _("Aether's own engine runs x86_64 and aarch64 guests, not %s."), machine->arch);
  else if (!arch->available)
    add (findings, AETHER_SEVERITY_ERROR, "arch.unavailable", NULL, "%s", arch->reason);
  else
    check_image (findings, bundle, machine, capabilities);

  check_disks (findings, machine);

  if (machine->cpu->count > 1)
    add (findings, AETHER_SEVERITY_NOTE, "cpu.one", "cpu.count=1",
         _("Aether guests run on one processor."));
  if (machine->memory->size > AETHER_VMM_MEMORY_MAX)
    add (findings, AETHER_SEVERITY_WARNING, "memory.clamped", "memory.size=3072",
         _("Aether guests have at most %u MB of memory."), AETHER_VMM_MEMORY_MAX);

  return findings;
}
