/* aether-keys-dialog.c - the combinations of keys that the user wants to send
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-keys-dialog.h"

#include <glib/gi18n.h>

#include "aether-keys.h"

#define MOST_ENTRIES 32

struct _AetherKeysDialog
{
  AdwDialog            parent_instance;

  GSettings           *settings;
  GPtrArray           *rows;        /* not owned: in rows_group */

  AdwEntryRow         *entry_row;
  GtkLabel            *problem_label;
  AdwPreferencesGroup *rows_group;
};

G_DEFINE_FINAL_TYPE (AetherKeysDialog, aether_keys_dialog, ADW_TYPE_DIALOG)

static const char *
say_key (const char *key)
{
  static const struct { const char *key, *name; } names[] = {
    { "ctrl", NC_("keys", "Ctrl") }, { "ctrl_r", NC_("keys", "Right Ctrl") }, { "alt", NC_("keys", "Alt") }, { "alt_r", NC_("keys", "AltGr") },
    { "shift", NC_("keys", "Shift") }, { "shift_r", NC_("keys", "Right Shift") }, { "meta_l", NC_("keys", "Super") },
    { "meta_r", NC_("keys", "Right Super") }, { "delete", NC_("keys", "Delete") }, { "backspace", NC_("keys", "Backspace") },
    { "ret", NC_("keys", "Return") }, { "esc", NC_("keys", "Esc") }, { "spc", NC_("keys", "Space") }, { "tab", NC_("keys", "Tab") },
    { "print", NC_("keys", "Print screen") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].key, key))
      return g_dpgettext2 (NULL, "keys", names[i].name);

  return NULL;
}

char *
aether_keys_dialog_dup_label (const char *keys)
{
  g_auto(GStrv) parsed = aether_keys_parse (keys, NULL);
  GString *label = g_string_new (NULL);

  for (guint i = 0; parsed && parsed[i]; i++)
    {
      const char *name = say_key (parsed[i]);
      g_autofree char *upper = name ? NULL : g_ascii_strup (parsed[i], -1);

      g_string_append_printf (label, "%s%s", i > 0 ? " + " : "", name ? name : upper);
    }

  return g_string_free (label, FALSE);
}

static void
store (AetherKeysDialog *self, const char *added, const char *removed)
{
  g_auto(GStrv) old = g_settings_get_strv (self->settings, AETHER_KEYS_DIALOG_KEY);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) entries = NULL;

  for (guint i = 0; old[i]; i++)
    if (g_strcmp0 (old[i], added) != 0 && g_strcmp0 (old[i], removed) != 0)
      g_strv_builder_add (builder, old[i]);
  if (added && g_strv_length (old) < MOST_ENTRIES)
    g_strv_builder_add (builder, added);

  entries = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, AETHER_KEYS_DIALOG_KEY, (const char * const *) entries);
}

static void
remove_cb (GtkWidget *button, AetherKeysDialog *self)
{
  store (self, NULL, g_object_get_data (G_OBJECT (button), "keys"));
}

static void
add_row (AetherKeysDialog *self, const char *keys)
{
  g_autofree char *name = aether_keys_dialog_dup_label (keys);
  /* Translators: a combination of keys, as in "Ctrl + Alt + F7" */
  g_autofree char *label = g_strdup_printf (_("Remove %s"), name);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "keys", g_strdup (keys), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);

  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->rows_group, row);
}

static void
fill (AetherKeysDialog *self)
{
  g_auto(GStrv) entries = g_settings_get_strv (self->settings, AETHER_KEYS_DIALOG_KEY);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->rows_group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; entries[i] && i < MOST_ENTRIES; i++)
    add_row (self, entries[i]);
}

/* In words, as it is typed: what is wrong with it */
static void
on_changed (AetherKeysDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry_row));
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) keys = *text ? aether_keys_parse (text, &error) : NULL;

  if (error)
    gtk_widget_add_css_class (GTK_WIDGET (self->entry_row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry_row), "error");
  gtk_label_set_text (self->problem_label, error ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), error != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry_row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  error ? error->message : "", -1);
}

static void
on_apply (AetherKeysDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry_row));
  g_auto(GStrv) keys = *text ? aether_keys_parse (text, NULL) : NULL;
  g_autofree char *entry = NULL;

  if (keys == NULL)
    return;

  entry = g_strjoinv ("-", keys);
  store (self, entry, NULL);
  /* there is nothing to apply to it being empty */
  adw_entry_row_set_show_apply_button (self->entry_row, FALSE);
  gtk_editable_set_text (GTK_EDITABLE (self->entry_row), "");
  adw_entry_row_set_show_apply_button (self->entry_row, TRUE);
}

static void
aether_keys_dialog_dispose (GObject *object)
{
  AetherKeysDialog *self = AETHER_KEYS_DIALOG (object);

  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_KEYS_DIALOG);

  G_OBJECT_CLASS (aether_keys_dialog_parent_class)->dispose (object);
}

static void
aether_keys_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (AETHER_KEYS_DIALOG (object)->rows);

  G_OBJECT_CLASS (aether_keys_dialog_parent_class)->finalize (object);
}

static void
aether_keys_dialog_class_init (AetherKeysDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_keys_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_keys_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-keys-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherKeysDialog, entry_row);
  gtk_widget_class_bind_template_child (widget_class, AetherKeysDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, AetherKeysDialog, rows_group);
  gtk_widget_class_bind_template_callback (widget_class, on_apply);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
}

static void
aether_keys_dialog_init (AetherKeysDialog *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
aether_keys_dialog_new (GSettings *settings)
{
  AetherKeysDialog *self = g_object_new (AETHER_TYPE_KEYS_DIALOG, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::" AETHER_KEYS_DIALOG_KEY, G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);

  return ADW_DIALOG (self);
}
