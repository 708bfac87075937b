#!/usr/bin/env python3
# test-host-memory.py - hostile guests do not make their host's memory grow
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-host-memory.py AETHER_VMM FOLDER ARCH. Output is TAP.

What a guest may cost more than a harmless one: its RAM, its picture, and a little."""

import os
import sys
import tempfile
import time

from run_guests import GUESTS, INPUT, backends

RAM = 4 << 10       # KiB
PICTURE = 32 << 10
LITTLE = 8 << 10    # translated code, buffers of the system's


def peak(vmm, folder, guest, backend, arch):
    """Returns: the most memory the process ever had, KiB"""
    options = GUESTS[guest][0]
    with tempfile.NamedTemporaryFile() as disk, tempfile.TemporaryFile() as keys:
        disk.truncate(1 << 20)
        keys.write(INPUT)
        keys.seek(0)
        null = os.open(os.devnull, os.O_RDWR)
        command = [vmm, '--backend', backend, '--memory', '4',
                   *(disk.name if option == 'DISK' else option for option in options),
                   f'{folder}/{guest}-{arch}.aether']
        pid = os.posix_spawn(vmm, command, os.environ,
                             file_actions=[(os.POSIX_SPAWN_DUP2, keys.fileno(), 0),
                                           (os.POSIX_SPAWN_DUP2, null, 1),
                                           (os.POSIX_SPAWN_DUP2, null, 2)])
        os.close(null)
        # Of the program itself: what the system sums up afterwards begins with ours
        most = 0
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            with open(f'/proc/{pid}/status', encoding='ascii') as status:
                for line in status:
                    if line.startswith('VmHWM:'):
                        most = max(most, int(line.split()[1]))
            time.sleep(.005)
        return most


def main():
    vmm, folder, arch = sys.argv[1:]
    vmm = os.path.abspath(vmm)
    number = failed = 0
    for backend, works, features in backends(vmm):
        if works != arch:
            continue
        # A KVM that only interprets takes minutes for the others
        slow = backend == 'kvm' and not features
        guests = ['hostile-loop-calls', 'hostile-ring'] if slow else \
                 ['hostile-calls', 'hostile-console', 'hostile-loop-calls', 'hostile-overlap',
                  'hostile-ring']
        least = peak(vmm, folder, 'time', backend, arch)
        for guest in guests:
            number += 1
            more = peak(vmm, folder, guest, backend, arch) - least
            right = more <= RAM + PICTURE + LITTLE
            failed += not right
            print(f'{"ok" if right else "not ok"} {number} - {guest} on {backend}: {more} KiB more')
    print(f'1..{number}' if number else '1..0 # SKIP no backend works here')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
