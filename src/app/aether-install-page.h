/* aether-install-page.h - what a new machine's installer is told
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-wizard-page.h"

G_BEGIN_DECLS

#define AETHER_TYPE_INSTALL_PAGE (aether_install_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherInstallPage, aether_install_page, AETHER, INSTALL_PAGE, AetherWizardPage)

G_END_DECLS
