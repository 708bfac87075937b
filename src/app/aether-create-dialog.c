/* aether-create-dialog.c - a new machine on one page
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-create-dialog.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "aether-create.h"
#include "aether-size-row.h"
#include "aether-words.h"

#define GIB (1024ull * 1024 * 1024)
#define MIB (1024ull * 1024)

enum { DISK_NEW, DISK_IMAGE, DISK_NONE };
enum { FIRMWARE_AUTOMATIC, FIRMWARE_UEFI, FIRMWARE_BIOS };

static const char * const architectures[] = { "x86_64", "aarch64", "riscv64", "i386" };

struct _AetherCreateDialog
{
  AdwDialog            parent_instance;

  AetherLibrary       *library;
  GCancellable        *cancellable;     /* of the creation, or of a file dialog */
  GFile               *medium;          /* (nullable) */
  GFile               *image;           /* (nullable) */
  char                *offered_name;    /* what we filled in; the user's own is left alone */
  guint64              free_bytes;      /* where machines are kept; 0: not known */
  gboolean             creating;

  GtkWidget           *create_button;
  GtkStack            *create_stack;
  AdwBanner           *error_banner;
  GtkWidget           *page;
  GtkWidget           *name_row;
  GtkLabel            *name_message;
  AdwActionRow        *medium_row;
  GtkWidget           *medium_clear_button;
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

  return selected < G_N_ELEMENTS (architectures) ? architectures[selected] : architectures[0];
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

/* The computer's memory in MiB, 0 when the system does not tell. */
static guint64
host_memory (void)
{
  gint64 pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) pages * size / MIB : 0;
}

static void
show_cost (AetherCreateDialog *self)
{
  guint64 disk = (guint64) adw_spin_row_get_value (self->size_row) * GIB;
  guint64 memory = adw_spin_row_get_value (self->memory_row);
  gboolean new_disk = adw_combo_row_get_selected (self->disk_row) == DISK_NEW;
  g_autofree char *memory_text = aether_words_size (memory * MIB);
  g_autofree char *disk_text = aether_words_size (disk);
  g_autofree char *free_text = aether_words_size (self->free_bytes);
  g_autofree char *text = NULL, *warning = NULL;

  if (!new_disk)
    /* Translators: %s is a size of memory */
    text = g_strdup_printf (_("Takes %s of memory while it runs, and no more space on the disk."), memory_text);
  else if (self->free_bytes == 0)
    /* Translators: %1$s is a size of memory, %2$s one of a disk */
    text = g_strdup_printf (_("Takes %1$s of memory while it runs. The disk begins small and grows up to %2$s as it fills."),
                            memory_text, disk_text);
  else
    /* Translators: %1$s is a size of memory, %2$s and %3$s are sizes of disks */
    text = g_strdup_printf (_("Takes %1$s of memory while it runs. The disk begins small and grows up to %2$s as it fills; %3$s are free."),
                            memory_text, disk_text, free_text);
  gtk_label_set_text (self->cost_label, text);

  if (host_memory () > 0 && memory > host_memory ())
    {
      g_autofree char *there = aether_words_size (host_memory () * MIB);

      /* Translators: %s is a size of memory */
      warning = g_strdup_printf (_("This computer has %s of memory: the machine may not start."), there);
    }
  else if (new_disk && self->free_bytes > 0 && disk > self->free_bytes)
    {
      warning = g_strdup (_("The disk can grow larger than the free space. The machine pauses when there is none left."));
    }

  gtk_label_set_text (self->warning_label, warning != NULL ? warning : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning_label), warning != NULL);
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
set_medium (AetherCreateDialog *self, GFile *file)
{
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *shown = name != NULL ? g_filename_display_name (name) : NULL;

  g_set_object (&self->medium, file);
  adw_action_row_set_subtitle (self->medium_row, shown != NULL ? shown : _("None"));
  gtk_widget_set_visible (self->medium_clear_button, file != NULL);

  if (shown != NULL)
    {
      char *dot = strrchr (shown, '.');

      if (dot != NULL && dot != shown)
        *dot = '\0';
      offer_name (self, shown);
    }
  on_changed (self);
}

static void
medium_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file != NULL && self->medium_row != NULL)
    set_medium (self, file);
}

static void
image_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherCreateDialog) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);
  g_autofree char *name = NULL, *shown = NULL;

  if (file == NULL || self->image_row == NULL)
    return;

  name = g_file_get_basename (file);
  shown = g_filename_display_name (name);
  g_set_object (&self->image, file);
  adw_action_row_set_subtitle (self->image_row, shown);
  on_changed (self);
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
  set_medium (self, NULL);
}

static void
on_image_clicked (AetherCreateDialog *self)
{
  static const char * const suffixes[] = { "qcow2", "raw", "img", "vmdk", "vdi", "vhdx", "vhd", NULL };

  choose (self, _("Choose a disk image"), _("Disk images"), suffixes, image_cb);
}

/* --- creating ------------------------------------------------------------ */

static void
set_creating (AetherCreateDialog *self, gboolean creating)
{
  self->creating = creating;
  gtk_widget_set_sensitive (self->page, !creating);
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

  adw_banner_set_title (self->error_banner, error->message);
  adw_banner_set_revealed (self->error_banner, TRUE);
  set_creating (self, FALSE);
}

static AetherCreateRequest *
make_request (AetherCreateDialog *self)
{
  static const char * const firmwares[] = { NULL, "uefi", "bios" };
  AetherCreateRequest *request = aether_create_request_new (get_name (self));

  request->directory = g_strdup (aether_library_get_folder (self->library));
  request->arch = g_strdup (get_arch (self));
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
on_cancel_clicked (AetherCreateDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
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

  for (guint i = 0; i < G_N_ELEMENTS (architectures); i++)
    {
      gtk_string_list_append (names, aether_words_arch (architectures[i]));
      if (g_strcmp0 (architectures[i], host) == 0)
        selected = i;
    }
  adw_combo_row_set_model (self->arch_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->arch_row, selected);

  adw_spin_row_set_value (self->memory_row, aether_create_default_memory ());
  adw_spin_row_set_value (self->cpus_row, aether_create_default_cpus ());
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
  g_clear_object (&self->medium);
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
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, create_button);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, create_stack);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, error_banner);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, page);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, name_message);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, medium_row);
  gtk_widget_class_bind_template_child (widget_class, AetherCreateDialog, medium_clear_button);
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
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
}

static void
aether_create_dialog_init (AetherCreateDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aether_create_dialog_new:
 * @library: where the machine goes
 *
 * Returns: (transfer full): the dialog, filled in so that Create works at once
 */
AdwDialog *
aether_create_dialog_new (AetherLibrary *library)
{
  AetherCreateDialog *self = g_object_new (AETHER_TYPE_CREATE_DIALOG, NULL);

  self->library = g_object_ref (library);
  fill_in (self);
  query_free_space (self);
  on_changed (self);

  return ADW_DIALOG (self);
}
