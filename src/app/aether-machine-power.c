/* aether-machine-power.c - the actions of the library window that start, pause and end a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine-actions-private.h"

#include "aether-consent-dialog.h"

#include <glib/gi18n.h>

/* Asks before something is lost. Emits "response::confirm", with the bundle as "bundle" of the dialog. */
static AdwAlertDialog *
ask (AetherMachineActions *self, AetherBundle *bundle, const char *heading, const char *body, const char *accept)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, body));

  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "confirm", accept, NULL);
  adw_alert_dialog_set_response_appearance (dialog, "confirm", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "bundle", g_object_ref (bundle), g_object_unref);
  adw_dialog_present (ADW_DIALOG (dialog), self->window);

  return dialog;
}

/* --- start ----------------------------------------------------------------- */

static void start (AetherMachineActions *self, AetherBundle *bundle);
static void offer_to_start_anew (AetherMachineActions *self, AetherBundle *bundle, const GError *error);

static void
could_not_start (AetherMachineRequest *request, const GError *error)
{
  /* Translators: %s is a machine's name */
  g_autofree char *heading = g_strdup_printf (_("Could not start %s"), aether_bundle_get_name (request->bundle));

  _aether_machine_actions_show_error (request->self, heading, error, request->bundle);
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(AetherMachineActions) self = g_object_ref (request->self);
  g_autoptr(AetherBundle) bundle = g_object_ref (request->bundle);
  g_autoptr(GError) error = NULL;

  if (aether_consent_ask_finish (bundle, result, &error))
    {
      g_clear_pointer (&request, _aether_machine_actions_end);
      start (self, bundle);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    could_not_start (request, error);
}

static void
start_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherClient) client = aether_client_open_finish (result, &error);

  if (client != NULL)
    return;

  if (g_error_matches (error, AETHER_CONSENT_ERROR, AETHER_CONSENT_ERROR_MISSING) && request->self->window)
    {
      AetherMachineRequest *asking = g_steal_pointer (&request);

      aether_consent_ask_async (asking->bundle, asking->self->window, asked_cb, asking);
      return;
    }

  aether_bundle_refresh (request->bundle);
  if (aether_bundle_get_suspended (request->bundle))
    {
      offer_to_start_anew (request->self, request->bundle, error);
      return;
    }

  could_not_start (request, error);
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
discarded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(AetherMachineActions) self = g_object_ref (request->self);
  g_autoptr(GError) error = NULL;

  g_clear_pointer (&request, _aether_machine_actions_end);
  if (aether_bundle_discard_state_finish (AETHER_BUNDLE (object), result, &error))
    start (self, AETHER_BUNDLE (object));
  else
    _aether_machine_actions_show_error (self, _("Could not discard the saved state"), error, AETHER_BUNDLE (object));
}

static void
start_anew_confirmed_cb (AdwAlertDialog *dialog, const char *response, AetherMachineActions *self)
{
  AetherBundle *bundle = g_object_get_data (G_OBJECT (dialog), "bundle");

  aether_bundle_discard_state_async (bundle, NULL, discarded_cb, _aether_machine_actions_begin (self, bundle));
}

static void
ask_to_start_anew (AetherMachineActions *self, AetherBundle *bundle, const char *heading, const char *body)
{
  AdwAlertDialog *dialog = ask (self, bundle, heading, body, _("_Start anew"));

  g_signal_connect_object (dialog, "response::confirm", G_CALLBACK (start_anew_confirmed_cb), self, 0);
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

/* What a machine can be told, by AetherControl */
static const struct
{
  const char *action;
  const char *failed;     /* with its name */
  const char *question;   /* with its name; NULL: done unasked */
  const char *accept;
} verbs[] = {
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_PAUSE] = { "pause", N_("Could not pause %s") },
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_RESUME] = { "resume", N_("Could not resume %s") },
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_RESET] = { "reset", N_("Could not restart %s"), N_("Restart %s?"), N_("_Restart") },
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_REQUEST_SHUTDOWN] = { "shut-down", N_("Could not shut down %s") },
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_FORCE_OFF] = { "force-off", N_("Could not force off %s"), N_("Force off %s?"), N_("_Force off") },
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_SUSPEND] = { "suspend", N_("Could not suspend %s") },
  /* Translators: %s is a machine's name */
  [AETHER_CONTROL_CANCEL_SUSPEND] = { "cancel-suspend", N_("Could not go on with %s") },
};

/* @format: a string of the table */
static char *
name_in (const char *format, AetherBundle *bundle)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (_(format), aether_bundle_get_name (bundle));
#pragma GCC diagnostic pop
}

static void
control_failed (AetherMachineRequest *request, const GError *error)
{
  g_autofree char *heading = name_in (verbs[request->control].failed, request->bundle);

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
  AetherControl control = request->control;

  if (client == NULL)
    {
      control_failed (request, error);
      return;
    }

  aether_client_control_async (client, control, NULL, control_cb, g_steal_pointer (&request));
}

static void
request_control (AetherMachineActions *self, AetherBundle *bundle, AetherControl control)
{
  AetherMachineRequest *request;

  /* a force-off must not wait for a shutdown that hangs, nor a cancel for what it cancels */
  if (control != AETHER_CONTROL_FORCE_OFF && control != AETHER_CONTROL_CANCEL_SUSPEND &&
      g_hash_table_contains (self->busy, aether_bundle_get_path (bundle)))
    return;

  request = _aether_machine_actions_begin (self, bundle);
  request->control = control;
  aether_client_attach_async (bundle, NULL, attached_cb, request);
}

static void
control_confirmed_cb (AdwAlertDialog *dialog, const char *response, AetherMachineActions *self)
{
  AetherBundle *bundle = g_object_get_data (G_OBJECT (dialog), "bundle");

  request_control (self, bundle, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "control")));
}

static AetherControl
find_control (const char *action)
{
  AetherControl control = 0;

  while (!g_str_equal (verbs[control].action, action))
    control++;

  return control;
}

static void
control_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  AetherControl control = find_control (g_action_get_name (G_ACTION (action)));
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);
  g_autofree char *heading = NULL;
  AdwAlertDialog *dialog;

  if (bundle == NULL)
    return;

  if (verbs[control].question == NULL)
    {
      request_control (self, bundle, control);
      return;
    }

  heading = name_in (verbs[control].question, bundle);
  dialog = ask (self, bundle, heading, _("Unsaved work in it is lost."), _(verbs[control].accept));
  g_object_set_data (G_OBJECT (dialog), "control", GUINT_TO_POINTER (control));
  g_signal_connect_object (dialog, "response::confirm", G_CALLBACK (control_confirmed_cb), self, 0);
}

static const GActionEntry entries[] = {
  { "start", start_activated, "s" },
  { "start-anew", start_anew_activated, "s" },
};

void
_aether_machine_actions_add_power (AetherMachineActions *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries), self);

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      const GActionEntry entry = { verbs[i].action, control_activated, "s" };

      g_action_map_add_action_entries (G_ACTION_MAP (self->group), &entry, 1, self);
    }
}
