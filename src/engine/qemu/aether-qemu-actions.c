/* aether-qemu-actions.c - what can be asked of a machine that runs in QEMU
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-session-private.h"

#include "aether-json.h"
#include "aether-qemu-command.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Milliseconds that "quit" may take before QEMU is killed */
#define QUIT_TIMEOUT 1000

/* Milliseconds that each key is held. A PS/2 keyboard stores 16 bytes, a key
 * has up to 4, and a slow guest takes its time. */
#define HOLD_TIME 10

/* A PNG of 16384 x 16384 noise would be larger: not of a screen */
#define SCREENSHOT_MAX (512 * 1024 * 1024)

/* --- control ------------------------------------------------------------------ */

/* The STOP and RESUME events made us ask for the status, which sets our state. QEMU answers in
 * order: an answer to one more question says that the state is set, and whoever is told that the
 * machine is paused finds it so. */
static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);

  if (node == NULL)
    return;

  aether_qmp_call_async (AETHER_QMP (object), "query-status", NULL, -1, AETHER_QMP_TIMEOUT, NULL,
                         aether_qmp_done_cb, g_steal_pointer (&task));
}

static void
force_off (AetherQemuSession *self, GTask *task)
{
  self->forced = TRUE;
  if (self->child == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  aether_session_wait_ended (AETHER_SESSION (self), task);
  if (self->starting || self->qmp == NULL || aether_qmp_is_closed (self->qmp))
    {
      aether_child_kill (self->child);
      return;
    }

  aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_STOPPING);
  aether_qmp_call_async (self->qmp, "quit", NULL, -1, 0, NULL, NULL, NULL);
  aether_child_kill_after (self->child, QUIT_TIMEOUT);
}

void
_aether_qemu_session_control_async (AetherSession       *session,
                                    AetherControl        control,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  GAsyncReadyCallback answered = aether_qmp_done_cb;
  const char *command = NULL;

  g_task_set_source_tag (task, _aether_qemu_session_control_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (control == AETHER_CONTROL_FORCE_OFF)
    {
      force_off (self, task);
      return;
    }
  if (!aether_session_check_answers (session, self->qmp != NULL, task))
    return;

  switch (control)
    {
    case AETHER_CONTROL_PAUSE:
      command = "stop";
      answered = stopped_cb;
      break;
    case AETHER_CONTROL_RESUME:
      command = "cont";
      answered = stopped_cb;
      break;
    case AETHER_CONTROL_RESET:
      command = "system_reset";
      break;
    case AETHER_CONTROL_REQUEST_SHUTDOWN:
      /* Who does not run does not hear the button */
      if (aether_session_get_state (session) == AETHER_STATE_PAUSED)
        aether_qmp_call_async (self->qmp, "cont", NULL, -1, 0, NULL, NULL, NULL);
      command = "system_powerdown";
      break;
    case AETHER_CONTROL_FORCE_OFF:
    case AETHER_CONTROL_SUSPEND:
    case AETHER_CONTROL_CANCEL_SUSPEND:
    default:
      g_return_if_reached ();
    }

  aether_qmp_call_async (self->qmp, command, NULL, -1, AETHER_QMP_TIMEOUT, cancellable,
                         answered, g_steal_pointer (&task));
}

/* --- keys ----------------------------------------------------------------------- */

static gboolean
keys_released_cb (gpointer user_data)
{
  g_task_return_boolean (user_data, TRUE);

  return G_SOURCE_REMOVE;
}

/* QEMU has them in its queue, and presses one each HOLD_TIME. */
static void
keys_queued_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  g_autoptr(GSource) source = NULL;

  if (node == NULL)
    return;

  source = g_timeout_source_new (GPOINTER_TO_UINT (g_task_get_task_data (task)));
  if (g_task_get_cancellable (task))
    {
      g_autoptr(GSource) cancelled = g_cancellable_source_new (g_task_get_cancellable (task));

      g_source_set_dummy_callback (cancelled);
      g_source_add_child_source (source, cancelled);
    }
  g_task_attach_source (task, source, keys_released_cb);
}

void
_aether_qemu_session_send_keys_async (AetherSession        *session,
                                      const char * const   *keys,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  GVariantBuilder list;
  guint n_keys = g_strv_length ((GStrv) keys);

  g_task_set_source_tag (task, _aether_qemu_session_send_keys_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (2 * n_keys * HOLD_TIME), NULL);
  if (!aether_session_check_answers (session, self->qmp != NULL, task))
    return;
  if (aether_session_get_state (session) == AETHER_STATE_PAUSED)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                               _("The machine is paused, so it takes no keys. Resume it first."));
      return;
    }
  if (n_keys == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n_keys; i++)
    {
      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&list, "{sv}", "type", g_variant_new_string ("qcode"));
      g_variant_builder_add (&list, "{sv}", "data", g_variant_new_string (keys[i]));
      g_variant_builder_close (&list);
    }

  aether_qmp_call_async (self->qmp, "send-key",
                         g_variant_new_parsed ("{'keys': <%*>, 'hold-time': <%i>}",
                                               g_variant_builder_end (&list), HOLD_TIME),
                         -1, AETHER_QMP_TIMEOUT, cancellable, keys_queued_cb, g_steal_pointer (&task));
}

/* --- screenshot: a file in memory -> QEMU opens it by its set of descriptors,
 * writes and closes it -> a thread copies it to where it shall go, which may
 * be a pipe that nobody reads. */

typedef struct
{
  AetherQmp *qmp;
  char      *device;
  int        memory;    /* the PNG */
  int        target;    /* borrowed */
  gint64     fdset;
} Screenshot;

static void
screenshot_free (Screenshot *shot)
{
  g_object_unref (shot->qmp);
  g_free (shot->device);
  g_clear_fd (&shot->memory, NULL);
  g_clear_fd (&shot->target, NULL);
  g_free (shot);
}

static void
screenshot_copy_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Screenshot *shot = task_data;
  char buffer[64 * 1024];
  off_t offset = 0;
  gssize n;

  while ((n = pread (shot->memory, buffer, sizeof buffer, offset)) > 0 && offset < SCREENSHOT_MAX)
    {
      for (gssize done = 0; done < n; )
        {
          gssize written = write (shot->target, buffer + done, n - done);
          int code = errno;

          if (written < 0 && code == EINTR)
            continue;
          if (written <= 0)
            {
              g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (code),
                                       _("The screenshot cannot be saved: %s."), g_strerror (code));
              return;
            }
          done += written;
        }
      offset += n;
    }

  if (n < 0 || offset == 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("QEMU made no picture of the screen."));
  else
    g_task_return_boolean (task, TRUE);
}

static void
screenshot_drawn_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  Screenshot *shot = g_task_get_task_data (task);

  aether_qmp_call_async (shot->qmp, "remove-fd",
                         g_variant_new_parsed ("{'fdset-id': <%x>}", shot->fdset), -1, 0, NULL, NULL, NULL);

  if (node)
    g_task_run_in_thread (task, screenshot_copy_thread);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
screenshot_added_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  Screenshot *shot = g_task_get_task_data (task);
  g_autofree char *file = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_task_return_error (task, error ? g_steal_pointer (&error)
                                       : g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                                                      _("QEMU made no picture of the screen.")));
      return;
    }

  shot->fdset = json_object_get_int_member_with_default (json_node_get_object (node), "fdset-id", 0);
  file = g_strdup_printf ("/dev/fdset/%" G_GINT64_FORMAT, shot->fdset);

  /* Not cancellable: the descriptor has to be taken back */
  aether_qmp_call_async (shot->qmp, "screendump",
                         g_variant_new_parsed ("{'filename': <%s>, 'format': <'png'>, 'device': <%s>, 'head': <0>}",
                                               file, shot->device),
                         -1, AETHER_QMP_TIMEOUT, NULL, screenshot_drawn_cb, g_steal_pointer (&task));
}

void
_aether_qemu_session_screenshot_async (AetherSession       *session,
                                       guint                display,
                                       int                  fd,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint n_displays = g_list_model_get_n_items (G_LIST_MODEL (self->machine->displays));
  g_autofree char *path = NULL;
  Screenshot *shot;
  int writable;

  g_task_set_source_tag (task, _aether_qemu_session_screenshot_async);
  if (!aether_session_check_answers (session, self->qmp != NULL, task))
    return;
  if (display >= n_displays)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               n_displays == 0 ? _("This machine has no display.")
                                               : _("This machine has no display of that number."));
      return;
    }

  shot = g_new0 (Screenshot, 1);
  shot->qmp = g_object_ref (self->qmp);
  shot->device = g_strdup_printf ("display.%u", display);
  shot->memory = memfd_create ("aether-screenshot", MFD_CLOEXEC);
  shot->target = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  g_task_set_task_data (task, shot, (GDestroyNotify) screenshot_free);

  /* QEMU looks for a descriptor that is open for writing only */
  path = g_strdup_printf ("/proc/self/fd/%d", shot->memory);
  writable = g_open (path, O_WRONLY | O_CLOEXEC);
  if (writable < 0 || shot->target < 0)
    {
      g_clear_fd (&writable, NULL);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("The screenshot cannot be taken: no more files can be opened."));
      return;
    }

  aether_qmp_call_async (self->qmp, "add-fd", NULL, writable, AETHER_QMP_TIMEOUT, NULL,
                         screenshot_added_cb, g_steal_pointer (&task));
  g_clear_fd (&writable, NULL);
}

/* --- statistics ---------------------------------------------------------------------- */

static void
statistics_balloon_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, NULL);
  GVariantDict *values = g_task_get_task_data (task);

  /* An error only means that the guest has no driver for it */
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    g_variant_dict_insert (values, "balloon", "t",
                           (guint64) json_object_get_int_member_with_default (json_node_get_object (node), "actual", 0));

  g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (values)), (GDestroyNotify) g_variant_unref);
}

static void
statistics_blocks_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  GVariantDict *values = g_task_get_task_data (task);
  JsonArray *drives = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint64 bytes_read = 0, bytes_written = 0;

  if (node == NULL)
    return;

  for (guint i = 0; drives && i < json_array_get_length (drives); i++)
    {
      JsonNode *drive = json_array_get_element (drives, i);
      JsonObject *stats = JSON_NODE_HOLDS_OBJECT (drive)
                            ? aether_json_get_object (json_node_get_object (drive), "stats") : NULL;

      if (stats)
        {
          bytes_read += json_object_get_int_member_with_default (stats, "rd_bytes", 0);
          bytes_written += json_object_get_int_member_with_default (stats, "wr_bytes", 0);
        }
    }
  g_variant_dict_insert (values, "disk-read", "t", bytes_read);
  g_variant_dict_insert (values, "disk-written", "t", bytes_written);

  aether_qmp_call_async (AETHER_QMP (object), "query-balloon", NULL, -1, AETHER_QMP_TIMEOUT,
                         g_task_get_cancellable (task), statistics_balloon_cb, g_object_ref (task));
}

void
_aether_qemu_session_statistics_async (AetherSession       *session,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  AetherQemuSession *self = AETHER_QEMU_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  GVariantDict *values = g_variant_dict_new (NULL);

  g_task_set_source_tag (task, _aether_qemu_session_statistics_async);
  g_task_set_task_data (task, values, (GDestroyNotify) g_variant_dict_unref);
  if (!aether_session_check_answers (session, self->qmp != NULL, task))
    return;

  aether_child_add_statistics (self->child, values);
  aether_qmp_call_async (self->qmp, "query-blockstats", NULL, -1, AETHER_QMP_TIMEOUT, cancellable,
                         statistics_blocks_cb, g_steal_pointer (&task));
}
