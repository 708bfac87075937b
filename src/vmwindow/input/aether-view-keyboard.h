/* aether-view-keyboard.h - the keyboard of a display view: what is held, and the lights on it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-input-sink.h"

G_BEGIN_DECLS

typedef struct _AetherViewKeyboard AetherViewKeyboard;

/* @keycode: of this display's hardware. Returns: whether the machine took it */
typedef gboolean (*AetherViewKeyboardFunc) (guint    keycode,
                                            gboolean down,
                                            gpointer user_data);

/* @view: outlives it. @func: called with each key while the view has the focus, before the shortcuts and
 * mnemonics of the root see it, but for F11 */
AetherViewKeyboard *aether_view_keyboard_new         (GtkWidget              *view,
                                                      AetherViewKeyboardFunc  func,
                                                      gpointer                user_data);
void                aether_view_keyboard_free        (AetherViewKeyboard     *self);

/* @root: (nullable): what the view is in */
void                aether_view_keyboard_set_root    (AetherViewKeyboard     *self,
                                                      GtkWidget              *root);
/* @sink: (nullable). What is held is to be released before */
void                aether_view_keyboard_set_sink    (AetherViewKeyboard     *self,
                                                      AetherInputSink        *sink);

/* As aether_view_input_to_qnum() and aether_view_input_qnum() */
guint               aether_view_keyboard_to_qnum     (AetherViewKeyboard     *self,
                                                      guint                   keycode);
gboolean            aether_view_keyboard_send        (AetherViewKeyboard     *self,
                                                      guint                   qnum,
                                                      gboolean                down);
void                aether_view_keyboard_release_all (AetherViewKeyboard     *self);

/* Brings the machine's lights in line with @lights, or with the desktop's: what was pressed while the
 * focus was elsewhere, it did not hear of. One that does not answer is not asked twice. */
void                aether_view_keyboard_sync_lights (AetherViewKeyboard     *self,
                                                      AetherLeds              lights);
void                aether_view_keyboard_sync        (AetherViewKeyboard     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherViewKeyboard, aether_view_keyboard_free)

G_END_DECLS
