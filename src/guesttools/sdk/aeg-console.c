/* aeg-console.c - text on the screen, with the ANSI sequences people use (ECMA-48)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

#define MAX_PARAMETERS 8
#define TAB            8

enum state { TEXT, ESCAPE, SEQUENCE };

static struct
{
  bool     open;
  unsigned columns, rows;
  unsigned x, y;                      /* the cursor, cells */
  unsigned saved_x, saved_y;
  uint8_t  ink, paper;                /* of the 16 colours */
  bool     bold, reverse, cursor;
  enum state state;
  unsigned parameters[MAX_PARAMETERS];
  unsigned n_parameters;
  bool     question;                  /* a private sequence: ESC [ ? */
  int      left, top, right, bottom;  /* to be flushed, pixels */
} console;

static const uint32_t palette[16] = {
  0x1e1e1e, 0xe01b24, 0x33d17a, 0xe5a50a, 0x3584e4, 0xc061cb, 0x33c7de, 0xdeddda,
  0x77767b, 0xf66151, 0x8ff0a4, 0xf9f06b, 0x99c1f1, 0xdc8add, 0x93ddf0, 0xffffff,
};

#define INK   7
#define PAPER 0

static uint32_t
ink (void)
{
  uint8_t colour = console.reverse ? console.paper : console.ink;

  return palette[console.bold && colour < 8 ? colour + 8 : colour];
}

static uint32_t
paper (void)
{
  return palette[console.reverse ? console.ink : console.paper];
}

static void
damage (int x, int y, int width, int height)
{
  if (console.right <= console.left)
    {
      console.left = x;
      console.top = y;
      console.right = x + width;
      console.bottom = y + height;
      return;
    }

  console.left = x < console.left ? x : console.left;
  console.top = y < console.top ? y : console.top;
  console.right = x + width > console.right ? x + width : console.right;
  console.bottom = y + height > console.bottom ? y + height : console.bottom;
}

/* Inverts the cursor's last two rows: doing it twice undoes it. */
static void
toggle_cursor (void)
{
  int x = (int) (console.x < console.columns ? console.x : console.columns - 1) * AEG_FONT_WIDTH;
  int y = (int) console.y * AEG_FONT_HEIGHT;

  if (!console.cursor)
    return;

  for (int row = AEG_FONT_HEIGHT - 2; row < AEG_FONT_HEIGHT; row++)
    for (int column = 0; column < AEG_FONT_WIDTH; column++)
      aeg_screen.pixels[(size_t) (y + row) * aeg_screen.stride + x + column] ^= 0xffffff;
  damage (x, y, AEG_FONT_WIDTH, AEG_FONT_HEIGHT);
}

static void
erase (unsigned x, unsigned y, unsigned width, unsigned height)
{
  int left = (int) x * AEG_FONT_WIDTH, top = (int) y * AEG_FONT_HEIGHT;

  aeg_fill (left, top, (int) width * AEG_FONT_WIDTH, (int) height * AEG_FONT_HEIGHT, paper ());
  damage (left, top, (int) width * AEG_FONT_WIDTH, (int) height * AEG_FONT_HEIGHT);
}

static void
scroll (void)
{
  size_t row = (size_t) aeg_screen.stride * AEG_FONT_HEIGHT;

  memcpy (aeg_screen.pixels, aeg_screen.pixels + row, (console.rows - 1) * row * 4);
  erase (0, console.rows - 1, console.columns, 1);
  damage (0, 0, (int) aeg_screen.width, (int) aeg_screen.height);
}

static void
new_line (void)
{
  if (console.y + 1 < console.rows)
    console.y++;
  else
    scroll ();
}

static void
put (char character)
{
  if (console.x == console.columns)
    {
      console.x = 0;
      new_line ();
    }

  aeg_draw_char ((int) console.x * AEG_FONT_WIDTH, (int) console.y * AEG_FONT_HEIGHT, character,
                 ink (), paper ());
  damage ((int) console.x * AEG_FONT_WIDTH, (int) console.y * AEG_FONT_HEIGHT, AEG_FONT_WIDTH,
          AEG_FONT_HEIGHT);
  console.x++;
}

static void
set_rendition (unsigned code)
{
  if (code == 0)
    {
      console.ink = INK;
      console.paper = PAPER;
      console.bold = console.reverse = false;
    }
  else if (code == 1 || code == 22)
    console.bold = code == 1;
  else if (code == 7 || code == 27)
    console.reverse = code == 7;
  else if (code >= 30 && code <= 37)
    console.ink = (uint8_t) (code - 30);
  else if (code == 39)
    console.ink = INK;
  else if (code >= 40 && code <= 47)
    console.paper = (uint8_t) (code - 40);
  else if (code == 49)
    console.paper = PAPER;
  else if (code >= 90 && code <= 97)
    console.ink = (uint8_t) (code - 90 + 8);
  else if (code >= 100 && code <= 107)
    console.paper = (uint8_t) (code - 100 + 8);
}

/* ED (J) and EL (K): 0 from the cursor on, 1 up to it, 2 all */
static void
erase_part (char kind, unsigned part)
{
  unsigned x = console.x < console.columns ? console.x : console.columns - 1;

  if (part == 0)
    erase (x, console.y, console.columns - x, 1);
  else if (part == 1)
    erase (0, console.y, x + 1, 1);
  else
    erase (0, kind == 'J' ? 0 : console.y, console.columns, kind == 'J' ? console.rows : 1);

  if (kind == 'J' && part == 0 && console.y + 1 < console.rows)
    erase (0, console.y + 1, console.columns, console.rows - console.y - 1);
  if (kind == 'J' && part == 1)
    erase (0, 0, console.columns, console.y);
}

static unsigned
least (unsigned a, unsigned b)
{
  return a < b ? a : b;
}

static void
move (char kind, unsigned count)
{
  count = count > 0 ? count : 1;

  if (kind == 'A')
    console.y -= least (count, console.y);
  else if (kind == 'B')
    console.y += least (count, console.rows - 1 - console.y);
  else if (kind == 'C')
    console.x = least (console.x + least (count, console.columns), console.columns - 1);
  else
    console.x -= least (count, console.x);
}

static void
run_sequence (char final)
{
  unsigned *p = console.parameters;

  if (console.question)
    {
      if (p[0] == 25 && (final == 'h' || final == 'l'))
        console.cursor = final == 'h';
      return;
    }

  switch (final)
    {
    case 'A': case 'B': case 'C': case 'D':
      move (final, p[0]);
      break;
    case 'G':
      console.x = least (p[0] > 0 ? p[0] - 1 : 0, console.columns - 1);
      break;
    case 'H': case 'f':
      console.y = least (p[0] > 0 ? p[0] - 1 : 0, console.rows - 1);
      console.x = least (p[1] > 0 ? p[1] - 1 : 0, console.columns - 1);
      break;
    case 'J': case 'K':
      erase_part (final, p[0]);
      break;
    case 'm':
      for (unsigned i = 0; i < console.n_parameters; i++)
        set_rendition (p[i]);
      break;
    case 's':
      console.saved_x = console.x;
      console.saved_y = console.y;
      break;
    case 'u':
      console.x = console.saved_x;
      console.y = console.saved_y;
      break;
    default:
      break;
    }
}

static void
take_sequence (char character)
{
  unsigned *parameter = &console.parameters[console.n_parameters - 1];

  if (character >= '0' && character <= '9')
    {
      if (*parameter < 100000)
        *parameter = *parameter * 10 + (unsigned) (character - '0');
    }
  else if (character == ';')
    {
      if (console.n_parameters < MAX_PARAMETERS)
        console.n_parameters++;
    }
  else if (character == '?')
    console.question = true;
  else if (character >= 0x40 && character <= 0x7e)
    {
      console.state = TEXT;
      run_sequence (character);
    }
  else if ((uint8_t) character < 0x20)
    console.state = TEXT;
}

static void
take_text (char character)
{
  if (character == '\n')
    {
      console.x = 0;
      new_line ();
    }
  else if (character == '\r')
    console.x = 0;
  else if (character == '\b')
    console.x -= console.x > 0;
  else if (character == '\t')
    console.x = least ((console.x / TAB + 1) * TAB, console.columns - 1);
  else if (character == 0x1b)
    console.state = ESCAPE;
  else if ((uint8_t) character >= 0x20 && ((uint8_t) character & 0xc0) != 0x80)
    put (character);   /* of a UTF-8 character, the first byte stands for all */
}

static void
take (char character)
{
  if (console.state == TEXT)
    take_text (character);
  else if (console.state == SEQUENCE)
    take_sequence (character);
  else if (character == '[')
    {
      console.state = SEQUENCE;
      console.n_parameters = 1;
      console.question = false;
      memset (console.parameters, 0, sizeof console.parameters);
    }
  else
    console.state = TEXT;
}

bool
aeg_console_open (void)
{
  if (aeg_screen.pixels == NULL)
    return false;

  memset (&console, 0, sizeof console);
  console.columns = aeg_screen.width / AEG_FONT_WIDTH;
  console.rows = aeg_screen.height / AEG_FONT_HEIGHT;
  console.open = console.columns > 0 && console.rows > 0;
  console.cursor = true;
  set_rendition (0);
  aeg_fill (0, 0, (int) aeg_screen.width, (int) aeg_screen.height, paper ());
  toggle_cursor ();
  aeg_flush ();
  console.right = console.left;

  return console.open;
}

void
aeg_console_write (const char *bytes, size_t length)
{
  if (!console.open)
    return;

  toggle_cursor ();
  for (size_t i = 0; i < length; i++)
    take (bytes[i]);
  toggle_cursor ();

  aeg_flush_rect (console.left, console.top, console.right - console.left,
                  console.bottom - console.top);
  console.left = console.right = 0;
}

void
aeg_console_size (unsigned *columns, unsigned *rows)
{
  *columns = console.columns;
  *rows = console.rows;
}
