# test-bad-input.py - what a user may get wrong, with the real QEMU: each has its sentence
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ctl"))

import rig
from rig import FAILED, USAGE, WRONG_STATE, Skip, equal, holds

ARCH = "x86_64"


def need_qemu():
    if not shutil.which("qemu-system-" + ARCH):
        raise Skip(f"qemu-system-{ARCH} is not installed")


def create(home, name, *args):
    need_qemu()
    home.ok("create", name, "--arch=" + ARCH, "--memory=64", "--cpus=1", "--set=qemu.accelerator=tcg", *args)


def severities(home, name):
    return {finding["id"]: finding["severity"] for finding in home.run("check", "--json", name, timeout=120).json["findings"]}


def refuses(home, name, words, *more):
    """It does not start; check says so before, and both name the thing."""
    result = home.run("check", name, timeout=120)
    equal(result.code, FAILED)
    for word in (words, *more):
        holds(result.out, word)
    started = home.run("start", name, timeout=120)
    equal(started.code, FAILED)
    for word in (words, *more):
        holds(started.err, word)
    equal(home.ok("status", "--json", name).json["state"], "stopped")


def starts(home, name):
    started = home.run("start", name, timeout=120)
    if started.code:
        raise AssertionError(started.err)
    equal(home.ok("status", "--json", name).json["state"], "running")
    return started.err


def test_bundle_without_disks_starts_and_says_what_will_happen(home):
    create(home, "Empty")
    holds(starts(home, "Empty"), "nothing to start from: no disk, no CD and no kernel")
    home.ok("stop", "--force", "Empty")


def test_missing_disk(home):
    image = home.write("gone.img", b"\0" * 1048576)
    create(home, "Missing", "--disk", image)
    os.unlink(image)
    refuses(home, "Missing", "The disk “disk0” is not there: “" + image + "”")


def test_disk_that_is_a_folder(home):
    image = home.write("disk.img", b"\0" * 1048576)
    create(home, "Folder", "--disk", image)
    os.unlink(image)
    os.mkdir(image)
    refuses(home, "Folder", image)


def test_empty_disk_file(home):
    image = home.write("disk.img", b"\0" * 1048576)
    create(home, "Nothing", "--disk", image)
    os.truncate(image, 0)
    refuses(home, "Nothing", "is empty: “" + image + "”")


def test_disk_of_another_kind_than_its_format(home):
    image = home.write("disk.img", b"\0" * 1048576)
    create(home, "Format", "--disk", image, "--set=drives.0.format=qcow2")
    started = home.run("start", "Format", timeout=120)
    equal(started.code, FAILED)
    holds(started.err, image)


def test_read_only_disk(home):
    folder = home.path("ro")
    image = home.write("ro/disk.img", b"\0" * 1048576)
    create(home, "ReadOnly", "--disk", image)
    os.chmod(image, 0o444)
    if os.geteuid() != 0:
        refuses(home, "ReadOnly", "You may not write the disk “disk0”", image)
        return
    # Permissions do not stop root; a read-only mount does
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    if subprocess.run(["unshare", "-m", "sh", "-c", script, folder, "true"], capture_output=True, check=False).returncode:
        raise Skip("root may not mount here")
    for command in "check", "start":
        result = subprocess.run(["unshare", "-m", "sh", "-c", script, folder, rig.CTL, command, "ReadOnly"],
                                env=home.env, capture_output=True, check=False)
        equal(result.returncode, FAILED)
        holds((result.stdout + result.stderr).decode(), "“" + image + "” is on a read-only file system")
    home.ok("set", "ReadOnly", "drives.0.read-only=true", "drives.0.interface=virtio")
    starts(home, "ReadOnly")


def test_disk_that_another_qemu_uses(home):
    image = home.write("shared.img", b"\0" * 1048576)
    create(home, "First", "--disk", image)
    create(home, "Second", "--disk", image)
    starts(home, "First")
    started = home.run("start", "Second", timeout=120)
    equal(started.code, FAILED)
    holds(started.err, image)
    equal(home.ok("status", "--json", "First").json["state"], "running")
    home.ok("stop", "--force", "First")
    starts(home, "Second")


def test_memory_larger_than_the_computers(home):
    create(home, "Large", "--set=memory.size=16777216")
    refuses(home, "Large", "The machine shall have 16777216 MiB of memory, but this computer has only")


def test_iso_that_is_not_one(home):
    need_qemu()
    page = home.write("page.iso", b"<html>Not found</html>" * 100)
    home.fails(FAILED, "“" + page + "” is not the image of a CD or DVD", "create", "Cd", "--cdrom", page)
    # By the back door it is only a warning: the firmware will find nothing, and that is no harm
    create(home, "Cd", '--set=drives+={"id":"cd","kind":"cdrom","interface":"sata","format":"raw","file":"%s"}' % page)
    equal(severities(home, "Cd")["drive.not-iso"], "warning")
    holds(starts(home, "Cd"), "does not look like a CD or DVD image")


def test_paths_with_commas_spaces_and_quotes(home):
    name = "a, b=c \"d\" 'e' \\f"
    os.mkdir(home.path("x, y"))
    image = home.write("x, y/disk, one=\"1\" '2' \\.img", b"\0" * 1048576)
    iso = home.write("x, y/cd,,.iso", b"\0" * 32768 + b"\1CD001\1" + b"\0" * 4089)
    create(home, name, "--disk=16M", "--disk", image, "--cdrom", iso, "--set=drives.2.interface=sata")
    starts(home, name)
    info = home.ok("command", "--json", name).json
    assert any("disk, one" in word or "disk,, one" in word for word in info), info
    home.ok("stop", "--force", name)


def test_machine_that_qemu_does_not_know(home):
    create(home, "Odd", "--set=qemu.type=pdp11")
    started = home.run("start", "Odd", timeout=120)
    equal(started.code, FAILED)
    holds(started.err, "QEMU did not start this machine")
    holds(home.ok("log", "Odd").out, "pdp11")
    create(home, "Args", '--set=qemu.arguments=["-nonsense"]')
    started = home.run("start", "Args", timeout=120)
    equal(started.code, FAILED)
    holds(started.err, "-nonsense")


def test_architecture_that_qemu_is_not_here_for(home):
    need_qemu()
    home.fails(USAGE, "--arch must be", "create", "Vax", "--arch=vax")
    create(home, "Vax")
    machine = home.machine_json("Vax")
    machine["arch"] = "vax"
    with open(os.path.join(home.bundle("Vax"), "machine.json"), "w", encoding="utf-8") as file:
        json.dump(machine, file)
    started = home.run("start", "Vax", timeout=120)
    equal(started.code, FAILED)
    holds(started.err, "vax")


def test_two_starts_at_once(home):
    for _ in range(3):
        create(home, "Twice", "--disk=16M")
        two = [home.popen("start", "Twice", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
        equal(sorted(process.wait(300) for process in two), [0, WRONG_STATE])
        home.ok("stop", "--force", "Twice")
        home.ok("delete", "--permanently", "--yes", "Twice")


def test_bundle_copied_by_hand(home):
    """Two folders with one uuid: one of them runs at a time, and the other one says why not."""
    create(home, "Twin", "--disk=16M")
    shutil.copytree(home.bundle("Twin"), home.bundle("Copy"))
    with open(os.path.join(home.bundle("Copy"), "machine.json"), encoding="utf-8") as file:
        machine = json.load(file)
    machine["name"] = "Copy"
    home.write("data/aether/machines/Copy.aether/machine.json", json.dumps(machine))
    starts(home, "Twin")
    result = home.run("start", "Copy", timeout=120)
    assert result.code in (FAILED, WRONG_STATE), result.code
    holds(result.err, "Copy")
    equal(home.ok("status", "--json", "Twin").json["state"], "running")


rig.main(sys.modules[__name__])
