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

#include "aether-catalogue.h"
#include "aether-disk-image.h"
#include "aether-download-record.h"
#include "aether-handover.h"
#include "aether-install-create.h"
#include "aether-install-keyring.h"
#include "aether-install-script.h"
#include "aether-media-library.h"
#include "aether-paths.h"
#include "aether-store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define GIB            (G_GUINT64_CONSTANT (1) << 30)
#define MIB            (G_GUINT64_CONSTANT (1) << 20)
#define DEFAULT_DISK   (20 * GIB)
#define WINDOWS_DISK   (64 * GIB)
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
  { "folder", 0, 0, G_OPTION_ARG_FILENAME, &browser_folder, N_("Where the browser saves it (default: the folder of downloads)"), N_("FOLDER") },
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
usage (GError **error, const char *sentence)
{
  g_set_error_literal (error, CTL_ERROR, CTL_EXIT_USAGE, sentence);
  return FALSE;
}

static gboolean
check_usage (GError **error)
{
  const char *texts[] = { name, arch, user, real_name, host_name, time_zone, keyboard, language, product_key };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] && !ctl_parse_text (_("The value of an option"), texts[i], error))
      return FALSE;
  for (guint i = 0; packages && packages[i]; i++)
    if (!ctl_parse_text ("--package", packages[i], error))
      return FALSE;
  if (!unattended && (user || real_name || host_name || time_zone || keyboard || language || product_key ||
                      ssh_key || packages || password_stdin || bypass))
    return usage (error, _("Answers for the installer need --unattended."));

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

static gboolean
is_windows (AetherOs *os)
{
  return strcmp (aether_os_get_family (os), "winnt") == 0;
}

/* This computer's, else the first that the system has. */
static const char *
choose_arch (AetherOs *os)
{
  const char *host = aether_machine_host_arch ();
  const char * const *arches = aether_os_get_arches (os);

  if (arch)
    return aether_machine_canonical_arch (arch);
  return aether_os_has_arch (os, host) || arches[0] == NULL ? host : arches[0];
}

/* Of those that can be fetched: without questions an image for that comes first, else what installs. */
static const AetherOsMedia *
choose_edition (AetherOs *os, const char *for_arch)
{
  const AetherOsMedia *best = NULL;
  int best_rank = 0;
  guint n;
  const AetherOsMedia *all = aether_os_get_media (os, &n);

  for (guint i = 0; i < n; i++)
    {
      gboolean cloud = all[i].flags & AETHER_OS_MEDIA_CLOUD_INIT;
      int rank = all[i].flags & AETHER_OS_MEDIA_INSTALLER ? 2 : 1;

      if (*all[i].url == '\0' || (strcmp (all[i].arch, for_arch) != 0 && strcmp (all[i].arch, "all") != 0) ||
          (cloud && !unattended))
        continue;
      if (cloud)
        rank = 3;
      /* What can be verified comes before all that cannot */
      if (*all[i].checksum || *all[i].checksums)
        rank += 10;
      if (rank > best_rank)
        {
          best = &all[i];
          best_rank = rank;
        }
    }

  return best;
}

static AetherDownload *
make_download (const AetherOsMedia *edition, const char *path, gboolean unpack, GError **error)
{
  g_autoptr(AetherDownload) download = aether_download_new (edition->url, path);
  g_autofree char *keyring = *edition->key ? aether_catalogue_dup_keyring (edition->key) : NULL;

  aether_download_set_unpack (download, unpack);
  if (*edition->checksum && !aether_download_set_checksum (download, edition->checksum, error))
    return NULL;
  if (*edition->checksums)
    aether_download_set_checksum_url (download, edition->checksums);
  if (*edition->checksums && keyring)
    aether_download_set_signature (download, *edition->signature ? edition->signature : NULL, keyring);

  return g_steal_pointer (&download);
}

static char *
fetch (Ctl *ctl, AetherOs *os, const char *for_arch, GError **error)
{
  const AetherOsMedia *edition = choose_edition (os, for_arch);
  g_autoptr(AetherDownload) download = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autofree char *path = NULL;
  AetherDigestKind kind;
  gboolean unpack = TRUE, verified;
  const char *hex;

  if (edition == NULL)
    {
      const char *page = aether_handover_find_page (os, for_arch);

      if (page && wait_for_file)
        return cmd_handover_wait (ctl, os, for_arch, browser_folder, error);
      if (page)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("%s for %s cannot be fetched from here. Get it from %s and name it with --medium, or use --wait "
                       "while your browser fetches it."), aether_os_get_name (os), for_arch, page);
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("%s for %s cannot be fetched from here. Get it from its maker and name it with --medium."),
                     aether_os_get_name (os), for_arch);
      return NULL;
    }
  if (!(path = aether_download_choose_path (edition->url, &unpack, error)))
    return NULL;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  if (!(download = make_download (edition, path, unpack, error)))
    return NULL;

  if (isatty (STDERR_FILENO))
    g_signal_connect (download, "progress", G_CALLBACK (cmd_download_show_progress), NULL);
  aether_download_run_async (download, ctl->cancellable, ctl_done, ctl);
  result = ctl_wait (ctl);
  if (!aether_download_run_finish (download, result, error))
    return NULL;

  hex = aether_download_get_checksum (download, &kind, &verified);
  aether_media_file_note_download (path, kind, unpack ? NULL : hex, verified, aether_download_get_url (download));
  if (!verified)
    ctl_warn (_("“%s” was fetched, but its maker names no checksum to compare."), path);
  return g_steal_pointer (&path);
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

/* What stands in the way of starting from it. */
static gboolean
check_medium (AetherInstallJob *job, AetherOs *os, const char *for_arch, Ctl *ctl, GError **error)
{
  g_autoptr(AetherMedia) media = aether_media_detect (job->medium, error);

  if (media == NULL)
    {
      g_prefix_error (error, _("“%s” cannot be read. "), job->medium);
      return FALSE;
    }
  job->is_image = media->kind == AETHER_MEDIA_DISK || media->kind == AETHER_MEDIA_DISK_IMAGE;
  if (media->kind != AETHER_MEDIA_DISC && !job->is_image)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” is neither a disc nor a disk image to start from."), job->medium);
      return FALSE;
    }
  if (!aether_media_suits (media, for_arch))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” does not start on %s, but on %s. Choose that with --arch."), job->medium, for_arch,
                   aether_media_get_arch (media) ? aether_media_get_arch (media) : _("other processors"));
      return FALSE;
    }
  if (!unattended)
    return TRUE;

  if (!aether_install_medium_look (&job->found, job->medium, for_arch, is_windows (os), ctl->cancellable, error) ||
      !aether_install_script_offer (&job->found, job->medium, os, for_arch, ctl->cancellable, error))
    return FALSE;
  if (job->found.kind == AETHER_INSTALL_NONE ||
      (job->found.kind == AETHER_INSTALL_CLOUD_INIT && strcmp (aether_os_get_family (os), "linux") != 0))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("Aether does not know how to answer the questions of “%s”. Leave out --unattended, and install by hand."),
                   job->medium);
      return FALSE;
    }

  return TRUE;
}

/* --- the answers ------------------------------------------------------------------- */

static AetherInstallOptions *
make_options (const char *machine, AetherInstallKind kind, GError **error)
{
  g_autoptr(AetherInstallOptions) options = aether_install_options_new ();

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
          return NULL;
        }
      g_strchomp (options->ssh_key);
    }
  if (password_stdin && !(options->password = ctl_terminal_read_password (error)))
    return NULL;

  aether_install_options_complete (options, machine);
  if (!aether_install_options_check (options, kind, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return NULL;
    }

  kept_user = g_strdup (options->user_name);
  kept_password = g_strdup (options->password);
  return g_steal_pointer (&options);
}

/* --- the machine ------------------------------------------------------------------- */

static void
warn_memory (AetherOs *os, guint megabytes, const AetherOsResources *minimum)
{
  guint64 bytes = megabytes * MIB;
  guint64 here = (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE);
  g_autofree char *given = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *least = g_format_size_full (minimum->memory, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *all = g_format_size_full (here, G_FORMAT_SIZE_IEC_UNITS);

  if (bytes < minimum->memory)
    ctl_warn (_("%s wants at least %s of memory; the machine has %s."), aether_os_get_name (os), least, given);
  if (bytes > here / 10 * 9)
    ctl_warn (_("The machine has %s of memory; this computer has %s altogether."), given, all);
}

static void
warn_disk (guint64 bytes)
{
  g_autofree char *folder = aether_paths_dup_library ();
  g_autofree char *given = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *shown = NULL;
  struct statvfs fs;

  /* It is made when the first machine is */
  while (statvfs (folder, &fs) < 0 && errno == ENOENT && strcmp (folder, "/") != 0)
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
    }
  if (statvfs (folder, &fs) < 0 || bytes <= (guint64) fs.f_bavail * fs.f_frsize)
    return;

  shown = g_format_size_full ((guint64) fs.f_bavail * fs.f_frsize, G_FORMAT_SIZE_IEC_UNITS);
  ctl_warn (_("The disk can grow to %s; %s has %s free."), given, folder, shown);
}

/* What Windows has no drivers for on its medium, it must do without. */
static void
suit_windows (AetherCreateRequest *request, const char *for_arch)
{
  const char *x86[] = { "drives.0.interface=sata", "networks.0.model=e1000e" };
  const char *arm[] = { "drives.0.interface=nvme", "displays.0.model=ramfb" };
  const char **all = strcmp (for_arch, "aarch64") == 0 ? arm : x86;

  request->firmware = g_strdup ("uefi");
  if (drivers)
    return;
  for (guint i = 0; i < 2; i++)
    g_ptr_array_add (request->settings, g_strdup (all[i]));
}

static gboolean
set_sizes (AetherCreateRequest *request, AetherInstallJob *job, AetherOs *os, GError **error)
{
  AetherOsResources minimum, recommended;
  guint half = (guint) ((guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE) / MIB / 2);

  aether_os_get_resources (os, request->arch, &minimum, &recommended);
  request->memory = MAX (aether_create_default_memory (), MIN ((guint) (recommended.memory / MIB), half));
  request->cpus = aether_create_default_cpus ();
  job->disk_size = MAX (MAX (recommended.storage, minimum.storage), is_windows (os) ? WINDOWS_DISK : DEFAULT_DISK);

  if ((memory && !ctl_parse_uint ("--memory", memory, 1, 16777216, &request->memory, error)) ||
      (cpus && !ctl_parse_uint ("--cpus", cpus, 1, 512, &request->cpus, error)))
    return FALSE;
  if (disk && !aether_parse_size (disk, &job->disk_size, error))
    {
      ctl_map_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, CTL_EXIT_USAGE);
      return FALSE;
    }
  if (job->disk_size < MIB)
    return usage (error, _("Such a disk is too small for anything. Give the size a unit, as in 20G."));

  warn_memory (os, request->memory, &minimum);
  warn_disk (job->disk_size);
  return TRUE;
}

static AetherCreateRequest *
make_request (Ctl *ctl, AetherOs *os, const char *machine, GError **error)
{
  g_autoptr(AetherCreateRequest) request = aether_create_request_new (machine);
  g_autoptr(AetherInstallJob) job = NULL;
  g_autofree char *path = NULL;

  request->arch = g_strdup (choose_arch (os));
  request->os = g_strdup (aether_os_get_short_id (os));
  path = medium ? find_medium (medium, error) : fetch (ctl, os, request->arch, error);
  if (path == NULL)
    return NULL;

  job = aether_install_job_new (path);
  job->drivers = drivers ? g_canonicalize_filename (drivers, NULL) : NULL;
  if (!check_medium (job, os, request->arch, ctl, error) ||
      !set_sizes (request, job, os, error) ||
      (unattended && !(job->options = make_options (machine, job->found.kind, error))))
    return NULL;

  if (is_windows (os))
    suit_windows (request, request->arch);
  for (guint i = 0; settings && settings[i]; i++)
    g_ptr_array_add (request->settings, g_strdup (settings[i]));
  aether_install_job_add (g_steal_pointer (&job), request);
  return g_steal_pointer (&request);
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
print_next (AetherBundle *bundle, AetherOs *os)
{
  g_autoptr(AetherMachine) machine = aether_bundle_load (bundle, NULL);

  ctl_print (CTL_STYLE_PLAIN, no_start ? _("“%s” was made in %s.") : _("“%s” was made in %s, and runs."),
             aether_bundle_get_name (bundle), aether_bundle_get_path (bundle));
  if (unattended && is_windows (os))
    ctl_print (CTL_STYLE_PLAIN, _("When the disc asks for it at the first start, press a key."));
  else if (machine && machine->firmware->once)
    ctl_print (CTL_STYLE_PLAIN, _("The machine switches itself off when the system is installed. Start it again then."));
}

gboolean
cmd_new_run (Ctl *ctl, char **args, GError **error)
{
  g_autoptr(AetherOs) os = NULL;
  g_autoptr(AetherCreateRequest) request = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(AetherBundle) bundle = NULL;
  const char *machine;

  if (!check_usage (error) || !(os = find_os (ctl, args[0], error)))
    return FALSE;

  machine = name ? name : aether_os_get_name (os);
  if (!aether_machine_check_name (machine, error) ||
      !ctl_check_name_free (machine, NULL, error) ||
      !(request = make_request (ctl, os, machine, error)))
    return FALSE;

  aether_create_async (g_steal_pointer (&request), ctl->cancellable, ctl_done, ctl);
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
    print_next (bundle, os);
  return TRUE;
}
