/* aether-vm-release-dialog.c - asks for the keys that give the keyboard back
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-release-dialog.h"

#include <glib/gi18n.h>

#include "aether-release-keys.h"

#define MOST_KEYS 8

/* Belongs to the dialog. */
typedef struct
{
  AdwAlertDialog  *dialog;
  AetherViewInput *input;
  guint            pressed[MOST_KEYS];   /* qnums, since none was down */
  guint            n_pressed;
  guint            down;                 /* how many of them still are */
  char            *combination;          /* (nullable) */
} Recording;

static void
recording_free (gpointer data)
{
  Recording *recording = data;

  g_object_unref (recording->input);
  g_free (recording->combination);
  g_free (recording);
}

static void
show (Recording *recording, const char *combination)
{
  g_autofree char *label = aether_release_keys_to_label (combination);
  GtkWidget *child = adw_alert_dialog_get_extra_child (recording->dialog);

  gtk_label_set_label (GTK_LABEL (child), label);
}

static gboolean
is_pressed (Recording *recording, guint qnum)
{
  for (guint i = 0; i < recording->n_pressed; i++)
    if (recording->pressed[i] == qnum)
      return TRUE;

  return FALSE;
}

static gboolean
key_pressed_cb (GtkEventController *controller, guint keyval, guint keycode,
                GdkModifierType state, Recording *recording)
{
  guint qnum = aether_view_input_to_qnum (recording->input, keycode);

  /* Those that drive a dialog do so here too */
  if (state == 0 && recording->down == 0 &&
      (keyval == GDK_KEY_Escape || keyval == GDK_KEY_Tab || keyval == GDK_KEY_Return ||
       keyval == GDK_KEY_space || keyval == GDK_KEY_Left || keyval == GDK_KEY_Right))
    return GDK_EVENT_PROPAGATE;

  if (recording->down == 0)
    recording->n_pressed = 0;
  if (qnum == 0 || is_pressed (recording, qnum) || recording->n_pressed == MOST_KEYS)
    return GDK_EVENT_STOP;

  recording->pressed[recording->n_pressed++] = qnum;
  recording->down++;
  return GDK_EVENT_STOP;
}

static void
key_released_cb (GtkEventController *controller, guint keyval, guint keycode,
                 GdkModifierType state, Recording *recording)
{
  guint qnum = aether_view_input_to_qnum (recording->input, keycode);
  char *combination;

  if (recording->down == 0 || !is_pressed (recording, qnum) || --recording->down > 0)
    return;

  combination = aether_release_keys_record (recording->pressed, recording->n_pressed);
  recording->n_pressed = 0;
  adw_alert_dialog_set_response_enabled (recording->dialog, "set", combination != NULL);
  adw_alert_dialog_set_body (recording->dialog,
                             combination
                             ? _("Press others, or keep these.")
                             : _("A key that types cannot be it alone. Use Ctrl, Alt, Shift or Super "
                                 "with another key, one of these on the right, or Scroll Lock."));
  if (combination == NULL)
    return;

  show (recording, combination);
  g_free (recording->combination);
  recording->combination = combination;
}

static void
set_cb (AdwAlertDialog *dialog, const char *response, Recording *recording)
{
  if (recording->combination)
    aether_view_input_set_release_keys (recording->input, recording->combination, NULL);
}

static void
default_cb (AdwAlertDialog *dialog, const char *response, Recording *recording)
{
  aether_view_input_set_release_keys (recording->input, AETHER_RELEASE_KEYS_DEFAULT, NULL);
}

AdwDialog *
aether_vm_release_dialog_new (AetherViewInput *input)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Release keys"),
                                            _("Press the keys that shall give the keyboard back, "
                                              "all together."));
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkWidget *label = gtk_label_new (NULL);
  Recording *recording = g_new0 (Recording, 1);

  recording->dialog = alert;
  recording->input = g_object_ref (input);
  g_object_set_data_full (G_OBJECT (dialog), "recording", recording, recording_free);

  gtk_widget_add_css_class (label, "title-2");
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _("The keys"), -1);
  adw_alert_dialog_set_extra_child (alert, label);
  adw_alert_dialog_add_responses (alert, "cancel", _("_Cancel"), "default", _("_Default"),
                                  "set", _("_Keep"), NULL);
  adw_alert_dialog_set_response_appearance (alert, "set", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_response_enabled (alert, "set", FALSE);
  adw_alert_dialog_set_close_response (alert, "cancel");
  g_signal_connect (alert, "response::set", G_CALLBACK (set_cb), recording);
  g_signal_connect (alert, "response::default", G_CALLBACK (default_cb), recording);
  show (recording, aether_view_input_get_release_keys (input));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), recording);
  g_signal_connect (keys, "key-released", G_CALLBACK (key_released_cb), recording);
  gtk_widget_add_controller (GTK_WIDGET (dialog), keys);

  return dialog;
}
