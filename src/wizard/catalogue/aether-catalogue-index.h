/* aether-catalogue-index.h - the catalogue as it was last read, so that it opens at once
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Names the state of all files in @folders: their paths, sizes and times, and the language.
 * @safe: FALSE when one was written so lately that it may change again unseen. */
char     *aether_catalogue_index_dup_key (const char * const *folders,
                                          gboolean           *safe);
/* Returns: (nullable): the entries that were saved under @key. Untrusted, as any file. */
GVariant *aether_catalogue_index_load    (const char         *key);
/* Failure is no error: the next one reads the database itself. */
void      aether_catalogue_index_save    (const char         *key,
                                          GVariant           *entries);

G_END_DECLS
