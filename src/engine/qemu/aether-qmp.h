/* aether-qmp.h - QEMU's control connection (docs/interop/qmp-spec of QEMU)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Longer lines end the connection; query-qmp-schema has 0.3 MB. */
#define AETHER_QMP_LINE_MAX (16 * 1024 * 1024)

/* Milliseconds that most commands may take. */
#define AETHER_QMP_TIMEOUT 10000

/**
 * AetherQmp:
 *
 * One QMP connection. Everything happens on the thread-default main context
 * of its creator. What the peer says is not trusted: a line that is no QMP
 * ends the connection.
 *
 * Signals:
 *  - "event" (const char *name, JsonObject *data): @data may be %NULL
 *  - "closed" (GError *error): once, after every pending command has failed
 */
#define AETHER_TYPE_QMP (aether_qmp_get_type ())
G_DECLARE_FINAL_TYPE (AetherQmp, aether_qmp, AETHER, QMP, GObject)

AetherQmp *aether_qmp_new          (int                  fd);

void       aether_qmp_open_async   (AetherQmp           *self,
                                    guint                timeout,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
gboolean   aether_qmp_open_finish  (AetherQmp           *self,
                                    GAsyncResult        *result,
                                    GError             **error);

void       aether_qmp_call_async   (AetherQmp           *self,
                                    const char          *command,
                                    GVariant            *arguments,
                                    int                  fd,
                                    guint                timeout,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
JsonNode  *aether_qmp_call_finish  (AetherQmp           *self,
                                    GAsyncResult        *result,
                                    GError             **error);

/* For a command that is one step of @task. Returns: (nullable) (transfer full): what QEMU returned;
 * %NULL: its error was returned from @task */
JsonNode  *aether_qmp_step_finish  (AetherQmp           *self,
                                    GAsyncResult        *result,
                                    GTask               *task);
/* A callback for the last step: returns %TRUE from @user_data, a task, which it takes, or the error */
void       aether_qmp_done_cb      (GObject             *object,
                                    GAsyncResult        *result,
                                    gpointer             user_data);

gboolean   aether_qmp_is_closed    (AetherQmp           *self);
void       aether_qmp_close        (AetherQmp           *self);

G_END_DECLS
