/* fuzz-image.c - any bytes as an Aether image
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>
#include <string.h>

#include "avmm-image.h"

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  static struct avmm_memslot ram;
  struct avmm_error error = { "" };
  struct avmm_image image;

  if (ram.size == 0 && !avmm_memslot_map_private (&ram, 0, 2 << 20, &error))
    abort ();

  if (!avmm_image_parse (&image, "it", bytes, length, &error))
    {
      if (strlen (error.sentence) < 10)
        abort ();
      return 0;
    }

  if (image.n_segments > 0 && image.end <= AETHER_IMAGE_BASE)
    abort ();
  avmm_image_load (&image, &ram, &error);

  return 0;
}
