/* aether-import-libvirt.c - the XML of a libvirt domain, as virt-manager and GNOME Boxes have it
 *
 * Elements as in libvirt's formatdomain.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-import-xml.h"

static const AetherImportWord buses[] = {
  { "ide", AETHER_IMPORT_BUS_IDE }, { "sata", AETHER_IMPORT_BUS_SATA }, { "virtio", AETHER_IMPORT_BUS_VIRTIO },
  { "scsi", AETHER_IMPORT_BUS_SCSI }, { "usb", AETHER_IMPORT_BUS_USB }, { "nvme", AETHER_IMPORT_BUS_NVME },
};

static const AetherImportWord modes[] = {
  { "user", AETHER_IMPORT_NETWORK_SHARED }, { "network", AETHER_IMPORT_NETWORK_SHARED },
  { "bridge", AETHER_IMPORT_NETWORK_BRIDGED }, { "direct", AETHER_IMPORT_NETWORK_BRIDGED },
  { "ethernet", AETHER_IMPORT_NETWORK_BRIDGED }, { "internal", AETHER_IMPORT_NETWORK_PRIVATE },
  { "server", AETHER_IMPORT_NETWORK_PRIVATE }, { "client", AETHER_IMPORT_NETWORK_PRIVATE }, { "mcast", AETHER_IMPORT_NETWORK_PRIVATE },
};

/* Formats that a disk may say it has. */
static const char * const formats[] = { "raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vpc", "vhdx", NULL };

/* --- drives ------------------------------------------------------------------------- */

static gboolean
has_virtio_scsi (xmlNode *devices)
{
  for (xmlNode *node = aether_import_xml_child (devices, "controller"); node; node = aether_import_xml_next (node, "controller"))
    {
      g_autofree char *type = aether_import_xml_attribute (node, "type");
      g_autofree char *model = aether_import_xml_attribute (node, "model");

      if (g_strcmp0 (type, "scsi") == 0)
        return model == NULL || g_str_has_prefix (model, "virtio");
    }

  return TRUE;   /* what libvirt adds by itself on the usual boards */
}

static void
read_disk (AetherImportMachine *machine, xmlNode *disk, gboolean virtio_scsi)
{
  g_autofree char *device = aether_import_xml_attribute (disk, "device");
  g_autofree char *type = aether_import_xml_attribute (disk, "type");
  g_autofree char *file = aether_import_xml_attribute_at (disk, "source", "file");
  g_autofree char *bus_name = aether_import_xml_attribute_at (disk, "target", "bus");
  g_autofree char *format = aether_import_xml_attribute_at (disk, "driver", "type");
  AetherImportBus bus = aether_import_look_up (buses, G_N_ELEMENTS (buses), bus_name, AETHER_IMPORT_BUS_UNKNOWN);
  gboolean disc = g_strcmp0 (device, "cdrom") == 0;
  AetherImportDrive *drive;

  if (g_strcmp0 (device, "floppy") == 0)
    {
      if (file)
        aether_import_machine_lose (machine, "floppy");
      return;
    }
  if (bus == AETHER_IMPORT_BUS_SCSI && virtio_scsi)
    bus = AETHER_IMPORT_BUS_VIRTIO_SCSI;
  if (!disc && file == NULL)
    {
      aether_import_machine_note (machine, AETHER_SEVERITY_ERROR, "import.disk-elsewhere",
                                  _("One of its disks is no file, but of the kind “%s”. Copy it into a file first."), type ? type : "?");
      return;
    }

  drive = aether_import_machine_add_drive (machine, disc ? AETHER_DRIVE_CDROM : AETHER_DRIVE_DISK, bus, file);
  if (drive == NULL)
    return;
  drive->read_only = !disc && aether_import_xml_child (disk, "readonly") != NULL;
  if (format && g_strv_contains (formats, format))
    drive->format = g_steal_pointer (&format);
}

static void
read_network (AetherImportMachine *machine, xmlNode *interface)
{
  g_autofree char *type = aether_import_xml_attribute (interface, "type");
  g_autofree char *mac = aether_import_xml_attribute_at (interface, "mac", "address");
  g_autofree char *model = aether_import_xml_attribute_at (interface, "model", "type");
  g_autofree char *link = aether_import_xml_attribute_at (interface, "link", "state");
  AetherImportNetworkMode mode = aether_import_look_up (modes, G_N_ELEMENTS (modes), type, AETHER_IMPORT_NETWORK_SHARED);
  AetherImportNetwork *network;

  if (g_strcmp0 (link, "down") == 0)
    mode = AETHER_IMPORT_NETWORK_NONE;
  network = aether_import_machine_add_network (machine, mode, model, mac);
  for (xmlNode *forward = network ? aether_import_xml_child (interface, "portForward") : NULL; forward;
       forward = aether_import_xml_next (forward, "portForward"))
    {
      g_autofree char *protocol = aether_import_xml_attribute (forward, "proto");
      g_autofree char *address = aether_import_xml_attribute (forward, "address");
      g_autofree char *from = aether_import_xml_attribute_at (forward, "range", "start");
      g_autofree char *to = aether_import_xml_attribute_at (forward, "range", "to");

      aether_import_machine_add_forward (machine, network, protocol, address, from, to ? to : from);
    }
}

static void
read_devices (AetherImportMachine *machine, xmlNode *devices)
{
  static const struct { const char *element, *loss; } losses[] = {
    { "tpm", "tpm" }, { "filesystem", "shared-folders" }, { "hostdev", "usb" }, { "redirdev", NULL },
  };
  gboolean virtio_scsi = has_virtio_scsi (devices);
  xmlNode *video = aether_import_xml_child (devices, "video");
  g_autofree char *accelerated = aether_import_xml_attribute_at (video, "model/acceleration", "accel3d");
  g_autofree char *display = aether_import_xml_attribute_at (video, "model", "type");

  for (xmlNode *node = aether_import_xml_child (devices, NULL); node; node = aether_import_xml_next (node, NULL))
    {
      if (strcmp ((const char *) node->name, "disk") == 0)
        read_disk (machine, node, virtio_scsi);
      else if (strcmp ((const char *) node->name, "interface") == 0)
        read_network (machine, node);
      else if (strcmp ((const char *) node->name, "sound") == 0)
        machine->sound = TRUE;
      for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
        if (losses[i].loss && strcmp ((const char *) node->name, losses[i].element) == 0)
          aether_import_machine_lose (machine, losses[i].loss);
    }

  machine->no_display = video == NULL && aether_import_xml_child (devices, "graphics") == NULL;
  g_set_str (&machine->display, display);
  if (aether_import_is_true (accelerated))
    aether_import_machine_lose (machine, "3d");
}

/* --- the computer -------------------------------------------------------------------- */

static void
read_memory (AetherImportMachine *machine, xmlNode *root)
{
  static const struct { const char *unit; guint64 bytes; } units[] = {
    { "b", 1 }, { "bytes", 1 }, { "KB", 1000 }, { "k", 1024 }, { "KiB", 1024 }, { "MB", 1000000 }, { "M", 1 << 20 }, { "MiB", 1 << 20 },
    { "GB", 1000000000 }, { "G", 1 << 30 }, { "GiB", 1 << 30 }, { "T", G_GUINT64_CONSTANT (1) << 40 }, { "TiB", G_GUINT64_CONSTANT (1) << 40 },
  };
  g_autofree char *text = aether_import_xml_text_at (root, "memory");
  g_autofree char *unit = aether_import_xml_attribute_at (root, "memory", "unit");
  guint64 scale = 1024, number = 0;

  for (guint i = 0; unit && i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].unit, unit) == 0)
      scale = units[i].bytes;
  aether_import_number (text, G_MAXINT64 / scale, &number);
  number = number * scale >> 20;
  if (number > 0 && number <= 16777216)
    machine->memory = (guint) number;
}

static void
read_system (AetherImportMachine *machine, xmlNode *root)
{
  xmlNode *os = aether_import_xml_child (root, "os");
  g_autofree char *arch = aether_import_xml_attribute_at (os, "type", "arch");
  g_autofree char *board = aether_import_xml_attribute_at (os, "type", "machine");
  g_autofree char *firmware = aether_import_xml_attribute (os, "firmware");
  g_autofree char *loader = aether_import_xml_attribute_at (os, "loader", "type");
  g_autofree char *osinfo = aether_import_xml_attribute_at (root, "metadata/libosinfo/os", "id");
  g_autofree char *secure = aether_import_xml_attribute_at (os, "loader", "secure");
  gboolean uefi = g_strcmp0 (firmware, "efi") == 0 || g_strcmp0 (loader, "pflash") == 0;

  aether_import_take_os (machine, osinfo);
  g_set_str (&machine->arch, aether_machine_canonical_arch (arch && *arch ? arch : "x86_64"));
  if (board && (strcmp (board, "pc") == 0 || g_str_has_prefix (board, "pc-i440fx")))
    g_set_str (&machine->board, "pc");
  else if (board && strstr (board, "q35"))
    g_set_str (&machine->board, "q35");
  g_set_str (&machine->firmware, uefi ? "uefi" : g_str_has_prefix (machine->arch, "x86") || strcmp (machine->arch, "i386") == 0 ? "bios" : NULL);
  machine->kernel = aether_import_xml_text_at (os, "kernel");
  machine->initrd = aether_import_xml_text_at (os, "initrd");
  machine->append = aether_import_xml_text_at (os, "cmdline");
  if (g_strcmp0 (secure, "yes") == 0)
    aether_import_machine_lose (machine, "secure-boot");
}

GPtrArray *
aether_import_parse_libvirt (const char *data, gsize length, GError **error)
{
  g_autoptr(AetherImportMachine) machine = aether_import_machine_new ();
  g_autoptr(AetherImportXml) xml = aether_import_xml_read (data, length, "domain", error);
  g_autofree char *type = NULL, *title = NULL, *cpus = NULL;
  xmlNode *root;

  if (xml == NULL)
    return NULL;

  root = aether_import_xml_root (xml);
  type = aether_import_xml_attribute (root, "type");
  if (type && strcmp (type, "kvm") != 0 && strcmp (type, "qemu") != 0 && strcmp (type, "hvf") != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _("It is a machine of “%s”, and not of QEMU."), type);
      return NULL;
    }

  title = aether_import_xml_text_at (root, "title");
  cpus = aether_import_xml_text_at (root, "vcpu");
  machine->name = title && *title ? g_steal_pointer (&title) : aether_import_xml_text_at (root, "name");
  machine->notes = aether_import_xml_text_at (root, "description");
  aether_import_take_count (&machine->cpus, cpus, 512);
  read_memory (machine, root);
  read_system (machine, root);
  read_devices (machine, aether_import_xml_child (root, "devices"));
  if (aether_import_xml_child (root, "commandline"))
    aether_import_machine_lose (machine, "arguments");

  return aether_import_machines_new (g_steal_pointer (&machine));
}
