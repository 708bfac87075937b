/* aether-media-program.c - for which CPU a program or a kernel is
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-private.h"

#include "aether-abi.h"

#include <elf.h>
#include <string.h>

#define MOST_PROGRAM_HEADERS 64
#define MOST_NOTES           65536   /* bytes */

/* Microsoft's PE/COFF: the machine field of the header that the DOS stub points at */
AetherMediaCpus
aether_media_pe_cpus (const AetherExtent *file)
{
  guint8 bytes[64], header[6];

  if (!aether_extent_read (file, 0, bytes, sizeof bytes) || bytes[0] != 'M' || bytes[1] != 'Z' ||
      !aether_extent_read (file, le32 (bytes + 60), header, sizeof header) ||
      memcmp (header, "PE\0\0", 4) != 0)
    return AETHER_MEDIA_CPU_NONE;

  switch (le16 (header + 4))
    {
    case 0x014c: return AETHER_MEDIA_CPU_I386;
    case 0x8664: return AETHER_MEDIA_CPU_X86_64;
    case 0x01c0:
    case 0x01c2:
    case 0x01c4: return AETHER_MEDIA_CPU_ARM;
    case 0xaa64: return AETHER_MEDIA_CPU_AARCH64;
    case 0x5064: return AETHER_MEDIA_CPU_RISCV64;
    default:     return AETHER_MEDIA_CPU_NONE;
    }
}

/* A file of the firmware's name for another CPU is none: what it says itself counts. */
AetherMediaCpus
aether_media_uefi_cpus (const AetherExtent *volume, AetherMediaLookup lookup)
{
  static const struct
  {
    const char     *path;
    AetherMediaCpus cpu;
  } names[] = {
    { "EFI/BOOT/BOOTX64.EFI", AETHER_MEDIA_CPU_X86_64 },
    { "EFI/BOOT/BOOTAA64.EFI", AETHER_MEDIA_CPU_AARCH64 },
    { "EFI/BOOT/BOOTIA32.EFI", AETHER_MEDIA_CPU_I386 },
    { "EFI/BOOT/BOOTARM.EFI", AETHER_MEDIA_CPU_ARM },
    { "EFI/BOOT/BOOTRISCV64.EFI", AETHER_MEDIA_CPU_RISCV64 },
    { "EFI/BOOT/BOOTRI~1.EFI", AETHER_MEDIA_CPU_RISCV64 },   /* the same name where only short ones are read: FAT, */
    { "EFI/BOOT/BOOTRISC.EFI", AETHER_MEDIA_CPU_RISCV64 },   /* ISO 9660 */
  };
  AetherMediaCpus cpus = AETHER_MEDIA_CPU_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      AetherExtent file;

      if (lookup (volume, names[i].path, &file) && aether_media_pe_cpus (&file) == names[i].cpu)
        cpus |= names[i].cpu;
    }

  return cpus;
}

/* --- kernels ---------------------------------------------------------------------- */

static AetherMediaCpus
elf_cpus (const guint8 *header)
{
  guint16 machine = header[EI_DATA] == ELFDATA2LSB ? le16 (header + 18) : EM_NONE;
  gboolean wide = header[EI_CLASS] == ELFCLASS64;

  switch (machine)
    {
    case EM_386:     return AETHER_MEDIA_CPU_I386;
    case EM_X86_64:  return AETHER_MEDIA_CPU_X86_64;
    case EM_ARM:     return AETHER_MEDIA_CPU_ARM;
    case EM_AARCH64: return AETHER_MEDIA_CPU_AARCH64;
    case EM_RISCV:   return wide ? AETHER_MEDIA_CPU_RISCV64 : AETHER_MEDIA_CPU_NONE;
    default:         return AETHER_MEDIA_CPU_NONE;
    }
}

/* Linux' Documentation/arch: x86/boot, arm64/booting, riscv/boot-image-header */
AetherMediaCpus
aether_media_kernel_cpus (const AetherExtent *file, const char **format)
{
  guint8 bytes[0x240];

  *format = NULL;
  if (!aether_extent_read (file, 0, bytes, sizeof bytes))
    return AETHER_MEDIA_CPU_NONE;

  if (memcmp (bytes + 0x202, "HdrS", 4) == 0 && le16 (bytes + 0x1fe) == 0xaa55)
    {
      *format = "bzImage";
      /* XLF_KERNEL_64 came with protocol 2.12 */
      return le16 (bytes + 0x206) >= 0x20c && bytes[0x236] & 1 ? AETHER_MEDIA_CPU_X86_64 : AETHER_MEDIA_CPU_I386;
    }
  if (memcmp (bytes + 0x38, "ARM\x64", 4) == 0)
    {
      *format = "Image";
      return AETHER_MEDIA_CPU_AARCH64;
    }
  if (memcmp (bytes + 0x38, "RSC\x05", 4) == 0)
    {
      *format = "Image";
      return AETHER_MEDIA_CPU_RISCV64;
    }
  if (memcmp (bytes, ELFMAG, SELFMAG) == 0)
    {
      *format = "vmlinux";
      return elf_cpus (bytes);
    }
  return AETHER_MEDIA_CPU_NONE;
}

static gboolean
has_aether_note (const AetherExtent *notes)
{
  gsize length = MIN (notes->size, MOST_NOTES);
  g_autofree guint8 *data = g_malloc (length + 1);

  if (!aether_extent_read (notes, 0, data, length))
    return FALSE;
  for (gsize at = 0; at + 12 <= length;)
    {
      gsize name = le32 (data + at), description = le32 (data + at + 4);
      gsize step;

      if (name > length || description > length)
        return FALSE;
      step = 12 + ((name + 3) & ~(gsize) 3) + ((description + 3) & ~(gsize) 3);
      if (step > length - at)
        return FALSE;
      if (name == sizeof AETHER_NOTE_NAME && memcmp (data + at + 12, AETHER_NOTE_NAME, name) == 0)
        return TRUE;
      at += step;
    }

  return FALSE;
}

/* An ELF with the note of an Aether guest. */
AetherMediaCpus
aether_media_aether_cpus (const AetherExtent *file)
{
  guint8 header[64], program[56];

  if (!aether_extent_read (file, 0, header, sizeof header) || memcmp (header, ELFMAG, SELFMAG) != 0 ||
      header[EI_CLASS] != ELFCLASS64 || le16 (header + 54) != sizeof program)
    return AETHER_MEDIA_CPU_NONE;

  for (guint i = 0; i < MIN (le16 (header + 56), MOST_PROGRAM_HEADERS); i++)
    {
      AetherExtent notes;

      if (!aether_extent_read (file, le64 (header + 32) + i * sizeof program, program, sizeof program))
        break;
      if (le32 (program) != PT_NOTE)
        continue;
      notes = aether_extent_part (file, le64 (program + 8), le64 (program + 32));
      if (has_aether_note (&notes))
        return elf_cpus (header);
    }

  return AETHER_MEDIA_CPU_NONE;
}
