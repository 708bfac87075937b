/* aether-engine.h - what every engine can do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-capabilities.h"
#include "aether-create.h"
#include "aether-finding.h"
#include "aether-session.h"

G_BEGIN_DECLS

#define AETHER_ENGINE_EXTENSION_POINT "aether-engine"

/**
 * AetherEngine:
 *
 * Runs machines. An engine is a GIO module in the engines folder that
 * implements #AETHER_ENGINE_EXTENSION_POINT under its id ("qemu"). Nothing
 * above this interface asks which engine it has.
 */
#define AETHER_TYPE_ENGINE (aether_engine_get_type ())
G_DECLARE_INTERFACE (AetherEngine, aether_engine, AETHER, ENGINE, GObject)

struct _AetherEngineInterface
{
  GTypeInterface parent_iface;

  /* Each has a default, of an engine that knows and needs nothing, and runs no machine. What is
   * async returns by a GTask of @self. */
  const char         *(*get_title)      (AetherEngine         *self);

  /* AetherCapabilities: what it can do for guests of @arch (NULL: of all it knows), found by trying.
   * They may come from a cache that is renewed when programs, kernel or permissions changed. */
  void                (*probe_async)    (AetherEngine         *self,
                                         const char           *arch,
                                         gboolean              fresh,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);

  /* Fills in what @request leaves open as suits this engine, and refuses what could never run. Looks
   * at files that @request names. */
  gboolean            (*complete_request) (AetherEngine        *self,
                                         AetherCreateRequest  *request,
                                         GError              **error);

  /* Whether it makes use of the setting @key, as "cpu.count" or, for all of a part, "qemu" */
  gboolean            (*uses)           (AetherEngine         *self,
                                         const char           *key);

  /* What stands in the way of @machine, or should be known: GPtrArray of AetherFinding. */
  void                (*check_async)    (AetherEngine         *self,
                                         AetherBundle         *bundle,
                                         AetherMachine        *machine,
                                         AetherCapabilities   *capabilities,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);

  /* One run of a machine, not started yet. */
  AetherSession      *(*create_session) (AetherEngine         *self,
                                         AetherBundle         *bundle,
                                         AetherMachine        *machine,
                                         AetherCapabilities   *capabilities,
                                         GError              **error);

  /* The command it would run, for people to read; NULL when there is none. */
  char              **(*dup_command)    (AetherEngine         *self,
                                         AetherBundle         *bundle,
                                         AetherMachine        *machine,
                                         AetherCapabilities   *capabilities,
                                         GError              **error);
};

/* Loads the plug-ins once. Returns: (transfer full) (element-type AetherEngine) */
GPtrArray          *aether_engine_list           (void);
/* (transfer full) (nullable); the error names the engines there are */
AetherEngine       *aether_engine_lookup         (const char *id, GError **error);

const char         *aether_engine_get_id         (AetherEngine         *self);
const char         *aether_engine_get_title      (AetherEngine         *self);
void                aether_engine_probe_async    (AetherEngine         *self,
                                                  const char           *arch,
                                                  gboolean              fresh,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
AetherCapabilities *aether_engine_probe_finish   (AetherEngine         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
gboolean            aether_engine_complete_request (AetherEngine       *self,
                                                  AetherCreateRequest  *request,
                                                  GError              **error);
gboolean            aether_engine_uses           (AetherEngine         *self,
                                                  const char           *key);
void                aether_engine_check_async    (AetherEngine         *self,
                                                  AetherBundle         *bundle,
                                                  AetherMachine        *machine,
                                                  AetherCapabilities   *capabilities,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
GPtrArray          *aether_engine_check_finish   (AetherEngine         *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
AetherSession      *aether_engine_create_session (AetherEngine         *self,
                                                  AetherBundle         *bundle,
                                                  AetherMachine        *machine,
                                                  AetherCapabilities   *capabilities,
                                                  GError              **error);
char              **aether_engine_dup_command    (AetherEngine         *self,
                                                  AetherBundle         *bundle,
                                                  AetherMachine        *machine,
                                                  AetherCapabilities   *capabilities,
                                                  GError              **error);

G_END_DECLS
