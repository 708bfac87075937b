/* aether-vnc-known.c - which certificates of VNC servers the user said yes to
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-vnc-known.h"

#define KEY "sha256"

static GMutex lock;

static char *
dup_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "aether", "vnc-servers", NULL);
}

/* A group's name may not have brackets; those of IPv6 numbers have. */
static char *
dup_group (const char *id)
{
  return g_uri_escape_string (id, ":/", TRUE);
}

static GKeyFile *
load (void)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autofree char *path = dup_path ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);   /* or there is none yet */
  return g_steal_pointer (&file);
}

char *
aether_vnc_known_lookup (const char *id)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&lock);
  g_autoptr(GKeyFile) file = load ();
  g_autofree char *group = dup_group (id);

  return g_key_file_get_string (file, group, KEY, NULL);
}

gboolean
aether_vnc_known_remember (const char *id, const char *fingerprint, GError **error)
{
  g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&lock);
  g_autoptr(GKeyFile) file = load ();
  g_autofree char *group = dup_group (id);
  g_autofree char *path = dup_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  gsize length;

  g_key_file_set_string (file, group, KEY, fingerprint);
  text = g_key_file_to_data (file, &length, NULL);
  g_mkdir_with_parents (folder, 0700);

  return g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}
