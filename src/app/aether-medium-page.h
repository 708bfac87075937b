/* aether-medium-page.h - what a new machine starts from
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-media-library.h"
#include "aether-wizard-page.h"

G_BEGIN_DECLS

#define AETHER_TYPE_MEDIUM_PAGE (aether_medium_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherMediumPage, aether_medium_page, AETHER, MEDIUM_PAGE, AetherWizardPage)

/* What names the systems on media. */
void aether_medium_page_set_catalogue (AetherMediumPage   *self,
                                       AetherCatalogue    *catalogue);
/* Those that are here already are offered first. */
void aether_medium_page_set_media     (AetherMediumPage   *self,
                                       AetherMediaLibrary *media);
/* Looks what it is, and takes it. */
void aether_medium_page_use_file      (AetherMediumPage   *self,
                                       GFile              *file);
/* Forgets what was looked at for another draft. */
void aether_medium_page_begin         (AetherMediumPage   *self);

G_END_DECLS
