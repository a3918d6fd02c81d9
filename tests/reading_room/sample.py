"""Brings invented submissions into real stores: register, record, index and ledger.

Every person, text, wallet and address is made up; the checksums of the wallets hold.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Engine

from casefile.finding import Amount, Demand, Finding, Flag, Reason, Verdict, VerdictKind
from casefile.indicator import Indicator
from casefile.ports import Triaged
from casefile.reply import Answer, Limits, State, waits
from casefile.report import (
    Authentication,
    Cover,
    Report,
    ReportedMessage,
    Reporter,
    Unwrapping,
    finding_key,
)
from console.journal import SqlJournal
from console.journal import metadata as journal_tables
from desk.casework import SqlCasework
from desk.engine import open_engine
from desk.errands import DeskErrands
from desk.hunting_book import SqlHunts
from desk.indexing import tell_index
from desk.lookout import DeskLookout
from desk.reading import Reader
from desk.record import SqlRecord
from desk.schema import metadata as record_tables
from desk.watch_tables import metadata as watch_tables
from desk.watching_book import SqlWatches
from desk.watching_searches import SqlSearches
from ingest.spool import DirectorySpool
from responders.ledger import SqlLedger
from responders.ledger import metadata as ledger_tables
from triage.fingerprint import fingerprint
from triage.index.sqlite import SqliteIndex
from triage.register import SqlRegister
from triage.register import metadata as register_tables


def key(number: int) -> str:
    """Give the key of submission `number`; greater numbers come later."""
    return f"01a2b3c4-{number:04x}-7000-8000-0123456789ab"


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Record, index, ledger and register of one desk."""

    engine: Engine
    record: SqlRecord
    index: SqliteIndex
    ledger: SqlLedger
    register: SqlRegister
    journal: SqlJournal
    spool: DirectorySpool
    reader: Reader
    #: Where the spool is.
    folder: Path

    @property
    def errands(self) -> DeskErrands:
        """Give what the desk does for its console."""
        return DeskErrands(
            spool=self.spool,
            record=self.record,
            register=self.register,
            ledger=self.ledger,
            journal=self.journal,
            index=self.index,
            lookout=DeskLookout(
                kept=SqlSearches(self.engine),
                lasting=SqlWatches(self.engine),
                hunting=SqlHunts(self.engine),
                journal=self.journal,
                targets=("siem", "team@force.example"),
                minutes=15,
                actor="console",
            ),
            casework=SqlCasework(self.engine),
            own_domains=("force.example",),
            reader=self.reader,
        )


def open_stores(like: Stores | None = None) -> Stores:
    """Open stores in memory, and a spool in a folder of its own: empty, or as others are now."""
    engine, searched, folder = open_engine("sqlite://"), open_engine("sqlite://"), _folder()
    if like is not None:
        _copy(like.engine, engine)
        _copy(like.index._engine, searched)
        shutil.copytree(like.folder, folder, dirs_exist_ok=True)
    for tables in (record_tables, watch_tables, ledger_tables, journal_tables, register_tables):
        tables.create_all(engine)
    return Stores(
        engine=engine,
        record=SqlRecord(engine),
        index=SqliteIndex(searched),
        ledger=SqlLedger(engine, secret=b"only for these tests", prefix="DP"),
        register=SqlRegister(engine),
        journal=SqlJournal(engine),
        spool=DirectorySpool(folder),
        reader=Reader(),
        folder=folder,
    )


def _copy(source: Engine, target: Engine) -> None:
    with source.connect() as theirs, target.connect() as ours:
        before, after = (it.connection.dbapi_connection for it in (theirs, ours))
        assert isinstance(before, sqlite3.Connection)
        assert isinstance(after, sqlite3.Connection)
        after.deserialize(before.serialize())


def _folder() -> Path:
    """Make a folder that goes when the tests end."""
    folder = Path(mkdtemp(prefix="reading-room-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def wallet(value: str, kind: str = "bitcoin", **changes: object) -> Indicator:
    """Give an account as it stands plainly in a text."""
    plain = Indicator(kind=kind, value=value, as_written=value, found_in="text", check="valid")
    return replace(plain, **changes)  # type: ignore[arg-type]


def finding(
    number: int,
    text: str,
    at: datetime,
    *,
    ordinal: int = 1,
    kind: VerdictKind = "webcam-bluff",
    flags: tuple[Flag, ...] = (),
    subject: str = "Your account was opened",
    note: str = "",
    language: str = "en",
    accounts: tuple[Indicator, ...] = (),
    reasons: tuple[tuple[str, str], ...] = (),
) -> Finding:
    """Give the finding of submission `number`, received at that time."""
    reporter = f"reporter{number}@home.example"
    return Finding(
        report=Report(
            key=finding_key(key(number), ordinal),
            submission=key(number),
            received_at=at,
            reporter=Reporter(address=reporter, note=note),
            unwrapping=Unwrapping(how="inline", client="gmail", language="en", depth=1),
            reported=ReportedMessage(
                sender="watcher@mailer.example",
                reply_to="",
                to=reporter,
                subject=subject,
                date="2026-11-20T04:12:00+00:00",
                date_as_written="Fri, Nov 20, 2026 at 4:12 AM",
                message_id="",
                text=text,
                html="",
            ),
        ),
        text=text,
        accounts=accounts,
        language=language,
        note_language="en" if note else "",
        verdict=Verdict(
            kind=kind,
            confidence=0.0 if kind == "unclear" else 0.94,
            flags=flags,
            reasons=tuple(Reason(rule=rule, words=words) for rule, words in reasons),
        ),
        demand=Demand(amounts=(Amount(value=1450, currency="USD"),), deadline_hours=48),
        fingerprint=fingerprint(text, ()),
    )


def keep(
    stores: Stores, at: datetime, *findings: Finding, passed: bool = True, content: str = ""
) -> None:
    """Bring the findings of one submission into register, record and index."""
    submission = findings[0].report.submission
    placed = tuple(
        replace(it, placement=placement)
        for it, placement in zip(findings, stores.register.place(findings), strict=True)
    )
    reason = "from this machine" if passed else "the sender's domain says that it did not send it"
    cover = Cover(
        authors=(findings[0].report.reporter.address,),
        from_headers=1,
        marks=(),
        message_id=f"<{submission}@home.example>",
        answers_us=False,
        authentication=Authentication(method="loopback", passed=passed, reason=reason),
        content_hash=content or submission.replace("-", "").ljust(64, "0"),
    )
    danger = [
        flag for it in placed for flag in (it.verdict.kind, *it.verdict.flags) if it.verdict.danger
    ]
    causes = [it for it in danger if it in {"physical-threat", "under-18", "distress"}]
    waiting = (waits(submission, "danger", ", ".join(causes), at),) if causes else ()
    stores.record.receive([submission], at)
    stores.record.take("triage", [submission], "sample", at)
    done = Triaged(key=submission, sha256="a" * 64, cover=cover, findings=placed, waiting=waiting)
    stores.record.triaged([done], at)
    tell_index(stores.index, stores.record, stores.ledger, [submission])


def answer(stores: Stores, number: int, at: datetime, wish: Answer, state: State = "sent") -> None:
    """Have submission `number` answered, or say why it is not."""
    address = f"reporter{number}@home.example"
    stores.ledger.claim(key(number), address, wish, Limits(), at)
    stores.ledger.move(key(number), "sending", "", at)
    reason = "" if state == "sent" else "the desk stopped while it was being sent"
    stores.ledger.move(key(number), state, reason, at)
    left = [] if state == "sent" else [waits(key(number), "uncertain", f"{state}: {reason}", at)]
    stores.record.answered(key(number), left)
    tell_index(stores.index, stores.record, stores.ledger, [key(number)])


def refuse(stores: Stores, number: int, at: datetime, reason: str) -> None:
    """Note that submission `number` is not answered, and put it before a person."""
    wish = Answer(main="general", parts=(), alert=False, languages=("cy", "en"))
    stores.ledger.decline(key(number), wish, "suppressed", reason, at)
    stores.record.answered(
        key(number), [waits(key(number), "unanswered", f"not answered: {reason}", at)]
    )
    tell_index(stores.index, stores.record, stores.ledger, [key(number)])
