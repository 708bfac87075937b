/* aether-install-page.c - what a new machine's installer is told
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-page.h"

#include <glib/gi18n.h>

#include "aether-choose-file.h"
#include "aether-locale-lists.h"

struct _AetherInstallPage
{
  AetherWizardPage     parent_instance;

  GCancellable        *cancellable;   /* of the file dialog */
  AetherLocaleList    *zones;         /* (nullable): read when the page is shown first */
  AetherLocaleList    *keyboards;
  AetherLocaleList    *languages;

  AdwBanner           *problem_banner;
  AdwSwitchRow        *unattended_row;
  AdwPreferencesGroup *user_group;
  AdwPreferencesGroup *place_group;
  AdwPreferencesGroup *windows_group;
  AdwPreferencesGroup *ssh_group;
  GtkEditable         *user_row;
  GtkEditable         *real_name_row;
  GtkEditable         *password_row;
  AdwSwitchRow        *keep_row;
  GtkEditable         *host_row;
  AdwComboRow         *zone_row;
  AdwComboRow         *keyboard_row;
  AdwComboRow         *language_row;
  GtkEditable         *key_row;
  AdwActionRow        *drivers_row;
  GtkWidget           *drivers_clear_button;
  AdwSwitchRow        *bypass_row;
  GtkEditable         *ssh_row;
};

G_DEFINE_FINAL_TYPE (AetherInstallPage, aether_install_page, AETHER_TYPE_WIZARD_PAGE)

/* Says at once what the installer would not understand. */
static void
check (AetherInstallPage *self, AetherDraft *draft)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherInstallOptions) options = draft->unattended ? aether_draft_make_options (draft, &error) : NULL;
  gboolean good = !draft->unattended || options != NULL;

  if (!good)
    adw_banner_set_title (self->problem_banner, error->message);
  adw_banner_set_revealed (self->problem_banner, !good);
  aether_wizard_page_set_ready (AETHER_WIZARD_PAGE (self), good);
}

static void
show_groups (AetherInstallPage *self, AetherDraft *draft)
{
  gboolean windows = aether_draft_get_kind (draft) == AETHER_INSTALL_UNATTEND;

  gtk_widget_set_visible (GTK_WIDGET (self->user_group), draft->unattended);
  gtk_widget_set_visible (GTK_WIDGET (self->place_group), draft->unattended);
  gtk_widget_set_visible (GTK_WIDGET (self->ssh_group), draft->unattended && !windows);
  /* Drivers are wanted by who answers himself, too */
  gtk_widget_set_visible (GTK_WIDGET (self->windows_group), windows);
  gtk_widget_set_visible (GTK_WIDGET (self->key_row), draft->unattended);
  gtk_widget_set_visible (GTK_WIDGET (self->bypass_row), draft->unattended);
}

static void
show_drivers (AetherInstallPage *self, AetherDraft *draft)
{
  g_autofree char *name = draft->drivers != NULL ? g_filename_display_basename (draft->drivers) : NULL;

  adw_action_row_set_subtitle (self->drivers_row, name != NULL ? name
                               : _("None: the machine gets devices that Windows knows, which are slower"));
  gtk_widget_set_visible (self->drivers_clear_button, name != NULL);
}

static void
set_list (AdwComboRow *row, AetherLocaleList *list, const char *value)
{
  if (adw_combo_row_get_model (row) == NULL)
    {
      g_autoptr(GtkStringList) titles = gtk_string_list_new ((const char * const *) list->titles);

      adw_combo_row_set_expression (row, gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
      adw_combo_row_set_model (row, G_LIST_MODEL (titles));
    }
  adw_combo_row_set_selected (row, aether_locale_list_find (list, value));
}

static void
set_text (GtkEditable *row, const char *text)
{
  if (g_strcmp0 (gtk_editable_get_text (row), text != NULL ? text : "") != 0)
    gtk_editable_set_text (row, text != NULL ? text : "");
}

static void
aether_install_page_fill (AetherWizardPage *page, AetherDraft *draft)
{
  AetherInstallPage *self = AETHER_INSTALL_PAGE (page);
  AetherInstallOptions *options = draft->options;
  g_autoptr(AetherInstallOptions) all = aether_install_options_copy (options);

  aether_install_options_complete (all, draft->name);
  if (self->zones == NULL)
    {
      self->zones = aether_locale_list_zones (all->time_zone);
      self->keyboards = aether_locale_list_keyboards (all->keyboard);
      self->languages = aether_locale_list_languages (all->language);
    }

  adw_switch_row_set_active (self->unattended_row, draft->unattended);
  /* Nobody could log in to an image that was not told who may */
  gtk_widget_set_sensitive (GTK_WIDGET (self->unattended_row),
                            draft->edition == NULL || !(draft->edition->flags & AETHER_OS_MEDIA_CLOUD_INIT));
  set_text (self->user_row, all->user_name);
  set_text (self->real_name_row, all->real_name);
  set_text (self->password_row, options->password);
  adw_switch_row_set_active (self->keep_row, draft->keep_password);
  set_text (self->host_row, all->host_name);
  set_list (self->zone_row, self->zones, all->time_zone);
  set_list (self->keyboard_row, self->keyboards, all->keyboard);
  set_list (self->language_row, self->languages, all->language);
  set_text (self->key_row, options->product_key);
  adw_switch_row_set_active (self->bypass_row, options->bypass_requirements);
  set_text (self->ssh_row, options->ssh_key);
  show_drivers (self, draft);
  show_groups (self, draft);
  check (self, draft);
}

/* --- what was typed ------------------------------------------------------------------ */

static void
take_text (char **member, GtkEditable *row)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (row)));

  g_set_str (member, *text != '\0' ? text : NULL);
}

static void
take_choice (char **member, AdwComboRow *row, AetherLocaleList *list)
{
  guint selected = adw_combo_row_get_selected (row);

  if (selected < g_strv_length (list->values))
    g_set_str (member, list->values[selected]);
}

static void
take_secret (char **member, const char *text)
{
  if (*member != NULL)
    explicit_bzero (*member, strlen (*member));
  g_set_str (member, *text != '\0' ? text : NULL);
}

static void
on_changed (AetherInstallPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));
  AetherInstallOptions *options;

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  options = draft->options;
  /* An empty user is one that is missing, not this computer's */
  g_set_str (&options->user_name, gtk_editable_get_text (self->user_row));
  take_text (&options->real_name, self->real_name_row);
  take_secret (&options->password, gtk_editable_get_text (self->password_row));
  g_set_str (&options->host_name, gtk_editable_get_text (self->host_row));
  take_choice (&options->time_zone, self->zone_row, self->zones);
  take_choice (&options->keyboard, self->keyboard_row, self->keyboards);
  take_choice (&options->language, self->language_row, self->languages);
  take_text (&options->product_key, self->key_row);
  take_text (&options->ssh_key, self->ssh_row);
  options->bypass_requirements = adw_switch_row_get_active (self->bypass_row);
  draft->keep_password = adw_switch_row_get_active (self->keep_row);
  check (self, draft);
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_unattended_changed (AetherInstallPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  draft->unattended = adw_switch_row_get_active (self->unattended_row);
  show_groups (self, draft);
  check (self, draft);
  if (draft->unattended)
    gtk_widget_grab_focus (GTK_WIDGET (self->password_row));
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

/* --- the disc with drivers ------------------------------------------------------------- */

static void
set_drivers (AetherInstallPage *self, const char *path)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  g_set_str (&draft->drivers, path);
  show_drivers (self, draft);
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
drivers_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherInstallPage) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file == NULL || self->drivers_row == NULL)
    return;

  if (g_file_peek_path (file) != NULL)
    set_drivers (self, g_file_peek_path (file));
  else
    adw_action_row_set_subtitle (self->drivers_row, _("Only files on this computer can be used. Copy it here first."));
}

static void
on_drivers_clicked (AetherInstallPage *self)
{
  static const char * const suffixes[] = { "iso", "img", NULL };

  aether_choose_file (GTK_WIDGET (self), _("Choose a drivers disc"), _("CD images"), suffixes, self->cancellable,
                      drivers_cb, g_object_ref (self));
}

static void
on_drivers_clear_clicked (AetherInstallPage *self)
{
  set_drivers (self, NULL);
}

/* --- the page ------------------------------------------------------------------------ */

static void
aether_install_page_dispose (GObject *object)
{
  AetherInstallPage *self = AETHER_INSTALL_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_INSTALL_PAGE);

  G_OBJECT_CLASS (aether_install_page_parent_class)->dispose (object);
}

static void
aether_install_page_finalize (GObject *object)
{
  AetherInstallPage *self = AETHER_INSTALL_PAGE (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->zones, aether_locale_list_free);
  g_clear_pointer (&self->keyboards, aether_locale_list_free);
  g_clear_pointer (&self->languages, aether_locale_list_free);

  G_OBJECT_CLASS (aether_install_page_parent_class)->finalize (object);
}

static void
aether_install_page_class_init (AetherInstallPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_install_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_install_page_finalize;
  AETHER_WIZARD_PAGE_CLASS (klass)->fill = aether_install_page_fill;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-install-page.ui");
  aether_wizard_page_class_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, problem_banner);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, unattended_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, user_group);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, place_group);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, windows_group);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, ssh_group);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, user_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, real_name_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, password_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, keep_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, host_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, zone_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, keyboard_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, language_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, key_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, drivers_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, drivers_clear_button);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, bypass_row);
  gtk_widget_class_bind_template_child (widget_class, AetherInstallPage, ssh_row);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_unattended_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_drivers_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_drivers_clear_clicked);
}

static void
aether_install_page_init (AetherInstallPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
