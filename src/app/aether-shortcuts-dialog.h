/* aether-shortcuts-dialog.h - the keyboard shortcuts, listed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwDialog *aether_shortcuts_dialog_new (void);

G_END_DECLS
