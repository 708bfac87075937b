# test-suspend-linux.py - a Linux under the real QEMU is suspended in its window, and resumed there
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pwd
import re
import shutil
import sys
import time

import rig
from gui import app
from rig import Skip, equal, wait_for
from screen import Screen, brightness, serial

# HOME is this test's own
GUESTS = os.environ.get("AETHER_GUESTS_DIR") or os.path.join(
    pwd.getpwuid(os.getuid()).pw_dir, ".cache", "aether", "guests")


def shot(window, name):
    """A picture to look at, when a folder for them is named."""
    folder = os.environ.get("AETHER_TEST_SHOTS")
    if folder:
        time.sleep(1)
        window.grab(os.path.join(folder, name + ".png"))


def test_picture_stays_dimmed_and_goes_on(home):
    if not os.path.isdir(os.path.join(GUESTS, "x86_64")):
        raise Skip(f"there is no demo guest in {GUESTS}")
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed")
    home.env["AETHER_GUESTS_DIR"] = GUESTS
    home.ok("create", "--demo=linux", "--arch=x86_64")

    with app(home, "Demo", title="Demo") as opened:
        opened.click("button", "Start")
        wait_for(lambda: "AETHER-READY" in serial(home), "the guest's greeting", 300)
        screen = Screen(home, opened.program, opened.window)
        wait_for(screen.is_shown, "the guest's picture in the window", 60)
        place = screen.place()
        # above what will stand on the curtain
        part = (place[0], place[1], place[2], place[3] // 4)
        bright, dim = home.path("bright.png"), home.path("dim.png")
        opened.window.grab(bright, part)

        opened.click("toggle button", "Shut down, restart")
        time.sleep(0.3)   # a menu slides in
        shot(opened.window, "power-menu")
        opened.click("menu item", "Suspend")
        opened.wait("label", "Demo is suspended", timeout=120)
        equal(home.ok("status", "--json", "Demo").json["suspended"], True)
        shot(opened.window, "demo-suspended")
        opened.window.grab(dim, part)
        assert 0 < brightness(dim) < brightness(bright), (brightness(dim), brightness(bright))

        opened.click("button", "Resume")
        opened.gone("label", "Demo is suspended", timeout=60)
        wait_for(lambda: home.ok("status", "--json", "Demo").json["state"] == "running", "the machine", 60)
        opened.gone("label", re.compile("^(Resuming|Starting|Connecting)…$"), timeout=60)
        wait_for(screen.is_shown, "its picture after the resume", 60)
        opened.window.focus()
        opened.program.click("image", "Screen of Demo", window=opened.window)
        opened.window.type("echo resumed-$((6 * 7)) > /dev/ttyS0")
        opened.window.key("Return")
        shot(opened.window, "demo-resumed")
        wait_for(lambda: "resumed-42" in serial(home), "the typed line's answer", 60)

        # a new window on a suspended machine begins with its last picture
        home.ok("suspend", "Demo", timeout=120)
        opened.wait("label", "Demo is suspended", timeout=60)

    with app(home, "Demo", title="Demo", env={"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}) as again:
        again.wait("label", "Demo is suspended")
        shot(again.window, "demo-suspended-dark")
        again.window.resize(360, 560)
        again.check_fits()
        shot(again.window, "demo-suspended-dark-360")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
