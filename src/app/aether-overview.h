/* aether-overview.h - one machine in detail: its screen and its facts
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-bundle.h"

G_BEGIN_DECLS

/**
 * AetherOverview:
 *
 * The content page of the library window. Its buttons activate the actions
 * of #AetherMachineActions as "machine.*". With "compact" its header has room on
 * small screens.
 */
#define AETHER_TYPE_OVERVIEW (aether_overview_get_type ())
G_DECLARE_FINAL_TYPE (AetherOverview, aether_overview, AETHER, OVERVIEW, AdwNavigationPage)

AetherOverview *aether_overview_new        (void);
void            aether_overview_set_bundle (AetherOverview *self,
                                            AetherBundle   *bundle);   /* (nullable) */

G_END_DECLS
