/* aether-import-page.c - machines of other programs: what was found, and their way into the library
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-page.h"

#include <glib/gi18n.h>

#include "aether-cost.h"
#include "aether-import-row.h"
#include "aether-words.h"

struct _AetherImportPage
{
  AdwNavigationPage    parent_instance;

  AetherLibrary       *library;
  GStrv                paths;         /* (nullable): what was looked at last */
  GCancellable        *cancellable;   /* of the looking, or of the import */
  GPtrArray           *rows;          /* of AetherImportRow, that @machines_group has */
  guint                current;       /* index of the row that is imported */
  guint                n_done;
  gboolean             working;
  gboolean             finished;      /* what shows is the report */
  guint64              there;         /* bytes that are free; 0: not known, or not yet */

  GtkStack            *stack;
  GtkWidget           *import_button;
  GtkWidget           *cancel_button;
  GtkWidget           *again_button;
  AdwBanner           *error_banner;
  AdwPreferencesGroup *machines_group;
  GtkWidget           *disks_group;
  GtkCheckButton      *copy_check;
  GtkCheckButton      *in_place_check;
  GtkWidget           *outside_group;
  AdwSwitchRow        *outside_row;
  GtkLabel            *cost_label;
};

G_DEFINE_FINAL_TYPE (AetherImportPage, aether_import_page, ADW_TYPE_NAVIGATION_PAGE)

enum { CREATED, SHOW, N_SIGNALS };
static guint signals[N_SIGNALS];

static void look (AetherImportPage *self);

/* --- what shows ------------------------------------------------------------------ */

static void
show_error (AetherImportPage *self, const char *message)
{
  adw_banner_set_title (self->error_banner, message);
  adw_banner_set_revealed (self->error_banner, TRUE);
}

static void
update (AetherImportPage *self)
{
  gboolean in_place = gtk_check_button_get_active (self->in_place_check);
  guint64 needed = 0;
  g_autofree char *needed_words = NULL, *there_words = NULL, *text = NULL;
  guint n = 0;

  if (self->rows == NULL || self->finished)
    return;

  for (guint i = 0; i < self->rows->len; i++)
    if (aether_import_row_is_checked (self->rows->pdata[i]))
      {
        needed += aether_import_item_get_copy_size (aether_import_row_get_item (self->rows->pdata[i]));
        n++;
      }

  needed_words = aether_words_size (needed);
  there_words = aether_words_size (self->there);
  if (in_place)
    text = g_strdup (_("The machines will write to the disks where they are now. The other program should not use them any more."));
  else if (self->there > 0)
    /* Translators: two amounts of storage */
    text = g_strdup_printf (_("The copies take %s; %s are free."), needed_words, there_words);
  else
    /* Translators: an amount of storage */
    text = g_strdup_printf (_("The copies take %s."), needed_words);
  gtk_label_set_text (self->cost_label, n > 0 ? text : "");
  gtk_widget_set_css_classes (GTK_WIDGET (self->cost_label), (const char *[]) { "caption", !in_place && self->there > 0 && needed > self->there
                                                                                   ? "warning" : "dimmed", NULL });
  gtk_widget_set_sensitive (self->import_button, n > 0 && !self->working);
}

static void
set_working (AetherImportPage *self, gboolean working)
{
  self->working = working;
  gtk_widget_set_visible (self->import_button, !working && !self->finished && self->rows->len > 0);
  gtk_widget_set_visible (self->cancel_button, working);
  gtk_widget_set_visible (self->again_button, self->finished);
  gtk_widget_set_sensitive (self->disks_group, !working);
  gtk_widget_set_sensitive (self->outside_group, !working);
  adw_navigation_page_set_can_pop (ADW_NAVIGATION_PAGE (self), !working);
  update (self);
}

static void
show_child (AetherImportPage *self, const char *name)
{
  gtk_stack_set_visible_child_name (self->stack, name);
  gtk_widget_set_visible (self->import_button, g_str_equal (name, "found") && !self->finished);
  gtk_widget_set_visible (self->again_button, FALSE);
}

static void
clear_rows (AetherImportPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->machines_group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
}

/* --- importing ------------------------------------------------------------------------ */

static void import_next (AetherImportPage *self);

/* What was not chosen goes; what is left says how it went. */
static void
report (AetherImportPage *self)
{
  g_autofree char *title = NULL;

  self->finished = TRUE;
  for (guint i = self->rows->len; i-- > 0; )
    if (!aether_import_row_is_checked (self->rows->pdata[i]))
      {
        adw_preferences_group_remove (self->machines_group, self->rows->pdata[i]);
        g_ptr_array_remove_index (self->rows, i);
      }

  title = self->n_done == 0 ? g_strdup (_("Nothing imported"))
                            : g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u machine imported", "%u machines imported", self->n_done),
                                               self->n_done);
  adw_preferences_group_set_title (self->machines_group, title);
  adw_preferences_group_set_description (self->machines_group, NULL);
  gtk_widget_set_visible (self->disks_group, FALSE);
  gtk_widget_set_visible (self->outside_group, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->cost_label), FALSE);
  set_working (self, FALSE);
}

static void
cancelled (AetherImportPage *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (aether_import_row_get_bundle (self->rows->pdata[i]) == NULL)
      aether_import_row_set_state (self->rows->pdata[i], AETHER_IMPORT_ROW_FOUND);

  if (self->n_done > 0)
    report (self);
  else
    set_working (self, FALSE);
}

static void
imported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherImportPage) self = user_data;
  AetherImportItem *item = AETHER_IMPORT_ITEM (object);
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherBundle) bundle = aether_import_run_finish (item, result, &error);
  AetherImportRow *row;

  if (bundle)
    g_signal_emit (self, signals[CREATED], 0, bundle);
  if (self->stack == NULL)   /* the page went first */
    return;

  row = self->rows->pdata[self->current];
  if (bundle)
    {
      g_autofree char *copies = gtk_check_button_get_active (self->in_place_check) ? aether_import_item_explain_copies (item) : NULL;

      aether_library_rescan (self->library);
      aether_import_row_set_bundle (row, bundle);
      aether_import_row_set_state (row, AETHER_IMPORT_ROW_DONE);
      if (copies)
        aether_import_row_say (row, copies);
      self->n_done++;
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      cancelled (self);
      return;
    }
  else
    {
      aether_import_row_set_state (row, AETHER_IMPORT_ROW_FAILED);
      aether_import_row_say (row, error->message);
    }

  self->current++;
  import_next (self);
}

static void
progress_cb (double fraction, gpointer user_data)
{
  AetherImportPage *self = user_data;

  if (self->stack != NULL && self->working)
    aether_import_row_set_fraction (self->rows->pdata[self->current], fraction);
}

static void
import_next (AetherImportPage *self)
{
  AetherImportRow *row;
  AetherImportItem *item;
  g_autofree char *name = NULL;

  while (self->current < self->rows->len && !aether_import_row_is_checked (self->rows->pdata[self->current]))
    self->current++;
  if (self->current == self->rows->len)
    {
      report (self);
      return;
    }

  row = self->rows->pdata[self->current];
  item = aether_import_row_get_item (row);
  name = aether_import_free_name (aether_import_item_get_name (item), G_LIST_MODEL (self->library));
  aether_import_row_set_fraction (row, 0);
  aether_import_row_set_state (row, AETHER_IMPORT_ROW_WORKING);
  aether_import_run_async (item, aether_library_get_folder (self->library), name,
                           gtk_check_button_get_active (self->in_place_check), progress_cb, self, self->cancellable,
                           imported_cb, g_object_ref (self));
}

static void
renew_cancellable (AetherImportPage *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
}

static void
on_import_clicked (AetherImportPage *self)
{
  if (self->working)
    return;

  adw_banner_set_revealed (self->error_banner, FALSE);
  renew_cancellable (self);
  self->current = self->n_done = 0;
  for (guint i = 0; i < self->rows->len; i++)
    aether_import_row_set_state (self->rows->pdata[i], AETHER_IMPORT_ROW_WAITING);
  set_working (self, TRUE);
  gtk_widget_grab_focus (self->cancel_button);
  import_next (self);
}

static void
on_cancel_clicked (AetherImportPage *self)
{
  g_cancellable_cancel (self->cancellable);
}

/* --- looking --------------------------------------------------------------------------- */

static void
on_row_show (AetherImportPage *self, AetherImportRow *row)
{
  g_signal_emit (self, signals[SHOW], 0, aether_import_row_get_bundle (row));
}

static void
add_row (AetherImportPage *self, AetherImportItem *item)
{
  AetherImportRow *row = aether_import_row_new (item);

  g_signal_connect_object (row, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "show-machine", G_CALLBACK (on_row_show), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->machines_group, GTK_WIDGET (row));
}

/* Files outside are named, so that the user knows what the switch is for. */
static void
show_outside (AetherImportPage *self, GListModel *found)
{
  g_autoptr(GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (found); i++)
    {
      g_autoptr(AetherImportItem) item = g_list_model_get_item (found, i);
      GPtrArray *outside = aether_import_item_get_outside (item);

      for (guint n = 0; n < outside->len && names->len < 2000; n++)
        {
          g_autofree char *shown = g_filename_display_name (outside->pdata[n]);

          g_string_append_printf (names, "%s%s", names->len ? "\n" : "", shown);
        }
    }

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->outside_row), names->str);
  gtk_widget_set_visible (self->outside_group, names->len > 0);
}

static void
show_found (AetherImportPage *self, GListModel *found)
{
  guint n = g_list_model_get_n_items (found);
  g_autofree char *shown = self->paths[0] ? g_filename_display_name (self->paths[0]) : NULL;
  g_autofree char *escaped = shown ? g_markup_escape_text (shown, -1) : NULL;

  clear_rows (self);
  self->finished = FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(AetherImportItem) item = g_list_model_get_item (found, i);

      add_row (self, item);
    }

  adw_preferences_group_set_title (self->machines_group, _("Found"));
  adw_preferences_group_set_description (self->machines_group, escaped);
  gtk_widget_set_visible (self->disks_group, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->cost_label), TRUE);
  show_outside (self, found);
  show_child (self, n > 0 ? "found" : "nothing");
  update (self);
  if (n > 0)
    gtk_widget_grab_focus (self->import_button);
}

static void
space_found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherImportPage) self = user_data;
  AetherCostHost host;

  if (self->stack == NULL || !aether_cost_host_look_finish (&host, result, NULL))
    return;

  self->there = host.free;
  update (self);
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherImportPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) found = aether_import_scan_finish (result, &error);

  /* gone, or another folder was chosen since */
  if (self->stack == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (found)
    {
      show_found (self, found);
      return;
    }

  show_child (self, "choose");
  show_error (self, error->message);
}

static void
look (AetherImportPage *self)
{
  adw_banner_set_revealed (self->error_banner, FALSE);
  renew_cancellable (self);
  show_child (self, "looking");
  aether_cost_host_look_async (G_LIST_MODEL (self->library), aether_library_get_folder (self->library), self->cancellable,
                               space_found_cb, g_object_ref (self));
  aether_import_scan_async ((const char * const *) self->paths, adw_switch_row_get_active (self->outside_row),
                            self->cancellable, looked_cb, g_object_ref (self));
}

void
aether_import_page_look (AetherImportPage *self, GSList *files)
{
  g_autoptr(GStrvBuilder) paths = g_strv_builder_new ();

  g_return_if_fail (AETHER_IS_IMPORT_PAGE (self));

  if (self->working)
    return;
  for (GSList *link = files; link; link = link->next)
    {
      char *path = g_file_get_path (link->data);

      if (path == NULL)
        {
          show_error (self, _("Only files on this computer can be imported. Copy them here first."));
          return;
        }
      g_strv_builder_take (paths, path);
    }

  g_strfreev (self->paths);
  self->paths = g_strv_builder_end (paths);
  /* What was allowed was allowed for other files */
  adw_switch_row_set_active (self->outside_row, FALSE);
  look (self);
}

static gboolean
describes_machine (GFile *file)
{
  static const char * const suffixes[] = { ".ova", ".ovf", ".vmx", ".vbox", ".xml", ".conf" };
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *lower = name ? g_ascii_strdown (name, -1) : NULL;

  for (guint i = 0; lower && i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (lower, suffixes[i]))
      return TRUE;

  return FALSE;
}

static void
kind_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, NULL);

  /* What cannot be read is no folder; who opens it says why */
  g_task_return_int (task, info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY);
}

void
aether_import_page_is_for_async (GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (file, cancellable, callback, user_data);

  g_task_set_source_tag (task, aether_import_page_is_for_async);
  if (describes_machine (file))
    g_task_return_int (task, TRUE);
  else
    g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, cancellable,
                             kind_cb, g_steal_pointer (&task));
}

gboolean
aether_import_page_is_for_finish (GFile *file, GAsyncResult *result, gboolean *is_machine)
{
  g_autoptr(GError) error = NULL;

  *is_machine = g_task_propagate_int (G_TASK (result), &error) > 0;
  return error == NULL;
}

static void
on_outside_changed (AetherImportPage *self)
{
  /* Not when a new folder takes the consent back */
  if (self->paths && gtk_widget_get_visible (self->outside_group) && g_str_equal (gtk_stack_get_visible_child_name (self->stack), "found") &&
      !self->finished)
    look (self);
}

static void
folder_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherImportPage) self = user_data;
  g_autoptr(GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (folder != NULL && self->stack != NULL)
    aether_import_page_look (self, &(GSList) { .data = folder });
}

static void
file_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherImportPage) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file != NULL && self->stack != NULL)
    aether_import_page_look (self, &(GSList) { .data = file });
}

static GtkWindow *
get_window (AetherImportPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
on_folder_clicked (AetherImportPage *self)
{
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Choose a folder with machines"));
  gtk_file_dialog_select_folder (dialog, get_window (self), self->cancellable, folder_cb, g_object_ref (self));
}

static void
on_file_clicked (AetherImportPage *self)
{
  static const char * const suffixes[] = {
    "ova", "ovf", "vmx", "vbox", "xml", "conf", "qcow2", "raw", "img", "vmdk", "vdi", "vhdx", "vhd", "iso",
  };
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr(GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr(GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Machines and disks"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, filter);
  g_list_store_append (filters, all);

  gtk_file_dialog_set_title (dialog, _("Choose a machine to import"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, get_window (self), self->cancellable, file_cb, g_object_ref (self));
}

/* Back to the choice, from a report or from nothing. */
static void
on_again_clicked (AetherImportPage *self)
{
  show_child (self, "choose");
}

static gboolean
drop_cb (AetherImportPage *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL || self->working)
    return FALSE;

  aether_import_page_look (self, files);
  return TRUE;
}

/* --- the page ----------------------------------------------------------------------------- */

/* The page is left, or its dialog is closed: an import ends, which leaves nothing. */
static void
aether_import_page_unroot (GtkWidget *widget)
{
  g_cancellable_cancel (AETHER_IMPORT_PAGE (widget)->cancellable);

  GTK_WIDGET_CLASS (aether_import_page_parent_class)->unroot (widget);
}

static void
aether_import_page_dispose (GObject *object)
{
  AetherImportPage *self = AETHER_IMPORT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_IMPORT_PAGE);
  g_clear_object (&self->library);

  G_OBJECT_CLASS (aether_import_page_parent_class)->dispose (object);
}

static void
aether_import_page_finalize (GObject *object)
{
  AetherImportPage *self = AETHER_IMPORT_PAGE (object);

  g_strfreev (self->paths);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (aether_import_page_parent_class)->finalize (object);
}

static void
aether_import_page_class_init (AetherImportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_import_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_import_page_finalize;
  widget_class->unroot = aether_import_page_unroot;

  signals[CREATED] = g_signal_new ("created", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_BUNDLE);
  signals[SHOW] = g_signal_new ("show-machine", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_BUNDLE);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-import-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, import_button);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, error_banner);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, machines_group);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, disks_group);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, copy_check);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, in_place_check);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, outside_group);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, outside_row);
  gtk_widget_class_bind_template_child (widget_class, AetherImportPage, cost_label);
  gtk_widget_class_bind_template_callback (widget_class, on_import_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_folder_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_file_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_outside_changed);
  gtk_widget_class_bind_template_callback (widget_class, update);
}

static void
aether_import_page_init (AetherImportPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * aether_import_page_new:
 * @library: where the machines go
 */
AetherImportPage *
aether_import_page_new (AetherLibrary *library)
{
  AetherImportPage *self = g_object_new (AETHER_TYPE_IMPORT_PAGE, NULL);

  self->library = g_object_ref (library);

  return self;
}
