/* avmm-memory.c - guest memory and the only way to reach it
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-memory.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SMALL_SIZE (64u << 20)   /* bytes */

/**
 * avmm_memslot_map_private:
 * @base: first guest physical address, a multiple of the page size
 * @size: bytes, a multiple of the page size, more than 0
 *
 * Makes a slot of zeros. The host spends memory only for pages that are touched.
 */
bool
avmm_memslot_map_private (struct avmm_memslot *slot, uint64_t base, uint64_t size,
                          struct avmm_error *error)
{
  void *host = mmap (NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  if (host == MAP_FAILED)
    return avmm_fail_errno (error, "This computer has no %llu MB of memory for the machine",
                            (unsigned long long) size >> 20);

  /* A large page is cleared as a whole when it is first touched: milliseconds that a
   * small guest does not have, and memory that it does not need */
  if (size <= SMALL_SIZE)
    madvise (host, size, MADV_NOHUGEPAGE);

  *slot = (struct avmm_memslot) { .host = host, .base = base, .size = size, .fd = -1 };

  return true;
}

/**
 * avmm_memslot_map_shared:
 * @name: shown in /proc for debugging
 *
 * The same in a memfd, so that another process can map it and see the guest's
 * writes. The memfd cannot shrink under that process.
 */
bool
avmm_memslot_map_shared (struct avmm_memslot *slot, uint64_t base, uint64_t size,
                         const char *name, struct avmm_error *error)
{
  int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  void *host;

  if (fd < 0)
    return avmm_fail_errno (error, "The memory for the picture could not be made");

  if (ftruncate (fd, (off_t) size) < 0
      || fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0
      || (host = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED)
    {
      close (fd);
      return avmm_fail_errno (error, "The memory for the picture could not be made");
    }

  *slot = (struct avmm_memslot) { .host = host, .base = base, .size = size, .fd = fd };

  return true;
}

/**
 * avmm_memslot_clear:
 * @slot: a private slot
 *
 * Makes it all zeros again and gives its pages back to the host.
 */
void
avmm_memslot_clear (struct avmm_memslot *slot)
{
  if (madvise (slot->host, slot->size, MADV_DONTNEED) < 0)
    memset (slot->host, 0, slot->size);
}

void
avmm_memslot_unmap (struct avmm_memslot *slot)
{
  if (slot->size == 0)
    return;

  munmap (slot->host, slot->size);
  if (slot->fd >= 0)
    close (slot->fd);
  *slot = (struct avmm_memslot) { .fd = -1 };
}
