/* aether-downloads-hub.c - the downloads and media of the program, and who is told of them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-downloads-hub.h"

#include <glib/gi18n.h>

#include "aether-settings.h"

#define BADGE_INTERVAL 500   /* ms between words to the launcher */

struct _AetherDownloadsHub
{
  GObject             parent_instance;

  GApplication       *application;   /* not owned: it owns us */
  GListModel         *machines;
  AetherDownloads    *downloads;
  AetherCreateJobs   *jobs;
  AetherMediaLibrary *media;         /* (nullable) */
  GSettings          *settings;      /* (nullable) */
  gboolean            held;
  guint               badge_timer;
};

G_DEFINE_FINAL_TYPE (AetherDownloadsHub, aether_downloads_hub, G_TYPE_OBJECT)

/* The launcher's badge, as docks of several desktops understand it (Unity's LauncherEntry). */
static gboolean
badge_cb (gpointer user_data)
{
  AetherDownloadsHub *self = user_data;
  GDBusConnection *bus = g_application_get_dbus_connection (self->application);
  GVariantBuilder properties;
  double fraction;
  guint active = aether_downloads_get_active (self->downloads, &fraction);
  g_autofree char *uri = g_strdup_printf ("application://%s.desktop", g_application_get_application_id (self->application));

  self->badge_timer = 0;
  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", "count", g_variant_new_int64 (active));
  g_variant_builder_add (&properties, "{sv}", "count-visible", g_variant_new_boolean (active > 1));
  g_variant_builder_add (&properties, "{sv}", "progress", g_variant_new_double (fraction));
  g_variant_builder_add (&properties, "{sv}", "progress-visible", g_variant_new_boolean (active > 0));
  if (bus)
    g_dbus_connection_emit_signal (bus, NULL, "/org/aether/Aether/launcher", "com.canonical.Unity.LauncherEntry",
                                   "Update", g_variant_new ("(sa{sv})", uri, &properties), NULL);
  else
    g_variant_builder_clear (&properties);

  return G_SOURCE_REMOVE;
}

/* Closing the window does not end what is fetched, or made of it. */
static void
changed_cb (AetherDownloadsHub *self)
{
  gboolean busy = aether_downloads_get_active (self->downloads, NULL) > 0 || aether_create_jobs_get_active (self->jobs) > 0;

  if (busy && !self->held)
    g_application_hold (self->application);
  else if (!busy && self->held)
    g_application_release (self->application);
  self->held = busy;
  if (self->badge_timer == 0)
    self->badge_timer = g_timeout_add (BADGE_INTERVAL, badge_cb, self);
}

static void
finished_cb (AetherDownloadsHub *self, AetherDownloadItem *item)
{
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *title = NULL;
  AetherDigestKind kind;
  gboolean verified;
  const char *hex;

  hex = aether_download_item_get_checksum (item, &kind, &verified);
  aether_media_file_note_download (aether_download_item_get_path (item), kind,
                                   aether_download_item_is_unpacked (item) ? NULL : hex, verified,
                                   aether_download_item_get_url (item));
  if (self->media)
    aether_media_library_refresh (self->media);
  /* The machine that it is for will be told of */
  if (aether_create_jobs_wants (self->jobs, aether_download_item_get_path (item)))
    return;

  /* Translators: %s is a file's name */
  title = g_strdup_printf (_("%s was downloaded"), aether_download_item_get_name (item));
  notification = g_notification_new (title);
  g_notification_set_body (notification, verified ? _("It is what its publisher says it should be.")
                                                  : _("There was no checksum to compare it with."));
  g_notification_set_default_action (notification, "app.show-downloads");
  g_notification_add_button (notification, _("Show"), "app.show-downloads");
  g_application_send_notification (self->application, aether_download_item_get_path (item), notification);
}

AetherDownloads *
aether_downloads_hub_get_downloads (AetherDownloadsHub *self)
{
  return self->downloads;
}

/* Who waited for a download may have gone away. */
static void
made_cb (AetherDownloadsHub *self, AetherCreateJob *job)
{
  AetherBundle *bundle = aether_create_job_get_bundle (job);
  AetherDraft *draft = aether_create_job_get_draft (job);
  const char *path = aether_bundle_get_path (bundle);
  g_autoptr(GNotification) notification = NULL;
  g_autofree char *title = NULL;

  if (draft->start)
    g_action_group_activate_action (G_ACTION_GROUP (self->application), "start-machine", g_variant_new_string (path));
  if (draft->edition == NULL && aether_create_job_get_notice (job) == NULL)
    return;

  /* Translators: %s is a machine's name */
  title = g_strdup_printf (_("%s is ready"), aether_create_job_get_name (job));
  notification = g_notification_new (title);
  if (aether_create_job_get_notice (job) != NULL)
    g_notification_set_body (notification, aether_create_job_get_notice (job));
  else
    g_notification_set_body (notification, draft->start ? _("Its medium was downloaded, and the machine starts.")
                                                        : _("Its medium was downloaded, and the machine is made."));
  g_notification_set_default_action_and_target (notification, "app.show-machine", "s", path);
  g_notification_add_button_with_target (notification, _("Show"), "app.show-machine", "s", path);
  g_application_send_notification (self->application, aether_bundle_get_uuid (bundle), notification);
}

AetherCreateJobs *
aether_downloads_hub_get_jobs (AetherDownloadsHub *self)
{
  return self->jobs;
}

AetherMediaLibrary *
aether_downloads_hub_get_media (AetherDownloadsHub *self)
{
  if (self->media == NULL)
    self->media = aether_media_library_new (self->machines, TRUE);

  return self->media;
}

void
aether_downloads_hub_close (AetherDownloadsHub *self)
{
  aether_create_jobs_close (self->jobs);
  aether_downloads_close (self->downloads);
  if (self->held)
    g_application_release (self->application);
  self->held = FALSE;
  g_clear_handle_id (&self->badge_timer, g_source_remove);
}

static void
aether_downloads_hub_dispose (GObject *object)
{
  AetherDownloadsHub *self = AETHER_DOWNLOADS_HUB (object);

  g_clear_handle_id (&self->badge_timer, g_source_remove);
  g_clear_object (&self->settings);
  g_clear_object (&self->media);
  g_clear_object (&self->jobs);
  g_clear_object (&self->downloads);
  g_clear_object (&self->machines);

  G_OBJECT_CLASS (aether_downloads_hub_parent_class)->dispose (object);
}

static void
aether_downloads_hub_class_init (AetherDownloadsHubClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_downloads_hub_dispose;
}

static void
aether_downloads_hub_init (AetherDownloadsHub *self)
{
}

AetherDownloadsHub *
aether_downloads_hub_new (GApplication *application, GListModel *machines)
{
  AetherDownloadsHub *self = g_object_new (AETHER_TYPE_DOWNLOADS_HUB, NULL);

  self->application = application;
  self->machines = g_object_ref (machines);
  self->downloads = aether_downloads_new ();
  self->jobs = aether_create_jobs_new (self->downloads, NULL);
  self->settings = aether_settings_new ();
  if (self->settings)
    {
      g_settings_bind (self->settings, "downloads-at-once", self->downloads, "most", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (self->settings, "downloads-limit", self->downloads, "limit", G_SETTINGS_BIND_DEFAULT);
    }
  g_signal_connect_object (self->downloads, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->downloads, "items-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jobs, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jobs, "items-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jobs, "made", G_CALLBACK (made_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->downloads, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);

  return self;
}
