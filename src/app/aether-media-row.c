/* aether-media-row.c - a medium: what is known of it, and what can be done with it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-row.h"

#include <glib/gi18n.h>

#include "aether-words.h"

struct _AetherMediaRow
{
  AdwActionRow     parent_instance;

  AetherMediaFile *file;
  GCancellable    *cancellable;
  GtkWidget       *verify_button;
  GtkWidget       *remove_button;
};

G_DEFINE_FINAL_TYPE (AetherMediaRow, aether_media_row, ADW_TYPE_ACTION_ROW)

enum { FAILED, REMOVE, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
say_state (AetherMediaRow *self)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *when = aether_words_moment (aether_media_file_get_checked (self->file), now);
  double fraction = aether_media_file_get_fraction (self->file);

  if (fraction >= 0)
    return g_strdup_printf (_("Verifying, %d %%"), (int) (100 * fraction));
  if (aether_media_file_is_missing (self->file))
    return g_strdup (_("The file is not where it was"));

  switch (aether_media_file_get_state (self->file))
    {
    case AETHER_MEDIA_FILE_VERIFIED:
      /* Translators: %s is a moment, as "yesterday" */
      return g_strdup_printf (_("Verified %s"), when);
    case AETHER_MEDIA_FILE_UNCHANGED:
      return g_strdup_printf (_("Unchanged, checked %s"), when);
    case AETHER_MEDIA_FILE_DAMAGED:
      return g_strdup (_("Damaged: fetch it again"));
    case AETHER_MEDIA_FILE_CHANGED:
      return g_strdup (_("Written to since it was checked"));
    case AETHER_MEDIA_FILE_UNCHECKED:
    default:
      return g_strdup (_("Not checked yet"));
    }
}

static void
changed_cb (AetherMediaRow *self)
{
  const char * const *users = aether_media_file_get_users (self->file);
  g_autoptr(GStrvBuilder) parts = g_strv_builder_new ();
  g_auto(GStrv) all = NULL;
  g_autofree char *subtitle = NULL;

  g_strv_builder_take (parts, g_format_size (aether_media_file_get_size (self->file)));
  g_strv_builder_take (parts, say_state (self));
  if (users[0])
    {
      g_autofree char *names = g_strjoinv (", ", (char **) users);

      /* Translators: %s are names of machines */
      g_strv_builder_take (parts, g_strdup_printf (_("used by %s"), names));
    }
  all = g_strv_builder_end (parts);
  subtitle = g_strjoinv (" · ", all);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_sensitive (self->verify_button, aether_media_file_get_fraction (self->file) < 0 &&
                                                 !aether_media_file_is_missing (self->file));
}

static void
verified_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(AetherMediaRow) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!aether_media_file_verify_finish (AETHER_MEDIA_FILE (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, _("Could not verify the medium"), error->message);
}

static void
verify_cb (AetherMediaRow *self)
{
  aether_media_file_verify_async (self->file, self->cancellable, verified_cb, g_object_ref (self));
}

static void
remove_cb (AetherMediaRow *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

AetherMediaFile *
aether_media_row_get_file (AetherMediaRow *self)
{
  return self->file;
}

static void
aether_media_row_dispose (GObject *object)
{
  AetherMediaRow *self = AETHER_MEDIA_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (aether_media_row_parent_class)->dispose (object);
}

static void
aether_media_row_class_init (AetherMediaRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = aether_media_row_dispose;

  signals[FAILED] = g_signal_new ("failed", AETHER_TYPE_MEDIA_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[REMOVE] = g_signal_new ("remove", AETHER_TYPE_MEDIA_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static GtkWidget *
add_button (AetherMediaRow *self, const char *icon, const char *tooltip, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "machine-button");
  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);
  return button;
}

static void
aether_media_row_init (AetherMediaRow *self)
{
  self->cancellable = g_cancellable_new ();
  self->verify_button = add_button (self, "object-select-symbolic", _("Verify"), G_CALLBACK (verify_cb));
  self->remove_button = add_button (self, "user-trash-symbolic", _("Remove"), G_CALLBACK (remove_cb));
}

GtkWidget *
aether_media_row_new (AetherMediaFile *file)
{
  const char *name = aether_media_file_get_name (file);
  AetherMediaRow *self = g_object_new (AETHER_TYPE_MEDIA_ROW, "use-markup", FALSE, NULL);
  /* Translators: %s is a file's name */
  g_autofree char *verify = g_strdup_printf (_("Verify %s"), name);
  g_autofree char *remove = g_strdup_printf (_("Remove %s"), name);

  self->file = g_object_ref (file);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);   /* no markup by now */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->verify_button), GTK_ACCESSIBLE_PROPERTY_LABEL, verify, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, remove, -1);
  g_signal_connect_object (file, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);

  return GTK_WIDGET (self);
}
