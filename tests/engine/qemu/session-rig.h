/* session-rig.h - machines that run in the real QEMU, or in a script in its place
 *
 * Most have nothing but their firmware, which is enough to be paused, drawn,
 * killed and so on.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "rig.h"

/* A small machine that emulates, whatever this computer can do */
AetherMachine *rig_machine            (const char *arch);
/* NULL, and the test skipped, when there is no QEMU for it */
Rig           *rig_of_machine         (AetherMachine *machine);
/* A running x86_64 machine, or NULL and the test skipped */
Rig           *rig_running            (void);
void           rig_force_off          (Rig *rig);

/* Returns: a memory file, -1 with @error */
int            rig_screenshot         (Rig *rig, guint display, GError **error);
/* A PNG, and more than a blank one */
void           rig_assert_png         (int fd);
void           rig_write_serial       (Rig *rig, const char *text);
void           rig_type_text          (Rig *rig, const char *text);

/* A program in QEMU's place */
void           rig_set_qemu           (AetherCapabilities *capabilities, const char *script);
Rig           *rig_fake               (const char *script);
/* What a script says that greets as QEMU does, and one that then runs */
#define RIG_GREETS \
  "echo '{\"QMP\": {}}' >&3\nread x <&3\necho '{\"return\": {}, \"id\": 1}' >&3\nread x <&3\n"
#define RIG_RUNS \
  RIG_GREETS "echo '{\"event\": \"RESUME\"}' >&3\necho '{\"return\": {}, \"id\": 2}' >&3\nread x <&3\n" \
  "echo '{\"return\": {\"status\": \"running\"}, \"id\": 3}' >&3\n"

void           rig_assert_start_fails (Rig *rig, const char *words);
