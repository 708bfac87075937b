/* aether-qemu-events.c - what QEMU tells about a running machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-suspend.h"

#include "aether-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
get_boolean (JsonObject *data, const char *name)
{
  return data && json_object_get_boolean_member_with_default (data, name, FALSE);
}

/* --- STOP and RESUME: the event does not say why, the status does ------------ */

static void
status_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr(AetherQemuSession) self = g_weak_ref_get (weak);
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, NULL);
  AetherSession *session = (AetherSession *) self;
  const char *status = node && JSON_NODE_HOLDS_OBJECT (node)
                         ? aether_json_get_string (json_node_get_object (node), "status") : NULL;

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self == NULL || AETHER_QMP (object) != self->qmp || status == NULL)
    return;

  if (g_str_equal (status, "internal-error") && _aether_qemu_session_resign_kvm (self))
    return;

  /* While it ends, QEMU stops the machine too; while it starts, it has not begun */
  if (self->starting || aether_session_get_state (session) == AETHER_STATE_STOPPING)
    return;

  if (g_str_equal (status, "running"))
    {
      aether_session_set_state (session, AETHER_STATE_RUNNING);
      return;
    }

  aether_session_set_state (session, AETHER_STATE_PAUSED);
  if (g_str_equal (status, "internal-error"))
    aether_session_add_finding (session, AETHER_SEVERITY_WARNING, "machine.internal-error",
                                _("QEMU could not go on with this machine: its accelerator met something it does not "
                                  "know. Only a reset or switching it off helps."));
}

static void
handle_run_state (AetherQemuSession *self, JsonObject *data)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  /* Nobody asked for it: no reason to live on */
  g_weak_ref_init (weak, self);
  aether_qmp_call_async (self->qmp, "query-status", NULL, -1, 0, NULL, status_cb, weak);
}

/* --- the others --------------------------------------------------------------- */

static void
handle_shutdown (AetherQemuSession *self, JsonObject *data)
{
  const char *reason = aether_json_get_string (data, "reason");

  g_set_str (&self->shutdown, reason ? reason : get_boolean (data, "guest") ? "guest-shutdown" : "host-signal");
  if (!self->starting)
    aether_session_set_state (AETHER_SESSION (self), AETHER_STATE_STOPPING);
  aether_session_log (AETHER_SESSION (self), "QEMU shuts down: %s", self->shutdown);
}

static void
handle_log_only (AetherQemuSession *self, const char *sentence)
{
  aether_session_log (AETHER_SESSION (self), "%s", sentence);
}

static void
handle_reset (AetherQemuSession *self, JsonObject *data)
{
  if (get_boolean (data, "guest"))
    aether_session_happened (AETHER_SESSION (self), "restarted", "");
  else
    handle_log_only (self, "The machine was reset");
}

/* A tray that we move was asked for by a person; one that the guest moves is news. */
static void
handle_tray (AetherQemuSession *self, JsonObject *data)
{
  const char *drive = aether_json_get_string (data, "id");

  if (self->n_media_calls == 0 && get_boolean (data, "tray-open") && drive && *drive)
    aether_session_happened (AETHER_SESSION (self), "ejected", drive);
}

static void
handle_channel (AetherQemuSession *self, JsonObject *data)
{
  const char *id = aether_json_get_string (data, "id");

  if (id && g_str_has_prefix (id, "channel."))
    aether_session_set_channel (AETHER_SESSION (self), id + strlen ("channel."), get_boolean (data, "open"));
  if (g_strcmp0 (id, "channel.agent") == 0 && get_boolean (data, "open"))
    _aether_qemu_resume_set_clock (self);
}

static void
handle_powerdown (AetherQemuSession *self, JsonObject *data)
{
  handle_log_only (self, "The power button was pressed");
}

static void
handle_panic (AetherQemuSession *self, JsonObject *data)
{
  aether_session_guest_panic (AETHER_SESSION (self),
                              _("The system in the machine has crashed (it reported a panic). "
                                "Its screen may say why; reset the machine to start it again."));
}

static void
handle_disk_error (AetherQemuSession *self, JsonObject *data)
{
  const char *drive = aether_json_get_string (data, "node-name");
  const char *operation = aether_json_get_string (data, "operation");
  const char *reason = aether_json_get_string (data, "reason");

  aether_session_disk_error (AETHER_SESSION (self), drive ? drive : "",
                             g_strcmp0 (operation, "read") == 0 ? "read" : "write",
                             reason ? reason : "", get_boolean (data, "nospace"));
}

static void
handle_watchdog (AetherQemuSession *self, JsonObject *data)
{
  aether_session_add_finding (AETHER_SESSION (self), AETHER_SEVERITY_WARNING, "machine.watchdog",
                              _("The system in the machine hangs: its watchdog ran out."));
}

static void
handle_corrupted (AetherQemuSession *self, JsonObject *data)
{
  const char *drive = aether_json_get_string (data, "node-name");
  g_autofree char *sentence = g_strdup_printf (_("The image of the drive “%s” is damaged. Switch the machine off and "
                                                 "check it with “qemu-img check”."), drive ? drive : "?");

  aether_session_add_finding (AETHER_SESSION (self), AETHER_SEVERITY_ERROR, "drive.corrupted", sentence);
}

static const struct
{
  const char *name;
  void      (*handle) (AetherQemuSession *self, JsonObject *data);
} events[] = {
  { "BLOCK_IMAGE_CORRUPTED", handle_corrupted },
  { "BLOCK_IO_ERROR", handle_disk_error },
  { "DEVICE_TRAY_MOVED", handle_tray },
  { "GUEST_PANICKED", handle_panic },
  { "POWERDOWN", handle_powerdown },
  { "RESET", handle_reset },
  { "RESUME", handle_run_state },
  { "SHUTDOWN", handle_shutdown },
  { "STOP", handle_run_state },
  { "VSERPORT_CHANGE", handle_channel },
  { "WATCHDOG", handle_watchdog },
};

void
_aether_qemu_session_handle_event (AetherQemuSession *self, const char *name, JsonObject *data)
{
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      if (!g_str_equal (events[i].name, name))
        continue;

      events[i].handle (self, data);
      return;
    }
}
