/* cmd-download.c - aetherctl download
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"

#include "aether-disk-image.h"
#include "aether-download-record.h"
#include "aether-follower.h"
#include "aether-http.h"
#include "aether-journal.h"
#include "aether-media-file.h"
#include "aether-signature.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOST_CONNECTIONS 32
#define MOST_RETRIES     1000
#define MOST_STALL       3600   /* seconds */

static gboolean json;
static gboolean no_reserve;
static gboolean no_unpack;
static gboolean allow_plain;
static char *output;
static char *checksum;
static char *sha256;
static char *sha512;
static char *checksums;
static char *signature;
static char *keyring;
static char *minisign_key;
static char *minisign_url;
static char *connections_text;
static char *limit_text;
static char *retries_text;
static char *stall_text;
static char **mirrors;

const GOptionEntry cmd_download_options[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The file to make (default: its own name, among the media)"), N_("FILE") },
  { "sha256", 0, 0, G_OPTION_ARG_FILENAME, &sha256, N_("The checksum that it must have"), N_("HEX") },
  { "sha512", 0, 0, G_OPTION_ARG_FILENAME, &sha512, N_("The checksum that it must have"), N_("HEX") },
  { "checksum", 0, 0, G_OPTION_ARG_FILENAME, &checksum, N_("The same of any kind: KIND:HEX"), N_("CHECKSUM") },
  { "checksums", 0, 0, G_OPTION_ARG_FILENAME, &checksums, N_("A list of checksums that names the file"), N_("URL") },
  { "signature", 0, 0, G_OPTION_ARG_FILENAME, &signature, N_("The OpenPGP signature of that list, when it is not inside"), N_("URL") },
  { "keyring", 0, 0, G_OPTION_ARG_FILENAME, &keyring, N_("The keys that may have signed it"), N_("FILE") },
  { "minisign-key", 0, 0, G_OPTION_ARG_FILENAME, &minisign_key, N_("The minisign key that must have signed the file"), N_("KEY") },
  { "minisign-url", 0, 0, G_OPTION_ARG_FILENAME, &minisign_url, N_("That signature (default: the address and .minisig)"), N_("URL") },
  { "mirror", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &mirrors, N_("Another place of the same file; may be repeated"), N_("URL") },
  { "connections", 'x', 0, G_OPTION_ARG_FILENAME, &connections_text, N_("At most so many at once (default: 8)"), N_("NUMBER") },
  { "limit", 0, 0, G_OPTION_ARG_FILENAME, &limit_text, N_("Bytes a second, as in 2M"), N_("SPEED") },
  { "retries", 0, 0, G_OPTION_ARG_FILENAME, &retries_text, N_("Failures in a row until it gives up (default: 6)"), N_("NUMBER") },
  { "stall", 0, 0, G_OPTION_ARG_FILENAME, &stall_text, N_("Seconds of silence until a connection is made anew (default: 20)"), N_("SECONDS") },
  { "no-unpack", 0, 0, G_OPTION_ARG_NONE, &no_unpack, N_("Leave a compressed file (xz, zst, gz, bz2, zip) as it is"), NULL },
  { "no-reserve", 0, 0, G_OPTION_ARG_NONE, &no_reserve, N_("Do not take room on the disk before"), NULL },
  { "allow-http", 0, 0, G_OPTION_ARG_NONE, &allow_plain, N_("Follow an https address to one without encryption"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

/* --- progress -------------------------------------------------------------------- */

static char *
describe_left (gint64 seconds)
{
  if (seconds < 0)
    return g_strdup ("");
  if (seconds < 60)
    /* Translators: seconds */
    return g_strdup_printf (_("%d s left"), (int) seconds);
  if (seconds < 3600)
    /* Translators: minutes and seconds */
    return g_strdup_printf (_("%d min %02d s left"), (int) (seconds / 60), (int) (seconds % 60));
  /* Translators: hours and minutes */
  return g_strdup_printf (_("%d h %02d min left"), (int) MIN (seconds / 3600, 9999), (int) (seconds / 60 % 60));
}

static char *
describe_progress (const AetherDownloadProgress *progress)
{
  g_autofree char *received = g_format_size (progress->received);
  g_autofree char *size = NULL, *speed = NULL, *left = NULL;

  if (progress->phase == AETHER_DOWNLOAD_CONNECTING)
    return g_strdup (_("Connecting…"));
  if (progress->phase == AETHER_DOWNLOAD_VERIFYING)
    return g_strdup (_("Verifying…"));

  speed = g_format_size (progress->speed);
  left = describe_left (progress->left);
  if (progress->size == G_MAXUINT64)
    /* Translators: "1.2 GB, 20 MB/s" */
    return g_strdup_printf (_("%s, %s/s"), received, speed);

  size = g_format_size (progress->size);
  /* Translators: "45 %, 1.2 GB of 4.7 GB, 20 MB/s, 3 min 12 s left" */
  return g_strdup_printf (_("%d %%, %s of %s, %s/s  %s"),
                          (int) (progress->size ? 100 * progress->received / progress->size : 100),
                          received, size, speed, left);
}

void
cmd_download_show_progress (AetherDownload *download)
{
  AetherDownloadProgress progress;
  g_autofree char *line = NULL;

  aether_download_get_progress (download, &progress);
  if (progress.phase == AETHER_DOWNLOAD_IDLE || progress.phase == AETHER_DOWNLOAD_DONE)
    {
      fputs ("\r\033[K", stderr);
      return;
    }
  line = describe_progress (&progress);
  fprintf (stderr, "\r\033[K%s", line);
  fflush (stderr);
}

/* --- options --------------------------------------------------------------------- */

static gboolean
set_checksums (AetherDownloadRecord *record, GError **error)
{
  const struct
  {
    const char *kind, *value;
  } all[] = { { "sha256:", sha256 }, { "sha512:", sha512 }, { "", checksum } };
  AetherDigestKind strongest = AETHER_DIGEST_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *text = all[i].value ? g_strconcat (all[i].kind, all[i].value, NULL) : NULL;
      g_autofree char *hex = NULL;
      AetherDigestKind kind;

      if (text == NULL)
        continue;
      if (!aether_digest_parse (text, &kind, &hex, error))
        {
          ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
          return FALSE;
        }
      if (kind >= strongest)
        g_set_str (&record->checksum, text);
      strongest = MAX (kind, strongest);
    }
  if ((signature || keyring) && !(checksums && keyring))
    return ctl_usage (error, _("A signature needs --checksums, what it signs, and --keyring, who may sign."));
  g_set_str (&record->checksum_url, checksums);
  g_set_str (&record->signature_url, signature);
  record->keyring = keyring ? g_canonicalize_filename (keyring, NULL) : NULL;
  return TRUE;
}

static gboolean
set_minisign (AetherDownloadRecord *record, const char *url, GError **error)
{
  if (minisign_key == NULL && minisign_url)
    return ctl_usage (error, _("A minisign signature needs --minisign-key, who may sign."));
  if (minisign_key == NULL)
    return TRUE;

  record->minisign_key = aether_signature_read_minisign_key (minisign_key, error);
  if (record->minisign_key == NULL)
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return FALSE;
    }
  record->minisign_url = minisign_url ? g_strdup (minisign_url) : g_strconcat (url, ".minisig", NULL);
  return TRUE;
}

static gboolean
set_numbers (AetherDownload *download, GError **error)
{
  guint connections = 8, retries = 6, stall = 20;
  guint64 limit = 0;

  if ((connections_text &&
       !ctl_parse_uint ("--connections", connections_text, 1, MOST_CONNECTIONS, &connections, error)) ||
      (retries_text && !ctl_parse_uint ("--retries", retries_text, 0, MOST_RETRIES, &retries, error)) ||
      (stall_text && !ctl_parse_uint ("--stall", stall_text, 1, MOST_STALL, &stall, error)))
    return FALSE;
  if (limit_text && !aether_parse_size (limit_text, &limit, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return FALSE;
    }

  aether_download_set_connections (download, connections);
  aether_download_set_retries (download, retries, stall);
  aether_download_set_limit (download, limit);
  return TRUE;
}

/* A compressed file is unpacked when that is what the wanted name says. */
static gboolean
should_unpack (const char *url)
{
  g_autofree char *name = aether_http_dup_name (url);

  return !no_unpack && name && aether_follower_is_packed (name, NULL) &&
         !(output && aether_follower_is_packed (output, NULL));
}

static AetherDownloadRecord *
make_record (const char *url, GError **error)
{
  g_autofree char *clean = aether_http_check_url (url, NULL, NULL, error);
  g_autoptr(AetherDownloadRecord) record = NULL;
  g_autofree char *path = NULL;
  gboolean unpack;

  if (clean == NULL)
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return NULL;
    }

  unpack = should_unpack (clean);
  path = output ? g_canonicalize_filename (output, NULL) : aether_download_choose_path (clean, &unpack, error);
  if (path == NULL)
    {
      g_prefix_error (error, _("Name a file with --output. "));
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return NULL;
    }

  record = aether_download_record_new (url, path);
  record->unpack = unpack;
  record->allow_plain = allow_plain;
  record->no_reserve = no_reserve;
  record->mirrors = g_strdupv (mirrors);
  if (!set_checksums (record, error) || !set_minisign (record, url, error))
    return NULL;
  return g_steal_pointer (&record);
}

/* So that "downloads" and the window know of it. One that somebody else fetches is his. */
static gboolean
remember (AetherDownloadRecord *record)
{
  AetherJournalFacts facts;
  AetherSegments segments;
  gboolean active = FALSE;

  aether_journal_peek (record->path, &facts, &segments, &active);
  aether_journal_facts_clear (&facts);
  if (active || g_file_test (record->path, G_FILE_TEST_EXISTS))
    return FALSE;

  /* It is fetched all the same when that cannot be written. */
  aether_download_record_save (record, NULL);
  return TRUE;
}

/* What is unfinished is kept in mind, until the next time. */
static void
remember_end (AetherDownloadRecord *record, const GError *error)
{
  AetherJournalFacts facts;
  AetherSegments segments;
  gboolean active = FALSE, unfinished;

  unfinished = error && aether_journal_peek (record->path, &facts, &segments, &active);
  if (error)
    aether_journal_facts_clear (&facts);
  if (!unfinished)
    {
      aether_download_record_remove (record->path);
      return;
    }

  record->paused = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (!record->paused)
    g_set_str (&record->error, error->message);
  aether_download_record_save (record, NULL);
}

static void
print_result (AetherDownload *download)
{
  g_autoptr(JsonBuilder) builder = NULL;
  AetherDigestKind kind;
  gboolean verified;
  const char *hex = aether_download_get_checksum (download, &kind, &verified);
  const char *path = aether_download_get_path (download);

  if (!json)
    {
      ctl_print (CTL_STYLE_PLAIN, "%s", path);
      if (!verified)
        ctl_print (CTL_STYLE_DIM, "%s %s", aether_digest_get_name (kind), hex);
      return;
    }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  ctl_json_string (builder, "path", path);
  ctl_json_string (builder, "url", aether_download_get_url (download));
  ctl_json_string (builder, "checksum-kind", aether_digest_get_name (kind));
  ctl_json_string (builder, "checksum", hex);
  json_builder_set_member_name (builder, "verified");
  json_builder_add_boolean_value (builder, verified);
  json_builder_end_object (builder);
  ctl_print_json (json_builder_get_root (builder));
}

gboolean
cmd_download_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherDownloadRecord) record = make_record (args[0], error);
  g_autoptr(AetherDownload) download = record ? aether_download_record_open (record, error) : NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) failure = NULL;
  AetherDigestKind kind;
  gboolean ours, verified;
  const char *hex;

  if (download == NULL || !set_numbers (download, error))
    return FALSE;

  if (isatty (STDERR_FILENO))
    g_signal_connect (download, "progress", G_CALLBACK (cmd_download_show_progress), NULL);
  ours = remember (record);
  aether_download_run_async (download, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  aether_download_run_finish (download, result, &failure);
  if (ours)
    remember_end (record, failure);
  if (failure)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }

  hex = aether_download_get_checksum (download, &kind, &verified);
  aether_media_file_note_download (record->path, kind, record->unpack ? NULL : hex, verified,
                                   aether_download_get_url (download));
  print_result (download);
  return TRUE;
}
