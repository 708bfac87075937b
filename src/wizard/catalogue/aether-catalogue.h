/* aether-catalogue.h - the operating systems that there are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media.h"
#include "aether-os.h"

G_BEGIN_DECLS

/**
 * AetherCatalogue:
 *
 * A GListModel of AetherOs, those first that somebody would install today. It comes from
 * libosinfo's database (the system's, or a newer one that was fetched by
 * aether_catalogue_update_async()) and from our own additions; does not change.
 */
#define AETHER_TYPE_CATALOGUE (aether_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (AetherCatalogue, aether_catalogue, AETHER, CATALOGUE, GObject)

/* Reads it in a thread: a few milliseconds, some seconds when the database is new.
 * Errors: G_IO_ERROR_NOT_FOUND: there is none. */
void             aether_catalogue_open_async  (GCancellable        *cancellable,
                                               GAsyncReadyCallback  callback,
                                               gpointer             user_data);
AetherCatalogue *aether_catalogue_open_finish (GAsyncResult        *result,
                                               GError             **error);
/* The same; blocks. */
AetherCatalogue *aether_catalogue_open        (GCancellable        *cancellable,
                                               GError             **error);

/* "20250606": of the database of libosinfo; "" when there is none */
const char      *aether_catalogue_get_version (AetherCatalogue     *self);

/* By its id or one of its short ids. Returns: (nullable) (transfer full) */
AetherOs        *aether_catalogue_lookup      (AetherCatalogue     *self,
                                               const char          *id);

/* Those that have all words of @query in names, makers or ids, of any case; the best first.
 * @arch: (nullable): only those that there is something to start for on it.
 * Returns: (transfer full): a GListModel of AetherOs */
GListModel      *aether_catalogue_search      (AetherCatalogue     *self,
                                               const char          *query,
                                               const char          *arch);

/* What system is on a disc, by its labels. Says nothing rather than something wrong.
 * @edition: (out) (optional) (nullable): lives as long as the system
 * Returns: (nullable) (transfer full) */
AetherOs        *aether_catalogue_identify    (AetherCatalogue     *self,
                                               const AetherMedia   *media,
                                               const AetherOsMedia **edition);

/* Which of its media that disc is by its labels, though they may be another system's too.
 * Returns: (nullable): lives as long as @os */
const AetherOsMedia *aether_catalogue_match   (AetherOs            *os,
                                               const AetherMedia   *media);

/* (transfer full): folders of libosinfo's databases, the newest complete one first; some may not be there */
char           **aether_catalogue_list_databases (void);

/* The file of the keyring that an AetherOsMedia names. Returns: (nullable): NULL when this
 * computer has none of that name */
char            *aether_catalogue_dup_keyring (const char          *key);

G_END_DECLS
