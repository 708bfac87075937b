# test-vnc.py - the window on a VNC server: logging in, being refused, a server that goes
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import shutil
import subprocess
import sys

import atspi
import rig
from gui import app
from rig import Skip, wait_for

PASSWORD = "secret12"


def listens(display):
    """Whether TigerVNC's server of that display has its port open."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        return f":{5900 + display:04X} 00000000:0000 0A" in file.read()


@contextlib.contextmanager
def server(home):
    """A screen of 640x400 behind a password; gives its port."""
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


def test_refused_then_let_in(home):
    """By keyboard alone: a wrong password, why, and again."""
    with server(home) as (port, process):
        address = f"127.0.0.1:{port}"
        with app(home, f"vnc://{address}", title=address) as opened:
            opened.wait("text", "Password")
            opened.check_names()
            opened.window.type("wrong")
            opened.window.key("Return")
            opened.wait("label", "Not connected")
            opened.wait("button", "Connect")
            wait_for(lambda: atspi.name(opened.program.focused()) == "Connect", "the focus on Connect")
            opened.window.key("Return")
            opened.wait("text", "Password")
            opened.window.type(PASSWORD)
            opened.window.key("Return")
            atspi.Window("Far away")
            opened.gone("button", "Connect")

            process.kill()
            opened.wait("label", "Not connected")
            opened.wait("label", "The server closed the connection.")


def test_nobody_there(home):
    with app(home, "vnc://127.0.0.1:5999", title="127.0.0.1:5999") as opened:
        opened.wait("label", "Not connected")
        opened.wait("button", "Connect")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
