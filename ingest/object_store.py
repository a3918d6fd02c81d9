"""Asks an object store for what a spool needs, and says in the house's errors what became of it."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError

from casefile.errors import TryLater
from ingest.durable import sync_folder
from ingest.object_runtime import Runtime
from ingest.object_settings import Opened

if TYPE_CHECKING:  # the library has these in its stubs only
    from obstore import ObjectMeta, PutMode, PutResult, UpdateVersion

_log = logging.getLogger(__name__)

_STATUS = re.compile(r"status code: (\d{3})")
_OUT_OF_RANGE = "416"
#: So many names are asked for at a time.
_PAGE = 1000
#: What failed within so many seconds is tried once more.
_SOON = 2.0
Buffer = bytes | bytearray | memoryview


class Changed(Exception):
    """Somebody else has changed the object meanwhile."""


class StoreDown(OSError):
    """The object store did not do as it was asked; its own words may quote anything."""

    def __init__(self) -> None:
        super().__init__(errno.EREMOTEIO, "the object store did not do as it was asked")


class Entry(NamedTuple):
    """An object as a list names it; `tag` is another one whenever its bytes are others."""

    name: str
    tag: str


class Whole(NamedTuple):
    """All bytes of an object, and what says that they are still the same."""

    content: bytes
    version: UpdateVersion


#: An empty object that stays; putting it again shows that nothing is overwritten.
_PROOF = "made-only-once"


class Store:
    """An object store. What is not there is FileNotFoundError, any trouble of its own TryLater.

    Neither ever quotes what the store said. Any number of threads may use it at once.
    """

    def __init__(self, opened: Opened) -> None:
        self._store, self._folder = opened.store, opened.folder
        self._remote, self._tells_versions = opened.remote, opened.tells_versions
        #: Whether the store was seen to make nothing twice; this machine's are known to.
        self._proven = not opened.remote
        self._warned = False

    def create(self, name: str, pieces: Sequence[Buffer]) -> None:
        """Make an object that was not there, acknowledged and synced.

        Raises FileExistsError where there is one of other bytes, or TryLater: then it is not
        known whether it was made, or will be.
        """
        self._check_folder()
        if not self._proven:
            self._prove()
        try:
            result = self._made_at_last(name, pieces)
        except FileExistsError:
            # What was tried again may have found its own work.
            if not self._is(name, pieces):
                raise
        else:
            self._look_at_version(result)
        self._sync(name)

    def replace(self, name: str, content: Buffer, version: UpdateVersion) -> None:
        """Put other bytes in an object's place, if it is still of this version. Raises Changed."""
        mode: PutMode = version
        with self._alone(), self._trouble("replace", name):
            if self._folder is not None:  # files know no condition; the lock stands for it
                if _version(self._store.head(name)) != version:
                    raise Changed
                mode = "overwrite"
            result = self._store.put(name, content, mode=mode, use_multipart=False)
        self._look_at_version(result)
        self._sync(name)

    def write(self, name: str, content: bytes) -> None:
        """Write a small object, whatever was there."""
        self._check_folder()
        with self._trouble("write", name, puts=True):
            self._store.put(name, content, use_multipart=False)
        self._sync(name)

    def read(self, name: str, start: int, size: int) -> bytes:
        """Give so many bytes from there, or those that there are."""
        with self._trouble("read", name):
            try:
                return bytes(self._store.get_range(name, start=start, length=size))
            except BaseError as error:
                if not self._is_beyond(name, start, error):
                    raise
                return b""

    def begin(self, name: str, size: int) -> tuple[bytes, int]:
        """Give the first bytes of an object, and how many it has in all."""
        with self._trouble("read", name):
            try:
                found = self._store.get(name, options={"range": (0, size)})
                return bytes(found.bytes()), found.meta["size"]
            except BaseError as error:
                if not self._is_beyond(name, 0, error):
                    raise
                return b"", 0

    def whole(self, name: str) -> Whole:
        """Give all of an object."""
        with self._trouble("read", name):
            found = self._store.get(name)
            return Whole(bytes(found.bytes()), _version(found.meta))

    def exists(self, name: str) -> bool:
        """Tell whether there is an object of this name."""
        try:
            with self._trouble("look at", name):
                self._store.head(name)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Remove an object; one that is not there is no error."""
        with self._trouble("delete", name), suppress(FileNotFoundError):
            self._store.delete(name)
        self._sync(name)

    def names(self, folder: str, after: str = "") -> list[Entry]:
        """List the objects of a folder, those greater than `after`, in whatever order."""
        self._check_folder()
        with self._trouble("list", folder):
            pages = self._store.list(folder, offset=after or None, chunk_size=_PAGE)
            return [
                Entry(found["path"], f"{found['e_tag']}-{found['version']}-{found['size']}")
                for page in pages
                for found in page
            ]

    def folders(self, folder: str) -> list[str]:
        """Give the names of the folders in a folder."""
        self._check_folder()
        with self._trouble("list", folder):
            found = self._store.list_with_delimiter(folder)
            return [name.rpartition("/")[2] for name in found["common_prefixes"]]

    def check(self) -> None:
        """Make sure that the store is there at all: where it is gone, nothing is known to be lost.

        Raises TryLater.
        """
        self._check_folder()
        with self._trouble("look at", "the store"):
            next(iter(self._store.list("new", chunk_size=1)), None)

    def _is_beyond(self, name: str, start: int, error: BaseError) -> bool:
        """Tell whether an error says no more than that nothing lies from there on."""
        if self._remote and _status(error) != _OUT_OF_RANGE:
            return False
        return self._store.head(name)["size"] <= start

    def _made_at_last(self, name: str, pieces: Sequence[Buffer]) -> PutResult:
        """Try a second time what failed soon: a connection was cut, or the server begins anew.

        The library does not, as it cannot know whether the first try was heard.
        """
        begun = time.monotonic()
        try:
            return self._made(name, pieces)
        except TryLater:
            if time.monotonic() - begun > _SOON:
                raise
            return self._made(name, pieces)

    def _made(self, name: str, pieces: Sequence[Buffer]) -> PutResult:
        with self._trouble("make", name, puts=True):
            return self._store.put(name, list(pieces), mode="create", use_multipart=False)

    def _prove(self) -> None:
        """See once that the store makes nothing twice: not all that speak S3 keep to that.

        Where it does not, two doors could lose each other's mails; so nothing is taken in. An
        empty object is put, as a server may refuse at once and not read what is being sent.
        """
        try:
            for _ in range(2):
                self._made_at_last(_PROOF, [b""])
        except FileExistsError:
            self._proven = True
            return
        _log.critical("object spool: the store overwrites what must only be created; see the docs")
        raise TryLater("The object store does not keep what it should promise.") from StoreDown()

    def _is(self, name: str, pieces: Sequence[Buffer]) -> bool:
        """Tell whether an object has exactly these bytes."""
        with suppress(FileNotFoundError):
            return self.whole(name).content == b"".join(pieces)
        return False

    def _look_at_version(self, result: PutResult) -> None:
        if self._tells_versions and result["version"] and not self._warned:
            self._warned = True
            _log.warning("object spool: the bucket keeps versions: what is erased lives on in them")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep everybody else on this machine from replacing files; nobody where none are."""
        if self._folder is None:
            yield
            return
        try:
            descriptor = os.open(self._folder / "erasures", os.O_WRONLY | os.O_CLOEXEC)
        except OSError as error:
            raise _told("lock", "the folder", type(error).__name__) from StoreDown()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            os.utime(descriptor)  # so that a directory spool on the same folder looks again
            yield
        finally:
            os.close(descriptor)

    def _check_folder(self) -> None:
        """Raise TryLater where the folder is gone: it must not be made anew on another disk."""
        if self._folder is not None and not (self._folder / "new").is_dir():
            raise _told("find", "the folder", "no folder") from StoreDown()

    def _sync(self, name: str) -> None:
        """Make what was done to a file outlast a power cut; a store elsewhere has seen to that."""
        if self._folder is None:
            return
        path = self._folder / name
        with self._trouble("sync", name):
            with suppress(FileNotFoundError):
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)
            for folder in (path.parent, path.parent.parent):
                sync_folder(folder)

    @contextmanager
    def _trouble(self, verb: str, name: str, *, puts: bool = False) -> Iterator[None]:
        """Turn what the store says into what the house says; a bucket that is gone is trouble."""
        Runtime.enter()
        try:
            yield
        except FileNotFoundError:
            if puts:
                raise _told(verb, name, "no such place") from StoreDown()
            raise FileNotFoundError(errno.ENOENT, "no such object") from None
        except AlreadyExistsError:
            raise FileExistsError(errno.EEXIST, "there is such an object") from None
        except PreconditionError:
            raise Changed from None
        except (BaseError, OSError, ValueError) as error:
            what = f"{type(error).__name__} {_status(error)}".rstrip()
            raise _told(verb, name, what) from StoreDown()


def _told(verb: str, name: str, what: str) -> TryLater:
    """Note a trouble by name and kind; give what is raised."""
    _log.error("object spool: could not %s %s (%s)", verb, name, what)
    return TryLater(f"The spool could not {verb} a submission now.")


def _status(error: Exception) -> str:
    """Give the digits of the HTTP status, all that is ever taken from what a store said."""
    found = _STATUS.search(str(error))
    return found[1] if found else ""


def _version(meta: ObjectMeta) -> UpdateVersion:
    """Give what says that an object is still the same."""
    version: UpdateVersion = {}
    if meta["e_tag"] is not None:
        version["e_tag"] = meta["e_tag"]
    if meta["version"] is not None:
        version["version"] = meta["version"]
    return version
