/* aether-json.h - reading JSON from outside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode   *aether_json_parse      (const char  *data,
                                    gsize        length,
                                    GError     **error);

/* Members of @object, which may be NULL; NULL when they are missing or something else. */
const char *aether_json_get_string (JsonObject  *object,
                                    const char  *name);
gint64      aether_json_get_int    (JsonObject  *object,
                                    const char  *name);   /* 0 when missing or something else */
JsonObject *aether_json_get_object (JsonObject  *object,
                                    const char  *name);
JsonArray  *aether_json_get_array  (JsonObject  *object,
                                    const char  *name);

G_END_DECLS
