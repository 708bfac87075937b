/* aether-map-guard.c - memory maps of files that somebody else may truncate
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-map-guard.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The signal handler walks all guards without a lock. So they are only ever
 * prepended, never freed, and one that was given back waits with an empty
 * range for its next use. There are as many as maps were open at once: a
 * handful. */
struct _AetherMapGuard
{
  AetherMapGuard *next;
  gboolean        used;     /* under the lock */
  guint8         *start;    /* page-aligned */
  guint8         *end;      /* set last and cleared first: NULL covers nothing */
  gsize           skip;     /* bytes from start to what was asked for */
  int             broken;
};

static AetherMapGuard *guards;   /* atomic */
static struct sigaction old_action;
G_LOCK_DEFINE_STATIC (guards);

static void
pass_on (int number, siginfo_t *info, void *context)
{
  if (old_action.sa_flags & SA_SIGINFO)
    old_action.sa_sigaction (number, info, context);
  else if (old_action.sa_handler != SIG_DFL && old_action.sa_handler != SIG_IGN)
    old_action.sa_handler (number);
  else
    sigaction (SIGBUS, &old_action, NULL);   /* the fault repeats, and meets the default */
}

/* Only mmap() and atomics here: both are safe in a signal handler. */
static void
bus_error (int number, siginfo_t *info, void *context)
{
  guint8 *address = info->si_addr;
  int saved_errno = errno;

  for (AetherMapGuard *guard = g_atomic_pointer_get (&guards); guard; guard = guard->next)
    {
      guint8 *end = g_atomic_pointer_get (&guard->end);
      guint8 *start = g_atomic_pointer_get (&guard->start);

      if (address < start || address >= end)
        continue;

      g_atomic_int_set (&guard->broken, TRUE);
      if (mmap (start, end - start, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
                -1, 0) == MAP_FAILED)
        break;

      errno = saved_errno;
      return;
    }

  errno = saved_errno;
  pass_on (number, info, context);
}

static void
install_handler (void)
{
  static gsize installed;

  if (g_once_init_enter (&installed))
    {
      struct sigaction action = { .sa_sigaction = bus_error, .sa_flags = SA_SIGINFO | SA_NODEFER };

      sigemptyset (&action.sa_mask);
      sigaction (SIGBUS, &action, &old_action);
      g_once_init_leave (&installed, 1);
    }
}

static AetherMapGuard *
acquire_guard (void)
{
  AetherMapGuard *guard;

  G_LOCK (guards);
  for (guard = guards; guard; guard = guard->next)
    if (!guard->used)
      break;

  if (guard == NULL)
    {
      guard = g_new0 (AetherMapGuard, 1);
      guard->next = guards;
      g_atomic_pointer_set (&guards, guard);
    }
  guard->used = TRUE;
  guard->broken = FALSE;
  G_UNLOCK (guards);

  return guard;
}

/**
 * aether_map_guard_new:
 * @fd: a regular file or memfd, open for reading; borrowed, not needed afterwards
 * @offset: first byte
 * @length: bytes, at least 1
 * @error: G_IO_ERROR_INVALID_DATA: @fd is no file or has fewer bytes
 *
 * Returns: (transfer full) (nullable)
 */
AetherMapGuard *
aether_map_guard_new (int fd, gsize offset, gsize length, GError **error)
{
  gsize page = sysconf (_SC_PAGESIZE);
  gsize skip = offset % page;
  struct stat info;
  AetherMapGuard *guard;
  guint8 *start;

  g_return_val_if_fail (length > 0, NULL);

  if (fstat (fd, &info) < 0 || !S_ISREG (info.st_mode))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The display offered shared memory that is none."));
      return NULL;
    }

  if (length > G_MAXOFFSET - offset || (goffset) (offset + length) > info.st_size)
    {
      g_autofree char *has = g_format_size (info.st_size);
      g_autofree char *needs = g_format_size ((guint64) offset + length);

      /* Translators: both are sizes, as "4.1 MB" */
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The display's shared memory has %s, but its picture needs %s."), has, needs);
      return NULL;
    }

  install_handler ();
  start = mmap (NULL, length + skip, PROT_READ, MAP_SHARED, fd, offset - skip);
  if (start == MAP_FAILED)
    {
      int saved_errno = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                   _("The display's shared memory could not be mapped: %s"), g_strerror (saved_errno));
      return NULL;
    }

  guard = acquire_guard ();
  guard->skip = skip;
  g_atomic_pointer_set (&guard->start, start);
  g_atomic_pointer_set (&guard->end, start + skip + length);

  return guard;
}

void
aether_map_guard_free (AetherMapGuard *self)
{
  gsize length = self->end - self->start;

  g_atomic_pointer_set (&self->end, NULL);
  munmap (self->start, length);

  G_LOCK (guards);
  self->used = FALSE;
  G_UNLOCK (guards);
}

/* Returns: (array): the bytes at the offset asked for, as many as were, while @self lives */
const guint8 *
aether_map_guard_get_data (AetherMapGuard *self)
{
  return self->start + self->skip;
}

/**
 * aether_map_guard_is_broken:
 *
 * Returns: whether bytes that were read were not the file's
 */
gboolean
aether_map_guard_is_broken (AetherMapGuard *self)
{
  return g_atomic_int_get (&self->broken);
}
