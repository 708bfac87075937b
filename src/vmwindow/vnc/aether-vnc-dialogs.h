/* aether-vnc-dialogs.h - what a VNC server, or its certificate, makes us ask the user
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-vnc-source.h"

G_BEGIN_DECLS

/* Asks @question, and gives the answer to @source. A password that the user let the keyring
 * remember is taken from there without asking, unless @again: it was wrong.
 * @id: what the server is remembered by */
void aether_vnc_dialogs_ask (GtkWidget               *parent,
                             AetherVncSource         *source,
                             const AetherVncQuestion *question,
                             const char              *id,
                             gboolean                 again);

G_END_DECLS
