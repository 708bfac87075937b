/* aether-disk-probe.h - what the first bytes of a disk image say
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

typedef struct
{
  struct stat  st;
  const char  *format;       /* by its magic; "raw" when it has none */
  guint64      virtual_size; /* qcow2 only; 0: unknown */
  gboolean     has_backing;  /* names another file for what it does not hold itself */
  gboolean     is_elsewhere; /* the data themselves are in other files: opening it opens those */
  char         backing[1024];/* qcow2 only: that other file, as the image writes it; "" when not known */
} AetherDiskProbe;

/* Opens nothing but @path. Errors are sentences that name it. */
gboolean  aether_disk_probe            (const char      *path,
                                        AetherDiskProbe *probe,
                                        GError         **error);

/* The same for a part of an open file, as of an archive; leaves @st alone. FALSE with errno */
gboolean  aether_disk_probe_part       (int              fd,
                                        guint64          start,
                                        guint64          size,
                                        AetherDiskProbe *probe);

/* "qemu-system-x86_64 (process 1234)": who has it open, as far as /proc shows us; NULL: unknown */
char     *aether_disk_dup_user_of_file (const struct stat *st);

G_END_DECLS
