/* aether-vm-suspend.c - saving the machine's state to disk, and what comes of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-words.h"

gboolean
aether_vm_suspend_is_saved (AetherVmWindow *self)
{
  return aether_vm_link_get_state (self->link) == AETHER_VM_LINK_OFF &&
         aether_bundle_get_suspended (aether_vm_link_get_bundle (self->link));
}

gboolean
aether_vm_suspend_is_saving (AetherVmWindow *self)
{
  return self->client && aether_client_get_suspend_progress (self->client, NULL, NULL);
}

/* One that cannot be suspended as it is says so when asked: an item that is grey would not. */
static void
suspend_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->client)
    aether_client_control_async (self->client, AETHER_CONTROL_SUSPEND, NULL, aether_vm_request_cb,
                                 aether_vm_request_new (self, _("Could not suspend %s")));
}

static void
resume_saved_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_vm_link_start (AETHER_VM_WINDOW (widget)->link);
}

static void
cancelled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;

  /* It may be saved by now: then there is nothing to cancel */
  aether_client_finish (AETHER_CLIENT (object), result, NULL);
}

static void
cancel_suspend_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->client)
    aether_client_control_async (self->client, AETHER_CONTROL_CANCEL_SUSPEND, self->cancellable, cancelled_cb,
                                 aether_vm_request_new (self, NULL));
}

static void
discarded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_bundle_discard_state_finish (AETHER_BUNDLE (object), result, &error))
    aether_vm_window_show_error (request->window, request->failed, error);
  else if (request->window->link)   /* not closed meanwhile */
    aether_vm_link_start (request->window->link);
}

static void
start_anew_confirmed_cb (AetherVmWindow *self)
{
  aether_bundle_discard_state_async (aether_vm_link_get_bundle (self->link), NULL, discarded_cb,
                                     aether_vm_request_new (self, _("Could not start %s")));
}

static void
start_anew_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  aether_vm_power_confirm (self, _("Start %s anew?"),
                           _("Its saved state is discarded, and unsaved work in it is lost, as after a power cut."),
                           _("_Start anew"), G_CALLBACK (start_anew_confirmed_cb));
}

void
aether_vm_suspend_update (AetherVmWindow *self)
{
  AetherState state = aether_vm_window_get_state (self);
  gboolean on = state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED;
  gboolean saving = aether_vm_suspend_is_saving (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.suspend",
                                 on && !saving && aether_client_get_can_suspend (self->client));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.cancel-suspend", saving);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.resume-saved", aether_vm_suspend_is_saved (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.start-anew", aether_vm_suspend_is_saved (self));
}

void
aether_vm_suspend_draw_saving (AetherVmWindow *self)
{
  g_autofree char *text = NULL;
  g_autofree char *done_text = NULL;
  g_autofree char *total_text = NULL;
  guint64 done, total;

  aether_client_get_suspend_progress (self->client, &done, &total);
  done_text = aether_words_size (done);
  total_text = aether_words_size (total);
  /* Translators: two sizes, as in “120 MB of 2 GB” */
  text = g_strdup_printf (_("%s of %s"), done_text, total_text);
  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = "media-floppy-symbolic",
    .title = _("Suspending…"),
    .description = _("What the machine holds in memory is saved. The next start goes on from here."),
    .progress = text,
    .fraction = total > 0 ? (double) done / total : 0,
    .details = _("Cancel"),
    .details_action = "vm.cancel-suspend",
  });
}

/* @sentence: (nullable): why it could not go on */
void
aether_vm_suspend_draw_saved (AetherVmWindow *self, const char *sentence)
{
  g_autofree char *title = NULL;
  g_autofree char *when = NULL;
  gint64 since = aether_bundle_get_since (aether_vm_link_get_bundle (self->link));
  g_autoptr(GDateTime) time = since > 0 ? g_date_time_new_from_unix_local (since) : NULL;
  g_autofree char *moment = time ? g_date_time_format (time, "%x %H:%M") : NULL;

  /* Translators: the name of a machine */
  title = g_strdup_printf (sentence ? _("%s did not go on") : _("%s is suspended"), aether_vm_window_get_name (self));
  if (moment)
    /* Translators: a date and a time */
    when = g_strdup_printf (_("Since %s"), moment);
  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = sentence ? "dialog-warning-symbolic" : "media-playback-pause-symbolic",
    .title = title,
    .description = sentence ? sentence : when,
    .button = sentence ? _("Try again") : _("Resume"),
    .action = "vm.resume-saved",
    .details = sentence ? _("Start anew…") : NULL,
    .details_action = "vm.start-anew",
  });
}

void
aether_vm_suspend_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.suspend", NULL, suspend_action);
  gtk_widget_class_install_action (klass, "vm.cancel-suspend", NULL, cancel_suspend_action);
  gtk_widget_class_install_action (klass, "vm.resume-saved", NULL, resume_saved_action);
  gtk_widget_class_install_action (klass, "vm.start-anew", NULL, start_anew_action);
}
