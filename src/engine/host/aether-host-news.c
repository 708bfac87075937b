/* aether-host-news.c - what happens in a run, told to its log, its status and its clients
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-host-news.h"

#include <string.h>

#define MOST_FINDINGS  256
#define SIGNAL_BYTES   256     /* of a D-Bus signal, besides its strings */

struct _AetherHostNews
{
  GObject          parent_instance;

  AetherHost      *host;       /* borrowed */
  AetherMachine1  *machine;
  AetherSession   *session;    /* NULL before there is one */
  GPtrArray       *findings;
  gboolean         status_failed;
};

G_DEFINE_FINAL_TYPE (AetherHostNews, aether_host_news, G_TYPE_OBJECT)

static void
aether_host_news_finalize (GObject *object)
{
  AetherHostNews *self = AETHER_HOST_NEWS (object);

  g_clear_object (&self->session);
  g_object_unref (self->machine);
  g_ptr_array_unref (self->findings);

  G_OBJECT_CLASS (aether_host_news_parent_class)->finalize (object);
}

static void
aether_host_news_class_init (AetherHostNewsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aether_host_news_finalize;
}

static void
aether_host_news_init (AetherHostNews *self)
{
  self->findings = g_ptr_array_new_with_free_func (g_object_unref);
}

static AetherHostLog *
get_log (AetherHostNews *self)
{
  return aether_host_get_log (self->host);
}

/* To be called after each signal, and each change of properties. @text: (nullable): the long string in it */
static void
charge (AetherHostNews *self, const char *text)
{
  AetherHostServer *server = aether_host_get_server (self->host);

  if (server)
    aether_host_server_charge (server, NULL, SIGNAL_BYTES + (text ? strlen (text) : 0));
}

static void
log_line_cb (AetherHostNews *self, const char *line)
{
  AetherHostServer *server = aether_host_get_server (self->host);

  if (!server || aether_host_server_get_n_peers (server) == 0)
    return;

  aether_machine1_emit_log_line (self->machine, line);
  charge (self, line);
}

/* --- findings ---------------------------------------------------------------------- */

static void
publish_findings (AetherHostNews *self)
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
keep_finding (AetherHostNews *self, AetherFinding *finding)
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
drop_findings (AetherHostNews *self, const char *id)
{
  guint before = self->findings->len;

  for (guint i = before; i-- > 0;)
    if (g_str_equal (aether_finding_get_id (self->findings->pdata[i]), id))
      g_ptr_array_remove_index (self->findings, i);
  if (self->findings->len < before)
    publish_findings (self);
}

void
aether_host_news_add_finding (AetherHostNews *self, AetherFinding *finding)
{
  const char *severity = aether_severity_to_nick (aether_finding_get_severity (finding));
  const char *sentence = aether_finding_get_sentence (finding);
  const char *fix = aether_finding_get_fix (finding);

  aether_host_log_printf (get_log (self), "%s: %s", severity, sentence);

  if (!keep_finding (self, finding) || !aether_host_get_server (self->host))
    return;

  aether_machine1_emit_finding_added (self->machine, severity, aether_finding_get_id (finding), sentence,
                                      fix ? fix : "");
  /* The signal, and the property with all of them */
  charge (self, sentence);
  charge (self, sentence);
}

void
aether_host_news_find (AetherHostNews *self, AetherSeverity severity, const char *id, const char *sentence)
{
  g_autoptr(AetherFinding) finding = aether_finding_new (severity, id, sentence, NULL);

  aether_host_news_add_finding (self, finding);
}

void
aether_host_news_log_failed (AetherHostNews *self, const char *sentence)
{
  aether_host_news_find (self, AETHER_SEVERITY_WARNING, "log.stopped", sentence);
}

/* --- state ---------------------------------------------------------------------- */

void
aether_host_news_publish_state (AetherHostNews *self)
{
  AetherRun *run = aether_host_get_run (self->host);
  AetherState state = self->session ? aether_session_get_state (self->session) : AETHER_STATE_STARTING;
  const char *accelerator = self->session ? aether_session_get_accelerator (self->session) : NULL;
  int pid = self->session ? aether_session_get_pid (self->session) : 0;
  const char *before = aether_machine1_get_state (self->machine);
  g_autoptr(GError) error = NULL;

  if (!run)
    return;

  if (aether_host_is_starting (self->host))
    state = AETHER_STATE_STARTING;
  else if (state == AETHER_STATE_STOPPED)
    state = AETHER_STATE_STOPPING;

  if (!aether_run_set_status (run, state, accelerator, pid, &error) && !self->status_failed)
    {
      self->status_failed = TRUE;
      aether_host_news_find (self, AETHER_SEVERITY_WARNING, "status.stopped", error->message);
    }

  /* A full disk has paused it: who lets it go on has made room, or hears of it again */
  if (state == AETHER_STATE_RUNNING && g_strcmp0 (before, aether_state_to_nick (AETHER_STATE_PAUSED)) == 0)
    drop_findings (self, "drive.full");

  if (g_strcmp0 (before, aether_state_to_nick (state)) != 0)
    aether_host_log_printf (get_log (self), "State: %s.", aether_state_to_nick (state));

  aether_machine1_set_state (self->machine, aether_state_to_nick (state));
  aether_machine1_set_since (self->machine, aether_run_get_since (run));
  aether_machine1_set_accelerator (self->machine, accelerator ? accelerator : "");
  aether_machine1_set_engine_pid (self->machine, pid);
  charge (self, NULL);
}

/* --- what the session says -------------------------------------------------------- */

static void
log_cb (AetherHostNews *self, const char *line)
{
  aether_host_log_write (get_log (self), line);
}

static void
guest_panic_cb (AetherHostNews *self, const char *sentence)
{
  aether_host_log_write (get_log (self), sentence);
  aether_machine1_emit_guest_panicked (self->machine, sentence);
  charge (self, sentence);
}

static void
disk_error_cb (AetherHostNews *self, const char *drive, const char *operation, const char *reason,
               gboolean no_space)
{
  g_autoptr(AetherFinding) finding = aether_finding_new_disk_error (drive, operation, reason, no_space);

  aether_host_log_printf (get_log (self), "Drive %s: %s failed: %s%s", drive, operation, reason,
                          no_space ? " (no space left)" : "");
  /* Its own signal tells those who listen; the finding tells those who come later */
  keep_finding (self, finding);
  aether_machine1_emit_disk_error (self->machine, drive, operation, reason, no_space);
  charge (self, reason);
}

static void
happened_cb (AetherHostNews *self, const char *kind, const char *subject)
{
  aether_host_log_printf (get_log (self), "Guest: %s %s", kind, subject);
  aether_machine1_emit_happened (self->machine, kind, subject);
  charge (self, NULL);
}

static void
channels_cb (AetherHostNews *self, GParamSpec *pspec)
{
  aether_machine1_set_channels (self->machine, aether_session_get_channels (self->session));
  charge (self, NULL);
}

static void
publish_suspend (AetherHostNews *self)
{
  const char *obstacle = aether_session_get_suspend_obstacle (self->session);
  guint64 done, total;

  aether_session_get_suspend_progress (self->session, &done, &total);
  aether_machine1_set_can_suspend (self->machine, aether_session_get_can_suspend (self->session));
  aether_machine1_set_suspend_obstacle (self->machine, obstacle ? obstacle : "");
  aether_machine1_set_suspend_progress (self->machine, g_variant_new ("(tt)", done, total));
  charge (self, NULL);
}

static void
suspend_cb (AetherHostNews *self, GParamSpec *pspec)
{
  /* Where it has ended by that, nobody shall think that it was given up */
  if (aether_host_get_session (self->host, NULL))
    publish_suspend (self);
}

void
aether_host_news_follow (AetherHostNews *self, AetherSession *session)
{
  static const struct { const char *signal; GCallback callback; } handlers[] = {
    { "notify::state", G_CALLBACK (aether_host_news_publish_state) },
    { "notify::accelerator", G_CALLBACK (aether_host_news_publish_state) },
    { "notify::pid", G_CALLBACK (aether_host_news_publish_state) },
    { "log-line", G_CALLBACK (log_cb) },
    { "finding", G_CALLBACK (aether_host_news_add_finding) },
    { "guest-panic", G_CALLBACK (guest_panic_cb) },
    { "disk-error", G_CALLBACK (disk_error_cb) },
    { "happened", G_CALLBACK (happened_cb) },
    { "notify::channels", G_CALLBACK (channels_cb) },
    { "notify::suspend-total", G_CALLBACK (suspend_cb) },
  };

  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect_object (session, handlers[i].signal, handlers[i].callback, self, G_CONNECT_SWAPPED);
  publish_suspend (self);
}

AetherHostNews *
aether_host_news_new (AetherHost *host, AetherMachine1 *machine)
{
  AetherHostNews *self = g_object_new (AETHER_TYPE_HOST_NEWS, NULL);

  self->host = host;
  self->machine = g_object_ref (machine);
  g_signal_connect_object (get_log (self), "line", G_CALLBACK (log_line_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_log (self), "failed", G_CALLBACK (aether_host_news_log_failed), self,
                           G_CONNECT_SWAPPED);
  publish_findings (self);

  return self;
}
