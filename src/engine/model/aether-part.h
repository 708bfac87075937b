/* aether-part.h - a part of a machine: GObject properties that are also JSON
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a field holds, and so what its C member, its property and its JSON
 * value are. */
typedef enum
{
  AETHER_FIELD_KIND_BOOLEAN,  /* gboolean      <-> true, false */
  AETHER_FIELD_KIND_UINT,     /* guint         <-> whole number in [min, max] */
  AETHER_FIELD_KIND_ENUM,     /* int           <-> the enum value's nick */
  AETHER_FIELD_KIND_STRING,   /* char *        <-> string; NULL <-> "" or absent */
  AETHER_FIELD_KIND_STRV,     /* GStrv         <-> array of strings; never NULL */
  AETHER_FIELD_KIND_PART,     /* AetherPart *  <-> object; made with its owner, never NULL */
  AETHER_FIELD_KIND_LIST,     /* GListStore *  <-> array of objects; never NULL */
} AetherFieldKind;

/* One member of a part. @name is both the property and the JSON key. */
typedef struct
{
  const char      *name;
  AetherFieldKind  kind;
  gsize            offset;
  guint            min, max, fallback;   /* UINT: range and default; ENUM, BOOLEAN: default */
  const char      *text;                 /* STRING: default */
  GType          (*type) (void);         /* ENUM, PART, LIST (of the items) */
  guint            most;                 /* LIST, STRV: items; STRING: bytes. 0: 4096 */
} AetherField;

#define AETHER_FIELD_BOOLEAN(S, member, json, def) \
  { json, AETHER_FIELD_KIND_BOOLEAN, G_STRUCT_OFFSET (S, member), .fallback = (def) }
#define AETHER_FIELD_UINT(S, member, json, lo, hi, def) \
  { json, AETHER_FIELD_KIND_UINT, G_STRUCT_OFFSET (S, member), (lo), (hi), (def) }
#define AETHER_FIELD_ENUM(S, member, json, get_type, def) \
  { json, AETHER_FIELD_KIND_ENUM, G_STRUCT_OFFSET (S, member), .fallback = (def), .type = (get_type) }
#define AETHER_FIELD_STRING(S, member, json, def) \
  { json, AETHER_FIELD_KIND_STRING, G_STRUCT_OFFSET (S, member), .text = (def) }
#define AETHER_FIELD_STRV(S, member, json) \
  { json, AETHER_FIELD_KIND_STRV, G_STRUCT_OFFSET (S, member) }
#define AETHER_FIELD_PART(S, member, json, get_type) \
  { json, AETHER_FIELD_KIND_PART, G_STRUCT_OFFSET (S, member), .type = (get_type) }
#define AETHER_FIELD_LIST(S, member, json, get_type, limit) \
  { json, AETHER_FIELD_KIND_LIST, G_STRUCT_OFFSET (S, member), .type = (get_type), .most = (limit) }

#define AETHER_TYPE_PART (aether_part_get_type ())
G_DECLARE_DERIVABLE_TYPE (AetherPart, aether_part, AETHER, PART, GObject)

/**
 * AetherPartClass:
 * @fields: the table given to aether_part_class_set_fields()
 *
 * A part is plain data with a table that says how each member is a GObject
 * property and a JSON key at once, so that a widget binds to what the file
 * holds. Members are read as C fields and written as properties, so that
 * notify is emitted.
 */
struct _AetherPartClass
{
  GObjectClass       parent_class;

  const AetherField *fields;
  guint              n_fields;
};

void        aether_part_class_set_fields (AetherPartClass    *klass,
                                          const AetherField  *fields,
                                          guint               n_fields);

gboolean    aether_part_load             (AetherPart         *self,
                                          JsonObject         *object,
                                          const char         *where,
                                          GError            **error);
JsonObject *aether_part_save             (AetherPart         *self);
gboolean    aether_part_set_from_string  (AetherPart         *self,
                                          const char         *path,
                                          const char         *value,
                                          GError            **error);

G_END_DECLS
