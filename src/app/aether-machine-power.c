/* aether-machine-power.c - the actions of the library window that start, pause and end a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine-actions-private.h"

#include <glib/gi18n.h>

/* --- start ----------------------------------------------------------------- */

static void offer_to_start_anew (AetherMachineActions *self, AetherBundle *bundle, const GError *error);

static void
start_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherClient) client = aether_client_open_finish (result, &error);
  g_autofree char *heading = NULL;

  if (client != NULL)
    return;

  aether_bundle_refresh (request->bundle);
  if (aether_bundle_get_suspended (request->bundle))
    {
      offer_to_start_anew (request->self, request->bundle, error);
      return;
    }

  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("Could not start %s"), aether_bundle_get_name (request->bundle));
  _aether_machine_actions_show_error (request->self, heading, error, request->bundle);
}

static void
start (AetherMachineActions *self, AetherBundle *bundle)
{
  if (!g_hash_table_contains (self->busy, aether_bundle_get_path (bundle)))
    aether_client_start_async (bundle, NULL, start_cb, _aether_machine_actions_begin (self, bundle));
}

static void
start_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);

  if (bundle != NULL)
    start (self, bundle);
}

/* --- a suspended machine, from the beginning ------------------------------ */

static void
start_anew_response_cb (AdwAlertDialog *dialog, const char *response, AetherMachineActions *self)
{
  AetherBundle *bundle = g_object_get_data (G_OBJECT (dialog), "bundle");
  g_autoptr(GError) error = NULL;

  if (!g_str_equal (response, "anew"))
    return;

  if (aether_bundle_discard_state (bundle, &error))
    start (self, bundle);
  else
    _aether_machine_actions_show_error (self, _("Could not discard the saved state"), error, bundle);
}

static void
ask_to_start_anew (AetherMachineActions *self, AetherBundle *bundle, const char *heading, const char *body)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body));

  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "anew", _("_Start anew"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "anew", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "bundle", g_object_ref (bundle), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (start_anew_response_cb), self, 0);
  adw_dialog_present (ADW_DIALOG (dialog), self->window);
}

/* It could not go on, and says why; the user may put things back, or not. */
static void
offer_to_start_anew (AetherMachineActions *self, AetherBundle *bundle, const GError *error)
{
  g_autofree char *heading = NULL;

  if (self->window == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("%s did not go on"), aether_bundle_get_name (bundle));
  ask_to_start_anew (self, bundle, heading, error->message);
}

static void
start_anew_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);
  g_autofree char *heading = NULL;

  if (bundle == NULL)
    return;

  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("Start %s anew?"), aether_bundle_get_name (bundle));
  ask_to_start_anew (user_data, bundle, heading,
                     _("Its saved state is discarded, and unsaved work in it is lost, as after a power cut."));
}

/* --- control --------------------------------------------------------------- */

static const char *
control_failed_format (AetherControl control)
{
  switch (control)
    {
    /* Translators: %s is a machine's name, in all of these */
    case AETHER_CONTROL_PAUSE: return _("Could not pause %s");
    case AETHER_CONTROL_RESUME: return _("Could not resume %s");
    case AETHER_CONTROL_RESET: return _("Could not restart %s");
    case AETHER_CONTROL_REQUEST_SHUTDOWN: return _("Could not shut down %s");
    case AETHER_CONTROL_SUSPEND: return _("Could not suspend %s");
    case AETHER_CONTROL_CANCEL_SUSPEND: return _("Could not go on with %s");
    case AETHER_CONTROL_FORCE_OFF:
    default: return _("Could not force off %s");
    }
}

static void
control_failed (AetherMachineRequest *request, const GError *error)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_autofree char *heading = g_strdup_printf (control_failed_format (request->control),
                                              aether_bundle_get_name (request->bundle));
#pragma GCC diagnostic pop

  _aether_machine_actions_show_error (request->self, heading, error, NULL);
}

static void
control_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    control_failed (request, error);
}

static void
attached_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherClient) client = aether_client_open_finish (result, &error);
  AetherControl verb = request->control;

  if (client == NULL)
    {
      control_failed (request, error);
      return;
    }

  aether_client_control_async (client, verb, NULL, control_cb, g_steal_pointer (&request));
}

static void
control (AetherMachineActions *self, AetherBundle *bundle, AetherControl verb)
{
  AetherMachineRequest *request;

  /* a force-off must not wait for a shutdown that hangs, nor a cancel for what it cancels */
  if (verb != AETHER_CONTROL_FORCE_OFF && verb != AETHER_CONTROL_CANCEL_SUSPEND && g_hash_table_contains (self->busy, aether_bundle_get_path (bundle)))
    return;

  request = _aether_machine_actions_begin (self, bundle);
  request->control = verb;
  aether_client_attach_async (bundle, NULL, attached_cb, request);
}

static void
pause_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);

  if (bundle != NULL)
    control (user_data, bundle, AETHER_CONTROL_PAUSE);
}

static void
resume_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);

  if (bundle != NULL)
    control (user_data, bundle, AETHER_CONTROL_RESUME);
}

static void
shut_down_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);

  if (bundle != NULL)
    control (user_data, bundle, AETHER_CONTROL_REQUEST_SHUTDOWN);
}

static void
suspend_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);

  if (bundle != NULL)
    control (user_data, bundle, AETHER_CONTROL_SUSPEND);
}

static void
cancel_suspend_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);

  if (bundle != NULL)
    control (user_data, bundle, AETHER_CONTROL_CANCEL_SUSPEND);
}

/* Asks before @verb throws away what is not saved inside. */
static void
confirm_response_cb (AdwAlertDialog *dialog, const char *response, AetherMachineActions *self)
{
  AetherBundle *bundle = g_object_get_data (G_OBJECT (dialog), "bundle");
  AetherControl verb = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "control"));

  if (g_str_equal (response, "confirm"))
    control (self, bundle, verb);
}

static void
confirm (AetherMachineActions *self, AetherBundle *bundle, AetherControl verb,
         const char *heading, const char *accept)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, _("Unsaved work in it is lost.")));

  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "confirm", accept, NULL);
  adw_alert_dialog_set_response_appearance (dialog, "confirm", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "bundle", g_object_ref (bundle), g_object_unref);
  g_object_set_data (G_OBJECT (dialog), "control", GUINT_TO_POINTER (verb));
  g_signal_connect_object (dialog, "response", G_CALLBACK (confirm_response_cb), self, 0);
  adw_dialog_present (ADW_DIALOG (dialog), self->window);
}

static void
reset_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);
  g_autofree char *heading = NULL;

  if (bundle == NULL)
    return;

  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("Restart %s?"), aether_bundle_get_name (bundle));
  confirm (user_data, bundle, AETHER_CONTROL_RESET, heading, _("_Restart"));
}

static void
force_off_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (user_data, parameter);
  g_autofree char *heading = NULL;

  if (bundle == NULL)
    return;

  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("Force off %s?"), aether_bundle_get_name (bundle));
  confirm (user_data, bundle, AETHER_CONTROL_FORCE_OFF, heading, _("_Force off"));
}

static const GActionEntry entries[] = {
  { "start", start_activated, "s" },
  { "start-anew", start_anew_activated, "s" },
  { "pause", pause_activated, "s" },
  { "resume", resume_activated, "s" },
  { "suspend", suspend_activated, "s" },
  { "cancel-suspend", cancel_suspend_activated, "s" },
  { "shut-down", shut_down_activated, "s" },
  { "reset", reset_activated, "s" },
  { "force-off", force_off_activated, "s" },
};

void
_aether_machine_actions_add_power (AetherMachineActions *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries), self);
}
