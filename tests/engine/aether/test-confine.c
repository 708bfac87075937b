/* test-confine.c - what a confined process cannot do any more
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "avmm-confine.h"

/* Each runs in a child that has confined itself; its status is the line that was wrong. */
#define EXPECT(condition) ((condition) ? (void) 0 : _exit (__LINE__ % 251 + 1))

static void
in_child (unsigned flags, void (*check) (void))
{
  struct avmm_error error;
  int status;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      EXPECT (avmm_confine (flags | AVMM_CONFINE_LIBRARIES, 0, &error));
      check ();
      _exit (0);
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
    g_error ("the confined child ended with 0x%x", status);
}

static void
check_base (void)
{
  struct rlimit core;

  errno = 0;
  EXPECT (open ("/etc/passwd", O_RDONLY) < 0 && errno == EPERM);
  EXPECT (open ("/dev/null", O_RDWR) < 0);
  EXPECT (access ("/", R_OK) < 0);
  EXPECT (unlink ("/nonexistent") < 0 && errno == EPERM);
  EXPECT (socket (AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM);
  EXPECT (fork () < 0 && errno == EPERM);
  EXPECT (execl ("/bin/true", "true", NULL) < 0 && errno == EPERM);
  EXPECT (mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
          == MAP_FAILED);
  EXPECT (mmap (NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  EXPECT (mmap (NULL, (size_t) 1 << 40, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
          == MAP_FAILED);
  EXPECT (write (2, "", 0) == 0);
  EXPECT (getrlimit (RLIMIT_CORE, &core) < 0 || core.rlim_max == 0);
}

static void *
do_nothing (void *data)
{
  return data;
}

static void
check_threads (void)
{
  pthread_t thread;

  EXPECT (pthread_create (&thread, NULL, do_nothing, NULL) == 0);
  EXPECT (pthread_join (thread, NULL) == 0);
  EXPECT (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  EXPECT (open ("/etc/passwd", O_RDONLY) < 0 && errno == EPERM);
  EXPECT (fork () < 0 && errno == EPERM);
  EXPECT (socket (AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM);
}

static void
check_translate (void)
{
  EXPECT (mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
          != MAP_FAILED);
  EXPECT (open ("/etc/passwd", O_RDONLY) < 0 && errno == EPERM);
}

static void
check_network (void)
{
  EXPECT (socket (AF_INET, SOCK_DGRAM, 0) >= 0);
  EXPECT (open ("/etc/passwd", O_RDONLY) < 0 && errno == EPERM);
}

static void test_base (void) { in_child (0, check_base); }
static void test_threads (void) { in_child (AVMM_CONFINE_THREADS, check_threads); }
static void test_translate (void) { in_child (AVMM_CONFINE_TRANSLATE, check_translate); }
static void test_network (void) { in_child (AVMM_CONFINE_NETWORK, check_network); }

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#if defined __SANITIZE_ADDRESS__
  g_print ("1..0 # SKIP the sanitizer itself needs what is given up\n");
  return 0;
#endif

  g_test_add_func ("/aether-vmm/confine/base", test_base);
  g_test_add_func ("/aether-vmm/confine/threads", test_threads);
  g_test_add_func ("/aether-vmm/confine/translate", test_translate);
  g_test_add_func ("/aether-vmm/confine/network", test_network);

  return g_test_run ();
}
