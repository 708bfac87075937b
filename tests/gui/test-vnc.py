# test-vnc.py - the window on a VNC server: logging in, being refused, a server that goes
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import socket
import struct
import subprocess
import sys
import threading

import atspi
import keyring
import rig
from gui import app
from rig import equal, wait_for
from tigervnc import PASSWORD, server


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


@contextlib.contextmanager
def plain_server(users):
    """Asks for a name and a password, in the clear; notes what it was told. Gives its port."""
    def receive(connection, count):
        data = b""
        while len(data) < count:
            more = connection.recv(count - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data

    def talk(connection):
        connection.sendall(b"RFB 003.008\n")
        receive(connection, 12)
        connection.sendall(b"\1\23")             # VeNCrypt
        receive(connection, 1)
        connection.sendall(b"\0\2")
        receive(connection, 2)
        connection.sendall(b"\0\1" + struct.pack(">I", 256))
        receive(connection, 4)
        sizes = struct.unpack(">II", receive(connection, 8))
        told.append(tuple(receive(connection, size).decode() for size in sizes))
        if users.get(told[-1][0]) != told[-1][1]:
            connection.sendall(struct.pack(">II", 1, 3) + b"No.")
            return
        connection.sendall(struct.pack(">I", 0))
        receive(connection, 1)
        connection.sendall(struct.pack(">HH", 64, 64) + bytes([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0])
                           + struct.pack(">I", 5) + b"Plain")
        while connection.recv(4096):
            pass

    def serve():
        while True:
            try:
                connection = listener.accept()[0]
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                talk(connection)

    told = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1], told
        listener.shutdown(socket.SHUT_RDWR)


def go_to(opened, role, name):
    """By the Tab key, around the dialog."""
    for _ in range(12):
        before = opened.program.focused()
        if before and (atspi.role(before), atspi.name(before)) == (role, name):
            return before
        opened.window.key("Tab")
        wait_for(lambda: opened.program.focused() not in (None, before), "another focus")
    raise AssertionError(f"Tab does not lead to {role} “{name}”")


def log_in(opened, password, name=None):
    """By keyboard alone, and keeps it."""
    opened.wait("check box", "Keep in the keyring")
    opened.check_names()
    if name:
        go_to(opened, "text", "Name")
        opened.window.key("ctrl+a")
        opened.window.type(name)
    go_to(opened, "text", "Password")
    opened.window.type(password)
    row = go_to(opened, "check box", "Keep in the keyring")
    opened.window.key("space")
    wait_for(lambda: atspi.has_state(row, atspi.Atspi.StateType.CHECKED), "the switch")
    go_to(opened, "button", "Log in")
    opened.window.key("Return")


def test_kept_in_the_keyring(home):
    """Typed once; the next window goes in without a question, until the password is another."""
    with server(home) as (port, _process), keyring.keyring(home, os.environ["DBUS_SESSION_BUS_ADDRESS"]) as ring:
        address = f"127.0.0.1:{port}"
        with app(home, f"vnc://{address}", title=address) as opened:
            log_in(opened, PASSWORD)
            atspi.Window("Far away")
            wait_for(lambda: keyring.entries(ring), "the entry in the keyring")
        (label, attributes), = keyring.entries(ring)
        equal(label, f"VNC password of {address}")
        equal(attributes["user"], "")

        with app(home, f"vnc://{address}", title="Far away") as opened:
            equal(opened.find("text", "Password"), None)

        subprocess.run(["vncpasswd", "-f"], input=b"another1\n", check=True, stdout=open(home.path("passwd"), "wb"))
        with app(home, f"vnc://{address}", title=address) as opened:
            opened.wait("label", "Not connected")
            go_to(opened, "button", "Connect")
            opened.window.key("Return")
            opened.wait("text", "Password")
            opened.wait("label", "That was not right. Try it again.")


def test_kept_with_a_name(home):
    """The address need not have the name again that was typed."""
    users = {"anna": "first"}
    with plain_server(users) as (port, told), keyring.keyring(home, os.environ["DBUS_SESSION_BUS_ADDRESS"]) as ring:
        address = f"127.0.0.1:{port}"
        with app(home, f"vnc://{address}", title=address) as opened:
            log_in(opened, "first", "anna")
            atspi.Window("Plain")
            wait_for(lambda: keyring.entries(ring), "the entry in the keyring")
        equal(told, [("anna", "first")])

        with app(home, f"vnc://{address}", title="Plain"):
            equal(told[1:], [("anna", "first")])

        # Of two names it is the one that was kept last, or the one that the address has
        users["bert"] = "second"
        with app(home, f"vnc://bert@{address}", title=address) as opened:
            log_in(opened, "second", "bert")
            atspi.Window("Plain")
            wait_for(lambda: len(keyring.entries(ring)) == 2, "the second entry")
        with app(home, f"vnc://anna@{address}", title="Plain"):
            equal(told[-1], ("anna", "first"))


def test_nobody_there(home):
    with app(home, "vnc://127.0.0.1:5999", title="127.0.0.1:5999") as opened:
        opened.wait("label", "Not connected")
        opened.wait("button", "Connect")


if __name__ == "__main__":
    rig.main(sys.modules[__name__])
