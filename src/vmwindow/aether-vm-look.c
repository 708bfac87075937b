/* aether-vm-look.c - how the picture is shown: the menu "View", remembered per machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include "aether-settings.h"

#define SCHEMA "org.aether.Aether.Machine"
#define PATH "/org/aether/Aether/machines/%s/"

static const char *const choices[] = { "scaling", "filter", "resizes-guest" };

/* Returns: (nullable): where the schema is not installed, nothing is remembered */
GSettings *
aether_vm_look_open_settings (AetherBundle *bundle)
{
  const char *uuid = aether_bundle_get_uuid (bundle);
  g_autofree char *path = uuid ? g_strdup_printf (PATH, uuid) : NULL;

  return path ? aether_settings_new_at (SCHEMA, path) : NULL;
}

/* How much of the screen a window takes at most without being asked to */
#define LARGEST_PART 0.9

/* A window manager that places a new window tells its size late, which undoes what was
 * asked for meanwhile: for so long it is looked whether the window has its old size again. */
#define FIT_PATIENCE (3 * G_USEC_PER_SEC)
#define FIT_PAUSE    (G_USEC_PER_SEC / 3)
#define FIT_TRIES    4

/* The window around the picture keeps its size: its bar, and what frames it. */
static void
fit_window (AetherVmWindow *self, int width, int height)
{
  GtkWidget *window = GTK_WIDGET (self), *view = GTK_WIDGET (self->view);
  GdkMonitor *monitor = gdk_display_get_monitor_at_surface (gtk_widget_get_display (window),
                                                            gtk_native_get_surface (GTK_NATIVE (window)));
  GdkRectangle screen = { 0, 0, G_MAXINT, G_MAXINT };
  int default_width, default_height;

  if (monitor)
    gdk_monitor_get_geometry (monitor, &screen);
  gtk_window_get_default_size (GTK_WINDOW (self), &default_width, &default_height);
  width += default_width - gtk_widget_get_width (view);
  height += default_height - gtk_widget_get_height (view);
  if (width <= screen.width * LARGEST_PART && height <= screen.height * LARGEST_PART)
    gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

static gboolean
fit_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  AetherVmWindow *self = user_data;
  gint64 waited = gdk_frame_clock_get_frame_time (clock) - self->fit_time;
  int width, height;

  gtk_widget_measure (view, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  if (width < 1 || height < 1 || gtk_widget_get_width (view) < 1)
    return G_SOURCE_CONTINUE;   /* the picture is about to be read */

  if (gtk_window_is_maximized (GTK_WINDOW (self)) || gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return G_SOURCE_REMOVE;
  if (self->fit_tries > 0 && waited < FIT_PAUSE)
    return G_SOURCE_CONTINUE;
  if (self->fit_tries > 0 && (gtk_widget_get_width (view) != self->unfit_width ||
                              gtk_widget_get_height (view) != self->unfit_height))
    return waited < FIT_PATIENCE;
  if (self->fit_tries == FIT_TRIES)
    return G_SOURCE_REMOVE;

  self->unfit_width = gtk_widget_get_width (view);
  self->unfit_height = gtk_widget_get_height (view);
  fit_window (self, width, height);
  self->fit_tries++;
  self->fit_time = gdk_frame_clock_get_frame_time (clock);
  return G_SOURCE_CONTINUE;
}

static void
begin_fit (AetherVmWindow *self)
{
  self->to_be_fitted = FALSE;
  gtk_widget_add_tick_callback (GTK_WIDGET (self->view), fit_cb, self, NULL);
}

static void
first_damage_cb (AetherFramebuffer *framebuffer, AetherVmWindow *self)
{
  g_signal_handlers_disconnect_by_func (framebuffer, first_damage_cb, self);
  if (self->to_be_fitted)
    begin_fit (self);
}

/* The first window of a machine whose screen has a size of its own shows that
 * size; other machines paint as large as their window is. */
void
aether_vm_look_update (AetherVmWindow *self)
{
  AetherDisplaySource *source = aether_vm_link_get_source (self->link);
  AetherFramebuffer *framebuffer = source ? aether_display_source_get_framebuffer (source) : NULL;

  if (!self->to_be_fitted || framebuffer == NULL)
    return;

  /* it may have come before we looked */
  if (aether_framebuffer_has_picture (framebuffer))
    begin_fit (self);
  else if (!g_signal_handler_find (framebuffer, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                   first_damage_cb, self))
    g_signal_connect_object (framebuffer, "damaged", G_CALLBACK (first_damage_cb), self, G_CONNECT_DEFAULT);
}

/* A second way that only QEMU has */
static gboolean
has_vnc (AetherVmWindow *self)
{
  return aether_vm_window_uses (self, "qemu.accelerator");
}

/* Place is not among it: on Wayland no program knows where its windows are. */
static void
remember (AetherVmWindow *self, GSettings *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    g_settings_bind (settings, choices[i], self->view, choices[i], G_SETTINGS_BIND_DEFAULT);

  /* It may have been QEMU's machine when VNC was chosen. */
  if (!has_vnc (self))
    {
      g_autofree char *way = g_settings_get_string (settings, "way");

      if (g_str_equal (way, "vnc"))
        g_settings_reset (settings, "way");
    }
  g_settings_bind (settings, "way", self->link, "way", G_SETTINGS_BIND_DEFAULT);

  g_settings_bind (settings, "width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "fullscreen", self, "fullscreened", G_SETTINGS_BIND_DEFAULT);
}

/* The actions are the view's properties, so a menu always shows what is so. */
void
aether_vm_look_init (AetherVmWindow *self)
{
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr(GPropertyAction) way = g_property_action_new ("way", self->link, "way");
  g_autoptr(GSettings) settings = aether_vm_look_open_settings (aether_vm_link_get_bundle (self->link));

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    {
      g_autoptr(GPropertyAction) action = g_property_action_new (choices[i], self->view, choices[i]);

      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (way));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view", G_ACTION_GROUP (group));

  if (!has_vnc (self))
    g_menu_remove_all (self->vnc_way);

  if (settings)
    {
      g_autoptr(GVariant) width = g_settings_get_user_value (settings, "width");

      self->to_be_fitted = width == NULL && !aether_vm_window_uses (self, "displays.width");
      remember (self, settings);
    }
}

void
aether_vm_look_install (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, AetherVmWindow, vnc_way);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_0, GDK_CONTROL_MASK, "view.scaling",
                                       "s", "fit");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_1, GDK_CONTROL_MASK, "view.scaling",
                                       "s", "pixels");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_2, GDK_CONTROL_MASK, "view.scaling",
                                       "s", "integer");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_9, GDK_CONTROL_MASK, "view.resizes-guest",
                                       NULL);
}
