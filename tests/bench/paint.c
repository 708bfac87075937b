/* paint.c - runs in a guest and paints, so that a display has something to show
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * paint MODE [RATE]
 *
 *   full    the whole screen, RATE times a second
 *   box     64 x 64 pixels somewhere
 *   scroll  all moves up by 16 pixels, a new line below
 *   key     each key press inverts the 64 x 64 pixels at the top left
 *   keys    each key's number goes to standard output
 *   follow  one picture, as large as the host wants the screen; each new size
 *           is said as PAINT-SIZE WIDTH HEIGHT
 *   idle    one picture
 *
 * By the kernel's own interfaces: a dumb buffer on the first screen, told of
 * changes by DIRTYFB. Says PAINT-READY WIDTH HEIGHT when it has begun.
 */

#include <drm/drm.h>
#include <drm/drm_fourcc.h>
#include <drm/drm_mode.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define WIDTH 1920    /* wished for; the first mode otherwise */
#define HEIGHT 1080
#define BOX 64
#define LINE 16
#define MAX_INPUTS 16
#define MAX_MODES 256
#define MAX_IDS 32

struct screen
{
  int       card;
  uint32_t  connector, crtc;
  uint32_t  fb;
  uint32_t  width, height, pitch;   /* pitch in pixels */
  uint32_t *pixels;
};

static void
die (const char *what)
{
  printf ("PAINT-FAILED %s: %s\n", what, strerror (errno));
  exit (1);
}

static void
control (int fd, unsigned long request, void *argument, const char *what)
{
  if (ioctl (fd, request, argument) < 0)
    die (what);
}

static uint32_t
random_word (void)
{
  static uint32_t state = 12345;

  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/* The mode of the connector that is as wished, or the one that the host prefers */
static struct drm_mode_modeinfo
choose_mode (int card, uint32_t connector_id, int wished)
{
  static struct drm_mode_modeinfo modes[MAX_MODES];
  struct drm_mode_get_connector connector = { .connector_id = connector_id };
  uint32_t n;

  /* Counts of 0 make the kernel probe, and tell how many there are. */
  control (card, DRM_IOCTL_MODE_GETCONNECTOR, &connector, "connector");
  n = connector.count_modes < MAX_MODES ? connector.count_modes : MAX_MODES;
  connector = (struct drm_mode_get_connector) {
    .connector_id = connector_id,
    .modes_ptr = (uintptr_t) modes,
    .count_modes = n,
  };
  control (card, DRM_IOCTL_MODE_GETCONNECTOR, &connector, "modes");
  if (n == 0)
    die ("no modes");

  for (uint32_t i = 0; i < n && wished; i++)
    if (modes[i].hdisplay == WIDTH && modes[i].vdisplay == HEIGHT)
      return modes[i];

  return modes[0];
}

static void
set_mode (struct screen *screen, struct drm_mode_modeinfo mode)
{
  struct drm_mode_create_dumb dumb = { .bpp = 32 };
  struct drm_mode_fb_cmd2 fb = { .pixel_format = DRM_FORMAT_XRGB8888 };
  struct drm_mode_map_dumb map = { 0 };
  struct drm_mode_crtc crtc = { .mode_valid = 1, .count_connectors = 1, .mode = mode };

  screen->width = dumb.width = fb.width = mode.hdisplay;
  screen->height = dumb.height = fb.height = mode.vdisplay;
  control (screen->card, DRM_IOCTL_MODE_CREATE_DUMB, &dumb, "buffer");
  screen->pitch = dumb.pitch / 4;

  fb.handles[0] = map.handle = dumb.handle;
  fb.pitches[0] = dumb.pitch;
  control (screen->card, DRM_IOCTL_MODE_ADDFB2, &fb, "framebuffer");
  screen->fb = fb.fb_id;
  control (screen->card, DRM_IOCTL_MODE_MAP_DUMB, &map, "map");
  screen->pixels = mmap (NULL, dumb.size, PROT_READ | PROT_WRITE, MAP_SHARED, screen->card,
                         map.offset);
  if (screen->pixels == MAP_FAILED)
    die ("map");

  crtc.crtc_id = screen->crtc;
  crtc.fb_id = fb.fb_id;
  crtc.set_connectors_ptr = (uintptr_t) &screen->connector;
  control (screen->card, DRM_IOCTL_MODE_SETCRTC, &crtc, "mode");
}

static void
open_screen (struct screen *screen)
{
  uint32_t crtcs[MAX_IDS], connectors[MAX_IDS];
  struct drm_mode_card_res count = { 0 }, resources = { 0 };

  for (int i = 0; i < 100 && (screen->card = open ("/dev/dri/card0", O_RDWR)) < 0; i++)
    usleep (50000);
  if (screen->card < 0)
    die ("/dev/dri/card0");

  control (screen->card, DRM_IOCTL_MODE_GETRESOURCES, &count, "resources");
  resources.count_crtcs = count.count_crtcs < MAX_IDS ? count.count_crtcs : MAX_IDS;
  resources.count_connectors = count.count_connectors < MAX_IDS ? count.count_connectors : MAX_IDS;
  resources.crtc_id_ptr = (uintptr_t) crtcs;
  resources.connector_id_ptr = (uintptr_t) connectors;
  control (screen->card, DRM_IOCTL_MODE_GETRESOURCES, &resources, "resources");

  screen->connector = connectors[0];
  screen->crtc = crtcs[0];
  set_mode (screen, choose_mode (screen->card, screen->connector, 1));
}

static void
flush (struct screen *screen, int x, int y, int width, int height)
{
  struct drm_clip_rect clip = { x, y, x + width, y + height };
  struct drm_mode_fb_dirty_cmd dirty = {
    .fb_id = screen->fb, .num_clips = 1, .clips_ptr = (uintptr_t) &clip
  };

  ioctl (screen->card, DRM_IOCTL_MODE_DIRTYFB, &dirty);
}

static void
fill (struct screen *screen, uint32_t x, uint32_t y, uint32_t width, uint32_t height,
      uint32_t colour, uint32_t step)
{
  for (uint32_t row = y; row < y + height; row++, colour += step)
    for (uint32_t column = x; column < x + width; column++)
      screen->pixels[row * screen->pitch + column] = colour;
}

static void
paint_full (struct screen *screen)
{
  fill (screen, 0, 0, screen->width, screen->height, random_word () & 0x3f3f3f, 0x10203);
  flush (screen, 0, 0, screen->width, screen->height);
}

static void
paint_box (struct screen *screen)
{
  uint32_t x = random_word () % (screen->width / BOX) * BOX;
  uint32_t y = random_word () % (screen->height / BOX) * BOX;

  fill (screen, x, y, BOX, BOX, random_word () & 0xffffff, 1);
  flush (screen, x, y, BOX, BOX);
}

static void
paint_scroll (struct screen *screen)
{
  memmove (screen->pixels, screen->pixels + LINE * screen->pitch,
           (size_t) (screen->height - LINE) * screen->pitch * 4);
  fill (screen, 0, screen->height - LINE, screen->width, LINE, random_word () & 0xffffff, 7);
  flush (screen, 0, 0, screen->width, screen->height);
}

static void
run_at_rate (struct screen *screen, void (*paint) (struct screen *), int rate)
{
  struct timespec next;
  long period = 1000000000L / (rate > 0 ? rate : 1);

  clock_gettime (CLOCK_MONOTONIC, &next);
  for (;;)
    {
      paint (screen);
      next.tv_nsec += period;
      while (next.tv_nsec >= 1000000000L)
        {
          next.tv_nsec -= 1000000000L;
          next.tv_sec++;
        }
      clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
}

static void
key_event (struct screen *screen, const struct input_event *event, int print)
{
  static uint32_t colour;

  if (event->type != EV_KEY)
    return;

  if (print)
    printf ("KEY %u %d\n", event->code, event->value);
  else if (event->value == 1)
    {
      colour ^= 0xffffff;
      fill (screen, 0, 0, BOX, BOX, colour, 0);
      flush (screen, 0, 0, BOX, BOX);
    }
}

static void
run_keys (struct screen *screen, int print)
{
  struct pollfd inputs[MAX_INPUTS];
  struct input_event event;
  int n = 0;

  for (int i = 0; i < MAX_INPUTS; i++)
    {
      char path[32];

      snprintf (path, sizeof path, "/dev/input/event%d", i);
      inputs[n].fd = open (path, O_RDONLY | O_NONBLOCK);
      inputs[n].events = POLLIN;
      if (inputs[n].fd >= 0)
        n++;
    }

  printf ("PAINT-INPUTS %d\n", n);
  for (;;)
    {
      poll (inputs, n, -1);
      for (int i = 0; i < n; i++)
        while (read (inputs[i].fd, &event, sizeof event) == sizeof event)
          key_event (screen, &event, print);
    }
}

/* A desktop hears of it by an event and asks then; we ask often. */
static void
run_follow (struct screen *screen)
{
  for (;;)
    {
      struct drm_mode_modeinfo mode = choose_mode (screen->card, screen->connector, 0);

      if (mode.hdisplay != screen->width || mode.vdisplay != screen->height)
        {
          set_mode (screen, mode);
          fill (screen, 0, 0, screen->width, screen->height, 0x305080, 0x101);
          flush (screen, 0, 0, screen->width, screen->height);
          printf ("PAINT-SIZE %u %u\n", screen->width, screen->height);
        }
      usleep (10000);
    }
}

int
main (int argc, char *argv[])
{
  const char *mode = argc > 1 ? argv[1] : "idle";
  int rate = argc > 2 ? atoi (argv[2]) : 30;
  struct screen screen;

  setvbuf (stdout, NULL, _IONBF, 0);
  open_screen (&screen);
  fill (&screen, 0, 0, screen.width, screen.height, 0x305080, 0x101);
  fill (&screen, 0, 0, BOX, BOX, 0, 0);
  flush (&screen, 0, 0, screen.width, screen.height);
  printf ("PAINT-READY %u %u\n", screen.width, screen.height);

  if (strcmp (mode, "full") == 0)
    run_at_rate (&screen, paint_full, rate);
  else if (strcmp (mode, "box") == 0)
    run_at_rate (&screen, paint_box, rate);
  else if (strcmp (mode, "scroll") == 0)
    run_at_rate (&screen, paint_scroll, rate);
  else if (strcmp (mode, "key") == 0 || strcmp (mode, "keys") == 0)
    run_keys (&screen, strcmp (mode, "keys") == 0);
  else if (strcmp (mode, "follow") == 0)
    run_follow (&screen);

  for (;;)
    pause ();
}
