# demo.py - from the click on "Try the demo" to the guest's first words in its window
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""demo.py AETHER AETHERCTL, on an X server of its own with a window manager: an empty library each
round, a click by XTest, then the screen is read until the console's green is on it."""

import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 9
PATIENCE = 20          # seconds
ALL_PLANES = ctypes.c_ulong(-1 & 0xffffffff)
Z_PIXMAP = 2

here = os.path.dirname(os.path.abspath(__file__))


class Image(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("offset", ctypes.c_int),
                ("format", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_char))]


class Screen:
    def __init__(self):
        self.x = ctypes.CDLL("libX11.so.6")
        self.test = ctypes.CDLL("libXtst.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XGetImage.restype = ctypes.POINTER(Image)
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(None))
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))

    def click(self, x, y):
        """Returns when the button is up."""
        self.test.XTestFakeMotionEvent(self.display, -1, x, y, ctypes.c_ulong(0))
        self.x.XSync(self.display, 0)
        time.sleep(0.3)   # a pointer that has just come in is not yet over the button
        self.test.XTestFakeButtonEvent(self.display, 1, 1, ctypes.c_ulong(0))
        self.test.XTestFakeButtonEvent(self.display, 1, 0, ctypes.c_ulong(0))
        self.x.XSync(self.display, 0)

    def any_pixel(self, x, y, width, height, fits):
        image = self.x.XGetImage(self.display, self.root, x, y, width, height, ALL_PLANES, Z_PIXMAP)
        data = ctypes.string_at(image.contents.data, width * height * 4)
        self.x.XDestroyImage(image)
        return any(fits(r, g, b) for b, g, r in zip(data[0::4], data[1::4], data[2::4]))

    def has_green(self, x, y, width, height):
        return self.any_pixel(x, y, width, height, lambda r, g, b: g > r + 60 and g > b + 60)


class Round:
    def __init__(self, program, ctl, accessible=False):
        self.ctl = ctl
        self.folder = tempfile.TemporaryDirectory(prefix="ab-")
        self.env = dict(os.environ, GTK_A11Y="atspi" if accessible else "none")
        for name in "DATA_HOME", "CONFIG_HOME", "CACHE_HOME", "STATE_HOME", "RUNTIME_DIR":
            self.env["XDG_" + name] = path = os.path.join(self.folder.name, name)
            os.mkdir(path, 0o700)
        self.process = subprocess.Popen([program], env=self.env, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        subprocess.run([self.ctl, "stop", "--force", "Demo"], env=self.env, capture_output=True)
        self.folder.cleanup()


def wait_windows(count):
    """Until so many windows are shown."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "aether"],
                               capture_output=True, text=True).stdout.split()
        if len(found) >= count:
            return
        time.sleep(0.05)
    sys.exit("demo.py: no window came")


def find_places(program, ctl):
    """Where the button is, and where the console's first word: the same in each round."""
    sys.path.insert(0, os.path.join(here, "../gui"))
    import atspi

    with Round(program, ctl, accessible=True) as first:
        library = atspi.Window("Machines")
        seen = atspi.Program("aether", first.process.pid)
        button = seen.wait("button", "Try the demo")
        left, top, width, height = seen.extents(button)
        x, y = library.geometry()[:2]
        seen.click("button", "Try the demo")
        demo = atspi.Window("Demo")
        place = seen.extents(seen.wait("image", "Screen of Demo"))
        time.sleep(0.5)
        origin = demo.geometry()[:2]
        return (x + left + width // 2, y + top + height // 2), (origin[0] + place[0], origin[1] + place[1])


def main():
    program, ctl = sys.argv[1:]
    screen = Screen()
    button, picture = find_places(program, ctl)
    times = []

    for number in range(ROUNDS + 1):
        with Round(program, ctl):
            wait_windows(1)
            time.sleep(1)
            if screen.has_green(*picture, 80, 40):
                sys.exit("demo.py: there is green where none should be yet")
            screen.click(*button)
            began = time.monotonic()
            while not screen.has_green(*picture, 80, 40):
                if time.monotonic() > began + PATIENCE:
                    sys.exit("demo.py: the console did not show itself")
                time.sleep(0.002)   # looking without a pause would take a core of two
            if number > 0:   # the first one fills the caches
                times.append((time.monotonic() - began) * 1000)

    print(f"demo, click to the guest's first pixels\t{statistics.median(times):.2f}\t-\t-\t-\tms\t{len(times)}")
    print("demo.py: " + " ".join(f"{value:.0f}" for value in times), file=sys.stderr)


if __name__ == "__main__":
    main()
