/* aether-vmm-module.c - where GIO finds the engine "aether"
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vmm-engine.h"

G_MODULE_EXPORT
void
g_io_module_load (GIOModule *module)
{
  g_type_module_use (G_TYPE_MODULE (module));   /* our types are not made to be unloaded */
  g_io_extension_point_implement (AETHER_ENGINE_EXTENSION_POINT, AETHER_TYPE_VMM_ENGINE, "aether", 0);
}

G_MODULE_EXPORT
void
g_io_module_unload (GIOModule *module)
{
}

G_MODULE_EXPORT
char **
g_io_module_query (void)
{
  return g_strsplit (AETHER_ENGINE_EXTENSION_POINT, ",", -1);
}
