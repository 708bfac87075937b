/* aether-part-private.h - what the three files of AetherPart share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-part.h"

G_BEGIN_DECLS

/* The C member of @self that @field describes, as an lvalue of type T. */
#define AETHER_PART_MEMBER(T, self, field) (*(T *) G_STRUCT_MEMBER_P (self, (field)->offset))

const AetherField *_aether_part_find_field     (AetherPart         *self,
                                                const char         *name);   /* (nullable) */
guint              _aether_part_field_limit    (const AetherField  *field);
void               _aether_part_set_string     (AetherPart         *self,
                                                const AetherField  *field,
                                                const char         *text);
JsonObject        *_aether_part_get_loaded     (AetherPart         *self);   /* (nullable) */
void               _aether_part_set_loaded     (AetherPart         *self,
                                                JsonObject         *object);

/* aether-part-json.c */
gboolean           _aether_part_load_field     (AetherPart         *self,
                                                const AetherField  *field,
                                                JsonNode           *node,
                                                const char         *where,
                                                GError            **error);
gboolean           _aether_part_load_enum      (AetherPart         *self,
                                                const AetherField  *field,
                                                const char         *nick,
                                                const char         *where,
                                                GError            **error);
gboolean           _aether_part_wrong_value    (const AetherField  *field,
                                                const char         *where,
                                                GError            **error);

G_END_DECLS
