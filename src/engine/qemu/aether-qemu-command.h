/* aether-qemu-command.h - the command line of QEMU for a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"

G_BEGIN_DECLS

/* File descriptors that QEMU finds open: one end each of a socket pair. */
#define AETHER_QEMU_FD_QMP        3
#define AETHER_QEMU_FD_AGENT      4
#define AETHER_QEMU_FD_SERIAL(n) (5 + (n))

/* The chardev of the clipboard, and what it is while the state is saved or loaded */
#define AETHER_QEMU_CLIPBOARD "clipboard"

char      **aether_qemu_command_build       (AetherMachine       *machine,
                                             AetherBundle        *bundle,
                                             AetherCapabilities  *capabilities,
                                             const char          *accelerator,
                                             GError             **error);

/* Makes a command of aether_qemu_command_build() wait for a saved state, without what that cannot hold. */
char      **aether_qemu_command_make_incoming (char             **argv);
/* What of it a saved state hangs on: arguments, each as "-flag value". @bundle_path: is left out of them */
char      **aether_qemu_command_list_hardware (const char * const *argv,
                                             const char          *bundle_path);

const char *aether_qemu_command_accelerator (AetherMachine       *machine,
                                             AetherCapabilities  *capabilities,
                                             const char         **reason);

gboolean    aether_qemu_command_is_id       (const char          *text);
gboolean    aether_qemu_command_has_display (AetherMachine       *machine,
                                             AetherCapabilities  *capabilities);
gboolean    aether_qemu_command_has_sound (AetherMachine       *machine,
                                             AetherCapabilities  *capabilities);
gboolean    aether_qemu_command_has_vnc (AetherMachine       *machine,
                                             AetherCapabilities  *capabilities);
gboolean    aether_qemu_command_has_clipboard (AetherMachine     *machine,
                                             AetherCapabilities  *capabilities);
gboolean    aether_qemu_command_is_x86      (AetherMachine       *machine);

G_END_DECLS
