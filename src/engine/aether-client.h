/* aether-client.h - a running machine, seen from a window or the command line
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-session.h"

G_BEGIN_DECLS

/**
 * AetherClient:
 *
 * A connection to the aether-machine process of one machine, over
 * org.aether.Machine1 (docs/machine1.md). Many clients may be attached at
 * once; dropping one never touches the machine.
 *
 * Properties (notify): "state" (#AetherState; STOPPED once the connection is
 * gone), "accelerator", "name", "uuid", "since" (#gint64), "end" (#AetherEnd, after the end),
 * "end-sentence", "channels" (GStrv: what in the guest listens: "agent", "clipboard"), "display-taken" (gboolean),
 * "can-suspend" (gboolean), "suspend-progress" (double: 0 to 1 while it is being suspended, else -1).
 * Signals: "log-line" (s), "finding" (AetherFinding), "guest-panic" (s), "disk-error"
 * (drive s, operation s, reason s, no_space b), "happened" (kind s, subject s; see AetherSession),
 * "closed" (): the machine's process went away; once.
 */
#define AETHER_TYPE_CLIENT (aether_client_get_type ())
G_DECLARE_FINAL_TYPE (AetherClient, aether_client, AETHER, CLIENT, GObject)

/* Starts @bundle in a process of its own that outlives us, and attaches.
 * Completes when the guest's first vCPU runs. Errors: the sentence of why it did not start
 * (G_IO_ERROR_BUSY: runs already). Cancelling ends the half-started machine. */
void          aether_client_start_async       (AetherBundle *bundle, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
/* Attaches to a machine that runs. G_IO_ERROR_NOT_FOUND: it does not. */
void          aether_client_attach_async      (AetherBundle *bundle, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
/* For both. Returns: (transfer full) */
AetherClient *aether_client_open_finish       (GAsyncResult *result, GError **error);

AetherState   aether_client_get_state         (AetherClient *self);
const char   *aether_client_get_accelerator   (AetherClient *self);
const char   *aether_client_get_name          (AetherClient *self);
const char   *aether_client_get_uuid          (AetherClient *self);
gint64        aether_client_get_since         (AetherClient *self);
AetherEnd     aether_client_get_end           (AetherClient *self, const char **sentence);
/* Never NULL */
const char * const *aether_client_get_channels (AetherClient *self);
/* Whether one that is still connected, perhaps we, was the last to get the display */
gboolean      aether_client_get_display_taken (AetherClient *self);
gboolean      aether_client_get_can_suspend   (AetherClient *self);
/* Returns: whether it is being suspended now; @done, @total (out) (optional): bytes */
gboolean      aether_client_get_suspend_progress (AetherClient *self, guint64 *done, guint64 *total);
guint         aether_client_get_n_serials     (AetherClient *self);
/* (transfer full) (element-type AetherFinding): what is to be known now */
GPtrArray    *aether_client_list_findings     (AetherClient *self);

void          aether_client_control_async     (AetherClient *self, AetherControl control,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
void          aether_client_type_text_async   (AetherClient *self, const char *text,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
void          aether_client_type_text_in_layout_async
                                              (AetherClient *self, const char *text,
                                               const char *layout, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
void          aether_client_send_keys_async   (AetherClient *self, const char * const *keys,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
/* PNG into @fd (borrowed until completion) */
void          aether_client_screenshot_async  (AetherClient *self, guint display, int fd,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
/* @volume: 0 to 1. G_IO_ERROR_NOT_SUPPORTED: the machine has no sound */
void          aether_client_set_sound_async   (AetherClient *self, double volume, gboolean muted,
                                               GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
double        aether_client_get_volume        (AetherClient *self);
gboolean      aether_client_get_muted         (AetherClient *self);
/* @file: (nullable): what shall be in the drive, %NULL: nothing. G_IO_ERROR_BUSY: the guest holds on to
 * what is in it, and @force was not given. */
void          aether_client_change_medium_async (AetherClient *self, const char *drive, const char *file,
                                                 gboolean force, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
/* For the six above */
gboolean      aether_client_finish            (AetherClient *self, GAsyncResult *result, GError **error);

/* A stream on which org.qemu.Display1 is spoken, to be opened with
 * G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT. The newest opener has the display: an older
 * stream closes. Returns by finish: (transfer full) */
void          aether_client_open_display_async  (AetherClient *self, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
GIOStream    *aether_client_open_display_finish (AetherClient *self, GAsyncResult *result, GError **error);

/* The same on which RFB is spoken, without a password; any number at once. G_IO_ERROR_NOT_SUPPORTED
 * when the engine has no VNC */
void          aether_client_open_vnc_async      (AetherClient *self, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
GIOStream    *aether_client_open_vnc_finish     (AetherClient *self, GAsyncResult *result, GError **error);

/* Serial port @port as a stream. @replay: begin with the last 64 KiB the guest wrote. */
void          aether_client_open_serial_async   (AetherClient *self, guint port, gboolean replay,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
GIOStream    *aether_client_open_serial_finish  (AetherClient *self, GAsyncResult *result, GError **error);

/* a{sv}, see AetherSessionClass.statistics_async */
void          aether_client_statistics_async    (AetherClient *self, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
GVariant     *aether_client_statistics_finish   (AetherClient *self, GAsyncResult *result, GError **error);

/* a(sssb), see AetherSessionClass.list_drives_async */
void          aether_client_list_drives_async   (AetherClient *self, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
GVariant     *aether_client_list_drives_finish  (AetherClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
