/* aether-serial-window.c - the serial ports of a machine, a page each
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-serial-window.h"

#include <glib/gi18n.h>

#include "aether-menu-names.h"
#include "aether-serial-terminal.h"

struct _AetherSerialWindow
{
  AdwWindow              parent_instance;

  AetherVmLink          *link;
  GPtrArray             *terminals;     /* not owned: in the stack */

  AdwWindowTitle        *window_title;
  GtkMenuButton         *menu_button;
  AdwInlineViewSwitcher *switcher;
  AdwBanner             *banner;
  AdwViewStack          *stack;
};

G_DEFINE_FINAL_TYPE (AetherSerialWindow, aether_serial_window, ADW_TYPE_WINDOW)

static GtkWidget *
get_terminal (AetherSerialWindow *self)
{
  GtkWidget *page = adw_view_stack_get_visible_child (self->stack);

  return page ? gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (page)) : NULL;
}

/* "terminal.X" of the window is "serial.X" of the terminal in view. */
static void
forward_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *terminal = get_terminal (AETHER_SERIAL_WINDOW (widget));
  g_autofree char *action = g_strconcat ("serial.", name + strlen ("terminal."), NULL);

  if (terminal == NULL)
    return;

  gtk_widget_activate_action_variant (terminal, action, NULL);
  gtk_widget_grab_focus (terminal);
}

static void
update_banner (AetherSerialWindow *self)
{
  GtkWidget *terminal = get_terminal (self);
  gboolean connected = terminal && aether_serial_terminal_is_connected (AETHER_SERIAL_TERMINAL (terminal));

  adw_banner_set_revealed (self->banner, terminal && !connected && aether_vm_link_get_client (self->link) == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "terminal.paste", connected);
}

static void
on_page_changed (AetherSerialWindow *self)
{
  GtkWidget *terminal = get_terminal (self);

  if (terminal)
    gtk_widget_grab_focus (terminal);
  update_banner (self);
}

static void
add_terminal (AetherSerialWindow *self, guint port)
{
  AetherSerialTerminal *terminal = aether_serial_terminal_new (port);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  g_autofree char *title = g_strdup_printf (_("Port %u"), port + 1);
  /* Translators: for screen readers; the number of a serial port, the name of a machine */
  g_autofree char *label = g_strdup_printf (_("Serial port %u of %s"), port + 1,
                                            aether_bundle_get_name (aether_vm_link_get_bundle (self->link)));

  gtk_accessible_update_property (GTK_ACCESSIBLE (terminal), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (terminal));
  adw_view_stack_add_titled (self->stack, scrolled, NULL, title);
  g_signal_connect_object (terminal, "notify::connected", G_CALLBACK (update_banner), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->terminals, terminal);
}

static void
link_changed_cb (AetherSerialWindow *self)
{
  AetherClient *client = aether_vm_link_get_client (self->link);
  const char *name = aether_bundle_get_name (aether_vm_link_get_bundle (self->link));
  g_autofree char *title = NULL;

  /* Translators: a window's title; the name of a machine */
  title = g_strdup_printf (_("%s: serial"), name);
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_window_title_set_title (self->window_title, name);
  adw_window_title_set_subtitle (self->window_title, _("Serial terminal"));

  for (guint port = self->terminals->len; client && port < aether_client_get_n_serials (client); port++)
    add_terminal (self, port);
  for (guint i = 0; i < self->terminals->len; i++)
    aether_serial_terminal_set_client (self->terminals->pdata[i],
                                       client && i < aether_client_get_n_serials (client) ? client : NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->switcher), self->terminals->len > 1);
  update_banner (self);
}

static void
aether_serial_window_dispose (GObject *object)
{
  AetherSerialWindow *self = AETHER_SERIAL_WINDOW (object);

  if (self->link)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  g_ptr_array_set_size (self->terminals, 0);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_SERIAL_WINDOW);

  G_OBJECT_CLASS (aether_serial_window_parent_class)->dispose (object);
}

static void
aether_serial_window_finalize (GObject *object)
{
  g_ptr_array_unref (AETHER_SERIAL_WINDOW (object)->terminals);

  G_OBJECT_CLASS (aether_serial_window_parent_class)->finalize (object);
}

static void
aether_serial_window_class_init (AetherSerialWindowClass *klass)
{
  static const char * const actions[] = {
    "terminal.copy", "terminal.paste", "terminal.zoom-in", "terminal.zoom-out", "terminal.zoom-normal",
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = aether_serial_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = aether_serial_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-serial-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherSerialWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, AetherSerialWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AetherSerialWindow, switcher);
  gtk_widget_class_bind_template_child (widget_class, AetherSerialWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, AetherSerialWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, on_page_changed);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i], NULL, forward_action);
}

static void
aether_serial_window_init (AetherSerialWindow *self)
{
  self->terminals = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_menu_names_attach (self->menu_button);
}

GtkWindow *
aether_serial_window_new (AetherVmLink *link)
{
  AetherSerialWindow *self = g_object_new (AETHER_TYPE_SERIAL_WINDOW, NULL);

  self->link = g_object_ref (link);
  g_signal_connect_swapped (link, "changed", G_CALLBACK (link_changed_cb), self);
  link_changed_cb (self);

  return GTK_WINDOW (self);
}
