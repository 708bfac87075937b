/* ctl-help.h - what aetherctl says of itself, made from the table of commands
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "ctl.h"

G_BEGIN_DECLS

/* A parser for the options of @command; --help sets @help */
GOptionContext *ctl_help_new_context (const CtlCommand *command, gboolean *help);
/* NULL: of the program */
void            ctl_help_print       (const CtlCommand *command);

G_END_DECLS
