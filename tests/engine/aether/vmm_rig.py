# vmm_rig.py - a running aether-vmm with its control socket and console
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later
import array
import os
import socket
import subprocess
import time

PATIENCE = 20   # seconds


class Vmm:
    def __init__(self, program, image, *options):
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.console, console = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.process = subprocess.Popen(
            [program, '--control-fd', str(control.fileno()), '--console', f'fd={console.fileno()}',
             *options, image], pass_fds=(control.fileno(), console.fileno()),
            stderr=subprocess.PIPE, text=True)
        control.close()
        console.close()
        self.control.settimeout(PATIENCE)
        self.console.settimeout(PATIENCE)
        self.events = []
        self.text = b''

    def receive(self):
        return self.control.recv(2048).decode()

    def command(self, text, fd=None):
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [fd]))] if fd is not None else []
        self.control.sendmsg([text.encode()], rights)
        while True:
            answer = self.receive()
            if not answer.startswith('event '):
                return answer
            self.events.append(answer)

    def wait_event(self, start):
        while True:
            for event in self.events:
                if event.startswith(start):
                    self.events.remove(event)
                    return event
            answer = self.receive()
            if answer == '':
                raise EOFError(f'no {start!r}; {self.process.stderr.read()}')
            self.events.append(answer)

    def wait_text(self, text):
        """Reads the console until @text was seen; what is behind it stays."""
        while text not in self.text:
            more = self.console.recv(65536)
            if not more:
                raise EOFError(f'no {text!r} in {self.text!r}; {self.process.stderr.read()}')
            self.text += more
        seen, self.text = self.text.split(text, 1)
        return seen

    def cpu(self):
        fields = open(f'/proc/{self.process.pid}/stat').read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def end(self):
        self.control.close()
        status = self.process.wait(PATIENCE)
        self.console.close()
        self.process.stderr.close()
        return status


class Tap:
    def __init__(self):
        self.number = 0
        self.failed = 0

    def run(self, *tests):
        for test in tests:
            self.number += 1
            try:
                skip = test()
                print(f'ok {self.number} - {test.__doc__}{f" # SKIP {skip}" if skip else ""}', flush=True)
            except Exception as error:
                self.failed += 1
                print(f'not ok {self.number} - {test.__doc__}\n# {type(error).__name__}: {error}'.replace('\n#', '\n# '), flush=True)
        print(f'1..{self.number}')
        return 1 if self.failed else 0
