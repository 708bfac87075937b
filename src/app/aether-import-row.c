/* aether-import-row.c - a machine that can be imported: whether to, and what becomes of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-row.h"

#include <glib/gi18n.h>

#include "aether-words.h"

struct _AetherImportRow
{
  AdwExpanderRow    parent_instance;

  AetherImportItem *item;
  AetherBundle     *bundle;     /* (nullable): what it has become */
  GtkStack         *mark;
  GtkCheckButton   *check;
  GtkImage         *sign;       /* instead of the check: it cannot be imported, is done or failed */
  GtkProgressBar   *bar;
  GtkButton        *show_button;
};

G_DEFINE_FINAL_TYPE (AetherImportRow, aether_import_row, ADW_TYPE_EXPANDER_ROW)

enum { CHANGED, SHOW, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- words --------------------------------------------------------------------- */

/* "VirtualBox, 8 GB of memory, 64 GB of disk" */
static char *
describe (AetherImportItem *item)
{
  const char *format = aether_import_format_get_name (aether_import_item_get_format (item));
  guint memory = aether_import_item_get_memory (item);
  g_autofree char *memory_size = aether_words_size ((guint64) memory * 1024 * 1024);
  g_autofree char *disk_size = aether_words_size (aether_import_item_get_disk_size (item));

  if (aether_import_item_get_problem (item))
    /* Translators: the program a machine comes from, and a sentence that says why it cannot be imported */
    return g_strdup_printf (_("%s. %s"), format, aether_import_item_get_problem (item));
  if (aether_import_item_get_disk_size (item) == 0)
    return memory == 0 ? g_strdup (format)
                       /* Translators: the program a machine comes from, and its memory */
                       : g_strdup_printf (_("%s, %s of memory"), format, memory_size);
  if (memory == 0)
    /* Translators: the program a machine comes from, and the size of its disks */
    return g_strdup_printf (_("%s, %s of disk"), format, disk_size);

  /* Translators: the program a machine comes from, its memory, and the size of its disks */
  return g_strdup_printf (_("%s, %s of memory, %s of disk"), format, memory_size, disk_size);
}

/* --- what is inside -------------------------------------------------------------- */

static AdwActionRow *
add_line (AetherImportRow *self, const char *title, const char *subtitle, gboolean property)
{
  AdwActionRow *line = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (line), title);   /* no markup by now */
  if (property)
    gtk_widget_add_css_class (GTK_WIDGET (line), "property");
  if (subtitle)
    adw_action_row_set_subtitle (line, subtitle);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), GTK_WIDGET (line));

  return line;
}

static void
add_sentence (AetherImportRow *self, const char *sentence, AetherSeverity severity)
{
  static const struct { const char *icon, *style, *words; } looks[] = {
    [AETHER_SEVERITY_NOTE] = { "dialog-information-symbolic", "dimmed", N_("Note") },
    [AETHER_SEVERITY_WARNING] = { "dialog-warning-symbolic", "warning", N_("Warning") },
    [AETHER_SEVERITY_ERROR] = { "dialog-error-symbolic", "error", N_("Error") },
  };
  AdwActionRow *line = add_line (self, sentence, NULL, FALSE);
  GtkWidget *icon = gtk_image_new_from_icon_name (looks[severity].icon);

  gtk_widget_add_css_class (icon, looks[severity].style);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, _(looks[severity].words), -1);
  adw_preferences_row_set_title_selectable (ADW_PREFERENCES_ROW (line), TRUE);
  adw_action_row_add_prefix (line, icon);
}

static void
add_drives (AetherImportRow *self)
{
  AetherImportDriveInfo drive;

  for (guint i = 0; aether_import_item_get_drive (self->item, i, &drive); i++)
    {
      g_autofree char *size = aether_words_size (drive.size);
      g_autofree char *name = drive.file ? g_filename_display_basename (drive.file) : NULL;
      g_autofree char *text = NULL;

      if (name)
        /* Translators: a file's name, and its size */
        text = g_strdup_printf (_("%s, %s"), name, size);
      else
        /* Translators: a disk that is made; its size */
        text = drive.is_disc ? g_strdup (_("Empty")) : g_strdup_printf (_("New, %s"), size);
      add_line (self, drive.is_disc ? _("CD drive") : _("Disk"), text, TRUE);
    }
}

static void
add_details (AetherImportRow *self)
{
  GPtrArray *findings = aether_import_item_get_findings (self->item);
  g_autofree char *path = g_filename_display_name (aether_import_item_get_path (self->item));
  guint cpus = aether_import_item_get_cpus (self->item);
  g_autofree char *cores = g_strdup_printf ("%u", cpus);

  if (aether_import_item_get_problem (self->item) == NULL)
    {
      g_autofree char *computer = g_strdup_printf ("%s, %s", aether_words_arch (aether_import_item_get_arch (self->item)),
                                                   g_strcmp0 (aether_import_item_get_firmware (self->item), "uefi") == 0 ? "UEFI" : "BIOS");

      add_line (self, _("Computer"), computer, TRUE);
      if (cpus > 0)
        add_line (self, _("Processor cores"), cores, TRUE);
      add_drives (self);
    }
  add_line (self, _("From"), path, TRUE);

  for (guint i = 0; i < findings->len; i++)
    if (g_strcmp0 (aether_finding_get_sentence (findings->pdata[i]), aether_import_item_get_problem (self->item)) != 0)
      add_sentence (self, aether_finding_get_sentence (findings->pdata[i]), aether_finding_get_severity (findings->pdata[i]));
}

/* --- what is going on -------------------------------------------------------------- */

static void
set_sign (AetherImportRow *self, const char *icon, const char *style, const char *words)
{
  gtk_image_set_from_icon_name (self->sign, icon);
  gtk_widget_set_css_classes (GTK_WIDGET (self->sign), (const char *[]) { style, NULL });
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sign), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_stack_set_visible_child (self->mark, GTK_WIDGET (self->sign));
}

void
aether_import_row_set_state (AetherImportRow *self, AetherImportRowState state)
{
  g_return_if_fail (AETHER_IS_IMPORT_ROW (self));

  gtk_widget_set_sensitive (GTK_WIDGET (self->check), state == AETHER_IMPORT_ROW_FOUND);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), state == AETHER_IMPORT_ROW_WORKING);
  gtk_widget_set_visible (GTK_WIDGET (self->show_button), state == AETHER_IMPORT_ROW_DONE);
  if (state == AETHER_IMPORT_ROW_DONE)
    set_sign (self, "object-select-symbolic", "success", _("Imported"));
  else if (state == AETHER_IMPORT_ROW_FAILED)
    set_sign (self, "dialog-error-symbolic", "error", _("Not imported"));
  else if (aether_import_item_get_problem (self->item) == NULL)
    gtk_stack_set_visible_child (self->mark, GTK_WIDGET (self->check));
}

void
aether_import_row_set_fraction (AetherImportRow *self, double fraction)
{
  g_return_if_fail (AETHER_IS_IMPORT_ROW (self));

  gtk_progress_bar_set_fraction (self->bar, fraction);
}

void
aether_import_row_say (AetherImportRow *self, const char *message)
{
  g_return_if_fail (AETHER_IS_IMPORT_ROW (self));

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), message);
}

void
aether_import_row_set_bundle (AetherImportRow *self, AetherBundle *bundle)
{
  g_return_if_fail (AETHER_IS_IMPORT_ROW (self));

  g_set_object (&self->bundle, bundle);
}

AetherBundle *
aether_import_row_get_bundle (AetherImportRow *self)
{
  return self->bundle;
}

AetherImportItem *
aether_import_row_get_item (AetherImportRow *self)
{
  return self->item;
}

gboolean
aether_import_row_is_checked (AetherImportRow *self)
{
  return gtk_check_button_get_active (self->check);
}

static void
toggled_cb (AetherImportRow *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
show_cb (AetherImportRow *self)
{
  g_signal_emit (self, signals[SHOW], 0);
}

/* --- the row -------------------------------------------------------------------------- */

static void
aether_import_row_dispose (GObject *object)
{
  AetherImportRow *self = AETHER_IMPORT_ROW (object);

  g_clear_object (&self->item);
  g_clear_object (&self->bundle);

  G_OBJECT_CLASS (aether_import_row_parent_class)->dispose (object);
}

static void
aether_import_row_class_init (AetherImportRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_import_row_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SHOW] = g_signal_new ("show-machine", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
aether_import_row_init (AetherImportRow *self)
{
  self->mark = GTK_STACK (gtk_stack_new ());
  self->check = GTK_CHECK_BUTTON (gtk_check_button_new ());
  self->sign = GTK_IMAGE (gtk_image_new ());
  self->bar = g_object_new (GTK_TYPE_PROGRESS_BAR, "valign", GTK_ALIGN_CENTER, "visible", FALSE, "width-request", 72, NULL);
  /* A label of the button's own would be its name, and all of them would be called the same */
  self->show_button = g_object_new (GTK_TYPE_BUTTON, "child", gtk_label_new (_("Show")), "valign", GTK_ALIGN_CENTER,
                                    "visible", FALSE, NULL);

  gtk_widget_set_valign (GTK_WIDGET (self->check), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self->check), "import-mark");
  gtk_stack_add_child (self->mark, GTK_WIDGET (self->check));
  gtk_stack_add_child (self->mark, GTK_WIDGET (self->sign));
  adw_expander_row_add_prefix (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->mark));
  adw_expander_row_add_suffix (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->bar));
  adw_expander_row_add_suffix (ADW_EXPANDER_ROW (self), GTK_WIDGET (self->show_button));
  g_signal_connect_object (self->check, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->show_button, "clicked", G_CALLBACK (show_cb), self, G_CONNECT_SWAPPED);
}

static void
name_widget (gpointer widget, const char *format, const char *name)
{
  g_autofree char *label = g_strdup_printf (format, name);

  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

AetherImportRow *
aether_import_row_new (AetherImportItem *item)
{
  AetherImportRow *self = g_object_new (AETHER_TYPE_IMPORT_ROW, "use-markup", FALSE, "title-lines", 2, NULL);
  const char *name = aether_import_item_get_name (item);
  g_autofree char *subtitle = describe (item);

  self->item = g_object_ref (item);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), subtitle);
  /* Translators: %s is a machine's name */
  name_widget (self->check, _("Import %s"), name);
  name_widget (self->show_button, _("Show %s"), name);
  name_widget (self->bar, _("Copying %s"), name);
  gtk_check_button_set_active (self->check, aether_import_item_is_suggested (item) && !aether_import_item_get_problem (item));
  if (aether_import_item_get_problem (item))
    set_sign (self, "dialog-warning-symbolic", "warning", _("Cannot be imported"));
  add_details (self);

  return self;
}
