/* aether-system-page.h - what the new machine is for: a system of the catalogue, or something else
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-catalogue.h"

G_BEGIN_DECLS

/* Signals "chosen" (#AetherOs), "file", "import", "empty" and "demo"; "renewed", when there is a newer
 * catalogue than the one it has. */
#define AETHER_TYPE_SYSTEM_PAGE (aether_system_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherSystemPage, aether_system_page, AETHER, SYSTEM_PAGE, AdwNavigationPage)

/* Until one of these comes it says that it looks. */
void aether_system_page_set_catalogue (AetherSystemPage *self,
                                       AetherCatalogue  *catalogue);
/* There is none: @message says why. */
void aether_system_page_set_problem   (AetherSystemPage *self,
                                       const char       *message);

G_END_DECLS
