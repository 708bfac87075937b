/* aether-create-dialog.h - a new machine: what it is for, then one page that is filled in
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-library.h"

G_BEGIN_DECLS

/* Signal "created" (#AetherBundle), after which the dialog closes. Closed
 * before, nothing is left of what it had begun. */
#define AETHER_TYPE_CREATE_DIALOG (aether_create_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherCreateDialog, aether_create_dialog, AETHER, CREATE_DIALOG, AdwDialog)

AdwDialog *aether_create_dialog_new    (AetherLibrary      *library);
/* Goes on to the page where machines of other programs are imported. @files: (element-type GFile)
 * (nullable): where they are */
void       aether_create_dialog_import (AetherCreateDialog *self,
                                        GSList             *files);

G_END_DECLS
