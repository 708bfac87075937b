/* aether-machine-facts.h - what the files of a machine say, read aside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/* One drive of the machine. */
typedef struct
{
  char    *title;     /* "Disk" or "CD drive" */
  char    *file;      /* (nullable): base name; NULL: an empty CD drive */
  char    *path;      /* (nullable): where it is */
  char    *format;    /* (nullable) */
  guint64  used;      /* bytes on this computer's disk */
  gboolean missing;   /* the file is not there */
} AetherDriveFacts;

typedef struct
{
  AetherMachine *machine;
  GPtrArray     *drives;    /* of AetherDriveFacts */
  AetherEnd      end;
  char          *sentence;  /* (nullable): how the last run ended */
} AetherMachineFacts;

void                aether_machine_facts_free        (AetherMachineFacts   *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherMachineFacts, aether_machine_facts_free)

void                aether_machine_facts_load_async  (AetherBundle         *bundle,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
/* (transfer full); the error is the sentence why the machine cannot be read */
AetherMachineFacts *aether_machine_facts_load_finish (GAsyncResult         *result,
                                                      GError              **error);

G_END_DECLS
