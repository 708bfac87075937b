/* aether-library.h - all the user's machines
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/**
 * AetherLibrary:
 *
 * A GListModel of #AetherBundle: the bundles in the data folder and those
 * elsewhere that the user added, sorted by name. With watching on, the model
 * follows the disk and the machines' states.
 */
#define AETHER_TYPE_LIBRARY (aether_library_get_type ())
G_DECLARE_FINAL_TYPE (AetherLibrary, aether_library, AETHER, LIBRARY, GObject)

/* Lists what is there now; blocking, 10,000 machines in well under 0.5 s.
 * @watch: follow changes on the thread-default main context */
AetherLibrary *aether_library_new          (gboolean        watch);

const char    *aether_library_get_folder   (AetherLibrary  *self);   /* where new ones go */

/* By uuid, whole name, or a prefix that only one name or uuid has. Errors:
 * G_IO_ERROR_NOT_FOUND; G_IO_ERROR_INVALID_ARGUMENT when several fit (they are named).
 * Returns: (transfer full) */
AetherBundle  *aether_library_find         (AetherLibrary  *self,
                                            const char     *which,
                                            GError        **error);

/* A bundle outside the data folder: remembered in the user's config. */
gboolean       aether_library_add          (AetherLibrary  *self,
                                            const char     *path,
                                            GError        **error);
gboolean       aether_library_forget       (AetherLibrary  *self,
                                            AetherBundle   *bundle,
                                            GError        **error);
void           aether_library_rescan       (AetherLibrary  *self);

G_END_DECLS
