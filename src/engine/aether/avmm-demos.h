/* avmm-demos.h - the guests that come with Aether
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "avmm-error.h"
#include "avmm-image.h"

#define AVMM_PATH_MAX 4096   /* bytes, with the NUL */

/* On standard output: NAME ARCH PATH. Returns: false with a sentence when there are none */
bool avmm_demos_list (struct avmm_error *error);
bool avmm_demos_find (const char *name, enum avmm_arch arch, char path[AVMM_PATH_MAX],
                      struct avmm_error *error);

/* The folder this program lies in, without a slash at the end. */
bool avmm_program_folder (char *path, size_t size);
