/* aether-vm-link.h - the way from a window to its machine: start, attach, display
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-client.h"
#include "aether-display-source.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_VM_LINK_OFF,          /* the machine does not run */
  AETHER_VM_LINK_STARTING,     /* we start it, or somebody else does */
  AETHER_VM_LINK_CONNECTING,   /* it runs; its picture is on the way */
  AETHER_VM_LINK_LIVE,         /* frames come, input goes */
  AETHER_VM_LINK_ELSEWHERE,    /* it runs; another window has its display, until that closes */
  AETHER_VM_LINK_BROKEN,       /* it runs; its display failed */
} AetherVmLinkState;

/**
 * AetherVmLink:
 *
 * Follows one machine from off to live and back, whoever starts and stops it.
 *
 * Property "way": how the picture comes: "memory" that the machine shares,
 * "copies" of what changed, "vnc", or "automatic", the best of these that the
 * engine has. Setting it switches while the machine runs.
 *
 * Signal "changed": any of the below, or the client's properties. Dropping
 * the link never touches the machine.
 */
#define AETHER_TYPE_VM_LINK (aether_vm_link_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmLink, aether_vm_link, AETHER, VM_LINK, GObject)

/* Attaches by itself when the machine runs, now or later. */
AetherVmLink      *aether_vm_link_new          (AetherBundle  *bundle);

AetherVmLinkState  aether_vm_link_get_state    (AetherVmLink  *self);
AetherBundle      *aether_vm_link_get_bundle   (AetherVmLink  *self);
AetherClient      *aether_vm_link_get_client   (AetherVmLink  *self);   /* (nullable) */
AetherDisplaySource *aether_vm_link_get_source (AetherVmLink  *self);   /* (nullable) */
/* (nullable): why it is off or broken, when that was nobody's wish */
const char        *aether_vm_link_get_sentence (AetherVmLink  *self);
/* (nullable): the engine's last words, when it crashed */
const char        *aether_vm_link_get_output   (AetherVmLink  *self);

/* Whether it is off because it did not start; the sentence says why */
gboolean           aether_vm_link_get_start_failed (AetherVmLink *self);
/* Whether what starts goes on from where it was suspended */
gboolean           aether_vm_link_get_resuming (AetherVmLink  *self);
void               aether_vm_link_start        (AetherVmLink  *self);
/* From elsewhere or broken: fetches the display into this window. */
void               aether_vm_link_show         (AetherVmLink  *self);
/* The display is not to be trusted any more. */
void               aether_vm_link_break        (AetherVmLink  *self,
                                                const char    *sentence);

G_END_DECLS
