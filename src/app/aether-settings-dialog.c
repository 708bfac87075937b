/* aether-settings-dialog.c - the settings of one machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-settings-dialog.h"

#include <glib/gi18n.h>

#include "aether-engine.h"
#include "aether-forward-dialog.h"
#include "aether-login-row.h"
#include "aether-size-row.h"

#define SAVE_DELAY_MS 600
#define MIB (1024ull * 1024)

/* Sizes offered for the display; the first is the guest's own choice. */
static const struct { guint width, height; } sizes[] = {
  { 0, 0 }, { 1024, 768 }, { 1280, 800 }, { 1600, 900 }, { 1920, 1080 }, { 2560, 1440 }, { 3840, 2160 },
};

struct _AetherSettingsDialog
{
  AdwPreferencesDialog  parent_instance;

  AetherBundle         *bundle;
  AetherMachine        *machine;
  AetherNetwork        *network;       /* (nullable): the first */
  AetherDisplay        *display;       /* (nullable): the first */
  GPtrArray            *forward_rows;  /* not owned: in forwards_group */
  guint                 save_id;
  gboolean              filled;        /* changes are the user's from now on */

  GtkWidget            *running_group;
  GtkWidget            *suspended_group;
  GtkEditable          *name_row;
  AetherLoginRow       *login_row;
  AdwSpinRow           *cpus_row;
  AdwSpinRow           *memory_row;
  AdwComboRow          *accelerator_row;
  AdwSwitchRow         *balloon_row;
  AdwSwitchRow         *touch_row;
  GtkWidget            *sound_group;
  AdwComboRow          *sound_row;
  AdwSwitchRow         *microphone_row;
  GtkWidget            *sharing_group;
  AdwComboRow          *clipboard_row;
  AdwComboRow          *firmware_row;
  GtkWidget            *display_group;
  AdwComboRow          *size_row;
  GtkWidget            *network_group;
  AdwSwitchRow         *network_row;
  AdwPreferencesGroup  *forwards_group;
};

G_DEFINE_FINAL_TYPE (AetherSettingsDialog, aether_settings_dialog, ADW_TYPE_PREFERENCES_DIALOG)

/* --- saving -------------------------------------------------------------- */

static void
show_refusal (AetherSettingsDialog *self, const GError *error)
{
  AdwToast *toast = adw_toast_new (error->message);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, 0);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), toast);
}

/* A few KiB, written durably: done here so that what the dialog shows when it closes is on the disk. */
static void
save_now (AetherSettingsDialog *self)
{
  g_autoptr(GError) error = NULL;

  g_clear_handle_id (&self->save_id, g_source_remove);
  if (aether_bundle_save (self->bundle, self->machine, &error))
    aether_bundle_refresh (self->bundle);
  else
    show_refusal (self, error);
}

static gboolean
save_cb (gpointer user_data)
{
  AetherSettingsDialog *self = user_data;

  self->save_id = 0;
  save_now (self);

  return G_SOURCE_REMOVE;
}

static void
changed (AetherSettingsDialog *self)
{
  if (!self->filled)
    return;

  g_clear_handle_id (&self->save_id, g_source_remove);
  self->save_id = g_timeout_add (SAVE_DELAY_MS, save_cb, self);
}

static void
on_name_apply (AetherSettingsDialog *self)
{
  g_autoptr(GError) error = NULL;
  const char *name = gtk_editable_get_text (self->name_row);

  if (!aether_machine_check_name (name, &error))
    {
      show_refusal (self, error);
      gtk_editable_set_text (self->name_row, self->machine->name);
      return;
    }

  g_object_set (self->machine, "name", name, NULL);
  save_now (self);
}

/* --- display ------------------------------------------------------------- */

static void
fill_sizes (AetherSettingsDialog *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = G_N_ELEMENTS (sizes);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *name = i == 0 ? g_strdup (_("Automatic"))
                                     : g_strdup_printf ("%u × %u", sizes[i].width, sizes[i].height);

      gtk_string_list_append (names, name);
      if (self->display->width == sizes[i].width && self->display->height == sizes[i].height)
        selected = i;
    }

  /* one that somebody else wrote is kept and shown */
  if (selected == G_N_ELEMENTS (sizes))
    {
      g_autofree char *name = g_strdup_printf ("%u × %u", self->display->width, self->display->height);

      gtk_string_list_append (names, name);
    }

  adw_combo_row_set_model (self->size_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->size_row, selected);
}

static void
on_size_selected (AetherSettingsDialog *self)
{
  guint selected;

  if (!self->filled)
    return;

  selected = adw_combo_row_get_selected (self->size_row);
  if (selected < G_N_ELEMENTS (sizes))
    g_object_set (self->display, "width", sizes[selected].width, "height", sizes[selected].height, NULL);
}

/* --- network ------------------------------------------------------------- */

static void fill_forwards (AetherSettingsDialog *self);

static void
on_network_active (AetherSettingsDialog *self)
{
  if (!self->filled)
    return;

  g_object_set (self->network, "mode",
                adw_switch_row_get_active (self->network_row) ? AETHER_NETWORK_USER : AETHER_NETWORK_NONE, NULL);
}

static void
remove_clicked_cb (GtkWidget *button, AetherSettingsDialog *self)
{
  AetherPortForward *forward = g_object_get_data (G_OBJECT (button), "forward");
  guint position;

  if (g_list_store_find (self->network->forwards, forward, &position))
    g_list_store_remove (self->network->forwards, position);
}

static void
add_forward_row (AetherSettingsDialog *self, AetherPortForward *forward)
{
  gboolean local = g_strcmp0 (forward->host_address, "127.0.0.1") == 0;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *title = NULL, *label = NULL;

  /* Translators: a forwarded port: %1$s is TCP or UDP, %2$u the port on this computer, %3$u the machine's */
  title = g_strdup_printf (_("%1$s %2$u to %3$u"), forward->protocol == AETHER_PROTOCOL_UDP ? "UDP" : "TCP",
                           forward->host_port, forward->guest_port);
  /* Translators: %s is as in "TCP 2222 to 22" */
  label = g_strdup_printf (_("Remove %s"), title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), local ? _("From this computer only") : _("From other computers, too"));

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "forward", g_object_ref (forward), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked_cb), self);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->forwards_group, row);
  g_ptr_array_add (self->forward_rows, row);
}

static void
fill_forwards (AetherSettingsDialog *self)
{
  for (guint i = 0; i < self->forward_rows->len; i++)
    adw_preferences_group_remove (self->forwards_group, g_ptr_array_index (self->forward_rows, i));
  g_ptr_array_set_size (self->forward_rows, 0);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->network->forwards)); i++)
    {
      g_autoptr(AetherPortForward) forward = g_list_model_get_item (G_LIST_MODEL (self->network->forwards), i);

      add_forward_row (self, forward);
    }
}

static void
forwards_changed_cb (AetherSettingsDialog *self)
{
  fill_forwards (self);
  changed (self);
}

static void
forward_added_cb (AetherSettingsDialog *self, AetherPortForward *forward)
{
  g_list_store_append (self->network->forwards, forward);
}

static void
on_add_forward_clicked (AetherSettingsDialog *self)
{
  AdwDialog *dialog = aether_forward_dialog_new ();

  g_signal_connect_object (dialog, "added", G_CALLBACK (forward_added_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* --- the dialog ---------------------------------------------------------- */

static void
state_cb (AetherSettingsDialog *self)
{
  gtk_widget_set_visible (self->running_group, aether_bundle_get_state (self->bundle) != AETHER_STATE_STOPPED);
  gtk_widget_set_visible (self->suspended_group, aether_bundle_get_suspended (self->bundle));
}

static void
bind (AetherSettingsDialog *self, gpointer part, const char *property, gpointer row, const char *row_property)
{
  g_object_bind_property (part, property, row, row_property, G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

/* A row of a setting that the machine's engine knows nothing of would do nothing. */
static void
hide_unused (AetherSettingsDialog *self, AetherEngine *engine)
{
  const struct { gpointer row; const char *key; } rows[] = {
    { self->cpus_row, "cpu.count" },
    { self->balloon_row, "memory.balloon" },
    { self->firmware_row, "firmware.kind" },
    { self->display_group, "displays.width" },
    { self->touch_row, "input.touch" },
    { self->sound_group, "sound.card" },
    { self->sharing_group, "sharing.clipboard" },
    { self->forwards_group, "networks.forwards" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (!aether_engine_uses (engine, rows[i].key))
      gtk_widget_set_visible (rows[i].row, FALSE);
}

/* Each engine has options of its own, whose choices are the same in the same order. */
static void
bind_accelerator (AetherSettingsDialog *self, AetherEngine *engine)
{
  if (aether_engine_uses (engine, "qemu.accelerator"))
    bind (self, self->machine->qemu, "accelerator", self->accelerator_row, "selected");
  else if (aether_engine_uses (engine, "aether.backend"))
    bind (self, self->machine->aether, "backend", self->accelerator_row, "selected");
  else
    gtk_widget_set_visible (GTK_WIDGET (self->accelerator_row), FALSE);
}

static gboolean
card_to_sensitive (GBinding *binding, const GValue *card, GValue *sensitive, gpointer user_data)
{
  g_value_set_boolean (sensitive, g_value_get_enum (card) != AETHER_SOUND_CARD_NONE);
  return TRUE;
}

static void
fill_in (AetherSettingsDialog *self)
{
  AetherMachine *machine = self->machine;
  g_autoptr(AetherEngine) engine = aether_engine_lookup (machine->engine, NULL);

  self->network = g_list_model_get_item (G_LIST_MODEL (machine->networks), 0);
  self->display = g_list_model_get_item (G_LIST_MODEL (machine->displays), 0);

  gtk_editable_set_text (self->name_row, machine->name);
  bind (self, machine->cpu, "count", self->cpus_row, "value");
  bind (self, machine->memory, "size", self->memory_row, "value");
  bind (self, machine->memory, "balloon", self->balloon_row, "active");
  bind (self, machine->firmware, "kind", self->firmware_row, "selected");
  bind (self, machine->input, "touch", self->touch_row, "active");
  bind (self, machine->sound, "card", self->sound_row, "selected");
  bind (self, machine->sound, "microphone", self->microphone_row, "active");
  bind (self, machine->sharing, "clipboard", self->clipboard_row, "selected");
  g_object_bind_property_full (machine->sound, "card", self->microphone_row, "sensitive", G_BINDING_SYNC_CREATE,
                               card_to_sensitive, NULL, NULL, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->firmware_row), machine->firmware->kernel == NULL);
  aether_size_row_set_unit (self->memory_row, MIB);

  gtk_widget_set_visible (self->display_group, self->display != NULL);
  if (self->display != NULL)
    fill_sizes (self);

  gtk_widget_set_visible (self->network_group, self->network != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->forwards_group), self->network != NULL);
  if (self->network != NULL)
    {
      adw_switch_row_set_active (self->network_row, self->network->mode == AETHER_NETWORK_USER);
      g_object_bind_property (self->network_row, "active", self->forwards_group, "sensitive", G_BINDING_SYNC_CREATE);
      fill_forwards (self);
    }

  if (engine)
    {
      bind_accelerator (self, engine);
      hide_unused (self, engine);
    }
  else
    gtk_widget_set_visible (GTK_WIDGET (self->accelerator_row), FALSE);
}

static void
follow_changes (AetherSettingsDialog *self)
{
  gpointer parts[] = { self->machine->cpu, self->machine->memory, self->machine->firmware, self->machine->qemu,
                       self->machine->aether, self->machine->input, self->machine->sound, self->machine->sharing,
                       self->network, self->display };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i] != NULL)
        g_signal_connect_object (parts[i], "notify", G_CALLBACK (changed), self, G_CONNECT_SWAPPED);
    }
  if (self->network != NULL)
    g_signal_connect_object (self->network->forwards, "items-changed", G_CALLBACK (forwards_changed_cb), self,
                             G_CONNECT_SWAPPED);
  self->filled = TRUE;
}

static void
aether_settings_dialog_closed (AdwDialog *dialog)
{
  AetherSettingsDialog *self = AETHER_SETTINGS_DIALOG (dialog);

  if (self->save_id != 0)
    save_now (self);
}

static void
aether_settings_dialog_dispose (GObject *object)
{
  AetherSettingsDialog *self = AETHER_SETTINGS_DIALOG (object);

  self->filled = FALSE;
  if (self->save_id != 0)
    {
      g_clear_handle_id (&self->save_id, g_source_remove);
      aether_bundle_save (self->bundle, self->machine, NULL);
    }

  g_ptr_array_set_size (self->forward_rows, 0);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_SETTINGS_DIALOG);
  g_clear_object (&self->network);
  g_clear_object (&self->display);
  g_clear_object (&self->machine);
  g_clear_object (&self->bundle);

  G_OBJECT_CLASS (aether_settings_dialog_parent_class)->dispose (object);
}

static void
aether_settings_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (AETHER_SETTINGS_DIALOG (object)->forward_rows);

  G_OBJECT_CLASS (aether_settings_dialog_parent_class)->finalize (object);
}

static void
aether_settings_dialog_class_init (AetherSettingsDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (AETHER_TYPE_LOGIN_ROW);
  object_class->dispose = aether_settings_dialog_dispose;
  object_class->finalize = aether_settings_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = aether_settings_dialog_closed;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-settings-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, running_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, suspended_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, login_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, cpus_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, memory_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, accelerator_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, balloon_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, touch_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, sound_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, sound_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, microphone_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, sharing_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, clipboard_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, firmware_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, display_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, size_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, network_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, network_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSettingsDialog, forwards_group);
  gtk_widget_class_bind_template_callback (widget_class, on_name_apply);
  gtk_widget_class_bind_template_callback (widget_class, on_size_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_network_active);
  gtk_widget_class_bind_template_callback (widget_class, on_add_forward_clicked);
}

static void
aether_settings_dialog_init (AetherSettingsDialog *self)
{
  self->forward_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aether_settings_dialog_new:
 * @bundle: a machine, on or off
 * @error: (out)
 *
 * Returns: (transfer full) (nullable): the dialog
 */
AdwDialog *
aether_settings_dialog_new (AetherBundle *bundle, GError **error)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, error);
  AetherSettingsDialog *self;

  if (machine == NULL)
    return NULL;

  self = g_object_new (AETHER_TYPE_SETTINGS_DIALOG, NULL);
  self->bundle = g_object_ref (bundle);
  self->machine = g_steal_pointer (&machine);
  g_signal_connect_object (bundle, "notify", G_CALLBACK (state_cb), self, G_CONNECT_SWAPPED);
  state_cb (self);
  fill_in (self);
  follow_changes (self);
  if (aether_bundle_get_uuid (bundle) != NULL)
    aether_login_row_look (self->login_row, aether_bundle_get_uuid (bundle));

  return ADW_DIALOG (self);
}
