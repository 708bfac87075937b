#!/usr/bin/env python3
# run_guests.py - the test guests on every backend this computer has, with the same output
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""run_guests.py AETHER_VMM FOLDER [BACKEND:ARCH...]

Without backends, those that aether-vmm --list-backends says work. Output is TAP."""

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
    'boot': (['--append', 'one two'], 0, None),
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
    'hostile-jump': ([], *CRASH),
    'hostile-loop': (['--time-limit', '1'], 124, r'time limit'),
    'hostile-loop-calls': (['--time-limit', '1'], 124, r'time limit'),
    'hostile-null': ([], *CRASH),
    'hostile-ring': ([], 0, None),
    # Without paging (Unicorn) there is nothing to break
    'hostile-tables': (['--time-limit', '2'], None, None),
}

NEEDS = {'exceptions': 'exceptions', 'simd': 'simd'}

# A KVM that interprets takes minutes for these
HEAVY = {'malloc', 'hostile-calls', 'alloc', 'boot', 'hostile-console', 'puts'}


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
    confine = ['--confine', 'no'] if os.environ.get('AVMM_CONFINE') == 'no' else []
    return subprocess.run(
        [vmm, '--backend', backend, '--memory', '4' if guest != 'boot' and guest != 'block' else '8',
         *confine, *options, f'{folder}/{guest}-{arch}.aether'],
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
    if status == 0 and not got.stdout.endswith(b'SUCCESS\n'):
        return 'no SUCCESS'
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
            outputs = {}
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
                if why is None and not refused and GUESTS[guest][1] is not None:
                    outputs[got.stdout] = name
                    if len(outputs) > 1:
                        why = 'other output than ' + ', '.join(outputs.values())
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
