/* ctl-terminal.h - the user's terminal handed to a guest, or a password typed on it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes the terminal on the standard input pass every byte on. It gets its old
 * manners back by ctl_terminal_restore(), and also when a signal ends or stops
 * the process (but for SIGKILL, which nobody hears). */
void ctl_terminal_make_raw (void);
void ctl_terminal_restore  (void);

/* One line of the standard input, which is not shown where it is a terminal. Fails with
 * CTL_EXIT_USAGE when there is nothing. Wipe it. */
char *ctl_terminal_read_password (GError **error);

G_END_DECLS
