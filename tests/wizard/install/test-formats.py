# test-formats.py - answers for installers before the parsers of their formats
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""Hostile names and passwords must come out of each format's own parser as they went in. The answer
file of Windows is held against a table of what its reference allows."""

import base64
import os
import re
import shlex
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import rig
from rig import Skip, equal

PROGRAM = os.environ["TEST_INSTALL"]
PASSWORD = "a\"b'c\\d $(reboot) `x` #!%&<>]]> {{ds}} : - é漢 \\"
NAME = "Ann \"O'Hara\" <&> #1 $(x) `y` %end {}[]|>é"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== anna@home"


def plan(nick):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "--write", folder, nick], check=True)
        files = {}
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                files[name] = file.read()
        return files


def load_yaml(text):
    try:
        import yaml
    except ImportError as error:
        raise Skip("Python has no YAML parser (python3-yaml)") from error
    return yaml.safe_load(text)


def test_cloud_init(_home):
    files = plan("cloud-init")
    equal(sorted(files), ["meta-data", "network-config", "user-data"])
    assert files["user-data"].startswith("#cloud-config\n")
    data = load_yaml(files["user-data"])
    user = data["users"][0]
    equal((user["name"], user["gecos"], user["lock_passwd"]), ("anna", NAME, False))
    assert user["passwd"].startswith("$6$"), user
    equal(user["ssh_authorized_keys"], [KEY])
    equal((data["hostname"], data["timezone"], data["locale"]), ("box-1", "Europe/Berlin", "de_DE.UTF-8"))
    equal(data["keyboard"], {"layout": "de", "variant": "nodeadkeys"})
    equal(data["packages"], ["vim", "g++"])
    equal(load_yaml(files["meta-data"])["local-hostname"], "box-1")
    equal(load_yaml(files["network-config"])["ethernets"]["lan"]["match"], {"macaddress": "52:54:00:12:34:56"})


def test_cloud_init_by_its_own_schema(_home):
    """Where this computer has cloud-init, it looks itself."""
    files = plan("cloud-init")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(files["user-data"])
        file.flush()
        try:
            result = subprocess.run(["cloud-init", "schema", "-c", file.name], capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise Skip("cloud-init is not installed") from error
    assert result.returncode == 0 or "Error" not in result.stderr + result.stdout, result


def test_autoinstall(_home):
    data = load_yaml(plan("autoinstall")["user-data"])["autoinstall"]
    identity = data["identity"]
    equal((identity["hostname"], identity["username"], identity["realname"]), ("box-1", "anna", NAME))
    assert identity["password"].startswith("$6$"), identity
    equal((data["version"], data["shutdown"], data["locale"]), (1, "poweroff", "de_DE.UTF-8"))
    equal(data["ssh"]["authorized-keys"], [KEY])
    equal(data["packages"], ["qemu-guest-agent", "vim", "g++"])


def test_preseed(_home):
    answers = {}
    for line in plan("preseed")["preseed.cfg"].splitlines():
        if line.startswith("#"):
            continue
        match = re.fullmatch(r"(\S+) (\S+) (string|boolean|select|multiselect|password|note)(?: (.*))?", line)
        assert match, f"{line!r} is no answer"
        answers[match.group(2)] = match.group(4)
    equal(answers["passwd/user-fullname"], NAME)
    equal(answers["passwd/username"], "anna")
    assert answers["passwd/user-password-crypted"].startswith("$6$")
    equal(answers["netcfg/get_hostname"], "box-1")
    equal(answers["pkgsel/include"].split(), ["sudo", "qemu-guest-agent", "openssh-server", "vim", "g++"])
    # A shell takes the command apart as it is meant
    words = shlex.split(answers["preseed/late_command"])
    equal(words[:3], ["in-target", "sh", "-c"])
    equal(len(words), 4)
    assert KEY in words[3], words
    subprocess.run(["sh", "-n", "-c", words[3]], check=True)


def test_kickstart(_home):
    head, packages = plan("kickstart")["ks.cfg"].split("\n%packages\n")
    lines = [shlex.split(line, comments=True) for line in head.splitlines() if line]
    user = next(line for line in lines if line[0] == "user")
    options = dict(word[2:].split("=", 1) for word in user[1:] if "=" in word)
    equal((options["name"], options["gecos"]), ("anna", NAME))
    assert options["password"].startswith("$6$") and "--iscrypted" in user, user
    equal(next(line for line in lines if line[0] == "sshkey")[2], KEY)
    equal(next(line for line in lines if line[0] == "keyboard")[1], "--xlayouts=de (nodeadkeys)")
    equal(packages.splitlines(), ["@core", "qemu-guest-agent", "vim", "g++", "%end"])


def test_autoyast(_home):
    space = {"y": "http://www.suse.com/1.0/yast2ns"}
    root = ET.fromstring(plan("autoyast")["autoinst.xml"])
    equal(root.tag, "{http://www.suse.com/1.0/yast2ns}profile")
    user = root.find("y:users/y:user", space)
    equal(user.find("y:fullname", space).text, NAME)
    equal(user.find("y:encrypted", space).text, "true")
    assert user.find("y:user_password", space).text.startswith("$6$")
    equal(user.find("y:authorized_keys/y:listentry", space).text, KEY)
    equal([p.text for p in root.findall("y:software/y:packages/y:package", space)],
          ["sudo", "qemu-guest-agent", "vim", "g++"])


# --- Windows: Unattended Windows Setup Reference ------------------------------------

SPACE = "urn:schemas-microsoft-com:unattend"
ACTION = "{http://schemas.microsoft.com/WMIConfig/2002/State}action"
KEY_VALUE = "{http://schemas.microsoft.com/WMIConfig/2002/State}keyValue"
BOOL = "true|false"
NUMBER = r"\d+"
LOCALE = r"[a-z]{2,3}-[A-Z]{2}"
TEXT = r".+"
LANGUAGES = {"InputLocale": rf"{LOCALE}|[0-9a-f]{{4}}:[0-9a-f]{{8}}", "SystemLocale": LOCALE,
             "UILanguage": LOCALE, "UserLocale": LOCALE}

# pass -> component -> setting -> its type; a list holds a list item, which wants wcm:action="add"
SCHEMA = {
    "windowsPE": {
        "Microsoft-Windows-International-Core-WinPE": {**LANGUAGES, "SetupUILanguage": {"UILanguage": LOCALE}},
        "Microsoft-Windows-PnpCustomizationsWinPE": {
            "DriverPaths": {"PathAndCredentials": [{"Path": r"[A-Z]:\\.+"}]}},
        "Microsoft-Windows-Setup": {
            "DiskConfiguration": {"Disk": [{
                "DiskID": NUMBER, "WillWipeDisk": BOOL,
                "CreatePartitions": {"CreatePartition": [{
                    "Order": NUMBER, "Type": "Primary|EFI|MSR|Logical|Extended", "Size": NUMBER, "Extend": BOOL}]},
                "ModifyPartitions": {"ModifyPartition": [{
                    "Order": NUMBER, "PartitionID": NUMBER, "Format": "NTFS|FAT32", "Label": TEXT,
                    "Letter": "[A-Z]", "Active": BOOL}]},
            }]},
            "ImageInstall": {"OSImage": {"InstallTo": {"DiskID": NUMBER, "PartitionID": NUMBER}}},
            "UserData": {"AcceptEula": BOOL, "FullName": TEXT,
                         "ProductKey": {"Key": "([A-Z0-9]{5}-){4}[A-Z0-9]{5}", "WillShowUI": "Always|Never|OnError"}},
            "RunSynchronous": {"RunSynchronousCommand": [{"Order": NUMBER, "Path": TEXT}]},
        },
    },
    "specialize": {
        "Microsoft-Windows-Shell-Setup": {"ComputerName": r"[A-Za-z0-9-]{1,15}", "TimeZone": TEXT},
    },
    "oobeSystem": {
        "Microsoft-Windows-International-Core": LANGUAGES,
        "Microsoft-Windows-Shell-Setup": {
            "OOBE": {"HideEULAPage": BOOL, "HideOEMRegistrationScreen": BOOL, "HideOnlineAccountScreens": BOOL,
                     "HideWirelessSetupInOOBE": BOOL, "ProtectYourPC": "[123]"},
            "UserAccounts": {"LocalAccounts": {"LocalAccount": [{
                "Name": TEXT, "DisplayName": TEXT, "Group": "Administrators|Users",
                "Password": {"Value": "[A-Za-z0-9+/]+=*", "PlainText": BOOL}}]}},
            "TimeZone": TEXT,
        },
    },
}


def check_settings(element, schema, where):
    """Every setting is in the table, once unless it is a list item, and has a value of its type."""
    seen = set()
    for child in element:
        name = child.tag.removeprefix(f"{{{SPACE}}}")
        here = f"{where}/{name}"
        assert name in schema, f"{here} is no setting"
        kind = schema[name]
        if isinstance(kind, list):
            equal(child.get(ACTION), "add")
            kind = kind[0]
        else:
            assert name not in seen, f"{here} is there twice"
            equal(child.get(ACTION), None)
        seen.add(name)
        if isinstance(kind, dict):
            check_settings(child, kind, here)
        else:
            assert len(child) == 0 and re.fullmatch(kind, child.text or ""), f"{here} is {child.text!r}"


def windows(nick, arch):
    text = plan(nick)["Autounattend.xml"]
    root = ET.fromstring(text)
    equal(root.tag, f"{{{SPACE}}}unattend")
    passes = [settings.get("pass") for settings in root]
    equal(passes, sorted(set(passes), key=list(SCHEMA).index))
    for settings in root:
        names = []
        for component in settings:
            equal(component.get("processorArchitecture"), arch)
            equal(component.get("publicKeyToken"), "31bf3856ad364e35")
            equal((component.get("language"), component.get("versionScope")), ("neutral", "nonSxS"))
            name = component.get("name")
            names.append(name)
            assert name in SCHEMA[settings.get("pass")], f"{name} does not belong to {settings.get('pass')}"
            check_settings(component, SCHEMA[settings.get("pass")][name], name)
        equal(len(names), len(set(names)))
    return root, text


def numbers(root, path):
    return [int(element.text) for element in root.iterfind(path.replace("u:", f"{{{SPACE}}}"))]


def check_windows(nick, arch):
    root, text = windows(nick, arch)
    orders = numbers(root, ".//u:CreatePartition/u:Order")
    equal(orders, list(range(1, len(orders) + 1)))
    # Windows goes to a partition that is made, and is formatted
    target = numbers(root, ".//u:InstallTo/u:PartitionID")
    assert target[0] in numbers(root, ".//u:ModifyPartition/u:PartitionID") and target[0] in orders
    find = lambda path: root.find(path.replace("u:", f"{{{SPACE}}}")).text
    hidden = base64.b64decode(find(".//u:LocalAccount/u:Password/u:Value")).decode("utf-16-le")
    equal(hidden, PASSWORD + "Password")
    equal(find(".//u:LocalAccount/u:DisplayName"), NAME)
    equal(find(".//u:ComputerName"), "box-1")
    equal(find(".//u:TimeZone"), "W. Europe Standard Time")
    equal(find(".//u:InputLocale"), "0407:00000407")
    return root, text


def test_windows_x86_64(_home):
    root, text = check_windows("unattend", "amd64")
    # What Windows 11 asks of a computer is not passed over unless the user wants it
    assert "LabConfig" not in text and "Bypass" not in text
    assert "DriverPaths" not in text
    equal([e.text for e in root.iter(f"{{{SPACE}}}Type")], ["EFI", "MSR", "Primary"])


def test_windows_on_arm(_home):
    _root, text = check_windows("unattend-arm-drivers", "arm64")
    assert "\\w11\\ARM64</" in text


def test_windows_with_bios(_home):
    root, _text = check_windows("unattend-bios", "amd64")
    equal([e.text for e in root.iter(f"{{{SPACE}}}Active")], ["true"])
    equal(numbers(root, ".//u:InstallTo/u:PartitionID"), [2])


def test_windows_with_drivers_and_without_requirements(_home):
    root, text = check_windows("unattend-bypass-drivers", "amd64")
    for what in "TPM", "SecureBoot", "RAM":
        assert f"/v Bypass{what}Check " in text
    keys = [e.get(KEY_VALUE) for e in root.iter(f"{{{SPACE}}}PathAndCredentials")]
    equal(len(keys), len(set(keys)))
    assert "\\viostor\\w11\\amd64</" in text


def test_windows_schema_finds_what_is_wrong(_home):
    """The check itself can fail."""
    for wrong in "<component><Nothing/></component>", "<component><ComputerName>a b</ComputerName></component>":
        element = ET.fromstring(wrong.replace("<component>", f"<component xmlns='{SPACE}'>"))
        try:
            check_settings(element, SCHEMA["specialize"]["Microsoft-Windows-Shell-Setup"], "here")
        except AssertionError:
            continue
        raise AssertionError(f"{wrong} was taken")


rig.main(sys.modules[__name__])
