/* aether-import.h - machines of other programs: what lies in a folder, and making machines of it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-finding.h"

G_BEGIN_DECLS

typedef enum
{
  AETHER_IMPORT_AETHER,      /* a machine of Aether's own */
  AETHER_IMPORT_UTM,
  AETHER_IMPORT_VMWARE,
  AETHER_IMPORT_VIRTUALBOX,
  AETHER_IMPORT_OVF,
  AETHER_IMPORT_OVA,
  AETHER_IMPORT_LIBVIRT,
  AETHER_IMPORT_QUICKEMU,
  AETHER_IMPORT_DISK,        /* a disk by itself */
  AETHER_IMPORT_DISC,        /* a CD or DVD by itself */
} AetherImportFormat;

/**
 * AetherImportItem:
 *
 * A machine that can be imported, or that cannot, and why. Does not change; it holds what was found
 * when it was looked at.
 */
#define AETHER_TYPE_IMPORT_ITEM (aether_import_item_get_type ())
G_DECLARE_FINAL_TYPE (AetherImportItem, aether_import_item, AETHER, IMPORT_ITEM, GObject)

AetherImportFormat aether_import_item_get_format   (AetherImportItem *self);
const char        *aether_import_format_get_name   (AetherImportFormat format);   /* "VirtualBox", translated */
const char        *aether_import_format_get_id     (AetherImportFormat format);   /* "virtualbox" */
const char        *aether_import_item_get_path     (AetherImportItem *self);      /* the file or folder that describes it */
const char        *aether_import_item_get_name     (AetherImportItem *self);      /* that a machine may have */
const char        *aether_import_item_get_problem  (AetherImportItem *self);      /* (nullable): why it cannot be */
const char        *aether_import_item_get_arch     (AetherImportItem *self);
const char        *aether_import_item_get_firmware (AetherImportItem *self);
guint              aether_import_item_get_memory   (AetherImportItem *self);      /* MiB; 0: what is usual */
guint              aether_import_item_get_cpus     (AetherImportItem *self);      /* 0: what is usual */
/* Bytes that the machine sees of all its disks, and that copies of all files take. */
guint64            aether_import_item_get_disk_size (AetherImportItem *self);
guint64            aether_import_item_get_copy_size (AetherImportItem *self);
/* (element-type AetherFinding): what will not be as it was */
GPtrArray         *aether_import_item_get_findings (AetherImportItem *self);
/* (element-type filename): files that it uses outside of what was chosen. When they were not
 * allowed, it has a problem. */
GPtrArray         *aether_import_item_get_outside  (AetherImportItem *self);
/* Whoever imports a folder will want it: a machine, or disks where there is no machine. */
gboolean           aether_import_item_is_suggested (AetherImportItem *self);

/* For a list of the drives: the first @index for which this is FALSE is one too many. Any of
 * the results may be NULL; file is NULL for an empty drive. Strings are the item's. */
typedef struct
{
  gboolean    is_disc;
  const char *file;
  const char *format;
  const char *interface;
  guint64     size;
  guint64     copy_size;
} AetherImportDriveInfo;
gboolean           aether_import_item_get_drive    (AetherImportItem *self,
                                                    guint             index,
                                                    AetherImportDriveInfo *info);

/* --- looking ---------------------------------------------------------------- */

/* Looks into folders and files, by content. Links are not followed, only named ones. @allow_outside:
 * the user wants files that lie outside of them, too. Nothing is changed. */
void               aether_import_scan_async        (const char * const  *paths,
                                                    gboolean             allow_outside,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
/* Returns: (transfer full): of #AetherImportItem, perhaps empty. Errors: a path that cannot be read. */
GListModel        *aether_import_scan_finish       (GAsyncResult        *result,
                                                    GError             **error);

/* --- importing --------------------------------------------------------------- */

/* @fraction of all that is to be copied; on the thread-default main context of the start */
typedef void (*AetherImportProgress) (double fraction, gpointer data);

/* Makes a machine of @item, called @name, in @directory (NULL: the library's folder). A machine of
 * Aether's own is cloned. @in_place: disks stay where they are, where that can be, and a machine of
 * Aether's own is only added to the library. The original is not touched. After an error or
 * cancelling nothing is left. */
void               aether_import_run_async         (AetherImportItem    *item,
                                                    const char          *directory,
                                                    const char          *name,
                                                    gboolean             in_place,
                                                    AetherImportProgress progress,
                                                    gpointer             progress_data,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
AetherBundle      *aether_import_run_finish        (AetherImportItem    *item,
                                                    GAsyncResult        *result,
                                                    GError             **error);

/* Which of @item's files a machine cannot use where they are. Returns: (transfer full) (nullable):
 * a sentence; NULL: it can use all */
char              *aether_import_item_explain_copies (AetherImportItem  *item);

/* Returns: (transfer full): @name, or with a number behind when @taken has it already */
char              *aether_import_free_name         (const char          *name,
                                                    GListModel          *taken);   /* of AetherBundle */

G_END_DECLS
