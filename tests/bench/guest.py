# SPDX-License-Identifier: MIT
"""Measures inside a guest: commands in turns by tests/bench/stopwatch.cpp, each of which runs tests/bench/laps.cpp."""
import re
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "guest"))

from harness.checks import run_guest  # noqa: E402
from harness.machine import Results  # noqa: E402
from harness.scene import Guest, Scene, Step  # noqa: E402

SECONDS = 600
CLOCK = "shift=1,sleep=off"  # so that the guest's time is its instructions', 2 ns each, and nothing else's on this machine
BETWEEN = " ::: "
# What the peers need.
MOUNT = "cd /; mkdir -p proc sys tmp; mount -t proc proc proc; mount -t sysfs sys sys; " \
        "mount -t tracefs trace sys/kernel/tracing; "
MOUNTED = [re.compile("^[+]mount.* (proc|sysfs|tracefs|debugfs) ")]


@dataclass
class Run:
    """A command: medians in seconds, and what a look after its last run found."""
    start: float  # until laps was started
    laps: float  # laps' calls
    whole: float
    found: str


@dataclass
class Command:
    line: str  # runs laps; its words are the shell's, but there is no shell
    look: str = ""  # a shell's line, for afterwards; what the command has said is in the file /said
    programs: tuple[str, ...] = ()  # that it needs, by their names in tests/guest/harness/scene.py


def run_of(command, lines, found):
    _, statuses, *times = zip(*lines)
    if not set(statuses) <= {0, 1}:  # 1: bad news
        sys.exit(f"{command.line}: exit statuses {statuses}")
    return Run(*(statistics.median(column) / 1e9 for column in times), found)


def measure(name, kernel, commands, rounds, memory=512):
    """Runs each of the commands (name → Command) so many times in one guest, by turns; name → Run."""
    listed = list(commands.values())
    trials = BETWEEN.join(command.line for command in listed)
    steps = [Step("measure", f"{MOUNT}stopwatch {rounds} {trials}", changes=MOUNTED, seconds=SECONDS)]
    for number, command in enumerate(listed):
        look = f"mv /said-{number} /said\n{command.look}"
        steps.append(Step(f"look at {command.line}", look, seconds=SECONDS, exit=list(range(256))))
    programs = {program: None for command in listed for program in command.programs}
    guest = Guest(Scene(f"bench-{name}", "", [kernel], steps, [], init="agent", icount=CLOCK, memory=memory, seconds=SECONDS,
                        programs=["stopwatch", "laps", *programs]), kernel)
    missing = guest.missing()
    if missing:
        sys.exit("\n".join(f"missing: {path} (make {target})" for path, target in missing))
    for check in run_guest(guest):
        if check.why:
            sys.exit(f"{guest.name}: {check.name}: {check.why}")
    results = Results(guest.folder / "results")
    results.poll()
    said = [results.reports[number].streams["stdout"] for number in range(len(steps))]
    lines = [[int(word) for word in line.split()] for line in said[0].splitlines()]
    return {name: run_of(command, [line for line in lines if line[0] == number], said[number + 1])
            for number, (name, command) in enumerate(commands.items())}
