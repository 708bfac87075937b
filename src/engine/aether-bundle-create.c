/* aether-bundle-create.c - making a bundle, and writing its machine.json
 *
 * A bundle is filled under a name that no scan lists, then takes its own name
 * in one step: nobody ever sees half of one.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-bundle-private.h"

#include "aether-consent.h"
#include "aether-lock.h"
#include "aether-store.h"
#include "aether-tree.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_NAME_BYTES 200     /* leaves room for " 2.aether" in a file name's 255 */
#define MOST_TRIES      10000   /* "Debian 10000.aether" */

/* --- names --------------------------------------------------------------- */

/* DOS device names, with or without an extension: no folder on Windows. */
static gboolean
is_reserved (const char *name)
{
  return g_regex_match_simple ("^(con|prn|aux|nul|com[0-9]|lpt[0-9])([ .]|$)", name, G_REGEX_CASELESS, 0);
}

/* A folder's name from a machine's, safe on every file system a bundle may be
 * carried to. */
static char *
folder_name (const char *name)
{
  g_autoptr(GString) safe = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gsize length = g_utf8_next_char (p) - p;

      if (safe->len + length > MOST_NAME_BYTES)
        break;
      if (g_unichar_iscntrl (c))
        continue;
      if (c < 0x80 && strchr ("/\\:*?\"<>|", c) != NULL)
        g_string_append_c (safe, '-');
      else if (safe->len > 0 || (c != '.' && c != ' '))   /* a leading dot hides it */
        g_string_append_len (safe, p, length);
    }

  while (safe->len > 0 && strchr (" .", safe->str[safe->len - 1]) != NULL)
    g_string_truncate (safe, safe->len - 1);

  if (safe->len == 0)
    /* Translators: the folder of a machine whose name has no letter that a file name may have */
    g_string_assign (safe, _("Untitled"));
  else if (is_reserved (safe->str))
    g_string_prepend_c (safe, '_');

  return g_string_free_and_steal (g_steal_pointer (&safe));
}

/* --- staging ------------------------------------------------------------- */

/**
 * _aether_bundle_stage:
 *
 * Returns: (transfer full): a new empty folder in @directory (which is made when
 *   it is not there) that no scan lists, for _aether_bundle_publish(); hold its
 *   .lock while you fill it
 */
char *
_aether_bundle_stage (const char *directory, GError **error)
{
  g_autofree char *path = NULL;

  if (g_mkdir_with_parents (directory, 0700) == 0)
    {
      _aether_bundle_clean (directory);
      for (int i = 0; i < 100; i++)
        {
          g_free (path);
          path = g_strdup_printf ("%s/.%08x" AETHER_STORE_TEMP_SUFFIX, directory, g_random_int ());
          if (g_mkdir (path, 0700) == 0)
            return g_steal_pointer (&path);
          if (errno != EEXIST)
            break;
        }
    }

  aether_store_set_error (error, errno);
  return NULL;
}

/**
 * _aether_bundle_publish:
 * @staged: from _aether_bundle_stage(), in @directory
 * @name: of the machine
 *
 * Returns: (transfer full): the path it has from now on
 */
char *
_aether_bundle_publish (const char *staged, const char *directory, const char *name, GError **error)
{
  g_autofree char *folder = folder_name (name);
  g_autofree char *absolute = g_canonicalize_filename (directory, NULL);

  for (int i = 1; i <= MOST_TRIES; i++)
    {
      g_autofree char *file = i == 1 ? g_strconcat (folder, AETHER_BUNDLE_SUFFIX, NULL)
                                     : g_strdup_printf ("%s %d" AETHER_BUNDLE_SUFFIX, folder, i);
      g_autofree char *path = g_build_filename (absolute, file, NULL);

      if (aether_store_rename_new (staged, path))
        return g_steal_pointer (&path);
      if (errno != EEXIST && errno != ENOTEMPTY)
        break;
    }

  aether_store_set_error (error, errno);
  return NULL;
}

/* Removes what those staged who were killed half-way. */
void
_aether_bundle_clean (const char *directory)
{
  g_autoptr(GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (aether_store_is_temp (name))
      {
        g_autofree char *path = g_build_filename (directory, name, NULL);
        g_autofree char *lock_path = g_build_filename (path, ".lock", NULL);
        struct stat st;
        int lock;

        /* A minute: one that was made just now may not be locked yet */
        if (lstat (path, &st) < 0 || !S_ISDIR (st.st_mode) || st.st_mtime > g_get_real_time () / G_USEC_PER_SEC - 60)
          continue;

        lock = aether_lock_take (lock_path, NULL);
        if (lock < 0)
          continue;
        aether_tree_remove (path, NULL);
        close (lock);
      }
}

/* --- writing ------------------------------------------------------------- */

/* @file as it looks from inside the bundle, or NULL when it lies outside. */
static char *
inside_bundle (const char *file, const char *path)
{
  g_autofree char *plain = g_canonicalize_filename (file, path);
  char *real = realpath (path, NULL);
  const char *roots[] = { path, real };
  char *inside = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (roots) && inside == NULL; i++)
    {
      gsize length = roots[i] != NULL ? strlen (roots[i]) : 0;

      if (length > 0 && strncmp (plain, roots[i], length) == 0 && plain[length] == '/')
        inside = g_strdup (plain + length + 1);
    }
  free (real);

  return inside;
}

gboolean
_aether_bundle_holds (const char *path, const char *file)
{
  g_autofree char *inside = inside_bundle (file, path);

  return inside != NULL;
}

static void
normalize (gpointer object, const char *property, const char *path)
{
  g_autofree char *file = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *inside = NULL;

  g_object_get (object, property, &file, NULL);
  if (file == NULL)
    return;

  plain = g_canonicalize_filename (file, path);
  inside = inside_bundle (plain, path);
  g_object_set (object, property, inside != NULL ? inside : plain, NULL);
}

/* What lies inside is named relative to the bundle, so that it can be moved;
 * what lies outside by its whole path, for the same reason. */
void
_aether_bundle_normalize_paths (const char *path, AetherMachine *machine)
{
  normalize (machine->firmware, "kernel", path);
  normalize (machine->firmware, "initrd", path);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (machine->drives)); i++)
    {
      g_autoptr(AetherDrive) drive = g_list_model_get_item (G_LIST_MODEL (machine->drives), i);

      normalize (drive, "file", path);
    }
}

gboolean
_aether_bundle_write (const char *path, AetherMachine *machine, GError **error)
{
  g_autofree char *file = g_build_filename (path, "machine.json", NULL);
  g_autofree char *data = NULL;
  g_autoptr(GError) cause = NULL;
  gsize length;

  if (!aether_machine_validate (machine, &cause))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   g_str_has_suffix (cause->message, ".") ? _("Could not save “%s”: %s") : _("Could not save “%s”: %s."),
                   machine->name ? machine->name : "", cause->message);
      return FALSE;
    }

  _aether_bundle_normalize_paths (path, machine);
  data = aether_machine_to_data (machine, &length);
  if (aether_store_write (file, data, length, AETHER_STORE_DURABLE, error))
    return TRUE;

  g_prefix_error (error, _("Could not save “%s”. "), machine->name);
  return FALSE;
}

static gboolean
write_basics (const char *staged, AetherMachine *machine, GError **error)
{
  /* What every machine will have; firmware/ and tpm/ come with their first file */
  static const char * const folders[] = { "disks", "logs" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (staged, folders[i], NULL);

      if (g_mkdir (folder, 0700) < 0)
        {
          aether_store_set_error (error, errno);
          g_prefix_error (error, _("Could not save “%s”. "), machine->name);
          return FALSE;
        }
    }

  return _aether_bundle_write (staged, machine, error);
}

/* The lock says that somebody works on it, however long that takes: see _aether_bundle_clean() */
static gboolean
fill_locked (const char *staged, AetherBundleFill fill, gpointer data, GError **error)
{
  g_autofree char *lock_path = g_build_filename (staged, ".lock", NULL);
  int lock = aether_lock_take (lock_path, error);
  gboolean filled = lock >= 0 && fill (staged, data, error);

  if (lock >= 0)
    close (lock);

  return filled;
}

AetherBundle *
_aether_bundle_create_filled (const char *directory, AetherMachine *machine,
                              AetherBundleFill fill, gpointer data, GError **error)
{
  g_autofree char *staged = NULL;
  g_autofree char *path = NULL;
  AetherBundle *bundle;

  if (!aether_machine_check_name (machine->name, error))
    return NULL;

  staged = _aether_bundle_stage (directory, error);
  if (staged == NULL)
    {
      g_prefix_error (error, _("Could not make “%s” in %s. "), machine->name, directory);
      return NULL;
    }

  if (!write_basics (staged, machine, error) ||
      (fill != NULL && !fill_locked (staged, fill, data, error)))
    {
      aether_tree_remove (staged, NULL);
      return NULL;
    }

  path = _aether_bundle_publish (staged, directory, machine->name, error);
  if (path == NULL)
    {
      g_prefix_error (error, _("Could not make “%s” in %s. "), machine->name, directory);
      aether_tree_remove (staged, NULL);
      return NULL;
    }

  bundle = aether_bundle_new (path);
  aether_consent_own (bundle, machine, NULL);

  return bundle;
}

/**
 * aether_bundle_create:
 * @directory: (type filename): made when it is not there
 * @machine: its "name" also names the folder, as far as a file name can hold it
 *
 * Fails as aether_bundle_save() does.
 *
 * Returns: (transfer full): the new bundle
 */
AetherBundle *
aether_bundle_create (const char *directory, AetherMachine *machine, GError **error)
{
  g_return_val_if_fail (directory != NULL, NULL);
  g_return_val_if_fail (AETHER_IS_MACHINE (machine), NULL);

  return _aether_bundle_create_filled (directory, machine, NULL, NULL, error);
}
