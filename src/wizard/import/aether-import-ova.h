/* aether-import-ova.h - an OVA: a tar with an OVF in it, and the checksums that come with either
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-disk-layers.h"

G_BEGIN_DECLS

/* Where its files lie, of which nothing is unpacked. @description and @manifest (nullable): texts */
gboolean aether_import_ova_index    (const char         *path,
                                     GHashTable        **parts,
                                     char              **description,
                                     gsize              *length,
                                     char              **manifest,
                                     GCancellable       *cancellable,
                                     GError            **error);

/* Reads @image, and compares it with what @manifest has for @name, when it has something. */
gboolean aether_import_verify       (const char         *manifest,
                                     const char         *name,
                                     AetherDiskLayer  *image,
                                     GCancellable       *cancellable,
                                     GError            **error);

G_END_DECLS
