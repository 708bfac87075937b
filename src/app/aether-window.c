/* aether-window.c - the library: a list of machines, and one of them in detail
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-window.h"

#include <glib/gi18n.h>

#include "aether-create-dialog.h"
#include "aether-downloads-button.h"
#include "aether-downloads-dialog.h"
#include "aether-error-dialog.h"
#include "aether-job-row.h"
#include "aether-machine-actions.h"
#include "aether-machine-row.h"
#include "aether-menu-names.h"
#include "aether-overview.h"
#include "aether-settings.h"
#include "aether-try-demo.h"

/* Rows made before the window is shown. The list view would make 200 at once, of
 * which a screen has room for a few: they come after the first frame. */
#define FIRST_ROWS 16

struct _AetherWindow
{
  AdwApplicationWindow   parent_instance;

  AetherLibrary         *library;
  AetherStateWatch    *watch;
  AetherMachineActions  *actions;
  GSettings             *settings;        /* NULL: the schema is not installed */
  GtkFilterListModel    *filtered;
  GtkStringFilter       *search_filter;
  GtkSorter             *name_sorter;
  GtkSorter             *section_sorter;
  GtkListItemFactory    *header_factory;
  GtkSliceListModel     *slice;
  guint                  grow_id;
  GtkSingleSelection    *selection;

  AdwToastOverlay       *toasts;
  AetherDownloadsHub    *hub;             /* (nullable) */
  AdwDialog             *downloads_dialog;   /* (nullable): weak */

  AetherDownloadsButton *downloads_button;
  AetherDownloadsButton *empty_downloads_button;
  GtkMenuButton         *menu_button;
  GtkMenuButton         *add_button;
  GtkMenuButton         *empty_menu_button;
  GtkMenuButton         *empty_add_button;
  GtkStack              *stack;
  AdwNavigationSplitView *split_view;
  GtkSearchBar          *search_bar;
  GtkEditable           *search_entry;
  GtkStack              *list_stack;
  GtkWidget             *jobs_box;
  GtkListBox            *jobs_list;
  GtkListView           *list_view;
  AetherOverview        *overview;
};

G_DEFINE_FINAL_TYPE (AetherWindow, aether_window, ADW_TYPE_APPLICATION_WINDOW)

static gboolean
is_on (AetherBundle *bundle)
{
  return aether_bundle_get_state (bundle) != AETHER_STATE_STOPPED;
}

static AetherBundle *
get_selected (AetherWindow *self)
{
  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

/* Shows the pages that fit what there is: machines, none, or none found. */
static void
update_pages (AetherWindow *self)
{
  GListModel *jobs = self->hub != NULL ? G_LIST_MODEL (aether_downloads_hub_get_jobs (self->hub)) : NULL;
  guint n_jobs = jobs != NULL ? g_list_model_get_n_items (jobs) : 0;
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->library)) == 0 && n_jobs == 0;
  guint n_shown = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  gboolean any_on = FALSE;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "library");
  gtk_stack_set_visible_child_name (self->list_stack, n_shown == 0 && n_jobs == 0 ? "nothing" : "list");
  gtk_widget_set_visible (self->jobs_box, n_jobs > 0);
  if (empty)
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);

  /* running machines come first, so the first one tells */
  if (n_shown > 0)
    {
      g_autoptr(AetherBundle) first = g_list_model_get_item (G_LIST_MODEL (self->selection), 0);

      any_on = is_on (first);
    }

  if ((gtk_list_view_get_header_factory (self->list_view) != NULL) != any_on)
    gtk_list_view_set_header_factory (self->list_view, any_on ? self->header_factory : NULL);
}

static void
selected_cb (AetherWindow *self)
{
  aether_overview_set_bundle (self->overview, get_selected (self));
}

static void
state_changed_cb (AetherWindow *self, AetherBundle *bundle, AetherState before)
{
  if ((before != AETHER_STATE_STOPPED) == is_on (bundle))
    return;

  gtk_sorter_changed (self->section_sorter, GTK_SORTER_CHANGE_DIFFERENT);
  update_pages (self);
}

static void
renamed_cb (AetherWindow *self, AetherBundle *bundle)
{
  gtk_sorter_changed (self->name_sorter, GTK_SORTER_CHANGE_DIFFERENT);
  gtk_filter_changed (GTK_FILTER (self->search_filter), GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- the list ------------------------------------------------------------ */

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, aether_machine_row_new ());
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  aether_machine_row_bind (AETHER_MACHINE_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item), item);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  aether_machine_row_unbind (AETHER_MACHINE_ROW (gtk_list_item_get_child (item)));
}

static void
setup_header_cb (GtkSignalListItemFactory *factory, GtkListHeader *header)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_list_header_set_child (header, label);
}

static void
bind_header_cb (GtkSignalListItemFactory *factory, GtkListHeader *header)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_header_get_child (header)),
                      is_on (gtk_list_header_get_item (header)) ? _("Running") : _("Off"));
}

static int
compare_sections (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return is_on ((AetherBundle *) b) - is_on ((AetherBundle *) a);
}

static GtkExpression *
name_expression (void)
{
  return gtk_property_expression_new (AETHER_TYPE_BUNDLE, NULL, "name");
}

static void
make_list (AetherWindow *self)
{
  g_autoptr(GtkListItemFactory) rows = gtk_signal_list_item_factory_new ();
  GtkEveryFilter *every = gtk_every_filter_new ();
  GtkSortListModel *sorted;

  self->search_filter = gtk_string_filter_new (name_expression ());
  gtk_multi_filter_append (GTK_MULTI_FILTER (every), GTK_FILTER (g_object_ref (self->search_filter)));
  gtk_multi_filter_append (GTK_MULTI_FILTER (every),
                           g_object_ref (aether_machine_actions_get_filter (self->actions)));
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->library)), GTK_FILTER (every));

  self->name_sorter = GTK_SORTER (gtk_string_sorter_new (name_expression ()));
  self->section_sorter = GTK_SORTER (gtk_custom_sorter_new (compare_sections, NULL, NULL));
  sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)), g_object_ref (self->name_sorter));
  gtk_sort_list_model_set_section_sorter (sorted, self->section_sorter);

  self->slice = gtk_slice_list_model_new (G_LIST_MODEL (sorted), 0, FIRST_ROWS);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->slice)));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);

  self->header_factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (self->header_factory, "setup", G_CALLBACK (setup_header_cb), NULL);
  g_signal_connect (self->header_factory, "bind", G_CALLBACK (bind_header_cb), NULL);

  g_signal_connect (rows, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (rows, "bind", G_CALLBACK (bind_row_cb), NULL);
  g_signal_connect (rows, "unbind", G_CALLBACK (unbind_row_cb), NULL);
  gtk_list_view_set_factory (self->list_view, rows);
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));

  /* after the list view has heard of it: changing the headers in the middle of
   * a change that it does not know yet aborts in GTK */
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (update_pages), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->library, "items-changed", G_CALLBACK (update_pages), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

static void
show_all_rows (AetherWindow *self)
{
  g_clear_handle_id (&self->grow_id, g_source_remove);
  gtk_slice_list_model_set_size (self->slice, G_MAXUINT);
}

static gboolean
grow_cb (gpointer user_data)
{
  AetherWindow *self = user_data;

  self->grow_id = 0;
  show_all_rows (self);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->library)) == 0)
    aether_try_demo_prepare ();

  return G_SOURCE_REMOVE;
}

static void
on_activate (AetherWindow *self, guint position)
{
  gtk_single_selection_set_selected (self->selection, position);
  adw_navigation_split_view_set_show_content (self->split_view, TRUE);
}

static void
on_search_changed (AetherWindow *self)
{
  gtk_string_filter_set_search (self->search_filter, gtk_editable_get_text (self->search_entry));
  update_pages (self);
}

/* Return in the search goes to what was found. */
static void
on_search_activate (AetherWindow *self)
{
  if (get_selected (self) != NULL)
    adw_navigation_split_view_set_show_content (self->split_view, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

/* --- actions ------------------------------------------------------------- */

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherWindow *self = AETHER_WINDOW (widget);

  if (g_list_model_get_n_items (G_LIST_MODEL (self->library)) == 0)
    return;

  adw_navigation_split_view_set_show_content (self->split_view, FALSE);
  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
created_cb (AetherWindow *self, AetherBundle *bundle)
{
  aether_library_rescan (self->library);
  aether_window_show_bundle (self, bundle);
}

static AdwDialog *
present_wizard (AetherWindow *self, AdwDialog *dialog)
{
  g_signal_connect_object (dialog, "created", G_CALLBACK (created_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));

  return dialog;
}

static AdwDialog *
present_create_dialog (AetherWindow *self)
{
  /* Just after the start it is not there yet */
  if (self->hub == NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.prepare-downloads", NULL);

  return present_wizard (self, aether_create_dialog_new (self->library, self->hub));
}

static void
create_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  present_create_dialog (AETHER_WINDOW (widget));
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_create_dialog_import (AETHER_CREATE_DIALOG (present_create_dialog (AETHER_WINDOW (widget))), NULL);
}

static gboolean
drop_cb (AetherWindow *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  if (files == NULL)
    return FALSE;

  aether_create_dialog_take (AETHER_CREATE_DIALOG (present_create_dialog (self)), files);
  return TRUE;
}

static void
on_job_activated (AetherWindow *self, AetherJobRow *row)
{
  present_wizard (self, aether_create_dialog_new_for_job (self->library, self->hub, aether_job_row_get_job (row)));
}

/* Watching the folder would tell, too, but later. */
static void
job_made_cb (AetherWindow *self)
{
  aether_library_rescan (self->library);
}

static void
demo_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherWindow) self = user_data;
  g_autoptr(GError) error = NULL;
  const char *why;
  g_autoptr(AetherBundle) bundle = aether_try_demo_finish (result, &why, &error);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.demo", TRUE);
  if (self->library == NULL)   /* the window went first */
    return;

  if (bundle == NULL)
    {
      aether_error_dialog_present (GTK_WIDGET (self), _("Could not make the demo machine"), error->message, NULL);
      return;
    }

  gtk_widget_activate_action (GTK_WIDGET (self), "app.start-machine", "s", aether_bundle_get_path (bundle));
  created_cb (self, bundle);
  if (why != NULL)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (why));
}

static void
demo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherWindow *self = AETHER_WINDOW (widget);

  gtk_widget_action_set_enabled (widget, name, FALSE);
  aether_try_demo_async (self->library, NULL, demo_cb, g_object_ref (self));
}

static void
folder_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherWindow) self = user_data;
  g_autoptr(GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (object), result, NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;

  /* closed without a choice, or the window went first */
  if (path == NULL || self->library == NULL)
    return;

  if (!aether_library_add (self->library, path, &error))
    {
      aether_error_dialog_present (GTK_WIDGET (self), _("Could not add the machine"), error->message, NULL);
      return;
    }

  g_autoptr(AetherBundle) bundle = aether_bundle_new (path);

  aether_window_show_bundle (self, bundle);
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Add an existing machine"));
  gtk_file_dialog_set_accept_label (dialog, _("_Add"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (widget), NULL, folder_cb, g_object_ref (widget));
}

/* --- the window ---------------------------------------------------------- */

static void
bind_settings (AetherWindow *self)
{
  self->settings = aether_settings_new ();
  if (self->settings == NULL)
    return;

  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static void
aether_window_map (GtkWidget *widget)
{
  AetherWindow *self = AETHER_WINDOW (widget);

  GTK_WIDGET_CLASS (aether_window_parent_class)->map (widget);

  if (self->grow_id == 0 && self->slice != NULL)
    self->grow_id = g_idle_add_full (G_PRIORITY_LOW, grow_cb, self, NULL);
}

static void
aether_window_dispose (GObject *object)
{
  AetherWindow *self = AETHER_WINDOW (object);

  if (self->actions != NULL)
    aether_machine_actions_close (self->actions);
  g_clear_handle_id (&self->grow_id, g_source_remove);
  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  if (self->jobs_list != NULL)
    gtk_list_box_bind_model (self->jobs_list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_WINDOW);

  g_clear_object (&self->selection);
  g_clear_object (&self->slice);
  g_clear_object (&self->filtered);
  g_clear_object (&self->search_filter);
  g_clear_object (&self->name_sorter);
  g_clear_object (&self->section_sorter);
  g_clear_object (&self->header_factory);
  g_clear_object (&self->actions);
  g_clear_object (&self->settings);
  g_clear_object (&self->watch);
  g_clear_object (&self->library);
  g_clear_object (&self->hub);
  g_clear_weak_pointer (&self->downloads_dialog);

  G_OBJECT_CLASS (aether_window_parent_class)->dispose (object);
}

static void
aether_window_class_init (AetherWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_window_dispose;
  widget_class->map = aether_window_map;

  g_type_ensure (AETHER_TYPE_DOWNLOADS_BUTTON);
  g_type_ensure (AETHER_TYPE_OVERVIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, downloads_button);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, empty_downloads_button);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, empty_menu_button);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, empty_add_button);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, split_view);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, search_entry);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, list_stack);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, jobs_box);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, jobs_list);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, list_view);
  gtk_widget_class_bind_template_child (widget_class, AetherWindow, overview);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_job_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);

  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.create", NULL, create_action);
  gtk_widget_class_install_action (widget_class, "win.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "win.demo", NULL, demo_action);
  gtk_widget_class_install_action (widget_class, "win.add", NULL, add_action);

  /* not the application's accelerators: those would take the keys from machines, too */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "win.create", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_j, GDK_CONTROL_MASK, "app.show-downloads", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_q, GDK_CONTROL_MASK, "app.quit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "app.shortcuts", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "app.shortcuts", NULL);
}

static void
aether_window_init (AetherWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  aether_menu_names_attach (self->menu_button);
  aether_menu_names_attach (self->add_button);
  aether_menu_names_attach (self->empty_menu_button);
  aether_menu_names_attach (self->empty_add_button);
  bind_settings (self);
}

/**
 * aether_window_show_bundle:
 * @self: the library window
 * @bundle: a machine of the library, or another handle on one
 *
 * Selects the machine and shows its details. Nothing happens when the
 * library does not have it.
 */
void
aether_window_show_bundle (AetherWindow *self, AetherBundle *bundle)
{
  GListModel *model;

  g_return_if_fail (AETHER_IS_WINDOW (self));

  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  show_all_rows (self);
  model = G_LIST_MODEL (self->selection);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr(AetherBundle) item = g_list_model_get_item (model, i);

      if (!g_str_equal (aether_bundle_get_path (item), aether_bundle_get_path (bundle)))
        continue;

      gtk_list_view_scroll_to (self->list_view, i, GTK_LIST_SCROLL_SELECT, NULL);
      adw_navigation_split_view_set_show_content (self->split_view, TRUE);
      return;
    }
}

static GtkWidget *
make_job_row (gpointer job, gpointer user_data)
{
  return aether_job_row_new (aether_downloads_hub_get_jobs (AETHER_WINDOW (user_data)->hub), job);
}

void
aether_window_set_downloads (AetherWindow *self, AetherDownloadsHub *hub)
{
  AetherDownloads *downloads = aether_downloads_hub_get_downloads (hub);
  AetherCreateJobs *jobs = aether_downloads_hub_get_jobs (hub);

  g_return_if_fail (self->hub == NULL);

  self->hub = g_object_ref (hub);
  aether_downloads_button_set_downloads (self->downloads_button, downloads);
  aether_downloads_button_set_downloads (self->empty_downloads_button, downloads);
  gtk_list_box_bind_model (self->jobs_list, G_LIST_MODEL (jobs), make_job_row, self, NULL);
  g_signal_connect_object (jobs, "items-changed", G_CALLBACK (update_pages), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (jobs, "made", G_CALLBACK (job_made_cb), self, G_CONNECT_SWAPPED);
  update_pages (self);
}

void
aether_window_show_downloads (AetherWindow *self)
{
  if (self->hub == NULL || self->downloads_dialog != NULL)
    return;

  g_set_weak_pointer (&self->downloads_dialog, aether_downloads_dialog_new (self->hub));
  adw_dialog_present (self->downloads_dialog, GTK_WIDGET (self));
}

/**
 * aether_window_new:
 * @application: (nullable): owns the window
 * @library: the machines to list
 * @watch: on the same @library
 *
 * Returns: (transfer none): the window, not yet presented
 */
AetherWindow *
aether_window_new (GtkApplication *application, AetherLibrary *library, AetherStateWatch *watch)
{
  AetherWindow *self = g_object_new (AETHER_TYPE_WINDOW, "application", application, NULL);

  self->library = g_object_ref (library);
  self->watch = g_object_ref (watch);
  self->actions = aether_machine_actions_new (library, GTK_WIDGET (self), self->toasts);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "machine", aether_machine_actions_get_group (self->actions));

  g_signal_connect_object (watch, "state-changed", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (watch, "renamed", G_CALLBACK (renamed_cb), self, G_CONNECT_SWAPPED);
  make_list (self);
  update_pages (self);
  selected_cb (self);

  return self;
}
