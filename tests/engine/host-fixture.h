/* host-fixture.h - machines of the mock engine, and waiting for what they do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-client.h"
#include "aether-run.h"

G_BEGIN_DECLS

/* Sets the user's folders to new ones, until host_fixture_clear(). Before any other call. */
void          host_fixture_init    (void);
void          host_fixture_clear   (void);
/* For tests that make aether-machine warn; sanitizers it must not trip all the same. */
void          host_fixture_allow_warnings (void);

/* @notes: what the engine is to do, see engine-test.c. Two serial ports, the first with a log, and
 * a display. */
AetherBundle *host_make_machine    (const char     *name,
                                    const char     *notes);

/* These wait on the default main context for the async functions of their names. */
AetherClient *host_start           (AetherBundle   *bundle,
                                    GError        **error);
AetherClient *host_attach          (AetherBundle   *bundle,
                                    GError        **error);
gboolean      host_control         (AetherClient   *client,
                                    AetherControl   control,
                                    GError        **error);
gboolean      host_type            (AetherClient   *client,
                                    const char     *text,
                                    GError        **error);
GIOStream    *host_open_serial     (AetherClient   *client,
                                    guint           port,
                                    gboolean        replay,
                                    GError        **error);
/* Stores the result of an async call, for waiting with host_await() on it. */
void          host_result_cb       (GObject        *object,
                                    GAsyncResult   *result,
                                    gpointer        user_data);
GAsyncResult *host_await           (GAsyncResult  **result);

/* Starts, without a hitch. */
AetherClient *host_run             (AetherBundle   *bundle);
/* Forces off and waits until the process is gone; frees @client. */
void          host_end             (AetherClient   *client);
void          host_wait_closed     (AetherClient   *client);
/* Until no process has that id; a zombie is none. */
void          host_wait_gone       (int             pid);
int           host_get_pid         (AetherBundle   *bundle);
int           host_get_engine_pid  (AetherBundle   *bundle);
/* Until a line of the machine's log file has @words in it. */
void          host_wait_log        (AetherBundle   *bundle,
                                    const char     *words);
char         *host_read_log        (AetherBundle   *bundle,
                                    const char     *file);
void          host_command         (AetherClient   *client,
                                    const char     *command);
/* What the stream gives until it has @length bytes. */
char         *host_read            (GIOStream      *stream,
                                    gsize           length);
void          host_assert_says     (const char     *sentence,
                                    const char     *words);
void          host_spin            (guint           milliseconds);

G_END_DECLS
