/* aether-wizard-page.h - one question of the wizard that makes a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-cost.h"

G_BEGIN_DECLS

/**
 * AetherWizardPage:
 *
 * Its template has a button that is bound to the properties "ready" (there is an answer) and
 * "next-label", and calls aether_wizard_page_next(). Signals: "next"; "changed": the draft is another.
 */
#define AETHER_TYPE_WIZARD_PAGE (aether_wizard_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (AetherWizardPage, aether_wizard_page, AETHER, WIZARD_PAGE, AdwNavigationPage)

struct _AetherWizardPageClass
{
  AdwNavigationPageClass parent_class;

  /* Shows what the draft says, or what there is to be had of this computer. Changes of widgets in it
   * are not the user's: see aether_wizard_page_is_filling(). */
  void (*fill) (AetherWizardPage *self,
                AetherDraft      *draft);
};

/* For class_init: the button and its callback. */
void         aether_wizard_page_class_bind     (GtkWidgetClass       *widget_class);

void         aether_wizard_page_set_draft      (AetherWizardPage     *self,
                                                AetherDraft          *draft);
/* (transfer none) (nullable): NULL before there is one */
AetherDraft *aether_wizard_page_get_draft      (AetherWizardPage     *self);
void         aether_wizard_page_set_host       (AetherWizardPage     *self,
                                                const AetherCostHost *host);
const AetherCostHost *aether_wizard_page_get_host (AetherWizardPage  *self);

void         aether_wizard_page_fill           (AetherWizardPage     *self);
gboolean     aether_wizard_page_is_filling     (AetherWizardPage     *self);
void         aether_wizard_page_changed        (AetherWizardPage     *self);
void         aether_wizard_page_next           (AetherWizardPage     *self);
GtkWidget   *aether_wizard_page_get_button     (AetherWizardPage     *self);
void         aether_wizard_page_set_ready      (AetherWizardPage     *self,
                                                gboolean              ready);

/* A sentence below a group, hidden while it is NULL. */
void         aether_wizard_page_say            (GtkLabel             *label,
                                                const char           *text);

G_END_DECLS
