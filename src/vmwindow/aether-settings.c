/* aether-settings.c - what the application remembers between runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-settings.h"

#define SCHEMA "org.aether.Aether"

GSettings *
aether_settings_new_at (const char *schema_id, const char *path)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr(GSettingsSchema) schema = NULL;

  /* g_settings_new() would abort */
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, schema_id, TRUE);

  return schema != NULL ? g_settings_new_full (schema, NULL, path) : NULL;
}

GSettings *
aether_settings_new (void)
{
  return aether_settings_new_at (SCHEMA, NULL);
}
