/* aether-import-utm.c - config.plist of UTM: version 4, and what was before
 *
 * Keys as in UTM's UTMQemuConfiguration*.swift, UTMAppleConfiguration*.swift, and for the older ones
 * UTMLegacyQemuConfiguration*.m.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-import-xml.h"

#define NEWEST_VERSION 4
#define LEGACY_VERSION 3   /* what is at most this has the older keys */

static const AetherImportWord buses[] = {
  { "ide", AETHER_IMPORT_BUS_IDE }, { "scsi", AETHER_IMPORT_BUS_SCSI }, { "virtio", AETHER_IMPORT_BUS_VIRTIO },
  { "nvme", AETHER_IMPORT_BUS_NVME }, { "usb", AETHER_IMPORT_BUS_USB },
};

static const AetherImportWord modes[] = {
  { "emulated", AETHER_IMPORT_NETWORK_SHARED }, { "shared", AETHER_IMPORT_NETWORK_SHARED },
  { "bridged", AETHER_IMPORT_NETWORK_BRIDGED }, { "host", AETHER_IMPORT_NETWORK_PRIVATE },
  { "none", AETHER_IMPORT_NETWORK_NONE },
};

/* What the image of a drive is for. */
enum { IMAGE_DISK, IMAGE_CD, IMAGE_FIRMWARE, IMAGE_KERNEL, IMAGE_INITRD, IMAGE_OTHER };

static const AetherImportWord images[] = {
  { "disk", IMAGE_DISK }, { "cd", IMAGE_CD }, { "bios", IMAGE_FIRMWARE }, { "linuxkernel", IMAGE_KERNEL },
  { "kernel", IMAGE_KERNEL }, { "linuxinitrd", IMAGE_INITRD }, { "initrd", IMAGE_INITRD },
};

#define LOOK_UP(table, word, fallback) aether_import_look_up (table, G_N_ELEMENTS (table), word, fallback)

/* --- what both have --------------------------------------------------------- */

static void
set_board (AetherImportMachine *machine, const char *target)
{
  if (target == NULL || *target == '\0')
    return;
  if (strcmp (target, "q35") == 0 || g_str_has_prefix (target, "pc-q35"))
    g_set_str (&machine->board, "q35");
  else if (strcmp (target, "pc") == 0 || g_str_has_prefix (target, "pc-i440fx"))
    g_set_str (&machine->board, "pc");
  else if (strcmp (target, "virt") != 0 && !g_str_has_prefix (target, "virt-"))
    aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.board",
                                _("It was a computer of the kind “%s”. The new machine is of the usual kind, and may not start."),
                                target);
}

static void
set_system (AetherImportMachine *machine, xmlNode *system, const char *memory_key)
{
  g_autofree char *arch = aether_import_plist_text (system, "Architecture");
  g_autofree char *target = aether_import_plist_text (system, "Target");
  g_autofree char *cpus = aether_import_plist_text (system, "CPUCount");
  g_autofree char *memory = aether_import_plist_text (system, memory_key);

  if (arch && *arch)
    g_set_str (&machine->arch, aether_machine_canonical_arch (arch));
  set_board (machine, target);
  aether_import_take_count (&machine->cpus, cpus, 512);
  aether_import_take_count (&machine->memory, memory, 16777216);
}

static void
add_forwards (AetherImportMachine *machine, AetherImportNetwork *network, xmlNode *list)
{
  for (xmlNode *item = aether_import_xml_child (list, "dict"); item; item = aether_import_xml_next (item, "dict"))
    {
      g_autofree char *protocol = aether_import_plist_text (item, "Protocol");
      g_autofree char *address = aether_import_plist_text (item, "HostAddress");
      g_autofree char *from = aether_import_plist_text (item, "HostPort");
      g_autofree char *to = aether_import_plist_text (item, "GuestPort");

      aether_import_machine_add_forward (machine, network, protocol, address, from, to);
    }
}

static void
add_image (AetherImportMachine *machine, const char *folder, const char *name, const char *type, const char *interface,
           gboolean read_only, gboolean removable)
{
  int kind = type ? LOOK_UP (images, type, IMAGE_OTHER) : removable ? IMAGE_CD : IMAGE_DISK;
  g_autofree char *file = name && *name ? g_build_filename (folder, name, NULL) : NULL;
  AetherImportDrive *drive;

  if (interface && g_ascii_strcasecmp (interface, "floppy") == 0)
    aether_import_machine_lose (machine, "floppy");
  else if (kind == IMAGE_KERNEL)
    g_set_str (&machine->kernel, file);
  else if (kind == IMAGE_INITRD)
    g_set_str (&machine->initrd, file);
  else if (kind == IMAGE_FIRMWARE)
    aether_import_machine_lose (machine, "firmware-file");
  else if (kind == IMAGE_CD || (kind == IMAGE_DISK && file))
    {
      drive = aether_import_machine_add_drive (machine, kind == IMAGE_CD ? AETHER_DRIVE_CDROM : AETHER_DRIVE_DISK,
                                               LOOK_UP (buses, interface, AETHER_IMPORT_BUS_UNKNOWN), file);
      if (drive)
        drive->read_only = read_only;
    }
  else if (kind == IMAGE_DISK)
    aether_import_machine_note (machine, AETHER_SEVERITY_NOTE, "import.removable",
                                _("A disk that was plugged in from elsewhere is not taken over."));
}

/* --- version 4 -------------------------------------------------------------- */

static void
read_drives (AetherImportMachine *machine, xmlNode *list, gboolean apple)
{
  for (xmlNode *item = aether_import_xml_child (list, "dict"); item; item = aether_import_xml_next (item, "dict"))
    {
      g_autofree char *name = aether_import_plist_text (item, "ImageName");
      g_autofree char *type = aether_import_plist_text (item, "ImageType");
      g_autofree char *interface = aether_import_plist_text (item, "Interface");
      gboolean read_only = aether_import_plist_is_true (item, "ReadOnly");

      if (apple)
        g_set_str (&interface, aether_import_plist_is_true (item, "Nvme") ? "nvme" : "virtio");
      add_image (machine, "Data", name, type, interface, read_only, read_only && name == NULL);
    }
}

static void
read_networks (AetherImportMachine *machine, xmlNode *list)
{
  for (xmlNode *item = aether_import_xml_child (list, "dict"); item; item = aether_import_xml_next (item, "dict"))
    {
      g_autofree char *mode = aether_import_plist_text (item, "Mode");
      g_autofree char *model = aether_import_plist_text (item, "Hardware");
      g_autofree char *mac = aether_import_plist_text (item, "MacAddress");
      AetherImportNetwork *network;

      network = aether_import_machine_add_network (machine, LOOK_UP (modes, mode, AETHER_IMPORT_NETWORK_SHARED), model, mac);
      if (network)
        add_forwards (machine, network, aether_import_plist_get (item, "PortForward"));
    }
}

static void
read_qemu (AetherImportMachine *machine, xmlNode *root)
{
  xmlNode *qemu = aether_import_plist_get (root, "QEMU");
  xmlNode *sharing = aether_import_plist_get (root, "Sharing");
  xmlNode *displays = aether_import_plist_get (root, "Display");
  xmlNode *display = aether_import_xml_child (displays, "dict");
  xmlNode *sounds = aether_import_plist_get (root, "Sound");
  g_autofree char *share = aether_import_plist_text (sharing, "DirectoryShareMode");

  set_system (machine, aether_import_plist_get (root, "System"), "MemorySize");
  machine->firmware = g_strdup (aether_import_plist_is_true (qemu, "UEFIBoot") ? "uefi" : "bios");
  if (aether_import_plist_is_true (qemu, "TPMDevice"))
    aether_import_machine_lose (machine, "tpm");
  if (aether_import_xml_child (aether_import_plist_get (qemu, "AdditionalArguments"), NULL))
    aether_import_machine_lose (machine, "arguments");
  if (share && g_ascii_strcasecmp (share, "none") != 0)
    aether_import_machine_lose (machine, "shared-folders");

  machine->display = aether_import_plist_text (display, "Hardware");
  machine->no_display = displays != NULL && display == NULL;
  machine->sound = aether_import_xml_child (sounds, "dict") != NULL;
}

static gboolean
read_apple (AetherImportMachine *machine, xmlNode *root, GError **error)
{
  xmlNode *system = aether_import_plist_get (root, "System");
  xmlNode *boot = aether_import_plist_get (system, "Boot");
  xmlNode *virtualization = aether_import_plist_get (root, "Virtualization");
  g_autofree char *os = aether_import_plist_text (boot, "OperatingSystem");
  g_autofree char *kernel = aether_import_plist_text (boot, "LinuxKernelPath");
  g_autofree char *initrd = aether_import_plist_text (boot, "LinuxInitialRamdiskPath");

  if (os && g_ascii_strcasecmp (os, "macos") == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("It is macOS in Apple’s own virtualization, which runs on Apple’s computers only."));
      return FALSE;
    }

  set_system (machine, system, "MemorySize");
  machine->append = aether_import_plist_text (boot, "LinuxCommandLine");
  if (kernel && *kernel)
    machine->kernel = g_build_filename ("Data", kernel, NULL);
  if (initrd && *initrd)
    machine->initrd = g_build_filename ("Data", initrd, NULL);
  machine->firmware = machine->kernel ? NULL : g_strdup ("uefi");
  machine->no_display = aether_import_xml_child (aether_import_plist_get (root, "Display"), "dict") == NULL;
  machine->sound = aether_import_plist_is_true (virtualization, "Audio");
  if (aether_import_plist_is_true (virtualization, "Rosetta"))
    aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.rosetta",
                                _("Rosetta, which runs programs for PCs in it, is not taken over."));

  return TRUE;
}

static gboolean
read_current (AetherImportMachine *machine, xmlNode *root, GError **error)
{
  g_autofree char *backend = aether_import_plist_text (root, "Backend");
  xmlNode *information = aether_import_plist_get (root, "Information");
  gboolean apple = backend && g_ascii_strcasecmp (backend, "apple") == 0;

  machine->name = aether_import_plist_text (information, "Name");
  machine->notes = aether_import_plist_text (information, "Notes");
  /* The system is not said, but people choose a picture of it */
  if (!aether_import_plist_is_true (information, "IconCustom"))
    {
      g_autofree char *icon = aether_import_plist_text (information, "Icon");

      aether_import_take_os (machine, icon);
    }
  if (apple && !read_apple (machine, root, error))
    return FALSE;
  if (!apple)
    read_qemu (machine, root);

  read_drives (machine, aether_import_plist_get (root, "Drive"), apple);
  read_networks (machine, aether_import_plist_get (root, "Network"));
  return TRUE;
}

/* --- what was before --------------------------------------------------------- */

static void
read_legacy_drives (AetherImportMachine *machine, xmlNode *list)
{
  for (xmlNode *item = aether_import_xml_child (list, "dict"); item; item = aether_import_xml_next (item, "dict"))
    {
      g_autofree char *path = aether_import_plist_text (item, "ImagePath");
      g_autofree char *type = aether_import_plist_text (item, "ImageType");
      g_autofree char *interface = aether_import_plist_text (item, "InterfaceType");

      add_image (machine, "Images", path, type, interface, FALSE, aether_import_plist_is_true (item, "Removable"));
    }
}

static gboolean
read_legacy (AetherImportMachine *machine, xmlNode *root, GError **error)
{
  xmlNode *system = aether_import_plist_get (root, "System");
  xmlNode *networking = aether_import_plist_get (root, "Networking");
  xmlNode *sound = aether_import_plist_get (root, "Sound");
  xmlNode *display = aether_import_plist_get (root, "Display");
  g_autofree char *mode = aether_import_plist_text (networking, "NetworkMode");
  g_autofree char *model = aether_import_plist_text (networking, "NetworkCard");
  g_autofree char *mac = aether_import_plist_text (networking, "NetworkCardMac");
  AetherImportNetwork *network;

  if (system == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("It says nothing about the machine."));
      return FALSE;
    }

  machine->name = aether_import_plist_text (aether_import_plist_get (root, "Info"), "Name");
  machine->notes = aether_import_plist_text (aether_import_plist_get (root, "Info"), "Notes");
  set_system (machine, system, "Memory");
  if (aether_import_xml_child (aether_import_plist_get (system, "AddArgs"), NULL))
    aether_import_machine_lose (machine, "arguments");
  if (aether_import_plist_is_true (aether_import_plist_get (root, "Sharing"), "DirectorySharing"))
    aether_import_machine_lose (machine, "shared-folders");
  machine->display = aether_import_plist_text (display, "DisplayCard");
  machine->no_display = aether_import_plist_is_true (display, "ConsoleOnly");
  machine->sound = aether_import_plist_is_true (sound, "SoundEnabled");
  read_legacy_drives (machine, aether_import_plist_get (root, "Drives"));

  network = aether_import_machine_add_network (machine, LOOK_UP (modes, mode, AETHER_IMPORT_NETWORK_SHARED), model, mac);
  add_forwards (machine, network, aether_import_plist_get (networking, "PortForward"));
  return TRUE;
}

GPtrArray *
aether_import_parse_utm (const char *data, gsize length, GError **error)
{
  g_autoptr(AetherImportMachine) machine = aether_import_machine_new ();
  g_autoptr(AetherImportXml) xml = NULL;
  g_autofree char *version = NULL;
  guint64 number = 0;
  xmlNode *root;
  gboolean read;

  if (length >= 6 && memcmp (data, "bplist", 6) == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("Its config.plist is in Apple’s binary form. Convert it on a Mac by “plutil -convert xml1 config.plist”, "
                             "or save the machine’s settings in UTM again."));
      return NULL;
    }
  if (!(xml = aether_import_xml_read (data, length, "plist", error)))
    return NULL;

  root = aether_import_xml_child (aether_import_xml_root (xml), "dict");
  version = aether_import_plist_text (root, "ConfigurationVersion");
  aether_import_number (version, G_MAXUINT32, &number);
  if (number > NEWEST_VERSION)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("It was made by a newer UTM: its settings are of version %s, and versions up to %d are known."),
                   version, NEWEST_VERSION);
      return NULL;
    }

  read = number > LEGACY_VERSION || aether_import_plist_get (root, "Backend") ? read_current (machine, root, error)
                                                                                : read_legacy (machine, root, error);
  return read ? aether_import_machines_new (g_steal_pointer (&machine)) : NULL;
}
