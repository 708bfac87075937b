/* aether-vm-curtain.c - in front of a picture that is not live: why, and what to do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-curtain.h"

struct _AetherVmCurtain
{
  AdwBin     parent_instance;

  GtkWidget *spinner;
  GtkImage  *icon;
  GtkLabel  *title;
  GtkLabel  *description;
  GtkProgressBar *progress;
  GtkButton *button;
  GtkButton *details_button;
};

G_DEFINE_FINAL_TYPE (AetherVmCurtain, aether_vm_curtain, ADW_TYPE_BIN)

static void
set_label (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static void
set_button (GtkButton *button, const char *label, const char *action)
{
  gtk_widget_set_visible (GTK_WIDGET (button), label != NULL);
  if (label)
    gtk_button_set_label (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

/**
 * aether_vm_curtain_draw:
 *
 * Covers what is behind. A button that is there can be pressed by Return.
 */
void
aether_vm_curtain_draw (AetherVmCurtain *self, const AetherVmCurtainText *text)
{
  gtk_widget_set_visible (self->spinner, text->icon == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), text->icon != NULL);
  gtk_image_set_from_icon_name (self->icon, text->icon);
  set_label (self->title, text->title);
  set_label (self->description, text->description);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), text->progress != NULL);
  gtk_progress_bar_set_text (self->progress, text->progress);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (text->fraction, 0, 1));
  set_button (self->button, text->button, text->action);
  set_button (self->details_button, text->details, text->details_action);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
aether_vm_curtain_open (AetherVmCurtain *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static gboolean
aether_vm_curtain_grab_focus (GtkWidget *widget)
{
  AetherVmCurtain *self = AETHER_VM_CURTAIN (widget);

  if (gtk_widget_get_visible (GTK_WIDGET (self->button)))
    return gtk_widget_grab_focus (GTK_WIDGET (self->button));

  return gtk_widget_get_visible (GTK_WIDGET (self->details_button)) &&
         gtk_widget_grab_focus (GTK_WIDGET (self->details_button));
}

static void
aether_vm_curtain_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), AETHER_TYPE_VM_CURTAIN);

  G_OBJECT_CLASS (aether_vm_curtain_parent_class)->dispose (object);
}

static void
aether_vm_curtain_class_init (AetherVmCurtainClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_vm_curtain_dispose;
  widget_class->grab_focus = aether_vm_curtain_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/aether/Aether/ui/aether-vm-curtain.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, spinner);
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, icon);
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, title);
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, description);
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, progress);
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmCurtain, details_button);
}

/* Every window with a picture has a curtain: it brings the style that they share. */
static void
add_style (GdkDisplay *display)
{
  static const char key[] = "aether-vm-window-style";
  GtkCssProvider *provider;

  if (g_object_get_data (G_OBJECT (display), key))
    return;

  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/org/aether/Aether/ui/vmwindow.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  g_object_set_data_full (G_OBJECT (display), key, provider, g_object_unref);
}

static void
aether_vm_curtain_init (AetherVmCurtain *self)
{
  add_style (gtk_widget_get_display (GTK_WIDGET (self)));
  gtk_widget_init_template (GTK_WIDGET (self));
}
