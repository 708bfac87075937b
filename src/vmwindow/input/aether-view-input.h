/* aether-view-input.h - keyboard and pointer of a display view
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-input-sink.h"
#include "aether-touch-map.h"

G_BEGIN_DECLS

/* Widget coordinates to pixels of the picture, which may lie outside of it.
 * Returns: %FALSE while there is no picture */
typedef gboolean (*AetherViewInputMap) (GtkWidget *view,
                                        double     x,
                                        double     y,
                                        double    *picture_x,
                                        double    *picture_y,
                                        guint     *width,
                                        guint     *height);

/**
 * AetherViewInput:
 *
 * While the view has the focus, all keys go to the machine, also those that
 * GTK or the window would take (Tab, F10, Alt+letter), but not F11, which is
 * the window's full screen. While it is captured, the desktop's shortcuts go
 * there too, and the pointer of a machine without a tablet stays inside. The
 * release keys end both; the pointer leads out by a click on anything else.
 *
 * What the machine believes to be held is released when the focus, the sink
 * or the capture goes. Its Caps, Num and Scroll Lock are brought in line with
 * the desktop's when the focus comes.
 *
 * Properties: "captured", read-only but by aether_view_input_set_captured();
 * "auto-capture": whether a click on the picture captures; "release-keys", as
 * of AetherReleaseKeys; "touch-mode".
 * Signals: "released" (): the release keys were pressed. "let-go" (): nothing
 * is held any more. "touched" (): a finger came. "magnify" (factor, x, y) and
 * "pan" (dx, dy): fingers want the picture larger, or elsewhere, in
 * coordinates of the view. "not-locked" (sentence): the pointer would have to
 * be held, and why it is not.
 */
#define AETHER_TYPE_VIEW_INPUT (aether_view_input_get_type ())
G_DECLARE_FINAL_TYPE (AetherViewInput, aether_view_input, AETHER, VIEW_INPUT, GObject)

AetherViewInput *aether_view_input_new              (GtkWidget           *view,
                                                     AetherViewInputMap   map);
void             aether_view_input_set_sink         (AetherViewInput     *self,
                                                     AetherInputSink     *sink);
void             aether_view_input_release_all      (AetherViewInput     *self);

gboolean         aether_view_input_set_captured     (AetherViewInput     *self,
                                                     gboolean             captured);
gboolean         aether_view_input_get_captured     (AetherViewInput     *self);
/* Whether the desktop's pointer is held and shows nothing */
gboolean         aether_view_input_get_locked       (AetherViewInput     *self);
gboolean         aether_view_input_set_release_keys (AetherViewInput     *self,
                                                     const char          *combination,
                                                     GError             **error);
const char      *aether_view_input_get_release_keys (AetherViewInput     *self);
/* Whether the machine has a touch screen, for the automatic mode */
void             aether_view_input_set_touch_screen (AetherViewInput     *self,
                                                     gboolean             touch_screen);

/* What the controllers do with an event; for tests and the key hub too.
 * Returns: whether the machine took it */
gboolean         aether_view_input_key              (AetherViewInput     *self,
                                                     guint                hardware_keycode,
                                                     gboolean             down);
gboolean         aether_view_input_qnum             (AetherViewInput     *self,
                                                     guint                qnum,
                                                     gboolean             down);
/* A hardware keycode of this display, as a qnum; 0: none */
guint            aether_view_input_to_qnum          (AetherViewInput     *self,
                                                     guint                hardware_keycode);
void             aether_view_input_pointer          (AetherViewInput     *self,
                                                     double               x,
                                                     double               y);
void             aether_view_input_motion           (AetherViewInput     *self,
                                                     double               dx,
                                                     double               dy);
void             aether_view_input_button           (AetherViewInput     *self,
                                                     guint                gdk_button,
                                                     gboolean             down);
/* @steps_x, @steps_y: clicks of a wheel, rightwards and downwards; parts add up */
void             aether_view_input_scroll           (AetherViewInput     *self,
                                                     double               steps_x,
                                                     double               steps_y);
/* @lights: what the desktop's are now */
void             aether_view_input_sync_locks       (AetherViewInput     *self,
                                                     AetherLeds           lights);

G_END_DECLS
