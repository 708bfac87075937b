/* avmm-console.h - characters from and to the guest, on standard input and output
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AVMM_CONSOLE_IN_MAX 64   /* characters one read gives at most */
#define AVMM_CONSOLE_KEY    0x80000000u

struct avmm_console
{
  int      in;               /* -1: none, or ended */
  int      out;              /* -1: none, or its reader has gone */
  bool     out_waits;        /* a pipe, terminal or socket: may block */
  bool     raw;              /* the terminal was changed */
  uint32_t partial;          /* UTF-8: bits of a character that came so far */
  unsigned partial_left;     /* bytes missing */
};

/* @in, @out: descriptors, -1: none; borrowed */
void     avmm_console_init  (struct avmm_console *console, int in, int out);
void     avmm_console_clear (struct avmm_console *console);

/* Returns: bytes written, fewer when @wake_fd became readable or the reader has gone */
size_t   avmm_console_write (struct avmm_console *console, const void *bytes, size_t length,
                             int wake_fd);

/* Reads what is there, without waiting: Unicode characters, or AVMM_CONSOLE_KEY | the Linux code
 * of a key that has no character, as an arrow */
unsigned avmm_console_read  (struct avmm_console *console, uint32_t characters[AVMM_CONSOLE_IN_MAX]);
