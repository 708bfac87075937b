/* aether-view-input.h - keyboard and pointer of a display view
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-input-sink.h"

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
 * the window's full screen. The pointer always leads out: a click on anything
 * else takes the focus away.
 *
 * What the machine believes to be held is released when the focus or the sink
 * goes.
 */
#define AETHER_TYPE_VIEW_INPUT (aether_view_input_get_type ())
G_DECLARE_FINAL_TYPE (AetherViewInput, aether_view_input, AETHER, VIEW_INPUT, GObject)

AetherViewInput *aether_view_input_new         (GtkWidget           *view,
                                                AetherViewInputMap   map);
void             aether_view_input_set_sink    (AetherViewInput     *self,
                                                AetherInputSink     *sink);
void             aether_view_input_release_all (AetherViewInput     *self);

/* What the controllers do with an event; for tests too.
 * Returns: whether the machine took it */
gboolean         aether_view_input_key         (AetherViewInput     *self,
                                                guint                hardware_keycode,
                                                gboolean             down);
void             aether_view_input_pointer     (AetherViewInput     *self,
                                                double               x,
                                                double               y);
void             aether_view_input_button      (AetherViewInput     *self,
                                                guint                gdk_button,
                                                gboolean             down);
void             aether_view_input_scroll      (AetherViewInput     *self,
                                                double               steps);

G_END_DECLS
