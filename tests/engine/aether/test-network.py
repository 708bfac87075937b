#!/usr/bin/env python3
# test-network.py - a guest talks to a program on this computer
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-network.py AETHER_VMM DEMOS ARCH... Output is TAP."""

import socket
import sys

from vmm_rig import PATIENCE, Tap, Vmm

program, demos, *archs = sys.argv[1:]


def server():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.settimeout(PATIENCE)
    udp.bind(('127.0.0.1', 0))
    return udp


def echo(arch):
    udp = server()
    vmm = Vmm(program, f'{demos}/netcat-{arch}.aether', '--net', 'user',
              '--append', f'10.0.2.2 {udp.getsockname()[1]}')
    hello, guest = udp.recvfrom(2000)
    assert hello == b'Hello', hello
    for text in (b'ping', b'x' * 1400, 'é'.encode()):
        udp.sendto(text, guest)
        assert udp.recvfrom(2000)[0] == text
        vmm.wait_text(text + b'\n')
    vmm.console.sendall(b'typed\n')
    assert udp.recvfrom(2000)[0] == b'typed'
    udp.sendto(b'quit', guest)
    assert vmm.wait_event('event ended').startswith('event ended exit 0')
    assert vmm.end() == 0


def no_network():
    """a guest that needs a network is refused without one"""
    vmm = Vmm(program, f'{demos}/netcat-{archs[0]}.aether')
    assert vmm.process.wait(PATIENCE) == 2
    assert 'needs a network' in vmm.process.stderr.read()
    vmm.end()


tests = [no_network]
for arch in archs:
    def test(arch=arch):
        return echo(arch)
    test.__doc__ = f'datagrams go out and come back on {arch}'
    tests.append(test)
sys.exit(Tap().run(*tests))
