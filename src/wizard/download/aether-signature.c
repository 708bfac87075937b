/* aether-signature.c - who says that a list of checksums, or a file, is right
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-signature.h"

#include "aether-http.h"
#include "aether-store.h"

#include <errno.h>
#include <fcntl.h>
#include <gcrypt.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <string.h>
#include <unistd.h>

#define MOST_KEY_FILE 4096
#define MOST_OLD_FILE (16 << 20)   /* bytes of a file that is signed without a hash */

static gboolean
set_refused (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       _("The signature is not that of the publisher. Do not use this file."));
  return FALSE;
}

/* --- OpenPGP -------------------------------------------------------------------- */

static gboolean
save (const char *folder, const char *name, GBytes *bytes, char **path, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  *path = g_build_filename (folder, name, NULL);
  return g_file_set_contents (*path, data, length, error);
}

static void
remove_folder (const char *folder, char * const *paths, guint n)
{
  for (guint i = 0; i < n; i++)
    if (paths[i])
      unlink (paths[i]);
  rmdir (folder);
}

static gboolean
run_gpgv (const char *keyring, const char *signature, const char *data, const char *output,
          GError **error)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GSubprocess) process = NULL;
  g_autofree char *program = g_find_program_in_path ("gpgv");

  if (program == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _("Signatures cannot be checked, because the program gpgv is not installed."));
      return FALSE;
    }

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *) "--quiet");
  g_ptr_array_add (argv, (char *) "--keyring");
  g_ptr_array_add (argv, (char *) keyring);
  if (signature == NULL)
    {
      g_ptr_array_add (argv, (char *) "--output");
      g_ptr_array_add (argv, (char *) output);
    }
  else
    g_ptr_array_add (argv, (char *) signature);
  g_ptr_array_add (argv, (char *) data);
  g_ptr_array_add (argv, NULL);

  process = g_subprocess_newv ((const char * const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);
  if (process == NULL)
    return FALSE;
  if (g_subprocess_wait_check (process, NULL, NULL))
    return TRUE;
  return set_refused (error);
}

GBytes *
aether_signature_check_pgp (GBytes *data, GBytes *signature, const char *keyring, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("aether-XXXXXX", error);
  g_autofree char *keys = g_canonicalize_filename (keyring, NULL);
  char *paths[3] = { NULL };
  GBytes *signed_bytes = NULL;
  char *text;
  gsize length;

  if (folder == NULL)
    return NULL;

  paths[2] = g_build_filename (folder, "signed", NULL);
  if (save (folder, "data", data, &paths[0], error) &&
      (signature == NULL || save (folder, "signature", signature, &paths[1], error)) &&
      run_gpgv (keys, paths[1], paths[0], paths[2], error))
    {
      /* Only what is inside the signature counts. */
      if (signature)
        signed_bytes = g_bytes_ref (data);
      else if (g_file_get_contents (paths[2], &text, &length, error))
        signed_bytes = g_bytes_new_take (text, length);
    }

  remove_folder (folder, paths, G_N_ELEMENTS (paths));
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_free (paths[i]);
  return signed_bytes;
}

/* --- minisign -------------------------------------------------------------------- */

/* Sizes of the decoded lines: two letters that name the algorithm, eight bytes of key number,
 * then the key or the signature (https://jedisct1.github.io/minisign/). */
#define KEY_LENGTH       (2 + 8 + 32)
#define SIGNATURE_LENGTH (2 + 8 + 64)
#define GLOBAL_LENGTH    64

static guint8 *
decode (const char *text, gsize wanted)
{
  gsize length = 0;
  guint8 *bytes = text ? g_base64_decode (text, &length) : NULL;

  if (length != wanted)
    g_clear_pointer (&bytes, g_free);

  return bytes;
}

/* By GnuTLS: libgcrypt ends the program when the key is no point of the curve, and takes no more
 * than 64 KiB. */
static gboolean
check_ed25519 (const guint8 *key, const guint8 *signature, const void *data, gsize length)
{
  const gnutls_datum_t x = { (guint8 *) key, 32 };
  const gnutls_datum_t signed_data = { (guint8 *) data, length };
  const gnutls_datum_t what = { (guint8 *) signature, 64 };
  gnutls_pubkey_t pubkey;
  gboolean good;

  if (gnutls_pubkey_init (&pubkey) < 0)
    return FALSE;
  good = gnutls_pubkey_import_ecc_raw (pubkey, GNUTLS_ECC_CURVE_ED25519, &x, NULL) == 0 &&
         gnutls_pubkey_verify_data2 (pubkey, GNUTLS_SIGN_EDDSA_ED25519, 0, &signed_data, &what) >= 0;
  gnutls_pubkey_deinit (pubkey);

  return good;
}

/* BLAKE2b-512 of a file */
static gboolean
hash_file (const char *path, guint8 hash[64], GError **error)
{
  g_autofree char *block = g_malloc (1 << 20);
  gcry_md_hd_t md;
  gssize n = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0 || gcry_md_open (&md, GCRY_MD_BLAKE2B_512, 0) != 0)
    {
      aether_store_set_error (error, fd < 0 ? errno : ENOTSUP);
      if (fd >= 0)
        close (fd);
      return FALSE;
    }
  while ((n = read (fd, block, 1 << 20)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      gcry_md_write (md, block, n);
  if (n < 0)
    aether_store_set_error (error, errno);
  memcpy (hash, gcry_md_read (md, GCRY_MD_BLAKE2B_512), 64);
  gcry_md_close (md);
  close (fd);

  return n == 0;
}

char *
aether_signature_read_minisign_key (const char *text, GError **error)
{
  g_autofree char *contents = aether_store_read (text, MOST_KEY_FILE, NULL, NULL);
  g_auto(GStrv) lines = g_strsplit (contents ? contents : text, "\n", 4);

  /* A comment, and the key in the last line that is one */
  for (guint i = g_strv_length (lines); i-- > 0;)
    {
      g_autofree guint8 *key = decode (g_strstrip (lines[i]), KEY_LENGTH);

      if (key && memcmp (key, "Ed", 2) == 0)
        return g_strdup (lines[i]);
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _("“%s” is neither a minisign key, which begins with RW, nor a file with one."), text);
  return NULL;
}

gboolean
aether_signature_check_minisign (const char *path, GBytes *signature_file, const char *key_text,
                                 GError **error)
{
  g_autofree char *text = aether_http_dup_text (signature_file);
  g_auto(GStrv) lines = g_strsplit (text, "\n", 6);
  g_autofree guint8 *key = decode (key_text, KEY_LENGTH);
  g_autofree guint8 *signature = NULL, *global = NULL;
  g_autofree char *contents = NULL;
  g_autofree guint8 *whole = NULL;
  guint8 hash[64];
  gsize length = 0, comment_length;
  gboolean good;

  static const char trusted[] = "trusted comment: ";

  if (!gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P))
    gcry_check_version (NULL);

  if (g_strv_length (lines) < 4 || key == NULL || !g_str_has_prefix (lines[2], trusted))
    return set_refused (error);
  signature = decode (g_strstrip (lines[1]), SIGNATURE_LENGTH);
  global = decode (g_strstrip (lines[3]), GLOBAL_LENGTH);
  if (signature == NULL || global == NULL || memcmp (key, "Ed", 2) != 0 || memcmp (key + 2, signature + 2, 8) != 0)
    return set_refused (error);

  if (memcmp (signature, "ED", 2) == 0)
    {
      if (!hash_file (path, hash, error))
        return FALSE;
      good = check_ed25519 (key + 10, signature + 10, hash, sizeof hash);
    }
  else
    {
      contents = aether_store_read (path, MOST_OLD_FILE, &length, error);
      if (contents == NULL)
        {
          g_prefix_error (error, _("Its signature is of the old kind that is made over the whole file. "));
          return FALSE;
        }
      good = memcmp (signature, "Ed", 2) == 0 && check_ed25519 (key + 10, signature + 10, contents, length);
    }

  /* The comment is signed together with the signature. */
  g_strchomp (lines[2]);
  comment_length = strlen (lines[2]) - strlen (trusted);
  whole = g_malloc (64 + comment_length);
  memcpy (whole, signature + 10, 64);
  memcpy (whole + 64, lines[2] + strlen (trusted), comment_length);
  good = good && check_ed25519 (key + 10, global, whole, 64 + comment_length);

  return good || set_refused (error);
}
