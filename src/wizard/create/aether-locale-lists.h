/* aether-locale-lists.h - what an installer can be told of time zones, keyboards and languages
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AetherLocaleList:
 * @values: as the installer is told; NULL-terminated
 * @titles: as people are; as many
 *
 * Read from this computer's own files; what those lack is not in it.
 */
typedef struct
{
  char **values;
  char **titles;
} AetherLocaleList;

/* @own: the one that must be in it. Returns: (transfer full) */
AetherLocaleList *aether_locale_list_zones     (const char       *own);
AetherLocaleList *aether_locale_list_keyboards (const char       *own);
AetherLocaleList *aether_locale_list_languages (const char       *own);
void              aether_locale_list_free      (AetherLocaleList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherLocaleList, aether_locale_list_free)

/* 0 when it is not there */
guint             aether_locale_list_find      (AetherLocaleList *self,
                                                const char       *value);

G_END_DECLS
