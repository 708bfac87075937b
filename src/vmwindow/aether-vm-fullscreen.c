/* aether-vm-fullscreen.c - the machine's window in full screen
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-fullscreen-bar.h"

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_fullscreen_bar_toggle (GTK_WINDOW (widget));
}

static void
fullscreened_cb (AetherVmWindow *self)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    aether_vm_window_toast (self, _("The bar is at the top edge of the screen"));
}

void
aether_vm_fullscreen_init (AetherVmWindow *self)
{
  aether_fullscreen_bar_attach (GTK_WINDOW (self), self->toolbar_view, self->header,
                                self->fullscreen_button);
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (fullscreened_cb), NULL);
}

void
aether_vm_fullscreen_install (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "vm.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F11, 0, "vm.fullscreen", NULL);
}
