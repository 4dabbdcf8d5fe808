# SPDX-License-Identifier: MIT
"""Runs a guest and compares what it did with what its scene wants."""
import json
import subprocess
import time
from dataclasses import dataclass

from harness.image import fresh_folder
from harness.machine import Failure, Machine, Results, plain
from harness.scene import Mistake

POWER_OFF_SECONDS = 15
NO_RESULT = "no result from this step"


def quoted(text, limit=1500):
    """Indented for a report, the middle left out if it is long."""
    if len(text) > limit:
        text = text[:limit // 2] + "\n[...]\n" + text[-limit // 2:]
    return "\n      | ".join(["", *text.splitlines()])


def check_text(where, text, wanted, unwanted, exact):
    for pattern in wanted:
        if not pattern.search(text):
            raise Failure(f"{where} lacks {pattern.pattern!r}, it is:{quoted(text) or ' empty'}")
    for pattern in unwanted:
        found = pattern.search(text)
        if found:
            raise Failure(f"{where} has {found[0]!r}, which must not be there:{quoted(text)}")
    if exact is not None and text != exact:
        raise Failure(f"{where} should be:{quoted(exact)}\n    but is:{quoted(text)}")


def check_json(text):
    if not text:
        raise Failure("stdout is empty, JSON lines were wanted")
    for line in text.splitlines():
        try:
            json.loads(line)
        except ValueError as error:
            raise Failure(f"not JSON ({error}): {line}") from error


def check_step(step, report):
    out, err, changes = (report.streams.get(name, "") for name in ("stdout", "stderr", "changes"))
    if report.status not in step.exit:
        wanted = " or ".join(map(str, step.exit))
        raise Failure(f"exit status {report.status}, not {wanted}; stdout:{quoted(out)}\n    stderr:{quoted(err)}")
    check_text("stdout", out, step.stdout, step.stdout_not, step.stdout_is)
    check_text("stderr", err, step.stderr, step.stderr_not, step.stderr_is)
    if step.stdout_json:
        check_json(out)
    unexpected = [line for line in changes.splitlines() if not any(p.search(line) for p in step.changes)]
    if unexpected:
        raise Failure(f"did not leave the guest as it was:{quoted(chr(10).join(unexpected))}")
    for pattern in step.changes:
        if not pattern.search(changes):
            raise Failure(f"the change {pattern.pattern!r} was wanted, but there is only:{quoted(changes) or ' none'}")


@dataclass
class Check:
    name: str
    why: str = ""  # it failed; empty if it passed
    seconds: float = 0.0


def run_dialogue(machine):
    """Plays the exchanges; yields a check for each."""
    seen = 0
    for exchange in machine.guest.scene.dialogue:
        name = f"console shows {exchange.expect.pattern!r}"
        began = time.monotonic()

        def found(pattern=exchange.expect):
            return pattern.search(machine.console, seen)
        machine.wait(found, name, exchange.seconds)
        seen = found().end()
        machine.type(exchange.send)
        yield Check(name, seconds=time.monotonic() - began)


def run_machine(machine):
    """Runs the guest to its end; yields a check for each exchange of the dialogue."""
    yield from run_dialogue(machine)
    if machine.guest.steps:
        machine.wait(lambda: machine.results.done, "all steps were done")
        if machine.guest.scene.init == "earlybox":
            machine.wait(lambda: not machine.turn(), "the power off", POWER_OFF_SECONDS)
            yield Check("powers off after its command")
    else:
        wanted = machine.guest.scene.console
        machine.wait(lambda: all(pattern.search(machine.console) for pattern in wanted), "the console said what it should")


def run_guest(guest):
    """All checks of a guest, in order."""
    fresh_folder(guest.folder)
    checks, trouble, results = [], "", Results(guest.folder / "results")
    try:
        with Machine(guest) as machine:
            results = machine.results
            for check in run_machine(machine):
                checks.append(check)
    except (Failure, Mistake) as failure:
        trouble = str(failure)
    except subprocess.CalledProcessError as error:
        trouble = f"the image could not be made: {error}"
    for number, step in enumerate(guest.steps):
        report = results.reports.get(number)
        if report is None:
            checks.append(Check(step.name, NO_RESULT))
            continue
        try:
            check_step(step, report)
            checks.append(Check(step.name, seconds=report.seconds))
        except Failure as failure:
            checks.append(Check(step.name, str(failure), report.seconds))
    if guest.scene.console or guest.scene.console_not:
        checks.append(check_console(guest))
    if trouble:
        checks.append(Check("the guest", trouble))
    if not any(check.why for check in checks):
        (guest.folder / "initramfs").unlink(missing_ok=True)
    return checks


def check_console(guest):
    log = guest.folder / "console.log"
    text = plain(log.read_text("utf-8", "replace")) if log.exists() else ""
    try:
        check_text("console", text, guest.scene.console, guest.scene.console_not, None)
        return Check("console")
    except Failure as failure:
        return Check("console", str(failure))
