/* aether-shortcuts-dialog.h - the keyboard shortcuts, listed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @of_machine: whether those of a machine's window come first */
AdwDialog *aether_shortcuts_dialog_new (gboolean of_machine);

G_END_DECLS
