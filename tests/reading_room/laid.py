"""Fills Elasticsearch with very many findings: some are built, and laid down again many times.

Each copy has another number, another time and another reporter; so all counts grow with the number
as they do among findings that were built one by one, and a million take minutes instead of an hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec
from elasticsearch import Elasticsearch
from reading_room.crowd import REPORTERS, START, YEARS, Crowd, submission_of

from triage.index.elastic_documents import document, packed
from triage.index.elastic_mapping import FORM
from triage.index.rows import decode, microseconds

#: So many are built; more are copies of these.
BUILT = 100_000
_BATCH, _WRITERS = 500, 2
#: While the server merges what it has, a batch may wait.
_SECONDS = 300
_RECEIVED_AT = re.compile(rb'(?<=received_at\\":\\")[^\\"]+')
_RECEIVED = re.compile(rb'(?<="received":)\d+')
_BRIEF = re.compile(rb'(?<="brief":")[^"]+')
_REPORTER = re.compile(rb"(?<=reporter)\d+(?=[@ ])")


class _Laid(msgspec.Struct):
    key: str
    document: str


def lay_down(client: Elasticsearch, index: str, number: int, folder: Path) -> None:
    """Write so many findings into an index that is empty; what is built stays in the folder."""
    built = folder / f"built-{min(number, BUILT)}-v{FORM}.jsonl"
    if not built.exists():
        _build(built, min(number, BUILT))
    found, patient = _batches(_laid(built, number)), client.options(request_timeout=_SECONDS)

    def write(lines: Any) -> None:  # noqa: ANN401 - not to be encoded again
        answer = patient.bulk(
            index=index, operations=lines, filter_path=["errors", "items.*.error.type"]
        )
        if answer["errors"]:
            raise RuntimeError(f"not all was taken: {answer['items'][0]}")

    with ThreadPoolExecutor(_WRITERS) as writers:
        for some in iter(lambda: list(islice(found, 4 * _WRITERS)), []):
            list(writers.map(write, some))
    client.indices.refresh(index=index)


def _build(path: Path, number: int) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for finding, state in Crowd(number).findings():
            file.write(msgspec.json.encode(document(finding, state)) + b"\n")
    part.rename(path)


def _laid(built: Path, number: int) -> Iterator[tuple[str, bytes]]:
    """Give keys and documents, in the order of time."""
    at = 0
    while at < number:
        with built.open("rb") as file:
            for line in islice(file, number - at):
                yield _again(line.rstrip(), at, number)
                at += 1


def _again(line: bytes, at: int, number: int) -> tuple[str, bytes]:
    was = msgspec.json.decode(line, type=_Laid).key.removesuffix("-1")
    now = submission_of(at)
    moment = START + YEARS * (at / number) + timedelta(seconds=at * 7 % 900)
    shift = at // BUILT * 7_919
    line = line.replace(was.encode(), now.encode())
    line = _RECEIVED.sub(str(microseconds(moment)).encode(), line, count=1)
    line = _RECEIVED_AT.sub(moment.isoformat().encode(), line)
    if shift:
        line = _REPORTER.sub(lambda it: b"%d" % ((int(it[0]) + shift) % REPORTERS), line)
    finding = decode(msgspec.json.decode(line, type=_Laid).document)
    return f"{now}-1", _BRIEF.sub(packed(finding).encode(), line)


def _batches(documents: Iterable[tuple[str, bytes]]) -> Iterator[list[bytes]]:
    lines = ((msgspec.json.encode({"create": {"_id": key}}), body) for key, body in documents)
    while batch := list(chain.from_iterable(islice(lines, _BATCH))):
        yield batch
