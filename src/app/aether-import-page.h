/* aether-import-page.h - machines of other programs: what was found, and their way into the library
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-library.h"

G_BEGIN_DECLS

/* Signals: "created" (#AetherBundle): one was imported; "show" (#AetherBundle): the user wants to see
 * it. Leaving the page ends what is being copied, and nothing is left of it. */
#define AETHER_TYPE_IMPORT_PAGE (aether_import_page_get_type ())
G_DECLARE_FINAL_TYPE (AetherImportPage, aether_import_page, AETHER, IMPORT_PAGE, AdwNavigationPage)

AetherImportPage *aether_import_page_new  (AetherLibrary    *library);
/* Looks at once. @files: (element-type GFile): files and folders, dropped perhaps */
void              aether_import_page_look (AetherImportPage *self,
                                           GSList           *files);
/* Whether a dropped file is for here: a folder, or what describes a machine. */
void              aether_import_page_is_for_async  (GFile              *file,
                                                    GCancellable       *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer            user_data);
/* Returns: %FALSE when that was cancelled */
gboolean          aether_import_page_is_for_finish (GFile              *file,
                                                    GAsyncResult       *result,
                                                    gboolean           *is_machine);

G_END_DECLS
