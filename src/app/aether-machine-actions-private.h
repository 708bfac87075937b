/* aether-machine-actions-private.h - what the files of AetherMachineActions share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-client.h"
#include "aether-machine-actions.h"

G_BEGIN_DECLS

struct _AetherMachineActions
{
  GObject             parent_instance;

  AetherLibrary      *library;
  GtkWidget          *window;       /* not owned: owns us */
  AdwToastOverlay    *toasts;       /* not owned: in the window */
  GSimpleActionGroup *group;
  GtkCustomFilter    *filter;
  GHashTable         *busy;         /* paths with a start or control under way */
  GHashTable         *deleting;     /* path -> AetherBundle whose deletion can be undone */
};

/* One request under way. */
typedef struct
{
  AetherMachineActions *self;
  AetherBundle         *bundle;
  AetherControl         control;
} AetherMachineRequest;

/* The machine is busy from one to the other */
AetherMachineRequest *_aether_machine_actions_begin       (AetherMachineActions *self,
                                                           AetherBundle         *bundle);
void                  _aether_machine_actions_end         (AetherMachineRequest *request);
void                  _aether_machine_actions_show_error  (AetherMachineActions *self,
                                                           const char           *heading,
                                                           const GError         *error,
                                                           AetherBundle         *bundle);   /* (nullable): has a log */
/* (transfer full) (nullable): whose path is @parameter: the library's own handle, so that lists follow */
AetherBundle         *_aether_machine_actions_find_bundle (AetherMachineActions *self,
                                                           GVariant             *parameter);

/* aether-machine-power.c: start, control */
void                  _aether_machine_actions_add_power   (AetherMachineActions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherMachineRequest, _aether_machine_actions_end)

G_END_DECLS
