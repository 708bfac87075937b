# atspi.py - drives a GTK program as a person with a screen reader would
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""Finds what a program tells about itself over AT-SPI, and acts on it: by the control's own action
where it has one, else by the pointer. GTK gives extents within the window only, so windows are
found by xdotool, or by sway on a Wayland desktop."""

import os
import re
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = int(os.environ.get("AETHER_TEST_PATIENCE", "4"))   # as in rig.py
ACTIONS = ("click", "toggle", "activate")


def xdotool(*args):
    return subprocess.run(["xdotool", *map(str, args)], check=True, stdout=subprocess.PIPE, text=True).stdout


def copy(text):
    """As another program does it."""
    subprocess.run(["xclip", "-selection", "clipboard", "-i"], input=text, text=True, check=True)


def children(node):
    try:
        count = node.get_child_count()
    except GLib.Error:
        return
    for index in range(count):
        try:
            child = node.get_child_at_index(index)
        except GLib.Error:
            child = None
        if child:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def role(node):
    try:
        return node.get_role_name()
    except GLib.Error:
        return ""


def name(node):
    try:
        return node.get_name() or ""
    except GLib.Error:
        return ""


def has_state(node, state):
    try:
        return node.get_state_set().contains(state)
    except GLib.Error:
        return False


def is_showing(node):
    return has_state(node, Atspi.StateType.SHOWING)


def is_focusable(node):
    return has_state(node, Atspi.StateType.FOCUSABLE)


def is_sensitive(node):
    return has_state(node, Atspi.StateType.SENSITIVE)


def is_checked(node):
    return has_state(node, Atspi.StateType.CHECKED)


def actions(node):
    try:
        return [node.get_action_name(index) for index in range(node.get_n_actions())]
    except GLib.Error:
        return []


class Window:
    """A window on the screen, by the start of its title."""

    def __init__(self, title, timeout=20):
        end = time.monotonic() + timeout * PATIENCE
        while True:
            found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", f"^{re.escape(title)}$"],
                                   stdout=subprocess.PIPE, text=True).stdout.split()
            if found:
                self.id = found[-1]
                return
            if time.monotonic() > end:
                raise AssertionError(f"no window “{title}” in {timeout * PATIENCE} s")
            time.sleep(0.1)

    def geometry(self):
        values = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", self.id).split())
        return tuple(int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))

    def focus(self):
        xdotool("windowactivate", "--sync", self.id)

    def resize(self, width, height):
        xdotool("windowsize", "--sync", self.id, width, height)
        time.sleep(0.3)   # GTK lays out anew after the server's event

    def key(self, *keys):
        self.focus()
        xdotool("key", "--delay", "40", *keys)

    def type(self, text):
        self.focus()
        xdotool("type", "--delay", "60", text)

    def click(self, left, top):
        x, y = self.geometry()[:2]
        xdotool("mousemove", x + left, y + top, "sleep", 0.1, "click", 1)

    def grab(self, path, area=None):
        """Writes a PNG of the window, or of (x, y, width, height) in it."""
        x, y, width, height = self.geometry()
        if area:
            x, y, width, height = x + area[0], y + area[1], area[2], area[3]
        subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "+repage", path], check=True)
        return path


if "SWAYSOCK" in os.environ:
    from sway import Window, copy  # noqa: F811


class Program:
    """A running program, by its name on the accessibility bus."""

    def __init__(self, wanted, pid, timeout=20):
        end = time.monotonic() + timeout * PATIENCE
        while True:
            for candidate in children(Atspi.get_desktop(0)):
                if name(candidate) == wanted and candidate.get_process_id() == pid:
                    self.root = candidate
                    return
            if time.monotonic() > end:
                raise AssertionError(f"“{wanted}” ({pid}) is not on the accessibility bus")
            time.sleep(0.1)

    def all(self, wanted_role=None):
        for node in walk(self.root):
            if is_showing(node) and wanted_role in (None, role(node)):
                yield node

    def find(self, wanted_role, wanted_name):
        """The first showing one; a name may be a compiled expression."""
        for node in self.all(wanted_role):
            found = name(node)
            if wanted_name.search(found) if isinstance(wanted_name, re.Pattern) else wanted_name == found:
                return node
        return None

    def focused(self):
        return next((node for node in self.all() if has_state(node, Atspi.StateType.FOCUSED)), None)

    def wait(self, wanted_role, wanted_name, timeout=20):
        end = time.monotonic() + timeout * PATIENCE
        while not (node := self.find(wanted_role, wanted_name)):
            if time.monotonic() > end:
                raise AssertionError(f"no {wanted_role} “{wanted_name}” in {timeout * PATIENCE} s; there are\n{self.dump()}")
            time.sleep(0.1)
        return node

    def gone(self, wanted_role, wanted_name, timeout=20):
        end = time.monotonic() + timeout * PATIENCE
        while self.find(wanted_role, wanted_name):
            if time.monotonic() > end:
                raise AssertionError(f"{wanted_role} “{wanted_name}” is still there")
            time.sleep(0.1)

    def click(self, wanted_role, wanted_name, window=None, timeout=20):
        node = self.wait(wanted_role, wanted_name, timeout)
        known = actions(node)
        for action in ACTIONS:
            if action in known:
                node.do_action(known.index(action))
                return node
        if window is None:
            raise AssertionError(f"{wanted_role} “{wanted_name}” has no action but {known}")
        left, top, width, height = self.extents(node)
        window.click(left + width // 2, top + height // 2)
        return node

    @staticmethod
    def extents(node):
        """Within the window as the X server has it. GTK takes the window's border off twice, and gives
        the window itself the place -border."""
        frame = node
        while role(frame) not in ("frame", "application"):
            frame = frame.get_parent()
        box, outer = node.get_extents(Atspi.CoordType.WINDOW), frame.get_extents(Atspi.CoordType.WINDOW)
        return box.x - 2 * outer.x, box.y - 2 * outer.y, box.width, box.height

    def dump(self):
        """What shows, and in brackets what has the focus."""
        lines = []
        for node in self.all():
            if has_state(node, Atspi.StateType.FOCUSED):
                lines.append(f"  [{role(node)} “{name(node)}”]")
            elif name(node):
                lines.append(f"  {role(node)} “{name(node)}”")
        return "\n".join(lines)
