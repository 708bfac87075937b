/* mock-display.h - the machine's side of org.qemu.Display1, in this process, as a test wants it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _MockDisplay MockDisplay;

/* @stream (out): the end that aether_dbus_source_open_async() takes */
MockDisplay *mock_display_new         (GIOStream   **stream);
/* @fd: our end; taken */
MockDisplay *mock_display_new_for_fd  (int           fd);
/* Returns: the other end of @stream, on which nobody answers; the caller's */
int          mock_display_new_pair    (GIOStream   **stream);
/* As a machine that is killed: @fd is closed after the first line of its peer's. Blocks until it comes. */
void         mock_display_hang_up_in_handshake (int fd);
void         mock_display_free        (MockDisplay  *self);

/* What RegisterListener does: answer (the default), or never */
void         mock_display_set_mute    (MockDisplay  *self, gboolean mute);
/* What RegisterListener does with the listener's socket: hangs up on it, while the handshake is due */
void         mock_display_set_curt    (MockDisplay  *self, gboolean curt);
/* Iterates until a listener is there, or the window hung up on it */
void         mock_display_wait        (MockDisplay  *self);
/* Calls the listener as the machine does and waits for the answer.
 * @map: on Listener.Unix.Map; @fd: sent along, or -1; @args: floating, consumed */
gboolean     mock_display_call        (MockDisplay  *self, gboolean map, const char *method,
                                       GVariant *args, int fd, GError **error);
/* The listener's property: whether it offers maps */
gboolean     mock_display_offers_maps (MockDisplay  *self);
void         mock_display_vanish      (MockDisplay  *self);
/* What came in, as "key 30 1; at 5 6; button 0 1; touch 0 1 5 6; " */
const char  *mock_display_get_input   (MockDisplay  *self);

/* The lights of the keyboard, as AetherLeds */
void         mock_display_set_leds    (MockDisplay  *self, guint leds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockDisplay, mock_display_free)

G_END_DECLS
