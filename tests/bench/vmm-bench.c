/* vmm-bench.c - the floor under aether-vmm, and its start; runs in the inner Linux
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * vmm-bench floor               what bare KVM costs: open to first exit, one port exit
 * vmm-bench start COMMAND...    exec to first output, and memory then
 */

#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXITS 2000
#define ROUNDS 9
#define QUIET_US 50000   /* the system has cleared the last machine away by then */

static double
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return now.tv_sec * 1e6 + now.tv_nsec * 1e-3;
}

#ifdef __x86_64__
/* Real mode at 0x1000: out %al, $0x50; jmp back */
static const uint8_t loop_code[] = { 0xe6, 0x50, 0xeb, 0xfc };

static int
run_floor (void)
{
  double start = now_us (), first, begin;
  int kvm = open ("/dev/kvm", O_RDWR | O_CLOEXEC);
  int vm = ioctl (kvm, KVM_CREATE_VM, 0);
  int vcpu = ioctl (vm, KVM_CREATE_VCPU, 0);
  int size = ioctl (kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
  uint8_t *memory = mmap (NULL, 0x10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct kvm_userspace_memory_region region = {
    .memory_size = 0x10000, .userspace_addr = (uintptr_t) memory,
  };
  struct kvm_regs regs = { .rip = 0x1000, .rflags = 2 };
  struct kvm_sregs sregs;

  memcpy (memory + 0x1000, loop_code, sizeof loop_code);
  if (vcpu < 0 || mmap (NULL, (size_t) size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0) == MAP_FAILED
      || ioctl (vm, KVM_SET_USER_MEMORY_REGION, &region) < 0 || ioctl (vcpu, KVM_GET_SREGS, &sregs) < 0)
    return 1;
  sregs.cs.base = sregs.cs.selector = 0;
  if (ioctl (vcpu, KVM_SET_SREGS, &sregs) < 0 || ioctl (vcpu, KVM_SET_REGS, &regs) < 0
      || ioctl (vcpu, KVM_RUN, 0) < 0)
    return 1;

  first = now_us ();
  printf ("floor-start %.0f us\n", first - start);
  begin = now_us ();
  for (int i = 0; i < EXITS; i++)
    if (ioctl (vcpu, KVM_RUN, 0) < 0)
      return 1;
  printf ("floor-exit %.0f ns\n", (now_us () - begin) * 1e3 / EXITS);

  return 0;
}
#else
static int
run_floor (void)
{
  puts ("floor-exit is measured on x86_64 only");

  return 0;
}
#endif

/* Prints "start US us" and the memory of the process without its two largest maps: the guest's
 * RAM and its picture. */
static void
print_memory (pid_t pid)
{
  unsigned long size = 0, rss, total = 0, largest[2] = { 0, 0 }, rss_of[2] = { 0, 0 };
  char path[64], line[512];
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/smaps", pid);
  if ((file = fopen (path, "r")) == NULL)
    return;

  while (fgets (line, sizeof line, file))
    if (sscanf (line, "Size: %lu", &size) != 1 && sscanf (line, "Rss: %lu", &rss) == 1)
      {
        int i = size > largest[0] ? 0 : 1;

        total += rss;
        if (i == 0)
          {
            largest[1] = largest[0];
            rss_of[1] = rss_of[0];
          }
        if (size > largest[i])
          {
            largest[i] = size;
            rss_of[i] = rss;
          }
      }
  fclose (file);
  printf ("memory %lu KiB besides the guest's\n", total - rss_of[0] - rss_of[1]);
}

static int
run_start (char *argv[])
{
  /* One CPU: whoever watches must not wait for a tick to see what was written */
  if (sched_setscheduler (0, SCHED_FIFO | SCHED_RESET_ON_FORK,
                          &(struct sched_param) { .sched_priority = 1 }) < 0)
    return 1;

  for (int round = 0; round < ROUNDS; round++)
    {
      double start;
      char byte;
      int fds[2];
      pid_t pid;

      if (pipe (fds) < 0)
        return 1;
      /* Not always at the same place between two ticks of the system's clock */
      usleep (QUIET_US + 1300u * (unsigned) round);
      start = now_us ();
      if ((pid = fork ()) == 0)
        {
          dup2 (fds[1], 1);
          execv (argv[0], argv);
          _exit (127);
        }
      close (fds[1]);
      if (read (fds[0], &byte, 1) != 1)
        return 1;
      printf ("start %.0f us\n", now_us () - start);
      if (round + 1 == ROUNDS)
        print_memory (pid);
      while (read (fds[0], &byte, 1) == 1)
        ;
      close (fds[0]);
      waitpid (pid, NULL, 0);
    }

  return 0;
}

int
main (int argc, char *argv[])
{
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (argc == 2 && strcmp (argv[1], "floor") == 0)
    return run_floor ();
  if (argc > 2 && strcmp (argv[1], "start") == 0)
    return run_start (argv + 2);

  return 2;
}
