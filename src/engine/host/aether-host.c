/* aether-host.c - one run of one machine: from its bundle to the record of its end
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host.h"

#include "aether-engine.h"
#include "aether-host-calls.h"
#include "aether-machine1.h"
#include "aether-run.h"
#include "aether-saved-state.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define INTERFACE_VERSION   1
#define STOP_MSEC           1000    /* the engine has to end when told so, before it is killed */
#define LAST_CALLS_MSEC     500     /* calls have to be answered after the end */
#define THUMBNAIL_SECONDS   30
#define MOST_FINDINGS       256
#define SIGNAL_BYTES        256     /* of a D-Bus signal, besides its strings */

struct _AetherHost
{
  GObject              parent_instance;

  AetherBundle        *bundle;
  gboolean             foreground;
  AetherMachine       *configuration;
  AetherRun           *run;           /* the locks and the record; NULL before and after */

  AetherMachine1      *machine;       /* as clients see it */
  AetherHostServer    *server;
  AetherHostCalls     *calls;
  AetherHostLog       *log;
  AetherHostSerial    *serial;
  AetherHostThumbnail *thumbnail;

  AetherEngine        *engine;
  AetherCapabilities  *capabilities;
  AetherSession       *session;
  GCancellable        *cancellable;   /* of the start */
  GTask               *start;         /* while starting */

  GFileMonitor        *monitor;       /* of machine.json: the name may change */
  GPtrArray           *findings;
  GDBusConnection     *viewer;        /* who opened the display last; only compared */
  guint                thumbnails;
  guint                stop_timeout;
  gboolean             stopping;      /* from outside */
  gboolean             status_failed;

  gboolean             ended;
  AetherEnd            early_end;     /* of the session, before the start was through */
  AetherEnd            end;
  char                *end_sentence;
  char                *end_output;
  guint                end_timeout;
};

enum { FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherHost, aether_host, G_TYPE_OBJECT)

static void end (AetherHost *self, AetherEnd how, const char *sentence, const char *output);
static void calls_idle_cb (AetherHost *self);

static void
aether_host_dispose (GObject *object)
{
  AetherHost *self = AETHER_HOST (object);

  g_clear_handle_id (&self->thumbnails, g_source_remove);
  g_clear_handle_id (&self->stop_timeout, g_source_remove);
  g_clear_handle_id (&self->end_timeout, g_source_remove);
  if (self->monitor)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->server)
    g_signal_handlers_disconnect_by_data (self->server, self);

  g_clear_object (&self->monitor);
  g_clear_object (&self->calls);
  g_clear_object (&self->serial);
  g_clear_object (&self->thumbnail);
  g_clear_object (&self->session);
  g_clear_object (&self->server);
  g_clear_object (&self->machine);
  g_clear_object (&self->log);
  g_clear_object (&self->capabilities);
  g_clear_object (&self->engine);
  g_clear_object (&self->configuration);
  g_clear_object (&self->bundle);

  G_OBJECT_CLASS (aether_host_parent_class)->dispose (object);
}

static void
aether_host_finalize (GObject *object)
{
  AetherHost *self = AETHER_HOST (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->findings);
  g_free (self->end_sentence);
  g_free (self->end_output);

  G_OBJECT_CLASS (aether_host_parent_class)->finalize (object);
}

static void
aether_host_class_init (AetherHostClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_host_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_host_finalize;

  signals[FINISHED] = g_signal_new ("finished", AETHER_TYPE_HOST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
}

static void
aether_host_init (AetherHost *self)
{
  self->cancellable = g_cancellable_new ();
  self->findings = g_ptr_array_new_with_free_func (g_object_unref);
}

static const char *
get_name (AetherHost *self)
{
  return aether_bundle_get_name (self->bundle);
}

/* --- saying things: to the log and to the clients ----------------------------- */

static void
log_line_cb (AetherHost *self, const char *line)
{
  if (!self->server || aether_host_server_get_n_peers (self->server) == 0)
    return;

  aether_machine1_emit_log_line (self->machine, line);
  aether_host_server_charge (self->server, NULL, SIGNAL_BYTES + strlen (line));
}

static void
publish_findings (AetherHost *self)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssss)"));
  for (guint i = 0; i < self->findings->len; i++)
    {
      AetherFinding *finding = self->findings->pdata[i];
      const char *fix = aether_finding_get_fix (finding);

      g_variant_builder_add (&builder, "(ssss)",
                             aether_severity_to_nick (aether_finding_get_severity (finding)),
                             aether_finding_get_id (finding), aether_finding_get_sentence (finding),
                             fix ? fix : "");
    }
  aether_machine1_set_findings (self->machine, g_variant_builder_end (&builder));
}

/* Once each. Returns: whether it is news */
static gboolean
keep_finding (AetherHost *self, AetherFinding *finding)
{
  for (guint i = 0; i < self->findings->len; i++)
    if (g_str_equal (aether_finding_get_id (self->findings->pdata[i]), aether_finding_get_id (finding)) &&
        g_str_equal (aether_finding_get_sentence (self->findings->pdata[i]), aether_finding_get_sentence (finding)))
      return FALSE;

  if (self->findings->len >= MOST_FINDINGS)
    return FALSE;

  g_ptr_array_add (self->findings, g_object_ref (finding));
  publish_findings (self);

  return TRUE;
}

static void
drop_findings (AetherHost *self, const char *id)
{
  guint before = self->findings->len;

  for (guint i = before; i-- > 0;)
    if (g_str_equal (aether_finding_get_id (self->findings->pdata[i]), id))
      g_ptr_array_remove_index (self->findings, i);
  if (self->findings->len < before)
    publish_findings (self);
}

static void
add_finding (AetherHost *self, AetherFinding *finding)
{
  const char *fix = aether_finding_get_fix (finding);

  aether_host_log_printf (self->log, "%s: %s", aether_severity_to_nick (aether_finding_get_severity (finding)),
                          aether_finding_get_sentence (finding));

  if (!keep_finding (self, finding) || !self->server)
    return;

  aether_machine1_emit_finding_added (self->machine,
                                      aether_severity_to_nick (aether_finding_get_severity (finding)),
                                      aether_finding_get_id (finding), aether_finding_get_sentence (finding),
                                      fix ? fix : "");
  aether_host_server_charge (self->server, NULL,
                             2 * (SIGNAL_BYTES + strlen (aether_finding_get_sentence (finding))));
}

static void
find (AetherHost *self, AetherSeverity severity, const char *id, const char *sentence)
{
  g_autoptr(AetherFinding) finding = aether_finding_new (severity, id, sentence, NULL);

  add_finding (self, finding);
}

static void
log_failed_cb (AetherHost *self, const char *sentence)
{
  find (self, AETHER_SEVERITY_WARNING, "log.stopped", sentence);
}

/* --- state ---------------------------------------------------------------------- */

static void
publish_state (AetherHost *self)
{
  AetherState state = self->session ? aether_session_get_state (self->session) : AETHER_STATE_STARTING;
  const char *accelerator = self->session ? aether_session_get_accelerator (self->session) : NULL;
  int pid = self->session ? aether_session_get_pid (self->session) : 0;
  g_autoptr(GError) error = NULL;

  if (!self->run)
    return;

  /* Until the session has started, and once it has ended, we know better */
  if (self->start)
    state = AETHER_STATE_STARTING;
  else if (state == AETHER_STATE_STOPPED)
    state = AETHER_STATE_STOPPING;

  if (!aether_run_set_status (self->run, state, accelerator, pid, &error) && !self->status_failed)
    {
      self->status_failed = TRUE;
      find (self, AETHER_SEVERITY_WARNING, "status.stopped", error->message);
    }

  /* A full disk has paused it: who lets it go on has made room, or hears of it again */
  if (state == AETHER_STATE_RUNNING &&
      g_strcmp0 (aether_machine1_get_state (self->machine), aether_state_to_nick (AETHER_STATE_PAUSED)) == 0)
    drop_findings (self, "drive.full");

  if (g_strcmp0 (aether_machine1_get_state (self->machine), aether_state_to_nick (state)) != 0)
    aether_host_log_printf (self->log, "State: %s.", aether_state_to_nick (state));

  aether_machine1_set_state (self->machine, aether_state_to_nick (state));
  aether_machine1_set_since (self->machine, aether_run_get_since (self->run));
  aether_machine1_set_accelerator (self->machine, accelerator ? accelerator : "");
  aether_machine1_set_engine_pid (self->machine, pid);
  if (self->server)
    aether_host_server_charge (self->server, NULL, SIGNAL_BYTES);
}

/* --- what the session says -------------------------------------------------------- */

static void
session_notify_cb (AetherHost *self, GParamSpec *pspec)
{
  publish_state (self);
}

static void
session_log_line_cb (AetherHost *self, const char *line)
{
  aether_host_log_write (self->log, line);
}

static void
session_finding_cb (AetherHost *self, AetherFinding *finding)
{
  add_finding (self, finding);
}

static void
session_guest_panic_cb (AetherHost *self, const char *sentence)
{
  aether_host_log_write (self->log, sentence);
  aether_machine1_emit_guest_panicked (self->machine, sentence);
  aether_host_server_charge (self->server, NULL, SIGNAL_BYTES + strlen (sentence));
}

static void
session_disk_error_cb (AetherHost *self, const char *drive, const char *operation, const char *reason,
                       gboolean no_space)
{
  g_autoptr(AetherFinding) finding = aether_finding_new_disk_error (drive, operation, reason, no_space);

  aether_host_log_printf (self->log, "Drive %s: %s failed: %s%s", drive, operation, reason,
                          no_space ? " (no space left)" : "");
  /* Its own signal tells those who listen; the finding tells those who come later */
  keep_finding (self, finding);
  aether_machine1_emit_disk_error (self->machine, drive, operation, reason, no_space);
  aether_host_server_charge (self->server, NULL, SIGNAL_BYTES + strlen (reason));
}

static void
session_happened_cb (AetherHost *self, const char *kind, const char *subject)
{
  aether_host_log_printf (self->log, "Guest: %s %s", kind, subject);
  aether_machine1_emit_happened (self->machine, kind, subject);
  aether_host_server_charge (self->server, NULL, SIGNAL_BYTES);
}

static void
session_channels_cb (AetherHost *self, GParamSpec *pspec)
{
  aether_machine1_set_channels (self->machine, aether_session_get_channels (self->session));
  aether_host_server_charge (self->server, NULL, SIGNAL_BYTES);
}

static void
publish_suspend (AetherHost *self)
{
  const char *obstacle = aether_session_get_suspend_obstacle (self->session);
  guint64 done, total;

  aether_session_get_suspend_progress (self->session, &done, &total);
  aether_machine1_set_can_suspend (self->machine, aether_session_get_can_suspend (self->session));
  aether_machine1_set_suspend_obstacle (self->machine, obstacle ? obstacle : "");
  aether_machine1_set_suspend_progress (self->machine, g_variant_new ("(tt)", done, total));
  aether_host_server_charge (self->server, NULL, SIGNAL_BYTES);
}

static void
session_suspend_cb (AetherHost *self, GParamSpec *pspec)
{
  if (!self->ended)
    publish_suspend (self);
}

static void
session_ended_cb (AetherHost *self, AetherEnd how, const char *sentence, const char *output)
{
  if (!self->start)
    {
      end (self, how, sentence, output);
      return;
    }

  /* It ran, and died before we heard that it ran; otherwise the start says why it failed */
  self->early_end = how;
  g_set_str (&self->end_sentence, sentence);
  g_set_str (&self->end_output, output);
}

/* --- thumbnails: after a while, and when the last window went away ---------------- */

static gboolean
thumbnail_cb (gpointer user_data)
{
  AetherHost *self = user_data;

  /* A picture costs the guest a few milliseconds. Where one sees its screen anyway that would be a
   * visible jerk, and where nobody looks it is for nothing. */
  if (self->thumbnail && !self->ended && !self->viewer &&
      aether_host_server_get_n_peers (self->server) > 0 &&
      aether_session_get_state (self->session) == AETHER_STATE_RUNNING)
    aether_host_thumbnail_take_async (self->thumbnail, NULL, NULL, NULL);

  return G_SOURCE_CONTINUE;
}

static gboolean
display_opened_cb (AetherHost *self, GDBusMethodInvocation *invocation)
{
  self->viewer = g_dbus_method_invocation_get_connection (invocation);

  return G_DBUS_METHOD_INVOCATION_UNHANDLED;
}

static void
peer_removed_cb (AetherHost *self, GDBusConnection *connection)
{
  aether_host_calls_drop_peer (self->calls, connection);

  if (self->viewer != connection)
    return;

  self->viewer = NULL;
  if (self->thumbnail && !self->ended && aether_session_get_state (self->session) == AETHER_STATE_RUNNING)
    aether_host_thumbnail_take_async (self->thumbnail, NULL, NULL, NULL);
}

/* --- the start: lock -> listen -> engine -> probe -> check -> session -> vCPU ------- */

/* Takes @error; nothing when the start was given up already, and a step of it comes late. */
static void
start_failed (AetherHost *self, GError *error)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->start);
  g_autofree char *sentence = NULL;

  if (!task)
    {
      g_clear_error (&error);
      return;
    }

  sentence = g_strdup (error->message);
  if (self->stopping)
    {
      g_free (sentence);
      sentence = g_strdup_printf (_("“%s” was stopped before it had started."), get_name (self));
      g_clear_error (&error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, sentence);
    }

  g_task_return_error (task, error);
  end (self, AETHER_END_FAILED, sentence, NULL);
}

static void
configuration_changed_cb (AetherHost *self)
{
  aether_bundle_refresh (self->bundle);
  if (!aether_bundle_get_problem (self->bundle))
    aether_machine1_set_name (self->machine, get_name (self));
}

/* The user may rename a machine that runs; nothing else is read twice. */
static void
watch_name (AetherHost *self)
{
  g_autoptr(GFile) file = g_file_new_build_filename (aether_bundle_get_path (self->bundle), "machine.json", NULL);

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor)
    g_signal_connect_swapped (self->monitor, "changed", G_CALLBACK (configuration_changed_cb), self);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherHost) self = user_data;
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;

  if (!aether_session_finish (self->session, result, &error) || !self->start)
    {
      start_failed (self, error);
      return;
    }

  task = g_steal_pointer (&self->start);
  publish_state (self);
  aether_host_log_printf (self->log, "Runs with %s.", aether_machine1_get_accelerator (self->machine));
  g_task_return_boolean (task, TRUE);
  watch_name (self);

  if (self->early_end != AETHER_END_NONE)
    end (self, self->early_end, self->end_sentence, self->end_output);
  else if (self->stopping)
    aether_host_stop (self);
}

static void
start_session (AetherHost *self)
{
  static const struct { const char *signal; GCallback callback; } handlers[] = {
    { "notify::state", G_CALLBACK (session_notify_cb) },
    { "notify::accelerator", G_CALLBACK (session_notify_cb) },
    { "notify::pid", G_CALLBACK (session_notify_cb) },
    { "log-line", G_CALLBACK (session_log_line_cb) },
    { "finding", G_CALLBACK (session_finding_cb) },
    { "guest-panic", G_CALLBACK (session_guest_panic_cb) },
    { "disk-error", G_CALLBACK (session_disk_error_cb) },
    { "happened", G_CALLBACK (session_happened_cb) },
    { "notify::channels", G_CALLBACK (session_channels_cb) },
    { "notify::suspend-total", G_CALLBACK (session_suspend_cb) },
    { "ended", G_CALLBACK (session_ended_cb) },
  };
  g_autofree char *logs = g_build_filename (aether_bundle_get_path (self->bundle), "logs", NULL);
  GError *error = NULL;

  self->session = aether_engine_create_session (self->engine, self->bundle, self->configuration,
                                                self->capabilities, &error);
  if (!self->session)
    {
      start_failed (self, error);
      return;
    }

  if (aether_saved_state_exists (aether_bundle_get_path (self->bundle)) &&
      !aether_session_get_can_suspend (self->session))
    {
      start_failed (self, g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                       _("“%s” is suspended, and this engine cannot go on with it. Give it back the "
                                         "engine that it had, or start it anew, which discards the saved state."),
                                       get_name (self)));
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_swapped (self->session, handlers[i].signal, handlers[i].callback, self);
  publish_suspend (self);

  self->serial = aether_host_serial_new (self->session, self->configuration, logs);
  g_signal_connect_swapped (self->serial, "failed", G_CALLBACK (log_failed_cb), self);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->configuration->displays)) > 0)
    {
      self->thumbnail = aether_host_thumbnail_new (self->session, aether_bundle_get_path (self->bundle));
      self->thumbnails = g_timeout_add_seconds (THUMBNAIL_SECONDS, thumbnail_cb, self);
    }

  aether_session_start_async (self->session, self->cancellable, started_cb, g_object_ref (self));
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherHost) self = user_data;
  g_autoptr(GPtrArray) findings = NULL;
  g_autoptr(GString) reasons = g_string_new (NULL);
  GError *error = NULL;

  findings = aether_engine_check_finish (self->engine, result, &error);
  if (!findings || !self->start)
    {
      start_failed (self, error);
      return;
    }

  for (guint i = 0; i < findings->len; i++)
    {
      add_finding (self, findings->pdata[i]);
      if (aether_finding_get_severity (findings->pdata[i]) == AETHER_SEVERITY_ERROR)
        g_string_append_printf (reasons, "%s%s", reasons->len > 0 ? " " : "",
                                aether_finding_get_sentence (findings->pdata[i]));
    }

  if (reasons->len > 0)
    start_failed (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, reasons->str));
  else
    start_session (self);
}

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherHost) self = user_data;
  GError *error = NULL;

  self->capabilities = aether_engine_probe_finish (self->engine, result, &error);
  if (!self->capabilities || !self->start)
    start_failed (self, error);
  else
    aether_engine_check_async (self->engine, self->bundle, self->configuration, self->capabilities,
                               self->cancellable, checked_cb, g_object_ref (self));
}

static void
listen_to (AetherHost *self)
{
  aether_machine1_set_version (self->machine, INTERFACE_VERSION);
  aether_machine1_set_uuid (self->machine, self->configuration->uuid);
  aether_machine1_set_name (self->machine, self->configuration->name);
  aether_machine1_set_bundle (self->machine, aether_bundle_get_path (self->bundle));
  aether_machine1_set_volume (self->machine, 1);
  aether_machine1_set_suspend_obstacle (self->machine, "");
  aether_machine1_set_suspend_progress (self->machine, g_variant_new ("(tt)", (guint64) 0, (guint64) 0));
  aether_machine1_set_engine (self->machine, self->configuration->engine);
  aether_machine1_set_serial_ports (self->machine,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->configuration->serials)));

  g_signal_connect_swapped (self->server, "peer-removed", G_CALLBACK (peer_removed_cb), self);
  g_signal_connect_swapped (self->machine, "handle-open-display", G_CALLBACK (display_opened_cb), self);
  self->calls = aether_host_calls_new (self, self->machine);
  g_signal_connect_swapped (self->calls, "idle", G_CALLBACK (calls_idle_cb), self);
}

/* What the run before left to be said. */
static void
find_last_end (AetherHost *self, AetherEnd last, const char *sentence)
{
  if (last == AETHER_END_KILLED && sentence)
    find (self, AETHER_SEVERITY_NOTE, "last-run.killed", sentence);
}

/* A resume that ended in the midst of it: its memory is older than its disks by now. */
static void
settle_saved_state (AetherHost *self)
{
  g_autofree char *sentence = NULL;

  if (!aether_saved_state_settle (aether_bundle_get_path (self->bundle)))
    return;

  sentence = g_strdup_printf (_("“%s” was ended just when it went on from its saved state, which is used up by that. "
                                "It starts as after a power cut."), get_name (self));
  find (self, AETHER_SEVERITY_WARNING, "suspend.used", sentence);
}

/**
 * aether_host_start_async:
 *
 * Starts the machine. Completes when the first vCPU runs, with the sentence of
 * why it never will, or with %G_IO_ERROR_BUSY when it runs already. After an
 * error too, "finished" follows. To be called once.
 */
void
aether_host_start_async (AetherHost *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree char *logs = g_build_filename (aether_bundle_get_path (self->bundle), "logs", NULL);
  g_autofree char *last_sentence = NULL;
  AetherEnd last;
  GError *error = NULL;

  self->start = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->start, aether_host_start_async);

  last = aether_bundle_get_last_end (self->bundle, &last_sentence, NULL);
  self->configuration = aether_bundle_load (self->bundle, &error);
  if (self->configuration)
    self->run = aether_run_begin (self->bundle, &error);
  if (!self->run)
    {
      start_failed (self, error);
      return;
    }

  /* From here on the log says what happens, and clients may come */
  self->machine = aether_machine1_skeleton_new ();
  self->log = aether_host_log_new (logs, self->foreground);
  g_signal_connect_swapped (self->log, "line", G_CALLBACK (log_line_cb), self);
  g_signal_connect_swapped (self->log, "failed", G_CALLBACK (log_failed_cb), self);
  publish_findings (self);
  aether_host_log_printf (self->log, "Starting “%s” with %s.", self->configuration->name, self->configuration->engine);

  self->server = aether_host_server_new (aether_run_get_folder (self->run), self->machine, &error);
  if (!self->server)
    {
      start_failed (self, error);
      return;
    }

  listen_to (self);
  publish_state (self);
  find_last_end (self, last, last_sentence);
  settle_saved_state (self);

  self->engine = aether_engine_lookup (self->configuration->engine, &error);
  if (!self->engine)
    {
      start_failed (self, error);
      return;
    }

  aether_engine_probe_async (self->engine, self->configuration->arch, FALSE, self->cancellable,
                             probed_cb, g_object_ref (self));
}

gboolean
aether_host_start_finish (AetherHost *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the end: answer -> record -> say -> let go ------------------------------------- */

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherHost) self = user_data;

  aether_host_server_close_finish (self->server, result);
  g_signal_emit (self, signals[FINISHED], 0);
}

static void
say_end (AetherHost *self)
{
  g_autoptr(GError) error = NULL;

  if (self->log)
    aether_host_log_write (self->log, self->end_sentence ? self->end_sentence : "Ended.");

  /* An installer that was started once has done its work when its system shut down */
  if (self->end == AETHER_END_CLEAN && !aether_bundle_drop_once (self->bundle, &error))
    {
      aether_host_log_write (self->log, error->message);
      g_clear_error (&error);
    }

  /* Recorded before it is said: who hears it may look, or start the machine anew */
  if (self->run && !aether_run_end (g_steal_pointer (&self->run), self->end, self->end_sentence,
                                    self->end_output, &error))
    aether_host_log_write (self->log, error->message);

  if (!self->server)
    {
      g_signal_emit (self, signals[FINISHED], 0);
      return;
    }

  aether_machine1_set_state (self->machine, aether_state_to_nick (AETHER_STATE_STOPPED));
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->machine));
  aether_machine1_emit_ended (self->machine, aether_end_to_nick (self->end),
                              self->end_sentence ? self->end_sentence : "",
                              self->end_output ? self->end_output : "");
  aether_host_server_close_async (self->server, closed_cb, g_object_ref (self));
}

static gboolean
last_calls_cb (gpointer user_data)
{
  AetherHost *self = user_data;

  self->end_timeout = 0;
  say_end (self);

  return G_SOURCE_REMOVE;
}

static void
calls_idle_cb (AetherHost *self)
{
  if (self->ended && self->end_timeout != 0)
    {
      g_source_remove (self->end_timeout);
      self->end_timeout = g_idle_add_full (G_PRIORITY_DEFAULT, last_calls_cb, self, NULL);
    }
}

/* Calls under way are answered first: whoever forced the machine off wants to hear that it worked. */
static void
end (AetherHost *self, AetherEnd how, const char *sentence, const char *output)
{
  if (self->ended)
    return;

  self->ended = TRUE;
  self->end = how;
  g_set_str (&self->end_sentence, sentence);
  g_set_str (&self->end_output, output);
  g_clear_handle_id (&self->stop_timeout, g_source_remove);
  g_clear_handle_id (&self->thumbnails, g_source_remove);

  if (self->stopping && how == AETHER_END_FORCED)
    {
      g_free (self->end_sentence);
      self->end_sentence = g_strdup_printf (_("“%s” was forced off, because its process was asked to end."),
                                            get_name (self));
    }

  if (self->calls && aether_host_calls_get_n (self->calls) > 0)
    self->end_timeout = g_timeout_add (LAST_CALLS_MSEC, last_calls_cb, self);
  else
    self->end_timeout = g_idle_add_full (G_PRIORITY_DEFAULT, last_calls_cb, self, NULL);
}

/* --- being stopped from outside ------------------------------------------------------ */

static gboolean
stop_timeout_cb (gpointer user_data)
{
  AetherHost *self = user_data;

  self->stop_timeout = 0;
  if (self->start)
    start_failed (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, ""));
  else
    end (self, AETHER_END_FORCED, NULL, NULL);

  /* Kills what still runs */
  if (self->session)
    g_object_run_dispose (G_OBJECT (self->session));

  return G_SOURCE_REMOVE;
}

void
aether_host_stop (AetherHost *self)
{
  self->stopping = TRUE;
  if (self->ended)
    return;

  if (self->start)
    g_cancellable_cancel (self->cancellable);
  else
    aether_session_control_async (self->session, AETHER_CONTROL_FORCE_OFF, NULL, NULL, NULL);

  if (self->stop_timeout == 0)
    self->stop_timeout = g_timeout_add (STOP_MSEC, stop_timeout_cb, self);
}

/* --- for calls ------------------------------------------------------------------------- */

AetherSession *
aether_host_get_session (AetherHost *self, GError **error)
{
  if (self->session && !self->start && !self->ended)
    return self->session;

  if (self->ended)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("“%s” is not running any more."), get_name (self));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, _("“%s” is still starting."), get_name (self));

  return NULL;
}

AetherHostLog *
aether_host_get_log (AetherHost *self)
{
  return self->log;
}

AetherHostSerial *
aether_host_get_serial (AetherHost *self)
{
  return self->serial;
}

AetherHostServer *
aether_host_get_server (AetherHost *self)
{
  return self->server;
}

AetherHostThumbnail *
aether_host_get_thumbnail (AetherHost *self)
{
  return self->thumbnail;
}

gboolean
aether_host_is_starting (AetherHost *self)
{
  return self->start != NULL;
}

AetherHost *
aether_host_new (const char *bundle_path, gboolean foreground)
{
  AetherHost *self = g_object_new (AETHER_TYPE_HOST, NULL);

  self->bundle = aether_bundle_new (bundle_path);
  self->foreground = foreground;

  return self;
}
