/* rig.h - real QEMUs for tests: what they need, and waiting for them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"
#include "aether-session.h"

/* Folders of this test's own for cache, data and so on. To be called first in main(). */
void                rig_init          (void);

/* A bundle with @machine saved in it, in a temporary folder */
AetherBundle       *rig_bundle        (AetherMachine *machine);

/* Probed once for each @arch; NULL, and the test skipped, when there is no QEMU for it */
AetherCapabilities *rig_capabilities  (const char *arch);

/* A session with what it said */
typedef struct
{
  AetherSession *session;
  GString       *log;
  GString       *serial;
  GPtrArray     *findings;
  guint          n_ended;
  AetherEnd      end;
  char          *sentence;
  char          *output;
} Rig;

Rig                *rig_new           (AetherBundle *bundle, AetherMachine *machine, AetherCapabilities *capabilities);
void                rig_free          (Rig *rig);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

/* Each waits for the operation. Errors as of aether_session_finish() */
gboolean            rig_start         (Rig *rig, GError **error);
gboolean            rig_control       (Rig *rig, AetherControl control, GError **error);
void                rig_wait_state    (Rig *rig, AetherState state);
void                rig_wait_ended    (Rig *rig);
gboolean            rig_wait_serial   (Rig *rig, const char *text, guint seconds);
void                rig_spin          (guint milliseconds);
GAsyncResult       *rig_wait_result   (GAsyncResult **result);
void                rig_result_cb     (GObject *object, GAsyncResult *result, gpointer user_data);
