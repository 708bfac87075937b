/* avmm-probe.c - what a backend can really do, seen on a trial guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-probe.h"

#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "avmm-call.h"

/* Kernels exist whose /dev/kvm opens, makes a VM and then only interprets plain
 * ring-0 code. So three trials run in the machine itself before its guest: vector
 * registers, then an exception through a handler of the guest's, in one go; when
 * that stops early, the second alone; when nothing was seen, a single store. Each
 * reports an AETHER_FEATURE_*, or AVMM_PROBE_RAN, by call AVMM_PROBE_CALL; 0 ends. */

/* All in two pages: a large clear would cost more than the trials. */
#define CODE   AETHER_IMAGE_BASE
#define IDTR   (CODE + 0x300)
#define IDT    (CODE + 0x400)
#define VECTOR (CODE + 0x800)
#define STACK  (CODE + 0x2000)   /* its top */

#define LIMIT_S 1       /* what a trial may take; it needs microseconds */
#define KICK_US 50000   /* a kick may be lost: repeated so often */

struct trial
{
  const void *code;
  size_t      size;
  uint32_t    starts[3];   /* offsets */
};

static const uint8_t x86_code[] = {
  /* SIMD */
  0xb8, 0x78, 0x56, 0x34, 0x12,                     /* mov eax, 0x12345678 */
  0x66, 0x0f, 0x6e, 0xc0,                           /* movd xmm0, eax */
  0x66, 0x0f, 0x70, 0xc8, 0x00,                     /* pshufd xmm1, xmm0, 0 */
  0x66, 0x0f, 0x7e, 0xc9,                           /* movd ecx, xmm1 */
  0x39, 0xc1,                                       /* cmp ecx, eax */
  0x75, 0x18,                                       /* jne hlt */
  0xb8, 0x10, 0x00, 0x00, 0x00,                     /* mov eax, AETHER_FEATURE_SIMD */
  0x66, 0xba, 0x3f, 0x05,                           /* mov dx, AETHER_CALL_PORT + 63 */
  0xef,                                             /* out dx, eax */
  /* EXCEPTIONS, at 0x20 */
  0xbc, 0x00, 0x20, 0x10, 0x00,                     /* mov esp, STACK */
  0x0f, 0x01, 0x1c, 0x25, 0x00, 0x03, 0x10, 0x00,   /* lidt [IDTR] */
  0xcc,                                             /* int3 */
  0xf4,                                             /* hlt */
  /* the handler, at 0x2f */
  0xb8, 0x20, 0x00, 0x00, 0x00,                     /* mov eax, AETHER_FEATURE_EXCEPTIONS */
  0x66, 0xba, 0x3f, 0x05,                           /* mov dx, AETHER_CALL_PORT + 63 */
  0xef,                                             /* out dx, eax */
  0x31, 0xc0,                                       /* xor eax, eax */
  0xef,                                             /* out dx, eax */
  0xf4,                                             /* hlt */
  /* anything, at 0x3d */
  0xb8, 0x01, 0x00, 0x00, 0x00,                     /* mov eax, AVMM_PROBE_RAN */
  0x66, 0xba, 0x3f, 0x05,                           /* mov dx, AETHER_CALL_PORT + 63 */
  0xef,                                             /* out dx, eax */
  0x31, 0xc0,                                       /* xor eax, eax */
  0xef,                                             /* out dx, eax */
  0xf4,                                             /* hlt */
};

static const uint8_t x86_idtr[] = { 0x3f, 0x00, 0x00, 0x04, 0x10, 0, 0, 0, 0, 0 };
/* Gate 3: the handler in the code segment of avmm_boot_write_gdt() */
static const uint8_t x86_gate[] = { 0x2f, 0x00, 0x08, 0x00, 0x00, 0x8e, 0x10, 0x00, 0, 0, 0, 0 };

static const uint32_t arm_code[] = {
  /* SIMD */
  0x52800201,   /* mov  w1, #AETHER_FEATURE_SIMD */
  0x1e270020,   /* fmov s0, w1 */
  0x6e040401,   /* mov  v1.s[0], v0.s[0] */
  0x1e260022,   /* fmov w2, s1 */
  0xd2be0000,   /* mov  x0, #AETHER_CALL_PAGE */
  0xb901f802,   /* str  w2, [x0, #8 * 63] */
  /* EXCEPTIONS, at 0x18 */
  0xd2a00203,   /* mov  x3, #0x100000 */
  0xf2810003,   /* movk x3, #0x0800           VECTOR */
  0xd518c003,   /* msr  vbar_el1, x3 */
  0xd5033fdf,   /* isb */
  0xd4200000,   /* brk  #0 */
  /* anything, at 0x2c */
  0xd2be0000,   /* mov  x0, #AETHER_CALL_PAGE */
  0x52800021,   /* mov  w1, #AVMM_PROBE_RAN */
  0xb901f801,   /* str  w1, [x0, #8 * 63] */
  0xb901f81f,   /* str  wzr, [x0, #8 * 63] */
  0x14000000,   /* b    . */
};

static const uint32_t arm_vector[] = {
  0xd2be0000,   /* mov  x0, #AETHER_CALL_PAGE */
  0x52800401,   /* mov  w1, #AETHER_FEATURE_EXCEPTIONS */
  0xb901f801,   /* str  w1, [x0, #8 * 63] */
  0xb901f81f,   /* str  wzr, [x0, #8 * 63] */
  0x14000000,   /* b    . */
};

static void
write_bytes (struct avmm_vm *vm, uint64_t address, const void *bytes, size_t size)
{
  /* The smallest RAM holds the trial */
  memcpy (avmm_memslot_get (&vm->ram, (avmm_gpa) { address }, size), bytes, size);
}

static struct trial
prepare (struct avmm_vm *vm)
{
  if (vm->image.arch == AVMM_ARCH_X86_64)
    {
      write_bytes (vm, IDTR, x86_idtr, sizeof x86_idtr);
      write_bytes (vm, IDT + 3 * 16, x86_gate, sizeof x86_gate);
      return (struct trial) { x86_code, sizeof x86_code, { 0, 0x20, 0x3d } };
    }

  /* An exception from EL1 with its own stack pointer */
  write_bytes (vm, VECTOR + 0x200, arm_vector, sizeof arm_vector);
  return (struct trial) { arm_code, sizeof arm_code, { 0, 0x18, 0x2c } };
}

/* A signal handler has no other way to the machine. */
static struct avmm_vm *trial_vm;

static void
end_trial (int number)
{
  (void) number;
  trial_vm->hv->kick (trial_vm);
}

/* Until it reports the last it has to, stops for another reason, or LIMIT_S have passed. */
static void
run_trial (struct avmm_vm *vm)
{
  const struct itimerval limit = {
    .it_value = { .tv_sec = LIMIT_S }, .it_interval = { .tv_usec = KICK_US },
  };
  struct sigaction action = { .sa_handler = end_trial }, saved;
  struct avmm_exit exit;

  trial_vm = vm;
  sigaction (SIGALRM, &action, &saved);
  setitimer (ITIMER_REAL, &limit, NULL);

  do
    vm->hv->run (vm, &exit);
  while (avmm_probe_hit (vm, &exit));

  setitimer (ITIMER_REAL, &(struct itimerval) { 0 }, NULL);
  sigaction (SIGALRM, &saved, NULL);
}

/**
 * avmm_probe:
 * @vm: with RAM and a vCPU, nothing loaded yet
 *
 * Runs the trials and sets vm->hv_features. Where images lie, RAM is all zeros afterwards.
 *
 * Returns: false with a sentence when not one instruction was seen to work
 */
bool
avmm_probe (struct avmm_vm *vm, struct avmm_error *error)
{
  const struct trial trial = prepare (vm);
  uint32_t stop_at[3] = { AETHER_FEATURE_SIMD, AETHER_FEATURE_EXCEPTIONS, AVMM_PROBE_RAN };

  write_bytes (vm, CODE, trial.code, trial.size);
  vm->probe_seen = 0;
  vm->probing = true;

  for (unsigned i = 0; i < 3; i++)
    {
      struct avmm_entry entry = { .pc = CODE + trial.starts[i] };

      /* What an earlier trial has shown on its way needs none of its own */
      if (vm->probe_seen & stop_at[i])
        continue;

      if (!vm->hv->vcpu_reset (vm, &entry, error))
        break;
      run_trial (vm);
    }

  vm->probing = false;
  memset (avmm_memslot_get (&vm->ram, (avmm_gpa) { CODE }, STACK - CODE), 0, STACK - CODE);

  if (vm->probe_seen == 0)
    return avmm_fail (error, "It did not run a trial guest.");

  vm->hv_features = vm->probe_seen & vm->hv->features;

  return true;
}

/* The trial's exit. Returns: whether it goes on. */
bool
avmm_probe_hit (struct avmm_vm *vm, const struct avmm_exit *exit)
{
  unsigned call;

  if (!avmm_call_decode (vm, exit, &call) || call != AVMM_PROBE_CALL)
    return false;

  vm->probe_seen |= (uint32_t) exit->value | AVMM_PROBE_RAN;

  return exit->value != 0;
}
