/* viewers.c - what a window with a machine's screen costs, beside other programs
 *
 * Usage: bench-viewers box|full|idle BENCH-VIEW GUEST-FOLDER
 *
 * One guest paints; our window and whatever of vncviewer (TigerVNC), gvncviewer
 * and remote-viewer is installed take turns at it. Counted is the processor
 * time of the window, of QEMU's threads but the guest's own processors, and of
 * the X server, the frames that come to the screen, and the window's memory.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "figures.h"
#include "painter.h"

#define ROUNDS 3
#define SETTLE_US (3 * G_USEC_PER_SEC)
#define MEASURE_US (4 * G_USEC_PER_SEC)
#define MEASURE_IDLE_US (10 * G_USEC_PER_SEC)
#define FRAME_US 12000      /* what is drawn in this time is one frame; */
#define FULL_FRAME_US 24000 /* some draw a large one bit by bit */
#define WIDTH "1920"
#define HEIGHT "1080"

typedef enum { WINDOW, QEMU, X_SERVER, BOTH, FRAMES, MEMORY, N_KINDS } Kind;

static const struct
{
  const char *what;
  const char *unit;
} kinds[N_KINDS] = {
  [WINDOW] = { "CPU of the window", "% of a core" },
  [QEMU] = { "CPU of QEMU for the display", "% of a core" },
  [X_SERVER] = { "CPU of the X server", "% of a core" },
  [BOTH] = { "CPU of window and QEMU", "% of a core" },
  [FRAMES] = { "frames on the screen", "a second" },
  [MEMORY] = { "memory of the window", "MiB" },
};

typedef struct
{
  const char *name;
  const char *program;   /* NULL: ours */
  const char *arguments[6];
  Figures    *figures[N_KINDS];
} Viewer;

static Viewer viewers[] = {
  { .name = "Aether" },
  { .name = "TigerVNC", .program = "xtigervncviewer",
    .arguments = { "-RemoteResize=0", "-AlertOnFatalError=0", "-ReconnectOnError=0" } },
  { .name = "gvncviewer", .program = "gvncviewer" },
  { .name = "remote-viewer", .program = "remote-viewer", .arguments = { "--auto-resize=never" } },
};

static Display *display;
static int damage_event;

/* Seconds of processor time */

static double
process_seconds (int pid)
{
  struct timespec now;
  clockid_t clock;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &now) != 0)
    return 0;

  return now.tv_sec + now.tv_nsec / 1e9;
}

/* All threads but those that are processors of the guest */
static double
qemu_seconds (int pid)
{
  g_autofree char *folder = g_strdup_printf ("/proc/%d/task", pid);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *thread;
  double sum = 0;

  while (dir && (thread = g_dir_read_name (dir)))
    {
      g_autofree char *name_path = g_build_filename (folder, thread, "comm", NULL);
      g_autofree char *path = g_build_filename (folder, thread, "schedstat", NULL);
      g_autofree char *name = NULL, *text = NULL;

      if (g_file_get_contents (name_path, &name, NULL, NULL) && !g_str_has_prefix (name, "CPU ") &&
          g_file_get_contents (path, &text, NULL, NULL))
        sum += g_ascii_strtoull (text, NULL, 10) / 1e9;
    }

  return sum;
}

static int
x_server_pid (void)
{
  struct ucred peer = { 0 };
  socklen_t size = sizeof peer;

  getsockopt (ConnectionNumber (display), SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return peer.pid;
}

/* What is the process's own and its share of what it shares: the guest's memory is in no window's. */
static double
memory_mib (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !(line = strstr (text, "\nPss:")))
    return 0;

  return g_ascii_strtod (line + strlen ("\nPss:"), NULL) / 1024;
}

/* Counts bursts of drawing, anywhere on the screen. */
static guint
watch_screen (Damage damage, gint64 duration, guint frame_us)
{
  gint64 end = g_get_monotonic_time () + duration;
  guint frames = 0;
  gint64 left;

  while ((left = end - g_get_monotonic_time ()) > 0)
    {
      struct pollfd server = { ConnectionNumber (display), POLLIN, 0 };
      gboolean drawn = FALSE;

      if (XPending (display) == 0)
        poll (&server, 1, left / 1000 + 1);
      while (XPending (display) > 0)
        {
          XEvent event;

          XNextEvent (display, &event);
          drawn |= event.type == damage_event + XDamageNotify;
        }
      if (!drawn)
        continue;

      frames++;
      g_usleep (frame_us);
      XDamageSubtract (display, damage, None, None);
      XSync (display, False);
    }

  return frames;
}

static GSubprocess *
start_viewer (Viewer *viewer, const char *ours, QemuDisplay *qemu, const char *address)
{
  g_autoptr(GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr(GIOStream) stream = NULL;
  g_auto(GStrv) argv = NULL;

  if (viewer->program == NULL)
    {
      stream = qemu_display_open (qemu);
      g_subprocess_launcher_take_fd (launcher,
                                     dup (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream)))),
                                     3);
      g_strv_builder_add_many (builder, ours, "3", WIDTH, HEIGHT, NULL);
    }
  else
    {
      g_autofree char *uri = g_strdup_printf ("vnc://%s", address);
      g_autofree char *tiger = g_strdup_printf ("127.0.0.1::%s", strrchr (address, ':') + 1);
      g_autofree char *screen = g_strdup_printf ("127.0.0.1:%d",
                                                 atoi (strrchr (address, ':') + 1) - 5900);

      g_strv_builder_add (builder, viewer->program);
      g_strv_builder_addv (builder, (const char **) viewer->arguments);
      g_strv_builder_add (builder, g_str_equal (viewer->program, "remote-viewer") ? uri :
                                   g_str_equal (viewer->program, "gvncviewer") ? screen : tiger);
    }

  argv = g_strv_builder_end (builder);
  return g_subprocess_launcher_spawnv (launcher, (const char * const *) argv, NULL);
}

/* Returns: whether the viewer lived to the end */
static gboolean
run_round (Viewer *viewer, const char *ours, QemuDisplay *qemu, const char *address,
           const char *mode)
{
  gboolean idle = g_str_equal (mode, "idle");
  g_autoptr(GSubprocess) process = start_viewer (viewer, ours, qemu, address);
  int qemu_pid = qemu_display_get_pid (qemu);
  gint64 duration = idle ? MEASURE_IDLE_US : MEASURE_US;
  double values[N_KINDS], seconds = duration / 1e6;
  Damage damage;
  gboolean alive;
  int pid;

  if (process == NULL)
    return FALSE;

  pid = g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10);
  g_usleep (SETTLE_US);
  damage = XDamageCreate (display, DefaultRootWindow (display), XDamageReportNonEmpty);
  values[WINDOW] = -process_seconds (pid);
  values[QEMU] = -qemu_seconds (qemu_pid);
  values[X_SERVER] = -process_seconds (x_server_pid ());
  values[FRAMES] = watch_screen (damage, duration, g_str_equal (mode, "full") ? FULL_FRAME_US : FRAME_US) /
                   seconds;
  values[WINDOW] = (values[WINDOW] + process_seconds (pid)) * 100 / seconds;
  values[QEMU] = (values[QEMU] + qemu_seconds (qemu_pid)) * 100 / seconds;
  values[X_SERVER] = (values[X_SERVER] + process_seconds (x_server_pid ())) * 100 / seconds;
  values[BOTH] = values[WINDOW] + values[QEMU];
  values[MEMORY] = memory_mib (pid);
  XDamageDestroy (display, damage);
  XSync (display, True);

  alive = g_subprocess_get_identifier (process) != NULL && values[MEMORY] > 0;
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
  for (Kind kind = 0; kind < N_KINDS && alive; kind++)
    figures_add (viewer->figures[kind], values[kind]);

  return alive;
}

/* What a window of ours takes before it shows a picture. */
static void
measure_empty (const char *ours, Figures *figures)
{
  g_autoptr(GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL, ours, "-", WIDTH, HEIGHT, NULL);
  double memory;

  if (process == NULL)
    return;

  g_usleep (SETTLE_US);
  memory = memory_mib (g_ascii_strtoll (g_subprocess_get_identifier (process), NULL, 10));
  if (memory > 0)
    figures_add (figures, memory);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
}

/* Returns: (nullable): HOST:PORT */
static char *
find_vnc (QemuDisplay *qemu)
{
  g_autofree char *answer = qemu_display_qmp (qemu, "query-vnc", NULL, -1);
  const char *service = strstr (answer, "\"service\": \"");

  return service ? g_strdup_printf ("127.0.0.1:%d", atoi (service + strlen ("\"service\": \"")))
                 : NULL;
}

/* Windows come and go under us; what is gone is not asked for again. */
static int
ignore_error (Display *unused, XErrorEvent *event)
{
  return 0;
}

static void
print_all (const char *mode)
{
  for (Kind kind = 0; kind < N_KINDS; kind++)
    for (gsize i = 1; i < G_N_ELEMENTS (viewers); i++)
      {
        g_autofree char *what = g_strdup_printf ("%s, %s", mode, kinds[kind].what);

        if (viewers[i].figures[kind]->len > 0)
          figures_print (what, viewers[0].figures[kind], viewers[i].name, viewers[i].figures[kind],
                         kinds[kind].unit);
      }
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("aether-bench-XXXXXX", NULL);
  g_autofree char *serial = g_build_filename (folder, "serial", NULL);
  g_autofree char *address = NULL;
  const char *arguments[] = { "-name", "bench,debug-threads=on", "-vnc", "127.0.0.1:200,to=299", NULL };
  g_autoptr(QemuDisplay) qemu = NULL;
  Figures *empty = figures_new ();
  int unused;

  if (argc != 4)
    {
      fprintf (stderr, "Usage: bench-viewers box|full|idle BENCH-VIEW GUEST-FOLDER\n");
      return 2;
    }

  display = XOpenDisplay (NULL);
  if (display == NULL || !XDamageQueryExtension (display, &damage_event, &unused))
    {
      fprintf (stderr, "bench-viewers: there is no X server with the extension DAMAGE\n");
      return 1;
    }
  XSetErrorHandler (ignore_error);

  qemu = painter_start (argv[3], g_str_equal (argv[1], "box") ? "box,60" :
                                 g_str_equal (argv[1], "full") ? "full,30" : "idle",
                        serial, "PAINT-READY", arguments);
  if (qemu == NULL)
    {
      fprintf (stderr, "bench-viewers: the guest did not begin to paint\n");
      return 1;
    }

  address = find_vnc (qemu);
  for (gsize i = 0; i < G_N_ELEMENTS (viewers); i++)
    for (Kind kind = 0; kind < N_KINDS; kind++)
      viewers[i].figures[kind] = figures_new ();
  for (guint round = 0; round < ROUNDS; round++, measure_empty (argv[2], empty))
    for (gsize i = 0; i < G_N_ELEMENTS (viewers); i++)
      if (!run_round (&viewers[i], argv[2], qemu, address, argv[1]))
        fprintf (stderr, "bench-viewers: %s is not there\n", viewers[i].name);

  print_all (argv[1]);
  if (empty->len > 0 && viewers[0].figures[MEMORY]->len > 0)
    {
      g_autofree char *what = g_strdup_printf ("%s, memory of the window", argv[1]);

      figures_print (what, viewers[0].figures[MEMORY], "the same window without a picture", empty, "MiB");
    }
  remove (serial);
  remove (folder);
  XCloseDisplay (display);

  return 0;
}
