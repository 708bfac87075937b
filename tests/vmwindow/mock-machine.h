/* mock-machine.h - org.aether.Machine1 in this process: a machine without an engine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "mock-display.h"

G_BEGIN_DECLS

/* Where the real one listens, with the real locks and records: AetherBundle
 * and AetherClient cannot tell the difference. */
typedef struct _MockMachine MockMachine;

/* Runs from now on. @finding: (nullable): something to know about it */
MockMachine *mock_machine_new             (AetherBundle *bundle, const char *finding);
/* Ends as @end with the engine's @output; frees. */
void         mock_machine_end             (MockMachine *self, AetherEnd end, const char *sentence,
                                           const char *output);

/* OpenDisplay and TypeTextInLayout are never answered. */
void         mock_machine_set_mute        (MockMachine *self, gboolean mute);
/* OpenDisplay gives the socket to @func instead of a mock display; @func takes the fd */
typedef void (*MockMachineDisplay) (int fd, gpointer user_data);
void         mock_machine_set_display     (MockMachine *self, MockMachineDisplay func,
                                           gpointer user_data);
/* OpenDisplay is not supported, as of a QEMU without its D-Bus display */
void         mock_machine_set_only_vnc    (MockMachine *self, gboolean only_vnc);
guint        mock_machine_get_n_vncs      (MockMachine *self);
/* Its VNC servers hang up */
void         mock_machine_end_vnc         (MockMachine *self);
/* (nullable): what the newest OpenDisplay got */
MockDisplay *mock_machine_get_display     (MockMachine *self);
guint        mock_machine_get_n_displays  (MockMachine *self);
/* DisplayTaken, as OpenDisplay does not set it here */
void         mock_machine_set_taken       (MockMachine *self, gboolean taken);
/* Verbs of Control, keys of SendKeys and "LAYOUT:TEXT", each followed by a space */
const char  *mock_machine_get_calls       (MockMachine *self);
void         mock_machine_panic           (MockMachine *self, const char *sentence);
void         mock_machine_disk_full       (MockMachine *self);
void         mock_machine_happened        (MockMachine *self, const char *kind, const char *subject);
void         mock_machine_set_agent       (MockMachine *self, gboolean agent);

G_END_DECLS
