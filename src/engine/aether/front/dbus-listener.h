/* dbus-listener.h - one viewer of the picture: org.qemu.Display1.Listener
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "../avmm-display.h"

/* All on the display's thread. At most one message is on its way to the viewer;
 * what is drawn meanwhile is united into the next. */
typedef struct _AvmmListener AvmmListener;

/* @fd: the viewer's socket; taken. @gone is called when the viewer hangs up. */
AvmmListener *avmm_listener_new    (int fd, struct avmm_display *display,
                                    void (*gone) (AvmmListener *self, gpointer data), gpointer data);
void          avmm_listener_damage (AvmmListener *self, const struct avmm_mode *mode,
                                    unsigned serial, const struct aether_rect *damage);
void          avmm_listener_free   (AvmmListener *self);
