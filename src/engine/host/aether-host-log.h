/* aether-host-log.h - what happened to a machine, for its log file and its clients
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_HOST_LOG_LINES 1000   /* kept in memory */

/**
 * AetherHostLog:
 *
 * Signals:
 *  - "line" (const char *line): added, with its time
 *  - "failed" (const char *sentence): the file is not written any more; once
 */
#define AETHER_TYPE_HOST_LOG (aether_host_log_get_type ())
G_DECLARE_FINAL_TYPE (AetherHostLog, aether_host_log, AETHER, HOST_LOG, GObject)

/* @foreground: also to stderr. Otherwise what the process itself says goes to the file too. */
AetherHostLog *aether_host_log_new       (const char     *folder,
                                          gboolean        foreground);
/* One line; what is not printable becomes an escape. */
void           aether_host_log_write     (AetherHostLog  *self,
                                          const char     *text);
void           aether_host_log_printf    (AetherHostLog  *self,
                                          const char     *format,
                                          ...) G_GNUC_PRINTF (2, 3);
/* The newest @count lines, oldest first. */
GStrv          aether_host_log_dup_lines (AetherHostLog  *self,
                                          guint           count);

/* Appends @text to @out with controls and what is not UTF-8 as "\x1b". */
void           aether_host_log_escape    (GString        *out,
                                          const char     *text,
                                          gsize           most);

G_END_DECLS
