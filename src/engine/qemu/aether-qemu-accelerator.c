/* aether-qemu-accelerator.c - whether an accelerator can run a guest
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-accelerator.h"

#include "aether-child.h"
#include "aether-machine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds for a guest of some thousand instructions */
#define TRY_TIMEOUT 5

/* QEMU wants firmware for a PC in multiples of this */
#define FIRMWARE_SIZE (64 * 1024)

/* aether-qemu-tiny-guest.S */
extern const char aether_qemu_tiny_guest[] __attribute__ ((visibility ("hidden")));
extern const char aether_qemu_tiny_guest_end[] __attribute__ ((visibility ("hidden")));

/* A guest that says AETHER-OK soon, or never does. */
typedef struct
{
  AetherChild *child;
  GSource     *timeout;
  GSource     *cancelled;
  char        *words;       /* the most telling of QEMU's lines */
} Try;

static void
try_free (Try *try)
{
  if (try->timeout)
    g_source_destroy (try->timeout);
  if (try->cancelled)
    g_source_destroy (try->cancelled);
  g_clear_pointer (&try->timeout, g_source_unref);
  g_clear_pointer (&try->cancelled, g_source_unref);
  if (try->child)
    g_signal_handlers_disconnect_by_data (try->child, try);
  g_clear_object (&try->child);
  g_free (try->words);
  g_free (try);
}

/* Whether the guest would be one of this computer's own architecture. */
gboolean
aether_qemu_accelerator_can_run (const char *arch)
{
  const char *host = aether_machine_host_arch ();

  return g_str_equal (arch, host) || (g_str_equal (host, "x86_64") && g_str_equal (arch, "i386"));
}

static char *
describe_permission (const char *device)
{
  struct stat info;
  struct group *group;

  if (stat (device, &info) == 0 && (info.st_mode & 0060) == 0060 && (group = getgrgid (info.st_gid)) &&
      strcmp (group->gr_name, "root") != 0)
    return g_strdup_printf (_("You may not use %s, which belongs to the group “%s”. Add yourself to that group "
                              "(sudo usermod -aG %s %s), then log in again. "
                              "Until then machines run by emulation, slower."),
                            device, group->gr_name, group->gr_name, g_get_user_name ());

  return g_strdup_printf (_("You may not use %s: only root may. Let the group “kvm” use it and add yourself to "
                            "that group. Until then machines run by emulation, slower."), device);
}

/**
 * aether_qemu_accelerator_check_kvm:
 * @device: as "/dev/kvm"
 *
 * Returns: (transfer full) (nullable): a sentence that says why @device cannot
 *   even be opened; %NULL when it can
 */
char *
aether_qemu_accelerator_check_kvm (const char *device)
{
  int fd = open (device, O_RDWR | O_CLOEXEC);
  int code = errno;

  if (fd >= 0)
    {
      close (fd);
      return NULL;
    }

  switch (code)
    {
    case ENOENT:
      return g_strdup_printf (_("This computer offers no virtualization: there is no %s. Switch it on in the "
                                "computer's firmware settings (Intel VT-x, AMD-V), or in those of the machine "
                                "that it is itself. Until then machines run by emulation, slower."), device);
    case EACCES:
    case EPERM:
      return describe_permission (device);

    default:
      return g_strdup_printf (_("%s cannot be opened (%s). Machines run by emulation instead, slower."),
                              device, g_strerror (code));
    }
}

/* The guest as a file that QEMU can open by its descriptor. */
static int
make_firmware (gboolean at_end, GError **error)
{
  gsize size = aether_qemu_tiny_guest_end - aether_qemu_tiny_guest;
  int fd = memfd_create ("aether-tiny-guest", MFD_CLOEXEC);

  if (fd < 0 || ftruncate (fd, FIRMWARE_SIZE) != 0 ||
      pwrite (fd, aether_qemu_tiny_guest, size, at_end ? FIRMWARE_SIZE - size : 0) != (gssize) size)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   _("A small guest to try virtualization with cannot be made: %s."), g_strerror (code));
      g_clear_fd (&fd, NULL);
      return -1;
    }

  return fd;
}

static void
try_fail (GTask *task)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("This computer's virtualization (KVM) cannot run a normal guest, "
                             "so machines run by emulation, slower."));
}

/* Ends the try, whichever way it went: the task is done when it has an answer. */
static void
try_finish (GTask *task)
{
  Try *try = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (try->child, task);
  g_source_destroy (try->timeout);
  if (try->cancelled)
    g_source_destroy (try->cancelled);
  aether_child_kill (try->child);
  g_object_unref (task);
}

static void
line_cb (AetherChild *child, const char *line, gpointer user_data)
{
  GTask *task = user_data;
  Try *try = g_task_get_task_data (task);

  if (strcmp (line, "AETHER-OK") == 0)
    {
      g_task_return_boolean (task, TRUE);
      try_finish (task);
    }
  else if (strcmp (line, "AETHER-BAD") == 0 || g_str_has_prefix (line, "KVM internal error"))
    {
      g_set_str (&try->words, *line == 'K' ? line : NULL);
      try_fail (task);
      try_finish (task);
    }
  else if (!strstr (line, "warning:"))
    {
      g_set_str (&try->words, line);
      g_strchomp (try->words);
    }
}

static void
exited_cb (AetherChild *child, int wait_status, gpointer user_data)
{
  GTask *task = user_data;

  try_fail (task);
  try_finish (task);
}

static gboolean
timeout_cb (gpointer user_data)
{
  exited_cb (NULL, 0, user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  g_task_return_error_if_cancelled (task);
  try_finish (task);

  return G_SOURCE_REMOVE;
}

static AetherChild *
spawn_guest (const char *program, const char *arch, const char *accelerator, GError **error)
{
  gboolean arm = g_str_equal (arch, "aarch64");
  gboolean kvm = g_str_equal (accelerator, "kvm");
  const char *argv[] = {
    program, "-no-user-config", "-nodefaults", "-display", "none", "-serial", "stdio", "-monitor", "none",
    "-machine", arm ? "virt,gic-version=max" : "q35",
    "-accel", accelerator, "-cpu", kvm ? "host" : "max", "-m", "16M", "-no-reboot",
    "-bios", "/dev/fd/3", NULL
  };
  AetherChildFd firmware = { make_firmware (!arm, error), 3 };

  if (firmware.fd < 0)
    return NULL;

  return aether_child_spawn (argv, &firmware, 1, error);
}

/**
 * aether_qemu_accelerator_try_async:
 * @program: path of QEMU for @arch
 * @accelerator: "kvm"; "tcg" runs the same guest by emulation
 *
 * Runs a small guest that does what every system does when it boots.
 */
void
aether_qemu_accelerator_try_async (const char          *program,
                                   const char          *arch,
                                   const char          *accelerator,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr(GError) error = NULL;
  GMainContext *context = g_task_get_context (task);
  Try *try = g_new0 (Try, 1);

  g_task_set_source_tag (task, aether_qemu_accelerator_try_async);
  g_task_set_task_data (task, try, (GDestroyNotify) try_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  try->child = spawn_guest (program, arch, accelerator, &error);
  if (try->child == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* try_finish() drops the reference */
  g_object_ref (task);
  g_signal_connect (try->child, "line", G_CALLBACK (line_cb), task);
  g_signal_connect (try->child, "exited", G_CALLBACK (exited_cb), task);
  try->timeout = g_timeout_source_new_seconds (TRY_TIMEOUT);
  g_source_set_callback (try->timeout, timeout_cb, task, NULL);
  g_source_attach (try->timeout, context);
  if (cancellable)
    {
      try->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (try->cancelled, G_SOURCE_FUNC (cancelled_cb), task, NULL);
      g_source_attach (try->cancelled, context);
    }
}

/**
 * aether_qemu_accelerator_try_finish:
 * @words: (out) (optional) (nullable) (transfer full): what QEMU said last, for those who look closer
 *
 * Fails with %G_IO_ERROR_NOT_SUPPORTED when the guest did not run.
 */
gboolean
aether_qemu_accelerator_try_finish (GAsyncResult *result, char **words, GError **error)
{
  Try *try = g_task_get_task_data (G_TASK (result));

  if (words)
    *words = g_strdup (try->words);

  return g_task_propagate_boolean (G_TASK (result), error);
}
