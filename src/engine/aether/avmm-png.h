/* avmm-png.h - a picture as a PNG file
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include "avmm-display.h"

/* Writes the picture as it is now to @fd. Returns: false when that failed. */
bool avmm_png_write (struct avmm_display *display, int fd);
