/* aether-vm-window-private.h - the rooms of the machine's window
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-clipboard.h"
#include "aether-display-view.h"
#include "aether-engine.h"
#include "aether-finding.h"
#include "aether-vm-curtain.h"
#include "aether-vm-link.h"
#include "aether-vm-touch-hub.h"
#include "aether-vm-window.h"

G_BEGIN_DECLS

/* The window is one object and one template; what it can do lies in a file per
 * subject, a room. A room has some of these: install() puts its actions into
 * the class, init() what it keeps into a new window, update() follows a change
 * of the machine, dispose() lets go. aether-vm-window.c calls them all.
 */
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

  /* aether-vm-power.c */
  gboolean              asks;        /* whether the machine may have what it asks for */

  /* aether-vm-capture.c */
  GtkToggleButton      *capture_button;
  GtkToggleButton      *hub_button;
  AetherVmTouchHub     *hub;
  gboolean              was_running;

  AetherVmLink         *link;
  AetherEngine         *engine;      /* (nullable): what runs the machine */
  AetherClient         *client;      /* (nullable): whose signals we follow */
  GCancellable         *cancellable; /* cancelled with the window */

  /* aether-vm-notices.c */
  GPtrArray            *notices;     /* of AetherFinding; the first is in the banner */
  GHashTable           *toasts_by_id;
  gboolean              has_agent;

  /* aether-vm-clipboard.c */
  AetherClipboard      *clipboard;
  GMenu                *clipboard_menu;

  /* aether-vm-look.c */
  GMenu                *vnc_way;
  gboolean              to_be_fitted; /* to the first picture */
  guint                 fit_tries;    /* how often the window was asked to fit */
  gint64                fit_time;     /* when it was last, by the frame clock */
  int                   unfit_width, unfit_height;   /* of the view, before that */

  /* aether-vm-sound.c */
  GMenu                *sound_menu;
  GSimpleAction        *mute_action;    /* (nullable): the machine has no sound */
  GtkRange             *volume_scale;   /* (nullable): likewise */
  guint                 n_volumes;      /* told to the machine, and not answered yet */

  /* aether-vm-keys.c */
  GSettings            *settings;    /* (nullable) */
  GMenu                *own_keys;

  /* aether-vm-screens.c */
  GMenu                *screens_menu;
  guint                 n_screens;   /* in the menu */
  GPtrArray            *screens;     /* of AetherScreenWindow, unowned: those that are open */

  /* aether-vm-tools.c */
  GtkWindow            *serial_window;  /* (nullable): weak */
};

/* aether-vm-window.c */

const char  *aether_vm_window_get_name           (AetherVmWindow      *self);
AetherState  aether_vm_window_get_state          (AetherVmWindow      *self);
/* Returns: whether a setting means something for this machine: what it cannot have is not offered */
gboolean     aether_vm_window_uses               (AetherVmWindow      *self,
                                                  const char          *key);
void         aether_vm_window_toast              (AetherVmWindow      *self,
                                                  const char          *sentence);
/* @heading_format: with the machine's name in it. Says nothing when cancelled. */
void         aether_vm_window_show_error         (AetherVmWindow      *self,
                                                  const char          *heading_format,
                                                  GError              *error);

/* What a request to the machine was for, while it is under way. */
typedef struct
{
  AetherVmWindow *window;
  const char     *failed;   /* a heading with the machine's name in it */
} AetherVmRequest;

AetherVmRequest *aether_vm_request_new  (AetherVmWindow  *window,
                                         const char      *failed);
void             aether_vm_request_free (AetherVmRequest *request);
/* A GAsyncReadyCallback for AetherClient; @user_data: (transfer full): an AetherVmRequest */
void             aether_vm_request_cb   (GObject         *object,
                                         GAsyncResult    *result,
                                         gpointer         user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherVmRequest, aether_vm_request_free)

/* The rooms */

void aether_vm_capture_install    (GtkWidgetClass *klass);
void aether_vm_capture_init       (AetherVmWindow *self);   /* once it has its link */
void aether_vm_capture_update     (AetherVmWindow *self);
void aether_vm_clipboard_install  (GtkWidgetClass *klass);
void aether_vm_clipboard_init     (AetherVmWindow *self);   /* once it has its link */
void aether_vm_clipboard_update   (AetherVmWindow *self);
void aether_vm_cover_update       (AetherVmWindow *self);
void aether_vm_fullscreen_install (GtkWidgetClass *klass);
void aether_vm_fullscreen_init    (AetherVmWindow *self);
void aether_vm_keys_install       (GtkWidgetClass *klass);
void aether_vm_keys_init          (AetherVmWindow *self);
void aether_vm_keys_update        (AetherVmWindow *self);
void aether_vm_look_install       (GtkWidgetClass *klass);
/* Returns: (nullable): what is remembered of the machine's window */
GSettings *aether_vm_look_open_settings (AetherBundle *bundle);
void aether_vm_look_init          (AetherVmWindow *self);   /* once it has its link */
void aether_vm_look_update        (AetherVmWindow *self);
void aether_vm_notices_install    (GtkWidgetClass *klass);
void aether_vm_notices_init       (AetherVmWindow *self);
void aether_vm_notices_follow     (AetherVmWindow *self,
                                   AetherClient   *client);
void aether_vm_picture_install    (GtkWidgetClass *klass);
void aether_vm_picture_update     (AetherVmWindow *self);
void aether_vm_power_init         (AetherVmWindow *self);   /* once it has its link */
void aether_vm_power_install      (GtkWidgetClass *klass);
void aether_vm_power_update       (AetherVmWindow *self);
/* Asks first */
void aether_vm_power_confirm      (AetherVmWindow *self,
                                   const char     *heading_format,
                                   const char     *body,
                                   const char     *label,
                                   GCallback       confirmed);
void aether_vm_suspend_install    (GtkWidgetClass *klass);
void aether_vm_suspend_update     (AetherVmWindow *self);
/* Whether it is off, to go on where it was; and whether it is on the way there */
gboolean aether_vm_suspend_is_saved  (AetherVmWindow *self);
gboolean aether_vm_suspend_is_saving (AetherVmWindow *self);
void aether_vm_suspend_draw_saved  (AetherVmWindow *self,
                                    const char     *sentence);
void aether_vm_suspend_draw_saving (AetherVmWindow *self);
void aether_vm_screens_install    (GtkWidgetClass *klass);
void aether_vm_screens_init       (AetherVmWindow *self);
void aether_vm_screens_update     (AetherVmWindow *self);
void aether_vm_screens_dispose    (AetherVmWindow *self);
void aether_vm_sound_install      (GtkWidgetClass *klass);
void aether_vm_sound_init         (AetherVmWindow *self);   /* once it has its link */
void aether_vm_sound_update       (AetherVmWindow *self);
void aether_vm_tools_install      (GtkWidgetClass *klass);
void aether_vm_tools_update       (AetherVmWindow *self);
void aether_vm_tools_dispose      (AetherVmWindow *self);

G_END_DECLS
