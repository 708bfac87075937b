/* hello.c - says Hello, and shows the gradient of the first AetherOS
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <aether.h>

AETHER_GUEST (0, AETHER_FEATURE_DISPLAY, 4 << 20, 640, 480);

int
main (void)
{
  int width = (int) aeg_screen.width, height = (int) aeg_screen.height;

  aeg_print ("Hello\n");

  if (aeg_screen.pixels == NULL)
    return 0;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      aeg_screen.pixels[(unsigned) y * aeg_screen.stride + (unsigned) x]
        = AEG_RGB (x * 255 / width, y * 255 / height, 128);

  aeg_draw_text (width / 2 - 20, height / 2 - 8, "Hello", 0xffffff, 0x000000);
  aeg_flush ();

  return 0;
}
