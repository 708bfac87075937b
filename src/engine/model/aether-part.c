/* aether-part.c - a part of a machine: GObject properties that are also JSON
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-part.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_ITEMS    4096    /* in a list, unless its field says otherwise */
#define MOST_STRING  65536    /* bytes */

typedef struct
{
  JsonObject *loaded;   /* what the part was read from: keeps the keys we do not know */
} AetherPartPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AetherPart, aether_part, G_TYPE_OBJECT)

static gpointer
field_at (AetherPart *self, const AetherField *field)
{
  return G_STRUCT_MEMBER_P (self, field->offset);
}

#define FIELD(T, self, field) (*(T *) field_at (self, field))

static const AetherField *
find_field (AetherPart *self, const char *name)
{
  AetherPartClass *klass = AETHER_PART_GET_CLASS (self);

  for (guint i = 0; i < klass->n_fields; i++)
    if (strcmp (klass->fields[i].name, name) == 0)
      return &klass->fields[i];

  return NULL;
}

static guint
field_limit (const AetherField *field)
{
  if (field->most > 0)
    return field->most;

  return field->kind == AETHER_FIELD_KIND_STRING ? MOST_STRING : MOST_ITEMS;
}

static char *
join_where (const char *where, const char *name)
{
  return where && *where ? g_strconcat (where, ".", name, NULL) : g_strdup (name);
}

/* --- properties -------------------------------------------------------- */

static void
aether_part_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherPart *self = AETHER_PART (object);
  const AetherField *field = &AETHER_PART_GET_CLASS (self)->fields[id - 1];

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN: g_value_set_boolean (value, FIELD (gboolean, self, field)); break;
    case AETHER_FIELD_KIND_UINT: g_value_set_uint (value, FIELD (guint, self, field)); break;
    case AETHER_FIELD_KIND_ENUM: g_value_set_enum (value, FIELD (int, self, field)); break;
    case AETHER_FIELD_KIND_STRING: g_value_set_string (value, FIELD (char *, self, field)); break;
    case AETHER_FIELD_KIND_STRV: g_value_set_boxed (value, FIELD (GStrv, self, field)); break;
    case AETHER_FIELD_KIND_PART:
    case AETHER_FIELD_KIND_LIST: g_value_set_object (value, FIELD (GObject *, self, field)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_string (AetherPart *self, const AetherField *field, const char *text)
{
  char **at = field_at (self, field);

  if (text && *text == '\0')
    text = NULL;
  if (g_strcmp0 (*at, text) == 0)
    return;

  g_free (*at);
  *at = g_strdup (text);
  g_object_notify (G_OBJECT (self), field->name);
}

static void
aether_part_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AetherPart *self = AETHER_PART (object);
  const AetherField *field = &AETHER_PART_GET_CLASS (self)->fields[id - 1];

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN:
      if (FIELD (gboolean, self, field) != g_value_get_boolean (value))
        {
          FIELD (gboolean, self, field) = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    case AETHER_FIELD_KIND_UINT:
      if (FIELD (guint, self, field) != g_value_get_uint (value))
        {
          FIELD (guint, self, field) = g_value_get_uint (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    case AETHER_FIELD_KIND_ENUM:
      if (FIELD (int, self, field) != g_value_get_enum (value))
        {
          FIELD (int, self, field) = g_value_get_enum (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    case AETHER_FIELD_KIND_STRING:
      set_string (self, field, g_value_get_string (value));
      break;

    case AETHER_FIELD_KIND_STRV:
      {
        GStrv *at = field_at (self, field);
        GStrv now = g_value_dup_boxed (value);

        g_strfreev (*at);
        *at = now ? now : g_new0 (char *, 1);
        g_object_notify_by_pspec (object, pspec);
      }
      break;

    case AETHER_FIELD_KIND_PART:
    case AETHER_FIELD_KIND_LIST:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static GParamSpec *
field_pspec (const AetherField *field)
{
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN:
      return g_param_spec_boolean (field->name, NULL, NULL, field->fallback != 0, rw);
    case AETHER_FIELD_KIND_UINT:
      return g_param_spec_uint (field->name, NULL, NULL, field->min, field->max, field->fallback, rw);
    case AETHER_FIELD_KIND_ENUM:
      return g_param_spec_enum (field->name, NULL, NULL, field->type (), (int) field->fallback, rw);
    case AETHER_FIELD_KIND_STRING:
      return g_param_spec_string (field->name, NULL, NULL, field->text, rw);
    case AETHER_FIELD_KIND_STRV:
      return g_param_spec_boxed (field->name, NULL, NULL, G_TYPE_STRV, rw);
    case AETHER_FIELD_KIND_PART:
      return g_param_spec_object (field->name, NULL, NULL, field->type (), ro);
    case AETHER_FIELD_KIND_LIST:
      return g_param_spec_object (field->name, NULL, NULL, G_TYPE_LIST_STORE, ro);
    default:
      g_assert_not_reached ();
    }
}

static void
aether_part_constructed (GObject *object)
{
  AetherPart *self = AETHER_PART (object);
  AetherPartClass *klass = AETHER_PART_GET_CLASS (self);

  for (guint i = 0; i < klass->n_fields; i++)
    {
      const AetherField *field = &klass->fields[i];

      switch (field->kind)
        {
        case AETHER_FIELD_KIND_BOOLEAN: FIELD (gboolean, self, field) = field->fallback != 0; break;
        case AETHER_FIELD_KIND_UINT: FIELD (guint, self, field) = field->fallback; break;
        case AETHER_FIELD_KIND_ENUM: FIELD (int, self, field) = (int) field->fallback; break;
        case AETHER_FIELD_KIND_STRING: FIELD (char *, self, field) = g_strdup (field->text); break;
        case AETHER_FIELD_KIND_STRV: FIELD (GStrv, self, field) = g_new0 (char *, 1); break;
        case AETHER_FIELD_KIND_PART: FIELD (gpointer, self, field) = g_object_new (field->type (), NULL); break;
        case AETHER_FIELD_KIND_LIST: FIELD (gpointer, self, field) = g_list_store_new (field->type ()); break;
        default: g_assert_not_reached ();
        }
    }

  G_OBJECT_CLASS (aether_part_parent_class)->constructed (object);
}

static void
aether_part_finalize (GObject *object)
{
  AetherPart *self = AETHER_PART (object);
  AetherPartClass *klass = AETHER_PART_GET_CLASS (self);
  AetherPartPrivate *priv = aether_part_get_instance_private (self);

  for (guint i = 0; i < klass->n_fields; i++)
    {
      const AetherField *field = &klass->fields[i];

      switch (field->kind)
        {
        case AETHER_FIELD_KIND_STRING: g_free (FIELD (char *, self, field)); break;
        case AETHER_FIELD_KIND_STRV: g_strfreev (FIELD (GStrv, self, field)); break;
        case AETHER_FIELD_KIND_PART:
        case AETHER_FIELD_KIND_LIST: g_object_unref (FIELD (gpointer, self, field)); break;
        case AETHER_FIELD_KIND_BOOLEAN:
        case AETHER_FIELD_KIND_UINT:
        case AETHER_FIELD_KIND_ENUM:
        default: break;
        }
    }

  g_clear_pointer (&priv->loaded, json_object_unref);

  G_OBJECT_CLASS (aether_part_parent_class)->finalize (object);
}

static void
aether_part_class_init (AetherPartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = aether_part_constructed;
  object_class->finalize = aether_part_finalize;
  object_class->get_property = aether_part_get_property;
  object_class->set_property = aether_part_set_property;
}

static void
aether_part_init (AetherPart *self)
{
}

/**
 * aether_part_class_set_fields:
 * @fields: (array length=n_fields): a static table
 *
 * Installs a property for each field. To be called once, in class_init.
 */
void
aether_part_class_set_fields (AetherPartClass *klass, const AetherField *fields, guint n_fields)
{
  klass->fields = fields;
  klass->n_fields = n_fields;

  for (guint i = 0; i < n_fields; i++)
    g_object_class_install_property (G_OBJECT_CLASS (klass), i + 1, field_pspec (&fields[i]));
}

/* --- from JSON --------------------------------------------------------- */

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

static gboolean
wrong_value (const AetherField *field, const char *where, GError **error)
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

static gboolean
load_enum (AetherPart *self, const AetherField *field, const char *nick, const char *where, GError **error)
{
  g_autoptr(GEnumClass) klass = g_type_class_ref (field->type ());
  GEnumValue *value = g_enum_get_value_by_nick (klass, nick);

  if (value == NULL)
    return wrong_value (field, where, error);

  g_object_set (self, field->name, value->value, NULL);
  return TRUE;
}

static gboolean
load_strv (AetherPart *self, const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) strv = NULL;
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong_value (field, where, error);

  array = json_node_get_array (node);
  if (json_array_get_length (array) > field_limit (field))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” has %u entries; %u is the most"),
                   where, json_array_get_length (array), field_limit (field));
      return FALSE;
    }

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);

      if (!node_is (item, G_TYPE_STRING))
        return wrong_value (field, where, error);
      g_strv_builder_add (builder, json_node_get_string (item));
    }

  strv = g_strv_builder_end (builder);
  g_object_set (self, field->name, strv, NULL);
  return TRUE;
}

static gboolean
load_list (AetherPart *self, const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  GListStore *store = FIELD (GListStore *, self, field);
  g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong_value (field, where, error);

  array = json_node_get_array (node);
  if (json_array_get_length (array) > field_limit (field))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” has %u entries; %u is the most"),
                   where, json_array_get_length (array), field_limit (field));
      return FALSE;
    }

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *item = json_array_get_element (array, i);
      g_autofree char *here = g_strdup_printf ("%s.%u", where, i);
      AetherPart *part;

      if (!JSON_NODE_HOLDS_OBJECT (item))
        return wrong_value (field, where, error);

      part = g_object_new (field->type (), NULL);
      g_ptr_array_add (items, part);
      if (!aether_part_load (part, json_node_get_object (item), here, error))
        return FALSE;
    }

  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)), items->pdata, items->len);
  return TRUE;
}

static gboolean
load_field (AetherPart *self, const AetherField *field, JsonNode *node, const char *where, GError **error)
{
  /* null says "as if absent", for every kind */
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN:
      if (!node_is (node, G_TYPE_BOOLEAN))
        return wrong_value (field, where, error);
      g_object_set (self, field->name, json_node_get_boolean (node), NULL);
      return TRUE;

    case AETHER_FIELD_KIND_UINT:
      {
        gint64 number = node_is (node, G_TYPE_INT64) ? json_node_get_int (node) : -1;

        if (number < (gint64) field->min || number > (gint64) field->max)
          return wrong_value (field, where, error);
        g_object_set (self, field->name, (guint) number, NULL);
        return TRUE;
      }

    case AETHER_FIELD_KIND_ENUM:
      if (!node_is (node, G_TYPE_STRING))
        return wrong_value (field, where, error);
      return load_enum (self, field, json_node_get_string (node), where, error);

    case AETHER_FIELD_KIND_STRING:
      if (!node_is (node, G_TYPE_STRING))
        return wrong_value (field, where, error);
      if (strlen (json_node_get_string (node)) > field_limit (field))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("“%s” is longer than %u bytes"), where, field_limit (field));
          return FALSE;
        }
      set_string (self, field, json_node_get_string (node));
      return TRUE;

    case AETHER_FIELD_KIND_STRV:
      return load_strv (self, field, node, where, error);

    case AETHER_FIELD_KIND_PART:
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return wrong_value (field, where, error);
      return aether_part_load (FIELD (AetherPart *, self, field), json_node_get_object (node), where, error);

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
  AetherPartPrivate *priv = aether_part_get_instance_private (self);
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
      if (!load_field (self, field, node, here, error))
        return FALSE;
    }

  g_clear_pointer (&priv->loaded, json_object_unref);
  priv->loaded = json_object_ref (object);

  return TRUE;
}

/* --- to JSON ----------------------------------------------------------- */

static JsonNode *
save_field (AetherPart *self, const AetherField *field)
{
  JsonNode *node = json_node_alloc ();

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN:
      return json_node_init_boolean (node, FIELD (gboolean, self, field));

    case AETHER_FIELD_KIND_UINT:
      return json_node_init_int (node, FIELD (guint, self, field));

    case AETHER_FIELD_KIND_ENUM:
      {
        g_autoptr(GEnumClass) klass = g_type_class_ref (field->type ());

        return json_node_init_string (node, g_enum_get_value (klass, FIELD (int, self, field))->value_nick);
      }

    case AETHER_FIELD_KIND_STRING:
      {
        const char *text = FIELD (char *, self, field);

        return json_node_init_string (node, text ? text : "");
      }

    case AETHER_FIELD_KIND_STRV:
      {
        g_autoptr(JsonArray) array = json_array_new ();
        GStrv strv = FIELD (GStrv, self, field);

        for (guint i = 0; strv[i]; i++)
          json_array_add_string_element (array, strv[i]);
        return json_node_init_array (node, array);
      }

    case AETHER_FIELD_KIND_PART:
      {
        g_autoptr(JsonObject) object = aether_part_save (FIELD (AetherPart *, self, field));

        return json_node_init_object (node, object);
      }

    case AETHER_FIELD_KIND_LIST:
      {
        g_autoptr(JsonArray) array = json_array_new ();
        GListModel *list = FIELD (GListModel *, self, field);

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
  AetherPartPrivate *priv = aether_part_get_instance_private (self);
  AetherPartClass *klass;
  JsonObject *object;

  g_return_val_if_fail (AETHER_IS_PART (self), NULL);

  klass = AETHER_PART_GET_CLASS (self);
  object = json_object_new ();
  for (guint i = 0; i < klass->n_fields; i++)
    json_object_set_member (object, klass->fields[i].name, save_field (self, &klass->fields[i]));

  if (priv->loaded)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;

      json_object_iter_init_ordered (&iter, priv->loaded);
      while (json_object_iter_next_ordered (&iter, &name, &node))
        if (find_field (self, name) == NULL)
          json_object_set_member (object, name, json_node_copy (node));
    }

  return object;
}

/* --- from a line typed by a person ------------------------------------- */

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
    return wrong_value (field, path, error);

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
    return wrong_value (field, path, error);

  g_object_set (self, field->name, on, NULL);
  return TRUE;
}

static gboolean
set_from_json (AetherPart *self, const AetherField *field, const char *path, const char *value, GError **error)
{
  g_autoptr(JsonNode) node = json_from_string (value, NULL);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return wrong_value (field, path, error);

  return load_field (self, field, node, path, error);
}

static gboolean
append_item (AetherPart *self, const AetherField *field, const char *path, const char *value, GError **error)
{
  if (field->kind == AETHER_FIELD_KIND_STRV)
    {
      g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
      g_auto(GStrv) strv = NULL;

      if (g_strv_length (FIELD (GStrv, self, field)) >= field_limit (field))
        return wrong_value (field, path, error);

      g_strv_builder_addv (builder, (const char **) FIELD (GStrv, self, field));
      g_strv_builder_add (builder, value);
      strv = g_strv_builder_end (builder);
      g_object_set (self, field->name, strv, NULL);
      return TRUE;
    }

  if (field->kind == AETHER_FIELD_KIND_LIST)
    {
      GListStore *store = FIELD (GListStore *, self, field);
      g_autoptr(JsonNode) node = *value ? json_from_string (value, NULL) : json_from_string ("{}", NULL);
      g_autoptr(AetherPart) part = g_object_new (field->type (), NULL);

      if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("“%s” takes a JSON object, as {\"key\": \"value\"}"), path);
          return FALSE;
        }
      if (g_list_model_get_n_items (G_LIST_MODEL (store)) >= field_limit (field))
        return wrong_value (field, path, error);
      if (!aether_part_load (part, json_node_get_object (node), path, error))
        return FALSE;

      g_list_store_append (store, part);
      return TRUE;
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("“%s” holds one value; nothing can be added to it"), path);
  return FALSE;
}

static gboolean
set_list_item (AetherPart   *self,
               const AetherField *field,
               const char   *path,
               const char   *rest,
               const char   *value,
               GError      **error)
{
  GListStore *store = FIELD (GListStore *, self, field);
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
                       path, path);
          return FALSE;
        }
      g_list_store_remove (store, (guint) index);
      return TRUE;
    }

  part = g_list_model_get_item (G_LIST_MODEL (store), (guint) index);
  return aether_part_set_from_string (part, dot + 1, value, error);
}

/**
 * aether_part_set_from_string:
 * @path: "memory.size", "drives.0.interface"; a trailing "+" adds to a list
 * @value: as a person types it. A boolean may be yes/no/on/off, a list is JSON, an empty
 *   text unsets a string, and null as the value of a list's entry removes the entry
 *
 * Sets one field of the part or of a part below it. Fails with
 * %G_IO_ERROR_INVALID_ARGUMENT or %G_IO_ERROR_INVALID_DATA and a sentence that
 * says which keys or values there are; nothing is changed then.
 */
gboolean
aether_part_set_from_string (AetherPart *self, const char *path, const char *value, GError **error)
{
  const char *dot;
  g_autofree char *key = NULL;
  const AetherField *field;
  gboolean append;

  g_return_val_if_fail (AETHER_IS_PART (self), FALSE);
  g_return_val_if_fail (path != NULL && value != NULL, FALSE);

  if (!g_utf8_validate (value, -1, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("The value of “%s” is not valid UTF-8 text"), path);
      return FALSE;
    }

  dot = strchr (path, '.');
  key = dot ? g_strndup (path, dot - path) : g_strdup (path);
  append = dot == NULL && g_str_has_suffix (key, "+");
  if (append)
    key[strlen (key) - 1] = '\0';

  field = find_field (self, key);
  if (field == NULL)
    return unknown_key (self, key, error);
  if (append)
    return append_item (self, field, path, value, error);

  if (dot != NULL)
    {
      if (field->kind == AETHER_FIELD_KIND_PART)
        return aether_part_set_from_string (FIELD (AetherPart *, self, field), dot + 1, value, error);
      if (field->kind == AETHER_FIELD_KIND_LIST)
        {
          if (g_str_has_suffix (path, "+") && strchr (dot + 1, '.') == NULL && strcmp (dot + 1, "+") == 0)
            return append_item (self, field, key, value, error);
          return set_list_item (self, field, path, dot + 1, value, error);
        }

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("“%s” holds one value; there is nothing below it"), key);
      return FALSE;
    }

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN: return set_boolean (self, field, path, value, error);
    case AETHER_FIELD_KIND_UINT: return set_number (self, field, path, value, error);
    case AETHER_FIELD_KIND_ENUM: return load_enum (self, field, value, path, error);
    case AETHER_FIELD_KIND_STRING:
      if (strlen (value) > field_limit (field))
        return wrong_value (field, path, error);
      set_string (self, field, value);
      return TRUE;
    case AETHER_FIELD_KIND_STRV:
    case AETHER_FIELD_KIND_PART:
    case AETHER_FIELD_KIND_LIST: return set_from_json (self, field, path, value, error);
    default: g_assert_not_reached ();
    }
}
