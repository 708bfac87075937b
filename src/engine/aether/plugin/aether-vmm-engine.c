/* aether-vmm-engine.c - runs machines in aether-vmm
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-engine.h"

#include "aether-vmm-check.h"
#include "aether-vmm-command.h"
#include "aether-vmm-probe.h"
#include "aether-vmm-request.h"
#include "aether-vmm-session.h"

struct _AetherVmmEngine
{
  GObject parent_instance;
};

static void aether_vmm_engine_iface_init (AetherEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherVmmEngine, aether_vmm_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_ENGINE, aether_vmm_engine_iface_init))

static const char *
aether_vmm_engine_get_title (AetherEngine *engine)
{
  return "Aether";
}

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  AetherCapabilities *capabilities = aether_vmm_probe_finish (result, &error);

  if (capabilities)
    g_task_return_pointer (task, capabilities, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
aether_vmm_engine_probe_async (AetherEngine        *engine,
                               const char          *arch,
                               gboolean             fresh,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (engine, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vmm_engine_probe_async);
  aether_vmm_probe_async (fresh, cancellable, probed_cb, g_steal_pointer (&task));
}

static gboolean
aether_vmm_engine_complete_request (AetherEngine *engine, AetherCreateRequest *request, GError **error)
{
  return aether_vmm_request_complete (request, error);
}

static gboolean
aether_vmm_engine_uses (AetherEngine *engine, const char *key)
{
  return aether_vmm_request_uses (key);
}

/* The image is small and local */
static void
aether_vmm_engine_check_async (AetherEngine        *engine,
                               AetherBundle        *bundle,
                               AetherMachine       *machine,
                               AetherCapabilities  *capabilities,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (engine, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_vmm_engine_check_async);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, aether_vmm_check (bundle, machine, capabilities),
                           (GDestroyNotify) g_ptr_array_unref);
}

static AetherSession *
aether_vmm_engine_create_session (AetherEngine        *engine,
                                  AetherBundle        *bundle,
                                  AetherMachine       *machine,
                                  AetherCapabilities  *capabilities,
                                  GError             **error)
{
  return aether_vmm_session_new (bundle, machine, capabilities);
}

static char **
aether_vmm_engine_dup_command (AetherEngine        *engine,
                               AetherBundle        *bundle,
                               AetherMachine       *machine,
                               AetherCapabilities  *capabilities,
                               GError             **error)
{
  return aether_vmm_command_build (machine, bundle, capabilities, error);
}

static void
aether_vmm_engine_iface_init (AetherEngineInterface *iface)
{
  iface->get_title = aether_vmm_engine_get_title;
  iface->probe_async = aether_vmm_engine_probe_async;
  iface->complete_request = aether_vmm_engine_complete_request;
  iface->uses = aether_vmm_engine_uses;
  iface->check_async = aether_vmm_engine_check_async;
  iface->create_session = aether_vmm_engine_create_session;
  iface->dup_command = aether_vmm_engine_dup_command;
}

static void
aether_vmm_engine_class_init (AetherVmmEngineClass *klass)
{
}

static void
aether_vmm_engine_init (AetherVmmEngine *self)
{
}
