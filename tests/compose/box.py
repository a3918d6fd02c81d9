"""A box for one process: what the kernel offers of a container, where no engine is at hand.

Its own view of the machine's files, read-only but for what is named; its own host name; a user that
is not root, keeps no capability and can win none. The network is the machine's.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from running import ROOT
from services.postgres import PROGRAMS

_TRY = "mount -t tmpfs t {0} && mkdir {0}/u {0}/w {0}/a && mount -t overlay -o {1} overlay {0}/a"


def _missing() -> str:
    """Say what this machine lacks for boxes; empty where it lacks nothing."""
    tools = [it for it in ("unshare", "nsenter", "setpriv", "chroot") if not shutil.which(it)]
    if tools or os.geteuid() != 0:
        return f"boxes need root and util-linux (missing: {' '.join(tools) or 'root'})"
    with tempfile.TemporaryDirectory() as folder:
        how = f"lowerdir=/,upperdir={folder}/u,workdir={folder}/w"
        tried = subprocess.run(
            ["unshare", "--mount", "sh", "-c", _TRY.format(folder, how)],
            capture_output=True,
            check=False,
        )
    return "boxes need a kernel that lets root mount overlayfs" if tried.returncode else ""


MISSING = _missing()
needs_boxes = pytest.mark.skipif(bool(MISSING), reason=MISSING)


def search_path() -> str:
    """Give the PATH of a box: this Python and its commands first, then the servers'."""
    server = Path(sys.prefix) / "bin" / "valkey-server"
    places = [Path(sys.executable).parent, server.parent]
    places += [PROGRAMS] if PROGRAMS else []
    return ":".join([*map(str, places), "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"])


@dataclass(frozen=True, kw_only=True)
class Box:
    """One process in a box that is made when it starts, and is gone when it ends."""

    name: str
    #: A folder of the machine over which the box's files are laid.
    place: Path
    user: tuple[int, int]
    #: What is seen: a path of this machine, and whether it may be written, by path in the box.
    binds: Mapping[str, tuple[Path, bool]] = field(default_factory=dict)
    #: Folders in memory: options of the mount, by path in the box.
    tmpfs: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    folder: str = "/"
    #: True for what must be root to do its work, as the steps of a build: it keeps everything.
    root: bool = False

    def start(
        self, command: Sequence[str], log: Path, given: Path = Path(os.devnull)
    ) -> subprocess.Popen[bytes]:
        """Start a command; what it says goes into the log. Its pid is that of the command.

        `given` is the file that it reads as its standard input.
        """
        self.place.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream, given.open("rb") as source:
            return subprocess.Popen(
                ["unshare", "--mount", "--uts", "sh", "-c", self._script(command)],
                stdin=source,
                stdout=stream,
                stderr=stream,
                env=self._environ(),
            )

    def run(self, command: Sequence[str], log: Path, seconds: float = 60) -> int:
        """Run a command to its end. Gives its code."""
        return self.start(command, log).wait(seconds)

    def ask(
        self, process: subprocess.Popen[bytes], command: Sequence[str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a command beside the process in its box, as a health check is run."""
        return subprocess.run(
            self.beside(process, command),
            env=self._environ(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def pipe(
        self, process: subprocess.Popen[bytes], command: Sequence[str], given: Path, out: Path
    ) -> int:
        """Run a command beside the process from one file to another. Gives its code."""
        with given.open("rb") as source, out.open("wb") as target:
            return subprocess.run(
                self.beside(process, command),
                env=self._environ(),
                stdin=source,
                stdout=target,
                check=False,
                timeout=120,
            ).returncode

    def beside(self, process: subprocess.Popen[bytes], command: Sequence[str]) -> list[str]:
        """Give the command that runs another one in the process's box, as its user."""
        inside = ["nsenter", f"--target={process.pid}", "--mount", "--uts", "--root", "--wd"]
        return [*inside, *self._as_user(command)]

    def _environ(self) -> dict[str, str]:
        return {"PATH": search_path(), "LANG": "C.UTF-8", **self.environ}

    def _as_user(self, command: Sequence[str]) -> list[str]:
        if self.root:
            return list(command)
        user, group = self.user
        ids = [f"--reuid={user}", f"--regid={group}", "--clear-groups"]
        none = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        return ["setpriv", *ids, *none, "--", *command]

    def _script(self, command: Sequence[str]) -> str:
        base = self.place
        top = base / "all"
        layers = f"lowerdir=/,upperdir={base}/upper,workdir={base}/work"
        lines = [
            "set -e",
            f"mount -t tmpfs -o mode=0755 box {base}",
            f"mkdir {base}/upper {base}/work {top}",
            f"mount -t overlay -o {layers} overlay {top}",
            f"mount --rbind /proc {top}/proc",
            f"mount --rbind /dev {top}/dev",
            *self._passable(top),
            *(line for path, how in self.tmpfs.items() for line in _memory(top, path, how)),
            *_bind(top, str(ROOT), ROOT, writable=False),
            *(line for path, it in self.binds.items() for line in _bind(top, path, *it)),
            f"mkdir -p {top}{self.folder}",
            f"echo 'boxed:x:{self.user[0]}:{self.user[1]}::/:/bin/sh' >> {top}/etc/passwd",
            f"echo 'boxed:x:{self.user[1]}:' >> {top}/etc/group",
            *([] if self.root else [f"mount -o remount,ro,bind {top}"]),
            f"hostname {self.name}",
        ]
        inside = ["sh", "-c", f'cd {self.folder} && exec "$@"', "sh", *command]
        lines.append("exec " + shlex.join(["chroot", str(top), *self._as_user(inside)]))
        return "\n".join(lines)

    def _passable(self, top: Path) -> list[str]:
        """Let the box's user come to the interpreter, wherever this machine keeps it."""
        real = Path(os.path.realpath(sys.executable))
        folders = {it for path in (real, ROOT / "x") for it in path.parents} - {Path("/")}
        return [f"chmod a+x {top}{it}" for it in sorted(folders)]


def _inside(top: Path, path: str) -> str:
    """Give a path of the box as the machine sees it; its links lead to places in the box."""
    return f"{top}{os.path.realpath(path)}"


def _memory(top: Path, path: str, how: str) -> list[str]:
    strict = "nosuid,nodev" if "exec" in how.split(",") else "nosuid,nodev,noexec"
    inside = _inside(top, path)
    return [f"mkdir -p {inside}", f"mount -t tmpfs -o {strict},{how} tmpfs {inside}"]


def _bind(top: Path, path: str, source: Path, writable: bool) -> list[str]:
    inside = _inside(top, path)
    make = f"mkdir -p {inside}" if source.is_dir() else f"install -D /dev/null {inside}"
    lines = [make, f"mount --bind {shlex.quote(str(source))} {inside}"]
    return lines if writable else [*lines, f"mount -o remount,bind,ro {inside}"]
