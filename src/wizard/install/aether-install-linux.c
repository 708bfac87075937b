/* aether-install-linux.c - answers for the installers of Debian, Fedora and openSUSE
 *
 * Debian: the installation guide, appendix B; the file lies in the initial ram disk, where
 * the installer looks before it asks anything. Fedora and RHEL: the kickstart reference;
 * openSUSE: the AutoYaST guide. Both take their file from a medium called OEMDRV.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-private.h"

#include <string.h>

static void
append_packages (GString *text, const AetherInstallOptions *options, const char *before, const char *after)
{
  for (guint i = 0; options->packages && options->packages[i]; i++)
    g_string_append_printf (text, "%s%s%s", before, options->packages[i], after);
}

/* A key has no character that a shell would take for its own: see the check. */
static char *
key_commands (const AetherInstallOptions *options)
{
  return g_strdup_printf ("install -d -m 700 -o %s -g %s /home/%s/.ssh; "
                          "echo '%s' > /home/%s/.ssh/authorized_keys; "
                          "chown %s:%s /home/%s/.ssh/authorized_keys; "
                          "chmod 600 /home/%s/.ssh/authorized_keys",
                          options->user_name, options->user_name, options->user_name,
                          options->ssh_key, options->user_name,
                          options->user_name, options->user_name, options->user_name,
                          options->user_name);
}

/* --- Debian ------------------------------------------------------------------ */

static void
preseed_late (GString *text, const AetherInstallOptions *options)
{
  g_autofree char *commands = NULL;

  if (!options->ssh_key)
    return;

  commands = key_commands (options);
  g_string_append_printf (text, "d-i preseed/late_command string in-target sh -c \"%s\"\n", commands);
}

gboolean
_aether_install_write_preseed (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  g_autofree char *hash = _aether_install_hash (options->password, error);
  g_autofree char *layout = NULL;
  const char *variant;
  GString *text;

  if (hash == NULL)
    return FALSE;

  layout = _aether_install_layout (options->keyboard, &variant);
  text = g_string_new ("#_preseed_V1\n");
  g_string_append_printf (text, "d-i debian-installer/locale string %s\n", options->language);
  g_string_append_printf (text, "d-i keyboard-configuration/xkb-keymap select %s\n", layout);
  g_string_append_printf (text, "d-i keyboard-configuration/layoutcode string %s\n", layout);
  g_string_append_printf (text, "d-i keyboard-configuration/variantcode string %s\n", variant);
  g_string_append (text, "d-i netcfg/choose_interface select auto\n"
                         "d-i netcfg/get_domain string\n");
  g_string_append_printf (text, "d-i netcfg/get_hostname string %s\n", options->host_name);
  g_string_append_printf (text, "d-i netcfg/hostname string %s\n", options->host_name);
  g_string_append (text, "d-i hw-detect/load_firmware boolean false\n"
                         "d-i mirror/http/proxy string\n"
                         "d-i passwd/root-login boolean false\n"
                         "d-i passwd/make-user boolean true\n");
  g_string_append_printf (text, "d-i passwd/user-fullname string %s\n", options->real_name);
  g_string_append_printf (text, "d-i passwd/username string %s\n", options->user_name);
  g_string_append_printf (text, "d-i passwd/user-password-crypted password %s\n", hash);
  g_string_append (text, "d-i clock-setup/utc boolean true\n"
                         "d-i clock-setup/ntp boolean true\n");
  g_string_append_printf (text, "d-i time/zone string %s\n", options->time_zone);
  /* The first disk, when there are several */
  g_string_append (text, "d-i partman/early_command string debconf-set partman-auto/disk \"$(list-devices disk | head -n 1)\"\n"
                         "d-i partman-auto/method string regular\n"
                         "d-i partman-auto/choose_recipe select atomic\n"
                         "d-i partman-partitioning/confirm_write_new_label boolean true\n"
                         "d-i partman/choose_partition select finish\n"
                         "d-i partman/confirm boolean true\n"
                         "d-i partman/confirm_nooverwrite boolean true\n"
                         "d-i apt-setup/cdrom/set-first boolean false\n"
                         "d-i apt-setup/use_mirror boolean true\n"
                         "tasksel tasksel/first multiselect standard\n"
                         "d-i pkgsel/upgrade select none\n"
                         "popularity-contest popularity-contest/participate boolean false\n"
                         "d-i pkgsel/include string sudo qemu-guest-agent");
  if (options->ssh_key)
    g_string_append (text, " openssh-server");
  append_packages (text, options, " ", "");
  g_string_append (text, "\n"
                         "d-i grub-installer/only_debian boolean true\n"
                         "d-i grub-installer/with_other_os boolean true\n"
                         "d-i grub-installer/bootdev string default\n"
                         "d-i cdrom-detect/eject boolean false\n"
                         "d-i finish-install/reboot_in_progress note\n"
                         "d-i debian-installer/exit/poweroff boolean true\n");
  preseed_late (text, options);

  _aether_install_plan_add (plan, "preseed.cfg", text);
  plan->append = g_strdup ("auto=true priority=critical preseed/file=/preseed.cfg --- quiet");
  plan->powers_off = TRUE;
  return TRUE;
}

/* --- Fedora, RHEL ------------------------------------------------------------- */

gboolean
_aether_install_write_kickstart (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  g_autofree char *hash = _aether_install_hash (options->password, error);
  g_autofree char *real_name = NULL, *layout = NULL;
  const char *variant;
  GString *text;

  if (hash == NULL)
    return FALSE;

  /* Read by Python's shlex, which quotes as a shell does */
  real_name = g_shell_quote (options->real_name);
  layout = _aether_install_layout (options->keyboard, &variant);
  text = g_string_new ("text\n");
  g_string_append_printf (text, "lang %s\n", options->language);
  if (*variant)
    g_string_append_printf (text, "keyboard --xlayouts='%s (%s)'\n", layout, variant);
  else
    g_string_append_printf (text, "keyboard --xlayouts='%s'\n", layout);
  g_string_append_printf (text, "timezone %s --utc\n", options->time_zone);
  g_string_append_printf (text, "network --bootproto=dhcp --activate --hostname=%s\n", options->host_name);
  g_string_append (text, "rootpw --lock\n");
  g_string_append_printf (text, "user --name=%s --gecos=%s --groups=wheel --iscrypted --password=%s\n",
                          options->user_name, real_name, hash);
  if (options->ssh_key)
    g_string_append_printf (text, "sshkey --username=%s '%s'\n", options->user_name, options->ssh_key);
  g_string_append (text, "zerombr\n"
                         "clearpart --all --initlabel\n"
                         "autopart\n"
                         "bootloader\n"
                         "firstboot --disable\n"
                         "reboot\n"
                         "\n"
                         "%packages\n"
                         "@core\n"
                         "qemu-guest-agent\n");
  append_packages (text, options, "", "\n");
  g_string_append (text, "%end\n");

  _aether_install_plan_add (plan, "ks.cfg", text);
  plan->label = "OEMDRV";
  return TRUE;
}

/* --- openSUSE ----------------------------------------------------------------- */

/* Its names of keyboards are its own. NULL: it keeps its default. */
static const char *
suse_keyboard (const char *layout)
{
  static const char * const names[][2] = {
    { "us", "english-us" }, { "gb", "english-uk" }, { "de", "german" }, { "ch", "german-ch" },
    { "fr", "french" }, { "ca", "french-ca" }, { "es", "spanish" }, { "it", "italian" },
    { "pt", "portugese" }, { "br", "portugese-br" }, { "pl", "polish" }, { "cz", "czech" },
    { "sk", "slovak" }, { "hu", "hungarian" }, { "ru", "russian" }, { "ua", "ukrainian" },
    { "se", "swedish" }, { "fi", "finnish" }, { "no", "norwegian" }, { "dk", "danish" },
    { "nl", "dutch" }, { "gr", "greek" }, { "tr", "turkish" }, { "jp", "japanese" },
    { "kr", "korean" }, { "ee", "estonian" }, { "lt", "lithuanian" }, { "hr", "croatian" },
    { "si", "slovene" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i][0], layout) == 0)
      return names[i][1];

  return NULL;
}

static void
autoyast_user (GString *text, const AetherInstallOptions *options, const char *hash)
{
  g_autofree char *real_name = _aether_install_xml (options->real_name);
  g_autofree char *key = options->ssh_key ? _aether_install_xml (options->ssh_key) : NULL;

  g_string_append (text, "  <users config:type=\"list\">\n"
                         "    <user>\n");
  g_string_append_printf (text, "      <username>%s</username>\n"
                                "      <fullname>%s</fullname>\n"
                                "      <user_password>%s</user_password>\n"
                                "      <encrypted config:type=\"boolean\">true</encrypted>\n",
                          options->user_name, real_name, hash);
  if (key)
    g_string_append_printf (text, "      <authorized_keys config:type=\"list\">\n"
                                  "        <listentry>%s</listentry>\n"
                                  "      </authorized_keys>\n", key);
  g_string_append (text, "    </user>\n"
                         /* root has the same: sudo of openSUSE asks for root's */
                         "    <user>\n"
                         "      <username>root</username>\n");
  g_string_append_printf (text, "      <user_password>%s</user_password>\n", hash);
  g_string_append (text, "      <encrypted config:type=\"boolean\">true</encrypted>\n"
                         "    </user>\n"
                         "  </users>\n");
}

gboolean
_aether_install_write_autoyast (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  g_autofree char *hash = _aether_install_hash (options->password, error);
  g_autofree char *layout = NULL, *language = NULL;
  const char *variant, *keyboard;
  GString *text;

  if (hash == NULL)
    return FALSE;

  layout = _aether_install_layout (options->keyboard, &variant);
  keyboard = suse_keyboard (layout);
  language = g_strndup (options->language, strcspn (options->language, ".@"));
  text = g_string_new ("<?xml version=\"1.0\"?>\n"
                       "<!DOCTYPE profile>\n"
                       "<profile xmlns=\"http://www.suse.com/1.0/yast2ns\""
                       " xmlns:config=\"http://www.suse.com/1.0/configns\">\n"
                       "  <general>\n"
                       "    <mode>\n"
                       "      <confirm config:type=\"boolean\">false</confirm>\n"
                       "      <halt config:type=\"boolean\">true</halt>\n"
                       "      <final_halt config:type=\"boolean\">false</final_halt>\n"
                       "      <second_stage config:type=\"boolean\">false</second_stage>\n"
                       "    </mode>\n"
                       "  </general>\n");
  g_string_append_printf (text, "  <language>\n    <language>%s</language>\n  </language>\n", language);
  if (keyboard)
    g_string_append_printf (text, "  <keyboard>\n    <keymap>%s</keymap>\n  </keyboard>\n", keyboard);
  g_string_append_printf (text, "  <timezone>\n    <hwclock>UTC</hwclock>\n    <timezone>%s</timezone>\n  </timezone>\n",
                          options->time_zone);
  g_string_append_printf (text, "  <networking>\n    <dns>\n      <hostname>%s</hostname>\n    </dns>\n"
                                "    <keep_install_network config:type=\"boolean\">true</keep_install_network>\n"
                                "  </networking>\n", options->host_name);
  g_string_append (text, "  <partitioning config:type=\"list\">\n"
                         "    <drive>\n"
                         "      <initialize config:type=\"boolean\">true</initialize>\n"
                         "      <use>all</use>\n"
                         "    </drive>\n"
                         "  </partitioning>\n"
                         "  <software>\n"
                         "    <install_recommended config:type=\"boolean\">true</install_recommended>\n"
                         "    <patterns config:type=\"list\">\n"
                         "      <pattern>base</pattern>\n"
                         "    </patterns>\n"
                         "    <packages config:type=\"list\">\n"
                         "      <package>sudo</package>\n"
                         "      <package>qemu-guest-agent</package>\n");
  append_packages (text, options, "      <package>", "</package>\n");
  g_string_append (text, "    </packages>\n"
                         "  </software>\n");
  autoyast_user (text, options, hash);
  g_string_append (text, "</profile>\n");

  _aether_install_plan_add (plan, "autoinst.xml", text);
  plan->label = "OEMDRV";
  plan->append = g_strdup ("install=cd:/ autoyast=label://OEMDRV/autoinst.xml");
  plan->powers_off = TRUE;
  return TRUE;
}
