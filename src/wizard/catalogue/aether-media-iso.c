/* aether-media-iso.c - ISO 9660 (ECMA-119) and El Torito, as far as booting needs them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-private.h"

#include <string.h>

#define SECTOR        2048
#define FIRST         16               /* sector of the first volume descriptor */
#define MOST_VOLUMES  32
#define MOST_FOLDER   (1 << 20)        /* bytes of a folder that are looked at */
#define MOST_ENTRIES  64               /* of the boot catalogue */

/* Finds the volume descriptor of @type. */
static gboolean
read_descriptor (const AetherExtent *volume, guint8 type, guint8 descriptor[SECTOR])
{
  for (guint i = 0; i < MOST_VOLUMES; i++)
    {
      if (!aether_extent_read (volume, (guint64) (FIRST + i) * SECTOR, descriptor, SECTOR) ||
          memcmp (descriptor + 1, "CD001", 5) != 0)
        return FALSE;
      if (descriptor[0] == type)
        return TRUE;
      if (descriptor[0] == 255)
        return FALSE;
    }

  return FALSE;
}

gboolean
aether_media_is_iso (const AetherExtent *volume)
{
  guint8 descriptor[SECTOR];

  return read_descriptor (volume, 1, descriptor);
}

static char *
read_label (const guint8 *text, gsize length)
{
  g_autofree char *label = g_strndup ((const char *) text, length);

  return g_strstrip (g_utf8_make_valid (label, -1));
}

void
aether_media_read_labels (const AetherExtent *volume, AetherMedia *media)
{
  guint8 descriptor[SECTOR];

  if (!read_descriptor (volume, 1, descriptor))
    return;

  g_free (media->system_id);
  g_free (media->volume_id);
  g_free (media->publisher_id);
  g_free (media->application_id);
  media->system_id = read_label (descriptor + 8, 32);
  media->volume_id = read_label (descriptor + 40, 32);
  media->publisher_id = read_label (descriptor + 318, 128);
  media->application_id = read_label (descriptor + 574, 128);
  media->volume_size = (guint64) le32 (descriptor + 80) * le16 (descriptor + 128);
}

/* --- folders ---------------------------------------------------------------------- */

static AetherExtent
extent_of_record (const AetherExtent *volume, const guint8 *record)
{
  return aether_extent_part (volume, (guint64) le32 (record + 2) * SECTOR, le32 (record + 10));
}

/* "NAME.EXT;1", "NAME.;1" */
static gboolean
is_called (const guint8 *record, const char *name, gsize length)
{
  gsize own = record[32];
  const char *text = (const char *) record + 33;
  const char *semicolon = memchr (text, ';', own);

  if (semicolon)
    own = semicolon - text;
  if (own > 0 && text[own - 1] == '.' && !(length > 0 && name[length - 1] == '.'))
    own--;

  return own == length && g_ascii_strncasecmp (text, name, length) == 0;
}

static gboolean
find_in_folder (const AetherExtent *volume, const AetherExtent *folder, const char *name, gsize length,
                AetherExtent *found)
{
  guint8 sector[SECTOR];

  for (guint64 offset = 0; offset < MIN (folder->size, MOST_FOLDER); offset += SECTOR)
    {
      if (!aether_extent_read (folder, offset, sector, SECTOR))
        return FALSE;
      for (guint at = 0; at + 34 <= SECTOR && sector[at] >= 34 && at + sector[at] <= SECTOR; at += sector[at])
        {
          const guint8 *record = sector + at;

          if (33u + record[32] <= record[0] && is_called (record, name, length))
            {
              *found = extent_of_record (volume, record);
              return TRUE;
            }
        }
    }

  return FALSE;
}

gboolean
aether_media_iso_lookup (const AetherExtent *volume, const char *path, AetherExtent *file)
{
  guint8 descriptor[SECTOR];

  if (!read_descriptor (volume, 1, descriptor))
    return FALSE;

  *file = extent_of_record (volume, descriptor + 156);
  while (*path)
    {
      gsize length = strcspn (path, "/");
      AetherExtent folder = *file;

      if (!find_in_folder (volume, &folder, path, length, file))
        return FALSE;
      path += length;
      path += *path == '/';
    }

  return TRUE;
}

/* --- El Torito -------------------------------------------------------------------- */

/* An entry for UEFI is an image of a FAT file system. Its length is given in blocks of 512 bytes
 * and often wrong: FAT knows its own. */
static void
read_entry (const AetherExtent *volume, const guint8 *entry, guint8 platform, AetherMedia *media)
{
  AetherExtent image;

  if (entry[0] != 0x88)
    return;
  if (platform == 0)
    {
      media->boots_bios = TRUE;
      return;
    }
  if (platform != 0xef)
    return;

  media->boots_uefi = TRUE;
  image = aether_extent_part (volume, (guint64) le32 (entry + 8) * SECTOR, G_MAXUINT64);
  media->cpus |= aether_media_uefi_cpus (&image, aether_media_fat_lookup);
}

void
aether_media_read_boot_catalogue (const AetherExtent *volume, AetherMedia *media)
{
  guint8 sector[SECTOR];
  guint8 platform;

  if (!read_descriptor (volume, 0, sector) || memcmp (sector + 7, "EL TORITO SPECIFICATION", 23) != 0 ||
      !aether_extent_read (volume, (guint64) le32 (sector + 71) * SECTOR, sector, SECTOR) ||
      sector[0] != 1 || sector[30] != 0x55 || sector[31] != 0xaa)
    return;

  platform = sector[1];
  for (guint i = 1; i < MOST_ENTRIES; i++)
    {
      const guint8 *entry = sector + i * 32;

      if (entry[0] == 0x90 || entry[0] == 0x91)
        platform = entry[1];
      else if (entry[0] == 0x88)
        read_entry (volume, entry, platform, media);
      else if (entry[0] != 0x44)
        break;
    }
}
