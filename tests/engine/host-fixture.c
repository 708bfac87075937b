/* host-fixture.c - machines of the mock engine, and waiting for what they do
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "host-fixture.h"

#include "aether-paths.h"

#include <glib/gstdio.h>
#include <string.h>

static char *top;
static gboolean may_warn;

void
host_fixture_init (void)
{
  static const char * const variables[] = { "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR" };

  top = g_dir_make_tmp ("aether-host-XXXXXX", NULL);
  g_assert_nonnull (top);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *folder = g_build_filename (top, variables[i], NULL);

      g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
      g_setenv (variables[i], folder, TRUE);
    }
}

static void
remove_tree (GFile *file)
{
  g_autoptr(GFileEnumerator) children = NULL;
  GFile *child;

  children = g_file_enumerate_children (file, "standard::name", G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  while (children && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child)
    remove_tree (child);
  g_file_delete (file, NULL, NULL);
}

/* What a sanitizer says of aether-machine goes to the machine's log. */
static void
check_logs (void)
{
  static const char * const complaints[] = { "Sanitizer", "runtime error:", "-CRITICAL **", "-WARNING **" };
  g_autofree char *library = aether_paths_dup_library ();
  g_autoptr(GDir) dir = g_dir_open (library, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (library, name, "logs", "machine.log", NULL);
      g_autofree char *text = NULL;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (complaints); i++)
        if (strstr (text, complaints[i]) && (i < 2 || !may_warn))
          g_error ("%s:\n%s", path, text);
    }
}

void
host_fixture_allow_warnings (void)
{
  may_warn = TRUE;
}

void
host_fixture_clear (void)
{
  g_autoptr(GFile) file = g_file_new_for_path (top);

  check_logs ();
  remove_tree (file);
  g_clear_pointer (&top, g_free);
}

AetherBundle *
host_make_machine (const char *name, const char *notes)
{
  g_autoptr(AetherMachine) machine = aether_machine_new (name, "x86_64");
  g_autofree char *folder = aether_paths_dup_library ();
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle;

  g_object_set (machine, "engine", "test", "notes", notes, NULL);
  g_list_store_remove_all (machine->serials);
  g_list_store_remove_all (machine->displays);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(AetherSerial) serial = g_object_new (AETHER_TYPE_SERIAL, "log", i == 0, NULL);

      g_list_store_append (machine->serials, serial);
    }
  {
    g_autoptr(AetherDisplay) display = g_object_new (AETHER_TYPE_DISPLAY, NULL);

    g_list_store_append (machine->displays, display);
  }

  bundle = aether_bundle_create (folder, machine, &error);
  g_assert_no_error (error);

  return bundle;
}

void
host_result_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **stored = user_data;

  g_assert_null (*stored);
  *stored = g_object_ref (result);
}

/* Returns: (transfer none): until the next host_await(), or the caller's g_clear_object() */
GAsyncResult *
host_await (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

AetherClient *
host_start (AetherBundle *bundle, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_start_async (bundle, NULL, host_result_cb, &result);
  return aether_client_open_finish (host_await (&result), error);
}

AetherClient *
host_attach (AetherBundle *bundle, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_attach_async (bundle, NULL, host_result_cb, &result);
  return aether_client_open_finish (host_await (&result), error);
}

gboolean
host_control (AetherClient *client, AetherControl control, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_control_async (client, control, NULL, host_result_cb, &result);
  return aether_client_finish (client, host_await (&result), error);
}

gboolean
host_type (AetherClient *client, const char *text, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_type_text_async (client, text, NULL, host_result_cb, &result);
  return aether_client_finish (client, host_await (&result), error);
}

GIOStream *
host_open_serial (AetherClient *client, guint port, gboolean replay, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_open_serial_async (client, port, replay, NULL, host_result_cb, &result);
  return aether_client_open_serial_finish (client, host_await (&result), error);
}

AetherClient *
host_run (AetherBundle *bundle)
{
  g_autoptr(GError) error = NULL;
  AetherClient *client = host_start (bundle, &error);

  g_assert_no_error (error);
  g_assert_true (AETHER_IS_CLIENT (client));

  return client;
}

static void
set_cb (gboolean *flag)
{
  *flag = TRUE;
}

void
host_wait_closed (AetherClient *client)
{
  gboolean closed = FALSE;
  gulong id = g_signal_connect_swapped (client, "closed", G_CALLBACK (set_cb), &closed);

  while (!closed && aether_client_get_state (client) != AETHER_STATE_STOPPED)
    g_main_context_iteration (NULL, TRUE);
  while (!closed && aether_client_get_end (client, NULL) == AETHER_END_NONE)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (client, id);
}

void
host_spin (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  do
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  while (g_get_monotonic_time () < end);
}

void
host_wait_gone (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);

  g_assert_cmpint (pid, >, 0);
  for (;;)
    {
      g_autofree char *stat = NULL;
      const char *state;

      if (!g_file_get_contents (path, &stat, NULL, NULL))
        return;
      state = strrchr (stat, ')');
      if (state && state[2] == 'Z')
        return;
      host_spin (5);
    }
}

int
host_get_pid (AetherBundle *bundle)
{
  g_autoptr(AetherRunStatus) status = aether_run_status_read (aether_bundle_get_uuid (bundle));

  return status ? status->pid : 0;
}

int
host_get_engine_pid (AetherBundle *bundle)
{
  g_autoptr(AetherRunStatus) status = aether_run_status_read (aether_bundle_get_uuid (bundle));

  return status ? status->engine_pid : 0;
}

void
host_end (AetherClient *client)
{
  g_autoptr(AetherClient) owned = client;
  g_autoptr(AetherRunStatus) status = aether_run_status_read (aether_client_get_uuid (client));
  g_autoptr(GError) error = NULL;

  g_assert_nonnull (status);
  host_control (client, AETHER_CONTROL_FORCE_OFF, &error);
  g_assert_no_error (error);
  host_wait_closed (client);
  host_wait_gone (status->pid);
}

char *
host_read_log (AetherBundle *bundle, const char *file)
{
  g_autofree char *path = g_build_filename (aether_bundle_get_path (bundle), "logs", file, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

void
host_wait_log (AetherBundle *bundle, const char *words)
{
  for (;;)
    {
      g_autofree char *text = host_read_log (bundle, "machine.log");

      if (strstr (text, words))
        return;
      host_spin (5);
    }
}

void
host_command (AetherClient *client, const char *command)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GIOStream) stream = host_open_serial (client, 1, FALSE, &error);

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), command, strlen (command), NULL, NULL, &error);
  g_assert_no_error (error);
}

char *
host_read (GIOStream *stream, gsize length)
{
  g_autoptr(GError) error = NULL;
  char *data = g_malloc0 (length + 1);
  gsize n;

  g_input_stream_read_all (g_io_stream_get_input_stream (stream), data, length, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, length);

  return data;
}

void
host_assert_says (const char *sentence, const char *words)
{
  if (!sentence || !strstr (sentence, words))
    g_error ("“%s” does not say “%s”", sentence, words);
}
