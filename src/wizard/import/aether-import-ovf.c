/* aether-import-ovf.c - the Open Virtualization Format: DSP0243, versions 1 and 2
 *
 * Hardware is a list of items with numbers of CIM_ResourceAllocationSettingData (DSP1041).
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "aether-import-xml.h"

#define MOST_MACHINES 64
#define MOST_FILES    1024
#define MOST_PARTS    1024   /* of a machine */
#define MOST_DEPTH    8      /* collections in collections */

enum
{
  TYPE_CPU = 3, TYPE_MEMORY = 4, TYPE_IDE = 5, TYPE_SCSI = 6, TYPE_NETWORK = 10, TYPE_FLOPPY = 14, TYPE_CD = 15,
  TYPE_DVD = 16, TYPE_DISK = 17, TYPE_STORAGE = 20, TYPE_USB = 23, TYPE_SOUND = 35,
};

static const AetherImportWord storages[] = {
  { "AHCI", AETHER_IMPORT_BUS_SATA }, { "vmware.sata.ahci", AETHER_IMPORT_BUS_SATA }, { "sataController", AETHER_IMPORT_BUS_SATA },
  { "vmware.nvme.controller", AETHER_IMPORT_BUS_NVME }, { "NVMe", AETHER_IMPORT_BUS_NVME },
  { "VirtioSCSI", AETHER_IMPORT_BUS_VIRTIO_SCSI }, { "virtio-scsi", AETHER_IMPORT_BUS_VIRTIO_SCSI },
};

static const struct { const char *theirs, *ours; } cards[] = {
  { "PCNet32", "pcnet" }, { "E1000", "e1000" }, { "E1000e", "e1000e" }, { "VmxNet3", "vmxnet3" }, { "virtio", "virtio" },
  { "VirtIO", "virtio" }, { "rtl8139", "rtl8139" },
};

/* What one envelope says of its files and disks. */
typedef struct
{
  xmlNode    *root;
  GHashTable *files;         /* id -> element of References */
  GHashTable *disks;         /* id -> element of DiskSection */
} Envelope;

/* --- numbers ------------------------------------------------------------------------ */

/* "byte * 2^30", "MegaBytes", "GB" -> the number of bytes; @fallback for what is not known */
static guint64
parse_unit (const char *unit, guint64 fallback)
{
  static const struct { const char *name; guint shift; } names[] = {
    { "byte", 0 }, { "bytes", 0 }, { "kilobytes", 10 }, { "kb", 10 }, { "megabytes", 20 }, { "mb", 20 },
    { "gigabytes", 30 }, { "gb", 30 }, { "terabytes", 40 }, { "tb", 40 },
  };
  const char *power = unit ? strstr (unit, "2^") : NULL;
  guint64 exponent;

  if (power && aether_import_number (power + 2, 50, &exponent))
    return G_GUINT64_CONSTANT (1) << exponent;
  for (guint i = 0; unit && i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (unit, names[i].name) == 0)
      return G_GUINT64_CONSTANT (1) << names[i].shift;

  return fallback;
}

static guint64
bytes_of (const char *text, const char *unit, guint64 fallback)
{
  guint64 scale = parse_unit (unit, fallback), number = 0;

  aether_import_number (text, G_MAXINT64 / scale, &number);
  return number * scale;
}

/* --- disks -------------------------------------------------------------------------- */

static GHashTable *
index_of (xmlNode *section, const char *element, const char *id)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (xmlNode *node = aether_import_xml_child (section, element); node && g_hash_table_size (index) < MOST_FILES;
       node = aether_import_xml_next (node, element))
    {
      char *key = aether_import_xml_attribute (node, id);

      if (key)
        g_hash_table_insert (index, key, node);
    }

  return index;
}

/* The file that @node (a File) names. Only such as are whole and beside the description. */
static char *
file_name (AetherImportMachine *machine, xmlNode *node)
{
  g_autofree char *href = aether_import_xml_attribute (node, "href");
  g_autofree char *compression = aether_import_xml_attribute (node, "compression");
  g_autofree char *chunk = aether_import_xml_attribute (node, "chunkSize");
  g_autofree char *name = href ? g_uri_unescape_string (href, "/") : NULL;

  if (name == NULL || strstr (name, "://"))
    aether_import_machine_note (machine, AETHER_SEVERITY_ERROR, "import.disk-elsewhere",
                                _("One of its disks is not here, but on a server: %s."), href ? href : "?");
  else if ((compression && *compression && strcmp (compression, "identity") != 0) || chunk)
    aether_import_machine_note (machine, AETHER_SEVERITY_ERROR, "import.disk-compressed",
                                _("Its disk “%s” is compressed or cut into parts. Export the machine without that."), name);
  else
    return g_steal_pointer (&name);

  return NULL;
}

static void
add_disk (AetherImportMachine *machine, const Envelope *envelope, const char *host, AetherImportBus bus, AetherDriveKind kind)
{
  const char *id = host ? strrchr (host, '/') : NULL;
  xmlNode *disk = id && strstr (host, "/disk/") ? g_hash_table_lookup (envelope->disks, id + 1) : NULL;
  g_autofree char *reference = aether_import_xml_attribute (disk, "fileRef");
  g_autofree char *capacity = aether_import_xml_attribute (disk, "capacity");
  g_autofree char *unit = aether_import_xml_attribute (disk, "capacityAllocationUnits");
  const char *key = reference ? reference : disk == NULL && id ? id + 1 : NULL;
  xmlNode *node = key ? g_hash_table_lookup (envelope->files, key) : NULL;
  g_autofree char *file = node ? file_name (machine, node) : NULL;
  AetherImportDrive *drive;

  if (kind == AETHER_DRIVE_DISK && file == NULL && (reference || disk == NULL))
    {
      if (node == NULL)
        aether_import_machine_note (machine, AETHER_SEVERITY_ERROR, "import.disk-unknown",
                                    _("It does not say where the file of one of its disks is."));
      return;
    }

  drive = aether_import_machine_add_drive (machine, kind, bus, file);
  if (drive && kind == AETHER_DRIVE_DISK && file == NULL)
    drive->size = bytes_of (capacity, unit, 1);
}

/* --- hardware ------------------------------------------------------------------------- */

static guint64
item_type (xmlNode *item)
{
  g_autofree char *text = aether_import_xml_text_at (item, "ResourceType");
  guint64 type = 0;

  aether_import_number (text, 1000, &type);
  return type;
}

static AetherImportBus
find_bus (xmlNode *hardware, const char *parent)
{
  xmlNode *item = aether_import_xml_child (hardware, NULL);

  for (guint n = 0; item && parent && n < MOST_PARTS; n++, item = aether_import_xml_next (item, NULL))
    {
      g_autofree char *id = aether_import_xml_text_at (item, "InstanceID");
      g_autofree char *subtype = aether_import_xml_text_at (item, "ResourceSubType");

      if (g_strcmp0 (id, parent) != 0)
        continue;
      switch (item_type (item))
        {
        case TYPE_IDE:
          return AETHER_IMPORT_BUS_IDE;
        case TYPE_SCSI:
          return aether_import_look_up (storages, G_N_ELEMENTS (storages), subtype, AETHER_IMPORT_BUS_SCSI);
        case TYPE_STORAGE:
          return aether_import_look_up (storages, G_N_ELEMENTS (storages), subtype, AETHER_IMPORT_BUS_SATA);
        default:
          return AETHER_IMPORT_BUS_UNKNOWN;
        }
    }

  return AETHER_IMPORT_BUS_UNKNOWN;
}

static void
add_network (AetherImportMachine *machine, xmlNode *item)
{
  g_autofree char *subtype = aether_import_xml_text_at (item, "ResourceSubType");
  g_autofree char *mac = aether_import_xml_text_at (item, "Address");
  g_autofree char *connection = aether_import_xml_text_at (item, "Connection");
  gboolean nat = connection == NULL || g_ascii_strcasecmp (connection, "nat") == 0;
  const char *model = "e1000";

  for (guint i = 0; subtype && i < G_N_ELEMENTS (cards); i++)
    if (g_ascii_strcasecmp (cards[i].theirs, subtype) == 0)
      model = cards[i].ours;
  aether_import_machine_add_network (machine, nat ? AETHER_IMPORT_NETWORK_SHARED : AETHER_IMPORT_NETWORK_BRIDGED, model, mac);
}

static void
read_item (AetherImportMachine *machine, const Envelope *envelope, xmlNode *hardware, xmlNode *item)
{
  g_autofree char *quantity = aether_import_xml_text_at (item, "VirtualQuantity");
  g_autofree char *units = aether_import_xml_text_at (item, "AllocationUnits");
  g_autofree char *host = aether_import_xml_text_at (item, "HostResource");
  g_autofree char *parent = aether_import_xml_text_at (item, "Parent");
  guint64 megabytes;

  switch (item_type (item))
    {
    case TYPE_CPU:
      aether_import_take_count (&machine->cpus, quantity, 512);
      break;
    case TYPE_MEMORY:
      megabytes = bytes_of (quantity, units, 1 << 20) >> 20;
      if (megabytes > 0 && megabytes <= 16777216)
        machine->memory = (guint) megabytes;
      break;
    case TYPE_NETWORK:
      add_network (machine, item);
      break;
    case TYPE_FLOPPY:
      if (host)
        aether_import_machine_lose (machine, "floppy");
      break;
    case TYPE_CD:
    case TYPE_DVD:
      add_disk (machine, envelope, host, find_bus (hardware, parent), AETHER_DRIVE_CDROM);
      break;
    case TYPE_DISK:
      add_disk (machine, envelope, host, find_bus (hardware, parent), AETHER_DRIVE_DISK);
      break;
    case TYPE_SOUND:
      machine->sound = TRUE;
      break;
    default:
      break;
    }
}

/* What VMware and VirtualBox write besides the standard. */
static void
read_extensions (AetherImportMachine *machine, xmlNode *system, xmlNode *hardware)
{
  g_autofree char *firmware = aether_import_xml_attribute_at (system, "Machine/Hardware/Firmware", "type");
  g_autofree char *box_os = aether_import_xml_text_at (system, "OperatingSystemSection/OSType");
  g_autofree char *vmw_os = aether_import_xml_attribute_at (system, "OperatingSystemSection", "osType");

  for (xmlNode *config = aether_import_xml_child (hardware, "Config"); config; config = aether_import_xml_next (config, "Config"))
    {
      g_autofree char *key = aether_import_xml_attribute (config, "key");
      g_autofree char *value = aether_import_xml_attribute (config, "value");

      if (g_strcmp0 (key, "firmware") == 0 && value)
        g_set_str (&machine->firmware, strcmp (value, "efi") == 0 ? "uefi" : "bios");
      else if (g_strcmp0 (key, "uefi.secureBootEnabled") == 0 && aether_import_is_true (value))
        aether_import_machine_lose (machine, "secure-boot");
    }

  if (firmware)
    g_set_str (&machine->firmware, g_str_has_prefix (firmware, "EFI") ? "uefi" : "bios");
  aether_import_take_os (machine, vmw_os);
  aether_import_take_os (machine, box_os);
  if ((box_os && strstr (box_os, "_arm64")) || (vmw_os && g_str_has_prefix (vmw_os, "arm")))
    g_set_str (&machine->arch, "aarch64");
}

static void
read_system (GPtrArray *machines, const Envelope *envelope, xmlNode *system)
{
  AetherImportMachine *machine = aether_import_machine_new ();
  xmlNode *hardware = aether_import_xml_child (system, "VirtualHardwareSection");
  xmlNode *item = aether_import_xml_child (hardware, NULL);

  g_ptr_array_add (machines, machine);
  machine->name = aether_import_xml_text_at (system, "Name");
  if (machine->name == NULL || *machine->name == '\0')
    {
      g_free (machine->name);
      machine->name = aether_import_xml_attribute (system, "id");
    }
  machine->notes = aether_import_xml_text_at (system, "AnnotationSection/Annotation");
  g_set_str (&machine->arch, "x86_64");
  g_set_str (&machine->display, "vmware");

  for (guint n = 0; item && n < MOST_PARTS; n++, item = aether_import_xml_next (item, NULL))
    if (strcmp ((const char *) item->name, "Item") == 0 || g_str_has_suffix ((const char *) item->name, "Item"))
      read_item (machine, envelope, hardware, item);
  read_extensions (machine, system, hardware);
}

static void
read_systems (GPtrArray *machines, const Envelope *envelope, xmlNode *parent, guint depth)
{
  for (xmlNode *node = aether_import_xml_child (parent, NULL); node && depth > 0; node = aether_import_xml_next (node, NULL))
    if (strcmp ((const char *) node->name, "VirtualSystem") == 0 && machines->len < MOST_MACHINES)
      read_system (machines, envelope, node);
    else if (strcmp ((const char *) node->name, "VirtualSystemCollection") == 0)
      read_systems (machines, envelope, node, depth - 1);
}

GPtrArray *
aether_import_parse_ovf (const char *data, gsize length, GError **error)
{
  g_autoptr(GPtrArray) machines = aether_import_machines_new (NULL);
  g_autoptr(AetherImportXml) xml = aether_import_xml_read (data, length, "Envelope", error);
  g_autoptr(GHashTable) files = NULL, disks = NULL;
  Envelope envelope;

  if (xml == NULL)
    return NULL;

  envelope.root = aether_import_xml_root (xml);
  files = index_of (aether_import_xml_child (envelope.root, "References"), "File", "id");
  disks = index_of (aether_import_xml_child (envelope.root, "DiskSection"), "Disk", "diskId");
  envelope.files = files;
  envelope.disks = disks;
  read_systems (machines, &envelope, envelope.root, MOST_DEPTH);
  if (machines->len > 0)
    return g_steal_pointer (&machines);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("It describes no machine."));
  return NULL;
}
