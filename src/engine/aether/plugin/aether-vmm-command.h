/* aether-vmm-command.h - the command line of a machine's aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"

G_BEGIN_DECLS

/* The descriptors the child gets */
#define AETHER_VMM_FD_CONTROL 3
#define AETHER_VMM_FD_CONSOLE 4

#define AETHER_VMM_MEMORY_MIN 2      /* MiB */
#define AETHER_VMM_MEMORY_MAX 3072   /* MiB */

/* aether-vmm; $AETHER_VMM_PROGRAM when set */
char          *aether_vmm_command_dup_program (void);

/* Absolute path of the Aether image of @machine; NULL when it names none */
char          *aether_vmm_command_dup_image   (AetherMachine       *machine,
                                               AetherBundle        *bundle);

/* (transfer none) (nullable): the first disk; the first network card that is connected */
AetherDrive   *aether_vmm_command_get_disk    (AetherMachine       *machine);
AetherNetwork *aether_vmm_command_get_network (AetherMachine       *machine);
/* Of this computer, where @forward listens */
const char    *aether_vmm_command_get_address (AetherPortForward   *forward);
gboolean       aether_vmm_command_has_display (AetherMachine       *machine);
/* MiB that the guest gets */
guint          aether_vmm_command_get_memory  (AetherMachine       *machine);

GStrv          aether_vmm_command_build       (AetherMachine       *machine,
                                               AetherBundle        *bundle,
                                               AetherCapabilities  *capabilities,
                                               GError             **error);

G_END_DECLS
