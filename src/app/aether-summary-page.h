/* aether-summary-page.h - a new machine before it is made, and the ways back to each of its lines
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-wizard-page.h"

G_BEGIN_DECLS

/* Signal "edit" (char *tag): the user wants to go back to the page of that tag. Its "next" is to make
 * the machine. */
#define AETHER_TYPE_SUMMARY_PAGE (aether_summary_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherSummaryPage, aether_summary_page, AETHER, SUMMARY_PAGE, AetherWizardPage)

/* It is being made: nothing can be changed, and there is no way back. */
void aether_summary_page_set_busy  (AetherSummaryPage *self,
                                    gboolean           busy);
/* @message: (nullable): why it could not be made */
void aether_summary_page_set_error (AetherSummaryPage *self,
                                    const char        *message);
void aether_summary_page_grab_name (AetherSummaryPage *self);

G_END_DECLS
