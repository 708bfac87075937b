/* aether-disk-image.c - disk images, by qemu-img
 *
 * Paths are handed over absolute: so none looks like an option or, as "a:b"
 * does, like a protocol; commas mean nothing in these arguments.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-disk-image.h"

#include "aether-disk-probe.h"
#include "aether-json.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SECTOR      512
#define MOST_ANSWER (16 * 1024 * 1024)   /* bytes of JSON: an image may name many snapshots */
#define MOST_WORDS  4096                 /* bytes of complaint */

void
aether_disk_image_info_free (AetherDiskImageInfo *info)
{
  g_free (info->format);
  g_free (info);
}

/* --- running qemu-img ---------------------------------------------------- */

/* What a task has: the file it is about, and qemu-img at work on it. */
typedef struct
{
  char            *path;        /* absolute */
  char            *shown;
  char            *temp;        /* create: what becomes the file */
  int              temp_fd;
  AetherDiskProbe  probe;       /* query */

  GSubprocess     *process;
  GCancellable    *cancellable;
  gulong           cancelled_id;
  int              answer;      /* its stdout and stderr: files, so that nobody must empty pipes */
  int              words;
} Job;

static Job *
job_new (const char *path)
{
  Job *job = g_new0 (Job, 1);

  job->path = g_canonicalize_filename (path, NULL);
  job->shown = g_filename_display_basename (job->path);
  job->temp_fd = job->answer = job->words = -1;

  return job;
}

static void
job_free (Job *job)
{
  if (job->temp != NULL)
    unlink (job->temp);
  for (guint i = 0; i < 3; i++)
    {
      int fd = (int[]) { job->temp_fd, job->answer, job->words }[i];

      if (fd >= 0)
        close (fd);
    }
  g_cancellable_disconnect (job->cancellable, job->cancelled_id);
  g_clear_object (&job->cancellable);
  g_clear_object (&job->process);
  g_free (job->temp);
  g_free (job->path);
  g_free (job->shown);
  g_free (job);
}

static int
nameless_file (void)
{
  g_autofree char *name = NULL;
  int fd = g_file_open_tmp ("aether-XXXXXX", &name, NULL);

  if (fd >= 0)
    unlink (name);

  return fd;
}

static void
limit_answer (gpointer user_data)
{
  struct rlimit limit = { MOST_ANSWER, MOST_ANSWER };

  setrlimit (RLIMIT_FSIZE, &limit);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_subprocess_force_exit (user_data);
}

/* Calls @callback when qemu-img is gone, killed by the task's cancellable or not; the callback
 * finishes by run_finish(). */
static void
run (GTask *task, const char * const *argv, gboolean limited, GAsyncReadyCallback callback)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr(GError) error = NULL;
  Job *job = g_task_get_task_data (task);

  job->answer = nameless_file ();
  job->words = nameless_file ();
  if (job->answer < 0 || job->words < 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("Could not make a temporary file in %s. Free some space there, then try again."),
                               g_get_tmp_dir ());
      g_object_unref (task);
      return;
    }

  g_subprocess_launcher_take_stdout_fd (launcher, fcntl (job->answer, F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_take_stderr_fd (launcher, fcntl (job->words, F_DUPFD_CLOEXEC, 3));
  if (limited)
    g_subprocess_launcher_set_child_setup (launcher, limit_answer, NULL, NULL);

  job->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (job->process == NULL)
    {
      if (g_error_matches (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                 _("qemu-img is not there. Install the disk tools of QEMU (qemu-utils or qemu-img)."));
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("Could not run qemu-img. %s."), error->message);
      g_object_unref (task);
      return;
    }

  /* Not the waiting is cancelled but the process: only when it is gone its file can be removed */
  if (g_task_get_cancellable (task) != NULL)
    {
      job->cancellable = g_object_ref (g_task_get_cancellable (task));
      job->cancelled_id = g_cancellable_connect (job->cancellable, G_CALLBACK (cancelled_cb),
                                                 g_object_ref (job->process), g_object_unref);
    }
  g_subprocess_wait_async (job->process, NULL, callback, task);
}

static char *
read_back (int fd, gsize limit, gsize *length)
{
  struct stat st;
  gsize size = fstat (fd, &st) == 0 ? MIN ((guint64) st.st_size, limit) : 0;
  char *data = g_malloc (size + 1);
  gssize n = MAX (pread (fd, data, size, 0), 0);

  data[n] = '\0';
  if (length)
    *length = n;

  return data;
}

/* What it said, without its own name and without an end, to stand before a full stop. */
static char *
complaint (Job *job)
{
  g_autofree char *words = read_back (job->words, MOST_WORDS, NULL);
  g_autofree char *valid = g_utf8_make_valid (words, -1);
  char *begin = g_strstrip (valid);

  if (g_str_has_prefix (begin, "qemu-img: "))
    begin += strlen ("qemu-img: ");
  if (g_str_has_suffix (begin, "."))
    begin[strlen (begin) - 1] = '\0';

  return g_strdup (*begin ? begin : _("It gives no reason"));
}

/* --- making one ---------------------------------------------------------- */

static void
create_done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autofree char *why = NULL;
  Job *job = g_task_get_task_data (task);

  g_subprocess_wait_finish (job->process, result, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (!g_subprocess_get_successful (job->process))
    {
      why = complaint (job);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("Could not make the disk image “%s”. qemu-img says: %s."), job->shown, why);
      return;
    }

  if (aether_store_sync (job->temp_fd) && aether_store_rename_new (job->temp, job->path))
    {
      g_clear_pointer (&job->temp, g_free);
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (errno == EEXIST)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_EXISTS,
                             _("There is a file “%s” already. It is left as it is."), job->shown);
  else
    {
      why = aether_store_explain (errno);
      g_task_return_new_error (task, G_IO_ERROR, g_io_error_from_errno (errno),
                               _("Could not make the disk image “%s”. %s"), job->shown, why);
    }
}

/**
 * aether_disk_image_create_async:
 * @path: (type filename): must not exist; only its owner may read it then
 * @size: bytes, as the guest sees them; rounded up to whole sectors of 512
 * @cancellable: (nullable): cancelling leaves nothing behind
 * @callback: called on the thread-default main context
 *
 * Makes a qcow2 image, which grows as the guest writes. Fails with
 * %G_IO_ERROR_EXISTS, %G_IO_ERROR_INVALID_ARGUMENT for no size,
 * %G_IO_ERROR_NOT_FOUND without qemu-img or the folder.
 */
void
aether_disk_image_create_async (const char *path, guint64 size, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *bytes = NULL;
  GError *error = NULL;
  Job *job;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_disk_image_create_async);
  g_task_set_check_cancellable (task, FALSE);   /* once it has its name, it stays */
  job = job_new (path);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (size == 0 || size > G_MAXINT64 - SECTOR)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               size == 0 ? _("The disk “%s” would have no room at all. Give it a size.")
                                         : _("The disk “%s” would be larger than any disk can be. Give it a smaller size."),
                               job->shown);
      return;
    }

  /* Made under another name: whoever makes @path meanwhile keeps it */
  job->temp_fd = aether_store_open_temp (job->path, &job->temp, &error);
  if (job->temp_fd < 0)
    {
      g_prefix_error (&error, _("Could not make the disk image “%s”. "), job->shown);
      g_task_return_error (task, error);
      return;
    }

  bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, (size + SECTOR - 1) / SECTOR * SECTOR);
  run (g_steal_pointer (&task),
       (const char *[]) { "qemu-img", "create", "-q", "-f", "qcow2", job->temp, bytes, NULL },
       FALSE, create_done_cb);
}

gboolean
aether_disk_image_create_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- asking about one ---------------------------------------------------- */

static void
return_complaint (GTask *task, Job *job)
{
  g_autofree char *why = complaint (job);

  if (strstr (why, "Is another process using the image") != NULL)
    {
      g_autofree char *user = aether_disk_dup_user_of_file (&job->probe.st);

      if (user != NULL)
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                                 _("The disk “%s” is in use by %s. Close that first."), job->shown, user);
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY,
                                 _("The disk “%s” is in use by another program. Close that first."), job->shown);
      return;
    }

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("The disk “%s” cannot be used. qemu-img says: %s."), job->shown, why);
}

/* The drivers that read one file; others (nbd, ssh, vvfat...) would open what a name says. */
static gboolean
is_format (const char *format)
{
  static const char * const formats[] = {
    "bochs", "cloop", "dmg", "luks", "parallels", "qcow", "qcow2", "qed", "raw", "vdi", "vhdx", "vmdk", "vpc", NULL
  };

  return g_strv_contains (formats, format);
}

static AetherDiskImageInfo *
info_new (const char *format, guint64 virtual_size, guint64 actual_size, gboolean has_backing)
{
  AetherDiskImageInfo *info = g_new0 (AetherDiskImageInfo, 1);

  info->format = g_strdup (format);
  info->virtual_size = virtual_size;
  info->actual_size = actual_size;
  info->has_backing = has_backing;

  return info;
}

static AetherDiskImageInfo *
read_answer (Job *job, const char *format)
{
  g_autofree char *answer = NULL;
  g_autofree char *valid = NULL;
  g_autoptr(JsonNode) root = NULL;
  JsonObject *object;
  gsize length;

  answer = read_back (job->answer, MOST_ANSWER, &length);
  valid = g_utf8_make_valid (answer, length);   /* file names in it need not be */
  root = aether_json_parse (valid, strlen (valid), NULL);
  if (root == NULL)
    return NULL;

  object = json_node_get_object (root);

  return info_new (format, MAX (aether_json_get_int (object, "virtual-size"), 0),
                   MAX (aether_json_get_int (object, "actual-size"), 0),
                   json_object_has_member (object, "backing-filename"));
}

static void
query_done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  AetherDiskImageInfo *info;

  g_subprocess_wait_finish (job->process, result, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (!g_subprocess_get_successful (job->process))
    {
      return_complaint (task, job);
      return;
    }

  info = read_answer (job, g_object_get_data (G_OBJECT (task), "format"));
  if (info != NULL)
    g_task_return_pointer (task, info, (GDestroyNotify) aether_disk_image_info_free);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _("The disk “%s” cannot be used. What qemu-img says about it is not understood."),
                             job->shown);
}

/**
 * aether_disk_image_query_async:
 * @path: (type filename): a file or a block device
 * @format: as in machine.json or from aether_disk_image_detect_format()
 * @cancellable: (nullable)
 * @callback: called on the thread-default main context
 *
 * Files that the image names (its backing file, its data file) are not opened,
 * whatever they are. A VMDK that is only a list of other files fails with
 * %G_IO_ERROR_NOT_SUPPORTED.
 */
void
aether_disk_image_query_async (const char *path, const char *format, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  GError *error = NULL;
  Job *job;

  g_return_if_fail (path != NULL);
  g_return_if_fail (format != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_disk_image_query_async);
  job = job_new (path);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_object_set_data_full (G_OBJECT (task), "format", g_strdup (format), g_free);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!is_format (format))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                               _("“%s” is no format of a disk image. Use “qcow2”, “raw” or another that qemu-img knows."), format);
      return;
    }
  if (!aether_disk_probe (job->path, &job->probe, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  /* Some qemu-img open the files that such an image names, even only to describe it */
  if (job->probe.is_elsewhere && strcmp (format, job->probe.format) == 0)
    {
      if (job->probe.virtual_size > 0)
        g_task_return_pointer (task, info_new (format, job->probe.virtual_size,
                                               (guint64) job->probe.st.st_blocks * SECTOR, TRUE),
                               (GDestroyNotify) aether_disk_image_info_free);
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                 _("“%s” does not hold the disk itself but only names other files that do. "
                                   "Convert it to one file by qemu-img convert to use it."), job->shown);
      return;
    }

  run (g_steal_pointer (&task),
       (const char *[]) { "qemu-img", "info", "--output=json", "-f", format, job->path, NULL },
       TRUE, query_done_cb);
}

AetherDiskImageInfo *
aether_disk_image_query_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
