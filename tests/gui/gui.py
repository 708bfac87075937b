# gui.py - what the tests that drive the window share
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""A test gets a Home as those of aetherctl do, in which it opens the window."""

import contextlib
import os
import re
import signal
import subprocess
import time

import atspi
import rig

APP = os.environ["AETHER"]

GRAVE = re.compile("CRITICAL|WARNING|ERROR")
# Said by GTK 4.18 itself when a dialog takes the focus from an entry; and a bus without a desktop
KNOWN = re.compile("unexpected blinking selection|did not receive a focus-out event|org.freedesktop.Notifications was not provided")

# What a person acts on; each must say its name.
CONTROLS = ("button", "toggle button", "check box", "switch", "text", "entry", "combo box", "spin button", "spin box",
            "list item", "menu item", "slider", "image")


class App:
    """The running program with its library window."""

    def __init__(self, home, *args, title="Machines", env=None):
        self.process = subprocess.Popen([APP, *args], env={**home.env, **(env or {})}, cwd=home.root,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.window = atspi.Window(title)
        self.program = atspi.Program("aether", self.process.pid)

    def click(self, role, name, **kwargs):
        return self.program.click(role, name, window=self.window, **kwargs)

    def wait(self, role, name, **kwargs):
        return self.program.wait(role, name, **kwargs)

    def find(self, role, name):
        return self.program.find(role, name)

    def gone(self, role, name, **kwargs):
        self.program.gone(role, name, **kwargs)

    def choose_file(self, title, path, button="Open"):
        """In GTK's own dialog, by keyboard."""
        dialog = atspi.Window(title)
        self.wait("button", button)
        dialog.key("ctrl+l")
        dialog.type(path)
        time.sleep(1)   # it fills in names as they are found
        dialog.key("shift+End", "Delete", "Return")
        self.gone("dialog", title)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        """Ends the program; returns the lines it complained in."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            return self.process.communicate(timeout=20 * atspi.PATIENCE)[1].decode().splitlines()
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[1].decode().splitlines() + ["ERROR: it did not end when asked to"]

    def check_names(self):
        """Everything that one can act on has a name, and nothing else than it has."""
        nameless = []
        for node in self.program.all():
            if not (atspi.is_focusable(node) or atspi.role(node) == "image"):
                continue
            if atspi.role(node) == "list item" and self.is_inside(node, "combo box"):
                continue   # what a closed combo row shows of its list; the row has the name
            if atspi.role(node) in CONTROLS and not atspi.name(node).strip():
                # the entry inside a titled row, the button inside a titled menu button
                parent = node.get_parent()
                if not (parent and atspi.name(parent).strip()):
                    nameless.append(f"{atspi.role(node)} at {self.program.extents(node)} in "
                                    f"{atspi.role(parent)} “{atspi.name(parent)}”")
        if nameless:
            raise AssertionError("without a name: " + "; ".join(nameless))

    @staticmethod
    def is_inside(node, role):
        while node := node.get_parent():
            if atspi.role(node) == role:
                return True
        return False

    def check_fits(self):
        """Nothing that shows sticks out of the window."""
        width = self.window.geometry()[2]
        for node in self.program.all():
            if atspi.role(node) in CONTROLS:
                try:
                    x, _, w, _ = self.program.extents(node)
                except atspi.GLib.Error:
                    continue   # it went meanwhile, as the wizard does when its machine is made
                if x < -2 or x + w > width + 2:   # what borders and rounding may take
                    raise AssertionError(f"{atspi.role(node)} “{atspi.name(node)}” reaches from {x} to {x + w} "
                                         f"in a window of {width}")


touch_screen = None


def get_touch():
    """The one for all tests: the driver takes one connection."""
    global touch_screen
    if "TOUCH_SOCKET" not in os.environ:
        raise rig.Skip("this display has no touch screen")
    if touch_screen is None:
        import touch
        touch_screen = touch.Touch()
    return touch_screen


@contextlib.contextmanager
def app(home, *args, **kwargs):
    """Opens the library; what the program complained of fails the test."""
    opened = App(home, *args, **kwargs)
    try:
        yield opened
    except BaseException:
        print(f"# the program's end: {opened.process.poll()}")
        for line in opened.end():
            print("# " + line)
        raise
    rig.equal([line for line in opened.end() if GRAVE.search(line) and not KNOWN.search(line)], [])


