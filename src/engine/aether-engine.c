/* aether-engine.c - what every engine can do, and finding the engines there are
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-engine.h"
#include "aether-paths.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_INTERFACE (AetherEngine, aether_engine, G_TYPE_OBJECT)

/* The plug-ins loaded so far: an engine is made once and lives as long as the process, as its
 * module does. Main thread only. */
static GHashTable *engines;        /* id -> AetherEngine */
static GHashTable *modules;        /* file name -> GIOModule, NULL when it does not load */

/* --- what an engine is that implements nothing ------------------------------ */

static const char *
default_get_title (AetherEngine *self)
{
  return aether_engine_get_id (self);
}

static void
default_probe_async (AetherEngine        *self,
                     const char          *arch,
                     gboolean             fresh,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_engine_probe_async);
  g_task_return_pointer (task, aether_capabilities_new (), g_object_unref);
}

static gboolean
default_complete_request (AetherEngine *self, AetherCreateRequest *request, GError **error)
{
  return TRUE;
}

static gboolean
default_uses (AetherEngine *self, const char *key)
{
  return TRUE;
}

static void
default_check_async (AetherEngine        *self,
                     AetherBundle        *bundle,
                     AetherMachine       *machine,
                     AetherCapabilities  *capabilities,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_engine_check_async);
  g_task_return_pointer (task, g_ptr_array_new_with_free_func (g_object_unref),
                         (GDestroyNotify) g_ptr_array_unref);
}

static AetherSession *
default_create_session (AetherEngine        *self,
                        AetherBundle        *bundle,
                        AetherMachine       *machine,
                        AetherCapabilities  *capabilities,
                        GError             **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               _("The engine “%s” cannot run machines."), aether_engine_get_title (self));
  return NULL;
}

static char **
default_dup_command (AetherEngine        *self,
                     AetherBundle        *bundle,
                     AetherMachine       *machine,
                     AetherCapabilities  *capabilities,
                     GError             **error)
{
  return NULL;
}

static void
aether_engine_default_init (AetherEngineInterface *iface)
{
  iface->get_title = default_get_title;
  iface->probe_async = default_probe_async;
  iface->complete_request = default_complete_request;
  iface->uses = default_uses;
  iface->check_async = default_check_async;
  iface->create_session = default_create_session;
  iface->dup_command = default_dup_command;
}

/* --- finding them ------------------------------------------------------------ */

static gboolean
is_module (const char *file)
{
  return g_str_has_suffix (file, ".so") || g_str_has_suffix (file, ".dylib") ||
         g_str_has_suffix (file, ".dll");
}

/* Plug-ins are called libaether-engine-ID.so (lib*.dylib, *.dll), so that a machine
 * loads its own engine alone. */
static gboolean
is_module_of (const char *file, const char *id)
{
  g_autofree char *stem = g_strdup_printf ("aether-engine-%s.", id);

  if (g_str_has_prefix (file, "lib"))
    file += strlen ("lib");

  return g_str_has_prefix (file, stem);
}

/* @id: (nullable): %NULL loads all */
static void
load_modules (const char *id)
{
  g_autofree char *folder = aether_paths_dup_engines ();
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file;

  if (!engines)
    {
      g_io_extension_point_set_required_type (g_io_extension_point_register (AETHER_ENGINE_EXTENSION_POINT),
                                              AETHER_TYPE_ENGINE);
      engines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
      modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    }

  while (dir && (file = g_dir_read_name (dir)))
    {
      g_autofree char *path = NULL;
      GIOModule *module;

      if (!is_module (file) || (id && !is_module_of (file, id)))
        continue;

      path = g_build_filename (folder, file, NULL);
      if (g_hash_table_contains (modules, path))
        continue;

      /* A module that loads stays for good, as GIO wants it. One that does not has said why on
       * stderr, and is as if it were not there. */
      module = g_io_module_new (path);
      if (!g_type_module_use (G_TYPE_MODULE (module)))
        g_clear_object (&module);
      g_hash_table_insert (modules, g_steal_pointer (&path), module);
    }
}

static AetherEngine *
get_engine (GIOExtension *extension)
{
  const char *id = g_io_extension_get_name (extension);
  AetherEngine *engine = g_hash_table_lookup (engines, id);

  if (!engine)
    {
      engine = g_object_new (g_io_extension_get_type (extension), NULL);
      g_object_set_data_full (G_OBJECT (engine), "aether-engine-id", g_strdup (id), g_free);
      g_hash_table_insert (engines, g_strdup (id), engine);
    }

  return engine;
}

/**
 * aether_engine_list:
 *
 * Loads the plug-ins on the first call. Main thread only.
 *
 * Returns: (transfer full) (element-type AetherEngine): the engines there are
 */
GPtrArray *
aether_engine_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  GIOExtensionPoint *point;

  load_modules (NULL);
  point = g_io_extension_point_lookup (AETHER_ENGINE_EXTENSION_POINT);
  for (GList *l = g_io_extension_point_get_extensions (point); l; l = l->next)
    g_ptr_array_add (list, g_object_ref (get_engine (l->data)));

  return list;
}

/**
 * aether_engine_lookup:
 * @id: as machine.json names it: "qemu"
 *
 * Loads no plug-in but that one, when it has the usual file name. Main thread only.
 *
 * Returns: (transfer full) (nullable): the engine; the error, %G_IO_ERROR_NOT_FOUND,
 *   names those there are
 */
AetherEngine *
aether_engine_lookup (const char *id, GError **error)
{
  g_autoptr(GPtrArray) all = NULL;
  g_autoptr(GString) names = NULL;
  GIOExtensionPoint *point;
  GIOExtension *extension;

  g_return_val_if_fail (id != NULL, NULL);

  load_modules (id);
  point = g_io_extension_point_lookup (AETHER_ENGINE_EXTENSION_POINT);
  if ((extension = g_io_extension_point_get_extension_by_name (point, id)))
    return g_object_ref (get_engine (extension));

  all = aether_engine_list ();
  if ((extension = g_io_extension_point_get_extension_by_name (point, id)))
    return g_object_ref (get_engine (extension));

  names = g_string_new (NULL);
  for (guint i = 0; i < all->len; i++)
    {
      /* Translators: between the names in a list */
      g_string_append (names, i > 0 ? _(", ") : "");
      g_string_append (names, aether_engine_get_id (all->pdata[i]));
    }

  if (all->len > 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("There is no engine “%s” here. Those installed are: %s."), id, names->str);
  else
    {
      g_autofree char *folder = aether_paths_dup_engines ();

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There is no engine “%s” here, nor any other: the folder “%s” holds none. "
                     "Install Aether again."), id, folder);
    }

  return NULL;
}

/* --- asking one --------------------------------------------------------------- */

const char *
aether_engine_get_id (AetherEngine *self)
{
  g_return_val_if_fail (AETHER_IS_ENGINE (self), NULL);

  return g_object_get_data (G_OBJECT (self), "aether-engine-id");
}

const char *
aether_engine_get_title (AetherEngine *self)
{
  g_return_val_if_fail (AETHER_IS_ENGINE (self), NULL);

  return AETHER_ENGINE_GET_IFACE (self)->get_title (self);
}

/**
 * aether_engine_probe_async:
 * @arch: (nullable): guests of that architecture only
 * @fresh: look again, whatever is remembered
 *
 * Finds out what the engine can do on this computer. An engine that does not
 * probe has no capabilities.
 */
void
aether_engine_probe_async (AetherEngine        *self,
                           const char          *arch,
                           gboolean             fresh,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (AETHER_IS_ENGINE (self));

  AETHER_ENGINE_GET_IFACE (self)->probe_async (self, arch, fresh, cancellable, callback, user_data);
}

/* Returns: (transfer full) */
AetherCapabilities *
aether_engine_probe_finish (AetherEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aether_engine_complete_request:
 * @request: its engine is this one
 *
 * Fills in what @request leaves open where this engine knows better than the
 * defaults of aether_create(), and refuses, with a sentence, what could never run.
 */
gboolean
aether_engine_complete_request (AetherEngine *self, AetherCreateRequest *request, GError **error)
{
  g_return_val_if_fail (AETHER_IS_ENGINE (self), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);

  return AETHER_ENGINE_GET_IFACE (self)->complete_request (self, request, error);
}

/**
 * aether_engine_uses:
 * @key: a setting, as "memory.balloon" or "displays.width"; members of lists have no index
 *
 * Returns: whether the setting means something to this engine; one that does not tell uses all
 */
gboolean
aether_engine_uses (AetherEngine *self, const char *key)
{
  g_return_val_if_fail (AETHER_IS_ENGINE (self), TRUE);
  g_return_val_if_fail (key != NULL, TRUE);

  return AETHER_ENGINE_GET_IFACE (self)->uses (self, key);
}

/**
 * aether_engine_check_async:
 *
 * Looks for what stands in the way of @machine, or should be known before it starts.
 */
void
aether_engine_check_async (AetherEngine        *self,
                           AetherBundle        *bundle,
                           AetherMachine       *machine,
                           AetherCapabilities  *capabilities,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (AETHER_IS_ENGINE (self));

  AETHER_ENGINE_GET_IFACE (self)->check_async (self, bundle, machine, capabilities, cancellable, callback, user_data);
}

/* Returns: (transfer full) (element-type AetherFinding) */
GPtrArray *
aether_engine_check_finish (AetherEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Returns: (transfer full): one run of @machine, not started yet */
AetherSession *
aether_engine_create_session (AetherEngine        *self,
                              AetherBundle        *bundle,
                              AetherMachine       *machine,
                              AetherCapabilities  *capabilities,
                              GError             **error)
{
  g_return_val_if_fail (AETHER_IS_ENGINE (self), NULL);

  return AETHER_ENGINE_GET_IFACE (self)->create_session (self, bundle, machine, capabilities, error);
}

/**
 * aether_engine_dup_command:
 *
 * Returns: (transfer full) (nullable): the command it would run, for people to
 *   read; %NULL without an error when there is none
 */
char **
aether_engine_dup_command (AetherEngine        *self,
                           AetherBundle        *bundle,
                           AetherMachine       *machine,
                           AetherCapabilities  *capabilities,
                           GError             **error)
{
  g_return_val_if_fail (AETHER_IS_ENGINE (self), NULL);

  return AETHER_ENGINE_GET_IFACE (self)->dup_command (self, bundle, machine, capabilities, error);
}
