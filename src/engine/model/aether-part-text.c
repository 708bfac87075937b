/* aether-part-text.c - a setting from a line typed by a person
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-part-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
unknown_key (AetherPart *self, const char *key, GError **error)
{
  AetherPartClass *klass = AETHER_PART_GET_CLASS (self);
  g_autoptr(GString) known = g_string_new (NULL);

  for (guint i = 0; i < klass->n_fields; i++)
    g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ", klass->fields[i].name);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("There is no setting “%s” here. There are: %s."), key, known->str);
  return FALSE;
}

static gboolean
set_number (AetherPart *self, const AetherField *field, const char *path, const char *value, GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, field->min, field->max, &number, NULL))
    return _aether_part_wrong_value (field, path, error);

  g_object_set (self, field->name, (guint) number, NULL);
  return TRUE;
}

static gboolean
set_boolean (AetherPart *self, const AetherField *field, const char *path, const char *value, GError **error)
{
  static const char * const yes[] = { "true", "yes", "on", "1", NULL };
  static const char * const no[] = { "false", "no", "off", "0", NULL };
  gboolean on = g_strv_contains (yes, value);

  if (!on && !g_strv_contains (no, value))
    return _aether_part_wrong_value (field, path, error);

  g_object_set (self, field->name, on, NULL);
  return TRUE;
}

static gboolean
set_from_json (AetherPart *self, const AetherField *field, const char *path, const char *value, GError **error)
{
  g_autoptr(JsonNode) node = json_from_string (value, NULL);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return _aether_part_wrong_value (field, path, error);

  return _aether_part_load_field (self, field, node, path, error);
}

static gboolean
append_item (AetherPart *self, const AetherField *field, const char *path, const char *value, GError **error)
{
  if (field->kind == AETHER_FIELD_KIND_STRV)
    {
      g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
      g_auto(GStrv) strv = NULL;

      if (g_strv_length (AETHER_PART_MEMBER (GStrv, self, field)) >= _aether_part_field_limit (field))
        return _aether_part_wrong_value (field, path, error);

      g_strv_builder_addv (builder, (const char **) AETHER_PART_MEMBER (GStrv, self, field));
      g_strv_builder_add (builder, value);
      strv = g_strv_builder_end (builder);
      g_object_set (self, field->name, strv, NULL);
      return TRUE;
    }

  if (field->kind == AETHER_FIELD_KIND_LIST)
    {
      GListStore *store = AETHER_PART_MEMBER (GListStore *, self, field);
      g_autoptr(JsonNode) node = *value ? json_from_string (value, NULL) : json_from_string ("{}", NULL);
      g_autoptr(AetherPart) part = g_object_new (field->type (), NULL);

      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” takes a JSON object, as {\"key\": \"value\"}"), path);
          return FALSE;
        }
      if (g_list_model_get_n_items (G_LIST_MODEL (store)) >= _aether_part_field_limit (field))
        return _aether_part_wrong_value (field, path, error);
      if (!aether_part_load (part, json_node_get_object (node), path, error))
        return FALSE;

      g_list_store_append (store, part);
      return TRUE;
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("“%s” holds one value; nothing can be added to it"), path);
  return FALSE;
}

static gboolean set_at (AetherPart *self, const char *path, const char *whole, const char *value, GError **error);

static gboolean
set_list_item (AetherPart         *self,
               const AetherField  *field,
               const char         *rest,
               const char         *whole,
               const char         *value,
               GError            **error)
{
  GListStore *store = AETHER_PART_MEMBER (GListStore *, self, field);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  const char *dot = strchr (rest, '.');
  g_autofree char *number = dot ? g_strndup (rest, dot - rest) : g_strdup (rest);
  g_autoptr(AetherPart) part = NULL;
  guint64 index;

  if (n == 0 || !g_ascii_string_to_unsigned (number, 10, 0, n - 1, &index, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” has no entry “%s”; it has %u, counted from 0"), field->name, number, n);
      return FALSE;
    }

  if (dot == NULL)
    {
      if (strcmp (value, "null") != 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” is a whole entry: name one of its settings, as %s.KEY, or set it to null to remove it"),
                       whole, whole);
          return FALSE;
        }
      g_list_store_remove (store, (guint) index);
      return TRUE;
    }

  part = g_list_model_get_item (G_LIST_MODEL (store), (guint) index);
  return set_at (part, dot + 1, whole, value, error);
}

static gboolean
set_at (AetherPart *self, const char *path, const char *whole, const char *value, GError **error)
{
  const char *dot;
  g_autofree char *key = NULL;
  const AetherField *field;
  gboolean append;

  dot = strchr (path, '.');
  key = dot ? g_strndup (path, dot - path) : g_strdup (path);
  append = dot == NULL && g_str_has_suffix (key, "+");
  if (append)
    key[strlen (key) - 1] = '\0';

  field = _aether_part_find_field (self, key);
  if (field == NULL)
    return unknown_key (self, key, error);
  if (append)
    return append_item (self, field, whole, value, error);

  if (dot != NULL)
    {
      if (field->kind == AETHER_FIELD_KIND_PART)
        return set_at (AETHER_PART_MEMBER (AetherPart *, self, field), dot + 1, whole, value, error);
      if (field->kind == AETHER_FIELD_KIND_LIST)
        return set_list_item (self, field, dot + 1, whole, value, error);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” holds one value; there is nothing below it"), key);
      return FALSE;
    }

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN: return set_boolean (self, field, whole, value, error);
    case AETHER_FIELD_KIND_UINT: return set_number (self, field, whole, value, error);
    case AETHER_FIELD_KIND_ENUM: return _aether_part_load_enum (self, field, value, whole, error);
    case AETHER_FIELD_KIND_STRING:
      if (strlen (value) > _aether_part_field_limit (field))
        return _aether_part_wrong_value (field, whole, error);
      _aether_part_set_string (self, field, value);
      return TRUE;
    case AETHER_FIELD_KIND_STRV:
    case AETHER_FIELD_KIND_PART:
    case AETHER_FIELD_KIND_LIST: return set_from_json (self, field, whole, value, error);
    default: g_assert_not_reached ();
    }
}

/**
 * aether_part_set_from_string:
 * @path: "memory.size", "drives.0.interface"; a trailing "+" adds to a list
 * @value: as a person types it. A boolean may be yes/no/on/off, a list is JSON, an empty
 *   text unsets a string, and null as the value of a list's entry removes the entry
 *
 * Sets one field of the part or of a part below it. Fails with
 * %G_IO_ERROR_INVALID_ARGUMENT or %G_IO_ERROR_INVALID_DATA and a sentence that
 * says which keys or values there are; nothing is changed then, but for a JSON
 * object, which may be half set: work on a copy.
 */
gboolean
aether_part_set_from_string (AetherPart *self, const char *path, const char *value, GError **error)
{
  g_return_val_if_fail (AETHER_IS_PART (self), FALSE);
  g_return_val_if_fail (path != NULL && value != NULL, FALSE);

  if (!g_utf8_validate (path, -1, NULL) || !g_utf8_validate (value, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The setting or its value is not valid UTF-8 text"));
      return FALSE;
    }

  return set_at (self, path, path, value, error);
}
