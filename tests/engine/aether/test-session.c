/* test-session.c - the engine "aether": one run of a machine
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "aether-vmm-command.h"
#include "aether-vmm-control.h"
#include "aether-vmm-engine.h"
#include "aether-vmm-keys.h"

typedef struct
{
  char               *folder;
  AetherEngine       *engine;
  AetherCapabilities *capabilities;
  AetherMachine      *machine;
  AetherBundle       *bundle;
  AetherSession      *session;
  GString            *text;       /* of the console */
  AetherEnd           end;        /* AETHER_END_NONE: runs */
  char               *sentence;
  char               *panic;
} Rig;

static void
keep_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static void
serial_data_cb (AetherSession *session, guint port, GBytes *data, Rig *rig)
{
  gsize size;
  const char *bytes = g_bytes_get_data (data, &size);

  g_string_append_len (rig->text, bytes, size);
}

static void
ended_cb (AetherSession *session, AetherEnd end, const char *sentence, const char *output, Rig *rig)
{
  g_assert_cmpint (rig->end, ==, AETHER_END_NONE);
  rig->end = end;
  g_set_str (&rig->sentence, sentence);
}

static void
panic_cb (AetherSession *session, const char *sentence, Rig *rig)
{
  g_set_str (&rig->panic, sentence);
}

static void
set_up (Rig *rig, gconstpointer image)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  const char *name = image;
  const char *root = g_str_has_prefix (name, "guests/") ? g_getenv ("TEST_GUESTS")
                     : g_str_has_prefix (name, "demos/") ? g_getenv ("AETHER_DEMOS_DIR") : NULL;
  g_autofree char *path = root ? g_build_filename (root, strchr (name, '/'), NULL) : g_strdup (name);

  rig->folder = g_dir_make_tmp ("aether-XXXXXX", &error);
  g_assert_no_error (error);
  rig->text = g_string_new (NULL);
  rig->engine = g_object_new (AETHER_TYPE_VMM_ENGINE, NULL);
  aether_engine_probe_async (rig->engine, NULL, FALSE, NULL, keep_result, &result);
  rig->capabilities = aether_engine_probe_finish (rig->engine, wait_result (&result), &error);
  g_assert_no_error (error);

  rig->machine = aether_machine_new ("Test", "x86_64");
  g_object_set (rig->machine, "engine", "aether", NULL);
  g_object_set (rig->machine->firmware, "kernel", path, NULL);
  g_object_set (rig->machine->cpu, "count", 1, NULL);
  g_object_set (rig->machine->memory, "size", 16, NULL);
  rig->bundle = aether_bundle_create (rig->folder, rig->machine, &error);
  g_assert_no_error (error);

  rig->session = aether_engine_create_session (rig->engine, rig->bundle, rig->machine,
                                               rig->capabilities, &error);
  g_assert_no_error (error);
  g_signal_connect (rig->session, "serial-data", G_CALLBACK (serial_data_cb), rig);
  g_signal_connect (rig->session, "ended", G_CALLBACK (ended_cb), rig);
  g_signal_connect (rig->session, "guest-panic", G_CALLBACK (panic_cb), rig);
}

static void
tear_down (Rig *rig, gconstpointer image)
{
  g_autoptr(GError) error = NULL;

  g_assert_finalize_object (rig->session);
  g_assert_true (aether_bundle_delete (rig->bundle, TRUE, &error));
  g_assert_no_error (error);
  g_object_unref (rig->bundle);
  g_object_unref (rig->machine);
  g_object_unref (rig->capabilities);
  g_assert_finalize_object (rig->engine);
  g_string_free (rig->text, TRUE);
  g_free (rig->sentence);
  g_free (rig->panic);
  g_rmdir (rig->folder);
  g_free (rig->folder);
}

static gboolean
start (Rig *rig, GCancellable *cancellable, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_session_start_async (rig->session, cancellable, keep_result, &result);

  return aether_session_finish (rig->session, wait_result (&result), error);
}

static void
control (Rig *rig, AetherControl what)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_control_async (rig->session, what, NULL, keep_result, &result);
  aether_session_finish (rig->session, wait_result (&result), &error);
  g_assert_no_error (error);
}

static void
start_well (Rig *rig)
{
  g_autoptr(GError) error = NULL;

  start (rig, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_RUNNING);
  g_assert_cmpint (aether_session_get_pid (rig->session), >, 0);
  g_assert_nonnull (aether_session_get_accelerator (rig->session));
}

static void
wait_text (Rig *rig, const char *text)
{
  while (strstr (rig->text->str, text) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_end (Rig *rig)
{
  while (rig->end == AETHER_END_NONE)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_life (Rig *rig, gconstpointer image)
{
  static const char * const keys[] = { "shift", "h", NULL };
  static const char * const wrong[] = { "audiomute", NULL };
  g_autoptr(GAsyncResult) typed = NULL, shot = NULL, pressed = NULL, refused = NULL, counted = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) statistics = NULL;
  g_autoptr(GBytes) line = g_bytes_new_static ("echo serial\n", 12);
  g_autofree char *png = g_build_filename (rig->folder, "x.png", NULL);
  g_autofree char *bytes = NULL;
  guint64 memory;
  gsize length;
  int fd;

  start_well (rig);
  wait_text (rig, "Type");

  aether_session_type_text_async (rig->session, "echo It works!\n", NULL, keep_result, &typed);
  g_assert_true (aether_session_finish (rig->session, wait_result (&typed), &error));
  wait_text (rig, "\nIt works!\n");

  aether_session_write_serial (rig->session, 0, line);
  wait_text (rig, "\nserial\n");

  aether_session_send_keys_async (rig->session, keys, NULL, keep_result, &pressed);
  g_assert_true (aether_session_finish (rig->session, wait_result (&pressed), &error));
  wait_text (rig, "H");
  aether_session_send_keys_async (rig->session, wrong, NULL, keep_result, &refused);
  g_assert_false (aether_session_finish (rig->session, wait_result (&refused), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);

  fd = g_open (png, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  aether_session_screenshot_async (rig->session, 0, fd, NULL, keep_result, &shot);
  g_assert_true (aether_session_finish (rig->session, wait_result (&shot), &error));
  close (fd);
  g_assert_true (g_file_get_contents (png, &bytes, &length, &error));
  g_assert_cmpmem (bytes, 4, "\x89PNG", 4);
  g_unlink (png);

  aether_session_statistics_async (rig->session, NULL, keep_result, &counted);
  statistics = aether_session_statistics_finish (rig->session, wait_result (&counted), &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (statistics, "memory", "t", &memory));
  g_assert_cmpuint (memory, >, 0);

  control (rig, AETHER_CONTROL_PAUSE);
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_PAUSED);
  control (rig, AETHER_CONTROL_RESUME);
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_RUNNING);

  g_string_truncate (rig->text, 0);
  control (rig, AETHER_CONTROL_RESET);
  wait_text (rig, "Type");

  control (rig, AETHER_CONTROL_REQUEST_SHUTDOWN);
  wait_end (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CLEAN);
  g_assert_cmpstr (rig->sentence, ==, "The guest ended with status 0.");
  g_assert_cmpint (aether_session_get_state (rig->session), ==, AETHER_STATE_STOPPED);
}

static void
test_force_off (Rig *rig, gconstpointer image)
{
  start_well (rig);
  control (rig, AETHER_CONTROL_FORCE_OFF);
  g_assert_cmpint (rig->end, ==, AETHER_END_FORCED);
}

static void
test_killed (Rig *rig, gconstpointer image)
{
  start_well (rig);
  kill (aether_session_get_pid (rig->session), SIGKILL);
  wait_end (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
  g_assert_nonnull (strstr (rig->sentence, "while the machine ran"));
}

static void
test_crash (Rig *rig, gconstpointer image)
{
  g_autoptr(GError) error = NULL;

  start (rig, NULL, &error);
  g_assert_no_error (error);
  wait_end (rig);
  g_assert_cmpint (rig->end, ==, AETHER_END_CRASHED);
  g_assert_nonnull (rig->panic);
}

static void
test_cancelled (Rig *rig, gconstpointer image)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (start (rig, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (rig->end, ==, AETHER_END_FORCED);
}

static void
test_cancelled_while_starting (Rig *rig, gconstpointer image)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  aether_session_start_async (rig->session, cancellable, keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (aether_session_finish (rig->session, wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_calls_cancelled (Rig *rig, gconstpointer image)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();

  start_well (rig);
  g_cancellable_cancel (cancellable);
  for (int i = 0; i < 5; i++)
    {
      static const char * const keys[] = { "a", NULL };
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      int fd = dup (2);

      if (i == 0)
        aether_session_control_async (rig->session, AETHER_CONTROL_PAUSE, cancellable, keep_result, &result);
      else if (i == 1)
        aether_session_send_keys_async (rig->session, keys, cancellable, keep_result, &result);
      else if (i == 2)
        aether_session_screenshot_async (rig->session, 0, fd, cancellable, keep_result, &result);
      else if (i == 3)
        aether_session_open_display_async (rig->session, dup (fd), cancellable, keep_result, &result);
      else
        aether_session_statistics_async (rig->session, cancellable, keep_result, &result);

      wait_result (&result);
      if (i < 4)
        g_assert_false (aether_session_finish (rig->session, result, &error));
      else
        g_assert_null (aether_session_statistics_finish (rig->session, result, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      close (fd);
    }
  control (rig, AETHER_CONTROL_FORCE_OFF);
}

static void
test_refused (Rig *rig, gconstpointer image)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (start (rig, NULL, &error));
  g_assert_nonnull (strstr (error->message, "does not begin as an ELF"));
  g_assert_cmpint (rig->end, ==, AETHER_END_FAILED);
}

static void
test_command (Rig *rig, gconstpointer image)
{
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) argv = NULL;
  g_autofree char *line = NULL;
  static const struct
  {
    const char *kvm;       /* NULL: not available */
    const char *unicorn;
    const char *backend;   /* NULL: aether-vmm finds out */
  } cases[] = {
    { "simd exceptions", "simd", "kvm" },
    { "", "simd", "unicorn" },
    { NULL, "simd", "unicorn" },
    { "exceptions", "simd", NULL },
    { "simd", NULL, NULL },
    { NULL, NULL, NULL },
  };

  g_object_set (rig->machine->firmware, "kernel", "/a b,c/-x", "append", "one two", NULL);
  argv = aether_vmm_command_build (rig->machine, rig->bundle, NULL, &error);
  g_assert_no_error (error);
  line = g_strjoinv ("|", argv + 1);
  g_assert_cmpstr (line, ==, "--control-fd|3|--console|fd=4|--arch|x86_64|--memory|16|--net|user|"
                   "--append|one two|--|/a b,c/-x");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherCapabilities) capabilities = aether_capabilities_new ();
      g_auto(GStrv) chosen = NULL;
      const char *backend = NULL;

      aether_capabilities_add (capabilities, "accelerator.x86_64.kvm", cases[i].kvm != NULL, cases[i].kvm, "No.");
      aether_capabilities_add (capabilities, "accelerator.x86_64.unicorn", cases[i].unicorn != NULL,
                               cases[i].unicorn, "No.");
      chosen = aether_vmm_command_build (rig->machine, rig->bundle, capabilities, &error);
      g_assert_no_error (error);
      for (guint n = 0; chosen[n]; n++)
        if (g_str_equal (chosen[n], "--backend"))
          backend = chosen[n + 1];
      g_assert_cmpstr (backend, ==, cases[i].backend);
    }
}

static void
test_keys (void)
{
  g_assert_cmpuint (aether_vmm_key_code ("a"), ==, 30);
  g_assert_cmpuint (aether_vmm_key_code ("ret"), ==, 28);
  g_assert_cmpuint (aether_vmm_key_code ("no such key"), ==, 0);
}

static void
test_control_of_nobody (void)
{
  g_autoptr(GAsyncResult) first = NULL, second = NULL;
  g_autoptr(GError) error = NULL;
  AetherVmmControl *control_;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), ==, 0);
  control_ = aether_vmm_control_new (fds[0]);
  aether_vmm_control_call_async (control_, "pause", -1, NULL, keep_result, &first);
  close (fds[1]);
  g_assert_null (aether_vmm_control_call_finish (control_, wait_result (&first), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  aether_vmm_control_call_async (control_, "pause", -1, NULL, keep_result, &second);
  g_assert_null (aether_vmm_control_call_finish (control_, wait_result (&second), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_object (&first);
  g_clear_object (&second);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (control_);
}

#define ADD(path, image, test) \
  g_test_add ("/aether/vmm-engine/" path, Rig, image, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("life", "demos/console-x86_64.aether", test_life);
  ADD ("force-off", "demos/console-x86_64.aether", test_force_off);
  ADD ("killed", "demos/console-x86_64.aether", test_killed);
  ADD ("crash", "guests/hostile-args-x86_64.aether", test_crash);
  ADD ("cancelled", "demos/console-x86_64.aether", test_cancelled);
  ADD ("cancelled-while-starting", "demos/console-x86_64.aether", test_cancelled_while_starting);
  ADD ("calls-cancelled", "demos/console-x86_64.aether", test_calls_cancelled);
  ADD ("refused", "/etc/passwd", test_refused);
  ADD ("command", "demos/console-x86_64.aether", test_command);
  g_test_add_func ("/aether/vmm-engine/keys", test_keys);
  g_test_add_func ("/aether/vmm-engine/control-of-nobody", test_control_of_nobody);

  return g_test_run ();
}
