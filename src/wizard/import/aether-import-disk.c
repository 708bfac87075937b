/* aether-import-disk.c - a machine around a disk or a disc that nobody describes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-private.h"

#include <string.h>

#define NEW_DISK (32 * G_GUINT64_CONSTANT (1073741824))   /* beside a disc: room to install to */

AetherImportMachine *
_aether_import_disk_machine (const char *path, gboolean disc)
{
  AetherImportMachine *machine = aether_import_machine_new ();
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');
  AetherImportDrive *drive;

  if (disc)
    {
      drive = aether_import_machine_add_drive (machine, AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_VIRTIO, NULL);
      drive->size = NEW_DISK;
    }
  aether_import_machine_add_drive (machine, disc ? AETHER_DRIVE_CDROM : AETHER_DRIVE_DISK, AETHER_IMPORT_BUS_UNKNOWN, path);
  aether_import_machine_add_network (machine, AETHER_IMPORT_NETWORK_SHARED, NULL, NULL);
  machine->sound = TRUE;

  if (dot && dot != name)
    *dot = '\0';
  aether_import_take_text (&machine->name, name, G_MAXUINT16);

  return machine;
}
