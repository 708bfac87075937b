# rig.py - what the tests that drive aetherctl share: a private home, TAP
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

"""Each test is a function `test_*` of its module, run in the order of the file. It gets a Home: a
fresh folder with the XDG folders of a user of its own, from which aetherctl is run."""

import contextlib
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

CTL = os.environ["AETHERCTL"]

# Limits are for hangs, never a measure: a computer on which others build takes many times as long
PATIENCE = int(os.environ.get("AETHER_TEST_PATIENCE", "4"))

OK, FAILED, USAGE, NO_MACHINE, WRONG_STATE, TIMED_OUT = range(6)


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


class Result:
    def __init__(self, process, out, err):
        self.code = process.returncode
        self.raw = out
        self.out = out.decode("utf-8", "surrogateescape")
        self.err = err.decode("utf-8", "surrogateescape")

    @property
    def json(self):
        return json.loads(self.out)


class Home:
    def __init__(self):
        # Short: the path of a socket has 108 bytes at most
        self.root = tempfile.mkdtemp(prefix="ac-")
        self.env = dict(os.environ)
        for name in "data", "config", "cache", "run":
            os.mkdir(self.path(name), 0o700)
        self.env.update(
            HOME=self.root,
            XDG_DATA_HOME=self.path("data"),
            XDG_CONFIG_HOME=self.path("config"),
            XDG_CACHE_HOME=self.path("cache"),
            XDG_STATE_HOME=self.path("state"),
            XDG_RUNTIME_DIR=self.path("run"),
        )
        self.env.pop("NO_COLOR", None)
        self.machines = self.path("data/aether/machines")

    def path(self, *names):
        return os.path.join(self.root, *names)

    def bundle(self, name):
        return os.path.join(self.machines, name + ".aether")

    def popen(self, *args, **kwargs):
        """Starts aetherctl and returns at once."""
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.Popen([CTL, *args], env=self.env, cwd=self.root, **kwargs)

    def run(self, *args, stdin=None, timeout=60, env=None):
        """Runs aetherctl to its end."""
        process = subprocess.Popen(
            [CTL, *args], env={**self.env, **(env or {})}, cwd=self.root,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(stdin, timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            raise AssertionError(f"aetherctl {args} did not end in {timeout * PATIENCE} s; so far:\n{out!r}\n{err!r}")
        return Result(process, out, err)

    def ok(self, *args, **kwargs):
        """Runs aetherctl, which must succeed in silence; returns what it printed."""
        result = self.run(*args, **kwargs)
        if result.code != OK or result.err:
            raise AssertionError(f"aetherctl {args}: exit {result.code}\n{result.out}{result.err}")
        return result

    def fails(self, code, words, *args, **kwargs):
        """Runs aetherctl, which must end with that code and a sentence that holds the words."""
        result = self.run(*args, **kwargs)
        if result.code != code:
            raise AssertionError(f"aetherctl {args}: exit {result.code}, not {code}\n{result.out}{result.err}")
        first = result.err.splitlines()[0] if result.err else ""
        if words not in first:
            raise AssertionError(f"aetherctl {args} says “{first}”, not “{words}”")
        if not first.startswith("aetherctl: "):
            raise AssertionError(f"aetherctl {args} says “{first}” without its name")
        if not first.endswith((".", "?", ".”")) or first.endswith(".."):
            raise AssertionError(f"aetherctl {args} says “{first}”, which is no sentence")
        return result

    def machine_json(self, name):
        with open(os.path.join(self.bundle(name), "machine.json"), encoding="utf-8") as file:
            return json.load(file)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return path

    def close(self):
        """Nothing of this home runs on, whatever the test did to its files."""
        for path in glob.glob(self.path("run/aether/*/status")):
            with contextlib.suppress(OSError, ValueError, KeyError):
                with open(path, encoding="utf-8") as file:
                    os.kill(json.load(file)["pid"], signal.SIGKILL)
        shutil.rmtree(self.root, ignore_errors=True)


def equal(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r} is not {wanted!r}")


def holds(text, part):
    if part not in text:
        raise AssertionError(f"{text!r} does not hold {part!r}")


def wait_for(condition, what, timeout=60):
    """Waits until condition() is true; the time is a limit for hangs, not a measure."""
    end = time.monotonic() + timeout * PATIENCE
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come in {timeout * PATIENCE} s")
        time.sleep(0.05)
    return value


@contextlib.contextmanager
def running(process):
    """Ends a process that a test has started, whatever happens."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


def main(module, make_home=Home):
    tests = [(name, test) for name, test in vars(module).items() if name.startswith("test_")]
    wanted = sys.argv[1:]
    failed = 0

    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        title = f"{number} - {name[5:].replace('_', ' ')}"
        if wanted and not any(word in name for word in wanted):
            print(f"ok {title} # SKIP not asked for", flush=True)
            continue
        home = make_home()
        try:
            test(home)
            print(f"ok {title}", flush=True)
        except Skip as reason:
            print(f"ok {title} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            print(f"not ok {title}", flush=True)
        finally:
            home.close()
    sys.exit(1 if failed else 0)
