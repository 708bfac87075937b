# test-new.py - aetherctl new: from a system's name to a machine that has it
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""At the end a Debian is really installed: an image without user, password or host name takes the
answers from the disc that Aether wrote, and its guest agent tells what came of them."""

import os
import platform
import shutil
import stat
import subprocess
import sys

import rig
from rig import FAILED, OK, USAGE, Skip, equal, holds

ARCH = platform.machine()
PASSWORD = "correct \"horse\" 'battery' $staple"


def disc(home, name, label, files):
    """A disc with files of the right names."""
    program = shutil.which("xorriso") or shutil.which("genisoimage")
    if not program:
        raise Skip("neither xorriso nor genisoimage is installed")
    for path in files:
        home.write(f"tree/{path}", f"this is {path}\n")
    mkisofs = [program, "-as", "mkisofs"] if program.endswith("xorriso") else [program]
    subprocess.run([*mkisofs, "-quiet", "-J", "-r", "-V", label, "-o", home.path(name), home.path("tree")],
                   check=True, capture_output=True)
    return home.path(name)


def debian(home):
    return disc(home, "debian.iso", "Debian 13", [".disk/info", "install.amd/vmlinuz", "install.amd/initrd.gz"])


def nothing_is_left(home):
    equal(os.listdir(home.machines) if os.path.isdir(home.machines) else [], [])


def test_usage(home):
    home.fails(USAGE, "has no “no-such-system”", "new", "no-such-system", "--no-start")
    home.fails(USAGE, "need --unattended", "new", "debian13", "--user=anna")
    iso = debian(home)
    base = ("new", "debian13", "--medium=" + iso, "--arch=x86_64", "--no-start")
    home.fails(USAGE, "wants a password", *base, "--unattended")
    home.fails(USAGE, "The user name “An na” cannot be used", *base, "--unattended", "--user=An na", "--password-stdin",
               stdin=b"x\n")
    home.fails(USAGE, "has no password", *base, "--unattended", "--password-stdin", stdin=b"\n")
    home.fails(USAGE, "too small", *base, "--disk=20")
    nothing_is_left(home)


def test_disc_that_is_none(home):
    path = home.write("text.iso", "no disc " * 1000)
    home.fails(FAILED, "neither a disc nor a disk image", "new", "debian13", "--medium=" + path, "--no-start")
    home.fails(FAILED, "nothing.iso", "new", "debian13", "--medium=./nothing.iso", "--no-start")
    nothing_is_left(home)


def test_drivers_that_are_none(home):
    """Said before anything is fetched or made."""
    path = home.write("text.iso", "no disc " * 1000)
    base = ("new", "win11", "--arch=x86_64", "--medium=" + home.path("nothing.iso"), "--no-start")
    home.fails(FAILED, "text.iso” is no disc", *base, "--drivers=" + path)
    home.fails(FAILED, "drivers, “", *base, "--drivers=" + home.path("nowhere.iso"))
    nothing_is_left(home)


def test_installer_that_cannot_be_answered(home):
    iso = disc(home, "live.iso", "Live", ["live/vmlinuz"])
    home.fails(FAILED, "does not know how to answer", "new", "debian13", "--medium=" + iso, "--arch=x86_64",
               "--unattended", "--password-stdin", "--no-start", stdin=b"x\n")
    nothing_is_left(home)


def test_installer_that_only_libosinfo_knows(home):
    iso = disc(home, "centos.iso", "CentOS_6.10_Final", ["images/install.img", "isolinux/vmlinuz", "isolinux/initrd.img"])
    base = ("new", "centos6.10", "--medium=" + iso, "--name=Old", "--arch=x86_64", "--unattended", "--user=anna",
            "--password-stdin", "--no-start")
    home.fails(USAGE, "takes only letters without accents", *base, stdin=PASSWORD.encode() + b"\n")
    home.fails(USAGE, "neither an SSH key nor packages", *base, "--package=vim", stdin=b"se-cret\n")
    nothing_is_left(home)

    equal(home.run(*base, stdin=b"se-cret\n").code, OK)
    machine = home.machine_json("Old")
    firmware = machine["firmware"]
    equal((firmware["kernel"], firmware["initrd"], firmware["once"]), ("boot/kernel", "boot/initrd", True))
    equal((firmware["append"], machine["os"]), ("ks=file:/rhel.ks", "centos6.10"))
    initrd = os.path.join(home.bundle("Old"), "boot/initrd")
    equal(stat.S_IMODE(os.stat(initrd).st_mode), 0o600)
    with open(initrd, "rb") as file:
        data = file.read()
    assert data.startswith(b"this is isolinux/initrd.img")
    holds(data, b"useradd -G wheel anna")
    holds(data, b"'se-cret'")
    for name in "machine.json", "boot/kernel":
        with open(os.path.join(home.bundle("Old"), name), "rb") as file:
            assert b"se-cret" not in file.read()

    # What ours suit they answer
    iso = disc(home, "rocky.iso", "Rocky-9-5-x86_64-dvd", ["images/install.img", "images/pxeboot/vmlinuz", "images/pxeboot/initrd.img"])
    equal(home.run("new", "rocky9", "--medium=" + iso, "--name=New", *base[4:], stdin=b"se-cret\n").code, OK)
    equal([d["once"] for d in home.machine_json("New")["drives"]], [False, False, True])


def test_live_disc_of_an_old_system(home):
    """It has a kernel, but no installer that reads a file."""
    iso = disc(home, "live.iso", "Fedora-17-Live", ["LiveOS/squashfs.img", "isolinux/vmlinuz", "isolinux/initrd.img"])
    home.fails(FAILED, "does not know how to answer", "new", "fedora17", "--medium=" + iso, "--arch=x86_64",
               "--unattended", "--password-stdin", "--no-start", stdin=b"x\n")
    nothing_is_left(home)


def test_debian_installer(home):
    iso = debian(home)
    result = home.run("new", "debian13", "--medium=" + iso, "--name=Deb", "--arch=x86_64", "--unattended", "--user=anna",
                      "--password-stdin", "--disk=30G", "--no-start", stdin=PASSWORD.encode() + b"\n")
    equal(result.code, OK)
    machine = home.machine_json("Deb")
    equal(machine["os"], "debian13")
    firmware = machine["firmware"]
    equal((firmware["kernel"], firmware["initrd"], firmware["once"]), ("boot/kernel", "boot/initrd", True))
    holds(firmware["append"], "preseed/file=/preseed.cfg")
    equal([(d["kind"], d["once"]) for d in machine["drives"]], [("disk", False), ("cdrom", False)])
    with open(os.path.join(home.bundle("Deb"), "boot/kernel"), "rb") as file:
        equal(file.read(), b"this is install.amd/vmlinuz\n")
    initrd = os.path.join(home.bundle("Deb"), "boot/initrd")
    equal(stat.S_IMODE(os.stat(initrd).st_mode), 0o600)
    with open(initrd, "rb") as file:
        data = file.read()
    assert data.startswith(b"this is install.amd/initrd.gz\n") and b"070701" in data and b"preseed.cfg\0" in data
    assert b"passwd/user-password-crypted password $6$" in data and PASSWORD.encode() not in data


def test_kickstart(home):
    iso = disc(home, "fedora.iso", "Fedora-S-dvd-x86_64-43", ["images/install.img"])
    result = home.run("new", "fedora43", "--medium=" + iso, "--name=Fed", "--arch=x86_64", "--unattended", "--user=anna",
                      "--password-stdin", "--no-start", stdin=PASSWORD.encode() + b"\n")
    equal(result.code, OK)
    drives = home.machine_json("Fed")["drives"]
    equal([(d["kind"], d["once"]) for d in drives], [("disk", False), ("cdrom", False), ("cdrom", True)])
    seed = os.path.join(home.bundle("Fed"), drives[2]["file"])
    equal(stat.S_IMODE(os.stat(seed).st_mode), 0o600)
    with open(seed, "rb") as file:
        data = file.read()
    equal(data[16 * 2048 + 40:16 * 2048 + 46], b"OEMDRV")
    assert b"--iscrypted" in data and PASSWORD.encode() not in data


def test_windows(home):
    iso = disc(home, "win.iso", "CCCOMA_X64FRE_DE_DE_DV9", ["sources/boot.wim"])
    result = home.run("new", "win11", "--medium=" + iso, "--name=Win", "--arch=x86_64", "--unattended", "--user=Anna O",
                      "--password-stdin", "--no-start", stdin=PASSWORD.encode() + b"\n")
    equal(result.code, OK)
    holds(result.out, "press a key")
    machine = home.machine_json("Win")
    equal((machine["firmware"]["kind"], machine["drives"][0]["interface"], machine["networks"][0]["model"]),
          ("uefi", "sata", "e1000e"))
    with open(os.path.join(home.bundle("Win"), machine["drives"][2]["file"]), "rb") as file:
        data = file.read()
    assert b"<UILanguage>de-DE</UILanguage>" in data and b"Bypass" not in data and PASSWORD.encode() not in data


def test_what_is_too_much_is_said_with_numbers(home):
    result = home.run("new", "debian13", "--medium=" + debian(home), "--arch=x86_64", "--no-start", "--memory=16000000",
                      "--disk=900T", "--name=Big")
    holds(result.err, "this computer has")
    holds(result.err, "free")


def test_image_that_names_another_file_is_refused(home):
    if not shutil.which("qemu-img"):
        raise Skip("qemu-img is not installed")
    subprocess.run(["qemu-img", "create", "-q", "-f", "raw", home.path("base"), "1M"], check=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", home.path("base"), home.path("a.qcow2")],
                   check=True)
    home.fails(FAILED, "is not whole", "new", "debian13", "--medium=" + home.path("a.qcow2"), "--no-start")
    nothing_is_left(home)


def test_image_that_is_cut_off_is_refused(home):
    """As a download that was interrupted leaves it."""
    if not shutil.which("qemu-img"):
        raise Skip("qemu-img is not installed")
    with open(home.path("full.raw"), "wb") as file:
        file.write(os.urandom(4 << 20))
    subprocess.run(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", home.path("full.raw"), home.path("cut.qcow2")], check=True)
    base = ("new", "debian13", "--medium=" + home.path("cut.qcow2"), "--arch=x86_64", "--no-start")
    home.ok(*base, "--name=Whole")
    home.ok("delete", "Whole", "--permanently", "--yes")
    shutil.copy(home.path("cut.qcow2"), home.path(".hidden.qcow2"))
    home.ok(*base, "--name=Hidden", "--medium=" + home.path(".hidden.qcow2"))
    home.ok("delete", "Hidden", "--permanently", "--yes")
    os.truncate(home.path("cut.qcow2"), 2 << 20)
    home.fails(FAILED, "not all there", *base)
    nothing_is_left(home)


# --- for real -----------------------------------------------------------------------

def test_debian_is_installed_without_questions(home):
    guests = os.environ.get("AETHER_GUESTS_DIR") or os.path.expanduser("~/.cache/aether/guests")
    folder = os.path.join(guests, ARCH + "-debian")
    if not os.path.exists(os.path.join(folder, "root.qcow2")):
        raise Skip("the Debian to set up is not here: set-up makes it, with mmdebstrap and the network")
    if not shutil.which("qemu-system-" + ARCH):
        raise Skip(f"qemu-system-{ARCH} is not installed")
    with open(os.path.join(folder, "cmdline"), encoding="utf-8") as file:
        cmdline = file.read().strip()

    made = home.run("new", "debian13", "--medium=" + os.path.join(folder, "root.qcow2"), "--arch=" + ARCH, "--name=Box",
                    "--unattended", "--user=anna", "--real-name=Anna “A” O'Hara", "--password-stdin", "--host-name=box-1",
                    "--time-zone=Asia/Tokyo", "--language=en_US.UTF-8", "--keyboard=de",
                    "--memory=1024", "--cpus=1", "--disk=4G",
                    "--set=firmware.kernel=" + os.path.join(folder, "vmlinuz"),
                    "--set=firmware.initrd=" + os.path.join(folder, "initrd"),
                    "--set=firmware.append=" + cmdline, stdin=PASSWORD.encode() + b"\n", timeout=200)
    equal(made.code, OK)
    holds(made.out, "and runs")
    seed = os.path.join(home.bundle("Box"), "install/answers.iso")
    assert os.path.exists(seed)

    # It is up when it asks for a name, by its new one; logging in by the password proves the rest
    console = home.run("serial", "Box", "--until=Datasource DataSourceNoCloud", "--timeout=1160", timeout=400)
    equal(console.code, OK)
    home.run("serial", "Box", "--no-replay", "--until=login:", "--timeout=400", stdin=b"\n", timeout=200)
    home.run("serial", "Box", "--no-replay", "--until=assword:", "--timeout=400", stdin=b"anna\n", timeout=200)
    home.run("serial", "Box", "--no-replay", "--until=$ ", "--timeout=400", stdin=PASSWORD.encode() + b"\n", timeout=200)
    ask = (b"echo a=$(whoami)@$(hostname) b=$(cat /etc/timezone) c=$(getent passwd anna | cut -d: -f5) "
           b"d=$(systemctl is-active qemu-guest-agent) e=$(df -BG --output=size / | tail -n 1) f''in\n")
    told = home.run("serial", "Box", "--no-replay", "--until=fin", "--timeout=400", stdin=ask, timeout=200).out
    holds(told, "a=anna@box-1 b=Asia/Tokyo c=Anna “A” O'Hara d=active e= 4G fin")

    # The medium with the answers has done its work
    down = home.run("stop", "--request", "--timeout=400", "Box", timeout=200)
    equal(down.code, OK)
    assert not os.path.exists(seed)
    equal([d["kind"] for d in home.machine_json("Box")["drives"]], ["disk"])
    for folder, _dirs, files in os.walk(home.bundle("Box")):
        for name in files:
            path = os.path.join(folder, name)
            if not name.endswith(".qcow2"):
                with open(path, "rb") as file:
                    assert PASSWORD.encode() not in file.read(), f"{path} has the password"


rig.main(sys.modules[__name__])
