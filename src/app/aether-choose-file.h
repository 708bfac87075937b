/* aether-choose-file.h - the desktop's file dialog, with files of one kind first
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @kind: what the files with the @suffixes are called; all others can be shown, too. The @callback
 * gets a GtkFileDialog to finish opening with. */
void aether_choose_file (GtkWidget           *widget,
                         const char          *title,
                         const char          *kind,
                         const char * const  *suffixes,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data);

G_END_DECLS
