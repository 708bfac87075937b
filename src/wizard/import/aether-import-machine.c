/* aether-import-machine.c - a machine as another program describes it, in words of no program
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-import-machine.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_FINDINGS 100
#define MOST_FORWARDS 64

static void
drive_free (gpointer data)
{
  AetherImportDrive *drive = data;

  g_free (drive->file);
  g_free (drive->format);
  g_free (drive);
}

static void
forward_free (gpointer data)
{
  AetherImportForward *forward = data;

  g_free (forward->address);
  g_free (forward);
}

static void
network_free (gpointer data)
{
  AetherImportNetwork *network = data;

  g_free (network->model);
  g_free (network->mac);
  g_ptr_array_unref (network->forwards);
  g_free (network);
}

AetherImportMachine *
aether_import_machine_new (void)
{
  AetherImportMachine *self = g_new0 (AetherImportMachine, 1);

  self->drives = g_ptr_array_new_with_free_func (drive_free);
  self->networks = g_ptr_array_new_with_free_func (network_free);
  self->findings = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

void
aether_import_machine_free (AetherImportMachine *self)
{
  g_free (self->name);
  g_free (self->notes);
  g_free (self->arch);
  g_free (self->os);
  g_free (self->board);
  g_free (self->firmware);
  g_free (self->kernel);
  g_free (self->initrd);
  g_free (self->append);
  g_free (self->display);
  g_ptr_array_unref (self->drives);
  g_ptr_array_unref (self->networks);
  g_ptr_array_unref (self->findings);
  g_free (self);
}

GPtrArray *
aether_import_machines_new (AetherImportMachine *only)
{
  GPtrArray *machines = g_ptr_array_new_with_free_func ((GDestroyNotify) aether_import_machine_free);

  if (only)
    g_ptr_array_add (machines, only);

  return machines;
}

/* --- what is not as it was ------------------------------------------------ */

void
aether_import_machine_note (AetherImportMachine *self, AetherSeverity severity, const char *id, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  /* What a hostile description could repeat for ever */
  if (self->findings->len >= MOST_FINDINGS)
    return;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->findings, aether_finding_new (severity, id, sentence, NULL));
}

static gboolean
is_noted (AetherImportMachine *self, const char *id)
{
  for (guint i = 0; i < self->findings->len; i++)
    if (strcmp (aether_finding_get_id (self->findings->pdata[i]), id) == 0)
      return TRUE;

  return FALSE;
}

void
aether_import_machine_lose (AetherImportMachine *self, const char *what)
{
  static const struct { const char *what; AetherSeverity severity; const char *sentence; } losses[] = {
    { "tpm", AETHER_SEVERITY_WARNING,
      N_("Its security chip (TPM) is not taken over. What was locked by it, as BitLocker is, asks for the recovery key.") },
    { "secure-boot", AETHER_SEVERITY_NOTE, N_("Secure Boot is off in the new machine.") },
    { "shared-folders", AETHER_SEVERITY_NOTE, N_("Its shared folders are not taken over.") },
    { "usb", AETHER_SEVERITY_NOTE, N_("The devices of the computer that were passed on to it are not taken over.") },
    { "floppy", AETHER_SEVERITY_NOTE, N_("Its floppy drive is not taken over.") },
    { "3d", AETHER_SEVERITY_NOTE, N_("3D acceleration is not taken over.") },
    { "serial", AETHER_SEVERITY_NOTE, N_("Its serial ports are Aether’s own now.") },
    { "arguments", AETHER_SEVERITY_WARNING,
      N_("Arguments for QEMU that it has of its own are not taken over: they could do anything to this computer.") },
    { "snapshots", AETHER_SEVERITY_WARNING, N_("It is taken as it is now; its snapshots are not taken over.") },
    { "suspended", AETHER_SEVERITY_WARNING,
      N_("It was suspended and not shut down. What was not saved in it is lost: resume it and shut it down first.") },
    { "sound", AETHER_SEVERITY_NOTE, N_("It gets another sound card than it had.") },
    { "drives", AETHER_SEVERITY_WARNING, N_("It has more drives than can be taken over.") },
    { "networks", AETHER_SEVERITY_WARNING, N_("It has more network cards than can be taken over.") },
    { "firmware-file", AETHER_SEVERITY_WARNING, N_("Firmware of its own is not taken over; Aether’s is used.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (losses); i++)
    if (strcmp (losses[i].what, what) == 0)
      {
        g_autofree char *id = g_strconcat ("import.", what, NULL);

        if (!is_noted (self, id))
          aether_import_machine_note (self, losses[i].severity, id, "%s", _(losses[i].sentence));
        return;
      }
  g_return_if_reached ();
}

/* --- parts ---------------------------------------------------------------- */

AetherImportDrive *
aether_import_machine_add_drive (AetherImportMachine *self, AetherDriveKind kind, AetherImportBus bus, const char *file)
{
  AetherImportDrive *drive;

  if (self->drives->len >= AETHER_IMPORT_MOST_DRIVES)
    {
      aether_import_machine_lose (self, "drives");
      return NULL;
    }

  drive = g_new0 (AetherImportDrive, 1);
  drive->kind = kind;
  drive->bus = bus;
  drive->file = file && *file ? g_strdup (file) : NULL;
  g_ptr_array_add (self->drives, drive);

  return drive;
}

/* "525400123456", "52-54-00-12-34-56" -> with colons; NULL for what is none of one machine. */
static char *
normal_mac (const char *text)
{
  g_autoptr(GString) mac = g_string_new (NULL);
  guint n = 0;

  for (const char *p = text; p && *p; p++)
    if (g_ascii_isxdigit (*p))
      {
        if (n > 0 && n % 2 == 0)
          g_string_append_c (mac, ':');
        g_string_append_c (mac, g_ascii_tolower (*p));
        if (++n > 12)
          return NULL;
      }
    else if (*p != ':' && *p != '-')
      return NULL;

  if (n != 12 || (g_ascii_xdigit_value (mac->str[1]) & 1) || strcmp (mac->str, "00:00:00:00:00:00") == 0)
    return NULL;

  return g_string_free_and_steal (g_steal_pointer (&mac));
}

AetherImportNetwork *
aether_import_machine_add_network (AetherImportMachine *self, AetherImportNetworkMode mode, const char *model, const char *mac)
{
  AetherImportNetwork *network;

  if (self->networks->len >= AETHER_IMPORT_MOST_CARDS)
    {
      aether_import_machine_lose (self, "networks");
      return NULL;
    }

  network = g_new0 (AetherImportNetwork, 1);
  network->mode = mode;
  network->model = model && *model ? g_ascii_strdown (model, -1) : NULL;
  network->mac = normal_mac (mac);
  network->forwards = g_ptr_array_new_with_free_func (forward_free);
  g_ptr_array_add (self->networks, network);

  return network;
}

void
aether_import_machine_add_forward (AetherImportMachine *self, AetherImportNetwork *network, const char *protocol,
                                   const char *address, const char *host_port, const char *guest_port)
{
  g_autoptr(GInetAddress) parsed = NULL;
  AetherImportForward *forward;
  guint64 from = 0, to = 0;

  aether_import_number (host_port, 65535, &from);
  aether_import_number (guest_port, 65535, &to);
  if (from == 0 || to == 0 || network->forwards->len >= MOST_FORWARDS)
    {
      aether_import_machine_note (self, AETHER_SEVERITY_WARNING, "import.forward",
                                  _("A forwarded port (%s to %s) is not taken over."),
                                  host_port && *host_port ? host_port : "?", guest_port && *guest_port ? guest_port : "?");
      return;
    }

  forward = g_new0 (AetherImportForward, 1);
  forward->protocol = protocol && g_ascii_strcasecmp (protocol, "udp") == 0 ? AETHER_PROTOCOL_UDP : AETHER_PROTOCOL_TCP;
  /* Whether others on the network may come is the user's to say, not the file's */
  parsed = address ? g_inet_address_new_from_string (address) : NULL;
  forward->address = parsed && g_inet_address_get_is_loopback (parsed) ? g_strdup (address) : NULL;
  forward->host_port = (guint) from;
  forward->guest_port = (guint) to;
  g_ptr_array_add (network->forwards, forward);
}

/* --- values --------------------------------------------------------------- */

gboolean
aether_import_number (const char *text, guint64 most, guint64 *number)
{
  g_autofree char *stripped = text ? g_strstrip (g_strdup (text)) : NULL;

  return stripped && g_ascii_string_to_unsigned (stripped, 10, 0, most, number, NULL);
}

void
aether_import_take_count (guint *number, const char *text, guint most)
{
  guint64 value;

  if (aether_import_number (text, most, &value) && value > 0)
    *number = (guint) value;
}

void
aether_import_take_text (char **to, const char *text, gsize most)
{
  g_autofree char *valid = text ? g_utf8_make_valid (text, -1) : NULL;
  const char *end;

  if (valid == NULL)
    return;

  g_strstrip (valid);
  if (strlen (valid) > most)
    {
      end = g_utf8_find_prev_char (valid, valid + most + 1);
      valid[end ? end - valid : 0] = '\0';
    }
  if (*valid)
    g_set_str (to, valid);
}

gboolean
aether_import_is_true (const char *text)
{
  static const char * const yes[] = { "true", "yes", "on", "1", NULL };
  g_autofree char *lower = text ? g_ascii_strdown (text, -1) : NULL;

  return lower && g_strv_contains (yes, g_strstrip (lower));
}

int
aether_import_look_up (const AetherImportWord *words, guint n_words, const char *word, int fallback)
{
  for (guint i = 0; word && i < n_words; i++)
    if (g_ascii_strcasecmp (words[i].theirs, word) == 0)
      return words[i].ours;

  return fallback;
}

char *
aether_import_text (const char *data, gsize length, GError **error)
{
  if (length > AETHER_IMPORT_MOST_TEXT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("It is too long for the description of a machine."));
  else if (length > 0 && memchr (data, '\0', length) != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("It is no text, as the description of a machine is."));
  else
    return length > 0 ? g_utf8_make_valid (data, length) : g_strdup ("");

  return NULL;
}
