/* avmm-image.c - an Aether image: ELF64 with an AETHER note
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define IMAGE_MAX_SIZE (256u << 20)  /* bytes; no guest of ours comes near */
#define NOTES_MAX      65536u        /* bytes of a PT_NOTE that are looked at */
#define HEAD           4096u         /* bytes read first: the headers, in all images of the SDK */

const char *
avmm_arch_name (enum avmm_arch arch)
{
  return arch == AVMM_ARCH_X86_64 ? "x86_64" : "arm64";
}

/* Copies @size bytes at @offset of the file, or says that they are not there. */
static bool
image_read (const struct avmm_image *image, uint64_t offset, void *to, size_t size)
{
  if (offset > image->length || size > image->length - offset)
    return false;

  memcpy (to, image->bytes + offset, size);
  return true;
}

static bool
parse_header (struct avmm_image *image, Elf64_Ehdr *ehdr, struct avmm_error *error)
{
  if (image->length == 0)
    return avmm_fail (error, "“%s” is empty. It is no Aether image.", image->path);

  if (image->length < 4 || memcmp (image->bytes, ELFMAG, SELFMAG) != 0)
    return avmm_fail (error, "“%s” is no Aether image: it does not begin as an ELF file does.",
                      image->path);

  if (!image_read (image, 0, ehdr, sizeof *ehdr))
    return avmm_fail (error, "“%s” ends inside its header. Copy it again.", image->path);

  if (ehdr->e_ident[EI_CLASS] != ELFCLASS64 || ehdr->e_ident[EI_DATA] != ELFDATA2LSB)
    return avmm_fail (error, "“%s” is not a 64-bit little-endian program.", image->path);

  if (ehdr->e_machine == EM_X86_64)
    image->arch = AVMM_ARCH_X86_64;
  else if (ehdr->e_machine == EM_AARCH64)
    image->arch = AVMM_ARCH_ARM64;
  else
    return avmm_fail (error, "“%s” is for another kind of processor (ELF machine %u). "
                      "Aether images are for x86_64 or arm64.", image->path, ehdr->e_machine);

  if (ehdr->e_type != ET_EXEC && ehdr->e_type != ET_DYN)
    return avmm_fail (error, "“%s” is not an executable. Link it with the SDK's script.",
                      image->path);

  if (ehdr->e_phentsize != sizeof (Elf64_Phdr) || ehdr->e_phnum == 0)
    return avmm_fail (error, "“%s” has no program headers. Link it with the SDK's script.",
                      image->path);

  image->entry = ehdr->e_entry;

  return true;
}

static bool
add_segment (struct avmm_image *image, const Elf64_Phdr *phdr, struct avmm_error *error)
{
  struct avmm_segment *segment = &image->segments[image->n_segments];
  uint64_t end;

  if (phdr->p_memsz == 0)
    return true;

  if (image->n_segments == AVMM_IMAGE_MAX_SEGMENTS)
    return avmm_fail (error, "“%s” has more than %d segments.", image->path,
                      AVMM_IMAGE_MAX_SEGMENTS);

  if (phdr->p_offset > image->length || phdr->p_filesz > image->length - phdr->p_offset)
    return avmm_fail (error, "“%s” is cut short: a segment lies beyond its end. Copy it again.",
                      image->path);

  if (phdr->p_filesz > phdr->p_memsz
      || phdr->p_paddr < AETHER_IMAGE_BASE || phdr->p_paddr > AETHER_RAM_MAX
      || phdr->p_memsz > AETHER_RAM_MAX - phdr->p_paddr)
    return avmm_fail (error, "“%s” has a segment at address 0x%llx, where no guest memory can be.",
                      image->path, (unsigned long long) phdr->p_paddr);

  for (unsigned i = 0; i < image->n_segments; i++)
    if (phdr->p_paddr < image->segments[i].address + image->segments[i].size
        && image->segments[i].address < phdr->p_paddr + phdr->p_memsz)
      return avmm_fail (error, "“%s” has two segments at address 0x%llx. Link it with the SDK's script.",
                        image->path, (unsigned long long) phdr->p_paddr);

  *segment = (struct avmm_segment) {
    .offset = phdr->p_offset, .file_size = phdr->p_filesz,
    .address = phdr->p_paddr, .size = phdr->p_memsz,
  };
  image->n_segments++;

  end = (phdr->p_paddr + phdr->p_memsz + AETHER_PAGE - 1) & ~(uint64_t) (AETHER_PAGE - 1);
  if (image->end < end)
    image->end = end;

  return true;
}

/* Walks the notes of one PT_NOTE; a malformed one ends the walk. */
static bool
find_manifest (struct avmm_image *image, const Elf64_Phdr *phdr)
{
  uint64_t at = phdr->p_offset;
  uint64_t left = phdr->p_filesz < NOTES_MAX ? phdr->p_filesz : NOTES_MAX;
  Elf64_Nhdr note;

  while (left >= sizeof note && image_read (image, at, &note, sizeof note))
    {
      uint64_t name_size = ((uint64_t) note.n_namesz + 3) & ~UINT64_C (3);
      uint64_t desc_size = ((uint64_t) note.n_descsz + 3) & ~UINT64_C (3);
      char name[sizeof AETHER_NOTE_NAME];

      if (name_size + desc_size > left - sizeof note)
        return false;

      if (note.n_namesz == sizeof name && note.n_type == AETHER_NOTE_MANIFEST
          && image_read (image, at + sizeof note, name, sizeof name)
          && memcmp (name, AETHER_NOTE_NAME, sizeof name) == 0)
        {
          size_t size = note.n_descsz;

          if (size > sizeof image->manifest)
            size = sizeof image->manifest;
          return image_read (image, at + sizeof note + name_size, &image->manifest, size)
                 && size >= 2 * sizeof (uint32_t);
        }

      at += sizeof note + name_size + desc_size;
      left -= sizeof note + name_size + desc_size;
    }

  return false;
}

static bool
check_manifest (const struct avmm_image *image, struct avmm_error *error)
{
  const struct aether_manifest *manifest = &image->manifest;
  uint64_t unknown = manifest->required & ~AETHER_FEATURES_KNOWN;

  if (manifest->abi_version > AETHER_ABI_VERSION)
    return avmm_fail (error, "“%s” was made for version %u of the Aether ABI; this host knows "
                      "version %u. Update Aether.", image->path, manifest->abi_version,
                      AETHER_ABI_VERSION);

  if (manifest->abi_version == 0 || manifest->size < 2 * sizeof (uint32_t))
    return avmm_fail (error, "“%s” has a broken AETHER note. Build it with the SDK.", image->path);

  if (unknown != 0)
    return avmm_fail (error, "“%s” requires a feature this host does not know (bits 0x%llx). "
                      "Update Aether.", image->path, (unsigned long long) unknown);

  if (manifest->fb_width > 8192 || manifest->fb_height > 8192)
    return avmm_fail (error, "“%s” wishes a picture of %u x %u pixels; 8192 x 8192 is the most.",
                      image->path, manifest->fb_width, manifest->fb_height);

  return true;
}

/**
 * avmm_image_parse:
 * @path: for sentences; borrowed
 * @bytes: the whole file; borrowed while @image is used
 *
 * Checks a file from anywhere. Nothing in it is believed.
 *
 * Returns: false with a sentence for the user when it cannot be run
 */
bool
avmm_image_parse (struct avmm_image *image, const char *path,
                  const uint8_t *bytes, size_t length, struct avmm_error *error)
{
  Elf64_Ehdr ehdr;
  Elf64_Phdr phdr;
  bool has_manifest = false, entry_inside = false;

  *image = (struct avmm_image) { .path = path, .bytes = bytes, .length = length };

  if (!parse_header (image, &ehdr, error))
    return false;

  for (unsigned i = 0; i < ehdr.e_phnum; i++)
    {
      uint64_t offset = (uint64_t) i * sizeof phdr;

      if (ehdr.e_phoff > length || !image_read (image, ehdr.e_phoff + offset, &phdr, sizeof phdr))
        return avmm_fail (error, "“%s” is cut short: its program headers are missing. "
                          "Copy it again.", path);

      if (phdr.p_type == PT_LOAD && !add_segment (image, &phdr, error))
        return false;
      if (phdr.p_type == PT_INTERP)
        return avmm_fail (error, "“%s” is a program for an operating system, not an Aether image.",
                          path);
      if (phdr.p_type == PT_NOTE && !has_manifest)
        has_manifest = find_manifest (image, &phdr);
    }

  if (!has_manifest)
    return avmm_fail (error, "“%s” is no Aether image: it has no AETHER note. Build it with the "
                      "Aether SDK.", path);

  if (!check_manifest (image, error))
    return false;

  for (unsigned i = 0; i < image->n_segments; i++)
    entry_inside |= image->entry - image->segments[i].address < image->segments[i].size;

  if (!entry_inside)
    return avmm_fail (error, "“%s” starts at address 0x%llx, where it has nothing.", path,
                      (unsigned long long) image->entry);

  return true;
}

/* Bytes of the file that a guest can need, seen from its first ones: symbols and the like lie
 * behind. Too few only where the file lies about itself, which the parser then finds out. */
static uint64_t
needed_length (const uint8_t *head, size_t have, uint64_t length)
{
  uint64_t needed = have;
  Elf64_Ehdr ehdr;
  Elf64_Phdr phdr;

  if (have < sizeof ehdr)
    return length;
  memcpy (&ehdr, head, sizeof ehdr);

  if (ehdr.e_phoff > have || ehdr.e_phnum > (have - ehdr.e_phoff) / sizeof phdr)
    return length;

  for (unsigned i = 0; i < ehdr.e_phnum; i++)
    {
      memcpy (&phdr, head + ehdr.e_phoff + i * sizeof phdr, sizeof phdr);
      if (phdr.p_offset > length || phdr.p_filesz > length - phdr.p_offset)
        return length;
      if (needed < phdr.p_offset + phdr.p_filesz)
        needed = phdr.p_offset + phdr.p_filesz;
    }

  return needed < length ? needed : length;
}

static bool
read_up_to (int fd, uint8_t *bytes, size_t *done, size_t length)
{
  while (*done < length)
    {
      ssize_t n = read (fd, bytes + *done, length - *done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return false;
      if (n == 0)
        break;
      *done += (size_t) n;
    }

  return true;
}

/* Reads, for a mapped file could shrink under us. */
static bool
read_file (int fd, const char *path, uint8_t **bytes, size_t *room, size_t *length,
           struct avmm_error *error)
{
  struct stat st;
  size_t done = 0;

  if (fstat (fd, &st) < 0)
    return avmm_fail_errno (error, "“%s” could not be read", path);
  if (S_ISDIR (st.st_mode))
    return avmm_fail (error, "“%s” is a folder. Name the image inside it.", path);
  if (!S_ISREG (st.st_mode))
    return avmm_fail (error, "“%s” is not a file.", path);
  if (st.st_size > (off_t) IMAGE_MAX_SIZE)
    return avmm_fail (error, "“%s” is larger than 256 MB. It is no Aether image.", path);

  /* Not the heap's: it would be the only thing there, and a heap takes a while to set up */
  *room = (size_t) st.st_size + 1;
  *bytes = mmap (NULL, *room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (*bytes == MAP_FAILED)
    {
      *bytes = NULL;
      return avmm_fail_errno (error, "“%s” could not be read", path);
    }

  if (!read_up_to (fd, *bytes, &done, (size_t) st.st_size < HEAD ? (size_t) st.st_size : HEAD)
      || !read_up_to (fd, *bytes, &done, needed_length (*bytes, done, (uint64_t) st.st_size)))
    return avmm_fail_errno (error, "“%s” could not be read", path);

  *length = done;

  return true;
}

/**
 * avmm_image_open:
 *
 * Reads what a guest can need of the file at @path, and checks it.
 *
 * Returns: false with a sentence; avmm_image_close() is allowed but not needed
 */
bool
avmm_image_open (struct avmm_image *image, const char *path, struct avmm_error *error)
{
  uint8_t *bytes = NULL;
  size_t length = 0, room = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  bool ok;

  *image = (struct avmm_image) { .path = path };

  if (fd < 0)
    return avmm_fail_errno (error, "“%s” could not be opened", path);

  ok = read_file (fd, path, &bytes, &room, &length, error)
       && avmm_image_parse (image, path, bytes, length, error);
  close (fd);

  image->owned = bytes;
  image->owned_size = room;
  if (!ok)
    avmm_image_close (image);

  return ok;
}

/**
 * avmm_image_load:
 * @ram: where it goes; all zeros
 *
 * Copies the segments to RAM.
 */
bool
avmm_image_load (const struct avmm_image *image, const struct avmm_memslot *ram,
                 struct avmm_error *error)
{
  for (unsigned i = 0; i < image->n_segments; i++)
    {
      const struct avmm_segment *segment = &image->segments[i];
      void *to = avmm_memslot_get (ram, (avmm_gpa) { segment->address }, segment->size);

      if (to == NULL)
        return avmm_fail (error, "“%s” does not fit in %llu MB of memory; it needs %llu MB. "
                          "Give the machine more.", image->path,
                          (unsigned long long) ram->size >> 20,
                          (unsigned long long) (image->end + (1 << 20) - 1) >> 20);

      memcpy (to, image->bytes + segment->offset, segment->file_size);
    }

  return true;
}

void
avmm_image_close (struct avmm_image *image)
{
  if (image->owned != NULL)
    munmap (image->owned, image->owned_size);
  image->owned = NULL;
  image->bytes = NULL;
  image->n_segments = 0;
}
