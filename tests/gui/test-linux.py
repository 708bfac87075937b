# test-linux.py - a Linux under the real QEMU, from the first click to its pixels
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pwd
import shutil
import sys

import atspi
import rig
from gui import app
from rig import Skip, equal, wait_for
from screen import Screen, brightness, serial

# HOME is this test's own
GUESTS = os.environ.get("AETHER_GUESTS_DIR") or os.path.join(
    pwd.getpwuid(os.getuid()).pw_dir, ".cache", "aether", "guests")


def test_linux_demo_from_click_to_pixels(home):
    """Where Aether guests cannot run - here there are none - the demo is a Linux."""
    if not os.path.isdir(os.path.join(GUESTS, "x86_64")):
        raise Skip(f"there is no demo guest in {GUESTS}")
    if not shutil.which("qemu-system-x86_64"):
        raise Skip("qemu-system-x86_64 is not installed")
    home.env["AETHER_GUESTS_DIR"] = GUESTS
    home.env["AETHER_DEMOS_DIR"] = home.path("nowhere")

    with app(home) as opened:
        opened.wait("label", "No machines yet")
        opened.click("button", "Try the demo")
        opened.wait("label", "Aether's own guests cannot run on this computer, so the demo is a small Linux.")
        window = atspi.Window("Demo", timeout=90)
        wait_for(lambda: "AETHER-READY" in serial(home), "the guest's greeting", 180)

        # its pixels are in the window, and they are a picture
        screen = Screen(home, opened.program, window)
        wait_for(screen.is_shown, "the guest's picture in the window", 60)
        assert brightness(home.path("there.png")) > 0.02, "the guest's screen is empty"
        opened.check_names()

        # what is typed into the window arrives in the guest
        window.focus()
        opened.program.click("image", "Screen of Demo", window=window)
        window.type("echo pressed-$((6 * 7)) > /dev/ttyS0")
        window.key("Return")
        wait_for(lambda: "pressed-42" in serial(home), "the typed line's answer", 60)

        # a small window shows the whole screen, smaller; a toast stays while the pointer is on it
        atspi.xdotool("mousemove", 1279, 799)
        window.resize(360, 520)
        equal(window.geometry()[2], 360)
        wait_for(screen.is_shown, "the picture in a small window", 60)
        opened.kill()

    # the machine does not notice
    equal(home.ok("status", "--json", "Demo").json["state"], "running")
    with app(home, "Demo", title="Demo") as again:
        screen = Screen(home, again.program, again.window)
        wait_for(screen.is_shown, "the picture in a new window", 60)


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
