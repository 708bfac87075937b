/* avmm-probe.h - what a backend can really do, seen on a trial guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "avmm-vm.h"

/* The call a trial reports by; no guest's. */
#define AVMM_PROBE_CALL (AETHER_CALL_MAX - 1)
#define AVMM_PROBE_RAN  1u

bool avmm_probe     (struct avmm_vm *vm, struct avmm_error *error);
bool avmm_probe_hit (struct avmm_vm *vm, const struct avmm_exit *exit);
