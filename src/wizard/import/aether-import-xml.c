/* aether-import-xml.c - descriptions that are XML, from people one need not trust
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-xml.h"

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <string.h>

static gboolean
refuse (const char *why, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, why);
  return FALSE;
}

static gboolean
check (xmlDoc *document, const char *root, GError **error)
{
  xmlNode *node = document ? xmlDocGetRootElement (document) : NULL;

  if (node == NULL)
    return refuse (_("It is damaged, or not whole: it is no XML text."), error);
  /* No program writes some; whoever does wants to read a file, or to fill the memory */
  if (document->intSubset && document->intSubset->children)
    return refuse (_("It has XML entities of its own, which no description of a machine needs."), error);
  if (strcmp ((const char *) node->name, root) != 0)
    return refuse (_("It is XML, but describes no machine."), error);

  return TRUE;
}

AetherImportXml *
aether_import_xml_read (const char *data, gsize length, const char *root, GError **error)
{
  xmlDoc *document;

  if (length > AETHER_IMPORT_MOST_TEXT)
    {
      refuse (_("It is too long for the description of a machine."), error);
      return NULL;
    }

  document = xmlReadMemory (data, (int) length, NULL, NULL,
                            XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
  if (check (document, root, error))
    return document;

  xmlFreeDoc (document);
  return NULL;
}

void
aether_import_xml_free (AetherImportXml *self)
{
  xmlFreeDoc (self);
}

xmlNode *
aether_import_xml_root (AetherImportXml *self)
{
  return xmlDocGetRootElement (self);
}

static xmlNode *
first_from (xmlNode *node, const char *name)
{
  while (node && (node->type != XML_ELEMENT_NODE || (name && strcmp ((const char *) node->name, name) != 0)))
    node = node->next;

  return node;
}

xmlNode *
aether_import_xml_child (xmlNode *parent, const char *name)
{
  return parent ? first_from (parent->children, name) : NULL;
}

xmlNode *
aether_import_xml_next (xmlNode *node, const char *name)
{
  return first_from (node->next, name);
}

xmlNode *
aether_import_xml_find (xmlNode *parent, const char *path)
{
  g_auto(GStrv) steps = g_strsplit (path, "/", -1);

  for (guint i = 0; parent && steps[i]; i++)
    parent = aether_import_xml_child (parent, steps[i]);

  return parent;
}

static char *
take (xmlChar *text)
{
  char *copy = text ? g_strstrip (g_strdup ((const char *) text)) : NULL;

  xmlFree (text);
  return copy;
}

char *
aether_import_xml_attribute (xmlNode *node, const char *name)
{
  for (xmlAttr *attribute = node ? node->properties : NULL; attribute; attribute = attribute->next)
    if (strcmp ((const char *) attribute->name, name) == 0)
      return take (xmlNodeListGetString (node->doc, attribute->children, 1));

  return NULL;
}

char *
aether_import_xml_text (xmlNode *node)
{
  return node ? take (xmlNodeGetContent (node)) : NULL;
}

char *
aether_import_xml_text_at (xmlNode *parent, const char *path)
{
  return aether_import_xml_text (aether_import_xml_find (parent, path));
}

char *
aether_import_xml_attribute_at (xmlNode *parent, const char *path, const char *name)
{
  return aether_import_xml_attribute (aether_import_xml_find (parent, path), name);
}

/* --- property lists --------------------------------------------------------- */

xmlNode *
aether_import_plist_get (xmlNode *dict, const char *key)
{
  if (dict == NULL || strcmp ((const char *) dict->name, "dict") != 0)
    return NULL;

  for (xmlNode *node = aether_import_xml_child (dict, "key"); node; node = aether_import_xml_next (node, "key"))
    {
      g_autofree char *text = aether_import_xml_text (node);

      if (g_ascii_strcasecmp (text ? text : "", key) == 0)
        return aether_import_xml_next (node, NULL);
    }

  return NULL;
}

char *
aether_import_plist_text (xmlNode *dict, const char *key)
{
  xmlNode *value = aether_import_plist_get (dict, key);

  if (value == NULL || (strcmp ((const char *) value->name, "string") != 0 && strcmp ((const char *) value->name, "integer") != 0))
    return NULL;

  return aether_import_xml_text (value);
}

gboolean
aether_import_plist_is_true (xmlNode *dict, const char *key)
{
  xmlNode *value = aether_import_plist_get (dict, key);

  return value && strcmp ((const char *) value->name, "true") == 0;
}
