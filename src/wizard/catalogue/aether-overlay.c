/* aether-overlay.c - what our catalogue says that osinfo's format has no words for
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-overlay.h"

#include <libxml/parser.h>
#include <string.h>

static void
item_free (gpointer data)
{
  AetherOverlayItem *item = data;

  g_free (item->page);
  g_free (item->like);
  g_free (item->checksum);
  g_free (item->checksums);
  g_free (item->signature);
  g_free (item->key);
  g_free (item->pattern);
  g_free (item);
}

GHashTable *
aether_overlay_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, item_free);
}

static gboolean
is_ours (xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
         strcmp ((const char *) node->ns->href, AETHER_OVERLAY_NAMESPACE) == 0 &&
         strcmp ((const char *) node->name, name) == 0;
}

static char *
take (xmlChar *text)
{
  char *copy = g_strstrip (g_strdup (text ? (const char *) text : ""));

  xmlFree (text);
  return copy;
}

static char *
get_attribute (xmlNode *node, const char *name)
{
  return take (xmlGetNoNsProp (node, (const xmlChar *) name));
}

/* The elements of ours right below @parent. */
static AetherOverlayItem *
read_item (xmlNode *parent)
{
  AetherOverlayItem *item = g_new0 (AetherOverlayItem, 1);
  AetherOverlayItem empty = { 0 };

  for (xmlNode *node = parent->children; node; node = node->next)
    {
      if (is_ours (node, "page") && !item->page)
        item->page = take (xmlNodeGetContent (node));
      else if (is_ours (node, "like") && !item->like)
        item->like = take (xmlNodeGetContent (node));
      else if (is_ours (node, "checksum") && !item->checksum)
        item->checksum = take (xmlNodeGetContent (node));
      else if (is_ours (node, "checksums") && !item->checksums)
        {
          item->checksums = get_attribute (node, "href");
          item->signature = get_attribute (node, "signature");
          item->key = get_attribute (node, "key");
          item->pattern = get_attribute (node, "pattern");
        }
    }
  if (memcmp (item, &empty, sizeof empty) != 0)
    return item;

  item_free (item);
  return NULL;
}

static void
read_os (GHashTable *items, xmlNode *os)
{
  g_autofree char *id = get_attribute (os, "id");
  AetherOverlayItem *own = read_item (os);
  guint n_media = 0, n_images = 0;

  if (own)
    g_hash_table_replace (items, g_strdup (id), own);

  for (xmlNode *node = os->children; node; node = node->next)
    {
      gboolean media = node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, "media") == 0;
      gboolean image = node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, "image") == 0;
      guint n = media ? n_media++ : image ? n_images++ : 0;
      AetherOverlayItem *item = media || image ? read_item (node) : NULL;

      if (item)
        g_hash_table_replace (items, g_strdup_printf ("%s %s %u", id, media ? "media" : "image", n), item);
    }
}

void
aether_overlay_read (GHashTable *items, const char *path)
{
  xmlDoc *document = xmlReadFile (path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  xmlNode *root = document ? xmlDocGetRootElement (document) : NULL;

  for (xmlNode *node = root ? root->children : NULL; node; node = node->next)
    if (node->type == XML_ELEMENT_NODE && strcmp ((const char *) node->name, "os") == 0)
      read_os (items, node);

  xmlFreeDoc (document);
}
