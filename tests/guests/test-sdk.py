#!/usr/bin/env python3
# test-sdk.py - the SDK as a guest author has it: installed, asked for a template, built with
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""test-sdk.py BUILD_FOLDER PREFIX. Output is TAP."""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../engine/aether'))

from vmm_rig import Tap

build, prefix = sys.argv[1:]

COMPILERS = {
    'x86_64': (['gcc', 'x86_64-linux-gnu-gcc'], 'x86_64-linux-gnu'),
    'arm64': (['aarch64-linux-gnu-gcc', 'gcc'], 'aarch64-linux-gnu'),
}
HELLO = 'Hello from 640 x 480 pixels\n'


class Rig:
    """An installed Aether, and a folder to work in."""

    def __init__(self, folder):
        self.installed = f'{folder}/system{prefix}'
        self.work = f'{folder}/work'
        os.mkdir(self.work)
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith('AETHER_')},
            'PATH': f'{self.installed}/bin:{os.environ["PATH"]}',
            'PKG_CONFIG': 'pkg-config --define-prefix',
            'PKG_CONFIG_PATH': f'{self.installed}/share/pkgconfig',
            'CFLAGS': '-O2 -Wall -Wextra -Werror',
        }
        got = self.run('meson', 'install', '-C', build, '--destdir', f'{folder}/system',
                       '--no-rebuild', '--quiet')
        assert got.returncode == 0, got.stdout + got.stderr

    def run(self, *command):
        return subprocess.run(command, cwd=self.work, env=self.env, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)

    def guest(self, *words):
        return self.run('aether-guest', *words)


def libraries_are_found():
    """programs run where they were installed, wherever that is"""
    for program in 'aetherctl', 'aether':
        got = rig.run(program, '--version')
        assert (got.returncode, got.stderr) == (0, ''), got
    got = rig.run(f'{rig.installed}/libexec/aether-machine', '--version')
    assert 'shared libraries' not in got.stderr, got


def new_guest():
    """one command makes a guest's folder, and says what is next"""
    got = rig.guest('new', 'mine')
    assert (got.returncode, got.stdout, got.stderr) == (0, 'Made mine. Next: make -C mine run\n', ''), got
    assert sorted(os.listdir(f'{rig.work}/mine')) == ['Makefile', 'main.c']
    with open(f'{rig.work}/mine/Makefile', encoding='utf-8') as file:
        assert 'NAME = mine\n' in file.read()


def name_is_taken():
    """a name that is taken is left alone"""
    os.mkdir(f'{rig.work}/taken')
    with open(f'{rig.work}/file', 'w', encoding='utf-8'):
        pass
    for name in ('taken', 'file'):
        got = rig.guest('new', name)
        assert (got.returncode, got.stdout) == (1, ''), got
        assert got.stderr == f'aether-guest: “{name}” is there already.\n', got
    assert os.listdir(f'{rig.work}/taken') == []


def bad_names():
    """what cannot be a name gets its sentence"""
    for name in ('', '.', '..', '../up', '/tmp/x', 'a/b', '-x', 'two words', 'a;b', 'é', 'a\nb'):
        got = rig.guest('new', name)
        assert (got.returncode, got.stdout) == (2, ''), (name, got)
        assert got.stderr.startswith(f'aether-guest: “{name}” cannot be a name: '), (name, got)
    for words in ((), ('new',), ('old', 'x'), ('new', 'a', 'b')):
        got = rig.guest(*words)
        assert (got.returncode, got.stderr) == (2, 'Usage: aether-guest new NAME\n'), (words, got)
    assert sorted(os.listdir(rig.work)) == ['file', 'mine', 'taken']


def no_room():
    """where no folder can be made, it says so and fails"""
    got = subprocess.run([f'{rig.installed}/bin/aether-guest', 'new', 'mine'], cwd='/proc',
                         capture_output=True, text=True, timeout=120)
    assert got.returncode != 0 and got.stdout == '' and 'mine' in got.stderr, got


def compiler(arch, kind):
    """A command that makes programs for @arch, or None."""
    gccs, triplet = COMPILERS[arch]
    if kind == 'clang':
        commands = [f'clang --target={triplet}']
    else:
        commands = gccs
    for command in commands:
        if not shutil.which(command.split()[0]):
            continue
        asked = subprocess.run([*command.split(), '-nostdlib', '-static', '-x', 'c', '/dev/null',
                                '-dumpmachine'], capture_output=True, text=True)
        linked = subprocess.run([*command.split(), '-nostdlib', '-static', '-x', 'c', '/dev/null',
                                 '-o', f'{rig.work}/none'], capture_output=True, text=True)
        if linked.returncode == 0 and asked.stdout.split('-')[0] == triplet.split('-')[0]:
            return command
    return None


def template(arch, kind):
    def test():
        command = compiler(arch, kind)
        if not command:
            return f'no {kind} here makes programs for {arch}'
        if not shutil.which('make'):
            return 'make is not installed'
        if not os.path.exists(f'{rig.installed}/share/aether/sdk/libaether-{arch}.a'):
            return f'the SDK for {arch} was not built'
        make = ('make', '-C', 'mine', f'ARCH={arch}', f'CC={command}')
        rig.run(*make, 'clean')
        got = rig.run(*make)
        assert got.returncode == 0 and 'warning' not in got.stderr, got.stdout + got.stderr
        ran = 0
        for line in rig.run('aether-vmm', '--list-backends').stdout.splitlines():
            backend, cpu, works, *_ = line.split()
            if (cpu, works) == (arch, 'yes'):
                got = rig.run('aether-vmm', '--backend', backend, 'mine/mine.aether')
                assert (got.returncode, got.stdout, got.stderr) == (0, HELLO, ''), (backend, got)
                ran += 1
        return None if ran else f'built, but no backend here runs {arch} guests'
    test.__doc__ = f'the template, made by {kind} for {arch}, says hello'
    return test


with tempfile.TemporaryDirectory() as tmp:
    rig = Rig(tmp)
    sys.exit(Tap().run(libraries_are_found, new_guest, name_is_taken, bad_names, no_room,
                       *(template(arch, kind) for arch in COMPILERS for kind in ('gcc', 'clang'))))
