/* aether-disk-page.h - the disk of a new machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media-library.h"
#include "aether-wizard-page.h"

G_BEGIN_DECLS

#define AETHER_TYPE_DISK_PAGE (aether_disk_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherDiskPage, aether_disk_page, AETHER, DISK_PAGE, AetherWizardPage)

/* What is among those becomes no machine's own disk. */
void aether_disk_page_set_media (AetherDiskPage     *self,
                                 AetherMediaLibrary *media);

G_END_DECLS
