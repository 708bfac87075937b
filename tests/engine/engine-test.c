/* engine-test.c - a mock engine, for tests of what surrounds engines
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * It runs no guest, but a real process (sh, then sleep), so that kills and
 * crashes are real. Words in the machine's notes change what it does:
 *
 *   check-error, check-warning    findings of that severity
 *   check-hang, start-hang        never completes, until cancelled
 *   picture-hang                  a screenshot never completes, until cancelled
 *   stubborn                      not even then; ignores force-off
 *   start-fail                    with a sentence
 *   ignore-shutdown               as guests do
 *   noisy                         writes controls to stderr
 *   suspend                       can be suspended; it says "resumed" when it goes on
 *   suspend-slow                  stays at 40 % until cancelled
 *   suspend-obstacle              cannot, with a sentence
 *   resume-fail                   keeps the saved state
 *
 * What is written to a serial port comes back from it. On port 1 it is a
 * command instead: "flood N" (MiB written to port 0), "panic", "disk-error",
 * "crash", "quit", "finding", "restart", "eject", "agent", "no-agent". Its one drive, cd0, holds on to
 * "/held".
 */

#include "aether-consent.h"
#include "aether-child.h"
#include "aether-engine.h"
#include "aether-saved-state.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* --- the session --------------------------------------------------------- */

#define TEST_TYPE_SESSION (test_session_get_type ())
G_DECLARE_FINAL_TYPE (TestSession, test_session, TEST, SESSION, AetherSession)

struct _TestSession
{
  AetherSession  parent_instance;

  char          *notes;
  char          *bundle;
  AetherChild   *child;
  AetherEnd      wanted;     /* NONE: nobody asked it to end */
  int            display;    /* -1: not open */
  gsize          flood;      /* bytes to come */
  guint          flooding;
  guint          shots;
  char          *medium;     /* NULL: the drive is empty */
};

G_DEFINE_DYNAMIC_TYPE (TestSession, test_session, AETHER_TYPE_SESSION)

static gboolean
is_told (TestSession *self, const char *word)
{
  return self->notes && strstr (self->notes, word);
}

static void
child_line_cb (TestSession *self, const char *line)
{
  aether_session_log (AETHER_SESSION (self), "engine: %s", line);
}

static void
child_exited_cb (TestSession *self, int status)
{
  AetherEnd end = self->wanted != AETHER_END_NONE ? self->wanted : AETHER_END_CRASHED;
  g_autofree char *output = aether_child_dup_output (self->child);
  g_autofree char *ending = aether_child_dup_ending (self->child);
  g_autofree char *sentence = NULL;

  if (end == AETHER_END_CRASHED)
    sentence = g_strdup_printf ("The test engine %s.", ending);
  else
    sentence = g_strdup (end == AETHER_END_CLEAN       ? "The guest shut down."
                         : end == AETHER_END_SUSPENDED ? "It was suspended."
                                                       : "It was forced off.");

  aether_session_ended (AETHER_SESSION (self), end, sentence, end == AETHER_END_CRASHED ? output : NULL);
}

static void
hang_cancelled_cb (GCancellable *cancellable, GTask *task)
{
  g_task_return_error_if_cancelled (task);
  g_object_unref (task);
}

/* Takes @task. Completes when cancelled, or never. */
static void
hang (GTask *task, gboolean stubborn)
{
  static GList *hanging;

  if (stubborn || !g_task_get_cancellable (task))
    hanging = g_list_prepend (hanging, task);
  else
    g_signal_connect (g_task_get_cancellable (task), "cancelled", G_CALLBACK (hang_cancelled_cb), task);
}

/* Returns: FALSE, with why it does not go on from its saved state */
static gboolean
resume (TestSession *self, GError **error)
{
  g_autoptr(AetherSavedState) saved = NULL;

  if (!aether_saved_state_exists (self->bundle))
    return TRUE;

  if (is_told (self, "resume-fail"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The settings were changed since it was suspended. Its saved state is kept.");
      return FALSE;
    }

  saved = aether_saved_state_read (self->bundle, error);
  if (saved == NULL || !aether_saved_state_verify (saved, self->bundle, NULL, error) ||
      !aether_saved_state_use (self->bundle, error))
    return FALSE;

  aether_session_log (AETHER_SESSION (self), "resumed");
  return aether_saved_state_discard (self->bundle, error);
}

static void
test_session_start_async (AetherSession *session, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  TestSession *self = TEST_SESSION (session);
  const char * const argv[] = { "sh", "-c", is_told (self, "noisy")
                                ? "printf 'red \\033[31m \\377 bell \\007\\n' >&2; exec sleep 1000"
                                : "echo engine is up; exec sleep 1000", NULL };
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  if (is_told (self, "start-fail"))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The test engine does not start.\nIt never does.");
      return;
    }

  if (resume (self, &error))
    self->child = aether_child_spawn (argv, NULL, 0, &error);
  if (!self->child)
    {
      g_task_return_error (task, error);
      return;
    }

  g_signal_connect_object (self->child, "line", G_CALLBACK (child_line_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->child, "exited", G_CALLBACK (child_exited_cb), self, G_CONNECT_SWAPPED);
  aether_session_set_pid (session, aether_child_get_pid (self->child));

  if (is_told (self, "start-hang"))
    {
      hang (g_steal_pointer (&task), is_told (self, "stubborn"));
      return;
    }

  aether_session_set_accelerator (session, "test");
  aether_session_set_state (session, AETHER_STATE_RUNNING);
  g_task_return_boolean (task, TRUE);
}

static void
waited_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;

  aether_child_wait_finish (AETHER_CHILD (object), result, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
test_session_control_async (AetherSession *session, AetherControl control, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  TestSession *self = TEST_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  switch (control)
    {
    case AETHER_CONTROL_PAUSE:
      aether_session_set_state (session, AETHER_STATE_PAUSED);
      break;
    case AETHER_CONTROL_RESUME:
      aether_session_set_state (session, AETHER_STATE_RUNNING);
      break;
    case AETHER_CONTROL_REQUEST_SHUTDOWN:
      if (is_told (self, "ignore-shutdown"))
        break;
      self->wanted = AETHER_END_CLEAN;
      aether_child_send_signal (self->child, SIGTERM);
      break;
    case AETHER_CONTROL_FORCE_OFF:
      if (is_told (self, "stubborn"))
        {
          hang (g_steal_pointer (&task), TRUE);
          return;
        }
      self->wanted = AETHER_END_FORCED;
      aether_child_kill (self->child);
      aether_child_wait_async (self->child, NULL, waited_cb, g_steal_pointer (&task));
      return;
    case AETHER_CONTROL_RESET:
    default:
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "The test engine cannot reset.");
      return;
    }

  g_task_return_boolean (task, TRUE);
}

static void
suspend_cancelled_cb (GCancellable *cancellable, GTask *task)
{
  aether_session_set_state (g_task_get_source_object (task), AETHER_STATE_RUNNING);
  hang_cancelled_cb (cancellable, task);
}

static void
test_session_suspend_async (AetherSession *session, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  static const char * const no_disks[] = { NULL };
  TestSession *self = TEST_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(JsonObject) fit = json_object_new ();
  g_autoptr(AetherBundle) bundle = aether_bundle_new (self->bundle);
  g_autofree char *temp = NULL;
  g_autofd int fd = -1;
  GError *error = NULL;

  aether_session_set_state (session, AETHER_STATE_PAUSED);
  aether_session_set_suspend_progress (session, 400 << 20, 1000 << 20);
  if (is_told (self, "suspend-slow"))
    {
      g_signal_connect (cancellable, "cancelled", G_CALLBACK (suspend_cancelled_cb), g_steal_pointer (&task));
      return;
    }

  fd = aether_saved_state_create (self->bundle, &temp, &error);
  if (fd < 0 || write (fd, "memory", 6) != 6 ||
      !aether_saved_state_commit (self->bundle, temp, fd, "test", no_disks, fit,
                                  aether_consent_own_state, bundle, &error))
    {
      aether_session_set_state (session, AETHER_STATE_RUNNING);
      g_task_return_error (task, error ? error : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "Not written."));
      return;
    }

  self->wanted = AETHER_END_SUSPENDED;
  aether_child_kill (self->child);
  aether_child_wait_async (self->child, NULL, waited_cb, g_steal_pointer (&task));
}

static gboolean
keys_released_cb (gpointer user_data)
{
  GTask *task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);

  return G_SOURCE_REMOVE;
}

static void
test_session_send_keys_async (AetherSession *session, const char * const *keys, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *chord = g_strjoinv ("-", (GStrv) keys);
  GTask *task = g_task_new (session, cancellable, callback, user_data);

  aether_session_log (session, "key %s", chord);
  g_timeout_add_full (G_PRIORITY_DEFAULT, 2, keys_released_cb, task, g_object_unref);
}

static void
test_session_screenshot_async (AetherSession *session, guint display, int fd, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  TestSession *self = TEST_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *picture = g_strdup_printf ("\x89PNG picture %u\n", ++self->shots);

  if (is_told (self, "picture-hang"))
    {
      aether_session_log (session, "waiting for a picture");
      hang (g_steal_pointer (&task), FALSE);
      return;
    }

  if (display != 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no display %u.", display);
  else if (write (fd, picture, strlen (picture)) != (gssize) strlen (picture))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "The picture could not be written.");
  else
    g_task_return_boolean (task, TRUE);
}

static void
test_session_open_display_async (AetherSession *session, int fd, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  TestSession *self = TEST_SESSION (session);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_clear_fd (&self->display, NULL);
  self->display = fd;
  if (write (fd, "display\n", 8) == 8)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "The display is no socket.");
}

static void
test_session_statistics_async (AetherSession *session, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (session, cancellable, callback, user_data);
  GVariantDict values;

  g_variant_dict_init (&values, NULL);
  g_variant_dict_insert (&values, "memory", "t", (guint64) 4096);
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_dict_end (&values)),
                         (GDestroyNotify) g_variant_unref);
}

static gboolean
test_session_set_sound (AetherSession *session, double volume, gboolean muted)
{
  aether_session_log (session, "volume %.2f%s", volume, muted ? ", muted" : "");
  return TRUE;
}

static void
test_session_list_drives_async (AetherSession *session, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (session, cancellable, callback, user_data);
  const char *medium = TEST_SESSION (session)->medium;
  GVariantBuilder drives = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sssb)"));

  g_variant_builder_add (&drives, "(sssb)", "cd0", "cdrom", medium ? medium : "", FALSE);
  g_task_return_pointer (task, g_variant_ref_sink (g_variant_builder_end (&drives)),
                         (GDestroyNotify) g_variant_unref);
}

static void
test_session_change_medium_async (AetherSession *session, const char *drive, const char *file, gboolean force,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (session, cancellable, callback, user_data);
  TestSession *self = TEST_SESSION (session);

  if (!g_str_equal (drive, "cd0"))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no drive %s.", drive);
      return;
    }
  if (g_strcmp0 (self->medium, "/held") == 0 && !force)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "The guest does not let go.");
      return;
    }

  g_set_str (&self->medium, file);
  g_task_return_boolean (task, TRUE);
}

/* As fast as a fast guest: 64 KiB a turn of the main loop. */
static gboolean
flood_cb (gpointer user_data)
{
  TestSession *self = user_data;
  static char block[65536];
  gsize n = MIN (sizeof block, self->flood);
  g_autoptr(GBytes) bytes = NULL;

  if (n == 0)
    {
      self->flooding = 0;
      aether_session_log (AETHER_SESSION (self), "flooded");
      return G_SOURCE_REMOVE;
    }

  memset (block, 'x', n);
  block[n - 1] = '\n';
  self->flood -= n;
  bytes = g_bytes_new (block, n);
  aether_session_serial_data (AETHER_SESSION (self), 0, bytes);

  return G_SOURCE_CONTINUE;
}

static void
test_session_write_serial (AetherSession *session, guint port, GBytes *data)
{
  TestSession *self = TEST_SESSION (session);
  g_autofree char *command = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));

  if (port == 0)
    {
      aether_session_serial_data (session, port, data);
      return;
    }

  if (g_str_has_prefix (command, "flood "))
    {
      self->flood = g_ascii_strtoull (command + strlen ("flood "), NULL, 10) * 1024 * 1024;
      if (!self->flooding)
        self->flooding = g_idle_add_full (G_PRIORITY_DEFAULT, flood_cb, self, NULL);
    }
  else if (g_str_has_prefix (command, "panic"))
    aether_session_guest_panic (session, "The guest panicked.");
  else if (g_str_has_prefix (command, "disk-error"))
    aether_session_disk_error (session, "disk0", "write", "No space left on device", TRUE);
  else if (g_str_has_prefix (command, "finding"))
    aether_session_add_finding (session, AETHER_SEVERITY_NOTE, "test.note", "The test engine found something.");
  else if (g_str_has_prefix (command, "restart"))
    aether_session_happened (session, "restarted", "");
  else if (g_str_has_prefix (command, "eject"))
    aether_session_happened (session, "ejected", "cd0");
  else if (g_str_has_prefix (command, "agent") || g_str_has_prefix (command, "no-agent"))
    aether_session_set_channel (session, "agent", *command == 'a');
  else if (g_str_has_prefix (command, "crash"))
    aether_child_send_signal (self->child, SIGSEGV);
}

static void
test_session_finalize (GObject *object)
{
  TestSession *self = TEST_SESSION (object);

  g_clear_handle_id (&self->flooding, g_source_remove);
  g_clear_object (&self->child);
  g_clear_fd (&self->display, NULL);
  g_free (self->notes);
  g_free (self->bundle);
  g_free (self->medium);

  G_OBJECT_CLASS (test_session_parent_class)->finalize (object);
}

static void
test_session_class_init (TestSessionClass *klass)
{
  AetherSessionClass *session_class = AETHER_SESSION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_session_finalize;
  session_class->start_async = test_session_start_async;
  session_class->control_async = test_session_control_async;
  session_class->suspend_async = test_session_suspend_async;
  session_class->send_keys_async = test_session_send_keys_async;
  session_class->screenshot_async = test_session_screenshot_async;
  session_class->open_display_async = test_session_open_display_async;
  session_class->set_sound = test_session_set_sound;
  session_class->list_drives_async = test_session_list_drives_async;
  session_class->change_medium_async = test_session_change_medium_async;
  session_class->statistics_async = test_session_statistics_async;
  session_class->write_serial = test_session_write_serial;
}

static void
test_session_class_finalize (TestSessionClass *klass)
{
}

static void
test_session_init (TestSession *self)
{
  self->display = -1;
}

/* --- the engine ---------------------------------------------------------- */

#define TEST_TYPE_ENGINE (test_engine_get_type ())
G_DECLARE_FINAL_TYPE (TestEngine, test_engine, TEST, ENGINE, GObject)

struct _TestEngine
{
  GObject parent_instance;
};

static const char *
test_engine_get_title (AetherEngine *engine)
{
  return "Test";
}

static void
test_engine_check_async (AetherEngine *engine, AetherBundle *bundle, AetherMachine *machine,
                         AetherCapabilities *capabilities, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (engine, cancellable, callback, user_data);
  GPtrArray *findings = g_ptr_array_new_with_free_func (g_object_unref);
  const char *notes = machine->notes ? machine->notes : "";

  if (strstr (notes, "check-hang"))
    {
      g_ptr_array_unref (findings);
      hang (task, FALSE);
      return;
    }

  if (strstr (notes, "check-warning"))
    g_ptr_array_add (findings, aether_finding_new (AETHER_SEVERITY_WARNING, "test.warning",
                                                   "Something is odd.", "memory.size=64"));
  if (strstr (notes, "check-error"))
    {
      g_ptr_array_add (findings, aether_finding_new (AETHER_SEVERITY_ERROR, "test.one", "One thing is wrong.", NULL));
      g_ptr_array_add (findings, aether_finding_new (AETHER_SEVERITY_ERROR, "test.two", "Another one too.", NULL));
    }

  g_task_return_pointer (task, findings, (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
}

static AetherSession *
test_engine_create_session (AetherEngine *engine, AetherBundle *bundle, AetherMachine *machine,
                            AetherCapabilities *capabilities, GError **error)
{
  TestSession *session = g_object_new (TEST_TYPE_SESSION, NULL);

  session->notes = g_strdup (machine->notes);
  session->bundle = g_strdup (aether_bundle_get_path (bundle));
  if (is_told (session, "suspend"))
    aether_session_set_can_suspend (AETHER_SESSION (session), is_told (session, "suspend-obstacle")
                                                                ? "The test engine cannot suspend this one." : NULL);

  return AETHER_SESSION (session);
}

static void
test_engine_iface_init (AetherEngineInterface *iface)
{
  iface->get_title = test_engine_get_title;
  iface->check_async = test_engine_check_async;
  iface->create_session = test_engine_create_session;
}

G_DEFINE_DYNAMIC_TYPE_EXTENDED (TestEngine, test_engine, G_TYPE_OBJECT, 0,
                                G_IMPLEMENT_INTERFACE_DYNAMIC (AETHER_TYPE_ENGINE, test_engine_iface_init))

static void
test_engine_class_init (TestEngineClass *klass)
{
}

static void
test_engine_class_finalize (TestEngineClass *klass)
{
}

static void
test_engine_init (TestEngine *self)
{
}

/* --- the module ----------------------------------------------------------- */

G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);
G_MODULE_EXPORT char **g_io_module_query (void);

void
g_io_module_load (GIOModule *module)
{
  test_session_register_type (G_TYPE_MODULE (module));
  test_engine_register_type (G_TYPE_MODULE (module));
  g_io_extension_point_implement (AETHER_ENGINE_EXTENSION_POINT, TEST_TYPE_ENGINE, "test", 0);
}

void
g_io_module_unload (GIOModule *module)
{
}

char **
g_io_module_query (void)
{
  char *points[] = { (char *) AETHER_ENGINE_EXTENSION_POINT, NULL };

  return g_strdupv (points);
}
