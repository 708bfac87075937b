/* aether-library-scan.h - which bundles there are, and which machines run
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle-private.h"

G_BEGIN_DECLS

/* All bundles in @folder and @added, sorted by name; those in @known that are
 * still there are the same objects, looked at again.
 * Returns: (transfer full) (element-type AetherBundle) */
GPtrArray  *aether_library_scan         (const char *folder,
                                         GPtrArray  *added,     /* of paths */
                                         GPtrArray  *known);    /* of AetherBundle */

/* What runs now. Returns: (transfer full): uuid -> AetherRunStatus */
GHashTable *aether_library_list_running (void);
void        aether_library_set_running  (GPtrArray  *bundles,
                                         GHashTable *running);

/* The bundles outside the data folder, in library.json. An error is a sentence. */
GPtrArray  *aether_library_read_added   (void);
gboolean    aether_library_write_added  (GPtrArray  *added,
                                         GError    **error);

G_END_DECLS
