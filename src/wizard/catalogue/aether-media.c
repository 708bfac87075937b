/* aether-media.c - what a file is that somebody wants to start a machine from
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media-private.h"

#include "aether-disk-image.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_PARTITIONS 128

gboolean
aether_extent_read (const AetherExtent *self, guint64 offset, void *buffer, gsize length)
{
  guint8 *bytes = buffer;

  if (offset > self->size || length > self->size - offset)
    return FALSE;

  while (length > 0)
    {
      gssize n = pread (self->fd, bytes, length, self->start + offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      offset += n;
      length -= n;
    }

  return TRUE;
}

AetherExtent
aether_extent_part (const AetherExtent *self, guint64 offset, guint64 size)
{
  if (offset > self->size)
    return (AetherExtent) { self->fd, self->start, 0 };

  return (AetherExtent) { self->fd, self->start + offset, MIN (size, self->size - offset) };
}

/* --- discs ---------------------------------------------------------------------- */

/* Where installers keep a kernel or a program that tells the CPU, when the firmware's
 * own names do not. */
static AetherMediaCpus
find_cpus_on_disc (const AetherExtent *volume, AetherMediaLookup lookup)
{
  static const char * const kernels[] = {
    "casper/vmlinuz", "install.amd/vmlinuz", "install.386/vmlinuz", "live/vmlinuz", "isolinux/vmlinuz",
    "isolinux/linux", "images/pxeboot/vmlinuz", "boot/x86_64/loader/linux", "boot/i386/loader/linux",
    "boot/vmlinuz-lts", "boot/vmlinuz-virt", "boot/vmlinuz", "arch/boot/x86_64/vmlinuz-linux", "kernel",
    "boot/bzImage", "install/vmlinuz",
  };
  static const char * const programs[] = { "setup.exe", "bootmgr.efi", "sources/setup.exe" };
  AetherMediaCpus cpus = aether_media_uefi_cpus (volume, lookup);
  AetherExtent file;
  const char *format;

  for (guint i = 0; i < G_N_ELEMENTS (kernels); i++)
    if (lookup (volume, kernels[i], &file))
      cpus |= aether_media_kernel_cpus (&file, &format);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (lookup (volume, programs[i], &file))
      cpus |= aether_media_pe_cpus (&file);

  return cpus;
}

static guint
find_windows_build (const AetherExtent *volume, AetherMediaLookup lookup)
{
  static const char * const images[] = { "sources/boot.wim", "sources/install.wim", "sources/install.esd" };
  AetherExtent file;
  guint build = 0;

  for (guint i = 0; i < G_N_ELEMENTS (images) && build == 0; i++)
    if (lookup (volume, images[i], &file))
      build = aether_media_wim_build (&file);

  return build;
}

static gboolean
detect_disc (const AetherExtent *volume, AetherMedia *media)
{
  gboolean iso = aether_media_is_iso (volume);
  gboolean udf = aether_media_is_udf (volume);

  if (!iso && !udf)
    return FALSE;

  media->kind = AETHER_MEDIA_DISC;
  media->format = udf ? "udf" : "iso9660";
  if (iso)
    {
      aether_media_read_labels (volume, media);
      aether_media_read_boot_catalogue (volume, media);
      media->cpus |= find_cpus_on_disc (volume, aether_media_iso_lookup);
    }
  if (udf)
    media->cpus |= find_cpus_on_disc (volume, aether_media_udf_lookup);
  media->windows_build = find_windows_build (volume, udf ? aether_media_udf_lookup : aether_media_iso_lookup);

  /* Firmware of PCs is the only one with El Torito entries of platform 0. */
  if (media->boots_bios && !(media->cpus & (AETHER_MEDIA_CPU_I386 | AETHER_MEDIA_CPU_X86_64)))
    {
      media->cpus |= AETHER_MEDIA_CPU_I386 | AETHER_MEDIA_CPU_X86_64;
      media->cpus_guessed = TRUE;
    }
  return TRUE;
}

/* --- disks ---------------------------------------------------------------------- */

static void
look_into_partition (const AetherExtent *disk, guint64 start, guint64 size, AetherMedia *media)
{
  AetherExtent partition = aether_extent_part (disk, start, size);
  AetherMediaCpus cpus = aether_media_uefi_cpus (&partition, aether_media_fat_lookup);

  media->cpus |= cpus;
  media->boots_uefi |= cpus != AETHER_MEDIA_CPU_NONE;
}

/* UEFI 2.10, 5.3 */
static gboolean
detect_gpt (const AetherExtent *disk, AetherMedia *media)
{
  for (guint sector = 512; sector <= 4096; sector *= 8)
    {
      guint8 header[92], entry[128];
      guint32 n, step;

      if (!aether_extent_read (disk, sector, header, sizeof header) || memcmp (header, "EFI PART", 8) != 0)
        continue;

      media->format = "gpt";
      n = MIN (le32 (header + 80), MOST_PARTITIONS);
      step = le32 (header + 84);
      if (step < sizeof entry || step > 4096)
        return TRUE;
      for (guint i = 0; i < n; i++)
        {
          guint64 first, last;

          if (!aether_extent_read (disk, le64 (header + 72) * sector + (guint64) i * step, entry, sizeof entry))
            break;
          first = le64 (entry + 32);
          last = le64 (entry + 40);
          if (first > 0 && last >= first && last < disk->size / sector)
            look_into_partition (disk, first * sector, (last - first + 1) * sector, media);
        }
      return TRUE;
    }

  return FALSE;
}

/* Code where a BIOS starts: a table alone has none. */
static gboolean
has_boot_code (const guint8 boot[512])
{
  for (guint i = 0; i < 64; i++)
    if (boot[i] != 0)
      return TRUE;

  return FALSE;
}

static gboolean
detect_mbr (const AetherExtent *disk, AetherMedia *media)
{
  guint8 boot[512];
  gboolean found = FALSE;

  if (!aether_extent_read (disk, 0, boot, sizeof boot) || boot[510] != 0x55 || boot[511] != 0xaa)
    return FALSE;

  for (guint i = 0; i < 4; i++)
    {
      const guint8 *entry = boot + 446 + i * 16;
      guint32 first = le32 (entry + 8), length = le32 (entry + 12);

      if (entry[0] & 0x7f)
        return FALSE;
      if (entry[4] == 0 || first == 0 || length == 0)
        continue;
      found = TRUE;
      if (entry[4] != 0xee)
        look_into_partition (disk, (guint64) first * 512, (guint64) length * 512, media);
    }
  if (!found)
    return FALSE;

  media->format = "mbr";
  media->boots_bios = has_boot_code (boot);
  return TRUE;
}

static gboolean
detect_disk (const AetherExtent *disk, AetherMedia *media)
{
  guint8 boot[512];

  if (detect_gpt (disk, media) || detect_mbr (disk, media))
    media->kind = AETHER_MEDIA_DISK;
  else if (aether_media_is_fat (disk))
    {
      media->kind = AETHER_MEDIA_DISK;
      media->format = "fat";
      look_into_partition (disk, 0, disk->size, media);
    }
  else
    return FALSE;

  if (aether_extent_read (disk, 0, boot, sizeof boot) && boot[510] == 0x55 && has_boot_code (boot) &&
      media->format[0] != 'f')
    media->boots_bios = TRUE;
  return TRUE;
}

/* --- all ------------------------------------------------------------------------- */

static gboolean
detect_program (const AetherExtent *file, AetherMedia *media)
{
  const char *format;

  media->cpus = aether_media_aether_cpus (file);
  if (media->cpus != AETHER_MEDIA_CPU_NONE)
    {
      media->kind = AETHER_MEDIA_AETHER_GUEST;
      media->format = "aether";
      return TRUE;
    }

  media->cpus = aether_media_kernel_cpus (file, &format);
  if (format == NULL || media->cpus == AETHER_MEDIA_CPU_NONE)
    return FALSE;
  media->kind = AETHER_MEDIA_KERNEL;
  media->format = format;
  return TRUE;
}

static gboolean
detect_image (const char *path, AetherMedia *media)
{
  static const char * const formats[] = { "qcow2", "vmdk", "vdi", "vhdx", "vpc" };
  g_autofree char *format = aether_disk_image_detect_format (path, NULL);

  for (guint i = 0; format && i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (format, formats[i]))
      {
        media->kind = AETHER_MEDIA_DISK_IMAGE;
        media->format = formats[i];
        return TRUE;
      }

  return FALSE;
}

AetherMedia *
aether_media_detect (const char *path, GError **error)
{
  g_autoptr(AetherMedia) media = g_new0 (AetherMedia, 1);
  AetherExtent file = { 0 };
  struct stat status;

  media->format = "";
  media->volume_id = g_strdup ("");
  media->system_id = g_strdup ("");
  media->publisher_id = g_strdup ("");
  media->application_id = g_strdup ("");

  /* Never waits for a FIFO. */
  file.fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.fd < 0)
    {
      aether_store_set_error (error, errno);
      return NULL;
    }
  if (fstat (file.fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      if (S_ISDIR (status.st_mode))
        aether_store_set_error (error, EISDIR);
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("It is not a file."));
      close (file.fd);
      return NULL;
    }

  file.size = media->size = status.st_size;
  /* A disc first: many are made so that they are a disk as well. */
  if (!detect_disc (&file, media) && !detect_image (path, media) && !detect_program (&file, media))
    detect_disk (&file, media);
  close (file.fd);

  return g_steal_pointer (&media);
}

void
aether_media_free (AetherMedia *self)
{
  g_free (self->volume_id);
  g_free (self->system_id);
  g_free (self->publisher_id);
  g_free (self->application_id);
  g_free (self);
}

static const struct
{
  const char     *arch;
  AetherMediaCpus cpus;   /* that it runs */
  AetherMediaCpus own;
} archs[] = {
  { "x86_64", AETHER_MEDIA_CPU_X86_64 | AETHER_MEDIA_CPU_I386, AETHER_MEDIA_CPU_X86_64 },
  { "i386", AETHER_MEDIA_CPU_I386, AETHER_MEDIA_CPU_I386 },
  { "aarch64", AETHER_MEDIA_CPU_AARCH64, AETHER_MEDIA_CPU_AARCH64 },
  { "arm", AETHER_MEDIA_CPU_ARM, AETHER_MEDIA_CPU_ARM },
  { "riscv64", AETHER_MEDIA_CPU_RISCV64, AETHER_MEDIA_CPU_RISCV64 },
};

const char *
aether_media_get_arch (const AetherMedia *self)
{
  AetherMediaCpus cpus = self->cpus;

  if (self->cpus_guessed)
    return NULL;
  /* What starts a 64-bit system often has a 32-bit door as well. */
  if (cpus == (AETHER_MEDIA_CPU_X86_64 | AETHER_MEDIA_CPU_I386))
    return "x86_64";
  for (guint i = 0; i < G_N_ELEMENTS (archs); i++)
    if (cpus == archs[i].own)
      return archs[i].arch;

  return NULL;
}

gboolean
aether_media_suits (const AetherMedia *self, const char *arch)
{
  if (self->cpus == AETHER_MEDIA_CPU_NONE)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (archs); i++)
    if (g_str_equal (arch, archs[i].arch))
      return (self->cpus & archs[i].cpus) != 0;

  return FALSE;
}
