/* aether-import-row.h - a machine that can be imported: whether to, and what becomes of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "aether-import.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_IMPORT_ROW_FOUND,
  AETHER_IMPORT_ROW_WAITING,
  AETHER_IMPORT_ROW_WORKING,
  AETHER_IMPORT_ROW_DONE,
  AETHER_IMPORT_ROW_FAILED,
} AetherImportRowState;

/* Signals: "changed": it was checked or not; "show": its machine is wanted. */
#define AETHER_TYPE_IMPORT_ROW (aether_import_row_get_type ())
G_DECLARE_FINAL_TYPE (AetherImportRow, aether_import_row, AETHER, IMPORT_ROW, AdwExpanderRow)

AetherImportRow  *aether_import_row_new        (AetherImportItem     *item);
AetherImportItem *aether_import_row_get_item   (AetherImportRow      *self);
gboolean          aether_import_row_is_checked (AetherImportRow      *self);
void              aether_import_row_set_state  (AetherImportRow      *self,
                                                AetherImportRowState  state);
void              aether_import_row_set_fraction (AetherImportRow    *self,
                                                double                fraction);
/* @message: why it failed, what else is to be said of it */
void              aether_import_row_say        (AetherImportRow      *self,
                                                const char           *message);
void              aether_import_row_set_bundle (AetherImportRow      *self,
                                                AetherBundle         *bundle);
AetherBundle     *aether_import_row_get_bundle (AetherImportRow      *self);   /* (nullable) */

G_END_DECLS
