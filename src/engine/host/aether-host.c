/* aether-host.c - one run of one machine: from its bundle to the record of its end
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host.h"

#include "aether-consent.h"
#include "aether-engine.h"
#include "aether-host-calls.h"
#include "aether-host-news.h"
#include "aether-machine1.h"
#include "aether-saved-state.h"

#include <glib/gi18n-lib.h>

#define INTERFACE_VERSION   1
#define STOP_MSEC           1000    /* the engine has to end when told so, before it is killed */
#define LAST_CALLS_MSEC     500     /* calls have to be answered after the end */
#define THUMBNAIL_SECONDS   30

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
  AetherHostNews      *news;
  AetherHostLog       *log;
  AetherHostSerial    *serial;
  AetherHostThumbnail *thumbnail;

  AetherEngine        *engine;
  AetherCapabilities  *capabilities;
  AetherSession       *session;
  GCancellable        *cancellable;   /* of the start */
  GTask               *start;         /* while starting */

  GFileMonitor        *monitor;       /* of machine.json: the name may change */
  GDBusConnection     *viewer;        /* who opened the display last; only compared */
  guint                thumbnails;
  guint                stop_timeout;
  gboolean             stopping;      /* from outside */

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
  g_clear_object (&self->news);
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
}

static const char *
get_name (AetherHost *self)
{
  return aether_bundle_get_name (self->bundle);
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

/* --- the start: lock -> listen -> engine -> probe -> check -> consent -> session -> vCPU --- */

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
  aether_host_news_publish_state (self->news);
  aether_host_log_printf (self->log, "Runs with %s.", aether_machine1_get_accelerator (self->machine));
  g_task_return_boolean (task, TRUE);
  watch_name (self);

  if (self->early_end != AETHER_END_NONE)
    end (self, self->early_end, self->end_sentence, self->end_output);
  else if (self->stopping)
    aether_host_stop (self);
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

static void
start_session (AetherHost *self)
{
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

  aether_host_news_follow (self->news, self->session);
  g_signal_connect_swapped (self->session, "ended", G_CALLBACK (session_ended_cb), self);

  self->serial = aether_host_serial_new (self->session, self->configuration, logs);
  g_signal_connect_object (self->serial, "failed", G_CALLBACK (aether_host_news_log_failed), self->news,
                           G_CONNECT_SWAPPED);

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
  g_autoptr(GPtrArray) asked = NULL;
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
      aether_host_news_add_finding (self->news, findings->pdata[i]);
      if (aether_finding_get_severity (findings->pdata[i]) == AETHER_SEVERITY_ERROR)
        g_string_append_printf (reasons, "%s%s", reasons->len > 0 ? " " : "",
                                aether_finding_get_sentence (findings->pdata[i]));
    }

  asked = aether_consent_list (self->bundle, self->configuration);
  if (reasons->len > 0)
    start_failed (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, reasons->str));
  else if (!aether_consent_check (self->bundle, asked, &error))
    start_failed (self, error);
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
    aether_host_news_find (self->news, AETHER_SEVERITY_NOTE, "last-run.killed", sentence);
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
  aether_host_news_find (self->news, AETHER_SEVERITY_WARNING, "suspend.used", sentence);
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
  self->news = aether_host_news_new (self, self->machine);
  aether_host_log_printf (self->log, "Starting “%s” with %s.", self->configuration->name, self->configuration->engine);

  self->server = aether_host_server_new (aether_run_get_folder (self->run), self->machine, &error);
  if (!self->server)
    {
      start_failed (self, error);
      return;
    }

  listen_to (self);
  aether_host_news_publish_state (self->news);
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

/* --- for the calls and the news ------------------------------------------------------------------------- */

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

AetherRun *
aether_host_get_run (AetherHost *self)
{
  return self->run;
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
