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


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def forward():
    """a datagram to a forwarded port reaches the guest, and its answer comes back"""
    port, other = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    vmm = Vmm(program, f'{demos}/netcat-{archs[0]}.aether', '--net', 'user',
              '--forward', f'udp:127.0.0.1:{port}:7', '--forward', f'127.0.0.1:{other}:80')
    vmm.wait_text(b'UDP port 7\n')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(PATIENCE)
        udp.connect(('127.0.0.1', port))
        for text in (b'ping', b'x' * 1400):
            udp.send(text)
            assert udp.recv(2000) == text
        # Both texts, and their heads; the answer may be here before it is counted
        least, sent = 1404 + 2 * 42, 0
        while sent < least:
            answer, *numbers = vmm.command('statistics').split()
            assert answer == 'ok' and len(numbers) == 4
            sent, received = map(int, numbers[2:])
        assert sent < 3000 and least <= received < 3000, numbers
        # The guest speaks no TCP: it is accepted on its behalf, and nothing breaks
        with socket.create_connection(('127.0.0.1', other), timeout=PATIENCE) as tcp:
            tcp.sendall(b'nobody')
        udp.send(b'quit')
        assert vmm.wait_event('event ended').startswith('event ended exit 0')
    assert vmm.end() == 0


def taken_port():
    """a port that another program has is refused with its number"""
    with socket.socket() as other:
        other.bind(('127.0.0.1', 0))
        other.listen()
        port = other.getsockname()[1]
        vmm = Vmm(program, f'{demos}/netcat-{archs[0]}.aether', '--net', 'user',
                  '--forward', f'127.0.0.1:{port}:80')
        assert vmm.process.wait(PATIENCE) == 2
        error = vmm.process.stderr.read()
        assert f'TCP port {port} of 127.0.0.1' in error and error.count('\n') == 1, error
        vmm.end()


def no_network():
    """a guest that needs a network is refused without one"""
    vmm = Vmm(program, f'{demos}/netcat-{archs[0]}.aether')
    assert vmm.process.wait(PATIENCE) == 2
    assert 'needs a network' in vmm.process.stderr.read()
    vmm.end()


tests = [no_network, forward, taken_port]
for arch in archs:
    def test(arch=arch):
        return echo(arch)
    test.__doc__ = f'datagrams go out and come back on {arch}'
    tests.append(test)
sys.exit(Tap().run(*tests))
