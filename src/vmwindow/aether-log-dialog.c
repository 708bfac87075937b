/* aether-log-dialog.c - shows what a machine wrote into its logs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-log-dialog.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The end of a log is what matters, and what a text view can show. */
#define MOST_BYTES (256 * 1024)
#define MOST_LOGS  64

struct _AetherLogDialog
{
  AdwDialog        parent_instance;

  GCancellable    *cancellable;
  GPtrArray       *logs;          /* of char *: text; beside the titles in the drop-down */

  AdwToastOverlay *toasts;
  GtkWidget       *copy_button;
  GtkDropDown     *drop_down;
  GtkStack        *stack;
  AdwStatusPage   *empty_page;
  GtkTextView     *text_view;
  GtkAdjustment   *adjustment;    /* of the text */
  gboolean         end_wanted;    /* of the text, when there is room */
  guint            end_id;
};

G_DEFINE_FINAL_TYPE (AetherLogDialog, aether_log_dialog, ADW_TYPE_DIALOG)

/* What the thread read. */
typedef struct
{
  GPtrArray *titles, *texts;
} Logs;

static void
logs_free (gpointer data)
{
  Logs *logs = data;

  g_clear_pointer (&logs->titles, g_ptr_array_unref);
  g_clear_pointer (&logs->texts, g_ptr_array_unref);
  g_free (logs);
}

static void
logs_add (Logs *logs, const char *title, const char *data, gsize length)
{
  char *text = aether_log_dialog_clean (data, length);

  if (*text == '\0')
    {
      g_free (text);
      return;
    }

  g_ptr_array_add (logs->titles, g_strdup (title));
  g_ptr_array_add (logs->texts, text);
}

/**
 * aether_log_dialog_clean:
 * @data: bytes as a program or a guest wrote them
 * @length: how many
 *
 * Returns: (transfer full): what of it is text: valid UTF-8, no terminal
 *   escapes, no controls but newline and tab
 */
char *
aether_log_dialog_clean (const char *data, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (data, length);
  GString *text = g_string_sized_new (length);

  for (const char *p = valid; *p != '\0'; p++)
    {
      if (*p == '\033' && p[1] == '[')
        {
          /* CSI: parameters up to a final byte in @..~ */
          for (p += 2; *p != '\0' && !(*p >= '@' && *p <= '~'); p++)
            ;
          if (*p == '\0')
            break;
        }
      else if ((guchar) *p >= ' ' || *p == '\n' || *p == '\t')
        {
          if (*p != 0x7f)
            g_string_append_c (text, *p);
        }
    }

  return g_string_free (text, FALSE);
}

/* Reads the end of the file @name in @folder; a link out of the bundle is not followed. */
static void
read_log (Logs *logs, int folder, const char *name)
{
  g_autofree char *data = NULL;
  g_autofd int fd = openat (folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat st;
  gssize length;

  if (fd < 0 || fstat (fd, &st) < 0 || !S_ISREG (st.st_mode))
    return;

  data = g_malloc (MOST_BYTES);
  length = pread (fd, data, MOST_BYTES, MAX (0, (gint64) st.st_size - MOST_BYTES));
  if (length > 0)
    logs_add (logs, name, data, length);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char * const *) a, *(const char * const *) b);
}

static void
read_folder (Logs *logs, const char *path)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  g_autofd int folder = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const char *name;

  while (dir != NULL && names->len < MOST_LOGS && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".log"))
        g_ptr_array_add (names, g_strdup (name));
    }

  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; folder >= 0 && i < names->len; i++)
    read_log (logs, folder, g_ptr_array_index (names, i));
}

static void
load_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(AetherBundle) bundle = aether_bundle_new (task_data);
  g_autofree char *folder = g_build_filename (task_data, "logs", NULL);
  g_autofree char *output = NULL;
  Logs *logs = g_new0 (Logs, 1);

  logs->titles = g_ptr_array_new_with_free_func (g_free);
  logs->texts = g_ptr_array_new_with_free_func (g_free);

  read_folder (logs, folder);
  aether_bundle_get_last_end (bundle, NULL, &output);
  if (output != NULL)
    logs_add (logs, _("The engine’s last words"), output, strlen (output));

  g_task_return_pointer (task, logs, logs_free);
}

static gboolean
end_cb (gpointer user_data)
{
  AetherLogDialog *self = user_data;

  self->end_id = 0;
  gtk_text_view_scroll_mark_onscreen (self->text_view,
                                      gtk_text_buffer_get_insert (gtk_text_view_get_buffer (self->text_view)));

  return G_SOURCE_REMOVE;
}

/* What happened last is what one looks for. A view that is told so before it has a size never again
 * shows the beginning. */
static void
show_end (AetherLogDialog *self)
{
  if (!self->end_wanted || gtk_adjustment_get_page_size (self->adjustment) == 0)
    return;

  self->end_wanted = FALSE;
  if (self->end_id == 0)
    self->end_id = g_idle_add (end_cb, self);
}

static void
on_selected (AetherLogDialog *self)
{
  guint selected = gtk_drop_down_get_selected (self->drop_down);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text_view);
  GtkTextIter end;

  if (self->logs == NULL || selected >= self->logs->len)
    return;

  gtk_text_buffer_set_text (buffer, g_ptr_array_index (self->logs, selected), -1);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_place_cursor (buffer, &end);
  self->end_wanted = TRUE;
  show_end (self);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherLogDialog) self = user_data;
  Logs *logs = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr(GtkStringList) titles = NULL;

  if (logs == NULL)
    return;

  titles = gtk_string_list_new (NULL);
  for (guint i = 0; i < logs->titles->len; i++)
    gtk_string_list_append (titles, g_ptr_array_index (logs->titles, i));

  self->logs = g_steal_pointer (&logs->texts);
  gtk_drop_down_set_model (self->drop_down, G_LIST_MODEL (titles));
  gtk_widget_set_visible (GTK_WIDGET (self->drop_down), self->logs->len > 1);
  gtk_widget_set_sensitive (self->copy_button, self->logs->len > 0);
  gtk_stack_set_visible_child_name (self->stack, self->logs->len > 0 ? "text" : "empty");
  on_selected (self);
  logs_free (logs);
}

static void
on_copy_clicked (AetherLogDialog *self)
{
  guint selected = gtk_drop_down_get_selected (self->drop_down);

  if (self->logs == NULL || selected >= self->logs->len)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), g_ptr_array_index (self->logs, selected));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
aether_log_dialog_dispose (GObject *object)
{
  AetherLogDialog *self = AETHER_LOG_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->end_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_LOG_DIALOG);

  G_OBJECT_CLASS (aether_log_dialog_parent_class)->dispose (object);
}

static void
aether_log_dialog_finalize (GObject *object)
{
  AetherLogDialog *self = AETHER_LOG_DIALOG (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->logs, g_ptr_array_unref);

  G_OBJECT_CLASS (aether_log_dialog_parent_class)->finalize (object);
}

static void
aether_log_dialog_class_init (AetherLogDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_log_dialog_dispose;
  object_class->finalize = aether_log_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-log-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, copy_button);
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, drop_down);
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, empty_page);
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, text_view);
  gtk_widget_class_bind_template_child (widget_class, AetherLogDialog, adjustment);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_selected);
  gtk_widget_class_bind_template_callback (widget_class, show_end);
}

static void
aether_log_dialog_init (AetherLogDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
aether_log_dialog_new (AetherBundle *bundle)
{
  AetherLogDialog *self = g_object_new (AETHER_TYPE_LOG_DIALOG, NULL);
  g_autoptr(GTask) task = g_task_new (NULL, self->cancellable, loaded_cb, g_object_ref (self));

  g_task_set_source_tag (task, aether_log_dialog_new);
  g_task_set_task_data (task, g_strdup (aether_bundle_get_path (bundle)), g_free);
  g_task_run_in_thread (task, load_thread);

  return ADW_DIALOG (self);
}
