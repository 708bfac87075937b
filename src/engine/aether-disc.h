/* aether-disc.h - images of CDs and DVDs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether the open file looks like a CD or DVD: ISO 9660, UDF or HFS. */
gboolean aether_disc_is_one (int fd);

G_END_DECLS
