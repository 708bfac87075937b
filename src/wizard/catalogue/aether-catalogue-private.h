/* aether-catalogue-private.h - where the catalogue's parts lie
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-catalogue.h"

G_BEGIN_DECLS

/* Our additions: $AETHER_CATALOGUE_DIR when set */
char  *_aether_catalogue_dup_overlay  (void);
/* What was fetched: one folder for each version, of which the newest counts */
char  *_aether_catalogue_dup_updates  (void);
/* Databases, the first one the newest complete one; @version: its own */
char **_aether_catalogue_list_folders (char **version);
/* (nullable): of the database in @folder: digits */
char  *_aether_catalogue_dup_version  (const char *folder);

G_END_DECLS
