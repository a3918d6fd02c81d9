"""The side door: gives the mails in files, mboxes, Maildirs and folders, one by one, unread."""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from casefile.report import Envelope
from ingest.mbox import is_mbox, messages_in, separators_in

STDIN = "-"
MEBIBYTE = 2**20
#: A mail or file larger than this is named, not read: no real mail is.
LARGEST = 128 * MEBIBYTE
#: Bytes at the head of a file that tell what it is.
_HEAD_BYTES = 4096
#: How a mail begins, with blank lines allowed; or an Outlook .msg (OLE), whatever its name.
_MAILISH = re.compile(
    rb"(?:\r?\n)*(?:>?From |[A-Za-z][!-9;-~]*[ \t]*:)|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
)
_MAIL_SUFFIXES = frozenset({".eml", ".msg"})

_ADVICE = {
    errno.ENOENT: "there is no such file; look at the path",
    errno.EACCES: "it may not be read; give this user the right to (chmod u+r), or leave it out",
    errno.ELOOP: "its links lead in a circle; name the file itself",
}
_TOO_LARGE = f"it is larger than {LARGEST // MEBIBYTE} MiB; cut it into its mails, or leave it out"
_NOT_A_FILE = "it is neither file nor folder; leave it out"
_FOLDER_LINK = "it is a link to a folder, which is not followed; name the folder itself"
_NO_MAIL = "it does not look like a mail; name the file by itself to have it read all the same"


@dataclass(frozen=True, slots=True)
class Item:
    """One mail from a side door, or what kept it from being read."""

    #: The path as given; `path#12` is the 12th mail of an mbox.
    source: str
    #: The bytes as they lie there; None where they could not be read.
    raw: bytes | None
    #: Why not, and what to do; empty where they could be read.
    error: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A file that may hold mails, or a path with what is wrong with it."""

    path: str
    error: str = ""
    #: `named` by a person; one mail of a `maildir`; or `met` in a folder, so perhaps no mail.
    how: Literal["named", "maildir", "met"] = "named"

    @property
    def is_one_mail(self) -> bool:
        """Tell whether name or place say that it is one mail, whatever its first line."""
        return self.how == "maildir" or self.path[-4:].lower() in _MAIL_SUFFIXES


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder that is still to be walked."""

    path: str
    #: True where it is `cur` or `new` of a Maildir.
    delivered: bool = False


def gather(paths: Sequence[str | Path]) -> Iterator[Item]:
    """Give every mail under the paths, in the order given, folders sorted by name.

    `-` is standard input. An .eml or .msg file is one mail; a file that begins like an mbox
    (RFC 4155) is read mail by mail, however large; a folder is walked to its end. What cannot
    be read, and what in a folder is no mail, is an Item with an error, never passed over;
    only a Maildir's `tmp` is, which by its rules holds no delivered mail. Raises nothing.
    """
    for found in _found(paths):
        yield from _items(found)


def count(paths: Sequence[str | Path]) -> int:
    """Give about how many items `gather` will give, for a progress bar. Raises nothing."""
    return sum(map(_count_in, _found(paths)))


def source_envelope(item: Item, now: datetime) -> Envelope:
    """Give what stands in for the envelope of a mail that no dialogue brought."""
    return Envelope(
        sender="",
        recipients=(),
        client="",
        helo="",
        tls=False,
        received_at=now,
        door="collect",
        source=item.source,
    )


def _found(paths: Sequence[str | Path]) -> Iterator[_Found]:
    """Give the files under the paths. Folders are opened one at a time, as they come up."""
    for path in map(str, paths):
        is_folder = path != STDIN and os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises
        pending: list[_Found | _Folder] = [_Folder(path) if is_folder else _Found(path)]
        while pending:
            here = pending.pop()
            if isinstance(here, _Found):
                yield here
            else:
                pending.extend(reversed(_listed(here)))


def _listed(folder: _Folder) -> list[_Found | _Folder]:
    """Give what lies in a folder, sorted by name."""
    try:
        with os.scandir(folder.path) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        return [_Found(folder.path, _advice(error))]
    is_maildir = {entry.name for entry in entries} >= {"cur", "new", "tmp"}
    return [
        _entry(entry, folder, in_maildir=is_maildir)
        for entry in entries
        if not (is_maildir and entry.name == "tmp")
    ]


def _entry(entry: os.DirEntry[str], folder: _Folder, *, in_maildir: bool) -> _Found | _Folder:
    try:
        if entry.is_dir(follow_symlinks=False):
            return _Folder(entry.path, delivered=in_maildir and entry.name in {"cur", "new"})
        mode = entry.stat().st_mode
    except OSError as error:
        return _Found(entry.path, _advice(error))
    if stat.S_ISREG(mode):
        return _Found(entry.path, how="maildir" if folder.delivered else "met")
    return _Found(entry.path, _FOLDER_LINK if stat.S_ISDIR(mode) else _NOT_A_FILE)


def _items(found: _Found) -> Iterator[Item]:
    """Give the mails in one file, or in standard input."""
    source = _shown(found.path)
    if found.error:
        yield Item(source, None, found.error)
        return
    try:
        with _opened(found.path) as stream:
            yield from _mails(stream, found, source)
    except (OSError, ValueError) as error:
        yield Item(source, None, _advice(error))


def _mails(stream: BinaryIO, found: _Found, source: str) -> Iterator[Item]:
    head = stream.read(_HEAD_BYTES)
    if not found.is_one_mail and is_mbox(head):
        for number, mail in enumerate(messages_in(head, stream, LARGEST), 1):
            yield _item(f"{source}#{number}", mail)
    elif head and not found.is_one_mail and found.how == "met" and not _MAILISH.match(head):
        yield Item(source, None, _NO_MAIL)
    else:
        raw = head + stream.read(LARGEST + 1 - len(head))
        yield _item(source, raw if len(raw) <= LARGEST else None)


def _item(source: str, raw: bytes | None) -> Item:
    return Item(source, raw, _TOO_LARGE if raw is None else "")


def _count_in(found: _Found) -> int:
    """Count what one file will give; one for what cannot be read, as it is named once."""
    if found.error or found.is_one_mail or not Path(found.path).is_file():
        return 1  # a pipe is not looked into: what is read from it is gone
    try:
        with _opened(found.path) as stream:
            head = stream.read(_HEAD_BYTES)
            return separators_in(head, stream) if is_mbox(head) else 1
    except (OSError, ValueError):
        return 1


def _opened(path: str) -> AbstractContextManager[BinaryIO]:
    """Open a file, or standard input, which stays open afterwards."""
    return nullcontext(sys.stdin.buffer) if path == STDIN else Path(path).open("rb")


def _advice(error: OSError | ValueError) -> str:
    """Say why something cannot be read and what to do about it."""
    number = error.errno if isinstance(error, OSError) and error.errno else 0
    return _ADVICE.get(number) or (
        f"{os.strerror(number) if number else 'its name is not a path'};"
        " look at the disk, or try a copy of it"
    )


def _shown(path: str) -> str:
    """Give a path as text that any store can hold: bytes that were not UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
