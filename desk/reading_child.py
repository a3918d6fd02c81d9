"""A child of a worker that reads one mail after the other and may do nothing else.

It parses what strangers wrote. So once everything is loaded it can open no file and no connection,
write no file and start no process, and it has so much memory and, for each mail, so much time of
the processor: `python -m desk.reading_child SECONDS BYTES pictures|text HOST...` (whether pictures
are looked at, and the hosts of our Message-IDs). On standard input come the texts that the desk
itself sends, then orders; on standard output go outcomes (desk/reading_frames.py). It ends when its
standard input ends.
"""

from __future__ import annotations

import contextlib
import importlib
import mmap
import os
import pkgutil
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Protocol

from desk.reading_frames import LENGTHS, Outcome, ordered, outcome, texts_of
from desk.reading_steps import Eyes, OwnWords, covered, examined, warm_up

#: Standard input, output and error: the child has no other descriptor and gets none.
_DESCRIPTORS = 3
#: Loaded only where pictures are looked at: it needs an extra.
PICTURES = "ingest.read_pictures"
#: Modules, and packages with all that is in them, that are loaded when they are first used: by the
#: standard library or by what we build on.
_LATE = ("_strptime", "heapq", "quopri", "uu")
_LATE_PACKAGES = ("email", "encodings", "mailparser", "oxmsg", "tinycss2")
_NO_WORDS = OwnWords()


class Sight(Protocol):
    """What gives eyes for each mail (`ingest.read_pictures`)."""

    def eyes(self) -> Eyes:
        """Give what looks at the pictures of one mail."""


def main() -> None:
    """Load everything, give up every right that is not needed, then read mail until told to end."""
    seconds, memory, own_hosts = int(sys.argv[1]), int(sys.argv[2]), tuple(sys.argv[4:])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for the worker, which finishes its mail
    warm_up()
    load_late()
    first = _frame()
    if first is None:
        return
    own_words = OwnWords(texts_of(first[0]))
    sight = importlib.import_module(PICTURES).Sight() if sys.argv[3] == "pictures" else None
    lock(memory)
    _write(outcome(Outcome()))
    while (frame := _frame()) is not None:
        # Processor time from now on; the kernel ends the process with SIGPROF. (RLIMIT_CPU counts
        # from the start, and by another clock than the one that tells how much was used.)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        result = read_one(*frame, own_hosts, sight, own_words)
        signal.setitimer(signal.ITIMER_PROF, 0)
        del frame
        _write(result)


def read_one(
    body: bytes,
    raw: bytes,
    own_hosts: tuple[str, ...] = (),
    sight: Sight | None = None,
    own_words: OwnWords = _NO_WORDS,
) -> bytes:
    """Do what an order says. Gives the frame of its outcome, whatever happens."""
    try:
        task, submission, authentication = ordered(body, raw)
        if task == "cover":
            done = covered(submission, authentication, own_hosts)
        else:
            eyes = sight.eyes() if sight is not None else None
            done = examined(submission, authentication, own_hosts, eyes, own_words)
        return outcome(Outcome(triaged=done))
    except MemoryError:
        return outcome(Outcome(failed="it needs more memory than it may have"))
    except Exception as error:  # noqa: BLE001 - the worker names it and the child starts afresh
        return outcome(Outcome(failed=places_of(error)))


def places_of(error: Exception) -> str:
    """Give the class of an error and where it rose; its message may quote the mail."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return " < ".join([type(error).__name__, *places[:6]])


def load_late() -> None:
    """Load every codec and module that would be loaded later: then no file can be opened."""
    for name in _LATE:
        importlib.import_module(name)
    for package in map(importlib.import_module, _LATE_PACKAGES):
        for module in pkgutil.iter_modules(package.__path__):
            name = f"{package.__name__}.{module.name}"
            if module.name == "__main__":
                continue
            try:
                importlib.import_module(name)
            except ImportError:  # codecs of other systems; a mail that names them is told so
                sys.modules[name] = None  # type: ignore[assignment]


def lock(memory: int) -> None:
    """Give up files, network and processes, and bound the memory to so much more than there is."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)  # what an interpreter says when it falls may quote the mail
    os.closerange(_DESCRIPTORS, 1024)
    _limit(resource.RLIMIT_AS, pages * mmap.PAGESIZE + memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, _DESCRIPTORS)


def _limit(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _frame() -> tuple[bytes, bytes] | None:
    """Give the next order and the bytes with it; None at the end of the input."""
    lengths = _exactly(LENGTHS.size)
    if lengths is None:
        return None
    body, raw = (_exactly(length) for length in LENGTHS.unpack(lengths))
    return None if body is None or raw is None else (body, raw)


def _exactly(length: int) -> bytes | None:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        count = os.readv(0, [rest])
        if not count:
            return None
        rest = rest[count:]
    rest.release()
    return bytes(data)


def _write(frame: bytes) -> None:
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # the worker ended, and so does its child
        main()
