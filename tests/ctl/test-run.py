# test-run.py - machines run by aetherctl, with the mock engine of tests/engine
#
# Copyright 2026 The Aether authors
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

import rig
from rig import FAILED, TIMED_OUT, USAGE, WRONG_STATE, equal, holds, wait_for


def create(home, name="One", notes="", *args):
    home.ok("create", name, "--engine=test", "--arch=x86_64", f"--set=notes={notes}", "--set=serials+={}", *args)


def start(home, name="One", notes="", *args):
    create(home, name, notes, *args)
    home.ok("start", name)


def status(home, name="One"):
    return home.ok("status", "--json", name).json


def machine_pid(home, name="One"):
    """The aether-machine of a machine: the parent of its engine."""
    with open(f"/proc/{status(home, name)['engine-pid']}/status", encoding="ascii") as file:
        return int(next(line for line in file if line.startswith("PPid")).split()[1])


# --- starting and stopping ------------------------------------------------------


def test_life_of_a_machine(home):
    create(home)
    equal(home.ok("start", "One").out, "“One” is running (test).\n")
    holds(home.ok("list").out, "running")
    now = status(home)
    equal((now["state"], now["accelerator"]), ("running", "test"))
    assert abs(now["since"] - time.time()) < 600
    os.kill(now["engine-pid"], 0)
    text = home.ok("status", "One").out
    holds(text, "“One” is running\nSince: just now\nAccelerator: test\nProcess of the engine: ")

    equal(home.ok("pause", "One").out, "“One” is paused.\n")
    equal(status(home)["state"], "paused")
    home.fails(WRONG_STATE, "“One” is paused already.", "pause", "One")
    equal(home.ok("resume", "--json", "One").json["state"], "running")
    home.fails(WRONG_STATE, "“One” is not paused.", "resume", "One")
    home.fails(FAILED, "The test engine cannot reset.", "reset", "One")

    equal(home.ok("stop", "One").out, "“One” shut down.\n")
    now = status(home)
    equal((now["state"], now["end"], now["engine-pid"], now["accelerator"]), ("stopped", "clean", None, None))
    equal(home.ok("start", "--json", "One").json["state"], "running")
    equal(home.ok("stop", "--force", "--json", "One").json["state"], "stopped")
    equal(status(home)["end"], "forced")


def test_start_of_a_running_machine(home):
    start(home)
    home.fails(WRONG_STATE, "“One” is running already.", "start", "One")


def test_two_starts_at_once(home):
    for _ in range(5):
        create(home)
        two = [home.popen("start", "One", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
        equal(sorted(process.wait(300) for process in two), [0, WRONG_STATE])
        loser = next(process for process in two if process.returncode)
        holds(loser.stderr.read().decode(), "“One” ")
        equal(status(home)["state"], "running")
        home.ok("stop", "--force", "One")
        home.ok("delete", "--permanently", "-y", "One")


def test_start_that_fails(home):
    create(home, notes="start-fail")
    home.fails(FAILED, "The test engine does not start.", "start", "One")
    now = status(home)
    equal((now["state"], now["end"]), ("stopped", "failed"))
    holds(home.ok("status", "One").out, "The test engine does not start.")


def test_suspend_and_start(home):
    create(home, "One", "suspend")
    home.fails(WRONG_STATE, "is not running", "suspend", "One")
    home.ok("start", "One")
    said = home.ok("suspend", "--json", "One").json
    equal((said["state"], said["suspended"]), ("stopped", True))
    equal(status(home)["end"], "suspended")
    holds(home.ok("list").out, "suspended")
    home.ok("wait", "One", "--state=suspended", "--timeout=60")
    home.ok("wait", "One", "--state=stopped", "--timeout=60")
    warned = home.run("set", "One", "notes=suspend resume-fail")
    holds(warned.err, "is suspended")
    home.fails(FAILED, "Its saved state is kept.", "start", "One")
    equal(status(home)["suspended"], True)
    home.run("set", "One", "notes=suspend")
    equal(home.ok("start", "One").out, "“One” goes on where it was suspended.\n")
    equal(status(home)["suspended"], False)
    home.ok("suspend", "One")
    holds(home.ok("start", "--discard-state", "One").out, "is running")
    home.ok("stop", "--force", "One")
    home.fails(WRONG_STATE, "is not suspended", "discard-state", "One")


def test_suspend_that_cannot_be(home):
    create(home, "One")
    home.ok("start", "One")
    home.fails(FAILED, "This engine cannot suspend machines.", "suspend", "One")
    equal(status(home)["state"], "running")
    create(home, "Two", "suspend suspend-obstacle")
    home.ok("start", "Two")
    home.fails(FAILED, "The test engine cannot suspend this one.", "suspend", "Two")


def test_suspend_is_cancelled_by_an_interrupt(home):
    create(home, "One", "suspend suspend-slow")
    home.ok("start", "One")
    with rig.running(home.popen("suspend", "One", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)) as asked:
        wait_for(lambda: status(home)["state"] == "paused", "the suspending")
        home.fails(FAILED, "is being suspended. Cancel that first.", "resume", "One")
        asked.send_signal(signal.SIGINT)
        equal(asked.wait(300), 130)
    wait_for(lambda: status(home)["state"] == "running", "the machine to go on")
    equal(os.path.exists(os.path.join(home.bundle("One"), "suspend", "state.json")), False)


def test_findings(home):
    create(home, "Warned", "check-warning")
    checked = home.ok("check", "--json", "Warned").json
    equal(checked["findings"], [{"severity": "warning", "id": "test.warning", "sentence": "Something is odd.",
                                 "fix": "memory.size=64"}])
    equal(home.ok("check", "Warned").out, "warning: Something is odd.\n  fix: set memory.size=64\n")
    started = home.run("start", "Warned")
    equal((started.code, started.err), (0, "aetherctl: warning: Something is odd.\n"))
    equal(status(home, "Warned")["findings"], checked["findings"])
    holds(home.ok("status", "Warned").out, "warning: Something is odd.")

    create(home, "Wrong", "check-error")
    result = home.run("check", "Wrong")
    equal((result.code, result.out, result.err), (FAILED, "error: One thing is wrong.\nerror: Another one too.\n", ""))
    home.fails(FAILED, "One thing is wrong.", "start", "Wrong")
    create(home, "Ready")
    equal(home.ok("check", "Ready").out, "“Ready” is ready to start.\n")


def test_interrupted_start_leaves_nothing_running(home):
    create(home, notes="start-hang")
    with rig.running(home.popen("start", "One", stderr=subprocess.PIPE)) as process:
        wait_for(lambda: status(home)["state"] == "starting" and status(home)["engine-pid"], "the half-started engine")
        pid = status(home)["engine-pid"]
        process.send_signal(signal.SIGINT)
        equal(process.wait(300), 130)
        equal(process.stderr.read(), b"")
    wait_for(lambda: not os.path.exists(f"/proc/{pid}"), "the end of the engine")
    wait_for(lambda: status(home)["state"] == "stopped", "the end of the machine")


def test_stop_forces_when_the_guest_does_not_listen(home):
    start(home, notes="ignore-shutdown")
    home.fails(TIMED_OUT, "“One” was asked to shut down but is still running.",
               "stop", "--request", "--timeout=200ms", "One")
    home.ok("stop", "--request", "--timeout=0", "One")
    equal(status(home)["state"], "running")
    equal(home.ok("stop", "--timeout=200ms", "One").out,
          "“One” did not shut down in time: switching it off.\n“One” was switched off.\n")
    equal(status(home)["end"], "forced")
    home.fails(USAGE, "--request and --force exclude each other.", "stop", "--request", "--force", "One")


def test_stop_by_request_wakes_a_paused_machine(home):
    start(home)
    home.ok("pause", "One")
    equal(home.ok("stop", "--request", "One").out, "“One” shut down.\n")


def test_stop_interrupted_leaves_the_machine_alone(home):
    start(home, notes="ignore-shutdown")
    with rig.running(home.popen("stop", "One")) as process:
        wait_for(lambda: "request-shutdown" in home.ok("log", "One").out, "the request")
        process.send_signal(signal.SIGTERM)
        equal(process.wait(300), 128 + signal.SIGTERM)
    equal(status(home)["state"], "running")


def test_wait_follows_the_machine(home):
    create(home)
    with rig.running(home.popen("wait", "--state=running", "One")) as up:
        home.ok("start", "One")
        equal(up.wait(300), 0)
    with rig.running(home.popen("wait", "One")) as down:
        home.ok("stop", "One")
        equal(down.wait(300), 0)


# --- ends that nobody asked for ---------------------------------------------------


def test_engine_killed(home):
    start(home)
    with rig.running(home.popen("wait", "One")) as down:
        os.kill(status(home)["engine-pid"], signal.SIGKILL)
        equal(down.wait(300), 0)
    now = status(home)
    equal((now["state"], now["end"]), ("stopped", "crashed"))
    holds(now["end-sentence"], "The test engine")
    holds(home.ok("status", "One").out, now["end-sentence"])
    home.ok("start", "One")


def test_machine_process_killed(home):
    start(home)
    engine = status(home)["engine-pid"]
    os.kill(machine_pid(home), signal.SIGKILL)
    wait_for(lambda: not os.path.exists(f"/proc/{engine}"), "the end of the engine")
    now = status(home)
    equal((now["state"], now["end"]), ("stopped", "killed"))
    assert now["end-sentence"]
    started = home.run("start", "One")
    equal(started.code, 0)
    equal(status(home)["state"], "running")


# --- changes while it runs ----------------------------------------------------------


def test_changes_of_a_running_machine(home):
    start(home)
    holds(home.ok("set", "One", "memory.size=99").out, "“One” is running: the change takes effect when it starts next.")
    home.fails(WRONG_STATE, "“One” is running. Stop it first.", "delete", "One")
    home.fails(WRONG_STATE, "“One” is running. Stop it first.", "delete", "--permanently", "--yes", "One")
    home.fails(WRONG_STATE, "", "clone", "One", "Two")
    home.ok("rename", "One", "Uno")
    equal(status(home, "Uno")["state"], "running")
    equal(home.ok("stop", "Uno").out, "“Uno” shut down.\n")


# --- keyboard and screen ----------------------------------------------------------


def keys(home):
    return [line.split("key ", 1)[1] for line in home.ok("log", "One", "--lines=1000", "--json").json if "key " in line]


def test_type(home):
    start(home)
    home.ok("type", "One", "aB!", "--enter")
    equal(keys(home), ["a", "shift-b", "shift-1", "ret"])
    home.ok("type", "--", "One", "-v\t")
    equal(keys(home)[4:], ["minus", "v", "tab"])
    home.ok("type", "One", "-", stdin=b"x\ny")
    equal(keys(home)[7:], ["x", "ret", "y"])
    for words, text, stdin in (("“ü”", "aü", None), ("not valid UTF-8", b"\xff", None), ("NUL byte", "-", b"a\0b"),
                               ("too long", "-", b"x" * 70000)):
        code = USAGE if words in ("too long", "not valid UTF-8") else FAILED
        home.fails(code, words, "type", "One", text, stdin=stdin)
    equal(len(keys(home)), 10)


def test_key(home):
    start(home)
    home.ok("key", "One", "ctrl-alt-del", "ret", "shift-F10")
    equal(keys(home), ["ctrl-alt-delete", "ret", "shift-f10"])
    home.fails(USAGE, "hyper", "key", "One", "ret", "hyper-x")
    equal(len(keys(home)), 3)


def test_screenshot(home):
    start(home)
    home.ok("screenshot", "One", "a b.png")
    with open(home.path("a b.png"), "rb") as file:
        assert file.read().startswith(b"\x89PNG")
    equal(home.ok("screenshot", "One", "c.png", "--json").json, {"file": home.path("c.png")})
    assert home.ok("screenshot", "One", "-").raw.startswith(b"\x89PNG")
    equal(os.stat(home.path("c.png")).st_mode & 0o777, 0o666 & ~umask())

    home.write("old.png", "old")
    home.fails(FAILED, "There is no display 3.", "screenshot", "One", "old.png", "--display=3")
    with open(home.path("old.png"), encoding="ascii") as file:
        equal(file.read(), "old")
    home.fails(FAILED, "cannot be written: No such file or directory.", "screenshot", "One", "no/where.png")
    home.fails(USAGE, "--display must be a whole number", "screenshot", "One", "x.png", "--display=first")
    equal(sorted(name for name in os.listdir(home.root) if "png" in name), ["a b.png", "c.png", "old.png"])


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


# --- serial ports -----------------------------------------------------------------


def test_serial_in_a_pipe(home):
    start(home)
    result = home.ok("serial", "One", "--until=end", "--timeout=240", stdin=b"one\ntwo end")
    equal(result.raw, b"one\ntwo end")
    # What was written is there again, unless it is not wanted
    equal(home.ok("serial", "One", "--until=two end").raw, b"one\ntwo end")
    equal(home.ok("serial", "One", "--no-replay", "--until=new", stdin=b"new").raw, b"new")
    # The end of the input is not the end: the time is
    equal(home.ok("serial", "One", "--no-replay", "--timeout=300ms", stdin=b"more").raw, b"more")
    home.fails(TIMED_OUT, "“One” has not written “never” in that time.",
               "serial", "One", "--no-replay", "--until=never", "--timeout=100ms")
    home.fails(FAILED, "", "serial", "One", "--port=7")
    home.fails(USAGE, "--until takes a text", "serial", "One", "--until=")


def test_serial_finds_a_text_that_comes_in_pieces(home):
    start(home)
    with rig.running(home.popen("serial", "One", "--until=wanted", stdin=subprocess.PIPE, stdout=subprocess.PIPE)) as process:
        for piece in b"wan", b"wante", b"wan", b"ted":
            process.stdin.write(piece)
            process.stdin.flush()
            # Each has gone through before the next one comes
            equal(process.stdout.read1(100), piece)
        equal(process.wait(300), 0)


def test_serial_ends_with_the_machine(home):
    start(home)
    with rig.running(home.popen("serial", "One", stdin=subprocess.PIPE, stdout=subprocess.PIPE)) as process:
        process.stdin.write(b"hello")
        process.stdin.flush()
        equal(process.stdout.read1(100), b"hello")
        home.ok("stop", "One")
        equal(process.wait(300), 0)
    home.ok("start", "One")
    with rig.running(home.popen("serial", "One", "--until=never", stderr=subprocess.PIPE)) as process:
        wait_for(lambda: rig_attached(home, process), "the connection")
        home.ok("stop", "One")
        equal(process.wait(300), WRONG_STATE)
        equal(process.stderr.read().decode(), "aetherctl: “One” stopped before it wrote “never”.\n")


def rig_attached(home, process):
    """Whether the process has the socket of a serial port beside that of the machine."""
    links = (os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{process.pid}/fd"))
    return sum(link.startswith("socket:") for link in links) >= 2


def test_serial_into_a_pipe_that_closes(home):
    start(home)
    with rig.running(home.popen("serial", "One", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)) as process:
        process.stdin.write(b"a")
        process.stdin.flush()
        equal(process.stdout.read1(10), b"a")
        process.stdout.close()
        process.stdin.write(b"b")
        process.stdin.flush()
        equal(process.wait(300), 128 + signal.SIGPIPE)
        equal(process.stderr.read(), b"")


def test_serial_carries_every_byte(home):
    start(home)
    # A multiple of the buffers and a bit; 200 KB pass, as what is read is written back
    data = bytes(range(256)) * 800 + b"END"
    with rig.running(home.popen("serial", "One", "--no-replay", "--until=END", "--timeout=240",
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)) as process:
        out, _ = process.communicate(data, 120)
        equal(process.returncode, 0)
        equal(out, data)


class Terminal:
    """aetherctl serial with a terminal, as a user has it."""

    def __init__(self, home, *args):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(home.root)
            os.execve(rig.CTL, [rig.CTL, "serial", "One", "--no-replay", *args], {**home.env, "TERM": "xterm"})
        self.before = termios.tcgetattr(self.fd)
        self.read_until("Ctrl-] leaves.".encode())
        # Without a pause: what a signal does must be right from the first moment on
        end = time.monotonic() + 60 * rig.PATIENCE
        while termios.tcgetattr(self.fd) == self.before:
            assert time.monotonic() < end, "the terminal did not become raw"

    def read_until(self, wanted):
        seen = b""
        while wanted not in seen:
            if not select.select([self.fd], [], [], 60 * rig.PATIENCE)[0]:
                raise AssertionError(f"{wanted} did not come, but {seen}")
            seen += os.read(self.fd, 4096)
        return seen

    def write(self, data):
        os.write(self.fd, data)

    def is_restored(self):
        return termios.tcgetattr(self.fd) == self.before

    def wait(self, flags=0):
        """How it ended or, by WUNTRACED, stopped."""
        return wait_for(lambda: [end for pid, end in [os.waitpid(self.pid, os.WNOHANG | flags)] if pid],
                        "the command's end")[0]

    def code(self):
        """Its exit code, or minus the signal that ended it. The terminal must be as before then."""
        end = self.wait()
        restored = self.is_restored()
        os.close(self.fd)
        assert restored, "the terminal is still raw"
        return os.waitstatus_to_exitcode(end)


def test_serial_on_a_terminal(home):
    start(home)
    terminal = Terminal(home)
    terminal.write(b"l")
    terminal.read_until(b"l")
    terminal.write(b"\x03")               # Ctrl-C is the guest's
    terminal.read_until(b"\x03")
    terminal.write(b"end\x1dunsent")      # Ctrl-]
    equal(terminal.code(), 0)
    equal(status(home)["state"], "running")
    assert home.ok("serial", "One", "--timeout=300ms").raw.endswith(b"l\x03end")


def test_serial_gives_the_terminal_back_on_every_way_out(home):
    start(home)
    for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
        terminal = Terminal(home)
        os.kill(terminal.pid, number)
        equal(terminal.code(), 128 + number)
    for number in signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT:
        terminal = Terminal(home)
        os.kill(terminal.pid, number)
        equal(terminal.code(), -number)

    terminal = Terminal(home, "--until=wanted")
    terminal.write(b"wanted")
    equal(terminal.code(), 0)

    terminal = Terminal(home, "--until=never", "--timeout=100ms")
    equal(terminal.code(), TIMED_OUT)

    terminal = Terminal(home)
    home.ok("stop", "One")
    equal(terminal.code(), 0)


def test_serial_that_is_stopped_and_continued(home):
    start(home)
    for _ in range(10):
        terminal = Terminal(home)
        os.kill(terminal.pid, signal.SIGTSTP)
        assert os.WIFSTOPPED(terminal.wait(os.WUNTRACED))
        assert terminal.is_restored()
        os.kill(terminal.pid, signal.SIGCONT)
        wait_for(lambda: not terminal.is_restored(), "the raw terminal")
        terminal.write(b"again\x1d")
        equal(terminal.code(), 0)


# --- log --------------------------------------------------------------------------


def test_log_of_a_run(home):
    start(home)
    holds(home.ok("log", "One").out, "engine is up")
    with rig.running(home.popen("log", "-f", "One", stdout=subprocess.PIPE)) as process:
        home.ok("key", "One", "f7")
        while b"key f7" not in (line := process.stdout.readline()):
            assert line, "the log ended"
    home.ok("serial", "One", "--until=printed", stdin=b"printed")
    wait_for(lambda: "printed" in home.ok("log", "--serial=0", "One").out, "the serial port's log")


def test_log_follow_ends_when_its_reader_goes(home):
    start(home)
    with rig.running(home.popen("log", "-f", "One", stdout=subprocess.PIPE, stderr=subprocess.PIPE)) as process:
        assert process.stdout.readline()
        process.stdout.close()
        home.ok("key", "One", "f8")
        equal(process.wait(300), 128 + signal.SIGPIPE)
        equal(process.stderr.read(), b"")


def test_log_that_is_no_file(home):
    create(home)
    path = os.path.join(home.bundle("One"), "logs", "machine.log")
    os.mkfifo(path)
    home.fails(FAILED, "machine.log” cannot be read", "log", "One")
    holds(home.run("start", "One").err, "is not written any more")
    os.unlink(path)
    os.symlink("/etc/passwd", path)
    home.fails(FAILED, "machine.log” cannot be read", "log", "One")


# --- engines ----------------------------------------------------------------------


def test_engine_without_a_command(home):
    create(home)
    home.fails(FAILED, "", "command", "One")
    equal([engine["engine"] for engine in home.ok("capabilities", "--json").json], ["test"])
    holds(home.ok("capabilities").out, "Test (test)")


rig.main(sys.modules[__name__])
