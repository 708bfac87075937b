/* aether-log-file.h - a file that grows to a limit and is then begun anew
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AetherLogFile AetherLogFile;

/* Appends to @path. When it would exceed @limit bytes, it becomes PATH.1, and that PATH.2, up to
 * PATH.@kept. Opened at the first write. @streams: our stdout and stderr go there too. */
AetherLogFile *aether_log_file_new   (const char     *path,
                                      gsize           limit,
                                      guint           kept,
                                      gboolean        streams);
void           aether_log_file_free  (AetherLogFile  *self);

/* Blocking, as a page cache blocks. The first failure is an error and closes the file for good: a
 * full disk must not stop a machine. After it, writing does nothing and succeeds. */
gboolean       aether_log_file_write (AetherLogFile  *self,
                                      const char     *data,
                                      gsize           length,
                                      GError        **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherLogFile, aether_log_file_free)

G_END_DECLS
