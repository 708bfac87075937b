# samples.py - machines of other programs with real disks, for tests to import
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import glob
import hashlib
import os
import random
import shutil
import struct
import subprocess
import tarfile

from rig import Skip

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "samples")
MIB = 1 << 20
GRUB = "/usr/lib/grub-rescue/grub-rescue-cdrom.iso"


def text(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def qemu_img(*args):
    subprocess.run(["qemu-img", *args], check=True, stdout=subprocess.DEVNULL, timeout=120)


def digest(path, kind="sha256"):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def digests(folder):
    """What would show that anything in it was touched."""
    return {path: (digest(path), os.stat(path).st_mtime_ns)
            for path in glob.glob(folder + "/**", recursive=True) if os.path.isfile(path)}


def raw(path, size=4 * MIB, seed=1):
    """A disk with a partition table, data at its beginning, and holes."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        mbr = bytearray(512)
        mbr[0:2] = b"\xeb\xfe"
        mbr[446:462] = struct.pack("<BBBBBBBBII", 0x80, 0, 2, 0, 0x83, 0, 0, 0, 2048, size // 512 - 2048)
        mbr[510:512] = b"\x55\xaa"
        file.write(mbr)
        file.write(random.Random(seed).randbytes(MIB - 512))
        file.truncate(size)
    return path


def disk(path, form="qcow2", options=None, **kwargs):
    """A disk in a format of qemu-img's; returns what a machine sees on it."""
    plain = raw(path + ".plain", **kwargs)
    qemu_img("convert", "-f", "raw", "-O", form, *(["-o", options] if options else []), plain, path)
    contents = digest(plain)
    os.unlink(plain)
    return contents


def contents(path, form="qcow2"):
    """The same of a disk that is there."""
    qemu_img("convert", "-f", form, "-O", "raw", path, path + ".contents")
    found = digest(path + ".contents")
    os.unlink(path + ".contents")
    return found


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(data)
    return path


def utm(folder, **kwargs):
    write(folder + "/config.plist", text("utm4.plist"))
    return disk(folder + "/Data/B8D5A2A4-3A7B-4E23-8B57-8C1E58A6F0D7.qcow2", **kwargs)


def vmware(folder):
    write(folder + "/Buero.vmx", text("vmware.vmx"))
    return (disk(folder + "/Daten.vmdk", "vmdk", "subformat=twoGbMaxExtentSparse", seed=2),
            disk(folder + "/Buero.vmdk", "vmdk", "subformat=monolithicSparse", seed=3))


def virtualbox(folder):
    write(folder + "/Windows 10.vbox", text("virtualbox.vbox"))
    return (disk(folder + "/Data.vdi", "vdi", seed=4), disk(folder + "/Windows 10.vdi", "vdi", seed=5))


def ovf(folder, name="appliance", description=None, **kwargs):
    """Description, disk and checksums, in the order an archive has them."""
    seen = disk(f"{folder}/{name}-disk1.vmdk", "vmdk", "subformat=streamOptimized", **kwargs)
    write(f"{folder}/{name}.ovf", description or text("appliance.ovf"))
    write(f"{folder}/{name}.mf", "".join(f"SHA256({file})= {digest(f'{folder}/{file}')}\n"
                                          for file in (f"{name}.ovf", f"{name}-disk1.vmdk")))
    return seen


def pack(folder, path, name="appliance"):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as archive:
        for file in (f"{name}.ovf", f"{name}.mf", f"{name}-disk1.vmdk"):
            archive.add(f"{folder}/{file}", file)
    return path


def ova(path, **kwargs):
    folder = path + ".parts"
    seen = ovf(folder, **kwargs)
    pack(folder, path)
    shutil.rmtree(folder)
    return seen


def bootable(path, guests):
    """A disk that a BIOS starts: GRUB, and the small Linux of the tests."""
    if not shutil.which("xorriso") or not os.path.exists(GRUB):
        raise Skip("xorriso and grub-rescue-pc are not installed")
    with open(guests + "/cmdline", encoding="utf-8") as file:
        config = write(path + ".cfg", f"linux /vmlinuz {file.read().strip()}\ninitrd /initrd\nboot\n")
    subprocess.run(["xorriso", "-indev", GRUB, "-outdev", path, "-boot_image", "any", "replay", "-overwrite", "on",
                    "-map", guests + "/vmlinuz", "/vmlinuz", "-map", guests + "/initrd", "/initrd",
                    "-map", config, "/boot/grub/grub.cfg"], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.unlink(config)
    return path
