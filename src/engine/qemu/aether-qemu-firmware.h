/* aether-qemu-firmware.h - UEFI images, by their descriptors (docs/interop/firmware.json of QEMU)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *code;           /* path of the image that is executed */
  char *code_format;    /* "raw" or "qcow2" */
  char *vars;           /* path of what a new machine's variables are copied from */
  char *vars_format;
} AetherQemuFirmware;

/* The folders of descriptors, the most important first */
char              **aether_qemu_firmware_list_folders (void);
AetherQemuFirmware *aether_qemu_firmware_find         (const char * const  *folders,
                                                       const char          *arch,
                                                       const char          *machine);
AetherQemuFirmware *aether_qemu_firmware_parse        (const char          *data,
                                                       gsize                length,
                                                       const char          *arch,
                                                       const char          *machine);
void                aether_qemu_firmware_free         (AetherQemuFirmware  *firmware);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AetherQemuFirmware, aether_qemu_firmware_free)

G_END_DECLS
