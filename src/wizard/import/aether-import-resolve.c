/* aether-import-resolve.c - from what is described to a machine that starts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-private.h"

#include "aether-disk-convert.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_NOTES 4096   /* bytes in machine.json */
#define MOST_NAME  200

static gboolean
is_x86 (const AetherImportMachine *machine)
{
  return g_strcmp0 (machine->arch, "x86_64") == 0 || g_strcmp0 (machine->arch, "i386") == 0;
}

/* --- texts -------------------------------------------------------------------- */

static void
settle_texts (AetherImportItem *self)
{
  AetherImportMachine *machine = self->machine;
  g_autofree char *given = g_steal_pointer (&machine->name);
  g_autofree char *notes = g_steal_pointer (&machine->notes);
  g_autofree char *stem = g_path_get_basename (self->path);
  char *dot = strrchr (stem, '.');

  for (char *p = given; p && *p; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  aether_import_take_text (&machine->name, given, MOST_NAME);
  if (dot && dot != stem)
    *dot = '\0';
  if (machine->name == NULL || !aether_machine_check_name (machine->name, NULL))
    {
      g_clear_pointer (&machine->name, g_free);
      aether_import_take_text (&machine->name, stem, MOST_NAME);
    }
  if (machine->name == NULL || !aether_machine_check_name (machine->name, NULL))
    g_set_str (&machine->name, _("Imported machine"));

  aether_import_take_text (&machine->notes, notes, MOST_NOTES - 1);
}

/* --- drives ------------------------------------------------------------------- */

static gint
compare_drives (gconstpointer a, gconstpointer b)
{
  const AetherImportDrive *one = *(AetherImportDrive **) a, *other = *(AetherImportDrive **) b;

  return (int) one->kind - (int) other->kind;
}

static gboolean
measure (AetherImportItem *self, AetherImportPiece *piece, const AetherImportDrive *drive, GCancellable *cancellable, GError **error)
{
  g_autoptr(JsonNode) source = NULL;
  struct stat st;

  if (drive->kind == AETHER_DRIVE_CDROM)
    {
      piece->size = piece->copy_size = piece->image->size;
      return TRUE;
    }

  source = aether_disk_layer_source (piece->image);
  if (!aether_disk_measure (source, piece->image->shown, &piece->size, &piece->copy_size, cancellable, error))
    return FALSE;
  if (aether_disk_layer_is_plain (piece->image) && stat (piece->image->path, &st) == 0)
    piece->copy_size = (guint64) st.st_blocks * 512;
  if (piece->size == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” is empty."), piece->image->shown);
      return FALSE;
    }

  return TRUE;
}

/* Not one of the files below it, and no program that is missing here */
static gboolean
is_missing (AetherImportItem *self, const AetherImportDrive *drive)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *path = aether_disk_place_resolve (self->place, self->base, drive->file, &error);

  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* A disk that cannot be had is a problem; a disc is only not in its drive. */
static void
settle_drive (AetherImportItem *self, AetherImportDrive *drive, GCancellable *cancellable)
{
  AetherImportPiece *piece = g_new0 (AetherImportPiece, 1);
  gboolean disc = drive->kind == AETHER_DRIVE_CDROM;
  g_autoptr(GError) error = NULL;

  g_ptr_array_add (self->pieces, piece);
  if (drive->file)
    piece->image = aether_disk_layer_open (self->place, self->base, drive->file, disc ? "raw" : drive->format, &error);
  if (piece->image && !measure (self, piece, drive, cancellable, &error))
    g_clear_pointer (&piece->image, aether_disk_layer_free);

  if (piece->image && piece->image->backing)
    aether_import_machine_lose (self->machine, "snapshots");
  else if (error && drive->size > 0 && is_missing (self, drive))
    g_clear_error (&error);   /* the program would make it at the first start, and so do we */
  if (piece->image == NULL && !disc)
    piece->size = drive->size;

  if (error && disc)
    aether_import_machine_note (self->machine, AETHER_SEVERITY_NOTE, "import.disc-missing",
                                _("The CD drive will be empty. %s"), error->message);
  else if (error)
    _aether_import_item_set_problem (self, error->message);
}

/* --- what it starts by ---------------------------------------------------------- */

static const char *
firmware_of (const AetherMedia *media, gboolean bios_boot)
{
  if (media->boots_uefi)
    return "uefi";
  if (strcmp (media->format, "gpt") == 0)
    return bios_boot ? "bios" : "uefi";

  return "bios";
}

static AetherMedia *
peek (AetherImportItem *self, gboolean *bios_boot, GCancellable *cancellable)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const AetherImportDrive *drive = self->machine->drives->pdata[i];
      AetherImportPiece *piece = self->pieces->pdata[i];

      if (drive->kind == AETHER_DRIVE_DISK && piece->image)
        return _aether_import_peek (piece->image, piece->size, bios_boot, cancellable);
      if (drive->kind == AETHER_DRIVE_CDROM && piece->image && !piece->image->in_archive)
        return aether_media_detect (piece->image->path, NULL);
    }

  return NULL;
}

static void
settle_computer (AetherImportItem *self, GCancellable *cancellable)
{
  AetherImportMachine *machine = self->machine;
  gboolean bios_boot = FALSE;
  g_autoptr(AetherMedia) media = self->problem ? NULL : peek (self, &bios_boot, cancellable);
  const char *own = media ? aether_media_get_arch (media) : NULL;

  if (machine->arch == NULL)
    g_set_str (&machine->arch, own ? own : media && media->boots_bios ? "x86_64" : aether_machine_host_arch ());
  if (!aether_machine_knows_arch (machine->arch))
    {
      g_autofree char *sentence = g_strdup_printf (_("It has a processor of the kind “%s”, which no engine here runs."), machine->arch);

      _aether_import_item_set_problem (self, sentence);
      return;
    }

  if (!is_x86 (machine))
    g_set_str (&machine->firmware, machine->kernel ? machine->firmware : "uefi");
  else if (machine->firmware == NULL && media && !machine->kernel)
    g_set_str (&machine->firmware, firmware_of (media, bios_boot));
  if (machine->firmware == NULL)
    g_set_str (&machine->firmware, "bios");

  /* The list that the old firmware had of what to start is not taken over */
  if (strcmp (machine->firmware, "uefi") == 0 && media && media->kind == AETHER_MEDIA_DISK && !media->boots_uefi)
    aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.boot-entry",
                                _("No system was found on its disk that starts by itself. If it does not start, choose its "
                                  "boot file in the firmware’s menu once."));
}

static void
settle_kernel (AetherImportItem *self)
{
  AetherImportMachine *machine = self->machine;
  g_autoptr(GError) error = NULL;

  if (machine->kernel == NULL)
    {
      g_clear_pointer (&machine->initrd, g_free);
      g_clear_pointer (&machine->append, g_free);
      return;
    }

  self->kernel = aether_disk_layer_open (self->place, self->base, machine->kernel, "raw", &error);
  if (self->kernel && machine->initrd)
    self->initrd = aether_disk_layer_open (self->place, self->base, machine->initrd, "raw", &error);
  if (error)
    _aether_import_item_set_problem (self, error->message);
}

/* --- buses and cards ------------------------------------------------------------- */

/* What the system on it surely has a driver for that it uses at the start. */
static AetherDriveInterface
interface_for (AetherImportMachine *machine, const AetherImportDrive *drive)
{
  switch (drive->bus)
    {
    case AETHER_IMPORT_BUS_VIRTIO:
      return AETHER_DRIVE_VIRTIO;
    case AETHER_IMPORT_BUS_VIRTIO_SCSI:
      return AETHER_DRIVE_SCSI;
    case AETHER_IMPORT_BUS_NVME:
      return AETHER_DRIVE_NVME;
    case AETHER_IMPORT_BUS_USB:
      return AETHER_DRIVE_USB;
    case AETHER_IMPORT_BUS_UNKNOWN:
      return is_x86 (machine) ? AETHER_DRIVE_SATA : AETHER_DRIVE_VIRTIO;
    case AETHER_IMPORT_BUS_SCSI:
      if (drive->kind == AETHER_DRIVE_DISK)
        aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.bus",
                                    _("The disk “%s” was on a SCSI controller that Aether does not have. It is a SATA disk now: "
                                      "Windows may need repairing once, Linux finds it."), drive->file ? drive->file : "");
      return AETHER_DRIVE_SATA;
    default:
      return AETHER_DRIVE_SATA;
    }
}

static void
settle_buses (AetherImportItem *self)
{
  AetherImportMachine *machine = self->machine;
  gboolean ide = FALSE;

  for (guint i = 0; i < self->pieces->len; i++)
    {
      AetherImportDrive *drive = machine->drives->pdata[i];
      AetherImportPiece *piece = self->pieces->pdata[i];

      piece->interface = interface_for (machine, drive);
      if (drive->kind == AETHER_DRIVE_DISK && drive->bus == AETHER_IMPORT_BUS_IDE)
        ide = TRUE;
      /* No SATA disk can be that */
      if (drive->kind == AETHER_DRIVE_DISK && drive->read_only && piece->interface == AETHER_DRIVE_SATA)
        piece->interface = AETHER_DRIVE_VIRTIO;
    }

  /* The board with IDE channels; "sata" is IDE on it */
  if (is_x86 (machine) && ide && machine->board == NULL)
    g_set_str (&machine->board, "pc");
  if (!is_x86 (machine))
    g_clear_pointer (&machine->board, g_free);
}

static void
settle_networks (AetherImportItem *self)
{
  static const char * const pc[] = { "virtio", "e1000", "e1000e", "rtl8139", "vmxnet3", "pcnet", "ne2k_pci", "i82551", "tulip", NULL };
  static const char * const any[] = { "virtio", "e1000", "e1000e", "rtl8139", NULL };
  AetherImportMachine *machine = self->machine;

  for (guint i = 0; i < machine->networks->len; i++)
    {
      AetherImportNetwork *network = machine->networks->pdata[i];
      const char *model = network->model ? network->model : "virtio";

      if (g_str_has_prefix (model, "virtio"))
        model = "virtio";
      else if (strcmp (model, "vlance") == 0)
        model = "pcnet";
      if (!g_strv_contains (is_x86 (machine) ? pc : any, model))
        {
          aether_import_machine_note (machine, AETHER_SEVERITY_NOTE, "import.card", _("Its network card “%s” becomes another one."), model);
          model = is_x86 (machine) ? "e1000" : "virtio";
        }
      /* A disk of a PC that nobody describes: what every system knows */
      if (network->model == NULL && is_x86 (machine) && self->format == AETHER_IMPORT_DISK)
        model = "e1000";
      g_set_str (&network->model, model);

      if (network->mode == AETHER_IMPORT_NETWORK_BRIDGED)
        aether_import_machine_note (machine, AETHER_SEVERITY_NOTE, "import.bridged",
                                    _("It was on the computer’s own network. Now it reaches out through this computer, and is "
                                      "reached by forwarded ports only."));
      else if (network->mode == AETHER_IMPORT_NETWORK_PRIVATE)
        aether_import_machine_note (machine, AETHER_SEVERITY_WARNING, "import.private-network",
                                    _("A network card was on a private network, which Aether does not have. It has no cable now."));
    }
}

static void
settle_forwards (AetherImportItem *self)
{
  AetherImportMachine *machine = self->machine;

  for (guint i = 0; i < machine->networks->len; i++)
    {
      AetherImportNetwork *network = machine->networks->pdata[i];

      for (guint f = 0; f < network->forwards->len; f++)
        {
          AetherImportForward *forward = network->forwards->pdata[f];
          g_autoptr(GInetAddress) address = forward->address ? g_inet_address_new_from_string (forward->address) : NULL;

          if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV4)
            {
              if (forward->address == NULL || g_ascii_strcasecmp (forward->address, "localhost") != 0)
                aether_import_machine_note (machine, AETHER_SEVERITY_NOTE, "import.forward-address",
                                            _("Port %u is forwarded from this computer only, and no more from the network."),
                                            forward->host_port);
              g_set_str (&forward->address, "127.0.0.1");
            }
        }
    }
}

static void
settle_display (AetherImportMachine *machine)
{
  const char *card = machine->display;

  if (card == NULL || g_str_has_prefix (card, "virtio"))
    g_set_str (&machine->display, "virtio");
  else if (is_x86 (machine) && g_str_has_prefix (card, "cirrus"))
    g_set_str (&machine->display, "cirrus-vga");
  else
    g_set_str (&machine->display, is_x86 (machine) ? "std" : "virtio");
}

/* --- all ------------------------------------------------------------------------ */

static void
take_errors (AetherImportItem *self)
{
  for (guint i = 0; i < self->machine->findings->len; i++)
    if (aether_finding_get_severity (self->machine->findings->pdata[i]) == AETHER_SEVERITY_ERROR)
      _aether_import_item_set_problem (self, aether_finding_get_sentence (self->machine->findings->pdata[i]));
}

void
_aether_import_resolve (AetherImportItem *self, GCancellable *cancellable)
{
  AetherImportMachine *machine = self->machine;

  settle_texts (self);
  take_errors (self);
  g_ptr_array_sort (machine->drives, compare_drives);
  for (guint i = 0; i < machine->drives->len; i++)
    settle_drive (self, machine->drives->pdata[i], cancellable);
  settle_kernel (self);
  settle_computer (self, cancellable);
  settle_buses (self);
  settle_networks (self);
  settle_forwards (self);
  settle_display (machine);
}

/* --- a machine of Aether's own ----------------------------------------------------- */

/* Names what lies outside of its folder; links in it may lead there too, and so may a disk. */
static void
check_outside (AetherImportItem *self, AetherBundle *bundle, const char *file, const char *format)
{
  g_autofree char *path = file && *file ? aether_bundle_resolve (bundle, file) : NULL;
  g_autoptr(AetherDiskLayer) image = NULL;
  g_autoptr(GError) error = NULL;

  if (path == NULL)
    return;

  image = aether_disk_layer_open (self->place, self->path, path, format, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    _aether_import_item_set_problem (self, error->message);
  else if (error)
    aether_import_machine_note (self->machine, AETHER_SEVERITY_WARNING, "import.file-missing", "%s", error->message);
}

static void
read_bundle (AetherImportItem *self, AetherBundle *bundle, AetherMachine *machine)
{
  AetherImportMachine *ours = self->machine;

  g_set_str (&ours->arch, machine->arch);
  g_set_str (&ours->os, machine->os);
  g_set_str (&ours->firmware, machine->firmware->kind == AETHER_FIRMWARE_UEFI ? "uefi" : "bios");
  ours->memory = machine->memory->size;
  ours->cpus = machine->cpu->count;
  if (machine->qemu->arguments && *machine->qemu->arguments)
    {
      g_autofree char *arguments = g_strjoinv (" ", machine->qemu->arguments);

      aether_import_machine_note (ours, AETHER_SEVERITY_WARNING, "import.own-arguments",
                                  _("It gives QEMU arguments of its own, which could do anything to this computer: %s. It will not start "
                                    "before you agree to them."), arguments);
    }

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      check_outside (self, bundle, drive->file, drive->kind == AETHER_DRIVE_CDROM ? "raw" : drive->format);
    }
  check_outside (self, bundle, machine->firmware->kernel, "raw");
  check_outside (self, bundle, machine->firmware->initrd, "raw");
  if (aether_bundle_get_suspended (bundle))
    aether_import_machine_note (ours, AETHER_SEVERITY_WARNING, "import.saved-state",
                                _("It is suspended. A copy of it starts as after a power cut. Used where it is, it goes on from "
                                  "its saved state, which nobody can check, when you agree to that."));
}

void
_aether_import_resolve_bundle (AetherImportItem *self)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (self->path);
  g_autoptr(AetherMachine) machine = NULL;
  g_autoptr(GError) error = NULL;

  g_set_str (&self->machine->name, aether_bundle_get_name (bundle));
  machine = aether_bundle_load (bundle, &error);
  if (machine)
    read_bundle (self, bundle, machine);
  else
    _aether_import_item_set_problem (self, error->message);
  settle_texts (self);
}
