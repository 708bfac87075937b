/* aether-vm-output.c - the last lines an engine wrote, for those who want them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-output.h"

struct _AetherVmOutput
{
  AdwDialog    parent_instance;

  GtkTextView *text;
};

G_DEFINE_FINAL_TYPE (AetherVmOutput, aether_vm_output, ADW_TYPE_DIALOG)

static void
copy_cb (AetherVmOutput *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  g_autofree char *output = NULL;

  g_object_get (buffer, "text", &output, NULL);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), output);
}

static void
aether_vm_output_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), AETHER_TYPE_VM_OUTPUT);

  G_OBJECT_CLASS (aether_vm_output_parent_class)->dispose (object);
}

static void
aether_vm_output_class_init (AetherVmOutputClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_vm_output_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/aether/Aether/ui/aether-vm-output.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherVmOutput, text);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
aether_vm_output_init (AetherVmOutput *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
aether_vm_output_new (const char *output)
{
  AetherVmOutput *self = g_object_new (AETHER_TYPE_VM_OUTPUT, NULL);
  g_autofree char *valid = g_utf8_make_valid (output, -1);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), valid, -1);
  return ADW_DIALOG (self);
}
