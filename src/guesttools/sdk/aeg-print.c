/* aeg-print.c - printf and where it goes
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "aeg-private.h"

/* Where formatted text goes: never beyond `size`, but counted. */
struct sink
{
  char   *to;
  size_t  size;
  size_t  used;
};

struct field
{
  bool     left, zeros, alternate, upper;
  char     plus;        /* before a number that is not negative: '+', ' ' or none */
  char     prefix[3];   /* before the digits: a sign, or what says the base */
  int      width;
  int      precision;   /* -1: none */
  unsigned base;
};

static void
put (struct sink *sink, char character)
{
  if (sink->used + 1 < sink->size)
    sink->to[sink->used] = character;
  sink->used++;
}

static void
put_padded (struct sink *sink, const struct field *field, const char *text, int length)
{
  int padding = field->width - length;

  for (; !field->left && padding > 0; padding--)
    put (sink, ' ');
  for (int i = 0; i < length; i++)
    put (sink, text[i]);
  for (; padding > 0; padding--)
    put (sink, ' ');
}

static void
put_times (struct sink *sink, char character, int times)
{
  for (; times > 0; times--)
    put (sink, character);
}

static void
put_number (struct sink *sink, const struct field *field, uint64_t value)
{
  const char *digits = field->upper ? "0123456789ABCDEF" : "0123456789abcdef";
  char text[24];   /* 2^64 in octal */
  int at = sizeof text, least = field->precision < 0 ? 1 : field->precision, zeros, padding;
  int before = (int) strlen (field->prefix);

  for (; value > 0; value /= field->base)
    text[--at] = digits[value % field->base];

  if (field->zeros && !field->left && field->precision < 0 && field->width - before > least)
    least = field->width - before;
  /* An octal number that is marked begins with 0 */
  if (field->base == 8 && field->alternate && least <= (int) sizeof text - at)
    least = (int) sizeof text - at + 1;
  zeros = least - ((int) sizeof text - at);
  if (zeros < 0)
    zeros = 0;
  padding = field->width - before - zeros - ((int) sizeof text - at);

  if (!field->left)
    put_times (sink, ' ', padding);
  for (int i = 0; i < before; i++)
    put (sink, field->prefix[i]);
  put_times (sink, '0', zeros);
  for (; at < (int) sizeof text; at++)
    put (sink, text[at]);
  if (field->left)
    put_times (sink, ' ', padding);
}

static const char *
parse_count (const char *format, int *count, va_list *args)
{
  if (*format == '*')
    {
      *count = va_arg (*args, int);
      return format + 1;
    }

  for (*count = 0; *format >= '0' && *format <= '9' && *count < 100000; format++)
    *count = *count * 10 + *format - '0';

  return format;
}

/* Of so many bytes as the letters before the conversion say: hh, h, none, or any of l z t j */
static int64_t
take_signed (int longs, va_list *args)
{
  int number;

  if (longs > 0)
    return va_arg (*args, int64_t);

  number = va_arg (*args, int);
  return longs == 0 ? number : longs == -1 ? (short) number : (signed char) number;
}

static uint64_t
take_unsigned (int longs, va_list *args)
{
  unsigned number;

  if (longs > 0)
    return va_arg (*args, uint64_t);

  number = va_arg (*args, unsigned);
  return longs == 0 ? number : longs == -1 ? (uint16_t) number : (uint8_t) number;
}

static void
put_integer (struct sink *sink, struct field *field, char kind, int longs, va_list *args)
{
  int64_t number;
  uint64_t value;

  if (kind == 'd' || kind == 'i')
    {
      number = take_signed (longs, args);
      value = number < 0 ? -(uint64_t) number : (uint64_t) number;
      field->prefix[0] = number < 0 ? '-' : field->plus;
    }
  else
    {
      value = take_unsigned (longs, args);
      field->base = kind == 'x' || kind == 'X' ? 16 : kind == 'o' ? 8 : 10;
    }

  if (field->base == 16 && field->alternate && value != 0)
    {
      field->prefix[0] = '0';
      field->prefix[1] = kind;
    }
  field->upper = kind == 'X';
  put_number (sink, field, value);
}

static void
put_string (struct sink *sink, const struct field *field, const char *text)
{
  int length = 0;

  if (text == NULL)
    text = "(null)";
  while ((field->precision < 0 || length < field->precision) && text[length] != '\0')
    length++;

  put_padded (sink, field, text, length);
}

/* One conversion, behind the '%'. Returns: behind it */
static const char *
put_field (struct sink *sink, const char *format, va_list *args)
{
  struct field field = { .precision = -1, .base = 10 };
  int longs = 0;
  char character;

  for (; *format != '\0' && strchr ("-0+ #", *format) != NULL; format++)
    {
      field.left |= *format == '-';
      field.zeros |= *format == '0';
      field.alternate |= *format == '#';
      if (*format == '+' || (*format == ' ' && field.plus == '\0'))
        field.plus = *format;
    }

  format = parse_count (format, &field.width, args);
  if (field.width < 0)
    {
      field.left = true;
      field.width = -field.width;
    }
  if (*format == '.')
    format = parse_count (format + 1, &field.precision, args);
  for (; *format == 'h'; format++)
    longs--;
  for (; *format == 'l' || *format == 'z' || *format == 't' || *format == 'j'; format++)
    longs++;

  switch (*format)
    {
    case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
      put_integer (sink, &field, *format, longs, args);
      break;
    case 'p':
      field.base = 16;
      field.prefix[0] = '0';
      field.prefix[1] = 'x';
      put_number (sink, &field, (uintptr_t) va_arg (*args, void *));
      break;
    case 'c':
      character = (char) va_arg (*args, int);
      put_padded (sink, &field, &character, 1);
      break;
    case 's':
      put_string (sink, &field, va_arg (*args, const char *));
      break;
    case '%':
      put (sink, '%');
      break;
    default:
      /* Not one of ours: shown as it is */
      put (sink, '%');
      return format;
    }

  return format + 1;
}

int
aeg_vsnprintf (char *to, size_t size, const char *format, va_list list)
{
  struct sink sink = { .to = to, .size = size };
  va_list args;

  va_copy (args, list);
  while (*format != '\0')
    if (*format == '%')
      format = put_field (&sink, format + 1, &args);
    else
      put (&sink, *format++);
  va_end (args);

  if (size > 0)
    to[sink.used < size ? sink.used : size - 1] = '\0';

  return (int) sink.used;
}

int
aeg_snprintf (char *to, size_t size, const char *format, ...)
{
  va_list args;
  int length;

  va_start (args, format);
  length = aeg_vsnprintf (to, size, format, args);
  va_end (args);

  return length;
}

int
aeg_printf (const char *format, ...)
{
  char few[256], *text = few;
  va_list args;
  int length;

  va_start (args, format);
  length = aeg_vsnprintf (few, sizeof few, format, args);
  va_end (args);

  /* Without memory for all of it, the beginning is better than nothing */
  if ((size_t) length >= sizeof few && (text = aeg_malloc ((size_t) length + 1)) != NULL)
    {
      va_start (args, format);
      aeg_vsnprintf (text, (size_t) length + 1, format, args);
      va_end (args);
    }

  aeg_print (text != NULL ? text : few);
  if (text != few)
    aeg_free (text);

  return length;
}

void
aeg_write_host (const char *bytes, size_t length)
{
  while (length > 0)
    {
      uint32_t part = length < AETHER_PUTS_MAX ? (uint32_t) length : AETHER_PUTS_MAX;
      struct aether_call_puts args = { .address = (uintptr_t) bytes, .length = part };

      AEG_CALL (AETHER_CALL_PUTS, &args);
      bytes += part;
      length -= part;
    }
}

void
aeg_write (const char *bytes, size_t length)
{
  aeg_write_host (bytes, length);
  aeg_console_write (bytes, length);
}

void
aeg_print (const char *text)
{
  aeg_write (text, strlen (text));
}
