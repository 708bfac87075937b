/* aether-release-keys.h - the keys that give keyboard and pointer back
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AETHER_RELEASE_KEYS_DEFAULT "ctrl-alt"

/**
 * AetherReleaseKeys:
 *
 * Watches the keys for a combination, as of aether_keys_parse(). One of
 * modifiers only, as Ctrl+Alt, counts when it is let go and no other key was
 * pressed meanwhile, so that Ctrl+Alt+Delete goes on to the machine; one with
 * another key counts when that goes down. "ctrl" is the left or the right one,
 * "ctrl_r" the right one only.
 */
typedef struct _AetherReleaseKeys AetherReleaseKeys;

AetherReleaseKeys *aether_release_keys_new      (void);
void               aether_release_keys_free     (AetherReleaseKeys  *self);

gboolean           aether_release_keys_set      (AetherReleaseKeys  *self,
                                                 const char         *combination,
                                                 GError            **error);
/* Returns: whether that was it */
gboolean           aether_release_keys_event    (AetherReleaseKeys  *self,
                                                 guint               qnum,
                                                 gboolean            down);
/* No key is down, as after the focus was elsewhere. */
void               aether_release_keys_forget   (AetherReleaseKeys  *self);

/* For people: "Ctrl + Alt" */
char              *aether_release_keys_to_label (const char         *combination);
/* @qnums: (array length=n_qnums): pressed together, in this order.
 * Returns: (nullable): the combination; %NULL: not a good one, as a lone letter */
char              *aether_release_keys_record   (const guint        *qnums,
                                                 guint               n_qnums);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherReleaseKeys, aether_release_keys_free)

G_END_DECLS
