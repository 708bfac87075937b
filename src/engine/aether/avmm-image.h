/* avmm-image.h - an Aether image: ELF64 with an AETHER note
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "abi/aether-abi.h"
#include "avmm-memory.h"

enum avmm_arch
{
  AVMM_ARCH_X86_64,
  AVMM_ARCH_ARM64,
};

#define AVMM_IMAGE_MAX_SEGMENTS 16

struct avmm_segment
{
  uint64_t offset;      /* in the file, bytes */
  uint64_t file_size;   /* bytes; the rest of the memory is zeros */
  uint64_t address;     /* guest physical */
  uint64_t size;        /* bytes in memory */
};

/* A checked image. `bytes`, the file or as much of it as its program headers speak of, stay:
 * a reset loads them again. */
struct avmm_image
{
  const char              *path;       /* borrowed; for sentences */
  const uint8_t           *bytes;
  size_t                   length;
  uint8_t                 *owned;      /* `bytes` when avmm_image_open() read them */
  size_t                   owned_size;
  enum avmm_arch           arch;
  uint64_t                 entry;      /* guest physical */
  uint64_t                 end;        /* first page behind all segments */
  unsigned                 n_segments;
  struct avmm_segment      segments[AVMM_IMAGE_MAX_SEGMENTS];
  struct aether_manifest   manifest;   /* missing later fields are 0 */
};

const char *avmm_arch_name   (enum avmm_arch arch);

bool        avmm_image_open  (struct avmm_image *image, const char *path, struct avmm_error *error);
bool        avmm_image_parse (struct avmm_image *image, const char *path,
                              const uint8_t *bytes, size_t length, struct avmm_error *error);
bool        avmm_image_load  (const struct avmm_image *image, const struct avmm_memslot *ram,
                              struct avmm_error *error);
void        avmm_image_close (struct avmm_image *image);
