/* rig.c - real QEMUs for tests: what they need, and waiting for them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "rig.h"

#include "aether-finding.h"
#include "aether-qemu-probe.h"
#include "aether-qemu-session.h"
#include "aether-tree.h"

#include <stdlib.h>
#include <string.h>

static void
clean_up (void)
{
  aether_tree_remove (g_getenv ("AETHER_TEST_FOLDER"), NULL);
}

void
rig_init (void)
{
  const char *cache = g_getenv ("XDG_CACHE_HOME");
  g_autofree char *guests = g_build_filename (cache && *cache ? cache : g_get_home_dir (), cache && *cache ? "" : ".cache",
                                              "aether", "guests", NULL);
  g_autofree char *folder = g_dir_make_tmp ("aether-qemu-XXXXXX", NULL);
  const char *variables[] = { "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR" };

  g_assert_nonnull (folder);
  g_setenv ("AETHER_GUESTS_DIR", guests, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_setenv (variables[i], folder, TRUE);
  g_setenv ("AETHER_TEST_FOLDER", folder, TRUE);
  atexit (clean_up);
}

AetherBundle *
rig_bundle (AetherMachine *machine)
{
  g_autoptr(GError) error = NULL;
  AetherBundle *bundle = aether_bundle_create (g_getenv ("AETHER_TEST_FOLDER"), machine, &error);

  g_assert_no_error (error);
  return bundle;
}

void
rig_result_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

GAsyncResult *
rig_wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static gboolean
spin_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

void
rig_spin (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, spin_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

AetherCapabilities *
rig_capabilities (const char *arch)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherCapabilities) capabilities = NULL;
  const AetherCapability *program;

  aether_qemu_probe_async (arch, FALSE, NULL, rig_result_cb, &result);
  capabilities = aether_qemu_probe_finish (rig_wait_result (&result), &error);
  g_assert_no_error (error);

  program = aether_capabilities_lookup (capabilities, "arch.%s", arch);
  g_assert_nonnull (program);
  if (!program->available)
    {
      g_test_skip (program->reason);
      return NULL;
    }

  return g_steal_pointer (&capabilities);
}

/* --- a session ---------------------------------------------------------------- */

static void
log_cb (AetherSession *session, const char *line, Rig *rig)
{
  g_test_message ("%s", line);
  g_string_append_printf (rig->log, "%s\n", line);
}

static void
serial_cb (AetherSession *session, guint port, GBytes *data, Rig *rig)
{
  g_string_append_len (rig->serial, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
}

static void
finding_cb (AetherSession *session, AetherFinding *finding, Rig *rig)
{
  g_ptr_array_add (rig->findings, g_object_ref (finding));
}

static void
ended_cb (AetherSession *session, AetherEnd end, const char *sentence, const char *output, Rig *rig)
{
  g_assert_nonnull (sentence);
  g_assert_cmpint (aether_session_get_state (session), ==, AETHER_STATE_STOPPED);
  rig->n_ended++;
  rig->end = end;
  g_set_str (&rig->sentence, sentence);
  g_set_str (&rig->output, output);
}

Rig *
rig_new (AetherBundle *bundle, AetherMachine *machine, AetherCapabilities *capabilities)
{
  Rig *rig = g_new0 (Rig, 1);

  rig->session = aether_qemu_session_new (bundle, machine, capabilities);
  rig->log = g_string_new (NULL);
  rig->serial = g_string_new (NULL);
  rig->findings = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (rig->session, "log-line", G_CALLBACK (log_cb), rig);
  g_signal_connect (rig->session, "serial-data", G_CALLBACK (serial_cb), rig);
  g_signal_connect (rig->session, "finding", G_CALLBACK (finding_cb), rig);
  g_signal_connect (rig->session, "ended", G_CALLBACK (ended_cb), rig);

  return rig;
}

void
rig_free (Rig *rig)
{
  /* Nothing in flight may hold it: the engine must be gone with it */
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (rig->session);
  g_string_free (rig->log, TRUE);
  g_string_free (rig->serial, TRUE);
  g_ptr_array_unref (rig->findings);
  g_free (rig->sentence);
  g_free (rig->output);
  g_free (rig);
}

gboolean
rig_start (Rig *rig, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_session_start_async (rig->session, NULL, rig_result_cb, &result);

  return aether_session_finish (rig->session, rig_wait_result (&result), error);
}

gboolean
rig_control (Rig *rig, AetherControl control, GError **error)
{
  g_autoptr(GAsyncResult) result = NULL;

  aether_session_control_async (rig->session, control, NULL, rig_result_cb, &result);

  return aether_session_finish (rig->session, rig_wait_result (&result), error);
}

void
rig_wait_state (Rig *rig, AetherState state)
{
  while (aether_session_get_state (rig->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

void
rig_wait_ended (Rig *rig)
{
  while (rig->n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
}

gboolean
rig_wait_serial (Rig *rig, const char *text, guint seconds)
{
  gint64 deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  while (!strstr (rig->serial->str, text) && rig->n_ended == 0 && g_get_monotonic_time () < deadline)
    rig_spin (50);

  return strstr (rig->serial->str, text) != NULL;
}
