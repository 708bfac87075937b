#!/usr/bin/env python3
# run_guests.py - the test guests on every backend this computer has, with one output
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""run_guests.py AETHER_VMM FOLDER [BACKEND:ARCH...]

Without backends, those that aether-vmm --list-backends says work. Output is TAP.

What each guest prints is written down here: the same byte for byte on every backend, here and in
run_guests_l1.py, whichever compiler made the guest."""

import os
import re
import subprocess
import sys
import tempfile

INPUT = 'aé€😀'.encode() + b'\xff\n'

CRASH = (3, r'The guest crashed: |The hypervisor gave the guest up|The guest halted')

# name: (options, exit status, sentence on standard error)
GUESTS = {
    'alloc': ([], 0, None),
    'block': (['--disk', 'DISK'], 0, None),
    'boot': (['--append', 'one=1,two'], 0, None),
    'display': ([], 0, None),
    'exceptions': ([], 0, None),
    'input': ([], 0, None),
    'malloc': ([], 0, None),
    'panic': ([], 1, r'ended with status 255'),
    'printf': ([], 0, None),
    'puts': ([], 0, None),
    'random': ([], 0, None),
    'simd': ([], 0, None),
    'time': ([], 0, None),
    'hostile-args': ([], 3, r'arguments at 0xfffffff8, outside its memory'),
    'hostile-beyond': ([], *CRASH),
    'hostile-boot-info': ([], 0, None),
    'hostile-calls': (['--disk', 'DISK'], 0, None),
    'hostile-console': ([], 0, None),
    'hostile-fault': ([], *CRASH),
    'hostile-halt': (['--time-limit', '20'], 3, r'The guest halted'),
    'hostile-jump': ([], *CRASH),
    'hostile-loop': (['--time-limit', '1'], 124, r'time limit'),
    'hostile-loop-calls': (['--time-limit', '1'], 124, r'time limit'),
    'hostile-null': ([], *CRASH),
    'hostile-overlap': (['--disk', 'DISK'], 0, None),
    'hostile-ring': ([], 0, None),
    # Without paging (Unicorn) there is nothing to break
    'hostile-tables': (['--time-limit', '2'], None, None),
}

PRINTED = {
    'boot': b'command line: one=1,two\nSUCCESS\n',
    'hostile-calls': b'9360 calls\nSUCCESS\n',
    'hostile-console': (b'x' * 63 + b'\n') * (65536 // 64) * 256 + b'SUCCESS\n',
    'panic': b'PANIC: panic.c:16: one == 2 is not true\n',
    'printf': b'''\
[-42] [  -42] [-42  ] [-0042] [+42] [007]
[4000000000] [beef] [BEEF] [0000beef] [10] [18446744073709551615]
[-9223372036854775808] [c] [text] [      text] [text      ] [te] [%]
[     1] [0x1234]
[ 7] [-7] [+7] [0xbeef] [0XBEEF] [0] [010] [0] [00010] [0x00beef] [0xa   ]
[44] [44] [4464] [4464] [ff] [-1] [1] [-2] [-3]
[5] [] [      0x12] [0x12      ]
[''' + b'0' * 299 + b'1]\n[' + b' ' * 896 + b'long]\nSUCCESS\n',
    'puts': (b'x' * 99 + b'\n') * 2 + b'x' * (65536 - 100) + b'\nSUCCESS\n',
}


def printed(guest):
    """What a guest prints, or None when that is left open."""
    status = GUESTS[guest][1]
    if status is None:
        return None
    return PRINTED.get(guest, b'SUCCESS\n' if status == 0 else b'')


NEEDS = {'exceptions': 'exceptions', 'simd': 'simd'}

# A KVM that interprets takes minutes for these
HEAVY = {'malloc', 'hostile-calls', 'alloc', 'boot', 'hostile-console', 'hostile-overlap', 'puts'}


def backends(vmm):
    found = []
    listing = subprocess.run([vmm, '--list-backends'], capture_output=True, text=True, timeout=60)
    for line in listing.stdout.splitlines():
        name, arch, answer, *features = line.split()
        if answer == 'yes':
            found.append((name, arch, features))
        else:
            print(f'# {line}')
    return found


def run(vmm, folder, guest, backend, arch, disk):
    options, *_ = GUESTS[guest]
    options = [disk if option == 'DISK' else option for option in options]
    return subprocess.run(
        [vmm, '--backend', backend, '--memory', '4' if guest != 'boot' and guest != 'block' else '8',
         *options, f'{folder}/{guest}-{arch}.aether'],
        input=INPUT, capture_output=True, timeout=120)


def problem(guest, got, refused):
    _, status, sentence = GUESTS[guest]
    error = got.stderr.decode(errors='replace')
    if re.search('Sanitizer|runtime error', error):
        return 'the sanitizer complains'
    if refused:
        return None if got.returncode == 4 and 'no ' in error else 'was not refused'
    if status is None:
        return None if got.returncode in (0, 3, 4, 124) else f'status {got.returncode}'
    # Where the hypervisor itself gives up, that is its word for a crash
    if got.returncode != status and not (status == 3 and got.returncode == 4):
        return f'status {got.returncode}, not {status}'
    if got.stdout != printed(guest):
        return 'other output'
    if sentence and not re.search(sentence, error):
        return f'not the sentence /{sentence}/'
    return None


def main():
    vmm, folder, *chosen = sys.argv[1:]
    number = 0
    failed = 0
    if chosen:
        have = [(*pair.split(':'), ['simd', 'exceptions'] if pair.startswith('kvm') else ['simd'])
                for pair in chosen]
    else:
        have = backends(vmm)
    if not have:
        print('1..0 # SKIP no backend works here')
        return 0

    with tempfile.TemporaryDirectory() as tmp:
        disk = f'{tmp}/disk'
        for guest in GUESTS:
            for backend, arch, features in have:
                number += 1
                name = f'{guest} on {backend} {arch}'
                if not os.path.exists(f'{folder}/{guest}-{arch}.aether'):
                    print(f'ok {number} - {name} # SKIP no compiler for {arch} guests')
                    continue
                if backend == 'kvm' and not features and guest in HEAVY:
                    print(f'ok {number} - {name} # SKIP this KVM only interprets')
                    continue
                with open(disk, 'wb') as file:
                    file.truncate(1 << 20)
                refused = NEEDS.get(guest, 'nothing') not in features + ['nothing']
                got = run(vmm, folder, guest, backend, arch, disk)
                why = problem(guest, got, refused)
                if why:
                    failed += 1
                    print(f'not ok {number} - {name}: {why}')
                    for text in (got.stdout[-500:], got.stderr[-1500:]):
                        for line in text.decode(errors='replace').splitlines():
                            print(f'# {line}')
                else:
                    print(f'ok {number} - {name}')
                sys.stdout.flush()
    print(f'1..{number}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
