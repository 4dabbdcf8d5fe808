# SPDX-License-Identifier: MIT
"""The initramfs of a guest: archives of the build as they are, followed by what the harness adds."""
import os
import shutil
import subprocess
import sys
import threading

from harness.scene import BUILD, BUSYBOX, IMAGES, PROGRAMS, TREE, Mistake

MKCPIO = TREE / "initramfs/mkcpio"
AGENT = TREE / "tests/guest/agent"


class Manifest:
    """Lines for mkcpio, with the folders that the entries need."""

    def __init__(self, folder):
        self.folder = folder
        self.lines = []
        self.folders = {"/"}

    def dir(self, path):
        if path not in self.folders:
            self.dir(os.path.dirname(path))
            self.folders.add(path)
            self.lines.append(f"dir {path} 755")

    def file(self, path, source, mode=0o755):
        self.dir(os.path.dirname(path))
        self.lines.append(f"file {path} {mode:o} {source}")

    def text(self, path, content, mode=0o644):
        source = self.folder / f"file-{len(self.lines)}"
        source.write_text(content, encoding="utf-8")
        self.file(path, source, mode)

    def link(self, path, target):
        self.dir(os.path.dirname(path))
        self.lines.append(f"link {path} {target}")

    def node(self, path, major, minor):
        self.dir(os.path.dirname(path))
        self.lines.append(f"node {path} 600 c {major} {minor}")

    def tree(self, path, source):
        if not source.is_dir() or source.is_symlink():
            raise Mistake(f"{source} is no folder")
        for item in sorted(source.iterdir()):
            inside = os.path.join(path, item.name)
            if item.is_symlink():
                self.link(inside, os.readlink(item))
            elif item.is_dir():
                self.dir(inside)
                self.tree(inside, item)
            else:
                self.file(inside, item, item.stat().st_mode & 0o777)

    def write(self, name):
        manifest = self.folder / f"{name}.manifest"
        manifest.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        archive = self.folder / f"{name}.cpio.gz"
        subprocess.run([sys.executable, MKCPIO, archive, manifest], check=True)
        return archive


class Archives:
    """Archives that several guests share, made once a run."""

    def __init__(self):
        self.lock = threading.Lock()
        self.made = {}

    def get(self, name, fill):
        with self.lock:
            if name not in self.made:
                folder = BUILD / "guests/shared" / name
                fresh_folder(folder)
                manifest = Manifest(folder)
                fill(manifest)
                self.made[name] = manifest.write(name)
            return self.made[name]


SHARED = Archives()


def fresh_folder(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def fill_harness(manifest):
    manifest.file("/harness/busybox", BUSYBOX)
    manifest.file("/harness/agent", AGENT)
    manifest.dir("/harness/proc")
    manifest.dir("/harness/steps")
    manifest.node("/harness/ttyS1", 4, 65)
    manifest.node("/harness/null", 1, 3)


def fill_host(manifest):
    """What a distribution's initramfs looks like: programs under /usr, and links to there from the top."""
    manifest.file("/usr/bin/busybox", BUSYBOX)
    for name in subprocess.run([BUSYBOX, "--list"], check=True, capture_output=True, text=True).stdout.split():
        if name != "busybox":
            manifest.link(f"/usr/bin/{name}", "busybox")
    manifest.link("/bin", "usr/bin")
    manifest.link("/sbin", "usr/bin")
    manifest.node("/dev/console", 5, 1)


def fill_program(manifest, program):
    source, target = PROGRAMS[program]
    if source.is_dir():
        manifest.tree(target, source)
    else:
        manifest.file(target, source)


def fill_guest(manifest, guest):
    for number, step in enumerate(guest.steps):
        script = f"/harness/steps/{number:03}"
        if step.signal:
            target = "group" if step.signal == "INT" else "process"  # as a terminal does, and as kill does
            manifest.text(f"{script}.signal", f"{step.signal} {target} {step.after:g}\n")
            manifest.text(script, f"#!/bin/sh\necho $$ >/harness/pid\nexec {step.run}\n", 0o755)
        else:
            manifest.text(script, f"#!/bin/sh\n{step.run}\n", 0o755)
    if guest.scene.first_boot:
        manifest.text("/harness/first-boot", f"#!/bin/sh\n{guest.scene.first_boot}\n", 0o755)
        manifest.dir("/harness/pstore")
    for path, content in guest.scene.files.items():
        manifest.text(path, content)
    for path, source in guest.scene.copies.items():
        manifest.file(path, TREE / source.replace("{kernel}", guest.kernel))


def make_image(guest):
    """The guest's initramfs: the archives of the build as they are, then what the harness adds."""
    parts = [IMAGES[guest.scene.image][0]]
    if guest.scene.image == "overlay":
        parts.insert(0, SHARED.get("host", fill_host))
    parts.append(SHARED.get("harness", fill_harness))
    for program in guest.scene.programs:
        parts.append(SHARED.get(program, lambda manifest, program=program: fill_program(manifest, program)))
    manifest = Manifest(guest.folder)
    fill_guest(manifest, guest)
    parts.append(manifest.write("steps"))
    image = guest.folder / "initramfs"
    with open(image, "wb") as whole:
        for part in parts:
            whole.write(part.read_bytes())
    return image
