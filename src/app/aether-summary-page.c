/* aether-summary-page.c - a new machine before it is made, and the ways back to each of its lines
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-summary-page.h"

#include <glib/gi18n.h>

#include "aether-os-logo.h"
#include "aether-words.h"

#define MIB (1024ull * 1024)

struct _AetherSummaryPage
{
  AetherWizardPage     parent_instance;

  GPtrArray           *lines;        /* of GtkWidget, in lines_group */
  gboolean             busy;

  GtkStack            *create_stack;
  AdwBanner           *error_banner;
  GtkWidget           *page;
  GtkWidget           *name_row;
  GtkLabel            *name_message;
  AdwPreferencesGroup *lines_group;
  AdwSwitchRow        *start_row;
  GtkLabel            *cost_label;
  GtkLabel            *warning_label;
};

G_DEFINE_FINAL_TYPE (AetherSummaryPage, aether_summary_page, AETHER_TYPE_WIZARD_PAGE)

enum { EDIT, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
check (AetherSummaryPage *self, AetherDraft *draft)
{
  g_autoptr(GError) error = NULL;
  gboolean good = aether_machine_check_name (draft->name, &error);
  g_autoptr(AetherInstallOptions) options = draft->unattended ? aether_draft_make_options (draft, NULL) : NULL;
  gboolean whole = aether_draft_check_medium (draft, NULL) && (!draft->unattended || options != NULL) &&
                   (draft->disk != AETHER_DRAFT_DISK_IMAGE || draft->image != NULL);

  aether_wizard_page_say (self->name_message, good ? NULL : error->message);
  if (good)
    gtk_widget_remove_css_class (self->name_row, "error");
  else
    gtk_widget_add_css_class (self->name_row, "error");
  aether_wizard_page_set_ready (AETHER_WIZARD_PAGE (self), good && whole && !self->busy);
}

/* --- the lines ----------------------------------------------------------------------- */

static void
edit_cb (AetherSummaryPage *self, GtkWidget *button)
{
  g_signal_emit (self, signals[EDIT], 0, gtk_widget_get_name (button));
}

/* @tag: of the page that asks for it. Returns: (transfer none): the row */
static AdwActionRow *
add_line (AetherSummaryPage *self, const char *tag, const char *title, const char *text)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "title", title, "use-markup", FALSE, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("document-edit-symbolic");
  /* Translators: %s is a line of the summary, as “Disk”; read out by screen readers */
  g_autofree char *label = g_strdup_printf (_("Change: %s"), title);

  /* Not while it is made: its label would get it before it knows that it is no markup */
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_add_css_class (row, "property");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Change"));
  gtk_widget_set_name (button, tag);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (edit_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  /* The row would give it its title */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  adw_preferences_group_add (self->lines_group, row);
  g_ptr_array_add (self->lines, row);

  return ADW_ACTION_ROW (row);
}

static char *
say_medium (AetherDraft *draft)
{
  g_autofree char *name = draft->medium != NULL ? g_filename_display_basename (draft->medium) : NULL;

  switch (draft->source)
    {
    case AETHER_DRAFT_FETCH:
      /* Translators: %s is an edition of a system, as “Fedora Workstation 43” */
      return g_strdup_printf (_("%s, to be downloaded"), draft->edition->edition);
    case AETHER_DRAFT_FILE:
      return g_steal_pointer (&name);
    case AETHER_DRAFT_NOTHING:
    default:
      return g_strdup (C_("medium", "None"));
    }
}

static char *
say_resources (AetherDraft *draft)
{
  g_autofree char *memory = aether_words_size (draft->memory * MIB);
  g_autofree char *cores = g_strdup_printf (ngettext ("%u core", "%u cores", draft->cpus), draft->cpus);
  const char *firmware = g_strcmp0 (draft->firmware, "uefi") == 0 ? "UEFI" : "BIOS";

  if (draft->firmware == NULL)
    /* Translators: %1$s is a size of memory, %2$s a number of processor cores */
    return g_strdup_printf (_("%1$s of memory, %2$s"), memory, cores);

  /* Translators: %1$s is a size of memory, %2$s a number of processor cores, %3$s UEFI or BIOS */
  return g_strdup_printf (_("%1$s of memory, %2$s, %3$s"), memory, cores, firmware);
}

static char *
say_disk (AetherDraft *draft)
{
  g_autofree char *size = aether_words_size (draft->disk_size);
  g_autofree char *name = draft->image != NULL ? g_filename_display_basename (draft->image) : NULL;

  switch (draft->disk)
    {
    case AETHER_DRAFT_DISK_COPY:
      /* Translators: %s is the size of a disk */
      return g_strdup_printf (_("Copy of the disk image, up to %s"), size);
    case AETHER_DRAFT_DISK_IMAGE:
      return g_steal_pointer (&name);
    case AETHER_DRAFT_DISK_NONE:
      return g_strdup (C_("disk", "None"));
    case AETHER_DRAFT_DISK_NEW:
    default:
      /* Translators: %s is the size of a disk */
      return g_strdup_printf (_("New, up to %s"), size);
    }
}

static char *
say_installation (AetherDraft *draft)
{
  g_autoptr(AetherInstallOptions) options = NULL;

  if (!draft->unattended)
    return g_strdup (_("You answer the installer"));

  options = aether_draft_make_options (draft, NULL);
  if (options == NULL)
    return g_strdup (_("Without questions; something is missing"));

  /* Translators: %1$s is a user, %2$s a host name, %3$s a time zone */
  return g_strdup_printf (_("Without questions, for %1$s on %2$s, %3$s"), options->user_name, options->host_name,
                          options->time_zone);
}

static void
fill_lines (AetherSummaryPage *self, AetherDraft *draft)
{
  g_autofree char *medium = say_medium (draft), *resources = say_resources (draft), *disk = say_disk (draft);
  g_autofree char *installation = say_installation (draft);

  for (guint i = 0; i < self->lines->len; i++)
    adw_preferences_group_remove (self->lines_group, self->lines->pdata[i]);
  g_ptr_array_set_size (self->lines, 0);

  if (draft->os != NULL)
    {
      GtkWidget *logo = aether_os_logo_new (32);

      aether_os_logo_show (AETHER_OS_LOGO (logo), draft->os);
      adw_action_row_add_prefix (add_line (self, "system", _("System"), aether_os_get_name (draft->os)), logo);
    }
  add_line (self, "medium", _("Medium"), medium);
  add_line (self, "medium", _("Computer"), aether_words_arch (draft->arch));
  if (aether_draft_is_guest (draft))
    return;

  add_line (self, "resources", _("Resources"), resources);
  add_line (self, "disk", _("Disk"), disk);
  if (aether_draft_get_kind (draft) != AETHER_INSTALL_NONE)
    add_line (self, "install", _("Installation"), installation);
}

static void
fill_cost (AetherSummaryPage *self, AetherDraft *draft)
{
  const AetherCostHost *host = aether_wizard_page_get_host (AETHER_WIZARD_PAGE (self));
  g_autofree char *memory = aether_cost_say_memory (draft, host), *disk = aether_cost_say_disk (draft, host);
  g_autofree char *memory_warning = aether_cost_warn_memory (draft, host);
  g_autofree char *disk_warning = aether_cost_warn_disk (draft, host);
  g_autofree char *cost = g_strconcat (memory, "\n", disk, NULL);
  g_autofree char *both = memory_warning && disk_warning ? g_strconcat (memory_warning, "\n", disk_warning, NULL) : NULL;
  gboolean guest = aether_draft_is_guest (draft);

  aether_wizard_page_say (self->cost_label, guest ? NULL : cost);
  aether_wizard_page_say (self->warning_label, guest ? NULL : both ? both : memory_warning ? memory_warning : disk_warning);
}

static void
aether_summary_page_fill (AetherWizardPage *page, AetherDraft *draft)
{
  AetherSummaryPage *self = AETHER_SUMMARY_PAGE (page);

  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->name_row)), draft->name) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->name_row), draft->name);
  adw_switch_row_set_active (self->start_row, draft->start);
  fill_lines (self, draft);
  fill_cost (self, draft);
  check (self, draft);
}

static void
on_name_changed (AetherSummaryPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  g_set_str (&draft->name, gtk_editable_get_text (GTK_EDITABLE (self->name_row)));
  draft->chosen |= AETHER_DRAFT_CHOSE_NAME;
  check (self, draft);
}

static void
on_start_changed (AetherSummaryPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  draft->start = adw_switch_row_get_active (self->start_row);
  draft->chosen |= AETHER_DRAFT_CHOSE_START;
}

void
aether_summary_page_set_busy (AetherSummaryPage *self, gboolean busy)
{
  g_return_if_fail (AETHER_IS_SUMMARY_PAGE (self));

  self->busy = busy;
  gtk_widget_set_sensitive (self->page, !busy);
  adw_navigation_page_set_can_pop (ADW_NAVIGATION_PAGE (self), !busy);
  gtk_stack_set_visible_child_name (self->create_stack, busy ? "spinner" : "label");
  check (self, aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self)));
}

void
aether_summary_page_set_error (AetherSummaryPage *self, const char *message)
{
  g_return_if_fail (AETHER_IS_SUMMARY_PAGE (self));

  if (message != NULL)
    adw_banner_set_title (self->error_banner, message);
  adw_banner_set_revealed (self->error_banner, message != NULL);
}

void
aether_summary_page_grab_name (AetherSummaryPage *self)
{
  gtk_widget_grab_focus (self->name_row);
}

/* --- the page ------------------------------------------------------------------------ */

static void
aether_summary_page_dispose (GObject *object)
{
  AetherSummaryPage *self = AETHER_SUMMARY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_SUMMARY_PAGE);

  G_OBJECT_CLASS (aether_summary_page_parent_class)->dispose (object);
}

static void
aether_summary_page_finalize (GObject *object)
{
  g_ptr_array_unref (AETHER_SUMMARY_PAGE (object)->lines);

  G_OBJECT_CLASS (aether_summary_page_parent_class)->finalize (object);
}

static void
aether_summary_page_class_init (AetherSummaryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_summary_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_summary_page_finalize;
  AETHER_WIZARD_PAGE_CLASS (klass)->fill = aether_summary_page_fill;

  signals[EDIT] = g_signal_new ("edit", AETHER_TYPE_SUMMARY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-summary-page.ui");
  aether_wizard_page_class_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, create_stack);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, error_banner);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, page);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, name_message);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, lines_group);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, start_row);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, cost_label);
  gtk_widget_class_bind_template_child (widget_class, AetherSummaryPage, warning_label);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_start_changed);
}

static void
aether_summary_page_init (AetherSummaryPage *self)
{
  self->lines = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
