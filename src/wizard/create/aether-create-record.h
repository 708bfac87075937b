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
 * @lock: a descriptor: while it is open, no other process has the same machine to make; -1: nobody has
 * @draft: without secrets when it was loaded, and of no system before aether_create_record_complete()
 * @system, @edition: (nullable): its id and its address in the catalogue
 * @wants_password, @wants_key: there was a password, a product key
 *
 * A file of its own in the state folder, from the order until the machine is there. Never has a secret.
 */
typedef struct
{
  char        *id;
  int          lock;
  AetherDraft *draft;
  char        *system;
  char        *edition;
  gboolean     wants_password;
  gboolean     wants_key;
} AetherCreateRecord;

AetherCreateRecord *aether_create_record_new     (AetherDraft        *draft);
/* The file stays. */
void                aether_create_record_free    (AetherCreateRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherCreateRecord, aether_create_record_free)

gboolean            aether_create_record_save    (AetherCreateRecord *self,
                                                  GError            **error);
void                aether_create_record_remove  (AetherCreateRecord *self);

/* Ids of those that there are. Returns: (transfer full) */
char              **aether_create_record_list    (void);
/* Errors: G_IO_ERROR_BUSY: another process is at it; G_IO_ERROR_NOT_FOUND: it went meanwhile;
 * G_IO_ERROR_INVALID_DATA: it is damaged, and was removed */
AetherCreateRecord *aether_create_record_load    (const char         *id,
                                                  GError            **error);
/* Gives the draft its system and edition. Errors: G_IO_ERROR_NOT_FOUND: @catalogue does not have them. */
gboolean            aether_create_record_complete (AetherCreateRecord *self,
                                                  AetherCatalogue    *catalogue,
                                                  GError            **error);

G_END_DECLS
