/* aether-import-vbox.c - the .vbox of VirtualBox
 *
 * Elements as in its VirtualBox-settings.xsd, versions 1.11 to 1.20.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-import-xml.h"

#define MOST_DEPTH 32   /* snapshots on snapshots */
#define MOST_MEDIA 4096

static const AetherImportWord buses[] = {
  { "AHCI", AETHER_IMPORT_BUS_SATA }, { "PIIX3", AETHER_IMPORT_BUS_IDE }, { "PIIX4", AETHER_IMPORT_BUS_IDE },
  { "ICH6", AETHER_IMPORT_BUS_IDE }, { "LsiLogic", AETHER_IMPORT_BUS_SCSI }, { "BusLogic", AETHER_IMPORT_BUS_SCSI },
  { "LsiLogicSas", AETHER_IMPORT_BUS_SCSI }, { "USB", AETHER_IMPORT_BUS_USB }, { "NVMe", AETHER_IMPORT_BUS_NVME },
  { "VirtioSCSI", AETHER_IMPORT_BUS_VIRTIO_SCSI },
};

static const AetherImportWord modes[] = {
  { "NAT", AETHER_IMPORT_NETWORK_SHARED }, { "NATNetwork", AETHER_IMPORT_NETWORK_SHARED },
  { "BridgedInterface", AETHER_IMPORT_NETWORK_BRIDGED }, { "InternalNetwork", AETHER_IMPORT_NETWORK_PRIVATE },
  { "HostOnlyInterface", AETHER_IMPORT_NETWORK_PRIVATE }, { "HostOnlyNetwork", AETHER_IMPORT_NETWORK_PRIVATE },
};

static const struct { const char *theirs, *ours; } cards[] = {
  { "Am79C970A", "pcnet" }, { "Am79C973", "pcnet" }, { "Am79C960", "pcnet" }, { "82540EM", "e1000" },
  { "82543GC", "e1000" }, { "82545EM", "e1000" }, { "virtio", "virtio" },
};

/* --- media ------------------------------------------------------------------------ */

/* UUID -> element of the registry, whose "location" is the file. */
static void
collect (GHashTable *media, xmlNode *parent, const char *element, guint depth)
{
  if (depth == 0)
    return;

  for (xmlNode *node = aether_import_xml_child (parent, element); node; node = aether_import_xml_next (node, element))
    {
      g_autofree char *uuid = aether_import_xml_attribute (node, "uuid");

      if (uuid && g_hash_table_size (media) < MOST_MEDIA)
        g_hash_table_insert (media, g_ascii_strdown (uuid, -1), node);
      collect (media, node, element, depth - 1);
    }
}

static xmlNode *
look_up (GHashTable *media, xmlNode *image)
{
  g_autofree char *uuid = aether_import_xml_attribute (image, "uuid");
  g_autofree char *lower = uuid ? g_ascii_strdown (uuid, -1) : NULL;

  return lower ? g_hash_table_lookup (media, lower) : NULL;
}

static void
read_device (AetherImportMachine *machine, xmlNode *device, AetherImportBus bus, GHashTable *media)
{
  g_autofree char *type = aether_import_xml_attribute (device, "type");
  xmlNode *image = aether_import_xml_child (device, "Image");
  xmlNode *medium = look_up (media, image);
  g_autofree char *file = aether_import_xml_attribute (medium, "location");
  gboolean disc = type && strcmp (type, "DVD") == 0;

  if (type && strcmp (type, "Floppy") == 0)
    {
      if (file)
        aether_import_machine_lose (machine, "floppy");
      return;
    }
  if (!disc && file == NULL)
    {
      if (image)
        aether_import_machine_note (machine, AETHER_SEVERITY_ERROR, "import.disk-unknown",
                                    _("It does not say where the file of one of its disks is."));
      return;
    }

  if (!disc && medium->parent && strcmp ((const char *) medium->parent->name, "HardDisk") == 0)
    aether_import_machine_lose (machine, "snapshots");
  aether_import_machine_add_drive (machine, disc ? AETHER_DRIVE_CDROM : AETHER_DRIVE_DISK, bus, file);
}

static void
read_drives (AetherImportMachine *machine, xmlNode *root, xmlNode *controllers)
{
  g_autoptr(GHashTable) media = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  collect (media, aether_import_xml_find (root, "MediaRegistry/HardDisks"), "HardDisk", MOST_DEPTH);
  collect (media, aether_import_xml_find (root, "MediaRegistry/DVDImages"), "Image", 1);

  for (xmlNode *controller = aether_import_xml_child (controllers, "StorageController"); controller;
       controller = aether_import_xml_next (controller, "StorageController"))
    {
      g_autofree char *type = aether_import_xml_attribute (controller, "type");
      AetherImportBus bus = aether_import_look_up (buses, G_N_ELEMENTS (buses), type, AETHER_IMPORT_BUS_UNKNOWN);

      for (xmlNode *device = aether_import_xml_child (controller, "AttachedDevice"); device;
           device = aether_import_xml_next (device, "AttachedDevice"))
        read_device (machine, device, bus, media);
    }
}

/* --- network ------------------------------------------------------------------------ */

static void
read_forwards (AetherImportMachine *machine, AetherImportNetwork *network, xmlNode *nat)
{
  for (xmlNode *node = aether_import_xml_child (nat, "Forwarding"); node; node = aether_import_xml_next (node, "Forwarding"))
    {
      g_autofree char *protocol = aether_import_xml_attribute (node, "proto");
      g_autofree char *address = aether_import_xml_attribute (node, "hostip");
      g_autofree char *from = aether_import_xml_attribute (node, "hostport");
      g_autofree char *to = aether_import_xml_attribute (node, "guestport");

      aether_import_machine_add_forward (machine, network, g_strcmp0 (protocol, "0") == 0 ? "udp" : "tcp", address, from, to);
    }
}

static void
read_adapter (AetherImportMachine *machine, xmlNode *adapter)
{
  g_autofree char *enabled = aether_import_xml_attribute (adapter, "enabled");
  g_autofree char *cable = aether_import_xml_attribute (adapter, "cable");
  g_autofree char *mac = aether_import_xml_attribute (adapter, "MACAddress");
  g_autofree char *type = aether_import_xml_attribute (adapter, "type");
  AetherImportNetworkMode mode = AETHER_IMPORT_NETWORK_NONE;
  AetherImportNetwork *network;
  const char *model = "e1000";

  if (!aether_import_is_true (enabled))
    return;

  for (xmlNode *child = aether_import_xml_child (adapter, NULL); child; child = aether_import_xml_next (child, NULL))
    if (strcmp ((const char *) child->name, "DisabledModes") != 0)
      mode = aether_import_look_up (modes, G_N_ELEMENTS (modes), (const char *) child->name, mode);
  if (cable && !aether_import_is_true (cable))
    mode = AETHER_IMPORT_NETWORK_NONE;
  for (guint i = 0; type && i < G_N_ELEMENTS (cards); i++)
    if (strcmp (cards[i].theirs, type) == 0)
      model = cards[i].ours;

  network = aether_import_machine_add_network (machine, mode, model, mac);
  if (network)
    read_forwards (machine, network, aether_import_xml_child (adapter, "NAT"));
}

/* --- the rest ----------------------------------------------------------------------- */

static void
read_arch (AetherImportMachine *machine, xmlNode *root, xmlNode *hardware)
{
  g_autofree char *os = aether_import_xml_attribute (root, "OSType");
  g_autofree char *platform = aether_import_xml_attribute_at (root, "Platform", "architecture");
  g_autofree char *inner = aether_import_xml_attribute_at (hardware, "Platform", "architecture");
  gboolean arm = (os && strstr (os, "_arm64")) || g_ascii_strcasecmp (platform ? platform : "", "ARM") == 0 ||
                 g_ascii_strcasecmp (inner ? inner : "", "ARM") == 0;

  aether_import_take_os (machine, os);
  g_set_str (&machine->arch, arm ? "aarch64" : "x86_64");
}

static gboolean
is_enabled (xmlNode *parent, const char *path)
{
  g_autofree char *enabled = aether_import_xml_attribute_at (parent, path, "enabled");

  return aether_import_is_true (enabled);
}

static void
read_losses (AetherImportMachine *machine, xmlNode *root, xmlNode *hardware)
{
  g_autofree char *state = aether_import_xml_attribute (root, "stateFile");
  g_autofree char *tpm = aether_import_xml_attribute_at (hardware, "TrustedPlatformModule", "type");
  g_autofree char *three = aether_import_xml_attribute_at (hardware, "Display", "accelerate3D");

  if (state && *state)
    aether_import_machine_lose (machine, "suspended");
  if (aether_import_xml_child (root, "Snapshot"))
    aether_import_machine_lose (machine, "snapshots");
  if (tpm && strcmp (tpm, "None") != 0)
    aether_import_machine_lose (machine, "tpm");
  if (aether_import_is_true (three))
    aether_import_machine_lose (machine, "3d");
  if (aether_import_xml_find (hardware, "SharedFolders/SharedFolder"))
    aether_import_machine_lose (machine, "shared-folders");
}

static void
read_machine (AetherImportMachine *machine, xmlNode *root)
{
  xmlNode *hardware = aether_import_xml_child (root, "Hardware");
  xmlNode *controllers = aether_import_xml_child (hardware, "StorageControllers");
  g_autofree char *memory = aether_import_xml_attribute_at (hardware, "Memory", "RAMSize");
  g_autofree char *cpus = aether_import_xml_attribute_at (hardware, "CPU", "count");
  g_autofree char *firmware = aether_import_xml_attribute_at (hardware, "Firmware", "type");
  g_autofree char *outer = aether_import_xml_attribute_at (hardware, "BIOS/Firmware", "type");
  const char *kind = firmware ? firmware : outer;

  machine->name = aether_import_xml_attribute (root, "name");
  machine->notes = aether_import_xml_text_at (root, "Description");
  read_arch (machine, root, hardware);
  aether_import_take_count (&machine->memory, memory, 16777216);
  aether_import_take_count (&machine->cpus, cpus, 512);
  if (machine->cpus == 0)
    machine->cpus = 1;
  g_set_str (&machine->firmware, strcmp (machine->arch, "aarch64") == 0 || (kind && g_str_has_prefix (kind, "EFI")) ? "uefi" : "bios");
  g_set_str (&machine->display, "vmware");
  machine->sound = is_enabled (hardware, "AudioAdapter");

  /* They have moved over the years */
  read_drives (machine, root, controllers ? controllers : aether_import_xml_child (root, "StorageControllers"));
  for (xmlNode *adapter = aether_import_xml_find (hardware, "Network/Adapter"); adapter;
       adapter = aether_import_xml_next (adapter, "Adapter"))
    read_adapter (machine, adapter);
  read_losses (machine, root, hardware);
}

GPtrArray *
aether_import_parse_vbox (const char *data, gsize length, GError **error)
{
  g_autoptr(AetherImportMachine) machine = aether_import_machine_new ();
  g_autoptr(AetherImportXml) xml = aether_import_xml_read (data, length, "VirtualBox", error);
  xmlNode *root;

  if (xml == NULL)
    return NULL;

  if (aether_import_xml_child (aether_import_xml_root (xml), "MachineEncrypted"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("It is encrypted. Take the encryption off in VirtualBox, then import it."));
      return NULL;
    }
  root = aether_import_xml_child (aether_import_xml_root (xml), "Machine");
  if (root == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("It is a settings file of VirtualBox, but not that of a machine."));
      return NULL;
    }

  read_machine (machine, root);
  return aether_import_machines_new (g_steal_pointer (&machine));
}
