# test-keyring.py - the passwords of machines in the real keyring of a desktop
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import pty
import shutil
import subprocess
import sys
import termios

import rig
from keyring import bus, entries, keyring
from rig import FAILED, OK, USAGE, Skip, equal, holds, wait_for

PASSWORD = "correct “horse” 'battery' $staple %s"


def keep(home, machine, user, password):
    home.ok("password", machine, "--user=" + user, "--keep", stdin=password.encode() + b"\n")


def login(home, machine, *args):
    found = home.ok("password", machine, "--reveal", "--json", *args).json
    return found["user"], found["password"]


def test_no_bus(home):
    home.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + home.path("nobody")
    home.ok("create", "box")
    home.fails(FAILED, "no keyring", "password", "box", "--reveal")
    home.fails(FAILED, "no keyring", "password", "box", "--user=anna", "--keep", stdin=b"secret\n")
    home.fails(FAILED, "no keyring", "password", "box", "--clear")
    home.ok("delete", "box", "--permanently", "--yes")


def test_bus_without_keyring(home):
    with bus(home):
        home.ok("create", "box")
        home.fails(FAILED, "no keyring", "password", "box", "--reveal")
        home.fails(FAILED, "no keyring", "password", "box", "--user=anna", "--keep", stdin=b"secret\n")
        home.ok("delete", "box", "--permanently", "--yes")


def test_usage(home):
    home.ok("create", "box")
    home.fails(USAGE, "only shown on a terminal", "password", "box")
    home.fails(USAGE, "--keep needs --user", "password", "box", "--keep", stdin=b"secret\n")
    home.fails(USAGE, "cannot be had at once", "password", "box", "--keep", "--clear", "--user=anna")
    home.fails(USAGE, "has no password", "password", "box", "--keep", "--user=anna", stdin=b"\n")
    home.fails(USAGE, "no text in UTF-8", "password", "box", "--keep", "--user=anna", stdin=b"\xff\n")


def test_keep_show_clear(home):
    with bus(home) as address, keyring(home, address) as ring:
        home.ok("create", "My box")
        home.ok("create", "Other")
        home.fails(FAILED, "has no such password", "password", "My box", "--reveal")
        keep(home, "My box", "anna", PASSWORD)
        keep(home, "Other", "anna", "other")
        equal(login(home, "My box"), ("anna", PASSWORD))
        equal(login(home, "Other"), ("anna", "other"))
        equal(home.ok("password", "My box", "--reveal").out, f"User name: anna\nPassword: {PASSWORD}\n")

        # As the desktop's own program shows it
        uuid = home.machine_json("My box")["uuid"]
        label, attributes = next(entry for entry in entries(ring) if entry[1].get("machine") == uuid)
        equal(label, "Password of anna in the machine “My box”")
        equal(attributes, {"machine": uuid, "user": "anna", "xdg:schema": "org.aether.Machine"})

        # Again is instead, and another user is another
        keep(home, "My box", "anna", "new")
        equal(login(home, "My box", "--user=anna"), ("anna", "new"))
        keep(home, "My box", "bert", "b")
        equal(len(entries(ring)), 3)
        equal(login(home, "My box", "--user=anna"), ("anna", "new"))
        equal(login(home, "My box", "--user=bert"), ("bert", "b"))
        home.fails(FAILED, "has no such password", "password", "My box", "--user=carl", "--reveal")

        home.ok("password", "My box", "--clear", "--user=anna")
        equal(login(home, "My box"), ("bert", "b"))
        home.ok("password", "My box", "--clear")
        home.ok("password", "My box", "--clear")
        home.fails(FAILED, "has no such password", "password", "My box", "--reveal")
        equal(login(home, "Other"), ("anna", "other"))

    # Nothing of it lies in a file of ours
    found = subprocess.run(["grep", "-rlF", "-e", PASSWORD, home.root], stdout=subprocess.PIPE, check=False).stdout
    equal(found, b"")


def test_of_a_new_machine(home):
    """What an unattended installation is given is kept; it was typed once, and may be forgotten."""
    program = shutil.which("xorriso")
    if not program:
        raise Skip("xorriso is not installed")
    for path in ".disk/info", "install.amd/vmlinuz", "install.amd/initrd.gz":
        home.write("tree/" + path, path)
    subprocess.run([program, "-as", "mkisofs", "-quiet", "-V", "Debian 13", "-o", home.path("d.iso"), home.path("tree")],
                   check=True, capture_output=True)
    with bus(home) as address, keyring(home, address):
        result = home.run("new", "debian13", "--medium=" + home.path("d.iso"), "--name=box", "--arch=x86_64", "--unattended",
                          "--user=anna", "--password-stdin", "--no-start", stdin=PASSWORD.encode() + b"\n")
        equal(result.code, OK)
        equal(login(home, "box"), ("anna", PASSWORD))


def test_of_a_copy(home):
    """The users on its disk are the same, and so are their passwords."""
    with bus(home) as address, keyring(home, address) as ring:
        home.ok("create", "box")
        home.ok("clone", "box", "nobody's")
        equal(entries(ring), [])
        keep(home, "box", "anna", PASSWORD)
        keep(home, "box", "bert", "b")
        home.ok("clone", "box", "copy")
        equal(len(entries(ring)), 4)
        equal(login(home, "copy", "--user=anna"), ("anna", PASSWORD))
        equal(login(home, "copy", "--user=bert"), ("bert", "b"))
        uuid = home.machine_json("copy")["uuid"]
        equal(sorted(label for label, attributes in entries(ring) if attributes["machine"] == uuid),
              ["Password of anna in the machine “copy”", "Password of bert in the machine “copy”"])

        # Each goes with its own machine
        home.ok("delete", "box", "--permanently", "--yes")
        equal(login(home, "copy", "--user=anna"), ("anna", PASSWORD))
        home.ok("delete", "copy", "--permanently", "--yes")
        equal(entries(ring), [])


def test_copy_without_a_keyring(home):
    home.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + home.path("nobody")
    home.ok("create", "box")
    equal(home.ok("clone", "box", "copy").err, "")


def test_deleted_for_good(home):
    with bus(home) as address, keyring(home, address) as ring:
        for name in "box", "twin", "kept":
            home.ok("create", name)
        keep(home, "kept", "anna", "k")

        # In the trash it may come back
        keep(home, "box", "anna", "b")
        trashed = home.run("delete", "box")
        if trashed.code == OK:
            equal(len(entries(ring)), 2)
            home.ok("create", "box")
            keep(home, "box", "anna", "b")
        before = len(entries(ring))
        home.ok("delete", "box", "--permanently", "--yes")
        equal(len(entries(ring)), before - 1)

        # A copy made by hand is the same machine to the keyring
        keep(home, "twin", "anna", "t")
        shutil.copytree(home.bundle("twin"), home.bundle("copy"))
        copy = home.machine_json("copy")
        home.write("data/aether/machines/copy.aether/machine.json", json.dumps({**copy, "name": "copy"}))
        home.ok("delete", "copy", "--permanently", "--yes")
        assert not os.path.exists(home.bundle("copy"))
        equal(login(home, "twin"), ("anna", "t"))

        # And a link is not the machine
        os.rename(home.bundle("twin"), home.path("elsewhere.aether"))
        os.symlink(home.path("elsewhere.aether"), home.bundle("twin"))
        home.ok("delete", "twin", "--permanently", "--yes")
        home.ok("add", home.path("elsewhere.aether"))
        equal(login(home, "twin"), ("anna", "t"))
        equal(login(home, "kept"), ("anna", "k"))


def test_locked(home):
    """Nobody is there who could be asked to unlock it."""
    with bus(home) as address:
        home.ok("create", "box")
        with keyring(home, address):
            keep(home, "box", "anna", "secret")
        with keyring(home, address, unlocked=False):
            for args in ("--reveal",), ("--user=bert", "--keep"):
                result = home.run("password", "box", *args, stdin=b"secret\n")
                equal((result.code, result.err), (FAILED, result.err))
                assert "eyring" in result.err and result.err.rstrip().endswith("."), result.err
        with keyring(home, address):
            equal(login(home, "box"), ("anna", "secret"))


def test_typed_on_a_terminal(home):
    """It is not shown while it is typed, and is when it is asked for."""
    with bus(home) as address, keyring(home, address):
        home.ok("create", "box")
        leader, follower = pty.openpty()
        process = home.popen("password", "box", "--user=anna", "--keep", stdin=follower, stdout=follower, stderr=follower)
        with rig.running(process):
            # The line editor waits without an echo
            wait_for(lambda: not termios.tcgetattr(follower)[3] & termios.ECHO, "the end of the echo")
            os.write(leader, b"hidden\n")
            equal(process.wait(300), OK)
        equal(os.read(leader, 4096), b"Password: \r\n")
        assert termios.tcgetattr(follower)[3] & termios.ECHO
        equal(login(home, "box"), ("anna", "hidden"))

        process = home.popen("password", "box", stdin=follower, stdout=follower, stderr=follower)
        with rig.running(process):
            equal(process.wait(300), OK)
        holds(os.read(leader, 4096), b"Password: hidden")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
