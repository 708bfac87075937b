/* aether-vm-power.c - start, pause, stop
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include "aether-consent-dialog.h"

#include <glib/gi18n.h>

#include "aether-fullscreen-bar.h"

static void
control (AetherVmWindow *self, AetherControl what, const char *failed)
{
  if (self->client)
    aether_client_control_async (self->client, what, self->cancellable, aether_vm_request_cb,
                                 aether_vm_request_new (self, failed));
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  request->window->asks = FALSE;
  if (request->window->link == NULL)   /* closed meanwhile */
    return;
  if (aether_consent_ask_finish (AETHER_BUNDLE (object), result, &error))
    aether_vm_link_start (request->window->link);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aether_vm_window_show_error (request->window, request->failed, error);
}

static void
consent_needed_cb (AetherVmWindow *self)
{
  if (self->asks)
    return;

  self->asks = TRUE;
  aether_consent_ask_async (aether_vm_link_get_bundle (self->link), GTK_WIDGET (self), asked_cb,
                            aether_vm_request_new (self, _("Could not start %s")));
}

/* Once it has its link */
void
aether_vm_power_init (AetherVmWindow *self)
{
  g_signal_connect_swapped (self->link, "consent-needed", G_CALLBACK (consent_needed_cb), self);
}

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_vm_link_start (AETHER_VM_WINDOW (widget)->link);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (AETHER_VM_WINDOW (widget), AETHER_CONTROL_PAUSE, _("Could not pause %s"));
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (AETHER_VM_WINDOW (widget), AETHER_CONTROL_RESUME, _("Could not resume %s"));
}

static void
asked_to_shut_down_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  if (aether_client_finish (AETHER_CLIENT (object), result, &error))
    aether_vm_window_toast (request->window, _("Asked the machine to shut down"));
  else
    aether_vm_window_show_error (request->window, request->failed, error);
}

static void
shut_down_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->client)
    aether_client_control_async (self->client, AETHER_CONTROL_REQUEST_SHUTDOWN, self->cancellable,
                                 asked_to_shut_down_cb,
                                 aether_vm_request_new (self, _("Could not shut down %s")));
}

void
aether_vm_power_confirm (AetherVmWindow *self, const char *heading_format, const char *body,
                         const char *label, GCallback confirmed)
{
  g_autofree char *heading = g_strdup_printf (heading_format, aether_vm_window_get_name (self));
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"),
                                  "confirm", label, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "confirm",
                                            ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response::confirm", confirmed, self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* What the machine did not save is lost. */
static void
confirm (AetherVmWindow *self, const char *heading_format, const char *label, GCallback confirmed)
{
  aether_vm_power_confirm (self, heading_format, _("Unsaved work in it is lost."), label, confirmed);
}

static void
restart_confirmed_cb (AetherVmWindow *self)
{
  control (self, AETHER_CONTROL_RESET, _("Could not restart %s"));
}

static void
restart_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  confirm (AETHER_VM_WINDOW (widget), _("Restart %s?"), _("_Restart"),
           G_CALLBACK (restart_confirmed_cb));
}

static void
force_off_confirmed_cb (AetherVmWindow *self)
{
  control (self, AETHER_CONTROL_FORCE_OFF, _("Could not force off %s"));
}

static void
force_off_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  confirm (AETHER_VM_WINDOW (widget), _("Force off %s?"), _("_Force off"),
           G_CALLBACK (force_off_confirmed_cb));
}

static void
set_run_button (AetherVmWindow *self, const char *icon, const char *label, const char *action)
{
  aether_button_set (self->run_button, icon, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->run_button), action);
}

void
aether_vm_power_update (AetherVmWindow *self)
{
  AetherState state = aether_vm_window_get_state (self);
  gboolean off = aether_vm_link_get_state (self->link) == AETHER_VM_LINK_OFF;
  gboolean saving = aether_vm_suspend_is_saving (self);
  gboolean running = state == AETHER_STATE_RUNNING && !saving;
  gboolean paused = state == AETHER_STATE_PAUSED && !saving;
  gboolean known = aether_bundle_get_problem (aether_vm_link_get_bundle (self->link)) == NULL;
  const struct
  {
    const char *action;
    gboolean    enabled;
  } actions[] = {
    { "vm.start", off && known && !aether_vm_suspend_is_saved (self) },
    { "vm.pause", running },
    { "vm.resume", paused },
    { "vm.shut-down", running },
    { "vm.restart", running || paused },
    { "vm.force-off", self->client && state != AETHER_STATE_STOPPED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].action, actions[i].enabled);

  if (off && aether_vm_suspend_is_saved (self))
    set_run_button (self, "media-playback-start-symbolic", _("Resume"), "vm.resume-saved");
  else if (off)
    set_run_button (self, "media-playback-start-symbolic", _("Start"), "vm.start");
  else if (paused)
    set_run_button (self, "media-playback-start-symbolic", _("Resume"), "vm.resume");
  else
    set_run_button (self, "media-playback-pause-symbolic", _("Pause"), "vm.pause");
}

void
aether_vm_power_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.start", NULL, start_action);
  gtk_widget_class_install_action (klass, "vm.pause", NULL, pause_action);
  gtk_widget_class_install_action (klass, "vm.resume", NULL, resume_action);
  gtk_widget_class_install_action (klass, "vm.shut-down", NULL, shut_down_action);
  gtk_widget_class_install_action (klass, "vm.restart", NULL, restart_action);
  gtk_widget_class_install_action (klass, "vm.force-off", NULL, force_off_action);
}
