/* aether-machine-actions.c - what the library window does with a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine-actions-private.h"

#include <glib/gi18n.h>

#include "aether-devices-dialog.h"
#include "aether-error-dialog.h"
#include "aether-install-keyring.h"
#include "aether-log-dialog.h"
#include "aether-name-dialog.h"
#include "aether-settings-dialog.h"

/* How long a deletion can be undone. */
#define UNDO_SECONDS 8

G_DEFINE_FINAL_TYPE (AetherMachineActions, aether_machine_actions, G_TYPE_OBJECT)

AetherMachineRequest *
_aether_machine_actions_begin (AetherMachineActions *self, AetherBundle *bundle)
{
  AetherMachineRequest *request = g_new0 (AetherMachineRequest, 1);

  request->self = g_object_ref (self);
  request->bundle = g_object_ref (bundle);
  g_hash_table_add (self->busy, g_strdup (aether_bundle_get_path (bundle)));

  return request;
}

void
_aether_machine_actions_end (AetherMachineRequest *request)
{
  g_hash_table_remove (request->self->busy, aether_bundle_get_path (request->bundle));
  aether_bundle_refresh (request->bundle);
  g_object_unref (request->self);
  g_object_unref (request->bundle);
  g_free (request);
}

void
_aether_machine_actions_show_error (AetherMachineActions *self, const char *heading, const GError *error, AetherBundle *bundle)
{
  if (self->window != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    aether_error_dialog_present (self->window, heading, error->message, bundle);
}

static void
add_toast (AetherMachineActions *self, AdwToast *toast)
{
  if (self->toasts != NULL)
    adw_toast_overlay_add_toast (self->toasts, toast);
  else
    g_object_unref (g_object_ref_sink (toast));
}

/* The bundle an action is about: the library's own handle, so that lists follow. */
AetherBundle *
_aether_machine_actions_find_bundle (AetherMachineActions *self, GVariant *parameter)
{
  const char *path = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->library)); i++)
    {
      g_autoptr(AetherBundle) bundle = g_list_model_get_item (G_LIST_MODEL (self->library), i);

      if (g_str_equal (aether_bundle_get_path (bundle), path))
        return g_steal_pointer (&bundle);
    }

  return NULL;
}

/* --- look at it ---------------------------------------------------------- */

static void
open_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL)
    g_action_group_activate_action (G_ACTION_GROUP (application), "open-machine", parameter);
}

static void
settings_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);
  g_autoptr(GError) error = NULL;
  AdwDialog *dialog;

  if (bundle == NULL)
    return;

  dialog = aether_settings_dialog_new (bundle, &error);
  if (dialog != NULL)
    adw_dialog_present (dialog, self->window);
  else
    _aether_machine_actions_show_error (self, _("Could not open the settings"), error, NULL);
}

static void
devices_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);

  if (bundle != NULL)
    adw_dialog_present (aether_devices_dialog_new (NULL, bundle), self->window);
}

static void
log_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);

  if (bundle != NULL)
    adw_dialog_present (aether_log_dialog_new (bundle), self->window);
}

static void
folder_shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineActions) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!gtk_file_launcher_open_containing_folder_finish (GTK_FILE_LAUNCHER (object), result, &error))
    _aether_machine_actions_show_error (self, _("Could not show the folder"), error, NULL);
}

static void
show_folder_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(GFile) file = g_file_new_for_path (g_variant_get_string (parameter, NULL));
  g_autoptr(GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (self->window), NULL,
                                            folder_shown_cb, g_object_ref (self));
}

/* --- rename and clone ---------------------------------------------------- */

static void
rename_named_cb (AdwDialog *dialog, const char *name, AetherMachineActions *self)
{
  AetherBundle *bundle = g_object_get_data (G_OBJECT (dialog), "bundle");
  g_autoptr(GError) error = NULL;

  if (!aether_bundle_rename (bundle, name, &error))
    _aether_machine_actions_show_error (self, _("Could not rename the machine"), error, NULL);
}

static void
password_copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineActions) self = user_data;
  g_autoptr(GError) error = NULL;

  /* Where there is no keyring nothing was kept */
  if (!aether_install_keyring_copy_finish (result, &error) && self->window != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    _aether_machine_actions_show_error (self, _("The password of the machine’s user is not kept for the copy"), error, NULL);
}

static void
clone_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRequest) request = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) copy = aether_bundle_clone_finish (AETHER_BUNDLE (object), result, &error);
  g_autofree char *text = NULL;

  if (copy == NULL)
    {
      /* Translators: %s is a machine's name */
      text = g_strdup_printf (_("Could not clone %s"), aether_bundle_get_name (request->bundle));
      _aether_machine_actions_show_error (request->self, text, error, NULL);
      return;
    }

  if (request->self->library != NULL)
    aether_library_rescan (request->self->library);
  if (aether_bundle_get_uuid (request->bundle) != NULL && aether_bundle_get_uuid (copy) != NULL)
    aether_install_keyring_copy_async (aether_bundle_get_uuid (request->bundle), aether_bundle_get_uuid (copy),
                                       aether_bundle_get_name (copy), NULL, password_copied_cb,
                                       g_object_ref (request->self));

  /* Translators: %s is the name of the new machine */
  text = g_strdup_printf (aether_bundle_get_suspended (request->bundle) ? _("%s is ready, without the saved state")
                                                                        : _("%s is ready"),
                          aether_bundle_get_name (copy));
  add_toast (request->self, adw_toast_new (text));
}

static void
clone_named_cb (AdwDialog *dialog, const char *name, AetherMachineActions *self)
{
  AetherBundle *bundle = g_object_get_data (G_OBJECT (dialog), "bundle");
  g_autofree char *text = NULL;

  if (g_hash_table_contains (self->busy, aether_bundle_get_path (bundle)))
    return;

  /* Translators: %s is a machine's name */
  text = g_strdup_printf (_("Cloning %s…"), aether_bundle_get_name (bundle));
  add_toast (self, adw_toast_new (text));
  aether_bundle_clone_async (bundle, aether_library_get_folder (self->library), name, NULL,
                             clone_cb, _aether_machine_actions_begin (self, bundle));
}

static void
ask_name (AetherMachineActions *self, AetherBundle *bundle, const char *heading,
          const char *accept, const char *name, GCallback named_cb)
{
  AdwDialog *dialog = aether_name_dialog_new (heading, accept, name);

  g_object_set_data_full (G_OBJECT (dialog), "bundle", g_object_ref (bundle), g_object_unref);
  g_signal_connect_object (dialog, "named", named_cb, self, 0);
  adw_dialog_present (dialog, self->window);
}

static void
rename_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);

  if (bundle != NULL)
    ask_name (self, bundle, _("Rename machine"), _("_Rename"), aether_bundle_get_name (bundle),
              G_CALLBACK (rename_named_cb));
}

static void
clone_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);
  g_autofree char *name = NULL;

  if (bundle == NULL)
    return;

  /* Translators: the name offered for a copy; %s is the machine's name */
  name = g_strdup_printf (_("%s copy"), aether_bundle_get_name (bundle));
  ask_name (self, bundle, _("Clone machine"), _("_Clone"), name, G_CALLBACK (clone_named_cb));
}

/* --- delete -------------------------------------------------------------- */

static gboolean
not_deleting (gpointer item, gpointer user_data)
{
  AetherMachineActions *self = user_data;

  return !g_hash_table_contains (self->deleting, aether_bundle_get_path (item));
}

static void
delete_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (g_object_get_data (G_OBJECT (task), "path"));
  g_autoptr(GError) error = NULL;

  if (aether_bundle_delete (bundle, GPOINTER_TO_INT (task_data), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data);

/* Takes @owner, of whom the keyring forgets the passwords afterwards */
static void
run_delete (AetherMachineActions *self, const char *path, gboolean permanently, char *owner)
{
  g_autoptr(GTask) task = g_task_new (self, NULL, deleted_cb, NULL);

  g_object_set_data_full (G_OBJECT (task), "owner", owner, g_free);
  g_object_set_data_full (G_OBJECT (task), "path", g_strdup (path), g_free);
  g_task_set_task_data (task, GINT_TO_POINTER (permanently), NULL);
  g_task_run_in_thread (task, delete_thread);
}

static void
show_again (AetherMachineActions *self, const char *path)
{
  g_hash_table_remove (self->deleting, path);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_LESS_STRICT);
}

static void
cleared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineActions) self = user_data;
  g_autoptr(GError) error = NULL;

  /* Where there is no keyring nothing was kept */
  if (!aether_install_keyring_clear_finish (result, &error) && self->window != NULL &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    _aether_machine_actions_show_error (self, _("The password of the machine’s user stays in the keyring"), error, NULL);
}

static void
permanently_cb (AdwAlertDialog *dialog, const char *response, AetherMachineActions *self)
{
  const char *path = g_object_get_data (G_OBJECT (dialog), "path");

  if (g_str_equal (response, "delete"))
    {
      g_autoptr(AetherBundle) bundle = aether_bundle_new (path);
      char *owner = self->library ? aether_install_keyring_dup_owner (self->library, bundle) : NULL;

      run_delete (self, path, TRUE, owner);
    }
  else
    show_again (self, path);
}

/* No trash where the machine lies: only for good, and only when asked. */
static void
ask_permanently (AetherMachineActions *self, AetherBundle *bundle, const char *path)
{
  g_autofree char *heading = NULL;
  AdwAlertDialog *dialog;

  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("Delete %s permanently?"), aether_bundle_get_name (bundle));
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (heading, _("There is no trash where it is kept. "
                                                              "The machine, its disks and all data on them are lost.")));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "delete", _("_Delete permanently"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "path", g_strdup (path), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (permanently_cb), self, 0);
  adw_dialog_present (ADW_DIALOG (dialog), self->window);
}

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherMachineActions *self = AETHER_MACHINE_ACTIONS (object);
  const char *path = g_object_get_data (G_OBJECT (result), "path");
  const char *owner = g_object_get_data (G_OBJECT (result), "owner");
  g_autoptr(AetherBundle) bundle = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *heading = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (self->library != NULL)
        aether_library_rescan (self->library);
      g_hash_table_remove (self->deleting, path);
      if (owner)
        aether_install_keyring_clear_async (owner, NULL, NULL, cleared_cb, g_object_ref (self));
      return;
    }

  bundle = aether_bundle_new (path);
  if (self->window != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
      && !GPOINTER_TO_INT (g_task_get_task_data (G_TASK (result))))
    {
      ask_permanently (self, bundle, path);
      return;
    }

  show_again (self, path);
  /* Translators: %s is a machine's name */
  heading = g_strdup_printf (_("Could not delete %s"), aether_bundle_get_name (bundle));
  _aether_machine_actions_show_error (self, heading, error, NULL);
}

static void
undo_cb (AdwToast *toast, AetherMachineActions *self)
{
  show_again (self, g_object_get_data (G_OBJECT (toast), "path"));
}

/* After the undo, or without one: what is still marked goes now. */
static void
dismissed_cb (AdwToast *toast, AetherMachineActions *self)
{
  const char *path = g_object_get_data (G_OBJECT (toast), "path");

  if (g_hash_table_contains (self->deleting, path))
    run_delete (self, path, FALSE, NULL);
}

static void
delete_activated (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AetherMachineActions *self = user_data;
  g_autoptr(AetherBundle) bundle = _aether_machine_actions_find_bundle (self, parameter);
  g_autofree char *text = NULL;
  const char *path;
  AdwToast *toast;

  if (bundle == NULL)
    return;

  path = aether_bundle_get_path (bundle);
  if (aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED)
    {
      /* Translators: %s is a machine's name */
      text = g_strdup_printf (_("Shut down %s before you delete it"), aether_bundle_get_name (bundle));
      add_toast (self, adw_toast_new (text));
      return;
    }

  g_hash_table_insert (self->deleting, g_strdup (path), g_object_ref (bundle));
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_MORE_STRICT);

  /* Translators: %s is a machine's name */
  text = g_strdup_printf (_("%s moved to the trash"), aether_bundle_get_name (bundle));
  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "path", g_strdup (path), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (dismissed_cb), self, 0);
  add_toast (self, toast);
}

/* --- the object ---------------------------------------------------------- */

static const GActionEntry entries[] = {
  { "open", open_activated, "s" },
  { "settings", settings_activated, "s" },
  { "devices", devices_activated, "s" },
  { "rename", rename_activated, "s" },
  { "clone", clone_activated, "s" },
  { "show-folder", show_folder_activated, "s" },
  { "delete", delete_activated, "s" },
  { "log", log_activated, "s" },
};

static void
aether_machine_actions_dispose (GObject *object)
{
  AetherMachineActions *self = AETHER_MACHINE_ACTIONS (object);

  aether_machine_actions_close (self);
  gtk_custom_filter_set_filter_func (self->filter, NULL, NULL, NULL);

  G_OBJECT_CLASS (aether_machine_actions_parent_class)->dispose (object);
}

static void
aether_machine_actions_finalize (GObject *object)
{
  AetherMachineActions *self = AETHER_MACHINE_ACTIONS (object);

  g_object_unref (self->group);
  g_object_unref (self->filter);
  g_hash_table_unref (self->busy);
  g_hash_table_unref (self->deleting);

  G_OBJECT_CLASS (aether_machine_actions_parent_class)->finalize (object);
}

static void
aether_machine_actions_class_init (AetherMachineActionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_machine_actions_dispose;
  object_class->finalize = aether_machine_actions_finalize;
}

static void
aether_machine_actions_init (AetherMachineActions *self)
{
  self->busy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->deleting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->filter = gtk_custom_filter_new (not_deleting, self, NULL);
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries), self);
  _aether_machine_actions_add_power (self);
}

GActionGroup *
aether_machine_actions_get_group (AetherMachineActions *self)
{
  g_return_val_if_fail (AETHER_IS_MACHINE_ACTIONS (self), NULL);

  return G_ACTION_GROUP (self->group);
}

GtkFilter *
aether_machine_actions_get_filter (AetherMachineActions *self)
{
  g_return_val_if_fail (AETHER_IS_MACHINE_ACTIONS (self), NULL);

  return GTK_FILTER (self->filter);
}

/**
 * aether_machine_actions_close:
 * @self: actions whose window is being disposed
 *
 * Deletes what waited for an undo that can no longer come. What is under way
 * goes on; its errors are not shown.
 */
void
aether_machine_actions_close (AetherMachineActions *self)
{
  GHashTableIter iter;
  gpointer path;

  g_return_if_fail (AETHER_IS_MACHINE_ACTIONS (self));

  self->window = NULL;
  self->toasts = NULL;

  /* here and now: the program may end with the window, and a thread with it */
  g_hash_table_iter_init (&iter, self->deleting);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      g_autoptr(AetherBundle) bundle = aether_bundle_new (path);
      g_autoptr(GError) error = NULL;

      if (!aether_bundle_delete (bundle, FALSE, &error))
        g_message ("%s", error->message);
      g_hash_table_iter_remove (&iter);
    }

  g_clear_object (&self->library);
}

/**
 * aether_machine_actions_new:
 * @library: where the bundles are
 * @window: on which dialogs are presented; call aether_machine_actions_close() when it goes
 * @toasts: where toasts are shown; in @window
 *
 * Returns: (transfer full): the actions
 */
AetherMachineActions *
aether_machine_actions_new (AetherLibrary *library, GtkWidget *window, AdwToastOverlay *toasts)
{
  AetherMachineActions *self = g_object_new (AETHER_TYPE_MACHINE_ACTIONS, NULL);

  self->library = g_object_ref (library);
  self->window = window;
  self->toasts = toasts;

  return self;
}
