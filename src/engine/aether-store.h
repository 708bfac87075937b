/* aether-store.h - small files that are never half written
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Folders and files with names of this kind are unfinished work. A scan skips
 * them; whose maker is dead is removed by the next one who comes by. */
#define AETHER_STORE_TEMP_SUFFIX ".aether-temp"

typedef enum
{
  AETHER_STORE_DURABLE = 0,   /* survives a power cut once written */
  AETHER_STORE_QUICK   = 1,   /* atomic only: for what a restart makes void */
} AetherStoreFlags;

/* Errors are sentences about the cause only: put "Could not save “X”. " in
 * front with g_prefix_error(). */
char     *aether_store_explain    (int                errnum);
void      aether_store_set_error  (GError           **error,
                                   int                errnum);

/* A regular file of at most @limit bytes, ended by a NUL that does not count.
 * Never waits for a FIFO. */
char     *aether_store_read       (const char        *path,
                                   gsize              limit,
                                   gsize             *length,
                                   GError           **error);
gboolean  aether_store_write      (const char        *path,
                                   const void        *data,
                                   gsize              length,
                                   AetherStoreFlags   flags,
                                   GError           **error);

/* The pieces of it, for what cannot be handed over as bytes: a new file beside @path, locked while
 * its descriptor is open, then the step in which it (or a folder) gets a name that nobody has: errno
 * is EEXIST when somebody has. */
int       aether_store_open_temp  (const char        *path,
                                   char             **temp,
                                   GError           **error);
gboolean  aether_store_rename_new (const char        *from,
                                   const char        *to);
gboolean  aether_store_sync       (int                fd);

gboolean  aether_store_is_temp    (const char        *name);
void      aether_store_clean      (const char        *folder);

G_END_DECLS
