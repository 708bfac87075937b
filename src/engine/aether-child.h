/* aether-child.h - a helper process that never outlives us
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A file descriptor the child gets: our @fd becomes its number @target (3 or more). */
typedef struct
{
  int fd;
  int target;
} AetherChildFd;

/**
 * AetherChild:
 *
 * A process that the kernel kills when we die, however we die (Linux,
 * FreeBSD; elsewhere it sees its standard input or its socket close).
 * Disposing the object kills it too.
 *
 * Signals, on the main context that was the thread's default at the spawn:
 *  - "line" (const char *line): written to stdout or stderr; valid UTF-8
 *    without newline, at most 4 KiB
 *  - "exited" (int wait_status): once, after its last line
 */
#define AETHER_TYPE_CHILD (aether_child_get_type ())
G_DECLARE_FINAL_TYPE (AetherChild, aether_child, AETHER, CHILD, GObject)

/* @argv[0]: a path, or a name to look for in PATH; stdin is /dev/null. @fds are taken: closed on
 * our side, whether this succeeds or not. Call on the main thread: the kernel ties the child to the
 * thread that made it. */
AetherChild *aether_child_spawn        (const char * const   *argv,
                                        const AetherChildFd  *fds,
                                        guint                 n_fds,
                                        GError              **error);
int          aether_child_get_pid      (AetherChild          *self);   /* 0 once it has exited */
gboolean     aether_child_has_exited   (AetherChild          *self);
int          aether_child_get_wait_status (AetherChild       *self);   /* as of waitpid(); -1 while it runs */
void         aether_child_send_signal  (AetherChild          *self,
                                        int                   signum);
void         aether_child_kill         (AetherChild          *self);
/* Kills it if it has not exited by then. The first call counts. */
void         aether_child_kill_after   (AetherChild          *self,
                                        guint                 milliseconds);
/* Kills it when @cancellable is cancelled, which may be already. Takes the place of the
 * cancellable before; NULL: of none any more. */
void         aether_child_kill_when    (AetherChild          *self,
                                        GCancellable         *cancellable);

/* Adds "cpu-time" and "memory", as Machine1's Statistics has them, where the system tells. */
void         aether_child_add_statistics (AetherChild        *self,
                                        GVariantDict         *values);

/* The last lines it wrote (32, together at most 16 KiB), NULL when it wrote none. */
char        *aether_child_dup_output   (AetherChild          *self);
/* "exited with code 1", "was ended by signal 9 (Killed)": the end of a sentence that names it;
 * NULL while it runs. */
char        *aether_child_dup_ending   (AetherChild          *self);

/* Completes when it has exited, with TRUE. Cancelling only stops the waiting. */
void         aether_child_wait_async   (AetherChild          *self,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean     aether_child_wait_finish  (AetherChild          *self,
                                        GAsyncResult         *result,
                                        GError              **error);

G_END_DECLS
