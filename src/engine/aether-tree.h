/* aether-tree.h - folders with all that is in them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Removes @path and all below; never follows a symbolic link, not even one that
 * somebody puts there meanwhile. Errors name the file. */
gboolean aether_tree_remove    (const char    *path,
                                GError       **error);

/* Whether to copy @name, which lies in folder @inside ("" for the top). */
typedef gboolean (*AetherTreeFilter) (const char *inside, const char *name);

/* Copies what @from holds into the folder @to, which exists. Links must stay inside
 * @from. FIFOs, sockets and devices are left out. Blocks: call it in a thread. */
gboolean aether_tree_copy      (const char       *from,
                                const char       *to,
                                AetherTreeFilter  filter,
                                GCancellable     *cancellable,
                                GError          **error);

/* One regular file to a new name: shares its blocks where the file system can, else keeps its holes. */
gboolean aether_tree_copy_file (const char    *from,
                                const char    *to,
                                GCancellable  *cancellable,
                                GError       **error);

/* The same for large ones. @fraction: 0 to 1; called in the thread that copies */
typedef void (*AetherTreeProgress) (double fraction, gpointer data);
gboolean aether_tree_copy_file_watched (const char         *from,
                                        const char         *to,
                                        AetherTreeProgress  progress,
                                        gpointer            data,
                                        GCancellable       *cancellable,
                                        GError            **error);

G_END_DECLS
