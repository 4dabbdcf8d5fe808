# SPDX-License-Identifier: MIT
"""Scenes: what tests/guest/NAME.toml says of a guest and of the steps in it. README.md describes the keys."""
import fnmatch
import itertools
import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

TREE = Path(__file__).resolve().parents[3]
BUILD = Path(os.environ.get("BUILD", "build"))
KERNEL_FOLDER = TREE / "build/kernels"
PROGRAM_FOLDER = TREE / "build/guest"
BUSYBOX = PROGRAM_FOLDER / "busybox-amd64"

KERNELS = ["own-5.10", "own-6.1", "own-6.12", "debian-6.1", "debian-6.12"]

# image: the archive of the build it is made of, and its init
IMAGES = {
    "standalone": (BUILD / "initramfs.cpio.gz", "/init"),
    "demo": (BUILD / "demo.cpio.gz", "/init"),
    "overlay": (BUILD / "overlay.cpio.gz", "/earlybox/init"),
}
# program: what is copied into the guest (a folder with all that is in it), and where it goes
PROGRAMS = {
    "busybox-i386": (PROGRAM_FOLDER / "busybox-i386", "/harness/busybox-i386"),
    "strace": (PROGRAM_FOLDER / "strace-amd64", "/"),
    "trace-cmd": (PROGRAM_FOLDER / "trace-cmd-amd64", "/"),
    "util-linux": (PROGRAM_FOLDER / "util-linux-amd64", "/"),
    "klibc-i386": (PROGRAM_FOLDER / "klibc-i386", "/"),
    "glibc-i386": (PROGRAM_FOLDER / "glibc-i386", "/"),
    "ask-time": (BUILD / "tracees/ask-time", "/"),
    "libc-times": (BUILD / "tracees/libc-times", "/"),
    "laps": (BUILD / "bench/laps", "/bin/laps"),
    "stopwatch": (BUILD / "bench/stopwatch", "/bin/stopwatch"),
    "unit-tests": (BUILD / "unit-tests", "/harness/unit-tests"),
    "refuse": (BUILD / "tracees/refuse", "/bin/refuse"),
    "storm": (BUILD / "tracees/storm", "/bin/storm"),
    "storm-32": (BUILD / "tracees/storm-32", "/bin/storm-32"),
    "time32-calls": (BUILD / "tracees/time32-calls", "/bin/time32-calls"),
    "shift-time": (BUILD / "tracees/shift-time", "/bin/shift-time"),
}


class Mistake(Exception):
    """A scene that cannot be run as it is written."""


@dataclass
class Step:
    name: str
    run: str
    kernels: list[str] = field(default_factory=lambda: ["*"])
    exit: list[int] = field(default_factory=lambda: [0])
    stdout: list[re.Pattern] = field(default_factory=list)
    stdout_not: list[re.Pattern] = field(default_factory=list)
    stdout_is: str | None = None
    stdout_json: bool = False
    stderr: list[re.Pattern] = field(default_factory=list)
    stderr_not: list[re.Pattern] = field(default_factory=list)
    stderr_is: str | None = None
    signal: str = ""
    after: float = 0.0
    changes: list[re.Pattern] = field(default_factory=list)
    seconds: float = 30.0


@dataclass
class Exchange:
    """A piece of dialogue on the console: what is waited for, and what is typed then."""
    expect: re.Pattern
    send: str = ""
    seconds: float = 30.0


@dataclass
class Scene:
    name: str
    about: str
    kernels: list[str]
    steps: list[Step]
    dialogue: list[Exchange]
    image: str = "standalone"
    init: str = "earlybox"
    programs: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    first_boot: str = ""
    parameters: str = ""
    cpu: str = ""
    icount: str = ""
    memory: int = 0
    seconds: float = 300.0
    console: list[re.Pattern] = field(default_factory=list)
    console_not: list[re.Pattern] = field(default_factory=list)


def as_list(value):
    return value if isinstance(value, list) else [value]


def patterns(value):
    return [re.compile(text, re.MULTILINE) for text in as_list(value)]


SHAPES = {
    "kernels": as_list, "exit": as_list, "changes": patterns, "console": patterns, "console_not": patterns,
    "stdout": patterns, "stdout_not": patterns, "stderr": patterns, "stderr_not": patterns,
    "expect": lambda text: re.compile(text, re.MULTILINE),
}


def build(kind, table, **more):
    """A dataclass from a TOML table, every key of which must be a field."""
    for key in table:
        if key not in kind.__dataclass_fields__ or key in more:
            raise Mistake(f"unknown key {key!r} for a {kind.__name__.lower()}")
    try:
        return kind(**{key: SHAPES.get(key, lambda value: value)(value) for key, value in table.items()}, **more)
    except TypeError as error:
        raise Mistake(f"{kind.__name__.lower()} {table}: {error}") from error
    except re.error as error:
        raise Mistake(f"{error.pattern!r} is no regular expression: {error}") from error


def expand(table):
    """One step for each command in run and each delay in after."""
    for run, after in itertools.product(as_list(table.get("run", "")), as_list(table.get("after", 0.0))):
        one = {**table, "run": run.strip(), "after": after}
        name = one.pop("name", one["run"].splitlines()[0] if run else "")
        if not name:
            raise Mistake(f"a step without run: {table}")
        if isinstance(table["run"], list) and "name" in table:
            name += f": {run}"
        if "signal" in one:
            name += f", SIG{one['signal']} after {after} s"
        yield build(Step, one, name=name)


def load_scene(path):
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        steps = [step for part in table.pop("step", []) for step in expand(part)]
        dialogue = [build(Exchange, part) for part in table.pop("dialogue", [])]
        table.setdefault("kernels", KERNELS)
        table.setdefault("about", "")
        scene = build(Scene, table, name=path.stem, steps=steps, dialogue=dialogue)
        if scene.image not in IMAGES:
            raise Mistake(f"unknown image {scene.image!r}, known are {', '.join(IMAGES)}")
        if scene.init not in ("earlybox", "agent"):
            raise Mistake(f"unknown init {scene.init!r}, known are earlybox and agent")
        if scene.first_boot and scene.init != "agent":
            raise Mistake("first_boot is for init = \"agent\"")
        for program in scene.programs:
            if program not in PROGRAMS:
                raise Mistake(f"unknown program {program!r}, known are {', '.join(PROGRAMS)}")
        if not steps and not dialogue and not scene.console:
            raise Mistake("nothing is checked")
        return scene
    except (Mistake, tomllib.TOMLDecodeError, OSError) as error:
        raise Mistake(f"{path}: {error}") from error


@dataclass
class Guest:
    scene: Scene
    kernel: str

    @property
    def name(self):
        return f"{self.scene.name}@{self.kernel}"

    @property
    def folder(self):
        return BUILD / "guests" / self.name

    @property
    def steps(self):
        return [step for step in self.scene.steps if any(fnmatch.fnmatch(self.kernel, k) for k in step.kernels)]

    def missing(self):
        """What has to be made first: (file, make target) pairs."""
        needs = {KERNEL_FOLDER / self.kernel: f"build/kernels/{self.kernel}", BUSYBOX: "guest-programs"}
        needs[IMAGES[self.scene.image][0]] = IMAGES[self.scene.image][0]
        for program in self.scene.programs:
            source = PROGRAMS[program][0]
            needs[source] = "guest-programs" if source.parent == PROGRAM_FOLDER else source
        return [(path, target) for path, target in needs.items() if not path.exists()]
