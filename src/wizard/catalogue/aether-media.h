/* aether-media.h - what a file is that somebody wants to start a machine from
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  AETHER_MEDIA_UNKNOWN,
  AETHER_MEDIA_DISC,          /* ISO 9660 or UDF */
  AETHER_MEDIA_DISK,          /* raw, with partitions or a file system */
  AETHER_MEDIA_DISK_IMAGE,    /* qcow2, vmdk, vdi, vhdx, vpc */
  AETHER_MEDIA_KERNEL,        /* Linux */
  AETHER_MEDIA_AETHER_GUEST,
} AetherMediaKind;

/* CPUs that it has something to boot for. */
typedef enum
{
  AETHER_MEDIA_CPU_NONE    = 0,        /* nothing is known */
  AETHER_MEDIA_CPU_I386    = 1 << 0,
  AETHER_MEDIA_CPU_X86_64  = 1 << 1,
  AETHER_MEDIA_CPU_ARM     = 1 << 2,
  AETHER_MEDIA_CPU_AARCH64 = 1 << 3,
  AETHER_MEDIA_CPU_RISCV64 = 1 << 4,
} AetherMediaCpus;

/**
 * AetherMedia:
 * @format: "iso9660", "udf", "qcow2", "bzImage", "gpt", "mbr", "fat"...
 * @cpus_guessed: only that it is for PCs is known, 32 bits or 64
 * @boots_bios, @boots_uefi: what firmware can start it
 * @volume_id, @system_id, @publisher_id, @application_id: of a disc, without their
 *   padding, "" when there is none; they name the system to who knows them (libosinfo)
 * @volume_size: bytes that the disc's own label says it has
 * @windows_build: of the Windows on a disc, as 22631; 0: another system, or not known
 *
 * By its content alone; a name says nothing.
 */
typedef struct
{
  AetherMediaKind kind;
  const char     *format;
  AetherMediaCpus cpus;
  gboolean        cpus_guessed;
  gboolean        boots_bios;
  gboolean        boots_uefi;
  guint64         size;
  char           *volume_id;
  char           *system_id;
  char           *publisher_id;
  char           *application_id;
  guint64         volume_size;
  guint           windows_build;
} AetherMedia;

/* Reads a few sectors; blocks. A medium that is damaged is one that is known less of.
 * Errors: what open and read give, G_IO_ERROR_NOT_REGULAR_FILE. */
AetherMedia *aether_media_detect    (const char      *path,
                                     GError         **error);
void         aether_media_free      (AetherMedia     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherMedia, aether_media_free)

/* "x86_64" and so on, as machines have it. Returns: (nullable): NULL for several or none */
const char  *aether_media_get_arch  (const AetherMedia *self);
/* Whether a machine of that arch can start it; TRUE when nothing is known. */
gboolean     aether_media_suits     (const AetherMedia *self,
                                     const char        *arch);

G_END_DECLS
