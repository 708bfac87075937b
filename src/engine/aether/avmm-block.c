/* avmm-block.c - the guest's disk: a file
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-block.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/aether-abi.h"

/* Disks of other machines have a format of their own. As plain bytes a guest would find
 * nothing in them, and what it writes would destroy them.
 *
 * Returns: (nullable): its name */
static const char *
find_format (int fd)
{
  static const struct { const char *magic; size_t length; off_t offset; const char *name; } formats[] = {
    { "QFI\xfb", 4, 0, "qcow2" }, { "KDMV", 4, 0, "VMDK" }, { "# Disk DescriptorFile", 21, 0, "VMDK" },
    { "vhdxfile", 8, 0, "VHDX" }, { "conectix", 8, 0, "VHD" }, { "QED", 4, 0, "QED" },
    { "\x7f\x10\xda\xbe", 4, 64, "VDI" },
  };
  char bytes[32];

  for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
    if (pread (fd, bytes, formats[i].length, formats[i].offset) == (ssize_t) formats[i].length
        && memcmp (bytes, formats[i].magic, formats[i].length) == 0)
      return formats[i].name;

  return NULL;
}

/* Read-only by wish, or where the file is; a file another machine writes is refused. The size is that
 * of the start: what is appended meanwhile is seen at the next. */
bool
avmm_block_open (struct avmm_block *block, const char *path, bool read_only,
                 struct avmm_error *error)
{
  const char *format;
  struct stat st;
  int fd = open (path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);

  *block = (struct avmm_block) { .fd = -1, .read_only = read_only };

  if (fd < 0 && !read_only && (errno == EACCES || errno == EROFS || errno == EPERM))
    {
      block->read_only = true;
      fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
  if (fd < 0)
    return avmm_fail_errno (error, "The disk “%s” could not be opened", path);

  block->fd = fd;
  if (fstat (fd, &st) < 0 || !S_ISREG (st.st_mode))
    avmm_fail (error, "The disk “%s” is not a file.", path);
  else if (st.st_size < (off_t) AETHER_BLOCK_SECTOR)
    avmm_fail (error, "The disk “%s” is empty. Give it a size, as by truncate -s 16M.", path);
  else if ((format = find_format (fd)) != NULL)
    avmm_fail (error, "The disk “%s” is in the format %s, and aether-vmm takes plain bytes only. "
               "Convert it: qemu-img convert -O raw OLD NEW.", path, format);
  else if (flock (fd, (block->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) < 0)
    avmm_fail (error, "The disk “%s” is in use by another machine.", path);
  else
    {
      block->size = (uint64_t) st.st_size / AETHER_BLOCK_SECTOR * AETHER_BLOCK_SECTOR;
      return true;
    }

  avmm_block_close (block);

  return false;
}

void
avmm_block_close (struct avmm_block *block)
{
  if (block->fd >= 0)
    close (block->fd);
  block->fd = -1;
  block->size = 0;
}

/* The range was checked by the caller. Returns: false when the system failed,
 * or the file has become shorter. */
bool
avmm_block_read (struct avmm_block *block, uint64_t offset, void *to, size_t length)
{
  for (size_t done = 0; done < length; )
    {
      ssize_t n = pread (block->fd, (char *) to + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      done += (size_t) n;
    }

  block->bytes_read += length;

  return true;
}

bool
avmm_block_write (struct avmm_block *block, uint64_t offset, const void *from, size_t length)
{
  if (block->read_only)
    return false;

  for (size_t done = 0; done < length; )
    {
      ssize_t n = pwrite (block->fd, (const char *) from + done, length - done,
                          (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return false;
      done += (size_t) n;
    }

  block->bytes_written += length;

  return true;
}
