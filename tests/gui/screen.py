# screen.py - the screen of a machine, as its window and as aetherctl have it
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess

# Of the largest difference there can be. Scaling is not done alike, and a cursor blinks: that is
# 0.01. The same screen ten pixels aside is 0.09, dark as it is.
ALIKE = 0.03


def identify(path, form):
    return subprocess.run(["convert", path, "-format", form, "info:"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def size_of(path):
    return tuple(map(int, identify(path, "%w %h").split()))


def brightness(path):
    return float(identify(path, "%[fx:standard_deviation]"))


class Screen:
    """In the window of a machine of that name, in a program of gui.py."""

    def __init__(self, home, program, window, name="Demo"):
        self.home, self.program, self.window, self.name = home, program, window, name
        self.view = program.wait("image", f"Screen of {name}")

    def shot(self):
        """What aetherctl says it shows."""
        path = self.home.path("there.png")
        self.home.ok("screenshot", self.name, path)
        return path

    def pixel(self, x, y):
        """As (r, g, b) of 0 to 255, of the machine's own screen."""
        text = identify(self.shot(), f"%[fx:round(255*p{{{x},{y}}}.r)] %[fx:round(255*p{{{x},{y}}}.g)] "
                                     f"%[fx:round(255*p{{{x},{y}}}.b)]")
        return tuple(map(int, text.split()))

    def place(self):
        """Where its pixels are in the window: x, y, width, height."""
        width, height = size_of(self.shot())
        x, y, w, h = self.program.extents(self.view)
        scale = min(w / width, h / height)
        shown = round(width * scale), round(height * scale)
        return x + (w - shown[0]) // 2, y + (h - shown[1]) // 2, *shown

    def on_display(self, x, y):
        """Where a pixel of it is on the display that the window is on."""
        left, top, width, height = self.place()
        columns, rows = size_of(self.home.path("there.png"))
        window_x, window_y = self.window.geometry()[:2]
        return (round(window_x + left + (x + 0.5) * width / columns),
                round(window_y + top + (y + 0.5) * height / rows))

    def difference(self):
        """Of what the window shows and what aetherctl says the screen is, 0 to 1."""
        place = self.place()
        there, here = self.home.path("there.png"), self.home.path("here.png")
        self.window.grab(here, place)
        subprocess.run(["convert", there, "-resize", f"{place[2]}x{place[3]}!", there], check=True)
        # 1 when they differ, which they always do a little
        out = subprocess.run(["compare", "-metric", "RMSE", here, there, "null:"], stderr=subprocess.PIPE,
                             text=True).stderr
        return float(out.split("(")[1].rstrip(")"))

    def is_shown(self):
        return self.difference() < ALIKE


def serial(home, name="Demo"):
    """What its console has written."""
    path = os.path.join(home.bundle(name), "logs", "serial-0.log")
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
