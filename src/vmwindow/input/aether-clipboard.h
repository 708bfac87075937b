/* aether-clipboard.h - this computer's clipboard and a machine's, as one
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "aether-display-source.h"
#include "aether-machine.h"

G_BEGIN_DECLS

/* Texts that are longer stay where they are. */
#define AETHER_CLIPBOARD_MAX (4 * 1024 * 1024)

/**
 * AetherClipboard:
 *
 * Whatever the source, nothing goes either way while the window is not the
 * active one: what was copied meanwhile follows when it is.
 * Property "mode" (#AetherClipboardMode, notify).
 * Signal "shared" (gboolean from_machine, guint length): a text went over.
 */
#define AETHER_TYPE_CLIPBOARD (aether_clipboard_get_type ())
G_DECLARE_FINAL_TYPE (AetherClipboard, aether_clipboard, AETHER, CLIPBOARD, GObject)

/* @window: is to outlive it */
AetherClipboard     *aether_clipboard_new        (GtkWindow           *window);
void                 aether_clipboard_set_source (AetherClipboard     *self,
                                                  AetherDisplaySource *source);   /* (nullable) */
void                 aether_clipboard_set_mode   (AetherClipboard     *self,
                                                  AetherClipboardMode  mode);
AetherClipboardMode  aether_clipboard_get_mode   (AetherClipboard     *self);

G_END_DECLS
