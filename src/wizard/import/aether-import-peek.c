/* aether-import-peek.c - what is on a disk that is to be imported
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-private.h"

#include "aether-disk-convert.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SECTOR    512
#define PEEK_SIZE (64 * 1024 * 1024)                /* partition table and boot partition, if they come first */
#define MOST_PEEK (G_GUINT64_CONSTANT (1) << 42)

/* A partition that holds what GRUB starts by from a BIOS (its type in the GPT). */
static gboolean
has_bios_boot (const char *path)
{
  static const guint8 type[16] = "Hah!IdontNeedEFI";
  g_autofd int fd = open (path, O_RDONLY | O_CLOEXEC);
  guint8 table[128 * 128];
  gssize n = fd >= 0 ? pread (fd, table, sizeof table, 2 * SECTOR) : 0;

  for (gssize i = 0; i + 128 <= n; i += 128)
    if (memcmp (table + i, type, sizeof type) == 0)
      return TRUE;

  return FALSE;
}

static JsonNode *
first_bytes (AetherDiskLayer *self, guint64 size)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "driver", "raw");
  json_object_set_int_member (object, "size", (gint64) size);
  json_object_set_member (object, "file", aether_disk_layer_source (self));
  json_node_take_object (node, object);

  return node;
}

AetherMedia *
_aether_import_peek (AetherDiskLayer *self, guint64 virtual_size, gboolean *bios_boot, GCancellable *cancellable)
{
  g_autofree char *folder = g_dir_make_tmp ("aether-XXXXXX", NULL);
  g_autofree char *path = folder ? g_build_filename (folder, "head", NULL) : NULL;
  g_autoptr(JsonNode) source = first_bytes (self, MIN (virtual_size, PEEK_SIZE) / SECTOR * SECTOR);
  AetherMedia *media = NULL;

  *bios_boot = FALSE;
  if (path == NULL)
    return NULL;

  /* As long as the disk, so that partitions that are not read do not look cut off */
  if (aether_disk_convert (source, self->shown, path, "raw", NULL, NULL, cancellable, NULL) &&
      truncate (path, (off_t) MIN (virtual_size, MOST_PEEK)) == 0)
    {
      media = aether_media_detect (path, NULL);
      *bios_boot = has_bios_boot (path);
    }
  g_unlink (path);
  g_rmdir (folder);

  return media;
}
