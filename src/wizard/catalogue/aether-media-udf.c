/* aether-media-udf.c - UDF (ECMA-167, OSTA UDF 1.02 to 2.01), as far as booting needs it
 *
 * Discs of Windows have their files here; their ISO 9660 part holds a note that says so.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-private.h"

#include <string.h>

#define SECTOR           2048
#define ANCHOR           256           /* its sector */
#define MOST_DESCRIPTORS 64
#define MOST_PIECES      256           /* of one file that are followed */
#define MOST_FOLDER      (1 << 20)     /* bytes of a folder that are looked at */

/* Tag identifiers (ECMA-167 3/7.2.1, 4/7.2.1) */
enum
{
  TAG_ANCHOR     = 2,
  TAG_PARTITION  = 5,
  TAG_VOLUME     = 6,
  TAG_END        = 8,
  TAG_FILE_SET   = 256,
  TAG_FILE_ID    = 257,
  TAG_FILE       = 261,
  TAG_FILE_EXTENDED = 266,
};

typedef struct
{
  AetherExtent volume;
  AetherExtent partition;
  guint32      root;         /* block of the root folder's entry */
} Udf;

static gboolean
read_block (const AetherExtent *extent, guint64 block, guint8 sector[SECTOR])
{
  return aether_extent_read (extent, block * SECTOR, sector, SECTOR);
}

gboolean
aether_media_is_udf (const AetherExtent *volume)
{
  guint8 sector[SECTOR];

  for (guint i = 16; i < 64 && read_block (volume, i, sector); i++)
    {
      if (memcmp (sector + 1, "NSR0", 4) == 0)
        return TRUE;
      if (memcmp (sector + 1, "BEA01", 5) != 0 && memcmp (sector + 1, "CD001", 5) != 0 &&
          memcmp (sector + 1, "BOOT2", 5) != 0)
        return FALSE;
    }

  return FALSE;
}

static gboolean
open_udf (Udf *udf, const AetherExtent *volume)
{
  guint8 sector[SECTOR];
  guint32 first, n, set = 0;
  gboolean have_partition = FALSE, have_volume = FALSE;

  if (!aether_media_is_udf (volume) || !read_block (volume, ANCHOR, sector) || le16 (sector) != TAG_ANCHOR)
    return FALSE;

  udf->volume = *volume;
  n = MIN (le32 (sector + 16) / SECTOR, MOST_DESCRIPTORS);
  first = le32 (sector + 20);
  for (guint i = 0; i < n; i++)
    {
      if (!read_block (volume, (guint64) first + i, sector) || le16 (sector) == TAG_END)
        break;
      if (le16 (sector) == TAG_PARTITION && !have_partition)
        {
          udf->partition = aether_extent_part (volume, (guint64) le32 (sector + 188) * SECTOR,
                                               (guint64) le32 (sector + 192) * SECTOR);
          have_partition = TRUE;
        }
      else if (le16 (sector) == TAG_VOLUME)
        {
          /* One plain partition; those with a map of their own (2.50) are for rewritable discs. */
          have_volume = le32 (sector + 212) == SECTOR && sector[440] == 1;
          set = le32 (sector + 248 + 4);
        }
    }

  if (!have_partition || !have_volume || !read_block (&udf->partition, set, sector) || le16 (sector) != TAG_FILE_SET)
    return FALSE;
  udf->root = le32 (sector + 400 + 4);
  return TRUE;
}

/* A file's pieces, from its entry. */
typedef struct
{
  AetherExtent pieces[MOST_PIECES];
  guint        n;
  guint64      size;
  gboolean     folder;
} File;

static gboolean
open_file (const Udf *udf, guint32 block, File *file)
{
  guint8 sector[SECTOR];
  guint32 attributes, length, at, step;
  guint64 here = (guint64) block * SECTOR;

  memset (file, 0, sizeof *file);
  if (!read_block (&udf->partition, block, sector))
    return FALSE;
  if (le16 (sector) == TAG_FILE)
    at = 168;
  else if (le16 (sector) == TAG_FILE_EXTENDED)
    at = 208;
  else
    return FALSE;

  attributes = le32 (sector + at);
  length = le32 (sector + at + 4);
  at += 8;
  if (attributes > SECTOR - at || length > SECTOR - at - attributes)
    return FALSE;
  at += attributes;
  file->folder = sector[27] == 4;
  file->size = le64 (sector + 56);

  if ((sector[34] & 7) == 3)   /* so small that it lies in the entry itself */
    {
      file->pieces[file->n++] = aether_extent_part (&udf->partition, here + at, MIN (length, file->size));
      return TRUE;
    }
  if ((sector[34] & 7) > 1)
    return FALSE;

  step = (sector[34] & 7) == 0 ? 8 : 16;
  for (guint32 i = 0; i + step <= length && file->n < MOST_PIECES; i += step)
    {
      guint32 bytes = le32 (sector + at + i);

      /* The upper two bits: recorded or not */
      if (bytes == 0 || bytes >> 30 != 0)
        break;
      file->pieces[file->n++] =
        aether_extent_part (&udf->partition, (guint64) le32 (sector + at + i + 4) * SECTOR, bytes);
    }
  return TRUE;
}

static guint8 *
read_folder (const File *folder, gsize *length)
{
  gsize size = MIN (folder->size, MOST_FOLDER);
  guint8 *data = g_malloc (size + 1);

  *length = 0;
  for (guint i = 0; i < folder->n && *length < size; i++)
    {
      gsize n = MIN (folder->pieces[i].size, size - *length);

      if (!aether_extent_read (&folder->pieces[i], 0, data + *length, n))
        break;
      *length += n;
    }

  return data;
}

/* Eight or sixteen bits a letter, as the first byte says. */
static gboolean
is_called (const guint8 *text, gsize length, const char *name, gsize name_length)
{
  guint width = length > 0 && text[0] == 16 ? 2 : 1;

  if (length != 1 + name_length * width)
    return FALSE;
  for (gsize i = 0; i < name_length; i++)
    {
      const guint8 *letter = text + 1 + i * width;

      if ((width == 2 && letter[0] != 0) || g_ascii_tolower (letter[width - 1]) != g_ascii_tolower (name[i]))
        return FALSE;
    }

  return TRUE;
}

static gboolean
find_in_folder (const File *folder, const char *name, gsize name_length, guint32 *block)
{
  gsize length;
  g_autofree guint8 *data = read_folder (folder, &length);

  for (gsize at = 0; at + 38 <= length;)
    {
      const guint8 *id = data + at;
      gsize use = le16 (id + 36), text = id[19];
      gsize step = (38 + use + text + 3) & ~(gsize) 3;

      if (le16 (id) != TAG_FILE_ID || step > length - at)
        return FALSE;
      if (!(id[18] & 0x0c) && is_called (id + 38 + use, text, name, name_length))
        {
          *block = le32 (id + 20 + 4);
          return TRUE;
        }
      at += step;
    }

  return FALSE;
}

gboolean
aether_media_udf_lookup (const AetherExtent *volume, const char *path, AetherExtent *file)
{
  guint32 block;
  File found;
  Udf udf;

  if (!open_udf (&udf, volume))
    return FALSE;

  block = udf.root;
  while (*path)
    {
      gsize length = strcspn (path, "/");

      if (!open_file (&udf, block, &found) || !found.folder || !find_in_folder (&found, path, length, &block))
        return FALSE;
      path += length;
      path += *path == '/';
    }
  if (!open_file (&udf, block, &found) || found.n == 0)
    return FALSE;

  *file = found.pieces[0];
  file->size = MIN (file->size, found.size);
  return TRUE;
}
