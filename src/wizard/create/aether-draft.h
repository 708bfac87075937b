/* aether-draft.h - a machine that somebody is about to make
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-catalogue.h"
#include "aether-install-create.h"
#include "aether-os-defaults.h"

G_BEGIN_DECLS

/* Where what it starts from comes from. */
typedef enum
{
  AETHER_DRAFT_NOTHING,
  AETHER_DRAFT_FETCH,      /* an edition of the catalogue, into the folder of media */
  AETHER_DRAFT_FILE,
} AetherDraftSource;

typedef enum
{
  AETHER_DRAFT_DISK_NEW,
  AETHER_DRAFT_DISK_COPY,  /* of the medium, when that is a disk image */
  AETHER_DRAFT_DISK_IMAGE, /* one that is there, and stays where it is */
  AETHER_DRAFT_DISK_NONE,
} AetherDraftDisk;

/* What the user said himself, and nobody fills in anew. */
typedef enum
{
  AETHER_DRAFT_CHOSE_NAME     = 1 << 0,
  AETHER_DRAFT_CHOSE_ARCH     = 1 << 1,
  AETHER_DRAFT_CHOSE_MEMORY   = 1 << 2,
  AETHER_DRAFT_CHOSE_CPUS     = 1 << 3,
  AETHER_DRAFT_CHOSE_FIRMWARE = 1 << 4,
  AETHER_DRAFT_CHOSE_DISK     = 1 << 5,   /* its kind */
  AETHER_DRAFT_CHOSE_SIZE     = 1 << 6,
  AETHER_DRAFT_CHOSE_START    = 1 << 7,
  AETHER_DRAFT_CHOSE_ALL      = (1 << 8) - 1,
} AetherDraftChoices;

/**
 * AetherDraft:
 * @name: never %NULL
 * @os: (nullable): what it is for
 * @arch: as machines have it
 * @engine: (nullable): %NULL: the one that runs every system
 * @firmware: (nullable): "uefi", "bios"; %NULL: what the architecture has
 * @memory: MiB
 * @disk_size: bytes
 * @edition: (nullable): of @os, to be fetched
 * @medium: (nullable): the file it starts from, or where the fetched one will be; absolute
 * @media: (nullable): what @medium is; %NULL while nobody has looked
 * @found: what its installer takes for answers, once @looked
 * @shared: @medium is for other machines, too, and becomes no machine's disk by itself
 * @image: (nullable): the disk that is there, absolute, for %AETHER_DRAFT_DISK_IMAGE; of a medium
 *   that is a disk image it is that
 * @unattended: the installer's questions are answered by @options
 * @options: what is not set is this computer's; see aether_install_options_complete()
 * @drivers: (nullable): a disc with drivers for Windows
 * @keep_password: in the keyring, under the machine's UUID
 * @start: when it is made
 * @settings: of char *, as aether_create() takes them
 *
 * Public members are set directly where there is no function for it; then
 * aether_draft_offer() fills in what hangs on them. Belongs to one thread.
 */
#define AETHER_TYPE_DRAFT (aether_draft_get_type ())
G_DECLARE_FINAL_TYPE (AetherDraft, aether_draft, AETHER, DRAFT, GObject)
struct _AetherDraft
{
  GObject               parent_instance;

  AetherDraftChoices    chosen;
  char                 *name;
  AetherOs             *os;
  char                 *arch;
  char                 *engine;
  char                 *firmware;
  guint                 memory;
  guint                 cpus;
  AetherOsDefaults      defaults;

  AetherDraftSource     source;
  const AetherOsMedia  *edition;
  char                 *medium;
  AetherMedia          *media;
  AetherInstallMedium   found;
  gboolean              looked;
  gboolean              shared;

  AetherDraftDisk       disk;
  guint64               disk_size;
  char                 *image;

  gboolean              unattended;
  AetherInstallOptions *options;
  char                 *drivers;
  gboolean              keep_password;
  gboolean              start;
  GPtrArray            *settings;
};

/* Of any system, on this computer. */
AetherDraft         *aether_draft_new            (void);

void                 aether_draft_set_os         (AetherDraft         *self,
                                                  AetherOs            *os);        /* (nullable) */
void                 aether_draft_set_arch       (AetherDraft         *self,
                                                  const char          *arch);
/* Nothing to start from. */
void                 aether_draft_set_nothing    (AetherDraft         *self);
void                 aether_draft_set_edition    (AetherDraft         *self,
                                                  const AetherOsMedia *edition);
/* @media: (transfer full): what aether_media_detect() says of it. Of an edition only when @path is where
 * it was fetched to. */
void                 aether_draft_set_file       (AetherDraft         *self,
                                                  const char          *path,
                                                  AetherMedia         *media);
/* @found: what aether_install_medium_look() says of the file; its contents are taken. */
void                 aether_draft_set_installer  (AetherDraft         *self,
                                                  AetherInstallMedium *found);
/* Fills in what the user did not choose. */
void                 aether_draft_offer          (AetherDraft         *self);

/* Those that may run it, the one first that is taken when nobody says. Returns: (transfer full)
 * (element-type AetherEngine) */
GPtrArray           *aether_draft_list_engines   (AetherDraft         *self);
gboolean             aether_draft_is_windows     (AetherDraft         *self);
/* What it starts from is a disk, not a disc. */
gboolean             aether_draft_is_image       (AetherDraft         *self);
/* It is a guest without a system, for Aether's own engine: there is nothing to be asked but its name. */
gboolean             aether_draft_is_guest       (AetherDraft         *self);
/* What takes answers, or will when it is here; %AETHER_INSTALL_NONE: nothing that is known. */
AetherInstallKind    aether_draft_get_kind       (AetherDraft         *self);

/* What stands in the way of a machine that starts from its file: a sentence. TRUE while nobody
 * has looked. */
gboolean             aether_draft_check_medium   (AetherDraft         *self,
                                                  GError             **error);
/* Completes a copy of the answers and checks it. Returns: (transfer full) (nullable) */
AetherInstallOptions *aether_draft_make_options  (AetherDraft         *self,
                                                  GError             **error);
/* All of it, when the file is there and was looked at. Errors are sentences. */
AetherCreateRequest *aether_draft_make_request   (AetherDraft         *self,
                                                  const char          *folder,     /* (nullable) */
                                                  GError             **error);

/* What @path is, and what its installer takes. @os: (nullable): what is on it, as far as is known. */
typedef struct
{
  AetherMedia        *media;
  AetherInstallMedium found;
} AetherDraftLook;

void                 aether_draft_look_free      (AetherDraftLook     *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherDraftLook, aether_draft_look_free)

AetherDraftLook     *aether_draft_look           (const char          *path,
                                                  const char          *arch,
                                                  AetherOs            *os,
                                                  GCancellable        *cancellable,
                                                  GError             **error);
void                 aether_draft_look_async     (const char          *path,
                                                  const char          *arch,
                                                  AetherOs            *os,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
AetherDraftLook     *aether_draft_look_finish    (GAsyncResult        *result,
                                                  GError             **error);

G_END_DECLS
