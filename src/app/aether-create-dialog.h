/* aether-create-dialog.h - the wizard that makes a machine: one question a page, all of them answered
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-downloads-hub.h"
#include "aether-library.h"

G_BEGIN_DECLS

/* Signal "created" (#AetherBundle), after which the dialog closes. Closed before “Create” was
 * pressed, nothing is left; afterwards the machine comes all the same. */
#define AETHER_TYPE_CREATE_DIALOG (aether_create_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AetherCreateDialog, aether_create_dialog, AETHER, CREATE_DIALOG, AdwDialog)

AdwDialog *aether_create_dialog_new         (AetherLibrary      *library,
                                             AetherDownloadsHub *hub);
AdwDialog *aether_create_dialog_new_for_job (AetherLibrary      *library,
                                             AetherDownloadsHub *hub,
                                             AetherCreateJob    *job);
/* Goes on to the page where machines of other programs are imported. @files: (element-type GFile)
 * (nullable): where they are */
void       aether_create_dialog_import      (AetherCreateDialog *self,
                                             GSList             *files);
/* Takes what was dropped for what it is: machines to import, or the medium of a new one. */
void       aether_create_dialog_take        (AetherCreateDialog *self,
                                             GSList             *files);

G_END_DECLS
