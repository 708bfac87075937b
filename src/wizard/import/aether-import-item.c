/* aether-import-item.c - a machine that can be imported, and what is known of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (AetherImportItem, aether_import_item, G_TYPE_OBJECT)

static void
piece_free (gpointer data)
{
  AetherImportPiece *piece = data;

  g_clear_pointer (&piece->image, aether_disk_layer_free);
  g_free (piece);
}

static void
aether_import_item_finalize (GObject *object)
{
  AetherImportItem *self = AETHER_IMPORT_ITEM (object);

  g_free (self->path);
  g_free (self->base);
  g_free (self->problem);
  g_clear_pointer (&self->place, aether_disk_place_free);
  g_clear_pointer (&self->machine, aether_import_machine_free);
  g_clear_pointer (&self->kernel, aether_disk_layer_free);
  g_clear_pointer (&self->initrd, aether_disk_layer_free);
  g_ptr_array_unref (self->pieces);
  g_free (self->manifest);

  G_OBJECT_CLASS (aether_import_item_parent_class)->finalize (object);
}

static void
aether_import_item_class_init (AetherImportItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_import_item_finalize;
}

static void
aether_import_item_init (AetherImportItem *self)
{
  self->pieces = g_ptr_array_new_with_free_func (piece_free);
}

AetherImportItem *
_aether_import_item_new (AetherImportFormat format, const char *path, const char *base, AetherDiskPlace *place)
{
  AetherImportItem *self = g_object_new (AETHER_TYPE_IMPORT_ITEM, NULL);

  self->format = format;
  self->path = g_strdup (path);
  self->base = g_strdup (base);
  self->place = place;
  self->suggested = format != AETHER_IMPORT_DISK && format != AETHER_IMPORT_DISC;

  return self;
}

void
_aether_import_item_set_problem (AetherImportItem *self, const char *sentence)
{
  if (self->problem == NULL)
    self->problem = g_strdup (sentence);
}

/* --- formats ------------------------------------------------------------------- */

static const struct { const char *id, *name; } formats[] = {
  [AETHER_IMPORT_AETHER] = { "aether", "Aether" },
  [AETHER_IMPORT_UTM] = { "utm", "UTM" },
  [AETHER_IMPORT_VMWARE] = { "vmware", "VMware" },
  [AETHER_IMPORT_VIRTUALBOX] = { "virtualbox", "VirtualBox" },
  [AETHER_IMPORT_OVF] = { "ovf", "OVF" },
  [AETHER_IMPORT_OVA] = { "ova", "OVA" },
  [AETHER_IMPORT_LIBVIRT] = { "libvirt", "libvirt" },
  [AETHER_IMPORT_QUICKEMU] = { "quickemu", "quickemu" },
  [AETHER_IMPORT_DISK] = { "disk", N_("Disk image") },
  [AETHER_IMPORT_DISC] = { "disc", N_("CD or DVD image") },
};

const char *
aether_import_format_get_name (AetherImportFormat format)
{
  g_return_val_if_fail (format < G_N_ELEMENTS (formats), "");

  return _(formats[format].name);
}

const char *
aether_import_format_get_id (AetherImportFormat format)
{
  g_return_val_if_fail (format < G_N_ELEMENTS (formats), "");

  return formats[format].id;
}

/* --- what is known -------------------------------------------------------------- */

AetherImportFormat
aether_import_item_get_format (AetherImportItem *self)
{
  return self->format;
}

const char *
aether_import_item_get_path (AetherImportItem *self)
{
  return self->path;
}

const char *
aether_import_item_get_name (AetherImportItem *self)
{
  return self->machine->name;
}

const char *
aether_import_item_get_problem (AetherImportItem *self)
{
  return self->problem;
}

const char *
aether_import_item_get_arch (AetherImportItem *self)
{
  return self->machine->arch;
}

const char *
aether_import_item_get_firmware (AetherImportItem *self)
{
  return self->machine->firmware;
}

guint
aether_import_item_get_memory (AetherImportItem *self)
{
  return self->machine->memory;
}

guint
aether_import_item_get_cpus (AetherImportItem *self)
{
  return self->machine->cpus;
}

guint64
aether_import_item_get_disk_size (AetherImportItem *self)
{
  guint64 size = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const AetherImportDrive *drive = self->machine->drives->pdata[i];
      const AetherImportPiece *piece = self->pieces->pdata[i];

      if (drive->kind == AETHER_DRIVE_DISK && size <= G_MAXUINT64 - piece->size)
        size += piece->size;
    }

  return size;
}

guint64
aether_import_item_get_copy_size (AetherImportItem *self)
{
  guint64 size = 0;

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const AetherImportPiece *piece = self->pieces->pdata[i];

      if (size <= G_MAXUINT64 - piece->copy_size)
        size += piece->copy_size;
    }

  return size;
}

GPtrArray *
aether_import_item_get_findings (AetherImportItem *self)
{
  return self->machine->findings;
}

GPtrArray *
aether_import_item_get_outside (AetherImportItem *self)
{
  return self->place->outside;
}

gboolean
aether_import_item_is_suggested (AetherImportItem *self)
{
  return self->suggested;
}

gboolean
aether_import_item_get_drive (AetherImportItem *self, guint index, AetherImportDriveInfo *info)
{
  static const char * const interfaces[] = {
    [AETHER_DRIVE_VIRTIO] = "virtio", [AETHER_DRIVE_SATA] = "sata", [AETHER_DRIVE_NVME] = "nvme",
    [AETHER_DRIVE_SCSI] = "scsi", [AETHER_DRIVE_USB] = "usb",
  };
  const AetherImportPiece *piece;
  const AetherImportDrive *drive;

  if (index >= self->pieces->len)
    return FALSE;

  drive = self->machine->drives->pdata[index];
  piece = self->pieces->pdata[index];
  *info = (AetherImportDriveInfo) {
    .is_disc = drive->kind == AETHER_DRIVE_CDROM,
    .file = piece->image ? piece->image->in_archive ? drive->file : piece->image->path : NULL,
    .format = piece->image ? piece->image->format : NULL,
    .interface = interfaces[piece->interface],
    .size = piece->size,
    .copy_size = piece->copy_size,
  };
  return TRUE;
}

char *
aether_import_item_explain_copies (AetherImportItem *self)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const AetherImportPiece *piece = self->pieces->pdata[i];

      if (piece->image && !aether_disk_layer_is_usable (piece->image))
        g_string_append_printf (names, "%s%s", names->len ? ", " : "", piece->image->shown);
    }
  if (names->len == 0)
    return NULL;

  /* Translators: %s is one or more names of files */
  return g_strdup_printf (_("Copied all the same, as no machine can write to it where it is: %s."), names->str);
}

char *
aether_import_free_name (const char *name, GListModel *taken)
{
  for (guint n = 1; ; n++)
    {
      /* Translators: a machine's name, and a number as there is one of that name */
      g_autofree char *candidate = n == 1 ? g_strdup (name) : g_strdup_printf (_("%s %u"), name, n);
      gboolean used = FALSE;

      for (guint i = 0; i < g_list_model_get_n_items (taken) && !used; i++)
        {
          g_autoptr(AetherBundle) bundle = g_list_model_get_item (taken, i);

          used = g_strcmp0 (aether_bundle_get_name (bundle), candidate) == 0;
        }
      if (!used)
        return g_steal_pointer (&candidate);
    }
}
