/* aether-application.c - the program: command line, windows, notifications
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-application.h"

#include <glib/gi18n.h>

#include "aether-config.h"
#include "aether-downloads-hub.h"
#include "aether-library.h"
#include "aether-state-watch.h"
#include "aether-shortcuts-dialog.h"
#include "aether-vm-window.h"
#include "aether-vnc-window.h"
#include "aether-window.h"

#define HUB_AFTER 200   /* ms after the window */

struct _AetherApplication
{
  AdwApplication      parent_instance;

  AetherLibrary      *library;       /* made by the first window */
  AetherStateWatch *watch;
  AetherWindow       *window;        /* (nullable): weak */
  AetherDownloadsHub *hub;           /* (nullable): made when there is time, or asked for */
  guint               hub_id;
  AdwDialog          *quit_dialog;   /* (nullable): weak */
  GHashTable         *vm_windows;    /* path -> GtkWindow, not owned */
};

G_DEFINE_FINAL_TYPE (AetherApplication, aether_application, ADW_TYPE_APPLICATION)

/* --- machines that end on their own -------------------------------------- */

static void
notify_end (AetherApplication *self, AetherBundle *bundle, const char *sentence)
{
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *title = NULL;

  /* Translators: %s is a machine's name */
  title = g_strdup_printf (_("%s ended unexpectedly"), aether_bundle_get_name (bundle));
  notification = g_notification_new (title);
  if (sentence != NULL)
    g_notification_set_body (notification, sentence);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action_and_target (notification, "app.show-machine", "s", aether_bundle_get_path (bundle));
  g_notification_add_button_with_target (notification, _("Show what happened"), "app.show-machine", "s",
                                         aether_bundle_get_path (bundle));
  g_application_send_notification (G_APPLICATION (self), aether_bundle_get_uuid (bundle), notification);
}

static void
state_changed_cb (AetherApplication *self, AetherBundle *bundle, AetherState before)
{
  g_autofree char *sentence = NULL;
  AetherEnd end;

  if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
    {
      if (aether_bundle_get_uuid (bundle) != NULL)
        g_application_withdraw_notification (G_APPLICATION (self), aether_bundle_get_uuid (bundle));
      return;
    }

  /* who starts a machine is told when it does not start */
  if (before == AETHER_STATE_STARTING)
    return;

  end = aether_bundle_get_last_end (bundle, &sentence, NULL);
  if (end == AETHER_END_CRASHED || end == AETHER_END_KILLED)
    notify_end (self, bundle, sentence);
}

/* --- windows ------------------------------------------------------------- */

static void
ensure_library (AetherApplication *self)
{
  if (self->library != NULL)
    return;

  self->library = aether_library_new (TRUE);
  self->watch = aether_state_watch_new (G_LIST_MODEL (self->library));
  g_signal_connect_object (self->watch, "state-changed", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
}

static void
ensure_hub (AetherApplication *self)
{
  g_clear_handle_id (&self->hub_id, g_source_remove);
  if (self->hub != NULL)
    return;

  self->hub = aether_downloads_hub_new (G_APPLICATION (self), G_LIST_MODEL (self->library));
  if (self->window != NULL)
    aether_window_set_downloads (self->window, self->hub);
}

static gboolean
hub_cb (gpointer user_data)
{
  AetherApplication *self = user_data;

  self->hub_id = 0;
  ensure_hub (self);
  return G_SOURCE_REMOVE;
}

static AetherWindow *
present_library (AetherApplication *self)
{
  ensure_library (self);
  if (self->window == NULL)
    {
      g_set_weak_pointer (&self->window, aether_window_new (GTK_APPLICATION (self), self->library, self->watch));
      if (self->hub != NULL)
        aether_window_set_downloads (self->window, self->hub);
    }
  /* What was being fetched goes on, once the window is there. */
  if (self->hub == NULL && self->hub_id == 0)
    self->hub_id = g_timeout_add_full (G_PRIORITY_LOW, HUB_AFTER, hub_cb, self, NULL);
  gtk_window_present (GTK_WINDOW (self->window));

  return self->window;
}

static void
vm_window_gone_cb (gpointer data, GObject *window)
{
  AetherApplication *self = data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->vm_windows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (value == window)
        g_hash_table_iter_remove (&iter);
    }
}

static void
present_machine (AetherApplication *self, AetherBundle *bundle, gboolean start)
{
  const char *path = aether_bundle_get_path (bundle);
  GtkWindow *window = g_hash_table_lookup (self->vm_windows, path);

  if (window == NULL)
    {
      window = GTK_WINDOW (start ? aether_vm_window_new_started (GTK_APPLICATION (self), bundle)
                                 : aether_vm_window_new (GTK_APPLICATION (self), bundle));
      g_hash_table_insert (self->vm_windows, g_strdup (path), window);
      g_object_weak_ref (G_OBJECT (window), vm_window_gone_cb, self);
    }

  else if (start)
    gtk_widget_activate_action (GTK_WIDGET (window), "vm.start", NULL);

  gtk_window_present (window);
}

/* A server has one window too, found by its address. */
static gboolean
present_server (AetherApplication *self, const char *text, GError **error)
{
  g_autoptr(AetherVncAddress) address = aether_vnc_address_parse (text, error);
  g_autofree char *id = NULL, *key = NULL;
  GtkWindow *window;

  if (address == NULL)
    return FALSE;

  id = aether_vnc_address_dup_id (address);
  key = g_strconcat ("vnc:", id, NULL);
  window = g_hash_table_lookup (self->vm_windows, key);
  if (window == NULL)
    {
      window = GTK_WINDOW (aether_vnc_window_new (GTK_APPLICATION (self), address));
      g_hash_table_insert (self->vm_windows, g_steal_pointer (&key), window);
      g_object_weak_ref (G_OBJECT (window), vm_window_gone_cb, self);
    }
  gtk_window_present (window);

  return TRUE;
}

/* The library's own handle on @path when it has one. */
static AetherBundle *
find_path (AetherApplication *self, const char *path)
{
  GListModel *model = G_LIST_MODEL (self->library);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (model, i);

      if (g_str_equal (aether_bundle_get_path (bundle), path))
        return g_steal_pointer (&bundle);
    }

  return aether_bundle_new (path);
}

/* --- actions ------------------------------------------------------------- */

static void
open_machine_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherApplication *self = user_data;
  g_autoptr(AetherBundle) bundle = NULL;

  ensure_library (self);
  bundle = find_path (self, g_variant_get_string (parameter, NULL));
  present_machine (self, bundle, FALSE);
}

/* Its window tells how the start goes. */
static void
start_machine_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherApplication *self = user_data;
  g_autoptr(AetherBundle) bundle = NULL;

  ensure_library (self);
  bundle = find_path (self, g_variant_get_string (parameter, NULL));
  present_machine (self, bundle, TRUE);
}

static void
show_machine_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherApplication *self = user_data;
  AetherWindow *window = present_library (self);
  g_autoptr(AetherBundle) bundle = find_path (self, g_variant_get_string (parameter, NULL));

  aether_window_show_bundle (window, bundle);
}

static void
show_downloads_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherApplication *self = user_data;
  AetherWindow *window = present_library (self);

  ensure_hub (self);
  aether_window_show_downloads (window);
}

static void
prepare_downloads_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ensure_hub (user_data);
}

static void
shortcuts_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window != NULL)
    adw_dialog_present (aether_shortcuts_dialog_new (!AETHER_IS_WINDOW (window)), GTK_WIDGET (window));
}

static void
about_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);

  if (window == NULL)
    return;

  adw_show_about_dialog (GTK_WIDGET (window),
                         "application-name", _("Aether"),
                         "application-icon", "org.aether.Aether",
                         "developer-name", _("The Aether authors"),
                         "version", AETHER_VERSION,
                         "comments", _("Machines that feel native."),
                         "copyright", "© 2026 The Aether authors",
                         "license-type", GTK_LICENSE_GPL_2_0,
                         /* Translators: your name, so that it is shown in "About" */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
quit (AetherApplication *self)
{
  GList *windows;

  /* What is being stopped may take a moment, in which nobody needs to look at windows */
  g_application_hold (G_APPLICATION (self));
  /* one by one, so that each does what it does when it is closed; machines go on */
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL)
    gtk_window_destroy (windows->data);

  /* Else what is fetched would keep the program. */
  g_clear_handle_id (&self->hub_id, g_source_remove);
  if (self->hub != NULL)
    aether_downloads_hub_close (self->hub);
  g_application_release (G_APPLICATION (self));
}

static void
quit_response_cb (AetherApplication *self, const char *response)
{
  if (g_str_equal (response, "quit"))
    quit (self);
}

/* @job: what would be lost, the first of @n */
static void
ask_to_quit (AetherApplication *self, AetherCreateJob *job, guint n)
{
  const char *name = aether_create_job_get_name (job);
  g_autofree char *heading = NULL;
  AdwAlertDialog *dialog;

  if (n == 1)
    /* Translators: %s is a machine's name */
    heading = g_strdup_printf (_("%s is not ready yet"), name);
  else
    heading = g_strdup_printf (ngettext ("%u machine is not ready yet", "%u machines are not ready yet", n), n);
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, _("Quitting now gives up what is being made, and nothing of it "
                                                              "is left. If you close the window instead, it goes on by "
                                                              "itself.")));
  adw_alert_dialog_add_responses (dialog, "back", _("_Back"), "quit", _("_Give up and quit"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "quit", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "back");
  adw_alert_dialog_set_close_response (dialog, "back");
  g_signal_connect_object (dialog, "response", G_CALLBACK (quit_response_cb), self, G_CONNECT_SWAPPED);
  g_set_weak_pointer (&self->quit_dialog, ADW_DIALOG (dialog));
  adw_dialog_present (self->quit_dialog, GTK_WIDGET (present_library (self)));
}

static void
quit_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherApplication *self = user_data;
  AetherCreateJob *job = NULL;
  guint n;

  if (self->hub != NULL)
    job = aether_create_jobs_find_mortal (aether_downloads_hub_get_jobs (self->hub), &n);
  if (job == NULL)
    quit (self);
  else if (self->quit_dialog == NULL)
    ask_to_quit (self, job, n);
}

/* --- command line -------------------------------------------------------- */

static const GOptionEntry options[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_("[MACHINE|vnc://SERVER…]") },
  { NULL }
};

static int
aether_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  if (!g_variant_dict_contains (dict, "version"))
    return -1;

  g_print ("aether %s\n", AETHER_VERSION);
  return 0;
}

/* A path of a bundle, or what aether_library_find() takes. */
static AetherBundle *
find_machine (AetherApplication *self, GApplicationCommandLine *line, const char *which, GError **error)
{
  g_autoptr(GFile) file = g_application_command_line_create_file_for_arg (line, which);
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *config = path != NULL ? g_build_filename (path, "machine.json", NULL) : NULL;

  if (config != NULL && g_file_test (config, G_FILE_TEST_EXISTS))
    return find_path (self, path);

  if (!g_utf8_validate (which, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no machine of that name."));
      return NULL;
    }

  return aether_library_find (self->library, which, error);
}

static int
aether_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  AetherApplication *self = AETHER_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (line);
  g_autofree const char **machines = NULL;
  int status = 0;

  if (!g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &machines) || machines[0] == NULL)
    {
      present_library (self);
      return 0;
    }

  ensure_library (self);
  for (guint i = 0; machines[i] != NULL; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(AetherBundle) bundle = NULL;

      if (aether_vnc_address_is (machines[i]))
        present_server (self, machines[i], &error);
      else if ((bundle = find_machine (self, line, machines[i], &error)))
        present_machine (self, bundle, FALSE);

      if (error != NULL)
        {
          g_application_command_line_printerr (line, "aether: %s\n", error->message);
          status = 1;
        }
    }

  return status;
}

static void
aether_application_activate (GApplication *application)
{
  present_library (AETHER_APPLICATION (application));
}

static void
aether_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  AetherApplication *self = AETHER_APPLICATION (application);

  ensure_library (self);
  for (int i = 0; i < n_files; i++)
    {
      const char *path = g_file_peek_path (files[i]);
      g_autofree char *uri = g_file_get_uri (files[i]);
      g_autoptr(AetherBundle) bundle = path != NULL ? find_path (self, path) : NULL;

      if (bundle != NULL)
        present_machine (self, bundle, FALSE);
      else if (aether_vnc_address_is (uri))
        present_server (self, uri, NULL);
    }
}

/* --- the object ---------------------------------------------------------- */

static const GActionEntry entries[] = {
  { "open-machine", open_machine_activated, "s" },
  { "start-machine", start_machine_activated, "s" },
  { "show-machine", show_machine_activated, "s" },
  { "show-downloads", show_downloads_activated },
  { "prepare-downloads", prepare_downloads_activated },
  { "shortcuts", shortcuts_activated },
  { "about", about_activated },
  { "quit", quit_activated },
};

static void
aether_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (aether_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  gtk_window_set_default_icon_name ("org.aether.Aether");
}

static void
aether_application_dispose (GObject *object)
{
  AetherApplication *self = AETHER_APPLICATION (object);
  GHashTableIter iter;
  gpointer window;

  if (self->vm_windows != NULL)
    {
      g_hash_table_iter_init (&iter, self->vm_windows);
      while (g_hash_table_iter_next (&iter, NULL, &window))
        g_object_weak_unref (window, vm_window_gone_cb, self);
    }
  g_clear_pointer (&self->vm_windows, g_hash_table_unref);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->quit_dialog);
  g_clear_handle_id (&self->hub_id, g_source_remove);
  g_clear_object (&self->hub);
  g_clear_object (&self->watch);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (aether_application_parent_class)->dispose (object);
}

static void
aether_application_class_init (AetherApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = aether_application_dispose;
  application_class->startup = aether_application_startup;
  application_class->activate = aether_application_activate;
  application_class->open = aether_application_open;
  application_class->command_line = aether_application_command_line;
  application_class->handle_local_options = aether_application_handle_local_options;
}

static void
aether_application_init (AetherApplication *self)
{
  self->vm_windows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (G_APPLICATION (self),
    _("Opens the library of machines, or the windows of the machines given: by name,\n"
      "unique prefix, uuid or path of a .aether folder. Closing a window never stops a machine.\n"
      "vnc://HOST, vnc://HOST:PORT and vnc+unix:///PATH show any VNC server."));
}

AetherApplication *
aether_application_new (void)
{
  return g_object_new (AETHER_TYPE_APPLICATION,
                       "application-id", "org.aether.Aether",
                       "resource-base-path", "/org/aether/Aether",
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       NULL);
}
