/* aether-disk-page.c - the disk of a new machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-page.h"

#include <glib/gi18n.h>

#include "aether-choose-file.h"
#include "aether-size-row.h"

#define GIB (1024ull * 1024 * 1024)

struct _AetherDiskPage
{
  AetherWizardPage    parent_instance;

  AetherMediaLibrary *media;         /* (nullable) */
  GCancellable       *cancellable;   /* of the file dialog */
  AetherDraftDisk     kinds[4];      /* by the rows of the combo */
  guint               n_kinds;

  AdwComboRow        *disk_row;
  AdwSpinRow         *size_row;
  AdwActionRow       *image_row;
  GtkLabel           *cost_label;
  GtkLabel           *warning_label;
};

G_DEFINE_FINAL_TYPE (AetherDiskPage, aether_disk_page, AETHER_TYPE_WIZARD_PAGE)

static void
show_rest (AetherDiskPage *self)
{
  AetherWizardPage *page = AETHER_WIZARD_PAGE (self);
  AetherDraft *draft = aether_wizard_page_get_draft (page);
  g_autofree char *cost = aether_cost_say_disk (draft, aether_wizard_page_get_host (page));
  g_autofree char *warning = aether_cost_warn_disk (draft, aether_wizard_page_get_host (page));
  g_autofree char *name = draft->image != NULL ? g_filename_display_basename (draft->image) : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->size_row),
                          draft->disk == AETHER_DRAFT_DISK_NEW || draft->disk == AETHER_DRAFT_DISK_COPY);
  gtk_widget_set_visible (GTK_WIDGET (self->image_row), draft->disk == AETHER_DRAFT_DISK_IMAGE);
  adw_action_row_set_subtitle (self->image_row, name != NULL ? name : _("None chosen yet"));
  aether_wizard_page_say (self->cost_label, cost);
  aether_wizard_page_say (self->warning_label, warning);
  aether_wizard_page_set_ready (page, draft->disk != AETHER_DRAFT_DISK_IMAGE || draft->image != NULL);
}

static void
add_kind (AetherDiskPage *self, GtkStringList *titles, AetherDraftDisk kind, const char *title)
{
  gtk_string_list_append (titles, title);
  self->kinds[self->n_kinds++] = kind;
}

static void
aether_disk_page_fill (AetherWizardPage *page, AetherDraft *draft)
{
  AetherDiskPage *self = AETHER_DISK_PAGE (page);
  g_autoptr(GtkStringList) titles = gtk_string_list_new (NULL);
  gboolean image = aether_draft_is_image (draft);

  self->n_kinds = 0;
  if (image)
    add_kind (self, titles, AETHER_DRAFT_DISK_COPY, _("Copy of the disk image"));
  else
    add_kind (self, titles, AETHER_DRAFT_DISK_NEW, _("New disk"));
  /* What is fetched has no place of its own yet; what is for other machines, too, is none's own */
  if (!image || (draft->medium != NULL && !draft->shared))
    add_kind (self, titles, AETHER_DRAFT_DISK_IMAGE, image ? _("The disk image itself") : _("Existing disk image"));
  if (!image)
    add_kind (self, titles, AETHER_DRAFT_DISK_NONE, C_("disk", "None"));

  adw_combo_row_set_model (self->disk_row, G_LIST_MODEL (titles));
  for (guint i = 0; i < self->n_kinds; i++)
    {
      if (self->kinds[i] == draft->disk)
        adw_combo_row_set_selected (self->disk_row, i);
    }
  adw_spin_row_set_value (self->size_row, draft->disk_size / (double) GIB);
  show_rest (self);
}

static void
on_disk_changed (AetherDiskPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));
  guint selected = adw_combo_row_get_selected (self->disk_row);

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)) || selected >= self->n_kinds)
    return;

  draft->disk = self->kinds[selected];
  draft->chosen |= AETHER_DRAFT_CHOSE_DISK;
  if (draft->disk == AETHER_DRAFT_DISK_IMAGE && aether_draft_is_image (draft))
    g_set_str (&draft->image, draft->medium);
  aether_draft_offer (draft);
  show_rest (self);
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_size_changed (AetherDiskPage *self)
{
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (aether_wizard_page_is_filling (AETHER_WIZARD_PAGE (self)))
    return;

  draft->disk_size = (guint64) (adw_spin_row_get_value (self->size_row) * GIB);
  draft->chosen |= AETHER_DRAFT_CHOSE_SIZE;
  show_rest (self);
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
image_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherDiskPage) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);
  AetherDraft *draft = aether_wizard_page_get_draft (AETHER_WIZARD_PAGE (self));

  if (file == NULL || self->image_row == NULL)
    return;

  if (g_file_peek_path (file) == NULL)
    {
      aether_wizard_page_say (self->warning_label, _("Only files on this computer can be used. Copy it here first."));
      return;
    }

  if (self->media != NULL && aether_media_library_has (self->media, g_file_peek_path (file)))
    {
      aether_wizard_page_say (self->warning_label, _("This is one of the media, which stay as they are for other machines. "
                                                     "Choose it as the medium, and the machine gets a copy."));
      return;
    }

  g_set_str (&draft->image, g_file_peek_path (file));
  draft->chosen |= AETHER_DRAFT_CHOSE_DISK;
  show_rest (self);
  aether_wizard_page_changed (AETHER_WIZARD_PAGE (self));
}

static void
on_image_clicked (AetherDiskPage *self)
{
  static const char * const suffixes[] = { "qcow2", "raw", "img", "vmdk", "vdi", "vhdx", "vhd", NULL };

  aether_choose_file (GTK_WIDGET (self), _("Choose a disk image"), _("Disk images"), suffixes, self->cancellable, image_cb,
                      g_object_ref (self));
}

void
aether_disk_page_set_media (AetherDiskPage *self, AetherMediaLibrary *media)
{
  g_return_if_fail (AETHER_IS_DISK_PAGE (self));

  g_set_object (&self->media, media);
}

/* --- the page ------------------------------------------------------------------------ */

static void
aether_disk_page_dispose (GObject *object)
{
  AetherDiskPage *self = AETHER_DISK_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_DISK_PAGE);
  g_clear_object (&self->media);

  G_OBJECT_CLASS (aether_disk_page_parent_class)->dispose (object);
}

static void
aether_disk_page_finalize (GObject *object)
{
  g_object_unref (AETHER_DISK_PAGE (object)->cancellable);

  G_OBJECT_CLASS (aether_disk_page_parent_class)->finalize (object);
}

static void
aether_disk_page_class_init (AetherDiskPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_disk_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_disk_page_finalize;
  AETHER_WIZARD_PAGE_CLASS (klass)->fill = aether_disk_page_fill;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-disk-page.ui");
  aether_wizard_page_class_bind (widget_class);
  gtk_widget_class_bind_template_child (widget_class, AetherDiskPage, disk_row);
  gtk_widget_class_bind_template_child (widget_class, AetherDiskPage, size_row);
  gtk_widget_class_bind_template_child (widget_class, AetherDiskPage, image_row);
  gtk_widget_class_bind_template_child (widget_class, AetherDiskPage, cost_label);
  gtk_widget_class_bind_template_child (widget_class, AetherDiskPage, warning_label);
  gtk_widget_class_bind_template_callback (widget_class, on_disk_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_size_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_image_clicked);
}

static void
aether_disk_page_init (AetherDiskPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_size_row_set_unit (self->size_row, GIB);
}
