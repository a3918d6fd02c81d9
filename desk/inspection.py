"""`desk inspect`: what the machine makes of files, without keeping or sending anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from casefile.errors import SettingsError
from casefile.finding import Finding
from casefile.report import Submission
from desk import shapes
from desk.benign import benign_accounts
from desk.engine import open_engine, reading
from desk.migrate import create, pending
from desk.pipeline import now_utc
from desk.reading import Reader, ReadingFailed
from desk.rooms import composer_of, engine_of, reading_limits
from desk.settings import Settings
from ingest.authenticate import authenticate
from ingest.collect import Item, gather, source_envelope
from ingest.spool import new_key
from responders.profile import load as load_profile
from triage.register import SqlRegister, copy_into


def inspect(paths: Sequence[str], settings: Settings) -> Iterator[tuple[shapes.Shape, bool]]:
    """Give a shape for each reported message in the files, and whether its input could be read.

    The files are placed, in order, in a register in memory, over the data folder's where there is
    one; that one is read only. As on the walk of a mail, our own words do not count where they are
    quoted, and the reply is the one that this force's profile lets be sent.
    """
    engine = _register(settings)
    register = SqlRegister(engine)
    known = benign_accounts(settings.benign)
    composer = composer_of(settings, load_profile(settings.profile))
    own = (settings.domain,), known, composer.every_text()
    with closing(Reader(reading_limits(settings), *own)) as reader:
        for item in gather(paths):
            if item.raw is None:
                yield shapes.unreadable(item.source, item.error), False
                continue
            try:
                shown = [
                    shapes.inspected(source, finding, says_bluff=composer.says_bluff)
                    for source, finding in _one(item, item.raw, register, reader)
                ]
            except ReadingFailed as error:
                yield shapes.unreadable(item.source, f"reading it failed: {error}"), False
            else:
                yield from ((shape, True) for shape in shown)
    engine.dispose()


def _one(
    item: Item, raw: bytes, register: SqlRegister, reader: Reader
) -> Iterator[tuple[str, Finding]]:
    """Give each finding of a mail, placed, with the name of its source. Raises ReadingFailed."""
    now = now_utc()
    submission = Submission(
        key=new_key(now),
        envelope=source_envelope(item, now),
        raw=raw,
        sha256=hashlib.sha256(raw).hexdigest(),
    )
    findings = reader.examine(submission, authenticate(submission, method="none")).findings
    placements = register.place(findings)
    for number, (finding, placement) in enumerate(zip(findings, placements, strict=True), 1):
        yield _source(item.source, number), replace(finding, placement=placement)


def _source(source: str, number: int) -> str:
    """Name the second report of a file `path#2`, of the twelfth mail of an mbox `path#12.2`."""
    if number == 1:
        return source
    head, mark, tail = source.rpartition("#")
    in_mbox = bool(mark) and tail.isdigit() and bool(head)
    return f"{source}.{number}" if in_mbox else f"{source}#{number}"


def _register(settings: Settings) -> Engine:
    memory = open_engine("sqlite://")
    create(memory)
    url = settings.record_url
    if not url.startswith("sqlite") or Path(url.removeprefix("sqlite:///")).exists():
        stored = engine_of(settings)
        try:
            if pending(stored):
                raise SettingsError(
                    "The record is that of an older desk, or has no tables yet, and inspecting "
                    "changes nothing. `desk migrate` brings it up to date."
                )
            copy_into(reading(stored), memory)
        finally:
            stored.dispose()
    return memory
