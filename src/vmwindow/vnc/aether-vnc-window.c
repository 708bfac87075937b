/* aether-vnc-window.c - the window of any VNC server
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-window.h"

#include <glib/gi18n.h>

#include "aether-capture-hint.h"
#include "aether-clipboard-menu.h"
#include "aether-display-view.h"
#include "aether-fullscreen-bar.h"
#include "aether-keymap.h"
#include "aether-keys.h"
#include "aether-menu-names.h"
#include "aether-settings.h"
#include "aether-vm-curtain.h"
#include "aether-vm-screenshot.h"
#include "aether-vnc-dialogs.h"

struct _AetherVncWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  AdwToolbarView       *toolbar_view;
  GtkWidget            *header;
  AdwWindowTitle       *window_title;
  GtkButton            *fullscreen_button;
  GtkMenuButton        *menu_button;
  GMenu                *clipboard_menu;
  AetherDisplayView    *view;
  AetherVmCurtain      *curtain;

  AetherVncAddress     *address;
  char                 *id;
  char                 *label;
  AetherVncSource      *source;      /* (nullable) */
  AetherClipboard      *clipboard;
  GCancellable         *cancellable; /* cancelled with the window */
  char                 *sentence;    /* (nullable): why there is no picture */
  gboolean              refused;     /* what the user answered last was wrong */
};

G_DEFINE_FINAL_TYPE (AetherVncWindow, aether_vnc_window, ADW_TYPE_APPLICATION_WINDOW)

static gboolean
is_live (AetherVncWindow *self)
{
  return self->source &&
         aether_display_source_get_state (AETHER_DISPLAY_SOURCE (self->source)) == AETHER_DISPLAY_LIVE;
}

static void
update_curtain (AetherVncWindow *self)
{
  g_autofree char *title = NULL;

  if (is_live (self))
    {
      aether_vm_curtain_open (self->curtain);
      return;
    }

  if (self->source)
    {
      /* Translators: the address of a server */
      title = g_strdup_printf (_("Connecting to %s…"), self->label);
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) { .title = title });
      return;
    }

  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = self->sentence ? "dialog-warning-symbolic" : "network-offline-symbolic",
    .title = _("Not connected"),
    .description = self->sentence,
    .button = _("Connect"),
    .action = "viewer.connect",
  });
}

static void
update_title (AetherVncWindow *self)
{
  const char *name = self->source ? aether_vnc_source_get_name (self->source) : NULL;

  name = name && *name ? name : self->label;
  gtk_window_set_title (GTK_WINDOW (self), name);
  adw_window_title_set_title (self->window_title, name);
  adw_window_title_set_subtitle (self->window_title, g_str_equal (name, self->label) ? NULL : self->label);
}

/* Each server takes texts, if only in Latin 1; whether an agent listens behind it is not told. */
static void
fill_clipboard_menu (AetherVncWindow *self)
{
  aether_clipboard_menu_fill (self->clipboard_menu, self->clipboard,
                              is_live (self) ? AETHER_CLIPBOARD_MENU_SHARES : AETHER_CLIPBOARD_MENU_NOT_NOW, NULL);
}

static void
update (AetherVncWindow *self)
{
  AetherDisplaySource *source = is_live (self) ? AETHER_DISPLAY_SOURCE (self->source) : NULL;
  static const char *const when_live[] = {
    "viewer.screenshot", "viewer.send-keys",
  };
  gboolean was_covered = gtk_widget_get_visible (GTK_WIDGET (self->curtain));

  aether_display_view_set_framebuffer (self->view, source ? aether_display_source_get_framebuffer (source) : NULL);
  aether_display_view_set_sink (self->view, source ? AETHER_INPUT_SINK (source) : NULL);
  aether_clipboard_set_source (self->clipboard, source);
  fill_clipboard_menu (self);
  for (gsize i = 0; i < G_N_ELEMENTS (when_live); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), when_live[i], source != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.connect", self->source == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.disconnect", self->source != NULL);

  update_title (self);
  update_curtain (self);
  if (source && was_covered)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  else if (self->source == NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->curtain));   /* Return connects again */
}

/* @sentence: (nullable): why, when that was not the user's wish */
static void
hang_up (AetherVncWindow *self, const char *sentence)
{
  if (self->source)
    {
      g_signal_handlers_disconnect_by_data (self->source, self);
      aether_display_source_close (AETHER_DISPLAY_SOURCE (self->source));
    }
  g_clear_object (&self->source);
  g_set_str (&self->sentence, sentence);
  update (self);
}

static void
changed_cb (AetherVncWindow *self)
{
  if (is_live (self))
    self->refused = FALSE;
  update (self);
}

static void
closed_cb (AetherVncWindow *self, GError *error)
{
  self->refused = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  hang_up (self, error->message);
}

static void
question_cb (AetherVncWindow *self, const AetherVncQuestion *question)
{
  aether_vnc_dialogs_ask (GTK_WIDGET (self), self->source, question, self->id, self->refused);
}

static void
connect_to_server (AetherVncWindow *self)
{
  g_autoptr(AetherFramebuffer) framebuffer = aether_framebuffer_new ();

  g_clear_pointer (&self->sentence, g_free);
  self->source = aether_vnc_source_new (self->address, framebuffer);
  g_signal_connect_swapped (self->source, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->source, "closed", G_CALLBACK (closed_cb), self);
  g_signal_connect_swapped (self->source, "named", G_CALLBACK (update_title), self);
  g_signal_connect_swapped (self->source, "question", G_CALLBACK (question_cb), self);
  update (self);
}

static void
view_broken_cb (AetherVncWindow *self)
{
  hang_up (self, _("The display took away the memory it shows its picture in."));
}

/* Actions */

static void
connect_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  connect_to_server (AETHER_VNC_WINDOW (widget));
}

static void
disconnect_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hang_up (AETHER_VNC_WINDOW (widget), NULL);
}

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_fullscreen_bar_toggle (GTK_WINDOW (widget));
}

static void
send_keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVncWindow *self = AETHER_VNC_WINDOW (widget);
  g_auto(GStrv) keys = aether_keys_parse (g_variant_get_string (parameter, NULL), NULL);
  guint n_keys = keys ? g_strv_length (keys) : 0;

  for (guint i = 0; i < n_keys; i++)
    aether_input_sink_key (AETHER_INPUT_SINK (self->source), aether_keymap_name_to_qnum (keys[i]), TRUE);
  for (guint i = n_keys; i > 0; i--)
    aether_input_sink_key (AETHER_INPUT_SINK (self->source), aether_keymap_name_to_qnum (keys[i - 1]), FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* Returns: (nullable): what is shown now */
static GdkTexture *
take_picture (AetherVncWindow *self)
{
  AetherFramebuffer *framebuffer = aether_display_source_get_framebuffer (AETHER_DISPLAY_SOURCE (self->source));
  GdkTexture *texture = NULL;
  AetherFrame frame;

  aether_framebuffer_begin_read (framebuffer, &frame);
  if (frame.data)
    {
      g_autoptr(GBytes) copy = g_bytes_new (frame.data, frame.stride * frame.height);

      texture = gdk_memory_texture_new (frame.width, frame.height, frame.format, copy, frame.stride);
      /* Reading took the damage away from the view. */
      aether_framebuffer_damage (framebuffer, 0, 0, frame.width, frame.height);
    }
  aether_framebuffer_end_read (framebuffer, &frame);

  return texture;
}

static void
saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVncWindow) self = user_data;
  g_autoptr(GError) error = NULL;

  if (aether_vm_screenshot_save_texture_finish (result, &error))
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Screenshot saved")));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      AdwDialog *dialog = adw_alert_dialog_new (_("Could not save the screenshot"), error->message);

      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
      adw_dialog_present (dialog, GTK_WIDGET (self));
    }
}

typedef struct
{
  AetherVncWindow *window;
  GdkTexture      *picture;
} Screenshot;

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Screenshot *screenshot = user_data;
  g_autoptr(AetherVncWindow) self = screenshot->window;
  g_autoptr(GdkTexture) picture = screenshot->picture;
  g_autoptr(GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (object), result, NULL);

  if (file)
    aether_vm_screenshot_save_texture_async (picture, file, self->cancellable, saved_cb, g_object_ref (self));
}

static void
screenshot_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVncWindow *self = AETHER_VNC_WINDOW (widget);
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *file_name = aether_vm_screenshot_dup_name (gtk_window_get_title (GTK_WINDOW (self)), now);
  GdkTexture *picture = take_picture (self);
  Screenshot *screenshot;

  if (picture == NULL)
    return;

  screenshot = g_new (Screenshot, 1);
  *screenshot = (Screenshot) { g_object_ref (self), picture };
  gtk_file_dialog_set_title (dialog, _("Save screenshot"));
  gtk_file_dialog_set_initial_name (dialog, file_name);
  gtk_file_dialog_save (dialog, GTK_WINDOW (self), self->cancellable, chosen_cb, screenshot);
}

/* The object */

static void
aether_vnc_window_dispose (GObject *object)
{
  AetherVncWindow *self = AETHER_VNC_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  if (self->view)
    aether_display_view_set_sink (self->view, NULL);   /* lets go of held keys */
  if (self->clipboard)
    aether_clipboard_set_source (self->clipboard, NULL);
  if (self->source)
    {
      g_signal_handlers_disconnect_by_data (self->source, self);
      aether_display_source_close (AETHER_DISPLAY_SOURCE (self->source));
    }
  g_clear_object (&self->source);
  gtk_widget_dispose_template (GTK_WIDGET (self), AETHER_TYPE_VNC_WINDOW);
  g_clear_object (&self->clipboard);

  G_OBJECT_CLASS (aether_vnc_window_parent_class)->dispose (object);
}

static void
aether_vnc_window_finalize (GObject *object)
{
  AetherVncWindow *self = AETHER_VNC_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->address, aether_vnc_address_free);
  g_free (self->id);
  g_free (self->label);
  g_free (self->sentence);

  G_OBJECT_CLASS (aether_vnc_window_parent_class)->finalize (object);
}

static void
aether_vnc_window_class_init (AetherVncWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_vnc_window_dispose;
  object_class->finalize = aether_vnc_window_finalize;

  g_type_ensure (AETHER_TYPE_DISPLAY_VIEW);
  g_type_ensure (AETHER_TYPE_VM_CURTAIN);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/aether/Aether/ui/aether-vnc-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, toolbar_view);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, header);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, fullscreen_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, clipboard_menu);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, view);
  gtk_widget_class_bind_template_child (widget_class, AetherVncWindow, curtain);
  gtk_widget_class_bind_template_callback (widget_class, view_broken_cb);

  gtk_widget_class_install_action (widget_class, "viewer.connect", NULL, connect_action);
  gtk_widget_class_install_action (widget_class, "viewer.disconnect", NULL, disconnect_action);
  gtk_widget_class_install_action (widget_class, "viewer.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_install_action (widget_class, "viewer.screenshot", NULL, screenshot_action);
  gtk_widget_class_install_action (widget_class, "viewer.send-keys", "s", send_keys_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "viewer.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static const char *const looks[] = { "scaling", "resizes-guest" };

/* The actions are properties, so a menu always shows what is so. */
static void
add_choices (AetherVncWindow *self)
{
  g_autoptr(GSimpleActionGroup) view = g_simple_action_group_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autoptr(GPropertyAction) action = g_property_action_new (looks[i], self->view, looks[i]);

      g_action_map_add_action (G_ACTION_MAP (view), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "view", G_ACTION_GROUP (view));
}

/* The address is no path of settings, and says who was visited. */
static void
remember (AetherVncWindow *self)
{
  g_autofree char *server = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->id, -1);
  g_autofree char *path = g_strdup_printf ("/org/aether/Aether/servers/%s/", server);
  g_autoptr(GSettings) settings = aether_settings_new_at ("org.aether.Aether.Server", path);

  if (settings == NULL)
    return;

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    g_settings_bind (settings, looks[i], self->view, looks[i], G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static void
aether_vnc_window_init (AetherVncWindow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->clipboard = aether_clipboard_new (GTK_WINDOW (self));
  g_signal_connect_object (self->clipboard, "notify::mode", G_CALLBACK (fill_clipboard_menu), self,
                           G_CONNECT_SWAPPED);
  aether_clipboard_menu_attach (GTK_WIDGET (self), self->clipboard);
  aether_menu_names_attach (self->menu_button);
  add_choices (self);
  aether_fullscreen_bar_attach (GTK_WINDOW (self), self->toolbar_view, self->header, self->fullscreen_button);
  aether_capture_hint_attach (self->view, self->toasts, self->header);
}

AetherVncWindow *
aether_vnc_window_new (GtkApplication *app, const AetherVncAddress *address)
{
  AetherVncWindow *self = g_object_new (AETHER_TYPE_VNC_WINDOW, "application", app, NULL);

  self->id = aether_vnc_address_dup_id (address);
  self->label = aether_vnc_address_dup_label (address);
  self->address = aether_vnc_address_copy (address);
  remember (self);
  connect_to_server (self);

  return self;
}
