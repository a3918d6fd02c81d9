"""Runs commands of the desk as an operator does, but for the second in which a process loads.

One process for each that tests loads the desk once; each command is a fork of it, with arguments,
folder, environment and standard files of its own.
"""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent
_LONGEST = 1 << 20


def command(
    *words: str | Path,
    given: bytes = b"",
    environ: Mapping[str, str] | None = None,
    folder: Path = _ROOT,
    seconds: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `desk WORDS` to its end, whatever its code. Raises TimeoutError."""
    arguments = list(map(str, words))
    with (
        tempfile.TemporaryFile() as put_in,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as errors,
    ):
        put_in.write(given)
        put_in.seek(0)
        order = [arguments, dict(os.environ if environ is None else environ), str(folder)]
        code = _server().run(order, [it.fileno() for it in (put_in, out, errors)], seconds)
        out.seek(0)
        errors.seek(0)
        said, complained = out.read().decode(), errors.read().decode()
    return subprocess.CompletedProcess(["desk", *arguments], code, said, complained)


def said(*words: str | Path, environ: Mapping[str, str] | None = None) -> str:
    """Run `desk WORDS`, which must end well. Gives what it printed."""
    done = command(*words, environ=environ)
    if done.returncode:
        raise RuntimeError(f"desk {words}: {done.returncode}: {done.stderr}")
    return done.stdout


class _Server:
    """The process that has loaded the desk."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._one = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=_ROOT,
            )
        atexit.register(self.close)

    def run(self, order: Sequence[object], files: Sequence[int], seconds: float) -> int:
        with self._one:
            self._ours.settimeout(seconds)
            socket.send_fds(self._ours, [json.dumps(order).encode()], files)
            return int(self._ours.recv(32))

    def close(self) -> None:
        self._ours.close()
        self._process.wait(10)


@cache
def _server() -> _Server:
    return _Server()


def _serve(orders: socket.socket) -> None:
    """Run one command after the other until nobody is there who asks."""
    from desk import cli  # noqa: PLC0415 - who asks has no use for it

    while True:
        order, files, _, _ = socket.recv_fds(orders, _LONGEST, 3)
        if not order:
            return
        process = multiprocessing.get_context("fork").Process(
            target=_become, args=(json.loads(order), files, cli.main)
        )
        process.start()
        for number in files:
            os.close(number)
        process.join()
        orders.send(str(process.exitcode).encode())


def _become(order: list[Any], files: list[int], main: Callable[[], None]) -> None:
    words, environ, folder = order
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.argv = ["desk", *words]
    main()


if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))
    _serve(socket.socket(fileno=int(sys.argv[1])))
