/* aether-devices-dialog.c - the drives and networks of a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-devices-dialog.h"

#include <glib/gi18n.h>

#include "aether-engine.h"

struct _AetherDevicesDialog
{
  AdwDialog            parent_instance;

  AetherClient        *client;        /* (nullable): the machine is off */
  AetherBundle        *bundle;
  GCancellable        *cancellable;
  GPtrArray           *rows;          /* not owned: in drives_group */

  AdwToastOverlay     *toasts;
  AdwPreferencesGroup *drives_group;
  AdwPreferencesGroup *networks_group;
};

G_DEFINE_FINAL_TYPE (AetherDevicesDialog, aether_devices_dialog, ADW_TYPE_DIALOG)

static void list_drives (AetherDevicesDialog *self);

/* --- changing a disc: ask the machine -> by force, if the user says so -> remember */

typedef struct
{
  AetherDevicesDialog *dialog;
  char                *drive;
  char                *file;     /* (nullable): nothing goes in */
  gboolean             forced;
} Change;

static void
change_free (Change *change)
{
  g_object_unref (change->dialog);
  g_free (change->drive);
  g_free (change->file);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

static Change *
change_new (AetherDevicesDialog *self, const char *drive, const char *file, gboolean forced)
{
  Change *change = g_new0 (Change, 1);

  change->dialog = g_object_ref (self);
  change->drive = g_strdup (drive);
  change->file = g_strdup (file);
  change->forced = forced;

  return change;
}

static void
show_refusal (AetherDevicesDialog *self, GError *error)
{
  AdwToast *toast;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  toast = adw_toast_new (error->message);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The next start finds the drive as the user left it. */
static gboolean
remember (Change *change, GError **error)
{
  AetherBundle *bundle = change->dialog->bundle;
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, error);

  if (machine == NULL)
    return FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      if (g_strcmp0 (drive->id, change->drive) == 0)
        g_object_set (drive, "file", change->file, "format", change->file ? "raw" : NULL, NULL);
    }

  return aether_bundle_save (bundle, machine, error);
}

static void change_medium (Change *change);

static void
force_confirmed_cb (AdwDialog *alert, const char *response, Change *change)
{
  change_medium (change_new (change->dialog, change->drive, change->file, TRUE));
}

static void
change_freed_cb (gpointer data, GClosure *closure)
{
  change_free (data);
}

static void
ask_to_force (Change *change, const char *sentence)
{
  AdwDialog *alert = adw_alert_dialog_new (_("Take the disc out by force?"), sentence);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (alert), "cancel", _("_Cancel"), "force", _("_Take out"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (alert), "force", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (alert, "response::force", G_CALLBACK (force_confirmed_cb),
                         change_new (change->dialog, change->drive, change->file, TRUE), change_freed_cb, 0);
  adw_dialog_present (alert, GTK_WIDGET (change->dialog));
}

static void
changed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY) && !change->forced)
        ask_to_force (change, error->message);
      else
        show_refusal (change->dialog, error);
      return;
    }

  if (!remember (change, &error))
    show_refusal (change->dialog, error);
  if (!g_cancellable_is_cancelled (change->dialog->cancellable))
    list_drives (change->dialog);
}

static void
change_saved (Change *change)
{
  g_autoptr(GError) error = NULL;

  if (!remember (change, &error))
    show_refusal (change->dialog, error);
  list_drives (change->dialog);
}

/* Takes @change. */
static void
change_medium (Change *change)
{
  if (change->dialog->client == NULL)
    {
      change_saved (change);
      change_free (change);
      return;
    }

  aether_client_change_medium_async (change->dialog->client, change->drive, change->file, change->forced,
                                     change->dialog->cancellable, changed_cb, change);
}

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file == NULL)
    return;   /* the user thought better of it */

  change->file = g_file_get_path (file);
  if (change->file)
    change_medium (g_steal_pointer (&change));
  else
    {
      g_autoptr(GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                                     _("Only a file of this computer can be put into the drive. "
                                                       "Copy it here first."));

      show_refusal (change->dialog, error);
    }
}

static void
insert_cb (GtkWidget *button, AetherDevicesDialog *self)
{
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr(GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr(GtkFileFilter) discs = gtk_file_filter_new ();
  g_autoptr(GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (discs, _("Disc images"));
  gtk_file_filter_add_suffix (discs, "iso");
  gtk_file_filter_add_suffix (discs, "img");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, discs);
  g_list_store_append (filters, all);

  gtk_file_dialog_set_title (dialog, _("Insert a disc"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->cancellable, chosen_cb,
                        change_new (self, g_object_get_data (G_OBJECT (button), "drive"), NULL, FALSE));
}

static void
eject_cb (GtkWidget *button, AetherDevicesDialog *self)
{
  change_medium (change_new (self, g_object_get_data (G_OBJECT (button), "drive"), NULL, FALSE));
}

/* --- rows ------------------------------------------------------------------ */

static void
add_button (AetherDevicesDialog *self, GtkWidget *row, const char *icon, const char *tooltip, const char *label,
            const char *drive, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "drive", g_strdup (drive), g_free);
  g_signal_connect_object (button, "clicked", clicked, self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static GtkWidget *
new_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);

  return row;
}

static void
add_drive (AetherDevicesDialog *self, const char *id, gboolean cdrom, const char *file)
{
  g_autofree char *name = *file ? g_filename_display_basename (file) : NULL;
  g_autofree char *title = g_strdup_printf (cdrom ? _("CD drive %s") : _("Disk %s"), id);
  GtkWidget *row = new_row (title, name ? name : _("Empty"));

  if (cdrom)
    {
      /* Translators: for screen readers; the name of a CD drive */
      g_autofree char *insert = g_strdup_printf (_("Insert a disc into %s"), id);
      g_autofree char *eject = g_strdup_printf (_("Eject the disc from %s"), id);

      add_button (self, row, "document-open-symbolic", _("Insert a disc…"), insert, id, G_CALLBACK (insert_cb));
      if (name)
        add_button (self, row, "media-eject-symbolic", _("Eject"), eject, id, G_CALLBACK (eject_cb));
    }

  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->drives_group, row);
}

static void
remove_drives (AetherDevicesDialog *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->drives_group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  adw_preferences_group_set_description (self->drives_group, NULL);
}

static void
show_that_none (AetherDevicesDialog *self)
{
  adw_preferences_group_set_description (self->drives_group, _("This machine has no drives."));
}

/* What the next start will find */
static void
list_saved_drives (AetherDevicesDialog *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherMachine) machine = aether_bundle_load (self->bundle, &error);
  g_autoptr(AetherEngine) engine = machine && machine->engine ? aether_engine_lookup (machine->engine, NULL) : NULL;
  GListModel *drives = machine ? G_LIST_MODEL (machine->drives) : NULL;

  remove_drives (self);
  gtk_widget_set_visible (GTK_WIDGET (self->drives_group), engine == NULL || aether_engine_uses (engine, "drives.interface"));
  if (machine == NULL)
    adw_preferences_group_set_description (self->drives_group, error->message);
  else if (g_list_model_get_n_items (drives) == 0)
    show_that_none (self);

  for (guint i = 0; drives && i < g_list_model_get_n_items (drives); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (drives, i);

      add_drive (self, drive->id, drive->kind == AETHER_DRIVE_CDROM, drive->file ? drive->file : "");
    }
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDevicesDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) drives = aether_client_list_drives_finish (AETHER_CLIENT (object), result, &error);
  const char *id, *kind, *file;
  GVariantIter iter;
  gboolean open;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;

  remove_drives (self);

  /* an engine whose drives do not change tells nothing of them */
  gtk_widget_set_visible (GTK_WIDGET (self->drives_group),
                          !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED));
  if (drives == NULL)
    {
      adw_preferences_group_set_description (self->drives_group, error->message);
      return;
    }

  if (g_variant_n_children (drives) == 0)
    show_that_none (self);
  g_variant_iter_init (&iter, drives);
  while (g_variant_iter_next (&iter, "(&s&s&sb)", &id, &kind, &file, &open))
    add_drive (self, id, g_str_equal (kind, "cdrom"), file);
}

static void
list_drives (AetherDevicesDialog *self)
{
  if (self->client)
    aether_client_list_drives_async (self->client, self->cancellable, listed_cb, g_object_ref (self));
  else
    list_saved_drives (self);
}

static void
add_network (AetherDevicesDialog *self, AetherNetwork *network, gboolean has_address)
{
  GListModel *forwards = G_LIST_MODEL (network->forwards);

  adw_preferences_group_add (self->networks_group,
                             new_row (network->mode == AETHER_NETWORK_USER ? _("Out through this computer")
                                                                           : _("Not plugged in"),
                                      has_address && network->mac ? network->mac : ""));
  for (guint i = 0; i < g_list_model_get_n_items (forwards); i++)
    {
      g_autoptr(AetherPortForward) forward = g_list_model_get_item (forwards, i);
      /* Translators: a forwarded port: %1$s is TCP or UDP, %2$u the port on this computer, %3$u the machine's */
      g_autofree char *title = g_strdup_printf (_("%1$s %2$u to %3$u"),
                                                forward->protocol == AETHER_PROTOCOL_UDP ? "UDP" : "TCP",
                                                forward->host_port, forward->guest_port);

      adw_preferences_group_add (self->networks_group, new_row (title, forward->host_address));
    }
}

static void
list_networks (AetherDevicesDialog *self)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (self->bundle, NULL);
  GListModel *networks = machine ? G_LIST_MODEL (machine->networks) : NULL;
  guint n = networks ? g_list_model_get_n_items (networks) : 0;
  g_autoptr(AetherEngine) engine = machine && machine->engine ? aether_engine_lookup (machine->engine, NULL) : NULL;
  gboolean has_address = engine == NULL || aether_engine_uses (engine, "networks.mac");

  gtk_widget_set_visible (GTK_WIDGET (self->networks_group), n > 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (networks, i);

      add_network (self, network, has_address);
    }
}

/* --- the class -------------------------------------------------------------- */

static void
aether_devices_dialog_dispose (GObject *object)
{
  AetherDevicesDialog *self = AETHER_DEVICES_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);
  g_clear_object (&self->bundle);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_DEVICES_DIALOG);

  G_OBJECT_CLASS (aether_devices_dialog_parent_class)->dispose (object);
}

static void
aether_devices_dialog_finalize (GObject *object)
{
  AetherDevicesDialog *self = AETHER_DEVICES_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (aether_devices_dialog_parent_class)->finalize (object);
}

/* Who closed it does not wait for an answer any more. */
static void
aether_devices_dialog_closed (AdwDialog *dialog)
{
  g_cancellable_cancel (AETHER_DEVICES_DIALOG (dialog)->cancellable);
}

static void
aether_devices_dialog_class_init (AetherDevicesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_devices_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_devices_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = aether_devices_dialog_closed;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-devices-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherDevicesDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, AetherDevicesDialog, drives_group);
  gtk_widget_class_bind_template_child (widget_class, AetherDevicesDialog, networks_group);
}

static void
aether_devices_dialog_init (AetherDevicesDialog *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* What is changed in the file is nothing to a machine that started meanwhile. */
static void
state_cb (AetherDevicesDialog *self)
{
  if (self->client == NULL && aether_bundle_get_state (self->bundle) != AETHER_STATE_STOPPED)
    adw_dialog_force_close (ADW_DIALOG (self));
}

AdwDialog *
aether_devices_dialog_new (AetherClient *client, AetherBundle *bundle)
{
  AetherDevicesDialog *self = g_object_new (AETHER_TYPE_DEVICES_DIALOG, NULL);

  g_set_object (&self->client, client);
  self->bundle = g_object_ref (bundle);
  g_signal_connect_object (bundle, "notify::state", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  list_drives (self);
  list_networks (self);

  return ADW_DIALOG (self);
}
