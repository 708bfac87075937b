/* avmm-error.h - why something did not work, as a sentence
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>

struct avmm_error { char sentence[512]; };

/* Writes the sentence; returns: false, so that a failing function can return it. */
bool avmm_fail       (struct avmm_error *error, const char *format, ...)
  __attribute__ ((format (printf, 2, 3)));

/* The same, followed by ": " and what errno says. */
bool avmm_fail_errno (struct avmm_error *error, const char *format, ...)
  __attribute__ ((format (printf, 2, 3)));
