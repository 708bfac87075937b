/* aether-vm-window.c - the window of one machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window-private.h"

#include <glib/gi18n.h>

#include "aether-menu-names.h"
#include "aether-store.h"
#include "aether-vm-output.h"

#define THUMBNAIL_MAX  (4 << 20)   /* bytes */
#define THUMBNAIL_SIDE 4096        /* pixels */

G_DEFINE_FINAL_TYPE (AetherVmWindow, aether_vm_window, ADW_TYPE_APPLICATION_WINDOW)

const char *
aether_vm_window_get_name (AetherVmWindow *self)
{
  return aether_bundle_get_name (aether_vm_link_get_bundle (self->link));
}

/* What the machine does, as far as the window knows. */
AetherState
aether_vm_window_get_state (AetherVmWindow *self)
{
  AetherClient *client = aether_vm_link_get_client (self->link);

  if (client)
    return aether_client_get_state (client);

  return aether_vm_link_get_state (self->link) == AETHER_VM_LINK_STARTING ? AETHER_STATE_STARTING
                                                                        : AETHER_STATE_STOPPED;
}

gboolean
aether_vm_window_uses (AetherVmWindow *self, const char *key)
{
  return self->engine == NULL || aether_engine_uses (self->engine, key);
}

void
aether_vm_window_toast (AetherVmWindow *self, const char *sentence)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (sentence));
}

void
aether_vm_window_show_error (AetherVmWindow *self, const char *heading_format, GError *error)
{
  g_autofree char *heading = NULL;
  AdwDialog *dialog;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  heading = g_strdup_printf (heading_format, aether_vm_window_get_name (self));
  dialog = adw_alert_dialog_new (heading, error->message);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* Following the link */

static const char *
say_state (AetherVmWindow *self)
{
  if (aether_vm_suspend_is_saved (self))
    return _("Suspended");
  if (aether_vm_suspend_is_saving (self))
    return _("Suspending…");

  switch (aether_vm_window_get_state (self))
    {
    case AETHER_STATE_STARTING:
      return aether_vm_link_get_resuming (self->link) ? _("Resuming…") : _("Starting…");
    case AETHER_STATE_RUNNING:  return _("Running");
    case AETHER_STATE_PAUSED:   return _("Paused");
    case AETHER_STATE_STOPPING: return _("Shutting down…");
    case AETHER_STATE_STOPPED:
    default:                    return _("Off");
    }
}

static void
update_view (AetherVmWindow *self)
{
  AetherDisplaySource *source = aether_vm_link_get_source (self->link);
  gboolean running = source && aether_vm_window_get_state (self) != AETHER_STATE_PAUSED;

  aether_display_view_set_framebuffer (self->view,
                                       source ? aether_display_source_get_framebuffer (source) : NULL);
  aether_display_view_set_sink (self->view, running ? AETHER_INPUT_SINK (source) : NULL);
}

static void
update_title (AetherVmWindow *self)
{
  g_autofree char *screen = NULL;

  gtk_window_set_title (GTK_WINDOW (self), aether_vm_window_get_name (self));
  adw_window_title_set_title (self->window_title, aether_vm_window_get_name (self));
  adw_window_title_set_subtitle (self->window_title, say_state (self));

  /* Translators: for screen readers; the name of a machine */
  screen = g_strdup_printf (_("Screen of %s"), aether_vm_window_get_name (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  screen, -1);
}

static void
follow_client (AetherVmWindow *self, AetherClient *client)
{
  if (self->client == client)
    return;

  if (self->client)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_set_object (&self->client, client);
  aether_vm_notices_follow (self, client);
}

static void
link_changed_cb (AetherVmWindow *self)
{
  AetherVmLinkState state = aether_vm_link_get_state (self->link);

  follow_client (self, aether_vm_link_get_client (self->link));
  update_title (self);
  update_view (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "vm.show-here",
                                 state == AETHER_VM_LINK_ELSEWHERE ||
                                 state == AETHER_VM_LINK_BROKEN);
  aether_vm_look_update (self);
  aether_vm_clipboard_update (self);
  aether_vm_sound_update (self);
  aether_vm_power_update (self);
  aether_vm_suspend_update (self);
  aether_vm_picture_update (self);
  aether_vm_keys_update (self);
  aether_vm_screens_update (self);
  aether_vm_tools_update (self);
  aether_vm_capture_update (self);
  aether_vm_cover_update (self);
}

/* The writer of the picture shrank its memory under our eyes. */
static void
view_broken_cb (AetherVmWindow *self)
{
  aether_vm_link_break (self->link, _("The display took away the memory it shows its picture in."));
}

/* In a bundle anything may have that name: what is no picture of a screen is not unpacked. */
static void
picture_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  gsize length;
  char *data = aether_store_read (task_data, THUMBNAIL_MAX, &length, &error);
  g_autoptr(GBytes) bytes = data ? g_bytes_new_take (data, length) : NULL;
  GdkTexture *texture = NULL;
  guint32 size[2] = { G_MAXUINT32, G_MAXUINT32 };

  /* The size is where PNG has it in its first chunk */
  if (bytes && length > 24 && memcmp (data, "\x89PNG", 4) == 0)
    memcpy (size, data + 16, sizeof size);
  if (GUINT32_FROM_BE (size[0]) <= THUMBNAIL_SIDE && GUINT32_FROM_BE (size[1]) <= THUMBNAIL_SIDE)
    texture = gdk_texture_new_from_bytes (bytes, &error);

  if (texture)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error ? error : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "No picture"));
}

static void
picture_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (object);
  g_autoptr(GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);

  if (texture && self->view)
    aether_display_view_set_substitute (self->view, texture);
}

/* A window on a machine that is off begins with what it showed last. */
static void
load_thumbnail (AetherVmWindow *self)
{
  AetherBundle *bundle = aether_vm_link_get_bundle (self->link);
  g_autoptr(GTask) task = g_task_new (self, self->cancellable, picture_cb, NULL);

  g_task_set_source_tag (task, load_thumbnail);
  g_task_set_task_data (task, g_build_filename (aether_bundle_get_path (bundle), "thumbnail.png", NULL), g_free);
  g_task_run_in_thread (task, picture_thread);
}

/* Requests */

AetherVmRequest *
aether_vm_request_new (AetherVmWindow *self, const char *failed)
{
  AetherVmRequest *request = g_new (AetherVmRequest, 1);

  request->window = g_object_ref (self);
  request->failed = failed;
  return request;
}

void
aether_vm_request_free (AetherVmRequest *request)
{
  g_object_unref (request->window);
  g_free (request);
}

void
aether_vm_request_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmRequest) request = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    aether_vm_window_show_error (request->window, request->failed, error);
}

static void
show_here_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_vm_link_show (AETHER_VM_WINDOW (widget)->link);
}

static void
show_output_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *output = aether_vm_link_get_output (AETHER_VM_WINDOW (widget)->link);

  adw_dialog_present (aether_vm_output_new (output ? output : ""), widget);
}

static void
aether_vm_window_dispose (GObject *object)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  aether_vm_screens_dispose (self);
  aether_vm_tools_dispose (self);
  g_clear_object (&self->clipboard);
  if (self->view)
    aether_display_view_set_sink (self->view, NULL);   /* lets go of held keys */
  if (self->link)
    g_signal_handlers_disconnect_by_data (self->link, self);
  if (self->client)
    g_signal_handlers_disconnect_by_data (self->client, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_VM_WINDOW);
  if (self->link)
    g_object_run_dispose (G_OBJECT (self->link));
  g_clear_object (&self->link);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (aether_vm_window_parent_class)->dispose (object);
}

static void
aether_vm_window_finalize (GObject *object)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_clear_pointer (&self->toasts_by_id, g_hash_table_unref);
  g_clear_object (&self->settings);
  g_clear_object (&self->mute_action);

  G_OBJECT_CLASS (aether_vm_window_parent_class)->finalize (object);
}

static void
aether_vm_window_class_init (AetherVmWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_vm_window_dispose;
  object_class->finalize = aether_vm_window_finalize;

  g_type_ensure (AETHER_TYPE_DISPLAY_VIEW);
  g_type_ensure (AETHER_TYPE_VM_CURTAIN);
  g_type_ensure (AETHER_TYPE_VM_TOUCH_HUB);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/aether/Aether/ui/aether-vm-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, toolbar_view);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, header);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, run_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, power_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, fullscreen_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, view);
  gtk_widget_class_bind_template_child (widget_class, AetherVmWindow, curtain);
  gtk_widget_class_bind_template_callback (widget_class, view_broken_cb);

  gtk_widget_class_install_action (widget_class, "vm.show-here", NULL, show_here_action);
  gtk_widget_class_install_action (widget_class, "vm.show-output", NULL, show_output_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK,
                                       "window.close", NULL);
  aether_vm_capture_install (widget_class);
  aether_vm_clipboard_install (widget_class);
  aether_vm_sound_install (widget_class);
  aether_vm_fullscreen_install (widget_class);
  aether_vm_keys_install (widget_class);
  aether_vm_look_install (widget_class);
  aether_vm_notices_install (widget_class);
  aether_vm_picture_install (widget_class);
  aether_vm_power_install (widget_class);
  aether_vm_suspend_install (widget_class);
  aether_vm_screens_install (widget_class);
  aether_vm_tools_install (widget_class);
}

/* Who has chosen goes on typing into the machine, or presses what covers it, if there is
 * anything to press: not the menu's button. */
static gboolean
menu_closed_cb (gpointer user_data)
{
  AetherVmWindow *self = user_data;

  /* closed and destroyed; or the other menu; or a choice that asks */
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) ||
      gtk_menu_button_get_active (self->power_button) || gtk_menu_button_get_active (self->menu_button) ||
      adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) != NULL)
    return G_SOURCE_REMOVE;

  if (!gtk_widget_get_visible (GTK_WIDGET (self->curtain)) || !gtk_widget_grab_focus (GTK_WIDGET (self->curtain)))
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return G_SOURCE_REMOVE;
}

/* GTK gives the focus to the button when it has told that the menu is closed. */
static void
menu_toggled_cb (GtkMenuButton *button, GParamSpec *pspec, AetherVmWindow *self)
{
  if (!gtk_menu_button_get_active (button))
    g_idle_add_full (G_PRIORITY_DEFAULT, menu_closed_cb, g_object_ref (self), g_object_unref);
}

static void
aether_vm_window_init (AetherVmWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  aether_menu_names_attach (self->power_button);
  aether_menu_names_attach (self->menu_button);
  g_signal_connect_object (self->power_button, "notify::active", G_CALLBACK (menu_toggled_cb), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->menu_button, "notify::active", G_CALLBACK (menu_toggled_cb), self, G_CONNECT_DEFAULT);
  aether_vm_keys_init (self);
  aether_vm_notices_init (self);
  aether_vm_fullscreen_init (self);
  aether_vm_screens_init (self);
}

/* Returns: (transfer full) (nullable) */
static AetherEngine *
find_engine (AetherBundle *bundle)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);

  return machine && machine->engine ? aether_engine_lookup (machine->engine, NULL) : NULL;
}

/* Takes @to_machine. */
static AetherVmWindow *
make (GtkApplication *app, AetherVmLink *to_machine)
{
  AetherVmWindow *self = g_object_new (AETHER_TYPE_VM_WINDOW, "application", app, NULL);

  self->link = to_machine;
  self->engine = find_engine (aether_vm_link_get_bundle (to_machine));
  aether_vm_look_init (self);
  aether_vm_power_init (self);
  aether_vm_capture_init (self);
  aether_vm_clipboard_init (self);
  aether_vm_sound_init (self);
  g_signal_connect_swapped (self->link, "changed", G_CALLBACK (link_changed_cb), self);
  if (aether_vm_link_get_state (self->link) == AETHER_VM_LINK_OFF)
    load_thumbnail (self);
  link_changed_cb (self);

  return self;
}

/**
 * aether_vm_window_new:
 * @app: (nullable): whose window it is
 */
AetherVmWindow *
aether_vm_window_new (GtkApplication *app, AetherBundle *bundle)
{
  return make (app, aether_vm_link_new (bundle));
}

/**
 * aether_vm_window_new_started:
 *
 * As aether_vm_window_new(), of a machine that starts while its window is made.
 */
AetherVmWindow *
aether_vm_window_new_started (GtkApplication *app, AetherBundle *bundle)
{
  AetherVmLink *to_machine = aether_vm_link_new (bundle);

  aether_vm_link_start (to_machine);

  return make (app, to_machine);
}
