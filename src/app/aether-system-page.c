/* aether-system-page.c - what the new machine is for: a system of the catalogue, or something else
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-system-page.h"

#include <glib/gi18n.h>

#include "aether-catalogue-update.h"
#include "aether-os-logo.h"

/* A list makes 200 rows at once, seen or not, which takes longer than a letter may. These are made
 * first, and the rest by and by. */
#define FIRST_ROWS 16
#define MORE_ROWS  16
#define ALL_ROWS   240   /* from here on the list makes no more */

struct _AetherSystemPage
{
  AdwNavigationPage   parent_instance;

  AetherCatalogue    *catalogue;    /* (nullable): not there yet, or not at all */
  GtkSliceListModel  *shown;        /* of what was found, as far as rows were made */
  guint               more_id;
  GCancellable       *cancellable;  /* of an update of the catalogue */

  GtkEditable        *search_entry;
  GtkStack           *stack;
  GtkListView        *list_view;
  GtkNoSelection     *selection;
  AdwStatusPage      *nothing_page;
  GtkStack           *update_stack;
  AdwStatusPage      *problem_page;
};

G_DEFINE_FINAL_TYPE (AetherSystemPage, aether_system_page, ADW_TYPE_NAVIGATION_PAGE)

enum { CHOSEN, FROM_FILE, IMPORT, EMPTY, DEMO, RENEWED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- a row --------------------------------------------------------------- */

/* Short: it stands in a small frame. Names that programmers know are not translated. */
static const char *
get_badge (const char *arch)
{
  static const struct { const char *arch, *badge; } badges[] = {
    { "x86_64", "x86-64" }, { "i386", "x86-32" }, { "aarch64", "ARM" }, { "riscv64", "RISC-V" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (badges); i++)
    {
      if (g_str_equal (arch, badges[i].arch))
        return badges[i].badge;
    }

  return NULL;
}

static char *
describe (AetherOs *os)
{
  const char *vendor = aether_os_get_vendor (os), *date = aether_os_get_release_date (os);

  if (strlen (date) < 4)
    return g_strdup (vendor);
  if (*vendor == '\0')
    return g_strdup_printf ("%.4s", date);

  /* Translators: who makes a system, and the year it came out */
  return g_strdup_printf (_("%s, %.4s"), vendor, date);
}

static GtkWidget *
add_label (GtkBox *box, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (box, label);

  return label;
}

static void
setup_cb (AetherSystemPage *self, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *below = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *badges = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *title;
  GtkWidget *arrow = g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_widget_add_css_class (row, "system");
  gtk_box_append (GTK_BOX (row), aether_os_logo_new (32));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (badges, TRUE);
  gtk_widget_set_halign (badges, GTK_ALIGN_END);
  /* the end of a name is what tells two releases apart */
  title = add_label (GTK_BOX (texts), NULL);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_lines (GTK_LABEL (title), 2);
  gtk_label_set_wrap_mode (GTK_LABEL (title), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (add_label (GTK_BOX (below), "caption"), "dimmed");
  gtk_box_append (GTK_BOX (below), badges);
  gtk_box_append (GTK_BOX (texts), below);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), arrow);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (AetherSystemPage *self, GtkListItem *item)
{
  AetherOs *os = gtk_list_item_get_item (item);
  GtkWidget *logo = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *texts = gtk_widget_get_next_sibling (logo);
  GtkWidget *title = gtk_widget_get_first_child (texts);
  GtkWidget *subtitle = gtk_widget_get_first_child (gtk_widget_get_next_sibling (title));
  GtkWidget *badges = gtk_widget_get_next_sibling (subtitle), *badge;
  g_autofree char *text = describe (os);
  const char * const *arches = aether_os_get_arches (os);

  aether_os_logo_show (AETHER_OS_LOGO (logo), os);
  gtk_label_set_text (GTK_LABEL (title), aether_os_get_name (os));
  gtk_label_set_text (GTK_LABEL (subtitle), text);
  gtk_widget_set_visible (subtitle, *text != '\0');

  while ((badge = gtk_widget_get_first_child (badges)) != NULL)
    gtk_box_remove (GTK_BOX (badges), badge);
  for (guint i = 0; arches[i] != NULL; i++)
    {
      if (get_badge (arches[i]) != NULL)
        {
          badge = add_label (GTK_BOX (badges), "badge");
          gtk_label_set_ellipsize (GTK_LABEL (badge), PANGO_ELLIPSIZE_NONE);
          gtk_label_set_text (GTK_LABEL (badge), get_badge (arches[i]));
        }
    }

  gtk_list_item_set_accessible_label (item, aether_os_get_name (os));
  gtk_list_item_set_accessible_description (item, text);
}

/* --- the list ------------------------------------------------------------ */

static void
choose (AetherSystemPage *self, guint position)
{
  g_autoptr(AetherOs) os = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (os != NULL)
    g_signal_emit (self, signals[CHOSEN], 0, os);
}

static gboolean
more_cb (gpointer user_data)
{
  AetherSystemPage *self = user_data;
  guint size = gtk_slice_list_model_get_size (self->shown) + MORE_ROWS;

  if (size < ALL_ROWS && size < g_list_model_get_n_items (gtk_slice_list_model_get_model (self->shown)))
    {
      gtk_slice_list_model_set_size (self->shown, size);
      return G_SOURCE_CONTINUE;
    }

  gtk_slice_list_model_set_size (self->shown, G_MAXUINT);
  self->more_id = 0;
  return G_SOURCE_REMOVE;
}

static void
show_found (AetherSystemPage *self, GListModel *found)
{
  g_clear_handle_id (&self->more_id, g_source_remove);
  g_clear_object (&self->shown);
  self->shown = gtk_slice_list_model_new (g_object_ref (found), 0, FIRST_ROWS);
  gtk_no_selection_set_model (self->selection, G_LIST_MODEL (self->shown));
  /* When what there is has been drawn */
  self->more_id = g_idle_add_full (G_PRIORITY_LOW, more_cb, self, NULL);
}

static void
on_search_changed (AetherSystemPage *self)
{
  g_autoptr(GListModel) found = NULL;

  if (self->catalogue == NULL)
    return;

  found = aether_catalogue_search (self->catalogue, gtk_editable_get_text (self->search_entry), NULL);
  show_found (self, found);
  gtk_stack_set_visible_child_name (self->stack, g_list_model_get_n_items (found) > 0 ? "list" : "nothing");
  if (g_list_model_get_n_items (found) > 0)
    gtk_list_view_scroll_to (self->list_view, 0, GTK_LIST_SCROLL_NONE, NULL);
}

static void
on_search_activate (AetherSystemPage *self)
{
  choose (self, 0);
}

static void
on_search_stop (AetherSystemPage *self)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_DIALOG);

  if (*gtk_editable_get_text (self->search_entry) != '\0')
    gtk_editable_set_text (self->search_entry, "");
  else if (dialog != NULL)
    adw_dialog_close (ADW_DIALOG (dialog));
}

/* --- a system that is newer than the list ---------------------------------- */

/* What comes of it is said where it was asked for. */
static void
end_update (AetherSystemPage *self, const char *sentence, gboolean again)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_status_page_set_description (self->nothing_page, escaped);
  gtk_stack_set_visible_child_name (self->update_stack, "offer");
  gtk_widget_set_visible (GTK_WIDGET (self->update_stack), again);
}

static void
updated_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherSystemPage) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean changed = FALSE;
  g_autofree char *version = aether_catalogue_update_finish (result, &changed, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (version == NULL)
    end_update (self, error->message, TRUE);
  else
    end_update (self, _("This is the newest list there is. Any other system can be installed from a file."), FALSE);
  if (changed)
    g_signal_emit (self, signals[RENEWED], 0);
}

static void
on_update_clicked (AetherSystemPage *self)
{
  g_autofree char *keyring = aether_catalogue_dup_keyring ("osinfo-db.gpg");

  if (keyring == NULL)
    {
      end_update (self, _("The keys of the list’s makers are missing: install Aether again."), FALSE);
      return;
    }

  gtk_stack_set_visible_child_name (self->update_stack, "looking");
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  aether_catalogue_update_async (NULL, keyring, self->cancellable, updated_cb, g_object_ref (self));
}

/* --- what was chosen -------------------------------------------------------- */

static void
on_list_activate (AetherSystemPage *self, guint position)
{
  choose (self, position);
}

static void
on_file_clicked (AetherSystemPage *self)
{
  g_signal_emit (self, signals[FROM_FILE], 0);
}

static void
on_import_clicked (AetherSystemPage *self)
{
  g_signal_emit (self, signals[IMPORT], 0);
}

static void
on_empty_clicked (AetherSystemPage *self)
{
  g_signal_emit (self, signals[EMPTY], 0);
}

static void
on_demo_clicked (AetherSystemPage *self)
{
  g_signal_emit (self, signals[DEMO], 0);
}

void
aether_system_page_set_catalogue (AetherSystemPage *self, AetherCatalogue *catalogue)
{
  g_return_if_fail (AETHER_IS_SYSTEM_PAGE (self));

  g_set_object (&self->catalogue, catalogue);
  on_search_changed (self);
}

void
aether_system_page_set_problem (AetherSystemPage *self, const char *message)
{
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  g_return_if_fail (AETHER_IS_SYSTEM_PAGE (self));

  adw_status_page_set_description (self->problem_page, escaped);
  gtk_widget_set_sensitive (GTK_WIDGET (self->search_entry), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "problem");
}

/* --- the page ------------------------------------------------------------ */

static void
aether_system_page_dispose (GObject *object)
{
  AetherSystemPage *self = AETHER_SYSTEM_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_SYSTEM_PAGE);
  g_clear_handle_id (&self->more_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->shown);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (aether_system_page_parent_class)->dispose (object);
}

static void
aether_system_page_class_init (AetherSystemPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_system_page_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, AETHER_TYPE_OS);
  signals[FROM_FILE] = g_signal_new ("file", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[IMPORT] = g_signal_new ("import", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EMPTY] = g_signal_new ("empty", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DEMO] = g_signal_new ("demo", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RENEWED] = g_signal_new ("renewed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-system-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, selection);
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, update_stack);
  gtk_widget_class_bind_template_child (widget_class, AetherSystemPage, problem_page);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_update_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_list_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_file_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_import_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_empty_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_demo_clicked);
}

static void
aether_system_page_init (AetherSystemPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry), GTK_WIDGET (self));
}
