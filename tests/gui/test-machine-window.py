# test-machine-window.py - what the window of a machine offers beside its picture, over AT-SPI
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""The mock engine has no picture, but serial ports, figures and a drive."""

import contextlib
import os
import re
import sys
import time

import atspi
import rig
from gui import app
from rig import equal, holds, wait_for


def start(home, name="One"):
    home.ok("create", name, "--engine=test", "--arch=x86_64")
    home.ok("start", name)


def choose(opened, *items):
    """Opens the machine's menu and goes down it."""
    opened.click("toggle button", "Machine menu")
    for item in items:
        time.sleep(0.3)   # a menu slides in
        opened.click("menu item", item)


def shot(window, name):
    """A picture to look at, when a folder for them is named."""
    folder = os.environ.get("AETHER_TEST_SHOTS")
    if folder:
        time.sleep(0.5)
        window.grab(os.path.join(folder, name + ".png"))


def test_serial_terminal(home):
    start(home)
    with app(home, "One", title="One") as opened:
        choose(opened, "Serial terminal")
        window = atspi.Window("One: serial")
        opened.wait("terminal", "Serial port 1 of One")
        opened.check_names()
        shot(window, "serial")

        # the mock engine sends back what is typed
        window.focus()
        opened.program.click("terminal", "Serial port 1 of One", window=window)
        window.type("typed here")

        def logged():
            with contextlib.suppress(FileNotFoundError), \
                 open(os.path.join(home.bundle("One"), "logs", "serial-0.log"), "rb") as file:
                return file.read()
            return b""
        wait_for(lambda: b"typed here" in logged(), "what was typed, at the port", 20)

        # pasted text goes there too
        atspi.copy("pasted there")
        window.key("ctrl+shift+v")
        wait_for(lambda: b"pasted there" in logged(), "what was pasted, at the port", 20)

        opened.click("button", "Paste")
        wait_for(lambda: logged().count(b"pasted there") == 2, "the button's paste", 20)
        window.resize(360, 400)
        equal(window.geometry()[2], 360)
        opened.check_fits()
        shot(window, "serial-360")

        # the machine ends and starts: the terminal goes on
        home.ok("stop", "--force", "One")
        opened.wait("label", re.compile("The machine is off"))
        home.ok("start", "One")
        opened.gone("label", re.compile("The machine is off"))
        before = len(logged())
        window.type("again")
        wait_for(lambda: b"again" in logged()[before - 5:], "what was typed after the restart", 20)


def test_performance(home):
    start(home)
    with app(home, "One", title="One") as opened:
        choose(opened, "Performance")
        opened.wait("image", "Memory")
        wait_for(lambda: (opened.find("image", "Memory").get_description() or "") != "", "the memory in words", 20)
        equal(opened.find("image", "Memory").get_description(), "4.1\u00a0kB")
        opened.wait("label", "4.1\u00a0kB")
        assert not opened.find("image", "Network"), "figures that the engine does not know are shown"
        opened.check_names()
        shot(opened.window, "performance")
        opened.window.resize(360, 560)
        opened.check_fits()


def test_devices(home):
    start(home)
    with app(home, "One", title="One") as opened:
        choose(opened, "Devices")
        opened.wait("button", "Insert a disc into cd0")
        assert not opened.find("button", "Eject the disc from cd0"), "an empty drive cannot be ejected"
        opened.check_names()
        shot(opened.window, "devices")
        opened.window.resize(360, 560)
        opened.check_fits()
        shot(opened.window, "devices-360")


def test_devices_of_a_machine_that_is_off(home):
    home.ok("create", "One", "--engine=test", "--arch=x86_64", "--set=notes=suspend")
    with app(home, "One", title="One") as opened:
        opened.wait("label", "One is off")
        choose(opened, "Devices")
        opened.wait("label", "This machine has no drives.")
        opened.window.key("Escape")

        # it would not go on with others
        home.ok("start", "One")
        opened.gone("label", "One is off")
        home.ok("suspend", "One")
        opened.wait("label", "One is suspended")
        choose(opened)
        wait_for(lambda: not atspi.is_sensitive(opened.wait("menu item", "Devices")), "a menu without them", 20)


def test_log(home):
    start(home)
    with open(os.path.join(home.bundle("One"), "logs", "machine.log"), "a", encoding="ascii") as file:
        file.writelines(f"line {number}\n" for number in range(2000))
    with app(home, "One", title="One") as opened:
        choose(opened, "Log")
        text = opened.wait("text", "Log")
        opened.check_names()

        # a long one shows what was written last
        def last_shows():
            view = text.get_extents(atspi.Atspi.CoordType.WINDOW)
            last = text.get_character_extents(text.get_character_count() - 2, atspi.Atspi.CoordType.WINDOW)
            return view.y < last.y < view.y + view.height
        wait_for(last_shows, "the last line", 20)


def test_keyboard_shortcuts(home):
    start(home)
    with app(home, "One", title="One") as opened:
        choose(opened, "Keyboard shortcuts")
        opened.wait("list item", "Fit into the window")
        opened.wait("label", "Ctrl + Alt")   # what gives the keyboard back
        opened.check_names()
        opened.window.resize(360, 560)
        opened.check_fits()


def test_own_keys(home):
    start(home)
    with app(home, "One", title="One", env={"GSETTINGS_BACKEND": "memory"}) as opened:
        choose(opened, "Send keys", "Own keys…")
        opened.wait("text", re.compile("^Keys, as in"))
        opened.window.type("shift-f9")
        opened.window.key("Return")
        opened.wait("button", "Remove Shift + F9")
        opened.gone("button", "Apply")
        opened.check_names()
        shot(opened.window, "own-keys")
        opened.window.key("Escape")
        opened.gone("button", "Remove Shift + F9")

        choose(opened, "Send keys", "Shift + F9")
        wait_for(lambda: "key shift-f9" in home.ok("log", "One").out, "the keys in the machine's log", 20)


def test_keys_that_are_none_are_said_to_be(home):
    start(home)
    with app(home, "One", title="One", env={"GSETTINGS_BACKEND": "memory"}) as opened:
        choose(opened, "Send keys", "Own keys…")
        opened.wait("text", re.compile("^Keys, as in"))
        opened.window.type("ctrl-nonsense")
        opened.wait("label", re.compile("nonsense"))
        opened.check_names()
        opened.window.resize(360, 560)
        opened.check_fits()
        opened.window.key("ctrl+a")
        opened.window.type("f5")
        opened.gone("label", re.compile("nonsense"))


def test_paste_as_keystrokes(home):
    start(home)
    with app(home, "One", title="One") as opened:
        choose(opened, "Paste as keystrokes…")
        opened.wait("text", "Text to type")
        # what is typed goes there, spaces too, and not to a button or the machine
        wait_for(lambda: (node := opened.program.focused()) and atspi.name(node) == "Text to type", "the focus on the text", 20)
        opened.check_names()
        opened.window.type("x y")
        wait_for(lambda: (button := opened.find("button", "Type")) and atspi.is_sensitive(button), "the way on", 20)
        opened.window.resize(360, 560)
        opened.check_fits()
        opened.click("button", "Type")
        opened.gone("text", "Text to type")
        wait_for(lambda: "key y" in home.ok("log", "One").out, "the last letter in the machine's log", 20)
        out = home.ok("log", "One").out
        equal([key for key in ("key x", "key spc", "key y") if key not in out], [])


def test_sound(home):
    start(home)
    with app(home, "One", title="One") as opened:
        choose(opened, "Sound")
        slider = opened.wait("slider", "Volume")
        time.sleep(0.3)   # a menu slides in
        opened.check_names()
        shot(opened.window, "sound")
        slider.set_current_value(40)
        wait_for(lambda: "volume 0.40\n" in home.ok("log", "One").out, "the volume in the machine's log", 20)
        opened.click("menu item", "Mute")
        wait_for(lambda: "volume 0.40, muted" in home.ok("log", "One").out, "silence in the machine's log", 20)
        opened.window.key("Escape")

        # another one changes it
        choose(opened, "Sound")
        equal(opened.wait("slider", "Volume").get_current_value(), 40)


def test_start_that_fails_by_keyboard(home):
    home.ok("create", "One", "--engine=test", "--arch=x86_64", "--set=notes=start-fail")
    with app(home, "One", title="One") as opened:
        def has_focus():
            node = opened.program.focused()
            return node and (atspi.role(node), atspi.name(node)) == ("button", "Start")
        opened.wait("label", "One is off")
        wait_for(has_focus, "the focus on Start", 20)
        opened.window.key("Return")
        opened.wait("label", "Could not start One")
        opened.wait("label", re.compile("The test engine does not start"))
        wait_for(has_focus, "the focus on Start again", 20)


def test_no_sound_no_menu(home):
    home.ok("create", "One", "--engine=test", "--arch=x86_64")
    home.ok("set", "One", "sound.card=none")
    home.ok("start", "One")
    with app(home, "One", title="One") as opened:
        choose(opened)
        opened.wait("menu item", re.compile("Clipboard"))
        assert not opened.find("menu item", "Sound"), "a machine without sound has a menu for it"


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
