/* avmm-error.c - why something did not work, as a sentence
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
avmm_fail (struct avmm_error *error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vsnprintf (error->sentence, sizeof error->sentence, format, args);
  va_end (args);

  return false;
}

bool
avmm_fail_errno (struct avmm_error *error, const char *format, ...)
{
  int saved = errno;
  va_list args;
  size_t used;

  va_start (args, format);
  vsnprintf (error->sentence, sizeof error->sentence, format, args);
  va_end (args);

  used = strlen (error->sentence);
  snprintf (error->sentence + used, sizeof error->sentence - used, ": %s.", strerror (saved));

  return false;
}
