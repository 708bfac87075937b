/* aether-bundle.h - a machine on disk: NAME.aether/ and what is known of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-machine.h"

G_BEGIN_DECLS

/* What a machine does now. Nicks: "stopped", "starting", "running", "paused",
 * "stopping". */
typedef enum
{
  AETHER_STATE_STOPPED,
  AETHER_STATE_STARTING,
  AETHER_STATE_RUNNING,
  AETHER_STATE_PAUSED,
  AETHER_STATE_STOPPING,
} AetherState;

/* How its last run ended. Nicks: "none", "clean", "forced", "killed",
 * "crashed", "failed", "suspended". */
typedef enum
{
  AETHER_END_NONE,      /* has never run, or runs now */
  AETHER_END_CLEAN,     /* the guest shut down */
  AETHER_END_FORCED,    /* the user forced it off */
  AETHER_END_KILLED,    /* aether-machine went away without a word */
  AETHER_END_CRASHED,   /* the engine died under it */
  AETHER_END_FAILED,    /* it did not start */
  AETHER_END_SUSPENDED, /* its state was saved: the next start goes on from there */
} AetherEnd;

#define AETHER_BUNDLE_VARS "firmware/vars.qcow2"   /* what the guest told its firmware */

#define AETHER_TYPE_STATE (aether_state_get_type ())
#define AETHER_TYPE_END   (aether_end_get_type ())
GType       aether_state_get_type     (void);
GType       aether_end_get_type       (void);
const char *aether_state_to_nick      (AetherState state);
gboolean    aether_state_from_nick    (const char *nick, AetherState *state);
const char *aether_end_to_nick        (AetherEnd end);
AetherEnd   aether_end_from_nick      (const char *nick);

/**
 * AetherBundle:
 *
 * A handle on a bundle: cheap, holds no open file, thousands of them make a
 * library. Properties (all readable, notify on the main context): "path",
 * "uuid", "name", "arch", "engine", "os", "state" (#AetherState), "since" (#gint64,
 * seconds since the epoch of the last change of state, or of the last end; 0
 * unknown), "suspended" (gboolean: it is stopped, and a start goes on where it was),
 * "problem" (a sentence, or %NULL when machine.json can be read).
 */
#define AETHER_TYPE_BUNDLE (aether_bundle_get_type ())
G_DECLARE_FINAL_TYPE (AetherBundle, aether_bundle, AETHER, BUNDLE, GObject)

/* Opens @path, reads the head of machine.json. Never fails: a bundle that
 * cannot be read has a "problem" and takes its name from its folder. */
AetherBundle  *aether_bundle_new          (const char     *path);

const char    *aether_bundle_get_path     (AetherBundle   *self);
const char    *aether_bundle_get_uuid     (AetherBundle   *self);  /* (nullable) */
const char    *aether_bundle_get_name     (AetherBundle   *self);
const char    *aether_bundle_get_arch     (AetherBundle   *self);  /* (nullable) */
const char    *aether_bundle_get_engine   (AetherBundle   *self);  /* (nullable) */
const char    *aether_bundle_get_os       (AetherBundle   *self);  /* (nullable): "debian13" */
AetherState    aether_bundle_get_state    (AetherBundle   *self);
gint64         aether_bundle_get_since    (AetherBundle   *self);
gboolean       aether_bundle_get_suspended (AetherBundle  *self);
const char    *aether_bundle_get_problem  (AetherBundle   *self);  /* (nullable) */
void           aether_bundle_refresh      (AetherBundle   *self);  /* looks again, notifies */

/* Blocking, small files. load: the whole configuration; save: atomic, durable,
 * refuses (G_IO_ERROR_INVALID_ARGUMENT) what aether_machine_validate() does. */
AetherMachine *aether_bundle_load         (AetherBundle   *self,
                                           GError        **error);
gboolean       aether_bundle_save         (AetherBundle   *self,
                                           AetherMachine  *machine,
                                           GError        **error);

/* Takes out what was for one run ("once" of firmware and drives), with its files when they lie in
 * the bundle. Of a machine that does not run, or just ended. TRUE when there was nothing, too. */
gboolean       aether_bundle_drop_once    (AetherBundle   *self,
                                           GError        **error);

/* Makes DIRECTORY/NAME.aether (a free name of that kind) with machine.json and
 * the folders inside; on failure nothing is left. */
AetherBundle  *aether_bundle_create       (const char     *directory,
                                           AetherMachine  *machine,
                                           GError        **error);

/* Forgets the saved state of a suspended machine: it starts anew, as after a power cut. TRUE when
 * there was none, too. G_IO_ERROR_BUSY while it runs. */
gboolean       aether_bundle_discard_state (AetherBundle  *self,
                                           GError        **error);
void           aether_bundle_discard_state_async  (AetherBundle        *self,
                                                   GCancellable        *cancellable,
                                                   GAsyncReadyCallback  callback,
                                                   gpointer             user_data);
gboolean       aether_bundle_discard_state_finish (AetherBundle        *self,
                                                   GAsyncResult        *result,
                                                   GError             **error);

/* Absolute path of a file named in machine.json. */
char          *aether_bundle_resolve      (AetherBundle   *self,
                                           const char     *file);

/* How the last run ended; @sentence (out, nullable, transfer full) says it to
 * the user, @output (same) holds the engine's last lines. */
AetherEnd      aether_bundle_get_last_end (AetherBundle   *self,
                                           char          **sentence,
                                           char          **output);

/* The name may change while the machine runs; the folder keeps its name. */
gboolean       aether_bundle_rename       (AetherBundle   *self,
                                           const char     *name,
                                           GError        **error);

/* Copies a stopped machine to @directory: new uuid, name and MAC addresses, disks (those
 * outside the bundle too) by reflink where the file system can. Returns: (transfer full): the copy. */
void           aether_bundle_clone_async  (AetherBundle   *self,
                                           const char     *directory,
                                           const char     *name,
                                           GCancellable   *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer        user_data);
AetherBundle  *aether_bundle_clone_finish (AetherBundle   *self,
                                           GAsyncResult   *result,
                                           GError        **error);

/* To the trash, or for good. G_IO_ERROR_BUSY while it runs. */
gboolean       aether_bundle_delete       (AetherBundle   *self,
                                           gboolean        permanently,
                                           GError        **error);

G_END_DECLS
