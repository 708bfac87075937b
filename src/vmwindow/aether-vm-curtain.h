/* aether-vm-curtain.h - in front of a picture that is not live: why, and what to do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * AetherVmCurtainText:
 * @icon: (nullable): %NULL: a spinner, something is under way
 * @button: (nullable): the one thing to do
 * @action: its action
 * @progress: (nullable): how far it is, in words
 * @fraction: the same, from 0 to 1
 * @details: (nullable): the other thing
 * @details_action: its action
 *
 * What a curtain says. Already translated.
 */
typedef struct
{
  const char *icon;
  const char *title;
  const char *description;   /* (nullable) */
  const char *button;
  const char *action;
  const char *progress;
  double      fraction;
  const char *details;
  const char *details_action;
} AetherVmCurtainText;

#define AETHER_TYPE_VM_CURTAIN (aether_vm_curtain_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmCurtain, aether_vm_curtain, AETHER, VM_CURTAIN, AdwBin)

void aether_vm_curtain_draw (AetherVmCurtain           *self,
                             const AetherVmCurtainText *text);
void aether_vm_curtain_open (AetherVmCurtain           *self);

G_END_DECLS
