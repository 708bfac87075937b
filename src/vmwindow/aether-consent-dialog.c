/* aether-consent-dialog.c - asking whether a machine may have what it asks for beyond its own folder
 *
 * look what is not agreed to, in a thread -> ask -> note the answer, or discard the saved state.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-consent-dialog.h"

#include <glib/gi18n.h>

#define MOST_HEIGHT 320   /* pixels of the list before it scrolls */

typedef struct
{
  GtkWidget *parent;    /* weak */
  GPtrArray *items;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_clear_weak_pointer (&ask->parent);
  g_clear_pointer (&ask->items, g_ptr_array_unref);
  g_free (ask);
}

/* --- the answer -------------------------------------------------------------- */

static void
give_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Ask *ask = task_data;
  GError *error = NULL;

  if (aether_consent_give (source, ask->items, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
discarded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (aether_bundle_discard_state_finish (AETHER_BUNDLE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
response_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (object), result);

  if (g_str_equal (response, "agree"))
    g_task_run_in_thread (task, give_thread);
  else if (g_str_equal (response, "anew"))
    aether_bundle_discard_state_async (g_task_get_source_object (task), NULL, discarded_cb, g_object_ref (task));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Not agreed");
}

/* --- the question ------------------------------------------------------------ */

/* Its words are a stranger's: set once it is known that they are no markup. */
static GtkWidget *
make_row (const AetherConsentItem *item)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW,
                                 "use-markup", FALSE,
                                 "title-lines", 0,
                                 "subtitle-lines", 0,
                                 "subtitle-selectable", TRUE,
                                 NULL);

  g_object_set (row, "title", item->title, "subtitle", item->detail, NULL);
  return row;
}

static GtkWidget *
make_list (GPtrArray *items)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("What the machine asks for"), -1);
  for (guint i = 0; i < items->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), make_row (items->pdata[i]));

  g_object_set (scroller, "child", list, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                "max-content-height", MOST_HEIGHT, NULL);
  return scroller;
}

static void
present (GTask *task)
{
  Ask *ask = g_task_get_task_data (task);
  AetherBundle *bundle = g_task_get_source_object (task);
  /* Translators: %s is a machine's name */
  g_autofree char *heading = g_strdup_printf (_("Trust %s?"), aether_bundle_get_name (bundle));
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading,
    _("It asks for more than its own folder. Agree only if you know who made it, and trust them. You are asked once.")));

  adw_alert_dialog_set_extra_child (dialog, make_list (ask->items));
  adw_alert_dialog_add_response (dialog, "cancel", _("_Cancel"));
  if (aether_consent_has_kind (ask->items, AETHER_CONSENT_STATE))
    {
      adw_alert_dialog_add_response (dialog, "anew", _("Start _anew"));
      adw_alert_dialog_set_response_appearance (dialog, "anew", ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_alert_dialog_add_response (dialog, "agree", _("_Trust and start"));
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, ask->parent, NULL, response_cb, g_object_ref (task));
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Ask *ask = g_task_get_task_data (task);
  GError *error = NULL;

  ask->items = aether_consent_list_finish (AETHER_BUNDLE (object), result, &error);
  if (ask->items == NULL)
    g_task_return_error (task, error);
  else if (ask->items->len == 0)
    g_task_return_boolean (task, TRUE);
  else if (ask->parent == NULL)   /* closed meanwhile */
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody to ask");
  else
    present (task);
}

void
aether_consent_ask_async (AetherBundle *bundle, GtkWidget *parent, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (bundle, NULL, callback, user_data);
  Ask *ask = g_new0 (Ask, 1);

  g_set_weak_pointer (&ask->parent, parent);
  g_task_set_source_tag (task, aether_consent_ask_async);
  g_task_set_task_data (task, ask, ask_free);
  aether_consent_list_async (bundle, NULL, listed_cb, g_steal_pointer (&task));
}

gboolean
aether_consent_ask_finish (AetherBundle *bundle, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
