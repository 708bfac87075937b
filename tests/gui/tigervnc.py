# tigervnc.py - a VNC server with a screen of its own
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import shutil
import subprocess

import rig
from rig import Skip, wait_for

PASSWORD = "secret12"


def listens(display):
    """Whether TigerVNC's server of that display has its port open."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        return f":{5900 + display:04X} 00000000:0000 0A" in file.read()


@contextlib.contextmanager
def server(home):
    """A screen of 640x400 behind a password; gives its port, which is 5900 plus its display, and its process."""
    for program in "Xvnc", "vncpasswd":
        if not shutil.which(program):
            raise Skip(f"{program} is not installed")
    path = home.write("passwd", subprocess.run(["vncpasswd", "-f"], input=f"{PASSWORD}\n".encode(), check=True,
                                               stdout=subprocess.PIPE).stdout)
    os.chmod(path, 0o600)
    display = next(n for n in range(60, 99) if not os.path.exists(f"/tmp/.X11-unix/X{n}") and not listens(n))
    process = subprocess.Popen(
        ["Xvnc", f":{display}", "-SecurityTypes", "VncAuth", "-PasswordFile", path, "-geometry", "640x400",
         "-desktop", "Far away", "-rfbport", str(5900 + display), "-localhost"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with rig.running(process):
        wait_for(lambda: listens(display), "Xvnc")
        yield 5900 + display, process
