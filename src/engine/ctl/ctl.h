/* ctl.h - what the commands of aetherctl share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-client.h"
#include "aether-library.h"

#include <glib/gi18n-lib.h>
#include <signal.h>

G_BEGIN_DECLS

/* Exit codes, documented in aetherctl(1). Also the codes of CTL_ERROR: a
 * command fails with one to say how aetherctl ends; any other error is
 * CTL_EXIT_FAILED. Ended by signal N: 128 + N. */
typedef enum
{
  CTL_EXIT_OK,
  CTL_EXIT_FAILED,
  CTL_EXIT_USAGE,
  CTL_EXIT_NO_MACHINE,
  CTL_EXIT_STATE,
  CTL_EXIT_TIMEOUT,
  CTL_EXIT_BROKEN_PIPE = 128 + SIGPIPE,   /* the reader of our output went away; nothing is said */
  CTL_EXIT_SILENT = 256,   /* as a CTL_ERROR: all has been said, the exit code is CTL_EXIT_FAILED */
} CtlExit;

#define CTL_ERROR (ctl_error_quark ())
GQuark ctl_error_quark (void);

typedef struct _CtlCommand CtlCommand;

typedef struct
{
  const CtlCommand *command;
  GCancellable     *cancellable;   /* cancelled by SIGINT, SIGTERM and SIGHUP */
  int               signal;        /* the one that did; 0 */
  GAsyncResult     *result;        /* between ctl_done() and ctl_wait() */
} Ctl;

/* One command. Its options are bound to static variables, so that help, man
 * page and completion can be held against the table without running it. */
struct _CtlCommand
{
  const char         *name;
  const char         *parameters;    /* "MACHINE KEY=VALUE…" */
  const char         *summary;       /* one line, no full stop */
  const char         *description;   /* (nullable): paragraphs for its help */
  int                 min, max;      /* number of parameters; max -1: any */
  const GOptionEntry *options;       /* (nullable) */
  gboolean          (*run) (Ctl *ctl, char **args, GError **error);
};

extern const CtlCommand ctl_commands[];   /* ends with a NULL name; in the order of the help */

const CtlCommand *ctl_command_find   (const char *name);
gboolean          ctl_help_run       (Ctl *ctl, char **args, GError **error);

/* --- running things --- */

/* A GAsyncReadyCallback, and the wait for it: start an async function with
 * (ctl->cancellable, ctl_done, ctl), then finish it with the result of ctl_wait().
 * Returns: (transfer full) */
void          ctl_done            (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *ctl_wait            (Ctl *ctl);

/* Runs the main loop until @ready says so, asked after every event and @interval ms at the
 * latest. @timeout: microseconds, negative: none. Fails with G_IO_ERROR_TIMED_OUT or
 * G_IO_ERROR_CANCELLED. */
gboolean      ctl_wait_until      (Ctl *ctl, gboolean (*ready) (gpointer data), gpointer data,
                                   guint interval, gint64 timeout, GError **error);

/* Around a read of the standard input that may take for ever: a signal ends us there at once */
void          ctl_signals_kill    (gboolean kill);

/* Fails with CTL_EXIT_USAGE and this sentence. Returns: FALSE */
gboolean      ctl_usage           (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Turns @error from @domain and @code into a CTL_ERROR of @exit_code */
void          ctl_map_error       (GError **error, GQuark domain, int code, CtlExit exit_code);

/* The machine that @which names. Fails with CTL_EXIT_NO_MACHINE */
AetherBundle *ctl_find            (const char *which, GError **error);
/* That machine, when it runs. Fails with CTL_EXIT_STATE when it does not */
AetherClient *ctl_attach          (Ctl *ctl, AetherBundle *bundle, GError **error);
AetherClient *ctl_find_running    (Ctl *ctl, const char *which, AetherBundle **bundle, GError **error);
gboolean      ctl_control         (Ctl *ctl, AetherClient *client, AetherControl control, GError **error);
/* TRUE: no other machine is called @name */
gboolean      ctl_check_name_free (const char *name, AetherBundle *except, GError **error);

/* --- values of options: given as bytes, in whatever locale --- */

gboolean      ctl_parse_text      (const char *what, const char *value, GError **error);
/* A word for an architecture becomes the one that a machine has; none stays none. */
gboolean      ctl_parse_arch      (char **arch, GError **error);
gboolean      ctl_parse_uint      (const char *what, const char *value, guint min, guint max,
                                   guint *number, GError **error);
/* "30", "1.5", "30s", "2m", "1h" -> microseconds */
gboolean      ctl_parse_time      (const char *what, const char *value, gint64 *time, GError **error);

G_END_DECLS
