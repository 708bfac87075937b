/* aether-abi.h - the contract between aether-vmm and the guests it runs
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Included by host and guest alike. Freestanding C99: <stdint.h> and nothing
 * else; every field has a fixed width, little endian, naturally aligned. Fields
 * are appended, never moved; docs/abi.md explains the whole to guest authors.
 *
 * "in" is written by the guest before the call, "out" by the host during it.
 * Addresses are guest physical, which is also what the guest sees: all memory
 * is mapped one to one.
 */

#ifndef AETHER_ABI_H
#define AETHER_ABI_H

#include <stdint.h>

#define AETHER_ABI_VERSION 1u

/* --- The image --------------------------------------------------------------
 *
 * An ELF64 executable (ET_EXEC, or ET_DYN that needs no relocation) for x86_64
 * or arm64 with PT_LOAD segments between AETHER_IMAGE_BASE and the end of RAM,
 * and a note: name "AETHER", type AETHER_NOTE_MANIFEST, this as its contents.
 */

#define AETHER_NOTE_NAME      "AETHER"
#define AETHER_NOTE_MANIFEST  1u
#define AETHER_IMAGE_BASE     0x100000u    /* lowest address of a segment, bytes */
#define AETHER_RAM_MAX        0xC0000000u  /* RAM never reaches beyond, bytes */

struct aether_manifest
{
  uint32_t size;          /* bytes of this struct */
  uint32_t abi_version;   /* AETHER_ABI_VERSION it was written for */
  uint64_t required;      /* AETHER_FEATURE_*: not started where one is missing */
  uint64_t wanted;        /* AETHER_FEATURE_*: taken where there are */
  uint64_t ram;           /* bytes of RAM it wishes; 0: the host's choice */
  uint32_t fb_width;      /* pixels it wishes; 0: 640 */
  uint32_t fb_height;     /* pixels it wishes; 0: 480 */
};

/* What a host may have. A guest is given what it requires or wants, no more. */
#define AETHER_FEATURE_DISPLAY    (UINT64_C (1) << 0)  /* framebuffer, FB_MODE, FB_FLUSH */
#define AETHER_FEATURE_INPUT      (UINT64_C (1) << 1)  /* input ring, INPUT */
#define AETHER_FEATURE_NET        (UINT64_C (1) << 2)  /* NET_SEND, NET_RECV */
#define AETHER_FEATURE_BLOCK      (UINT64_C (1) << 3)  /* BLK_READ, BLK_WRITE */
#define AETHER_FEATURE_SIMD       (UINT64_C (1) << 4)  /* floating point and vector registers */
#define AETHER_FEATURE_EXCEPTIONS (UINT64_C (1) << 5)  /* the guest's own IDT or VBAR_EL1 is honoured */
#define AETHER_FEATURES_KNOWN     UINT64_C (0x3f)

/* --- Entry ------------------------------------------------------------------
 *
 * x86_64: 64-bit mode, paging on, interrupts off, rdi = boot info.
 * arm64: EL1, MMU and caches on, interrupts masked, x0 = boot info.
 * Every other register, the stack pointer too, is undefined. The page at
 * address 0 is not mapped. Exceptions end the guest unless it installs vectors
 * of its own and the host offers AETHER_FEATURE_EXCEPTIONS.
 */

#define AETHER_BOOT_MAGIC UINT64_C (0x3152454854454121)   /* "!AETHER1" */

#define AETHER_FORMAT_XRGB8888 1u   /* uint32_t 0xXXRRGGBB a pixel */

#define AETHER_BLOCK_READ_ONLY 1u
#define AETHER_BLOCK_SECTOR    512u  /* bytes */

/* All fields are out: written before the first instruction, never read again.
 * The memory is the guest's. Test `size` before using a field of a later version. */
struct aether_boot_info
{
  uint64_t magic;          /* AETHER_BOOT_MAGIC */
  uint32_t size;           /* bytes of this struct */
  uint32_t abi_version;    /* of the host */
  uint64_t features;       /* AETHER_FEATURE_* this guest was given */
  uint64_t ram_size;       /* RAM is [0x1000, ram_size), bytes */
  uint64_t heap_start;     /* first page behind the image; ALLOC begins here */
  uint64_t cmdline;        /* address of a NUL-terminated UTF-8 string */
  uint32_t cmdline_size;   /* bytes without the NUL, at most 4095 */
  uint32_t input_size;     /* events in the input ring, a power of two; 0: none */
  uint64_t input_ring;     /* address of struct aether_input_ring; 0: none */
  uint64_t fb_address;     /* of pixel (0, 0); 0: no display */
  uint64_t fb_size;        /* bytes there: what any mode must fit in */
  uint32_t fb_width;       /* pixels */
  uint32_t fb_height;      /* pixels */
  uint32_t fb_stride;      /* bytes from row to row */
  uint32_t fb_format;      /* AETHER_FORMAT_* */
  uint64_t block_size;     /* bytes, a multiple of AETHER_BLOCK_SECTOR; 0: no disk */
  uint32_t block_flags;    /* AETHER_BLOCK_READ_ONLY */
  uint16_t net_mtu;        /* largest payload of a frame, bytes; 0: no network */
  uint8_t  net_mac[6];     /* the guest's address */
  uint8_t  net_pad[4];     /* 0 */
  uint8_t  seed[32];       /* fresh random bytes, different at every start */
};

/* --- Calls ------------------------------------------------------------------
 *
 * A call n passes the 32-bit address of its argument struct:
 *   x86_64: outl to port AETHER_CALL_PORT + n
 *   arm64:  32-bit store to AETHER_CALL_PAGE + 8 * n
 * and has been done when the next instruction runs. The struct must be 8-byte
 * aligned and lie in RAM. Where not even its first 8 bytes do, there is no place
 * for an answer and the guest is ended; so it is for any other port or address
 * outside its memory.
 */

#define AETHER_CALL_PORT 0x500u
#define AETHER_CALL_PAGE 0xF0000000u
#define AETHER_CALL_MAX  64u          /* numbers below are calls, known or not */

enum aether_call
{
  AETHER_CALL_NOP       = 0,    /* struct aether_call_header */
  AETHER_CALL_EXIT      = 1,
  AETHER_CALL_PUTS      = 2,
  AETHER_CALL_TIME      = 3,
  AETHER_CALL_WAIT      = 4,
  AETHER_CALL_ALLOC     = 5,
  AETHER_CALL_RANDOM    = 6,
  AETHER_CALL_FB_MODE   = 7,
  AETHER_CALL_FB_FLUSH  = 8,
  AETHER_CALL_INPUT     = 9,
  AETHER_CALL_NET_SEND  = 10,
  AETHER_CALL_NET_RECV  = 11,
  AETHER_CALL_BLK_READ  = 12,
  AETHER_CALL_BLK_WRITE = 13
};

/* Any call may answer with the first three. On an error nothing was done and
 * no other out field was written, unless the call says otherwise. */
#define AETHER_OK        0
#define AETHER_E_CALL   -1   /* this host has no such call */
#define AETHER_E_SIZE   -2   /* header.size is smaller than the call needs */
#define AETHER_E_ALIGN  -3   /* the struct is not 8-byte aligned */
#define AETHER_E_FAULT  -4   /* a buffer is not wholly inside the guest's memory */
#define AETHER_E_INVAL  -5   /* a value out of its range */
#define AETHER_E_NOMEM  -6   /* the machine has no such memory left */
#define AETHER_E_NODEV  -7   /* the guest was not given this feature */
#define AETHER_E_AGAIN  -8   /* nothing there now: WAIT */
#define AETHER_E_IO     -9   /* the host could not read or write */

/* Begins every argument struct. */
struct aether_call_header
{
  uint32_t size;   /* in: bytes of the whole struct */
  int32_t  ret;    /* out: AETHER_OK or AETHER_E_* */
};

/* EXIT: ends the guest. Does not return. */
struct aether_call_exit
{
  struct aether_call_header header;
  int32_t  status;     /* in: 0 is success */
  uint32_t reserved;   /* in: 0 */
};

/* PUTS: writes bytes to the machine's console. */
#define AETHER_PUTS_MAX 65536u
struct aether_call_puts
{
  struct aether_call_header header;
  uint64_t address;    /* in: of the bytes, UTF-8 by custom */
  uint32_t length;     /* in: bytes, at most AETHER_PUTS_MAX (else E_INVAL); may be 0 */
  uint32_t reserved;   /* in: 0 */
};

/* TIME: what time it is. */
struct aether_call_time
{
  struct aether_call_header header;
  uint64_t monotonic;   /* out: nanoseconds since the start; stands still while paused */
  int64_t  wall;        /* out: nanoseconds since 1970-01-01 UTC */
};

/* WAIT: sleeps until one of `events` is there or `deadline` has come. The one
 * call that blocks. Every WAIT and INPUT first moves waiting events to the
 * input ring. */
#define AETHER_WAIT_INPUT 1u   /* the input ring is not empty */
#define AETHER_WAIT_NET   2u   /* NET_RECV has a frame */
#define AETHER_FOREVER    UINT64_MAX
struct aether_call_wait
{
  struct aether_call_header header;
  uint64_t deadline;   /* in: monotonic nanoseconds; past or 0: only look; AETHER_FOREVER */
  uint32_t events;     /* in: AETHER_WAIT_*, 0 to sleep only; unknown bits: E_INVAL */
  uint32_t ready;      /* out: those of `events` that are there; 0: the deadline came */
  uint64_t now;        /* out: monotonic nanoseconds */
};

/* ALLOC: takes RAM not in use by the image, in whole pages, never given back.
 * Errors: E_NOMEM; E_INVAL for 0 bytes. */
#define AETHER_PAGE 4096u   /* bytes */
struct aether_call_alloc
{
  struct aether_call_header header;
  uint64_t length;    /* in: bytes, rounded up to AETHER_PAGE */
  uint64_t address;   /* out: of the first byte; all bytes are 0 the first time */
};

/* RANDOM: fills a buffer with bytes fit for keys. */
#define AETHER_RANDOM_MAX 256u
struct aether_call_random
{
  struct aether_call_header header;
  uint64_t address;    /* in: of the buffer */
  uint32_t length;     /* in: bytes, at most AETHER_RANDOM_MAX (else E_INVAL) */
  uint32_t reserved;   /* in: 0 */
};

/* FB_MODE: sets the size of the picture and makes it black; address and format
 * stay. Errors: E_NODEV; E_INVAL when the size is below 16 x 16, above
 * 8192 x 8192 or needs more than boot_info.fb_size bytes. */
struct aether_call_fb_mode
{
  struct aether_call_header header;
  uint32_t width;    /* in: pixels */
  uint32_t height;   /* in: pixels */
  uint32_t stride;   /* out: bytes from row to row */
  uint32_t format;   /* out: AETHER_FORMAT_* */
};

/* FB_FLUSH: shows what was drawn in the rectangles. Errors: E_NODEV; E_INVAL
 * when there are more than AETHER_FLUSH_MAX or one leaves the picture; E_FAULT. */
#define AETHER_FLUSH_MAX 64u
struct aether_rect
{
  uint32_t x, y;            /* in: pixels; (0, 0) is the upper left */
  uint32_t width, height;   /* in: pixels; 0 shows nothing */
};
struct aether_call_fb_flush
{
  struct aether_call_header header;
  uint64_t address;    /* in: of an array of struct aether_rect */
  uint32_t count;      /* in: rectangles */
  uint32_t reserved;   /* in: 0 */
};

/* INPUT: moves waiting events to the input ring. Error: E_NODEV. */
struct aether_call_input
{
  struct aether_call_header header;
  uint32_t pending;    /* out: events that found no room in the ring and stay with the host */
  uint32_t dropped;    /* out: events lost since the last call, for the host keeps only so many */
};

/* NET_SEND: sends one Ethernet frame without checksum. Errors: E_NODEV; E_INVAL
 * unless 14 <= length <= mtu + 14; E_AGAIN when the host's queue is full. */
struct aether_call_net_send
{
  struct aether_call_header header;
  uint64_t address;    /* in: of the frame */
  uint32_t length;     /* in: bytes */
  uint32_t reserved;   /* in: 0 */
};

/* NET_RECV: takes the oldest frame. Errors: E_NODEV; E_AGAIN when there is
 * none; E_INVAL when the buffer is smaller than mtu + 14. */
struct aether_call_net_recv
{
  struct aether_call_header header;
  uint64_t address;    /* in: of the buffer */
  uint32_t length;     /* in: bytes of the buffer; out: bytes of the frame */
  uint32_t reserved;   /* in: 0 */
};

/* BLK_READ, BLK_WRITE: offset and length are multiples of AETHER_BLOCK_SECTOR
 * within the disk, length at most AETHER_BLOCK_MAX (else E_INVAL). E_NODEV; E_IO
 * when the host failed, or the disk is read-only: part may have been done. */
#define AETHER_BLOCK_MAX 0x100000u
struct aether_call_block
{
  struct aether_call_header header;
  uint64_t offset;     /* in: bytes from the start of the disk */
  uint64_t address;    /* in: of the buffer */
  uint32_t length;     /* in: bytes */
  uint32_t reserved;   /* in: 0 */
};

/* --- Input ------------------------------------------------------------------
 *
 * A ring in the guest's RAM. The host writes events and moves `head` only
 * inside WAIT and INPUT, so no barrier is needed; the guest reads events and
 * moves `tail`. Both count up for ever: event i is in events[i % size], the
 * ring holds head - tail of them. The host keeps a `head` of its own: writing it
 * does nothing. While the guest says it has more than size unread, the ring is
 * full and events stay with the host.
 */

#define AETHER_EVENT_KEY     1u   /* code: Linux key code (KEY_A is 30); value: 1 down, 0 up, 2 repeat */
#define AETHER_EVENT_TEXT    2u   /* code: Unicode character typed on the machine's console */
#define AETHER_EVENT_POINTER 3u   /* x, y: where the pointer is, pixels */
#define AETHER_EVENT_MOTION  4u   /* x, y: how far it was moved, pixels */
#define AETHER_EVENT_BUTTON  5u   /* code: 0 left, 1 middle, 2 right, 3 side, 4 extra; value: 1 down, 0 up */
#define AETHER_EVENT_WHEEL   6u   /* x, y: notches; y < 0 is up, away from the user */
#define AETHER_EVENT_TOUCH   7u   /* code: finger; value: AETHER_TOUCH_*; x, y: pixels */
#define AETHER_EVENT_MODE    8u   /* x, y: the window now has room for so many pixels: answer by FB_MODE, or not */
#define AETHER_EVENT_QUIT    9u   /* the user asks the guest to end: save, then EXIT */

#define AETHER_TOUCH_BEGIN  0
#define AETHER_TOUCH_UPDATE 1
#define AETHER_TOUCH_END    2
#define AETHER_TOUCH_CANCEL 3

struct aether_event
{
  uint32_t type;    /* AETHER_EVENT_*; skip those you do not know */
  uint32_t code;    /* this and the next three: as the type says, else 0 */
  int32_t  value;
  int32_t  x;
  int32_t  y;
  uint32_t pad;     /* 0 */
  uint64_t time;    /* monotonic nanoseconds */
};

struct aether_input_ring
{
  uint32_t head;    /* out: events ever written */
  uint32_t tail;    /* in: events ever read */
  uint64_t pad;     /* 0 */
  struct aether_event events[];   /* boot_info.input_size of them */
};

#endif
