# SPDX-License-Identifier: MIT
"""A running guest: QEMU, the console, and the results that the agent sends over the second serial line."""
import base64
import binascii
import os
import re
import shlex
import subprocess
import threading
import time
from dataclasses import dataclass, field

from harness.image import make_image
from harness.scene import IMAGES, KERNEL_FOLDER

MEMORY = {"own": 48, "debian": 96}  # MB; Debian's kernels do not boot with less
TERMINAL_CONTROL = re.compile(r"\r|\x1b\[[0-9;?]*[A-Za-z]")
STOP = threading.Event()  # set to end all guests


class Failure(Exception):
    """Why a check failed."""


def plain(text):
    return TERMINAL_CONTROL.sub("", text)


def qemu_command(guest, image):
    scene = guest.scene
    parameters = ["console=ttyS0", "panic=-1", "reboot=t", "quiet"]
    if scene.init == "agent":
        parameters.append("rdinit=/harness/agent")
    else:
        parameters.append(f"rdinit={IMAGES[scene.image][1]}")
        if guest.steps:
            parameters += ["earlybox.doctor=0", "earlybox.run=/harness/agent"]
    parameters += shlex.split(scene.parameters, posix=False)
    memory = scene.memory or MEMORY[guest.kernel.split("-")[0]]
    return [
        "qemu-system-x86_64", "-accel", os.environ.get("EARLYBOX_ACCEL", "tcg"), "-M", "pc",
        *(["-cpu", scene.cpu] if scene.cpu else []), *(["-icount", scene.icount] if scene.icount else []), "-m", str(memory),
        "-nodefaults", "-display", "none", *([] if scene.first_boot else ["-no-reboot"]),
        "-kernel", str(KERNEL_FOLDER / guest.kernel), "-initrd", str(image), "-append", " ".join(parameters),
        "-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console",
        "-serial", f"file:{guest.folder / 'results'}",
    ]


@dataclass
class Report:
    """What a step left behind."""
    status: int = 0
    seconds: float = 0.0
    streams: dict[str, str] = field(default_factory=dict)


class Results:
    """Reads the agent's frames as they come in."""

    def __init__(self, path):
        self.path = path
        self.offset = 0
        self.rest = b""
        self.running = None
        self.began = 0.0
        self.reports = {}
        self.current = Report()
        self.stream = None
        self.done = False

    def poll(self):
        """Takes what is new; true if there was anything."""
        try:
            with open(self.path, "rb") as file:
                file.seek(self.offset)
                data = file.read()
        except FileNotFoundError:
            return False
        self.offset += len(data)
        *lines, self.rest = (self.rest + data).replace(b"\r", b"").split(b"\n")
        for line in lines:
            self.take(line.decode("ascii", "replace"))
        return bool(data)

    def take(self, line):
        if not line.startswith("=== "):
            if self.stream is None:
                raise Failure(f"the results line carries {line!r} outside a frame")
            self.stream[2].append(line)
            return
        word, *values = line.split()[1:]
        if word in ("stdout", "stderr", "changes"):
            self.close_stream()
            self.stream = (word, int(values[1]), [])
        elif word == "begin":
            self.running, self.began, self.current = int(values[0]), time.monotonic(), Report()
        elif word == "end":
            self.close_stream()
            self.current.status = int(values[1])
            self.current.seconds = float(values[3]) - float(values[2])
            self.reports[self.running] = self.current
            self.running = None
        elif word == "done":
            self.done = True
        elif word == "trouble":
            raise Failure(f"the agent {' '.join(values)}")
        else:
            raise Failure(f"unknown frame {line!r}")

    def close_stream(self):
        if self.stream is None:
            return
        name, size, lines = self.stream
        self.stream = None
        try:
            data = base64.b64decode("".join(lines), validate=True)
        except binascii.Error as error:
            raise Failure(f"{name} came garbled over the results line") from error
        text = data.decode("utf-8", "replace")
        if len(data) != size:
            text += f"\n[cut: {len(data)} of {size} bytes came, the limit is in tests/guest/agent]\n"
        self.current.streams[name] = text


class Machine:
    """A running guest; leaving the with block ends it."""

    def __init__(self, guest):
        self.guest = guest
        self.console = ""
        self.log = guest.folder / "console.log"
        self.results = Results(guest.folder / "results")
        self.step_names = [step.name for step in guest.steps]

    def __enter__(self):
        command = qemu_command(self.guest, make_image(self.guest))
        (self.guest.folder / "command").write_text(shlex.join(command) + "\n", encoding="utf-8")
        self.deadline = time.monotonic() + self.guest.scene.seconds
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        except FileNotFoundError as error:
            raise Failure("qemu-system-x86_64 is not installed: run toolchain/setup") from error
        os.set_blocking(self.process.stdout.fileno(), False)
        self.sink = open(self.log, "wb")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.read_console()
        self.process.stdout.close()
        self.process.stdin.close()
        self.sink.close()

    def read_console(self):
        data = self.process.stdout.read() or b""
        self.sink.write(data)
        self.sink.flush()
        self.console = plain(self.console + data.decode("utf-8", "replace"))
        return bool(data)

    def type(self, text):
        try:
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Failure(f"the guest ended before {text!r} was typed") from error

    def turn(self):
        """Takes in what the guest said; false once it has ended and all is read."""
        ended = self.process.poll() is not None
        news = self.read_console() | self.results.poll()
        if not news and not ended:
            time.sleep(0.02)
        return news or not ended

    def wait(self, finished, what, seconds=None):
        """Until finished() is true; Failure that names what was waited for if the guest ends or time is up."""
        limit = self.deadline if seconds is None else min(self.deadline, time.monotonic() + seconds)
        while not finished():
            if not self.turn() and not finished():
                raise Failure(f"the guest {self.why_ended()} before {what}")
            if self.results.running is not None:
                self.watch_step()
            if STOP.is_set():
                raise Failure("interrupted")
            if time.monotonic() > limit:
                raise Failure(f"the time was up before {what}")

    def watch_step(self):
        step = self.guest.steps[self.results.running]
        if time.monotonic() - self.results.began > step.seconds:
            raise Failure(f"hung in the step {step.name!r} for more than {step.seconds:g} s")

    def why_ended(self):
        panic = re.search(r"Kernel panic.*", self.console)
        if panic:
            return f"panicked ({panic[0]})"
        silent = "" if self.console.strip() else ", without a word on its console: too little memory?"
        return f"ended (qemu status {self.process.returncode}{silent})"
