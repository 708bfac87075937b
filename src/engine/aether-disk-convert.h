/* aether-disk-convert.h - copies of disk images in another format, by qemu-img
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* @fraction: 0 to 1; called in the thread that converts */
typedef void (*AetherDiskProgress) (double fraction, gpointer data);

/* All block, and are for threads. @source is a block device in QEMU's own words (BlockdevOptions), in
 * which each file has its format: nothing is guessed, and no file is opened for a name in another but
 * the parts of a VMDK. @shown names it in errors. */

/* @virtual_size: bytes a machine sees; @needed: bytes that a copy as qcow2 takes */
gboolean aether_disk_measure (JsonNode            *source,
                              const char          *shown,
                              guint64             *virtual_size,
                              guint64             *needed,
                              GCancellable        *cancellable,
                              GError             **error);

/* @path must not be there; it is for its owner alone. Nothing is left of it after an error, which is
 * G_IO_ERROR_NO_SPACE when the disk is full, G_IO_ERROR_BUSY when another program writes to @source.
 * Cancelling ends qemu-img first. */
gboolean aether_disk_convert (JsonNode            *source,
                              const char          *shown,
                              const char          *path,
                              const char          *format,
                              AetherDiskProgress   progress,
                              gpointer             data,
                              GCancellable        *cancellable,
                              GError             **error);

/* A qcow2 of ours gets room for @size bytes. */
gboolean aether_disk_enlarge (const char          *path,
                              guint64              size,
                              GCancellable        *cancellable,
                              GError             **error);

G_END_DECLS
