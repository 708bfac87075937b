/* aether-qemu-engine.c - runs machines in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-engine.h"

#include "aether-qemu-check.h"
#include "aether-qemu-command.h"
#include "aether-qemu-probe.h"
#include "aether-qemu-session.h"

struct _AetherQemuEngine
{
  GObject parent_instance;
};

static void aether_qemu_engine_iface_init (AetherEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AetherQemuEngine, aether_qemu_engine, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AETHER_TYPE_ENGINE, aether_qemu_engine_iface_init))

static const char *
aether_qemu_engine_get_title (AetherEngine *engine)
{
  return "QEMU";
}

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  AetherCapabilities *capabilities = aether_qemu_probe_finish (result, &error);

  if (capabilities)
    g_task_return_pointer (task, capabilities, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
aether_qemu_engine_probe_async (AetherEngine        *engine,
                                const char          *arch,
                                gboolean             fresh,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (engine, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_qemu_engine_probe_async);
  aether_qemu_probe_async (arch, fresh, cancellable, probed_cb, g_steal_pointer (&task));
}

static void
aether_qemu_engine_check_async (AetherEngine        *engine,
                                AetherBundle        *bundle,
                                AetherMachine       *machine,
                                AetherCapabilities  *capabilities,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (engine, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_qemu_engine_check_async);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, aether_qemu_check (bundle, machine, capabilities),
                           (GDestroyNotify) g_ptr_array_unref);
}

static AetherSession *
aether_qemu_engine_create_session (AetherEngine        *engine,
                                   AetherBundle        *bundle,
                                   AetherMachine       *machine,
                                   AetherCapabilities  *capabilities,
                                   GError             **error)
{
  return aether_qemu_session_new (bundle, machine, capabilities);
}

static char **
aether_qemu_engine_dup_command (AetherEngine        *engine,
                                AetherBundle        *bundle,
                                AetherMachine       *machine,
                                AetherCapabilities  *capabilities,
                                GError             **error)
{
  const char *reason;

  return aether_qemu_command_build (machine, bundle, capabilities,
                                    aether_qemu_command_accelerator (machine, capabilities, &reason), error);
}

/* All but the options of another engine */
static gboolean
aether_qemu_engine_uses (AetherEngine *engine, const char *key)
{
  return !g_str_equal (key, "aether") && !g_str_has_prefix (key, "aether.");
}

static void
aether_qemu_engine_iface_init (AetherEngineInterface *iface)
{
  iface->get_title = aether_qemu_engine_get_title;
  iface->probe_async = aether_qemu_engine_probe_async;
  iface->uses = aether_qemu_engine_uses;
  iface->check_async = aether_qemu_engine_check_async;
  iface->create_session = aether_qemu_engine_create_session;
  iface->dup_command = aether_qemu_engine_dup_command;
}

static void
aether_qemu_engine_class_init (AetherQemuEngineClass *klass)
{
}

static void
aether_qemu_engine_init (AetherQemuEngine *self)
{
}
