/* aeg-private.h - between the parts of the SDK
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#pragma once

#include "aether.h"

void aeg_start      (const struct aether_boot_info *boot);   /* called by crt0 */
void aeg_write_host (const char *bytes, size_t length);      /* to the machine's console only */
