/* avmm-demos.c - the guests that come with Aether
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-demos.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aether-config.h"

#define SUFFIX ".aether"

bool
avmm_program_folder (char *path, size_t size)
{
  ssize_t n = readlink ("/proc/self/exe", path, size - 1);
  char *slash;

  if (n <= 0)
    return false;

  path[n] = '\0';
  if ((slash = strrchr (path, '/')) == NULL)
    return false;
  *slash = '\0';

  return true;
}

static const char *
demos_folder (void)
{
  const char *folder = getenv ("AETHER_DEMOS_DIR");

  return folder != NULL && *folder != '\0' ? folder : AETHER_DATADIR "/demos";
}

/* Files are called NAME-ARCH.aether. */
static unsigned
list_arch (struct dirent **entries, int count, enum avmm_arch arch)
{
  char suffix[32];
  unsigned found = 0;
  int suffix_length = snprintf (suffix, sizeof suffix, "-%s" SUFFIX, avmm_arch_name (arch));

  for (int i = 0; i < count; i++)
    {
      const char *name = entries[i]->d_name;
      int length = (int) strlen (name) - suffix_length;

      if (length <= 0 || strcmp (name + length, suffix) != 0)
        continue;
      printf ("%.*s %s %s/%s\n", length, name, avmm_arch_name (arch), demos_folder (), name);
      found++;
    }

  return found;
}

bool
avmm_demos_list (struct avmm_error *error)
{
  struct dirent **entries = NULL;
  int count = scandir (demos_folder (), &entries, NULL, alphasort);
  unsigned found = list_arch (entries, count, AVMM_ARCH_X86_64)
                   + list_arch (entries, count, AVMM_ARCH_ARM64);

  for (int i = 0; i < count; i++)
    free (entries[i]);
  free (entries);

  return found > 0 || avmm_fail (error, "There are no demos in “%s”.", demos_folder ());
}

bool
avmm_demos_find (const char *name, enum avmm_arch arch, char path[AVMM_PATH_MAX],
                 struct avmm_error *error)
{
  int n = snprintf (path, AVMM_PATH_MAX, "%s/%s-%s" SUFFIX, demos_folder (), name,
                    avmm_arch_name (arch));

  if (n < 0 || n >= AVMM_PATH_MAX || strchr (name, '/') != NULL || access (path, R_OK) < 0)
    return avmm_fail (error, "There is no demo “%s” for %s. --list-demos names those there are.",
                      name, avmm_arch_name (arch));

  return true;
}
