/* aether-vm-notices.c - what is to be known about the running machine
 *
 * The banner holds what stays true, one sentence at a time. What happened is
 * a toast: it goes by itself, or, when the machine cannot go on without us,
 * waits with a button for what helps.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

/* Of these only the newest matters. */
#define NEWS "news"

/* What mends a finding of that id. */
static const struct
{
  const char *id, *label, *action;
} remedies[] = {
  { "drive.full", N_("_Try again"), "vm.resume" },
  { "guest-panic", N_("_Restart…"), "vm.restart" },
  { "machine.internal-error", N_("_Restart…"), "vm.restart" },
  { "machine.watchdog", N_("_Restart…"), "vm.restart" },
};

/* --- the banner ------------------------------------------------------------ */

static void
show_notice (AetherVmWindow *self)
{
  if (self->notices->len > 0)
    adw_banner_set_title (self->banner,
                          aether_finding_get_sentence (g_ptr_array_index (self->notices, 0)));
  adw_banner_set_revealed (self->banner, self->notices->len > 0);
}

static void
banner_dismissed_cb (AetherVmWindow *self)
{
  if (self->notices->len > 0)
    g_ptr_array_remove_index (self->notices, 0);
  show_notice (self);
}

/* --- toasts ------------------------------------------------------------------ */

static void
toast_dismissed_cb (AdwToast *toast, AetherVmWindow *self)
{
  const char *id = g_object_get_data (G_OBJECT (toast), "id");

  if (g_hash_table_lookup (self->toasts_by_id, id) == toast)
    g_hash_table_remove (self->toasts_by_id, id);
}

/* @label, @action: (nullable): what can be done about it */
static AdwToast *
new_toast (AetherVmWindow *self, const char *id, const char *sentence, const char *label, const char *action)
{
  AdwToast *toast = adw_toast_new (sentence);
  AdwToast *older = g_hash_table_lookup (self->toasts_by_id, id);

  adw_toast_set_use_markup (toast, FALSE);
  if (action)
    {
      adw_toast_set_button_label (toast, label);
      adw_toast_set_action_name (toast, action);
    }
  if (older)
    adw_toast_dismiss (older);

  g_object_set_data_full (G_OBJECT (toast), "id", g_strdup (id), g_free);
  g_hash_table_insert (self->toasts_by_id, g_strdup (id), g_object_ref (toast));
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (toast_dismissed_cb), self, 0);

  return toast;
}

static void
show (AetherVmWindow *self, AdwToast *toast)
{
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* It waits, before all others, until something is done about it. */
static void
show_lasting (AetherVmWindow *self, AdwToast *toast)
{
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
unsay (AetherVmWindow *self, const char *id)
{
  AdwToast *toast = g_hash_table_lookup (self->toasts_by_id, id);

  if (toast)
    adw_toast_dismiss (toast);
}

/* --- findings and events ----------------------------------------------------- */

static void
add_notice (AetherVmWindow *self, AetherFinding *finding)
{
  for (guint i = 0; i < G_N_ELEMENTS (remedies); i++)
    if (g_str_equal (remedies[i].id, aether_finding_get_id (finding)))
      {
        show_lasting (self, new_toast (self, remedies[i].id, aether_finding_get_sentence (finding),
                                       _(remedies[i].label), remedies[i].action));
        return;
      }

  for (guint i = 0; i < self->notices->len; i++)
    if (g_str_equal (aether_finding_get_sentence (g_ptr_array_index (self->notices, i)),
                     aether_finding_get_sentence (finding)))
      return;

  g_ptr_array_add (self->notices, g_object_ref (finding));
  show_notice (self);
}

static void
guest_panicked_cb (AetherVmWindow *self, const char *sentence)
{
  g_autoptr(AetherFinding) finding =
    aether_finding_new (AETHER_SEVERITY_WARNING, "guest-panic", sentence, NULL);

  add_notice (self, finding);
}

static void
disk_error_cb (AetherVmWindow *self, const char *drive, const char *operation, const char *reason,
               gboolean no_space)
{
  g_autoptr(AetherFinding) finding = aether_finding_new_disk_error (drive, operation, reason, no_space);

  add_notice (self, finding);
}

static void
happened_cb (AetherVmWindow *self, const char *kind, const char *subject)
{
  g_autofree char *sentence = NULL;

  if (g_str_equal (kind, "restarted"))
    {
      unsay (self, "guest-panic");
      unsay (self, "machine.watchdog");
      show (self, new_toast (self, NEWS, _("The machine restarted"), NULL, NULL));
    }
  else if (g_str_equal (kind, "ejected"))
    {
      /* Translators: the name of a CD drive */
      sentence = g_strdup_printf (_("The machine ejected the disc in %s"), subject);
      show (self, new_toast (self, NEWS, sentence, _("_Devices…"), "vm.show-devices"));
    }
}

static void
channels_cb (AetherVmWindow *self)
{
  gboolean had_agent = self->has_agent;

  self->has_agent = g_strv_contains (aether_client_get_channels (self->client), "agent");
  if (self->has_agent == had_agent || aether_client_get_state (self->client) != AETHER_STATE_RUNNING)
    return;

  show (self, new_toast (self, NEWS, self->has_agent ? _("The machine’s agent is ready") : _("The machine’s agent is gone"),
                         NULL, NULL));
}

static void
state_cb (AetherVmWindow *self)
{
  if (aether_client_get_state (self->client) != AETHER_STATE_RUNNING)
    return;

  unsay (self, "drive.full");
  unsay (self, "machine.internal-error");
}

void
aether_vm_notices_follow (AetherVmWindow *self, AetherClient *client)
{
  g_autoptr(GPtrArray) findings = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (remedies); i++)
    unsay (self, remedies[i].id);
  unsay (self, NEWS);
  g_ptr_array_set_size (self->notices, 0);
  show_notice (self);
  if (client == NULL)
    return;

  self->has_agent = g_strv_contains (aether_client_get_channels (client), "agent");
  g_signal_connect_swapped (client, "finding", G_CALLBACK (add_notice), self);
  g_signal_connect_swapped (client, "guest-panic", G_CALLBACK (guest_panicked_cb), self);
  g_signal_connect_swapped (client, "disk-error", G_CALLBACK (disk_error_cb), self);
  g_signal_connect_swapped (client, "happened", G_CALLBACK (happened_cb), self);
  g_signal_connect_swapped (client, "notify::channels", G_CALLBACK (channels_cb), self);
  g_signal_connect_swapped (client, "notify::state", G_CALLBACK (state_cb), self);
  findings = aether_client_list_findings (client);
  for (guint i = 0; i < findings->len; i++)
    add_notice (self, g_ptr_array_index (findings, i));
}

void
aether_vm_notices_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_callback (klass, banner_dismissed_cb);
}

void
aether_vm_notices_init (AetherVmWindow *self)
{
  self->notices = g_ptr_array_new_with_free_func (g_object_unref);
  self->toasts_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}
