/* aether-media-private.h - reading media: file systems just as far as booting needs them
 *
 * All of it is untrusted: every number is checked before use, every walk is bounded.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media.h"

G_BEGIN_DECLS

/* Bytes of an open file: a partition, a file in a file system, a part of one. */
typedef struct
{
  int     fd;
  guint64 start;
  guint64 size;
} AetherExtent;

gboolean        aether_extent_read  (const AetherExtent *self,
                                     guint64             offset,
                                     void               *buffer,
                                     gsize               length);
/* Cut to what is really there. */
AetherExtent    aether_extent_part  (const AetherExtent *self,
                                     guint64             offset,
                                     guint64             size);

static inline guint16
le16 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8;
}

static inline guint32
le32 (const guint8 *bytes)
{
  return le16 (bytes) | (guint32) le16 (bytes + 2) << 16;
}

static inline guint64
le64 (const guint8 *bytes)
{
  return le32 (bytes) | (guint64) le32 (bytes + 4) << 32;
}

/* Finds a file or folder by path, letters of any case; of a file the beginning that lies in one
 * piece. */
typedef gboolean (*AetherMediaLookup) (const AetherExtent *volume, const char *path, AetherExtent *file);

gboolean        aether_media_iso_lookup (const AetherExtent *volume, const char *path, AetherExtent *file);
gboolean        aether_media_udf_lookup (const AetherExtent *volume, const char *path, AetherExtent *file);
gboolean        aether_media_fat_lookup (const AetherExtent *volume, const char *path, AetherExtent *file);

gboolean        aether_media_is_iso (const AetherExtent *volume);
gboolean        aether_media_is_udf (const AetherExtent *volume);
gboolean        aether_media_is_fat (const AetherExtent *volume);
void            aether_media_read_labels (const AetherExtent *volume, AetherMedia *media);
/* What the El Torito catalogue of a disc offers. */
void            aether_media_read_boot_catalogue (const AetherExtent *volume, AetherMedia *media);

/* CPUs of a program for UEFI or Windows, of a kernel; sets @format when it is a kernel. */
AetherMediaCpus aether_media_pe_cpus (const AetherExtent *file);
AetherMediaCpus aether_media_kernel_cpus (const AetherExtent *file, const char **format);
AetherMediaCpus aether_media_aether_cpus (const AetherExtent *file);
/* Of Windows, 0 when the image of that file names none */
guint           aether_media_wim_build (const AetherExtent *file);
/* By the names that firmware looks for below a volume's /EFI/BOOT. */
AetherMediaCpus aether_media_uefi_cpus (const AetherExtent *volume, AetherMediaLookup lookup);

G_END_DECLS
