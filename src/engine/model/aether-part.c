/* aether-part.c - a part of a machine: GObject properties that are also JSON
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-part-private.h"

#include <string.h>

#define MOST_ITEMS    4096    /* in a list, unless its field says otherwise */
#define MOST_STRING  65536    /* bytes */

typedef struct
{
  JsonObject *loaded;   /* what the part was read from: keeps the keys we do not know */
} AetherPartPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AetherPart, aether_part, G_TYPE_OBJECT)

const AetherField *
_aether_part_find_field (AetherPart *self, const char *name)
{
  AetherPartClass *klass = AETHER_PART_GET_CLASS (self);

  for (guint i = 0; i < klass->n_fields; i++)
    if (strcmp (klass->fields[i].name, name) == 0)
      return &klass->fields[i];

  return NULL;
}

guint
_aether_part_field_limit (const AetherField *field)
{
  if (field->most > 0)
    return field->most;

  return field->kind == AETHER_FIELD_KIND_STRING ? MOST_STRING : MOST_ITEMS;
}

/* --- properties -------------------------------------------------------- */

static void
aether_part_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherPart *self = AETHER_PART (object);
  const AetherField *field = &AETHER_PART_GET_CLASS (self)->fields[id - 1];

  switch (field->kind)
    {
    case AETHER_FIELD_KIND_BOOLEAN: g_value_set_boolean (value, AETHER_PART_MEMBER (gboolean, self, field)); break;
    case AETHER_FIELD_KIND_UINT: g_value_set_uint (value, AETHER_PART_MEMBER (guint, self, field)); break;
    case AETHER_FIELD_KIND_ENUM: g_value_set_enum (value, AETHER_PART_MEMBER (int, self, field)); break;
    case AETHER_FIELD_KIND_STRING: g_value_set_string (value, AETHER_PART_MEMBER (char *, self, field)); break;
    case AETHER_FIELD_KIND_STRV: g_value_set_boxed (value, AETHER_PART_MEMBER (GStrv, self, field)); break;
    case AETHER_FIELD_KIND_PART:
    case AETHER_FIELD_KIND_LIST: g_value_set_object (value, AETHER_PART_MEMBER (GObject *, self, field)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

void
_aether_part_set_string (AetherPart *self, const AetherField *field, const char *text)
{
  char **at = &AETHER_PART_MEMBER (char *, self, field);

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
      if (AETHER_PART_MEMBER (gboolean, self, field) != g_value_get_boolean (value))
        {
          AETHER_PART_MEMBER (gboolean, self, field) = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    case AETHER_FIELD_KIND_UINT:
      if (AETHER_PART_MEMBER (guint, self, field) != g_value_get_uint (value))
        {
          AETHER_PART_MEMBER (guint, self, field) = g_value_get_uint (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    case AETHER_FIELD_KIND_ENUM:
      if (AETHER_PART_MEMBER (int, self, field) != g_value_get_enum (value))
        {
          AETHER_PART_MEMBER (int, self, field) = g_value_get_enum (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;

    case AETHER_FIELD_KIND_STRING:
      _aether_part_set_string (self, field, g_value_get_string (value));
      break;

    case AETHER_FIELD_KIND_STRV:
      {
        GStrv *at = &AETHER_PART_MEMBER (GStrv, self, field);
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
        case AETHER_FIELD_KIND_BOOLEAN: AETHER_PART_MEMBER (gboolean, self, field) = field->fallback != 0; break;
        case AETHER_FIELD_KIND_UINT: AETHER_PART_MEMBER (guint, self, field) = field->fallback; break;
        case AETHER_FIELD_KIND_ENUM: AETHER_PART_MEMBER (int, self, field) = (int) field->fallback; break;
        case AETHER_FIELD_KIND_STRING: AETHER_PART_MEMBER (char *, self, field) = g_strdup (field->text); break;
        case AETHER_FIELD_KIND_STRV: AETHER_PART_MEMBER (GStrv, self, field) = g_new0 (char *, 1); break;
        case AETHER_FIELD_KIND_PART: AETHER_PART_MEMBER (gpointer, self, field) = g_object_new (field->type (), NULL); break;
        case AETHER_FIELD_KIND_LIST: AETHER_PART_MEMBER (gpointer, self, field) = g_list_store_new (field->type ()); break;
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
        case AETHER_FIELD_KIND_STRING: g_free (AETHER_PART_MEMBER (char *, self, field)); break;
        case AETHER_FIELD_KIND_STRV: g_strfreev (AETHER_PART_MEMBER (GStrv, self, field)); break;
        case AETHER_FIELD_KIND_PART:
        case AETHER_FIELD_KIND_LIST: g_object_unref (AETHER_PART_MEMBER (gpointer, self, field)); break;
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
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  /* GObject hands these two down to no subclass */
  object_class->get_property = aether_part_get_property;
  object_class->set_property = aether_part_set_property;

  klass->fields = fields;
  klass->n_fields = n_fields;

  for (guint i = 0; i < n_fields; i++)
    g_object_class_install_property (object_class, i + 1, field_pspec (&fields[i]));
}

JsonObject *
_aether_part_get_loaded (AetherPart *self)
{
  AetherPartPrivate *priv = aether_part_get_instance_private (self);

  return priv->loaded;
}

void
_aether_part_set_loaded (AetherPart *self, JsonObject *object)
{
  AetherPartPrivate *priv = aether_part_get_instance_private (self);

  json_object_ref (object);
  g_clear_pointer (&priv->loaded, json_object_unref);
  priv->loaded = object;
}
