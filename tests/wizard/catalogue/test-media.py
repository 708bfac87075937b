# test-media.py - what a medium is: kind, format, CPU and system right, or unknown, never wrong
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import subprocess
import sys

import rig
from make_media import (MIB, boot_files, bzimage, elf, fat, gpt, image, iso, mbr, pe, save, wim)
from rig import Skip, equal

DEMOS = os.environ["DEMOS"]
GUESTS = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "aether/guests")
MUTATE = os.environ["MEDIA_MUTATE"]
PC = ("i386", "x86_64")


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")


def what(home, path):
    found = home.ok("catalogue", "identify", "--json", path).json
    return (found["kind"], found["format"], tuple(sorted(found["cpus"])), found["os"])


def check(home, rows):
    """Rows: name, what it must be, and how it is made, into a file of the home."""
    wrong = []
    for number, (name, wanted, make) in enumerate(rows):
        path = make(home.path(f"medium{number}"))
        if path is None:
            print(f"# {name}: not here")
            continue
        found = what(home, path)
        if found != wanted:
            wrong.append(f"{name}: {found}, not {wanted}")
        if path.startswith(home.root):
            os.unlink(path)
    if wrong:
        raise AssertionError("\n".join(wrong))


def there(path):
    return lambda _: path if os.path.exists(path) else None


# --- what is on discs ------------------------------------------------------------------

# Volume, system, publisher, application; CPU; system. Labels as the makers' own discs have them.
DISCS = [
    ("Debian 13.4.0 amd64 n", "", "", "", "x86_64", "debian13"),
    ("Debian 13.4.0 arm64 n", "", "", "", "aarch64", "debian13"),
    ("Debian 13.1.0 riscv64 n", "", "", "", "riscv64", "debian13"),
    ("Debian 13.0.0 amd64 1", "", "", "", "x86_64", "debian13"),
    ("Debian 12.5.0 amd64 n", "", "", "", "x86_64", "debian12"),
    ("Ubuntu 24.04.3 LTS amd64", "", "", "", "x86_64", "ubuntu24.04"),
    ("Ubuntu-Server 24.04.1 LTS arm64", "", "", "", "aarch64", "ubuntu24.04"),
    ("Ubuntu 26.04 LTS amd64", "", "", "", "x86_64", "ubuntu26.04"),
    ("Ubuntu 22.04.3 LTS amd64", "", "", "", "x86_64", "ubuntu22.04"),
    ("Fedora-WS-Live-43", "LINUX", "FEDORA PROJECT", "FEDORA-WORKSTATION-LIVE-43", "x86_64", "fedora43"),
    ("Fedora-WS-Live-44", "LINUX", "FEDORA PROJECT", "FEDORA-WORKSTATION-LIVE-44", "aarch64", "fedora44"),
    ("Fedora-S-dvd-aarch64-43", "LINUX", "", "", "aarch64", "fedora43"),
    ("Fedora-S-dvd-x86_64-42", "LINUX", "", "", "x86_64", "fedora42"),
    ("14_4_RELEASE_AMD64_CD", "FreeBSD", "", "", "x86_64", "freebsd14.4"),
    ("14_3_RELEASE_AARCH64_DVD", "FreeBSD", "", "", "aarch64", "freebsd14.3"),
    ("15_0_RELEASE_AMD64_DVD", "FreeBSD", "", "", "x86_64", "freebsd15.0"),
    ("NETBSD_101", "NetBSD", "", "", "x86_64", "netbsd10.1"),
    ("NETBSD_101", "NetBSD", "", "", "aarch64", "netbsd10.1"),
    ("OpenBSD/amd64   7.8 Install CD", "OpenBSD", "Copyright (c) 2025 Theo de Raadt, The OpenBSD project", "", "x86_64", "openbsd7.8"),
    ("OpenBSD/arm64   7.8 Install CD", "OpenBSD", "Copyright (c) 2025 Theo de Raadt, The OpenBSD project", "", "aarch64", "openbsd7.8"),
    ("alpine-std 3.23.0 aarch64", "", "", "", "aarch64", "alpinelinux3.23"),
    ("alpine-virt 3.22.1 x86_64", "", "", "", "x86_64", "alpinelinux3.22"),
    ("ARCH_202604", "", "ARCH LINUX <HTTPS://ARCHLINUX.ORG>", "ARCH LINUX LIVE/RESCUE DVD", "x86_64", "archlinux"),
    ("Install-Leap-16.0-x86_64", "LINUX", "openSUSE", "", "x86_64", "opensuse16.0"),
    ("openSUSE-Tumbleweed-DVD-aarch64", "LINUX", "SUSE LLC", "", "aarch64", "opensusetumbleweed"),
    ("nixos-minimal-25.11-x86_64", "", "", "", "x86_64", "nixos-25.11"),
    ("nixos-graphical-25.11-aarch64", "", "", "", "aarch64", "nixos-25.11"),
    ("haiku-r1~beta5-x86_64", "", "", "", "x86_64", "haikur1beta5"),
    # What the label says and what is on it are not of one CPU: no name rather than a wrong one
    ("Debian 13.4.0 amd64 n", "", "", "", "aarch64", None),
    ("Fedora-S-dvd-aarch64-43", "LINUX", "", "", "x86_64", None),
    ("My own rescue disc", "LINUX", "", "", "x86_64", None),
    ("CDROM", "LINUX", "", "", "aarch64", None),
]


def test_discs(home):
    need("xorrisofs", "mkfs.vfat", "mcopy")
    check(home, [(f"{volume}, {cpu}", ("disc", "iso9660", (cpu,), wanted),
                  lambda path, volume=volume, system=system, publisher=publisher, application=application, cpu=cpu:
                  iso(path, volume, boot_files(cpu), system=system, publisher=publisher, application=application))
                 for volume, system, publisher, application, cpu, wanted in DISCS])


def test_boot_catalogues(home):
    need("xorrisofs", "mkfs.vfat", "mcopy")
    check(home, [
        ("BIOS alone", ("disc", "iso9660", PC, None), lambda path: iso(path, "A", bios=True)),
        ("UEFI for ARM", ("disc", "iso9660", ("aarch64",), None), lambda path: iso(path, "B", efi=["aarch64"])),
        ("UEFI for PCs", ("disc", "iso9660", ("x86_64",), None), lambda path: iso(path, "C", efi=["x86_64"])),
        ("BIOS and UEFI", ("disc", "iso9660", ("x86_64",), None), lambda path: iso(path, "D", bios=True, efi=["x86_64"])),
        ("32 and 64 bits", ("disc", "iso9660", PC, None), lambda path: iso(path, "E", bios=True, efi=["x86_64", "i386"])),
        ("data", ("disc", "iso9660", (), None), lambda path: iso(path, "F", {"a.txt": b"hello"})),
        ("name of another CPU", ("disc", "iso9660", (), None),
         lambda path: iso(path, "G", {"EFI/BOOT/BOOTX64.EFI": pe("aarch64")})),
        ("names in small letters", ("disc", "iso9660", ("x86_64",), None),
         lambda path: iso(path, "H", {"efi/boot/bootx64.efi": pe("x86_64")})),
        ("kernel on it", ("disc", "iso9660", ("x86_64",), None), lambda path: iso(path, "I", {"casper/vmlinuz": bzimage()})),
        ("old kernel on it", ("disc", "iso9660", ("i386",), None),
         lambda path: iso(path, "J", {"install.386/vmlinuz": bzimage(wide=False)})),
        ("RISC-V", ("disc", "iso9660", ("riscv64",), None), lambda path: iso(path, "K", boot_files("riscv64"))),
        ("ARM, 32 bits", ("disc", "iso9660", ("arm",), None), lambda path: iso(path, "L", boot_files("arm"))),
        ("all of them", ("disc", "iso9660", ("aarch64", "i386", "x86_64"), None),
         lambda path: iso(path, "M", boot_files("x86_64", "aarch64", "i386"))),
    ])


def test_udf(home):
    need("genisoimage", "mkfs.vfat", "mcopy")
    check(home, [
        ("64-bit PC", ("disc", "udf", ("x86_64",), None),
         lambda path: iso(path, "SSS_X64", {**boot_files("x86_64"), "sources/setup.exe": pe("x86_64")}, udf=True)),
        ("ARM", ("disc", "udf", ("aarch64",), None), lambda path: iso(path, "ARM", boot_files("aarch64"), udf=True)),
        ("setup alone", ("disc", "udf", ("i386",), None), lambda path: iso(path, "SETUP", {"setup.exe": pe("i386")}, udf=True)),
        ("data", ("disc", "udf", (), None), lambda path: iso(path, "DATA", {"a.txt": b"hello"}, udf=True)),
    ])


# --- disks and kernels --------------------------------------------------------------------


def test_disks(home):
    need("mkfs.vfat", "mcopy")
    check(home, [
        ("GPT, ARM", ("disk", "gpt", ("aarch64",), None), lambda path: gpt(path, boot_files("aarch64"))),
        ("GPT, PC", ("disk", "gpt", ("x86_64",), None), lambda path: gpt(path, boot_files("x86_64"))),
        ("GPT, sectors of 4096", ("disk", "gpt", ("x86_64",), None), lambda path: gpt(path, boot_files("x86_64"), 4096)),
        ("GPT, nothing to start", ("disk", "gpt", (), None), lambda path: gpt(path, {"a.txt": b"a"})),
        ("GPT, RISC-V", ("disk", "gpt", ("riscv64",), None), lambda path: gpt(path, boot_files("riscv64"))),
        ("MBR, ARM", ("disk", "mbr", ("aarch64",), None), lambda path: mbr(path, boot_files("aarch64"))),
        ("MBR, PC with code", ("disk", "mbr", ("x86_64",), None), lambda path: mbr(path, boot_files("x86_64"), code=True)),
        ("MBR, Linux", ("disk", "mbr", (), None), lambda path: mbr(path, None, code=True, kind=0x83)),
        ("FAT12", ("disk", "fat", ("x86_64",), None), lambda path: fat(path, boot_files("x86_64"), 2, 12)),
        ("FAT16", ("disk", "fat", ("aarch64",), None), lambda path: fat(path, boot_files("aarch64"), 16, 16)),
        ("FAT32", ("disk", "fat", ("i386",), None), lambda path: fat(path, boot_files("i386"), 64, 32)),
        ("FAT, two CPUs", ("disk", "fat", ("aarch64", "x86_64"), None), lambda path: fat(path, boot_files("x86_64", "aarch64"))),
    ])


def test_images(home):
    need("qemu-img")

    def make(kind):
        def create(path):
            subprocess.run(["qemu-img", "create", "-q", "-f", kind, path, "16M"], check=True)
            return path
        return create
    check(home, [(kind, ("disk-image", kind, (), None), make(kind)) for kind in ("qcow2", "vmdk", "vdi", "vhdx", "vpc")])


def test_kernels(home):
    def kernel(data):
        return lambda path: save(path, data)
    check(home, [
        ("bzImage, 64 bits", ("kernel", "bzImage", ("x86_64",), None), kernel(bzimage())),
        ("bzImage, 32 bits", ("kernel", "bzImage", ("i386",), None), kernel(bzimage(wide=False))),
        ("bzImage, old", ("kernel", "bzImage", ("i386",), None), kernel(bzimage(version=0x203))),
        ("Image for ARM", ("kernel", "Image", ("aarch64",), None), kernel(image(b"ARM\x64"))),
        ("Image for RISC-V", ("kernel", "Image", ("riscv64",), None), kernel(image(b"RSC\x05"))),
        ("vmlinux, PC", ("kernel", "vmlinux", ("x86_64",), None), kernel(elf(62))),
        ("vmlinux, ARM", ("kernel", "vmlinux", ("aarch64",), None), kernel(elf(183))),
        ("vmlinux, another CPU", ("unknown", None, (), None), kernel(elf(21))),
        ("text", ("unknown", None, (), None), kernel(b"#!/bin/sh\n" * 1000)),
        ("nothing", ("unknown", None, (), None), kernel(b"")),
        ("zeros", ("unknown", None, (), None), kernel(bytes(MIB))),
    ])


def test_real_ones(home):
    """What packages of this computer bring."""
    check(home, [
        ("iPXE, disc", ("disc", "iso9660", ("aarch64", "riscv64", "x86_64"), None), there("/usr/lib/ipxe/ipxe.iso")),
        ("iPXE, kernel", ("kernel", "bzImage", ("i386",), None), there("/usr/lib/ipxe/ipxe.lkrn")),
        ("Memtest86+", ("kernel", "bzImage", ("x86_64",), None), there("/boot/memtest86+x64.bin")),
        ("Memtest86+, 32 bits", ("kernel", "bzImage", ("i386",), None), there("/boot/memtest86+ia32.bin")),
        ("Linux, PC", ("kernel", "bzImage", ("x86_64",), None), there(GUESTS + "/x86_64/vmlinuz")),
        ("Linux, ARM", ("kernel", "Image", ("aarch64",), None), there(GUESTS + "/aarch64/vmlinuz")),
        ("disk of a guest", ("disk-image", "qcow2", (), None), there(GUESTS + "/x86_64-debian/root.qcow2")),
        ("Aether guest, PC", ("aether-guest", "aether", ("x86_64",), None), there(DEMOS + "/console-x86_64.aether")),
        ("Aether guest, ARM", ("aether-guest", "aether", ("aarch64",), None), there(DEMOS + "/console-arm64.aether")),
        ("GRUB's rescue disc", ("disc", "iso9660", PC, None), there("/usr/lib/grub-rescue/grub-rescue-cdrom.iso")),
    ])


# --- hostile ones ----------------------------------------------------------------------------


def test_no_files(home):
    os.mkfifo(home.path("fifo"))
    os.mkdir(home.path("folder"))
    home.fails(rig.FAILED, "cannot be read. It is not a file.", "catalogue", "identify", "fifo")
    home.fails(rig.FAILED, "cannot be read", "catalogue", "identify", "folder")
    home.fails(rig.FAILED, "cannot be read", "catalogue", "identify", "nothing")


# --- before a machine is made --------------------------------------------------------------


def test_create_for_another_cpu(home):
    """It is said before anything is made, and how it works."""
    need("xorrisofs", "mkfs.vfat", "mcopy")
    iso(home.path("arm.iso"), "ARM", boot_files("aarch64"))
    iso(home.path("both.iso"), "BOTH", boot_files("aarch64", "x86_64"))
    iso(home.path("data.iso"), "DATA", {"a.txt": b"a"})
    save(home.path("vmlinuz"), image(b"RSC\x05"))
    for option, words in ((("--cdrom", "arm.iso"), "--arch=aarch64"), (("--kernel", "vmlinuz"), "--arch=riscv64"),
                          (("--disk", home.path("arm.iso")), "--arch=aarch64")):
        home.fails(rig.USAGE, words, "create", "A", "--arch", "x86_64", *option)
    home.fails(rig.USAGE, "nothing to start", "create", "A", "--arch", "riscv64", "--cdrom", "both.iso")
    equal(os.path.exists(home.machines) and os.listdir(home.machines), False)
    home.ok("create", "A", "--arch", "aarch64", "--cdrom", "arm.iso")
    home.ok("create", "B", "--arch", "x86_64", "--cdrom", "both.iso")
    home.ok("create", "C", "--arch", "x86_64", "--cdrom", "data.iso")


def mutate(home, path):
    """Every byte of what is read first, each cut, and random ones, all in one process."""
    result = subprocess.run([MUTATE, path], capture_output=True, text=True, timeout=250)
    if result.returncode != 0:
        raise AssertionError(f"{path}: {result.returncode}\n{result.stdout[-2000:]}{result.stderr[-4000:]}")
    print("# " + result.stdout.strip())


def test_damaged_disc(home):
    need("xorrisofs", "mkfs.vfat", "mcopy")
    mutate(home, iso(home.path("a.iso"), "DAMAGED", boot_files("x86_64"), bios=True, efi=["x86_64"]))


def test_damaged_udf(home):
    need("genisoimage", "mkfs.vfat", "mcopy")
    mutate(home, iso(home.path("a.iso"), "DAMAGED", {**boot_files("x86_64"), "sources/boot.wim": wim(22631)}, udf=True))
    mutate(home, iso(home.path("b.iso"), "DAMAGED", {"sources/boot.wim": wim(22631)}))


def test_damaged_disk(home):
    need("mkfs.vfat", "mcopy")
    mutate(home, gpt(home.path("a.img"), boot_files("aarch64")))
    mutate(home, fat(home.path("b.img"), boot_files("x86_64"), 64, 32))


def test_damaged_programs(home):
    mutate(home, save(home.path("a"), bzimage()))
    if os.path.exists(DEMOS + "/hello-x86_64.aether"):
        mutate(home, DEMOS + "/hello-x86_64.aether")


def test_loops(home):
    """Folders and chains that lead to themselves, and sizes that are nowhere."""
    need("mkfs.vfat", "mcopy", "xorrisofs")
    path = fat(home.path("fat"), boot_files("x86_64"), 64, 32)
    with open(path, "r+b") as file:
        boot = file.read(512)
        table = int.from_bytes(boot[14:16], "little") * 512
        file.seek(table + 8)
        for cluster in range(2, 100):
            file.write(cluster.to_bytes(4, "little"))
    equal(what(home, path)[0], "disk")

    path = iso(home.path("iso"), "LOOP", boot_files("x86_64"))
    with open(path, "r+b") as file:
        file.seek(16 * 2048 + 156 + 10)
        file.write(b"\xff\xff\xff\x7f")
    equal(what(home, path)[0], "disc")
    os.truncate(path, 1 << 40)
    equal(what(home, path)[0], "disc")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
