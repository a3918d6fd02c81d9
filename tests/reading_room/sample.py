"""An invented week at the desk, in real stores: campaigns in three languages, and people in danger.

Every person, text, wallet and address is made up; the checksums of the wallets hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reading_room import texts
from sqlalchemy import Engine

from casefile.finding import Amount, Demand, Finding, Flag, Reason, Verdict, VerdictKind
from casefile.indicator import Indicator
from casefile.ports import Triaged
from casefile.reply import Answer, Limits, State, waits
from casefile.report import (
    Attachment,
    Authentication,
    Cover,
    Report,
    ReportedMessage,
    Reporter,
    Unwrapping,
    finding_key,
)
from console.journal import metadata as journal_tables
from desk.engine import open_engine
from desk.record import SqlRecord
from desk.schema import metadata as record_tables
from responders.ledger import SqlLedger
from responders.ledger import metadata as ledger_tables
from triage.fingerprint import fingerprint
from triage.index.sqlite import SqliteIndex
from triage.register import SqlRegister
from triage.register import metadata as register_tables

#: A submission that could not be read.
SET_ASIDE = 99


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


def open_stores() -> Stores:
    """Open empty stores in memory."""
    engine = open_engine("sqlite://")
    for tables in (record_tables, ledger_tables, journal_tables, register_tables):
        tables.create_all(engine)
    return Stores(
        engine=engine,
        record=SqlRecord(engine),
        index=SqliteIndex(open_engine("sqlite://")),
        ledger=SqlLedger(engine, secret=b"only for these tests", prefix="DP"),
        register=SqlRegister(engine),
    )


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
            confidence=0.3 if kind == "unclear" else 0.94,
            flags=flags,
            reasons=tuple(Reason(rule=rule, words=words) for rule, words in reasons),
        ),
        demand=Demand(amounts=(Amount(value=1450, currency="USD"),), deadline_hours=48),
        fingerprint=fingerprint(text, ()),
    )


def keep(stores: Stores, at: datetime, *findings: Finding, passed: bool = True) -> None:
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
        content_hash=submission.replace("-", "").ljust(64, "0"),
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
    stores.index.upsert(placed)
    stores.record.indexed([submission])


def answer(stores: Stores, number: int, at: datetime, wish: Answer, state: State = "sent") -> None:
    """Have submission `number` answered, or say why it is not."""
    address = f"reporter{number}@home.example"
    stores.ledger.claim(key(number), address, wish, Limits(), at)
    stores.ledger.move(key(number), "sending", "", at)
    reason = "" if state == "sent" else "the desk stopped while it was being sent"
    stores.ledger.move(key(number), state, reason, at)
    left = [] if state == "sent" else [waits(key(number), "uncertain", f"{state}: {reason}", at)]
    stores.record.answered(key(number), left)


def refuse(stores: Stores, number: int, at: datetime, reason: str) -> None:
    """Note that submission `number` is not answered, and put it before a person."""
    wish = Answer(main="general", parts=(), alert=False, languages=("cy", "en"))
    stores.ledger.decline(key(number), wish, "suppressed", reason, at)
    stores.record.answered(
        key(number), [waits(key(number), "unanswered", f"not answered: {reason}", at)]
    )


GENERAL = Answer(main="general", parts=(), alert=False, languages=("cy", "en"))
YOUNG = Answer(main="young", parts=("distress", "young"), alert=True, languages=("en", "cy"))
RECORDED = Answer(main="recorded", parts=("paid",), alert=False, languages=("en", "cy"))


def fill(stores: Stores, now: datetime) -> None:
    """Live through the week that ends now."""
    _campaigns(stores, now)
    _people(stores, now)
    _oddities(stores, now)


def _campaigns(stores: Stores, now: datetime) -> None:
    one, two, german = (wallet(value) for value in (texts.WALLET, texts.SECOND, texts.THIRD))
    for number in range(1, 10):
        at = now - timedelta(days=7, hours=-13 * number)
        account = one if number % 3 else two
        text = texts.ENGLISH if number < 7 else texts.ENGLISH_SECOND_VERSION
        shown = text.format(wallet=account.value, password="•" * 8)
        reasons = (("claims-camera", "turned your camera on"), ("asks-coin", "in Bitcoin"))
        flags: tuple[Flag, ...] = ("personal-data",) if number % 2 else ("paid",)
        made = finding(number, shown, at, flags=flags, accounts=(account,), reasons=reasons)
        keep(stores, at, replace(made, secrets=number % 2))
        answer(stores, number, at + timedelta(minutes=1), GENERAL)
    for number in range(11, 15):
        at = now - timedelta(days=3, hours=-9 * (number - 10))
        shown = texts.WELSH.format(wallet=texts.WALLET)
        made = finding(
            number, shown, at, language="cy", subject="Mae gen i dy recordiad", accounts=(one,)
        )
        keep(stores, at, made)
        answer(stores, number, at + timedelta(minutes=1), GENERAL)
    for number in range(21, 26):
        at = now - timedelta(days=5, hours=-20 * (number - 20))
        shown = texts.GERMAN.format(wallet=texts.THIRD)
        made = finding(
            number,
            shown,
            at,
            language="de",
            subject="Ihr Gerät wurde übernommen",
            accounts=(german, two),
        )
        keep(stores, at, made)
        answer(stores, number, at + timedelta(minutes=1), GENERAL)


def _people(stores: Stores, now: datetime) -> None:
    """Somebody of 15, somebody recorded who paid, somebody who is threatened."""
    at = now - timedelta(hours=2, minutes=20)
    young = finding(
        31,
        texts.YOUNG,
        at,
        kind="recorded-chat",
        flags=("under-18", "distress"),
        subject="You know what I have",
        note=texts.YOUNG_NOTE,
        reasons=(("age-in-note", "i am 15"), ("distress-in-note", "cant do this any more")),
    )
    keep(stores, at, young)
    answer(stores, 31, at + timedelta(minutes=1), YOUNG)
    at = now - timedelta(hours=5)
    recorded = finding(
        32,
        texts.RECORDED,
        at,
        kind="recorded-chat",
        flags=("paid", "contact-continues", "images-shared"),
        subject="Fwd: last chance",
        note="I sent the first 200 on Monday and now he wants more.",
        accounts=(wallet("0x91A4A60bAa7d61aaD5a889ee2A8823F999E8dcA4", "ethereum"),),
        reasons=(("paid-in-note", "I sent the first 200"),),
    )
    contact = Indicator(
        kind="telegram",
        value="@late_harbour",
        as_written="@late_harbour",
        found_in="text",
        check="unchecked",
    )
    files = (
        Attachment(filename="clip.mp4", content_type="video/mp4", size=4_183_220, sha256="c" * 64),
    )
    report = replace(recorded.report, reported=replace(recorded.report.reported, attachments=files))
    keep(stores, at, replace(recorded, contacts=(contact,), report=report))
    answer(stores, 32, at + timedelta(minutes=2), RECORDED, state="uncertain")
    at = now - timedelta(hours=27)
    threat = finding(
        33,
        texts.THREAT,
        at,
        kind="physical-threat",
        subject="I was paid for your street",
        reasons=(("threat-of-violence", "what I was hired to do"),),
    )
    keep(stores, at, threat, passed=False)
    refuse(
        stores, 33, at + timedelta(minutes=1), "not authenticated: the sender could not be proved"
    )


def _oddities(stores: Stores, now: datetime) -> None:
    """Bring in what a machine is unsure of, and what it could not read."""
    at = now - timedelta(hours=8)
    near = wallet(texts.NEAR_MISS, check="near-miss", as_written=f"{texts.NEAR_MISS[:20]} …")
    first = finding(41, texts.UNCLEAR, at, kind="unclear", subject="", accounts=(near,))
    second = finding(41, "See attached.", at, ordinal=2, kind="unclear", subject="Fwd: Fwd:")
    hidden = replace(first, hidden="garden weather recipe invoice garden", defects=("no-end",))
    keep(stores, at, hidden, second)
    refuse(stores, 41, at + timedelta(minutes=1), "older than 48 hours")
    at = now - timedelta(minutes=12)
    disguised = wallet(
        texts.WALLET,
        as_written=f"{texts.WALLET[:9]} {texts.WALLET[9:]}",
        steps=("joined blanks",),
        found_in="html",
    )
    text = texts.ENGLISH.format(wallet=texts.WALLET, password="•" * 8)
    made = finding(51, text, at, flags=("self-spoofed",), accounts=(disguised,))
    spoofed = replace(made.report.reported, sender=made.report.reporter.address)
    keep(stores, at, replace(made, report=replace(made.report, reported=spoofed)))
    stores.record.set_aside(
        key(SET_ASIDE), "reading it ended the worker 3 times", now - timedelta(hours=30)
    )
