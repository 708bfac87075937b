/* aether-preview.c - the live picture of a machine, 16:10
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-preview.h"

#include <glib/gi18n.h>
#include <sys/mman.h>
#include <unistd.h>

#include "aether-client.h"
#include "aether-os-logo.h"
#include "aether-thumbnail.h"

#define PERIOD_MS 2000
#define BUTTON_ROOM   70   /* below, where the overview has one over it */
#define NATURAL_WIDTH 640
#define MINIMUM_WIDTH 160

struct _AetherPreview
{
  GtkWidget     parent_instance;

  AetherBundle *bundle;
  AetherClient *client;        /* while the machine runs and we are seen */
  GCancellable *cancellable;   /* of whatever is under way for this bundle; NULL: nothing is */
  char         *accelerator;
  guint         timer_id;
  int           fd;            /* the picture being taken, or -1 */

  GtkWidget    *icon;
  GtkWidget    *logo;
  GtkWidget    *picture;
};

G_DEFINE_FINAL_TYPE (AetherPreview, aether_preview, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_ACCELERATOR, PROP_CLIENT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void follow (AetherPreview *self);

static gboolean
has_screen (AetherPreview *self)
{
  AetherState state = self->bundle != NULL ? aether_bundle_get_state (self->bundle) : AETHER_STATE_STOPPED;

  return state == AETHER_STATE_RUNNING || state == AETHER_STATE_PAUSED;
}

static void
set_accelerator (AetherPreview *self, const char *accelerator)
{
  if (g_set_str (&self->accelerator, accelerator))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCELERATOR]);
}

static void
show_picture (AetherPreview *self, GdkPaintable *paintable)
{
  const char *os = self->bundle != NULL ? aether_bundle_get_os (self->bundle) : NULL;
  gboolean known = aether_os_logo_knows (os);

  aether_os_logo_set_os (AETHER_OS_LOGO (self->logo), os);
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), paintable);
  gtk_widget_set_visible (self->logo, paintable == NULL && known);
  gtk_widget_set_visible (self->icon, paintable == NULL && !known);

  if (has_screen (self))
    gtk_widget_remove_css_class (GTK_WIDGET (self), "off");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "off");
}

static void
decoded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherPreview) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GdkTexture) texture = aether_thumbnail_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* a frame that cannot be read leaves the one before */
  if (texture != NULL || !has_screen (self))
    show_picture (self, GDK_PAINTABLE (texture));
}

/* --- while it runs: attach -> (screenshot -> decode) every two seconds --- */

static int
open_memory (void)
{
#ifdef MFD_CLOEXEC
  return memfd_create ("aether-preview", MFD_CLOEXEC);
#else
  g_autofree char *name = NULL;
  int fd = g_file_open_tmp ("aether-XXXXXX.png", &name, NULL);

  if (fd >= 0)
    unlink (name);
  return fd;
#endif
}

static void
screenshot_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherPreview) self = user_data;
  g_autoptr(GMappedFile) map = NULL;
  g_autoptr(GBytes) data = NULL;
  g_autoptr(GError) error = NULL;
  gboolean taken = aether_client_finish (AETHER_CLIENT (object), result, &error);
  int fd = g_steal_fd (&self->fd);

  if (taken && !g_cancellable_is_cancelled (self->cancellable)
      && (map = g_mapped_file_new_from_fd (fd, FALSE, NULL)) != NULL)
    {
      int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

      data = g_mapped_file_get_bytes (map);
      aether_thumbnail_decode_async (data, MAX (gtk_widget_get_width (self->picture), 64) * scale,
                                     MAX (gtk_widget_get_height (self->picture), 40) * scale,
                                     self->cancellable, decoded_cb, g_object_ref (self));
    }

  close (fd);
}

static gboolean
tick_cb (gpointer user_data)
{
  AetherPreview *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* one at a time, and none that nobody sees */
  if (self->fd >= 0 || (GTK_IS_WINDOW (root) && gtk_window_is_suspended (GTK_WINDOW (root))))
    return G_SOURCE_CONTINUE;

  self->fd = open_memory ();
  if (self->fd >= 0)
    aether_client_screenshot_async (self->client, 0, self->fd, self->cancellable, screenshot_cb, g_object_ref (self));

  return G_SOURCE_CONTINUE;
}

static void
client_changed (AetherPreview *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CLIENT]);
}

static void
attached_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherPreview) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherClient) client = aether_client_open_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* it ended meanwhile: the bundle's state says so, too */
  if (client == NULL)
    return;

  self->client = g_steal_pointer (&client);
  g_signal_connect_object (self->client, "notify", G_CALLBACK (client_changed), self, G_CONNECT_SWAPPED);
  client_changed (self);
  set_accelerator (self, aether_client_get_accelerator (self->client));
  self->timer_id = g_timeout_add (PERIOD_MS, tick_cb, self);
  tick_cb (self);
}

/* --- what to follow ------------------------------------------------------ */

static void
leave (AetherPreview *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->client == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  client_changed (self);
}

static void
load_last (AetherPreview *self)
{
  g_autofree char *path = g_build_filename (aether_bundle_get_path (self->bundle), "thumbnail.png", NULL);
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));

  aether_thumbnail_load_async (path, NATURAL_WIDTH * scale, NATURAL_WIDTH * scale, self->cancellable,
                               decoded_cb, g_object_ref (self));
}

/* Begins what fits the bundle's state; ends what did not. */
static void
follow (AetherPreview *self)
{
  leave (self);
  if (!has_screen (self))
    set_accelerator (self, NULL);
  if (self->bundle == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  self->cancellable = g_cancellable_new ();
  if (has_screen (self))
    aether_client_attach_async (self->bundle, self->cancellable, attached_cb, g_object_ref (self));
  else
    load_last (self);
}

static void
name_cb (AetherPreview *self)
{
  g_autofree char *label = NULL;

  if (self->bundle == NULL)
    return;

  /* Translators: %s is a machine's name; read out by screen readers */
  label = g_strdup_printf (_("Picture of %s"), aether_bundle_get_name (self->bundle));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- the widget ---------------------------------------------------------- */

static GtkSizeRequestMode
aether_preview_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
aether_preview_measure (GtkWidget *widget, GtkOrientation orientation, int for_size,
                        int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MINIMUM_WIDTH;
      *natural = NATURAL_WIDTH;
    }
  else
    {
      *minimum = *natural = (for_size < 0 ? MINIMUM_WIDTH : for_size) * 10 / 16;
    }
}

static void
aether_preview_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AetherPreview *self = AETHER_PREVIEW (widget);
  int least;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      if (gtk_widget_should_layout (child))
        {
          /* GTK warns about children it has not measured */
          gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
          gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
          /* what stands for a picture stays clear of the button */
          gtk_widget_allocate (child, width, child == self->picture ? height : MAX (height - BUTTON_ROOM, least),
                               baseline, NULL);
        }
    }
}

static void
aether_preview_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (aether_preview_parent_class)->map (widget);
  follow (AETHER_PREVIEW (widget));
}

static void
aether_preview_unmap (GtkWidget *widget)
{
  leave (AETHER_PREVIEW (widget));
  GTK_WIDGET_CLASS (aether_preview_parent_class)->unmap (widget);
}

static void
aether_preview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AetherPreview *self = AETHER_PREVIEW (object);

  switch (id)
    {
    case PROP_ACCELERATOR: g_value_set_string (value, self->accelerator); break;
    case PROP_CLIENT: g_value_set_object (value, self->client); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
aether_preview_dispose (GObject *object)
{
  AetherPreview *self = AETHER_PREVIEW (object);

  aether_preview_set_bundle (self, NULL);
  g_clear_pointer (&self->icon, gtk_widget_unparent);
  g_clear_pointer (&self->logo, gtk_widget_unparent);
  g_clear_pointer (&self->picture, gtk_widget_unparent);

  G_OBJECT_CLASS (aether_preview_parent_class)->dispose (object);
}

static void
aether_preview_finalize (GObject *object)
{
  AetherPreview *self = AETHER_PREVIEW (object);

  g_clear_pointer (&self->accelerator, g_free);

  G_OBJECT_CLASS (aether_preview_parent_class)->finalize (object);
}

static void
aether_preview_class_init (AetherPreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = aether_preview_dispose;
  object_class->finalize = aether_preview_finalize;
  object_class->get_property = aether_preview_get_property;
  widget_class->get_request_mode = aether_preview_get_request_mode;
  widget_class->measure = aether_preview_measure;
  widget_class->size_allocate = aether_preview_size_allocate;
  widget_class->map = aether_preview_map;
  widget_class->unmap = aether_preview_unmap;

  properties[PROP_ACCELERATOR] =
    g_param_spec_string ("accelerator", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CLIENT] =
    g_param_spec_object ("client", NULL, NULL, AETHER_TYPE_CLIENT,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "machine-preview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
aether_preview_init (AetherPreview *self)
{
  self->fd = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  self->icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "computer-symbolic", "pixel-size", 64,
                             "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->logo = aether_os_logo_new (96);
  self->picture = g_object_new (GTK_TYPE_PICTURE, "content-fit", GTK_CONTENT_FIT_CONTAIN,
                                "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_parent (self->logo, GTK_WIDGET (self));
  gtk_widget_set_parent (self->picture, GTK_WIDGET (self));
}

/**
 * aether_preview_set_bundle:
 * @self: a preview
 * @bundle: (nullable): whose screen to show
 */
void
aether_preview_set_bundle (AetherPreview *self, AetherBundle *bundle)
{
  g_return_if_fail (AETHER_IS_PREVIEW (self));

  if (self->bundle == bundle)
    return;

  leave (self);
  if (self->bundle != NULL)
    g_signal_handlers_disconnect_by_data (self->bundle, self);
  g_set_object (&self->bundle, bundle);

  if (bundle == NULL)
    return;

  g_signal_connect_object (bundle, "notify::os", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bundle, "notify::state", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bundle, "notify::name", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  show_picture (self, NULL);
  name_cb (self);
  follow (self);
}

const char *
aether_preview_get_accelerator (AetherPreview *self)
{
  g_return_val_if_fail (AETHER_IS_PREVIEW (self), NULL);

  return self->accelerator;
}

gboolean
aether_preview_get_can_suspend (AetherPreview *self)
{
  g_return_val_if_fail (AETHER_IS_PREVIEW (self), FALSE);

  return self->client != NULL && aether_client_get_can_suspend (self->client);
}

double
aether_preview_get_suspend_progress (AetherPreview *self)
{
  guint64 done, total;

  g_return_val_if_fail (AETHER_IS_PREVIEW (self), -1);

  if (self->client == NULL || !aether_client_get_suspend_progress (self->client, &done, &total))
    return -1;

  return MIN (1, (double) done / total);
}
