/* aether-json.h - reading JSON from outside
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode *aether_json_parse (const char  *data,
                             gsize        length,
                             GError     **error);

G_END_DECLS
