/* aether-run.h - what a running machine leaves on disk for others to see
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"

G_BEGIN_DECLS

/* A machine runs while one process holds two locks: BUNDLE/.lock, so that
 * nobody else runs, copies or deletes it, and `lock` in its runtime folder
 * ($XDG_RUNTIME_DIR/aether/UUID). Beside the latter lies `status`:
 *
 *   {"state": "running", "since": 1760000000, "pid": 123, "engine-pid": 124,
 *    "accelerator": "tcg", "bundle": "/home/me/Debian.aether"}
 *
 * and BUNDLE/logs/last-run.json tells later how it went:
 *
 *   {"started": 1760000000, "ended": 1760000123, "pid": 123, "boot-id": "...",
 *    "end": "crashed", "sentence": "...", "output": "..."}
 *
 * without "ended", "end", "sentence" and "output" until it ended. A status or a
 * record whose process is gone is a leftover: only the locks tell the truth. */

/* --- the running side: aether-machine ------------------------------------ */

/* One run of a machine, held by the process that runs it. */
typedef struct _AetherRun AetherRun;

/* Takes the locks, makes the runtime folder (0700) and logs/, writes both
 * files. Ask aether_bundle_get_last_end() before: this run takes its place.
 * G_IO_ERROR_BUSY with the sentence why when the machine or a copy of it runs. */
AetherRun  *aether_run_begin      (AetherBundle  *bundle,
                                   GError       **error);
const char *aether_run_get_folder (AetherRun     *self);   /* the runtime folder: machine.sock goes there */
/* Writes the status; "since" moves when @state is another one than before. */
gboolean    aether_run_set_status (AetherRun     *self,
                                   AetherState    state,
                                   const char    *accelerator,   /* (nullable) */
                                   int            engine_pid,    /* 0: none */
                                   GError       **error);
gint64      aether_run_get_since  (AetherRun     *self);
/* Records the end, removes the runtime folder, lets the locks go, frees @self.
 * Fails only to write the record; the rest is done all the same. */
gboolean    aether_run_end        (AetherRun     *self,
                                   AetherEnd      end,
                                   const char    *sentence,      /* (nullable) */
                                   const char    *output,        /* (nullable) */
                                   GError       **error);

/* --- the looking side ---------------------------------------------------- */

typedef struct
{
  AetherState  state;
  gint64       since;         /* seconds since the epoch */
  int          pid;           /* of aether-machine */
  int          engine_pid;    /* 0: none */
  char        *accelerator;   /* (nullable) */
  char        *bundle;        /* (nullable) */
} AetherRunStatus;

/* NULL: no process runs a machine with this @uuid. */
AetherRunStatus *aether_run_status_read    (const char            *uuid);
void             aether_run_status_free    (AetherRunStatus       *self);
/* Whether it is this folder that runs, and not another one of the same uuid. */
gboolean         aether_run_status_is_of   (const AetherRunStatus *self,
                                            const char            *bundle_path);
/* Whether somebody runs, copies or deletes the bundle now. */
gboolean         aether_run_is_locked      (const char            *bundle_path);

typedef struct
{
  gint64     started;      /* seconds since the epoch */
  gint64     ended;        /* 0: never said */
  int        pid;
  char      *boot_id;      /* (nullable) */
  AetherEnd  end;
  char      *sentence;     /* (nullable) */
  char      *output;       /* (nullable) */
} AetherRunRecord;

/* NULL: has never run, or the record cannot be read. */
AetherRunRecord *aether_run_record_read    (const char            *bundle_path);
void             aether_run_record_free    (AetherRunRecord       *self);
/* Whether the computer was started anew since. */
gboolean         aether_run_record_is_of_another_boot (const AetherRunRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherRunStatus, aether_run_status_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherRunRecord, aether_run_record_free)

G_END_DECLS
