"""Which mails a stored file holds, by its name, and one of them, by its line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from casefile.report import Submission
from ingest.keys import batch_of, moment_of
from ingest.stored import LONGEST_HEAD, head_in, submission_of

#: How the name of a file of mails ends; before it stands the first key.
MAIL = ".mail"


def keys_in(names: Iterable[str]) -> Iterator[str]:
    """Give the keys of the submissions in a folder, sorted; other files are not ours."""
    for name in sorted(names):
        first = name.removesuffix(MAIL)
        if first != name and moment_of(first) is not None:
            _, place, count = batch_of(first)
            if place == 0:
                yield from members(first, count)


def members(first: str, count: int) -> list[str]:
    """Give the keys of a batch, in order."""
    return [f"{first[:-2]}{place:02x}" for place in range(count)]


def taken(file: BinaryIO, key: str) -> Submission:
    """Take one submission out of the file of its batch. Raises Unreadable."""
    _, place, count = batch_of(key)
    lines = [file.readline(LONGEST_HEAD) for _ in range(count)]
    head = head_in(lines[place].removesuffix(b"\n"), key)
    if count == 1:  # a byte more or less than there should be is a change, too
        return submission_of(head, file.read())
    file.seek(head.at, os.SEEK_CUR)
    return submission_of(head, file.read(head.size))
