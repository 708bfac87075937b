/* aether-vmm-check.c - what stands in the way of an Aether guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-check.h"

#include <glib/gi18n-lib.h>

#include "aether-vmm-command.h"
#include "avmm-image.h"
#include "avmm-net.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

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

/* --- the backend ------------------------------------------------------------- */

static const struct { const char *id; AetherBackend backend; } backends[] = {
  { "kvm", AETHER_BACKEND_KVM },
  { "unicorn", AETHER_BACKEND_UNICORN },
};

/* What @backend has, of what an image can require of one */
static guint64
get_backend_features (const AetherCapability *backend)
{
  const char *words = backend->value ? backend->value : "";

  return (strstr (words, "simd") ? AETHER_FEATURE_SIMD : 0) |
         (strstr (words, "exceptions") ? AETHER_FEATURE_EXCEPTIONS : 0);
}

/* Whether one of those that the machine may use runs @required */
static gboolean
has_backend (AetherMachine *machine, AetherCapabilities *capabilities, guint64 required)
{
  AetherBackend wish = machine->aether->backend;

  required &= AETHER_FEATURE_SIMD | AETHER_FEATURE_EXCEPTIONS;
  for (guint i = 0; i < G_N_ELEMENTS (backends); i++)
    {
      const AetherCapability *backend = aether_capabilities_lookup (capabilities, "accelerator.%s.%s",
                                                                    machine->arch, backends[i].id);

      if ((wish == AETHER_BACKEND_AUTO || wish == backends[i].backend) && backend && backend->available &&
          (required & ~get_backend_features (backend)) == 0)
        return TRUE;
    }

  return FALSE;
}

/* One that the machine insists on */
static gboolean
check_backend (GPtrArray *findings, AetherMachine *machine, AetherCapabilities *capabilities)
{
  const char *id = machine->aether->backend == AETHER_BACKEND_KVM ? "kvm" : "unicorn";
  const AetherCapability *backend;

  if (machine->aether->backend == AETHER_BACKEND_AUTO)
    return TRUE;

  backend = aether_capabilities_lookup (capabilities, "accelerator.%s.%s", machine->arch, id);
  if (backend && backend->available)
    return TRUE;

  if (backend)
    add (findings, AETHER_SEVERITY_ERROR, "backend.unavailable", "aether.backend=auto",
         _("This machine shall run by “%s”, which cannot be: %s"), id, backend->reason);
  else
    add (findings, AETHER_SEVERITY_ERROR, "backend.unavailable", "aether.backend=auto",
         _("This machine shall run by “%s”, which this computer does not have for %s guests. Let Aether choose."),
         id, machine->arch);

  return FALSE;
}

/* --- the image ----------------------------------------------------------------- */

/* What the image requires against what the machine and this computer have */
static void
check_features (GPtrArray *findings, const struct avmm_image *image, AetherMachine *machine,
                AetherCapabilities *capabilities)
{
  guint64 required = image->manifest.required;
  gboolean cable = g_list_model_get_n_items (G_LIST_MODEL (machine->networks)) > 0;
  /* Where nothing lacks but the leave to choose, that is the fix */
  const char *fix = machine->aether->backend == AETHER_BACKEND_AUTO ? NULL : "aether.backend=auto";

  if ((required & AETHER_FEATURE_BLOCK) && aether_vmm_command_get_disk (machine) == NULL)
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-disk", NULL,
         _("This guest needs a disk, and the machine has none. Add one."));
  if ((required & AETHER_FEATURE_NET) && aether_vmm_command_get_network (machine) == NULL)
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-network", cable ? "networks.0.mode=user" : "networks+={}",
         _("This guest needs a network, and the machine has none. Add one."));
  if ((required & AETHER_FEATURE_DISPLAY) && !aether_vmm_command_has_display (machine))
    add (findings, AETHER_SEVERITY_WARNING, "image.needs-display", "displays+={}",
         _("This guest draws a picture, and the machine has no display to show it on. Add one."));

  if (!check_backend (findings, machine, capabilities) || has_backend (machine, capabilities, required))
    return;

  if (required & AETHER_FEATURE_EXCEPTIONS)
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-exceptions", fix,
         _("This guest handles exceptions itself, which only works with KVM, and that cannot "
           "be used here."));
  else
    add (findings, AETHER_SEVERITY_ERROR, "image.needs-simd", fix,
         _("This guest needs floating point, which nothing that this machine may use offers it."));
}

/* The least memory, or what it wishes */
static void
check_memory (GPtrArray *findings, const struct avmm_image *image, AetherMachine *machine)
{
  guint64 given = (guint64) aether_vmm_command_get_memory (machine) * MIB;
  guint least = (image->end + MIB - 1) / MIB;
  guint wish = CLAMP ((image->manifest.ram + MIB - 1) / MIB, least, AETHER_VMM_MEMORY_MAX);
  g_autofree char *fix = g_strdup_printf ("memory.size=%u", wish);

  if (given < image->end)
    add (findings, AETHER_SEVERITY_ERROR, "memory.too-small", fix,
         _("This guest alone takes %u MiB of memory, and the machine has %u. Give it more."), least,
         machine->memory->size);
  else if (given < image->manifest.ram)
    add (findings, AETHER_SEVERITY_WARNING, "memory.below-wish", fix,
         _("This guest wishes %u MiB of memory, and the machine has %u. It may end for want of it."), wish,
         machine->memory->size);

  if (machine->memory->size > AETHER_VMM_MEMORY_MAX)
    add (findings, AETHER_SEVERITY_WARNING, "memory.clamped", "memory.size=" G_STRINGIFY (AETHER_VMM_MEMORY_MAX),
         _("Aether guests have at most %u MB of memory."), AETHER_VMM_MEMORY_MAX);
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
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *shown = g_filename_display_name (path);

      add (findings, AETHER_SEVERITY_ERROR, "image.not-found", NULL,
           _("The Aether image “%s” is not there. Put it back, or set another one as the machine's kernel."), shown);
      return;
    }

  if (!avmm_image_open (&image, path, &error))
    {
      g_autofree char *sentence = g_utf8_make_valid (error.sentence, -1);

      add (findings, AETHER_SEVERITY_ERROR, "image.refused", NULL, "%s", sentence);
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

  check_memory (findings, &image, machine);
  avmm_image_close (&image);
}

/* --- what the machine has besides ------------------------------------------------- */

static void
check_disk (GPtrArray *findings, AetherBundle *bundle, AetherDrive *disk)
{
  g_autofree char *path = aether_bundle_resolve (bundle, disk->file);
  g_autofree char *shown = g_filename_display_name (path);

  if (g_strcmp0 (disk->format, "raw") != 0)
    add (findings, AETHER_SEVERITY_ERROR, "drive.format", NULL,
         _("Aether's own engine reads raw disks only; “%s” is %s. Make a raw copy, as by "
           "“qemu-img convert -O raw”, and set that."), disk->id, disk->format ? disk->format : "?");
  else if (!g_file_test (path, G_FILE_TEST_EXISTS))
    add (findings, AETHER_SEVERITY_ERROR, "drive.missing", NULL,
         _("The disk “%s” is not there. Put it back, or remove the drive “%s”."), shown, disk->id);
  else if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    add (findings, AETHER_SEVERITY_ERROR, "drive.missing", NULL,
         _("The disk “%s” is not a file. Set one for the drive “%s”."), shown, disk->id);
}

static void
check_drives (GPtrArray *findings, AetherBundle *bundle, AetherMachine *machine)
{
  GListModel *drives = G_LIST_MODEL (machine->drives);
  AetherDrive *disk = aether_vmm_command_get_disk (machine);

  if (disk)
    check_disk (findings, bundle, disk);

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (drive != disk)
        add (findings, AETHER_SEVERITY_WARNING, "drive.unused", NULL,
             _("Aether's own engine gives a guest one disk; “%s” is left out."), drive->id);
    }
}

/* Those aether-vmm would refuse */
static void
check_forwards (GPtrArray *findings, GListModel *forwards)
{
  if (g_list_model_get_n_items (forwards) > AVMM_FORWARDS_MAX)
    add (findings, AETHER_SEVERITY_ERROR, "network.forwards", NULL,
         _("Aether's own engine forwards at most %u ports. Remove the others."), AVMM_FORWARDS_MAX);

  for (guint i = 0; i < g_list_model_get_n_items (forwards); i++)
    {
      g_autoptr(AetherPortForward) forward = g_list_model_get_item (forwards, i);
      const char *address = aether_vmm_command_get_address (forward);
      g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string (address);

      if (parsed == NULL || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV4)
        add (findings, AETHER_SEVERITY_ERROR, "network.forwards", NULL,
             _("“%s” is no address that a port can be forwarded from. "
               "Use an IPv4 address of this computer, as 127.0.0.1."), address);
    }
}

/* One card */
static void
check_networks (GPtrArray *findings, AetherMachine *machine)
{
  GListModel *networks = G_LIST_MODEL (machine->networks);
  AetherNetwork *network = aether_vmm_command_get_network (machine);

  if (network)
    check_forwards (findings, G_LIST_MODEL (network->forwards));
  if (g_list_model_get_n_items (networks) > 1)
    add (findings, AETHER_SEVERITY_WARNING, "network.unused", "networks.1=null",
         _("Aether's own engine gives a guest one network card; the others are left out."));
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

  check_drives (findings, bundle, machine);
  check_networks (findings, machine);

  if (machine->cpu->count > 1)
    add (findings, AETHER_SEVERITY_NOTE, "cpu.one", "cpu.count=1",
         _("Aether guests run on one processor."));

  return findings;
}
