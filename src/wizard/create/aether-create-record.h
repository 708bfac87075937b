/* aether-create-record.h - what is remembered of a machine that waits for its download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-draft.h"

G_BEGIN_DECLS

/**
 * AetherCreateRecord:
 * @id: a UUID, under which the keyring keeps the password until the machine has one of its own
 * @draft: without secrets when it was loaded
 * @wants_password, @wants_key: there was a password, a product key
 *
 * A file of its own in the state folder, from the order until the machine is there. Never has a secret.
 */
typedef struct
{
  char        *id;
  AetherDraft *draft;
  gboolean     wants_password;
  gboolean     wants_key;
} AetherCreateRecord;

AetherCreateRecord *aether_create_record_new     (AetherDraft              *draft);
void                aether_create_record_free    (AetherCreateRecord       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherCreateRecord, aether_create_record_free)

gboolean            aether_create_record_save    (const AetherCreateRecord *self,
                                                  GError                  **error);
void                aether_create_record_remove  (const char               *id);

/* Ids of those that there are. Returns: (transfer full) */
char              **aether_create_record_list    (void);
/* Returns: (nullable): NULL when it is damaged, or of a system that @catalogue does not have any more */
AetherCreateRecord *aether_create_record_load    (const char               *id,
                                                  AetherCatalogue          *catalogue);

G_END_DECLS
