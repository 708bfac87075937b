/* aether-disc.c - images of CDs and DVDs (ECMA-119, ECMA-167)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disc.h"

#include <string.h>
#include <unistd.h>

#define SECTOR 2048

/* ISO 9660 and UDF both name themselves in the volume recognition area (ECMA-119, 8.1; ECMA-167,
 * 2/9.1); an HFS disc of an old Mac has its signature at 1024. */
gboolean
aether_disc_is_one (int fd)
{
  static const char * const words[] = { "CD001", "BEA01", "NSR02", "NSR03" };
  char volume[6];

  for (off_t sector = 16; sector < 32; sector++)
    {
      if (pread (fd, volume, sizeof volume, sector * SECTOR) != (ssize_t) sizeof volume)
        break;
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (memcmp (volume + 1, words[i], strlen (words[i])) == 0)
          return TRUE;
    }

  return pread (fd, volume, 2, 1024) == 2 && (memcmp (volume, "BD", 2) == 0 || memcmp (volume, "H+", 2) == 0);
}
