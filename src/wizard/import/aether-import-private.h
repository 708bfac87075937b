/* aether-import-private.h - what is known of a machine that can be imported
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-disk-layers.h"
#include "aether-import.h"
#include "aether-import-machine.h"
#include "aether-media.h"

G_BEGIN_DECLS

/* A drive as it will be; parallel to the machine's drives. */
typedef struct
{
  AetherDiskLayer      *image;       /* (nullable): a new disk, an empty drive */
  AetherDriveInterface  interface;
  guint64               size;        /* bytes that the machine sees */
  guint64               copy_size;   /* bytes that a copy takes */
} AetherImportPiece;

struct _AetherImportItem
{
  GObject              parent_instance;

  AetherImportFormat   format;
  char                *path;
  char                *base;         /* its files are named from here */
  char                *problem;
  gboolean             suggested;
  AetherDiskPlace     *place;
  AetherImportMachine *machine;      /* never NULL; of a machine of Aether's own what is to be said of it */
  GPtrArray           *pieces;       /* of AetherImportPiece */
  AetherDiskLayer     *kernel;       /* (nullable): as @initrd, files to be taken along */
  AetherDiskLayer     *initrd;
  char                *manifest;     /* (nullable): checksums */
};

/* @base: the folder its files are named from; @place: taken */
AetherImportItem *_aether_import_item_new        (AetherImportFormat   format,
                                                  const char          *path,
                                                  const char          *base,
                                                  AetherDiskPlace     *place);
/* A sentence; the first is kept. */
void              _aether_import_item_set_problem (AetherImportItem   *self,
                                                  const char          *sentence);

/* Looks at the files that the description names, decides on all that it leaves open, and says so. */
void              _aether_import_resolve         (AetherImportItem    *self,
                                                  GCancellable        *cancellable);
/* The same for a machine of Aether's own. */
void              _aether_import_resolve_bundle  (AetherImportItem    *self);

/* What is on it, by its first bytes. Blocks. Returns: (nullable) */
AetherMedia      *_aether_import_peek            (AetherDiskLayer     *self,
                                                  guint64              virtual_size,
                                                  gboolean            *bios_boot,
                                                  GCancellable        *cancellable);

/* A machine of a disk, or of a disc and a new disk. */
AetherImportMachine *_aether_import_disk_machine (const char          *path,
                                                  gboolean             disc);

G_END_DECLS
