/* aether-install-cloud.c - answers for cloud-init and for Ubuntu's installer, which uses it
 *
 * The data source “NoCloud” of cloud-init's manual: files on a medium called cidata.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-private.h"

/* The guest agent, with the package manager that is there. An image may have it already, and
 * then nothing is to be fetched. */
#define AGENT_COMMAND \
  "command -v qemu-ga > /dev/null || { " \
  "if command -v apt-get > /dev/null; then apt-get -q update && apt-get -qy install qemu-guest-agent; " \
  "elif command -v dnf > /dev/null; then dnf -qy install qemu-guest-agent; " \
  "elif command -v zypper > /dev/null; then zypper -nq install qemu-guest-agent; " \
  "elif command -v pacman > /dev/null; then pacman -Sy --noconfirm qemu-guest-agent; fi; }; " \
  "systemctl start qemu-guest-agent || true"

/* The instance is new each time: cloud-init does its work once for each */
static void
add_meta_data (AetherInstallPlan *plan, const AetherInstallOptions *options)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *host_name = _aether_install_yaml (options->host_name);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "instance-id: aether-%s\nlocal-hostname: %s\n", id, host_name);
  _aether_install_plan_add (plan, "meta-data", text);
}

static void
append_list (GString *text, const char *indent, char **values)
{
  for (guint i = 0; values && values[i]; i++)
    {
      g_autofree char *value = _aether_install_yaml (values[i]);

      g_string_append_printf (text, "%s- %s\n", indent, value);
    }
}

static void
append_keyboard (GString *text, const char *indent, const AetherInstallOptions *options)
{
  const char *variant;
  g_autofree char *layout = _aether_install_layout (options->keyboard, &variant);

  g_string_append_printf (text, "%skeyboard:\n%s  layout: \"%s\"\n", indent, indent, layout);
  if (*variant)
    g_string_append_printf (text, "%s  variant: \"%s\"\n", indent, variant);
}

static void
append_user (GString *text, const AetherInstallOptions *options, const char *hash)
{
  g_autofree char *user_name = _aether_install_yaml (options->user_name);
  g_autofree char *real_name = _aether_install_yaml (options->real_name);
  g_autofree char *key = options->ssh_key ? _aether_install_yaml (options->ssh_key) : NULL;

  g_string_append_printf (text, "users:\n- name: %s\n  gecos: %s\n  shell: /bin/bash\n", user_name, real_name);
  if (_aether_install_has_password (options))
    g_string_append_printf (text, "  lock_passwd: false\n  passwd: \"%s\"\n  sudo: \"ALL=(ALL) ALL\"\n", hash);
  else
    g_string_append (text, "  lock_passwd: true\n  sudo: \"ALL=(ALL) NOPASSWD:ALL\"\n");
  if (key)
    g_string_append_printf (text, "  ssh_authorized_keys:\n  - %s\n", key);
}

/* Without this file cloud-init asks for addresses on the first card it finds. */
static void
add_network (AetherInstallPlan *plan, const AetherInstallOptions *options)
{
  GString *text;

  if (!options->mac)
    return;

  text = g_string_new (NULL);
  g_string_append_printf (text, "version: 2\nethernets:\n  lan:\n    match:\n      macaddress: \"%s\"\n"
                                "    dhcp4: true\n    dhcp6: true\n", options->mac);
  _aether_install_plan_add (plan, "network-config", text);
}

gboolean
_aether_install_write_cloud_init (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  g_autofree char *hash = _aether_install_hash (options->password, error);
  g_autofree char *host_name = NULL, *zone = NULL, *language = NULL, *agent = NULL;
  GString *text;

  if (hash == NULL)
    return FALSE;

  host_name = _aether_install_yaml (options->host_name);
  zone = _aether_install_yaml (options->time_zone);
  language = _aether_install_yaml (options->language);
  agent = _aether_install_yaml (AGENT_COMMAND);
  text = g_string_new ("#cloud-config\n");
  g_string_append_printf (text, "hostname: %s\nmanage_etc_hosts: true\ntimezone: %s\nlocale: %s\n", host_name, zone, language);
  append_keyboard (text, "", options);
  append_user (text, options, hash);
  if (options->packages && options->packages[0])
    {
      g_string_append (text, "package_update: true\npackages:\n");
      append_list (text, "", options->packages);
    }
  /* Its medium is taken out after this run: it must not look for it again, and start anew */
  g_string_append_printf (text, "runcmd:\n- [sh, -c, %s]\n- [touch, /etc/cloud/cloud-init.disabled]\n", agent);

  _aether_install_plan_add (plan, "user-data", text);
  add_meta_data (plan, options);
  add_network (plan, options);
  plan->label = "cidata";
  return TRUE;
}

gboolean
_aether_install_write_autoinstall (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  g_autofree char *hash = _aether_install_hash (options->password, error);
  g_autofree char *host_name = NULL, *user_name = NULL, *real_name = NULL, *zone = NULL, *language = NULL;
  GString *text;

  if (hash == NULL)
    return FALSE;

  host_name = _aether_install_yaml (options->host_name);
  user_name = _aether_install_yaml (options->user_name);
  real_name = _aether_install_yaml (options->real_name);
  zone = _aether_install_yaml (options->time_zone);
  language = _aether_install_yaml (options->language);
  text = g_string_new ("#cloud-config\nautoinstall:\n  version: 1\n");
  g_string_append_printf (text, "  locale: %s\n  timezone: %s\n", language, zone);
  append_keyboard (text, "  ", options);
  g_string_append_printf (text, "  identity:\n    hostname: %s\n    username: %s\n    realname: %s\n    password: \"%s\"\n",
                          host_name, user_name, real_name, hash);
  if (options->ssh_key)
    {
      g_autofree char *key = _aether_install_yaml (options->ssh_key);

      g_string_append_printf (text, "  ssh:\n    install-server: true\n    allow-pw: %s\n    authorized-keys:\n    - %s\n",
                              _aether_install_has_password (options) ? "true" : "false", key);
    }
  g_string_append (text, "  storage:\n    layout:\n      name: direct\n"
                         "  packages:\n  - \"qemu-guest-agent\"\n");
  append_list (text, "  ", options->packages);
  g_string_append (text, "  shutdown: poweroff\n");

  _aether_install_plan_add (plan, "user-data", text);
  add_meta_data (plan, options);
  plan->label = "CIDATA";
  plan->append = g_strdup ("autoinstall ---");
  plan->powers_off = TRUE;
  return TRUE;
}
