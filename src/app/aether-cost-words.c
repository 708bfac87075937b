/* aether-cost-words.c - what a new machine takes of this computer, and when that is too much
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-cost-words.h"

#include <glib/gi18n.h>
#include <unistd.h>

#include "aether-words.h"

#define MIB (1024ull * 1024)

guint64
aether_cost_host_memory (void)
{
  gint64 pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) pages * size / MIB : 0;
}

char *
aether_cost_words (guint64 memory, guint64 disk, guint64 free)
{
  g_autofree char *memory_text = aether_words_size (memory * MIB);
  g_autofree char *disk_text = aether_words_size (disk);
  g_autofree char *free_text = aether_words_size (free);

  if (disk == 0)
    /* Translators: %s is a size of memory */
    return g_strdup_printf (_("Takes %s of memory while it runs, and no more space on the disk."), memory_text);
  if (free == 0)
    /* Translators: %1$s is a size of memory, %2$s one of a disk */
    return g_strdup_printf (_("Takes %1$s of memory while it runs. The disk begins small and grows up to %2$s as it fills."),
                            memory_text, disk_text);

  /* Translators: %1$s is a size of memory, %2$s and %3$s are sizes of disks */
  return g_strdup_printf (_("Takes %1$s of memory while it runs. The disk begins small and grows up to %2$s as it fills; %3$s are free."),
                          memory_text, disk_text, free_text);
}

char *
aether_cost_warning (const char             *name,
                     const AetherOsDefaults *defaults,
                     guint64                 memory,
                     guint64                 disk,
                     guint64                 free)
{
  g_autofree char *asked = aether_words_size (memory * MIB);
  g_autofree char *wanted = aether_words_size (disk);

  if (aether_cost_host_memory () > 0 && memory > aether_cost_host_memory ())
    {
      g_autofree char *there = aether_words_size (aether_cost_host_memory () * MIB);

      /* Translators: %1$s and %2$s are sizes of memory */
      return g_strdup_printf (_("%1$s of memory is more than the %2$s that this computer has: the machine may not start."),
                              asked, there);
    }
  if (disk > 0 && free > 0 && disk > free)
    {
      g_autofree char *there = aether_words_size (free);

      /* Translators: %1$s and %2$s are sizes of disks */
      return g_strdup_printf (_("The disk can grow to %1$s, and only %2$s are free. The machine pauses when there is no space left."),
                              wanted, there);
    }
  if (memory < defaults->least_memory)
    {
      g_autofree char *least = aether_words_size (defaults->least_memory * MIB);

      /* Translators: %1$s is a system, %2$s a size of memory */
      return g_strdup_printf (_("%1$s asks for at least %2$s of memory."), name, least);
    }
  if (disk > 0 && disk < defaults->least_disk)
    {
      g_autofree char *least = aether_words_size (defaults->least_disk);

      /* Translators: %1$s is a system, %2$s a size of a disk */
      return g_strdup_printf (_("%1$s asks for a disk of at least %2$s."), name, least);
    }

  return NULL;
}
