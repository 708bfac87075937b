/* aether-client-private.h - what starting and attaching share with the client
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-client.h"
#include "aether-machine1.h"

G_BEGIN_DECLS

struct _AetherClient
{
  GObject          parent_instance;

  AetherMachine1  *machine;
  GDBusConnection *connection;

  GStrv            channels;
  gboolean         closed;
  gboolean         has_end;
  AetherEnd        end;
  char            *end_sentence;
};

/* @machine: its properties are loaded */
AetherClient *aether_client_new (AetherMachine1 *machine);

G_END_DECLS
