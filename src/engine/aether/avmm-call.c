/* avmm-call.c - the calls a guest makes (abi/aether-abi.h)
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-call.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define MAX_FDS 64   /* of the network, at one time */

/* A copy of the guest's arguments: what is checked is what is used. */
union args
{
  struct aether_call_header   header;
  struct aether_call_exit     exit;
  struct aether_call_puts     puts;
  struct aether_call_time     time;
  struct aether_call_wait     wait;
  struct aether_call_alloc    alloc;
  struct aether_call_random   random;
  struct aether_call_fb_mode  fb_mode;
  struct aether_call_fb_flush fb_flush;
  struct aether_call_input    input;
  struct aether_call_net_send net_send;
  struct aether_call_net_recv net_recv;
  struct aether_call_block    block;
};

/* A buffer of the guest's: in its RAM or in its picture. */
static void *
get_buffer (struct avmm_vm *vm, uint64_t address, size_t length)
{
  void *buffer = avmm_memslot_get (&vm->ram, (avmm_gpa) { address }, length);

  /* Page 0 is not the guest's */
  if (buffer != NULL)
    return address < AETHER_PAGE ? NULL : buffer;

  return vm->display.slot.size > 0
         ? avmm_memslot_get (&vm->display.slot, (avmm_gpa) { address }, length) : NULL;
}

/* A backend that caches what it has translated must hear of our writes. */
static void
wrote (struct avmm_vm *vm, uint64_t address, size_t length)
{
  if (vm->hv->mem_written != NULL)
    vm->hv->mem_written (vm, (avmm_gpa) { address }, length);
}

static int32_t
call_nop (struct avmm_vm *vm, union args *args)
{
  (void) vm;
  (void) args;

  return AETHER_OK;
}

static int32_t
call_exit (struct avmm_vm *vm, union args *args)
{
  vm->exit_status = args->exit.status;
  avmm_vm_end (vm, AVMM_END_EXIT, "The guest ended with status %d.", args->exit.status);

  return AETHER_OK;
}

static void
clear_wake (struct avmm_vm *vm)
{
  uint64_t ignored;

  if (read (vm->wake_fd, &ignored, sizeof ignored) < 0 && errno != EAGAIN && errno != EINTR)
    avmm_vm_end (vm, AVMM_END_FAILED, "The machine lost its event counter.");
}

static int32_t
call_puts (struct avmm_vm *vm, union args *args)
{
  const uint8_t *bytes = get_buffer (vm, args->puts.address, args->puts.length);

  if (args->puts.length > AETHER_PUTS_MAX)
    return AETHER_E_INVAL;
  if (bytes == NULL)
    return AETHER_E_FAULT;

  /* A slow reader is waited for, but whatever is asked meanwhile is done */
  for (size_t done = 0; done < args->puts.length && vm->console.out >= 0; clear_wake (vm))
    {
      done += avmm_console_write (&vm->console, bytes + done, args->puts.length - done,
                                  vm->wake_fd);
      if (done == args->puts.length
          || (atomic_load (&vm->requests) != 0 && !avmm_vm_obey (vm)))
        break;
    }

  return AETHER_OK;
}

static int32_t
call_time (struct avmm_vm *vm, union args *args)
{
  args->time.monotonic = avmm_clock_now (&vm->clock);
  args->time.wall = avmm_clock_wall ();

  return AETHER_OK;
}

static void
read_console (struct avmm_vm *vm)
{
  uint32_t characters[AVMM_CONSOLE_IN_MAX];
  unsigned count = avmm_console_read (&vm->console, characters);

  for (unsigned i = 0; i < count; i++)
    if (characters[i] & AVMM_CONSOLE_KEY)
      for (int down = 1; down >= 0; down--)
        avmm_vm_post (vm, (struct aether_event) { .type = AETHER_EVENT_KEY,
                                                  .code = characters[i] & ~AVMM_CONSOLE_KEY,
                                                  .value = down });
    else
      avmm_vm_post (vm, (struct aether_event) { .type = AETHER_EVENT_TEXT,
                                                .code = characters[i] });
}

/* Sleeps for at most @timeout ns, or until something came from outside, and takes it in. */
static void
pump (struct avmm_vm *vm, uint64_t timeout)
{
  struct pollfd fds[MAX_FDS] = {
    { .fd = vm->wake_fd, .events = POLLIN },
    { .fd = vm->console.in, .events = POLLIN },
  };
  unsigned n_fds = 2;
  struct timespec ts;
  int n;

  if (vm->net != NULL)
    n_fds = avmm_net_prepare (vm->net, fds, n_fds, MAX_FDS, &timeout);

  ts.tv_sec = (time_t) (timeout / 1000000000);
  ts.tv_nsec = (long) (timeout % 1000000000);
  n = ppoll (fds, n_fds, timeout == AETHER_FOREVER ? NULL : &ts, NULL);

  if (n > 0 && fds[0].revents != 0)
    clear_wake (vm);

  if (n > 0 && fds[1].revents != 0)
    read_console (vm);

  if (vm->net != NULL)
    avmm_net_dispatch (vm->net, n < 0);
}

static uint32_t
look (struct avmm_vm *vm, uint32_t events)
{
  uint32_t ready = 0;

  if (avmm_input_drain (&vm->input, &vm->ram) > 0)
    ready |= AETHER_WAIT_INPUT;
  if (vm->net != NULL && avmm_net_ready (vm->net))
    ready |= AETHER_WAIT_NET;

  return ready & events;
}

static int32_t
call_wait (struct avmm_vm *vm, union args *args)
{
  struct aether_call_wait *wait = &args->wait;
  bool expired = false;

  if (wait->events & ~(AETHER_WAIT_INPUT | AETHER_WAIT_NET))
    return AETHER_E_INVAL;

  while ((wait->ready = look (vm, wait->events)) == 0 && !expired)
    {
      uint64_t now = avmm_clock_now (&vm->clock);

      expired = wait->deadline <= now;
      pump (vm, expired ? 0 : wait->deadline == AETHER_FOREVER ? AETHER_FOREVER
                                                               : wait->deadline - now);

      if (vm->end != AVMM_END_NONE || (atomic_load (&vm->requests) != 0 && !avmm_vm_obey (vm)))
        break;
    }

  wait->now = avmm_clock_now (&vm->clock);

  return AETHER_OK;
}

static int32_t
call_alloc (struct avmm_vm *vm, union args *args)
{
  uint64_t left = vm->ram.size - vm->heap_next;
  uint64_t length = (args->alloc.length + AETHER_PAGE - 1) & ~(uint64_t) (AETHER_PAGE - 1);

  if (args->alloc.length == 0)
    return AETHER_E_INVAL;
  if (args->alloc.length > left || length > left)
    return AETHER_E_NOMEM;

  args->alloc.address = vm->heap_next;
  vm->heap_next += length;

  return AETHER_OK;
}

static int32_t
call_random (struct avmm_vm *vm, union args *args)
{
  void *buffer = get_buffer (vm, args->random.address, args->random.length);

  if (args->random.length > AETHER_RANDOM_MAX)
    return AETHER_E_INVAL;
  if (buffer == NULL)
    return AETHER_E_FAULT;

  if (getrandom (buffer, args->random.length, 0) != (ssize_t) args->random.length)
    return AETHER_E_IO;
  wrote (vm, args->random.address, args->random.length);

  return AETHER_OK;
}

static int32_t
call_fb_mode (struct avmm_vm *vm, union args *args)
{
  if (!(vm->features & AETHER_FEATURE_DISPLAY))
    return AETHER_E_NODEV;
  if (!avmm_display_set_mode (&vm->display, args->fb_mode.width, args->fb_mode.height))
    return AETHER_E_INVAL;

  args->fb_mode.stride = vm->display.mode.stride;
  args->fb_mode.format = AETHER_FORMAT_XRGB8888;
  avmm_vm_notify (vm, AVMM_NOTICE_MODE | AVMM_NOTICE_DAMAGE);

  return AETHER_OK;
}

static int32_t
call_fb_flush (struct avmm_vm *vm, union args *args)
{
  struct aether_rect rects[AETHER_FLUSH_MAX];
  size_t size = (size_t) args->fb_flush.count * sizeof rects[0];
  const void *from = get_buffer (vm, args->fb_flush.address, size);

  if (!(vm->features & AETHER_FEATURE_DISPLAY))
    return AETHER_E_NODEV;
  if (args->fb_flush.count > AETHER_FLUSH_MAX)
    return AETHER_E_INVAL;
  if (from == NULL)
    return AETHER_E_FAULT;

  memcpy (rects, from, size);
  for (uint32_t i = 0; i < args->fb_flush.count; i++)
    if (!avmm_display_flush (&vm->display, &rects[i]))
      return AETHER_E_INVAL;

  avmm_vm_notify (vm, AVMM_NOTICE_DAMAGE);

  return AETHER_OK;
}

static int32_t
call_input (struct avmm_vm *vm, union args *args)
{
  if (!(vm->features & AETHER_FEATURE_INPUT))
    return AETHER_E_NODEV;

  read_console (vm);
  avmm_input_drain (&vm->input, &vm->ram);
  args->input.pending = avmm_input_pending (&vm->input, &args->input.dropped);

  return AETHER_OK;
}

static int32_t
call_net_send (struct avmm_vm *vm, union args *args)
{
  uint8_t frame[AVMM_NET_FRAME];
  const void *from;

  if (vm->net == NULL)
    return AETHER_E_NODEV;
  if (args->net_send.length < 14 || args->net_send.length > sizeof frame)
    return AETHER_E_INVAL;
  if ((from = get_buffer (vm, args->net_send.address, args->net_send.length)) == NULL)
    return AETHER_E_FAULT;

  memcpy (frame, from, args->net_send.length);

  if (!avmm_net_send (vm->net, frame, args->net_send.length))
    return AETHER_E_AGAIN;
  vm->net_sent += args->net_send.length;

  return AETHER_OK;
}

static int32_t
call_net_recv (struct avmm_vm *vm, union args *args)
{
  void *to;
  size_t length;

  if (vm->net == NULL)
    return AETHER_E_NODEV;
  if (args->net_recv.length < AVMM_NET_FRAME)
    return AETHER_E_INVAL;
  if ((to = get_buffer (vm, args->net_recv.address, AVMM_NET_FRAME)) == NULL)
    return AETHER_E_FAULT;

  if (!avmm_net_ready (vm->net))
    pump (vm, 0);
  if ((length = avmm_net_receive (vm->net, to, AVMM_NET_FRAME)) == 0)
    return AETHER_E_AGAIN;

  wrote (vm, args->net_recv.address, length);
  vm->net_received += length;
  args->net_recv.length = (uint32_t) length;

  return AETHER_OK;
}

/* Returns: AETHER_OK and where the bytes are */
static int32_t
check_block (struct avmm_vm *vm, const struct aether_call_block *block, void **buffer)
{
  if (!(vm->features & AETHER_FEATURE_BLOCK))
    return AETHER_E_NODEV;
  if (block->offset % AETHER_BLOCK_SECTOR != 0 || block->length % AETHER_BLOCK_SECTOR != 0
      || block->length > AETHER_BLOCK_MAX || block->offset > vm->block.size
      || block->length > vm->block.size - block->offset)
    return AETHER_E_INVAL;
  if ((*buffer = get_buffer (vm, block->address, block->length)) == NULL)
    return AETHER_E_FAULT;

  return AETHER_OK;
}

static int32_t
call_blk_read (struct avmm_vm *vm, union args *args)
{
  void *buffer;
  int32_t ret = check_block (vm, &args->block, &buffer);

  if (ret != AETHER_OK)
    return ret;

  ret = avmm_block_read (&vm->block, args->block.offset, buffer, args->block.length)
        ? AETHER_OK : AETHER_E_IO;
  wrote (vm, args->block.address, args->block.length);

  return ret;
}

static int32_t
call_blk_write (struct avmm_vm *vm, union args *args)
{
  void *buffer;
  int32_t ret = check_block (vm, &args->block, &buffer);

  if (ret != AETHER_OK)
    return ret;

  return avmm_block_write (&vm->block, args->block.offset, buffer, args->block.length)
         ? AETHER_OK : AETHER_E_IO;
}

static const struct
{
  int32_t (*handle) (struct avmm_vm *vm, union args *args);
  uint32_t  size;
} calls[] = {
  [AETHER_CALL_NOP]       = { call_nop, sizeof (struct aether_call_header) },
  [AETHER_CALL_EXIT]      = { call_exit, sizeof (struct aether_call_exit) },
  [AETHER_CALL_PUTS]      = { call_puts, sizeof (struct aether_call_puts) },
  [AETHER_CALL_TIME]      = { call_time, sizeof (struct aether_call_time) },
  [AETHER_CALL_WAIT]      = { call_wait, sizeof (struct aether_call_wait) },
  [AETHER_CALL_ALLOC]     = { call_alloc, sizeof (struct aether_call_alloc) },
  [AETHER_CALL_RANDOM]    = { call_random, sizeof (struct aether_call_random) },
  [AETHER_CALL_FB_MODE]   = { call_fb_mode, sizeof (struct aether_call_fb_mode) },
  [AETHER_CALL_FB_FLUSH]  = { call_fb_flush, sizeof (struct aether_call_fb_flush) },
  [AETHER_CALL_INPUT]     = { call_input, sizeof (struct aether_call_input) },
  [AETHER_CALL_NET_SEND]  = { call_net_send, sizeof (struct aether_call_net_send) },
  [AETHER_CALL_NET_RECV]  = { call_net_recv, sizeof (struct aether_call_net_recv) },
  [AETHER_CALL_BLK_READ]  = { call_blk_read, sizeof (struct aether_call_block) },
  [AETHER_CALL_BLK_WRITE] = { call_blk_write, sizeof (struct aether_call_block) },
};

/* What comes of a call whose header is at @guest, in RAM. */
static int32_t
answer (struct avmm_vm *vm, unsigned call, uint32_t address, uint8_t *guest)
{
  union args args;
  uint32_t size;
  int32_t ret;

  if (call >= sizeof calls / sizeof calls[0])
    return AETHER_E_CALL;
  if (address % 8 != 0)
    return AETHER_E_ALIGN;

  size = calls[call].size;
  memcpy (&args.header, guest, sizeof args.header);
  if (args.header.size < size)
    return AETHER_E_SIZE;
  if (size == sizeof args.header)
    return calls[call].handle (vm, &args);
  if (avmm_memslot_get (&vm->ram, (avmm_gpa) { address }, size) == NULL)
    return AETHER_E_FAULT;

  memcpy ((uint8_t *) &args + sizeof args.header, guest + sizeof args.header,
          size - sizeof args.header);
  ret = calls[call].handle (vm, &args);
  if (ret == AETHER_OK)
    memcpy (guest + sizeof args.header, (uint8_t *) &args + sizeof args.header,
            size - sizeof args.header);

  return ret;
}

void
avmm_call (struct avmm_vm *vm, unsigned call, uint32_t address)
{
  uint8_t *guest = address < AETHER_PAGE ? NULL   /* else perhaps misaligned */
                   : avmm_memslot_get (&vm->ram, (avmm_gpa) { address },
                                       sizeof (struct aether_call_header));
  int32_t ret;

  if (guest == NULL)
    {
      avmm_vm_end (vm, AVMM_END_CRASH, "The guest made call %u with its arguments at 0x%x, "
                   "outside its memory.", call, address);
      return;
    }

  ret = answer (vm, call, address, guest);
  memcpy (guest + offsetof (struct aether_call_header, ret), &ret, sizeof ret);
}
