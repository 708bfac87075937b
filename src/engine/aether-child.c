/* aether-child.c - a helper process that never outlives us
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-child.h"

#include "aether-source.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#elif defined (__FreeBSD__)
#include <sys/procctl.h>
#endif

#define LINE_MAX_BYTES 4096
#define OUTPUT_LINES   32
#define OUTPUT_BYTES   16384

/* Enough for years of use, and few enough for a program that closes each by its number */
#define DESCRIPTORS    65536

struct _AetherChild
{
  GObject      parent_instance;

  GSubprocess *process;
  gboolean     exited;
  int          wait_status;

  int          output;         /* our end of its stdout and stderr; -1 when closed */
  GSource     *output_source;
  GString     *line;           /* the unfinished one */
  gboolean     skipping;       /* the rest of a line that was too long */
  GQueue       last_lines;

  GSource     *kill_timeout;
  GSource     *kill_cancelled;
};

enum { LINE, EXITED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AetherChild, aether_child, G_TYPE_OBJECT)

static void
aether_child_dispose (GObject *object)
{
  AetherChild *self = AETHER_CHILD (object);

  if (self->process && !self->exited)
    g_subprocess_force_exit (self->process);
  aether_clear_source (&self->output_source);
  aether_clear_source (&self->kill_timeout);
  aether_clear_source (&self->kill_cancelled);
  g_clear_fd (&self->output, NULL);
  g_clear_object (&self->process);

  G_OBJECT_CLASS (aether_child_parent_class)->dispose (object);
}

static void
aether_child_finalize (GObject *object)
{
  AetherChild *self = AETHER_CHILD (object);

  g_string_free (self->line, TRUE);
  g_queue_clear_full (&self->last_lines, g_free);

  G_OBJECT_CLASS (aether_child_parent_class)->finalize (object);
}

static void
aether_child_class_init (AetherChildClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = aether_child_dispose;
  object_class->finalize = aether_child_finalize;

  signals[LINE] = g_signal_new ("line", AETHER_TYPE_CHILD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EXITED] = g_signal_new ("exited", AETHER_TYPE_CHILD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
aether_child_init (AetherChild *self)
{
  self->output = -1;
  self->line = g_string_new (NULL);
  g_queue_init (&self->last_lines);
}

/* --- what it writes ------------------------------------------------------ */

static void
end_line (AetherChild *self)
{
  g_autofree char *line = NULL;

  self->skipping = FALSE;
  if (self->line->len > 0 && self->line->str[self->line->len - 1] == '\r')
    g_string_truncate (self->line, self->line->len - 1);

  line = g_utf8_make_valid (self->line->str, self->line->len);
  g_string_truncate (self->line, 0);

  g_queue_push_tail (&self->last_lines, g_strdup (line));
  if (self->last_lines.length > OUTPUT_LINES)
    g_free (g_queue_pop_head (&self->last_lines));

  g_signal_emit (self, signals[LINE], 0, line);
}

static void
take_output (AetherChild *self, const char *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (data[i] == '\n')
        end_line (self);
      else if (self->skipping || data[i] == '\0')
        continue;
      else if (self->line->len < LINE_MAX_BYTES - 4)
        g_string_append_c (self->line, data[i]);
      else
        {
          g_string_append (self->line, "…");
          self->skipping = TRUE;
        }
    }
}

/* Returns: %FALSE when there is nothing more now */
static gboolean
read_output (AetherChild *self)
{
  char buffer[4096];
  gssize n;

  do
    n = self->output >= 0 ? read (self->output, buffer, sizeof buffer) : 0;
  while (n < 0 && errno == EINTR);

  if (n <= 0)
    return FALSE;

  take_output (self, buffer, n);
  return TRUE;
}

static gboolean
output_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr(AetherChild) self = g_object_ref (user_data);

  /* One buffer a turn: a child that floods must not starve the rest. */
  if (read_output (self) || errno == EAGAIN)
    return G_SOURCE_CONTINUE;

  return G_SOURCE_REMOVE;
}

/* --- its end ------------------------------------------------------------- */

/* The process is gone: tells so, once. */
static void
finish (AetherChild *self)
{
  /* Disposed meanwhile, or told already */
  if (!self->process || self->exited)
    return;

  /* What it left in the pipe, which is less than 64 KiB unless a child of its own writes on: so
   * bounded, and not until the end of the file. */
  for (guint i = 0; i < 256 && read_output (self); i++)
    ;
  if (self->line->len > 0)
    end_line (self);

  self->exited = TRUE;
  self->wait_status = g_subprocess_get_status (self->process);
  aether_clear_source (&self->output_source);
  aether_clear_source (&self->kill_timeout);
  aether_clear_source (&self->kill_cancelled);
  g_clear_fd (&self->output, NULL);

  g_signal_emit (self, signals[EXITED], 0, self->wait_status);
}

static void
waited_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr(AetherChild) self = g_weak_ref_get (weak);

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, NULL);
  g_weak_ref_clear (weak);
  g_free (weak);

  if (self)
    finish (self);
}

/* --- its beginning ------------------------------------------------------- */

/* QEMU keeps a descriptor or two of every display, share and disk that it ever had: its limit is as
 * high as we may set it. */
static void
raise_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
    return;

  limit.rlim_cur = MIN (limit.rlim_max, DESCRIPTORS);
  setrlimit (RLIMIT_NOFILE, &limit);
}

/* Between fork and exec: async-signal-safe calls only. */
static void
setup_cb (gpointer user_data)
{
  const int defaults[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGCHLD };
  pid_t parent = GPOINTER_TO_INT (user_data);
  sigset_t none;

  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    signal (defaults[i], SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  raise_descriptors ();

#ifdef __linux__
  prctl (PR_SET_PDEATHSIG, SIGKILL);
#elif defined (__FreeBSD__)
  {
    int signum = SIGKILL;
    procctl (P_PID, 0, PROC_PDEATHSIG_CTL, &signum);
  }
#endif

  /* We died before the kernel was told to tell it */
  if (getppid () != parent)
    _exit (127);
}

static void
close_all (const AetherChildFd *fds, guint n_fds)
{
  for (guint i = 0; i < n_fds; i++)
    g_close (fds[i].fd, NULL);
}

/**
 * aether_child_spawn:
 * @argv: (array zero-terminated=1): program and arguments
 * @fds: (array length=n_fds) (nullable): taken, also on failure
 *
 * Starts a program. Main thread only: the kernel kills the child when the
 * thread that made it goes away.
 *
 * Returns: (transfer full): the child; the error names the program
 */
AetherChild *
aether_child_spawn (const char * const   *argv,
                    const AetherChildFd  *fds,
                    guint                 n_fds,
                    GError              **error)
{
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autoptr(AetherChild) self = NULL;
  g_autoptr(GError) cause = NULL;
  GWeakRef *weak;
  int pipe_fds[2];

  g_return_val_if_fail (argv != NULL && argv[0] != NULL, NULL);

  if (!g_unix_open_pipe (pipe_fds, O_CLOEXEC, &cause) ||
      !g_unix_set_fd_nonblocking (pipe_fds[0], TRUE, &cause))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Could not start “%s”: %s."), argv[0], cause->message);
      close_all (fds, n_fds);
      return NULL;
    }

  self = g_object_new (AETHER_TYPE_CHILD, NULL);
  self->output = pipe_fds[0];

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  /* A helper that uses GLib may warn where it can go on, as QEMU does of a peer that leaves in the
   * middle of a handshake: what we are debugged with must not end it. */
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_set_child_setup (launcher, setup_cb, GINT_TO_POINTER (getpid ()), NULL);
  g_subprocess_launcher_take_stdout_fd (launcher, pipe_fds[1]);
  g_subprocess_launcher_take_stderr_fd (launcher, fcntl (pipe_fds[1], F_DUPFD_CLOEXEC, 3));
  for (guint i = 0; i < n_fds; i++)
    g_subprocess_launcher_take_fd (launcher, fds[i].fd, fds[i].target);

  self->process = g_subprocess_launcher_spawnv (launcher, argv, &cause);
  if (!self->process)
    {
      if (g_error_matches (cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The program “%s” is not installed."), argv[0]);
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Could not start “%s”: %s."), argv[0], cause->message);
      return NULL;
    }

  self->output_source = g_unix_fd_source_new (self->output, G_IO_IN | G_IO_HUP);
  g_source_set_callback (self->output_source, G_SOURCE_FUNC (output_cb), self, NULL);
  g_source_attach (self->output_source, g_main_context_get_thread_default ());

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  g_subprocess_wait_async (self->process, NULL, waited_cb, weak);

  return g_steal_pointer (&self);
}

int
aether_child_get_pid (AetherChild *self)
{
  const char *id;

  g_return_val_if_fail (AETHER_IS_CHILD (self), 0);

  id = self->process ? g_subprocess_get_identifier (self->process) : NULL;

  return id ? atoi (id) : 0;
}

gboolean
aether_child_has_exited (AetherChild *self)
{
  g_return_val_if_fail (AETHER_IS_CHILD (self), TRUE);

  return self->exited;
}

int
aether_child_get_wait_status (AetherChild *self)
{
  g_return_val_if_fail (AETHER_IS_CHILD (self), -1);

  return self->exited ? self->wait_status : -1;
}

void
aether_child_send_signal (AetherChild *self, int signum)
{
  g_return_if_fail (AETHER_IS_CHILD (self));

  if (self->process && !self->exited)
    g_subprocess_send_signal (self->process, signum);
}

void
aether_child_kill (AetherChild *self)
{
  aether_child_send_signal (self, SIGKILL);
}

static gboolean
kill_timeout_cb (gpointer user_data)
{
  AetherChild *self = user_data;

  aether_clear_source (&self->kill_timeout);
  aether_child_kill (self);

  return G_SOURCE_REMOVE;
}

void
aether_child_kill_after (AetherChild *self, guint milliseconds)
{
  g_return_if_fail (AETHER_IS_CHILD (self));

  if (self->kill_timeout || self->exited)
    return;

  self->kill_timeout = g_timeout_source_new (milliseconds);
  g_source_set_callback (self->kill_timeout, kill_timeout_cb, self, NULL);
  g_source_attach (self->kill_timeout, g_main_context_get_thread_default ());
}

static gboolean
kill_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  AetherChild *self = user_data;

  aether_clear_source (&self->kill_cancelled);
  aether_child_kill (self);

  return G_SOURCE_REMOVE;
}

void
aether_child_kill_when (AetherChild *self, GCancellable *cancellable)
{
  g_return_if_fail (AETHER_IS_CHILD (self));

  aether_clear_source (&self->kill_cancelled);
  if (cancellable == NULL || self->exited)
    return;

  self->kill_cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->kill_cancelled, G_SOURCE_FUNC (kill_cancelled_cb), self, NULL);
  g_source_attach (self->kill_cancelled, g_main_context_get_thread_default ());
}

void
aether_child_add_statistics (AetherChild *self, GVariantDict *values)
{
  int pid = aether_child_get_pid (self);
  g_autofree char *stat_path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *statm_path = g_strdup_printf ("/proc/%d/statm", pid);
  g_autofree char *stat = aether_store_read (stat_path, 4096, NULL, NULL);
  g_autofree char *statm = aether_store_read (statm_path, 4096, NULL, NULL);
  const char *rest = stat ? strrchr (stat, ')') : NULL;
  guint64 user, system, resident;

  if (rest && sscanf (rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                      &user, &system) == 2)
    g_variant_dict_insert (values, "cpu-time", "t",
                           (guint64) ((user + system) * (G_USEC_PER_SEC / sysconf (_SC_CLK_TCK))));
  if (statm && sscanf (statm, "%*u %" G_GUINT64_FORMAT, &resident) == 1)
    g_variant_dict_insert (values, "memory", "t", resident * sysconf (_SC_PAGESIZE));
}

/* Returns: (transfer full) (nullable) */
char *
aether_child_dup_output (AetherChild *self)
{
  g_autoptr(GString) output = NULL;
  GList *first = NULL;
  gsize bytes = 0;

  g_return_val_if_fail (AETHER_IS_CHILD (self), NULL);

  /* As many of the newest as fit */
  for (GList *l = self->last_lines.tail; l; l = l->prev)
    {
      bytes += strlen (l->data) + 1;
      if (bytes > OUTPUT_BYTES)
        break;
      first = l;
    }

  if (!first)
    return NULL;

  output = g_string_new (NULL);
  for (GList *l = first; l; l = l->next)
    g_string_append_printf (output, "%s%s", (const char *) l->data, l->next ? "\n" : "");

  return g_string_free_and_steal (g_steal_pointer (&output));
}

/* Returns: (transfer full) (nullable) */
char *
aether_child_dup_ending (AetherChild *self)
{
  g_return_val_if_fail (AETHER_IS_CHILD (self), NULL);

  if (!self->exited)
    return NULL;

  if (WIFSIGNALED (self->wait_status))
    /* Translators: the end of a sentence that begins with a program's name */
    return g_strdup_printf (_("was ended by signal %d (%s)"), WTERMSIG (self->wait_status),
                            g_strsignal (WTERMSIG (self->wait_status)));

  /* Translators: the end of a sentence that begins with a program's name */
  return g_strdup_printf (_("exited with code %d"), WEXITSTATUS (self->wait_status));
}

static void
wait_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  if (g_subprocess_wait_finish (G_SUBPROCESS (object), result, &error))
    {
      /* GSubprocess answers those first who asked last */
      finish (g_task_get_source_object (task));
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
aether_child_wait_async (AetherChild         *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (AETHER_IS_CHILD (self) && self->process != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, aether_child_wait_async);
  g_subprocess_wait_async (self->process, cancellable, wait_cb, g_steal_pointer (&task));
}

gboolean
aether_child_wait_finish (AetherChild *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
