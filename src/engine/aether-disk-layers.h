/* aether-disk-layers.h - a disk that may be made of several files, each looked at before anything opens it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A file in an archive that is not packed: it lies there in one piece. */
typedef struct
{
  guint64 start;
  guint64 size;
} AetherDiskPart;

/**
 * AetherDiskPlace:
 * @folder: what the user chose; a file that is not below it is outside
 * @archive: (nullable): the tar that all files are in
 * @parts: (nullable): name -> AetherDiskPart, of the archive
 * @as_named: QEMU itself will open what images name: beside their names, whatever links are on the way,
 *   and as what they say that it is
 * @outside: (element-type filename): real paths of files outside that were asked for
 *
 * Where the files of a machine may be taken from.
 */
typedef struct
{
  char       *folder;
  char       *archive;
  GHashTable *parts;
  gboolean    allow_outside;
  gboolean    as_named;
  GPtrArray  *outside;
} AetherDiskPlace;

AetherDiskPlace *aether_disk_place_new      (const char       *folder,
                                             gboolean          allow_outside);
void             aether_disk_place_free     (AetherDiskPlace  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherDiskPlace, aether_disk_place_free)

/* The real path of the regular file that @name means in @base. Errors are sentences:
 * G_IO_ERROR_NOT_FOUND, G_IO_ERROR_PERMISSION_DENIED for one outside that is not allowed,
 * G_IO_ERROR_NOT_REGULAR_FILE. */
char            *aether_disk_place_resolve  (AetherDiskPlace  *self,
                                             const char       *base,
                                             const char       *name,
                                             GError          **error);

typedef struct _AetherDiskLayer AetherDiskLayer;
struct _AetherDiskLayer
{
  char              *path;       /* real; of the archive when it is in one */
  char              *beside;     /* (nullable): where the files that it names are looked for */
  char              *shown;
  char              *format;
  guint64            start;      /* in the archive */
  guint64            size;       /* of the file */
  GPtrArray         *extents;    /* of char *: files that have the data of this one */
  AetherDiskLayer   *backing;    /* (nullable): what is not in this one is in that */
  gboolean           in_archive;
  gboolean           compressed; /* written once, by a program that exports */
};

/* @format: (nullable): when it is known, else by its magic */
AetherDiskLayer *aether_disk_layer_open     (AetherDiskPlace  *place,
                                             const char       *base,
                                             const char       *name,
                                             const char       *format,
                                             GError          **error);
void             aether_disk_layer_free     (AetherDiskLayer  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherDiskLayer, aether_disk_layer_free)

/* For qemu-img, see aether-disk-convert.h */
JsonNode        *aether_disk_layer_source   (AetherDiskLayer  *self);
/* A copy of the file is a copy of the disk, and keeps what qcow2 has inside. */
gboolean         aether_disk_layer_is_plain (AetherDiskLayer  *self);
/* A machine can run from it where it is. */
gboolean         aether_disk_layer_is_usable (AetherDiskLayer *self);

G_END_DECLS
