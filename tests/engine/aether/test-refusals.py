#!/usr/bin/env python3
# test-refusals.py - what aether-vmm says to files that are no guests, and to wrong words
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-refusals.py AETHER_VMM IMAGE. Output is TAP."""

import os
import resource
import subprocess
import sys
import tempfile

vmm, image = sys.argv[1:]
good = open(image, 'rb').read()
number = 0
failed = 0


def check(name, arguments, words, status=2):
    global number, failed
    number += 1
    got = subprocess.run([vmm, *arguments], capture_output=True, text=True, timeout=30,
                         stdin=subprocess.DEVNULL)
    right = (got.returncode == status and words in got.stderr and got.stdout == ''
             and got.stderr.startswith('aether-vmm: ') and got.stderr.count('\n') == 1)
    print(f'{"ok" if right else "not ok"} {number} - {name}')
    if not right:
        failed += 1
        print(f'# status {got.returncode}, said: {got.stderr!r}, wrote: {got.stdout!r}')


with tempfile.TemporaryDirectory() as folder:
    def file(name, contents):
        path = f'{folder}/{name}'
        with open(path, 'wb') as out:
            out.write(contents)
        return path

    at = good.index(b'AETHER\0\0') + 8
    newer = good[:at + 4] + (999).to_bytes(4, 'little') + good[at + 8:]
    foreign = good[:18] + (22).to_bytes(2, 'little') + good[20:]

    check('0 bytes', [file('empty', b'')], 'is empty')
    check('a folder', [folder], 'is a folder')
    check('no file', [f'{folder}/none'], 'could not be opened')
    check('a device', ['/dev/null'], 'is not a file')
    check('a text', [file('text', b'#!/bin/sh\n')], 'does not begin as an ELF')
    check('half a header', [file('half', good[:40])], 'ends inside its header')
    check('a truncated ELF', [file('cut', good[:5000])], 'cut short')
    check('ABI 999', [file('newer', newer)], 'version 999')
    check('another kind of CPU', [file('foreign', foreign)], 'another kind of processor')
    check('a program for Linux', ['/bin/true'], 'for an operating system')
    check('not the CPU asked for', ['--arch', 'arm64', image], 'is for x86_64, not for arm64')
    check('too little memory', ['--memory', '0', image], '--memory takes a number')
    check('a memory below 0', ['--memory=-5', image], '--memory takes a number')
    check('a memory beyond numbers', ['--memory', '99999999999999999999', image], '--memory takes a number')
    check('words for memory', ['--memory', 'lots', image], '--memory takes a number')
    check('two CPUs', ['--cpus', '2', image], '--cpus takes a number from 1 to 1')
    check('an unknown backend', ['--backend', 'magic', image], 'no backend', status=4)
    check('an unknown option', ['--magic', image], 'not an option')
    check('no image', [], 'Which image?')
    check('two images', [image, image], 'Only one image')
    for option in (['--control-fd', '9'], ['--console', 'fd=9'], ['--display', 'dbus-fd=9']):
        check(f'a descriptor nobody left open: {option[0]}', [*option, image], 'descriptor 9, which is not open')
    check('an unknown demo', ['demo:none'], 'no demo')
    check('a demo elsewhere', ['demo:../../etc/passwd'], 'no demo')
    for forward in ('7', '127.0.0.1:80', '127.0.0.1:0:80', '127.0.0.1:80:65536', '::1:80:80', '127.0.0.256:80:80',
                    '127.0.0.1:80:80x', 'sctp:127.0.0.1:80:80', 'localhost:80:80', ':80:80'):
        check(f'the forward {forward}', ['--net', 'user', '--forward', forward, image], '--forward takes')
    check('a forward without a network', ['--forward', '127.0.0.1:8080:80', image], 'needs --net user')
    check('too many forwards', ['--net', 'user', *['--forward', '127.0.0.1:8080:80'] * 17, image], 'At most 16')
    # A guest that prints must not reach a file of ours that got the number of a closed descriptor
    number += 1
    got = subprocess.run(['sh', '-c', 'exec "$0" --time-limit 20 "$1" <&- >&- 2>&-', vmm, image], timeout=30)
    print(f'{"ok" if got.returncode == 0 else "not ok"} {number} - without standard descriptors')
    failed += got.returncode != 0
    number += 1
    got = subprocess.run([vmm, '--time-limit', '20', image], timeout=30, stdout=open('/dev/full', 'w'))
    print(f'{"ok" if got.returncode == 0 else "not ok"} {number} - a full disk behind standard output')
    failed += got.returncode != 0
    def limited(name, limit, arguments, words, status):
        """Runs the guest where the system gives only so many bytes of something."""
        global number, failed
        number += 1
        got = subprocess.run([vmm, '--time-limit', '20', *arguments, image], capture_output=True, text=True, timeout=60,
                             stdin=subprocess.DEVNULL, preexec_fn=lambda: resource.setrlimit(*limit))
        right = got.returncode == status and words in got.stderr
        print(f'{"ok" if right else "not ok"} {number} - {name}')
        if not right:
            failed += 1
            print(f'# status {got.returncode}, said: {got.stderr!r}')

    limited('files that may not grow', (resource.RLIMIT_FSIZE, (1024, 1024)), [], 'could not be made: File too large.', 2)
    # A sanitizer takes terabytes of them for itself
    if b'__asan_init' not in open(vmm, 'rb').read():
        limited('few addresses', (resource.RLIMIT_AS, (700 << 20, 700 << 20)), [], '', 0)
    disk_image = f'{os.path.dirname(image)}/../../../tests/guests/block-x86_64.aether'
    for name, start in {'qcow2': b'QFI\xfb\0\0\0\3', 'VMDK': b'KDMV', 'VHDX': b'vhdxfile',
                        'VDI': bytes(64) + b'\x7f\x10\xda\xbe'}.items():
        check(f'a disk in the format {name}',
              ['--disk', file('disk', start.ljust(4096, b'\0')), disk_image],
              f'is in the format {name}')
    check('a folder as disk', ['--disk', folder, disk_image], 'could not be opened')
    check('an empty disk', ['--disk', file('none', b''), disk_image], 'is empty')
    check('a picture nowhere', ['--display', f'png={folder}/none/x.png', image],
          'could not be made')
    check('paused for ever', ['--paused', image], 'needs --control-fd')

    os.environ['AETHER_DEMOS_DIR'] = folder
    check('no demos at all', ['--list-demos'], 'There are no demos')

print(f'1..{number}')
sys.exit(1 if failed else 0)
