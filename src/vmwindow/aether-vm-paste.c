/* aether-vm-paste.c - types a text for machines that have no clipboard
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-paste.h"

#include <glib/gi18n.h>
#include <string.h>

#include "aether-layout.h"

#define MOST_TEXT (256 << 10)   /* bytes; half an hour of typing */
#define PART      24            /* characters typed between two steps of the bar */

struct _AetherVmPaste
{
  AdwDialog        parent_instance;

  GtkStack        *stack;
  GtkTextView     *text;
  GtkButton       *type_button;
  GtkButton       *stop_button;
  AdwBanner       *problem;
  AdwComboRow     *layout_row;
  GtkProgressBar  *progress;

  AetherClient    *client;
  GCancellable    *reading;      /* the clipboard */
  GCancellable    *typing;       /* (nullable) */
  GPtrArray       *layouts;      /* of AetherLayoutInfo, in the order of the row */
  char            *layout_name;
  AetherLayout    *layout;       /* (nullable) */
  char            *typed;        /* all of it */
  const char      *next;
};

G_DEFINE_FINAL_TYPE (AetherVmPaste, aether_vm_paste, ADW_TYPE_DIALOG)

enum { PROP_0, PROP_LAYOUT, N_PROPS };
static GParamSpec *props[N_PROPS];

static char *
get_text (AetherVmPaste *self)
{
  char *text;

  g_object_get (gtk_text_view_get_buffer (self->text), "text", &text, NULL);
  return text;
}

static void
show_problem (AetherVmPaste *self, const char *sentence)
{
  adw_banner_set_title (self->problem, sentence ? sentence : "");
  adw_banner_set_revealed (self->problem, sentence != NULL);
}

/* What cannot be typed is said before. */
static void
check (AetherVmPaste *self)
{
  g_autofree char *text = get_text (self);
  g_autofree char *missing = self->layout ? aether_layout_find_missing (self->layout, text) : NULL;
  g_autofree char *sentence = NULL;

  if (self->layout == NULL)
    sentence = g_strdup (_("This keyboard layout is not known here. Choose another one."));
  else if (missing)
    /* Translators: characters, with spaces between */
    sentence = g_strdup_printf (_("No key of this keyboard types: %s"), missing);
  else if (strlen (text) > MOST_TEXT)
    sentence = g_strdup_printf (_("The text is too long: at most %d KB can be typed at once."),
                                MOST_TEXT >> 10);

  show_problem (self, sentence);
  gtk_widget_set_sensitive (GTK_WIDGET (self->type_button), *text && sentence == NULL);
}

static void
set_layout (AetherVmPaste *self, const char *name)
{
  if (self->layout && g_strcmp0 (self->layout_name, name) == 0)
    return;

  g_set_str (&self->layout_name, name);
  g_clear_pointer (&self->layout, aether_layout_free);
  self->layout = aether_layout_new (name, NULL);
  for (guint i = 0; i < self->layouts->len; i++)
    if (g_str_equal (((AetherLayoutInfo *) self->layouts->pdata[i])->name, name))
      adw_combo_row_set_selected (self->layout_row, i);
  check (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LAYOUT]);
}

static void
layout_selected_cb (AetherVmPaste *self)
{
  guint i = adw_combo_row_get_selected (self->layout_row);

  if (self->layouts && i < self->layouts->len)
    set_layout (self, ((AetherLayoutInfo *) self->layouts->pdata[i])->name);
}

/* Typing: a part, the bar, the next part. Each step comes when the machine has
 * had the one before. */

static void type_part (AetherVmPaste *self);

static void
typing_over (AetherVmPaste *self, GError *error)
{
  g_autofree char *rest = NULL;

  g_clear_object (&self->typing);
  if (error == NULL)
    {
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }

  /* What is left can be typed later, or elsewhere. */
  rest = g_strdup (self->next);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), rest, -1);
  adw_dialog_set_can_close (ADW_DIALOG (self), TRUE);
  gtk_stack_set_visible_child_name (self->stack, "edit");
  gtk_widget_grab_focus (GTK_WIDGET (self->text));
  show_problem (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                      ? _("Stopped. This is left to type, and a few characters before it.")
                      : error->message);
}

static void
part_typed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmPaste) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    {
      /* After dispose there is nobody to tell */
      if (self->typing)
        typing_over (self, error);
      return;
    }
  if (self->typing == NULL)
    return;

  for (guint i = 0; i < PART && *self->next; i++)
    self->next = g_utf8_next_char (self->next);
  gtk_progress_bar_set_fraction (self->progress,
                                 (double) (self->next - self->typed) / strlen (self->typed));
  if (*self->next)
    type_part (self);
  else
    typing_over (self, NULL);
}

static void
type_part (AetherVmPaste *self)
{
  const char *end = self->next;
  g_autofree char *part = NULL;

  for (guint i = 0; i < PART && *end; i++)
    end = g_utf8_next_char (end);
  part = g_strndup (self->next, end - self->next);
  aether_client_type_text_in_layout_async (self->client, part, self->layout_name, self->typing,
                                           part_typed_cb, g_object_ref (self));
}

/* A clipboard's line ends may be those of Windows; a part must not begin amid one. */
static char *
with_plain_line_ends (const char *text)
{
  g_autoptr(GString) string = g_string_new (text);

  g_string_replace (string, "\r\n", "\n", 0);
  return g_string_free_and_steal (g_steal_pointer (&string));
}

static void
type_cb (AetherVmPaste *self)
{
  g_autofree char *text = get_text (self);

  if (self->typing || !gtk_widget_get_sensitive (GTK_WIDGET (self->type_button)))
    return;

  g_free (self->typed);
  self->typed = with_plain_line_ends (text);
  self->next = self->typed;
  self->typing = g_cancellable_new ();
  gtk_progress_bar_set_fraction (self->progress, 0);
  adw_dialog_set_can_close (ADW_DIALOG (self), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "typing");
  gtk_widget_grab_focus (GTK_WIDGET (self->stop_button));
  type_part (self);
}

static void
stop_cb (AetherVmPaste *self)
{
  g_cancellable_cancel (self->typing);
}

static void
cancel_cb (AetherVmPaste *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* Esc */
static void
aether_vm_paste_close_attempt (AdwDialog *dialog)
{
  stop_cb (AETHER_VM_PASTE (dialog));
}

/* The clipboard */

void
aether_vm_paste_set_text (AetherVmPaste *self, const char *text)
{
  g_autofree char *cut = g_strndup (text, MIN (strlen (text), MOST_TEXT + 1));
  g_autofree char *valid = g_utf8_make_valid (cut, -1);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), valid, -1);
}

static void
clipboard_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmPaste) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (object), result, NULL);
  g_autofree char *written = NULL;

  /* No text there, or no dialog any more, or somebody already wrote one */
  if (text == NULL || self->reading == NULL || g_cancellable_is_cancelled (self->reading))
    return;

  written = get_text (self);
  if (*written == '\0')
    aether_vm_paste_set_text (self, text);
}

static void
fill_layouts (AetherVmPaste *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr(GtkExpression) expression =
    gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");
  g_autoptr(GPtrArray) layouts = aether_layout_list ();

  for (guint i = 0; i < layouts->len; i++)
    gtk_string_list_append (names, ((AetherLayoutInfo *) layouts->pdata[i])->description);
  adw_combo_row_set_expression (self->layout_row, expression);
  adw_combo_row_set_model (self->layout_row, G_LIST_MODEL (names));
  self->layouts = g_steal_pointer (&layouts);
}

static void
aether_vm_paste_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_LAYOUT)
    g_value_set_string (value, AETHER_VM_PASTE (object)->layout_name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
aether_vm_paste_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_LAYOUT)
    set_layout (AETHER_VM_PASTE (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
aether_vm_paste_dispose (GObject *object)
{
  AetherVmPaste *self = AETHER_VM_PASTE (object);

  g_cancellable_cancel (self->reading);
  g_cancellable_cancel (self->typing);
  g_clear_object (&self->reading);
  g_clear_object (&self->typing);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_VM_PASTE);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (aether_vm_paste_parent_class)->dispose (object);
}

static void
aether_vm_paste_finalize (GObject *object)
{
  AetherVmPaste *self = AETHER_VM_PASTE (object);

  g_clear_pointer (&self->layouts, g_ptr_array_unref);
  g_clear_pointer (&self->layout, aether_layout_free);
  g_free (self->layout_name);
  g_free (self->typed);

  G_OBJECT_CLASS (aether_vm_paste_parent_class)->finalize (object);
}

static void
aether_vm_paste_class_init (AetherVmPasteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_vm_paste_dispose;
  object_class->finalize = aether_vm_paste_finalize;
  object_class->get_property = aether_vm_paste_get_property;
  object_class->set_property = aether_vm_paste_set_property;
  ADW_DIALOG_CLASS (klass)->close_attempt = aether_vm_paste_close_attempt;

  props[PROP_LAYOUT] = g_param_spec_string ("layout", NULL, NULL, AETHER_LAYOUT_DEFAULT,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                            G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/aether/Aether/ui/aether-vm-paste.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, stack);
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, text);
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, type_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, stop_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, problem);
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, layout_row);
  gtk_widget_class_bind_template_child (widget_class, AetherVmPaste, progress);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, layout_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, type_cb);
}

static void
aether_vm_paste_init (AetherVmPaste *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->reading = g_cancellable_new ();
  fill_layouts (self);
  set_layout (self, AETHER_LAYOUT_DEFAULT);
  g_signal_connect_object (gtk_text_view_get_buffer (self->text), "changed", G_CALLBACK (check),
                           self, G_CONNECT_SWAPPED);
}

AetherVmPaste *
aether_vm_paste_new (AetherClient *client)
{
  AetherVmPaste *self = g_object_new (AETHER_TYPE_VM_PASTE, NULL);

  self->client = g_object_ref (client);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->reading,
                                 clipboard_read_cb, g_object_ref (self));

  return self;
}
