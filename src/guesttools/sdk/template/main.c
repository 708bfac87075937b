#include <aether.h>

AETHER_GUEST (0, AETHER_FEATURE_DISPLAY, 0, 640, 480);

int
main (void)
{
  aeg_console_open ();
  aeg_printf ("Hello from %u x %u pixels\n", aeg_screen.width, aeg_screen.height);

  return 0;
}
