/* aether.h - the Aether SDK: what a guest can do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef AETHER_H
#define AETHER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aether-abi.h>

/* --- The image ---
 *
 * Put one AETHER_GUEST (required, wanted, ram, width, height) at file level, and
 *
 *     int main (void);
 *
 * What it returns is the guest's exit status. */
#define AETHER_GUEST(required_, wanted_, ram_, width_, height_)                                 \
  __attribute__ ((section (".note.aether"), used, aligned (4)))                                 \
  static const struct { uint32_t name_size, size, type; char name[8];                           \
                        __attribute__ ((packed, aligned (4))) struct aether_manifest manifest;  \
                      } aether_guest_note = {                                                   \
    sizeof AETHER_NOTE_NAME, sizeof (struct aether_manifest), AETHER_NOTE_MANIFEST,             \
    AETHER_NOTE_NAME,                                                                           \
    { sizeof (struct aether_manifest), AETHER_ABI_VERSION, required_, wanted_, ram_, width_,    \
      height_ }                                                                                 \
  }

int main (void);

/* What the host said at the start. */
extern const struct aether_boot_info *aeg_boot;

/* Makes a call: @args begins with a struct aether_call_header, whose size is set here.
 * Returns: AETHER_OK or AETHER_E_* */
int32_t aeg_call (enum aether_call call, void *args, uint32_t size);
#define AEG_CALL(call, args) aeg_call ((call), (args), sizeof *(args))

/* --- Life --- */
void     aeg_exit   (int status) __attribute__ ((noreturn));
uint64_t aeg_now    (void);                 /* nanoseconds since the start */
int64_t  aeg_wall   (void);                 /* nanoseconds since 1970-01-01 UTC */
void     aeg_sleep  (uint64_t nanoseconds);
void     aeg_random (void *to, size_t size);

/* Ends the guest with status 255 after saying why, on the screen too. */
void     aeg_panic  (const char *format, ...) __attribute__ ((noreturn, format (printf, 1, 2)));
#define aeg_assert(condition)                                                         \
  ((condition) ? (void) 0 : aeg_panic ("%s:%d: %s is not true", __FILE__, __LINE__, #condition))

/* --- Text ---
 * Goes to the machine's console, and to the screen once aeg_console_open() was called. Formats
 * are those of C, without floating point and %n. */
void aeg_write     (const char *bytes, size_t length);
void aeg_print     (const char *text);
int  aeg_printf    (const char *format, ...) __attribute__ ((format (printf, 1, 2)));
int  aeg_vsnprintf (char *to, size_t size, const char *format, va_list args);
int  aeg_snprintf  (char *to, size_t size, const char *format, ...)
  __attribute__ ((format (printf, 3, 4)));

/* Text on the screen: 8 x 16 pixel cells, UTF-8 bytes beyond ASCII shown as a box,
 * scrolling, a cursor, and the ANSI sequences for colours (SGR), cursor movement
 * (CUU CUD CUF CUB CUP, save, restore), erasing (ED, EL) and showing the cursor.
 * Returns: false without a display. */
bool aeg_console_open (void);
void aeg_console_write (const char *bytes, size_t length);
void aeg_console_size (unsigned *columns, unsigned *rows);

/* --- Picture --- */
struct aeg_screen
{
  uint32_t *pixels;   /* 0x00RRGGBB; NULL without a display */
  unsigned  width;    /* pixels */
  unsigned  height;
  unsigned  stride;   /* pixels from row to row */
};
extern struct aeg_screen aeg_screen;

#define AEG_RGB(r, g, b) ((uint32_t) (r) << 16 | (uint32_t) (g) << 8 | (uint32_t) (b))

/* All are clipped to the screen. Nothing shows before aeg_flush(). */
bool aeg_set_mode   (unsigned width, unsigned height);
void aeg_draw_pixel (int x, int y, uint32_t colour);
void aeg_fill       (int x, int y, int width, int height, uint32_t colour);
void aeg_blit       (int x, int y, int width, int height, const uint32_t *pixels, int stride);
void aeg_draw_char  (int x, int y, char character, uint32_t ink, uint32_t paper);
void aeg_draw_text  (int x, int y, const char *text, uint32_t ink, uint32_t paper);
void aeg_flush      (void);
void aeg_flush_rect (int x, int y, int width, int height);

#define AEG_FONT_WIDTH  8
#define AEG_FONT_HEIGHT 16
extern const uint8_t aeg_font[96][AEG_FONT_HEIGHT];   /* ' ' to '~' and a box; bit 7 is left */

/* --- Input --- */

/* Keys that give no character, as aeg_read_key() returns them. */
enum aeg_key
{
  AEG_KEY_UP = 0x110000, AEG_KEY_DOWN, AEG_KEY_LEFT, AEG_KEY_RIGHT, AEG_KEY_HOME, AEG_KEY_END,
  AEG_KEY_PAGE_UP, AEG_KEY_PAGE_DOWN, AEG_KEY_INSERT, AEG_KEY_DELETE, AEG_KEY_ESCAPE,
  AEG_KEY_F1, AEG_KEY_F12 = AEG_KEY_F1 + 11
};
#define AEG_KEY_NONE -1
#define AEG_KEY_QUIT -2

/* The next event, if one comes before @deadline (nanoseconds, as aeg_now(); 0: only
 * look; AETHER_FOREVER). */
bool aeg_wait_event (struct aether_event *event, uint64_t deadline);
bool aeg_poll_event (struct aether_event *event);

/* What a US keyboard means by a KEY or TEXT event: a character ('\n', '\b', '\t', Ctrl+A is 1),
 * an enum aeg_key, or AEG_KEY_NONE. Keeps track of Shift, Control and Caps Lock. */
int  aeg_key_of     (const struct aether_event *event);

/* Waits for the next of those; other events are skipped. AEG_KEY_QUIT: the guest should end. */
int  aeg_read_key   (void);

/* --- Memory --- */
void *aeg_malloc  (size_t size);    /* 16-byte aligned; NULL when there is no more */
void *aeg_calloc  (size_t count, size_t size);
void *aeg_realloc (void *memory, size_t size);
void  aeg_free    (void *memory);

/* --- Network and disk --- */
bool   aeg_net_send    (const void *frame, size_t length);
size_t aeg_net_receive (void *frame, size_t size, uint64_t deadline);   /* 0: none came */
bool   aeg_block_read  (uint64_t offset, void *to, size_t length);
bool   aeg_block_write (uint64_t offset, const void *from, size_t length);

/* --- What compilers and people expect --- */
void  *memcpy  (void *to, const void *from, size_t size);
void  *memmove (void *to, const void *from, size_t size);
void  *memset  (void *to, int byte, size_t size);
int    memcmp  (const void *a, const void *b, size_t size);
size_t strlen  (const char *text);
int    strcmp  (const char *a, const char *b);
int    strncmp (const char *a, const char *b, size_t size);
char  *strchr  (const char *text, int character);

#endif
