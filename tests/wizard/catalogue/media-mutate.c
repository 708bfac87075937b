/* media-mutate.c - looks at one medium damaged in thousands of ways; for test-media.py
 *
 * Usage: media-mutate FILE
 *
 * Only the first bytes that are not zeros change one by one, where all that is read first lies.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-media.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES 32768
#define MOST_COPY  (2 << 20)

static char *path;
static int fd;
static guint n_looked, n_known;

static void
look (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherMedia) media = aether_media_detect (path, &error);

  if (media == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  if (!g_utf8_validate (media->volume_id, -1, NULL) || !g_utf8_validate (media->publisher_id, -1, NULL))
    {
      fprintf (stderr, "a label is no UTF-8\n");
      exit (1);
    }
  n_looked++;
  n_known += media->kind != AETHER_MEDIA_UNKNOWN;
}

static void
put (gsize offset, const void *data, gsize length)
{
  if (pwrite (fd, data, length, offset) != (gssize) length)
    exit (1);
}

int
main (int argc, char *argv[])
{
  g_autofree char *data = NULL;
  gsize length, changed = 0;
  GRand *rand = g_rand_new_with_seed (1);
  gint64 end = g_get_monotonic_time () + 40 * G_USEC_PER_SEC;

  if (argc != 2 || !g_file_get_contents (argv[1], &data, &length, NULL))
    return 2;
  fd = g_file_open_tmp ("media-XXXXXX", &path, NULL);
  if (fd < 0)
    return 2;
  for (gsize at = 0; at < length; at += 4096)
    {
      /* Stays a sparse file */
      gsize n = MIN (4096, length - at);

      for (gsize i = 0; i < n; i++)
        if (data[at + i])
          {
            put (at, data + at, n);
            break;
          }
    }
  if (ftruncate (fd, length) < 0)
    return 1;

  /* Each byte that says something, to what hurts most */
  for (gsize at = 0; at < length && changed < MOST_BYTES; at++)
    {
      static const guchar values[] = { 0x00, 0xff, 0x80 };

      if (data[at] == 0)
        continue;
      changed++;
      for (guint i = 0; i < sizeof values; i++)
        {
          put (at, &values[i], 1);
          look ();
        }
      put (at, data + at, 1);
    }

  for (guint round = 0; round < 3000 && g_get_monotonic_time () < end; round++)
    {
      gsize places[24];

      for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        {
          guint32 word = g_rand_int (rand) & (g_rand_boolean (rand) ? 0xffffffff : 0xff);

          places[i] = g_rand_int_range (rand, 0, MAX (MIN (length, MOST_COPY), 5) - 4);
          put (places[i], &word, sizeof word);
        }
      look ();
      for (guint i = 0; i < G_N_ELEMENTS (places); i++)
        put (places[i], data + places[i], 4);
    }

  /* Cut short, anywhere in what is read first */
  for (gsize cut = MIN (length, 600 * 1024); cut > 0; cut -= MIN (cut, 997))
    {
      if (ftruncate (fd, cut) < 0)
        return 1;
      look ();
    }
  if (ftruncate (fd, 0) < 0)
    return 1;
  look ();

  printf ("%u looks, %u still known\n", n_looked, n_known);
  g_rand_free (rand);
  unlink (path);
  g_free (path);
  return 0;
}
