/* many-machines.h - a large library for tests and benchmarks
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <glib.h>

/* Machines number @from to @to - 1 in the library's folder, as if they were made some time ago. */
void many_machines_make (guint from, guint to);
