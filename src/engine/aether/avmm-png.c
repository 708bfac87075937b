/* avmm-png.c - a picture as a PNG file (RFC 2083, RFC 1951)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-png.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Deflate with the fixed codes, and one kind of match: the bytes one pixel or one
 * row before. Pictures of machines are mostly flat, and nothing is linked. */

#define MAX_MATCH 258u
#define MIN_MATCH 3u
#define WINDOW    32768u

struct writer
{
  int      fd;
  bool     failed;
  uint32_t crc;
  uint32_t adler_a, adler_b;
  uint32_t bits;
  unsigned n_bits;
  size_t   used;
  uint8_t  chunk[32768];
};

static void
put (struct writer *writer, const void *bytes, size_t size)
{
  for (size_t done = 0; done < size && !writer->failed; )
    {
      ssize_t n = write (writer->fd, (const char *) bytes + done, size - done);

      if (n > 0)
        done += (size_t) n;
      else if (n == 0 || errno != EINTR)
        writer->failed = true;
    }
}

static void
add_crc (struct writer *writer, const uint8_t *bytes, size_t size)
{
  for (size_t i = 0; i < size; i++)
    {
      writer->crc ^= bytes[i];
      for (int k = 0; k < 8; k++)
        writer->crc = writer->crc >> 1 ^ (writer->crc & 1 ? 0xedb88320u : 0);
    }
}

static void
put_u32 (struct writer *writer, uint32_t value)
{
  uint8_t bytes[] = { value >> 24, value >> 16, value >> 8, value };

  put (writer, bytes, sizeof bytes);
}

static void
put_chunk (struct writer *writer, const char *type, const void *bytes, size_t size)
{
  put_u32 (writer, (uint32_t) size);
  put (writer, type, 4);
  put (writer, bytes, size);
  writer->crc = 0xffffffff;
  add_crc (writer, (const uint8_t *) type, 4);
  add_crc (writer, bytes, size);
  put_u32 (writer, ~writer->crc);
}

static void
flush_chunk (struct writer *writer)
{
  if (writer->used > 0)
    put_chunk (writer, "IDAT", writer->chunk, writer->used);
  writer->used = 0;
}

static void
add_byte (struct writer *writer, uint8_t byte)
{
  writer->chunk[writer->used++] = byte;
  if (writer->used == sizeof writer->chunk)
    flush_chunk (writer);
}

static void
add_bits (struct writer *writer, uint32_t value, unsigned count)
{
  writer->bits |= value << writer->n_bits;
  writer->n_bits += count;
  for (; writer->n_bits >= 8; writer->n_bits -= 8, writer->bits >>= 8)
    add_byte (writer, (uint8_t) writer->bits);
}

/* Huffman codes go in most significant bit first. */
static void
add_code (struct writer *writer, uint32_t code, unsigned count)
{
  uint32_t reversed = 0;

  for (unsigned i = 0; i < count; i++)
    reversed |= (code >> i & 1) << (count - 1 - i);
  add_bits (writer, reversed, count);
}

static void
add_symbol (struct writer *writer, unsigned symbol)
{
  if (symbol < 144)
    add_code (writer, 0x30 + symbol, 8);
  else if (symbol < 256)
    add_code (writer, 0x190 + symbol - 144, 9);
  else if (symbol < 280)
    add_code (writer, symbol - 256, 7);
  else
    add_code (writer, 0xc0 + symbol - 280, 8);
}

static void
add_match (struct writer *writer, unsigned length, unsigned distance)
{
  unsigned extra = 0, rest = length - 3, code;

  if (length == MAX_MATCH)
    add_symbol (writer, 285);
  else
    {
      for (; rest >> extra >= 8; extra++)
        ;
      add_symbol (writer, 257 + 4 * extra + (rest >> extra));
      add_bits (writer, rest & ((1u << extra) - 1), extra);
    }

  rest = distance - 1;
  for (extra = 0; rest >> extra >= 4; extra++)
    ;
  code = 2 * extra + (rest >> extra);
  add_code (writer, code, 5);
  add_bits (writer, rest & ((1u << extra) - 1), extra);
}

static void
add_data (struct writer *writer, const uint8_t *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    {
      writer->adler_a = (writer->adler_a + bytes[i]) % 65521;
      writer->adler_b = (writer->adler_b + writer->adler_a) % 65521;
    }
}

static size_t
match_length (const uint8_t *at, const uint8_t *end, size_t distance)
{
  size_t length = 0;

  while (at + length < end && length < MAX_MATCH && at[length] == (at - distance)[length])
    length++;

  return length;
}

/* @data: two rows, the second is compressed; the first was before it */
static void
compress_row (struct writer *writer, const uint8_t *data, size_t row, bool has_above)
{
  const uint8_t *at = data + row, *end = data + 2 * row;

  add_data (writer, at, row);
  while (at < end)
    {
      size_t above = has_above && row < WINDOW ? match_length (at, end, row) : 0;
      size_t left = at - (data + row) >= 4 ? match_length (at, end, 3) : 0;
      size_t best = above >= left ? above : left;

      if (best < MIN_MATCH)
        add_symbol (writer, *at++);
      else
        {
          add_match (writer, (unsigned) best, (unsigned) (above >= left ? row : 3));
          at += best;
        }
    }
}

static void
write_pixels (struct writer *writer, const uint8_t *pixels, const struct avmm_mode *mode)
{
  size_t row = 1 + 3 * (size_t) mode->width;
  uint8_t *data = calloc (2, row);   /* each begins with filter 0: none */

  if (data == NULL)
    {
      writer->failed = true;
      return;
    }

  for (uint32_t y = 0; y < mode->height; y++)
    {
      const uint8_t *from = pixels + (size_t) y * mode->stride;

      memcpy (data, data + row, row);
      for (uint32_t x = 0; x < mode->width; x++)
        for (int c = 0; c < 3; c++)
          data[row + 1 + 3 * x + c] = from[4 * x + 2 - c];
      compress_row (writer, data, row, y > 0);
    }

  free (data);
}

bool
avmm_png_write (struct avmm_display *display, int fd)
{
  static const uint8_t signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  struct writer *writer = calloc (1, sizeof *writer);
  struct avmm_mode mode;
  uint8_t header[13] = { 0 };
  bool ok;

  if (writer == NULL || display->slot.size == 0)
    {
      free (writer);
      return false;
    }

  pthread_mutex_lock (&display->lock);
  mode = display->mode;
  pthread_mutex_unlock (&display->lock);

  for (int i = 0; i < 4; i++)
    {
      header[i] = mode.width >> (24 - 8 * i);
      header[4 + i] = mode.height >> (24 - 8 * i);
    }
  header[8] = 8;   /* bits a channel */
  header[9] = 2;   /* red, green, blue */

  writer->fd = fd;
  writer->adler_a = 1;
  put (writer, signature, sizeof signature);
  put_chunk (writer, "IHDR", header, sizeof header);

  add_byte (writer, 0x78);
  add_byte (writer, 0x01);
  add_bits (writer, 3, 3);   /* the last block, with fixed codes */
  write_pixels (writer, display->slot.host, &mode);
  add_symbol (writer, 256);
  add_bits (writer, 0, 7);
  for (int i = 0; i < 4; i++)
    add_byte (writer, (uint8_t) ((writer->adler_b << 16 | writer->adler_a) >> (24 - 8 * i)));
  flush_chunk (writer);
  put_chunk (writer, "IEND", "", 0);

  ok = !writer->failed;
  free (writer);

  return ok;
}
