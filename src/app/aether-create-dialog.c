/* aether-create-dialog.c - a new machine: what it is for, then one page that is filled in
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-dialog.h"

#include <glib/gi18n.h>

#include "aether-catalogue.h"
#include "aether-cost-words.h"
#include "aether-create.h"
#include "aether-import-page.h"
#include "aether-medium-check.h"
#include "aether-os-defaults.h"
#include "aether-size-row.h"
#include "aether-system-page.h"
#include "aether-words.h"

#define GIB (1024ull * 1024 * 1024)
#define MIB (1024ull * 1024)

enum { DISK_NEW, DISK_IMAGE, DISK_NONE };
enum { FIRMWARE_AUTOMATIC, FIRMWARE_UEFI, FIRMWARE_BIOS };

static const char * const architectures[] = { "x86_64", "aarch64", "riscv64", "i386", NULL };
#define N_ARCHITECTURES (G_N_ELEMENTS (architectures) - 1)

struct _AetherCreateDialog
{
  AdwDialog            parent_instance;

  AetherLibrary       *library;
  GCancellable        *cancellable;     /* of the creation, or of a file dialog */
  AetherCatalogue     *catalogue;       /* (nullable): not there yet, or not at all */
  AetherOs            *os;              /* (nullable): what the machine is for */
  AetherOsDefaults     defaults;        /* of @os on the chosen architecture */
  gconstpointer        looking_at;      /* the GFile that is being looked at, which the task holds */
  GFile               *medium;          /* (nullable) */
  AetherMedia         *media;           /* (nullable): what @medium is */
  GFile               *image;           /* (nullable) */
  char                *offered_name;    /* what we filled in; the user's own is left alone */
  double               offered_memory;
  double               offered_cpus;
  double               offered_size;
  guint                offered_firmware;
  guint64              free_bytes;      /* where machines are kept; 0: not known */
  gboolean             creating;

  AdwNavigationView   *navigation;
  AetherSystemPage    *system_page;
  AdwNavigationPage   *form_page;
  GtkWidget           *create_button;
  GtkStack            *create_stack;
  AdwBanner           *error_banner;
  GtkWidget           *page;
  GtkWidget           *name_row;
  GtkLabel            *name_message;
  AdwActionRow        *system_row;
  AdwActionRow        *medium_row;
  GtkWidget           *medium_clear_button;
  AdwActionRow        *foreign_row;
  GtkButton           *foreign_button;
  AdwComboRow         *arch_row;
  AdwComboRow         *firmware_row;
  AdwSpinRow          *memory_row;
  AdwSpinRow          *cpus_row;
  AdwComboRow         *disk_row;
  AdwSpinRow          *size_row;
  AdwActionRow        *image_row;
  GtkLabel            *cost_label;
  GtkLabel            *warning_label;
};

G_DEFINE_FINAL_TYPE (AetherCreateDialog, aether_create_dialog, ADW_TYPE_DIALOG)

enum { CREATED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what it says -------------------------------------------------------- */

static const char *
get_name (AetherCreateDialog *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->name_row));
}

static const char *
get_arch (AetherCreateDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->arch_row);

  return selected < N_ARCHITECTURES ? architectures[selected] : architectures[0];
}

static gboolean
check_name (AetherCreateDialog *self)
{
  g_autoptr(GError) error = NULL;
  gboolean good = aether_machine_check_name (get_name (self), &error);

  gtk_label_set_text (self->name_message, good ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->name_message), !good);
  if (good)
    gtk_widget_remove_css_class (self->name_row, "error");
  else
    gtk_widget_add_css_class (self->name_row, "error");

  return good;
}

static void
show_cost (AetherCreateDialog *self)
{
  gboolean new_disk = adw_combo_row_get_selected (self->disk_row) == DISK_NEW;
  guint64 disk = new_disk ? (guint64) adw_spin_row_get_value (self->size_row) * GIB : 0;
  guint64 memory = adw_spin_row_get_value (self->memory_row);
  g_autofree char *text = aether_cost_words (memory, disk, self->free_bytes);
  g_autofree char *warning = aether_cost_warning (self->os != NULL ? aether_os_get_name (self->os) : "",
                                                  &self->defaults, memory, disk, self->free_bytes);

  gtk_label_set_text (self->cost_label, text);
  gtk_label_set_text (self->warning_label, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning_label), warning != NULL);
}

/* Says so when the medium cannot start on the machine; returns whether it can. */
static gboolean
check_medium (AetherCreateDialog *self)
{
  gboolean good = self->media == NULL || aether_medium_suits (self->media, get_arch (self));
  g_autofree char *text = NULL;
  const char *arch;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->arch_row), aether_medium_is_native (get_arch (self)) ? ""
                               : _("Another processor than this computer’s: emulated, many times slower"));
  gtk_widget_set_visible (GTK_WIDGET (self->foreign_row), !good);
  if (good)
    return TRUE;

  arch = aether_medium_choose_arch (self->media, architectures);
  text = aether_medium_explain (arch);
  adw_action_row_set_subtitle (self->foreign_row, text);
  gtk_button_set_label (self->foreign_button, arch == NULL || aether_medium_is_native (arch) ? _("Change") : _("Emulate"));
  gtk_widget_set_visible (GTK_WIDGET (self->foreign_button), arch != NULL);

  return FALSE;
}

static void
on_changed (AetherCreateDialog *self)
{
  guint disk;
  gboolean good;

  /* still being made, or already going */
  if (self->library == NULL)
    return;

  disk = adw_combo_row_get_selected (self->disk_row);
  good = check_name (self);
  gtk_widget_set_visible (GTK_WIDGET (self->size_row), disk == DISK_NEW);
  gtk_widget_set_visible (GTK_WIDGET (self->image_row), disk == DISK_IMAGE);
  if (disk == DISK_IMAGE && self->image == NULL)
    good = FALSE;
  if (!check_medium (self))
    good = FALSE;

  gtk_widget_set_sensitive (self->create_button, good && !self->creating);
  show_cost (self);
}

/* --- choosing files ------------------------------------------------------ */

static void
offer_name (AetherCreateDialog *self, const char *name)
{
  if (g_strcmp0 (get_name (self), self->offered_name) != 0)
    return;

  g_set_str (&self->offered_name, name);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
}

static void
offer_value (AdwSpinRow *row, double *offered, double value)
{
  if (adw_spin_row_get_value (row) != *offered)
    return;

  *offered = value;
  adw_spin_row_set_value (row, value);
}

/* Fills in what suits the system, the medium and this computer; what the user chose stays. */
static void
offer_defaults (AetherCreateDialog *self)
{
  guint firmware = FIRMWARE_AUTOMATIC;

  aether_os_defaults_init (&self->defaults, self->os, get_arch (self), aether_cost_host_memory (), g_get_num_processors ());
  offer_value (self->memory_row, &self->offered_memory, self->defaults.memory);
  offer_value (self->cpus_row, &self->offered_cpus, self->defaults.cpus);
  offer_value (self->size_row, &self->offered_size, self->defaults.disk / GIB);

  if (self->media != NULL && self->media->boots_bios != self->media->boots_uefi)
    firmware = self->media->boots_bios ? FIRMWARE_BIOS : FIRMWARE_UEFI;
  else if (g_strcmp0 (self->defaults.firmware, "bios") == 0)
    firmware = FIRMWARE_BIOS;
  if (adw_combo_row_get_selected (self->firmware_row) == self->offered_firmware)
    {
      self->offered_firmware = firmware;
      adw_combo_row_set_selected (self->firmware_row, firmware);
    }
}

static void
on_arch_changed (AetherCreateDialog *self)
{
  if (self->library == NULL)
    return;

  offer_defaults (self);
  on_changed (self);
}

static void
set_arch (AetherCreateDialog *self, const char *arch)
{
  for (guint i = 0; i < N_ARCHITECTURES; i++)
    {
      if (g_str_equal (architectures[i], arch))
        adw_combo_row_set_selected (self->arch_row, i);
    }
}

static void
on_foreign_clicked (AetherCreateDialog *self)
{
  const char *arch = self->media != NULL ? aether_medium_choose_arch (self->media, architectures) : NULL;

  if (arch != NULL)
    set_arch (self, arch);
}

static void
set_os (AetherCreateDialog *self, AetherOs *os)
{
  g_set_object (&self->os, os);
  gtk_widget_set_visible (GTK_WIDGET (self->system_row), os != NULL);
  if (os != NULL)
    {
      adw_action_row_set_subtitle (self->system_row, aether_os_get_name (os));
      offer_name (self, aether_os_get_name (os));
    }
  offer_defaults (self);
  on_changed (self);
}

/* What system is on the medium, as soon as both are known. */
static void
identify (AetherCreateDialog *self)
{
  g_autoptr(AetherOs) os = NULL;

  if (self->media == NULL || self->catalogue == NULL)
    return;

  os = aether_catalogue_identify (self->catalogue, self->media, NULL);
  if (os != NULL)
    set_os (self, os);
}

/* @media: (transfer full) (nullable): what it is */
static void
set_medium (AetherCreateDialog *self, GFile *file, AetherMedia *media)
{
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : NULL;

  g_set_object (&self->medium, file);
  g_clear_pointer (&self->media, aether_media_free);
  self->media = media;
  adw_action_row_set_subtitle (self->medium_row, shown != NULL ? shown : _("None"));
  gtk_widget_set_visible (self->medium_clear_button, file != NULL);

  if (shown != NULL && self->os == NULL)
    {
      char *dot = strrchr (shown, '.');

      if (dot != NULL && dot != shown)
        *dot = '\0';
      offer_name (self, shown);
    }
  offer_defaults (self);
  identify (self);
  on_changed (self);
}

static void
set_image (AetherCreateDialog *self, GFile *file)
{
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : NULL;

  g_set_object (&self->image, file);
  adw_action_row_set_subtitle (self->image_row, shown != NULL ? shown : _("None chosen yet"));
  on_changed (self);
}

static void
show_error (AetherCreateDialog *self, const char *message)
{
  adw_banner_set_title (self->error_banner, message);
  adw_banner_set_revealed (self->error_banner, TRUE);
}

static void
take_file (AetherCreateDialog *self, GFile *file, AetherMedia *media)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *shown = g_filename_display_name (name);
  g_autofree char *text = NULL;

  switch (media->kind)
    {
    case AETHER_MEDIA_DISK:
    case AETHER_MEDIA_DISK_IMAGE:
      adw_combo_row_set_selected (self->disk_row, DISK_IMAGE);
      if (self->os == NULL)
        {
          g_autofree char *base = g_strndup (shown, strcspn (shown, "."));

          offer_name (self, *base != '\0' ? base : shown);
        }
      set_image (self, file);
      aether_media_free (media);
      return;

    case AETHER_MEDIA_KERNEL:
    case AETHER_MEDIA_AETHER_GUEST:
      /* Translators: %s is the name of a file */
      text = g_strdup_printf (_("“%s” is a kernel, which is started by itself: “aetherctl create” does that. Choose a disc or a disk image here."),
                              shown);
      show_error (self, text);
      aether_media_free (media);
      return;

    default:
      set_medium (self, file, media);
    }
}

static void
detected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  GFile *file = G_FILE (object);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherMedia) media = aether_medium_detect_finish (result, &error);

  /* gone, or another file was chosen since */
  if (self->medium_row == NULL || self->looking_at != file)
    return;

  self->looking_at = NULL;
  if (media != NULL)
    {
      take_file (self, file, g_steal_pointer (&media));
    }
  else
    {
      g_autofree char *name = g_file_get_basename (file);
      g_autofree char *shown = g_filename_display_name (name);
      /* Translators: %1$s is the name of a file, %2$s says why */
      g_autofree char *text = g_strdup_printf (_("“%1$s” cannot be read: %2$s"), shown, error->message);

      show_error (self, text);
    }
}

/* Looks what @file is, and puts it where it belongs. */
static void
use_file (AetherCreateDialog *self, GFile *file)
{
  adw_banner_set_revealed (self->error_banner, FALSE);
  if (g_file_peek_path (file) == NULL)
    {
      show_error (self, _("Only files on this computer can be used. Copy it here first."));
      return;
    }

  self->looking_at = file;
  aether_medium_detect_async (file, self->cancellable, detected_cb, g_object_ref (self));
}

static void
medium_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file != NULL && self->medium_row != NULL)
    use_file (self, file);
}

static void
image_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file != NULL && self->image_row != NULL)
    set_image (self, file);
}

static void
choose (AetherCreateDialog *self, const char *title, const char *kind,
        const char * const *suffixes, GAsyncReadyCallback callback)
{
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr(GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr(GtkFileFilter) all = gtk_file_filter_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_filter_set_name (filter, kind);
  for (guint i = 0; suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, filter);
  g_list_store_append (filters, all);

  gtk_file_dialog_set_title (dialog, title);
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->cancellable,
                        callback, g_object_ref (self));
}

static void
on_medium_clicked (AetherCreateDialog *self)
{
  static const char * const suffixes[] = { "iso", "img", NULL };

  choose (self, _("Choose an installation medium"), _("CD images"), suffixes, medium_cb);
}

static void
on_medium_clear_clicked (AetherCreateDialog *self)
{
  set_medium (self, NULL, NULL);
}

static void
on_image_clicked (AetherCreateDialog *self)
{
  static const char * const suffixes[] = { "qcow2", "raw", "img", "vmdk", "vdi", "vhdx", "vhd", NULL };

  choose (self, _("Choose a disk image"), _("Disk images"), suffixes, image_cb);
}

/* --- what it is for ------------------------------------------------------ */

/* The form as it is for @os, or for any system. */
static void
begin_form (AetherCreateDialog *self, AetherOs *os)
{
  const char *arch = os != NULL ? aether_os_choose_arch (os, architectures, aether_machine_host_arch ()) : NULL;

  self->looking_at = NULL;
  adw_banner_set_revealed (self->error_banner, FALSE);
  set_os (self, NULL);
  set_medium (self, NULL, NULL);
  set_image (self, NULL);
  adw_combo_row_set_selected (self->disk_row, DISK_NEW);
  offer_name (self, _("New machine"));
  set_arch (self, arch != NULL ? arch : aether_machine_host_arch ());
  if (os != NULL)
    set_os (self, os);

  if (adw_navigation_view_get_visible_page (self->navigation) != self->form_page)
    adw_navigation_view_push (self->navigation, self->form_page);
}

static void
on_system_chosen (AetherCreateDialog *self, AetherOs *os)
{
  begin_form (self, os);
}

static void
on_empty_wanted (AetherCreateDialog *self)
{
  begin_form (self, NULL);
}

static void
first_file_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file == NULL || self->medium_row == NULL)
    return;

  begin_form (self, NULL);
  use_file (self, file);
}

static void
on_file_wanted (AetherCreateDialog *self)
{
  static const char * const suffixes[] = { "iso", "img", "qcow2", "raw", "vmdk", "vdi", "vhdx", "vhd", NULL };

  choose (self, _("Choose a disc or disk image"), _("Discs and disk images"), suffixes, first_file_cb);
}

/* --- machines of other programs ------------------------------------------ */

static void
imported_cb (AetherCreateDialog *self, AetherBundle *bundle)
{
  g_signal_emit (self, signals[CREATED], 0, bundle);
}

static void
show_imported_cb (AetherCreateDialog *self, AetherBundle *bundle)
{
  g_signal_emit (self, signals[CREATED], 0, bundle);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static AetherImportPage *
begin_import (AetherCreateDialog *self)
{
  AetherImportPage *page = aether_import_page_new (self->library);

  g_signal_connect_object (page, "created", G_CALLBACK (imported_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "show-machine", G_CALLBACK (show_imported_cb), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (self->navigation, ADW_NAVIGATION_PAGE (page));

  return page;
}

static void
on_import_wanted (AetherCreateDialog *self)
{
  begin_import (self);
}

void
aether_create_dialog_import (AetherCreateDialog *self, GSList *files)
{
  g_return_if_fail (AETHER_IS_CREATE_DIALOG (self));

  if (files != NULL)
    aether_import_page_look (begin_import (self), files);
  else
    begin_import (self);
}

static void
on_demo_wanted (AetherCreateDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.demo", NULL);
  adw_dialog_close (ADW_DIALOG (self));
}

static gboolean
drop_cb (AetherCreateDialog *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL || self->creating)
    return FALSE;
  if (aether_import_page_is_for (files->data))
    {
      aether_create_dialog_import (self, files);
      return TRUE;
    }

  if (adw_navigation_view_get_visible_page (self->navigation) != self->form_page)
    begin_form (self, NULL);
  use_file (self, files->data);
  return TRUE;
}

static void
on_form_shown (AetherCreateDialog *self)
{
  gtk_widget_grab_focus (self->name_row);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr(AetherCreateDialog) self = g_weak_ref_get (weak);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherCatalogue) catalogue = aether_catalogue_open_finish (result, &error);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self == NULL || self->system_page == NULL)
    return;

  if (catalogue == NULL)
    {
      aether_system_page_set_problem (self->system_page, error->message);
      return;
    }

  self->catalogue = g_steal_pointer (&catalogue);
  aether_system_page_set_catalogue (self->system_page, self->catalogue);
  identify (self);
}

/* Holds no reference: it may take seconds, and the dialog is closed before. */
static void
open_catalogue (AetherCreateDialog *self)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  aether_catalogue_open_async (self->cancellable, opened_cb, weak);
}

/* --- creating ------------------------------------------------------------ */

static void
set_creating (AetherCreateDialog *self, gboolean creating)
{
  self->creating = creating;
  gtk_widget_set_sensitive (self->page, !creating);
  adw_navigation_page_set_can_pop (self->form_page, !creating);
  gtk_stack_set_visible_child_name (self->create_stack, creating ? "spinner" : "label");
  on_changed (self);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) bundle = aether_create_finish (result, &error);

  if (bundle != NULL)
    {
      g_signal_emit (self, signals[CREATED], 0, bundle);
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  show_error (self, error->message);
  set_creating (self, FALSE);
}

static AetherCreateRequest *
make_request (AetherCreateDialog *self)
{
  static const char * const firmwares[] = { NULL, "uefi", "bios" };
  AetherCreateRequest *request = aether_create_request_new (get_name (self));

  request->directory = g_strdup (aether_library_get_folder (self->library));
  request->arch = g_strdup (get_arch (self));
  request->os = self->os != NULL ? g_strdup (aether_os_get_short_id (self->os)) : NULL;
  request->memory = adw_spin_row_get_value (self->memory_row);
  request->cpus = adw_spin_row_get_value (self->cpus_row);
  request->firmware = g_strdup (firmwares[MIN (adw_combo_row_get_selected (self->firmware_row), FIRMWARE_BIOS)]);

  switch (adw_combo_row_get_selected (self->disk_row))
    {
    case DISK_NEW:
      aether_create_request_add_disk (request, (guint64) adw_spin_row_get_value (self->size_row) * GIB);
      break;
    case DISK_IMAGE:
      aether_create_request_add_image (request, g_file_peek_path (self->image));
      break;
    default:
      break;
    }

  /* a drive to put a medium in is there either way */
  aether_create_request_add_cdrom (request, self->medium != NULL ? g_file_peek_path (self->medium) : NULL);

  return request;
}

static void
on_create_clicked (AetherCreateDialog *self)
{
  if (self->creating)
    return;

  adw_banner_set_revealed (self->error_banner, FALSE);
  set_creating (self, TRUE);
  aether_create_async (make_request (self), self->cancellable, created_cb, g_object_ref (self));
}

static void
aether_create_dialog_closed (AdwDialog *dialog)
{
  g_cancellable_cancel (AETHER_CREATE_DIALOG (dialog)->cancellable);
}

/* --- the dialog ---------------------------------------------------------- */

static void
free_space_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFileInfo) info = g_file_query_filesystem_info_finish (G_FILE (object), result, NULL);

  if (info == NULL || self->cost_label == NULL)
    return;

  self->free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  show_cost (self);
}

/* The folder may not be there before the first machine is. */
static void
query_free_space (AetherCreateDialog *self)
{
  g_autofree char *path = g_strdup (aether_library_get_folder (self->library));
  g_autoptr(GFile) file = NULL;

  while (!g_file_test (path, G_FILE_TEST_IS_DIR) && strlen (path) > 1)
    {
      char *parent = g_path_get_dirname (path);

      g_free (path);
      path = parent;
    }

  file = g_file_new_for_path (path);
  g_file_query_filesystem_info_async (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, G_PRIORITY_DEFAULT,
                                      self->cancellable, free_space_cb, g_object_ref (self));
}

static void
fill_in (AetherCreateDialog *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  const char *host = aether_machine_host_arch ();
  guint selected = 0;

  for (guint i = 0; i < N_ARCHITECTURES; i++)
    {
      gtk_string_list_append (names, aether_words_arch (architectures[i]));
      if (g_strcmp0 (architectures[i], host) == 0)
        selected = i;
    }
  adw_combo_row_set_model (self->arch_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->arch_row, selected);

  self->offered_memory = adw_spin_row_get_value (self->memory_row);
  self->offered_cpus = adw_spin_row_get_value (self->cpus_row);
  self->offered_size = adw_spin_row_get_value (self->size_row);
  self->offered_firmware = adw_combo_row_get_selected (self->firmware_row);
  offer_defaults (self);
  aether_size_row_set_unit (self->memory_row, MIB);
  aether_size_row_set_unit (self->size_row, GIB);

  gtk_editable_set_text (GTK_EDITABLE (self->name_row), _("New machine"));
  self->offered_name = g_strdup (get_name (self));
}

static void
aether_create_dialog_dispose (GObject *object)
{
  AetherCreateDialog *self = AETHER_CREATE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->library);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_CREATE_DIALOG);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->os);
  g_clear_object (&self->medium);
  g_clear_pointer (&self->media, aether_media_free);
  g_clear_object (&self->image);

  G_OBJECT_CLASS (aether_create_dialog_parent_class)->dispose (object);
}

static void
aether_create_dialog_finalize (GObject *object)
{
  AetherCreateDialog *self = AETHER_CREATE_DIALOG (object);

  g_object_unref (self->cancellable);
  g_free (self->offered_name);

  G_OBJECT_CLASS (aether_create_dialog_parent_class)->finalize (object);
}

static void
aether_create_dialog_class_init (AetherCreateDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_create_dialog_dispose;
  object_class->finalize = aether_create_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = aether_create_dialog_closed;

  signals[CREATED] = g_signal_new ("created", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_BUNDLE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-create-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, navigation);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, system_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, form_page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, create_button);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, create_stack);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, error_banner);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, name_message);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, system_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, medium_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, medium_clear_button);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, foreign_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, foreign_button);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, arch_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, firmware_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, memory_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, cpus_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, disk_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, size_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, image_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, cost_label);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, warning_label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_medium_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_medium_clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_image_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_create_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_arch_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_foreign_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_system_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_file_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_import_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_empty_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_demo_wanted);
  gtk_widget_class_bind_template_callback (widget_class, on_form_shown);
}

static void
aether_create_dialog_init (AetherCreateDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_type_ensure (AETHER_TYPE_SYSTEM_PAGE);
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * aether_create_dialog_new:
 * @library: where the machine goes
 *
 * Returns: (transfer full): the dialog, whose form is filled in so that Create works at once
 */
AdwDialog *
aether_create_dialog_new (AetherLibrary *library)
{
  AetherCreateDialog *self = g_object_new (AETHER_TYPE_CREATE_DIALOG, NULL);

  self->library = g_object_ref (library);
  fill_in (self);
  query_free_space (self);
  open_catalogue (self);
  on_changed (self);

  return ADW_DIALOG (self);
}
