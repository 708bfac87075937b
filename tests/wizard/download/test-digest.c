/* test-digest.c - checksums and the files that list them
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-digest.h"
#include "aether-signature.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define ABC_256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ABC_MD5 "900150983cd24fb0d6963f7d28e17f72"
#define ABC_SHA1 "a9993e364706816aba3e25717850c26c9cd0d89d"
#define ABC_512 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" \
                "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
#define OTHER   "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_values (void)
{
  static const struct
  {
    AetherDigestKind kind;
    const char      *hex;
  } cases[] = {
    { AETHER_DIGEST_MD5, ABC_MD5 },
    { AETHER_DIGEST_SHA1, ABC_SHA1 },
    { AETHER_DIGEST_SHA256, ABC_256 },
    { AETHER_DIGEST_SHA512, ABC_512 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(AetherDigest) digest = aether_digest_new (cases[i].kind);
      g_autofree char *hex = NULL;

      aether_digest_update (digest, "a", 1);
      aether_digest_update (digest, "bc", 2);
      hex = aether_digest_finish (digest);
      g_assert_cmpstr (hex, ==, cases[i].hex);
    }
  g_assert_null (aether_digest_new (AETHER_DIGEST_NONE));
}

static void
test_parse (void)
{
  static const char * const bad[] = { "", "abc", "sha256:", "sha256:" ABC_MD5, "md4:" ABC_MD5, ABC_256 "0",
                                      ABC_256 " ", "sha256:" ABC_256 "x", ":" ABC_256 };
  AetherDigestKind kind;
  char *hex;

  g_assert_true (aether_digest_parse ("SHA-512:" ABC_512, &kind, &hex, NULL));
  g_assert_cmpint (kind, ==, AETHER_DIGEST_SHA512);
  g_free (hex);
  g_assert_true (aether_digest_parse (ABC_SHA1, &kind, &hex, NULL));
  g_assert_cmpint (kind, ==, AETHER_DIGEST_SHA1);
  g_free (hex);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (aether_digest_parse (bad[i], &kind, &hex, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_lists (void)
{
  static const struct
  {
    const char      *list;
    AetherDigestKind kind;
    const char      *hex;
  } cases[] = {
    { ABC_256 "  a.iso\n", AETHER_DIGEST_SHA256, ABC_256 },
    { OTHER "  b.iso\n" ABC_256 " *a.iso\n", AETHER_DIGEST_SHA256, ABC_256 },
    { ABC_256 "  ./images/a.iso\r\n", AETHER_DIGEST_SHA256, ABC_256 },
    { "SHA256 (a.iso) = " ABC_256 "\n", AETHER_DIGEST_SHA256, ABC_256 },
    { "SHA256(a.iso)= " ABC_256 "\n", AETHER_DIGEST_SHA256, ABC_256 },
    { "SHA2-256(dvd/a.iso)= " ABC_256 "\r\n", AETHER_DIGEST_SHA256, ABC_256 },
    { "\xef\xbb\xbf" ABC_256 "  a.iso\n", AETHER_DIGEST_SHA256, ABC_256 },
    { "SHA2-256(b.iso)= " ABC_256 "\n(= \n(\n(a.iso)= \nSHA256(a.iso)=" ABC_256 "\n", AETHER_DIGEST_NONE, NULL },
    { "MD5 (a.iso) = " ABC_MD5 "\nSHA512 (a.iso) = " ABC_512 "\nSHA256 (a.iso) = " ABC_256 "\n",
      AETHER_DIGEST_SHA512, ABC_512 },
    { "# a.iso: 12 bytes\nSHA256 (a.iso) = " ABC_256 "\n", AETHER_DIGEST_SHA256, ABC_256 },
    { ABC_256 "\n", AETHER_DIGEST_SHA256, ABC_256 },
    { "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD  a.iso\n", AETHER_DIGEST_SHA256, ABC_256 },
    { ABC_256 "\n" OTHER "\n", AETHER_DIGEST_NONE, NULL },
    { ABC_256 "  a.iso.torrent\n", AETHER_DIGEST_NONE, NULL },
    { ABC_256 "  b/a.iso/c\n", AETHER_DIGEST_NONE, NULL },
    { "SHA256 (b.iso) = " ABC_256 "\n", AETHER_DIGEST_NONE, NULL },
    { "SHA256 (a.iso) = " ABC_MD5 "\n", AETHER_DIGEST_NONE, NULL },
    { "SHA256 (a.iso) = \n", AETHER_DIGEST_NONE, NULL },
    { " (", AETHER_DIGEST_NONE, NULL },
    { "<html>404</html>", AETHER_DIGEST_NONE, NULL },
    { "", AETHER_DIGEST_NONE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *hex = NULL;

      g_assert_cmpint (aether_digest_find (cases[i].list, "a.iso", &hex), ==, cases[i].kind);
      g_assert_cmpstr (hex, ==, cases[i].hex);
    }
}

static void
test_minisign_nonsense (void)
{
  g_autofree char *path = NULL;
  static const char * const bad[] = { "", "a\nb\nc\nd\n", "untrusted comment: x\nRWQ=\ntrusted comment: y\nAAAA\n" };
  int fd = g_file_open_tmp (NULL, &path, NULL);

  close (fd);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr(GBytes) signature = g_bytes_new_static (bad[i], strlen (bad[i]));
      g_autoptr(GError) error = NULL;

      g_assert_false (aether_signature_check_minisign (path, signature, "RWQ=", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/digest/values", test_values);
  g_test_add_func ("/digest/parse", test_parse);
  g_test_add_func ("/digest/lists", test_lists);
  g_test_add_func ("/digest/minisign-nonsense", test_minisign_nonsense);

  return g_test_run ();
}
