/* aether-session-calls.c - what a running machine is asked, and the answer of an engine that cannot
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-session-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* --- what an engine that lacks an operation answers ---------------------- */

static void
refuse (AetherSession *self, GAsyncReadyCallback callback, gpointer user_data, const char *sentence)
{
  g_task_report_new_error (self, callback, user_data, refuse,
                           G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s", sentence);
}

static void
default_start_async (AetherSession *self, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine cannot start machines."));
}

static void
default_control_async (AetherSession *self, AetherControl control, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *sentence = g_strdup_printf (_("This engine does not know how to do “%s”."),
                                               aether_control_to_nick (control));

  refuse (self, callback, user_data, sentence);
}

void
_aether_session_refuse_suspend_async (AetherSession *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine cannot suspend machines."));
}

static void
default_send_keys_async (AetherSession *self, const char * const *keys, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine cannot send keys to a machine."));
}

static void
default_screenshot_async (AetherSession *self, guint display, int fd, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine cannot take screenshots."));
}

static void
default_open_display_async (AetherSession *self, int fd, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_close (fd, NULL);
  refuse (self, callback, user_data, _("This engine cannot show a machine's display."));
}

static void
default_open_vnc_async (AetherSession *self, int fd, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_close (fd, NULL);
  refuse (self, callback, user_data, _("This engine does not show displays by VNC."));
}

static void
default_statistics_async (AetherSession *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine keeps no statistics."));
}

static gboolean
default_set_sound (AetherSession *self, double volume, gboolean muted)
{
  return FALSE;
}

static void
default_list_drives_async (AetherSession *self, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine has no drives that can be changed."));
}

static void
default_change_medium_async (AetherSession *self, const char *drive, const char *file, gboolean force,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  refuse (self, callback, user_data, _("This engine has no drives that can be changed."));
}

static void
default_write_serial (AetherSession *self, guint port, GBytes *data)
{
}

void
_aether_session_refuse_all (AetherSessionClass *klass)
{
  klass->start_async = default_start_async;
  klass->control_async = default_control_async;
  klass->suspend_async = _aether_session_refuse_suspend_async;
  klass->send_keys_async = default_send_keys_async;
  klass->screenshot_async = default_screenshot_async;
  klass->open_display_async = default_open_display_async;
  klass->open_vnc_async = default_open_vnc_async;
  klass->statistics_async = default_statistics_async;
  klass->set_sound = default_set_sound;
  klass->list_drives_async = default_list_drives_async;
  klass->change_medium_async = default_change_medium_async;
  klass->write_serial = default_write_serial;
}

/* --- what engines are asked ---------------------------------------------- */

/**
 * aether_session_send_keys_async:
 * @keys: QKeyCode names, pressed in this order, released in reverse
 *
 * Completes when they are released. Fails with %G_IO_ERROR_INVALID_ARGUMENT on
 * a name that is none and on more than %AETHER_KEYS_MAX.
 */
void
aether_session_send_keys_async (AetherSession *self, const char * const *keys, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));
  g_return_if_fail (keys != NULL);

  if (g_strv_length ((GStrv) keys) > AETHER_KEYS_MAX)
    {
      g_task_report_new_error (self, callback, user_data, aether_session_send_keys_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("At most %d keys can be held at once."), AETHER_KEYS_MAX);
      return;
    }

  for (guint i = 0; keys[i]; i++)
    {
      if (aether_keys_is_key (keys[i]))
        continue;

      g_task_report_new_error (self, callback, user_data, aether_session_send_keys_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("“%.64s” is not the name of a key."), keys[i]);
      return;
    }

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->send_keys_async (self, keys, cancellable, callback, user_data);
}

/**
 * aether_session_screenshot_async:
 * @display: from 0
 * @fd: gets a PNG; borrowed until this completes
 */
void
aether_session_screenshot_async (AetherSession *self, guint display, int fd, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->screenshot_async (self, display, fd, cancellable, callback, user_data);
}

/**
 * aether_session_open_display_async:
 * @fd: (transfer full): one end of a socket pair, on which the engine will speak
 *   org.qemu.Display1; taken also when this fails
 *
 * Completes when it is handed over.
 */
void
aether_session_open_display_async (AetherSession *self, int fd, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->open_display_async (self, fd, cancellable, callback, user_data);
  else
    g_close (fd, NULL);
}

/**
 * aether_session_open_vnc_async:
 * @fd: (transfer full): the same with VNC, for any number of peers at once
 */
void
aether_session_open_vnc_async (AetherSession *self, int fd, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->open_vnc_async (self, fd, cancellable, callback, user_data);
  else
    g_close (fd, NULL);
}

void
aether_session_statistics_async (AetherSession *self, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->statistics_async (self, cancellable, callback, user_data);
}

/**
 * aether_session_set_sound:
 * @volume: 0 to 1
 *
 * Returns: whether there is sound to be set
 */
gboolean
aether_session_set_sound (AetherSession *self, double volume, gboolean muted)
{
  g_return_val_if_fail (AETHER_IS_SESSION (self), FALSE);

  return aether_session_get_state (self) != AETHER_STATE_STOPPED &&
         AETHER_SESSION_GET_CLASS (self)->set_sound (self, CLAMP (volume, 0, 1), muted);
}

void
aether_session_list_drives_async (AetherSession *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->list_drives_async (self, cancellable, callback, user_data);
}

/**
 * aether_session_change_medium_async:
 * @drive: id of a drive
 * @file: (nullable): absolute path of what shall be in it; %NULL: nothing
 * @force: also when the guest holds on to what is in it
 *
 * Fails with %G_IO_ERROR_NOT_FOUND when there is no such drive or file, and
 * %G_IO_ERROR_BUSY when the guest does not let go.
 */
void
aether_session_change_medium_async (AetherSession *self, const char *drive, const char *file, gboolean force,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));
  g_return_if_fail (drive != NULL);

  if (file && !g_path_is_absolute (file))
    {
      g_task_report_new_error (self, callback, user_data, aether_session_change_medium_async,
                               G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("“%.256s” is no absolute path of a file."), file);
      return;
    }

  /* What is in the drives is saved with the rest */
  if (_aether_session_is_suspending (self))
    {
      g_task_report_new_error (self, callback, user_data, aether_session_change_medium_async,
                               G_IO_ERROR, G_IO_ERROR_BUSY, _("The machine is being suspended. Cancel that first."));
      return;
    }

  if (_aether_session_check_runs (self, cancellable, callback, user_data))
    AETHER_SESSION_GET_CLASS (self)->change_medium_async (self, drive, file, force, cancellable, callback, user_data);
}

/**
 * aether_session_write_serial:
 * @port: from 0
 *
 * Never blocks: drops what the guest does not take in 64 KiB.
 */
void
aether_session_write_serial (AetherSession *self, guint port, GBytes *data)
{
  g_return_if_fail (AETHER_IS_SESSION (self));

  if (aether_session_get_state (self) != AETHER_STATE_STOPPED)
    AETHER_SESSION_GET_CLASS (self)->write_serial (self, port, data);
}
