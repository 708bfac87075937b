/* test-script.c - all of libosinfo's scripts that can be put into a ram disk
 *
 * Of the database that is installed, so that a new one is held to it, too.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-private.h"

#include <libxml/parser.h>
#include <string.h>

#define PASSWORD "Pa55-w_rd+,:=@%/^~."
#define NAME     "Anna Ångström-Berg Jr."

static AetherInstallOptions *
options_new (const char *os)
{
  AetherInstallOptions *options = aether_install_options_new ();

  options->user_name = g_strdup ("annakarin");
  options->real_name = g_strdup (NAME);
  options->password = g_strdup (PASSWORD);
  options->host_name = g_strdup ("box-1");
  options->time_zone = g_strdup ("Europe/Berlin");
  options->keyboard = g_strdup ("de+nodeadkeys");
  options->language = g_strdup ("de_DE.UTF-8");
  options->arch = g_strdup ("x86_64");
  options->os = g_strdup (os);
  options->disk = g_strdup ("/dev/sda");
  aether_install_options_complete (options, "Box 1");

  return options;
}

/* --- formats ------------------------------------------------------------------------ */

static void
check_kickstart (const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  guint open = 0;
  gboolean boots = FALSE;

  for (guint i = 0; lines[i]; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (g_regex_match_simple ("^%(packages|post|pre)\\b", line, 0, 0))
        {
          g_assert_cmpuint (open, ==, 0);
          open++;
        }
      else if (strcmp (line, "%end") == 0)
        {
          g_assert_cmpuint (open, ==, 1);
          open--;
        }
      boots |= open == 0 && strcmp (line, "reboot") == 0;
    }
  g_assert_cmpuint (open, ==, 0);
  g_assert_true (boots);
}

/* "OWNER KEY [TYPE [VALUE]]", and lines that go on */
static void
check_preseed (const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean goes_on = FALSE;
  guint n = 0;

  for (guint i = 0; lines[i]; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (!goes_on && *line && *line != '#')
        {
          g_test_message ("%s", line);
          g_assert_true (g_regex_match_simple ("^[a-z-]+\\s+[a-z0-9-]+/\\S+(\\s|$)", line, 0, 0));
          n++;
        }
      goes_on = g_str_has_suffix (line, "\\");
    }
  g_assert_cmpuint (n, >, 10);
  g_assert_false (goes_on);
}

static void
check_xml (const char *text)
{
  xmlDoc *document = xmlReadMemory (text, (int) strlen (text), NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);

  g_assert_nonnull (document);
  xmlFreeDoc (document);
}

static void
check_format (const char *name, const char *text)
{
  if (g_str_has_suffix (name, ".ks"))
    check_kickstart (text);
  else if (g_str_has_suffix (name, ".cfg"))
    check_preseed (text);
  else if (g_str_has_suffix (name, ".xml"))
    check_xml (text);
  else
    g_assert_not_reached ();
}

/* --- all of them --------------------------------------------------------------------- */

static GLogWriterOutput
listen (GLogLevelFlags level, const GLogField *fields, gsize n, gpointer user_data)
{
  for (gsize i = 0; i < n; i++)
    if (fields[i].length < 0 && strstr (fields[i].value, PASSWORD))
      g_error ("The password is in the log.");

  return g_log_writer_default (level, fields, n, user_data);
}

static gboolean
has_script (OsinfoOs *os)
{
  g_autoptr(OsinfoInstallScriptList) all = osinfo_os_get_install_script_list (os);

  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (all)); i++)
    {
      OsinfoInstallScript *script = OSINFO_INSTALL_SCRIPT (osinfo_list_get_nth (OSINFO_LIST (all), i));

      if (osinfo_install_script_get_injection_methods (script) & OSINFO_INSTALL_SCRIPT_INJECTION_METHOD_INITRD)
        return TRUE;
    }

  return FALSE;
}

static void
check_os (OsinfoDb *db, OsinfoOs *os)
{
  g_autoptr(AetherInstallOptions) options = options_new (osinfo_entity_get_id (OSINFO_ENTITY (os)));
  AetherInstallPlan plan = { .kind = AETHER_INSTALL_SCRIPT };
  g_autoptr(GError) error = NULL;
  const AetherInstallFile *file;
  g_autofree char *text = NULL;

  plan.files = g_ptr_array_new ();
  g_test_message ("%s", options->os);
  g_assert_true (aether_install_options_check (options, AETHER_INSTALL_SCRIPT, &error));
  if (!_aether_install_write_script_from (&plan, options, db, &error))
    {
      /* One whose script knows it by its number, which it does not have */
      g_test_message ("%s", error->message);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
      g_assert_false (g_ascii_isdigit (*osinfo_product_get_version (OSINFO_PRODUCT (os))));
      g_assert_cmpuint (plan.files->len, ==, 0);
      g_ptr_array_unref (plan.files);
      return;
    }
  g_assert_cmpuint (plan.files->len, ==, 1);

  file = plan.files->pdata[0];
  text = g_strndup (g_bytes_get_data (file->contents, NULL), g_bytes_get_size (file->contents));
  g_assert_cmpuint (strlen (text), ==, g_bytes_get_size (file->contents));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  check_format (file->name, text);
  g_assert_nonnull (strstr (text, options->user_name));
  g_assert_nonnull (strstr (text, PASSWORD));
  g_assert_nonnull (strstr (text, "Europe/Berlin"));

  /* Everybody in the guest may read how it was started, and so may many here */
  g_assert_null (strstr (plan.append, PASSWORD));
  g_assert_null (strchr (plan.append, '\n'));
  if (!strstr (file->name, "preseed.cfg"))
    g_assert_nonnull (strstr (plan.append, file->name));

  g_free (file->name);
  g_bytes_unref (file->contents);
  g_free (plan.files->pdata[0]);
  g_ptr_array_unref (plan.files);
  g_free (plan.append);
}

static void
test_all (void)
{
  g_autoptr(OsinfoLoader) loader = osinfo_loader_new ();
  g_autoptr(OsinfoOsList) all = NULL;
  g_autoptr(GError) error = NULL;
  guint n = 0;

  osinfo_loader_process_default_path (loader, &error);
  g_assert_no_error (error);
  all = osinfo_db_get_os_list (osinfo_loader_get_db (loader));
  for (int i = 0; i < osinfo_list_get_length (OSINFO_LIST (all)); i++)
    {
      OsinfoOs *os = OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (all), i));

      if (has_script (os))
        {
          check_os (osinfo_loader_get_db (loader), os);
          n++;
        }
    }
  g_test_message ("%u systems", n);
  g_assert_cmpuint (n, >, 100);
}

/* The whole way, with the databases that the catalogue is of */
static void
test_plan (void)
{
  g_autoptr(AetherInstallOptions) options = options_new ("http://fedoraproject.org/fedora/17");
  g_autoptr(GError) error = NULL;
  g_autoptr(AetherInstallPlan) plan = aether_install_plan_new (AETHER_INSTALL_SCRIPT, options, &error);

  g_assert_no_error (error);
  g_assert_null (plan->label);
  g_assert_nonnull (strstr (plan->append, "file:/fedora.ks"));
}

static gpointer
plan_thread (gpointer data)
{
  test_plan ();
  return NULL;
}

/* As a window makes a machine: in a thread, while another one has the main context, and does not
 * let go of it. Waiting for that one would be for ever. */
static void
test_plan_in_a_thread (void)
{
  g_assert_true (g_main_context_acquire (NULL));
  g_thread_join (g_thread_new ("plan", plan_thread, NULL));
  g_main_context_release (NULL);
}

static void
test_unknown (gconstpointer os)
{
  g_autoptr(AetherInstallOptions) options = options_new (os);
  g_autoptr(GError) error = NULL;

  g_assert_null (aether_install_plan_new (AETHER_INSTALL_SCRIPT, options, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* Words that would end where others begin */
static void
test_refused (void)
{
  static const char * const passwords[] = { "two words", "quo'te", "quo\"te", "doll$ar", "back\\slash", "ti`ck", "sh;arp", "a#b",
                                            "<x>", "&amp", "ümlaut", "" };

  for (guint i = 0; i < G_N_ELEMENTS (passwords); i++)
    {
      g_autoptr(AetherInstallOptions) options = options_new ("http://fedoraproject.org/fedora/17");
      g_autoptr(GError) error = NULL;

      g_set_str (&options->password, passwords[i]);
      g_assert_false (aether_install_options_check (options, AETHER_INSTALL_SCRIPT, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_true (*passwords[i] == '\0' || strstr (error->message, passwords[i]) == NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (listen, NULL, NULL);
  g_test_add_func ("/install/script/all", test_all);
  g_test_add_func ("/install/script/plan", test_plan);
  g_test_add_func ("/install/script/plan-in-a-thread", test_plan_in_a_thread);
  g_test_add_data_func ("/install/script/unknown", "http://example.org/none/1", test_unknown);
  g_test_add_data_func ("/install/script/windows-needs-a-floppy", "http://microsoft.com/win/xp", test_unknown);
  g_test_add_func ("/install/script/refused", test_refused);

  return g_test_run ();
}
