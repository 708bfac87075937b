/* aether-vmm-command.c - the command line of a machine's aether-vmm: a pure function
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-config.h"

char *
aether_vmm_command_dup_program (void)
{
  const char *program = g_getenv ("AETHER_VMM_PROGRAM");

  return program && *program ? g_strdup (program)
                             : g_build_filename (AETHER_LIBEXECDIR, "aether-vmm-full", NULL);
}

char *
aether_vmm_command_dup_image (AetherMachine *machine, AetherBundle *bundle)
{
  const char *kernel = machine->firmware->kernel;

  return kernel && *kernel ? aether_bundle_resolve (bundle, kernel) : NULL;
}

AetherDrive *
aether_vmm_command_get_disk (AetherMachine *machine)
{
  GListModel *drives = G_LIST_MODEL (machine->drives);

  for (guint i = 0; i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      if (drive->kind == AETHER_DRIVE_DISK && drive->file)
        return drive;   /* the list keeps it */
    }

  return NULL;
}

AetherNetwork *
aether_vmm_command_get_network (AetherMachine *machine)
{
  GListModel *networks = G_LIST_MODEL (machine->networks);

  for (guint i = 0; i < g_list_model_get_n_items (networks); i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (networks, i);

      if (network->mode == AETHER_NETWORK_USER)
        return network;   /* the list keeps it */
    }

  return NULL;
}

const char *
aether_vmm_command_get_address (AetherPortForward *forward)
{
  const char *address = forward->host_address;

  return address && *address ? address : "127.0.0.1";
}

gboolean
aether_vmm_command_has_display (AetherMachine *machine)
{
  return g_list_model_get_n_items (G_LIST_MODEL (machine->displays)) > 0;
}

guint
aether_vmm_command_get_memory (AetherMachine *machine)
{
  guint size = CLAMP (machine->memory->size, AETHER_VMM_MEMORY_MIN, AETHER_VMM_MEMORY_MAX);

  /* In large pages, as aether-vmm gives it */
  return (size + 1) & ~1u;
}

static void
add (GStrvBuilder *argv, const char *option, const char *value)
{
  g_strv_builder_add_many (argv, option, value, NULL);
}

static void
add_network (GStrvBuilder *argv, AetherNetwork *network)
{
  GListModel *forwards = network ? G_LIST_MODEL (network->forwards) : NULL;

  add (argv, "--net", network ? "user" : "none");

  for (guint i = 0; forwards && i < g_list_model_get_n_items (forwards); i++)
    {
      g_autoptr(AetherPortForward) forward = g_list_model_get_item (forwards, i);
      g_autofree char *text = NULL;

      text = g_strdup_printf ("%s:%s:%u:%u", forward->protocol == AETHER_PROTOCOL_UDP ? "udp" : "tcp",
                              aether_vmm_command_get_address (forward), forward->host_port, forward->guest_port);
      add (argv, "--forward", text);
    }
}

static gboolean
has (AetherCapabilities *capabilities, const char *arch, const char *backend, const char *feature)
{
  const AetherCapability *capability =
    capabilities ? aether_capabilities_lookup (capabilities, "accelerator.%s.%s", arch, backend) : NULL;

  return capability && capability->available &&
         (feature == NULL || (capability->value && strstr (capability->value, feature)));
}

/* What `auto` would choose, as far as the trials of the last probe leave no question: so that
 * they need not run again at each start. Unicorn has no exceptions. */
static const char *
choose_backend (AetherMachine *machine, AetherCapabilities *capabilities)
{
  switch (machine->aether->backend)
    {
    case AETHER_BACKEND_KVM:
      return "kvm";
    case AETHER_BACKEND_UNICORN:
      return "unicorn";
    case AETHER_BACKEND_AUTO:
    default:
      break;
    }

  if (has (capabilities, machine->arch, "kvm", "simd") && has (capabilities, machine->arch, "kvm", "exceptions"))
    return "kvm";
  if (has (capabilities, machine->arch, "unicorn", "simd") && !has (capabilities, machine->arch, "kvm", "exceptions"))
    return "unicorn";
  return NULL;
}

/**
 * aether_vmm_command_build:
 * @capabilities: (nullable): of this computer
 *
 * Fails with %G_IO_ERROR_INVALID_ARGUMENT when the machine has no image.
 */
GStrv
aether_vmm_command_build (AetherMachine *machine, AetherBundle *bundle, AetherCapabilities *capabilities,
                          GError **error)
{
  g_autoptr(GStrvBuilder) argv = g_strv_builder_new ();
  g_autofree char *image = aether_vmm_command_dup_image (machine, bundle);
  g_autofree char *memory = NULL;
  AetherDrive *disk = aether_vmm_command_get_disk (machine);
  const char *backend = choose_backend (machine, capabilities);

  if (image == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("This machine has no Aether image. Set one as its kernel."));
      return NULL;
    }

  g_strv_builder_take (argv, aether_vmm_command_dup_program ());
  add (argv, "--control-fd", G_STRINGIFY (AETHER_VMM_FD_CONTROL));
  add (argv, "--console", "fd=" G_STRINGIFY (AETHER_VMM_FD_CONSOLE));
  add (argv, "--arch", machine->arch);

  memory = g_strdup_printf ("%u", aether_vmm_command_get_memory (machine));
  add (argv, "--memory", memory);
  add_network (argv, aether_vmm_command_get_network (machine));

  if (backend)
    add (argv, "--backend", backend);

  if (disk)
    {
      g_autofree char *file = aether_bundle_resolve (bundle, disk->file);

      add (argv, "--disk", file);
      if (disk->read_only)
        g_strv_builder_add (argv, "--read-only");
    }

  if (machine->firmware->append && *machine->firmware->append)
    add (argv, "--append", machine->firmware->append);

  /* A name that begins with a dash is a name */
  add (argv, "--", image);

  return g_strv_builder_end (argv);
}
