/* aether-bundle-private.h - what a bundle's files and the library share
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-bundle.h"
#include "aether-run.h"

G_BEGIN_DECLS

#define AETHER_BUNDLE_SUFFIX ".aether"

/* Which machine.json was read: another one has another stamp. All zero: none there. */
typedef struct
{
  gint64  mtime;     /* nanoseconds since the epoch */
  guint64 size;
  guint64 inode;
} AetherBundleStamp;

/* What a list shows of machine.json. @uuid, @arch, @engine are NULL when
 * @problem is not; @os may be in any case. */
typedef struct
{
  const char        *uuid;
  const char        *name;
  const char        *arch;
  const char        *engine;
  const char        *os;
  const char        *problem;
  AetherBundleStamp  stamp;
} AetherBundleHead;

/* Neither of the two looks for a run: all begin as stopped. @head NULL: reads it */
AetherBundle     *_aether_bundle_new_quick    (const char              *path,
                                               const AetherBundleHead  *head);
void              _aether_bundle_set_patient  (AetherBundle            *self);
void              _aether_bundle_set_status   (AetherBundle            *self,
                                               const AetherRunStatus   *status);   /* NULL: stopped */
gboolean          _aether_bundle_reload       (AetherBundle            *self);     /* TRUE: the head changed */
void              _aether_bundle_get_head     (AetherBundle            *self,
                                               AetherBundleHead        *head);     /* strings are borrowed */
void              _aether_bundle_get_stamp    (int                      folder,    /* or AT_FDCWD */
                                               const char              *name,
                                               AetherBundleStamp       *stamp);
const char       *_aether_bundle_get_sort_key (AetherBundle            *self);
void              _aether_bundle_touch        (void);   /* tells other programs to look again */

/* aether-bundle-create.c: a folder is filled under a name that nobody lists, then shown whole */
char             *_aether_bundle_stage        (const char              *directory,
                                               GError                 **error);
char             *_aether_bundle_publish      (const char              *staged,
                                               const char              *directory,
                                               const char              *name,
                                               GError                 **error);
gboolean          _aether_bundle_write        (const char              *path,
                                               AetherMachine           *machine,
                                               GError                 **error);
/* Puts what else the bundle is to hold into @staged, before anybody can see it. */
typedef gboolean (*AetherBundleFill) (const char *staged, gpointer data, GError **error);
AetherBundle     *_aether_bundle_create_filled (const char             *directory,
                                               AetherMachine           *machine,
                                               AetherBundleFill         fill,
                                               gpointer                 data,
                                               GError                 **error);
void              _aether_bundle_clean        (const char              *directory);
gboolean          _aether_bundle_holds        (const char              *path,
                                               const char              *file);     /* absolute */
void              _aether_bundle_normalize_paths (const char           *path,
                                               AetherMachine           *machine);

/* aether-bundle-clone.c */
gboolean          _aether_bundle_lock         (const char              *path,
                                               const char              *name,
                                               int                     *lock,
                                               GError                 **error);

G_END_DECLS
