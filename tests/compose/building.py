"""Runs the steps of the Dockerfile in a box, as an engine does, over this machine's own Python."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from compose.box import Box, search_path
from compose.checking import check

from running import ROOT

ENVIRONMENT = "/opt/desk"


def context(folder: Path) -> Path:
    """Copy what is sent to an engine. Gives the folder."""
    for name in check("context", ROOT):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def build(sent: Path, folder: Path) -> Path:
    """Build in an empty folder. Gives the environment; raises RuntimeError where a step fails."""
    out = folder / "out"
    out.mkdir(parents=True)
    # The steps of the last stage that are done as root: everything up to USER.
    steps = check("dockerfile", ROOT / "Dockerfile")["steps"]
    script = "\n".join(["set -e", *_lines(steps), f"cp -a {ENVIRONMENT} /out/"])
    box = Box(
        name="build",
        place=folder / "box",
        user=(0, 0),
        binds={"/context": (sent, False), "/out": (out, True)},
        tmpfs=dict.fromkeys(("/opt", "/build", "/tmp"), "mode=0755,exec"),  # noqa: S108
        root=True,
    )
    log = folder / "log"
    if box.run(["sh", "-c", script], log, 900):
        raise RuntimeError(log.read_text(errors="replace")[-3000:])
    return out / "desk"


def _lines(steps: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for step in steps:
        words = shlex.split(step["text"])
        if step["name"] in {"ARG", "ENV"}:
            pairs = (it.split("=", 1) for it in words[1:])
            yield from (f'export {name}="{value}"' for name, value in pairs)
        elif step["name"] == "WORKDIR":
            yield f"mkdir -p {words[1]} && cd {words[1]}"
        elif step["name"] == "COPY" and not words[1].startswith("--from"):
            yield from _copied(words[1:])
        elif step["name"] == "RUN":
            yield f"sh -ec {shlex.quote(step['text'])}"
        elif step["name"] == "USER":
            return


def _copied(words: Sequence[str]) -> Iterator[str]:
    """Copy as COPY does: what is in a folder, not the folder."""
    *sources, target = words
    for source in sources:
        place = f"/context/{source}"
        yield f"mkdir -p {target}" if target.endswith("/") else "true"
        yield f"if [ -d {place} ]; then mkdir -p {target} && cp -r {place}/. {target}; fi"
        yield f"if [ -f {place} ]; then cp {place} {target}; fi"


def listing(environment: Path) -> dict[str, tuple[int, int, bytes]]:
    """Give every file of an environment: mode, time of change, bytes."""
    found = {}
    for path in sorted(environment.rglob("*")):
        stat = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        found[str(path.relative_to(environment))] = (stat.st_mode, int(stat.st_mtime), content)
    return found


def run(environment: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of the image as its user, nothing writable but memory."""
    memory = {"/tmp": "mode=1777", "/data": "uid=10001,gid=10001,mode=0700"}  # noqa: S108
    box = Box(
        name="image",
        place=folder / "box",
        user=(10001, 10001),
        binds={ENVIRONMENT: (environment, False)},
        tmpfs=memory,
        environ={"PATH": f"{ENVIRONMENT}/bin:{search_path()}", "DESK_DATA": "/data"},
        folder=ENVIRONMENT,
    )
    out = folder / "said"
    out.unlink(missing_ok=True)
    code = box.run(words, out, 120)
    return subprocess.CompletedProcess(words, code, out.read_bytes())
