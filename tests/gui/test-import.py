# test-import.py - machines of other programs, imported in the window
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import sys

import atspi
import rig
import samples
from gui import app
from rig import equal, wait_for

if not shutil.which("qemu-img"):
    print("1..0 # SKIP qemu-img is not installed")
    sys.exit(0)


def open_import(window):
    window.wait("label", "No machines yet")
    window.window.key("ctrl+n")
    window.wait("button", "Import…")
    window.window.key("alt+i")
    window.wait("button", "Choose a folder…")


def look(window, path):
    window.click("button", "Choose a folder…")
    window.choose_file("Choose a folder with machines", path, "Select")


def machines(home):
    return {machine["name"]: machine for machine in home.ok("list", "--json").json}


def old(home):
    samples.utm(home.path("old/Debian.utm"))
    samples.virtualbox(home.path("old/vbox"))
    samples.disk(home.path("old/alone.qcow2"))
    return home.path("old")


def test_a_folder_by_keyboard_with_report(home):
    folder = old(home)
    before = samples.digests(folder)
    with app(home) as window:
        open_import(window)
        window.check_names()
        look(window, folder)
        window.wait("check box", "Import Debian & friends")
        window.wait("check box", "Import Windows 10 & Co")
        assert not atspi.is_checked(window.wait("check box", "Import alone"))
        window.wait("label", re.compile("The copies take .* are free"))
        window.check_names()
        window.window.resize(360, 640)
        window.check_fits()
        window.window.key("alt+i")   # Import
        window.wait("label", "2 machines imported")
        window.wait("button", "Show Debian & friends")
        window.gone("check box", "Import alone")
        window.check_names()
        window.check_fits()
        window.click("button", "Show Windows 10 & Co")
        window.gone("label", "2 machines imported")
        window.wait("label", "Windows 10 & Co")
        window.wait("button", "Start")
    equal(sorted(machines(home)), ["Debian & friends", "Windows 10 & Co"])
    equal(samples.digests(folder), before)


def test_where_the_disks_are(home):
    samples.disk(home.path("disks/one.qcow2"))
    with app(home) as window:
        open_import(window)
        look(window, home.path("disks"))
        window.wait("check box", "Import one")
        # the group of two is one choice; choosing again changes nothing
        wait_for(lambda: atspi.is_checked(window.click("radio button", "Use them where they are")), "the choice")
        equal(atspi.is_checked(window.find("radio button", "Copy disks into the library")), False)
        window.wait("label", re.compile("will write to the disks where they are now"))
        window.click("button", "Import")
        window.wait("label", "1 machine imported")
    equal(home.machine_json("one")["drives"][0]["file"], home.path("disks/one.qcow2"))


def test_files_outside_are_asked_for(home):
    samples.disk(home.path("elsewhere/fedora.qcow2"))
    samples.disk(home.path("xml/data.img"), "raw")
    samples.write(home.path("xml/fedora.xml"),
                  samples.text("domain.xml").replace("/var/lib/libvirt/images", home.path("elsewhere")))
    with app(home) as window:
        open_import(window)
        look(window, home.path("xml"))
        window.wait("image", "Cannot be imported")
        equal(atspi.is_sensitive(window.wait("button", "Import")), False)
        window.wait("label", home.path("elsewhere/fedora.qcow2"))
        window.check_names()
        window.click("check box", "Use files outside of the folder")
        window.wait("check box", "Import Fedora Workstation")
        window.click("button", "Import")
        window.wait("label", "1 machine imported")
    equal(list(machines(home)), ["Fedora Workstation"])


def test_nothing_and_then_something_else(home):
    os.mkdir(home.path("empty"))
    samples.ova(home.path("appliance.ova"))
    with app(home) as window:
        open_import(window)
        look(window, home.path("empty"))
        window.wait("label", "No machines found")
        window.check_names()
        window.click("button", "Choose something else")
        window.click("button", "Choose a file…")
        window.choose_file("Choose a machine to import", home.path("appliance.ova"))
        window.wait("check box", "Import Web appliance")


def test_damaged_one_says_why_and_the_others_come(home):
    samples.ovf(home.path("parts"))
    with open(home.path("parts/appliance-disk1.vmdk"), "r+b") as file:
        file.seek(70000)
        file.write(b"x")
    os.mkdir(home.path("two"))
    samples.pack(home.path("parts"), home.path("two/bad.ova"))
    samples.utm(home.path("two/good.utm"))
    with app(home) as window:
        open_import(window)
        look(window, home.path("two"))
        window.wait("check box", "Import Web appliance")
        window.click("button", "Import")
        window.wait("label", "1 machine imported")
        window.wait("label", re.compile("has not the checksum that was exported with it"))
        window.wait("image", "Not imported")
    equal(list(machines(home)), ["Debian & friends"])


def test_cancel_leaves_nothing_and_the_choice_stays(home):
    samples.raw(home.path("big/big.img"))
    with open(home.path("big/big.img"), "r+b") as file:
        file.seek(1 << 20)
        for _ in range(400):
            file.write(os.urandom(1 << 20))
    # The real one, at a speed that leaves time to think
    home.write("bin/qemu-img", '#!/bin/sh\n[ "$1" = convert ] || exec /usr/bin/qemu-img "$@"\nshift\nexec /usr/bin/qemu-img convert -r 20M "$@"\n')
    os.chmod(home.path("bin/qemu-img"), 0o755)
    with app(home, env={"PATH": home.path("bin") + ":" + os.environ["PATH"]}) as window:
        open_import(window)
        look(window, home.path("big"))
        window.wait("check box", "Import big")
        window.click("button", "Import")
        window.wait("progress bar", "Copying big")
        window.click("button", "Cancel")
        window.wait("button", "Import")
        wait_for(lambda: not os.path.isdir(home.machines) or os.listdir(home.machines) == [], "nothing left")
        window.wait("check box", "Import big")
    equal(machines(home), {})


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
