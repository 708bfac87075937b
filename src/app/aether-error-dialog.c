/* aether-error-dialog.c - what could not be done, why, and what to do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-error-dialog.h"

#include <glib/gi18n.h>

#include "aether-log-dialog.h"

static void
response_cb (AdwAlertDialog *dialog, const char *response, AetherBundle *bundle)
{
  GtkWidget *parent = g_object_get_data (G_OBJECT (dialog), "parent");

  if (g_str_equal (response, "log") && parent != NULL)
    adw_dialog_present (aether_log_dialog_new (bundle), parent);
}

void
aether_error_dialog_present (GtkWidget *parent, const char *heading, const char *message, AetherBundle *bundle)
{
  AdwDialog *dialog;
  g_autofree char *rest = NULL;

  /* an engine's sentence may begin with the heading: it is said once */
  if (g_str_has_prefix (message, heading))
    {
      rest = g_strdup (message + strlen (heading) + strspn (message + strlen (heading), ".: \n"));
      message = *rest != '\0' ? rest : message;
    }

  dialog = adw_alert_dialog_new (heading, message);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));

  if (bundle != NULL)
    {
      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "log", _("Show _log"));
      g_object_set_data_full (G_OBJECT (dialog), "parent", g_object_ref (parent), g_object_unref);
      g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), bundle, 0);
      g_object_set_data_full (G_OBJECT (dialog), "bundle", g_object_ref (bundle), g_object_unref);
    }

  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "close");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "close");
  adw_dialog_present (dialog, parent);
}
