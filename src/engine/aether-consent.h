/* aether-consent.h - what a machine asks for beyond its own folder, and whether the user agreed
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/* A machine is a folder, and folders come from anywhere. What this one may do by being started is
 * bounded by its folder but for:
 *
 *   arguments   its own ones for QEMU, which can do all that the user may
 *   file        one that it, or a disk of it, names outside of its folder
 *   image       a disk that names something which cannot be looked at
 *   port        of this computer, which others on the network reach
 *   microphone
 *   state       a saved state that Aether did not save here: QEMU believes what stands in it
 *
 * Each of these needs the user's consent, once. What the user sets through Aether has it by that;
 * what images name and what others wrote has not. It is remembered in the user's data folder, for
 * the machine's UUID and the place of its folder, never in the bundle. */
typedef enum
{
  AETHER_CONSENT_ARGUMENTS,
  AETHER_CONSENT_FILE,
  AETHER_CONSENT_IMAGE,
  AETHER_CONSENT_PORT,
  AETHER_CONSENT_MICROPHONE,
  AETHER_CONSENT_STATE,     /* can also be discarded */
} AetherConsentKind;

typedef struct
{
  AetherConsentKind  kind;
  char              *title;    /* for a person: what it is */
  char              *detail;   /* which one */
  char              *key;      /* how it is remembered */
} AetherConsentItem;

gboolean   aether_consent_has_kind    (GPtrArray           *items,
                                       AetherConsentKind    kind);

#define AETHER_CONSENT_ERROR (aether_consent_error_quark ())
GQuark aether_consent_error_quark (void);

typedef enum
{
  AETHER_CONSENT_ERROR_MISSING,   /* the sentence says for what */
} AetherConsentError;

/* What the user did not agree to yet. Blocks: reads the heads of the disks.
 * Returns: (transfer full) (element-type AetherConsentItem) */
GPtrArray *aether_consent_list        (AetherBundle        *bundle,
                                       AetherMachine       *machine);

/* What it asks for and the user agreed to. Blocks, too. */
GPtrArray *aether_consent_list_given  (AetherBundle        *bundle,
                                       AetherMachine       *machine);

/* What the user did not agree to of what machine.json says now; in a thread. */
void       aether_consent_list_async  (AetherBundle        *bundle,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
GPtrArray *aether_consent_list_finish (AetherBundle        *bundle,
                                       GAsyncResult        *result,
                                       GError             **error);

/* AETHER_CONSENT_ERROR_MISSING, unless @items is empty */
gboolean   aether_consent_check       (AetherBundle        *bundle,
                                       GPtrArray           *items,
                                       GError             **error);

/* The user agrees to just these. */
gboolean   aether_consent_give        (AetherBundle        *bundle,
                                       GPtrArray           *items,
                                       GError             **error);

/* The user wrote what @machine says and @before (nullable) does not. */
void       aether_consent_own         (AetherBundle        *bundle,
                                       AetherMachine       *machine,
                                       AetherMachine       *before);

/* A copy has what its original has. @given: that; what only the copy asks for is asked about */
void       aether_consent_inherit     (AetherBundle        *copy,
                                       GPtrArray           *given);

/* We have just saved its state. @identity: see aether-saved-state.h; @bundle: an AetherBundle */
void       aether_consent_own_state   (const char          *identity,
                                       gpointer             bundle);

/* The machine is gone for good. */
void       aether_consent_forget      (const char          *uuid,
                                       const char          *bundle_path);

/* Returns: (transfer none) (nullable) */
AetherConsentItem *
           aether_consent_find        (GPtrArray           *items,
                                       const char          *key);
/* How a file is remembered. @path: real */
char      *aether_consent_file_key    (const char          *path,
                                       gboolean             written);

/* For the two files of this. @settings_only: not what disks name, and no state. @known: (nullable): files that
 * it names, too, are left out */
GPtrArray *_aether_consent_collect    (AetherBundle        *bundle,
                                       AetherMachine       *machine,
                                       gboolean             settings_only,
                                       AetherMachine       *known);

G_END_DECLS
