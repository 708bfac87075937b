/* cmd-new.c - aetherctl new: from the name of a system to a machine that has it
 *
 * The medium is looked at before anything is made. A download that was interrupted goes on the
 * next time; of a machine that could not be made nothing is left.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmd.h"
#include "ctl-output.h"
#include "ctl-terminal.h"

#include "aether-cost.h"
#include "aether-disk-image.h"
#include "aether-edition.h"
#include "aether-handover.h"
#include "aether-install-keyring.h"
#include "aether-media-library.h"
#include "aether-medium-check.h"
#include "aether-store.h"

#include <string.h>
#include <unistd.h>

#define MIB            (G_GUINT64_CONSTANT (1) << 20)
#define MOST_KEY_FILE  16384

static gboolean json;
static gboolean unattended;
static gboolean no_start;
static gboolean wait_for_file;
static char *browser_folder;
static gboolean password_stdin;
static gboolean bypass;
static char *medium;
static char *name;
static char *arch;
static char *memory;
static char *cpus;
static char *disk;
static char *user;
static char *real_name;
static char *host_name;
static char *time_zone;
static char *keyboard;
static char *language;
static char *product_key;
static char *ssh_key;
static char *drivers;
static char **packages;
static char **settings;

/* For the keyring, once the machine is there */
static char *kept_user;
static char *kept_password;   /* (nullable) */

const GOptionEntry cmd_new_options[] = {
  { "medium", 0, 0, G_OPTION_ARG_FILENAME, &medium, N_("A disc or disk image, or the name of one among the media (default: fetched)"), N_("FILE") },
  { "wait", 0, 0, G_OPTION_ARG_NONE, &wait_for_file, N_("What only a browser can fetch: wait until it has"), NULL },
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &browser_folder, N_("With --wait: where the browser saves it (default: the folder of downloads)"), N_("FOLDER") },
  { "name", 0, 0, G_OPTION_ARG_FILENAME, &name, N_("Name of the machine (default: the system's)"), N_("NAME") },
  { "arch", 0, 0, G_OPTION_ARG_FILENAME, &arch, N_("x86_64, i386, aarch64 or riscv64 (default: this computer's, when there is one)"), N_("ARCH") },
  { "memory", 0, 0, G_OPTION_ARG_FILENAME, &memory, N_("Memory in MiB (default: what the system likes)"), N_("MB") },
  { "cpus", 0, 0, G_OPTION_ARG_FILENAME, &cpus, N_("Virtual processors"), N_("NUMBER") },
  { "disk", 0, 0, G_OPTION_ARG_FILENAME, &disk, N_("Size of the disk (default: what the system likes)"), N_("SIZE") },
  { "unattended", 0, 0, G_OPTION_ARG_NONE, &unattended, N_("Answer the installer's questions"), NULL },
  { "user", 0, 0, G_OPTION_ARG_FILENAME, &user, N_("Name to log in with (default: yours)"), N_("NAME") },
  { "real-name", 0, 0, G_OPTION_ARG_FILENAME, &real_name, N_("The user's full name"), N_("NAME") },
  { "password-stdin", 0, 0, G_OPTION_ARG_NONE, &password_stdin, N_("Read the user's password from the standard input, one line"), NULL },
  { "ssh-key", 0, 0, G_OPTION_ARG_FILENAME, &ssh_key, N_("A public key that may log in"), N_("FILE") },
  { "host-name", 0, 0, G_OPTION_ARG_FILENAME, &host_name, N_("The system's name in the network (default: the machine's)"), N_("NAME") },
  { "time-zone", 0, 0, G_OPTION_ARG_FILENAME, &time_zone, N_("As Europe/Berlin (default: this computer's)"), N_("ZONE") },
  { "keyboard", 0, 0, G_OPTION_ARG_FILENAME, &keyboard, N_("As de or de+nodeadkeys (default: this computer's)"), N_("LAYOUT") },
  { "language", 0, 0, G_OPTION_ARG_FILENAME, &language, N_("As de_DE.UTF-8 (default: yours)"), N_("LOCALE") },
  { "package", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &packages, N_("A package to install as well; may be repeated"), N_("PACKAGE") },
  { "product-key", 0, 0, G_OPTION_ARG_FILENAME, &product_key, N_("For Windows"), N_("KEY") },
  { "drivers", 0, 0, G_OPTION_ARG_FILENAME, &drivers, N_("A disc with virtio drivers, for Windows"), N_("ISO") },
  { "bypass-requirements", 0, 0, G_OPTION_ARG_NONE, &bypass, N_("Windows 11 without TPM, Secure Boot and enough memory"), NULL },
  { "set", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &settings, N_("Any other setting, as “aetherctl set” takes it; may be repeated"), N_("KEY=VALUE") },
  { "no-start", 0, 0, G_OPTION_ARG_NONE, &no_start, N_("Only make the machine"), NULL },
  CTL_OPTION_JSON (json),
  G_OPTION_ENTRY_NULL
};

static gboolean
check_usage (GError **error)
{
  const char *texts[] = { name, user, real_name, host_name, time_zone, keyboard, language, product_key };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] && !ctl_parse_text (_("The value of an option"), texts[i], error))
      return FALSE;
  if (!ctl_parse_arch (&arch, error))
    return FALSE;
  for (guint i = 0; packages && packages[i]; i++)
    if (!ctl_parse_text ("--package", packages[i], error))
      return FALSE;
  if (!unattended && (user || real_name || host_name || time_zone || keyboard || language || product_key ||
                      ssh_key || packages || password_stdin || bypass))
    return ctl_usage (error, _("Answers for the installer need --unattended."));
  if (browser_folder && !wait_for_file)
    return ctl_usage (error, _("--folder needs --wait: it is where to wait for what your browser fetches."));
  if (browser_folder && !g_file_test (browser_folder, G_FILE_TEST_IS_DIR))
    return ctl_usage (error, _("“%s” is not a folder that there is."), browser_folder);
  if (medium && wait_for_file)
    return ctl_usage (error, _("Either --medium or --wait, not both."));

  return TRUE;
}

/* --- the system and its medium ----------------------------------------------------- */

static AetherOs *
find_os (Ctl *ctl, const char *id, GError **error)
{
  g_autoptr(AetherCatalogue) catalogue = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  AetherOs *os;

  if (!ctl_parse_text (_("The system"), id, error))
    return NULL;
  aether_catalogue_open_async (ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!(catalogue = aether_catalogue_open_finish (result, error)))
    return NULL;

  os = aether_catalogue_lookup (catalogue, id);
  if (os == NULL)
    g_set_error (error, CTL_ERROR, CTL_EXIT_USAGE,
                 _("The catalogue has no “%s”. “aetherctl catalogue search” finds the names of systems."), id);
  return os;
}

static AetherDownload *
open_download (AetherDownloadRecord *record, GError **error)
{
  AetherDownload *download = aether_download_record_open (record, error);

  if (download != NULL && isatty (STDERR_FILENO))
    g_signal_connect (download, "progress", G_CALLBACK (cmd_download_show_progress), NULL);

  return download;
}

static char *
fetch_record (Ctl *ctl, AetherDownloadRecord *record, GError **error)
{
  g_autoptr(AetherDownload) download = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  AetherDigestKind kind;
  gboolean verified;
  const char *hex;

  if (g_file_test (record->path, G_FILE_TEST_EXISTS))
    return g_strdup (record->path);
  if (!(download = open_download (record, error)))
    return NULL;

  aether_download_run_async (download, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_download_run_finish (download, result, error))
    return NULL;

  hex = aether_download_get_checksum (download, &kind, &verified);
  aether_media_file_note_download (record->path, kind, record->unpack ? NULL : hex, verified,
                                   aether_download_get_url (download));
  if (!verified)
    ctl_warn (_("“%s” was fetched, but its maker names no checksum to compare."), record->path);
  return g_strdup (record->path);
}

static char *
hand_over (Ctl *ctl, AetherDraft *draft, GError **error)
{
  const char *page = aether_handover_find_page (draft->os, draft->arch);

  if (page && wait_for_file)
    return cmd_handover_wait (ctl, draft->os, draft->arch, browser_folder, error);

  if (page)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("%s for %s cannot be fetched from here. Get it from %s and name it with --medium, or use --wait "
                   "while your browser fetches it."), aether_os_get_name (draft->os), draft->arch, page);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("%s for %s cannot be fetched from here. Get it from its maker and name it with --medium."),
                 aether_os_get_name (draft->os), draft->arch);
  return NULL;
}

static char *
fetch (Ctl *ctl, AetherDraft *draft, GError **error)
{
  g_autoptr(GPtrArray) editions = aether_edition_list (draft->os, draft->arch, unattended);
  g_autoptr(AetherDownloadRecord) record = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  if (editions->len == 0)
    return hand_over (ctl, draft, error);

  aether_draft_set_edition (draft, editions->pdata[0]);
  aether_edition_order_async (draft->edition, draft->os, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!(record = aether_edition_order_finish (result, error)))
    return NULL;

  g_set_str (&draft->medium, record->path);
  return fetch_record (ctl, record, error);
}

/* A file, or one that the library of media knows by name. */
static char *
find_medium (const char *which, GError **error)
{
  g_autoptr(AetherMediaLibrary) library = NULL;
  g_autoptr(AetherMediaFile) file = NULL;

  if (strchr (which, '/') || g_file_test (which, G_FILE_TEST_EXISTS))
    return g_canonicalize_filename (which, NULL);

  library = aether_media_library_new (NULL, FALSE);
  file = aether_media_library_find (library, which, error);
  return file ? g_strdup (aether_media_file_get_path (file)) : NULL;
}

static void
add_hint (GError *error, const char *hint)
{
  char *message = g_strconcat (error->message, " ", hint, NULL);

  g_free (error->message);
  error->message = message;
}

/* Of a disk image the machine gets a copy. */
static gboolean
look (Ctl *ctl, AetherDraft *draft, const char *path, GError **error)
{
  g_autoptr(AetherDraftLook) found = aether_draft_look (path, draft->arch, draft->os,
                                                        ctl->cancellable, error);

  if (found == NULL)
    return FALSE;

  aether_draft_set_file (draft, path, g_steal_pointer (&found->media));
  if (aether_draft_is_image (draft))
    {
      draft->disk = AETHER_DRAFT_DISK_COPY;
      draft->chosen |= AETHER_DRAFT_CHOSE_DISK;
    }
  aether_draft_set_installer (draft, &found->found);
  draft->unattended = unattended;
  if (aether_draft_check_medium (draft, error))
    return TRUE;

  /* What to do about it here */
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    add_hint (*error, aether_medium_suits (draft->media, draft->arch) ? _("Leave out --unattended, and install by hand.")
                                                                       : _("Choose that with --arch."));
  return FALSE;
}

/* --- the answers ------------------------------------------------------------------- */

static gboolean
set_options (AetherInstallOptions *options, GError **error)
{
  options->user_name = g_strdup (user);
  options->real_name = g_strdup (real_name);
  options->host_name = g_strdup (host_name);
  options->time_zone = g_strdup (time_zone);
  options->keyboard = g_strdup (keyboard);
  options->language = g_strdup (language);
  options->product_key = g_strdup (product_key);
  options->packages = g_strdupv (packages);
  options->bypass_requirements = bypass;
  if (ssh_key)
    {
      options->ssh_key = aether_store_read (ssh_key, MOST_KEY_FILE, NULL, error);
      if (options->ssh_key == NULL)
        {
          g_prefix_error (error, _("“%s” cannot be read. "), ssh_key);
          return FALSE;
        }
      g_strchomp (options->ssh_key);
    }

  return !password_stdin || (options->password = ctl_terminal_read_password (error));
}

static gboolean
check_options (AetherDraft *draft, GError **error)
{
  g_autoptr(AetherInstallOptions) options = aether_draft_make_options (draft, error);

  if (options == NULL)
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return FALSE;
    }

  kept_user = g_strdup (options->user_name);
  kept_password = g_strdup (options->password);
  return TRUE;
}

/* --- the machine ------------------------------------------------------------------- */

static void
warn (AetherDraft *draft)
{
  g_autoptr(AetherLibrary) library = aether_library_new (FALSE);
  AetherCostHost host;
  g_autofree char *too_little = NULL, *too_large = NULL;

  aether_cost_host_look (&host, G_LIST_MODEL (library), aether_library_get_folder (library));
  too_little = aether_cost_warn_memory (draft, &host);
  too_large = aether_cost_warn_disk (draft, &host);
  if (too_little)
    ctl_warn ("%s", too_little);
  if (too_large)
    ctl_warn ("%s", too_large);
}

static gboolean
set_sizes (AetherDraft *draft, GError **error)
{
  if ((memory && !ctl_parse_uint ("--memory", memory, 1, 16777216, &draft->memory, error)) ||
      (cpus && !ctl_parse_uint ("--cpus", cpus, 1, 512, &draft->cpus, error)))
    return FALSE;
  if (disk && !aether_parse_size (disk, &draft->disk_size, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return FALSE;
    }
  if (draft->disk_size < MIB)
    return ctl_usage (error, _("Such a disk is too small for anything. Give the size a unit, as in 20G."));

  draft->chosen |= AETHER_DRAFT_CHOSE_MEMORY | AETHER_DRAFT_CHOSE_CPUS | AETHER_DRAFT_CHOSE_SIZE;
  return TRUE;
}

static AetherDraft *
make_draft (Ctl *ctl, AetherOs *os, const char *machine, GError **error)
{
  g_autoptr(AetherDraft) draft = aether_draft_new ();
  g_autofree char *path = NULL;

  aether_draft_set_os (draft, os);
  g_set_str (&draft->name, machine);
  draft->chosen |= AETHER_DRAFT_CHOSE_NAME;
  if (arch)
    aether_draft_set_arch (draft, aether_machine_canonical_arch (arch));

  /* A person who is asked for a password is asked at once, not when all is fetched */
  if (unattended && !set_options (draft->options, error))
    return NULL;

  draft->drivers = drivers ? g_canonicalize_filename (drivers, NULL) : NULL;
  if (drivers && !aether_install_check_drivers (draft->drivers, error))
    return NULL;

  path = medium ? find_medium (medium, error) : fetch (ctl, draft, error);
  if (path == NULL || !look (ctl, draft, path, error) || !set_sizes (draft, error))
    return NULL;

  warn (draft);
  if (unattended && !check_options (draft, error))
    return NULL;

  for (guint i = 0; settings && settings[i]; i++)
    g_ptr_array_add (draft->settings, g_strdup (settings[i]));
  return g_steal_pointer (&draft);
}

static gboolean
start (Ctl *ctl, AetherBundle *bundle, GError **error)
{
  g_autoptr(AetherClient) client = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  aether_client_start_async (bundle, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  client = aether_client_open_finish (result, error);

  return client != NULL;
}

/* Whoever knows it typed it: a desktop without a keyring is no news. */
static void
keep_password (Ctl *ctl, AetherBundle *bundle)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  if (kept_password == NULL)
    return;

  aether_install_keyring_keep_async (aether_bundle_get_uuid (bundle), aether_bundle_get_name (bundle), kept_user,
                                     kept_password, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_install_keyring_keep_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    ctl_warn (_("The password is not kept in the keyring. %s"), error->message);
  explicit_bzero (kept_password, strlen (kept_password));
}

/* Read from the machine as it is on disk: what was asked for is not always what is needed. */
static void
print_next (AetherBundle *bundle, AetherDraft *draft)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);

  ctl_print (CTL_STYLE_PLAIN, no_start ? _("“%s” was made in %s.") : _("“%s” was made in %s, and runs."),
             aether_bundle_get_name (bundle), aether_bundle_get_path (bundle));
  if (unattended && aether_draft_is_windows (draft))
    ctl_print (CTL_STYLE_PLAIN, _("When the disc asks for it at the first start, press a key."));
  else if (machine && machine->firmware->once)
    ctl_print (CTL_STYLE_PLAIN, _("The machine switches itself off when the system is installed. Start it again then."));
}

gboolean
cmd_new_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherOs) os = NULL;
  g_autoptr(AetherDraft) draft = NULL;
  AetherCreateRequest *request;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  const char *machine;

  if (!check_usage (error) || !(os = find_os (ctl, args[0], error)))
    return FALSE;

  machine = name ? name : aether_os_get_name (os);
  if (!aether_machine_check_name (machine, error) ||
      !ctl_check_name_free (machine, NULL, error) ||
      !(draft = make_draft (ctl, os, machine, error)) ||
      !(request = aether_draft_make_request (draft, NULL, error)))
    return FALSE;

  aether_create_async (request, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  bundle = aether_create_finish (result, error);
  if (bundle == NULL)
    return FALSE;
  keep_password (ctl, bundle);
  if (!no_start && !start (ctl, bundle, error))
    return FALSE;

  if (json)
    ctl_print_machine_json (bundle, NULL);
  else
    print_next (bundle, draft);
  return TRUE;
}
