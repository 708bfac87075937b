#!/usr/bin/env python3
# test-control.py - a machine obeys its control socket
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-control.py AETHER_VMM DEMOS. Output is TAP."""

import sys
import tempfile

from vmm_rig import Tap, Vmm

program, demos = sys.argv[1:]


def console(*options):
    vmm = Vmm(program, f'{demos}/console-x86_64.aether', *options)
    vmm.wait_text(b'Type \x1b[1mhelp')
    return vmm


def type_keys():
    """keys are typed, and their echo comes out of the console"""
    vmm = console()
    vmm.wait_event('event running ')
    for code in (18, 46, 35, 24, 57, 30, 48, 28):   # "echo ab", Return
        assert vmm.command(f'key {code} 1') == 'ok'
        assert vmm.command(f'key {code} 0') == 'ok'
    vmm.wait_text(b'echo ab\nab\n')
    assert vmm.end() == 5


def pause():
    """pause stops the guest and its clock, resume goes on"""
    vmm = console()
    assert vmm.command('pause') == 'ok'
    vmm.wait_event('event paused')
    before = vmm.cpu()
    vmm.console.sendall(b'time\n')
    vmm.console.settimeout(1.2)
    try:
        vmm.wait_text(b'Running for')
        raise AssertionError('it runs while paused')
    except TimeoutError:
        pass
    vmm.console.settimeout(20)
    assert vmm.cpu() - before < 0.1
    assert vmm.command('resume') == 'ok'
    vmm.wait_text(b'Running for 0.')
    assert vmm.end() == 5


def pause_while_busy():
    """a guest that never calls is paused, resumed and stopped all the same"""
    vmm = Vmm(program, f'{demos}/../../../tests/guests/hostile-loop-x86_64.aether')
    for _ in range(20):
        assert vmm.command('pause') == 'ok'
        assert vmm.command('resume') == 'ok'
    assert vmm.command('stop') == 'ok'
    assert 'stopped' in vmm.wait_event('event ended')
    assert vmm.end() == 5


def paused_at_the_start():
    """a machine may begin paused"""
    vmm = Vmm(program, f'{demos}/hello-x86_64.aether', '--paused')
    vmm.wait_event('event paused')
    assert vmm.command('resume') == 'ok'
    vmm.wait_text(b'Hello\n')
    assert vmm.wait_event('event ended').startswith('event ended exit 0 ')
    assert vmm.end() == 0


def reset():
    """reset begins anew, ten times, with empty memory"""
    vmm = console()
    for _ in range(10):
        vmm.console.sendall(b'echo one\n')
        vmm.wait_text(b'\none\n')
        assert vmm.command('reset') == 'ok'
        vmm.wait_text(b'Type \x1b[1mhelp')
    vmm.console.sendall(b'history\n')
    seen = vmm.wait_text(b'1  history')
    assert b'one' not in seen
    assert vmm.end() == 5


def quit_politely():
    """quit asks the guest, which ends well"""
    vmm = console()
    assert vmm.command('quit') == 'ok'
    assert vmm.wait_event('event ended').startswith('event ended exit 0 ')
    assert vmm.end() == 0


def screenshot():
    """the picture comes as a PNG"""
    vmm = console()
    with tempfile.TemporaryFile() as file:
        assert vmm.command('screenshot', file.fileno()) == 'ok'
        file.seek(0)
        png = file.read()
    assert png.startswith(b'\x89PNG') and png.endswith(b'IEND\xaeB`\x82')
    assert vmm.command('screenshot').startswith('error ')
    assert vmm.end() == 5


def nonsense():
    """what is no command is an error, and nothing else"""
    vmm = console()
    for text in ('', 'x' * 1000, 'key', 'key 1', 'key 4294967296 1', 'display', 'pause now', '%s%n'):
        if text:
            answer = vmm.command(text)
            assert answer.startswith(('error ', 'ok')), answer
    with open('/dev/null') as file:
        for _ in range(300):    # more than it may keep open
            assert vmm.command('nonsense', file.fileno()).startswith('error ')
    assert vmm.command('statistics') == 'ok 0 0 0 0'
    assert vmm.end() == 5


def crash():
    """a crash is told, with its sentence"""
    vmm = Vmm(program, f'{demos}/../../../tests/guests/hostile-fault-x86_64.aether', '--paused')
    assert vmm.command('resume') == 'ok'
    event = vmm.wait_event('event ended')
    assert event.startswith(('event ended crash ', 'event ended failed ')), event
    assert vmm.end() in (3, 4)


def peer_dies():
    """when the engine goes, so does the machine"""
    vmm = Vmm(program, f'{demos}/../../../tests/guests/hostile-loop-calls-x86_64.aether')
    vmm.wait_event('event running ')
    assert vmm.end() == 5


def does_not_read():
    """a console nobody reads does not stand in the way of pause and stop"""
    vmm = Vmm(program, f'{demos}/../../../tests/guests/hostile-console-x86_64.aether')
    vmm.wait_event('event running ')
    assert vmm.command('pause') == 'ok'
    assert vmm.command('resume') == 'ok'
    assert vmm.command('stop') == 'ok'
    assert vmm.end() == 5


sys.exit(Tap().run(type_keys, pause, pause_while_busy, paused_at_the_start, reset, quit_politely,
                   screenshot, nonsense, crash, peer_dies, does_not_read))
