"""The bytes of one message on their way into the spool: a few in memory, many in a file."""

from __future__ import annotations

import contextlib
import fcntl
import os
from hashlib import sha256
from pathlib import Path

from casefile.report import Envelope
from ingest.durable import FILE_MODE, write_all
from ingest.stored import head_of

#: A message that grows beyond this is written to the disk while it comes.
IN_MEMORY = 256 * 1024
#: So many pieces are held, however little each of them holds.
_PIECES = 128
#: What the envelope's line may grow by until the message has come.
_SLACK = 64
_LONGEST_KEY = "f" * 36
_LONGEST_DIGEST = "f" * 64


class Draft:
    """Collects the pieces of one message. What is not kept by the spool must be discarded."""

    __slots__ = ("_descriptor", "_digest", "_folder", "chunks", "envelope", "path", "room", "size")

    def __init__(self, folder: Path, envelope: Envelope) -> None:
        self._folder, self.envelope = folder, envelope
        #: What is in memory, in order.
        self.chunks: list[bytes] = []
        self.size = 0
        #: Where the message is being written to; None while all of it is in memory.
        self.path: Path | None = None
        #: Bytes left free at the beginning of that file, for the head.
        self.room = 0
        self._digest = sha256()
        self._descriptor = -1

    def add(self, chunk: bytes) -> bool:
        """Take the next piece. Gives True where it is time to `spill`."""
        self.chunks.append(chunk)
        if len(self.chunks) > _PIECES:  # each costs memory of its own
            self.chunks = [b"".join(self.chunks)]
        self._digest.update(chunk)
        self.size += len(chunk)
        return self.size > IN_MEMORY and len(self.chunks) > 1

    @property
    def alone(self) -> bool:
        """Tell whether the message has a file of its own, so that it shares none."""
        return self.path is not None

    def spill(self) -> None:
        """Write to the disk what is in memory. It blocks. Raises OSError."""
        if self.path is None:
            self._open()
        chunks, self.chunks = self.chunks, []
        write_all(self._descriptor, chunks)

    def head(self, key: str) -> bytes:
        """Give the line that stands before the bytes."""
        return head_of(key, self.envelope, self._digest.hexdigest(), self.size, room=self.room)

    def seal(self, key: str) -> Path:
        """Write the rest and the head, sync the file and close it. Gives it. Raises OSError."""
        self.spill()
        assert self.path is not None  # noqa: S101 - spill has opened it
        os.pwrite(self._descriptor, self.head(key), 0)
        os.fsync(self._descriptor)
        self._close()
        return self.path

    def discard(self) -> None:
        """Forget the message: nobody was promised anything. Never raises; may block over a file."""
        with contextlib.suppress(OSError):
            self._close()
        self.chunks = []
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()
            self.path = None

    def _open(self) -> None:
        """Begin the file, with room for the head, whose digits alone are not known yet."""
        head = head_of(_LONGEST_KEY, self.envelope, _LONGEST_DIGEST, 1 << 63)
        self.room = len(head) + _SLACK
        path = self._folder / f"{os.getpid()}-{id(self):x}-{os.urandom(4).hex()}.draft"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, FILE_MODE)
        self.path = path
        # A lock ends with its process, so that a sweep can tell whose writer is gone.
        with contextlib.suppress(OSError):  # a file system without locks: then nothing is swept
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.lseek(self._descriptor, self.room, os.SEEK_SET)

    def _close(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)


def sweep(folder: Path, before: float) -> int:
    """Remove drafts that a crash left behind; they never got a 250. Gives how many.

    `before` is a POSIX time: younger ones stay. May run while others write: a draft whose writer
    lives is locked, however old it is. Raises OSError.
    """
    removed = 0
    for draft in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if draft.stat().st_mtime < before and _is_abandoned(draft):
                draft.unlink()
                removed += 1
    return removed


def _is_abandoned(path: Path) -> bool:
    """Tell whether nobody writes to a draft any more. Raises FileNotFoundError, OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
