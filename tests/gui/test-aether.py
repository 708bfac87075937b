# test-aether.py - machines of the engine "aether" in the library window, with the real aether-vmm
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import sys

import rig
from gui import app
from rig import equal

DEMO = os.path.join(os.environ["AETHER_DEMOS_DIR"], "console-x86_64.aether")

# Rows of settings that mean nothing to an Aether guest
NOT_OURS = ("spin button", "Processor cores"), ("combo box", "Firmware"), ("combo box", "Size")


def create(home, image=DEMO, *args):
    home.ok("create", "One", "--engine=aether", f"--kernel={image}", *args)


def open_settings(window):
    window.wait("button", "Start One")
    window.click("toggle button", "Machine menu")
    window.click("menu item", "Settings")


def test_settings_show_what_applies(home):
    create(home)
    with app(home) as window:
        open_settings(window)
        window.wait("spin button", "Memory")
        window.wait("combo box", "Acceleration")
        for role, name in NOT_OURS:
            assert not window.find(role, name), name
        window.check_names()
        window.window.key("Escape")
    equal(home.machine_json("One")["aether"], {"backend": "auto"})


def test_settings_of_a_qemu_machine_have_all(home):
    home.ok("create", "One", "--arch=x86_64")
    with app(home) as window:
        open_settings(window)
        window.wait("combo box", "Acceleration")
        for role, name in NOT_OURS:
            window.wait(role, name)
        window.window.key("Escape")


def test_finding_in_the_way_is_told(home):
    with open(DEMO, "rb") as file:
        good = file.read()
    note = good.index(b"AETHER\0")
    image = home.write("image", good)
    create(home, image)
    home.write("image", good[:note + 12] + (999).to_bytes(4, "little") + good[note + 16:])
    with app(home) as window:
        window.click("button", "Start One")
        window.wait("label", re.compile("version 999 of the Aether ABI"))
        window.check_names()
    equal(home.ok("status", "--json", "One").json["end"], "failed")


rig.main(sys.modules[__name__])
