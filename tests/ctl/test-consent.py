# test-consent.py - machines from somebody else: what they ask for beyond their folder is asked about
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import shutil
import subprocess
import sys

import rig
from rig import FAILED, OK, Skip, equal, holds

ARGUMENTS = "Arguments of its own for QEMU"
TO_READ = "A file outside of its folder, to read: "
TO_CHANGE = "A file outside of its folder, to read and to change: "
STATE = "A saved state that was not saved on this computer"


def create(home, name="One", *args):
    home.ok("create", name, "--engine=test", "--arch=x86_64", *args)


def edit(path, **members):
    """As another program than Aether does."""
    with open(os.path.join(path, "machine.json"), encoding="utf-8") as file:
        machine = json.load(file)
    machine.update(members)
    with open(os.path.join(path, "machine.json"), "w", encoding="utf-8") as file:
        json.dump(machine, file)


def stranger(home, *, disk=None, fmt="raw", link=None, **members):
    """A machine that somebody hands over, in a folder of theirs. @disk: the file of its disk"""
    create(home, "Gift")
    path = home.path("given", "Gift.aether")
    os.makedirs(home.path("given"))
    shutil.move(home.bundle("Gift"), path)
    if disk:
        members["drives"] = [{"id": "disk0", "kind": "disk", "file": disk, "format": fmt}]
    if link:
        os.symlink(link, os.path.join(path, "disks", "link"))
    edit(path, **members)
    return path


def add(home, path):
    result = home.run("add", path)
    equal(result.code, OK)
    return result.err


def asks(home, path, *words):
    """When it comes in it is said, it does not start, and nothing of it is remembered; then it starts when told so, once."""
    said = add(home, path)
    refused = home.run("start", "Gift")
    equal(refused.code, FAILED)
    for word in words:
        holds(said, word)
        holds(refused.err, word)
        holds(home.run("check", "Gift").out, word)
    holds(said, "--trust")
    holds(refused.err, "--trust")
    equal(os.path.exists(home.path("data/aether/consents")), False)

    equal(home.ok("start", "--trust", "Gift").out, "“Gift” is running (test).\n")
    home.ok("stop", "--force", "Gift")
    home.ok("start", "Gift")
    home.ok("stop", "--force", "Gift")


def does_not_ask(home, path):
    equal(add(home, path), "")
    home.ok("start", "Gift")
    home.ok("stop", "--force", "Gift")


def image(path, backing=None, fmt="qcow2", options=()):
    if not shutil.which("qemu-img"):
        raise Skip("qemu-img is not installed")
    what = ["-u", "-b", backing, "-F", "raw"] if backing else []
    subprocess.run(["qemu-img", "create", "-q", "-f", fmt, *what, *options, path, "1M"], check=True)


def without_format(path):
    """No longer says what the layer below is."""
    with open(path, "r+b") as file:
        head = file.read(4096)
        file.seek(head.index(b"\xe2\x79\x2a\xca"))
        file.write(b"none")


# --- what is asked about -----------------------------------------------------------


def test_own_arguments(home):
    asks(home, stranger(home, qemu={"arguments": ["-drive", "file=/etc/passwd"]}), ARGUMENTS, "'file=/etc/passwd'")
    edit(home.path("given/Gift.aether"), qemu={"arguments": ["-drive", "file=/etc/shadow"]})
    holds(home.fails(FAILED, "“Gift” asks for more", "start", "Gift").err, "shadow")


def test_file_outside(home):
    asks(home, stranger(home, disk=home.write("mine.img", "x")), TO_CHANGE + home.path("mine.img"))


def test_file_outside_by_a_relative_path(home):
    home.write("mine.img", "x")
    asks(home, stranger(home, disk="../../mine.img"), TO_CHANGE + home.path("mine.img"))


def test_file_outside_by_a_link(home):
    asks(home, stranger(home, disk="disks/link", link=home.write("mine.img", "x")), TO_CHANGE + home.path("mine.img"))


def test_kernel_outside(home):
    asks(home, stranger(home, firmware={"kind": "bios", "kernel": home.write("key", "x")}), TO_READ + home.path("key"))


def test_reading_is_not_changing(home):
    path = stranger(home, drives=[{"id": "cd0", "kind": "cdrom", "file": home.write("mine.img", "x"), "format": "raw"}])
    asks(home, path, TO_READ + home.path("mine.img"))
    edit(path, drives=[{"id": "disk0", "kind": "disk", "file": home.path("mine.img"), "format": "raw"}])
    holds(home.fails(FAILED, "“Gift” asks for more", "start", "Gift").err, TO_CHANGE)


def test_backing_file_outside(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"), home.write("secret", b"x" * 1024))
    asks(home, path, TO_READ + home.path("secret"))


def test_backing_file_outside_below_one_inside(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/below.qcow2"), home.write("secret", b"x" * 1024))
    image(os.path.join(path, "disks/d.qcow2"))
    subprocess.run(["qemu-img", "rebase", "-q", "-u", "-b", "below.qcow2", "-F", "qcow2",
                    os.path.join(path, "disks/d.qcow2")], check=True)
    asks(home, path, TO_READ + home.path("secret"))


def test_backing_file_that_is_no_file(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"), "nbd://127.0.0.1/x")
    asks(home, path, "A disk that may use other files: “d.qcow2”")


def test_data_file(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"), options=["-o", f"data_file={home.path('data.raw')},data_file_raw=on"])
    asks(home, path, "A disk that may use other files: “d.qcow2” does not hold its data")


def test_format_whose_names_are_not_known(home):
    path = stranger(home, disk="disks/d.qed", fmt="qed")
    image(os.path.join(path, "disks/d.qed"), fmt="qed")
    asks(home, path, "A disk that may use other files: “d.qed”")


def test_firmware_variables(home):
    path = stranger(home)
    os.mkdir(os.path.join(path, "firmware"))
    image(os.path.join(path, "firmware/vars.qcow2"), home.write("secret", b"x" * 1024))
    asks(home, path, TO_READ + home.path("secret"))


def test_port_for_others(home):
    forwards = [{"host-address": address, "host-port": port, "guest-port": 22}
                for address, port in (("127.0.0.1", 2222), ("::1", 2223), ("0.0.0.0", 2224))]
    path = stranger(home, networks=[{"mode": "user", "forwards": forwards}])
    asks(home, path, "A port of this computer, open to others on the network: TCP 0.0.0.0:2224")
    # What was asked about is what was noted
    folder = home.path("data/aether/consents")
    with open(os.path.join(folder, os.listdir(folder)[0]), encoding="utf-8") as file:
        noted = json.load(file)
    equal([key for keys in noted["places"].values() for key in keys], ["port TCP 0.0.0.0 2224"])


def test_microphone(home):
    asks(home, stranger(home, sound={"microphone": True}), "The microphone: ")


def test_backing_file_beside_a_link(home):
    """QEMU looks beside the name that it is given, not beside the file that this leads to."""
    path = stranger(home, disk="disks/link", fmt="qcow2", link="../own/d.qcow2")
    os.mkdir(os.path.join(path, "own"))
    image(os.path.join(path, "own/d.qcow2"), "b.raw")
    home.write("given/Gift.aether/own/b.raw", b"x" * 1024)
    os.symlink(home.write("secret", b"x" * 1024), os.path.join(path, "disks/b.raw"))
    asks(home, path, TO_READ + home.path("secret"))


def test_backing_file_of_a_kind_that_it_does_not_look_like(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"))
    home.write("given/Gift.aether/disks/list", b'createType="monolithicFlat"\nRW 2048 FLAT "x" 0\n')
    subprocess.run(["qemu-img", "rebase", "-q", "-u", "-b", "list", "-F", "vmdk",
                    os.path.join(path, "disks/d.qcow2")], check=True)
    asks(home, path, "A disk that may use other files")


def test_backing_file_of_no_said_kind(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"), "b.raw")
    home.write("given/Gift.aether/disks/b.raw", b"x" * 1024)
    without_format(os.path.join(path, "disks/d.qcow2"))
    asks(home, path, "A disk that may use other files: “d.qcow2” does not say of which kind the rest of it is.")


# --- what is not --------------------------------------------------------------------


def test_machine_that_keeps_to_its_folder(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"))
    does_not_ask(home, path)


def test_link_that_stays_inside(home):
    path = stranger(home, disk="disks/link", link="own")
    home.write("given/Gift.aether/disks/own", "x")
    does_not_ask(home, path)


def test_what_the_user_sets_is_agreed_to(home):
    disc = home.write("disc.iso", bytes(32769) + b"CD001" + bytes(4096))
    create(home, "One", f"--cdrom={disc}")
    home.ok("start", "One")
    home.ok("stop", "--force", "One")
    home.ok("set", "One", 'qemu.arguments=["-s"]', f"firmware.kernel={home.write('kernel', 'x')}")
    home.ok("start", "One")
    home.ok("stop", "--force", "One")


def test_what_the_user_sets_may_come_later(home):
    create(home)
    home.ok("set", "One", "firmware.kernel=" + home.path("kernel"))
    home.write("kernel", "x")
    home.ok("start", "One")
    home.ok("stop", "--force", "One")


def test_file_that_comes_later_is_not_agreed_to_by_the_way(home):
    add(home, stranger(home, firmware={"kernel": home.path("kernel")}))
    home.ok("set", "Gift", "memory.size=64", f"firmware.initrd={home.write('initrd', 'x')}")
    home.write("kernel", "x")
    holds(home.fails(FAILED, "“Gift” asks for more", "start", "Gift").err, TO_READ + home.path("kernel"))


def test_to_set_one_thing_is_not_to_agree_to_another(home):
    path = stranger(home, qemu={"arguments": ["-s"]})
    add(home, path)
    home.ok("set", "Gift", "memory.size=64", f"firmware.kernel={home.write('kernel', 'x')}")
    home.ok("rename", "Gift", "Present")
    refused = home.fails(FAILED, "“Present” asks for more", "start", "Present")
    holds(refused.err, ARGUMENTS)
    equal("kernel" in refused.err, False)


def test_consent_is_of_the_machine_and_its_place(home):
    path = stranger(home, qemu={"arguments": ["-s"]})
    asks(home, path, ARGUMENTS)
    shutil.move(path, home.path("Gift.aether"))
    add(home, home.path("Gift.aether"))
    holds(home.fails(FAILED, "“Gift” asks for more", "start", "Gift").err, ARGUMENTS)


def test_consent_goes_with_its_machine(home):
    path = stranger(home, qemu={"arguments": ["-s"]})
    asks(home, path, ARGUMENTS)
    equal(len(os.listdir(home.path("data/aether/consents"))), 1)
    home.ok("delete", "--permanently", "--yes", "Gift")
    equal(os.listdir(home.path("data/aether/consents")), [])


# --- copies ----------------------------------------------------------------------------


def test_clone_brings_no_disk_home_that_was_not_agreed_to(home):
    add(home, stranger(home, disk=home.write("mine.img", b"x" * 1024)))
    holds(home.fails(FAILED, "Could not clone “Gift”.", "clone", "Gift", "Copy").err, TO_CHANGE + home.path("mine.img"))
    home.ok("start", "--trust", "Gift")
    home.ok("stop", "--force", "Gift")
    home.ok("clone", "Gift", "Copy")
    home.ok("start", "Copy")


def test_clone_asks_as_its_original_does(home):
    add(home, stranger(home, qemu={"arguments": ["-s"]}))
    home.ok("clone", "Gift", "Copy")
    holds(home.fails(FAILED, "“Copy” asks for more", "start", "Copy").err, ARGUMENTS)


def test_clone_asks_for_a_disk_that_cannot_be_looked_at(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"), "nbd://127.0.0.1/x")
    add(home, path)
    home.ok("clone", "Gift", "Copy")
    holds(home.fails(FAILED, "“Copy” asks for more", "start", "Copy").err, "A disk that may use other files")


def test_clone_asks_for_what_is_only_beside_the_clone(home):
    path = stranger(home, disk="disks/d.qcow2", fmt="qcow2")
    image(os.path.join(path, "disks/d.qcow2"), "../../../secret")   # no such file from there
    home.write("data/aether/secret", b"x" * 1024)
    add(home, path)
    home.ok("clone", "Gift", "Copy")
    holds(home.fails(FAILED, "“Copy” asks for more", "start", "Copy").err, TO_READ)


# --- saved states -----------------------------------------------------------------------


def suspended(home):
    create(home, "Gift", "--set=notes=suspend")
    home.ok("start", "Gift")
    home.ok("suspend", "Gift")


def test_own_state_goes_on(home):
    suspended(home)
    equal(home.ok("start", "Gift").out, "“Gift” goes on where it was suspended.\n")


def test_state_of_somebody_else(home):
    suspended(home)
    shutil.copytree(home.bundle("Gift"), home.path("Gift.aether"), symlinks=True)
    shutil.rmtree(home.bundle("Gift"))
    holds(add(home, home.path("Gift.aether")), STATE)
    refused = home.fails(FAILED, "“Gift” asks for more", "start", "Gift")
    holds(refused.err, STATE)
    holds(refused.err, "--discard-state")
    equal(home.ok("start", "--trust", "Gift").out, "“Gift” goes on where it was suspended.\n")
    home.ok("suspend", "Gift")
    home.ok("start", "Gift")


def test_state_that_was_changed(home):
    suspended(home)
    with open(os.path.join(home.bundle("Gift"), "suspend/state"), "r+b") as file:
        file.write(file.read(1))
    home.fails(FAILED, "“Gift” asks for more", "start", "Gift")
    holds(home.ok("start", "--discard-state", "Gift").out, "is running")


def test_escapes_do_not_reach_the_terminal(home):
    path = stranger(home, qemu={"arguments": ["\033]0;owned\007\n-s"]})
    said = add(home, path) + home.run("start", "Gift").err
    equal([c for c in said if ord(c) < 32 and c != "\n"], [])
    holds(said, "\\x1b]0;owned\\x07")


rig.main(sys.modules[__name__])
