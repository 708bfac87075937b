/* aether-vnc-dialogs.c - what a VNC server, or its certificate, makes us ask the user
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-dialogs.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

static const SecretSchema schema = {
  "org.aether.Aether.Vnc", SECRET_SCHEMA_NONE,
  { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "user", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* One question under way */
typedef struct
{
  GtkWidget       *parent;
  AetherVncSource *source;
  char            *id;
  char            *server;
  char            *user;
  gboolean         wants_user;
  gboolean         encrypted;
  gboolean         again;
  gboolean         has_keyring;

  AdwEntryRow     *user_row;       /* (nullable) */
  AdwEntryRow     *password_row;
  AdwSwitchRow    *keep_row;       /* (nullable) */
} Ask;

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_object_unref (ask->parent);
  g_object_unref (ask->source);
  g_free (ask->id);
  g_free (ask->server);
  g_free (ask->user);
  g_free (ask);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ask, ask_free)

static void
answer_no (AetherVncSource *source)
{
  aether_vnc_source_answer (source, &(AetherVncAnswer) { .yes = FALSE });
}

/* Passwords */

static void
password_response_cb (AdwAlertDialog *dialog, const char *response, Ask *ask)
{
  g_auto(AetherVncAnswer) answer = { .yes = g_str_equal (response, "log-in") };

  if (answer.yes)
    {
      answer.user = g_strdup (ask->user_row ? gtk_editable_get_text (GTK_EDITABLE (ask->user_row)) : "");
      answer.password = g_strdup (gtk_editable_get_text (GTK_EDITABLE (ask->password_row)));
      if (ask->keep_row && adw_switch_row_get_active (ask->keep_row))
        {
          g_autofree char *label = g_strdup_printf (_("VNC password of %s"), ask->server);

          /* Where it fails the user is asked again next time, which says it too. */
          secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, answer.password, NULL, NULL, NULL,
                                 "server", ask->id, "user", answer.user, NULL);
        }
    }
  aether_vnc_source_answer (ask->source, &answer);
}

static const char *
password_body (const Ask *ask)
{
  if (ask->again)
    return _("That was not right. Try it again.");
  if (!ask->encrypted)
    return _("The connection is not encrypted: others in the network may see what you do there.");

  return NULL;
}

static void
present_password_dialog (Ask *ask)
{
  g_autofree char *heading = g_strdup_printf (_("Log in to %s"), ask->server);
  AdwDialog *dialog = adw_alert_dialog_new (heading, password_body (ask));
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  if (ask->wants_user)
    {
      ask->user_row = ADW_ENTRY_ROW (adw_entry_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (ask->user_row), _("Name"));
      gtk_editable_set_text (GTK_EDITABLE (ask->user_row), ask->user ? ask->user : g_get_user_name ());
      gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (ask->user_row));
    }
  ask->password_row = ADW_ENTRY_ROW (adw_password_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (ask->password_row), _("Password"));
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (ask->password_row));
  if (ask->has_keyring && ask->id)
    {
      ask->keep_row = ADW_SWITCH_ROW (adw_switch_row_new ());
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (ask->keep_row), _("Keep in the keyring"));
      gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (ask->keep_row));
    }

  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "log-in", _("_Log in"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "log-in", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "log-in");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (password_response_cb), ask,
                         (GClosureNotify) (void (*) (void)) ask_free, 0);
  adw_entry_row_set_activates_default (ask->password_row, TRUE);
  adw_dialog_set_focus (dialog, GTK_WIDGET (ask->password_row));
  adw_dialog_present (dialog, ask->parent);
}

/* What the keyring has is tried once; what was wrong is asked for again. */

static void
ask_user (Ask *ask)
{
  if (aether_display_source_get_state (AETHER_DISPLAY_SOURCE (ask->source)) == AETHER_DISPLAY_CONNECTING)
    present_password_dialog (ask);
  else
    ask_free (ask);
}

static void
retrieved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Ask) ask = user_data;
  SecretValue *value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (object), result, NULL);
  const char *password = value ? secret_value_get_text (value) : NULL;

  if (password)
    {
      g_auto(AetherVncAnswer) answer = { TRUE, FALSE, g_strdup (ask->user ? ask->user : ""), g_strdup (password) };

      aether_vnc_source_answer (ask->source, &answer);
    }
  else
    ask_user (g_steal_pointer (&ask));
  g_clear_pointer (&value, secret_value_unref);
}

/* The newest whose user is of the kind that is asked for. */
static SecretRetrievable *
choose_item (const Ask *ask, GList *items)
{
  SecretRetrievable *best = NULL;

  for (; items; items = items->next)
    {
      g_autoptr(GHashTable) attributes = secret_retrievable_get_attributes (items->data);
      const char *user = g_hash_table_lookup (attributes, "user");

      if ((user && *user) == !!ask->wants_user &&
          (best == NULL || secret_retrievable_get_modified (items->data) > secret_retrievable_get_modified (best)))
        best = items->data;
    }

  return best;
}

static void
searched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Ask *ask = user_data;
  g_autoptr(GError) error = NULL;
  GList *items = secret_password_search_finish (result, &error);
  SecretRetrievable *item = choose_item (ask, items);

  /* No service, or locked for good: then there is just nothing to keep it in. */
  ask->has_keyring = error == NULL;
  if (item && ask->wants_user)
    {
      g_autoptr(GHashTable) attributes = secret_retrievable_get_attributes (item);

      g_set_str (&ask->user, g_hash_table_lookup (attributes, "user"));
    }
  if (item && !ask->again)
    secret_retrievable_retrieve_secret (item, NULL, retrieved_cb, ask);
  else
    ask_user (ask);
  g_list_free_full (items, g_object_unref);
}

static void
ask_password (GtkWidget *parent, AetherVncSource *source, const AetherVncQuestion *question, const char *id,
              gboolean again)
{
  const SecretSearchFlags flags = SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK;
  Ask *ask = g_new0 (Ask, 1);

  ask->parent = g_object_ref (parent);
  ask->source = g_object_ref (source);
  ask->id = g_strdup (id);
  ask->server = g_strdup (question->server);
  ask->user = g_strdup (question->user);
  ask->wants_user = question->kind == AETHER_VNC_ASK_USER;
  ask->encrypted = question->encrypted;
  ask->again = again;
  /* An address without a name is the last one's that was kept */
  if (ask->wants_user && ask->user)
    secret_password_search (&schema, flags, NULL, searched_cb, ask, "server", id ? id : "", "user", ask->user, NULL);
  else
    secret_password_search (&schema, flags, NULL, searched_cb, ask, "server", id ? id : "", NULL);
}

/* Certificates */

static void
certificate_response_cb (AdwAlertDialog *dialog, const char *response, AetherVncSource *source)
{
  AetherVncAnswer answer = { .yes = !g_str_equal (response, "cancel"), .remember = g_str_equal (response, "trust") };

  aether_vnc_source_answer (source, &answer);
}

static GtkWidget *
make_fingerprint (const char *title, const char *fingerprint)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), fingerprint);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  gtk_widget_add_css_class (row, "monospace");

  return row;
}

static void
ask_certificate (GtkWidget *parent, AetherVncSource *source, const AetherVncQuestion *question)
{
  g_autofree char *heading = NULL, *body = NULL;
  GtkWidget *list = gtk_list_box_new ();
  AdwDialog *dialog;

  if (question->known)
    {
      heading = g_strdup_printf (_("The certificate of %s has changed!"), question->server);
      body = g_strdup (_("Somebody may be pretending to be this server, to see what you type there. Only go on if "
                         "you know why it changed, and its keeper told you the new fingerprint."));
    }
  else
    {
      heading = g_strdup_printf (_("Is this really %s?"), question->server);
      body = g_strdup_printf (_("%s Compare the fingerprint with what the server's keeper told you. Aether remembers "
                                "it when you trust it, and warns you when it changes."), question->doubt);
    }

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  if (question->subject && *question->subject)
    gtk_list_box_append (GTK_LIST_BOX (list), make_fingerprint (_("It calls itself"), question->subject));
  gtk_list_box_append (GTK_LIST_BOX (list), make_fingerprint (_("Fingerprint (SHA-256)"), question->fingerprint));
  if (question->known)
    gtk_list_box_append (GTK_LIST_BOX (list), make_fingerprint (_("Fingerprint you trusted"), question->known));

  dialog = adw_alert_dialog_new (heading, body);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "once", _("Only _this time"),
                                  "trust", _("_Trust it"), NULL);
  if (question->known)
    {
      adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "once", ADW_RESPONSE_DESTRUCTIVE);
      adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "trust", ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (certificate_response_cb), source, 0);
  adw_dialog_present (dialog, parent);
}

static void
ask_unproven (GtkWidget *parent, AetherVncSource *source, const AetherVncQuestion *question)
{
  g_autofree char *heading = g_strdup_printf (_("%s does not prove who it is any more!"), question->server);
  AdwDialog *dialog =
    adw_alert_dialog_new (heading, _("It showed you a certificate before, and has none now. Somebody may be pretending "
                                     "to be this server, to see what you type there."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "once", _("Connect _anyway"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "once", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (certificate_response_cb), source, 0);
  adw_dialog_present (dialog, parent);
}

void
aether_vnc_dialogs_ask (GtkWidget *parent, AetherVncSource *source, const AetherVncQuestion *question, const char *id,
                        gboolean again)
{
  switch (question->kind)
    {
    case AETHER_VNC_ASK_PASSWORD:
    case AETHER_VNC_ASK_USER:
      ask_password (parent, source, question, id, again);
      break;

    case AETHER_VNC_ASK_CERTIFICATE:
      ask_certificate (parent, source, question);
      break;

    case AETHER_VNC_ASK_UNPROVEN:
      ask_unproven (parent, source, question);
      break;

    default:
      answer_no (source);
    }
}
