# test-completion.py - the completion as bash runs it, by pressing Tab
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pty
import re
import select
import shutil
import sys
import time

import rig
from rig import Skip, equal

COMPLETION = os.path.join(os.environ["G_TEST_SRCDIR"], "../../data/completions/aetherctl")
NAMES = ["My first", "My \"other\" one", "it's $5", "Plain", "a:b", "größer"]


class Shell:
    """A bash that reads its line from a terminal. Its aetherctl lists what it was given."""

    def __init__(self, home):
        if not shutil.which("bash"):
            raise Skip("bash is not installed")
        self.end = home.path("arguments")
        os.mkdir(home.path("bin"))
        os.symlink(rig.CTL, home.path("bin/aetherctl"))
        start = home.write("bashrc", f"""
            PS1='READY>'
            PATH={home.path("bin")}:$PATH
            bind 'set bell-style none' 'set enable-bracketed-paste off'
            . {COMPLETION}
            aetherctl () {{ printf '%s\\0' "$@" > {self.end}.part; mv {self.end}.part {self.end}; }}
            """)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(home.root)
            os.execvpe("bash", ["bash", "--noprofile", "--rcfile", start, "-i"], {**home.env, "TERM": "dumb", "HISTFILE": ""})
        self.read_until(b"READY>")

    def read_until(self, wanted):
        seen = b""
        end = time.monotonic() + 60 * rig.PATIENCE
        while wanted not in seen:
            if time.monotonic() > end:
                raise AssertionError(f"bash has not written {wanted}, but {seen}")
            if select.select([self.fd], [], [], 1)[0]:
                seen += os.read(self.fd, 4096)
        return seen

    def complete(self, line):
        """The arguments of aetherctl after typing the line, Tab and Return."""
        if os.path.exists(self.end):
            os.unlink(self.end)
        os.write(self.fd, line.encode() + b"\t\r")
        rig.wait_for(lambda: os.path.exists(self.end), f"the end of {line!r}")
        self.read_until(b"READY>")
        with open(self.end, encoding="utf-8") as file:
            return file.read().split("\0")[:-1]

    def offers(self, line):
        """The words offered for a line when Tab is pressed twice."""
        os.write(self.fd, line.encode() + b"\t\t")
        seen = self.read_until(b"READY>").decode()
        os.write(self.fd, b"\x15")   # Ctrl-U
        words = re.split(r"\s\s+|\r?\n", seen[:seen.index("READY>")])
        return sorted(word.strip() for word in words[1:] if word.strip())

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def with_shell(test):
    def run(home):
        for name in NAMES:
            home.ok("create", name, "--arch=x86_64")
        home.write("my image.iso", "")
        shell = Shell(home)
        try:
            test(shell)
        finally:
            shell.close()
    return run


@with_shell
def test_commands_and_options(shell):
    equal(shell.complete("aetherctl scr"), ["screenshot"])
    equal(shell.complete("aetherctl stop --fo"), ["stop", "--force"])
    equal(shell.complete("aetherctl create --mem"), ["create", "--memory="])
    equal(shell.complete("aetherctl help capa"), ["help", "capabilities"])
    equal(shell.offers("aetherctl re"), ["rename", "reset", "resume"])


@with_shell
def test_values_of_options(shell):
    equal(shell.complete("aetherctl create --arch=aa"), ["create", "--arch=aarch64"])
    equal(shell.complete("aetherctl create --arch ri"), ["create", "--arch", "riscv64"])
    equal(shell.complete("aetherctl wait Plain --state=pa"), ["wait", "Plain", "--state=paused"])
    equal(shell.complete("aetherctl create x --cdrom=my"), ["create", "x", "--cdrom=my image.iso"])
    equal(shell.complete("aetherctl create x --cdrom my"), ["create", "x", "--cdrom", "my image.iso"])
    equal(shell.offers("aetherctl create --firmware="), ["bios", "uefi"])


@with_shell
def test_names_of_machines_are_quoted_as_they_were_begun(shell):
    equal(shell.complete("aetherctl show Pl"), ["show", "Plain"])
    equal(shell.complete("aetherctl show My\\ f"), ["show", "My first"])
    equal(shell.complete("aetherctl show 'My f"), ["show", "My first"])
    equal(shell.complete('aetherctl show "My f'), ["show", "My first"])
    equal(shell.complete("aetherctl show My\\ \\\""), ["show", 'My "other" one'])
    equal(shell.complete('aetherctl show "My \\"'), ["show", 'My "other" one'])
    equal(shell.complete("aetherctl show it"), ["show", "it's $5"])
    equal(shell.complete('aetherctl show "it'), ["show", "it's $5"])
    equal(shell.complete("aetherctl show gr"), ["show", "größer"])
    equal(shell.complete("aetherctl stop --force Pl"), ["stop", "--force", "Plain"])
    equal(shell.complete("aetherctl stop --timeout 3 Pl"), ["stop", "--timeout", "3", "Plain"])
    equal(shell.complete("aetherctl stop --timeout=3 Pl"), ["stop", "--timeout=3", "Plain"])


@with_shell
def test_second_parameters(shell):
    equal(shell.complete("aetherctl screenshot Plain my"), ["screenshot", "Plain", "my image.iso"])
    equal(shell.complete("aetherctl set Plain memory.s"), ["set", "Plain", "memory.size="])
    equal(shell.complete("aetherctl set My\\ first drives"), ["set", "My first", "drives="])
    equal(shell.complete("aetherctl key Plain ctrl-a"), ["key", "Plain", "ctrl-alt-del"])
    equal(shell.complete("aetherctl rename Plain Pl"), ["rename", "Plain", "Pl"])


@with_shell
def test_systems_and_files(shell):
    equal(shell.complete("aetherctl new opensuset"), ["new", "opensusetumbleweed"])
    equal(shell.complete("aetherctl new Pl"), ["new", "Pl"])   # no machine
    equal(shell.complete("aetherctl catalogue show opensuset"), ["catalogue", "show", "opensusetumbleweed"])
    equal(shell.complete("aetherctl catalogue identify my"), ["catalogue", "identify", "my image.iso"])
    equal(shell.complete("aetherctl import my"), ["import", "my image.iso"])
    equal(shell.complete("aetherctl download URL --output=my"), ["download", "URL", "--output=my image.iso"])


rig.main(sys.modules[__name__])
