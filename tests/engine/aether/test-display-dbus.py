#!/usr/bin/env python3
# test-display-dbus.py - org.qemu.Display1 as aether-vmm serves it
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-display-dbus.py AETHER_VMM DEMOS. Output is TAP."""

import mmap
import os
import socket
import sys

import gi
gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib

from vmm_rig import PATIENCE, Tap, Vmm

program, demos = sys.argv[1:]

CONSOLE = '/org/qemu/Display1/Console_0'
LISTENER = '''<node><interface name="org.qemu.Display1.Listener">
<method name="Scanout"><arg type="u" direction="in"/><arg type="u" direction="in"/>
<arg type="u" direction="in"/><arg type="u" direction="in"/><arg type="ay" direction="in"/></method>
<method name="Update"><arg type="i" direction="in"/><arg type="i" direction="in"/>
<arg type="i" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="in"/>
<arg type="u" direction="in"/><arg type="ay" direction="in"/></method>
<property name="Interfaces" type="as" access="read"/></interface>
<interface name="org.qemu.Display1.Listener.Unix.Map">
<method name="ScanoutMap"><arg type="h" direction="in"/><arg type="u" direction="in"/>
<arg type="u" direction="in"/><arg type="u" direction="in"/><arg type="u" direction="in"/>
<arg type="u" direction="in"/></method>
<method name="UpdateMap"><arg type="i" direction="in"/><arg type="i" direction="in"/>
<arg type="i" direction="in"/><arg type="i" direction="in"/></method></interface></node>'''


def stream(fd):
    return Gio.Socket.new_from_fd(fd).connection_factory_create_connection()


class Viewer:
    """A peer of the display with one listener."""

    def __init__(self, vmm, maps=True):
        ours, theirs = socket.socketpair()
        assert vmm.command('display', theirs.fileno()) == 'ok'
        theirs.close()
        self.context = GLib.MainContext.default()
        self.connection = Gio.DBusConnection.new_sync(
            stream(ours.detach()), None, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None)
        self.maps = maps
        self.calls = []
        self.pixels = None
        self.listen()

    def listen(self):
        ours, theirs = socket.socketpair()
        fds = Gio.UnixFDList.new()
        fds.append(theirs.fileno())
        theirs.close()
        self.made = None
        Gio.DBusConnection.new(
            stream(ours.detach()), None, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.DELAY_MESSAGE_PROCESSING, None, None, self.listening, None)
        self.connection.call_with_unix_fd_list(
            None, CONSOLE, 'org.qemu.Display1.Console', 'RegisterListener',
            GLib.Variant('(h)', (0,)), None, 0, -1, fds, None, None, None)
        self.wait(lambda: self.made)

    def listening(self, source, result, data):
        self.made = Gio.DBusConnection.new_finish(result)
        node = Gio.DBusNodeInfo.new_for_xml(LISTENER)
        for interface in node.interfaces:
            if self.maps or not interface.name.endswith('Map'):
                self.made.register_object('/org/qemu/Display1/Listener', interface, self.called,
                                          self.get, None)
        self.made.start_message_processing()

    def get(self, connection, sender, path, interface, name):
        return GLib.Variant('as', ['org.qemu.Display1.Listener.Unix.Map'] if self.maps else [])

    def called(self, connection, sender, path, interface, method, arguments, call):
        arguments = arguments.unpack()
        if method == 'ScanoutMap':
            fd = call.get_message().get_unix_fd_list().get(arguments[0])
            assert arguments[4] * arguments[3] <= os.fstat(fd).st_size
            self.pixels = mmap.mmap(fd, arguments[4] * arguments[3], mmap.MAP_SHARED, mmap.PROT_READ)
            os.close(fd)
        self.calls.append((method, arguments))
        call.return_value(None)

    def wait(self, condition):
        timer = []
        source = GLib.timeout_add_seconds(PATIENCE, lambda: timer.append(1) or True)
        while not condition():
            self.context.iteration(True)
            if timer:
                GLib.source_remove(source)
                raise TimeoutError(f'calls so far: {[call[0] for call in self.calls]}')
        GLib.source_remove(source)

    def last(self, method):
        found = [arguments for name, arguments in self.calls if name == method]
        return found[-1] if found else None

    def call(self, interface, method, signature, *values):
        return self.connection.call_sync(None, CONSOLE, 'org.qemu.Display1.' + interface, method,
                                         GLib.Variant(f'({signature})', values), None, 0,
                                         PATIENCE * 1000, None)

    def get_property(self, interface, name):
        return self.connection.call_sync(
            None, CONSOLE, 'org.freedesktop.DBus.Properties', 'Get',
            GLib.Variant('(ss)', ('org.qemu.Display1.' + interface, name)), None, 0, -1, None).unpack()[0]

    def pixel(self, x, y):
        width = self.last('ScanoutMap')[2]
        at = (y * width + x) * 4
        return int.from_bytes(self.pixels[at:at + 4], 'little') & 0xffffff


def picture_as_map():
    """the picture comes as a map, with its size"""
    vmm = Vmm(program, f'{demos}/console-x86_64.aether')
    vmm.wait_text(b'help')
    viewer = Viewer(vmm)
    viewer.wait(lambda: viewer.last('UpdateMap'))
    handle, offset, width, height, stride, pixman = viewer.last('ScanoutMap')
    assert (offset, width, height, stride, pixman) == (0, 800, 480, 3200, 0x20020888)
    assert viewer.get_property('Console', 'Width') == 800
    assert viewer.get_property('Mouse', 'IsAbsolute') is True
    assert viewer.get_property('MultiTouch', 'MaxSlots') == 10
    assert any(viewer.pixels[i] > 100 for i in range(0, 3200 * 16, 4))
    assert vmm.end() == 5


def picture_as_copy():
    """a viewer without maps gets copies"""
    vmm = Vmm(program, f'{demos}/console-x86_64.aether')
    vmm.wait_text(b'help')
    viewer = Viewer(vmm, maps=False)
    viewer.wait(lambda: viewer.last('Scanout'))
    width, height, stride, pixman, data = viewer.last('Scanout')
    assert (width, height, stride, len(data)) == (800, 480, 3200, 800 * 480 * 4)
    vmm.console.sendall(b'x')
    # What the guest drew before that comes first
    viewer.wait(lambda: viewer.last('Update') and viewer.last('Update')[2] < 100)
    x, y, width, height, stride, pixman, data = viewer.last('Update')
    assert height <= 32 and len(data) == width * height * 4
    assert vmm.end() == 5


def keyboard():
    """keys arrive, also those behind 0xe0"""
    vmm = Vmm(program, f'{demos}/console-x86_64.aether')
    vmm.wait_text(b'help')
    viewer = Viewer(vmm)
    for key in (0x12, 0x2e, 0x23, 0x18, 0x39, 0x2a, 0x1e, -0x1e, -0x2a, 0x1c, 0xc8, 0x9c):
        viewer.call('Keyboard', 'Press' if key > 0 else 'Release', 'u', abs(key))
    # "echo A", Return, then Up and the keypad's Enter: the same again
    vmm.wait_text(b'echo A\nA\n')
    vmm.wait_text(b'echo A\nA\n')
    assert vmm.end() == 5


def pointer_and_touch():
    """the pointer and fingers draw"""
    vmm = Vmm(program, f'{demos}/paint-x86_64.aether')
    vmm.wait_text(b'ready')
    viewer = Viewer(vmm)
    viewer.wait(lambda: viewer.last('UpdateMap'))
    assert viewer.pixel(100, 100) == 0xfaf9f6
    viewer.call('Mouse', 'SetAbsPosition', 'uu', 100, 100)
    viewer.call('Mouse', 'Press', 'u', 0)
    viewer.call('Mouse', 'SetAbsPosition', 'uu', 200, 100)
    viewer.call('Mouse', 'Release', 'u', 0)
    viewer.wait(lambda: viewer.pixel(150, 100) == 0x241f31)
    for slot, y in ((0, 200), (1, 300)):
        viewer.call('MultiTouch', 'SendEvent', 'utdd', 0, slot, 100.0, float(y))
    for slot, y in ((0, 200), (1, 300)):
        viewer.call('MultiTouch', 'SendEvent', 'utdd', 1, slot, 300.0, float(y))
        viewer.call('MultiTouch', 'SendEvent', 'utdd', 2, slot, 300.0, float(y))
    viewer.wait(lambda: viewer.pixel(200, 200) == viewer.pixel(200, 300) == 0x241f31)
    # red, then a dot of it; the wheel makes it thicker
    for x, y in ((60, 20), (400, 400)):
        viewer.call('Mouse', 'SetAbsPosition', 'uu', x, y)
        viewer.call('Mouse', 'Press', 'u', 0)
        viewer.call('Mouse', 'Release', 'u', 0)
    viewer.wait(lambda: viewer.pixel(400, 400) == 0xe01b24)
    try:
        viewer.call('MultiTouch', 'SendEvent', 'utdd', 9, 0, 1.0, 1.0)
        raise AssertionError('nonsense was taken')
    except GLib.Error:
        pass
    assert vmm.end() == 5


def new_mode():
    """the window's size is offered, and a new mode is a new map"""
    vmm = Vmm(program, f'{demos}/paint-x86_64.aether')
    vmm.wait_text(b'ready')
    viewer = Viewer(vmm)
    viewer.wait(lambda: viewer.last('UpdateMap'))
    viewer.call('Console', 'SetUIInfo', 'qqiiuu', 100, 100, 0, 0, 1024, 700)
    viewer.wait(lambda: viewer.last('ScanoutMap')[2:4] == (1024, 700))
    viewer.call('Console', 'SetUIInfo', 'qqiiuu', 0, 0, 0, 0, 4000000, 4000000)
    assert viewer.get_property('Console', 'Width') == 1024
    assert vmm.end() == 5


def one_peer():
    """the newest peer has the display; closing one hurts nobody"""
    vmm = Vmm(program, f'{demos}/life-x86_64.aether')
    for _ in range(10):
        viewer = Viewer(vmm)
        viewer.wait(lambda: len([call for call in viewer.calls if call[0] == 'UpdateMap']) > 3)
        old = viewer
    viewer = Viewer(vmm)
    viewer.wait(lambda: old.connection.is_closed())
    viewer.connection.close_sync(None)
    assert vmm.command('statistics') == 'ok 0 0 0 0'
    assert vmm.end() == 5


def deaf_peer():
    """a peer that reads no answers is dropped, and the guest goes on"""
    vmm = Vmm(program, f'{demos}/console-x86_64.aether')
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    assert vmm.command('display', theirs.fileno()) == 'ok'
    theirs.close()
    ours.sendall(b'\0AUTH EXTERNAL ' + str(os.getuid()).encode().hex().encode() + b'\r\n')
    assert ours.recv(100).startswith(b'OK')
    ours.sendall(b'BEGIN\r\n')

    call = Gio.DBusMessage.new_method_call(None, '/org/qemu/Display1/Console_0', 'org.qemu.Display1.Mouse',
                                           'SetAbsPosition')
    call.set_body(GLib.Variant('(uu)', (0xffffffff, 0xffffffff)))
    call.set_serial(7)
    some = bytes(call.to_blob(Gio.DBusCapabilityFlags.NONE)) * 1000
    try:
        for _ in range(1000):
            ours.sendall(some)
        assert False, 'a million answers were kept'
    except (BrokenPipeError, ConnectionResetError):
        pass

    vmm.wait_text(b'Type')
    vmm.console.sendall(b'echo alive\n')
    vmm.wait_text(b'alive')
    assert vmm.end() == 5


os.environ.pop('DBUS_SESSION_BUS_ADDRESS', None)
sys.exit(Tap().run(picture_as_map, picture_as_copy, keyboard, pointer_and_touch, new_mode, one_peer,
                   deaf_peer))
