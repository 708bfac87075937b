/* aether-import-xml.h - descriptions that are XML, from people one need not trust
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <libxml/tree.h>

G_BEGIN_DECLS

typedef xmlDoc AetherImportXml;

/* Nothing is fetched, no entity is known but XML's own five. @root: the name that the root must have */
AetherImportXml *aether_import_xml_read       (const char    *data,
                                               gsize          length,
                                               const char    *root,
                                               GError       **error);
void             aether_import_xml_free       (AetherImportXml *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherImportXml, aether_import_xml_free)

xmlNode         *aether_import_xml_root       (AetherImportXml *self);

/* By names without their prefix. The first child so called after @after, or of all; NULL names any. */
xmlNode         *aether_import_xml_child      (xmlNode       *parent,
                                               const char    *name);
xmlNode         *aether_import_xml_next       (xmlNode       *node,
                                               const char    *name);
/* "os/type": down several steps */
xmlNode         *aether_import_xml_find       (xmlNode       *parent,
                                               const char    *path);
/* Returns: (transfer full) (nullable) */
char            *aether_import_xml_attribute  (xmlNode       *node,
                                               const char    *name);
char            *aether_import_xml_text       (xmlNode       *node);
char            *aether_import_xml_text_at    (xmlNode       *parent,
                                               const char    *path);
char            *aether_import_xml_attribute_at (xmlNode     *parent,
                                               const char    *path,
                                               const char    *name);

/* Property lists, as Apple's DTD has them. The value of a key, letters of any case. */
xmlNode         *aether_import_plist_get      (xmlNode       *dict,
                                               const char    *key);
char            *aether_import_plist_text     (xmlNode       *dict,
                                               const char    *key);
gboolean         aether_import_plist_is_true  (xmlNode       *dict,
                                               const char    *key);

G_END_DECLS
