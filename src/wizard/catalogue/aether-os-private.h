/* aether-os-private.h - how an AetherOs lies in the index
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "aether-os.h"

G_BEGIN_DECLS

/* id, short id, name, version, vendor, family, distro, codename, release date, end of life, page,
 * what a search looks in, flags */
#define AETHER_OS_HEAD      "(ssssssssssssu)"
/* as in AetherOsMedia */
#define AETHER_OS_MEDIA     "(ssssssssssssssstssuu)"
/* arch; memory, storage, CPUs: minimum, then recommended */
#define AETHER_OS_RESOURCES "(sttuttu)"
/* arch ("all"), "efi" or "bios", whether it works */
#define AETHER_OS_FIRMWARE  "(ssb)"
/* head, short ids, media, resources, firmware, devices, scripts */
#define AETHER_OS_ENTRY \
  "(" AETHER_OS_HEAD "asa" AETHER_OS_MEDIA "a" AETHER_OS_RESOURCES "a" AETHER_OS_FIRMWARE "asas)"

typedef enum
{
  AETHER_OS_ROLLING    = 1 << 0,
  AETHER_OS_PRERELEASE = 1 << 1,
  AETHER_OS_OURS       = 1 << 2,   /* from our own catalogue */
} AetherOsFlags;

/* @entry: serialised */
AetherOs   *_aether_os_new          (GVariant   *entry);
const char *_aether_os_get_haystack (AetherOs   *self);
gboolean    _aether_os_is_ours      (AetherOs   *self);
void        _aether_os_set_current  (AetherOs   *self,
                                     gboolean    current);

G_END_DECLS
