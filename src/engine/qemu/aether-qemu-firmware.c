/* aether-qemu-firmware.c - UEFI images, by their descriptors (docs/interop/firmware.json of QEMU)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-firmware.h"

#include "aether-json.h"
#include "aether-store.h"

#include <string.h>

/* Real ones have 1 KB. */
#define DESCRIPTOR_MAX (256 * 1024)
#define DESCRIPTORS_MAX 256

void
aether_qemu_firmware_free (AetherQemuFirmware *firmware)
{
  g_free (firmware->code);
  g_free (firmware->code_format);
  g_free (firmware->vars);
  g_free (firmware->vars_format);
  g_free (firmware);
}

/* --- one descriptor ------------------------------------------------------ */

static const char *
get_string (JsonObject *object, const char *name)
{
  const char *text = aether_json_get_string (object, name);

  return text ? text : "";
}

static const char *
get_element (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  const char *text = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

  return text ? text : "";
}

static gboolean
array_has (JsonArray *array, const char *text)
{
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    if (g_str_equal (get_element (array, i), text))
      return TRUE;

  return FALSE;
}

static gboolean
fits_machine (JsonArray *targets, const char *arch, const char *machine)
{
  for (guint i = 0; targets && i < json_array_get_length (targets); i++)
    {
      JsonNode *node = json_array_get_element (targets, i);
      JsonObject *target = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonArray *machines = aether_json_get_array (target, "machines");

      if (!g_str_equal (get_string (target, "architecture"), arch))
        continue;
      for (guint j = 0; machines && j < json_array_get_length (machines); j++)
        if (g_pattern_match_simple (get_element (machines, j), machine))
          return TRUE;
    }

  return FALSE;
}

/**
 * aether_qemu_firmware_parse:
 * @data: (array length=length): a descriptor
 * @arch: as "x86_64"
 * @machine: versioned machine type as "pc-q35-10.0"
 *
 * Returns: (transfer full) (nullable): the firmware that @data describes when it
 *   is UEFI in flash with variables of its own and without Secure Boot, which
 *   would refuse systems that the user wants to start
 */
AetherQemuFirmware *
aether_qemu_firmware_parse (const char *data, gsize length, const char *arch, const char *machine)
{
  g_autoptr(JsonNode) root = aether_json_parse (data, length, NULL);
  JsonObject *object = root ? json_node_get_object (root) : NULL;
  JsonObject *mapping = aether_json_get_object (object, "mapping");
  JsonObject *code = aether_json_get_object (mapping, "executable");
  JsonObject *vars = aether_json_get_object (mapping, "nvram-template");
  JsonArray *features = aether_json_get_array (object, "features");
  const char *mode = get_string (mapping, "mode");
  AetherQemuFirmware *firmware;

  if (code == NULL || vars == NULL ||
      !array_has (aether_json_get_array (object, "interface-types"), "uefi") ||
      !g_str_equal (get_string (mapping, "device"), "flash") ||
      !(*mode == '\0' || g_str_equal (mode, "split")) ||
      array_has (features, "secure-boot") || array_has (features, "requires-smm") ||
      array_has (features, "enrolled-keys") ||
      !g_path_is_absolute (get_string (code, "filename")) || !g_path_is_absolute (get_string (vars, "filename")) ||
      !fits_machine (aether_json_get_array (object, "targets"), arch, machine))
    return NULL;

  firmware = g_new0 (AetherQemuFirmware, 1);
  firmware->code = g_strdup (get_string (code, "filename"));
  firmware->code_format = g_strdup (get_string (code, "format"));
  firmware->vars = g_strdup (get_string (vars, "filename"));
  firmware->vars_format = g_strdup (get_string (vars, "format"));

  return firmware;
}

/* --- all of them --------------------------------------------------------- */

/**
 * aether_qemu_firmware_list_folders:
 *
 * Returns: (transfer full): where descriptors lie; a file in an earlier folder
 *   hides those of the same name in later ones
 */
char **
aether_qemu_firmware_list_folders (void)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_take (builder, g_build_filename (g_get_user_config_dir (), "qemu", "firmware", NULL));
  g_strv_builder_add (builder, "/etc/qemu/firmware");
  for (const char * const *data = g_get_system_data_dirs (); *data; data++)
    g_strv_builder_take (builder, g_build_filename (*data, "qemu", "firmware", NULL));
  g_strv_builder_add (builder, "/usr/share/qemu/firmware");

  return g_strv_builder_end (builder);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char **) a, *(const char **) b);
}

/* Names of descriptors -> the folder each is read from, in order of name */
static GPtrArray *
list_descriptors (const char * const *folders, GHashTable *paths)
{
  GPtrArray *names = g_ptr_array_new ();

  for (; *folders; folders++)
    {
      g_autoptr(GDir) dir = g_dir_open (*folders, 0, NULL);
      const char *name;

      while (dir && names->len < DESCRIPTORS_MAX && (name = g_dir_read_name (dir)))
        {
          char *key;

          if (!g_str_has_suffix (name, ".json") || g_hash_table_contains (paths, name))
            continue;
          key = g_strdup (name);
          g_hash_table_insert (paths, key, g_build_filename (*folders, name, NULL));
          g_ptr_array_add (names, key);
        }
    }
  g_ptr_array_sort (names, compare_names);

  return names;
}

static AetherQemuFirmware *
read_descriptor (const char *path, const char *arch, const char *machine)
{
  gsize length;
  g_autofree char *data = aether_store_read (path, DESCRIPTOR_MAX, &length, NULL);

  /* An empty file hides what it is named after */
  return data ? aether_qemu_firmware_parse (data, length, arch, machine) : NULL;
}

/**
 * aether_qemu_firmware_find:
 *
 * Returns: (transfer full) (nullable): the first firmware whose files exist
 */
AetherQemuFirmware *
aether_qemu_firmware_find (const char * const *folders, const char *arch, const char *machine)
{
  g_autoptr(GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GPtrArray) names = list_descriptors (folders, paths);

  for (guint i = 0; i < names->len; i++)
    {
      const char *path = g_hash_table_lookup (paths, names->pdata[i]);
      g_autoptr(AetherQemuFirmware) firmware = read_descriptor (path, arch, machine);

      if (firmware &&
          g_file_test (firmware->code, G_FILE_TEST_IS_REGULAR) && g_file_test (firmware->vars, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&firmware);
    }

  return NULL;
}
