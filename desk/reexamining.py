"""`desk replay --reexamine`: reads every mail anew, into a new generation under the old names.

Everything is made beside what there is, and takes its place in one transaction: cut off before
that, nothing has changed. Nobody is answered and nobody is paged; what was decided stays decided.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)

from casefile.correction import Wish
from casefile.errors import NotFound, Refused, SettingsError, Unreadable
from casefile.finding import Finding
from casefile.report import submission_of
from desk.copies import as_copy, to_place
from desk.engine import open_engine, reading, transaction
from desk.finding_rows import add_findings, drop_findings
from desk.gauge import Gauge
from desk.hands import SILENT_SECONDS
from desk.pipeline import now_utc
from desk.reading import ReadingFailed
from desk.revising import finish
from desk.rooms import Desk
from desk.schema import submissions
from desk.serve import locked
from desk.settings import authentication
from ingest.authenticate import authenticate
from triage.corrections import BY_A_PERSON
from triage.generation import Names, adopt
from triage.register import SqlRegister
from triage.register import metadata as register_tables
from triage.register_rows import chunks

log = logging.getLogger(__name__)

#: Submissions that are read and placed in one go, and written in one statement.
CHUNK = 100

_metadata = MetaData()
_made = Table(
    "made",
    _metadata,
    Column("submission", String(36), primary_key=True),
    Column("findings", LargeBinary, nullable=False),
)


@dataclass(kw_only=True)
class Reexamined:
    """What came of it."""

    #: Findings that were made anew.
    findings: int = 0
    #: Submissions whose findings stayed as they were: their bytes are gone, or are not read.
    kept: int = 0
    #: Findings whose wording or campaign is called otherwise than before.
    moved: int = 0


def reexamine(desk: Desk, step: Callable[[int], None]) -> Reexamined:
    """Read everything anew. `step` is told how many submissions were read.

    Raises SettingsError where a desk works on this data, and TryLater.
    """
    _nobody_works(desk)
    with locked(desk.settings.data), tempfile.TemporaryDirectory(dir=desk.settings.data) as folder:
        finish(desk.register, desk.record)
        desk.journal.append("operator", "reexamines", "index", "", now_utc())
        made = open_engine(f"sqlite:///{Path(folder) / 'generation.sqlite'}")
        try:
            done = _made_anew(desk, made, step)
        finally:
            made.dispose()
            desk.reader.close()
        said = f"{done.findings} findings, {done.kept} mails as before, {done.moved} moved"
        desk.journal.append("operator", "reexamined", "index", said, now_utc())
    return done


def _nobody_works(desk: Desk) -> None:
    alive = desk.at_work()
    if alive:
        raise SettingsError(
            f"{alive[0]} works on this record: stop every worker, wait {SILENT_SECONDS} seconds."
        )


def _made_anew(desk: Desk, made: Engine, step: Callable[[int], None]) -> Reexamined:
    register_tables.create_all(made)
    _metadata.create_all(made)
    register, done = SqlRegister(made), Reexamined()
    with Gauge(desk.record, "reexamine", sum(desk.record.counts().values())) as gauge:
        for keys in chunks(_triaged(desk), CHUNK):
            _read(desk, keys, register, made, done)
            step(len(keys))
            gauge.step(len(keys))
    _split_again(desk, register, made)
    with transaction(desk.engine) as db, transaction(reading(made)) as new:
        names = adopt(db, new)
        for some in chunks(new.execute(select(_made)), CHUNK):
            _replace(db, {row.submission: _findings(row.findings) for row in some}, names)
    desk.register.forget()
    done.moved = finish(desk.register, desk.record)
    return done


def _triaged(desk: Desk) -> Iterator[str]:
    """Give the submissions that have findings, in intake order."""
    last = ""
    for finding in desk.record.findings():
        if finding.report.submission != last:
            last = finding.report.submission
            yield last


def _read(
    desk: Desk, keys: Sequence[str], register: SqlRegister, made: Engine, done: Reexamined
) -> None:
    rows: dict[str, list[Finding]] = {}
    for key in keys:
        old = desk.record.findings_of(key)
        new = _read_anew(desk, key, old)
        done.kept += new is None
        rows[key] = list(map(_as_by_machine, old)) if new is None else new
        done.findings += 0 if new is None else len(new)
    places = iter(register.place([to_place(it) for its in rows.values() for it in its]))
    placed = {key: [replace(it, placement=next(places)) for it in its] for key, its in rows.items()}
    with transaction(made) as db:
        db.execute(
            insert(_made),
            [
                {"submission": key, "findings": msgspec.json.encode(it)}
                for key, it in placed.items()
            ],
        )


def _read_anew(desk: Desk, key: str, old: Sequence[Finding]) -> list[Finding] | None:
    """Read one mail anew; None where that cannot be done any more."""
    try:
        submission = desk.spool.get(key)
        claimed = authenticate(submission, method=authentication(desk.settings))
        again = desk.reader.examine(submission, claimed)
    except (NotFound, Unreadable, ReadingFailed):
        log.warning("%s cannot be read anew: it stays as it is", key)
        return None
    copied = next((it.copy_of for it in old if it.copy_of), None)
    if copied:
        again = as_copy(again, submission_of(copied))
    return list(again.findings)


def _as_by_machine(finding: Finding) -> Finding:
    """Give a finding without what people said of it: that is laid over it again."""
    accounts = tuple(
        replace(it, benign="") if it.benign.startswith(BY_A_PERSON) else it
        for it in finding.accounts
    )
    return replace(
        finding, accounts=accounts, verdict=finding.judged or finding.verdict, judged=None
    )


def _split_again(desk: Desk, register: SqlRegister, made: Engine) -> None:
    """Split off again what people split off, where the new generation has it in one wording."""
    for correction in desk.register.corrections():
        if correction.action != "split" or correction.undone_by:
            continue
        by_wording: dict[str, list[Finding]] = {}
        for key in desk.register.touched(correction) or ():
            finding = _one(made, key)
            if finding and finding.placement.wording and finding.fingerprint.shingles:
                by_wording.setdefault(finding.placement.wording, []).append(finding)
        for wording, findings in sorted(by_wording.items()):
            wish = Wish(actor="", action="split", subject=wording, findings=findings)
            try:
                register.correct(wish, now_utc())
            except Refused:  # the new generation tells them apart by itself
                continue


def _one(made: Engine, key: str) -> Finding | None:
    with transaction(reading(made)) as db:
        query = select(_made.c.findings).where(_made.c.submission == submission_of(key))
        body = db.scalar(query)
    return next((it for it in _findings(body or b"[]") if it.key == key), None)


def _findings(body: bytes) -> list[Finding]:
    return msgspec.json.decode(body, type=list[Finding])


def _replace(db: Connection, made: dict[str, list[Finding]], names: Names) -> None:
    """Put the new findings in the place of the old ones, and owe them to the index."""
    drop_findings(db, list(made))
    named = [replace(it, placement=names.of(it.placement)) for its in made.values() for it in its]
    add_findings(db, named)
    row = submissions.c
    owed = update(submissions).where(row.key.in_(made)).values(told=0, revised=row.revised + 1)
    db.execute(owed)
