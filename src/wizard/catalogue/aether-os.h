/* aether-os.h - an operating system of the catalogue, and how to get it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  AETHER_OS_MEDIA_LIVE       = 1 << 0,   /* runs without being installed */
  AETHER_OS_MEDIA_INSTALLER  = 1 << 1,
  AETHER_OS_MEDIA_SCRIPTS    = 1 << 2,   /* install scripts work with it */
  AETHER_OS_MEDIA_CLOUD_INIT = 1 << 3,   /* a disk image that takes a seed */
  AETHER_OS_MEDIA_EJECT      = 1 << 4,   /* taken out after the first restart */
} AetherOsMediaFlags;

/**
 * AetherOsMedia:
 * @arch: as machines have it: "x86_64", "i386", "aarch64"...; "all"
 * @edition: "Fedora Workstation 43"; the system's own name when it has only one
 * @url: "" when only @page tells how to get it
 * @pattern: regular expression of the current file's name in the list @checksums, when @url
 *   may be of an older one; see aether_os_media_find_latest()
 * @checksums: of a list of checksums; @checksum: itself, as aether_digest_parse() takes it
 * @signature: of the list, "" when it carries its own; only with @key
 * @key: base name of the keyring with the keys that may sign the list, see
 *   aether_catalogue_dup_keyring()
 * @page: where the maker hands it out by hand
 * @format: "iso" for a disc, else of a disk image: "qcow2"...
 * @volume_id, @system_id, @publisher_id, @application_id: regular expressions of a disc's labels
 * @volume_size: bytes, 0 for any
 * @restarts: of the machine while it installs
 *
 * A disc or disk image. Strings are never NULL, "" when unknown, and live as long as their
 * AetherOs.
 */
typedef struct
{
  const char        *arch;
  const char        *variant;
  const char        *edition;
  const char        *url;
  const char        *checksums;
  const char        *signature;
  const char        *key;
  const char        *pattern;
  const char        *checksum;
  const char        *page;
  const char        *format;
  const char        *volume_id;
  const char        *system_id;
  const char        *publisher_id;
  const char        *application_id;
  guint64            volume_size;
  const char        *kernel;
  const char        *initrd;
  AetherOsMediaFlags flags;
  guint              restarts;
} AetherOsMedia;

/* Bytes and numbers, 0 where nobody says. */
typedef struct
{
  guint64 memory;
  guint64 storage;
  guint   cpus;
} AetherOsResources;

/**
 * AetherOs:
 *
 * Immutable; its lists are read when they are first asked for, on one thread.
 */
#define AETHER_TYPE_OS (aether_os_get_type ())
G_DECLARE_FINAL_TYPE (AetherOs, aether_os, AETHER, OS, GObject)

/* All "" when unknown. */
const char    *aether_os_get_id            (AetherOs *self);   /* "http://debian.org/debian/13" */
const char    *aether_os_get_short_id      (AetherOs *self);   /* "debian13" */
const char    *aether_os_get_name          (AetherOs *self);
const char    *aether_os_get_version       (AetherOs *self);
const char    *aether_os_get_vendor        (AetherOs *self);
const char    *aether_os_get_family        (AetherOs *self);   /* "linux", "winnt", "freebsd"... */
const char    *aether_os_get_distro        (AetherOs *self);   /* "debian": also the name of its logo */
const char    *aether_os_get_codename      (AetherOs *self);
const char    *aether_os_get_release_date  (AetherOs *self);   /* "2025-08-09" */
const char    *aether_os_get_eol_date      (AetherOs *self);
const char    *aether_os_get_page          (AetherOs *self);   /* the maker's page of downloads */

gboolean       aether_os_has_id            (AetherOs *self,
                                            const char *id);   /* or one of its short ids */
gboolean       aether_os_is_rolling        (AetherOs *self);
gboolean       aether_os_is_prerelease     (AetherOs *self);
/* Its maker still looks after it, as far as is known. */
gboolean       aether_os_is_supported      (AetherOs *self);
/* The newest of its kind, or one that we describe ourselves. */
gboolean       aether_os_is_current        (AetherOs *self);

/* (transfer none): of machines: those that there is something to start for */
const char * const *aether_os_get_arches   (AetherOs *self);
gboolean       aether_os_has_arch          (AetherOs *self,
                                            const char *arch);
/* (array length=n) (transfer none) */
const AetherOsMedia *aether_os_get_media   (AetherOs *self,
                                            guint    *n);
/* FALSE when nothing is known for @arch: both are zeros then */
gboolean       aether_os_get_resources     (AetherOs          *self,
                                            const char        *arch,
                                            AetherOsResources *minimum,
                                            AetherOsResources *recommended);
/* Whether it can start from that firmware, "bios" or "uefi"; TRUE when nobody says otherwise. */
gboolean       aether_os_suits_firmware    (AetherOs *self,
                                            const char *arch,
                                            const char *firmware);
/* Whether it has a driver for a device of that name, as QEMU and osinfo-db have it:
 * "virtio1.0-net". */
gboolean       aether_os_has_device        (AetherOs *self,
                                            const char *name);
/* (transfer none): profiles of its install scripts: "jeos", "desktop" */
const char * const *aether_os_get_scripts  (AetherOs *self);

/* The newest name in a list of checksums that the pattern fits, and its URL beside the list.
 * Returns: (nullable): NULL when there is none. */
char          *aether_os_media_find_latest (const AetherOsMedia *media,
                                            const char          *list);

G_END_DECLS
