/* aether-overlay.h - what our catalogue says that osinfo's format has no words for
 *
 * Elements of the namespace AETHER_OVERLAY_NAMESPACE in files of osinfo's format:
 *
 *   <os>
 *     <aether:page>URL</aether:page>
 *     <aether:like>ID</aether:like>     the system whose devices and scripts it has
 *     <media> or <image>
 *       <aether:page>URL</aether:page>
 *       <aether:checksum>sha256:HEX</aether:checksum>
 *       <aether:checksums href="URL" signature="URL" key="NAME" pattern="REGEX"/>
 *
 * as AetherOsMedia describes them. libosinfo passes over them.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_OVERLAY_NAMESPACE "urn:org.aether.catalogue:1"

typedef struct
{
  char *page;         /* all NULL when not said */
  char *like;
  char *checksum;
  char *checksums;
  char *signature;
  char *key;
  char *pattern;
} AetherOverlayItem;

/* Adds what the file @path says to @items: "ID" -> AetherOverlayItem, "ID media 0" of the first
 * <media> of that system, "ID image 0". A file that is no XML says nothing. */
GHashTable *aether_overlay_new  (void);
void        aether_overlay_read (GHashTable *items,
                                 const char *path);

G_END_DECLS
