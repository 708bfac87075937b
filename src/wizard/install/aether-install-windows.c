/* aether-install-windows.c - the answer file of Windows' setup
 *
 * Microsoft's “Unattended Windows Setup Reference”: passes, components and their settings.
 * Setup looks for Autounattend.xml on every removable medium.
 *
 * Copyright 2026 The Aether authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "aether-install-private.h"

#include <string.h>

/* Published by Microsoft to choose the edition Pro; activates nothing. */
#define KEY_PRO "VK7JG-NPHTM-C97JM-9MPGT-3V66T"

static const char *
windows_arch (const char *arch)
{
  if (strcmp (arch, "aarch64") == 0)
    return "arm64";
  if (strcmp (arch, "i386") == 0)
    return "x86";
  return "amd64";
}

static void
begin_component (GString *xml, const AetherInstallOptions *options, const char *name)
{
  g_string_append_printf (xml, "    <component name=\"%s\" processorArchitecture=\"%s\" "
                               "publicKeyToken=\"31bf3856ad364e35\" language=\"neutral\" versionScope=\"nonSxS\">\n",
                          name, windows_arch (options->arch));
}

static void
end_component (GString *xml)
{
  g_string_append (xml, "    </component>\n");
}

static void
append_element (GString *xml, const char *indent, const char *name, const char *value)
{
  g_autofree char *escaped = _aether_install_xml (value);

  g_string_append_printf (xml, "%s<%s>%s</%s>\n", indent, name, escaped, name);
}

/* What a disguise is: UTF-16 of the password with the element's name behind, in base64. Anybody
 * who has the file can read it, so the file is private. */
static void
append_password (GString *xml, const char *indent, const char *element, const char *password)
{
  g_autofree char *joined = g_strconcat (password ? password : "", element, NULL);
  glong length;
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (joined, -1, NULL, &length, NULL);
  g_autofree char *hidden = NULL;

  for (glong i = 0; i < length; i++)
    wide[i] = GUINT16_TO_LE (wide[i]);
  hidden = g_base64_encode ((const guchar *) wide, (gsize) length * 2);
  g_string_append_printf (xml, "%s<%s>\n%s  <Value>%s</Value>\n%s  <PlainText>false</PlainText>\n%s</%s>\n",
                          indent, element, indent, hidden, indent, indent, element);
  explicit_bzero (joined, strlen (joined));
  explicit_bzero (wide, (gsize) length * 2);
  explicit_bzero (hidden, strlen (hidden));
}

static void
append_international (GString *xml, const AetherInstallOptions *options, gboolean pe)
{
  const char *variant;
  g_autofree char *layout = _aether_install_layout (options->keyboard, &variant);
  g_autofree char *language = _aether_install_language_tag (options->language);
  const char *keyboard = _aether_install_windows_keyboard (layout);
  g_autofree char *input = keyboard ? g_strdup_printf ("%s:%s", keyboard + 4, keyboard) : g_strdup (language);

  begin_component (xml, options, pe ? "Microsoft-Windows-International-Core-WinPE" : "Microsoft-Windows-International-Core");
  if (pe)
    {
      g_string_append (xml, "      <SetupUILanguage>\n");
      append_element (xml, "        ", "UILanguage", options->medium_language);
      g_string_append (xml, "      </SetupUILanguage>\n");
    }
  append_element (xml, "      ", "InputLocale", input);
  append_element (xml, "      ", "SystemLocale", language);
  append_element (xml, "      ", "UILanguage", options->medium_language);
  append_element (xml, "      ", "UserLocale", language);
  end_component (xml);
}

/* --- pass windowsPE: where to, and what ------------------------------------------ */

static void
append_partition (GString *xml, guint order, const char *type, guint megabytes)
{
  g_string_append_printf (xml, "            <CreatePartition wcm:action=\"add\">\n"
                               "              <Order>%u</Order>\n"
                               "              <Type>%s</Type>\n", order, type);
  if (megabytes)
    g_string_append_printf (xml, "              <Size>%u</Size>\n", megabytes);
  else
    g_string_append (xml, "              <Extend>true</Extend>\n");
  g_string_append (xml, "            </CreatePartition>\n");
}

static void
append_format (GString *xml, guint order, guint partition, const char *format, const char *label, const char *letter, gboolean active)
{
  g_string_append_printf (xml, "            <ModifyPartition wcm:action=\"add\">\n"
                               "              <Order>%u</Order>\n"
                               "              <PartitionID>%u</PartitionID>\n"
                               "              <Format>%s</Format>\n"
                               "              <Label>%s</Label>\n", order, partition, format, label);
  if (letter)
    g_string_append_printf (xml, "              <Letter>%s</Letter>\n", letter);
  if (active)
    g_string_append (xml, "              <Active>true</Active>\n");
  g_string_append (xml, "            </ModifyPartition>\n");
}

static void
append_disk (GString *xml, const AetherInstallOptions *options)
{
  g_string_append (xml, "      <DiskConfiguration>\n"
                        "        <Disk wcm:action=\"add\">\n"
                        "          <DiskID>0</DiskID>\n"
                        "          <WillWipeDisk>true</WillWipeDisk>\n"
                        "          <CreatePartitions>\n");
  if (options->uefi)
    {
      append_partition (xml, 1, "EFI", 260);
      append_partition (xml, 2, "MSR", 16);
      append_partition (xml, 3, "Primary", 0);
    }
  else
    {
      append_partition (xml, 1, "Primary", 500);
      append_partition (xml, 2, "Primary", 0);
    }
  g_string_append (xml, "          </CreatePartitions>\n"
                        "          <ModifyPartitions>\n");
  if (options->uefi)
    {
      append_format (xml, 1, 1, "FAT32", "System", NULL, FALSE);
      append_format (xml, 2, 3, "NTFS", "Windows", "C", FALSE);
    }
  else
    {
      append_format (xml, 1, 1, "NTFS", "System", NULL, TRUE);
      append_format (xml, 2, 2, "NTFS", "Windows", "C", FALSE);
    }
  g_string_append (xml, "          </ModifyPartitions>\n"
                        "        </Disk>\n"
                        "      </DiskConfiguration>\n");
}

static void
append_bypass (GString *xml)
{
  static const char * const checks[] = { "TPM", "SecureBoot", "RAM" };

  g_string_append (xml, "      <RunSynchronous>\n");
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    g_string_append_printf (xml, "        <RunSynchronousCommand wcm:action=\"add\">\n"
                                 "          <Order>%u</Order>\n"
                                 "          <Path>reg.exe add HKLM\\SYSTEM\\Setup\\LabConfig /v Bypass%sCheck /t REG_DWORD /d 1 /f</Path>\n"
                                 "        </RunSynchronousCommand>\n", i + 1, checks[i]);
  g_string_append (xml, "      </RunSynchronous>\n");
}

static void
append_setup (GString *xml, const AetherInstallOptions *options)
{
  begin_component (xml, options, "Microsoft-Windows-Setup");
  append_disk (xml, options);
  g_string_append_printf (xml, "      <ImageInstall>\n"
                               "        <OSImage>\n"
                               "          <InstallTo>\n"
                               "            <DiskID>0</DiskID>\n"
                               "            <PartitionID>%u</PartitionID>\n"
                               "          </InstallTo>\n"
                               "        </OSImage>\n"
                               "      </ImageInstall>\n"
                               "      <UserData>\n"
                               "        <AcceptEula>true</AcceptEula>\n", options->uefi ? 3 : 2);
  append_element (xml, "        ", "FullName", options->real_name);
  g_string_append (xml, "        <ProductKey>\n");
  append_element (xml, "          ", "Key", options->product_key ? options->product_key : KEY_PRO);
  g_string_append (xml, "          <WillShowUI>OnError</WillShowUI>\n"
                        "        </ProductKey>\n"
                        "      </UserData>\n");
  if (options->bypass_requirements)
    append_bypass (xml);
  end_component (xml);
}

/* The drivers' medium gets whatever letter is free; setup passes over paths that are not there. The
 * folder names are those of the virtio-win disc. */
static void
append_drivers (GString *xml, const AetherInstallOptions *options)
{
  static const char * const drivers[] = { "viostor", "vioscsi", "NetKVM", "Balloon", "viogpudo", "vioserial" };
  const char *arch = strcmp (windows_arch (options->arch), "arm64") == 0 ? "ARM64" : windows_arch (options->arch);
  guint n = 0;

  begin_component (xml, options, "Microsoft-Windows-PnpCustomizationsWinPE");
  g_string_append (xml, "      <DriverPaths>\n");
  for (char letter = 'D'; letter <= 'G'; letter++)
    for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
      g_string_append_printf (xml, "        <PathAndCredentials wcm:action=\"add\" wcm:keyValue=\"%u\">\n"
                                   "          <Path>%c:\\%s\\w11\\%s</Path>\n"
                                   "        </PathAndCredentials>\n", ++n, letter, drivers[i], arch);
  g_string_append (xml, "      </DriverPaths>\n");
  end_component (xml);
}

/* --- passes specialize and oobeSystem: the new system ------------------------------ */

static void
append_specialize (GString *xml, const AetherInstallOptions *options)
{
  begin_component (xml, options, "Microsoft-Windows-Shell-Setup");
  append_element (xml, "      ", "ComputerName", options->host_name);
  append_element (xml, "      ", "TimeZone", _aether_install_windows_zone (options->time_zone));
  end_component (xml);
}

static void
append_account (GString *xml, const AetherInstallOptions *options)
{
  g_string_append (xml, "      <UserAccounts>\n"
                        "        <LocalAccounts>\n"
                        "          <LocalAccount wcm:action=\"add\">\n");
  append_element (xml, "            ", "Name", options->user_name);
  append_element (xml, "            ", "DisplayName", options->real_name);
  g_string_append (xml, "            <Group>Administrators</Group>\n");
  append_password (xml, "            ", "Password", options->password);
  g_string_append (xml, "          </LocalAccount>\n"
                        "        </LocalAccounts>\n"
                        "      </UserAccounts>\n");
}

static void
append_oobe (GString *xml, const AetherInstallOptions *options)
{
  begin_component (xml, options, "Microsoft-Windows-Shell-Setup");
  g_string_append (xml, "      <OOBE>\n"
                        "        <HideEULAPage>true</HideEULAPage>\n"
                        "        <HideOEMRegistrationScreen>true</HideOEMRegistrationScreen>\n"
                        "        <HideOnlineAccountScreens>true</HideOnlineAccountScreens>\n"
                        "        <HideWirelessSetupInOOBE>true</HideWirelessSetupInOOBE>\n"
                        "        <ProtectYourPC>3</ProtectYourPC>\n"
                        "      </OOBE>\n");
  append_account (xml, options);
  append_element (xml, "      ", "TimeZone", _aether_install_windows_zone (options->time_zone));
  end_component (xml);
}

gboolean
_aether_install_write_unattend (AetherInstallPlan *plan, const AetherInstallOptions *options, GError **error)
{
  /* Room beforehand, so that no copy of the password is left behind where it grew */
  GString *xml = g_string_sized_new (65536);

  g_string_append (xml, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                        "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\" "
                        "xmlns:wcm=\"http://schemas.microsoft.com/WMIConfig/2002/State\">\n"
                        "  <settings pass=\"windowsPE\">\n");
  append_international (xml, options, TRUE);
  if (options->drivers)
    append_drivers (xml, options);
  append_setup (xml, options);
  g_string_append (xml, "  </settings>\n"
                        "  <settings pass=\"specialize\">\n");
  append_specialize (xml, options);
  g_string_append (xml, "  </settings>\n"
                        "  <settings pass=\"oobeSystem\">\n");
  append_international (xml, options, FALSE);
  append_oobe (xml, options);
  g_string_append (xml, "  </settings>\n"
                        "</unattend>\n");

  _aether_install_plan_add (plan, "Autounattend.xml", xml);
  plan->label = "AETHER_SEED";
  return TRUE;
}
