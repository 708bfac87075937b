/* aether-session.h - one run of a machine in an engine; lives in aether-machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-finding.h"
#include "aether-keys.h"

G_BEGIN_DECLS

/* What a user can ask of a running machine without arguments. Nicks: "pause",
 * "resume", "reset", "request-shutdown", "force-off", "suspend", "cancel-suspend". */
typedef enum
{
  AETHER_CONTROL_PAUSE,
  AETHER_CONTROL_RESUME,
  AETHER_CONTROL_RESET,
  AETHER_CONTROL_REQUEST_SHUTDOWN,   /* completes when asked, not when the guest obeyed */
  AETHER_CONTROL_FORCE_OFF,          /* completes when the engine is gone */
  AETHER_CONTROL_SUSPEND,            /* to disk; completes when it is saved and the engine is gone */
  AETHER_CONTROL_CANCEL_SUSPEND,     /* completes when told; the suspending fails as cancelled */
} AetherControl;

#define AETHER_TYPE_CONTROL (aether_control_get_type ())
GType        aether_control_get_type           (void);
const char  *aether_control_to_nick            (AetherControl control);
gboolean     aether_control_from_nick          (const char *nick, AetherControl *control);

/**
 * AetherSession:
 *
 * Properties (notify): "state" (#AetherState; the engine's view), "accelerator"
 * ("kvm", "tcg", "unicorn"; %NULL before the start), "pid" (of the engine's process, 0 when none),
 * "channels" (GStrv: what in the guest listens to us now: "agent", the guest agent; "clipboard"),
 * "can-suspend" (gboolean: the engine knows how), "suspend-obstacle" (a sentence: why this machine cannot
 * be suspended, or %NULL), "suspend-total", "suspend-done" (guint64: bytes, while it is being
 * suspended; else 0).
 *
 * Signals, all on the main context that made the session:
 *  - "log-line" (const char *line): something for the log, without newline
 *  - "finding" (AetherFinding *): learnt while running, e.g. fallen back to emulation
 *  - "guest-panic" (const char *sentence)
 *  - "disk-error" (const char *drive_id, const char *operation, const char *reason, gboolean no_space)
 *  - "happened" (const char *kind, const char *subject): what the guest did, that a person may want to
 *     know: "restarted", "ejected" (a drive)
 *  - "serial-data" (guint port, GBytes *data): what the guest wrote
 *  - "ended" (AetherEnd end, const char *sentence, const char *output): once, the last one;
 *     @output: the engine's last lines when it crashed, else %NULL
 *
 * The object never outlives its engine process: disposing it kills what runs.
 */
#define AETHER_TYPE_SESSION (aether_session_get_type ())
G_DECLARE_DERIVABLE_TYPE (AetherSession, aether_session, AETHER, SESSION, GObject)

struct _AetherSessionClass
{
  GObjectClass parent_class;

  /* Completes when the first vCPU runs, which is not when the guest OS has booted.
   * Each has a default that fails with G_IO_ERROR_NOT_SUPPORTED and says who cannot. Every
   * _finish is `gboolean (self, result, error)` over a GTask unless noted. */
  void      (*start_async)       (AetherSession *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  void      (*control_async)     (AetherSession *self, AetherControl control, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* Saves the state of the machine in its bundle (aether-saved-state.h) and ends it with
   * AETHER_END_SUSPENDED, then completes. When it fails or is cancelled, the machine goes on as before. */
  void      (*suspend_async)     (AetherSession *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* QKeyCode names ("ctrl", "alt", "delete"): pressed in order, released in reverse */
  void      (*send_keys_async)   (AetherSession *self, const char * const *keys, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* PNG of display @display, written to @fd (borrowed until completion) */
  void      (*screenshot_async)  (AetherSession *self, guint display, int fd, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* @fd: our end of a socket on which org.qemu.Display1 will be spoken; taken */
  void      (*open_display_async) (AetherSession *self, int fd, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* The same with RFB, the protocol of VNC, for any number of peers at once; taken */
  void      (*open_vnc_async)    (AetherSession *self, int fd, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* Returns by GTask a GVariant a{sv}: "cpu-time" t (us of the engine's process), "memory" t (bytes
   * resident), "disk-read", "disk-written", "network-sent", "network-received" t (bytes), "balloon" t
   * (bytes the guest has) where known */
  void      (*statistics_async)  (AetherSession *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* @volume: 0 to 1. Returns: whether there is sound to be set */
  gboolean  (*set_sound)         (AetherSession *self, double volume, gboolean muted);
  /* Returns by GTask a GVariant a(sssb): of each drive the id, "disk" or "cdrom", the file in it (empty:
   * none), and whether its tray is open */
  void      (*list_drives_async) (AetherSession *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* @file: (nullable): absolute; %NULL ejects. Unless @force, G_IO_ERROR_BUSY when the guest holds on to
   * what is in the drive */
  void      (*change_medium_async) (AetherSession *self, const char *drive, const char *file, gboolean force,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
  /* Bytes for the guest's serial port; never blocks, drops what the guest does not take in 64 KiB */
  void      (*write_serial)      (AetherSession *self, guint port, GBytes *data);
};

AetherState  aether_session_get_state          (AetherSession *self);
const char  *aether_session_get_accelerator    (AetherSession *self);
int          aether_session_get_pid            (AetherSession *self);

gboolean     aether_session_get_can_suspend    (AetherSession *self);
const char  *aether_session_get_suspend_obstacle (AetherSession *self);   /* (nullable) */
gboolean     aether_session_get_suspend_progress (AetherSession *self, guint64 *done, guint64 *total);   /* FALSE: is not suspended now */

void         aether_session_start_async        (AetherSession *self, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_control_async      (AetherSession *self, AetherControl control,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_send_keys_async    (AetherSession *self, const char * const *keys,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
/* Types @text with a US keyboard by send_keys; implemented here, in steps, for every engine.
 * G_IO_ERROR_INVALID_ARGUMENT names a character no US key gives; nothing is typed then. */
void         aether_session_type_text_async    (AetherSession *self, const char *text,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_type_text_in_layout_async
                                               (AetherSession *self, const char *text,
                                                const char *layout,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_screenshot_async   (AetherSession *self, guint display, int fd,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_open_display_async (AetherSession *self, int fd, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_open_vnc_async     (AetherSession *self, int fd, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_statistics_async   (AetherSession *self, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
gboolean     aether_session_set_sound          (AetherSession *self, double volume, gboolean muted);
void         aether_session_list_drives_async  (AetherSession *self, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_change_medium_async (AetherSession *self, const char *drive, const char *file,
                                                gboolean force, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
void         aether_session_write_serial       (AetherSession *self, guint port, GBytes *data);

const char * const *aether_session_get_channels (AetherSession *self);

/* For all of the above but statistics and list_drives */
gboolean     aether_session_finish             (AetherSession *self, GAsyncResult *result, GError **error);
/* For these two. Returns: (transfer full) */
GVariant    *aether_session_statistics_finish  (AetherSession *self, GAsyncResult *result, GError **error);

/* For implementations: set the property, or emit the signal */
void         aether_session_set_state          (AetherSession *self, AetherState state);
void         aether_session_set_accelerator    (AetherSession *self, const char *accelerator);
void         aether_session_set_pid            (AetherSession *self, int pid);
/* That it can be suspended. @obstacle: (nullable): why it cannot as it is */
void         aether_session_set_can_suspend    (AetherSession *self, const char *obstacle);
void         aether_session_set_suspend_progress (AetherSession *self, guint64 done, guint64 total);
void         aether_session_log                (AetherSession *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void         aether_session_add_finding        (AetherSession *self, AetherSeverity severity, const char *id,
                                                const char *sentence);
void         aether_session_happened           (AetherSession *self, const char *kind, const char *subject);
void         aether_session_set_channel        (AetherSession *self, const char *name, gboolean open);
void         aether_session_serial_data        (AetherSession *self, guint port, GBytes *data);
/* Returns @task, which a stopping is waited for with, when "ended" has been emitted: TRUE */
void         aether_session_wait_ended         (AetherSession *self, GTask *task);
/* Whether an engine that is @connected, with its channel for commands open, can be asked now; else
 * returns from @task why not. */
gboolean     aether_session_check_answers      (AetherSession *self, gboolean connected, GTask *task);
void         aether_session_guest_panic        (AetherSession *self, const char *sentence);
void         aether_session_disk_error         (AetherSession *self, const char *drive_id, const char *operation,
                                                const char *reason, gboolean no_space);
/* The engine is gone: state becomes STOPPED, pid 0, then "ended". Only the first call counts. */
void         aether_session_ended              (AetherSession *self, AetherEnd end, const char *sentence,
                                                const char *output);

G_END_DECLS
