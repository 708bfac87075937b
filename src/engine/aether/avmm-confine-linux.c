/* avmm-confine-linux.c - giving up rights: seccomp, no new privileges, limits
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "avmm-confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__
#define HOST_AUDIT_ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define HOST_AUDIT_ARCH AUDIT_ARCH_AARCH64
#endif

#define MAX_FILTER   250     /* what a jump, 8 bits wide, reaches */
#define MAX_FILES    256
#define ROOM_MB      256u    /* address space left for what is yet to come */
#define TRANSLATE_MB 768u    /* Unicorn reserves 128 MB for each engine; a reset makes one more */

/* Nothing that names a file, a process or another machine. */
static const int always[] = {
  SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_close, SYS_fstat,
  SYS_ppoll, SYS_futex, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_rt_sigprocmask,
  SYS_rt_sigaction, SYS_clock_gettime, SYS_getrandom, SYS_madvise, SYS_munmap, SYS_brk, SYS_mremap,
  SYS_tgkill, SYS_gettid, SYS_getpid, SYS_restart_syscall, SYS_setitimer,
#ifdef SYS_poll
  SYS_poll,
#endif
#ifdef __aarch64__
  SYS_timer_settime, SYS_timer_delete,
#endif
};

/* What libraries need besides. */
static const int libraries[] = {
  SYS_lseek, SYS_clock_nanosleep, SYS_sched_yield, SYS_getrusage,
};

static const int threads[] = {
  SYS_recvmsg, SYS_sendmsg, SYS_recvfrom, SYS_sendto, SYS_shutdown, SYS_getsockopt, SYS_setsockopt,
  SYS_getsockname, SYS_getpeername, SYS_eventfd2, SYS_fcntl, SYS_dup, SYS_dup3,
  SYS_set_robust_list, SYS_rseq, SYS_sigaltstack, SYS_sched_getaffinity, SYS_getuid, SYS_geteuid,
  SYS_getgid, SYS_getegid, SYS_prctl, SYS_getpriority, SYS_sched_getattr, SYS_sched_setattr,
};

static const int network[] = {
  SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept4, SYS_accept, SYS_recvmsg, SYS_sendmsg,
  SYS_recvfrom, SYS_sendto, SYS_shutdown, SYS_getsockopt, SYS_setsockopt, SYS_getsockname,
  SYS_getpeername, SYS_fcntl, SYS_eventfd2,
};

static const unsigned long ioctls[] = {
  KVM_RUN, TCSETS,
#if defined __x86_64__
  KVM_GET_REGS, KVM_SET_REGS, KVM_GET_SREGS, KVM_SET_SREGS, KVM_SET_XSAVE, KVM_SET_FPU,
#elif defined __aarch64__
  KVM_GET_ONE_REG, KVM_SET_ONE_REG, KVM_ARM_PREFERRED_TARGET, KVM_ARM_VCPU_INIT,
#endif
};

/* A filter has two ends, to which its tests jump: the kernel translates every instruction
 * of it, so a short one starts faster. */
enum end { NO, YES };

struct program
{
  struct sock_filter code[MAX_FILTER];
  unsigned           used;
};

#define TO_YES 254   /* jumps to an end, until finish() */
#define TO_NO  255

static void
add (struct program *program, uint16_t code, uint8_t when_true, uint8_t when_false, uint32_t value)
{
  if (program->used < MAX_FILTER)
    program->code[program->used] = (struct sock_filter) { code, when_true, when_false, value };
  program->used++;
}

static void
load (struct program *program, size_t offset)
{
  add (program, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t) offset);
}

static void
answer (struct program *program, uint32_t action)
{
  add (program, BPF_RET | BPF_K, 0, 0, action);
}

static uint8_t
resolve (unsigned from, unsigned yes, uint8_t jump)
{
  return jump == TO_YES ? (uint8_t) (yes - from - 1)
         : jump == TO_NO ? (uint8_t) (yes - from) : jump;
}

/* Appends the ends. Returns: false when a jump would be too long */
static bool
finish (struct program *program)
{
  unsigned yes = program->used;

  if (yes + 2 > MAX_FILTER)
    return false;

  for (unsigned i = 0; i < yes; i++)
    if (BPF_CLASS (program->code[i].code) == BPF_JMP)
      {
        program->code[i].jt = resolve (i, yes, program->code[i].jt);
        program->code[i].jf = resolve (i, yes, program->code[i].jf);
      }

  answer (program, SECCOMP_RET_ALLOW);
  answer (program, SECCOMP_RET_ERRNO | EPERM);

  return true;
}

static void
allow_all (struct program *program, const int *calls, size_t count)
{
  for (size_t i = 0; i < count; i++)
    add (program, BPF_JMP | BPF_JEQ | BPF_K, TO_YES, 0, (uint32_t) calls[i]);
}

/* The same; those below 32, on x86_64 the most, by a bit for each. X holds the call. */
static void
allow_many (struct program *program, const int *calls, size_t count)
{
  uint32_t bits = 0;

  for (size_t i = 0; i < count; i++)
    if (calls[i] < 32)
      bits |= 1u << calls[i];
    else
      allow_all (program, &calls[i], 1);

  if (bits == 0)
    return;

  add (program, BPF_JMP | BPF_JGE | BPF_K, 4, 0, 32);
  add (program, BPF_LD | BPF_IMM, 0, 0, 1);
  add (program, BPF_ALU | BPF_LSH | BPF_X, 0, 0, 0);
  add (program, BPF_JMP | BPF_JSET | BPF_K, TO_YES, 0, bits);
  add (program, BPF_MISC | BPF_TXA, 0, 0, 0);
}

#define ALLOW_ALL(program, calls) allow_all ((program), (calls), sizeof (calls) / sizeof (calls)[0])
#define ARGUMENT(n) (offsetof (struct seccomp_data, args) + 8 * (n))

/* Allows @call where argument @n has some, or none, of @bits */
static void
allow_if (struct program *program, int call, unsigned n, uint32_t bits, enum end when_set)
{
  add (program, BPF_JMP | BPF_JEQ | BPF_K, 0, 2, (uint32_t) call);
  load (program, ARGUMENT (n));
  add (program, BPF_JMP | BPF_JSET | BPF_K, when_set == YES ? TO_YES : TO_NO,
       when_set == YES ? TO_NO : TO_YES, bits);
}

static void
allow_ioctls (struct program *program, bool more)
{
  unsigned count = sizeof ioctls / sizeof ioctls[0], skip = count + 1 + 2 * more;

  add (program, BPF_JMP | BPF_JEQ | BPF_K, 0, (uint8_t) skip, SYS_ioctl);
  load (program, ARGUMENT (1));
  for (unsigned i = 0; i < count; i++)
    add (program, BPF_JMP | BPF_JEQ | BPF_K, TO_YES, i + 1 < count || more ? 0 : TO_NO,
         (uint32_t) ioctls[i]);
  if (more)
    {
      add (program, BPF_JMP | BPF_JEQ | BPF_K, TO_YES, 0, FIONREAD);
      add (program, BPF_JMP | BPF_JEQ | BPF_K, TO_YES, TO_NO, FIONBIO);
    }
}

/* Threads yes, processes no. clone3 hides its flags behind a pointer: libc falls
 * back to clone when told that there is none. */
static void
allow_threads (struct program *program)
{
  add (program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_clone3);
  answer (program, SECCOMP_RET_ERRNO | ENOSYS);
  allow_if (program, SYS_clone, 0, CLONE_THREAD, YES);
  ALLOW_ALL (program, threads);
}

static bool
install_filter (unsigned flags, struct avmm_error *error)
{
  struct program program = { .used = 0 };
  struct sock_fprog fprog;

  load (&program, offsetof (struct seccomp_data, arch));
  add (&program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, HOST_AUDIT_ARCH);
  answer (&program, SECCOMP_RET_KILL_PROCESS);
  load (&program, offsetof (struct seccomp_data, nr));

  /* The kernel follows a filter once for each of its calls, to know the answers that never
   * change: milliseconds. It gives up at an instruction it does not know.
   *
   * It would make ioctl, our busiest call, cheaper by 0.1 of an exit's 2.8 us if that were
   * allowed whatever its arguments are. They stay checked: KVM has a hundred others, and a
   * terminal one that types into the user's shell. */
  add (&program, BPF_MISC | BPF_TAX, 0, 0, 0);

  allow_ioctls (&program, flags & AVMM_CONFINE_LIBRARIES);   /* first: it is on the way of every exit */
  allow_many (&program, always, sizeof always / sizeof always[0]);
  if (flags & AVMM_CONFINE_LIBRARIES)
    ALLOW_ALL (&program, libraries);
  if (flags & AVMM_CONFINE_TRANSLATE)
    allow_all (&program, (const int[]) { SYS_mmap, SYS_mprotect }, 2);
  else
    {
      allow_if (&program, SYS_mmap, 2, PROT_EXEC, NO);
      allow_if (&program, SYS_mprotect, 2, PROT_EXEC, NO);
    }
  if (flags & AVMM_CONFINE_THREADS)
    allow_threads (&program);
  if (flags & AVMM_CONFINE_NETWORK)
    ALLOW_ALL (&program, network);
  /* What is left */
  add (&program, BPF_JMP | BPF_JA, 0, 0, 1);

  if (!finish (&program))
    return avmm_fail (error, "The list of allowed system calls is too long.");

  fprog = (struct sock_fprog) { .len = (unsigned short) program.used, .filter = program.code };
  if (syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &fprog) != 0)
    return avmm_fail_errno (error, "The machine could not be confined (seccomp)");

  return true;
}

static void
limit (int resource, unsigned long long value)
{
  struct rlimit now;

  /* Lowering one's own limit cannot fail; never raise it */
  if (getrlimit (resource, &now) == 0 && now.rlim_max > value)
    setrlimit (resource, &(struct rlimit) { value, value });
}

static unsigned long long
address_space (void)
{
  char text[64] = "";
  int fd = open ("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read (fd, text, sizeof text - 1);

  if (fd >= 0)
    close (fd);

  return n > 0 ? strtoull (text, NULL, 10) * (unsigned long long) sysconf (_SC_PAGESIZE) : 0;
}

bool
avmm_confine (unsigned flags, uint64_t guest, struct avmm_error *error)
{
  /* Without libraries there is nothing else of a size, and the system need not be asked */
  unsigned long long used = flags & AVMM_CONFINE_LIBRARIES ? address_space () : guest;
  unsigned long long room = flags & AVMM_CONFINE_TRANSLATE ? TRANSLATE_MB : ROOM_MB;

  limit (RLIMIT_CORE, 0);
  limit (RLIMIT_NOFILE, MAX_FILES);
  if (used > 0)
    limit (RLIMIT_AS, used + (room << 20));

  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return avmm_fail_errno (error, "The machine could not be confined");

  return install_filter (flags, error);
}
