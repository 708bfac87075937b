/* test-import.c - the descriptions of other programs, whole, cut short and hostile
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"
#include "aether-import-ova.h"

#include <glib/gstdio.h>
#include <string.h>

#define BYTES 8000   /* mutations of each sample */

typedef struct
{
  const char         *file;
  AetherImportParser  parse;
} Sample;

static const Sample samples[] = {
  { "utm4.plist", aether_import_parse_utm },
  { "utm2.plist", aether_import_parse_utm },
  { "quickemu.conf", aether_import_parse_quickemu },
  { "vmware.vmx", aether_import_parse_vmx },
  { "virtualbox.vbox", aether_import_parse_vbox },
  { "appliance.ovf", aether_import_parse_ovf },
  { "domain.xml", aether_import_parse_libvirt },
};

static char *
load (const char *file, gsize *length)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "samples", file, NULL);
  g_autoptr(GError) error = NULL;
  char *data = NULL;

  g_file_get_contents (path, &data, length, &error);
  g_assert_no_error (error);
  return data;
}

static AetherImportMachine *
parse (AetherImportParser parser, const char *data, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) machines = parser (data, length, &error);
  AetherImportMachine *machine;

  g_assert_no_error (error);
  g_assert_cmpuint (machines->len, ==, 1);
  machine = machines->pdata[0];
  g_ptr_array_set_free_func (machines, NULL);

  return machine;
}

static AetherImportMachine *
parse_sample (const char *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    if (g_str_equal (samples[i].file, file))
      {
        gsize length;
        g_autofree char *data = load (file, &length);

        return parse (samples[i].parse, data, length);
      }

  g_assert_not_reached ();
}

static void
fails (AetherImportParser parser, const char *text, const char *words)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) machines = parser (text, strlen (text), &error);

  g_assert_null (machines);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, words));
}

/* --- looking at them ------------------------------------------------------------ */

static void
check_drive (AetherImportMachine *machine, guint index, AetherDriveKind kind, AetherImportBus bus, const char *file)
{
  AetherImportDrive *drive;

  g_assert_cmpuint (index, <, machine->drives->len);
  drive = machine->drives->pdata[index];
  g_assert_cmpint (drive->kind, ==, kind);
  g_assert_cmpint (drive->bus, ==, bus);
  g_assert_cmpstr (drive->file, ==, file);
}

static void
check_network (AetherImportMachine *machine, guint index, AetherImportNetworkMode mode, const char *model, const char *mac)
{
  AetherImportNetwork *network;

  g_assert_cmpuint (index, <, machine->networks->len);
  network = machine->networks->pdata[index];
  g_assert_cmpint (network->mode, ==, mode);
  g_assert_cmpstr (network->model, ==, model);
  g_assert_cmpstr (network->mac, ==, mac);
}

static void
check_forward (AetherImportMachine *machine, guint index, guint n, AetherProtocol protocol, const char *address,
               guint host_port, guint guest_port)
{
  AetherImportNetwork *network = machine->networks->pdata[index];
  AetherImportForward *forward;

  g_assert_cmpuint (n, <, network->forwards->len);
  forward = network->forwards->pdata[n];
  g_assert_cmpint (forward->protocol, ==, protocol);
  g_assert_cmpstr (forward->address, ==, address);
  g_assert_cmpuint (forward->host_port, ==, host_port);
  g_assert_cmpuint (forward->guest_port, ==, guest_port);
}

/* @ids: all that is noted, in this order */
static void
check_findings (AetherImportMachine *machine, const char * const *ids)
{
  guint i;

  for (i = 0; i < machine->findings->len; i++)
    g_assert_cmpstr (aether_finding_get_id (machine->findings->pdata[i]), ==, ids[i]);
  g_assert_null (ids[i]);
}

#define FINDINGS(...) ((const char * const[]) { __VA_ARGS__, NULL })

static void
check_computer (AetherImportMachine *machine, const char *name, const char *arch, const char *firmware, guint memory, guint cpus)
{
  g_assert_cmpstr (machine->name, ==, name);
  g_assert_cmpstr (machine->arch, ==, arch);
  g_assert_cmpstr (machine->firmware, ==, firmware);
  g_assert_cmpuint (machine->memory, ==, memory);
  g_assert_cmpuint (machine->cpus, ==, cpus);
}

/* --- each format ------------------------------------------------------------------ */

static void
test_utm_4 (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("utm4.plist");

  check_computer (machine, "Debian & friends", "aarch64", "uefi", 4096, 4);
  g_assert_cmpstr (machine->notes, ==, "Made on the Mac");
  g_assert_cmpuint (machine->drives->len, ==, 2);
  check_drive (machine, 0, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_USB, NULL);
  check_drive (machine, 1, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_VIRTIO, "Data/B8D5A2A4-3A7B-4E23-8B57-8C1E58A6F0D7.qcow2");
  check_network (machine, 0, AETHER_IMPORT_NETWORK_SHARED, "virtio-net-pci", "3a:1b:2c:4d:5e:6f");
  check_forward (machine, 0, 0, AETHER_PROTOCOL_TCP, "127.0.0.1", 2222, 22);
  g_assert_cmpstr (machine->display, ==, "virtio-gpu-pci");
  g_assert_true (machine->sound);
  check_findings (machine, FINDINGS ("import.shared-folders"));
}

static void
test_utm_2 (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("utm2.plist");

  check_computer (machine, NULL, "x86_64", NULL, 512, 2);
  g_assert_cmpstr (machine->board, ==, "pc");
  check_drive (machine, 0, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_IDE, "Images/data.qcow2");
  check_drive (machine, 1, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_IDE, NULL);
  check_network (machine, 0, AETHER_IMPORT_NETWORK_SHARED, "rtl8139", "52:54:00:12:34:57");
  check_forward (machine, 0, 0, AETHER_PROTOCOL_TCP, NULL, 13389, 3389);
  check_findings (machine, FINDINGS ("import.arguments"));
}

static void
test_utm_refused (void)
{
  fails (aether_import_parse_utm, "bplist00\xd4", "binary form");
  fails (aether_import_parse_utm, "<plist><dict><key>ConfigurationVersion</key><integer>5</integer></dict></plist>", "newer UTM");
  fails (aether_import_parse_utm, "<plist><dict><key>ConfigurationVersion</key><integer>4</integer><key>Backend</key>"
         "<string>Apple</string><key>System</key><dict><key>Boot</key><dict><key>OperatingSystem</key><string>macOS</string>"
         "</dict></dict></dict></plist>", "Apple’s computers only");
  fails (aether_import_parse_utm, "<plist><array/></plist>", "says nothing");
  fails (aether_import_parse_utm, "<html/>", "describes no machine");
}

static void
test_quickemu (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("quickemu.conf");

  check_computer (machine, NULL, "x86_64", "bios", 6144, 4);
  check_drive (machine, 0, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_VIRTIO, "ubuntu-24.04/disk.qcow2");
  g_assert_cmpuint (((AetherImportDrive *) machine->drives->pdata[0])->size, ==, 20 * G_GUINT64_CONSTANT (1073741824));
  check_drive (machine, 1, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_SATA, "ubuntu-24.04/ubuntu-24.04.iso");
  check_network (machine, 0, AETHER_IMPORT_NETWORK_SHARED, "virtio", "52:54:00:aa:bb:cc");
  check_forward (machine, 0, 0, AETHER_PROTOCOL_TCP, NULL, 22220, 22);
  check_forward (machine, 0, 2, AETHER_PROTOCOL_TCP, NULL, 8888, 80);
  check_findings (machine, FINDINGS ("import.shell", "import.tpm", "import.arguments"));
  fails (aether_import_parse_quickemu, "guest_os=$(id)\ndisk_img=`id`\n", "neither a disk nor a system");
}

static void
test_vmx (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("vmware.vmx");

  check_computer (machine, "Büro-Server", "x86_64", "uefi", 2048, 2);
  g_assert_cmpstr (machine->notes, ==, "First line\nSecond line");
  g_assert_cmpuint (machine->drives->len, ==, 3);
  check_drive (machine, 0, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_NVME, "Daten.vmdk");
  check_drive (machine, 1, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_SATA, "C:\\\\ISO\\\\debian.iso");
  check_drive (machine, 2, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_SCSI, "Buero.vmdk");
  check_network (machine, 0, AETHER_IMPORT_NETWORK_SHARED, "e1000e", "00:0c:29:11:22:33");
  check_network (machine, 1, AETHER_IMPORT_NETWORK_BRIDGED, "vmxnet3", "00:50:56:11:22:34");
  check_findings (machine, FINDINGS ("import.suspended", "import.secure-boot", "import.shared-folders", "import.3d"));
  fails (aether_import_parse_vmx, "config.version = \"8\"\nencryption.keySafe = \"vmware:key\"\n", "encrypted");
  fails (aether_import_parse_vmx, "nothing = \"here\"\n", "none of the settings");
}

/* Written in the code page that it names. */
static void
test_vmx_encoding (void)
{
  const char text[] = ".encoding = \"windows-1252\"\nconfig.version = \"8\"\ndisplayName = \"B\xfcro\"\n";
  g_autoptr(AetherImportMachine) machine = parse (aether_import_parse_vmx, text, strlen (text));

  g_assert_cmpstr (machine->name, ==, "Büro");
}

static void
test_vbox (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("virtualbox.vbox");

  check_computer (machine, "Windows 10 & Co", "x86_64", "uefi", 8192, 4);
  g_assert_cmpstr (machine->notes, ==, "For the tax\nreturn");
  check_drive (machine, 0, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_SATA, "Data.vdi");
  check_drive (machine, 1, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_SATA, "/usr/share/virtualbox/VBoxGuestAdditions.iso");
  check_drive (machine, 2, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_IDE, "Windows 10.vdi");
  check_network (machine, 0, AETHER_IMPORT_NETWORK_SHARED, "e1000", "08:00:27:bb:14:75");
  check_network (machine, 1, AETHER_IMPORT_NETWORK_PRIVATE, "pcnet", "08:00:27:dd:5a:df");
  check_forward (machine, 0, 0, AETHER_PROTOCOL_TCP, "127.0.0.1", 2222, 22);
  check_forward (machine, 0, 1, AETHER_PROTOCOL_UDP, NULL, 5353, 53);
  check_findings (machine, FINDINGS ("import.tpm", "import.3d", "import.shared-folders"));
  fails (aether_import_parse_vbox, "<VirtualBox><Global/></VirtualBox>", "not that of a machine");
}

static void
test_ovf (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("appliance.ovf");

  check_computer (machine, "Web appliance", "x86_64", "uefi", 1024, 2);
  g_assert_cmpstr (machine->notes, ==, "Log in as admin");
  check_drive (machine, 0, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_SATA, NULL);
  check_drive (machine, 1, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_SATA, "appliance-disk1.vmdk");
  check_drive (machine, 2, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_SCSI, NULL);
  g_assert_cmpuint (((AetherImportDrive *) machine->drives->pdata[2])->size, ==, G_GUINT64_CONSTANT (2147483648));
  check_network (machine, 0, AETHER_IMPORT_NETWORK_BRIDGED, "vmxnet3", NULL);
  check_findings (machine, (const char * const[]) { NULL });
  fails (aether_import_parse_ovf, "<Envelope/>", "no machine");
}

static void
test_ovf_many (void)
{
  const char text[] = "<Envelope><VirtualSystemCollection><VirtualSystem id='a'/><VirtualSystemCollection><VirtualSystem id='b'/>"
                      "</VirtualSystemCollection></VirtualSystemCollection></Envelope>";
  g_autoptr(GPtrArray) machines = aether_import_parse_ovf (text, strlen (text), NULL);

  g_assert_cmpuint (machines->len, ==, 2);
  g_assert_cmpstr (((AetherImportMachine *) machines->pdata[1])->name, ==, "b");
}

static void
test_libvirt (void)
{
  g_autoptr(AetherImportMachine) machine = parse_sample ("domain.xml");

  check_computer (machine, "Fedora Workstation", "x86_64", "uefi", 3072, 6);
  g_assert_cmpstr (machine->board, ==, "q35");
  check_drive (machine, 0, AETHER_DRIVE_CDROM, AETHER_IMPORT_BUS_SATA, NULL);
  check_drive (machine, 1, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_VIRTIO, "/var/lib/libvirt/images/fedora.qcow2");
  check_drive (machine, 2, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_VIRTIO_SCSI, "data.img");
  g_assert_cmpstr (((AetherImportDrive *) machine->drives->pdata[2])->format, ==, "raw");
  g_assert_true (((AetherImportDrive *) machine->drives->pdata[2])->read_only);
  check_network (machine, 0, AETHER_IMPORT_NETWORK_SHARED, "virtio", "52:54:00:6b:3c:58");
  check_forward (machine, 1, 0, AETHER_PROTOCOL_TCP, "127.0.0.1", 2022, 22);
  check_findings (machine, FINDINGS ("import.shared-folders", "import.tpm", "import.usb", "import.3d", "import.arguments"));
  fails (aether_import_parse_libvirt, "<domain type='xen'/>", "“xen”");
}

/* --- what is not as it should be ------------------------------------------------------ */

static void
expect_safe (AetherImportParser parser, const char *data, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) machines = parser (data, length, &error);

  /* A machine, or a sentence, and never both or none */
  g_assert_true ((machines == NULL) == (error != NULL));
  for (guint i = 0; machines && i < machines->len; i++)
    {
      AetherImportMachine *machine = machines->pdata[i];

      g_assert_true (machine->name == NULL || g_utf8_validate (machine->name, -1, NULL));
      g_assert_cmpuint (machine->drives->len, <=, AETHER_IMPORT_MOST_DRIVES);
      g_assert_cmpuint (machine->cpus, <=, 512);
    }
}

static void
test_truncated (gconstpointer data)
{
  const Sample *sample = data;
  gsize length;
  g_autofree char *text = load (sample->file, &length);

  for (gsize n = 0; n <= length; n++)
    {
      /* In a block of its own, so that a byte too far is seen */
      g_autofree char *cut = g_memdup2 (text, n);

      expect_safe (sample->parse, cut, n);
    }
}

static void
test_mutated (gconstpointer data)
{
  const Sample *sample = data;
  gsize length;
  g_autofree char *text = load (sample->file, &length);
  g_autoptr(GRand) chance = g_rand_new_with_seed (1);

  for (guint i = 0; i < BYTES; i++)
    {
      g_autofree char *changed = g_memdup2 (text, length);

      for (guint n = 0; n < 4; n++)
        changed[g_rand_int_range (chance, 0, (gint32) length)] = (char) g_rand_int_range (chance, 0, 256);
      expect_safe (sample->parse, changed, length);
    }
}

static void
test_entities (void)
{
  const char *laughs = "<!DOCTYPE domain [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><domain><name>&b;</name></domain>";
  const char *file = "<!DOCTYPE domain [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><domain><name>&a;</name></domain>";
  const char *parameter = "<!DOCTYPE domain [<!ENTITY % a SYSTEM 'file:///etc/passwd'> %a;]><domain/>";

  fails (aether_import_parse_libvirt, laughs, "entities");
  fails (aether_import_parse_libvirt, file, "entities");
  fails (aether_import_parse_libvirt, parameter, "entities");
}

static void
test_deep (void)
{
  g_autoptr(GString) text = g_string_new ("<VirtualBox><Machine><MediaRegistry><HardDisks>");

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, "<HardDisk uuid='{%u}' location='%u.vdi'>", i, i);
  for (guint i = 0; i < 200; i++)
    g_string_append (text, "</HardDisk>");
  g_string_append (text, "</HardDisks></MediaRegistry></Machine></VirtualBox>");
  expect_safe (aether_import_parse_vbox, text->str, text->len);

  g_string_truncate (text, 0);
  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "<Envelope>");
  expect_safe (aether_import_parse_ovf, text->str, text->len);
}

static void
test_too_much (void)
{
  g_autoptr(GString) text = g_string_new ("config.version = \"8\"\nmemsize = \"99999999999999999999\"\nnumvcpus = \"-1\"\n");
  g_autofree char *huge = g_malloc0 (AETHER_IMPORT_MOST_TEXT + 1);
  g_autoptr(AetherImportMachine) machine = NULL;
  g_autoptr(GError) error = NULL;

  for (guint b = 0; b < 4; b++)
    for (guint i = 0; i < 30; i++)
      g_string_append_printf (text, "scsi%u:%u.present = \"TRUE\"\nscsi%u:%u.fileName = \"d.vmdk\"\n", b, i, b, i);
  machine = parse (aether_import_parse_vmx, text->str, text->len);
  g_assert_cmpuint (machine->drives->len, ==, AETHER_IMPORT_MOST_DRIVES);
  g_assert_cmpuint (machine->memory, ==, 0);
  check_findings (machine, FINDINGS ("import.drives"));

  memset (huge, ' ', AETHER_IMPORT_MOST_TEXT + 1);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_assert_null (samples[i].parse (huge, AETHER_IMPORT_MOST_TEXT + 1, &error));
      g_assert_nonnull (error);
      g_clear_error (&error);
    }
}

static void
test_nul (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (aether_import_parse_quickemu ("guest_os=\"linux\"\0disk_img=\"a\"", 29, &error));
  g_assert_nonnull (strstr (error->message, "no text"));
}

/* --- images ----------------------------------------------------------------------------- */

static void
put (guint8 *head, guint offset, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    head[offset + i] = (guint8) (value >> 8 * i);
}

static void
fill_head (guint8 *head, guint kind)
{
  memset (head, 0, 2048);
  switch (kind)
    {
    case 0:
      memcpy (head, "QFI\xfb\0\0\0\3", 8);
      head[14] = 4;                            /* the name's place, 1024 */
      head[19] = 9;                            /* and its length */
      memcpy (head + 1024, "/dev/zero", 9);
      break;
    case 1:
      memcpy (head, "KDMV\1\0\0\0", 8);
      put (head, 12, 128, 8);
      put (head, 28, 1, 8);
      put (head, 36, 2, 8);
      strcpy ((char *) head + 512, "# Disk DescriptorFile\nparentCID=12345678\nparentFileNameHint=\"../x\"\nRW 128 SPARSE \"a\"\n");
      break;
    case 2:
      strcpy ((char *) head, "# Disk DescriptorFile\nparentCID=ffffffff\nRW 128 FLAT \"a-flat.vmdk\" 0\nRW 64 ZERO\n");
      break;
    case 3:
      memcpy (head + 64, "\x7f\x10\xda\xbe", 4);
      head[76] = 1;
      break;
    default:
      memcpy (head, "conectix", 8);
      head[63] = 3;
    }
}

static void
open_image (const char *folder, const guint8 *head, gsize length)
{
  g_autofree char *path = g_build_filename (folder, "image", NULL);
  g_autoptr(AetherDiskPlace) place = aether_disk_place_new (folder, FALSE);
  g_autoptr(AetherDiskLayer) image = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true (g_file_set_contents_full (path, (const char *) head, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  image = aether_disk_layer_open (place, folder, "image", NULL, &error);
  g_assert_true ((image == NULL) == (error != NULL));
  /* What it rests upon was found in the folder */
  for (AetherDiskLayer *layer = image; layer; layer = layer->backing)
    g_assert_true (g_str_has_prefix (layer->path, place->folder));
}

static void
test_images (void)
{
  g_autofree char *folder = g_dir_make_tmp ("images-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "image", NULL);
  g_autoptr(GRand) chance = g_rand_new_with_seed (1);
  guint8 head[2048];

  for (guint kind = 0; kind < 5; kind++)
    {
      fill_head (head, kind);
      for (gsize n = 0; n <= sizeof head; n += n < 700 ? 1 : 37)
        open_image (folder, head, n);
      for (guint i = 0; i < 500; i++)
        {
          fill_head (head, kind);
          for (guint k = 0; k < 6; k++)
            head[g_rand_int_range (chance, 0, k < 3 ? 128 : 1100)] = (guint8) g_rand_int_range (chance, 0, 256);
          open_image (folder, head, sizeof head);
        }
    }

  g_unlink (path);
  g_rmdir (folder);
}

/* --- archives --------------------------------------------------------------------------- */

static void
test_archive_truncated (void)
{
  g_autofree char *folder = g_dir_make_tmp ("import-XXXXXX", NULL);
  g_autofree char *whole = g_build_filename (folder, "a.ova", NULL), *cut = g_build_filename (folder, "cut.ova", NULL);
  const char *argv[] = { "tar", "--format=ustar", "-C", g_test_get_dir (G_TEST_DIST), "-cf", whole, "samples/appliance.ovf",
                         "samples/domain.xml", NULL };
  g_autofree char *data = NULL;
  gsize length;
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_true (g_file_get_contents (whole, &data, &length, NULL));

  for (gsize n = 0; n <= length; n += 61)
    {
      g_autoptr(GHashTable) parts = NULL;
      g_autofree char *description = NULL, *manifest = NULL;
      g_autoptr(GError) error = NULL;
      GHashTableIter i;
      gpointer part;
      gsize size = 0;

      g_assert_true (g_file_set_contents (cut, data, n, NULL));
      if (!aether_import_ova_index (cut, &parts, &description, &size, &manifest, NULL, &error))
        {
          g_assert_nonnull (error);
          g_assert_null (description);
          continue;
        }
      /* All there is lies within */
      g_assert_cmpuint (size, >, 0);
      g_hash_table_iter_init (&i, parts);
      while (g_hash_table_iter_next (&i, NULL, &part))
        g_assert_cmpuint (((AetherDiskPart *) part)->start + ((AetherDiskPart *) part)->size, <=, n);
    }

  g_unlink (whole);
  g_unlink (cut);
  g_rmdir (folder);
}

static void
test_systems (void)
{
  static const char domain[] =
    "<domain type='kvm'><name>a</name><metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>"
    "<libosinfo:os id='http://fedoraproject.org/fedora/43'/></libosinfo:libosinfo></metadata>"
    "<os><type arch='x86_64'>hvm</type></os></domain>";
  g_autoptr(AetherImportMachine) described = parse (aether_import_parse_libvirt, domain, strlen (domain));
  static const struct { const char *theirs, *ours; } cases[] = {
    { "debian12-64", "debian12" }, { "Debian12_64", "debian12" }, { "arm-debian12-64", "debian12" },
    { "Debian12_arm64", "debian12" }, { "windows11-64", "win11" }, { "Windows11_64", "win11" }, { "windows9-64", "win10" },
    { "windows2019srv-64", "win2k19" }, { "Windows2022_64", "win2k22" }, { "WindowsXP", "winxp" }, { "windows-11", "win11" },
    { "windows", "win" }, { "ArchLinux_64", "archlinux" }, { "arch-linux", "archlinux" }, { "other5xlinux-64", "linux" },
    { "Linux26_64", "linux" }, { "linux", "linux" }, { "MacOS1013_64", "macosx" }, { "darwin23-64", "macosx" },
    { "mac", "macosx" }, { "Ubuntu24_LTS_64", "ubuntu" }, { "ubuntu-64", "ubuntu" }, { "debian10_64Guest", "debian10" }, { "RedHat9_64", "rhel9" },
    { "rhel9-64", "rhel9" }, { "Oracle9_64", "ol9" }, { "freebsd14-64", "freebsd14" }, { "FreeBSD_64", "freebsd" },
    { "http://debian.org/debian/12", "debian12" }, { "http://microsoft.com/win/11", "win11" },
    { "http://ubuntu.com/ubuntu/24.04", "ubuntu24.04" }, { "other", NULL }, { "Other_64", NULL }, { "", NULL }, { "-", NULL },
    { "64", NULL }, { "http://", NULL }, { "http://x/../..", NULL }, { "http://x/a b/\n", NULL }, { NULL, NULL },
  };
  static const struct { const char *file, *os; } files[] = {
    { "vmware.vmx", "debian11" }, { "virtualbox.vbox", "win10" }, { "appliance.ovf", "debian10" }, { "quickemu.conf", "linux" },
    { "utm4.plist", "debian" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherImportMachine) machine = aether_import_machine_new ();

      g_test_message ("%s", cases[i].theirs);
      aether_import_take_os (machine, cases[i].theirs);
      g_assert_cmpstr (machine->os, ==, cases[i].ours);
    }
  g_assert_cmpstr (described->os, ==, "fedora43");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr(AetherImportMachine) machine = parse_sample (files[i].file);

      g_assert_cmpstr (machine->os, ==, files[i].os);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/utm/version-4", test_utm_4);
  g_test_add_func ("/import/utm/version-2", test_utm_2);
  g_test_add_func ("/import/utm/refused-with-a-sentence", test_utm_refused);
  g_test_add_func ("/import/quickemu", test_quickemu);
  g_test_add_func ("/import/vmx", test_vmx);
  g_test_add_func ("/import/vmx/own-encoding", test_vmx_encoding);
  g_test_add_func ("/import/vbox", test_vbox);
  g_test_add_func ("/import/ovf", test_ovf);
  g_test_add_func ("/import/ovf/many-machines", test_ovf_many);
  g_test_add_func ("/import/libvirt", test_libvirt);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *truncated = g_strdup_printf ("/import/truncated/%s", samples[i].file);
      g_autofree char *mutated = g_strdup_printf ("/import/mutated/%s", samples[i].file);

      g_test_add_data_func (truncated, &samples[i], test_truncated);
      g_test_add_data_func (mutated, &samples[i], test_mutated);
    }
  g_test_add_func ("/import/xml/entities-are-refused", test_entities);
  g_test_add_func ("/import/xml/deep", test_deep);
  g_test_add_func ("/import/too-much-of-anything", test_too_much);
  g_test_add_func ("/import/nul", test_nul);
  g_test_add_func ("/import/images/truncated-and-mutated", test_images);
  g_test_add_func ("/import/archive/truncated", test_archive_truncated);
  g_test_add_func ("/import/systems", test_systems);

  return g_test_run ();
}
