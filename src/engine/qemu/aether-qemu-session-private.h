/* aether-qemu-session-private.h - what the files of AetherQemuSession share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-child.h"
#include "aether-qemu-session.h"
#include "aether-qmp.h"
#include "aether-saved-state.h"

G_BEGIN_DECLS

struct _AetherQemuSession
{
  AetherSession       parent_instance;

  AetherBundle       *bundle;
  AetherMachine      *machine;
  AetherCapabilities *capabilities;

  const char         *accelerator;    /* of this attempt: "kvm" or "tcg" */
  AetherChild        *child;
  AetherQmp          *qmp;
  GPtrArray          *serials;        /* of AetherSerialPort */
  int                 agent;          /* our end of the guest agent's channel, -1: none */

  GTask              *starting;       /* until the first vCPU runs */
  gint64              running_since;  /* monotonic, 0 before */
  gboolean            resigned;       /* KVM gave up: the end of this QEMU begins another */
  GError             *failure;        /* why it cannot start, while its process ends */

  AetherSavedState   *saved;          /* (nullable): this run goes on from there */
  gboolean            used;           /* and that is noted */
  gint64              fdset;          /* QEMU's, with the file of it; -1: none */
  gboolean            clock_waits;    /* for the guest agent, after a resume */
  gboolean            suspended;      /* its state is saved: what is left is to end */
  gboolean            forced;         /* somebody asked for FORCE_OFF */
  char               *shutdown;       /* the reason of QEMU's SHUTDOWN event */
  AetherChild        *sound;          /* (nullable): plays what the guest plays */
  int                 sound_control;  /* -1: there is none */
  char               *sound_lines;    /* (nullable): how loud, for one that begins anew */
  gboolean            sound_again;    /* it has crashed once */
  gboolean            sound_waits;    /* for the next who opens the display */
  guint               n_media_calls;  /* ours, under way: trays move by our hand */
  guint               n_displays;     /* handed over so far */
  int                 display;        /* the newest peer's socket, -1: none */
  GQueue              peers;          /* of GTask: who wants the display, the first being served */
  GSource            *settling;       /* while QEMU lets go of the peer before */
  guint               n_looks;        /* whether it has, that are left */
  gint64              handed_over;    /* monotonic: when display was */
};

/* aether-qemu-session.c */
gboolean _aether_qemu_session_resign_kvm        (AetherQemuSession *self);

/* aether-qemu-suspend.c */
void     _aether_qemu_session_suspend_async     (AetherSession *session, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
char    *_aether_qemu_suspend_find_obstacle     (AetherMachine     *machine);

/* aether-qemu-events.c */
void     _aether_qemu_session_handle_event      (AetherQemuSession *self,
                                                 const char        *name,
                                                 JsonObject        *data);

/* aether-qemu-sound.c */
void     _aether_qemu_session_start_sound       (AetherQemuSession *self);
void     _aether_qemu_session_mend_sound        (AetherQemuSession *self);
void     _aether_qemu_session_release_sound     (AetherQemuSession *self);
gboolean _aether_qemu_session_set_sound         (AetherSession     *session,
                                                 double             volume,
                                                 gboolean           muted);

/* aether-qemu-display.c */
void     _aether_qemu_session_open_display_async (AetherSession *session, int fd,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_open_vnc_async    (AetherSession *session, int fd,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_release_display   (AetherQemuSession *self);

/* aether-qemu-actions.c: the virtual functions */
void     _aether_qemu_session_control_async     (AetherSession *session, AetherControl control,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_send_keys_async   (AetherSession *session, const char * const *keys,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_screenshot_async  (AetherSession *session, guint display, int fd,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_list_drives_async (AetherSession *session,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_change_medium_async (AetherSession *session, const char *drive,
                                                 const char *file, gboolean force,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
void     _aether_qemu_session_statistics_async  (AetherSession *session,
                                                 GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
