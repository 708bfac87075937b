/* aeg-string.c - what compilers and people expect
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

void *
memcpy (void *to, const void *from, size_t size)
{
#if defined __x86_64__
  void *at = to;
  size_t words = size / 8;

  size %= 8;
  __asm__ volatile ("rep movsq" : "+D" (at), "+S" (from), "+c" (words) : : "memory");
  __asm__ volatile ("rep movsb" : "+D" (at), "+S" (from), "+c" (size) : : "memory");
#else
  uint8_t *at = to;
  const uint8_t *source = from;

  for (; size >= 8; size -= 8, at += 8, source += 8)
    {
      uint64_t word;

      __builtin_memcpy (&word, source, 8);
      __builtin_memcpy (at, &word, 8);
    }
  while (size-- > 0)
    *at++ = *source++;
#endif

  return to;
}

void *
memmove (void *to, const void *from, size_t size)
{
  volatile uint8_t *at = to;
  const volatile uint8_t *source = from;

  /* Forwards is right unless the end of the source would be written first */
  if ((uintptr_t) to - (uintptr_t) from >= size)
    return memcpy (to, from, size);

  while (size-- > 0)
    at[size] = source[size];

  return to;
}

void *
memset (void *to, int byte, size_t size)
{
#if defined __x86_64__
  void *at = to;

  __asm__ volatile ("rep stosb" : "+D" (at), "+c" (size) : "a" (byte) : "memory");
#else
  volatile uint8_t *at = to;

  while (size-- > 0)
    *at++ = (uint8_t) byte;
#endif

  return to;
}

int
memcmp (const void *a, const void *b, size_t size)
{
  const uint8_t *left = a, *right = b;

  for (size_t i = 0; i < size; i++)
    if (left[i] != right[i])
      return left[i] - right[i];

  return 0;
}

size_t
strlen (const char *text)
{
  size_t length = 0;

  while (text[length] != '\0')
    length++;

  return length;
}

int
strcmp (const char *a, const char *b)
{
  return strncmp (a, b, SIZE_MAX);
}

int
strncmp (const char *a, const char *b, size_t size)
{
  for (; size > 0; size--, a++, b++)
    if (*a != *b || *a == '\0')
      return (uint8_t) *a - (uint8_t) *b;

  return 0;
}

char *
strchr (const char *text, int character)
{
  for (; *text != (char) character; text++)
    if (*text == '\0')
      return NULL;

  return (char *) text;
}
