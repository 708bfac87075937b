/* aether-media-fat.c - FAT12, FAT16 and FAT32 (Microsoft's fatgen103), short names only
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-private.h"

#include <string.h>

#define MOST_CLUSTERS 4096     /* of one folder or file that are followed */

typedef struct
{
  AetherExtent volume;
  guint        sector;         /* bytes */
  guint        cluster;        /* bytes */
  guint64      fat;            /* offset */
  guint64      root;           /* offset; FAT32: 0 */
  guint        root_entries;
  guint32      root_cluster;   /* FAT32 */
  guint64      data;           /* offset of cluster 2 */
  guint32      n_clusters;
  guint        bits;
} Fat;

static gboolean
open_fat (Fat *fat, const AetherExtent *volume)
{
  guint8 boot[512];
  guint reserved, n_fats;
  guint64 sectors, fat_sectors, root_sectors, data_sectors;

  if (!aether_extent_read (volume, 0, boot, sizeof boot) || boot[510] != 0x55 || boot[511] != 0xaa ||
      (boot[0] != 0xeb && boot[0] != 0xe9))
    return FALSE;

  memset (fat, 0, sizeof *fat);
  fat->volume = *volume;
  fat->sector = le16 (boot + 11);
  fat->cluster = fat->sector * boot[13];
  reserved = le16 (boot + 14);
  n_fats = boot[16];
  fat->root_entries = le16 (boot + 17);
  sectors = le16 (boot + 19) ? le16 (boot + 19) : le32 (boot + 32);
  fat_sectors = le16 (boot + 22) ? le16 (boot + 22) : le32 (boot + 36);
  if (fat->sector < 512 || fat->sector > 4096 || (fat->sector & (fat->sector - 1)) || boot[13] == 0 ||
      (boot[13] & (boot[13] - 1)) || reserved == 0 || n_fats == 0 || n_fats > 4 || fat_sectors == 0)
    return FALSE;

  root_sectors = (fat->root_entries * 32 + fat->sector - 1) / fat->sector;
  data_sectors = reserved + n_fats * fat_sectors + root_sectors;
  if (data_sectors >= sectors)
    return FALSE;

  fat->fat = (guint64) reserved * fat->sector;
  fat->root = (reserved + n_fats * fat_sectors) * fat->sector;
  fat->data = data_sectors * fat->sector;
  fat->n_clusters = (sectors - data_sectors) / boot[13];
  fat->bits = fat->n_clusters < 4085 ? 12 : fat->n_clusters < 65525 ? 16 : 32;
  fat->root_cluster = fat->bits == 32 ? le32 (boot + 44) : 0;
  return TRUE;
}

gboolean
aether_media_is_fat (const AetherExtent *volume)
{
  Fat fat;

  return open_fat (&fat, volume);
}

/* Returns: 0 at the end of the chain, and for one that leads nowhere */
static guint32
next_cluster (const Fat *fat, guint32 cluster)
{
  guint8 bytes[4] = { 0 };
  guint64 offset = fat->bits == 12 ? cluster + cluster / 2 : (guint64) cluster * (fat->bits / 8);
  guint32 next;

  if (!aether_extent_read (&fat->volume, fat->fat + offset, bytes, fat->bits == 32 ? 4 : 2))
    return 0;

  if (fat->bits == 12)
    next = cluster & 1 ? le16 (bytes) >> 4 : le16 (bytes) & 0xfff;
  else
    next = fat->bits == 16 ? le16 (bytes) : le32 (bytes) & 0x0fffffff;

  return next >= 2 && next < fat->n_clusters + 2 ? next : 0;
}

static guint64
cluster_offset (const Fat *fat, guint32 cluster)
{
  return fat->data + (guint64) (cluster - 2) * fat->cluster;
}

/* The clusters of a file that follow each other on the disk. */
static AetherExtent
first_run (const Fat *fat, guint32 cluster, guint64 size)
{
  guint64 length = fat->cluster;
  guint32 at = cluster;

  if (cluster < 2 || cluster >= fat->n_clusters + 2)
    return aether_extent_part (&fat->volume, 0, 0);

  for (guint i = 0; i < MOST_CLUSTERS && length < size; i++)
    {
      guint32 next = next_cluster (fat, at);

      if (next != at + 1)
        break;
      at = next;
      length += fat->cluster;
    }

  return aether_extent_part (&fat->volume, cluster_offset (fat, cluster), MIN (length, size));
}

/* "BOOTX64 EFI" of "bootx64.efi". Returns: FALSE when it has no short name of its own */
static gboolean
make_short_name (const char *name, gsize length, char short_name[11])
{
  const char *dot = memchr (name, '.', length);
  gsize stem = dot ? (gsize) (dot - name) : length;
  gsize ending = dot ? length - stem - 1 : 0;

  if (stem == 0 || stem > 8 || ending > 3)
    return FALSE;

  memset (short_name, ' ', 11);
  for (gsize i = 0; i < stem; i++)
    short_name[i] = g_ascii_toupper (name[i]);
  for (gsize i = 0; i < ending; i++)
    short_name[8 + i] = g_ascii_toupper (dot[1 + i]);
  return TRUE;
}

/* Returns: whether the entry was found; @end: whether the folder ends here */
static gboolean
find_in_block (const Fat *fat, guint64 offset, guint n, const char short_name[11], guint8 entry[32], gboolean *end)
{
  for (guint i = 0; i < n; i++)
    {
      if (!aether_extent_read (&fat->volume, offset + i * 32, entry, 32) || entry[0] == 0)
        {
          *end = TRUE;
          return FALSE;
        }
      /* Labels and long names have attributes of their own */
      if (entry[0] != 0xe5 && !(entry[11] & 0x08) && memcmp (entry, short_name, 11) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
find_entry (const Fat *fat, guint32 folder, const char short_name[11], guint8 entry[32])
{
  gboolean end = FALSE;

  if (folder == 0)
    return find_in_block (fat, fat->root, fat->root_entries, short_name, entry, &end);

  for (guint i = 0; i < MOST_CLUSTERS && folder >= 2 && folder < fat->n_clusters + 2 && !end; i++)
    {
      if (find_in_block (fat, cluster_offset (fat, folder), fat->cluster / 32, short_name, entry, &end))
        return TRUE;
      folder = next_cluster (fat, folder);
    }

  return FALSE;
}

gboolean
aether_media_fat_lookup (const AetherExtent *volume, const char *path, AetherExtent *file)
{
  guint32 cluster;
  guint8 entry[32];
  char short_name[11];
  Fat fat;

  if (!open_fat (&fat, volume))
    return FALSE;

  cluster = fat.root_cluster;
  for (;;)
    {
      gsize length = strcspn (path, "/");

      if (!make_short_name (path, length, short_name) || !find_entry (&fat, cluster, short_name, entry))
        return FALSE;
      cluster = le16 (entry + 26) | (fat.bits == 32 ? (guint32) le16 (entry + 20) << 16 : 0);
      if (path[length] == '\0')
        break;
      if (!(entry[11] & 0x10) || cluster == 0)
        return FALSE;
      path += length + 1;
    }

  *file = first_run (&fat, cluster, entry[11] & 0x10 ? fat.cluster : le32 (entry + 28));
  return TRUE;
}
