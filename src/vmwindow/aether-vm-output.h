/* aether-vm-output.h - the last lines an engine wrote, for those who want them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define AETHER_TYPE_VM_OUTPUT (aether_vm_output_get_type ())
G_DECLARE_FINAL_TYPE (AetherVmOutput, aether_vm_output, AETHER, VM_OUTPUT, AdwDialog)

/* @output: from a program: any bytes */
AdwDialog *aether_vm_output_new (const char *output);

G_END_DECLS
