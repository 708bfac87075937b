/* aether-vm-window.c - the window of one machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vm-window.h"

#include <glib/gi18n.h>

#include "aether-display-view.h"
#include "aether-finding.h"
#include "aether-keys.h"
#include "aether-vm-curtain.h"
#include "aether-vm-link.h"
#include "aether-vm-output.h"
#include "aether-vm-screenshot.h"

#define TOP_EDGE 4   /* in full screen, this near to it the bar comes */
#define THUMBNAIL_MAX (4 << 20)

struct _AetherVmWindow
{
  AdwApplicationWindow  parent_instance;

  AdwToastOverlay      *toasts;
  AdwToolbarView       *toolbar_view;
  GtkWidget            *header;
  AdwWindowTitle       *window_title;
  GtkButton            *run_button;
  GtkMenuButton        *power_button;
  GtkMenuButton        *menu_button;
  GtkButton            *fullscreen_button;
  AdwBanner            *banner;
  AetherDisplayView    *view;
  AetherVmCurtain      *curtain;

  AetherVmLink         *link;
  AetherClient         *client;      /* whose signals we follow */
  GCancellable         *cancellable;
  GPtrArray            *notices;     /* of AetherFinding; the first is in the banner */
};

G_DEFINE_FINAL_TYPE (AetherVmWindow, aether_vm_window, ADW_TYPE_APPLICATION_WINDOW)

static const char *
get_name (AetherVmWindow *self)
{
  return aether_bundle_get_name (aether_vm_link_get_bundle (self->link));
}

/* What the machine does, as far as the window knows. */
static AetherState
get_state (AetherVmWindow *self)
{
  AetherClient *client = aether_vm_link_get_client (self->link);

  if (client)
    return aether_client_get_state (client);

  return aether_vm_link_get_state (self->link) == AETHER_VM_LINK_STARTING ? AETHER_STATE_STARTING
                                                                        : AETHER_STATE_STOPPED;
}

/* Errors */

static void
show_error (AetherVmWindow *self, const char *heading_format, GError *error)
{
  g_autofree char *heading = NULL;
  AdwDialog *dialog;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  heading = g_strdup_printf (heading_format, get_name (self));
  dialog = adw_alert_dialog_new (heading, error->message);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* Notices: what is to be known about the running machine, one at a time */

static void
show_notice (AetherVmWindow *self)
{
  if (self->notices->len > 0)
    adw_banner_set_title (self->banner,
                          aether_finding_get_sentence (g_ptr_array_index (self->notices, 0)));
  adw_banner_set_revealed (self->banner, self->notices->len > 0);
}

static void
add_notice (AetherVmWindow *self, AetherFinding *finding)
{
  for (guint i = 0; i < self->notices->len; i++)
    if (g_str_equal (aether_finding_get_sentence (g_ptr_array_index (self->notices, i)),
                     aether_finding_get_sentence (finding)))
      return;

  g_ptr_array_add (self->notices, g_object_ref (finding));
  show_notice (self);
}

static void
banner_dismissed_cb (AetherVmWindow *self)
{
  if (self->notices->len > 0)
    g_ptr_array_remove_index (self->notices, 0);
  show_notice (self);
}

static void
guest_panicked_cb (AetherVmWindow *self, const char *sentence)
{
  g_autoptr(AetherFinding) finding =
    aether_finding_new (AETHER_SEVERITY_WARNING, "guest-panic", sentence, NULL);

  add_notice (self, finding);
}

static void
disk_error_cb (AetherVmWindow *self, const char *drive, const char *operation, const char *reason,
               gboolean no_space)
{
  g_autoptr(AetherFinding) finding = aether_finding_new_disk_error (drive, operation, reason, no_space);

  add_notice (self, finding);
}

static void
follow_client (AetherVmWindow *self, AetherClient *client)
{
  g_autoptr(GPtrArray) findings = NULL;

  if (self->client == client)
    return;

  if (self->client)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_set_object (&self->client, client);
  g_ptr_array_set_size (self->notices, 0);
  show_notice (self);
  if (client == NULL)
    return;

  g_signal_connect_swapped (client, "finding", G_CALLBACK (add_notice), self);
  g_signal_connect_swapped (client, "guest-panic", G_CALLBACK (guest_panicked_cb), self);
  g_signal_connect_swapped (client, "disk-error", G_CALLBACK (disk_error_cb), self);
  findings = aether_client_list_findings (client);
  for (guint i = 0; i < findings->len; i++)
    add_notice (self, g_ptr_array_index (findings, i));
}

/* Following the link */

static const char *
say_state (AetherVmWindow *self)
{
  switch (get_state (self))
    {
    case AETHER_STATE_STARTING: return _("Starting…");
    case AETHER_STATE_RUNNING:  return _("Running");
    case AETHER_STATE_PAUSED:   return _("Paused");
    case AETHER_STATE_STOPPING: return _("Shutting down…");
    case AETHER_STATE_STOPPED:
    default:                    return _("Off");
    }
}

static void
draw_off (AetherVmWindow *self)
{
  const char *problem = aether_bundle_get_problem (aether_vm_link_get_bundle (self->link));
  const char *sentence = aether_vm_link_get_sentence (self->link);
  const char *output = aether_vm_link_get_output (self->link);
  g_autofree char *title = NULL;

  /* Translators: the name of a machine */
  title = g_strdup_printf (sentence ? _("%s stopped") : _("%s is off"), get_name (self));
  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = problem || sentence ? "dialog-warning-symbolic" : "system-shutdown-symbolic",
    .title = title,
    .description = problem ? problem : sentence,
    .button = problem ? NULL : _("Start"),
    .action = "vm.start",
    .details = output && *output ? _("Show output") : NULL,
    .details_action = "vm.show-output",
  });
}

/* Returns: whether the picture is covered */
static gboolean
draw_curtain (AetherVmWindow *self)
{
  switch (aether_vm_link_get_state (self->link))
    {
    case AETHER_VM_LINK_OFF:
      draw_off (self);
      return TRUE;

    case AETHER_VM_LINK_STARTING:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) { .title = _("Starting…") });
      return TRUE;

    case AETHER_VM_LINK_CONNECTING:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) { .title = _("Connecting…") });
      return TRUE;

    case AETHER_VM_LINK_ELSEWHERE:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
        .icon = "view-restore-symbolic",
        .title = _("Shown in another window"),
        .description = _("One window at a time shows the screen of a machine."),
        .button = _("Show here"),
        .action = "vm.show-here",
      });
      return TRUE;

    case AETHER_VM_LINK_BROKEN:
      aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
        .icon = "dialog-warning-symbolic",
        .title = _("The screen cannot be shown"),
        .description = aether_vm_link_get_sentence (self->link),
        .button = _("Try again"),
        .action = "vm.show-here",
      });
      return TRUE;

    case AETHER_VM_LINK_LIVE:
    default:
      break;
    }

  if (get_state (self) != AETHER_STATE_PAUSED)
    return FALSE;

  aether_vm_curtain_draw (self->curtain, &(AetherVmCurtainText) {
    .icon = "media-playback-pause-symbolic",
    .title = _("Paused"),
    .button = _("Resume"),
    .action = "vm.resume",
  });
  return TRUE;
}

static void
update_curtain (AetherVmWindow *self)
{
  gboolean was_covered = gtk_widget_get_visible (GTK_WIDGET (self->curtain));
  gboolean covered = draw_curtain (self);

  /* Who looks at the picture, types into it; who looks at a button, presses it. */
  if (covered)
    {
      GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

      if (focus == NULL || focus == GTK_WIDGET (self->view) || !gtk_widget_get_mapped (focus))
        gtk_widget_grab_focus (GTK_WIDGET (self->curtain));
    }
  else if (was_covered)
    {
      aether_vm_curtain_open (self->curtain);
      gtk_widget_grab_focus (GTK_WIDGET (self->view));
    }
}

static void
update_view (AetherVmWindow *self)
{
  AetherDbusSource *source = aether_vm_link_get_source (self->link);
  gboolean running = source && get_state (self) != AETHER_STATE_PAUSED;

  aether_display_view_set_framebuffer (self->view,
                                       source ? aether_dbus_source_get_framebuffer (source) : NULL);
  aether_display_view_set_sink (self->view, running ? AETHER_INPUT_SINK (source) : NULL);
}

static void
set_run_button (AetherVmWindow *self, const char *icon, const char *label, const char *action)
{
  gtk_button_set_icon_name (self->run_button, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->run_button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->run_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->run_button), action);
}

static void
update_controls (AetherVmWindow *self)
{
  AetherVmLinkState link = aether_vm_link_get_state (self->link);
  AetherState state = get_state (self);
  gboolean off = link == AETHER_VM_LINK_OFF;
  gboolean running = state == AETHER_STATE_RUNNING;
  gboolean paused = state == AETHER_STATE_PAUSED;
  gboolean known = aether_bundle_get_problem (aether_vm_link_get_bundle (self->link)) == NULL;
  const struct
  {
    const char *action;
    gboolean    enabled;
  } actions[] = {
    { "vm.start", off && known },
    { "vm.pause", running },
    { "vm.resume", paused },
    { "vm.shut-down", running },
    { "vm.restart", running || paused },
    { "vm.force-off", self->client && state != AETHER_STATE_STOPPED },
    { "vm.screenshot", running || paused },
    { "vm.send-keys", running },
    { "vm.show-here", link == AETHER_VM_LINK_ELSEWHERE || link == AETHER_VM_LINK_BROKEN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i].action, actions[i].enabled);

  if (off)
    set_run_button (self, "media-playback-start-symbolic", _("Start"), "vm.start");
  else if (paused)
    set_run_button (self, "media-playback-start-symbolic", _("Resume"), "vm.resume");
  else
    set_run_button (self, "media-playback-pause-symbolic", _("Pause"), "vm.pause");
}

static void
update_title (AetherVmWindow *self)
{
  g_autofree char *screen = NULL;

  gtk_window_set_title (GTK_WINDOW (self), get_name (self));
  adw_window_title_set_title (self->window_title, get_name (self));
  adw_window_title_set_subtitle (self->window_title, say_state (self));

  /* Translators: for screen readers; the name of a machine */
  screen = g_strdup_printf (_("Screen of %s"), get_name (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  screen, -1);
}

static void
link_changed_cb (AetherVmWindow *self)
{
  follow_client (self, aether_vm_link_get_client (self->link));
  update_title (self);
  update_view (self);
  update_controls (self);
  update_curtain (self);
}

/* The writer of the picture shrank its memory under our eyes. */
static void
view_broken_cb (AetherVmWindow *self)
{
  aether_vm_link_break (self->link, _("The display took away the memory it shows its picture in."));
}

/* A window on a machine that is off begins with what it showed last. */
static void
load_thumbnail (AetherVmWindow *self)
{
  AetherBundle *bundle = aether_vm_link_get_bundle (self->link);
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "thumbnail.png", NULL);
  g_autofree char *data = NULL;
  g_autoptr(GdkTexture) texture = NULL;
  g_autoptr(GBytes) bytes = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      !g_file_get_contents (path, &data, &length, NULL) || length > THUMBNAIL_MAX)
    return;

  bytes = g_bytes_new_take (g_steal_pointer (&data), length);
  texture = gdk_texture_new_from_bytes (bytes, NULL);
  aether_display_view_set_substitute (self->view, texture);
}

/* Actions */

typedef struct
{
  AetherVmWindow *window;
  const char     *failed;   /* a heading with the machine's name in it */
} Request;

static Request *
request_new (AetherVmWindow *self, const char *failed)
{
  Request *request = g_new (Request, 1);

  request->window = g_object_ref (self);
  request->failed = failed;
  return request;
}

static void
request_free (Request *request)
{
  g_object_unref (request->window);
  g_free (request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
request_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_client_finish (AETHER_CLIENT (object), result, &error))
    show_error (request->window, request->failed, error);
}

static void
control (AetherVmWindow *self, AetherControl what, const char *failed)
{
  if (self->client)
    aether_client_control_async (self->client, what, self->cancellable, request_cb,
                                 request_new (self, failed));
}

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  aether_vm_link_start (AETHER_VM_WINDOW (widget)->link);
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (AETHER_VM_WINDOW (widget), AETHER_CONTROL_PAUSE, _("Could not pause %s"));
}

static void
resume_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  control (AETHER_VM_WINDOW (widget), AETHER_CONTROL_RESUME, _("Could not resume %s"));
}

static void
asked_to_shut_down_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;

  if (aether_client_finish (AETHER_CLIENT (object), result, &error))
    adw_toast_overlay_add_toast (request->window->toasts,
                                 adw_toast_new (_("Asked the machine to shut down")));
  else
    show_error (request->window, request->failed, error);
}

static void
shut_down_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);

  if (self->client)
    aether_client_control_async (self->client, AETHER_CONTROL_REQUEST_SHUTDOWN, self->cancellable,
                                 asked_to_shut_down_cb,
                                 request_new (self, _("Could not shut down %s")));
}

/* Asks first: what the machine did not save is lost. */
static void
confirm (AetherVmWindow *self, const char *heading_format, const char *label, GCallback confirmed)
{
  g_autofree char *heading = g_strdup_printf (heading_format, get_name (self));
  AdwDialog *dialog = adw_alert_dialog_new (heading, _("Unsaved work in it is lost."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"),
                                  "confirm", label, NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "confirm",
                                            ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response::confirm", confirmed, self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
restart_confirmed_cb (AetherVmWindow *self)
{
  control (self, AETHER_CONTROL_RESET, _("Could not restart %s"));
}

static void
restart_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  confirm (AETHER_VM_WINDOW (widget), _("Restart %s?"), _("_Restart"),
           G_CALLBACK (restart_confirmed_cb));
}

static void
force_off_confirmed_cb (AetherVmWindow *self)
{
  control (self, AETHER_CONTROL_FORCE_OFF, _("Could not force off %s"));
}

static void
force_off_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  confirm (AETHER_VM_WINDOW (widget), _("Force off %s?"), _("_Force off"),
           G_CALLBACK (force_off_confirmed_cb));
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
send_keys_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  g_auto(GStrv) keys = aether_keys_parse (g_variant_get_string (parameter, NULL), NULL);

  if (self->client && keys)
    aether_client_send_keys_async (self->client, (const char * const *) keys, self->cancellable,
                                   request_cb,
                                   request_new (self, _("Could not send keys to %s")));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
screenshot_saved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GError) error = NULL;

  if (aether_vm_screenshot_save_finish (AETHER_CLIENT (object), result, &error))
    adw_toast_overlay_add_toast (request->window->toasts, adw_toast_new (_("Screenshot saved")));
  else
    show_error (request->window, request->failed, error);
}

static void
screenshot_chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherVmWindow) self = user_data;
  g_autoptr(GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (object), result, NULL);

  /* No file: the user thought better of it. */
  if (file && self->client)
    aether_vm_screenshot_save_async (self->client, file, self->cancellable, screenshot_saved_cb,
                                     request_new (self, _("Could not save the screenshot of %s")));
}

static void
screenshot_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (widget);
  g_autoptr(GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *file_name = aether_vm_screenshot_dup_name (get_name (self), now);
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);
  g_autoptr(GFile) folder = pictures ? g_file_new_for_path (pictures) : NULL;

  gtk_file_dialog_set_title (dialog, _("Save screenshot"));
  gtk_file_dialog_set_initial_name (dialog, file_name);
  gtk_file_dialog_set_initial_folder (dialog, folder);
  gtk_file_dialog_save (dialog, GTK_WINDOW (self), self->cancellable, screenshot_chosen_cb,
                        g_object_ref (self));
}

/* Full screen: the bar comes when the pointer touches the top edge */

static void
fullscreen_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (gtk_window_is_fullscreen (GTK_WINDOW (widget)))
    gtk_window_unfullscreen (GTK_WINDOW (widget));
  else
    gtk_window_fullscreen (GTK_WINDOW (widget));
}

static void
fullscreened_cb (AetherVmWindow *self)
{
  gboolean fullscreen = gtk_window_is_fullscreen (GTK_WINDOW (self));
  const char *label = fullscreen ? _("Leave full screen (F11)") : _("Full screen (F11)");

  adw_toolbar_view_set_extend_content_to_top_edge (self->toolbar_view, fullscreen);
  adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, !fullscreen);
  gtk_button_set_icon_name (self->fullscreen_button,
                            fullscreen ? "view-restore-symbolic" : "view-fullscreen-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->fullscreen_button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->fullscreen_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (fullscreen)
    adw_toast_overlay_add_toast (self->toasts,
                                 adw_toast_new (_("The bar is at the top edge of the screen")));
}

/* @y: below the top of the picture; a window may have a border above it */
static void
reach_for_bar (AetherVmWindow *self, double y, double edge)
{
  gboolean menu_open = gtk_menu_button_get_active (self->power_button) ||
                       gtk_menu_button_get_active (self->menu_button);

  if (!gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;

  if (y < edge)
    adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, TRUE);
  else if (y > adw_toolbar_view_get_top_bar_height (self->toolbar_view) && !menu_open)
    adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, FALSE);
}

static double
below_top (AetherVmWindow *self, double x, double y)
{
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (self), GTK_WIDGET (self->toolbar_view),
                                 &GRAPHENE_POINT_INIT (x, y), &point))
    return y;

  return point.y;
}

static void
pointer_moved_cb (AetherVmWindow *self, double x, double y)
{
  reach_for_bar (self, below_top (self, x, y), TOP_EDGE);
}

/* A finger does not hit the very edge. */
static void
touched_cb (AetherVmWindow *self, int n_press, double x, double y)
{
  reach_for_bar (self, below_top (self, x, y), gtk_widget_get_height (self->header) / 2.0);
}

static void
add_top_edge (AetherVmWindow *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *touch = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (motion, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (touch), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (touch), TRUE);
  g_signal_connect_swapped (touch, "pressed", G_CALLBACK (touched_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (touch));
}

static void
aether_vm_window_dispose (GObject *object)
{
  AetherVmWindow *self = AETHER_VM_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
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
  g_clear_pointer (&self->notices, g_ptr_array_unref);

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
  gtk_widget_class_bind_template_callback (widget_class, banner_dismissed_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_broken_cb);

  gtk_widget_class_install_action (widget_class, "vm.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "vm.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "vm.resume", NULL, resume_action);
  gtk_widget_class_install_action (widget_class, "vm.shut-down", NULL, shut_down_action);
  gtk_widget_class_install_action (widget_class, "vm.restart", NULL, restart_action);
  gtk_widget_class_install_action (widget_class, "vm.force-off", NULL, force_off_action);
  gtk_widget_class_install_action (widget_class, "vm.screenshot", NULL, screenshot_action);
  gtk_widget_class_install_action (widget_class, "vm.send-keys", "s", send_keys_action);
  gtk_widget_class_install_action (widget_class, "vm.show-here", NULL, show_here_action);
  gtk_widget_class_install_action (widget_class, "vm.show-output", NULL, show_output_action);
  gtk_widget_class_install_action (widget_class, "vm.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "vm.fullscreen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK,
                                       "window.close", NULL);
}

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
aether_vm_window_init (AetherVmWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->notices = g_ptr_array_new_with_free_func (g_object_unref);
  add_style (gtk_widget_get_display (GTK_WIDGET (self)));
  gtk_widget_init_template (GTK_WIDGET (self));
  add_top_edge (self);
  g_signal_connect (self, "notify::fullscreened", G_CALLBACK (fullscreened_cb), NULL);
}

/**
 * aether_vm_window_new:
 * @app: (nullable): whose window it is
 */
AetherVmWindow *
aether_vm_window_new (GtkApplication *app, AetherBundle *bundle)
{
  AetherVmWindow *self = g_object_new (AETHER_TYPE_VM_WINDOW, "application", app, NULL);

  self->link = aether_vm_link_new (bundle);
  g_signal_connect_swapped (self->link, "changed", G_CALLBACK (link_changed_cb), self);
  if (aether_vm_link_get_state (self->link) == AETHER_VM_LINK_OFF)
    load_thumbnail (self);
  link_changed_cb (self);

  return self;
}

/**
 * aether_vm_window_get_bundle:
 *
 * Returns: (transfer none)
 */
AetherBundle *
aether_vm_window_get_bundle (AetherVmWindow *self)
{
  return aether_vm_link_get_bundle (self->link);
}
