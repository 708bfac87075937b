/* aether-saved-state.h - a machine that was suspended to disk: its memory, beside its disks
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* BUNDLE/suspend/ holds of a machine that is suspended
 *
 *   state        what its engine wrote: memory and devices
 *   state.json   what it fits; while this is there, the machine is suspended
 *
 *   {"saved": 1760000000, "engine": "qemu", "size": 123, "checksum": "…",
 *    "disks": [{"file": "disks/disk0.qcow2", "size": 123, "mtime": 123}], "fit": {…}}
 *
 * and while it is being resumed, from before its first instruction on, used.json in the place of
 * state.json: a memory must not come back to disks that went on without it. All that is here
 * blocks, and is for who holds the machine's lock, but aether_saved_state_exists(). */
typedef struct
{
  gint64      saved;      /* seconds since the epoch */
  char       *engine;
  guint64     size;       /* of the file */
  char       *checksum;
  JsonArray  *disks;
  JsonObject *fit;        /* what its engine asks before it takes it back */
} AetherSavedState;

gboolean          aether_saved_state_exists  (const char              *bundle_path);
/* G_IO_ERROR_NOT_FOUND: is not suspended */
AetherSavedState *aether_saved_state_read    (const char              *bundle_path,
                                              GError                 **error);
void              aether_saved_state_free    (AetherSavedState        *self);
/* Whether file and disks are as they were then; reads all of it, unless cancelled. */
gboolean          aether_saved_state_verify  (AetherSavedState        *self,
                                              const char              *bundle_path,
                                              GCancellable            *cancellable,
                                              GError                 **error);
/* Which saved state it is: another one, and a copy, has another. Nothing that somebody can make up who
 * only hands over files, as it has the inode and the time of its last change.
 * Returns: (nullable): NULL when the machine is not suspended */
char             *aether_saved_state_dup_identity (const char         *bundle_path);
/* A descriptor to read it, or -1 */
int               aether_saved_state_open    (const char              *bundle_path,
                                              GError                 **error);

/* Saving: a file for the engine to write to, under a name of no meaning, then what makes it count.
 * Returns: open for writing, or -1 */
int               aether_saved_state_create  (const char              *bundle_path,
                                              char                   **temp,
                                              GError                 **error);
/* When this succeeds, the machine is suspended, whatever happens next; when it fails, it is not,
 * and nothing is left. @disks: as in machine.json; @fit: as above; @note: (nullable): told of its
 * identity before it counts, so that it never counts as somebody else's */
typedef void    (*AetherSavedStateNote)      (const char              *identity,
                                              gpointer                 data);
gboolean          aether_saved_state_commit  (const char              *bundle_path,
                                              const char              *temp,
                                              int                      fd,
                                              const char              *engine,
                                              const char * const      *disks,
                                              JsonObject              *fit,
                                              AetherSavedStateNote     note,
                                              gpointer                 data,
                                              GError                 **error);

/* Resuming: before the first instruction, and when there was none after all */
gboolean          aether_saved_state_use     (const char              *bundle_path,
                                              GError                 **error);
gboolean          aether_saved_state_unuse   (const char              *bundle_path,
                                              GError                 **error);
/* Removes what is left: of a machine that runs, or is to start anew */
gboolean          aether_saved_state_discard (const char              *bundle_path,
                                              GError                 **error);
/* Clears up after one who was killed. Returns: whether that was a resume which had begun */
gboolean          aether_saved_state_settle  (const char              *bundle_path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherSavedState, aether_saved_state_free)

G_END_DECLS
