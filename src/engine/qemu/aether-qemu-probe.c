/* aether-qemu-probe.c - what QEMU can do on this computer, found by trying
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-qemu-probe.h"

#include "aether-child.h"
#include "aether-json.h"
#include "aether-qemu-accelerator.h"
#include "aether-qemu-cache.h"
#include "aether-qemu-command.h"
#include "aether-qemu-firmware.h"
#include "aether-qmp.h"

#include <glib/gi18n-lib.h>
#include <stdarg.h>
#include <sys/socket.h>

/* Milliseconds until a QEMU without a machine has to answer */
#define ANSWER_TIMEOUT 10000

/* Milliseconds that one which closed its connection has to say why and end */
#define END_TIMEOUT 1000

/* More than QEMU has types */
#define DEVICES_MAX 4096

/* The guests we know, and the package that brings QEMU for them */
static const struct
{
  const char *arch;
  const char *package;
  const char *machine;       /* that firmware has to suit */
} architectures[] = {
  { "x86_64", "qemu-system-x86", "q35" },
  { "i386", "qemu-system-x86", "pc" },
  { "aarch64", "qemu-system-arm", "virt" },
  { "riscv64", "qemu-system-riscv", "virt" },
};

/* What is tried on the command line, all at once or, when QEMU refuses, in part. */
enum
{
  WITH_SOUND = 1 << 0,
  WITH_DBUS = 1 << 1,
  WITH_SANDBOX = 1 << 2,
};

typedef struct
{
  AetherCapabilities *capabilities;
  gboolean            fresh;
  guint               index;         /* of the architecture that is being probed */
  guint               last;

  char               *key;
  char               *program;
  guint               features;
  AetherChild        *child;
  AetherQmp          *qmp;
  GSource            *kill_timeout;
} Probe;

static void
probe_clear_timeout (Probe *probe)
{
  if (probe->kill_timeout)
    g_source_destroy (probe->kill_timeout);
  g_clear_pointer (&probe->kill_timeout, g_source_unref);
}

static void
probe_stop_qemu (Probe *probe)
{
  probe_clear_timeout (probe);
  if (probe->qmp)
    aether_qmp_close (probe->qmp);
  g_clear_object (&probe->qmp);
  g_clear_object (&probe->child);
}

static void
probe_free (Probe *probe)
{
  probe_stop_qemu (probe);
  g_clear_object (&probe->capabilities);
  g_free (probe->key);
  g_free (probe->program);
  g_free (probe);
}

/* Adds "KIND.ARCH" or "KIND.ARCH.NAME". */
static void
probe_add (Probe *probe, const char *kind, const char *name, gboolean available, const char *value, const char *reason)
{
  g_autofree char *id = g_strconcat (kind, ".", architectures[probe->index].arch, name ? "." : NULL, name, NULL);

  aether_capabilities_add (probe->capabilities, id, available, value, reason);
}

/**
 * aether_qemu_probe_find_program:
 *
 * Returns: (transfer full) (nullable): QEMU's program for guests of @arch, in
 *   $AETHER_QEMU_DIR when that is set, else in PATH
 */
char *
aether_qemu_probe_find_program (const char *arch)
{
  const char *folder = g_getenv ("AETHER_QEMU_DIR");
  g_autofree char *name = g_strconcat ("qemu-system-", arch, NULL);
  g_autofree char *path = NULL;

  if (folder == NULL || *folder == '\0')
    return g_find_program_in_path (name);

  path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer (&path) : NULL;
}

/* --- The steps, for one architecture after the other: remembered? -> a QEMU
 * without a machine answers -> its version -> its devices -> its machines, and
 * so firmware -> a guest runs in KVM -> remember. Each owns the task. */

static void probe_next (GTask *task);
static void probe_spawn (GTask *task);

static void
probe_done (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);

  aether_qemu_cache_save (architectures[probe->index].arch, probe->key, probe->capabilities);
  probe->index++;
  probe_next (task);
}

static void
kvm_tried_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *words = NULL;
  Probe *probe = g_task_get_task_data (task);

  if (aether_qemu_accelerator_try_finish (result, &words, &error))
    probe_add (probe, "accelerator", "kvm", TRUE, NULL, NULL);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  else
    probe_add (probe, "accelerator", "kvm", FALSE, words, error->message);

  probe_done (g_steal_pointer (&task));
}

static void
probe_try_kvm (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);
  const char *arch = architectures[probe->index].arch;
  g_autofree char *reason = NULL;

  probe_stop_qemu (probe);
  probe_add (probe, "accelerator", "tcg", TRUE, NULL, NULL);

  if (!aether_qemu_accelerator_can_run (arch))
    reason = g_strdup_printf (_("This computer's own processor is another one, so %s machines run by emulation, slower."),
                              arch);
  else
    reason = aether_qemu_accelerator_check_kvm (AETHER_QEMU_KVM_DEVICE);

  if (reason)
    {
      probe_add (probe, "accelerator", "kvm", FALSE, NULL, reason);
      probe_done (task);
      return;
    }

  aether_qemu_accelerator_try_async (probe->program, arch, "kvm", g_task_get_cancellable (task), kvm_tried_cb, task);
}

static void
probe_add_firmware (Probe *probe, const char *machine)
{
  const char *arch = architectures[probe->index].arch;
  g_auto(GStrv) folders = aether_qemu_firmware_list_folders ();
  g_autoptr(AetherQemuFirmware) firmware = aether_qemu_firmware_find ((const char * const *) folders, arch, machine);
  g_autofree char *reason = NULL;

  if (firmware == NULL)
    {
      /* Translators: the package names are those of Debian and Ubuntu, Fedora, Arch */
      reason = g_strdup_printf (_("There is no UEFI firmware for %s guests on this computer. Install it "
                                  "(package ovmf, qemu-efi-aarch64 or qemu-efi-riscv64; edk2 in other systems)."), arch);
      probe_add (probe, "firmware", "uefi", FALSE, NULL, reason);
      return;
    }

  probe_add (probe, "firmware", "uefi", TRUE, firmware->code, NULL);
  probe_add (probe, "firmware", "uefi-format", TRUE, firmware->code_format, NULL);
  probe_add (probe, "firmware", "uefi-vars", TRUE, firmware->vars, NULL);
  probe_add (probe, "firmware", "uefi-vars-format", TRUE, firmware->vars_format, NULL);
}

/* The full name of @alias, as "pc-q35-10.0" of "q35" */
static char *
find_machine (JsonNode *node, const char *alias)
{
  JsonArray *machines = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; machines && i < json_array_get_length (machines); i++)
    {
      JsonNode *element = json_array_get_element (machines, i);
      JsonObject *machine = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;

      if (g_strcmp0 (aether_json_get_string (machine, "alias"), alias) == 0)
        return g_strdup (aether_json_get_string (machine, "name"));
    }

  return g_strdup (alias);
}

/* What is asked, in this order; the answers come in it too. Without QEMU's
 * answer nothing is known but that it runs. */
static void
machines_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  g_autofree char *machine = NULL;
  Probe *probe = g_task_get_task_data (task);

  if (node == NULL)
    return;

  machine = find_machine (node, architectures[probe->index].machine);
  probe_add_firmware (probe, machine ? machine : architectures[probe->index].machine);
  probe_try_kvm (g_steal_pointer (&task));
}

/* There is no other sign of it: a QEMU without VNC does not know the command. */
static void
vnc_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  Probe *probe = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  probe_add (probe, "display", "vnc", node != NULL, NULL,
             node != NULL ? NULL : _("This QEMU was built without VNC."));
  aether_qmp_call_async (probe->qmp, "query-machines", NULL, -1, ANSWER_TIMEOUT,
                         g_task_get_cancellable (task), machines_cb, g_object_ref (task));
}

static void
backends_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  Probe *probe = g_task_get_task_data (task);
  JsonArray *backends = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gboolean found = FALSE;

  if (node == NULL)
    return;

  for (guint i = 0; backends && i < json_array_get_length (backends); i++)
    {
      JsonNode *element = json_array_get_element (backends, i);

      found |= JSON_NODE_HOLDS_OBJECT (element) &&
               g_strcmp0 (aether_json_get_string (json_node_get_object (element), "name"), "qemu-vdagent") == 0;
    }
  probe_add (probe, "feature", "clipboard", found, NULL,
             found ? NULL : _("This QEMU was built without the agent that shares the clipboard."));

  aether_qmp_call_async (probe->qmp, "query-vnc-servers", NULL, -1, ANSWER_TIMEOUT,
                         g_task_get_cancellable (task), vnc_cb, g_object_ref (task));
}

static void
devices_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(JsonNode) node = aether_qmp_step_finish (AETHER_QMP (object), result, task);
  Probe *probe = g_task_get_task_data (task);
  JsonArray *types = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (node == NULL)
    return;

  for (guint i = 0; types && i < MIN (json_array_get_length (types), DEVICES_MAX); i++)
    {
      JsonNode *element = json_array_get_element (types, i);
      const char *name = JSON_NODE_HOLDS_OBJECT (element)
                           ? aether_json_get_string (json_node_get_object (element), "name") : NULL;

      if (name && aether_qemu_command_is_id (name))
        probe_add (probe, "device", name, TRUE, NULL, NULL);
    }

  aether_qmp_call_async (probe->qmp, "query-chardev-backends", NULL, -1, ANSWER_TIMEOUT,
                         g_task_get_cancellable (task), backends_cb, g_object_ref (task));
}

static void
version_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = aether_qmp_call_finish (AETHER_QMP (object), result, &error);
  Probe *probe = g_task_get_task_data (task);
  JsonObject *version;
  g_autofree char *text = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      g_task_return_error (task, error ? g_steal_pointer (&error)
                                       : g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                                      _("“%s” does not tell its version."), probe->program));
      return;
    }

  version = aether_json_get_object (json_node_get_object (node), "qemu");
  text = g_strdup_printf ("%d.%d.%d",
                          (int) (version ? json_object_get_int_member_with_default (version, "major", 0) : 0),
                          (int) (version ? json_object_get_int_member_with_default (version, "minor", 0) : 0),
                          (int) (version ? json_object_get_int_member_with_default (version, "micro", 0) : 0));
  probe_add (probe, "arch", "version", TRUE, text, NULL);

  aether_qmp_call_async (probe->qmp, "qom-list-types",
                         g_variant_new_parsed ("{'implements': <'device'>, 'abstract': <false>}"),
                         -1, ANSWER_TIMEOUT, g_task_get_cancellable (task), devices_cb, g_object_ref (task));
}

static void
probe_refused (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Probe *probe = g_task_get_task_data (task);
  g_autofree char *output = probe->child ? aether_child_dup_output (probe->child) : NULL;
  g_autofree char *reason = NULL;

  /* All, all but one, the other, nothing */
  if (probe->features > 0)
    {
      probe->features--;
      probe_spawn (g_steal_pointer (&owned));
      return;
    }

  reason = g_strdup_printf (_("“%s” does not run (%s). Install it again."), probe->program,
                            output ? output : _("it said nothing"));
  probe_add (probe, "arch", NULL, FALSE, NULL, reason);
  probe->index++;
  probe_next (g_steal_pointer (&owned));
}

static void
refused_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  probe_clear_timeout (g_task_get_task_data (task));
  if (aether_child_wait_finish (AETHER_CHILD (object), result, &error))
    probe_refused (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
kill_timeout_cb (gpointer user_data)
{
  aether_child_kill (user_data);

  return G_SOURCE_REMOVE;
}

/* Takes @task. What QEMU says about it may come after the end of the connection. */
static void
probe_wait_for_words (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);

  probe->kill_timeout = g_timeout_source_new (END_TIMEOUT);
  g_source_set_callback (probe->kill_timeout, kill_timeout_cb, g_object_ref (probe->child), g_object_unref);
  g_source_attach (probe->kill_timeout, g_task_get_context (task));
  aether_child_wait_async (probe->child, g_task_get_cancellable (task), refused_cb, task);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  Probe *probe = g_task_get_task_data (task);
  gboolean has_sound = (probe->features & (WITH_SOUND | WITH_DBUS)) == (WITH_SOUND | WITH_DBUS);

  if (!aether_qmp_open_finish (AETHER_QMP (object), result, &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_task_return_error (task, g_steal_pointer (&error));
      else
        probe_wait_for_words (g_steal_pointer (&task));
      return;
    }

  probe_add (probe, "arch", NULL, TRUE, probe->program, NULL);
  probe_add (probe, "display", "dbus", probe->features & WITH_DBUS, NULL,
             probe->features & WITH_DBUS ? NULL :
             _("QEMU's D-Bus display is not installed, so machines have no screen. "
               "Install it (package qemu-system-modules-opengl or qemu-ui-dbus)."));
  probe_add (probe, "feature", "sound", has_sound, NULL,
             has_sound ? NULL :
             _("QEMU's D-Bus sound is not installed, so machines are silent. "
               "Install it (package qemu-system-modules-opengl or qemu-audio-dbus)."));
  probe_add (probe, "feature", "sandbox", probe->features & WITH_SANDBOX, NULL,
             probe->features & WITH_SANDBOX ? NULL : _("This QEMU was built without its sandbox."));

  aether_qmp_call_async (probe->qmp, "query-version", NULL, -1, ANSWER_TIMEOUT,
                         g_task_get_cancellable (task), version_cb, g_object_ref (task));
}

/* Takes @task. */
static void
probe_spawn (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Probe *probe = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  AetherChildFd theirs;
  int fds[2];
  const char *argv[] = {
    probe->program, "-no-user-config", "-nodefaults", "-machine", "none",
    "-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control",
    "-audiodev", probe->features & WITH_SOUND ? "dbus,id=sound" : "none,id=sound",
    "-display", !(probe->features & WITH_DBUS) ? "none"
                /* It takes a sound of its own kind only */
                : probe->features & WITH_SOUND ? "dbus,p2p=on,audiodev=sound" : "dbus,p2p=on",
    probe->features & WITH_SANDBOX ? "-sandbox" : NULL,
    "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", NULL
  };

  probe_stop_qemu (probe);
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                               _("QEMU cannot be asked what it can do: too many files are open."));
      return;
    }

  theirs = (AetherChildFd) { fds[1], 3 };
  probe->qmp = aether_qmp_new (fds[0]);
  probe->child = aether_child_spawn (argv, &theirs, 1, &error);
  if (probe->child == NULL)
    {
      probe->features = 0;
      probe_refused (g_steal_pointer (&owned));
      return;
    }

  aether_qmp_open_async (probe->qmp, ANSWER_TIMEOUT, g_task_get_cancellable (task),
                         opened_cb, g_steal_pointer (&owned));
}

/* Takes @task. */
static void
probe_next (GTask *task)
{
  g_autoptr(GTask) owned = task;
  Probe *probe = g_task_get_task_data (task);

  for (; probe->index <= probe->last; probe->index++)
    {
      const char *arch = architectures[probe->index].arch;

      g_free (probe->program);
      probe->program = aether_qemu_probe_find_program (arch);
      if (probe->program == NULL)
        {
          g_autofree char *reason = g_strdup_printf (_("QEMU for %s guests is not installed. Install the package %s."),
                                                     arch, architectures[probe->index].package);

          probe_add (probe, "arch", NULL, FALSE, NULL, reason);
          continue;
        }

      g_free (probe->key);
      probe->key = aether_qemu_cache_dup_key (arch, probe->program);
      if (!probe->fresh && aether_qemu_cache_load (arch, probe->key, probe->capabilities))
        continue;

      probe->features = WITH_SOUND | WITH_DBUS | WITH_SANDBOX;
      probe_spawn (g_steal_pointer (&owned));
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&probe->capabilities), g_object_unref);
}

/**
 * aether_qemu_probe_async:
 * @arch: (nullable): of the guests; %NULL: all there are
 * @fresh: try again, even if nothing has changed since the last time
 *
 * Finds out what QEMU can do. Takes no process and less than 2 ms when it is
 * remembered.
 */
void
aether_qemu_probe_async (const char          *arch,
                         gboolean             fresh,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Probe *probe = g_new0 (Probe, 1);

  g_task_set_source_tag (task, aether_qemu_probe_async);
  g_task_set_task_data (task, probe, (GDestroyNotify) probe_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  probe->capabilities = aether_capabilities_new ();
  probe->fresh = fresh;
  probe->last = G_N_ELEMENTS (architectures) - 1;

  if (arch)
    {
      while (probe->index <= probe->last && !g_str_equal (architectures[probe->index].arch, arch))
        probe->index++;
      probe->last = MIN (probe->index, probe->last);
    }

  probe_next (g_steal_pointer (&task));
}

/**
 * aether_qemu_probe_finish:
 *
 * Returns: (transfer full): never %NULL but for %G_IO_ERROR_CANCELLED or a QEMU
 *   that breaks off its answers
 */
AetherCapabilities *
aether_qemu_probe_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * aether_qemu_probe_deny_kvm:
 * @capabilities: what is known, changed accordingly
 * @reason: a sentence
 *
 * Remembers that KVM turned out not to run guests after all, until the
 * computer or QEMU changes.
 */
void
aether_qemu_probe_deny_kvm (const char *arch, AetherCapabilities *capabilities, const char *reason)
{
  g_autofree char *id = g_strdup_printf ("accelerator.%s.kvm", arch);
  g_autofree char *program = aether_qemu_probe_find_program (arch);
  g_autofree char *key = program ? aether_qemu_cache_dup_key (arch, program) : NULL;

  aether_capabilities_add (capabilities, id, FALSE, NULL, reason);
  if (key)
    aether_qemu_cache_save (arch, key, capabilities);
}
