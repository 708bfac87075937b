# test-consent.py - a machine from somebody else asks in the windows, over AT-SPI
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import re
import sys
import time

import rig
from gui import app
from rig import equal, wait_for


def stranger(home, notes="", **members):
    """What another program than Aether put there."""
    home.ok("create", "Gift", "--engine=test", "--arch=x86_64", f"--set=notes={notes}")
    machine = home.machine_json("Gift")
    machine.update(members)
    home.write("data/aether/machines/Gift.aether/machine.json", json.dumps(machine))


def asking(home):
    stranger(home, qemu={"arguments": ["-virtfs", "local,path=/home/me,mount_tag=home,security_model=none",
                                   "-name", "<b>&"]},
             drives=[{"id": "disk0", "kind": "disk", "file": home.write("Documents/letters.img", "x"), "format": "raw"}])


def state(home):
    return home.ok("status", "--json", "Gift").json["state"]


def becomes(home, wanted):
    wait_for(lambda: state(home) == wanted, wanted, 20)


def shots(opened, name):
    """Pictures to look at, wide and narrow, when a folder for them is named."""
    folder = os.environ.get("AETHER_TEST_SHOTS")
    for width, height in ((1200, 760), (360, 640)):
        if folder:
            opened.window.resize(width, height)
            time.sleep(1)
            opened.window.grab(os.path.join(folder, f"{name}-{width}.png"))


def test_library_asks_once(home):
    asking(home)
    with app(home) as opened:
        opened.click("button", "Start Gift")
        opened.wait("label", "Trust Gift?")
        opened.wait("label", re.compile("letters.img$"))
        opened.wait("label", re.compile("path=/home/me"))
        opened.wait("label", re.compile("<b>&"))
        opened.check_names()
        shots(opened, "consent")
        opened.window.resize(360, 480)
        opened.check_fits()
        opened.window.key("Escape")
        opened.gone("label", "Trust Gift?")
        equal(state(home), "stopped")
        equal(os.path.exists(home.path("data/aether/consents")), False)

        opened.window.resize(1200, 760)
        opened.click("button", "Start Gift")
        opened.wait("label", "Trust Gift?")
        opened.click("button", "Trust and start")
        becomes(home, "running")
        opened.wait("button", "Pause Gift")
        home.ok("stop", "--force", "Gift")
        opened.click("button", "Start Gift")
        becomes(home, "running")
        equal(opened.find("label", "Trust Gift?"), None)


def test_machine_window_asks(home):
    asking(home)
    with app(home, "Gift", title="Gift") as opened:
        opened.click("button", "Start")
        opened.wait("label", "Trust Gift?")
        opened.check_names()
        shots(opened, "consent-window")
        opened.window.key("Escape")
        opened.gone("label", "Trust Gift?")
        equal(state(home), "stopped")
        opened.click("button", "Start")
        opened.click("button", "Trust and start")
        becomes(home, "running")


def test_saved_state_may_be_discarded(home):
    stranger(home, "suspend")
    home.ok("start", "Gift")
    home.ok("suspend", "Gift")
    path = os.path.join(home.bundle("Gift"), "suspend/state")
    with open(path, "r+b") as file:   # the same, and still not what we wrote
        file.write(file.read(1))
    with app(home, "Gift", title="Gift") as opened:
        opened.click("button", "Resume")
        opened.wait("label", "Trust Gift?")
        opened.wait("label", re.compile("^A saved state that was not saved on this computer"))
        shots(opened, "consent-state")
        opened.click("button", "Start anew")
        becomes(home, "running")
        equal(os.path.exists(path), False)


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
