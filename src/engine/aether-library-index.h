/* aether-library-index.h - what machine.json of many bundles said when last read
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle-private.h"

G_BEGIN_DECLS

/* A cache: lost or wrong it costs time, never truth. Only bundles without a
 * problem are in it. */
typedef struct _AetherLibraryIndex AetherLibraryIndex;

AetherLibraryIndex *aether_library_index_open   (void);                       /* empty when there is none */
void                aether_library_index_free   (AetherLibraryIndex      *self);
/* Strings in @head live as long as @self. %FALSE: not known, or not of this @stamp */
gboolean            aether_library_index_lookup (AetherLibraryIndex      *self,
                                                 const char              *path,
                                                 const AetherBundleStamp *stamp,
                                                 AetherBundleHead        *head);
void                aether_library_index_save   (GPtrArray               *bundles);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherLibraryIndex, aether_library_index_free)

G_END_DECLS
