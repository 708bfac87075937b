/* aether-part-json.c - a part from and to JSON
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-part-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
join_where (const char *where, const char *name)
{
  return where && *where ? g_strconcat (where, ".", name, NULL) : g_strdup (name);
}

static char *
describe_wanted (const AetherField *field)
{
  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN: return g_strdup (_("true or false"));
    case AETHER_FIELD_KIND_UINT: return g_strdup_printf (_("a whole number from %u to %u"), field->min, field->max);
    case AETHER_FIELD_KIND_STRING: return g_strdup (_("a text"));
    case AETHER_FIELD_KIND_STRV: return g_strdup (_("a list of texts"));
    case AETHER_FIELD_KIND_PART: return g_strdup (_("an object"));
    case AETHER_FIELD_KIND_LIST: return g_strdup (_("a list of objects"));
    case AETHER_FIELD_KIND_ENUM:
      {
        g_autoptr(GEnumClass) klass = g_type_class_ref (field->type ());
        GString *text = g_string_new (NULL);

        for (guint i = 0; i < klass->n_values; i++)
          g_string_append_printf (text, "%s“%s”", i == 0 ? "" : i + 1 == klass->n_values ? _(" or ") : ", ",
                                  klass->values[i].value_nick);
        return g_string_free (text, FALSE);
      }
    default: g_assert_not_reached ();
    }
}

gboolean
_aether_part_wrong_value (const AetherField *field, const char *where, GError **error)
{
  g_autofree char *wanted = describe_wanted (field);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” must be %s"), where, wanted);
  return FALSE;
}

static gboolean
node_is (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

gboolean
_aether_part_load_enum (AetherPart *self, const AetherField *field, const char *nick, const char *where, GError **error)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (field->type ());
  GEnumValue *value = g_enum_get_value_by_nick (klass, nick);

  if (value == NULL)
    return _aether_part_wrong_value (field, where, error);

  g_object_set (self, field->name, value->value, NULL);
  return TRUE;
}

/* Returns: (nullable): of no more entries than there may be */
static JsonArray *
get_array (const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  guint limit = _aether_part_field_limit (field);
  guint length;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      _aether_part_wrong_value (field, where, error);
      return NULL;
    }

  length = json_array_get_length (json_node_get_array (node));
  if (length > limit)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("“%s” has %u entries; %u is the most"),
                   where, length, limit);
      return NULL;
    }

  return json_node_get_array (node);
}

static gboolean
load_strv (AetherPart *self, const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) strv = NULL;
  JsonArray *array = get_array (field, node, where, error);

  if (array == NULL)
    return FALSE;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (!node_is (item, G_TYPE_STRING))
        return _aether_part_wrong_value (field, where, error);
      g_strv_builder_add (builder, json_node_get_string (item));
    }

  strv = g_strv_builder_end (builder);
  g_object_set (self, field->name, strv, NULL);
  return TRUE;
}

static gboolean
load_list (AetherPart *self, const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  GListStore *store = AETHER_PART_MEMBER (GListStore *, self, field);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array = get_array (field, node, where, error);

  if (array == NULL)
    return FALSE;

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      g_autofree char *here = g_strdup_printf ("%s.%u", where, i);
      AetherPart *part;

      if (!JSON_NODE_HOLDS_OBJECT (item))
        return _aether_part_wrong_value (field, where, error);

      part = g_object_new (field->type (), NULL);
      g_ptr_array_add (items, part);
      if (!aether_part_load (part, json_node_get_object (item), here, error))
        return FALSE;
    }

  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)), items->pdata, items->len);
  return TRUE;
}

gboolean
_aether_part_load_field (AetherPart *self, const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  /* null says "as if absent", for every kind */
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN:
      if (!node_is (node, G_TYPE_BOOLEAN))
        return _aether_part_wrong_value (field, where, error);
      g_object_set (self, field->name, json_node_get_boolean (node), NULL);
      return TRUE;

    case AETHER_FIELD_KIND_UINT:
      {
        gint64 number = node_is (node, G_TYPE_INT64) ? json_node_get_int (node) : -1;

        if (number < (gint64) field->min || number > (gint64) field->max)
          return _aether_part_wrong_value (field, where, error);
        g_object_set (self, field->name, (guint) number, NULL);
        return TRUE;
      }

    case AETHER_FIELD_KIND_ENUM:
      if (!node_is (node, G_TYPE_STRING))
        return _aether_part_wrong_value (field, where, error);
      return _aether_part_load_enum (self, field, json_node_get_string (node), where, error);

    case AETHER_FIELD_KIND_STRING:
      if (!node_is (node, G_TYPE_STRING))
        return _aether_part_wrong_value (field, where, error);
      if (strlen (json_node_get_string (node)) > _aether_part_field_limit (field))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("“%s” is longer than %u bytes"), where, _aether_part_field_limit (field));
          return FALSE;
        }
      _aether_part_set_string (self, field, json_node_get_string (node));
      return TRUE;

    case AETHER_FIELD_KIND_STRV:
      return load_strv (self, field, node, where, error);

    case AETHER_FIELD_KIND_PART:
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return _aether_part_wrong_value (field, where, error);
      return aether_part_load (AETHER_PART_MEMBER (AetherPart *, self, field), json_node_get_object (node), where, error);

    case AETHER_FIELD_KIND_LIST:
      return load_list (self, field, node, where, error);

    default:
      g_assert_not_reached ();
    }
}

/**
 * aether_part_load:
 * @self: a new part
 * @object: what to read; kept, for the keys that are not known here
 * @where: name of the part in the file, as "drives.0"; "" for the whole
 *
 * Sets each field that @object has. Fails with %G_IO_ERROR_INVALID_DATA and a
 * sentence that names the key and what it must be; @self is then half set.
 */
gboolean
aether_part_load (AetherPart *self, JsonObject *object, const char *where, GError **error)
{
  AetherPartClass *klass;

  g_return_val_if_fail (AETHER_IS_PART (self), FALSE);
  g_return_val_if_fail (object != NULL, FALSE);

  klass = AETHER_PART_GET_CLASS (self);
  for (guint i = 0; i < klass->n_fields; i++)
    {
      const AetherField *field = &klass->fields[i];
      JsonNode *node = json_object_get_member (object, field->name);
      g_autofree char *here = NULL;

      if (node == NULL)
        continue;

      here = join_where (where, field->name);
      if (!_aether_part_load_field (self, field, node, here, error))
        return FALSE;
    }

  _aether_part_set_loaded (self, object);

  return TRUE;
}

static JsonNode *
save_field (AetherPart *self, const AetherField *field)
{
  JsonNode *node = json_node_alloc ();

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN:
      return json_node_init_boolean (node, AETHER_PART_MEMBER (gboolean, self, field));

    case AETHER_FIELD_KIND_UINT:
      return json_node_init_int (node, AETHER_PART_MEMBER (guint, self, field));

    case AETHER_FIELD_KIND_ENUM:
      {
        g_autoptr(GEnumClass) klass = g_type_class_ref (field->type ());

        return json_node_init_string (node, g_enum_get_value (klass, AETHER_PART_MEMBER (int, self, field))->value_nick);
      }

    case AETHER_FIELD_KIND_STRING:
      {
        const char *text = AETHER_PART_MEMBER (char *, self, field);

        return json_node_init_string (node, text ? text : "");
      }

    case AETHER_FIELD_KIND_STRV:
      {
        g_autoptr(JsonArray) array = json_array_new ();
        GStrv strv = AETHER_PART_MEMBER (GStrv, self, field);

        for (guint i = 0; strv[i]; i++)
          json_array_add_string_element (array, strv[i]);
        return json_node_init_array (node, array);
      }

    case AETHER_FIELD_KIND_PART:
      {
        g_autoptr(JsonObject) object = aether_part_save (AETHER_PART_MEMBER (AetherPart *, self, field));

        return json_node_init_object (node, object);
      }

    case AETHER_FIELD_KIND_LIST:
      {
        g_autoptr(JsonArray) array = json_array_new ();
        GListModel *list = AETHER_PART_MEMBER (GListModel *, self, field);

        for (guint i = 0; i < g_list_model_get_n_items (list); i++)
          {
            g_autoptr(AetherPart) part = g_list_model_get_item (list, i);

            json_array_add_object_element (array, aether_part_save (part));
          }
        return json_node_init_array (node, array);
      }

    default:
      g_assert_not_reached ();
    }
}

/**
 * aether_part_save:
 *
 * Returns: (transfer full): every field in the order of the table, then the
 *   keys that a load met and did not know, unchanged
 */
JsonObject *
aether_part_save (AetherPart *self)
{
  AetherPartClass *klass;
  JsonObject *loaded;
  JsonObject *object;

  g_return_val_if_fail (AETHER_IS_PART (self), NULL);

  klass = AETHER_PART_GET_CLASS (self);
  object = json_object_new ();
  for (guint i = 0; i < klass->n_fields; i++)
    json_object_set_member (object, klass->fields[i].name, save_field (self, &klass->fields[i]));

  loaded = _aether_part_get_loaded (self);
  if (loaded)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;

      json_object_iter_init_ordered (&iter, loaded);
      while (json_object_iter_next_ordered (&iter, &name, &node))
        if (_aether_part_find_field (self, name) == NULL)
          json_object_set_member (object, name, json_node_copy (node));
    }

  return object;
}

