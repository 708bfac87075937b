/* aether-capture-hint.c - how to get the keyboard back, in any window with a machine's picture
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-capture-hint.h"

#include <glib/gi18n.h>

#include "aether-release-keys.h"
#include "aether-settings.h"

/* A toast's own words have one line. */
static AdwToast *
new_toast (const char *sentence)
{
  AdwToast *toast = adw_toast_new (sentence);
  GtkWidget *label = gtk_label_new (sentence);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_custom_title (toast, label);

  return toast;
}

static void
captured_cb (AetherViewInput *input, GParamSpec *pspec, AdwToastOverlay *toasts)
{
  static const char key[] = "aether-capture-hinted";
  g_autofree char *keys = NULL;
  g_autofree char *hint = NULL;

  if (!aether_view_input_get_captured (input) || g_object_get_data (G_OBJECT (input), key))
    return;

  g_object_set_data (G_OBJECT (input), key, input);
  keys = aether_release_keys_to_label (aether_view_input_get_release_keys (input));
  /* Translators: keys, as "Ctrl + Alt" */
  hint = g_strdup_printf (_("Press %s to get the keyboard back"), keys);
  adw_toast_overlay_add_toast (toasts, new_toast (hint));
}

static void
not_locked_cb (AetherViewInput *input, const char *sentence, AdwToastOverlay *toasts)
{
  AdwToast *toast = new_toast (sentence);

  adw_toast_set_timeout (toast, 10);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (toasts, toast);
}

static void
mapped_cb (GtkWidget *way_out)
{
  g_signal_handlers_disconnect_by_func (way_out, mapped_cb, NULL);
  if (!gtk_widget_grab_focus (way_out))
    gtk_widget_child_focus (way_out, GTK_DIR_TAB_FORWARD);
}

/* Whoever has no pointer needs a way out of the picture. */
static void
released_cb (GtkWidget *way_out)
{
  GtkWidget *bar = gtk_widget_get_ancestor (way_out, ADW_TYPE_TOOLBAR_VIEW);

  if (bar && !adw_toolbar_view_get_reveal_top_bars (ADW_TOOLBAR_VIEW (bar)))
    {
      adw_toolbar_view_set_reveal_top_bars (ADW_TOOLBAR_VIEW (bar), TRUE);
      if (gtk_widget_get_visible (way_out) && !gtk_widget_get_mapped (way_out))
        {
          /* it is there when the bar has slid in */
          g_signal_connect (way_out, "map", G_CALLBACK (mapped_cb), NULL);
          return;
        }
    }
  /* A narrow window does not show it */
  if (!gtk_widget_get_mapped (way_out) && bar)
    way_out = bar;
  if (!gtk_widget_grab_focus (way_out))
    gtk_widget_child_focus (way_out, GTK_DIR_TAB_FORWARD);
}

void
aether_capture_hint_attach (AetherDisplayView *view, AdwToastOverlay *toasts, GtkWidget *way_out)
{
  AetherViewInput *input = aether_display_view_get_input (view);
  g_autoptr(GSettings) settings = aether_settings_new ();

  g_signal_connect_object (input, "notify::captured", G_CALLBACK (captured_cb), toasts, 0);
  g_signal_connect_object (input, "not-locked", G_CALLBACK (not_locked_cb), toasts, 0);
  g_signal_connect_object (input, "released", G_CALLBACK (released_cb), way_out, G_CONNECT_SWAPPED);
  g_object_set (input, "auto-capture", TRUE, NULL);
  if (settings == NULL)
    return;

  g_settings_bind (settings, "auto-capture", input, "auto-capture", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "release-keys", input, "release-keys", G_SETTINGS_BIND_DEFAULT);
}
