/* aether-capabilities.h - what an engine can do on this computer, and why not
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One thing probed. Ids are dotted and stable:
 *   "arch.ARCH"             value: path of the engine's program for that guest
 *   "arch.ARCH.version"     value: its version
 *   "accelerator.ARCH.kvm"  ran a tiny guest, or value: what the engine said when it did not;
 *                           "accelerator.ARCH.tcg"
 *   "firmware.ARCH.uefi"    value: path of the code image
 *   "display.ARCH.dbus"     frames as shared memory
 *   "device.ARCH.NAME"      a device model, as "device.x86_64.virtio-vga"
 * @reason is a sentence when @available is FALSE. */
typedef struct
{
  const char *id;
  gboolean    available;
  const char *value;    /* (nullable) */
  const char *reason;   /* (nullable) */
} AetherCapability;

#define AETHER_TYPE_CAPABILITIES (aether_capabilities_get_type ())
G_DECLARE_FINAL_TYPE (AetherCapabilities, aether_capabilities, AETHER, CAPABILITIES, GObject)

AetherCapabilities     *aether_capabilities_new       (void);
void                    aether_capabilities_add       (AetherCapabilities  *self,
                                                       const char          *id,
                                                       gboolean             available,
                                                       const char          *value,
                                                       const char          *reason);
const AetherCapability *aether_capabilities_lookup    (AetherCapabilities  *self,
                                                       const char          *id_format,
                                                       ...) G_GNUC_PRINTF (2, 3);   /* (nullable) */
gboolean                aether_capabilities_has       (AetherCapabilities  *self,
                                                       const char          *id_format,
                                                       ...) G_GNUC_PRINTF (2, 3);
guint                   aether_capabilities_get_n     (AetherCapabilities  *self);
const AetherCapability *aether_capabilities_get       (AetherCapabilities  *self,
                                                       guint                index);
GVariant               *aether_capabilities_serialize (AetherCapabilities  *self);   /* a(sbss), floating */
AetherCapabilities     *aether_capabilities_deserialize (GVariant          *variant);

G_END_DECLS
