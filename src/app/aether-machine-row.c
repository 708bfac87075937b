/* aether-machine-row.c - one machine in the library list
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-machine-row.h"

#include <glib/gi18n.h>

#include "aether-os-logo.h"
#include "aether-thumbnail.h"
#include "aether-words.h"

#define PICTURE_WIDTH  64
#define PICTURE_HEIGHT 40
/* "Running, 2 min" and the picture of a machine that runs may lag by so much */
#define REFRESH_SECONDS 20

struct _AetherMachineRow
{
  GtkWidget     parent_instance;

  AetherBundle *bundle;
  GtkListItem  *item;          /* not owned: it owns us */
  GCancellable *cancellable;   /* of the picture that is loading */
  guint         refresh_id;

  GtkWidget    *pictures;      /* around the next three: one of them shows */
  GtkWidget    *icon;
  GtkWidget    *logo;
  GtkWidget    *picture;
  GtkWidget    *labels;
  GtkLabel     *name_label;
  GtkLabel     *state_label;
  GtkWidget    *button;
};

G_DEFINE_FINAL_TYPE (AetherMachineRow, aether_machine_row, GTK_TYPE_WIDGET)

static void
show_button (AetherMachineRow *self)
{
  const char *name = aether_bundle_get_name (self->bundle);
  const char *icon = NULL, *action = NULL, *tip = NULL;
  g_autofree char *label = NULL;

  switch (aether_bundle_get_state (self->bundle))
    {
    case AETHER_STATE_STOPPED:
      if (aether_bundle_get_problem (self->bundle) != NULL)
        break;
      icon = "media-playback-start-symbolic";
      action = "machine.start";
      tip = aether_bundle_get_suspended (self->bundle) ? _("Resume") : _("Start");
      /* Translators: %s is a machine's name; read out by screen readers */
      label = g_strdup_printf (aether_bundle_get_suspended (self->bundle) ? _("Resume %s") : _("Start %s"), name);
      break;

    case AETHER_STATE_RUNNING:
      icon = "media-playback-pause-symbolic";
      action = "machine.pause";
      tip = _("Pause");
      /* Translators: %s is a machine's name; read out by screen readers */
      label = g_strdup_printf (_("Pause %s"), name);
      break;

    case AETHER_STATE_PAUSED:
      icon = "media-playback-start-symbolic";
      action = "machine.resume";
      tip = _("Resume");
      /* Translators: %s is a machine's name; read out by screen readers */
      label = g_strdup_printf (_("Resume %s"), name);
      break;

    case AETHER_STATE_STARTING:
    case AETHER_STATE_STOPPING:
    default:
      break;
    }

  gtk_widget_set_visible (self->button, icon != NULL);
  if (icon == NULL)
    return;

  gtk_button_set_icon_name (GTK_BUTTON (self->button), icon);
  gtk_widget_set_tooltip_text (self->button, tip);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", aether_bundle_get_path (self->bundle));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
show_state (AetherMachineRow *self)
{
  const char *name = aether_bundle_get_name (self->bundle);
  g_autofree char *state = NULL;

  if (aether_bundle_get_problem (self->bundle) != NULL)
    state = g_strdup (_("Cannot be read"));
  else
    state = aether_words_machine (self->bundle, g_get_real_time () / G_USEC_PER_SEC);

  gtk_label_set_text (self->name_label, name);
  gtk_label_set_text (self->state_label, state);

  if (self->item != NULL)
    {
      gtk_list_item_set_accessible_label (self->item, name);
      gtk_list_item_set_accessible_description (self->item, state);
    }
}

static void
show_picture (AetherMachineRow *self, GdkPaintable *paintable)
{
  gboolean off = aether_bundle_get_state (self->bundle) == AETHER_STATE_STOPPED;
  gboolean known = aether_os_logo_knows (aether_bundle_get_os (self->bundle));

  aether_os_logo_set_os (AETHER_OS_LOGO (self->logo), aether_bundle_get_os (self->bundle));
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), paintable);
  gtk_widget_set_visible (self->picture, paintable != NULL);
  gtk_widget_set_visible (self->logo, paintable == NULL && known);
  gtk_widget_set_visible (self->icon, paintable == NULL && !known);

  if (off)
    gtk_widget_add_css_class (self->picture, "off");
  else
    gtk_widget_remove_css_class (self->picture, "off");
}

static void
picture_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMachineRow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GdkTexture) texture = aether_thumbnail_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->cancellable);
  show_picture (self, GDK_PAINTABLE (texture));
}

static void
load_picture (AetherMachineRow *self)
{
  g_autofree char *path = g_build_filename (aether_bundle_get_path (self->bundle), "thumbnail.png", NULL);
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  self->cancellable = g_cancellable_new ();
  aether_thumbnail_load_async (path, PICTURE_WIDTH * scale * 2, PICTURE_HEIGHT * scale * 2, self->cancellable,
                               picture_cb, g_object_ref (self));
}

static void
notify_cb (AetherMachineRow *self, GParamSpec *pspec, AetherBundle *bundle)
{
  show_state (self);
  show_button (self);
  if (g_str_equal (pspec->name, "state") || g_str_equal (pspec->name, "os"))
    load_picture (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  AetherMachineRow *self = user_data;

  if (self->bundle == NULL)
    return G_SOURCE_CONTINUE;

  show_state (self);
  if (aether_bundle_get_state (self->bundle) == AETHER_STATE_RUNNING)
    load_picture (self);

  return G_SOURCE_CONTINUE;
}

static void
on_released (AetherMachineRow *self)
{
  guint position = self->item != NULL ? gtk_list_item_get_position (self->item) : GTK_INVALID_LIST_POSITION;

  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self), "list.activate-item", "u", position);
}

static void
aether_machine_row_map (GtkWidget *widget)
{
  AetherMachineRow *self = AETHER_MACHINE_ROW (widget);

  GTK_WIDGET_CLASS (aether_machine_row_parent_class)->map (widget);

  refresh_cb (self);
  self->refresh_id = g_timeout_add_seconds (REFRESH_SECONDS, refresh_cb, self);
}

static void
aether_machine_row_unmap (GtkWidget *widget)
{
  AetherMachineRow *self = AETHER_MACHINE_ROW (widget);

  g_clear_handle_id (&self->refresh_id, g_source_remove);

  GTK_WIDGET_CLASS (aether_machine_row_parent_class)->unmap (widget);
}

static void
aether_machine_row_dispose (GObject *object)
{
  AetherMachineRow *self = AETHER_MACHINE_ROW (object);

  aether_machine_row_unbind (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_MACHINE_ROW);

  G_OBJECT_CLASS (aether_machine_row_parent_class)->dispose (object);
}

static void
aether_machine_row_class_init (AetherMachineRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (AETHER_TYPE_OS_LOGO);
  object_class->dispose = aether_machine_row_dispose;
  widget_class->map = aether_machine_row_map;
  widget_class->unmap = aether_machine_row_unmap;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-machine-row.ui");
  gtk_widget_class_set_css_name (widget_class, "machine-row");
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, pictures);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, icon);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, logo);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, picture);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, labels);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, AetherMachineRow, button);
  gtk_widget_class_bind_template_callback (widget_class, on_released);
}

static void
aether_machine_row_init (AetherMachineRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * aether_machine_row_bind:
 * @self: an unbound row
 * @bundle: what to show; followed until aether_machine_row_unbind()
 * @item: (nullable): the list item that holds @self
 */
void
aether_machine_row_bind (AetherMachineRow *self, AetherBundle *bundle, GtkListItem *item)
{
  g_return_if_fail (AETHER_IS_MACHINE_ROW (self));
  g_return_if_fail (self->bundle == NULL);

  self->bundle = g_object_ref (bundle);
  self->item = item;
  g_signal_connect_object (bundle, "notify", G_CALLBACK (notify_cb), self, G_CONNECT_SWAPPED);

  show_state (self);
  show_button (self);
  show_picture (self, NULL);
  load_picture (self);
}

/**
 * aether_machine_row_unbind:
 * @self: a row; nothing happens when it is not bound
 */
void
aether_machine_row_unbind (AetherMachineRow *self)
{
  g_return_if_fail (AETHER_IS_MACHINE_ROW (self));

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  if (self->bundle != NULL)
    g_signal_handlers_disconnect_by_data (self->bundle, self);
  g_clear_object (&self->bundle);
  self->item = NULL;
}

GtkWidget *
aether_machine_row_new (void)
{
  return g_object_new (AETHER_TYPE_MACHINE_ROW, NULL);
}
