# sway.py - windows on a Wayland desktop, as atspi.py has them on an X server
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import subprocess
import time

import wayland
from atspi import PATIENCE

seat = None


def get_seat():
    """The one for all tests: a window notices when a seat loses its pointer."""
    global seat
    if seat is None:
        seat = wayland.Seat()
    return seat


def swaymsg(*words):
    """What sway answers."""
    return json.loads(subprocess.run(["swaymsg", "--raw", *words], check=True, stdout=subprocess.PIPE).stdout)


def output():
    """The desktop's size in coordinates, and how many pixels are one."""
    told = swaymsg("-t", "get_outputs")[0]
    return told["rect"]["width"], told["rect"]["height"], told["scale"]


def windows():
    def walk(node):
        if node.get("pid") and node["type"] in ("con", "floating_con"):
            yield node
        for child in node.get("nodes", []) + node.get("floating_nodes", []):
            yield from walk(child)

    return list(walk(swaymsg("-t", "get_tree")))


def copy(text):
    """As another program does it."""
    subprocess.run(["wl-copy", text], check=True)


class Window:
    """By its title."""

    def __init__(self, title, timeout=20):
        end = time.monotonic() + timeout * PATIENCE
        while True:
            found = [node["id"] for node in windows() if node["name"] == title]
            if found:
                self.id = found[-1]
                return
            if time.monotonic() > end:
                raise AssertionError(f"no window “{title}” in {timeout * PATIENCE} s, but {[node['name'] for node in windows()]}")
            time.sleep(0.1)

    def node(self):
        for node in windows():
            if node["id"] == self.id:
                return node
        raise AssertionError("the window is gone")

    def is_there(self):
        return any(node["id"] == self.id for node in windows())

    def geometry(self):
        rect = self.node()["rect"]
        return rect["x"], rect["y"], rect["width"], rect["height"]

    def tell(self, *words):
        answer = swaymsg(f"[con_id={self.id}] " + " ".join(map(str, words)))
        assert all(part["success"] for part in answer), answer

    def focus(self):
        self.tell("focus")
        get_seat().sync()

    def resize(self, width, height):
        self.tell("resize set", width, "px", height, "px")
        time.sleep(0.3)   # GTK answers with a frame of that size

    def key(self, *keys):
        self.focus()
        for key in keys:
            get_seat().key(key)

    def type(self, text):
        self.focus()
        get_seat().type(text)

    def move_pointer(self, x, y):
        """To a place in the window."""
        left, top = self.geometry()[:2]
        get_seat().move_to(left + x, top + y, *output()[:2])

    def click(self, x, y):
        self.move_pointer(x, y)
        time.sleep(0.1)
        get_seat().click()

    def grab(self, path, area=None):
        """Writes a PNG of the window, or of (x, y, width, height) in it."""
        x, y, width, height = self.geometry()
        if area:
            x, y, width, height = x + area[0], y + area[1], area[2], area[3]
        subprocess.run(["grim", "-g", f"{x},{y} {width}x{height}", path], check=True)
        return path
