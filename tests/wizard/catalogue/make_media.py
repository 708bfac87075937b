# make_media.py - small media with the labels and boot files of real ones
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import struct
import subprocess

MIB = 1 << 20
MACHINES = {"x86_64": 0x8664, "aarch64": 0xAA64, "i386": 0x014C, "arm": 0x01C2, "riscv64": 0x5064}
BOOT_NAMES = {"x86_64": "BOOTX64.EFI", "aarch64": "BOOTAA64.EFI", "i386": "BOOTIA32.EFI", "arm": "BOOTARM.EFI",
              "riscv64": "BOOTRISCV64.EFI"}


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def save(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def pe(cpu):
    """A program for UEFI, as far as its header."""
    return (b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0" + struct.pack("<H", MACHINES[cpu])).ljust(4096, b"\0")


def bzimage(wide=True, version=0x20F):
    data = bytearray(8192)
    data[0x1FE:0x200] = b"\x55\xaa"
    data[0x202:0x206] = b"HdrS"
    data[0x206:0x208] = struct.pack("<H", version)
    data[0x236] = 1 if wide else 0
    return bytes(data)


def image(magic):
    return (b"\0" * 0x38 + magic).ljust(8192, b"\0")


def elf(machine, wide=True):
    return (b"\x7fELF" + bytes([2 if wide else 1, 1, 1]) + b"\0" * 9 + struct.pack("<HH", 2, machine)).ljust(8192, b"\0")


# --- file systems -------------------------------------------------------------------


def wim(build):
    """As much of an image as says which Windows it is."""
    xml = f"<WIM><IMAGE INDEX=\"1\"><WINDOWS><VERSION><MAJOR>10</MAJOR><BUILD>{build}</BUILD></VERSION>".encode("utf-16-le")
    header = bytearray(208)
    header[:8] = b"MSWIM\0\0\0"
    struct.pack_into("<QQQ", header, 72, len(xml), 208 + 4096, len(xml))
    return bytes(header) + b"\x55" * 4096 + xml


def fat(path, files, size=8, bits=None, offset=0):
    """A FAT file system of `size` MiB with the files, at an offset of a file."""
    part = path + ".fat" if offset else path
    with open(part, "wb") as file:
        file.truncate(size * MIB)
    run("mkfs.vfat", *(["-F", str(bits)] if bits else []), part)
    folders = set()
    for name, data in files.items():
        at = ""
        for folder in name.split("/")[:-1]:
            at += "/" + folder
            if at not in folders:
                folders.add(at)
                run("mmd", "-i", part, "::" + at)
        source = save(path + ".file", data)
        run("mcopy", "-i", part, source, "::/" + name)
        os.unlink(source)
    if offset:
        with open(part, "rb") as source, open(path, "r+b") as disk:
            disk.seek(offset)
            shutil.copyfileobj(source, disk)
        os.unlink(part)
    return path


def boot_files(*cpus):
    return {"EFI/BOOT/" + BOOT_NAMES[cpu]: pe(cpu) for cpu in cpus}


def gpt(path, files, sector=512):
    with open(path, "wb") as file:
        file.truncate(12 * MIB)
        header = bytearray(92)
        header[0:8] = b"EFI PART"
        header[72:80] = struct.pack("<Q", 2)
        header[80:88] = struct.pack("<II", 128, 128)
        file.seek(sector)
        file.write(header)
        file.seek(2 * sector)
        entry = bytearray(128)
        entry[0:16] = bytes.fromhex("28732ac11ff8d211ba4b00a0c93ec93b")
        entry[32:48] = struct.pack("<QQ", MIB // sector, 9 * MIB // sector - 1)
        file.write(entry)
    return fat(path, files, offset=MIB)


def mbr(path, files, code=False, kind=0x0C):
    with open(path, "wb") as file:
        file.truncate(12 * MIB)
        boot = bytearray(512)
        if code:
            boot[0:4] = b"\xeb\x3c\x90\xfa"
        boot[446:462] = bytes([0x80, 0, 0, 0, kind, 0, 0, 0]) + struct.pack("<II", 2048, 16384)
        boot[510:512] = b"\x55\xaa"
        file.write(boot)
    return fat(path, files, offset=MIB) if files is not None else path


def iso(path, volume="", files=None, bios=False, efi=(), system="", publisher="", application="", udf=False):
    """A disc; `bios`: whether a PC's firmware starts it, or the code that it starts; `efi`: CPUs of the image that El Torito
    names, which need not be in the disc's own folders."""
    folder = path + ".d"
    os.makedirs(folder, exist_ok=True)
    for name, data in (files or {}).items():
        save(os.path.join(folder, name), data)
    options = []
    if bios:
        code = bios if isinstance(bios, bytes) else b"\xeb\xfe"
        save(os.path.join(folder, "boot/bios.img"), code.ljust(2048, b"\0"))
        options += ["-b", "boot/bios.img", "-c", "boot/boot.cat", "-no-emul-boot"]
    if efi:
        fat(os.path.join(folder, "efi.img"), boot_files(*efi), size=1)
        options += (["-eltorito-alt-boot"] if bios else ["-c", "boot.cat"])
        options += ["-e", "efi.img", "-no-emul-boot"]
    run("genisoimage" if udf else "xorrisofs", "-quiet", "-o", path, "-V", volume, "-sysid", system, "-publisher", publisher,
        "-A", application, "-J", "-R", *(["-udf", "-allow-limited-size"] if udf else []), *options, folder)
    shutil.rmtree(folder)
    if volume != volume.upper():
        relabel(path, volume)
    return path


def relabel(path, volume):
    """Real discs have letters in their labels that the standard forbids, and so some programs change."""
    with open(path, "r+b") as file:
        file.seek(16 * 2048 + 40)
        file.write(volume.encode()[:32].ljust(32))
