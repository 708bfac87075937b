#!/usr/bin/env python3
# run_guests_l1.py - the test guests on a real KVM, in an emulated computer
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""run_guests_l1.py L1.SH ARCH VMM FOLDER. Output is TAP.

Statuses, sentences and what a guest prints are those of run_guests.py."""

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from run_guests import GUESTS, printed


def libraries(program):
    """What a program that is not static needs inside, as a build with sanitizers."""
    listing = subprocess.run(['ldd', program], capture_output=True, text=True).stdout
    return sorted(set(re.findall(r'(/\S+) \(0x', listing)))


def main():
    l1, arch, vmm, folder = sys.argv[1:]
    machine = 'aarch64' if arch == 'arm64' else arch
    with tempfile.TemporaryDirectory() as tmp:
        listing = Path(tmp, 'list')
        with listing.open('w') as file:
            for guest, (options, *_) in GUESTS.items():
                options = ['/tmp/disk' if option == 'DISK' else option for option in options]
                memory = '8' if guest in ('boot', 'block') else '4'
                print(f'{guest}-{arch}', '--memory', memory, *options, file=file)
        guests = [word for guest in GUESTS
                  for word in ('-f', f'{folder}/{guest}-{arch}.aether:/guests/{guest}-{arch}.aether')]
        guests += [word for library in libraries(vmm) for word in ('-f', f'{library}:{library}')]
        got = subprocess.run(
            [l1, '-a', machine, '-f', f'{vmm}:/aether-vmm', '-f', f'{listing}:/list',
             '-f', f'{Path(__file__).parent}/in-l1.sh:/in-l1.sh', *guests, '--', 'sh', '/in-l1.sh'],
            capture_output=True, text=True, timeout=280)
        if got.returncode == 77:
            print('1..0 # SKIP', got.stderr.strip().splitlines()[-1])
            return 0
        if got.returncode:
            print(f'Bail out! {got.stdout[-500:]} {got.stderr[-2000:]}')
            return 1

        seen = {}
        for line in got.stdout.splitlines():
            match = re.match(r'GUEST (.*)-\w+ (\d+) (\w+) ?(.*)', line)
            if match:
                seen[match[1]] = (int(match[2]), match[3], match[4])

        failed = 0
        for number, (guest, (_, status, sentence)) in enumerate(GUESTS.items(), 1):
            code, md5, error = seen.get(guest, (-1, '', 'it was not run'))
            why = None
            if re.search('Sanitizer|runtime error', error):
                why = 'the sanitizer complains'
            elif status is None:
                if code not in (0, 3, 4, 124):
                    why = f'status {code}'
            elif code != status:
                why = f'status {code}, not {status}'
            elif sentence and not re.search(sentence, error):
                why = 'another sentence'
            elif md5 != hashlib.md5(printed(guest)).hexdigest():
                why = 'other output'
            if why:
                failed += 1
                print(f'not ok {number} - {guest} on kvm {arch}: {why}\n# {error}')
            else:
                print(f'ok {number} - {guest} on kvm {arch}')
        print(f'1..{len(GUESTS)}')
        return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
