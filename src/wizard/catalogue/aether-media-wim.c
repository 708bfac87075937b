/* aether-media-wim.c - which Windows a disc has: the build that its image names
 *
 * Labels are the same for Windows 10 and 11. The image's header leads to XML in UTF-16
 * (Windows Imaging File Format, "Resource data").
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-private.h"

#include <string.h>

#define HEADER    208
#define MOST_XML  (4 << 20)

/* "<BUILD>22631</BUILD>", as far as its letters are of ASCII */
static guint
find_build (const guint8 *xml, gsize length)
{
  static const char wanted[] = "<BUILD>";
  guint at = 0, build = 0;

  for (gsize i = 0; i + 1 < length; i += 2)
    {
      guint c = le16 (xml + i);

      if (wanted[at] == '\0')
        {
          if (c < '0' || c > '9' || build > G_MAXUINT16)
            return c == '<' ? build : 0;
          build = build * 10 + c - '0';
        }
      else if (c == (guint8) wanted[at])
        at++;
      else
        at = c == '<';
    }

  return 0;
}

guint
aether_media_wim_build (const AetherExtent *file)
{
  guint8 header[HEADER];
  g_autofree guint8 *xml = NULL;
  guint64 offset, size;

  if (!aether_extent_read (file, 0, header, sizeof header) || memcmp (header, "MSWIM\0\0\0", 8) != 0)
    return 0;

  /* Of the XML: seven bytes of size, flags, where it lies */
  size = le64 (header + 72) & G_GUINT64_CONSTANT (0x00ffffffffffffff);
  offset = le64 (header + 80);
  if (size == 0 || size > MOST_XML)
    return 0;
  xml = g_malloc (size);

  return aether_extent_read (file, offset, xml, size) ? find_build (xml, size) : 0;
}
