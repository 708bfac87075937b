/* avmm-layout.h - where things lie in a guest's memory
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

/* Guest physical addresses, bytes. The ABI promises none of them to the guest
 * but AETHER_IMAGE_BASE: it finds all by its boot info. */
#define AVMM_TABLES      0x1000u   /* page tables, up to BOOT_INFO */
#define AVMM_BOOT_INFO   0x8000u
#define AVMM_GDT         0x8f00u   /* x86_64: in the same page, which is touched anyway */
#define AVMM_INPUT_RING  0x9000u   /* two pages */
#define AVMM_CMDLINE     0xb000u
#define AVMM_VECTORS     0xd000u   /* arm64: VBAR_EL1 */

#define AVMM_INPUT_EVENTS  128u    /* events in the ring */
#define AVMM_CMDLINE_MAX   4095u   /* bytes without the NUL */
#define AVMM_CODE_SELECTOR 0x08u
#define AVMM_DATA_SELECTOR 0x10u

/* arm64: our vectors store the syndrome of a fault at AETHER_CALL_PAGE + this */
#define AVMM_FAULT_OFFSET 0x800u
