/* aether-forward-dialog.c - asks for a port to forward
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-forward-dialog.h"

struct _AetherForwardDialog
{
  AdwAlertDialog  parent_instance;

  AdwComboRow    *protocol_row;
  AdwSpinRow     *host_row;
  AdwSpinRow     *guest_row;
  AdwSwitchRow   *open_row;
};

G_DEFINE_FINAL_TYPE (AetherForwardDialog, aether_forward_dialog, ADW_TYPE_ALERT_DIALOG)

enum { ADDED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
aether_forward_dialog_response (AdwAlertDialog *dialog, const char *response)
{
  AetherForwardDialog *self = AETHER_FORWARD_DIALOG (dialog);
  g_autoptr(AetherPortForward) forward = NULL;

  if (!g_str_equal (response, "add"))
    return;

  forward = g_object_new (AETHER_TYPE_PORT_FORWARD,
                          "protocol", adw_combo_row_get_selected (self->protocol_row),
                          "host-address", adw_switch_row_get_active (self->open_row) ? "0.0.0.0" : "127.0.0.1",
                          "host-port", (guint) adw_spin_row_get_value (self->host_row),
                          "guest-port", (guint) adw_spin_row_get_value (self->guest_row),
                          NULL);
  g_signal_emit (self, signals[ADDED], 0, forward);
}

static void
aether_forward_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), AETHER_TYPE_FORWARD_DIALOG);

  G_OBJECT_CLASS (aether_forward_dialog_parent_class)->dispose (object);
}

static void
aether_forward_dialog_class_init (AetherForwardDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_forward_dialog_dispose;
  ADW_ALERT_DIALOG_CLASS (klass)->response = aether_forward_dialog_response;

  signals[ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_PORT_FORWARD);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-forward-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherForwardDialog, protocol_row);
  gtk_widget_class_bind_template_child (widget_class, AetherForwardDialog, host_row);
  gtk_widget_class_bind_template_child (widget_class, AetherForwardDialog, guest_row);
  gtk_widget_class_bind_template_child (widget_class, AetherForwardDialog, open_row);
}

static void
aether_forward_dialog_init (AetherForwardDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
aether_forward_dialog_new (void)
{
  return g_object_new (AETHER_TYPE_FORWARD_DIALOG, NULL);
}
