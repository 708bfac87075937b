# test-suspend.py - a machine is suspended and resumed in the windows, over AT-SPI
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""By the mock engine, which can be told to be slow or to fail; test-suspend-linux.py has a real one."""

import os
import re
import sys
import time

import rig
from gui import app
from rig import equal, holds, wait_for


def create(home, notes, start=True):
    home.ok("create", "One", "--engine=test", "--arch=x86_64", f"--set=notes={notes}")
    if start:
        home.ok("start", "One")


def state(home):
    now = home.ok("status", "--json", "One").json
    return "suspended" if now["suspended"] else now["state"]


def becomes(home, wanted):
    wait_for(lambda: state(home) == wanted, wanted, 20)


def power(opened, item):
    opened.click("toggle button", "Shut down, restart")
    time.sleep(0.3)   # a menu slides in
    opened.click("menu item", item)


def shots(opened, name, narrow=True):
    """Pictures to look at, wide and narrow, when a folder for them is named."""
    folder = os.environ.get("AETHER_TEST_SHOTS")
    for width, height in ((1200, 760), (360, 640)) if narrow else ((1200, 760),):
        if folder:
            opened.window.resize(width, height)
            time.sleep(1)
            opened.window.grab(os.path.join(folder, f"{name}-{width}.png"))


def test_machine_window_suspends_and_resumes(home):
    create(home, "suspend")
    with app(home, "One", title="One") as opened:
        power(opened, "Suspend")
        opened.wait("label", "One is suspended")
        opened.wait("label", re.compile("^Since "))
        equal(state(home), "suspended")
        opened.wait("label", "Suspended")   # under the title
        opened.check_names()
        shots(opened, "suspended")
        opened.window.resize(360, 480)
        opened.check_fits()

        opened.click("button", "Resume")
        becomes(home, "running")
        opened.gone("label", "One is suspended")
        holds(home.ok("log", "One").out, "resumed")


def test_by_keyboard(home):
    create(home, "suspend")
    with app(home, "One", title="One") as opened:
        opened.click("toggle button", "Shut down, restart")
        item = opened.wait("menu item", "Suspend")
        wait_for(lambda: opened.program.focused() is not None, "a focus in the menu")
        for _ in range(10):
            if opened.program.focused() == item:
                break
            opened.window.key("Down")
        opened.window.key("Return")
        opened.wait("label", "One is suspended")
        opened.window.key("Return")
        becomes(home, "running")
        opened.gone("label", "One is suspended")


def test_progress_and_cancel(home):
    create(home, "suspend suspend-slow")
    with app(home, "One", title="One") as opened:
        power(opened, "Suspend")
        opened.wait("label", "Suspending…")
        opened.wait("progress bar", "Progress")
        opened.check_names()
        shots(opened, "suspending")
        opened.window.resize(360, 480)
        opened.check_fits()
        opened.click("button", "Cancel")
        opened.gone("label", "Suspending…")
        equal(state(home), "running")


def test_reason_is_told_when_it_cannot(home):
    create(home, "suspend suspend-obstacle")
    with app(home, "One", title="One") as opened:
        power(opened, "Suspend")
        opened.wait("label", "Could not suspend One")
        opened.wait("label", "The test engine cannot suspend this one.")
        opened.window.key("Escape")
        equal(state(home), "running")


def test_not_offered_where_the_engine_cannot(home):
    create(home, "")
    with app(home, "One", title="One") as opened:
        opened.click("toggle button", "Shut down, restart")
        opened.wait("menu item", "Restart…")
        assert not opened.find("menu item", "Suspend"), "it is offered"
        assert not opened.find("menu item", "Start anew…"), "it is offered"
        opened.window.key("Escape")


def test_resume_that_fails_offers_to_start_anew(home):
    create(home, "suspend")
    home.ok("suspend", "One")
    home.run("set", "One", "notes=suspend resume-fail")
    with app(home, "One", title="One") as opened:
        opened.click("button", "Resume")
        opened.wait("label", "One did not go on")
        opened.wait("label", re.compile("The settings were changed since it was suspended"))
        equal(state(home), "suspended")
        opened.check_names()
        shots(opened, "did-not-go-on")
        opened.window.resize(360, 560)
        opened.check_fits()
        opened.click("button", "Start anew…")
        opened.wait("label", "Start One anew?")
        opened.click("button", "Start anew")
        becomes(home, "running")


def test_library(home):
    create(home, "suspend")
    with app(home) as opened:
        opened.wait("button", "Pause One")
        opened.wait("toggle button", "Machine menu")

        def offered():
            opened.click("toggle button", "Machine menu")
            time.sleep(0.3)
            if opened.find("menu item", "Suspend"):
                return True
            opened.window.key("Escape")
            time.sleep(0.3)
            return False
        wait_for(offered, "the item, when the machine has said that it can", 20)
        opened.click("menu item", "Suspend")
        opened.wait("button", "Resume One")
        equal(state(home), "suspended")
        opened.wait("label", re.compile("^Suspended, "))
        opened.wait("button", "Resume")
        opened.check_names()
        shots(opened, "library-suspended")

        opened.window.resize(1200, 760)
        opened.click("button", "Resume One")
        becomes(home, "running")
        opened.wait("button", "Pause One")


def test_settings_warn(home):
    create(home, "suspend")
    home.ok("suspend", "One")
    with app(home) as opened:
        opened.wait("button", "Resume One")
        opened.click("toggle button", "Machine menu")
        time.sleep(0.3)
        opened.click("menu item", "Settings")
        opened.wait("label", re.compile("The machine is suspended"))
        opened.check_names()
        shots(opened, "settings-suspended", narrow=False)


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
