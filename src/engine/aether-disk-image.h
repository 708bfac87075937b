/* aether-disk-image.h - disk images, by qemu-img
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What an image is. */
typedef struct
{
  char    *format;        /* "qcow2", "raw"... */
  guint64  virtual_size;  /* bytes the guest sees */
  guint64  actual_size;   /* bytes on disk */
  gboolean has_backing;   /* names a file outside itself */
} AetherDiskImageInfo;

void                 aether_disk_image_info_free     (AetherDiskImageInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherDiskImageInfo, aether_disk_image_info_free)

/* Detects the format by the file's own magic (qcow2, vmdk, vdi, vhdx, vpc; else
 * "raw"), without qemu-img guessing. Errors: what open and read give. */
char                *aether_disk_image_detect_format (const char           *path,
                                                      GError              **error);

void                 aether_disk_image_create_async  (const char           *path,
                                                      guint64               size,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
gboolean             aether_disk_image_create_finish (GAsyncResult         *result,
                                                      GError              **error);

/* @format: as detected; explicit so that a raw guest disk cannot pose as qcow2.
 * Errors: G_IO_ERROR_BUSY when another program has it open for writing (named, with its pid,
 * where /proc tells), G_IO_ERROR_INVALID_DATA when it is not one. */
void                 aether_disk_image_query_async   (const char           *path,
                                                      const char           *format,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
AetherDiskImageInfo *aether_disk_image_query_finish  (GAsyncResult         *result,
                                                      GError              **error);

/* "8G", "512M", "1.5T", "1073741824" -> bytes. Powers of 1024. */
gboolean             aether_parse_size               (const char           *text,
                                                      guint64              *bytes,
                                                      GError              **error);

G_END_DECLS
