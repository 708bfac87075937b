/* aether-resources-page.h - what of this computer a new machine gets
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-wizard-page.h"

G_BEGIN_DECLS

#define AETHER_TYPE_RESOURCES_PAGE (aether_resources_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherResourcesPage, aether_resources_page, AETHER, RESOURCES_PAGE, AetherWizardPage)

G_END_DECLS
