/* aether-consent-list.c - what a machine reaches for beyond its own folder
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-consent.h"

#include "aether-bundle-private.h"
#include "aether-disk-layers.h"
#include "aether-saved-state.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  AetherBundle *bundle;
  gboolean      settings_only;
  AetherMachine *known;         /* (nullable): files that it names, too, are not looked at: one may be far away */
  GPtrArray    *items;
} Collect;

static void
item_free (gpointer data)
{
  AetherConsentItem *item = data;

  g_free (item->title);
  g_free (item->detail);
  g_free (item->key);
  g_free (item);
}

AetherConsentItem *
aether_consent_find (GPtrArray *items, const char *key)
{
  for (guint i = 0; i < items->len; i++)
    if (g_str_equal (((AetherConsentItem *) items->pdata[i])->key, key))
      return items->pdata[i];

  return NULL;
}

char *
aether_consent_file_key (const char *path, gboolean written)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/ ", TRUE);

  return g_strconcat (written ? "write " : "read ", escaped, NULL);
}

/* Takes the strings; each key once. */
static void
add (Collect *collect, AetherConsentKind kind, char *title, char *detail, char *key)
{
  AetherConsentItem *item = g_new0 (AetherConsentItem, 1);

  *item = (AetherConsentItem) { kind, title, detail, key };
  if (aether_consent_find (collect->items, key))
    item_free (item);
  else
    g_ptr_array_add (collect->items, item);
}

static void
add_arguments (Collect *collect, AetherMachine *machine)
{
  g_autoptr(GString) line = g_string_new (NULL);
  g_autofree char *sum = NULL;

  for (char **argument = machine->qemu->arguments; argument && *argument; argument++)
    {
      g_autofree char *quoted = g_shell_quote (*argument);

      g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", quoted);
    }
  if (line->len == 0)
    return;

  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, line->str, line->len);
  add (collect, AETHER_CONSENT_ARGUMENTS, g_strdup (_("Arguments of its own for QEMU, which may do anything that you may")),
       g_strdup (line->str), g_strconcat ("arguments ", sum, NULL));
}

static void
add_file (Collect *collect, const char *path, gboolean written)
{
  g_autofree char *shown = g_filename_display_name (path);

  add (collect, AETHER_CONSENT_FILE, written ? g_strdup (_("A file outside of its folder, to read and to change"))
                                             : g_strdup (_("A file outside of its folder, to read")),
       g_steal_pointer (&shown), aether_consent_file_key (path, written));
}

/* Layers below are only read. */
static gboolean
is_of_top (const AetherDiskLayer *layer, const char *path)
{
  return layer == NULL || g_str_equal (layer->path, path) ||
         g_ptr_array_find_with_equal_func (layer->extents, path, g_str_equal, NULL);
}

/* QEMU knows kinds that we cannot read the names in. */
static void
add_image (Collect *collect, const char *path, const GError *error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/ ", TRUE);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||           /* there is no such file to open */
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))     /* for QEMU neither */
    return;

  add (collect, AETHER_CONSENT_IMAGE, g_strdup (_("A disk that may use other files")), g_strdup (error->message),
       g_strconcat ("image ", escaped, NULL));
}

static gboolean
is_written (AetherDrive *drive)
{
  return drive->kind != AETHER_DRIVE_CDROM && !drive->read_only;
}

static gboolean
names (AetherMachine *machine, const char *file, gboolean written)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      if (g_strcmp0 (drive->file, file) == 0 && is_written (drive) == written)
        return TRUE;
    }

  return !written && (g_strcmp0 (machine->firmware->kernel, file) == 0 ||
                      g_strcmp0 (machine->firmware->initrd, file) == 0);
}

/* Follows links: one inside may lead outside. */
static void
look_at (Collect *collect, const char *file, const char *format, gboolean written)
{
  g_autofree char *path = file && *file ? aether_bundle_resolve (collect->bundle, file) : NULL;
  g_autoptr(AetherDiskPlace) place = NULL;
  g_autoptr(AetherDiskLayer) layer = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *real = NULL;
  gboolean is_known = path && collect->known && names (collect->known, file, written);
  char *found = path && !is_known ? realpath (path, NULL) : NULL;
  struct stat st;

  /* The user may name what is still to come */
  if (found == NULL && path && !is_known && collect->settings_only &&
      !_aether_bundle_holds (aether_bundle_get_path (collect->bundle), path))
    add_file (collect, path, written);
  if (found == NULL)
    return;

  real = g_strdup (found);
  free (found);
  place = aether_disk_place_new (aether_bundle_get_path (collect->bundle), TRUE);
  place->as_named = TRUE;
  if (stat (real, &st) == 0 && !S_ISREG (st.st_mode))
    {
      add_file (collect, real, written);   /* a disk of this computer */
      return;
    }

  if (collect->settings_only)
    g_free (aether_disk_place_resolve (place, aether_bundle_get_path (collect->bundle), path, NULL));
  else if (!(layer = aether_disk_layer_open (place, aether_bundle_get_path (collect->bundle), path, format, &error)))
    add_image (collect, real, error);

  for (guint i = 0; i < place->outside->len; i++)
    add_file (collect, place->outside->pdata[i], written && is_of_top (layer, place->outside->pdata[i]));
}

static void
add_state (Collect *collect)
{
  g_autofree char *identity = aether_saved_state_dup_identity (aether_bundle_get_path (collect->bundle));

  if (identity == NULL)
    return;

  add (collect, AETHER_CONSENT_STATE, g_strdup (_("A saved state that was not saved on this computer, or was copied or changed since")),
       g_strdup (_("Nobody can check what is in it. Without it the machine starts anew.")),
       g_strconcat ("state ", identity, NULL));
}

/* Only this computer can reach what listens on its loopback, which is where nothing else is said. */
static gboolean
is_loopback (const char *address)
{
  g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string (address);

  return *address == '\0' || (parsed && g_inet_address_get_is_loopback (parsed));
}

static void
add_ports (Collect *collect, AetherNetwork *network)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (network->forwards)); i++)
    {
      g_autoptr(AetherPortForward) forward = g_list_model_get_item (G_LIST_MODEL (network->forwards), i);
      const char *protocol = forward->protocol == AETHER_PROTOCOL_UDP ? "UDP" : "TCP";
      const char *address = forward->host_address ? forward->host_address : "";

      if (!is_loopback (address))
        add (collect, AETHER_CONSENT_PORT, g_strdup (_("A port of this computer, open to others on the network")),
             g_strdup_printf ("%s %s:%u", protocol, address, forward->host_port),
             g_strdup_printf ("port %s %s %u", protocol, address, forward->host_port));
    }
}

static void
add_devices (Collect *collect, AetherMachine *machine)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->networks)); i++)
    {
      g_autoptr(AetherNetwork) network = g_list_model_get_item (G_LIST_MODEL (machine->networks), i);

      add_ports (collect, network);
    }
  if (machine->sound->microphone && machine->sound->card != AETHER_SOUND_CARD_NONE)
    add (collect, AETHER_CONSENT_MICROPHONE, g_strdup (_("The microphone")),
         g_strdup (_("The system in the machine hears what it hears.")), g_strdup ("microphone"));
}

GPtrArray *
_aether_consent_collect (AetherBundle *bundle, AetherMachine *machine, gboolean settings_only, AetherMachine *known)
{
  Collect collect = { bundle, settings_only, known, g_ptr_array_new_with_free_func (item_free) };

  add_arguments (&collect, machine);
  add_devices (&collect, machine);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      look_at (&collect, drive->file, drive->format && *drive->format ? drive->format : "raw", is_written (drive));
    }
  look_at (&collect, machine->firmware->kernel, "raw", FALSE);
  look_at (&collect, machine->firmware->initrd, "raw", FALSE);

  /* Which every machine with UEFI has, and none names */
  if (!settings_only)
    {
      look_at (&collect, AETHER_BUNDLE_VARS, "qcow2", TRUE);
      add_state (&collect);
    }

  return collect.items;
}
